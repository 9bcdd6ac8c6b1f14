package feed

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// The forms of instants and days in a calendar (RFC 5545, 3.3.5 and 3.3.4).
const (
	utcForm   = "20060102T150405Z"
	localForm = "20060102T150405"
	dayForm   = "20060102"
)

// calendar is a calendar on its way.
type calendar struct {
	out   bytes.Buffer
	words *Words
	now   time.Time
	host  string
}

// ICS writes the list as an iCalendar (RFC 5545, with the properties of RFC 7986): the episodes that are known to the day, in
// the list's order. An event's UID is the same for ever, and its SEQUENCE grows with every publication; so a subscriber's
// calendar moves and cancels what it has. Audio and video have an event until they are released. There is no METHOD, as it would
// want an ORGANIZER (RFC 5546, 3.2.1), and so an address of mail.
func ICS(w io.Writer, l *edition.EpisodeList) error {
	c := &calendar{words: wordsOf(l), now: l.View().Now, host: host(l.View())}
	var shown []*edition.Episode
	for _, e := range l.Episodes {
		if isEvent(e, c.now) {
			shown = append(shown, e)
		}
	}
	c.raw("BEGIN", "VCALENDAR")
	c.raw("VERSION", "2.0")
	c.raw("PRODID", "-//Better Together Hub//Episodes//EN")
	c.raw("CALSCALE", "GREGORIAN")
	c.text("NAME", title(l))
	c.text("X-WR-CALNAME", title(l))
	c.text("DESCRIPTION", about(l))
	c.text("X-WR-CALDESC", about(l))
	if at := l.UpdatedAt(); !at.IsZero() {
		c.raw("LAST-MODIFIED", at.UTC().Format(utcForm))
	}
	c.raw("URL", Address(l, Page))
	c.raw("SOURCE;VALUE=URI", Address(l, Calendar))
	c.raw("REFRESH-INTERVAL;VALUE=DURATION", "PT1H")
	c.raw("X-PUBLISHED-TTL", "PT1H")
	c.zones(shown)
	for _, e := range shown {
		c.event(e)
	}
	c.raw("END", "VCALENDAR")
	return send(w, l.View(), &c.out)
}

// isEvent tells what a calendar shows at an instant.
func isEvent(e *edition.Episode, now time.Time) bool {
	switch {
	case !e.Date().IsDay():
		return false
	case !e.Format().IsReleased():
		return true
	case e.Phase() == content.PhaseOnDemand || e.Phase() == content.PhaseEnded:
		return false
	}
	if start := e.StartsAt(); start != nil {
		return start.After(now)
	}
	zone := e.Zone()
	if zone == nil {
		zone = time.UTC
	}
	return e.Date().End(zone).After(now)
}

func (c *calendar) event(e *edition.Episode) {
	c.raw("BEGIN", "VEVENT")
	c.raw("UID", string(e.ID())+"@"+c.host)
	modified := e.UpdatedAt().UTC().Format(utcForm)
	c.raw("DTSTAMP", modified)
	c.raw("LAST-MODIFIED", modified)
	if at := e.PublishedAt(); at != nil {
		c.raw("CREATED", at.UTC().Format(utcForm))
	}
	c.raw("SEQUENCE", strconv.FormatInt(e.Sequence(), 10))
	switch e.Status() {
	case content.StatusCancelled:
		c.raw("STATUS", "CANCELLED")
	case content.StatusPostponed:
		c.raw("STATUS", "TENTATIVE")
	default:
		c.raw("STATUS", "CONFIRMED")
	}
	c.when(e)
	c.text("SUMMARY", line(e.Title))
	c.text("DESCRIPTION", c.describe(e))
	c.text("LOCATION", place(e, c.words))
	var topics []string
	for _, t := range e.Topics() {
		topics = append(topics, escaped(line(t.Name)))
	}
	if len(topics) > 0 {
		c.raw("CATEGORIES", strings.Join(topics, ","))
	}
	c.raw("URL", e.URL())
	c.raw("END", "VEVENT")
}

// when writes the start and the end. What is known to the day takes whole days, of which the end is the first day after, and
// blocks nobody's time.
func (c *calendar) when(e *edition.Episode) {
	start, zone := e.StartsAt(), e.Zone()
	if start == nil || zone == nil {
		first, last := e.Date().First(), e.Date().First()
		if e.EndDate().IsDay() {
			last = e.EndDate().First()
		}
		c.raw("DTSTART;VALUE=DATE", first.Format(dayForm))
		c.raw("DTEND;VALUE=DATE", last.AddDate(0, 0, 1).Format(dayForm))
		c.raw("TRANSP", "TRANSPARENT")
		return
	}
	c.instant("DTSTART", *start, zone)
	if end := e.EndsAt(); end != nil && end.After(*start) {
		c.instant("DTEND", *end, zone)
	}
}

// instant writes an instant by the clock of its zone. Of a wall time that comes twice a reader takes the first (RFC 5545,
// 3.3.5), so the second is written in UTC.
func (c *calendar) instant(name string, at time.Time, zone *time.Location) {
	local := at.In(zone)
	if isNamed(zone) && !isSecond(local) {
		c.raw(name+";TZID="+zone.String(), local.Format(localForm))
		return
	}
	c.raw(name, at.UTC().Format(utcForm))
}

// describe is the summary, where one takes part, and the page. It is the same before and after, so that a subscriber needs no
// change of it.
func (c *calendar) describe(e *edition.Episode) string {
	var parts []string
	add := func(label, address string) {
		if address != "" {
			parts = append(parts, label+": "+address)
		}
	}
	if s := summary(e); s != "" {
		parts = append(parts, s)
	}
	if e.Registration != nil {
		add(c.words.Registration, web(e.Registration.URL))
	}
	add(c.words.WatchLive, web(e.StreamURL()))
	add(c.words.Page, e.URL())
	return strings.Join(parts, "\n")
}

// place is where an episode is, in one line.
func place(e *edition.Episode, w *Words) string {
	var parts []string
	if at := e.Location; at != nil {
		for _, part := range []string{at.Venue, at.Room, at.City, at.Region, at.Country} {
			if part = line(part); part != "" {
				parts = append(parts, part)
			}
		}
	}
	where := strings.Join(parts, ", ")
	if mode := e.Episode.AttendanceMode(); mode == content.AttendOnline || mode == content.AttendMixed {
		if where != "" {
			where += "; "
		}
		where += w.Online
	}
	return where
}

// raw writes a property whose value is no text.
func (c *calendar) raw(name, value string) { fold(&c.out, name+":"+value) }

// text writes a property that is a text, unless that is empty.
func (c *calendar) text(name, value string) {
	if value != "" {
		c.raw(name, escaped(value))
	}
}
