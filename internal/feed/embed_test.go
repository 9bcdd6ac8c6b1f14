package feed

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// topics is a view of n topics.
func topics(t *testing.T, n int) *edition.View {
	t.Helper()
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	var entries []content.Entry
	for range n {
		entries = append(entries, &content.Topic{Name: "Topic", Scheme: content.TopicSubject})
	}
	hubtest.Publish(t, d, entries...)
	return d.Pin()
}

func TestASitemapIsSplitAboveItsMost(t *testing.T) {
	v := topics(t, 9) // and the start page
	for _, c := range []struct{ most, parts int }{{10, 0}, {9, 2}, {4, 3}} {
		if got := parts(v, c.most); got != c.parts {
			t.Errorf("at most %d: %d parts, want %d", c.most, got, c.parts)
		}
		seen := map[string]bool{}
		first, last := 1, c.parts
		if c.parts == 0 {
			first = 0
		}
		for part := first; part <= last; part++ {
			var b bytes.Buffer
			if err := sitemap(&b, v, part, c.most); err != nil {
				t.Fatal(err)
			}
			var set struct {
				URLs []struct {
					Loc string `xml:"loc"`
				} `xml:"url"`
			}
			if err := xml.Unmarshal(b.Bytes(), &set); err != nil {
				t.Fatal(err)
			}
			if len(set.URLs) > c.most {
				t.Errorf("part %d has %d addresses", part, len(set.URLs))
			}
			for _, u := range set.URLs {
				seen[u.Loc] = true
			}
		}
		if len(seen) != 10 {
			t.Errorf("at most %d: %d addresses, want 10", c.most, len(seen))
		}
		var b bytes.Buffer
		if err := sitemap(&b, v, c.parts+1, c.most); err == nil || b.Len() > 0 {
			t.Error("a part that there is not is written")
		}
		var index struct {
			Sitemaps []struct {
				Loc string `xml:"loc"`
			} `xml:"sitemap"`
		}
		if err := sitemap(&b, v, 0, c.most); err != nil {
			t.Fatal(err)
		}
		if c.parts > 0 {
			if err := xml.Unmarshal(b.Bytes(), &index); err != nil || len(index.Sitemaps) != c.parts || index.Sitemaps[0].Loc != "https://hub.example/sitemaps/1.xml" {
				t.Errorf("the index is %v, error %v", index, err)
			}
		}
	}
	if Sitemaps(v) != 0 {
		t.Error("ten addresses are split")
	}
}

func TestOEmbedFitsItsBox(t *testing.T) {
	v := topics(t, 1)
	l, err := v.EpisodeList(nil, edition.Refinement{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		box           Box
		kind          string
		width, height int
	}{
		{Box{}, "rich", 640, 480},
		{Box{MaxWidth: 2000, MaxHeight: 2000}, "rich", 640, 480},
		{Box{MaxWidth: 320}, "rich", 320, 480},
		{Box{MaxWidth: 320, MaxHeight: 200}, "rich", 320, 200},
		{Box{MaxWidth: 100}, "link", 0, 0},
		{Box{MaxHeight: 50}, "link", 0, 0},
	} {
		var b bytes.Buffer
		if err := OEmbed(&b, l, c.box); err != nil {
			t.Fatal(err)
		}
		var o oEmbed
		if err := json.Unmarshal(b.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if o.Type != c.kind || o.Width != c.width || o.Height != c.height || o.Version != "1.0" {
			t.Errorf("%v: %+v", c.box, o)
		}
		if (o.HTML != "") != (c.kind == "rich") || c.kind == "rich" && !strings.Contains(o.HTML, `src="https://hub.example/lists/all.html"`) {
			t.Errorf("%v: the HTML is %s", c.box, o.HTML)
		}
	}
	if err := OEmbed(new(bytes.Buffer), l, Box{MaxWidth: -1}); err == nil {
		t.Error("a negative width is taken")
	}
}

func TestAnAddressHoldsEveryCondition(t *testing.T) {
	yes, no := true, false
	r := edition.Refinement{Order: content.EpisodesByTitle, Limit: 5, Filter: content.EpisodeFilter{
		Phases: []content.EpisodePhase{"LIVE", "FULL"}, Series: []content.ID{"a"}, Topics: []content.ID{"b", "c"}, Organizations: []content.ID{"d"},
		Speakers: []content.ID{"e"}, Regions: []string{"US"}, Formats: []content.EpisodeFormat{"AUDIO"}, From: "2021", To: "2022", Language: "en",
		HasRecording: &yes, HasCaptions: &no, Search: "a&b=c #d",
	}}
	got, err := url.ParseQuery(Query(r))
	if err != nil {
		t.Fatal(err)
	}
	// The filter's own JSON names the conditions, so that one that is added cannot be forgotten.
	body, err := json.Marshal(r.Filter)
	if err != nil {
		t.Fatal(err)
	}
	var named map[string]any
	if err := json.Unmarshal(body, &named); err != nil {
		t.Fatal(err)
	}
	for name, value := range named {
		all, ok := value.([]any)
		if !ok {
			all = []any{value}
		}
		if len(got[name]) != len(all) {
			t.Errorf("%s is %v, want %v", name, got[name], all)
		}
	}
	if len(got) != len(named)+2 || got.Get("search") != "a&b=c #d" || got.Get("order") != "TITLE_ASC" || got.Get("limit") != "5" {
		t.Errorf("the query is %v", got)
	}
	if len(named) != 13 {
		t.Errorf("the test fills %d of the conditions", len(named))
	}
	for range 20 {
		if Query(r) != got.Encode() {
			t.Error("the order of a query changes")
		}
	}
}
