package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/microcosm-cc/bluemonday"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

// fetch asks for a path with an If-None-Match, if there is one.
func fetch(t testing.TB, h http.Handler, path, etag string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// agree wants the lists to tell what GraphQL tells of every card.
func agree(t *testing.T, h http.Handler, cards map[string]moment) {
	t.Helper()
	var list struct {
		Episodes []struct {
			URL, Phase, PhaseLabel string
			PhaseChangesAt         *time.Time
			Action                 struct{ Kind, Label string }
		}
	}
	if err := json.Unmarshal(fetch(t, h, "/lists/all.json", "").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	page := fetch(t, h, "/lists/all.html", "").Body.String()
	if len(list.Episodes) != len(cards) {
		t.Fatalf("the list has %d episodes, GraphQL %d", len(list.Episodes), len(cards))
	}
	for _, e := range list.Episodes {
		slug := e.URL[strings.LastIndex(e.URL, "/")+1:]
		card := cards[slug]
		if e.Phase != card.Phase || e.Action.Kind != card.PrimaryAction.Kind || (e.PhaseChangesAt == nil) != (card.PhaseChangesAt == nil) {
			t.Errorf("%s: the list says %s and %s, GraphQL %+v", slug, e.Phase, e.Action.Kind, card)
		}
		_, row, _ := strings.Cut(page, `href="`+e.URL+`"`)
		row, _, _ = strings.Cut(row, "</li>")
		if !strings.Contains(row, `class="phase">`+e.PhaseLabel+"<") || e.Action.Kind != "NONE" && !strings.Contains(row, ">"+e.Action.Label+"</a>") {
			t.Errorf("%s: the page shows %s, the list says %s and %s", slug, row, e.PhaseLabel, e.Action.Label)
		}
	}
}

func TestListsHoldNoLongerThanTimeLetsThem(t *testing.T) {
	start := time.Date(2026, 5, 4, 18, 0, 0, 0, time.UTC)
	clock := &hubtest.Clock{At: start.Add(-16 * time.Minute)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	hubtest.Publish(t, d, &content.Episode{
		Title: "Talk", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
		When: content.When{Date: "2026-05-04", StartTime: "14:00", TimeZone: "America/New_York"}.Kept(),
	})
	h := serve(d)
	for _, ending := range []string{"", ".html", ".json", ".ics", ".rss", ".jsonfeed", ".jsonld", ".csv"} {
		clock.At = start.Add(-15*time.Minute - 20*time.Second)
		first := fetch(t, h, "/lists/all"+ending, "")
		etag := first.Header().Get("ETag")
		if first.Code != http.StatusOK || first.Header().Get("Cache-Control") != "public, max-age=20, must-revalidate" || first.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %v", ending, first.Code, first.Header())
		}
		clock.At = start.Add(-15*time.Minute - time.Second)
		if again := fetch(t, h, "/lists/all"+ending, etag); again.Code != http.StatusNotModified {
			t.Errorf("%s: the same moment answers %d", ending, again.Code)
		}
		clock.At = start.Add(-15 * time.Minute)
		if later := fetch(t, h, "/lists/all"+ending, etag); later.Code != http.StatusOK || later.Header().Get("ETag") == etag {
			t.Errorf("%s: behind the boundary %d", ending, later.Code)
		}
	}
}

func TestListsThatAreNoneSayWhatToDo(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	id := hubtest.Publish(t, d, &content.Listing{
		Base: content.Base{Slug: "ours"}, Title: "Ours", Order: content.EpisodesLatest, Limit: 5, Theme: content.ThemeAuto,
		AllowedOrigins: []string{"https://college.example"},
	})[0]
	e, number := listing(t, d, id)
	e.Slug = "ours-too"
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: number, Entry: e, Publish: true}}})
	h := serve(d)
	for path, want := range map[string]struct {
		status int
		text   string
	}{
		"/lists/ours-too":                                        {200, "There is nothing here at the moment."},
		"/lists/ours-too.html?lang=es":                           {200, "No hay nada aquí por el momento."},
		"/lists/ours-too.json":                                   {200, `"episodes":[]`},
		"/lists/ours.rss?limit=3&utm=x":                          {301, "/lists/ours-too.rss?limit=3&amp;utm=x"},
		"/lists/nobody":                                          {404, "There is no list at this address"},
		"/lists/nobody.ics":                                      {404, "There is no list at this address"},
		"/lists/nobody.json":                                     {404, `{"error":"There is no list at this address`},
		"/lists/ours-too.xml":                                    {404, `There is no format "xml"`},
		"/lists/all.json?limit=0":                                {400, `"0\" is not from 1 to 100`},
		"/lists/all.json?phases=NAPPING":                         {400, "NAPPING"},
		"/lists/all.json?regions=Ohio":                           {400, "Ohio"},
		"/lists/all.json?from=2021-13":                           {400, "2021-13"},
		"/lists/all.json?order=RANDOM":                           {400, "DATE_DESC"},
		"/lists/all.json?hasRecording=maybe":                     {400, "maybe"},
		"/go/ep_00000000000000000000000000":                      {404, "There is no such episode."},
		"/oembed?url=https://else.example/x":                     {404, "is no list of this hub"},
		"/oembed?url=https://hub.example/lists/all&maxwidth=-1":  {400, "maxwidth"},
		"/oembed?url=https://hub.example/lists/all&format=xml":   {501, "json"},
		"/oembed?url=https://hub.example/lists/all&maxwidth=500": {200, `"type":"rich"`},
	} {
		got := fetch(t, h, path, "")
		if got.Code != want.status || !strings.Contains(got.Body.String(), want.text) {
			t.Errorf("%s: %d %.300s, want %d %s", path, got.Code, got.Body, want.status, want.text)
		}
	}
	policy := fetch(t, h, "/lists/ours-too.html", "").Header().Get("Content-Security-Policy")
	if !strings.HasSuffix(policy, "frame-ancestors 'self' https://college.example") {
		t.Error(policy)
	}
}

