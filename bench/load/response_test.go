package load

import (
	"strings"
	"testing"
)

func feed(t *testing.T, r *Reader, text string, step int) []Response {
	t.Helper()
	var got []Response
	for len(text) > 0 {
		n := copy(r.Space(), text[:min(step, len(text))])
		r.Filled(n)
		text = text[n:]
		for {
			answer, done, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !done {
				break
			}
			answer.Body = append([]byte(nil), answer.Body...)
			got = append(got, answer)
		}
	}
	return got
}

func TestReaderReadsAnswersHoweverBytesCome(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	text := "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello" +
		"HTTP/1.1 100 Continue\r\n\r\n" +
		"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 7\r\n\r\n" +
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n" +
		"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" +
		"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + long
	want := []Response{
		{200, []byte("hello"), false}, {304, nil, false}, {200, []byte("abcdefg"), false}, {503, nil, true}, {200, []byte(long), false},
	}
	for _, step := range []int{1, 2, 3, 7, 100, 4096, len(text)} {
		var r Reader
		got := feed(t, &r, text, step)
		if len(got) != len(want) {
			t.Fatalf("%d bytes at a time: %d answers, want %d", step, len(got), len(want))
		}
		for i := range want {
			if got[i].Status != want[i].Status || string(got[i].Body) != string(want[i].Body) || got[i].Close != want[i].Close {
				t.Errorf("%d bytes at a time, answer %d: %d, %d bytes, close %t", step, i, got[i].Status, len(got[i].Body), got[i].Close)
			}
		}
		if !r.IsEmpty() {
			t.Errorf("%d bytes at a time: bytes are left", step)
		}
	}
}

func TestReaderRefusesWhatIsNoAnswer(t *testing.T) {
	for _, text := range []string{
		"SSH-2.0-OpenSSH\r\n\r\n",
		"HTTP/1.1 abc\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	} {
		var r Reader
		r.Filled(copy(r.Space(), text))
		if _, _, err := r.Next(); err == nil {
			t.Errorf("%q was taken", text)
		}
	}
}
