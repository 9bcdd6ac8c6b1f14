// Package cache keeps whole answers by what was asked and by the tag of what answered. It knows nothing of what they say: a tag
// stands for all that an answer may depend on, so that an answer is never wrong, only not asked for any more; and what is asked
// for least goes when the room is used up.
package cache

import (
	"bytes"
	"encoding/base64"
	"math"
	"net/http"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/sync/singleflight"
)

// Key names an answer: a hash of the question, and the tag of what answers it.
type Key struct {
	Question [32]byte
	Tag      string
}

// Name is a short form of the question.
func (k Key) Name() string { return base64.RawURLEncoding.EncodeToString(k.Question[:9]) }

// Answer is a whole answer. Nobody may change one that was given to a Cache.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
	// Note is what whoever made the answer wants to know of it when it is given again.
	Note string
	// IsAlone says that the answer is for who asked first alone: the next one may be another.
	IsAlone    bool
	gzip, zstd variant
}

// variant is a body in an encoding, made when it is first asked for.
type variant struct {
	once sync.Once
	body []byte
}

// Cache keeps answers up to a number of bytes. It is safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	answers *simplelru.LRU[Key, *Answer]
	bytes   int
	most    int
	flights singleflight.Group
}

// share is the part of the room that one answer may take.
const share = 16

// New returns a cache with room for a number of bytes.
func New(most int) *Cache {
	c := &Cache{most: most}
	answers, err := simplelru.NewLRU(math.MaxInt, func(_ Key, a *Answer) { c.bytes -= a.weight() })
	if err != nil {
		panic(err) // only a size below one is an error
	}
	c.answers = answers
	return c
}

// weight is about how many bytes an answer takes, with its variants.
func (a *Answer) weight() int {
	const rest = 1 << 10
	return rest + len(a.Body) + len(a.Body)/2
}

// Get returns a kept answer, or nil.
func (c *Cache) Get(k Key) *Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, _ := c.answers.Get(k)
	return a
}

// Do makes an answer and keeps it if make says so. Whoever asks meanwhile for the same gets the same; isShared says so. A panic of
// make reaches all of them.
func (c *Cache) Do(k Key, make func() (a *Answer, keep bool)) (a *Answer, isShared bool) {
	isOurs := false
	made, _, _ := c.flights.Do(string(k.Question[:])+k.Tag, func() (any, error) {
		isOurs = true
		if a := c.Get(k); a != nil { // made between the look and the flight
			return a, nil
		}
		a, keep := make()
		if keep {
			c.put(k, a)
		}
		return a, nil
	})
	if a = made.(*Answer); a.IsAlone && !isOurs {
		a, _ = make()
		return a, false
	}
	return a, !isOurs
}

func (c *Cache) put(k Key, a *Answer) {
	if a.weight() > c.most/share {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers.Add(k, a)
	for c.bytes += a.weight(); c.bytes > c.most; {
		c.answers.RemoveOldest()
	}
}

// Size is how many answers are kept, and about how many bytes they take.
func (c *Cache) Size() (answers, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.answers.Len(), c.bytes
}

// The encodings.
const (
	Identity = ""
	Gzip     = "gzip"
	Zstd     = "zstd"
)

// leastEncoded is the length below which an encoding saves nothing worth its work.
const leastEncoded = 1 << 10

// In returns the body in an encoding, and in which it is.
func (a *Answer) In(encoding string) (body []byte, is string) {
	if len(a.Body) < leastEncoded || !isText(a.Header.Get("Content-Type")) {
		return a.Body, Identity
	}
	switch encoding {
	case Gzip:
		a.gzip.once.Do(func() { a.gzip.body = zip(a.Body) })
		return a.gzip.body, Gzip
	case Zstd:
		a.zstd.once.Do(func() { a.zstd.body = bytes.Clone(encoder.EncodeAll(a.Body, make([]byte, 0, len(a.Body)/3))) })
		return a.zstd.body, Zstd
	}
	return a.Body, Identity
}

// isText tells whether an encoding makes what has this type smaller.
func isText(mediaType string) bool {
	for _, part := range []string{"text/", "json", "xml", "javascript", "vtt"} {
		if strings.Contains(mediaType, part) {
			return true
		}
	}
	return false
}

// encoder is safe for concurrent use.
var encoder = func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err) // the options are constant
	}
	return e
}()

var zippers = sync.Pool{New: func() any {
	w, err := gzip.NewWriterLevel(nil, gzip.DefaultCompression)
	if err != nil {
		panic(err) // the level is constant
	}
	return w
}}

func zip(body []byte) []byte {
	out := bytes.NewBuffer(make([]byte, 0, len(body)/3))
	w := zippers.Get().(*gzip.Writer)
	defer zippers.Put(w)
	w.Reset(out)
	_, _ = w.Write(body) // a buffer
	_ = w.Close()
	return bytes.Clone(out.Bytes()) // without the room that was not needed
}