func listing(t *testing.T, d *desk.Desk, id content.ID) (*content.Listing, int32) {
	t.Helper()
	number := d.Pin().Preview().Newest(id)
	stored, ok, err := d.Revision(t.Context(), id, number)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	own, err := content.Clone(stored)
	if err != nil {
		t.Fatal(err)
	}
	return own.(*content.Listing), number
}

func TestWhatIsPastedStillLeadsToTheListBehindASanitiser(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	l, err := d.Pin().EpisodeList(nil, edition.Refinement{})
	if err != nil {
		t.Fatal(err)
	}
	for name, snippet := range map[string]string{"link": feed.SnippetsOf(l).Link, "frame": feed.SnippetsOf(l).Frame, "element": feed.SnippetsOf(l).Element} {
		if left := bluemonday.UGCPolicy().Sanitize(snippet); !strings.Contains(left, `href="https://hub.example/lists/all"`) {
			t.Errorf("%s: what is left is %.300s", name, left)
		}
		if strings.Contains(snippet, "Watch") || strings.Contains(snippet, "Register") {
			t.Errorf("%s says what time makes wrong: %.300s", name, snippet)
		}
	}
}

func TestAccentsThatNobodyCanReadAreRefused(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	h := serve(d)
	for path, want := range map[string]string{
		"/embed":                  "--hub-accent",
		"/embed?accent=%23ffff00": "the contrast of #ffffff on #ffff00 is 1.07, at least 4.5 is needed",
		"/embed?accent=%23ffff00&accent-text=%23000000": "hub-episodes { --hub-accent: #ffff00; --hub-accent-text: #000000 }",
		"/embed?text=red%3B%7Dbody%7B":                  "is no value that can be used",
		"/embed?src=https://hub.example/lists/none":     "is no list of this hub",
	} {
		if got := fetch(t, h, path, "").Body.String(); strings.Contains(got, want) == (path == "/embed") {
			t.Errorf("%s: %s is not right", path, want)
		}
	}
}

func BenchmarkListDocuments(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		d := hubtest.Open(b, hubtest.Generated(b, size), nil)
		h := serve(d)
		for _, ending := range []string{"", ".html", ".json", ".ics", ".rss", ".jsonfeed", ".jsonld", ".csv"} {
			b.Run(size.Name+ending, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					fetch(b, h, "/lists/all"+ending, "")
				}
			})
		}
		etag := fetch(b, h, "/lists/all.json", "").Header().Get("ETag")
		b.Run(size.Name+"-304", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				fetch(b, h, "/lists/all.json", etag)
			}
		})
	}
}
