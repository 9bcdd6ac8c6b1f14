package server

import (
	"bytes"
	"context"
	"fmt"
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
	// body is that of the request, where it was read; the question's, thus of nobody who goes on after the answer.
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
		if r.Header.Get("Authorization") != "" { // an empty one is none
			w.Header()["Cache-Control"] = neverKept
			others.ServeHTTP(w, r)
			return
		}
		s.await(r)
		moment := s.Desk.Moment()
		if life := moment.Incarnation(); s.life.Load() != life { // somebody was forgotten, or the database is another
			s.life.Store(life)
			s.answers.Clear()
		}
		q := questions.Get().(*question)
		defer q.giveBack()
		if !q.of(r, s, &k, &moment) {
			others.ServeHTTP(w, r)
			return
		}
		answer := s.answers.Get(q.text)
		if r.Header["If-None-Match"] != nil && r.Method != http.MethodPost {
			etag, tag := q.names(answer)
			if matches(r.Header["If-None-Match"], etag[0]) {
				s.metrics.looks[lookKnown].Inc()
				h := w.Header()
				h["Etag"], h[seenHeader] = etag, tag
				k.head(h, r, &moment)
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		look := lookHit
		if answer == nil {
			if !s.admitted(w, r) {
				return
			}
			var of *asked
			var isShared bool
			answer, isShared = s.answers.Do(q.text, func() (*cache.Answer, bool) {
				of = &asked{Context: &unending{r.Context()}, body: q.body}
				return s.make(next, r, of, moment.View(), q)
			})
			if look = lookMiss; of == nil {
				look = lookShared
			} else if !isShared {
				defer of.giveBack()
			}
		}
		s.metrics.looks[look].Inc()
		if k.again != nil && look != lookMiss {
			k.again(answer)
		}
		k.write(w, r, &moment, answer)
	})
}

// make lets next answer a request from a view. What is not final holds for nobody but those who ask now, and what passes only for
// who asked first.
func (s *Server) make(next http.Handler, r *http.Request, of *asked, view *edition.View, q *question) (*cache.Answer, bool) {
	r = r.WithContext(edition.With(of, view))
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet // whoever asks for the body meanwhile gets the same answer
	}
	made := s.made(next, r)
	body := of.answer
	if body == nil || made.broke {
		body = made.body.Bytes()
	}
	isFinal := of.isFinal && made.status == http.StatusOK && !made.broke && !view.IsPassing()
	if isFinal {
		delete(made.header, "Cache-Control")
	}
	answer := cache.NewAnswer(made.status, made.header, body)
	answer.Note, answer.IsAlone = of.note, view.IsPassing()
	etag, tag := q.names(nil)
	answer.Tag = tag
	if !isFinal {
		return answer, false
	}
	answer.Etag = etag
	if !s.answers.Admits(q.text, len(body)) {
		return answer, false
	}
	answer.Body = bytes.Clone(body) // that one's room may be larger, and lent
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

// fresh is the Cache-Control of an answer that holds so long.
func (k *keeping) fresh(d time.Duration) string {
	if !strings.Contains(k.control, "%d") {
		return k.control
	}
	return fmt.Sprintf(k.control, int(d.Seconds()))
}

// head says how long an answer holds: never past the next moment at which time changes anything.
func (k *keeping) head(h http.Header, r *http.Request, moment *edition.Moment) {
	if h["Vary"] == nil {
		h["Vary"] = variesByEncoding
	}
	if r.Method == http.MethodPost { // no cache in front keeps it
		h["Cache-Control"] = afterALook
		return
	}
	switch next := moment.Until(); {
	case next.IsZero() || next.Sub(moment.Now) >= freshFor:
		h["Cache-Control"] = k.whole
	default:
		h["Cache-Control"] = []string{k.fresh(max(0, next.Sub(moment.Now)))}
	}
}

var (
	afterALook = []string{"no-cache"}
	neverKept  = []string{"private, no-store"}
)

// write sends an answer in the encoding that its client takes.
func (k *keeping) write(w http.ResponseWriter, r *http.Request, moment *edition.Moment, a *cache.Answer) {
	h := w.Header()
	for _, field := range a.Header {
		h[field.Name] = field.Values
	}
	h[seenHeader] = a.Tag
	if a.Etag != nil {
		h["Etag"] = a.Etag
		k.head(h, r, moment)
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
		c := connOf(r.Context())
		c.hold()
		_, _ = w.Write(sent.Body) // a client that has gone needs no answer
		c.release()
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
