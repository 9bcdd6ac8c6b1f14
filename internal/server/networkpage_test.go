package server

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// look gets a page for people and checks what every one keeps to.
func (h *hub) look(t *testing.T, path string, status int) string {
	t.Helper()
	a := h.send(t, http.MethodGet, path, nil)
	page := string(a.body)
	if a.status != status || !strings.Contains(page, "</html>") || strings.Contains(page, "ZgotmplZ") {
		t.Fatalf("%s answers %d:\n%.2000s", path, a.status, page)
	}
	if strings.Contains(page, "style=") || strings.Contains(page, "<style") {
		t.Errorf("%s has a style of its own", path)
	}
	if policy := a.header.Get("Content-Security-Policy"); !strings.HasSuffix(policy, "; connect-src 'self'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%s has the policy %s", path, policy)
	}
	return page
}

func wants(t *testing.T, page string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
}

// names are the nodes of the table, in order.
func names(page string) []string {
	_, table, _ := strings.Cut(page, `<table class="measures">`)
	table, _, _ = strings.Cut(table, "</table>")
	var all []string
	for _, found := range regexp.MustCompile(`<th scope="row"><a href="[^"]+"><bdi>([^<]+)</bdi>`).FindAllStringSubmatch(table, -1) {
		all = append(all, found[1])
	}
	return all
}

func TestTheExplorerShowsTheNetworkOfGraphQL(t *testing.T) {
	h := openHub(t, nil)
	page := h.look(t, "/network", http.StatusOK)
	var asked struct {
		Network struct {
			Summary struct{ Nodes, Edges, Episodes int }
			Nodes   struct {
				Nodes []struct{ Label string }
			}
			Snapshot struct{ Permalink, Digest string }
		}
	}
	a := h.ask(t, `{ network { summary { nodes edges episodes } nodes(orderBy: STRENGTH, first: 30) { nodes { label } } snapshot { permalink digest } } }`, nil)
	if err := json.Unmarshal(a.Data, &asked); err != nil {
		t.Fatal(err)
	}
	shown := names(page)
	if len(shown) != 30 {
		t.Fatalf("%d nodes are shown", len(shown))
	}
	for i, n := range asked.Network.Nodes.Nodes {
		if shown[i] != n.Label {
			t.Errorf("node %d is %s, in GraphQL %s", i, shown[i], n.Label)
		}
	}
	wants(t, page, asked.Network.Snapshot.Digest, asked.Network.Snapshot.Permalink+".gexf", `aria-sort="descending" class="n"><a href="/network?order=STRENGTH#nodes"`,
		`<svg class="mark k0"`, "Who could introduce one to another?", `<a href="/network">Network</a>`)
	for _, want := range []int{asked.Network.Summary.Nodes, asked.Network.Summary.Edges, asked.Network.Summary.Episodes} {
		wants(t, page, "<dd>"+number(float64(want))+"</dd>")
	}
	if strings.Contains(page, "http-equiv") {
		t.Error("a page that is final asks again")
	}
}

func TestTheTableIsSortedByLinksAndTurnsItsPages(t *testing.T) {
	h := openHub(t, nil)
	for order, sort := range map[string]string{"NAME": "ascending", "DEGREE": "descending", "BETWEENNESS": "descending", "CONSTRAINT": "ascending", "CLOSENESS": "descending", "CUTS_OFF": "descending"} {
		page := h.look(t, "/network?mode=ORGANIZATION&order="+order, http.StatusOK)
		found := regexp.MustCompile(`aria-sort="(\w+)"[^>]*><a href="[^"]*order=(\w+)`).FindAllStringSubmatch(page, -1)
		if len(found) != 1 || found[0][1] != sort || found[0][2] != order {
			t.Errorf("sorted by %s the columns say %v", order, found)
		}
	}
	first := h.look(t, "/network?order=NAME", http.StatusOK)
	next := regexp.MustCompile(`<a rel="next" href="([^"]+)"`).FindStringSubmatch(first)
	if next == nil {
		t.Fatal("there is no second page")
	}
	second := h.look(t, strings.ReplaceAll(next[1], "&amp;", "&"), http.StatusOK)
	if a, b := names(first), names(second); a[29] >= b[0] {
		t.Errorf("%s comes before %s", a[29], b[0])
	}
	wants(t, second, `rel="prev"`)
	stale := h.look(t, "/network?order=DEGREE&after=nothing", http.StatusOK)
	wants(t, stale, `role="alert"`, "is no cursor of this list", `<table class="measures">`)
}

