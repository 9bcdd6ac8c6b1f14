package server

import (
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

func TestBrokenLinksAreReportedAndLedAround(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	h, d := node(t, hubtest.SQLite(t), clock)
	const gone, copied, report, draft = "https://a.example/gone", "https://a.example/copy.mp4", "https://a.example/report", "https://a.example/draft"
	picture := strings.Repeat("a", 64) + ".jpg"
	ids := hubtest.Publish(
		t, d,
		&content.Episode{
			Base: content.Base{Slug: "talk"}, Title: "Talk", EpisodeManner: &content.EpisodeManner{Format: content.FormatVideo, Status: content.StatusScheduled, TookPlace: true},
			Recordings:  []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: gone, Along: &content.Along{FallbackURL: copied}}},
			EpisodeRare: &content.EpisodeRare{Images: []content.Image{{URL: "https://a.example/hall.png", Alt: "A hall"}, {URL: "https://a.example/unseen.png", Alt: "Another"}}},
		},
		&content.Resource{Base: content.Base{Slug: "report"}, Title: "Report", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: report},
	)
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Resource{Title: "Draft", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: draft}}}})
	const query = `{ episode(slug: "talk") { primaryAction { kind url } recordings { url playUrl health { state checkedAt since title } } images { url src width height alt } }
		resource(slug: "report") { href health { state title } } }`
	want := func(text string) answer {
		t.Helper()
		a := h.get(t, query)
		if string(a.body) != `{"data":`+text+`}` {
			t.Errorf("%s\nwant %s", a.body, text)
		}
		return a
	}
	const images = `{"url":"https://a.example/unseen.png","src":null,"width":null,"height":null,"alt":"Another"}]}`
	before := want(`{"episode":{"primaryAction":{"kind":"WATCH_RECORDING","url":"` + gone + `"},"recordings":[{"url":"` + gone + `","playUrl":"` + gone + `","health":null}],` +
		`"images":[{"url":"https://a.example/hall.png","src":null,"width":null,"height":null,"alt":"A hall"},` + images + `,"resource":{"href":"` + report + `","health":null}}`)
	record := func(all ...content.Finding) {
		t.Helper()
		clock.At = clock.At.Add(time.Hour)
		for i := range all {
			all[i].At, all[i].Since = clock.At, clock.At
		}
		if _, err := d.Record(t.Context(), all); err != nil {
			t.Fatal(err)
		}
	}
	record(content.Finding{URL: draft, State: content.LinkUnsure, Status: 403, Detail: "its server does not tell"})
	if a := h.get(t, query); a.header.Get("ETag") != before.header.Get("ETag") {
		t.Error("what a draft names changed the public answer's tag")
	}
	record(
		content.Finding{URL: gone, State: content.LinkBroken, Status: 404, Title: "A talk", Detail: "it is not there any more"},
		content.Finding{URL: report, State: content.LinkOK, Status: 200},
		content.Finding{URL: "https://a.example/hall.png", State: content.LinkOK, Status: 200, Picture: picture, Width: 30, Height: 20},
	)
	after := want(`{"episode":{"primaryAction":{"kind":"WATCH_RECORDING","url":"` + copied + `"},"recordings":[{"url":"` + gone + `","playUrl":"` + copied +
		`","health":{"state":"BROKEN","checkedAt":"2026-03-01T14:00:00Z","since":"2026-03-01T14:00:00Z","title":"A talk"}}],` +
		`"images":[{"url":"https://a.example/hall.png","src":"https://hub.example/media/` + picture + `","width":30,"height":20,"alt":"A hall"},` + images +
		`,"resource":{"href":"` + report + `","health":{"state":"OK","title":null}}}`)
	if after.header.Get("ETag") == before.header.Get("ETag") {
		t.Error("the ETag did not change")
	}
	// The lists for programs show the hub's copies alone.
	for _, path := range []string{"/lists/all.json", "/lists/all.jsonld", "/episodes/talk"} {
		body := string(h.send(t, "GET", path, nil).body)
		if strings.Contains(body, "hall.png") || strings.Contains(body, "unseen.png") || !strings.HasPrefix(path, "/episodes") && !strings.Contains(body, "https://hub.example/media/"+picture) {
			t.Errorf("%s: %.600s", path, body)
		}
	}
	page := string(h.send(t, "GET", "/episodes/talk", nil).body)
	for _, part := range []string{"The recording is gone from a.example since ", "Another copy is shown.", `data-file="` + copied + `"`, `src="/media/` + picture + `"`} {
		if !strings.Contains(page, part) {
			t.Errorf("the page has no %s:\n%s", part, page)
		}
	}
	const report1 = `query ($after: String) { linkReport(first: 1, after: $after) { totalCount nodes { url state status detail title entries { slug } } pageInfo { hasNextPage endCursor } } }`
	editor := h.as(t, auth.Editor)
	var urls []string
	var cursor any
	for range 4 {
		data := editor.data(t, report1, vars{"after": cursor})
		urls = append(urls, text(t, data, "linkReport.nodes.0.url"))
		cursor = at(data, "linkReport.pageInfo.endCursor")
		if total := at(data, "linkReport.totalCount"); total != 4.0 {
			t.Errorf("%v in all", total)
		}
	}
	if got, want := strings.Join(urls, " "), gone+" "+draft+" https://a.example/hall.png "+report; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	a := editor.ask(t, `{ linkReport(states: [BROKEN]) { nodes { url state status detail title entries { id } } } }`, nil)
	if want := `{"data":{"linkReport":{"nodes":[{"url":"` + gone + `","state":"BROKEN","status":404,"detail":"it is not there any more","title":"A talk","entries":[{"id":"` + string(ids[0]) + `"}]}]}}}`; string(a.body) != want {
		t.Errorf("%s, want %s", a.body, want)
	}
	for role, code := range map[auth.Role]string{auth.Anonymous: "UNAUTHENTICATED", auth.Contributor: "FORBIDDEN"} {
		if a := h.as(t, role).ask(t, `{ linkReport { totalCount } }`, nil); a.code() != code {
			t.Errorf("%q: %s", role, a.body)
		}
	}
	// What was known then is known of then.
	was := editor.ask(t, strings.Replace(query, "{", `query @edition(asOf: "2026-03-01T13:30:00Z") {`, 1), nil)
	if string(was.body) != string(before.body) {
		t.Errorf("then: %s", was.body)
	}
}
