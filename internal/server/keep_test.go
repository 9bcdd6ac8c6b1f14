package server

import (
	"bytes"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/cache"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// keptAddresses has an address of every route whose answers are kept.
func keptAddresses(t testing.TB, h *hub) []string {
	t.Helper()
	id := hubtest.Publish(t, h.Desk, &content.Episode{
		Base: content.Base{Slug: "told"}, Title: "Told", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled, TookPlace: true},
		Recordings: []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://video.example/told", Along: &content.Along{Transcript: "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHello.\n"}}},
	})[0]
	all := []string{
		address(latest), "/", "/es/", "/about", "/search?q=college", "/episodes", "/es/speakers", "/episodes/told", "/es/episodes/told", "/sitemap.xml",
		edition.TranscriptPath(id, 1), "/oembed?url=" + url.QueryEscape("https://hub.example/lists/all"), "/network",
	}
	for _, ending := range []string{"", ".html", ".json", ".ics", ".rss", ".jsonfeed", ".jsonld", ".csv"} {
		all = append(all, "/lists/all"+ending+"?limit=3")
	}
	return all
}

func TestWhatIsKnownAlreadySaysWhatItsAnswerSaid(t *testing.T) {
	h := startHub(t, &hubtest.Clock{At: time.Date(2040, 5, 1, 12, 0, 0, 0, time.UTC)})
	for _, path := range keptAddresses(t, h) {
		first := h.send(t, http.MethodGet, path, nil)
		etag := first.header.Get("ETag")
		if first.status != http.StatusOK || etag == "" {
			t.Errorf("%s: %d %v", path, first.status, first.header)
			continue
		}
		again := h.send(t, http.MethodGet, path, nil, "If-None-Match: "+etag)
		if again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s: %d with %d bytes", path, again.status, len(again.body))
		}
		for _, name := range []string{"ETag", "Cache-Control", "Vary", seenHeader, "Access-Control-Allow-Origin"} {
			if got, want := again.header.Values(name), first.header.Values(name); !slices.Equal(got, want) {
				t.Errorf("%s: %s is %q with a 304, was %q", path, name, got, want)
			}
		}
		if !strings.Contains(first.header.Get("Vary"), "Accept-Encoding") {
			t.Errorf("%s varies by %q", path, first.header.Get("Vary"))
		}
		// A 304 replaces the headers of what a cache has, and by this one the cache finds what to drop.
		if got := again.header.Get("Surrogate-Key"); got != "" || first.header.Get("Surrogate-Key") == "" {
			t.Errorf("%s: the surrogate keys are %q, and %q with a 304", path, first.header.Get("Surrogate-Key"), got)
		}
	}
}

// What a request says beside its question changes nothing for those who ask after it.
func TestNobodyPoisonsTheAnswerOfOthers(t *testing.T) {
	clean, hub := startHub(t, &hubtest.Clock{At: time.Date(2040, 5, 1, 12, 0, 0, 0, time.UTC)}), startHub(t, &hubtest.Clock{At: time.Date(2040, 5, 1, 12, 0, 0, 0, time.UTC)})
	noise := []string{
		"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher", "X-Forwarded-For: 6.6.6.6", "Forwarded: host=evil.example", "X-Original-URL: /admin",
		"X-Rewrite-URL: /admin", "X-HTTP-Method-Override: DELETE", "Accept-Language: es", "Accept-Charset: utf-7", "Cookie: a=b", "Origin: https://evil.example",
		"Referer: https://evil.example", "Range: bytes=0-3", "If-Range: x", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT", "If-Match: x",
		"If-Unmodified-Since: Fri, 01 Jan 1990 00:00:00 GMT", "Cache-Control: no-store, only-if-cached", "Pragma: no-cache", "User-Agent: <script>", "TE: trailers",
		"Accept-Encoding: gzip, zstd", "Sec-Fetch-Dest: iframe", "Sec-Fetch-Mode: navigate", "Purpose: prefetch", "DNT: 1", "Via: evil", "Content-Language: es",
	}
	paths := keptAddresses(t, clean)
	for i, path := range keptAddresses(t, hub) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Host = "evil.example"
		for _, line := range noise {
			name, value, _ := strings.Cut(line, ": ")
			r.Header.Set(name, value)
		}
		w := httptest.NewRecorder()
		hub.ServeHTTP(w, r)
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "evil") {
			t.Errorf("%s: %d %.300s", path, w.Code, w.Body)
		}
		got, want := hub.send(t, http.MethodGet, path, nil), clean.send(t, http.MethodGet, paths[i], nil)
		// The two hubs have lives of their own, and what tells them apart stands in tags alone.
		for _, name := range []string{"Etag", "Date", seenHeader} {
			got.header.Del(name)
			want.header.Del(name)
		}
		if len(got.body) != len(want.body) || !maps.EqualFunc(got.header, want.header, slices.Equal) {
			t.Errorf("%s: %d bytes with %v, want %d with %v", path, len(got.body), got.header, len(want.body), want.header)
		}
		if bytes.Contains(got.body, []byte("evil")) {
			t.Errorf("%s: %.300s", path, got.body)
		}
	}
}