func TestTheFilterOfTheExplorerFilters(t *testing.T) {
	h := openHub(t, nil)
	whole := h.look(t, "/network", http.StatusOK)
	one := names(whole)[3]
	by := func(q url.Values) string { return h.look(t, "/network?"+q.Encode(), http.StatusOK) }
	around := by(url.Values{"around": {one}, "steps": {"1"}, "order": {"NAME"}})
	if got := names(around); len(got) == 0 || len(got) >= 30 || !strings.Contains(strings.Join(got, ","), one) {
		t.Errorf("around %s are %v", one, got)
	}
	empty := by(url.Values{"from": {"1901"}, "to": {"1902"}})
	wants(t, empty, "Nobody fits these conditions.", `value="1901"`)
	series := by(url.Values{"series": {"sample-series"}, "minWeight": {"1,5"}, "weighting": {"newman"}, "regions": {"US-CA"}})
	wants(t, series, `<option value="sample-series" selected>`, `<option value="NEWMAN" selected>`, `name="regions" value="US-CA"`, `<details class="conditions" open>`, `value="1,5"`)
	topics := by(url.Values{"topics": {"apprenticeship,equity"}, "mode": {"BIPARTITE"}, "affiliation": {"CURRENT"}})
	wants(t, topics, `<option value="apprenticeship" selected>`, `name="topics" value="equity"`, "Network of people and organizations")
}

func TestBadFiltersAreToldAndNothingElseBreaks(t *testing.T) {
	h := openHub(t, nil)
	for query, sentence := range map[string]string{
		"mode=CATS": "is no mode; SPEAKER, ORGANIZATION and BIPARTITE are allowed", "weighting=x": "is no weighting", "mode=ORGANIZATION&affiliation=x": "is no affiliation",
		"from=2021-13-01": "from: &#34;2021-13-01&#34; is no date", "to=soon": "to: &#34;soon&#34; is no date", "minWeight=much": "minWeight: &#34;much&#34; is no number",
		"minWeight=-1": "is not from 0 up", "minWeight=NaN": "is not from 0 up", "steps=9&around=x": "no public speaker or organization", "steps=9": "is not from 1 to 4", "steps=x": "is not from 1 to 4",
		"order=x": "is no order", "around=nobody-at-all-zz": "is no public speaker or organization", "around=%22%3E%3Cscript%3E": "alert", "from=%FF": "is no date",
		"topics=" + strings.Repeat("x,", 20_000): "alert",
	} {
		page := h.look(t, "/network?"+query, http.StatusOK)
		alert := regexp.MustCompile(`<p role="alert">([^<]+)</p>`).FindStringSubmatch(page)
		if sentence == "alert" {
			continue
		}
		if alert == nil || !strings.Contains(alert[1], sentence) {
			t.Errorf("%.60s says %v", query, alert)
		}
		wants(t, page, `<form class="filter"`)
		if strings.Contains(page, "<table") {
			t.Errorf("%.60s shows a table", query)
		}
	}
	page := h.look(t, "/network?at=nobody&between=zzz-nobody&and=yyy", http.StatusOK)
	wants(t, page, "is not in this network.", "between: &#34;zzz-nobody&#34; is no public speaker", `<table class="measures">`)
}

