package server_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func get(h http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestEveryAddressThatAnAnswerGivesLeadsSomewhere(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	h := serve(d)
	d.Pin().Each(func(e edition.Entry) {
		path := strings.TrimPrefix(e.URL(), "https://hub.example")
		w := get(h, path)
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "</main>") {
			t.Errorf("%s: %d", path, w.Code)
		}
	})
	if w := get(h, "/episodes/nobody"); w.Code != http.StatusNotFound {
		t.Errorf("an absent page answers %d", w.Code)
	}
}

func TestPagesHideDraftsRedirectFormerSlugsAndEscapeText(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	h := serve(d)
	hostile := `<script>alert(1)</script>"'><img src=x onerror=alert(1)>`
	id := hubtest.Publish(t, d, &content.Episode{
		Base: content.Base{Slug: "first", Sources: []content.Source{{Title: hostile}}}, Title: hostile, EpisodeManner: &content.EpisodeManner{
			Format: content.FormatWebinar,
			Status: content.StatusScheduled,
		}, Summary: content.Markdown(hostile + " [a](javascript:alert(1))"),
	})[0]
	page := strings.Replace(get(h, "/episodes/first").Body.String(), `<script type="application/ld+json">`, "", 1) // data, which ends at its own end
	for _, bad := range []string{"<script", "<img", "javascript:"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s:\n%s", bad, page)
		}
	}
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Publish: true, Entry: &content.Episode{
		Base: content.Base{Slug: "second"}, Title: "Second", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
	}}}})
	clock.At = clock.At.Add(time.Minute)
	if w := get(h, "/episodes/first"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "https://hub.example/episodes/second" {
		t.Errorf("a former slug answers %d to %s", w.Code, w.Header().Get("Location"))
	}
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Topic{Base: content.Base{Slug: "draft"}, Name: "Draft", Scheme: content.TopicSubject}}}})
	if hidden, absent := get(h, "/topics/draft"), get(h, "/topics/nobody"); hidden.Code != absent.Code || hidden.Body.String() != strings.ReplaceAll(absent.Body.String(), "nobody", "draft") {
		t.Errorf("hidden %d %s, absent %d %s", hidden.Code, hidden.Body, absent.Code, absent.Body)
	}
}

func TestWhatWasTakenDownIsToldApartFromWhatNeverWas(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	h := serve(d)
	topic := func(slug string) *content.Topic {
		return &content.Topic{Base: content.Base{Slug: slug}, Name: "Apprenticeships", Scheme: content.TopicSubject}
	}
	hubtest.Publish(t, d, topic("apprenticeships-today"))
	id := hubtest.Publish(t, d, topic("apprenticeships"))[0]
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: topic("apprenticeships-draft")}}})
	clock.At = clock.At.Add(time.Minute)
	hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id}}})
	for path, want := range map[string]int{"/topics/apprenticeships": http.StatusGone, "/es/topics/apprenticeships": http.StatusGone, "/topics/apprenticeships-draft": http.StatusNotFound, "/episodes/apprenticeships": http.StatusNotFound} {
		w := get(h, path)
		if w.Code != want || !strings.Contains(w.Body.String(), "/search?q=apprenticeships") {
			t.Errorf("%s answers %d without a way on:\n%s", path, w.Code, w.Body)
		}
	}
}

func TestTheSiteSpeaksSpanishAndStaysInIt(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	h := serve(d)
	for _, path := range []string{"/es/", "/es/episodes", "/es/search?q=college", "/es/about"} {
		w := get(h, path)
		page := w.Body.String()
		for _, want := range []string{`<html lang="es">`, `href="/es/speakers"`, `hreflang="en"`, "Acerca de estos datos"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s answers %d without %s", path, w.Code, want)
			}
		}
	}
	out := regexp.MustCompile(`href="https://hub\.example/(speakers|episodes|organizations)/[^".]+"`)
	d.Pin().Each(func(e edition.Entry) {
		if e.Kind() == content.KindListing {
			return
		}
		path := strings.TrimPrefix(e.URL(), "https://hub.example")
		w := get(h, "/es"+path)
		main, _, _ := strings.Cut(w.Body.String(), "</main>")
		_, main, _ = strings.Cut(main, "<main")
		if w.Code != http.StatusOK || out.MatchString(main) {
			t.Errorf("/es%s answers %d, or leads out of Spanish", path, w.Code)
		}
	})
}

const spoken = "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana Ruiz>Good morning.\n\n01:02.000 --> 01:05.000\n<v Bo>We grow <b>hydroponics</b> &lt;script&gt;."

func TestTranscriptsAreShownAndFoundToTheSecond(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	h := serve(d)
	ana := hubtest.Publish(t, d, &content.Speaker{Base: content.Base{Slug: "ana"}, Name: "Ana Ruiz"})[0]
	recorded := func(slug string, out time.Time) *content.Episode {
		return &content.Episode{
			Base: content.Base{Slug: slug}, Title: "Farms", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
			Appearances: []content.Appearance{{Speaker: ana, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana Ruiz"}}},
			Recordings:  []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://youtu.be/abcdefghijk", Along: &content.Along{Transcript: spoken}, PublishedAt: out}},
		}
	}
	clock.At = clock.At.Add(time.Minute)
	hubtest.Publish(t, d, recorded("farms", time.Time{}), recorded("embargoed", clock.At.Add(24*time.Hour)))
	clock.At = clock.At.Add(time.Minute)
	page := get(h, "/episodes/farms").Body.String()
	for _, want := range []string{
		`<p id="t=62"><a class="time" href="https://youtu.be/abcdefghijk?t=62s" data-second="62">1:02</a>`, `href="https://hub.example/speakers/ana"><bdi>Ana Ruiz</bdi>`,
		"We grow hydroponics &lt;script&gt;.", `data-frame="https://www.youtube-nocookie.com/embed/abcdefghijk"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s:\n%s", want, page)
		}
	}
	if policy := get(h, "/episodes/farms").Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-src https://www.youtube-nocookie.com;") {
		t.Errorf("the policy is %s", policy)
	}
	if part := get(h, "/episodes/farms?in=morning").Body.String(); !strings.Contains(part, "Good morning.") || strings.Contains(part, "We grow") {
		t.Errorf("a search in the transcript shows\n%s", part)
	}
	found := get(h, "/search?q=hydroponics").Body.String()
	if !strings.Contains(found, `href="https://hub.example/episodes/farms#t=62"`) || strings.Contains(found, "embargoed") {
		t.Errorf("a search shows\n%s", found)
	}
	if strings.Contains(get(h, "/episodes?q=hydroponics").Body.String(), "embargoed") {
		t.Error("the filter of the list finds what is not out")
	}
	d.Pin().Each(func(e edition.Entry) {
		if e.Kind() != content.KindEpisode {
			return
		}
		w := get(h, edition.TranscriptPath(e.ID(), 1))
		if isOut := e.Common().Slug == "farms"; isOut != (w.Code == http.StatusOK) || isOut != (w.Body.String() == spoken) {
			t.Errorf("%s: the file answers %d", e.Common().Slug, w.Code)
		}
	})
}
