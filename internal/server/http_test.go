package server

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

const latest = "{ episodes(first: 20) { nodes { id title } } }"

func TestSecondLookIsAnsweredWith304(t *testing.T) {
	h := startHub(t, nil)
	first := h.get(t, latest)
	tag := first.header.Get("ETag")
	if first.status != http.StatusOK || tag == "" {
		t.Fatalf("%d %v", first.status, first.header)
	}
	for name, header := range map[string]string{
		"the tag": tag, "the strong form": strings.TrimPrefix(tag, "W/"), "in a list": `"a", ` + tag + `, "b"`, "without blanks": `"a",` + tag,
	} {
		t.Run(name, func(t *testing.T) {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				a := h.send(t, method, address(latest), nil, "If-None-Match: "+header)
				if a.status != http.StatusNotModified || len(a.body) > 0 || a.header.Get("Content-Type") != "" {
					t.Errorf("%s: %d %v %.300s", method, a.status, a.header, a.body)
				}
				for _, name := range []string{"ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin"} {
					if a.header.Get(name) != first.header.Get(name) || a.header.Get(name) == "" {
						t.Errorf("%s: %s is %q, was %q", method, name, a.header.Get(name), first.header.Get(name))
					}
				}
			}
		})
	}
	for name, header := range map[string]string{
		"another tag": `W/"a"`, "half a tag": tag[:12] + `"`, "a star": "*", "no tag": strings.Trim(tag, `W/"`), "20 KB of tags": strings.Repeat(`"a",`, 5_000),
	} {
		t.Run(name, func(t *testing.T) {
			if a := h.get(t, latest, "If-None-Match: "+header); a.status != http.StatusOK || string(a.body) != string(first.body) {
				t.Errorf("%d %.300s", a.status, a.body)
			}
		})
	}
	t.Run("not of a bad request", func(t *testing.T) {
		wantRefused(t, h.get(t, "{ nothing }", "If-None-Match: *", wantsGraphQL), http.StatusBadRequest, "GRAPHQL_VALIDATION_FAILED")
	})
	t.Run("not after a change", func(t *testing.T) {
		hubtest.Publish(t, h.Desk, &content.Topic{Base: content.Base{Slug: "new"}, Name: "New", Scheme: content.TopicSubject})
		a := h.get(t, latest, "If-None-Match: "+tag)
		if a.status != http.StatusOK || a.header.Get("ETag") == tag {
			t.Errorf("%d %s", a.status, a.header.Get("ETag"))
		}
	})
}

func TestEveryQuestionHasItsOwnTag(t *testing.T) {
	h := startHub(t, nil)
	tags := map[string]string{}
	take := func(name string, a answer) {
		t.Helper()
		tag := a.header.Get("ETag")
		if before, taken := tags[tag]; taken || tag == "" || !strings.HasPrefix(tag, `W/"`) {
			t.Errorf("%s has %q, as %s has", name, tag, before)
		}
		tags[tag] = name
	}
	take("a query", h.get(t, latest))
	take("another query", h.get(t, "{ episodes(first: 21) { nodes { id title } } }"))
	take("another type", h.get(t, latest, wantsGraphQL))
	take("variables", h.send(t, http.MethodGet, address(latest)+"&variables=%7B%7D", nil))
	take("POST", h.ask(t, latest, nil))
	take("POST with variables", h.ask(t, latest, map[string]any{"a": 1}))
	other := h.Config
	other.Build = "another"
	w := httptest.NewRecorder()
	New(other).ServeHTTP(w, httptest.NewRequest(http.MethodGet, address(latest), nil))
	take("another build", answer{header: w.Header()})
	if again := h.get(t, latest).header.Get("ETag"); tags[again] != "a query" {
		t.Errorf("the first query has %s now", again)
	}
}

func TestPostIsNeverAnsweredWith304(t *testing.T) {
	h := startHub(t, nil)
	first := h.ask(t, latest, nil)
	tag := first.header.Get("ETag")
	for _, header := range []string{tag, "*"} {
		a := h.ask(t, latest, nil, "If-None-Match: "+header)
		if a.status != http.StatusOK || string(a.body) != string(first.body) || a.header.Get("ETag") != tag || tag == "" || a.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%d %v %.300s", a.status, a.header, a.body)
		}
	}
}

