package exchange

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// calendar is a file of calendars while it is read.
type calendar struct {
	o         Options
	p         parsed
	zones     *calendarZones
	cancelled bool
	recurring int
}

// span is when an event is: local times in a zone, as times in UTC.
type span struct {
	start, end time.Time // a zero end is not known
	zone       string
	isDay      bool
	remarks    []string
}

func (k *calendar) read(c *component) {
	k.zones = newCalendarZones(c, k.o.TimeZone)
	k.cancelled = strings.EqualFold(c.text("METHOD"), "CANCEL")
	for _, name := range []string{"VTODO", "VJOURNAL", "VFREEBUSY"} {
		if n := len(c.all(name)); n > 0 {
			k.p.note(fmt.Sprintf("%d %s left out: only events become episodes", n, name))
		}
	}
	groups := map[string][]*component{}
	var order []string
	for i, e := range c.all("VEVENT") {
		uid := e.text("UID")
		name := cmp.Or(uid, fmt.Sprint("\x00", i))
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], e)
	}
	for _, name := range order {
		k.group(groups[name])
	}
}

// group reads the events of one UID: the event itself, and the dates of it that are otherwise.
func (k *calendar) group(events []*component) {
	var master *component
	others := map[string]*component{}
	var ids []string
	for _, e := range events {
		id, ok := e.first("RECURRENCE-ID")
		switch {
		case !ok:
			master = k.newer(master, e)
		default:
			at := k.recurrenceID(id, events)
			if others[at] == nil {
				ids = append(ids, at)
			}
			others[at] = k.newer(others[at], e)
		}
	}
	if master != nil {
		k.event(master, others)
	}
	for _, id := range ids {
		if e := others[id]; e != nil {
			k.single(e, cmp.Or(e.text("UID"), "")+";"+id)
		}
	}
}

// newer is the one of two versions of an event that counts; the other is told.
func (k *calendar) newer(a, b *component) *component {
	if a == nil {
		return b
	}
	x, _ := strconv.Atoi(a.value("SEQUENCE"))
	y, _ := strconv.Atoi(b.value("SEQUENCE"))
	if y < x {
		a, b = b, a
	}
	k.skip(a, "another version of the same event is in the file, in line "+strconv.Itoa(b.line))
	return b
}

func (k *calendar) skip(e *component, reason string) {
	k.p.skipped = append(k.p.skipped, Row{Line: e.line, Kind: content.KindEpisode, Label: e.text("SUMMARY"), Outcome: Rejected, Reasons: []string{reason}})
}

func (k *calendar) bad(e *component, format string, args ...any) {
	k.p.bad = append(k.p.bad, BadLine{e.line, fmt.Sprintf("event %s: ", content.Quote(cmp.Or(e.text("SUMMARY"), e.text("UID")))) + fmt.Sprintf(format, args...)})
}

// recurrenceID is the date of a recurring event that a line names, in the zone of the event itself.
func (k *calendar) recurrenceID(l icalLine, events []*component) string {
	wall, ok := wallOf(l.value)
	if !ok {
		return l.value
	}
	for _, e := range events {
		if start, isMaster := e.first("DTSTART"); isMaster {
			if _, moved := e.first("RECURRENCE-ID"); !moved {
				wall = k.inZoneOf(l, start, wall)
			}
		}
	}
	return instanceID(l, wall)
}

// instanceID names a date of a recurring event, in the form of the line that has it.
func instanceID(l icalLine, wall time.Time) string {
	if isDayValue(l) {
		return wall.Format("20060102")
	}
	return wall.Format("20060102T150405")
}

// isDayValue tells a date without a time, also where VALUE=DATE is missing.
func isDayValue(l icalLine) bool {
	return strings.EqualFold(l.params["VALUE"], "DATE") || len(strings.TrimSpace(l.value)) == len("20060102")
}

