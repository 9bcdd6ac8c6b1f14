package media

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"bettertogether/internal/content"
)

// flag is a picture whose left half is red and whose right half is blue, but for a green corner at the upper left.
func flag(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: 255, A: 255}
			switch {
			case x < w/4 && y < h/4:
				c = color.NRGBA{G: 255, A: 255}
			case x >= w/2:
				c = color.NRGBA{B: 255, A: 255}
			}
			m.SetNRGBA(x, y, c)
		}
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withExif puts an orientation and a text that must not survive into a JPEG.
func withExif(given []byte, orientation uint16, order binary.ByteOrder) []byte {
	var tiff bytes.Buffer
	mark := "II"
	if order == binary.BigEndian {
		mark = "MM"
	}
	tiff.WriteString(mark)
	for _, v := range []any{uint16(42), uint32(8), uint16(2), uint16(0x010e), uint16(2), uint32(13), uint32(38), uint16(274), uint16(3), uint32(1), orientation, uint16(0), uint32(0)} {
		_ = binary.Write(&tiff, order, v) // a buffer takes all
	}
	tiff.WriteString("GPS 41.4 -82\x00")
	body := append([]byte("Exif\x00\x00"), tiff.Bytes()...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	return bytes.Join([][]byte{given[:2], segment, body, given[2:]}, nil)
}

// chunk is a part of a PNG.
func chunk(kind string, body []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	out = append(append(out, kind...), body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// claiming is a PNG whose head claims a size, and whose pixels are so many bytes of zero, packed.
func claiming(t testing.TB, w, h uint32, depth byte, zeros int) []byte {
	t.Helper()
	const colour = 6 // red, green, blue and opacity
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, colour, 0, 0, 0)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := z.Write(make([]byte, zeros)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", packed.Bytes()), chunk("IEND", nil)}, nil)
}

func folder(t testing.TB) *Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// kept adds a picture and reads the file back.
func kept(t *testing.T, f *Folder, given []byte) (Picture, image.Image, []byte) {
	t.Helper()
	p, err := f.Add(t.Context(), bytes.NewReader(given))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(f.dir, p.Name()))
	if err != nil {
		t.Fatal(err)
	}
	m, kind, err := image.Decode(bytes.NewReader(raw))
	if err != nil || "image/"+kind != p.MediaType || m.Bounds().Dx() != int(p.Width) || m.Bounds().Dy() != int(p.Height) || int64(len(raw)) != p.Bytes {
		t.Fatalf("%+v is a %s of %v in %d bytes, %v", p, kind, m.Bounds(), len(raw), err)
	}
	return p, m, raw
}

// looks names the colour of a pixel.
func looks(m image.Image, x, y int) string {
	r, g, b, a := m.At(x, y).RGBA()
	switch {
	case a == 0:
		return "clear"
	case r > 0xc000 && g < 0x4000 && b < 0x4000:
		return "red"
	case b > 0xc000 && r < 0x4000 && g < 0x4000:
		return "blue"
	case g > 0xc000 && r < 0x4000 && b < 0x4000:
		return "green"
	}
	return "another"
}

func TestPicturesAreKeptByWhatTheyHoldAndOnce(t *testing.T) {
	f := folder(t)
	p, _, _ := kept(t, f, asPNG(t, flag(64, 32)))
	if p.MediaType != "image/jpeg" || p.Width != 64 || p.Height != 32 || !strings.HasSuffix(p.Path(), ".jpg") || !content.IsPicturePath(p.Path()) {
		t.Errorf("%+v", p)
	}
	again, _, _ := kept(t, f, asPNG(t, flag(64, 32)))
	clear := flag(64, 32)
	clear.SetNRGBA(40, 20, color.NRGBA{})
	other, m, _ := kept(t, f, asPNG(t, clear))
	if again != p || other.MediaType != "image/png" || looks(m, 40, 20) != "clear" || !strings.HasSuffix(other.Name(), ".png") {
		t.Errorf("%+v again, %+v with a hole", again, other)
	}
	files, err := os.ReadDir(f.dir)
	if err != nil || len(files) != 2 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, p := range []Picture{p, other} {
		if found, ok := f.Find(p.Name()); !ok || found != p {
			t.Errorf("found %+v, want %+v", found, p)
		}
	}
	if err := f.Remove(p.Name()); err != nil || f.Has(p.Name()) || f.Remove(p.Name()) != nil {
		t.Errorf("%v, still there: %t", err, f.Has(p.Name()))
	}
}

func TestTryKeepsNothing(t *testing.T) {
	f := folder(t)
	p, err := f.Try(t.Context(), bytes.NewReader(asPNG(t, flag(64, 32))))
	if _, there := os.Stat(f.dir); err != nil || len(p.SHA256) != 64 || f.Has(p.Name()) || !errors.Is(there, os.ErrNotExist) {
		t.Errorf("%+v, %v, %v", p, err, there)
	}
}

func TestLargePicturesAreScaledDown(t *testing.T) {
	for _, size := range [][4]int{{1600, 900, 1600, 900}, {2400, 300, 1600, 200}, {3300, 200, 1600, 97}, {250, 5000, 80, 1600}, {1601, 16, 1600, 16}} {
		p, m, _ := kept(t, folder(t), asPNG(t, flag(size[0], size[1])))
		if max(int(p.Width)-size[2], size[2]-int(p.Width)) > 1 || max(int(p.Height)-size[3], size[3]-int(p.Height)) > 1 {
			t.Errorf("%v became %d x %d", size, p.Width, p.Height)
		}
		w, h := int(p.Width), int(p.Height)
		if got := looks(m, w/8, h/8) + looks(m, w/8, h-2) + looks(m, w-2, h/2); got != "greenredblue" {
			t.Errorf("%v looks %s", size, got)
		}
	}
}

func TestJPEGStandsUprightWithoutWhatElseItHeld(t *testing.T) {
	// Where the green corner is to be, by the orientation.
	for orientation, corner := range map[uint16][2]int{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}, 9: {0, 0}} {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			given := withExif(asJPEG(t, flag(128, 64)), orientation, order)
			p, m, raw := kept(t, folder(t), given)
			w, h := 128, 64
			if orientation >= 5 && orientation <= 8 {
				w, h = 64, 128
			}
			if int(p.Width) != w || int(p.Height) != h {
				t.Errorf("orientation %d: %d x %d", orientation, p.Width, p.Height)
			}
			if x, y := 4+corner[0]*(w-9), 4+corner[1]*(h-9); looks(m, x, y) != "green" {
				t.Errorf("orientation %d: the corner is not at %d, %d", orientation, x, y)
			}
			if !bytes.Contains(given, []byte("GPS 41")) || bytes.Contains(raw, []byte("GPS 41")) || bytes.Contains(raw, []byte("Exif")) {
				t.Error("what the camera wrote was kept")
			}
		}
	}
}