func TestErrorIsNeverStored(t *testing.T) {
	h := startHub(t, nil)
	for name, a := range map[string]answer{
		"syntax":            h.get(t, "{"),
		"syntax, new type":  h.get(t, "{", wantsGraphQL),
		"validation":        h.get(t, "{ nothing }"),
		"a limit":           h.get(t, "{ episodes(first: 101) { totalCount } }"),
		"a resolver":        h.get(t, "{ episode { id } }"),
		"in part":           h.get(t, "{ episode { id } hub { version } }"),
		"no query":          h.send(t, http.MethodGet, "/graphql", nil),
		"not acceptable":    h.get(t, latest, "Accept: text/html"),
		"a method":          h.send(t, http.MethodDelete, address(latest), nil),
		"an address":        h.get(t, latest+strings.Repeat(" ", 5_000)+"}"),
		"no token":          h.get(t, "query @edition(preview: true) { hub { version } }"),
		"a bad token":       h.get(t, latest, "Authorization: Bearer x"),
		"POST":              h.ask(t, "{", nil),
		"too large":         h.post(t, strings.Repeat("{", 100_000)),
		"a type":            h.send(t, http.MethodPost, "/graphql", strings.NewReader("{}"), "Content-Type: text/plain"),
		"with a good token": h.get(t, "{ nothing }", "Authorization: Bearer "+h.token(t, auth.Contributor, time.Hour)),
	} {
		if wantDecent(t, a); len(a.Errors) == 0 {
			t.Errorf("%s: no error in %.300s", name, a.body)
		}
		if got := a.header.Get("Vary"); got != "Accept, Accept-Encoding, Authorization" || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", name, a.header)
		}
	}
}

func TestAnswerToATokenIsPrivate(t *testing.T) {
	h := startHub(t, nil)
	public := h.get(t, latest)
	for _, role := range []auth.Role{auth.Contributor, auth.Editor, auth.Admin} {
		header := "Authorization: Bearer " + h.token(t, role, time.Hour)
		for name, a := range map[string]answer{
			"GET":     h.get(t, latest, header, "If-None-Match: "+public.header.Get("ETag")),
			"POST":    h.ask(t, latest, nil, header),
			"preview": h.get(t, "query @edition(preview: true) "+latest, header),
			"viewer":  h.get(t, "{ viewer { name role } }", header),
		} {
			if a.status != http.StatusOK || len(a.Errors) > 0 || a.header.Get("ETag") != "" || a.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s, %s: %d %v %.300s", role, name, a.status, a.header, a.body)
			}
			if name == "viewer" && !strings.Contains(string(a.Data), string(role)) {
				t.Errorf("%s is %s", role, a.Data)
			}
		}
	}
}

