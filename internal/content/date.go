package content

import (
	"archive/zip"
	"bytes"
	_ "embed" // the rules of zones
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// PartialDate is as much of a date as is known: "2021", "2021-01" or "2021-01-26" (ISO 8601, years 1000 to 9999). Empty is
// unknown.
type PartialDate string

// ParsePartialDate reads a partial date.
func ParsePartialDate(s string) (PartialDate, error) {
	d := PartialDate(s)
	if _, _, ok := d.span(); !ok {
		return "", fmt.Errorf("%s is no date; a year (2021), a month (2021-01) or a day (2021-01-26) is allowed", Quote(s))
	}
	return d, nil
}

// IsDay tells whether the date is known to the day.
func (d PartialDate) IsDay() bool { return len(d) == len("2021-01-26") }

// First is the first day that the date can mean, as a time in UTC; zero for an unknown date.
func (d PartialDate) First() time.Time { first, _, _ := d.span(); return first }

// Year is the date's year, 0 when unknown.
func (d PartialDate) Year() int {
	if d == "" {
		return 0
	}
	return d.First().Year()
}

// End is the first instant after the date in a zone, in UTC; zero for an unknown date.
func (d PartialDate) End(zone *time.Location) time.Time {
	_, after, ok := d.span()
	if !ok {
		return time.Time{}
	}
	return firstAt(after, zone)
}

// span returns the first day and the first day after.
func (d PartialDate) span() (first, after time.Time, ok bool) {
	ymd := [3]int{1, 1, 1}
	fields := 0
	for rest, more := string(d), true; more; fields++ {
		var f string
		f, rest, more = strings.Cut(rest, "-")
		if fields == 3 || len(f) != [3]int{4, 2, 2}[fields] || strings.Trim(f, "0123456789") != "" {
			return first, after, false
		}
		ymd[fields], _ = strconv.Atoi(f) // a few digits
	}
	first = time.Date(ymd[0], time.Month(ymd[1]), ymd[2], 0, 0, 0, 0, time.UTC)
	if first.Year() != ymd[0] || first.Month() != time.Month(ymd[1]) || first.Day() != ymd[2] || ymd[0] < 1000 {
		return time.Time{}, time.Time{}, false
	}
	switch fields {
	case 1:
		after = first.AddDate(1, 0, 0)
	case 2:
		after = first.AddDate(0, 1, 0)
	default:
		after = first.AddDate(0, 0, 1)
	}
	return first, after, true
}

// formZone is how IANA writes a name. It refuses other paths to the same file ("America//New_York") and the copies that
// some machines have under "posix" and "right"; the latter count leap seconds.
var formZone = regexp.MustCompile(`^(UTC|[A-Z][A-Za-z0-9_+-]*(/[A-Z][A-Za-z0-9_+-]*)+)$`)

// Zones loads IANA time zones once each. The zero Zones is ready; it may be shared.
type Zones struct{ loaded sync.Map }

// Load returns a zone by its IANA name. "Local", abbreviations such as "EST" and offsets are refused, since they do not say
// which rules hold: the sentence in the error says what is allowed.
func (z *Zones) Load(name string) (*time.Location, error) {
	if zone, ok := z.loaded.Load(name); ok {
		return zone.(*time.Location), nil
	}
	if !formZone.MatchString(name) {
		return nil, fmt.Errorf("%s is no IANA time zone; names such as America/New_York or UTC are allowed", Quote(name))
	}
	zone, err := loadZone(name)
	if err != nil {
		return nil, fmt.Errorf("%s is no IANA time zone; names such as America/New_York or UTC are allowed", Quote(name))
	}
	z.loaded.Store(name, zone)
	return zone, nil
}

// zoneRules are the rules of all zones, the file that the Go distribution carries. They are taken from here and not from the
// machine, so that the nodes of a hub cannot differ.
//
//go:embed zoneinfo.zip
var zoneRules []byte

// zoneFiles lists them once: that takes longer than to read one.
var zoneFiles = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(zoneRules), int64(len(zoneRules)))
})

func loadZone(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	all, err := zoneFiles()
	if err != nil {
		return nil, err
	}
	rules, err := fs.ReadFile(all, name)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, rules)
}

// When is when something happens, as people said it: a date as far as it is known, local times and the zone they are in.
// Instants are derived from it, never stored: rules of zones change.
type When struct {
	Date    PartialDate `json:"date,omitzero"`
	EndDate PartialDate `json:"endDate,omitzero"`
	// StartTime and EndTime are local, "14:00" or "14:00:30".
	StartTime string `json:"startTime,omitzero"`
	EndTime   string `json:"endTime,omitzero"`
	TimeZone  string `json:"timeZone,omitzero"`
	// TimeZoneAsPrinted is what the source said: "p.m. ET".
	TimeZoneAsPrinted string `json:"timeZoneAsPrinted,omitzero"`
}

// EpisodeWhen is a When as an episode keeps it: most take place at the hours, and in the zone, of many others. So the entries of an edition
// share a Clock, as they share what appearances have in common; who changes something makes another one with When.Kept.
type EpisodeWhen struct {
	Date PartialDate `json:"date,omitzero"`
	*Clock
}

// Clock is what is known of a When beside its date. It is nil where that is nothing.
type Clock struct {
	EndDate           PartialDate `json:"endDate,omitzero"`
	StartTime         string      `json:"startTime,omitzero"`
	EndTime           string      `json:"endTime,omitzero"`
	TimeZone          string      `json:"timeZone,omitzero"`
	TimeZoneAsPrinted string      `json:"timeZoneAsPrinted,omitzero"`
}

