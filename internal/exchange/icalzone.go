package exchange

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/teambition/rrule-go"

	"bettertogether/internal/content"
)

// calendarZones brings the zones of a calendar to IANA names.
type calendarZones struct {
	// wanted is the zone that the import is for, own the calendar's X-WR-TIMEZONE; either may be empty.
	wanted, own string
	zones       *content.Zones
	defined     map[string]*vtimezone
}

// vtimezone is a zone as a calendar defines it.
type vtimezone struct {
	location    string
	observances []observance
}

// observance is a rule of a zone: from each onset on, local time is offset from UTC.
type observance struct {
	onset        time.Time // local, as a time in UTC
	rule         *rrule.RRule
	dates        []time.Time
	from, offset time.Duration
}

func newCalendarZones(c *component, wanted string) *calendarZones {
	z := &calendarZones{wanted: wanted, zones: new(content.Zones), defined: map[string]*vtimezone{}}
	if own := c.text("X-WR-TIMEZONE"); own != "" {
		if _, err := z.zones.Load(own); err == nil {
			z.own = own
		}
	}
	for _, def := range c.all("VTIMEZONE") {
		v := &vtimezone{location: def.text("X-LIC-LOCATION")}
		for _, part := range def.parts {
			if o, ok := readObservance(part); ok {
				v.observances = append(v.observances, o)
			}
		}
		if len(v.observances) > 0 {
			z.defined[def.text("TZID")] = v
		}
	}
	return z
}

// yearlyRule is what rules of zones are made of; any other could take for ever.
var yearlyRule = regexp.MustCompile(`^(?:(?:FREQ=YEARLY|BYMONTH=\d{1,2}|BYDAY=[+-]?\d?(?:MO|TU|WE|TH|FR|SA|SU)|BYMONTHDAY=[-\d,]+|INTERVAL=1|WKST=[A-Z]{2}|UNTIL=[\dTZ]+);?)+$`)

func readObservance(c *component) (observance, bool) {
	var o observance
	var ok bool
	if o.onset, ok = wallOf(c.value("DTSTART")); !ok {
		return o, false
	}
	if o.offset, ok = utcOffset(c.value("TZOFFSETTO")); !ok {
		return o, false
	}
	o.from, _ = utcOffset(c.value("TZOFFSETFROM"))
	for _, l := range c.lines {
		switch l.name {
		case "RDATE":
			for v := range strings.SplitSeq(l.value, ",") {
				if at, ok := wallOf(v); ok {
					o.dates = append(o.dates, at)
				}
			}
		case "RRULE":
			rule := strings.ToUpper(strings.ReplaceAll(l.value, " ", ""))
			if !yearlyRule.MatchString(rule) || o.rule != nil {
				continue
			}
			option, err := rrule.StrToROption(rule)
			if err != nil {
				continue
			}
			option.Dtstart = o.onset
			if o.rule, err = rrule.NewRRule(*option); err != nil {
				o.rule = nil
			}
		}
	}
	return o, true
}

// wallOf reads a date, with or without a time, as a time in UTC.
func wallOf(s string) (time.Time, bool) {
	s = strings.TrimSuffix(strings.TrimSpace(s), "Z")
	for _, layout := range []string{"20060102T150405", "20060102T1504", "20060102"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1000 {
			return t, true
		}
	}
	return time.Time{}, false
}

// utcOffset reads "+0530", "-05:00" and "+053000".
func utcOffset(s string) (time.Duration, bool) {
	s = strings.ReplaceAll(strings.TrimSpace(s), ":", "")
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	n, err := strconv.Atoi(s[1:5])
	if err != nil || n < 0 || n%100 > 59 || n > 1500 {
		return 0, false
	}
	d := time.Duration(n/100)*time.Hour + time.Duration(n%100)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return d, true
}

// offsetAt is what a calendar's definition says of a local time.
func (v *vtimezone) offsetAt(wall time.Time) time.Duration {
	var last time.Time
	// Before the first onset the zone is what that onset ended.
	first := slices.MinFunc(v.observances, func(a, b observance) int { return a.onset.Compare(b.onset) })
	offset := first.from
	for _, o := range v.observances {
		at := o.onset
		if at.After(wall) {
			continue
		}
		if o.rule != nil {
			if before := o.rule.Before(wall, true); before.After(at) {
				at = before
			}
		}
		for _, d := range o.dates {
			if d.After(at) && !d.After(wall) {
				at = d
			}
		}
		if !at.Before(last) {
			last, offset = at, o.offset
		}
	}
	return offset
}

// nameInside finds an IANA name at the end of a longer one: "custom_America/New_York", "/softwarestudio.org/Tzfile/Europe/Berlin".
func (z *calendarZones) nameInside(tzid string) string {
	parts := strings.Split(tzid, "/")
	for n := min(3, len(parts)); n > 1; n-- {
		area := parts[len(parts)-n]
		area = area[strings.LastIndexFunc(area, func(r rune) bool { return !unicode.IsLetter(r) })+1:]
		name := strings.Join(append([]string{area}, parts[len(parts)-n+1:]...), "/")
		if _, err := z.zones.Load(name); err == nil {
			return name
		}
	}
	return ""
}

