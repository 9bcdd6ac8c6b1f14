package load

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func server(t *testing.T, h http.HandlerFunc) string {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

func get(path string) func([]byte) []byte {
	return func(buf []byte) []byte { return append(buf, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n"...) }
}

func TestClosedCountsEveryAnswer(t *testing.T) {
	var asked atomic.Int64
	address := server(t, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		_, _ = w.Write([]byte("hello"))
	})
	r, err := Closed(Ask{Address: address, Connections: 4, Next: get("/"), Status: 200, Length: 5}, 50*time.Millisecond)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		t.Fatal(err)
	}
	if n := asked.Load(); n == 0 || int64(len(r.Samples)) != n {
		t.Errorf("%d answers were counted of %d", len(r.Samples), n)
	}
}

func TestClosedTellsWrongAnswers(t *testing.T) {
	address := server(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/503":
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/break":
			panic(http.ErrAbortHandler)
		default:
			_, _ = w.Write([]byte(`{"errors":[]}`))
		}
	})
	for path, count := range map[string]func(*Result) int{
		"/503":   func(r *Result) int { return r.Refused },
		"/break": func(r *Result) int { return r.Failed },
		"/":      func(r *Result) int { return r.Wrong },
	} {
		ask := Ask{Address: address, Connections: 2, Next: get(path), Status: 200, Least: 1, Never: []byte(`"errors"`)}
		r, err := Open(ask, Arrivals{PerSecond: 100}, 50*time.Millisecond, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if count(&r) == 0 || len(r.Samples) > 0 || r.Err() == nil {
			t.Errorf("%s: %+v", path, r)
		}
	}
}

func TestOpenCountsTimeFromWhenARequestWasDue(t *testing.T) {
	address := server(t, func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(20 * time.Millisecond)
		_, _ = w.Write([]byte("hello"))
	})
	r, err := Open(Ask{Address: address, Connections: 1, Next: get("/"), Status: 200, Length: 5},
		Arrivals{PerSecond: 100, Burst: 5}, 50*time.Millisecond, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if r.Offered != 5 || r.Unsent+r.Unanswered > 0 || len(r.Samples) != 5 {
		t.Fatalf("of 5 requests: %d due, %d answered, %d not sent, %d not answered", r.Offered, len(r.Samples), r.Unsent, r.Unanswered)
	}
	if second := r.Samples[1]; second.Due != 0 || second.Took < 40*time.Millisecond {
		t.Errorf("the second was due at %v and took %v", second.Due, second.Took)
	}
}

func TestArrivalsComeInBursts(t *testing.T) {
	a := Arrivals{PerSecond: 100, Burst: 10}
	for n, want := range map[int]time.Duration{0: 0, 9: 0, 10: 100 * time.Millisecond, 19: 100 * time.Millisecond, 20: 200 * time.Millisecond} {
		if got := a.due(n); got != want {
			t.Errorf("request %d: %v, want %v", n, got, want)
		}
	}
}
