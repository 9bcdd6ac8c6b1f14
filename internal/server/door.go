package server

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// door sends requests away before net/http has made anything of them. In an overload those are most, and that takes longer than to
// send one away. It knows one kind of request: a plain GET or POST of GraphQL whose every byte is at hand. About that it decides as
// the server does behind it; all else it lets in.
type door struct {
	*Server
	keeping *keeping
	// answers are what those hear who are sent away, by media type, up to the date.
	answers map[string][]byte
}

// newDoor returns the door of a server.
func (s *Server) newDoor(k *keeping) *door {
	d := &door{s, k, map[string][]byte{}}
	for mediaType := range contentTypes {
		m := newMade()
		r := &http.Request{Method: http.MethodPost, URL: &url.URL{Path: graphQLPath}, Header: http.Header{"Accept": {mediaType}}}
		public(http.HandlerFunc(askLater)).ServeHTTP(m, r)
		m.header.Set("Content-Length", strconv.Itoa(m.body.Len()))
		var head bytes.Buffer
		_ = m.header.Write(&head) // a buffer
		d.answers[mediaType] = slices.Concat(head.Bytes(), []byte("\r\n"), m.body.Bytes())
	}
	return d
}

// pass decides about a request that came from an address: it is admitted, or its answer is what it hears; neither where that is decided
// behind the door.
func (d *door) pass(from net.Addr, raw []byte) (isAdmitted bool, answer []byte) {
	if d == nil || d.admission.share.Load() == 0 || d.stopping.Load() {
		return false, nil
	}
	began := time.Now()
	p := plains.Get().(*plain)
	defer plains.Put(p)
	if !p.read(raw) {
		return false, nil
	}
	moment := d.Desk.Moment()
	q := questions.Get().(*question)
	defer q.giveBack()
	if d.life.Load() != moment.Incarnation() || !q.of(&p.request, d.Server, d.keeping, &moment) || d.Server.answers.Get(q.text) != nil {
		return false, nil
	}
	if d.rates != nil {
		p.request.RemoteAddr = from.String()
		if d.rates.asksTooOften(d.client(&p.request), &p.request) {
			return false, nil // it is told so behind the door, and not counted
		}
	}
	if d.admission.admits(began) {
		return true, nil
	}
	return false, d.away(&p.request, began)
}

// away sends a request away.
func (d *door) away(r *http.Request, began time.Time) []byte {
	rest := d.answers[problemType(r)]
	d.metrics.turnedAway.Inc()
	seen := recorder{status: http.StatusServiceUnavailable, bytes: len(overloaded.graphQL)}
	d.metrics.answered(d.routes.meters[graphQLPath], &seen, time.Since(began))
	answer := make([]byte, 0, 128+len(rest))
	answer = append(answer, "HTTP/1.1 503 Service Unavailable\r\nDate: "...)
	answer = began.UTC().AppendFormat(answer, http.TimeFormat)
	answer = append(answer, "\r\n"...)
	return append(answer, rest...)
}

// plain is a request that has no more to it than most have: what it says is read without any doubt, or not at all.
type plain struct {
	request http.Request
	body    bytes.Reader
}

// plains are lent to doors.
var plains = sync.Pool{New: func() any {
	p := &plain{}
	p.request = http.Request{URL: &url.URL{Path: graphQLPath}, Header: http.Header{}, Body: io.NopCloser(&p.body)}
	return p
}}

// read reads all bytes of a request; false for one that is not plain, whole and alone.
func (p *plain) read(raw []byte) bool {
	head, body, isWhole := bytes.Cut(raw, []byte("\r\n\r\n"))
	line, rest, hasMore := bytes.Cut(head, []byte("\r\n"))
	if !isWhole || !hasMore || !p.begin(line) {
		return false
	}
	clear(p.request.Header)
	hasHost, length := false, -1
	if p.request.Method == http.MethodGet {
		length = 0 // it says nothing about a body, and has none
	}
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		name, value, isHeader := bytes.Cut(line, []byte(":"))
		if value = bytes.Trim(value, " "); !isHeader || !isPrinted(value) {
			return false
		}
		switch known := plainName(name); known {
		case "Accept", "Content-Type":
			if p.request.Header[known] != nil {
				return false
			}
			p.request.Header[known] = []string{string(value)}
		case "Content-Length":
			n, err := strconv.ParseUint(string(value), 10, 16)
			if err != nil || length >= 0 {
				return false
			}
			length = int(n)
		case "Host":
			if hasHost || bytes.ContainsFunc(value, isUnusual) {
				return false
			}
			hasHost = true
		case "Connection":
			if !bytes.EqualFold(value, []byte("keep-alive")) {
				return false
			}
		case "":
			return false
		}
	}
	if !hasHost || length != len(body) {
		return false
	}
	p.body.Reset(body)
	p.request.ContentLength = int64(length)
	return true
}

// begin reads the first line of a request.
func (p *plain) begin(line []byte) bool {
	rest, isWhole := bytes.CutSuffix(line, []byte(" HTTP/1.1"))
	if string(rest) == "POST "+graphQLPath {
		p.request.Method, p.request.URL.RawQuery = http.MethodPost, ""
		return isWhole
	}
	query, isGet := bytes.CutPrefix(rest, []byte("GET "+graphQLPath+"?"))
	p.request.Method, p.request.URL.RawQuery = http.MethodGet, string(query)
	return isWhole && isGet && isPrinted(query) && bytes.IndexByte(query, ' ') < 0
}

// plainHeaders are those that a plain request may have. The last ones change nothing about who is sent away.
var plainHeaders = [...]string{
	"Host", "Content-Type", "Content-Length", "Accept", "Connection", "Accept-Encoding", "Accept-Language", "Sec-Fetch-Mode", "User-Agent",
}

// plainName is the name of a header of a plain request as it is written mostly; empty for another one.
func plainName(name []byte) string {
	for _, known := range plainHeaders {
		if len(name) == len(known) && strings.EqualFold(string(name), known) {
			return known
		}
	}
	return ""
}

// isPrinted tells whether a text has printable letters of ASCII alone.
func isPrinted(text []byte) bool {
	for _, c := range text {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// isUnusual tells whether a letter stands in hardly any Host.
func isUnusual(c rune) bool {
	return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != ':'
}
