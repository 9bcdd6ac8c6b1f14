package feed_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	ical "github.com/arran4/golang-ical"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

// events reads a calendar with a library that is not ours; by UID, and the UIDs in order.
func events(t *testing.T, calendar string) (map[string]*ical.VEvent, []string) {
	t.Helper()
	if strings.Contains(strings.ReplaceAll(calendar, "\r\n", ""), "\n") || strings.Contains(strings.ReplaceAll(calendar, "\r\n", ""), "\r") {
		t.Error("a line does not end in CRLF")
	}
	for line := range strings.SplitSeq(calendar, "\r\n") {
		if len(line) > 75 {
			t.Errorf("%d octets in the line %q", len(line), line)
		}
	}
	c, err := ical.ParseCalendar(strings.NewReader(calendar))
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]*ical.VEvent{}
	var order []string
	for _, e := range c.Events() {
		found[e.Id()] = e
		order = append(order, e.Id())
	}
	return found, order
}

func value(e *ical.VEvent, name ical.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return p.Value
	}
	return ""
}

func uid(slug string) string {
	return string(id(content.KindEpisode, slug)) + "@hub.example"
}

func TestACalendarHasWhatIsKnownToTheDay(t *testing.T) {
	v := small(t)
	found, _ := events(t, write(t, feed.Calendar, list(t, v, "", edition.Refinement{})))
	for _, slug := range []string{"month", "undated", "later", "sound"} {
		if found[uid(slug)] != nil {
			t.Errorf("%s has an event", slug)
		}
	}
	for slug, want := range map[string][3]string{
		"upcoming":  {"CONFIRMED", "20260414T140000", "20260414T153000"},
		"days":      {"CONFIRMED", "20260504", "20260507"},
		"cancelled": {"CANCELLED", "20260320T100000", "20260320T110000"},
		"postponed": {"TENTATIVE", "20260401T150000", "20260401T163000"},
		"tocome":    {"CONFIRMED", "20260317T050000Z", ""},
		// The end is the second 01:00 of that night; a reader takes a local one for the first.
		"fold": {"CONFIRMED", "20251102T003000", "20251102T060000Z"},
	} {
		e := found[uid(slug)]
		if e == nil {
			t.Errorf("%s has no event", slug)
			continue
		}
		got := [3]string{value(e, ical.ComponentPropertyStatus), value(e, ical.ComponentPropertyDtStart), value(e, ical.ComponentPropertyDtEnd)}
		if got != want {
			t.Errorf("%s: %v, want %v", slug, got, want)
		}
	}
	up := found[uid("upcoming")]
	// golang-ical leaves the escapes of a text for its caller to take away.
	if got := ical.FromText(value(up, ical.ComponentPropertySummary)); got != "Apprenticeship, together; a college & its employers" {
		t.Errorf("the summary is %q", got)
	}
	if got := up.GetProperty(ical.ComponentPropertyDtStart).ICalParameters["TZID"]; len(got) != 1 || got[0] != "America/New_York" {
		t.Errorf("the zone is %v", got)
	}
}

func TestWhatIsReleasedLeavesTheCalendarAtItsMoment(t *testing.T) {
	clock := &hubtest.Clock{At: now()}
	at := time.Date(2026, 3, 17, 5, 0, 0, 0, time.UTC)
	d := hub(t, clock, append(smallEntries(), &content.Episode{
		Base: content.Base{Slug: "dropped"}, Title: "Podcast: cancelled", EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusCancelled},
		When: content.When{Date: "2026-03-17", StartTime: "05:00", TimeZone: "UTC"}.Kept(),
	})...)
	for _, step := range []struct {
		at    time.Time
		shown bool
	}{{at.Add(-time.Second), true}, {at, false}} {
		clock.At = step.at
		found, _ := events(t, write(t, feed.Calendar, list(t, d.Pin(), "", edition.Refinement{})))
		for _, slug := range []string{"tocome", "dropped"} {
			if shown := found[uid(slug)] != nil; shown != step.shown {
				t.Errorf("%s at %s: shown is %t", slug, step.at, shown)
			}
		}
	}
}

