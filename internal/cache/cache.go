// Package cache keeps whole answers by what was asked and by the tag of what answered. It knows nothing of what they say: a tag
// stands for all that an answer may depend on, so that an answer is never wrong, only not asked for any more; and what is asked
// for least goes when the room is used up.
package cache

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/maphash"
	"math"
	"net/http"
	"strconv"
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
	Note any
	// IsAlone says that the answer is for who asked first alone: the next one may be another.
	IsAlone              bool
	identity, gzip, zstd variant
}

// variant is a body in an encoding, made when it is first asked for.
type variant struct {
	once sync.Once
	Sent
}

// Sent is a body as it is sent, with the values of the headers that tell of it: Encoding is nil for none.
type Sent struct {
	Body             []byte
	Encoding, Length []string
}

func (v *variant) make(encoding []string, encode func() []byte) Sent {
	v.once.Do(func() {
		body := encode()
		v.Sent = Sent{body, encoding, []string{strconv.Itoa(len(body))}}
	})
	return v.Sent
}

// Cache keeps answers up to a number of bytes. It is safe for concurrent use.
type Cache struct {
	mu      sync.Mutex
	answers *simplelru.LRU[Key, *Answer]
	bytes   int
	most    int
	// seen are marks of questions that were asked, at places that follow from the questions.
	seen    [1 << 14]uint64
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
func (a *Answer) weight() int { return weigh(len(a.Body)) }

func weigh(length int) int {
	const rest = 1 << 10
	return rest + length + length/2
}

// Get returns a kept answer, or nil.
func (c *Cache) Get(k Key) *Answer {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, _ := c.answers.Get(k)
	return a
}

// Admits tells whether an answer of a length is worth its room. While there is room each is; then one that was asked for before, so
// that questions that nobody asks twice take the place of none that many ask.
func (c *Cache) Admits(k Key, length int) bool {
	if weigh(length) > c.most/share {
		return false
	}
	mark := binary.LittleEndian.Uint64(k.Question[:]) ^ maphash.String(seed, k.Tag)
	place := &c.seen[mark%uint64(len(c.seen))]
	c.mu.Lock()
	defer c.mu.Unlock()
	isSeen := *place == mark
	*place = mark
	return isSeen || c.bytes+weigh(length) <= c.most
}

var seed = maphash.MakeSeed()

// Do makes an answer and keeps it if make says so. Whoever asks meanwhile for the same gets the same; isShared says that more than
// one got it, and make was called for one of them. A panic of make reaches all of them.
func (c *Cache) Do(k Key, make func() (a *Answer, keep bool)) (a *Answer, isShared bool) {
	isOurs := false
	made, _, isShared := c.flights.Do(string(k.Question[:])+k.Tag, func() (any, error) {
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
	return a, isShared
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

// Clear forgets all answers.
func (c *Cache) Clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers.Purge()
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

// In returns the body in an encoding, or as it is where that saves nothing.
func (a *Answer) In(encoding string) Sent {
	if encoding != Identity && len(a.Body) >= leastEncoded && isText(a.Header.Get("Content-Type")) {
		switch encoding {
		case Gzip:
			return a.gzip.make(inGzip, func() []byte { return zip(a.Body) })
		case Zstd:
			return a.zstd.make(inZstd, func() []byte { return bytes.Clone(encoder.EncodeAll(a.Body, make([]byte, 0, len(a.Body)/3))) })
		}
	}
	return a.identity.make(nil, func() []byte { return a.Body })
}

var inGzip, inZstd = []string{Gzip}, []string{Zstd}

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
