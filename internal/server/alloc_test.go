package server

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"math"
	"net/http"
	"testing"
	"time"

	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
)

// sink is a ResponseWriter that keeps nothing.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) WriteHeader(status int)      { s.status = status }
func (s *sink) Write(b []byte) (int, error) { return len(b), nil }

// cards is what a partner's page asks for, page by page.
const cards = `query Cards($after: String) {
	episodes(first: 20, after: $after) {
		nodes {
			id title url date startsAt phase
			appearances { creditedName role speaker { name url } }
			organizations { name url }
			resources { title href }
		}
	}
}`

// TestAnswersAllocateLittle guards what an answer costs in the server, without the 16 allocations that net/http makes for a request
// itself: they are the same on every machine, unlike milliseconds.
func TestAnswersAllocateLittle(t *testing.T) {
	NotRaced(t)
	clock := &hubtest.Clock{At: generate.Now().Add(24 * time.Hour)}
	d := hubtest.Open(t, hubtest.Generated(t, hubtest.Sizes()[0]), clock)
	s := New(Config{Desk: d, Site: "https://hub.example", Build: "test", Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	header := http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}
	ask := func(body []byte, status int) {
		r, err := http.NewRequest(http.MethodPost, "/graphql", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.Header = header
		w := &sink{header: http.Header{}, status: http.StatusOK}
		s.ServeHTTP(w, r)
		if w.status != status {
			t.Fatal(w.status)
		}
	}
	request := testing.AllocsPerRun(100, func() {
		r, _ := http.NewRequest(http.MethodPost, "/graphql", nil)
		r.Body = io.NopCloser(bytes.NewReader(nil))
		_ = &sink{header: http.Header{}}
	})
	first := int32(100)
	all, err := d.Pin().Episodes(nil, nil, edition.PageArgs{First: &first})
	if err != nil {
		t.Fatal(err)
	}
	var bodies [][]byte
	for _, edge := range all.Edges()[:len(all.Edges())-20] {
		b, err := json.Marshal(map[string]any{"query": cards, "variables": map[string]any{"after": edge.Cursor}})
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, b)
	}
	same := bodies[0]
	bodies = bodies[1:]
	for _, test := range []struct {
		name string
		most float64
		ask  func()
	}{
		{"a repeated query", 6, func() { ask(same, http.StatusOK) }},
		{"a new answer", 56, func() { ask(bodies[0], http.StatusOK); bodies = bodies[1:] }},
		{"one that is sent away", 6, func() {
			s.admission.connections.Store(mostMade + 1)
			s.admission.share.Store(math.MaxUint32)
			ask(bodies[0], http.StatusServiceUnavailable)
		}},
	} {
		if got := testing.AllocsPerRun(20, test.ask) - request; got > test.most {
			t.Errorf("%s takes %.0f allocations, at most %.0f are allowed", test.name, got, test.most)
		} else {
			t.Logf("%s takes %.0f allocations", test.name, got)
		}
	}
}
