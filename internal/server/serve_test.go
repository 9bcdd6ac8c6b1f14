package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

func TestEveryOtherPageKeepsItsPromise(t *testing.T) {
	h := startHub(t, nil)
	const text, page = "text/plain; charset=utf-8", "text/html; charset=utf-8"
	for path, want := range map[string]struct {
		status            int
		kind, cache, body string
	}{
		"/healthz":                       {200, text, "no-store", "ok\n"},
		"/readyz":                        {200, text, "no-store", "ready\n"},
		"/graphiql/":                     {200, page, "no-cache", "<!doctype html>"},
		"/graphiql/graphiql.js":          {200, "text/javascript; charset=utf-8", "no-cache", ""},
		"/graphiql/graphiql.css":         {200, "text/css; charset=utf-8", "no-cache", ""},
		"/graphiql/icon.svg":             {200, "image/svg+xml", "no-cache", "<svg"},
		"/nothing":                       {404, text, "", "404 page not found\n"},
		"/graphql/":                      {404, text, "", "404 page not found\n"},
		"/graphiql/nothing.js":           {404, text, "", "404 page not found\n"},
		"/graphiql/fonts/":               {404, text, "", "404 page not found\n"},
		"/graphiql/fonts/nothing.woff":   {404, text, "", "404 page not found\n"},
		"/graphiql/%FF":                  {404, text, "", "404 page not found\n"},
		"/graphiql/a%00b":                {404, text, "", "404 page not found\n"},
		"/graphiql/%5c..%5cweb.go":       {404, text, "", "404 page not found\n"},
		"/graphiql/..%2f..%2fweb.go":     {404, text, "", "404 page not found\n"},
		"/%2e%2e/%2e%2e/etc/passwd":      {404, text, "", "404 page not found\n"},
		"/" + strings.Repeat("a", 8_000): {404, text, "", "404 page not found\n"},
	} {
		t.Run(fmt.Sprintf("%.40s", path), func(t *testing.T) {
			for _, headers := range [][]string{nil, {"Authorization: Basic x"}} {
				a := h.send(t, http.MethodGet, path, nil, headers...)
				if a.status >= 300 && a.status < 400 && want.status == 404 && strings.HasPrefix(a.header.Get("Location"), "/") && !strings.HasPrefix(a.header.Get("Location"), "//") {
					a = h.send(t, http.MethodGet, a.header.Get("Location"), nil, headers...) // to the clean form of the address
				}
				if a.status != want.status || a.header.Get("Content-Type") != want.kind || a.header.Get("Cache-Control") != want.cache || !strings.HasPrefix(string(a.body), want.body) {
					t.Errorf("%d %v %.200q", a.status, a.header, a.body)
				}
				if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Referrer-Policy") == "" || a.status == 404 && ours.Match(a.body) {
					t.Errorf("%v", a.header)
				}
				if csp := a.header.Get("Content-Security-Policy"); strings.HasPrefix(path, "/graphiql/") && !strings.Contains(csp, "default-src 'none'") && !strings.Contains(path, "..") {
					t.Errorf("no policy: %v", a.header)
				}
			}
		})
	}
	for path, to := range map[string]string{"/graphiql": "/graphiql/", "//evil.example/": "/evil.example/", "/graphiql//evil.example": "/graphiql/evil.example"} {
		if a := h.send(t, http.MethodGet, path, nil); a.status < 300 || a.status >= 400 || a.header.Get("Location") != to {
			t.Errorf("%s: %d to %q", path, a.status, a.header.Get("Location"))
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := h.send(t, http.MethodPost, path, strings.NewReader("x")); a.status != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, a.status)
		}
	}
}

