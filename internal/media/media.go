// Package media keeps pictures: one folder of files, each named by the hash of what it holds. Whatever comes in is read, drawn
// anew and written by us, so a file holds a picture and nothing else: no position of a camera, no script, no other format.
//
// The desk takes uploads in by it and forgets pictures, the guard keeps copies of remote ones, the server serves them. It knows
// no entries and no database, and it never looks at a name to tell what a file is.
package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"bettertogether/internal/content"
)

// MostBytes is how large a picture may be that comes in.
const MostBytes = 8 << 20

// Folder is a store of pictures. It is safe for concurrent use, also by several processes. A nil Folder holds nothing.
type Folder struct {
	dir string
	// places lets at most so many pictures be drawn at once as it holds; who takes more than one of them has both first.
	places chan struct{}
	both   sync.Mutex
}

// Picture is a picture that a folder holds.
type Picture struct {
	// SHA256 is the hash of the file, in lower-case hex.
	SHA256 string
	// MediaType is image/jpeg or image/png.
	MediaType     string
	Width, Height int32
	// Bytes is how large the file is.
	Bytes int64
}

// Name is the picture's file name: "e3b0….jpg".
func (p Picture) Name() string {
	if p.MediaType == typePNG {
		return p.SHA256 + ".png"
	}
	return p.SHA256 + ".jpg"
}

// Path is where the hub serves the picture, below its public address.
func (p Picture) Path() string { return content.PicturePrefix + p.Name() }

// Open returns the store of a folder, which need not exist before the first picture comes. What a process that died left half
// written is removed.
func Open(dir string) (*Folder, error) {
	if at, err := os.Stat(dir); err == nil && !at.IsDir() {
		return nil, fmt.Errorf("open media: %s is no folder", dir)
	}
	left, err := filepath.Glob(filepath.Join(dir, halfWritten))
	if err != nil {
		return nil, fmt.Errorf("open media: %w", err)
	}
	for _, name := range left {
		if at, err := os.Stat(name); err == nil && time.Since(at.ModTime()) > time.Hour {
			_ = os.Remove(name) // it is in nobody's way
		}
	}
	return &Folder{dir: dir, places: make(chan struct{}, atOnce)}, nil
}

// halfWritten is how files are called that are being written.
const halfWritten = ".new-*"

// Add reads a picture, draws it anew and keeps it. The same picture twice is one file. Mistakes are content.Errors about "file":
// it is too large, damaged, or no picture that the hub takes.
func (f *Folder) Add(ctx context.Context, in io.Reader) (Picture, error) {
	p, drawn, err := f.prepare(ctx, in)
	if err != nil {
		return Picture{}, err
	}
	if err := f.write(p.Name(), drawn); err != nil {
		return Picture{}, fmt.Errorf("keep a picture: %w", err)
	}
	return p, nil
}

// Try does what Add does, but keeps nothing.
func (f *Folder) Try(ctx context.Context, in io.Reader) (Picture, error) {
	p, _, err := f.prepare(ctx, in)
	return p, err
}

func (f *Folder) prepare(ctx context.Context, in io.Reader) (Picture, []byte, error) {
	given, err := io.ReadAll(io.LimitReader(in, MostBytes+1))
	if err != nil {
		return Picture{}, nil, fmt.Errorf("read a picture: %w", err)
	}
	if len(given) > MostBytes {
		return Picture{}, nil, refuse(content.CodeTooLong, "the picture is larger than %d MiB", MostBytes>>20)
	}
	source, err := examine(given)
	if err != nil {
		return Picture{}, nil, err
	}
	release, err := f.take(ctx, source.places())
	if err != nil {
		return Picture{}, nil, err
	}
	defer release()
	drawn, p, err := source.draw(ctx)
	if err != nil {
		return Picture{}, nil, err
	}
	sum := sha256.Sum256(drawn)
	p.SHA256, p.Bytes = hex.EncodeToString(sum[:]), int64(len(drawn))
	return p, drawn, nil
}

// take waits for places to draw.
func (f *Folder) take(ctx context.Context, wanted int) (release func(), err error) {
	if wanted > 1 {
		f.both.Lock() // or two of them would each hold what the other waits for
		defer f.both.Unlock()
	}
	for got := range wanted {
		select {
		case f.places <- struct{}{}:
		case <-ctx.Done():
			for range got {
				<-f.places
			}
			return nil, ctx.Err()
		}
	}
	return func() {
		for range wanted {
			<-f.places
		}
	}, nil
}

// write makes a file as a whole or not at all.
func (f *Folder) write(name string, drawn []byte) error {
	final := filepath.Join(f.dir, name)
	if at, err := os.Stat(final); err == nil && at.Size() == int64(len(drawn)) {
		return nil // the name says what is in it
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.dir, halfWritten) // only its owner may read it
	if err != nil {
		return err
	}
	_, err = file.Write(drawn)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), final)
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	if folder, err := os.Open(f.dir); err == nil {
		_, _ = folder.Sync(), folder.Close() // not every system can
	}
	return nil
}

// Find tells of a picture by its file name; false when there is none.
func (f *Folder) Find(name string) (Picture, bool) {
	file, size := f.open(name)
	if file == nil {
		return Picture{}, false
	}
	defer file.Close()
	sum, ending, _ := strings.Cut(name, ".")
	p := Picture{SHA256: sum, MediaType: mediaTypeOf(ending), Bytes: size}
	config, _, err := image.DecodeConfig(file)
	p.Width, p.Height = int32(config.Width), int32(config.Height)
	return p, err == nil
}

// Has tells whether there is a picture of a file name.
func (f *Folder) Has(name string) bool {
	file, _ := f.open(name)
	if file == nil {
		return false
	}
	_ = file.Close() // it was only looked at
	return true
}

// open opens a picture's file; nil when there is none, or the name is none of ours.
func (f *Folder) open(name string) (*os.File, int64) {
	if f == nil || !content.IsPicturePath(content.PicturePrefix+name) {
		return nil, 0
	}
	file, err := os.Open(filepath.Join(f.dir, name))
	if err != nil {
		return nil, 0
	}
	at, err := file.Stat()
	if err != nil || !at.Mode().IsRegular() {
		_ = file.Close() // it was only looked at
		return nil, 0
	}
	return file, at.Size()
}

// Remove forgets a picture. One that is not there is forgotten already.
func (f *Folder) Remove(name string) error {
	if f == nil || !content.IsPicturePath(content.PicturePrefix+name) {
		return nil
	}
	if err := os.Remove(filepath.Join(f.dir, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forget a picture: %w", err)
	}
	return nil
}

// Serve answers a request for a picture by its file name, in whole or in part; false, and nothing written, when there is none.
// The name tells the content, so whoever has it may keep it for ever.
func (f *Folder) Serve(w http.ResponseWriter, r *http.Request, name string) bool {
	file, size := f.open(name)
	if file == nil {
		return false
	}
	defer file.Close()
	sum, ending, _ := strings.Cut(name, ".")
	h := w.Header()
	h.Set("Content-Type", mediaTypeOf(ending))
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("ETag", `"`+sum[:32]+`"`)
	http.ServeContent(w, r, "", time.Time{}, file)
	return true
}

func mediaTypeOf(ending string) string {
	if ending == "png" {
		return typePNG
	}
	return typeJPEG
}

// refuse is a mistake about the file that came.
func refuse(code content.ErrorCode, format string, args ...any) error {
	return content.Errors{content.Errorf(code, "file", format, args...)}
}