// Kept is a When for an episode.
func (w When) Kept() EpisodeWhen {
	kept := EpisodeWhen{Date: w.Date}
	if clock := (Clock{w.EndDate, w.StartTime, w.EndTime, w.TimeZone, w.TimeZoneAsPrinted}); clock != (Clock{}) {
		kept.Clock = &clock
	}
	return kept
}

// When is all that is known.
func (w EpisodeWhen) When() When {
	c := orNone(w.Clock)
	return When{w.Date, c.EndDate, c.StartTime, c.EndTime, c.TimeZone, c.TimeZoneAsPrinted}
}

// IsZero tells whether nothing is known: then it is not written.
func (w EpisodeWhen) IsZero() bool { return w.When() == When{} }

// Times derives the instants; see When.Times.
func (w EpisodeWhen) Times(zones *Zones) (Times, error) { return w.When().Times(zones) }

// EndDate is that of the When.
func (w EpisodeWhen) EndDate() PartialDate { return orNone(w.Clock).EndDate }

// StartTime is that of the When.
func (w EpisodeWhen) StartTime() string { return orNone(w.Clock).StartTime }

// EndTime is that of the When.
func (w EpisodeWhen) EndTime() string { return orNone(w.Clock).EndTime }

// TimeZone is that of the When.
func (w EpisodeWhen) TimeZone() string { return orNone(w.Clock).TimeZone }

// TimeZoneAsPrinted is that of the When.
func (w EpisodeWhen) TimeZoneAsPrinted() string { return orNone(w.Clock).TimeZoneAsPrinted }

// AssumedLength is how long a live event without a stated end is taken to last.
const AssumedLength = 90 * time.Minute

// Times are the instants that a When amounts to.
type Times struct {
	// Start and End are zero unless day, local time and zone are known.
	Start, End time.Time
	// EndEstimated says that End is Start and AssumedLength, since no end was stated.
	EndEstimated bool
	// Over is the instant at which all that is known of the date has passed: End, or the end of the partial date in its
	// zone (UTC where there is none). Zero without a date.
	Over time.Time
}

// Times derives the instants. It errs where a local time does not exist: clocks skip it.
func (w When) Times(zones *Zones) (Times, error) {
	var t Times
	if w.Date == "" {
		return t, nil
	}
	zone := time.UTC
	if w.TimeZone != "" {
		var err error
		if zone, err = zones.Load(w.TimeZone); err != nil {
			return t, fmt.Errorf("timeZone: %w", err)
		}
	}
	last := w.Date
	if w.EndDate != "" {
		last = w.EndDate
	}
	t.Over = last.End(zone)
	if !w.Date.IsDay() || w.StartTime == "" || w.TimeZone == "" {
		return t, nil
	}
	var err error
	if t.Start, err = instant(w.Date, w.StartTime, zone); err != nil {
		return t, fmt.Errorf("startTime: %w", err)
	}
	switch {
	case w.EndTime != "" && last.IsDay():
		if t.End, err = instant(last, w.EndTime, zone); err != nil {
			return t, fmt.Errorf("endTime: %w", err)
		}
	case w.EndDate != "":
		t.End = t.Over
	default:
		t.End, t.EndEstimated = t.Start.Add(AssumedLength), true
	}
	t.Over = t.End
	return t, nil
}

// instant finds the instant of a local time; of two (clocks were set back) it takes the first.
func instant(day PartialDate, clock string, zone *time.Location) (time.Time, error) {
	h, m, s, ok := parseClock(clock)
	if !ok {
		return time.Time{}, fmt.Errorf("%s is no time of day; 00:00 to 23:59 is allowed", Quote(clock))
	}
	first := day.First()
	wall := time.Date(first.Year(), first.Month(), first.Day(), h, m, s, 0, time.UTC)
	t := firstAt(wall, zone)
	if _, offset := t.In(zone).Zone(); !t.Add(time.Duration(offset) * time.Second).Equal(wall) {
		return time.Time{}, fmt.Errorf("%s on %s does not exist in %s: clocks skip it", clock, day, zone)
	}
	return t, nil
}

// firstAt is the first instant, in UTC, at which clocks in a zone show a wall time; where they skip it, the instant at
// which they do. The wall time comes as a time in UTC. time.Date will not do: around a skipped midnight it may answer with
// an instant of the day before. Nor will ZoneBounds: its end may be the very instant that it was asked about.
func firstAt(wall time.Time, zone *time.Location) time.Time {
	offset := func(at time.Time) time.Duration {
		_, seconds := at.In(zone).Zone()
		return time.Duration(seconds) * time.Second
	}
	// No zone is a day away from UTC, and none changes twice in two days.
	before, after := offset(wall.AddDate(0, 0, -1)), offset(wall.AddDate(0, 0, 1))
	early, late := wall.Add(-max(before, after)), wall.Add(-min(before, after))
	for _, at := range []time.Time{early, late} {
		if at.Add(offset(at)).Equal(wall) {
			return at
		}
	}
	seconds := sort.Search(int(late.Sub(early)/time.Second), func(i int) bool {
		return offset(early.Add(time.Duration(i)*time.Second)) != before
	})
	return early.Add(time.Duration(seconds) * time.Second)
}

func parseClock(s string) (h, m, sec int, ok bool) {
	for _, layout := range []string{"15:04", "15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil && len(s) == len(layout) {
			return t.Hour(), t.Minute(), t.Second(), true
		}
	}
	return 0, 0, 0, false
}
