package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// hub is a server on a port of its own, with the demo's facts, and all that it has logged.
type hub struct {
	*Server
	url, database string
	log           *logbook
	client        *http.Client
}

// logbook is a log that a test reads.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *logbook) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

// take returns what was logged and forgets it.
func (l *logbook) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

// seed is a database file with the demo's facts. They are imported once: that takes a second.
var seed = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "hub")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file, ctx := filepath.Join(dir, "hub.db"), context.Background()
	s, err := store.Open(ctx, file)
	if err != nil {
		return nil, err
	}
	d, err := desk.Open(ctx, s, desk.Options{})
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	in, err := os.Open(hubtest.Facts())
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	defer in.Close()
	_, err = exchange.ImportNDJSON(ctx, d, in, exchange.Options{Viewer: hubtest.Admin()})
	if err := errors.Join(err, s.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(file)
})

// openHub makes a server that is not on the network; a nil clock is the real one. What nobody has taken from its log when the
// test ends must tell of no error.
func openHub(t *testing.T, clock *hubtest.Clock) *hub {
	t.Helper()
	h := &hub{database: hubtest.SQLite(t), log: &logbook{}}
	facts, err := seed()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(h.database, facts, 0o600); err != nil {
		t.Fatal(err)
	}
	d := hubtest.Open(t, h.database, clock)
	t.Cleanup(func() {
		for line := range strings.Lines(h.log.take()) {
			if strings.Contains(line, "level=ERROR") || strings.Contains(line, "panic") {
				t.Errorf("logged: %.4000s", line)
			}
		}
	})
	h.Server = New(Config{
		Desk: d, Site: "https://hub.example", Build: "test", Introspection: true,
		Log: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return h
}

// startHub is openHub on the network.
func startHub(t *testing.T, clock *hubtest.Clock) *hub {
	t.Helper()
	h := openHub(t, clock)
	h.listen(t)
	return h
}

// listen puts a hub on the network.
func (h *hub) listen(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.url = "http://" + l.Addr().String()
	transport := &http.Transport{DisableCompression: true}
	h.client = &http.Client{
		Transport: transport, Timeout: 30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, l) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// token makes a token with a role, as the command does.
func (h *hub) token(t *testing.T, role auth.Role, life time.Duration) string {
	t.Helper()
	s, err := store.Open(t.Context(), h.database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	secret, now := auth.NewSecret(), time.Now()
	err = s.CreateToken(t.Context(), store.Token{
		ID: content.NewKey(now), Name: "test", Role: string(role), Hash: auth.Hash(secret), CreatedBy: "test", CreatedAt: now, ExpiresAt: now.Add(life),
	})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
	// Data and Errors are the body's, if it is JSON.
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Locations  []any
		Extensions map[string]any
	}
}

// code is the code of the first error, or "".
func (a answer) code() string {
	if len(a.Errors) == 0 {
		return ""
	}
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

// message is that of the first error, or "".
func (a answer) message() string {
	if len(a.Errors) == 0 {
		return ""
	}
	return a.Errors[0].Message
}

// send sends a request with headers such as "Accept: text/html" and returns what came back.
func (h *hub) send(t *testing.T, method, path string, body io.Reader, headers ...string) answer {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, h.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Add(name, value)
	}
	var response *http.Response
	if h.client == nil {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		response = w.Result()
	} else if response, err = h.client.Do(r); err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(a.header.Get("Content-Type"), "json") && a.header.Get("Content-Encoding") == "" && len(a.body) > 0 {
		if err := json.Unmarshal(a.body, &a); err != nil {
			t.Fatalf("%v in %.300s", err, a.body)
		}
	}
	return a
}

const (
	wantsGraphQL = "Accept: " + typeGraphQL
	isJSON       = "Content-Type: " + typeJSON
)

// post posts a body as a careful client does.
func (h *hub) post(t *testing.T, body string, headers ...string) answer {
	t.Helper()
	return h.send(t, http.MethodPost, "/graphql", strings.NewReader(body), append([]string{isJSON, wantsGraphQL}, headers...)...)
}

// ask posts a query with variables, which may be nil.
func (h *hub) ask(t *testing.T, query string, variables any, headers ...string) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return h.post(t, string(body), headers...)
}

// get asks by GET.
func (h *hub) get(t *testing.T, query string, headers ...string) answer {
	t.Helper()
	return h.send(t, http.MethodGet, address(query), nil, headers...)
}

func address(query string) string { return "/graphql?query=" + url.QueryEscape(query) }

// ours is what no client may see of our insides, in an answer or in a header.
var ours = regexp.MustCompile(`(?i)goroutine|\.go:|sql|pq:|runtime error|nil pointer|bettertogether/|/(tmp|work|home|root|usr|internal)/`)

// wantDecent checks what every answer keeps to, whatever was asked.
func wantDecent(t *testing.T, a answer) {
	t.Helper()
	switch kind, _, _ := strings.Cut(a.header.Get("Content-Type"), ";"); {
	case a.status >= 500:
		t.Errorf("status %d: %.300s", a.status, a.body)
	case !utf8.Valid(a.body):
		t.Error("the body is not UTF-8")
	case kind != typeJSON && kind != typeGraphQL: // of others browsers guess, unless told not to
		t.Errorf("the Content-Type is %q", kind)
	}
	if len(a.Errors) == 0 {
		if len(a.Data) == 0 || a.status != http.StatusOK {
			t.Errorf("neither data nor errors, status %d: %.300q", a.status, a.body)
		}
		return
	}
	if len(a.body) > 64<<10 {
		t.Errorf("%d bytes of errors", len(a.body))
	}
	if found := ours.Find(a.body); found != nil {
		t.Errorf("%q in %.500s", found, a.body)
	}
	if a.header.Get("ETag") != "" || !strings.Contains(a.header.Get("Cache-Control"), "no-store") {
		t.Errorf("errors may be stored: %v", a.header)
	}
	for _, e := range a.Errors {
		path, _ := json.Marshal(e.Path) // strings and numbers
		code, _ := e.Extensions["code"].(string)
		switch {
		case e.Message == "" || code == "" || code == "INTERNAL":
			t.Errorf("code %q, message %q", code, e.Message)
		case len(e.Message) > 500 || len(path) > 2_000 || len(e.Locations) > 20:
			t.Errorf("an error repeats too much: %.600s %.600s", e.Message, path)
		}
	}
}

// wantRefused checks for an error with a status, a code and a message that has certain words.
func wantRefused(t *testing.T, a answer, status int, code string, words ...string) {
	t.Helper()
	wantDecent(t, a)
	if a.status != status || a.code() != code {
		t.Errorf("got %d %s, want %d %s: %.300s", a.status, a.code(), status, code, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.message(), w) {
			t.Errorf("message %q does not say %q", a.message(), w)
		}
	}
}
