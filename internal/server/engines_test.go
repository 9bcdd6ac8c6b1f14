package server_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/server"
	"bettertogether/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Run(m)) }

// serve puts a server before a desk, as the program does.
func serve(d *desk.Desk) http.Handler {
	return server.New(server.Config{
		Desk: d, Site: "https://hub.example", Build: "test", Introspection: true, Log: slog.New(slog.DiscardHandler),
	})
}

// ask posts a query and returns the answer's bytes.
func ask(t testing.TB, h http.Handler, query, token string) []byte {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.Bytes()
}

// questions are the explorer's examples, the two main jobs among them, and a walk over everything else.
func questions(t testing.TB) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, folder := range []string{"testdata/queries", "../../web/src/graphiql/examples"} {
		files, err := filepath.Glob(folder + "/*.graphql")
		if err != nil || len(files) == 0 {
			t.Fatal("no queries in", folder, err)
		}
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			all[filepath.Base(f)] = string(raw)
		}
	}
	return all
}

func TestBothEnginesAnswerByteForByteInWhateverOrderContentCame(t *testing.T) {
	raw, err := os.ReadFile(hubtest.Facts())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(string(raw)), "\n")
	var want map[string]string
	round := uint64(0)
	hubtest.Engines(t, func(t *testing.T, database string) {
		round++
		rng := rand.New(rand.NewPCG(round, 7))
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		file := filepath.Join(t.TempDir(), "shuffled.ndjson")
		text := strings.Join(lines, "\n")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		hubtest.Import(t, d, file)
		clock.At = clock.At.Add(time.Hour)
		// Another process reads what this one has written.
		h := serve(hubtest.Open(t, database, clock))
		got := map[string]string{}
		for name, query := range questions(t) {
			got[name] = string(ask(t, h, query, ""))
			if !strings.Contains(got[name], `"data":{`) || strings.Contains(got[name], `"errors"`) {
				t.Errorf("%s: %.300s", name, got[name])
			}
		}
		if want == nil {
			want = got
			return
		}
		for name := range want {
			if got[name] != want[name] {
				t.Errorf("%s differs:\n%.2000s\n%.2000s", name, got[name], want[name])
			}
		}
	})
}