func TestIntroductionsStandOnThePage(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	h := &hub{log: &logbook{}}
	h.Server = New(Config{Desk: d, Site: "https://hub.example", Build: "test", Log: slog.New(slog.DiscardHandler)})
	person := func(slug, name string) content.ID {
		return hubtest.Publish(t, d, &content.Speaker{Base: content.Base{Slug: slug}, Name: name})[0]
	}
	hostile := `Zoë <img src=x onerror=alert(1)> "O'Neil"`
	ana, bo, zoe, far, farther := person("ana", "Ana Ruiz"), person("bo", "Bo Li"), person("zoe", hostile), person("far", "Far Away"), person("farther", "Farther Away")
	topic := hubtest.Publish(t, d, &content.Topic{Base: content.Base{Slug: "grids"}, Name: "Grids", Scheme: content.TopicSubject})[0]
	meet := func(slug, title string, who ...content.ID) {
		e := &content.Episode{Base: content.Base{Slug: slug}, Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Topics: []content.ID{topic}, When: content.When{Date: "2025-05-05"}.Kept()}
		for _, id := range who {
			e.Appearances = append(e.Appearances, content.Appearance{Speaker: id, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "x"}})
		}
		hubtest.Publish(t, d, e)
	}
	meet("one", "First <b>meeting</b>", ana, bo)
	meet("two", "Second meeting", bo, zoe)
	meet("three", "Third meeting", far, farther)
	clock.At = clock.At.Add(time.Minute)
	page := h.look(t, "/network?between=Ana+Ruiz&and=zoe&at=zoe", http.StatusOK)
	wants(t, page, "Ana Ruiz was together with Bo Li in “First &lt;b&gt;meeting&lt;/b&gt;” (2025-05-05), who was together with Zoë &lt;img",
		`data-nodes="`+string(ana)+" "+string(bo)+" "+string(zoe)+`"`, `href="https://hub.example/episodes/two"`, `data-node="`+string(zoe)+`"`)
	if strings.Contains(page, "<img") || strings.Contains(page, "<b>meeting") {
		t.Errorf("the page has what somebody wrote:\n%s", page)
	}
	spanish := h.look(t, "/es/network?between=ana&and=zoe&at=bo", http.StatusOK)
	wants(t, spanish, "Ana Ruiz coincidió con Bo Li en «First", "que coincidió con", "Bo Li está en 2 episodios y comparte alguno con otros 2", `href="/es/network?and=zoe&amp;at=ana&amp;between=ana#card"`, `href="https://hub.example/es/speakers/ana"`, `<html lang="es">`)
	apart := h.look(t, "/network?between=ana&and=Far+Away", http.StatusOK)
	wants(t, apart, "No chain joins them", "Who could be brought together", "Grids", "Size 3", "Size 2")
	wants(t, h.look(t, "/network?between=away&and=ana", http.StatusOK), "may be Far Away, Farther Away; name one")
	wants(t, h.look(t, "/network?between=ana&and=ana", http.StatusOK), "is where the chains begin")
	if page := h.look(t, "/network?between=ana", http.StatusOK); strings.Contains(page, `role="alert"`) {
		t.Error("a form that is half filled complains")
	}
	entry := h.send(t, http.MethodGet, "/speakers/ana", nil)
	wants(t, string(entry.body), `<a href="/network?around=ana" rel="nofollow"><bdi>Network around</bdi></a>`)

	// A snapshot is of what it names, whatever came since.
	code := regexp.MustCompile(`/network/([^"<]+)</a>`).FindStringSubmatch(page)[1]
	clock.At = clock.At.Add(time.Hour)
	meet("four", "Fourth meeting", ana, far)
	clock.At = clock.At.Add(time.Minute)
	again := h.look(t, "/network/"+code+"?order=NAME", http.StatusOK)
	wants(t, again, "Reproduced: same digest", "It is not pinned.", `<meta name="robots" content="noindex">`, `href="/network/`+code+`?order=DEGREE#nodes"`, `data-code="`+code+`"`)
	if strings.Contains(again, "Not the same") || len(names(again)) != 5 {
		t.Errorf("the snapshot shows %v", names(again))
	}
	wants(t, h.look(t, "/es/network/"+code, http.StatusOK), "Reproducida: misma huella", `href="/es/network/`+code+`?order=NAME#nodes"`)
	for _, none := range []string{code[:len(code)-4], "x", "x.y", strings.Repeat("a", 3000)} {
		wants(t, h.look(t, "/network/"+none, http.StatusNotFound), "This address names no network")
	}
	for _, f := range networkFiles {
		if a := h.send(t, http.MethodGet, "/network/"+code+f.ending, nil); a.status != http.StatusOK || a.header.Get("Content-Type") != f.mediaType {
			t.Errorf("%s answers %d", f.ending, a.status)
		}
	}
	if _, err := d.Purge(t.Context(), hubtest.Admin(), zoe, desk.Write{Action: "test"}); err != nil {
		t.Fatal(err)
	}
	clock.At = clock.At.Add(time.Minute)
	wants(t, h.look(t, "/network/"+code, http.StatusOK), "Not the same")
}

func TestANetworkThatIsNotFinalIsSaidSoAndNeverKept(t *testing.T) {
	h := openHub(t, nil)
	n, err := h.office.Network(t.Context(), h.Desk.Pin(), network.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	// Nothing is computed until the turn comes.
	release := make(chan struct{})
	turn := func(context.Context) (func(), error) { <-release; return func() {}, nil }
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if state, err := n.Compute(t.Context(), gone, network.GroupCentrality, turn); err != nil || state.Ready {
		t.Fatalf("%v %v", state, err)
	}
	passing := func(a answer, words ...string) {
		t.Helper()
		wants(t, string(a.body), append(words, `<meta http-equiv="refresh" content="5">`)...)
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("ETag") != "" {
			t.Errorf("it may be kept: %v", a.header)
		}
	}
	began := time.Now()
	passing(h.send(t, http.MethodGet, "/network", nil), "Some measures are still being computed", "<table", "<td class=\"n\">…</td>")
	if took := time.Since(began); took > network.Patience+2*time.Second {
		t.Errorf("it takes %s", took)
	}
	close(release)
	hurried := h.pages("es")
	hurried.deadline = time.Nanosecond
	w := httptest.NewRecorder()
	hurried.pinned(http.HandlerFunc(hurried.network)).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/es/network?mode=BIPARTITE", nil))
	passing(answer{header: w.Header(), body: w.Body.Bytes()}, "La red todavía se está formando.")
	deadline := time.Now().Add(20 * time.Second)
	for {
		a := h.send(t, http.MethodGet, "/network", nil)
		if !strings.Contains(string(a.body), "http-equiv") {
			if a.header.Get("ETag") == "" || h.send(t, http.MethodGet, "/network", nil, "If-None-Match: "+a.header.Get("ETag")).status != http.StatusNotModified {
				t.Errorf("what is final may not be kept: %v", a.header)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("it is never final")
		}
	}
}

func TestWhoGoesAwayWhileANetworkIsMadeGetsNothing(t *testing.T) {
	h := openHub(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := exploring{pages: h.pages("en"), ctx: edition.With(ctx, h.Desk.Pin()), view: h.Desk.Pin(), q: url.Values{}}
	if a, err := e.make(); err == nil || a != nil {
		t.Errorf("it is made all the same: %v", err)
	}
}
