package feed

import (
	"fmt"
	"slices"
	"time"

	"bettertogether/internal/edition"
)

// isNamed tells a zone with rules from UTC, which a calendar does not describe.
func isNamed(zone *time.Location) bool { return zone.String() != "UTC" }

// zones writes the zones in which the episodes take place, by name, each with what its clocks do in the years that occur.
func (c *calendar) zones(shown []*edition.Episode) {
	years := map[string][]int{}
	named := map[string]*time.Location{}
	for _, e := range shown {
		zone := e.Zone()
		if zone == nil || !isNamed(zone) || e.StartsAt() == nil {
			continue
		}
		name := zone.String()
		named[name] = zone
		years[name] = append(years[name], e.StartsAt().In(zone).Year())
		if end := e.EndsAt(); end != nil {
			years[name] = append(years[name], end.In(zone).Year())
		}
	}
	names := make([]string, 0, len(named))
	for name := range named {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		slices.Sort(years[name])
		c.zone(named[name], slices.Compact(years[name]))
	}
}

// observance is what the clocks of a zone show from an onset on (RFC 5545, 3.6.5).
type observance struct {
	kind     string
	from, to int
	name     string
	// onsets are local times by the clock before.
	onsets []string
}

// zone writes a VTIMEZONE. Every onset is written out, as its first or as an RDATE: rules of zones change, and a rule for the
// future would promise what nobody knows.
func (c *calendar) zone(zone *time.Location, years []int) {
	c.raw("BEGIN", "VTIMEZONE")
	c.raw("TZID", zone.String())
	for _, o := range observances(zone, years) {
		c.raw("BEGIN", o.kind)
		c.raw("DTSTART", o.onsets[0])
		if len(o.onsets) > 1 { // the first as well: libical and what descends from it forget DTSTART beside an RDATE
			for _, onset := range o.onsets {
				c.raw("RDATE", onset)
			}
		}
		c.raw("TZOFFSETFROM", offset(o.from))
		c.raw("TZOFFSETTO", offset(o.to))
		c.text("TZNAME", o.name)
		c.raw("END", o.kind)
	}
	c.raw("END", "VTIMEZONE")
}

// observances finds what holds at the start of each year and each change within, equal ones together, in the order of their
// first onset. The years are in order.
func observances(zone *time.Location, years []int) []observance {
	var all []observance
	var last time.Time
	add := func(onset time.Time) {
		if !last.IsZero() && !onset.After(last) {
			return // the year before had it already
		}
		last = onset
		o := observe(onset, zone)
		for i := range all {
			if s := &all[i]; s.kind == o.kind && s.from == o.from && s.to == o.to && s.name == o.name {
				s.onsets = append(s.onsets, o.onsets...)
				return
			}
		}
		all = append(all, o)
	}
	for _, year := range years {
		// A day more on both sides, as a year begins and ends by the zone's own clock.
		from, to := time.Date(year-1, 12, 31, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 2, 0, 0, 0, 0, time.UTC)
		add(onset(from, zone))
		for at := next(from, zone); !at.IsZero() && at.Before(to); at = next(at, zone) {
			add(at)
		}
	}
	return all
}

// observe tells what changes at an onset. What held always, or since before a reader can count, begins in the earliest year.
func observe(onset time.Time, zone *time.Location) observance {
	after, before := onset.In(zone), onset.Add(-time.Second).In(zone)
	if onset.Year() <= earliest {
		before = after
	}
	name, to := after.Zone()
	_, from := before.Zone()
	o := observance{kind: "STANDARD", from: from, to: to, name: name}
	// Ireland's winter time counts as the other one; a reader of calendars expects the later clock to be DAYLIGHT.
	if after.IsDST() != before.IsDST() && to > from || after.IsDST() && from == to {
		o.kind = "DAYLIGHT"
	}
	o.onsets = []string{onset.Add(time.Duration(from) * time.Second).UTC().Format(localForm)}
	return o
}

// onset is when what clocks show at an instant began.
func onset(at time.Time, zone *time.Location) time.Time {
	first := time.Date(earliest, 1, 1, 0, 0, 0, 0, time.UTC)
	for {
		begun, _ := at.In(zone).ZoneBounds()
		switch {
		case begun.IsZero() || begun.Before(first):
			return first
		case changes(begun, zone):
			return begun.UTC()
		}
		at = begun.Add(-time.Second)
	}
}

// next is the first change after an instant; zero when none follows.
func next(at time.Time, zone *time.Location) time.Time {
	for {
		_, end := at.In(zone).ZoneBounds()
		switch {
		case end.IsZero():
			return end
		case !end.After(at):
			end = at.Add(time.Hour)
		}
		if changes(end, zone) {
			return end.UTC()
		}
		at = end
	}
}

// changes tells whether clocks change at an instant. Behind the changes that a zone's file lists, ZoneBounds also stops where a
// year begins, and after 365 days of it: so on the last day of a leap year its end is not after the instant that it was asked
// about. On that day no rule changes clocks.
func changes(at time.Time, zone *time.Location) bool {
	before, after := at.Add(-time.Second).In(zone), at.In(zone)
	name, offset := before.Zone()
	nextName, nextOffset := after.Zone()
	return offset != nextOffset || name != nextName || before.IsDST() != after.IsDST()
}

// earliest is the first year that an onset has. Readers of calendars count from 1601 or from before.
const earliest = 1601

// offset writes seconds east of UTC (RFC 5545, 3.3.14).
func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	s := fmt.Sprintf("%s%02d%02d", sign, seconds/3600, seconds/60%60)
	if seconds%60 != 0 {
		s += fmt.Sprintf("%02d", seconds%60)
	}
	return s
}

// isSecond tells the second of two instants at which a clock shows the same.
func isSecond(local time.Time) bool {
	begun := onset(local, local.Location())
	_, before := begun.Add(-time.Second).Zone()
	_, after := local.Zone()
	return local.Sub(begun) < time.Duration(before-after)*time.Second
}