func TestNoTwoQuestionsAreOne(t *testing.T) {
	h := openHub(t, nil)
	k := keeping{asks: askedOfGraphQL}
	text := func(r *http.Request) string {
		t.Helper()
		var q question
		if !q.of(r, h.Server, &k, &h.Desk.Pin().Moment) {
			t.Fatal("not whole")
		}
		return string(q.text)
	}
	post := func(body string, headers http.Header) *http.Request {
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header = headers
		return r
	}
	seen := map[string]int{}
	for i, r := range []*http.Request{
		post("{}", http.Header{}),
		post("{}", http.Header{"Accept": {typeGraphQL}}),
		post("{}", http.Header{"Accept": {"text/html"}}),
		post("{}", http.Header{"Content-Type": {""}}),
		post("{}", http.Header{"Content-Type": {typeJSON}}),
		post("{}", http.Header{"Content-Type": {"", typeJSON}}),
		post("{}", http.Header{"Content-Type": {typeJSON, ""}}),
		post("{}", http.Header{"Content-Encoding": {typeJSON}}),
		post("{}", http.Header{"Accept": {typeGraphQL}, "Content-Type": {"b"}}),
		post("\x00{}", http.Header{}),
		post("", http.Header{"Content-Encoding": {"{}"}}),
		httptest.NewRequest(http.MethodGet, "/a%00b", nil),
		httptest.NewRequest(http.MethodGet, "/a?b", nil),
		httptest.NewRequest(http.MethodGet, "/a?b=%00", nil),
		httptest.NewRequest(http.MethodGet, "/ab", nil),
		httptest.NewRequest(http.MethodDelete, "/ab", nil),
		httptest.NewRequest(http.MethodOptions, "/ab", nil),
	} {
		one := text(r)
		if before, twice := seen[one]; twice {
			t.Errorf("question %d is question %d", i, before)
		}
		seen[one] = i
	}
	if text(httptest.NewRequest(http.MethodGet, "/ab", nil)) != text(httptest.NewRequest(http.MethodHead, "/ab", nil)) {
		t.Error("HEAD asks for another thing than GET")
	}
	for _, accept := range []string{"", "*/*", typeJSON + ", */*;q=0.1"} {
		if text(post("{}", http.Header{"Accept": {accept}})) != text(post("{}", http.Header{})) {
			t.Errorf("Accept: %s asks for another thing than none", accept)
		}
	}
	// A body that is whole is at hand, and what was read of another is there for who reads it next.
	for _, length := range []int{0, 10, mostBody, mostBody + 1, 3 * mostBody} {
		r := post(strings.Repeat("a", length), http.Header{})
		var q question
		isWhole := q.of(r, h.Server, &k, &h.Desk.Pin().Moment)
		rest, err := io.ReadAll(r.Body)
		if err != nil || len(q.body)+len(rest) != length || isWhole != (length <= mostBody) || isWhole != (len(rest) == 0) && length > 0 {
			t.Errorf("of %d bytes %d were read and %d are left, whole is %t, %v", length, len(q.body), len(rest), isWhole, err)
		}
	}
}

