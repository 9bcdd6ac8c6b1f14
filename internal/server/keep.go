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
	"time"

	"github.com/klauspost/compress/gzhttp"

	"bettertogether/internal/cache"
	"bettertogether/internal/edition"
)

// mostKept is how many bytes of answers are kept.
const mostKept = 64 << 20

// keeping is how the answers of a route are kept, here and by others.
type keeping struct {
	// control is the Cache-Control of an answer; its verb is the number of seconds for which it holds.
	control string
	// asks are the headers that are a part of the question.
	asks []string
	// surrogate names the answers to a cache in front of the hub.
	surrogate string
	// tellsSchedule says that the answers tell when time changes something. A publication that is to come moves that, and no tag.
	tellsSchedule bool
	// again counts an answer that is given again, by its note.
	again func(note string)
	// whole is the Cache-Control of an answer that holds as long as any may.
	whole []string
}

// The ways in which answers are kept elsewhere. Time bounds each: what it changes is looked at again in that moment.
const (
	// keepShared lets shared caches answer, and browsers only after a look.
	keepShared = "public, max-age=0, s-maxage=%d, must-revalidate"
	// keepEverywhere lets browsers answer as well.
	keepEverywhere = "public, max-age=%d, must-revalidate"
)

// asked is a question while it is answered.
type asked struct {
	// isFinal says that the answer is the last word of its edition.
	isFinal bool
	note    string
}

type askedKey struct{}

// keep says that the answer to a request is the last word of the edition that the request reads: whoever asks the same of the same
// edition may get the same bytes.
func keep(r *http.Request) {
	if a, ok := r.Context().Value(askedKey{}).(*asked); ok {
		a.isFinal = true
	}
}

// kept answers with what was answered before, as long as nothing has changed, and makes an answer once, however many ask for it
// at the same time. next reads the view of its context, and nothing else that changes; it says by keep which answers hold. Who
// shows a token is answered by others, and is never kept.
func (s *Server) kept(k keeping, next, others http.Handler) http.Handler {
	others = gzhttp.GzipHandler(s.pinned(others))
	k.whole = []string{k.fresh(freshFor)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header["Authorization"] != nil {
			w.Header().Set("Cache-Control", "private, no-store")
			others.ServeHTTP(w, r)
			return
		}
		s.await(r)
		view := s.Desk.Pin()
		question, isWhole := s.question(r, k, view)
		if !isWhole {
			others.ServeHTTP(w, r)
			return
		}
		key := cache.Key{Question: question, Tag: view.Tag()}
		etag := `W/"` + key.Tag + "-" + key.Name() + `"`
		if r.Method != http.MethodPost && matches(r.Header["If-None-Match"], etag) {
			s.metrics.looked(lookKnown)
			k.head(w.Header(), r, view, etag)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		answer := s.answers.Get(key)
		look := lookHit
		if answer == nil {
			var isShared bool
			answer, isShared = s.answers.Do(key, func() (*cache.Answer, bool) { return s.make(next, r, view, etag) })
			look = lookMiss
			if isShared {
				look = lookShared
			}
		}
		s.metrics.looked(look)
		if k.again != nil && look != lookMiss {
			k.again(answer.Note)
		}
		k.write(w, r, view, answer)
	})
}

// make lets next answer a request from a view. What is not final holds for nobody but those who ask now, and what passes only for
// who asked first.
func (s *Server) make(next http.Handler, r *http.Request, view *edition.View, etag string) (*cache.Answer, bool) {
	question := &asked{}
	r = r.WithContext(context.WithValue(edition.With(context.WithoutCancel(r.Context()), view), askedKey{}, question))
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet // whoever asks for the body meanwhile gets the same answer
	}
	made := s.made(next, r)
	if made.broke {
		question.isFinal = false
	}
	answer := &cache.Answer{Status: made.status, Header: made.header, Body: made.body.Bytes(), Note: question.note, IsAlone: view.IsPassing()}
	isFinal := question.isFinal && made.status == http.StatusOK && !view.IsPassing()
	if isFinal {
		answer.Header["Etag"] = []string{etag}
		delete(answer.Header, "Cache-Control")
	}
	return answer, isFinal
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
func (s *Server) question(r *http.Request, k keeping, view *edition.View) (sum [32]byte, isWhole bool) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // asks for what GET does
	}
	b := make([]byte, 0, 1<<10)
	for _, part := range []string{s.Build, s.Site, method, r.URL.Path, r.URL.RawQuery} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	for _, name := range k.asks {
		b = binary.AppendUvarint(b, uint64(len(r.Header[name])))
		for _, value := range r.Header[name] {
			b = append(binary.AppendUvarint(b, uint64(len(value))), value...)
		}
	}
	if k.tellsSchedule {
		b = binary.AppendVarint(b, view.Due().UnixMicro())
	}
	if method == http.MethodPost {
		if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			return sum, false
		}
		body, err := io.ReadAll(io.LimitReader(r.Body, mostBody+1))
		if err != nil || len(body) > mostBody {
			r.Body = again{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
			return sum, false
		}
		r.Body = again{bytes.NewReader(body), r.Body}
		b = append(b, body...)
	}
	return sha256.Sum256(b), true
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

// head says what names an answer and how long it holds: never past the next moment at which time changes anything.
func (k *keeping) head(h http.Header, r *http.Request, view *edition.View, etag string) {
	if h["Vary"] == nil {
		h["Vary"] = variesByEncoding
	}
	h["Etag"] = []string{etag}
	h[seenHeader] = []string{view.Tag()}
	switch next := view.NextChangeAt(); {
	case r.Method == http.MethodPost:
		h["Cache-Control"] = afterALook
	case next == nil || next.Sub(view.Now) >= freshFor:
		h["Cache-Control"] = k.whole
	default:
		h["Cache-Control"] = []string{k.fresh(max(0, next.Sub(view.Now)))}
	}
}

var afterALook = []string{"no-cache"}

// write sends an answer in the encoding that its client takes.
func (k *keeping) write(w http.ResponseWriter, r *http.Request, view *edition.View, a *cache.Answer) {
	h := w.Header()
	for name, values := range a.Header {
		if name == "Vary" {
			values = append(h[name], values...)
		}
		h[name] = values
	}
	if etag := a.Header["Etag"]; etag != nil {
		k.head(h, r, view, etag[0])
		if k.surrogate != "" && h["Surrogate-Key"] == nil {
			h["Surrogate-Key"] = []string{k.surrogate} // not with a 304: what is kept elsewhere may have a longer one
		}
	} else {
		h[seenHeader] = []string{view.Tag()}
		if h["Cache-Control"] == nil {
			h["Cache-Control"] = afterALook // a cache would make up for how long a redirect holds
		}
	}
	body, encoding := a.In(accepted(r.Header["Accept-Encoding"]))
	if encoding != cache.Identity {
		h["Content-Encoding"] = []string{encoding}
	}
	if h["Vary"] == nil {
		h["Vary"] = variesByEncoding
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(a.Status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a client that has gone needs no answer
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