// lossless is a WebP of 17 x 16 red pixels with half their opacity.
const lossless = "UklGRhgAAABXRUJQVlA4TAwAAAAvEMADEChA/wtQwAA="

func TestOtherFormatsComeIn(t *testing.T) {
	palette := image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.Black, color.RGBA{R: 255, A: 255}})
	palette.Pix[0] = 1
	second := image.NewPaletted(palette.Rect, palette.Palette)
	var moving bytes.Buffer
	if err := gif.EncodeAll(&moving, &gif.GIF{Image: []*image.Paletted{palette, second}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	if p, _, _ := kept(t, folder(t), moving.Bytes()); p.Width != 20 || p.MediaType != "image/jpeg" {
		t.Errorf("%+v", p)
	}
	gray := image.NewGray16(image.Rect(0, 0, 20, 20))
	if p, _, _ := kept(t, folder(t), asPNG(t, gray)); p.MediaType != "image/jpeg" {
		t.Errorf("%+v", p)
	}
	raw, err := base64.StdEncoding.DecodeString(lossless)
	if err != nil {
		t.Fatal(err)
	}
	if p, m, _ := kept(t, folder(t), raw); p.Width != 17 || p.MediaType != "image/png" || m.At(8, 8) != (color.NRGBA{R: 255, A: 128}) {
		t.Errorf("%+v, %v", p, m.At(8, 8))
	}
}

// hostile are files that must be refused, each with what the message must say.
func hostile(t testing.TB) map[string]struct {
	given []byte
	says  string
} {
	small, photo := asPNG(t, flag(64, 64)), asJPEG(t, flag(64, 64))
	type one = struct {
		given []byte
		says  string
	}
	return map[string]one{
		"nothing":            {nil, "no JPEG"},
		"text":               {[]byte("hello"), "no JPEG"},
		"SVG":                {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "no JPEG"},
		"SVG behind XML":     {[]byte(`<?xml version="1.0"?><svg/>`), "no JPEG"},
		"HTML":               {[]byte("<!doctype html><script>alert(1)</script>"), "no JPEG"},
		"HTML and a GIF":     {[]byte("GIF89a/*<script>alert(1)</script>*/=1;"), "pixels"},
		"PDF":                {[]byte("%PDF-1.7"), "no JPEG"},
		"half a PNG":         {small[:len(small)/2], "damaged"},
		"a PNG's first line": {small[:8], "damaged"},
		"half a JPEG":        {photo[:len(photo)/2], "damaged"},
		"a JPEG's head":      {photo[:20], "damaged"},
		"a huge head":        {claiming(t, 40_000, 40_000, 8, 1000), "40000 x 40000 pixels; each side may have at most 12000"},
		"too many pixels":    {claiming(t, 8_000, 8_000, 8, 1000), "64 million"},
		"deep pixels":        {claiming(t, 5_000, 5_000, 16, 1000), "25 million pixels; at most 20"},
		"a bomb":             {claiming(t, 100, 100, 8, 20<<20), "damaged"},
		"a missing end":      {claiming(t, 3_000, 3_000, 8, 1000), "damaged"},
		"a thin line":        {claiming(t, 15, 100, 8, 15*4*100+100), "at least 16"},
		"no pixels":          {claiming(t, 0, 0, 8, 0), "damaged"},
		"too many bytes":     {append(small[:len(small):len(small)], make([]byte, MostBytes)...), "8 MiB"},
		"a broken WebP":      {[]byte("RIFF\x10\x00\x00\x00WEBPVP8 \xff\xff\xff\xff"), "damaged"},
	}
}

func TestHostilePicturesAreRefusedAndLeaveNothing(t *testing.T) {
	f := folder(t)
	for name, c := range hostile(t) {
		p, err := f.Add(t.Context(), bytes.NewReader(c.given))
		var mistakes content.Errors
		if !errors.As(err, &mistakes) || !strings.Contains(err.Error(), c.says) || mistakes[0].Path[0] != "file" {
			t.Errorf("%s: %+v, %v", name, p, err)
		}
	}
	if files, err := os.ReadDir(f.dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, %v", files, err)
	}
}

func TestWhatHidesBehindAPictureIsGone(t *testing.T) {
	script := []byte("<script>alert(1)</script>")
	for _, given := range [][]byte{append(asPNG(t, flag(64, 64)), script...), append(asJPEG(t, flag(64, 64)), script...)} {
		if _, _, raw := kept(t, folder(t), given); bytes.Contains(raw, []byte("script")) {
			t.Error("the script was kept")
		}
	}
}

func TestManyAtOnceTakeTurns(t *testing.T) {
	f := folder(t)
	given, large := asPNG(t, flag(100, 100)), asPNG(t, image.NewGray(image.Rect(0, 0, 2900, 2900)))
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			picture := given
			if i == 3 || i == 7 {
				picture = large
			}
			if _, err := f.Add(t.Context(), bytes.NewReader(picture)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	f.places <- struct{}{}
	f.places <- struct{}{}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Add(gone, bytes.NewReader(given)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v while others draw", err)
	}
}

func TestServedPicturesAreOnlyPictures(t *testing.T) {
	f := folder(t)
	p, _, raw := kept(t, f, asPNG(t, flag(64, 32)))
	if err := os.WriteFile(filepath.Join(f.dir, "secret.txt"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	serve := func(method, name string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(method, "/media/x", nil)
		for _, h := range headers {
			key, value, _ := strings.Cut(h, ": ")
			r.Header.Set(key, value)
		}
		w := httptest.NewRecorder()
		if !f.Serve(w, r, name) {
			w.Code = http.StatusNotFound
		}
		return w
	}
	w := serve("GET", p.Name())
	for header, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
		"Cache-Control": "public, max-age=31536000, immutable", "ETag": `"` + p.SHA256[:32] + `"`,
	} {
		if got := w.Header().Get(header); got != want {
			t.Errorf("%s: %q", header, got)
		}
	}
	if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), raw) {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if w := serve("GET", p.Name(), "If-None-Match: "+w.Header().Get("ETag")); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	if w := serve("HEAD", p.Name()); w.Code != 200 || w.Body.Len() > 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	for _, name := range []string{"", ".", "..", "secret.txt", "../media/secret.txt", p.SHA256, p.SHA256 + ".png", p.SHA256 + ".svg", strings.ToUpper(p.SHA256) + ".jpg", p.Name() + "/", p.Name() + "\x00", strings.Repeat("0", 64) + ".jpg"} {
		if w := serve("GET", name); w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", name, w.Code)
		}
	}
}

func FuzzAdd(f *testing.F) {
	for _, c := range hostile(f) {
		if len(c.given) < 1<<16 {
			f.Add(c.given)
		}
	}
	f.Add(asPNG(f, flag(20, 20)))
	f.Add(withExif(asJPEG(f, flag(20, 20)), 6, binary.LittleEndian))
	at := folder(f)
	f.Fuzz(func(t *testing.T, given []byte) {
		p, err := at.Add(t.Context(), bytes.NewReader(given))
		if err != nil {
			var mistakes content.Errors
			if !errors.As(err, &mistakes) {
				t.Fatal(err)
			}
			return
		}
		found, ok := at.Find(p.Name())
		if !ok || found != p || p.Width > LongerSide || p.Height > LongerSide || p.Width < 1 || p.Height < 1 {
			t.Fatalf("%+v, found %+v", p, found)
		}
	})
}