// A cache that is told nothing makes up for how long a redirect holds: browsers take it for ever.
func TestARedirectIsLookedAtAgain(t *testing.T) {
	h := startHub(t, nil)
	id := hubtest.Publish(t, h.Desk, &content.Topic{Base: content.Base{Slug: "old"}, Name: "Topic", Scheme: content.TopicSubject})[0]
	hubtest.Save(t, h.Desk, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Entry: &content.Topic{Base: content.Base{Slug: "new"}, Name: "Topic", Scheme: content.TopicSubject}, Publish: true}}})
	for _, path := range []string{"/topics/old", "/topics/old.json", "/es/topics/old"} {
		get, head := h.send(t, http.MethodGet, path, nil), h.send(t, http.MethodHead, path, nil)
		if get.status != http.StatusMovedPermanently || get.header.Get("Cache-Control") != "no-cache" {
			t.Errorf("%s: %d %v", path, get.status, get.header)
		}
		if head.header.Get("Content-Length") != get.header.Get("Content-Length") || head.header.Get("Content-Length") != strconv.Itoa(len(get.body)) {
			t.Errorf("%s: HEAD says %s bytes, GET sends %d", path, head.header.Get("Content-Length"), len(get.body))
		}
	}
	hubtest.Save(t, h.Desk, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id}}})
	if a := h.send(t, http.MethodGet, "/topics/new", nil); a.status != http.StatusGone || a.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("%d %v", a.status, a.header)
	}
}

func TestWhatBreaksOffIsNeitherSentNorKept(t *testing.T) {
	h := openHub(t, nil)
	calls := 0
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		keep(r)
		w.Header().Set("X-Half", "1")
		_, _ = io.WriteString(w, "half")
		if calls++; calls == 1 {
			panic("broken")
		}
		_, _ = io.WriteString(w, " and whole")
	})
	kept := h.kept(keeping{control: keepShared}, page, page)
	for i, want := range []struct {
		status int
		body   string
	}{{500, `{"errors":[{"message":"internal error `}, {200, "half and whole"}, {200, "half and whole"}} {
		w := httptest.NewRecorder()
		kept.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		isError := want.status == 500
		if w.Code != want.status || !strings.HasPrefix(w.Body.String(), want.body) || (w.Header().Get("X-Half") == "") != isError || (w.Header().Get("ETag") == "") != isError || (w.Header().Get("Cache-Control") == "no-store") != isError {
			t.Errorf("%d: %d %v %s", i, w.Code, w.Header(), w.Body)
		}
	}
	if calls != 2 {
		t.Errorf("the page was made %d times", calls)
	}
	if text := h.log.take(); !strings.Contains(text, "broken") {
		t.Error("nothing was logged")
	}
}

// When a publication begins is known to no tag; a list that tells when to ask again tells it all the same.
func TestAListTellsOfWhatIsScheduledMeanwhile(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2040, 5, 1, 12, 0, 0, 0, time.UTC)}
	h := startHub(t, clock)
	id := hubtest.Save(t, h.Desk, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Topic{Base: content.Base{Slug: "later"}, Name: "Later", Scheme: content.TopicSubject}}}}).Results[0].ID
	paths := []string{"/lists/all", "/lists/all.html", "/lists/all.json"}
	etags := map[string]string{}
	for _, path := range append(paths, "/lists/all.ics") {
		etags[path] = h.send(t, http.MethodGet, path, nil).header.Get("ETag")
	}
	clock.At = clock.At.Add(time.Second)
	hubtest.Save(t, h.Desk, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 1, From: clock.At.Add(10 * time.Second)}}})
	for _, path := range paths {
		a := h.send(t, http.MethodGet, path, nil, "If-None-Match: "+etags[path])
		if a.status != http.StatusOK || !bytes.Contains(a.body, []byte("2040-05-01T12:00:11Z")) || a.header.Get("Cache-Control") != "public, max-age=10, must-revalidate" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
	if a := h.send(t, http.MethodGet, "/lists/all.ics", nil, "If-None-Match: "+etags["/lists/all.ics"]); a.status != http.StatusNotModified {
		t.Errorf("a calendar does not tell it: %d", a.status)
	}
}

