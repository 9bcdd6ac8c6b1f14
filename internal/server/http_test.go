package server

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
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
	h := startHub(t, clock)
	clock.At = clock.At.Add(time.Second)
	hubtest.Publish(t, h.Desk, &content.Episode{
		Base: content.Base{Slug: "soon"}, Title: "Soon", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
		When: content.When{Date: "2040-05-01", StartTime: "12:30", EndTime: "13:30", TimeZone: "UTC"}.Kept(),
	})
	sharedAge := regexp.MustCompile(`s-maxage=(\d+)`)
	ask := func() (next time.Time, keep int, a answer) {
		t.Helper()
		told := h.get(t, `{ hub { nextChangeAt } }`)
		if told.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("what a schedule may change is kept: %v", told.header)
		}
		a = h.get(t, `{ episode(slug: "soon") { phase } }`)
		var found struct {
			Hub struct{ NextChangeAt *time.Time }
		}
		if err := json.Unmarshal(told.Data, &found); err != nil {
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
