package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzhttp"

	"bettertogether/internal/cache"
	"bettertogether/internal/edition"
	"bettertogether/internal/plan"
)

// mostKept is how many bytes of answers are kept.
const mostKept = 64 << 20

// keeping is how the answers of a route are kept, here and by others.
type keeping struct {
	// control is the Cache-Control of an answer; its verb is the number of seconds for which it holds.
	control string
	// asks appends what of a request's headers is a part of the question; nil is nothing.
	asks func(b []byte, r *http.Request) []byte
	// surrogate names the answers to a cache in front of the hub.
	surrogate string
	// tellsSchedule says that the answers tell when time changes something. A publication that is to come moves that, and no tag.
	tellsSchedule bool
	// again counts an answer that is given again.
	again func(*cache.Answer)
	// whole is the Cache-Control of an answer that holds as long as any may; surrogates are the values of their header.
	whole, surrogates []string
}

// The ways in which answers are kept elsewhere. Time bounds each: what it changes is looked at again in that moment.
const (
	// keepShared lets shared caches answer, and browsers only after a look.
	keepShared = "public, max-age=0, s-maxage=%d, must-revalidate"
	// keepEverywhere lets browsers answer as well.
	keepEverywhere = "public, max-age=%d, must-revalidate"
)

// asked is a question while it is answered: the context of those who answer it. It does not end when one of those goes away who
// wait for the answer.
type asked struct {
	context.Context //nolint:containedctx // it is one
	// body is that of the request, where it was read.
	body []byte
	// isFinal says that the answer is the last word of its edition.
	isFinal bool
	// answer is the body of the answer, where nobody wrote one; note is what is remembered beside it.
	answer []byte
	note   any
	// sheet is an answer that a plan has written whole, on a lent sheet.
	sheet []byte
	lent  *[]byte
}

// sheets are lent to plans: most answers are sent once, and then their sheet serves another.
var sheets = sync.Pool{New: func() any { return new([]byte) }}

// largestSheet is the largest that is kept for another answer.
const largestSheet = 256 << 10

// Blank implements plan.Sheet.
func (a *asked) Blank(size int) []byte {
	if a.lent == nil {
		a.lent = sheets.Get().(*[]byte)
	}
	if cap(*a.lent) < size {
		*a.lent = make([]byte, 0, size)
	}
	return (*a.lent)[:0]
}

// giveBack gives the lent sheet back; nobody may read what was written on it any more.
func (a *asked) giveBack() {
	if a.lent == nil {
		return
	}
	if a.sheet != nil {
		*a.lent = a.sheet // it may have grown
	}
	if cap(*a.lent) <= largestSheet {
		sheets.Put(a.lent)
	}
	a.lent, a.sheet = nil, nil
}

// unending is a context without its end. It is context.WithoutCancel, which allocates with each look for a value.
type unending struct{ context.Context }

// Deadline implements context.Context.
func (*unending) Deadline() (time.Time, bool) { return time.Time{}, false }

// Done implements context.Context.
func (*unending) Done() <-chan struct{} { return nil }

// Err implements context.Context.
func (*unending) Err() error { return nil }

type askedKey struct{}

// Value implements context.Context.
func (a *asked) Value(key any) any {
	switch key.(type) {
	case askedKey, plan.SheetKey:
		return a
	}
	return a.Context.Value(key)
}

// Lay implements plan.Sheet.
func (a *asked) Lay(sheet []byte) { a.sheet = sheet }

// askedOf is the question that a context belongs to, or nil.
func askedOf(ctx context.Context) *asked {
	a, _ := ctx.Value(askedKey{}).(*asked)
	return a
}

// keep says that the answer to a request is the last word of the edition that the request reads: whoever asks the same of the same
// edition may get the same bytes.
func keep(r *http.Request) {
	if a := askedOf(r.Context()); a != nil {
		a.isFinal = true
	}
}

