package feed

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// When tells people when an episode is, in its own zone whoever reads: "Tuesday, January 26, 2021, 2:00–3:30 p.m. EST". An end
// that is only estimated is not told. Empty is unknown.
func (w *Words) When(e *edition.Episode) string {
	first, last := e.Date(), e.EndDate()
	start, zone := e.StartsAt(), e.Zone()
	if start == nil || zone == nil {
		return w.span(first, last)
	}
	begins := start.In(zone)
	end := e.EndsAt()
	if end == nil || e.EndsAtIsEstimated() {
		return w.day(begins) + ", " + w.clock(begins) + " " + zoneName(begins)
	}
	ends := end.In(zone)
	if sameDay(begins, ends) {
		from, to := w.clock(begins), w.clock(ends)
		for _, half := range []string{" a.m.", " p.m."} {
			if strings.HasSuffix(from, half) && strings.HasSuffix(to, half) && zoneName(begins) == zoneName(ends) {
				from = strings.TrimSuffix(from, half)
			}
		}
		if zoneName(begins) != zoneName(ends) { // clocks change in between
			from += " " + zoneName(begins)
		}
		return w.day(begins) + ", " + from + "–" + to + " " + zoneName(ends)
	}
	if e.When.EndTime() == "" { // an end that is known to the day
		return w.day(begins) + ", " + w.clock(begins) + " " + zoneName(begins) + " – " + w.day(last.First())
	}
	return w.day(begins) + ", " + w.clock(begins) + " " + zoneName(begins) + " – " + w.day(ends) + ", " + w.clock(ends) + " " + zoneName(ends)
}

// Date tells people a partial date: "January 26, 2021", "January 2021", "2021".
func (w *Words) Date(d content.PartialDate) string {
	t := d.First()
	switch {
	case d == "":
		return ""
	case len(d) == len("2021"):
		return string(d)
	case w.Language == "es" && d.IsDay():
		return fmt.Sprintf("%d de %s de %d", t.Day(), w.months[t.Month()-1], t.Year())
	case w.Language == "es":
		return fmt.Sprintf("%s de %d", w.months[t.Month()-1], t.Year())
	case d.IsDay():
		return fmt.Sprintf("%s %d, %d", w.months[t.Month()-1], t.Day(), t.Year())
	default:
		return fmt.Sprintf("%s %d", w.months[t.Month()-1], t.Year())
	}
}

// Day tells people the day of an instant, in UTC.
func (w *Words) Day(at time.Time) string {
	return w.Date(content.PartialDate(at.UTC().Format(time.DateOnly)))
}

func (w *Words) span(first, last content.PartialDate) string {
	from := w.Date(first)
	if first.IsDay() {
		from = w.day(first.First())
	}
	if last == "" || last == first {
		return from
	}
	to := w.Date(last)
	if last.IsDay() {
		to = w.day(last.First())
	}
	return from + " – " + to
}

// day is a day with its name.
func (w *Words) day(t time.Time) string {
	return w.days[t.Weekday()] + ", " + w.Date(content.PartialDate(t.Format(time.DateOnly)))
}

// clock is a time of day.
func (w *Words) clock(t time.Time) string {
	if w.Language == "es" {
		return t.Format("15:04")
	}
	half := " a.m."
	if t.Hour() >= 12 {
		half = " p.m."
	}
	return t.Format("3:04") + half
}

// zoneName is how a zone is called at a moment: "EST"; zones without a name by their offset: "UTC-03:00".
func zoneName(t time.Time) string {
	name, offset := t.Zone()
	if !strings.HasPrefix(name, "-") && !strings.HasPrefix(name, "+") {
		return name
	}
	sign := "+"
	if offset < 0 {
		sign, offset = "-", -offset
	}
	minutes := strconv.Itoa(offset / 60 % 60)
	if len(minutes) == 1 {
		minutes = "0" + minutes
	}
	return "UTC" + sign + strconv.Itoa(offset/3600) + ":" + minutes
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }
