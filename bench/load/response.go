// Package load asks a server on this machine over plain HTTP/1.1, as cheaply as it can, and tells how long the answers took.
//
//   - response.go: Reader, which reads answers as bytes come.
//   - connection.go: one connection, without net/http and without the runtime's poller.
//   - load.go: Closed, where each connection asks as soon as it is answered, and Open, where requests come at a rate of their
//     own whether answers come or not.
//
// The benchmark calls it. It knows nothing of GraphQL, and it runs on Linux only.
package load

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Response is one answer.
type Response struct {
	Status int
	// Body is without the framing of chunks. It holds until the reader is next asked for Space.
	Body []byte
	// Close says that the server will close the connection.
	Close bool
}

// Reader reads the answers of one connection. Fill what Space returns, tell Filled how much that was, and ask Next.
type Reader struct {
	buf     []byte
	n       int // bytes that are filled
	taken   int // bytes of answers that Next has returned
	inBody  bool
	head    Response
	at      int // where the body, or the next chunk, begins
	length  int // of the body; -1 for chunks
	chunks  []byte
	onlyEnd bool // the last chunk was read, its trailer was not
}

// minSpace is the least that Space returns; firstSpace is what a connection begins with, so that most answers find room at once.
const minSpace, firstSpace = 16 << 10, 64 << 10

// room has room for so many values, and was written to: what is new the system gives when it is first written to, and a thousand connections
// would wait for that while the server waits for them.
func room[T any](n int) []T {
	made := make([]T, n)
	clear(made)
	return made
}

// Space returns where the next bytes go. What Next returned before is no longer valid.
func (r *Reader) Space() []byte {
	if r.taken > 0 {
		r.n = copy(r.buf, r.buf[r.taken:r.n])
		r.at -= r.taken
		r.taken = 0
	}
	if len(r.buf)-r.n < minSpace {
		r.buf = append(r.buf[:r.n], make([]byte, max(minSpace, len(r.buf)))...)
	}
	return r.buf[r.n:]
}

// Filled says how many bytes of Space are filled.
func (r *Reader) Filled(n int) { r.n += n }

// IsEmpty says that no byte of an answer waits.
func (r *Reader) IsEmpty() bool { return r.taken == r.n }

// Next returns the next answer; false when more bytes are needed.
func (r *Reader) Next() (Response, bool, error) {
	for !r.inBody {
		end := bytes.Index(r.buf[r.taken:r.n], []byte("\r\n\r\n"))
		if end < 0 {
			return Response{}, false, nil
		}
		if err := r.readHead(r.buf[r.taken : r.taken+end]); err != nil {
			return Response{}, false, err
		}
		r.at = r.taken + end + 4
		if r.head.Status >= 100 && r.head.Status < 200 {
			r.taken = r.at
			continue
		}
		r.inBody = true
		r.chunks, r.onlyEnd = r.chunks[:0], false
	}
	body, done, err := r.body()
	if err != nil || !done {
		return Response{}, false, err
	}
	r.inBody, r.taken = false, r.at
	answer := r.head
	answer.Body = body
	return answer, true, nil
}

func (r *Reader) readHead(head []byte) error {
	line, rest, _ := bytes.Cut(head, []byte("\r\n"))
	if len(line) < 12 || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return fmt.Errorf("read an answer: %q is no status line of HTTP/1", line)
	}
	status, err := strconv.Atoi(string(line[9:12]))
	if err != nil {
		return fmt.Errorf("read an answer: %q has no status", line)
	}
	r.head, r.length = Response{Status: status}, -2
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\r\n"))
		if line[0]|0x20 != 'c' && line[0]|0x20 != 't' {
			continue // none of those that are looked for
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if r.length, err = strconv.Atoi(string(value)); err != nil || r.length < 0 {
				return fmt.Errorf("read an answer: Content-Length is %q", value)
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			if !bytes.EqualFold(value, []byte("chunked")) {
				return fmt.Errorf("read an answer: Transfer-Encoding is %q", value)
			}
			r.length = -1
		case bytes.EqualFold(name, []byte("Connection")):
			r.head.Close = bytes.EqualFold(value, []byte("close"))
		}
	}
	if status == 304 || status == 204 || status < 200 {
		r.length = 0
	}
	if r.length == -2 {
		return errors.New("read an answer: it has neither Content-Length nor chunks")
	}
	return nil
}

func (r *Reader) body() (body []byte, done bool, err error) {
	if r.length >= 0 {
		if r.n-r.at < r.length {
			return nil, false, nil
		}
		body = r.buf[r.at : r.at+r.length]
		r.at += r.length
		return body, true, nil
	}
	for {
		line, _, whole := bytes.Cut(r.buf[r.at:r.n], []byte("\r\n"))
		if !whole {
			return nil, false, nil
		}
		if r.onlyEnd {
			if r.at += len(line) + 2; len(line) == 0 {
				return r.chunks, true, nil
			}
			continue // a trailer
		}
		digits, _, _ := bytes.Cut(line, []byte(";"))
		size, err := strconv.ParseUint(string(bytes.TrimSpace(digits)), 16, 31)
		if err != nil {
			return nil, false, fmt.Errorf("read an answer: %q is no size of a chunk", digits)
		}
		if size == 0 {
			r.at += len(line) + 2
			r.onlyEnd = true
			continue
		}
		from := r.at + len(line) + 2
		if r.n-from < int(size)+2 {
			return nil, false, nil
		}
		r.chunks = append(r.chunks, r.buf[from:from+int(size)]...)
		r.at = from + int(size) + 2
	}
}