func TestAMovedAndACancelledEpisodeKeepTheirUIDAndRaiseTheirSequence(t *testing.T) {
	clock := &hubtest.Clock{At: now()}
	d := hub(t, clock, smallEntries()...)
	sequence, stamp := -1, ""
	for revision, edit := range []func(*content.Episode){
		func(*content.Episode) {},
		func(e *content.Episode) { e.When.Date, e.OwnManner().Status = "2026-04-21", content.StatusRescheduled },
		func(e *content.Episode) { e.OwnManner().Status = content.StatusCancelled },
	} {
		clock.At = now().Add(time.Duration(revision) * time.Hour)
		if revision > 0 {
			e, err := content.Clone(d.Pin().Entry(id(content.KindEpisode, "upcoming")).Content())
			if err != nil {
				t.Fatal(err)
			}
			edit(e.(*content.Episode))
			hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id(content.KindEpisode, "upcoming"), Expected: int32(revision), Entry: e, Publish: true}}})
		}
		found, _ := events(t, write(t, feed.Calendar, list(t, d.Pin(), "", edition.Refinement{})))
		e := found[uid("upcoming")]
		if e == nil {
			t.Fatalf("revision %d: no event", revision)
		}
		n, err := strconv.Atoi(value(e, ical.ComponentPropertySequence))
		if err != nil || n <= sequence {
			t.Errorf("revision %d: sequence %d after %d (%v)", revision, n, sequence, err)
		}
		modified := value(e, ical.ComponentPropertyLastModified)
		if modified <= stamp || modified != value(e, ical.ComponentPropertyDtstamp) {
			t.Errorf("revision %d: modified %s after %s, stamped %s", revision, modified, stamp, value(e, ical.ComponentPropertyDtstamp))
		}
		want := [...]string{"CONFIRMED 20260414T140000", "CONFIRMED 20260421T140000", "CANCELLED 20260421T140000"}[revision]
		if got := value(e, ical.ComponentPropertyStatus) + " " + value(e, ical.ComponentPropertyDtStart); got != want {
			t.Errorf("revision %d: %s, want %s", revision, got, want)
		}
		sequence, stamp = n, modified
	}
}

func TestZonesOfACalendarAgreeWithTheRulesAtRandomInstants(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	zones := new(content.Zones)
	for _, name := range []string{
		"America/New_York", "America/Phoenix", "America/Sao_Paulo", "Europe/Dublin", "Europe/London", "Africa/Casablanca",
		"Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Asia/Tehran",
	} {
		zone, err := zones.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		var entries []content.Entry
		for n := range 12 {
			at := time.Date(1960, 1, 1, 12, 0, 0, 0, time.UTC).Add(time.Duration(random.IntN(90*365*24)) * time.Hour).In(zone)
			entries = append(entries, &content.Episode{
				Base: content.Base{Slug: fmt.Sprint("e", n)}, Title: "One", EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled},
				When: content.When{Date: content.PartialDate(at.Format(time.DateOnly)), StartTime: "12:00", EndTime: "13:00", TimeZone: name}.Kept(),
			})
		}
		l := list(t, hub(t, &hubtest.Clock{At: now()}, entries...).Pin(), "", edition.Refinement{})
		rules := readZone(t, write(t, feed.Calendar, l))
		for _, e := range l.Episodes {
			year := e.StartsAt().In(zone).Year()
			for range 300 {
				at := time.Date(year, 1, 1, 0, 0, 0, 0, zone).Add(time.Duration(random.IntN(365*24*3600)) * time.Second)
				if at.In(zone).Year() != year {
					continue
				}
				_, want := at.In(zone).Zone()
				if got := rules.at(at); got != want {
					t.Fatalf("%s at %s: offset %d, the rules say %d", name, at, got, want)
				}
			}
		}
	}
}

type zoneRules []struct {
	onset time.Time
	to    int
}

// at is the offset that the latest onset before an instant set.
func (z zoneRules) at(instant time.Time) int {
	var latest time.Time
	found := 0
	for _, o := range z {
		if !o.onset.After(instant) && !o.onset.Before(latest) {
			latest, found = o.onset, o.to
		}
	}
	return found
}

// readZone reads the only VTIMEZONE of a calendar, as RFC 5545 says in 3.6.5: onsets are local times by the offset before.
func readZone(t *testing.T, calendar string) zoneRules {
	t.Helper()
	var all zoneRules
	var onsets []string
	from, to := 0, 0
	_, zone, _ := strings.Cut(calendar, "BEGIN:VTIMEZONE")
	zone, _, _ = strings.Cut(zone, "END:VTIMEZONE")
	for line := range strings.SplitSeq(zone, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		switch name {
		case "DTSTART", "RDATE":
			onsets = append(onsets, value)
		case "TZOFFSETFROM":
			from = readOffset(t, value)
		case "TZOFFSETTO":
			to = readOffset(t, value)
		case "END":
			for _, o := range onsets {
				at, err := time.Parse("20060102T150405", o)
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, struct {
					onset time.Time
					to    int
				}{at.Add(-time.Duration(from) * time.Second), to})
			}
			onsets = nil
		}
	}
	if len(all) == 0 {
		t.Fatal("no zone")
	}
	return all
}

func readOffset(t *testing.T, s string) int {
	t.Helper()
	n := 0
	for i, unit := range []int{3600, 60, 1} {
		if len(s) < 3+2*i {
			break
		}
		part, err := strconv.Atoi(s[1+2*i : 3+2*i])
		if err != nil {
			t.Fatal(err)
		}
		n += part * unit
	}
	if s[0] == '-' {
		return -n
	}
	return n
}

func TestTheSameListGivesTheSameBytes(t *testing.T) {
	d := hub(t, &hubtest.Clock{At: now()}, smallEntries()...)
	for f, writer := range writers() {
		var a, b bytes.Buffer
		if err := writer(&a, list(t, d.Pin(), "", edition.Refinement{})); err != nil {
			t.Fatal(err)
		}
		if err := writer(&b, list(t, d.Pin(), "", edition.Refinement{})); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s differs", f)
		}
	}
}
