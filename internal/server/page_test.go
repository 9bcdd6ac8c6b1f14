package server_test

import (
	"net/http"
	"net/http/httptest"
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
		Base: content.Base{Slug: "first", Sources: []content.Source{{Title: hostile}}}, Title: hostile, Format: content.FormatWebinar,
		Status: content.StatusScheduled, Summary: content.Markdown(hostile + " [a](javascript:alert(1))"),
	})[0]
	page := strings.Replace(get(h, "/episodes/first").Body.String(), `<script type="application/ld+json">`, "", 1) // data, which ends at its own end
	for _, bad := range []string{"<script", "<img", "javascript:"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %s:\n%s", bad, page)
		}
	}
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Publish: true, Entry: &content.Episode{
		Base: content.Base{Slug: "second"}, Title: "Second", Format: content.FormatWebinar, Status: content.StatusScheduled,
	}}}})
	clock.At = clock.At.Add(time.Minute)
	if w := get(h, "/episodes/first"); w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "https://hub.example/episodes/second" {
		t.Errorf("a former slug answers %d to %s", w.Code, w.Header().Get("Location"))
	}
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Topic{Base: content.Base{Slug: "draft"}, Name: "Draft", Scheme: content.TopicSubject}}}})
	if hidden, absent := get(h, "/topics/draft"), get(h, "/topics/nobody"); hidden.Code != absent.Code || hidden.Body.String() != absent.Body.String() {
		t.Errorf("hidden %d %s, absent %d %s", hidden.Code, hidden.Body, absent.Code, absent.Body)
	}
}