var offsetName = regexp.MustCompile(`^(?:UTC|GMT)\s*([+-])(\d{1,2})(?::?(\d{2}))?$`)

// windowsZones are the names that Windows, Outlook and Exchange use, for the zones that our editors meet (CLDR windowsZones).
func windowsZones() map[string]string {
	return map[string]string{
		"Eastern Standard Time": "America/New_York", "Central Standard Time": "America/Chicago", "Mountain Standard Time": "America/Denver",
		"Pacific Standard Time": "America/Los_Angeles", "US Mountain Standard Time": "America/Phoenix", "US Eastern Standard Time": "America/Indiana/Indianapolis",
		"Alaskan Standard Time": "America/Anchorage", "Hawaiian Standard Time": "Pacific/Honolulu", "Atlantic Standard Time": "America/Halifax",
		"GMT Standard Time": "Europe/London", "W. Europe Standard Time": "Europe/Berlin", "Romance Standard Time": "Europe/Paris",
		"Central Europe Standard Time": "Europe/Budapest", "Central European Standard Time": "Europe/Warsaw", "AUS Eastern Standard Time": "Australia/Sydney",
		"India Standard Time": "Asia/Kolkata", "Tokyo Standard Time": "Asia/Tokyo", "Canada Central Standard Time": "America/Regina",
	}
}

// resolve finds the IANA name for a calendar's name of a zone at a local time. The time comes back changed when only UTC can
// say it; the remark says what was done with a name that is none. No name: nobody knows the zone.
func (z *calendarZones) resolve(tzid string, wall time.Time) (name string, at time.Time, remark string) {
	tzid = strings.TrimSpace(tzid)
	if _, err := z.zones.Load(tzid); err == nil {
		return tzid, wall, ""
	}
	v := z.defined[tzid]
	if v == nil {
		if parts := offsetName.FindStringSubmatch(tzid); parts != nil {
			if offset, ok := utcOffset(fmt.Sprintf("%s%02s%02s", parts[1], zeros(parts[2]), zeros(parts[3]))); ok {
				return z.fixed(tzid, offset, wall)
			}
		}
	}
	guesses := []string{z.nameInside(tzid), windowsZones()[tzid]}
	if v != nil {
		guesses = append(guesses, v.location, z.own, z.wanted)
	}
	for _, guess := range guesses {
		if guess == "" || !z.agrees(guess, v, wall) {
			continue
		}
		return guess, wall, fmt.Sprintf("the zone %s is no IANA name and was taken as %s", content.Quote(tzid), guess)
	}
	if v != nil {
		return z.fixed(tzid, v.offsetAt(wall), wall)
	}
	if z.wanted != "" {
		return z.wanted, wall, fmt.Sprintf("the zone %s is no IANA name, and the file does not define it; %s, which the import names, was taken", content.Quote(tzid), z.wanted)
	}
	return "", wall, ""
}

func zeros(s string) string { return strings.Repeat("0", 2-min(2, len(s))) + s }

// agrees says whether a zone has the offset that a definition says; without one the name has to do.
func (z *calendarZones) agrees(name string, v *vtimezone, wall time.Time) bool {
	zone, err := z.zones.Load(name)
	if err != nil {
		return false
	}
	if v == nil {
		return true
	}
	offset := v.offsetAt(wall)
	_, seconds := wall.Add(-offset).In(zone).Zone()
	return time.Duration(seconds)*time.Second == offset
}

// fixed writes a time of which only the offset is known: in a zone of whole hours, else in UTC.
func (z *calendarZones) fixed(tzid string, offset time.Duration, wall time.Time) (name string, at time.Time, remark string) {
	hours := int(offset / time.Hour)
	if offset%time.Hour != 0 || hours > 14 || hours < -12 {
		return "UTC", wall.Add(-offset), fmt.Sprintf("the zone %s is no IANA name; it is %s from UTC then, and the time was written in UTC", content.Quote(tzid), offset)
	}
	name = "Etc/UTC"
	if hours != 0 {
		name = fmt.Sprintf("Etc/GMT%+d", -hours) // these names count westward
	}
	return name, wall, fmt.Sprintf("the zone %s is no IANA name; it is %+d hours from UTC then, and was taken as %s", content.Quote(tzid), hours, name)
}

// instant is the moment of a local time in a zone with an IANA name.
func (z *calendarZones) instant(wall time.Time, name string) (time.Time, error) {
	w := content.When{Date: content.PartialDate(wall.Format("2006-01-02")), StartTime: wall.Format("15:04:05"), TimeZone: name}
	t, err := w.Times(z.zones)
	return t.Start, err
}