func TestEverySiteMayRead(t *testing.T) {
	h := startHub(t, nil)
	for _, origin := range []string{"", "https://partner.example", "null"} {
		for name, a := range map[string]answer{
			"GET":  h.get(t, latest, "Origin: "+origin),
			"POST": h.ask(t, latest, nil, "Origin: "+origin, "Cookie: a=b"),
		} {
			if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" || len(a.header.Values("Set-Cookie")) > 0 ||
				!slices.Equal(a.header.Values("Vary"), []string{"Accept, Accept-Encoding, Authorization"}) {
				t.Errorf("%s from %q: %v", name, origin, a.header)
			}
		}
	}
	a := h.get(t, latest, "Origin: https://partner.example")
	for _, name := range []string{"Etag", "Retry-After"} {
		if !strings.Contains(a.header.Get("Access-Control-Expose-Headers"), name) {
			t.Errorf("%s is hidden: %v", name, a.header)
		}
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, headers := range []string{"content-type", "authorization,content-type", "apollographql-client-name,content-type,x-apollo-operation-name"} {
			a := h.send(t, http.MethodOptions, "/graphql", nil, "Origin: https://partner.example",
				"Access-Control-Request-Method: "+method, "Access-Control-Request-Headers: "+headers)
			allowed := strings.ToLower(a.header.Get("Access-Control-Allow-Headers"))
			for header := range strings.SplitSeq(headers, ",") {
				if !strings.Contains(allowed, header) {
					t.Errorf("%s is not allowed: %v", header, a.header)
				}
			}
			if a.status/100 != 2 || len(a.body) > 0 || a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Methods") != method ||
				a.header.Get("Access-Control-Allow-Credentials") != "" || a.header.Get("Access-Control-Max-Age") == "" {
				t.Errorf("%d %v %s", a.status, a.header, a.body)
			}
		}
	}
	a = h.send(t, http.MethodOptions, "/graphql", nil, "Origin: https://partner.example", "Access-Control-Request-Method: DELETE")
	if a.header.Get("Access-Control-Allow-Methods") != "" {
		t.Errorf("DELETE is allowed: %v", a.header)
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	h := startHub(t, nil)
	for _, path := range []string{address(latest), address("{ nothing }"), "/graphql", "/healthz", "/readyz", "/graphiql/", "/graphiql/graphiql.js", "/nothing", "/"} {
		get, head := h.send(t, http.MethodGet, path, nil), h.send(t, http.MethodHead, path, nil)
		get.header.Del("Date")
		head.header.Del("Date")
		if head.status != get.status || len(head.body) > 0 {
			t.Errorf("%s: %d with %d bytes, GET has %d", path, head.status, len(head.body), get.status)
		}
		for name := range get.header {
			if head.header.Get(name) != get.header.Get(name) && name != "Content-Length" {
				t.Errorf("%s: %s is %q, GET has %q", path, name, head.header.Get(name), get.header.Get(name))
			}
		}
	}
}

// A shared cache may not keep an answer beyond the moment at which time changes it.
func TestSharedCacheNeverOutlivesTheNextChange(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2040, 5, 1, 12, 0, 0, 0, time.UTC)}
	h := openHub(t, clock)
	clock.At = clock.At.Add(time.Second)
	hubtest.Publish(t, h.Desk, &content.Episode{
		Base: content.Base{Slug: "soon"}, Title: "Soon", Format: content.FormatWebinar, Status: content.StatusScheduled,
		When: content.When{Date: "2040-05-01", StartTime: "12:30", EndTime: "13:30", TimeZone: "UTC"},
	})
	sharedAge := regexp.MustCompile(`s-maxage=(\d+)`)
	ask := func() (next time.Time, keep int, a answer) {
		t.Helper()
		a = h.get(t, `{ hub { nextChangeAt } episode(slug: "soon") { phase } }`)
		var found struct {
			Hub struct{ NextChangeAt *time.Time }
		}
		if err := json.Unmarshal(a.Data, &found); err != nil {
			t.Fatal(err)
		}
		keep, err := strconv.Atoi(sharedAge.FindStringSubmatch(a.header.Get("Cache-Control"))[1])
		if err != nil || !strings.Contains(a.header.Get("Cache-Control"), "public, max-age=0, ") {
			t.Fatalf("%v", a.header)
		}
		if found.Hub.NextChangeAt != nil {
			next = *found.Hub.NextChangeAt
		}
		return next, keep, a
	}
	changes := 0
	for next, _, _ := ask(); !next.IsZero(); next, _, _ = ask() {
		for _, before := range []time.Duration{time.Hour, 61 * time.Second, time.Minute, 59*time.Second + 999*time.Millisecond, 1500 * time.Millisecond, time.Second, 999 * time.Millisecond, time.Microsecond} {
			if at := next.Add(-before); at.After(clock.At) {
				clock.At = at
			}
			still, keep, early := ask()
			if left := next.Sub(clock.At); !still.Equal(next) || time.Duration(keep)*time.Second > left || keep > 60 || left >= time.Minute && keep != 60 {
				t.Errorf("%s before %s an answer is kept for %d s", left, next, keep)
			}
			if _, _, again := ask(); again.header.Get("ETag") != early.header.Get("ETag") {
				t.Error("the tag changed before its time")
			}
			a := h.get(t, latest, "If-None-Match: "+h.get(t, latest).header.Get("ETag"))
			if a.status != http.StatusNotModified || sharedAge.FindStringSubmatch(a.header.Get("Cache-Control"))[1] != strconv.Itoa(keep) {
				t.Errorf("304 says %v", a.header)
			}
		}
		_, _, before := ask()
		clock.At = next
		if _, _, after := ask(); after.header.Get("ETag") == before.header.Get("ETag") {
			t.Errorf("the tag is the same after %s", next)
		}
		if changes++; changes > 50 {
			t.Fatal("time never ends")
		}
	}
	if changes < 4 {
		t.Errorf("only %d changes", changes)
	}
	_, keep, _ := ask()
	if keep != 60 {
		t.Errorf("with nothing to come an answer is kept for %d s", keep)
	}
	// A publication that is to come is a change too.
	clock.At = clock.At.Add(time.Second)
	id := hubtest.Save(t, h.Desk, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Topic{Base: content.Base{Slug: "later"}, Name: "Later", Scheme: content.TopicSubject}}}}).Results[0].ID
	clock.At = clock.At.Add(time.Second)
	hubtest.Save(t, h.Desk, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 1, From: clock.At.Add(7500 * time.Millisecond)}}})
	if next, keep, _ := ask(); keep != 7 || next.IsZero() {
		t.Errorf("before a publication at %s an answer is kept for %d s", next, keep)
	}
}