// inZoneOf brings a local time of one line into the zone of another.
func (k *calendar) inZoneOf(l, other icalLine, wall time.Time) time.Time {
	from, to := k.zoneName(l, wall), k.zoneName(other, wall)
	isFloating := to == "" || other.params["TZID"] == "" && !strings.HasSuffix(strings.TrimSpace(other.value), "Z")
	if from == to || from == "" || isFloating || isDayValue(l) {
		return wall
	}
	at, err := k.zones.instant(wall, from)
	zone, wrong := k.zones.zones.Load(to)
	if err != nil || wrong != nil {
		return wall
	}
	return asWall(at, zone)
}

// asWall is what clocks of a zone show, as a time in UTC.
func asWall(at time.Time, zone *time.Location) time.Time {
	local := at.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
}

func (k *calendar) zoneName(l icalLine, wall time.Time) string {
	if strings.HasSuffix(strings.TrimSpace(l.value), "Z") {
		return "UTC"
	}
	if tzid := l.params["TZID"]; tzid != "" {
		name, _, _ := k.zones.resolve(tzid, wall)
		return name
	}
	return cmp.Or(k.zones.wanted, k.zones.own)
}

// moment reads a line with a date and brings it into a zone with an IANA name.
func (k *calendar) moment(e *component, l icalLine, wall time.Time) (at time.Time, zone, remark string) {
	switch tzid := l.params["TZID"]; {
	case strings.HasSuffix(strings.TrimSpace(l.value), "Z"):
		zone = cmp.Or(k.zones.wanted, k.zones.own)
		in, err := k.zones.zones.Load(zone)
		if err != nil {
			return wall, "UTC", "the time is in UTC, and nobody says where; the local date may be another"
		}
		return asWall(wall, in), zone, ""
	case tzid != "":
		zone, at, remark = k.zones.resolve(tzid, wall)
		if zone == "" {
			k.p.zoneless = cmp.Or(k.p.zoneless, fmt.Sprintf("line %d, whose TZID %s nobody defines,", e.line, content.Quote(tzid)))
		}
		return at, zone, remark
	}
	zone = cmp.Or(k.zones.wanted, k.zones.own)
	if zone == "" {
		k.p.zoneless = cmp.Or(k.p.zoneless, fmt.Sprintf("line %d", e.line))
	}
	return wall, zone, ""
}

// when reads DTSTART with DTEND or DURATION; false when it is told that there is no date.
func (k *calendar) when(e *component) (span, bool) {
	var s span
	l, ok := e.first("DTSTART")
	if !ok {
		k.bad(e, "has no DTSTART, so nobody knows when it is")
		return s, false
	}
	wall, ok := wallOf(l.value)
	if !ok {
		k.bad(e, "DTSTART: %s is no date; 20260131T140000 and 20260131 are allowed", content.Quote(l.value))
		return s, false
	}
	s.start, s.isDay = wall, isDayValue(l)
	if !s.isDay {
		var remark string
		s.start, s.zone, remark = k.moment(e, l, wall)
		s.remark(remark)
	}
	end, hasEnd := e.first("DTEND")
	switch wall, ok := wallOf(end.value); {
	case hasEnd && !ok:
		s.remark(fmt.Sprintf("DTEND: %s is no date", content.Quote(end.value)))
	case hasEnd && s.isDay != isDayValue(end):
		s.remark("DTSTART and DTEND are not of one kind; DTEND does not count")
	case hasEnd && s.isDay:
		s.end = wall.AddDate(0, 0, -1) // a date that ends an event is the first after it
	case hasEnd:
		at, zone, remark := k.moment(e, end, wall)
		s.remark(remark)
		s.end = at
		if instant, err := k.zones.instant(at, zone); zone != s.zone && err == nil {
			if in, err := k.zones.zones.Load(s.zone); err == nil {
				s.end = asWall(instant, in)
			}
		}
	default:
		if d, ok := parseDuration(e.value("DURATION")); ok {
			s.end = s.start.Add(d)
			if s.isDay {
				s.end = s.end.AddDate(0, 0, -1)
			}
		}
	}
	if s.end.Before(s.start) && !s.end.IsZero() || s.end.Equal(s.start) && !s.isDay {
		if s.end.Before(s.start) && !s.isDay {
			s.remark("ends before it begins; its end does not count")
		}
		s.end = time.Time{}
	}
	return s, true
}

