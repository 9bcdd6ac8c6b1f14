package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"bettertogether/internal/cache"
	"bettertogether/internal/edition"
)

// question is what a request asks, and of which edition: each part with its length or its end, so that no two questions are one.
type question struct {
	text []byte
	tag  string
	// behind is where the tag ends in the text, and what is asked begins.
	behind int
	// body is that of the request, where it was read; it lies in the text.
	body []byte
}

// questions are lent to requests.
var questions = sync.Pool{New: func() any { return &question{text: make([]byte, 0, 2<<10)} }}

// longestLent is the longest question whose room is lent again.
const longestLent = 8 << 10

// giveBack gives a question back; nobody may read it any more.
func (q *question) giveBack() {
	if cap(q.text) <= longestLent {
		questions.Put(q)
	}
}

// of makes it the question of a request. It is not whole when the body is none that many send alike.
func (q *question) of(r *http.Request, s *Server, k *keeping, moment *edition.Moment) (isWhole bool) {
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet // asks for what GET does
	}
	q.tag, q.body = moment.Tag(), nil
	b := append(append(q.text[:0], q.tag...), 0)
	q.behind = len(b)
	for _, part := range [...]string{s.Build, s.Site, method, r.URL.Path, r.URL.RawQuery} {
		b = append(binary.AppendUvarint(b, uint64(len(part))), part...)
	}
	if k.asks != nil {
		b = append(k.asks(b, r), 0)
	}
	if k.tellsSchedule {
		b = binary.AppendVarint(b, moment.Due().UnixMicro())
	}
	q.text = b
	return method != http.MethodPost || q.read(r)
}

// read adds the body of a request. Of one that is not whole, what was read is there to be read again.
func (q *question) read(r *http.Request) (isWhole bool) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") || r.ContentLength > mostBody {
		return false
	}
	var err error
	start := len(q.text)
	if length := int(r.ContentLength); length >= 0 {
		q.text = slices.Grow(q.text, length)
		length, err = io.ReadFull(r.Body, q.text[start:start+length])
		q.text = q.text[:start+length]
	} else {
		var body []byte
		body, err = io.ReadAll(io.LimitReader(r.Body, mostBody+1))
		q.text = append(q.text, body...)
	}
	q.body = q.text[start:]
	if err != nil || len(q.body) > mostBody {
		r.Body = again{io.MultiReader(bytes.NewReader(q.body), r.Body), r.Body}
		return false
	}
	_ = r.Body.Close() // it was read; else net/http looks for more of it
	return true
}

// again is a body that was read, and is read again.
type again struct {
	io.Reader
	io.Closer
}

// names are the ETag and the tag of the answer, as values of headers: those of the answer that is kept, or made for one that is none.
func (q *question) names(kept *cache.Answer) (etag, tag []string) {
	if kept != nil {
		return kept.Etag, kept.Tag
	}
	sum := sha256.Sum256(q.text[q.behind:])
	return []string{`W/"` + q.tag + "-" + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`}, []string{q.tag}
}
