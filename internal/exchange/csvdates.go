package exchange

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// dated is a moment as a cell has it.
type dated struct {
	date, clock string
	// offset says that it has a zone of its own; at is the instant then.
	hasOffset bool
	at        time.Time
}

var (
	clockForm = regexp.MustCompile(`(?i)^(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?\s*([ap]\.?m\.?)?$`)
	slashForm = regexp.MustCompile(`^(\d{1,2})([/.])(\d{1,2})[/.](\d{4})$`)
)

// parseDated reads a date, with or without a time of day.
func parseDated(s string) (dated, error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04Z07:00"} {
		if at, err := time.Parse(layout, s); err == nil {
			return dated{at.Format("2006-01-02"), clockOf(at), true, at}, nil
		}
	}
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if at, err := time.Parse(layout, s); err == nil {
			return dated{date: at.Format("2006-01-02"), clock: clockOf(at)}, nil
		}
	}
	for _, layout := range []string{"January 2, 2006", "Jan 2, 2006", "2 January 2006", "2 Jan 2006", "Monday, January 2, 2006", "20060102"} {
		if at, err := time.Parse(layout, s); err == nil {
			return dated{date: at.Format("2006-01-02")}, nil
		}
	}
	if parts := slashForm.FindStringSubmatch(s); parts != nil {
		return parseSlashes(s, parts)
	}
	d, err := content.ParsePartialDate(s)
	return dated{date: string(d)}, err
}

// parseSlashes reads what Americans and others write in different orders; where both are possible nobody knows which.
func parseSlashes(s string, parts []string) (dated, error) {
	a, b := fmt.Sprintf("%02s", parts[1]), fmt.Sprintf("%02s", parts[3])
	a, b = strings.ReplaceAll(a, " ", "0"), strings.ReplaceAll(b, " ", "0")
	switch {
	case a > "12" || parts[2] == ".":
		a, b = b, a // the day came first
	case b <= "12" && a != b:
		return dated{}, fmt.Errorf("%s may be the month or the day first; write %s-%s-%s", content.Quote(s), parts[4], a, b)
	}
	d, err := content.ParsePartialDate(parts[4] + "-" + a + "-" + b)
	return dated{date: string(d)}, err
}

func clockOf(at time.Time) string {
	return strings.TrimSuffix(at.Format("15:04:05"), ":00")
}

// parseClockTime reads "19:00", "7 PM" and "7:30 p.m.".
func parseClockTime(s string) (string, error) {
	parts := clockForm.FindStringSubmatch(strings.TrimSpace(s))
	if parts == nil || parts[2] == "" && parts[4] == "" {
		return "", fmt.Errorf("%s is no time of day; 19:00 and 7 PM are allowed", content.Quote(s))
	}
	minute := parts[2]
	if minute == "" {
		minute = "00"
	}
	text, layout := parts[1]+":"+minute, "15:04"
	if parts[4] != "" {
		text += strings.ToUpper(strings.ReplaceAll(parts[4], ".", ""))
		layout = "3:04PM"
	}
	at, err := time.Parse(layout, text)
	if err != nil {
		return "", fmt.Errorf("%s is no time of day; 19:00 and 7 PM are allowed", content.Quote(s))
	}
	return at.Format("15:04"), nil
}

// when reads a row's date, times and zone.
func (s *sheet) when(r *record, c cellsOf) {
	zone := c.one("time_zone")
	set := func(field, value string) {
		if value != "" {
			r.values[field] = value
		}
	}
	var start, end dated
	for _, cell := range []struct {
		field string
		into  *dated
	}{{"date", &start}, {"date_local", &start}, {"end_date", &end}} {
		given := c.one(cell.field)
		if given == "" {
			continue
		}
		d, err := parseDated(given)
		if err != nil {
			r.wrong("%s: %v", cell.field, err)
			return
		}
		if cell.field == "date_local" {
			d.hasOffset = false // the clock as printed
		}
		*cell.into = d
	}
	var zones content.Zones
	for _, d := range []*dated{&start, &end} {
		if !d.hasOffset {
			continue
		}
		s.zulu.see(d)
		name := zone
		if name == "" {
			name = s.o.TimeZone
		}
		in, err := zones.Load(name)
		if err != nil {
			s.needZone(r, name)
			continue
		}
		d.date, d.clock = d.at.In(in).Format("2006-01-02"), clockOf(d.at.In(in))
	}
	for _, cell := range []struct {
		field string
		into  *dated
	}{{"start", &start}, {"end", &end}} {
		given := c.one(cell.field)
		if given == "" {
			continue
		}
		d, err := parseDated(given)
		if err == nil && d.clock != "" {
			d.date, *cell.into = firstOf(cell.into.date, d.date), d
			continue
		}
		if cell.into.clock, err = parseClockTime(given); err != nil {
			r.wrong("%s: %v", cell.field, err)
			return
		}
	}
	set("date", start.date)
	set("start_local", start.clock)
	set("date_end", end.date)
	set("end_local", end.clock)
	if start.clock != "" && zone == "" {
		zone = s.o.TimeZone
	}
	if start.clock != "" && zone == "" {
		s.needZone(r, zone)
	}
	set("time_zone", zone)
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// needZone notes that a row's time has no zone that anybody knows.
func (s *sheet) needZone(r *record, name string) {
	if name == "" && s.p.zoneless == "" {
		s.p.zoneless = fmt.Sprintf("line %d", r.line)
	}
	// A name that is none is told when the record is taken.
}

// zulu watches moments that end in Z: local times that somebody marked as UTC have one clock in summer and in winter.
type zulu struct {
	clocks               map[string]int
	total, summer, other int
}

func (z *zulu) see(d *dated) {
	if _, offset := d.at.Zone(); offset != 0 {
		return
	}
	if z.clocks == nil {
		z.clocks = map[string]int{}
	}
	z.clocks[clockOf(d.at)]++
	z.total++
	if m := d.at.Month(); m >= time.May && m <= time.September {
		z.summer++
	} else if m == time.December || m <= time.February {
		z.other++
	}
}

// suspicion says so when the times look as if they were local.
func (z *zulu) suspicion(zone string) string {
	for clock, n := range z.clocks {
		if n*10 >= z.total*9 && z.summer > 1 && z.other > 1 {
			return fmt.Sprintf("%d of %d times are %sZ, in summer and in winter alike: they are probably local times marked as UTC, and were read as UTC into %s. Map the column to date_local to read them as local", n, z.total, clock, content.Quote(zone))
		}
	}
	return ""
}
