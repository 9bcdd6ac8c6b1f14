package feed

import (
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"bettertogether/internal/edition"
)

// PosterWidth and PosterHeight are the size of a poster in pixels.
const (
	PosterWidth  = 640
	PosterHeight = 360
	posterMargin = 40
	posterLines  = 5
)

// PosterPath is where the hub serves an episode's poster.
func PosterPath(e *edition.Episode) string { return "/posters/" + string(e.ID()) + ".png" }

// Poster draws a picture for an episode, as PNG: its title on the colour of its series. So a card has a picture that nobody else
// serves and that nobody's rights are in.
func Poster(w io.Writer, e *edition.Episode) error {
	canvas := image.NewPaletted(image.Rect(0, 0, PosterWidth, PosterHeight), posterColours(e))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(canvas.Palette[0]), image.Point{}, draw.Src)
	draw.Draw(canvas, image.Rect(0, PosterHeight-12, PosterWidth, PosterHeight), image.NewUniform(canvas.Palette[1]), image.Point{}, draw.Src)
	parsed, err := posterFont()
	if err != nil {
		return fmt.Errorf("read the font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 38, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return fmt.Errorf("read the font: %w", err)
	}
	defer face.Close()
	pen := font.Drawer{Dst: canvas, Src: image.NewUniform(color.White), Face: face}
	for i, text := range wrapped(&pen, line(e.Title)) {
		pen.Dot = fixed.P(posterMargin, posterMargin+38+i*52)
		pen.DrawString(text)
	}
	if err := png.Encode(w, canvas); err != nil {
		return fmt.Errorf("write a poster: %w", err)
	}
	return nil
}

// posterFont is read when the first poster is drawn.
var posterFont = sync.OnceValues(func() (*opentype.Font, error) { return opentype.Parse(gobold.TTF) })

// wrapped breaks a title into the lines of a poster. Letters that the font does not have are left out.
func wrapped(pen *font.Drawer, title string) []string {
	title = strings.Map(func(r rune) rune {
		if _, ok := pen.Face.GlyphAdvance(r); !ok {
			return -1
		}
		return r
	}, title)
	var lines []string
	current := ""
	for _, word := range strings.Fields(title) {
		longer := strings.TrimSpace(current + " " + word)
		if current != "" && pen.MeasureString(longer).Ceil() > PosterWidth-2*posterMargin {
			lines = append(lines, current)
			longer = word
		}
		current = longer
		if len(lines) == posterLines {
			lines[posterLines-1] += "…"
			return lines
		}
	}
	return append(lines, current)
}

// grounds are the colours of series. White on them has a contrast of at least 4.5.
var grounds = [...]color.RGBA{
	{11, 92, 138, 255}, {0, 77, 64, 255}, {94, 53, 120, 255}, {136, 56, 24, 255}, {38, 70, 133, 255}, {112, 34, 74, 255}, {56, 86, 28, 255}, {69, 74, 84, 255},
}

// Ground is the number of the colour that an episode has by its series, from 0 to 7.
func Ground(e *edition.Episode) int {
	name := string(e.ID())
	if s, ok := seriesOf(e); ok {
		name = string(s.ID())
	}
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(name)) // never fails
	return int(sum.Sum32() % uint32(len(grounds)))
}

// posterColours are the colours of a poster: that of its series, a lighter one, and the steps to white that letters need.
func posterColours(e *edition.Episode) color.Palette {
	ground := grounds[Ground(e)]
	mix := func(part int) color.RGBA {
		of := func(c uint8) uint8 { return uint8((int(c)*(15-part) + 255*part) / 15) }
		return color.RGBA{of(ground.R), of(ground.G), of(ground.B), 255}
	}
	colours := color.Palette{ground, mix(6)}
	for part := 1; part <= 15; part++ {
		colours = append(colours, mix(part))
	}
	return colours
}