func (s *span) remark(text string) {
	if text != "" && !slices.Contains(s.remarks, text) {
		s.remarks = append(s.remarks, text)
	}
}

var durationForm = regexp.MustCompile(`^\+?P(?:(\d{1,4})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?$`)

// parseDuration reads RFC 5545's durations that are not negative.
func parseDuration(s string) (time.Duration, bool) {
	parts := durationForm.FindStringSubmatch(strings.TrimSpace(s))
	if parts == nil {
		return 0, false
	}
	var d time.Duration
	for i, unit := range []time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi("0" + parts[i+1])
		d += time.Duration(n) * unit
	}
	return d, d > 0
}

// single reads one event on one date.
func (k *calendar) single(e *component, key string) {
	if s, ok := k.when(e); ok {
		k.episode(e, s, key)
	}
}

// episode adds the record of an event on a date. Who organizes and attends is nobody's business, and they are not speakers.
func (k *calendar) episode(e *component, s span, key string) {
	r := newRecord(e.line, content.KindEpisode, map[string]any{
		"key": key, "title": strings.Join(strings.Fields(e.text("SUMMARY")), " "), "abstract": markdownOf(e.text("DESCRIPTION")), "url": e.text("URL"),
		"date": s.start.Format("2006-01-02"),
	})
	for _, remark := range s.remarks {
		r.say(remark)
	}
	if !s.end.IsZero() {
		r.values["date_end"] = s.end.Format("2006-01-02")
	}
	if !s.isDay {
		r.values["start_local"], r.values["time_zone"] = clockOf(s.start), s.zone
		if !s.end.IsZero() {
			r.values["end_local"] = clockOf(s.end)
		}
	}
	k.place(&r, e)
	k.standing(&r, e)
	var categories []any
	for _, l := range e.lines {
		if l.name == "CATEGORIES" {
			for _, word := range splitText(l.value) {
				categories = append(categories, word)
			}
		}
	}
	if len(categories) > 0 {
		r.values["categories"] = categories
	}
	if title := textOf(r.values["title"]); r.values["key"] == nil && title != "" {
		r.values["key"], r.weak = weakKey(title, textOf(r.values["date"])+" "+textOf(r.values["start_local"])), true
	}
	if textOf(r.values["title"]) == "" {
		r.wrong("has no SUMMARY, which becomes the title")
	}
	k.p.records = append(k.p.records, r)
}

// place reads where an event is. The way into a meeting is never imported.
func (k *calendar) place(r *record, e *component) {
	location := strings.Join(strings.Fields(e.text("LOCATION")), " ")
	if content.IsWebAddress(location) {
		r.values["format"] = "online"
		if r.values["url"] == nil && !joinLink.MatchString(location) {
			r.values["url"] = location
		} else if joinLink.MatchString(location) {
			r.say(joinRemark + "LOCATION")
		}
		location = ""
	}
	if location != "" {
		r.values["venue"] = location
	}
	for _, name := range []string{"CONFERENCE", "X-GOOGLE-CONFERENCE", "X-MICROSOFT-SKYPETEAMSMEETINGURL", "X-MICROSOFT-ONLINEMEETINGCONFLINK"} {
		if e.value(name) != "" {
			r.say(joinRemark + name)
			if location == "" {
				r.values["format"] = "online"
			}
		}
	}
}

// standing reads how an event stands, and whether everybody may know of it.
func (k *calendar) standing(r *record, e *component) {
	switch strings.ToUpper(e.text("STATUS")) {
	case "CANCELLED":
		r.values["status"] = "cancelled"
	case "TENTATIVE":
		r.say("is tentative")
	}
	if k.cancelled {
		r.values["status"] = "cancelled"
	}
	if class := strings.ToUpper(e.text("CLASS")); class == "PRIVATE" || class == "CONFIDENTIAL" {
		r.draft = true
		r.say("is " + strings.ToLower(class) + " in the calendar, and a draft here")
	}
}