func TestLargeAnswerIsCompressed(t *testing.T) {
	h := startHub(t, nil)
	large := "{ episodes(first: 100) { nodes { id title summary } } }"
	plain := h.get(t, large)
	if plain.header.Get("Content-Encoding") != "" || plain.header.Get("Content-Length") != strconv.Itoa(len(plain.body)) {
		t.Errorf("%v", plain.header)
	}
	for name, a := range map[string]answer{
		"GET":  h.get(t, large, "Accept-Encoding: gzip"),
		"POST": h.ask(t, large, nil, "Accept-Encoding: br;q=1, gzip;q=0.5"),
	} {
		unpacked, err := gzip.NewReader(strings.NewReader(string(a.body)))
		if err != nil {
			t.Fatalf("%s: %v %v", name, err, a.header)
		}
		text, err := io.ReadAll(unpacked)
		if err != nil || string(text) != string(plain.body) || len(a.body) > len(plain.body)/2 {
			t.Errorf("%s: %d bytes of %d, %v", name, len(a.body), len(plain.body), err)
		}
		if a.header.Get("Content-Encoding") != "gzip" || !slices.Equal(a.header.Values("Vary"), []string{"Accept, Accept-Encoding, Authorization"}) {
			t.Errorf("%s: %v", name, a.header)
		}
	}
	if a := h.get(t, large, "Accept-Encoding: gzip"); a.header.Get("ETag") != plain.header.Get("ETag") {
		t.Errorf("compressed it has the tag %s", a.header.Get("ETag"))
	}
	for _, accept := range []string{"identity", "gzip;q=0", "br"} {
		if a := h.get(t, large, "Accept-Encoding: "+accept); string(a.body) != string(plain.body) {
			t.Errorf("%s: %v", accept, a.header)
		}
	}
	if a := h.get(t, "{ hub { version } }", "Accept-Encoding: gzip"); a.header.Get("Content-Encoding") != "" || !strings.Contains(a.header.Get("Vary"), "Accept-Encoding") {
		t.Errorf("a small answer: %v", a.header)
	}
}

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
	for path, to := range map[string]string{"/": "/graphiql/", "/graphiql": "/graphiql/", "//evil.example/": "/evil.example/", "/graphiql//evil.example": "/graphiql/evil.example"} {
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
	log := &logbook{}
	s := &Server{Config: Config{Log: slog.New(slog.NewTextHandler(log, nil))}}
	id := regexp.MustCompile(`internal error (\w{12})`)
	for name, test := range map[string]struct {
		cause  any
		before string
	}{
		"text": {"secret", ""}, "error": {fmt.Errorf("secret: %w", io.EOF), ""}, "nil map": {nil, ""}, "after an answer began": {"secret", "begun"},
	} {
		t.Run(name, func(t *testing.T) {
			w := httptest.NewRecorder()
			s.observe(s.safely(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if test.before != "" {
					_, _ = io.WriteString(w, test.before)
				}
				if test.cause == nil {
					var none map[string]int
					none["a"] = 1
				}
				panic(test.cause)
			}))).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
			logged := log.take()
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
	h.ServeHTTP(w, r)
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
	for h.send(t, http.MethodGet, "/readyz", nil).status != http.StatusServiceUnavailable {
		runtime.Gosched()
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
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				l := pipes{make(chan net.Conn), make(chan struct{})}
				done := make(chan error, 1)
				go func() { done <- h.Run(ctx, l) }()
				client, server := net.Pipe()
				l.conns <- server
				began := time.Now()
				go func() { _, _ = io.WriteString(client, test.sends) }()
				got, err := io.ReadAll(client)
				if err != nil || !strings.HasPrefix(string(got), test.first) || test.first == "" && len(got) > 0 {
					t.Errorf("%q %v", got, err)
				}
				if after := time.Since(began); after < test.after || after > test.after+time.Second {
					t.Errorf("cut off after %s, want %s", after, test.after)
				}
				stop()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
	t.Run("an answer that nobody reads", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, stop := context.WithCancel(t.Context())
			l := pipes{make(chan net.Conn), make(chan struct{})}
			done := make(chan error, 1)
			go func() { done <- h.Run(ctx, l) }()
			client, server := net.Pipe()
			l.conns <- server
			_, _ = io.WriteString(client, "GET /graphiql/graphiql.js HTTP/1.1\r\nHost: hub\r\n\r\n")
			time.Sleep(writeTimeout + time.Second) // of the bubble, which takes no time
			synctest.Wait()
			if _, err := client.Read(make([]byte, 1)); err == nil {
				t.Error("the server still writes")
			}
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
	})
}
