package feed_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
)

// told is an episode as a format tells it.
type told struct{ id, title, url string }

// readers read a document back, each with code that is not ours.
func readers() map[feed.Format]func(*testing.T, string) []told {
	return map[feed.Format]func(*testing.T, string) []told{
		feed.Calendar: func(t *testing.T, s string) []told {
			found, order := events(t, s)
			var all []told
			for _, uid := range order {
				id, _, _ := strings.Cut(uid, "@")
				e := found[uid]
				all = append(all, told{id, plainText(value(e, "SUMMARY")), value(e, "URL")})
			}
			return all
		},
		feed.News: func(t *testing.T, s string) []told {
			var all []told
			for _, i := range readRSS(t, s).Items {
				all = append(all, told{i.GUID, i.Title, i.Link})
			}
			return all
		},
		feed.Items: func(t *testing.T, s string) []told {
			var doc struct {
				Items []struct{ ID, Title, URL string }
			}
			unmarshal(t, s, &doc)
			var all []told
			for _, i := range doc.Items {
				all = append(all, told{i.ID, i.Title, i.URL})
			}
			return all
		},
		feed.Program: func(t *testing.T, s string) []told {
			var doc struct {
				Episodes []struct{ ID, Title, URL string }
			}
			unmarshal(t, s, &doc)
			var all []told
			for _, e := range doc.Episodes {
				all = append(all, told{e.ID, e.Title, e.URL})
			}
			return all
		},
		feed.Linked: func(t *testing.T, s string) []told {
			var doc struct {
				ItemListElement []struct {
					Item struct{ Identifier, Name, URL string }
				}
			}
			unmarshal(t, s, &doc)
			var all []told
			for _, e := range doc.ItemListElement {
				all = append(all, told{e.Item.Identifier, e.Item.Name, e.Item.URL})
			}
			return all
		},
		feed.Table: func(t *testing.T, s string) []told {
			var all []told
			for _, row := range readCSV(t, s)[1:] {
				all = append(all, told{row[0], row[2], row[1]})
			}
			return all
		},
	}
}

func plainText(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(s)
}

func unmarshal(t *testing.T, s string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(s), into); err != nil {
		t.Fatal(err)
	}
}