// kept answers with what was answered before, as long as nothing has changed, and makes an answer once, however many ask for it
// at the same time. next reads the view of its context, and nothing else that changes; it says by keep which answers hold. Who
// shows a token is answered by others, and is never kept.
func (s *Server) kept(k keeping, next, others http.Handler) http.Handler {
	next = s.placed(next)
	others = gzhttp.GzipHandler(s.pinned(others))
	k.whole, k.surrogates = []string{k.fresh(freshFor)}, []string{k.surrogate}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header["Authorization"] != nil {
			w.Header()["Cache-Control"] = neverKept
			others.ServeHTTP(w, r)
			return
		}
		s.await(r)
		view := s.Desk.Pin()
		if life := view.Incarnation(); s.life.Load() != life { // somebody was forgotten, or the database is another
			s.life.Store(life)
			s.answers.Clear()
		}
		question, body, isWhole := s.question(r, k, view)
		if !isWhole {
			others.ServeHTTP(w, r)
			return
		}
		key := cache.Key{Question: question, Tag: view.Tag()}
		if r.Header["If-None-Match"] != nil && r.Method != http.MethodPost {
			if etag := etagOf(key); matches(r.Header["If-None-Match"], etag) {
				s.metrics.looks[lookKnown].Inc()
				h := w.Header()
				h["Etag"], h[seenHeader] = []string{etag}, []string{key.Tag}
				k.head(h, r, view)
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		look := lookHit
		answer := s.answers.Get(key)
		if answer == nil {
			if !s.admitted(w, r) {
				return
			}
			var question *asked
			var isShared bool
			answer, isShared = s.answers.Do(key, func() (*cache.Answer, bool) {
				question = &asked{Context: &unending{r.Context()}, body: body}
				return s.make(next, r, question, view, key)
			})
			if look = lookMiss; question == nil {
				look = lookShared
			} else if !isShared {
				defer question.giveBack()
			}
		}
		s.metrics.looks[look].Inc()
		if k.again != nil && look != lookMiss {
			k.again(answer)
		}
		k.write(w, r, view, answer)
	})
}

// etagOf names an answer to others: the edition's tag and what was asked.
func etagOf(k cache.Key) string { return `W/"` + k.Tag + "-" + k.Name() + `"` }

// make lets next answer a request from a view. What is not final holds for nobody but those who ask now, and what passes only for
// who asked first.
func (s *Server) make(next http.Handler, r *http.Request, question *asked, view *edition.View, key cache.Key) (*cache.Answer, bool) {
	r = r.WithContext(edition.With(question, view))
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet // whoever asks for the body meanwhile gets the same answer
	}
	made := s.made(next, r)
	answer := &cache.Answer{Status: made.status, Header: made.header, Body: question.answer, Note: question.note, IsAlone: view.IsPassing()}
	if answer.Body == nil || made.broke {
		answer.Body = made.body.Bytes()
	}
	answer.Header[seenHeader] = []string{key.Tag}
	isFinal := question.isFinal && made.status == http.StatusOK && !made.broke && !view.IsPassing()
	if !isFinal {
		return answer, false
	}
	answer.Header["Etag"] = []string{etagOf(key)}
	delete(answer.Header, "Cache-Control")
	if !s.answers.Admits(key, len(answer.Body)) {
		return answer, false
	}
	answer.Body = bytes.Clone(answer.Body) // that one's room may be larger, and lent
	return answer, true
}

// made lets next answer. Where it panics, nothing of what it has written is sent: the answer is an error with an id that the log has
// too.
func (s *Server) made(next http.Handler, r *http.Request) (m *made) {
	m = newMade()
	defer func() {
		if cause := recover(); cause != nil {
			m = newMade()
			m.broke = true
			problem(m, r, http.StatusInternalServerError, "INTERNAL", "internal error "+s.logPanic(cause))
		}
	}()
	next.ServeHTTP(m, r)
	return m
}

// question hashes what a request asks, each part with its length, so that no two questions are one. It is not whole when the body is
// none that many send alike.
func (s *Server) question(r *http.Request, k keeping, view *edition.View) (sum [32]byte, body []byte, isWhole bool) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // asks for what GET does
	}
	b := make([]byte, 0, 1<<10)
	for _, part := range []string{s.Build, s.Site, method, r.URL.Path, r.URL.RawQuery} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	if k.asks != nil {
		b = append(k.asks(b, r), 0)
	}
	if k.tellsSchedule {
		b = binary.AppendVarint(b, view.Due().UnixMicro())
	}
	if method == http.MethodPost {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") || r.ContentLength > mostBody {
			return sum, nil, false
		}
		var err error
		if r.ContentLength >= 0 {
			body = make([]byte, r.ContentLength)
			_, err = io.ReadFull(r.Body, body)
		} else {
			body, err = io.ReadAll(io.LimitReader(r.Body, mostBody+1))
		}
		if err != nil || len(body) > mostBody {
			r.Body = again{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
			return sum, nil, false
		}
		b = append(b, body...)
	}
	return sha256.Sum256(b), body, true
}