// encodingsOf is what headers say of each encoding, read slowly.
func encodingsOf(headers []string) map[string]float64 {
	said := map[string]float64{}
	for one := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		parts := strings.SplitN(one, ";", 2)
		q := 1.0
		if len(parts) == 2 && strings.TrimSpace(parts[1]) != "" {
			text, isWeight := strings.CutPrefix(strings.ToLower(strings.TrimSpace(parts[1])), "q=")
			n, err := strconv.ParseFloat(text, 64)
			if q = n; err != nil || !isWeight || n < 0 || n > 1 || n != n {
				q = 0
			}
		}
		said[strings.ToLower(strings.TrimSpace(parts[0]))] = q
	}
	return said
}

// wantAccepted checks what is picked against what headers say.
func wantAccepted(t *testing.T, headers []string) {
	t.Helper()
	got, said := accepted(headers), encodingsOf(headers)
	of := func(encoding string) float64 {
		q, isSaid := said[encoding]
		if star, isStar := said["*"]; !isSaid && isStar && encoding == cache.Gzip {
			return star
		}
		return q
	}
	best := max(of(cache.Gzip), of(cache.Zstd))
	switch {
	case got == cache.Identity && best > 0 && best >= of("identity"):
		t.Errorf("%q: nothing is encoded", headers)
	case got != cache.Identity && (of(got) == 0 || of(got) < best || of(got) < of("identity")):
		t.Errorf("%q: %s was picked, which has %v of %v", headers, got, of(got), said)
	case got == cache.Gzip && of(cache.Zstd) == of(cache.Gzip):
		t.Errorf("%q: gzip was picked, and zstd would have done", headers)
	}
}

func TestTheEncodingIsOneThatTheClientTakes(t *testing.T) {
	for header, want := range map[string]string{
		"": "", "identity": "", "gzip": "gzip", "zstd": "zstd", "br": "", "gzip, deflate, br, zstd": "zstd", "*": "gzip", "GZIP": "gzip", " gzip ;q=0.5": "gzip",
		"gzip;q=0": "", "gzip;q=0.000": "", "gzip;Q=0": "", "gzip; q=0.": "", "gzip;q=0, *": "", "*, gzip;q=0": "", "*;q=0": "", "zstd;q=0, *": "gzip", "zstd;q=0, gzip": "gzip",
		"gzip;q=1, zstd;q=0.1": "gzip", "gzip;q=0.1, zstd;q=0.1": "zstd", "identity;q=0": "", "identity;q=0, *;q=0": "", "identity;q=0, gzip": "gzip",
		"identity;q=1, gzip;q=0.5": "", "identity;q=0.5, *": "gzip", "gzip;q=x": "", "gzip;q=2": "", "gzip;q=-1": "", "gzip;q=NaN": "", "gzip;level=9": "", "gzip;": "gzip",
		"xgzip": "", "gzip gzip": "", ",,gzip,,": "gzip", "br;q=1, gzip;q=0.5": "gzip", "gzip;q=0.001": "gzip",
	} {
		if got := accepted([]string{header}); got != want {
			t.Errorf("%q gives %q, want %q", header, got, want)
		}
		wantAccepted(t, []string{header})
	}
	if got := accepted([]string{"gzip", "zstd;q=0"}); got != "gzip" {
		t.Errorf("two headers give %q", got)
	}
	if got := accepted(nil); got != "" {
		t.Errorf("no header gives %q", got)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	pick := func(all ...string) string { return all[rng.IntN(len(all))] }
	for range 20_000 {
		var headers []string
		for range rng.IntN(3) {
			var all []string
			for range rng.IntN(5) {
				all = append(all, pick("gzip", "zstd", "br", "*", "identity", "Gzip", "deflate", "")+pick("", "", ";q=0", ";q=1", "; q=0.5", ";Q=0.3", ";q=0.0", ";q=x", " ; q=1.0 "))
			}
			headers = append(headers, strings.Join(all, pick(",", ", ")))
		}
		wantAccepted(t, headers)
	}
}

func FuzzAccepted(f *testing.F) {
	for _, header := range []string{"gzip", "*;q=0.5, identity;q=0", "zstd;q=0,gzip;q=1.", "gzip;q=0x1p-2"} {
		f.Add(header, "")
	}
	f.Fuzz(func(t *testing.T, one, two string) { wantAccepted(t, []string{one, two}) })
}