func readRSS(t *testing.T, s string) *gofeed.Feed {
	t.Helper()
	f, err := gofeed.NewParser().ParseString(s)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readCSV(t *testing.T, s string) [][]string {
	t.Helper()
	if !strings.HasPrefix(s, "\uFEFF") {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(s, "\uFEFF"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// agree reads the list in every format: what is told is the same everywhere, in the order of the list; calendar and RSS leave
// out what has no date for them and nothing else.
func agree(t *testing.T, l *edition.EpisodeList) {
	t.Helper()
	var want []told
	for _, e := range l.Episodes {
		want = append(want, told{string(e.ID()), e.Title, e.URL()})
	}
	for f, read := range readers() {
		got := read(t, write(t, f, l))
		expected := want
		if f == feed.Calendar || f == feed.News {
			expected = slices.DeleteFunc(slices.Clone(want), func(w told) bool { return !slices.ContainsFunc(got, func(g told) bool { return g.id == w.id }) })
			for _, e := range l.Episodes {
				shown := slices.ContainsFunc(got, func(g told) bool { return g.id == string(e.ID()) })
				if live := !e.Format().IsReleased() && e.Date().IsDay(); f == feed.Calendar && live && !shown || f == feed.News && e.Date() != "" && !shown {
					t.Errorf("%s: %s is missing from %s", l.URL, e.ID(), f)
				}
			}
		}
		if !slices.Equal(got, expected) {
			t.Errorf("%s: %s tells\n%v, want\n%v", l.URL, f, got, expected)
		}
	}
}

func TestAllFormatsTellTheSameEpisodesInTheSameOrder(t *testing.T) {
	v := small(t)
	agree(t, list(t, v, "", edition.Refinement{Limit: 100}))
	agree(t, list(t, v, id(content.KindListing, "aprendizaje"), edition.Refinement{}))

	file := hubtest.SQLite(t)
	hubtest.Fill(t, file, hubtest.Size{Name: "S", Size: generate.S()})
	v = hubtest.Open(t, file, &hubtest.Clock{At: generate.Now().Add(24 * time.Hour)}).Pin()
	random := rand.New(rand.NewPCG(3, 4))
	orders := []content.EpisodeOrder{content.EpisodesLatest, content.EpisodesEarliest, content.EpisodesByTitle, content.EpisodesUpdated}
	formats := []content.EpisodeFormat{content.FormatWebinar, content.FormatMeeting, content.FormatSession, content.FormatAudio, content.FormatVideo}
	shown := 0
	for n := range 40 {
		refine := edition.Refinement{Order: orders[random.IntN(4)], Limit: int32(1 + random.IntN(60))}
		if n%3 == 0 {
			refine.Filter.Formats = formats[random.IntN(5):]
		}
		of := content.ID("")
		switch n % 4 {
		case 1:
			of = generate.ID(content.KindListing, random.IntN(4))
		case 2:
			of = generate.ID(content.KindSeries, random.IntN(4))
		case 3:
			of = generate.ID(content.KindSpeaker, random.IntN(100))
		}
		l := list(t, v, of, refine)
		shown += len(l.Episodes)
		agree(t, l)
	}
	if shown < 200 {
		t.Errorf("only %d episodes were compared", shown)
	}
}

func TestRSSIsReadByAFeedReader(t *testing.T) {
	v := small(t)
	f := readRSS(t, write(t, feed.News, list(t, v, id(content.KindSeries, "podcast"), edition.Refinement{})))
	if f.FeedType != "rss" || f.FeedVersion != "2.0" || f.Language != "en" || f.FeedLink != "https://hub.example/series/podcast.rss" || f.Link != "https://hub.example/series/podcast" {
		t.Errorf("the channel is read as %s %s, %s, self %s, link %s", f.FeedType, f.FeedVersion, f.Language, f.FeedLink, f.Link)
	}
	if got := f.Extensions["podcast"]["guid"][0].Value; got != "917393e3-1b1e-5cef-ace4-edaa54e1f810" {
		t.Errorf("podcast:guid is %s", got)
	}
	sound := f.Items[1]
	if len(sound.Enclosures) != 1 || sound.Enclosures[0].Type != "audio/mpeg" || sound.Enclosures[0].Length != "0" || sound.Enclosures[0].URL != "https://cdn.example.org/1.mp3?x=1&y=2" {
		t.Errorf("the enclosures are %v", sound.Enclosures)
	}
	if sound.ITunesExt.Duration != "2100" || sound.ITunesExt.Author != "Jobs for the Future, Lorain County Community College" {
		t.Errorf("itunes says %+v", sound.ITunesExt)
	}
	if p := sound.Extensions["podcast"]["person"]; len(p) != 2 || p[0].Attrs["role"] != "host" || p[0].Attrs["group"] != "cast" || p[0].Value != "Ana Núñez" {
		t.Errorf("the persons are %v", p)
	}
	all := readRSS(t, write(t, feed.News, list(t, v, "", edition.Refinement{})))
	for _, i := range all.Items {
		if i.PublishedParsed == nil || i.PublishedParsed.After(now()) {
			t.Errorf("%s: published at %v, which a reader hides", i.Title, i.PublishedParsed)
		}
	}
	if len(all.Items) != 11 {
		t.Errorf("%d items, want 11", len(all.Items))
	}
	narrowed := write(t, feed.News, list(t, v, id(content.KindSeries, "podcast"), edition.Refinement{Filter: content.EpisodeFilter{Search: "presidents"}}))
	if strings.Contains(narrowed, "podcast:guid") {
		t.Error("a part of a series claims to be the series' feed")
	}
	if !strings.Contains(narrowed, `href="https://hub.example/series/podcast.rss?search=presidents"`) {
		t.Error("the feed does not know its own address")
	}
}

func TestAJSONFeedKeepsItsRules(t *testing.T) {
	var f struct {
		Version, Title string
		Items          []map[string]any
	}
	unmarshal(t, write(t, feed.Items, list(t, small(t), "", edition.Refinement{})), &f)
	if f.Version != "https://jsonfeed.org/version/1.1" || f.Title == "" {
		t.Errorf("version %q, title %q", f.Version, f.Title)
	}
	for _, i := range f.Items {
		if s, ok := i["id"].(string); !ok || s == "" {
			t.Errorf("the id is %v", i["id"])
		}
		html, text := i["content_html"], i["content_text"]
		if html == nil && text == nil {
			t.Errorf("%v has no content", i["title"])
		}
		for _, name := range []string{"date_published", "date_modified"} {
			if s, ok := i[name].(string); ok {
				if _, err := time.Parse(time.RFC3339, s); err != nil {
					t.Error(err)
				}
			}
		}
		for _, a := range asList(i["attachments"]) {
			file := a.(map[string]any)
			if file["url"] == "" || !strings.Contains(fmt.Sprint(file["mime_type"]), "/") {
				t.Errorf("the attachment is %v", file)
			}
		}
	}
}

func asList(v any) []any {
	all, _ := v.([]any)
	return all
}

func TestPhaseAndActionMoveAtTheirSecond(t *testing.T) {
	clock := &hubtest.Clock{At: now()}
	d := hub(t, clock, smallEntries()...)
	type card struct {
		ID             string
		Phase          string
		Action         struct{ Kind, Label, URL string }
		PhaseChangesAt *time.Time
	}
	read := func(at time.Time) (card, *time.Time) {
		clock.At = at
		var doc struct {
			ChangesAt *time.Time
			Episodes  []card
		}
		unmarshal(t, write(t, feed.Program, list(t, d.Pin(), "", edition.Refinement{})), &doc)
		for _, c := range doc.Episodes {
			if c.ID == string(id(content.KindEpisode, "upcoming")) {
				return c, doc.ChangesAt
			}
		}
		t.Fatal("it is not there")
		return card{}, nil
	}
	at, seen := now(), []string{}
	for {
		before, changes := read(at)
		seen = append(seen, before.Phase+" "+before.Action.Kind)
		if before.PhaseChangesAt == nil {
			break
		}
		if changes == nil || changes.After(*before.PhaseChangesAt) {
			t.Errorf("the list changes at %v, an episode in it at %s", changes, before.PhaseChangesAt)
		}
		at = *before.PhaseChangesAt
		last, _ := read(at.Add(-time.Second))
		next, _ := read(at.Add(time.Second))
		if last.Phase != before.Phase || last.Action != before.Action {
			t.Errorf("a second before %s it is %v, was %v", at, last, before)
		}
		if next.Phase == before.Phase && next.Action == before.Action {
			t.Errorf("a second after %s it still is %v", at, next)
		}
	}
	want := []string{"REGISTRATION_OPEN REGISTER", "REGISTRATION_CLOSED REMIND", "STARTING_SOON REMIND", "LIVE REGISTER", "RECORDING_PENDING NONE", "ENDED NONE"}
	if !slices.Equal(seen, want) {
		t.Errorf("it went through %v, want %v", seen, want)
	}
}

func TestAListThatMayNotShowAllItsTextsIsAnError(t *testing.T) {
	v := small(t)
	v.Limit(10)
	for f, writer := range writers() {
		var b bytes.Buffer
		if err := writer(&b, list(t, v, "", edition.Refinement{})); err == nil || b.Len() > 0 {
			t.Errorf("%s: %d bytes, error %v", f, b.Len(), err)
		}
	}
}
