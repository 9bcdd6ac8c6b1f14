package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"bettertogether/internal/content"
)

// The limits of a picture that comes in, in pixels.
const (
	leastSide = 16
	mostSide  = 12_000
	mostAll   = 40_000_000
	// mostDeep is the most of a picture that takes more memory than four bytes a pixel while it is read: a progressive JPEG, or
	// a PNG of 16 bits.
	mostDeep = 20_000_000
	// atOnce is how many pictures are drawn at a time.
	atOnce = 2
	// heavy is from where on only one picture is drawn at a time.
	heavy = 8_000_000
	// LongerSide is the most that the longer side of a kept picture has.
	LongerSide = 1_600
)

const (
	typeJPEG = "image/jpeg"
	typePNG  = "image/png"
	quality  = 85
)

// source is a picture that came, of which only the head was read.
type source struct {
	given  []byte
	format format
	config image.Config
	isDeep bool
}

// format is a kind of picture that the hub takes. A file is what its first bytes say; "?" there is any byte.
type format struct {
	name, begin string
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
}

func formats() []format {
	return []format{
		{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, jpeg.Decode},
		{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode},
		{"GIF", "GIF8?a", gif.DecodeConfig, gif.Decode}, // which decodes the first frame
		{"WebP", "RIFF????WEBP", webp.DecodeConfig, webp.Decode},
	}
}

func (f format) begins(given []byte) bool {
	if len(given) < len(f.begin) {
		return false
	}
	for i := range f.begin {
		if f.begin[i] != '?' && f.begin[i] != given[i] {
			return false
		}
	}
	return true
}

// examine reads a picture's head and refuses what must not be decoded.
func examine(given []byte) (*source, error) {
	for _, f := range formats() {
		if !f.begins(given) {
			continue
		}
		config, err := f.config(bytes.NewReader(given))
		if err != nil {
			return nil, refuse(content.CodeInvalid, "the %s is damaged, or of a kind that the hub does not read", f.name)
		}
		s := &source{given: given, format: f, config: config}
		s.isDeep = f.name == "JPEG" && isProgressive(given) || config.ColorModel == color.NRGBA64Model || config.ColorModel == color.RGBA64Model
		return s, s.check()
	}
	return nil, refuse(content.CodeInvalid, "this is no JPEG, PNG, GIF or WebP; these are taken, whatever the file is called")
}

func (s *source) check() error {
	w, h := s.config.Width, s.config.Height
	most := mostAll
	if s.isDeep {
		most = mostDeep
	}
	switch {
	case w < leastSide || h < leastSide:
		return refuse(content.CodeInvalid, "the picture is %d x %d pixels; each side must have at least %d", w, h, leastSide)
	case w > mostSide || h > mostSide:
		return refuse(content.CodeTooLong, "the picture is %d x %d pixels; each side may have at most %d", w, h, mostSide)
	case w*h > most:
		return refuse(content.CodeTooLong, "the picture has %d million pixels; at most %d million are taken of this kind", (w*h+999_999)/1_000_000, most/1_000_000)
	}
	return nil
}

// places is how many places it takes to draw the picture: all of them where it takes so much memory that no other should be drawn
// beside it.
func (s *source) places() int {
	if s.config.Width*s.config.Height > heavy {
		return atOnce
	}
	return 1
}

// draw decodes the picture and writes it anew: upright, not above the longer side, without anything but its pixels.
func (s *source) draw(ctx context.Context) ([]byte, Picture, error) {
	decoded, err := s.format.decode(patient{ctx, bytes.NewReader(s.given)})
	if ctx.Err() != nil {
		return nil, Picture{}, ctx.Err()
	}
	if err != nil {
		return nil, Picture{}, refuse(content.CodeInvalid, "the %s is damaged", s.format.name)
	}
	if b := decoded.Bounds(); b.Dx() < leastSide || b.Dy() < leastSide { // the frame of a GIF may be smaller than its head says
		return nil, Picture{}, refuse(content.CodeInvalid, "the picture is %d x %d pixels; each side must have at least %d", b.Dx(), b.Dy(), leastSide)
	}
	isOpaque := false
	if o, ok := decoded.(interface{ Opaque() bool }); ok {
		isOpaque = o.Opaque()
	}
	shown := scaled(decoded)
	if s.format.name == "JPEG" {
		shown = upright(shown, orientation(s.given))
	}
	p := Picture{MediaType: typeJPEG, Width: int32(shown.Bounds().Dx()), Height: int32(shown.Bounds().Dy())}
	var out bytes.Buffer
	if isOpaque {
		err = jpeg.Encode(&out, shown, &jpeg.Options{Quality: quality})
	} else {
		p.MediaType = typePNG
		err = png.Encode(&out, shown)
	}
	return out.Bytes(), p, err
}

// patient is a reader that ends with its context.
type patient struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader.
func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.in.Read(b[:min(len(b), 64<<10)])
}