// again is a body that was read, and is read again.
type again struct {
	io.Reader
	io.Closer
}

// fresh is the Cache-Control of an answer that holds so long.
func (k *keeping) fresh(d time.Duration) string {
	if !strings.Contains(k.control, "%d") {
		return k.control
	}
	return fmt.Sprintf(k.control, int(d.Seconds()))
}

// head says how long an answer holds: never past the next moment at which time changes anything.
func (k *keeping) head(h http.Header, r *http.Request, view *edition.View) {
	if h["Vary"] == nil {
		h["Vary"] = variesByEncoding
	}
	switch next := view.Until(); {
	case r.Method == http.MethodPost: // no cache in front keeps it
		h["Cache-Control"] = afterALook
		return
	case next.IsZero() || next.Sub(view.Now) >= freshFor:
		h["Cache-Control"] = k.whole
	default:
		h["Cache-Control"] = []string{k.fresh(max(0, next.Sub(view.Now)))}
	}
}

var (
	afterALook = []string{"no-cache"}
	neverKept  = []string{"private, no-store"}
)

// write sends an answer in the encoding that its client takes.
func (k *keeping) write(w http.ResponseWriter, r *http.Request, view *edition.View, a *cache.Answer) {
	h := w.Header()
	for name, values := range a.Header {
		if name == "Vary" {
			values = append(h[name], values...)
		}
		h[name] = values
	}
	if a.Header["Etag"] != nil {
		k.head(h, r, view)
		if r.Method != http.MethodPost && h["Surrogate-Key"] == nil {
			h["Surrogate-Key"] = k.surrogates // not with a 304: what is kept elsewhere may have a longer one
		}
	} else if h["Cache-Control"] == nil {
		h["Cache-Control"] = afterALook // a cache would make up for how long a redirect holds
	}
	if h["Vary"] == nil {
		h["Vary"] = variesByEncoding
	}
	sent := a.In(accepted(r.Header["Accept-Encoding"]))
	if sent.Encoding != nil {
		h["Content-Encoding"] = sent.Encoding
	}
	h["Content-Length"] = sent.Length
	w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(sent.Body) // a client that has gone needs no answer
	}
}

var variesByEncoding = []string{"Accept-Encoding"}

// accepted picks the encoding that a client prefers, and of those that it likes alike the one that makes an answer smallest. A star
// stands for gzip, as all who send one know that. What is refused, or has a weight that is none, is never picked; identity is what
// is left where all is refused.
func accepted(headers []string) string {
	const unsaid = -1
	plain, zip, zst, rest := 0.0, float64(unsaid), float64(unsaid), float64(unsaid)
	for _, header := range headers {
		for one := range strings.SplitSeq(header, ",") {
			name, parameter, _ := strings.Cut(one, ";")
			switch name, w := strings.TrimSpace(name), weight(parameter); {
			case strings.EqualFold(name, cache.Zstd):
				zst = w
			case strings.EqualFold(name, cache.Gzip):
				zip = w
			case strings.EqualFold(name, "identity"):
				plain = w
			case name == "*":
				rest = w
			}
		}
	}
	if zip == unsaid {
		zip = rest
	}
	switch {
	case zst > 0 && zst >= max(plain, zip):
		return cache.Zstd
	case zip > 0 && zip >= plain:
		return cache.Gzip
	}
	return cache.Identity
}

// weight reads a parameter such as "q=0.5"; none is 1, one that is no weight is 0.
func weight(parameter string) float64 {
	parameter = strings.TrimSpace(parameter)
	if parameter == "" {
		return 1
	}
	if len(parameter) < 2 || !strings.EqualFold(parameter[:2], "q=") {
		return 0
	}
	q, err := strconv.ParseFloat(parameter[2:], 64)
	if err != nil || !(q >= 0 && q <= 1) {
		return 0
	}
	return q
}

// made is an answer that is being made.
type made struct {
	header http.Header
	status int
	body   bytes.Buffer
	// broke says that whoever made it panicked.
	broke bool
}

func newMade() *made { return &made{header: http.Header{}, status: http.StatusOK} }

// Header implements http.ResponseWriter.
func (m *made) Header() http.Header { return m.header }

// WriteHeader implements http.ResponseWriter.
func (m *made) WriteHeader(status int) { m.status = status }

// Write implements http.ResponseWriter.
func (m *made) Write(b []byte) (int, error) { return m.body.Write(b) }