func TestExplorerLoadsNothingFromElsewhere(t *testing.T) {
	h := startHub(t, nil)
	a := h.send(t, http.MethodGet, "/graphiql/", nil)
	policy := a.header.Get("Content-Security-Policy")
	for _, rule := range []string{"default-src 'none'", "script-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} {
		if !slices.Contains(strings.Split(policy, "; "), rule) {
			t.Errorf("%q lacks %q", policy, rule)
		}
	}
	if strings.Contains(policy, "http") || strings.Contains(policy, "*") || strings.Contains(policy, "eval") {
		t.Errorf("%q", policy)
	}
	if again := h.send(t, http.MethodGet, "/graphiql/", nil, "If-None-Match: "+a.header.Get("ETag")); again.status != http.StatusNotModified || len(again.body) > 0 {
		t.Errorf("%d %v", again.status, again.header)
	}
	font := regexp.MustCompile(`fonts/\w+\.woff2?`).Find(h.send(t, http.MethodGet, "/graphiql/graphiql.css", nil).body)
	a = h.send(t, http.MethodGet, "/graphiql/"+string(font), nil)
	if a.status != http.StatusOK || !strings.Contains(a.header.Get("Cache-Control"), "immutable") || a.header.Get("Content-Security-Policy") == "" {
		t.Errorf("%s: %d %v", font, a.status, a.header)
	}
}

func TestPanicIsAnsweredWithAnIDThatTheLogHas(t *testing.T) {
	h := openHub(t, nil)
	id := regexp.MustCompile(`internal error (\w{12})`)
	for name, test := range map[string]struct {
		cause  any
		before string
	}{
		"text": {"secret", ""}, "error": {fmt.Errorf("secret: %w", io.EOF), ""}, "an index": {nil, ""}, "after an answer began": {"secret", "begun"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			h.observe(h.safely(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.before != "" {
					_, _ = io.WriteString(w, test.before)
				}
				if test.cause == nil {
					_ = []byte(test.before)[1]
				}
				panic(test.cause)
			}))).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			logged := h.log.take()
			if test.before != "" {
				if w.Body.String() != test.before || !strings.Contains(logged, "secret") {
					t.Errorf("%s, logged %.300s", w.Body, logged)
				}
				return
			}
			found := id.FindStringSubmatch(w.Body.String())
			if w.Code != http.StatusInternalServerError || found == nil || ours.Match(w.Body.Bytes()) || strings.Contains(w.Body.String(), "secret") ||
				w.Header().Get("Cache-Control") != "no-store" {
				t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			if !strings.Contains(logged, "id="+found[1]) || !strings.Contains(logged, "goroutine") || !strings.Contains(logged, "status=500") {
				t.Errorf("logged %.500s", logged)
			}
		})
	}
}