// scaled brings a picture down to the longer side, and into one form. A large one is first averaged over whole blocks of pixels:
// the filter alone would want several times the picture's memory.
func scaled(from image.Image) *image.RGBA {
	b := from.Bounds()
	longer := max(b.Dx(), b.Dy())
	if block := longer / LongerSide; block > 1 {
		from = averaged(from, block)
		b = from.Bounds()
		longer = max(b.Dx(), b.Dy())
	}
	if longer <= LongerSide {
		if done, ok := from.(*image.RGBA); ok && b.Min == (image.Point{}) {
			return done
		}
		to := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
		draw.Draw(to, to.Bounds(), from, b.Min, draw.Src)
		return to
	}
	side := func(n int) int { return max(1, (n*LongerSide+longer/2)/longer) }
	to := image.NewRGBA(image.Rect(0, 0, side(b.Dx()), side(b.Dy())))
	draw.CatmullRom.Scale(to, to.Bounds(), from, b, draw.Src, nil)
	return to
}

// averaged makes one pixel of each square of so many. What is left over at the right and below, less than a square, is dropped.
func averaged(from image.Image, block int) *image.RGBA {
	b := from.Bounds()
	to := image.NewRGBA(image.Rect(0, 0, max(1, b.Dx()/block), max(1, b.Dy()/block)))
	at := func(x, y int) color.RGBA64 {
		r, g, b, a := from.At(x, y).RGBA()
		return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
	}
	if fast, ok := from.(image.RGBA64Image); ok {
		at = fast.RGBA64At
	}
	for y := range to.Bounds().Dy() {
		for x := range to.Bounds().Dx() {
			var r, g, bl, a, n uint64
			for dy := range min(block, b.Dy()-y*block) {
				for dx := range min(block, b.Dx()-x*block) {
					c := at(b.Min.X+x*block+dx, b.Min.Y+y*block+dy)
					r, g, bl, a, n = r+uint64(c.R), g+uint64(c.G), bl+uint64(c.B), a+uint64(c.A), n+1
				}
			}
			to.SetRGBA(x, y, color.RGBA{R: uint8(r / n >> 8), G: uint8(g / n >> 8), B: uint8(bl / n >> 8), A: uint8(a / n >> 8)})
		}
	}
	return to
}

// upright turns and mirrors a picture as an orientation of Exif says (1 to 8; anything else is upright already).
func upright(from *image.RGBA, orientation int) *image.RGBA {
	w, h := from.Bounds().Dx(), from.Bounds().Dy()
	var place func(x, y int) (int, int)
	switch orientation {
	case 2:
		place = func(x, y int) (int, int) { return w - 1 - x, y }
	case 3:
		place = func(x, y int) (int, int) { return w - 1 - x, h - 1 - y }
	case 4:
		place = func(x, y int) (int, int) { return x, h - 1 - y }
	case 5:
		place = func(x, y int) (int, int) { return y, x }
	case 6:
		place = func(x, y int) (int, int) { return h - 1 - y, x }
	case 7:
		place = func(x, y int) (int, int) { return h - 1 - y, w - 1 - x }
	case 8:
		place = func(x, y int) (int, int) { return y, w - 1 - x }
	default:
		return from
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if orientation >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := place(x, y)
			to.SetRGBA(tx, ty, from.RGBAAt(x, y))
		}
	}
	return to
}

// segments visits the parts of a JPEG before its pixels, until one is what is looked for.
func segments(given []byte, found func(marker byte, body []byte) bool) {
	for at := 2; at+4 <= len(given) && given[at] == 0xff; {
		marker := given[at+1]
		if marker == 0xff { // a filling byte
			at++
			continue
		}
		size := int(binary.BigEndian.Uint16(given[at+2:]))
		if marker == 0xda || size < 2 || at+2+size > len(given) || found(marker, given[at+4:at+2+size]) {
			return
		}
		at += 2 + size
	}
}

// isProgressive tells a JPEG that is read in several passes.
func isProgressive(given []byte) bool {
	is := false
	segments(given, func(marker byte, _ []byte) bool {
		is = marker == 0xc2
		return is
	})
	return is
}

// orientation reads how a camera was held out of a JPEG's Exif (tag 274 of the first directory); 1 when nothing is said.
func orientation(given []byte) int {
	said := 1
	segments(given, func(marker byte, body []byte) bool {
		tiff, isExif := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if marker != 0xe1 || !isExif || len(tiff) < 8 {
			return false
		}
		var order binary.ByteOrder = binary.BigEndian
		if tiff[0] == 'I' {
			order = binary.LittleEndian
		}
		at := int64(order.Uint32(tiff[4:]))
		if at+2 > int64(len(tiff)) {
			return true
		}
		entries := tiff[at+2:]
		for range order.Uint16(tiff[at:]) {
			if len(entries) < 12 {
				return true
			}
			if order.Uint16(entries) == 274 {
				said = int(order.Uint16(entries[8:]))
				return true
			}
			entries = entries[12:]
		}
		return true
	})
	return said
}
