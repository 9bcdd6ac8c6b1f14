// Package cache keeps whole answers by what was asked. It knows nothing of what they say: a question names all that its answer may
// depend on, the tag of what answers it among that, so that an answer is never wrong, only not asked for any more; and what is
// asked for least goes when the room is used up.
package cache

import (
	"bytes"
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

// Answer is a whole answer. Nobody may change one that was given to a Cache.
type Answer struct {
	Status int
	Header []Field
	// Etag and Tag are the values of the headers that name the answer and what gave it; one that holds for nobody else has no Etag.
	Etag, Tag []string
	Body      []byte
	// Note is what whoever made the answer wants to know of it when it is given again.
	Note any
	// IsAlone says that the answer is for who asked first alone: the next one may be another.
	IsAlone bool
	// isText says that an encoding makes the body smaller.
	isText               bool
	identity, gzip, zstd variant
}

// NewAnswer returns an answer that has no name yet.
func NewAnswer(status int, header http.Header, body []byte) *Answer {
	a := &Answer{Status: status, Header: make([]Field, 0, len(header)), Body: body, isText: isText(header.Get("Content-Type"))}
	for name, values := range header {
		a.Header = append(a.Header, Field{name, values})
	}
	return a
}

// Field is a header with its values, ready for each who gets the answer.
type Field struct {
	Name   string
	Values []string
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

func (v *variant) make(encoding []string, encode func(body []byte) []byte, plain []byte) Sent {
	v.once.Do(func() {
		body := encode(plain)
		v.Sent = Sent{body, encoding, []string{strconv.Itoa(len(body))}}
	})
	return v.Sent
}

// Cache keeps answers up to a number of bytes. It is safe for concurrent use.
type Cache struct {
	mu sync.Mutex
	// answers are by the hash of their questions. Of two questions with one hash, the later one's answer is kept.
	answers *simplelru.LRU[uint64, kept]
	bytes   int
	most    int
	// seen are hashes of questions that were asked, at places that follow from them.
	seen    [1 << 14]uint64
	flights singleflight.Group
}

// kept is an answer with its question.
type kept struct {
	question string
	*Answer
}

// share is the part of the room that one answer may take.
const share = 16

// New returns a cache with room for a number of bytes.
func New(most int) *Cache {
	c := &Cache{most: most}
	answers, err := simplelru.NewLRU(math.MaxInt, func(_ uint64, k kept) { c.bytes -= k.weight() })
	if err != nil {
		panic(err) // only a size below one is an error
	}
	c.answers = answers
	return c
}

// weight is about how many bytes an answer takes, with its variants.
func (k kept) weight() int { return weigh(len(k.question), len(k.Body)) }

func weigh(question, body int) int {
	const rest = 1 << 10
	return rest + question + body + body/2
}

var seed = maphash.MakeSeed()

// Get returns a kept answer, or nil.
func (c *Cache) Get(question []byte) *Answer {
	hash := maphash.Bytes(seed, question)
	c.mu.Lock()
	k, _ := c.answers.Get(hash)
	c.mu.Unlock()
	if k.question != string(question) {
		return nil
	}
	return k.Answer
}

// Admits tells whether an answer of a length is worth its room. While there is room each is; then one that was asked for before, so
// that questions that nobody asks twice take the place of none that many ask.
func (c *Cache) Admits(question []byte, length int) bool {
	weight := weigh(len(question), length)
	if weight > c.most/share {
		return false
	}
	mark := maphash.Bytes(seed, question)
	place := &c.seen[mark%uint64(len(c.seen))]
	c.mu.Lock()
	defer c.mu.Unlock()
	isSeen := *place == mark
	*place = mark
	return isSeen || c.bytes+weight <= c.most
}

// Do makes an answer and keeps it if make says so. Whoever asks meanwhile for the same gets the same; isShared says that more than
// one got it, and make was called for one of them. A panic of make reaches all of them.
func (c *Cache) Do(question []byte, make func() (a *Answer, keep bool)) (a *Answer, isShared bool) {
	isOurs := false
	name := string(question)
	made, _, isShared := c.flights.Do(name, func() (any, error) {
		isOurs = true
		if a := c.Get(question); a != nil { // made between the look and the flight
			return a, nil
		}
		a, keep := make()
		if keep {
			c.put(kept{name, a})
		}
		return a, nil
	})
	if a = made.(*Answer); a.IsAlone && !isOurs {
		a, _ = make()
		return a, false
	}
	return a, isShared
}

func (c *Cache) put(k kept) {
	if k.weight() > c.most/share {
		return
	}
	hash := maphash.String(seed, k.question)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answers.Remove(hash) // of another question, if of any
	c.answers.Add(hash, k)
	for c.bytes += k.weight(); c.bytes > c.most; {
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
	if a.isText && len(a.Body) >= leastEncoded {
		switch encoding {
		case Gzip:
			return a.gzip.make(inGzip, zip, a.Body)
		case Zstd:
			return a.zstd.make(inZstd, squeeze, a.Body)
		}
	}
	return a.identity.make(nil, asItIs, a.Body)
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

func asItIs(body []byte) []byte { return body }

// encoder is safe for concurrent use.
var encoder = func() *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err) // the options are constant
	}
	return e
}()

func squeeze(body []byte) []byte {
	return bytes.Clone(encoder.EncodeAll(body, make([]byte, 0, len(body)/3)))
}

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