func TestReadsOutliveTheDatabase(t *testing.T) {
	database := hubtest.SQLite(t)
	s, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.Open(t.Context(), s, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	hubtest.Import(t, d, hubtest.Facts())
	h := &hub{database: database, log: &logbook{}}
	h.Server = New(Config{Desk: d, Log: slog.New(slog.NewTextHandler(h.log, nil))})
	token := h.token(t, auth.Editor, time.Hour)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	a := h.get(t, latest)
	if wantDecent(t, a); len(a.Errors) > 0 {
		t.Errorf("%s", a.body)
	}
	if a = h.send(t, http.MethodGet, "/healthz", nil); a.status != http.StatusOK {
		t.Errorf("healthz: %d", a.status)
	}
	if a = h.send(t, http.MethodGet, "/readyz", nil); a.status != http.StatusServiceUnavailable || ours.Match(a.body) {
		t.Errorf("readyz: %d %s", a.status, a.body)
	}
	a = h.get(t, latest, "Authorization: Bearer "+token)
	if a.status != http.StatusServiceUnavailable || a.code() != "UNAVAILABLE" || ours.Match(a.body) || a.header.Get("Retry-After") == "" ||
		a.header.Get("Cache-Control") != "no-store" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
}

func TestAnswerThatTakesTooLongIsGivenUp(t *testing.T) {
	h := openHub(t, nil)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequest(http.MethodGet, address(latest), nil).WithContext(gone)
	r.Header.Set("Accept", typeGraphQL)
	w := httptest.NewRecorder()
	h.pinned(h.newGraphQL()).ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), `"TIMEOUT"`) || w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("ETag") != "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestStoppingServerAnswersWhatIsInFlight(t *testing.T) {
	h := openHub(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx, l) }()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	in := bufio.NewReader(conn)
	body := `{"query":"{ hub { version } }"}`
	_, _ = fmt.Fprintf(conn, "POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q %v", line, err)
	}
	_, _ = in.ReadString('\n') // the request is being read

	if a := h.send(t, http.MethodGet, "/readyz", nil); a.status != http.StatusOK {
		t.Errorf("readyz before: %d", a.status)
	}
	stop()
	for deadline := time.Now().Add(10 * time.Second); h.send(t, http.MethodGet, "/readyz", nil).status != http.StatusServiceUnavailable; runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("readyz: it never says that it stops")
		}
	}
	if a := h.send(t, http.MethodGet, "/readyz", nil); string(a.body) != "stopping\n" {
		t.Errorf("readyz: %s", a.body)
	}
	if a := h.send(t, http.MethodGet, "/healthz", nil); a.status != http.StatusOK {
		t.Errorf("healthz: %d", a.status)
	}
	select {
	case err := <-done:
		t.Fatalf("stopped with a request in flight: %v", err)
	default:
	}
	_, _ = io.WriteString(conn, body)
	response, err := http.ReadResponse(in, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(text), `"version":1`) {
		t.Errorf("%d %s %v", response.StatusCode, text, err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", l.Addr().String()); err == nil {
		t.Error("it still listens")
	}
}

// pipes is a listener whose connections a test makes; they follow the clock of a bubble.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

// Accept implements net.Listener.
func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (p pipes) Close() error {
	close(p.closed)
	return nil
}

// Addr implements net.Listener.
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// inBubble runs a new server of a hub in a bubble, whose clock jumps when all wait, and gives the test the client's end of a
// connection.
func inBubble(t *testing.T, h *hub, test func(t *testing.T, client net.Conn)) {
	s := New(h.Config)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := pipes{make(chan net.Conn), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- s.Run(ctx, l) }()
		client, server := net.Pipe()
		l.conns <- server
		test(t, client)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestSlowClientIsCutOff(t *testing.T) {
	h := openHub(t, nil)
	const post = "POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
	for name, test := range map[string]struct {
		sends string
		after time.Duration
		// first is how the server's answer begins, if there is one.
		first string
	}{
		"no header":       {"", headerTimeout, ""},
		"half a header":   {"GET /healthz HTTP/1.1\r\nHost:", headerTimeout, ""},
		"no body":         {post, readTimeout, "HTTP/1.1 400 Bad Request"},
		"half a body":     {post + `{"query":`, readTimeout, "HTTP/1.1 400 Bad Request"},
		"no next request": {"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n", idleTimeout, "HTTP/1.1 200 OK"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, h, func(t *testing.T, client net.Conn) {
				began := time.Now()
				go func() { _, _ = io.WriteString(client, test.sends) }()
				got, err := io.ReadAll(client)
				if err != nil || !strings.HasPrefix(string(got), test.first) || test.first == "" && len(got) > 0 {
					t.Errorf("%q %v", got, err)
				}
				if after := time.Since(began); after < test.after || after > test.after+time.Second {
					t.Errorf("cut off after %s, want %s", after, test.after)
				}
			})
		})
	}
	t.Run("an answer that nobody reads", func(t *testing.T) {
		inBubble(t, h, func(t *testing.T, client net.Conn) {
			_, _ = io.WriteString(client, "GET /graphiql/graphiql.js HTTP/1.1\r\nHost: hub\r\n\r\n")
			time.Sleep(writeTimeout + time.Second) // of the bubble, which takes no time
			synctest.Wait()
			if _, err := client.Read(make([]byte, 1)); err == nil {
				t.Error("the server still writes")
			}
		})
	})
}
