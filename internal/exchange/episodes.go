package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (m *merger) episode(r *record, f *fields) {
	it := m.own(content.KindEpisode, r)
	if it == nil {
		return
	}
	e := it.entry.(*content.Episode)
	e.Title = f.required("title")
	set(&e.OwnRare().Subtitle, f.text("subtitle"))
	var in content.SeriesKind
	if key := f.text("series"); key != "" {
		series := m.at(target{content.KindSeries, key}, r.line)
		e.Series, in = series.id, series.entry.(*content.Series).SeriesKind
	} else if series := m.seriesOf(f); series != nil {
		e.Series, in = series.ID(), series.Series.SeriesKind
	}
	e.Number, e.OwnRare().Season = cmp.Or(f.number("number"), e.Number), cmp.Or(f.number("season"), e.Season())
	// A default does not replace what the hub has.
	if word := f.text("format"); word != "" || it.expected == 0 || it.arrived {
		manner := e.OwnManner()
		manner.Format, manner.AttendanceMode = episodeFormat(word, in)
	}
	if f.text("attendance_mode") == "UNKNOWN" {
		e.OwnManner().AttendanceMode = ""
	} else {
		set(&e.OwnManner().AttendanceMode, code(f, "attendance_mode", content.IsAttendanceMode))
	}
	m.when(e, f)
	if n := f.number("duration_s"); n != nil {
		e.Seconds = *n
	}
	m.where(e, f)
	set(&e.OwnManner().Language, languageOf(f))
	status(e, f)
	manner := e.OwnManner()
	manner.TookPlace, manner.NoRecording = f.flag("took_place") || e.TookPlace(), f.flag("no_recording") || e.NoRecording()
	if s := f.text("abstract"); s != "" {
		e.Summary = content.Markdown(s)
	}
	m.refs(&e.Topics, content.KindTopic, f.list("topics"), r.line)
	m.refs(&e.Hosts, content.KindOrganization, f.list("organizations"), r.line)
	set(&e.ExternalURL, f.address())
	set(&e.OwnRare().StreamURL, f.addressIn("stream_url"))
	register(e, f)
	m.refs(&e.Resources, content.KindResource, f.list("resources"), r.line)
	m.topicsNamed(e, f)
	m.finish(e, f)
}

// seriesOf is the series that a record names as people do, else the one that the import is for; nil for none.
func (m *merger) seriesOf(f *fields) *edition.Series {
	name := f.text("series_name")
	if name == "" {
		return m.within
	}
	if s, ok := m.preview.BySlug(content.KindSeries, name).(*edition.Series); ok {
		return s
	}
	found := m.resembling(content.KindSeries, name)
	if len(found) != 1 {
		f.wrong("series: %d series of the hub are called %s; make it first, or say for which series the whole file is", len(found), content.Quote(name))
		return nil
	}
	return found[0].(*edition.Series)
}

// topicsNamed links the topics that a record names as people do. What the hub has no topic for becomes a note.
func (m *merger) topicsNamed(e *content.Episode, f *fields) {
	for _, name := range f.list("topic_names") {
		found := m.resembling(content.KindTopic, name)
		if len(found) != 1 {
			m.current.say("%d topics of the hub are called %s; it is kept as a note", len(found), content.Quote(name))
			note(&e.Base, content.NoteImported, "topic: "+name)
		} else if !slices.Contains(e.Topics, found[0].ID()) {
			e.Topics = append(e.Topics, found[0].ID())
		}
	}
}

// where reads the place.
func (m *merger) where(e *content.Episode, f *fields) {
	l := content.Location{Venue: f.text("venue"), Room: f.text("room"), City: f.text("city")}
	country := f.text("country")
	if content.IsCountry(country) {
		l.Country = country
	} else {
		f.used["country"], country = false, ""
	}
	if l.Region = region(f.text("region"), country); l.Region == "" {
		f.used["region"] = false
	}
	if l != (content.Location{}) {
		e.Location = &l
	}
}

// register reads where people sign up.
func register(e *content.Episode, f *fields) {
	url := f.addressIn("registration_url")
	if url == "" {
		return
	}
	r := content.OwnRegistration{Terms: content.Terms{Seats: content.SeatsUnknown}}
	if e.Registration != nil {
		r = e.Registration.Own()
	}
	r.URL = url
	set(&r.Provider, f.text("registration_provider"))
	set(&r.OpensAt, f.instant("registration_opens_at"))
	set(&r.ClosesAt, f.instant("registration_closes_at"))
	set(&r.Seats, content.Seats(f.text("registration_seats")))
	if free, ok := f.values["is_free"].(bool); ok {
		r.Free, f.used["is_free"] = &free, true
	}
	e.Registration = r.Registration()
}

// status reads what a file says of how an episode stands.
func status(e *content.Episode, f *fields) {
	switch word := f.text("status"); word {
	case "", "announced", "scheduled", "planned":
	case "past", "held", "released":
		e.OwnManner().TookPlace = true
	case "cancelled", "canceled":
		e.OwnManner().Status = content.StatusCancelled
	case "postponed":
		e.OwnManner().Status = content.StatusPostponed
	case "rescheduled":
		e.OwnManner().Status = content.StatusRescheduled
	default:
		f.wrong("status %s is not one of announced, scheduled, past, cancelled, postponed, rescheduled", content.Quote(word))
	}
}

// when reads date, times and zone. A date may come with a time, and that with an offset, as date_precision tells.
func (m *merger) when(e *content.Episode, f *fields) {
	w := content.When{
		StartTime: f.text("start_local"), EndTime: f.text("end_local"), TimeZone: f.text("time_zone"),
		TimeZoneAsPrinted: f.text("time_zone_as_printed"), EndDate: f.date("date_end"),
	}
	f.text("date_precision")
	if _, err := m.zones.Load(w.TimeZone); w.TimeZone != "" && err != nil {
		f.wrong("time_zone: %v", err)
	}
	given := f.text("date")
	switch day, clock, hasTime := strings.Cut(given, "T"); {
	case given == "":
	case !hasTime:
		w.Date = f.date("date")
	default:
		if at, err := time.Parse(time.RFC3339, given); err == nil {
			m.fromInstant(&w, at)
			break
		}
		clock, _, _ = strings.Cut(clock, ".")
		d, err := content.ParsePartialDate(day)
		if err != nil {
			f.wrong("date: %v", err)
		}
		w.Date = d
		set(&w.StartTime, strings.TrimSuffix(clock, ":00"))
	}
	if w.EndDate == w.Date {
		w.EndDate = ""
	}
	if w.Date == "" && w.TimeZone == "" && w.TimeZoneAsPrinted == "" {
		return
	}
	if w.TimeZone != "" || w.Date != "" {
		if _, err := w.Times(&m.zones); err != nil && f.problem == "" {
			f.wrong("%v", err)
		}
	}
	e.When = w.Kept()
}

// fromInstant writes an instant as local time: in the record's zone, else in the zone of its offset.
func (m *merger) fromInstant(w *content.When, at time.Time) {
	if w.TimeZone == "" {
		_, offset := at.Zone()
		switch {
		case offset == 0:
			w.TimeZone = "Etc/UTC"
		case offset%3600 == 0:
			// The names of these zones count westward.
			w.TimeZone = fmt.Sprintf("Etc/GMT%+d", -offset/3600)
		default:
			w.TimeZone = "Etc/UTC"
		}
	}
	zone, err := m.zones.Load(w.TimeZone)
	if err != nil {
		return
	}
	local := at.In(zone)
	w.Date = content.PartialDate(local.Format("2006-01-02"))
	w.StartTime = strings.TrimSuffix(local.Format("15:04:05"), ":00")
}

func (m *merger) appearance(r *record, f *fields) {
	key, speaker := f.required("episode"), f.required("speaker")
	if f.problem != "" {
		return
	}
	it := m.at(target{content.KindEpisode, key}, r.line)
	who := m.at(target{content.KindSpeaker, speaker}, r.line)
	f.required("role")
	role, printed := printed(f, "role", content.IsAppearanceRole)
	a := content.OwnAppearance{
		Speaker: who.id, Part: content.Part{Role: appearanceRole(role), RoleAsPrinted: printed},
		CreditedName: f.text("name_as_printed"), CreditedTitle: f.text("title_at_time"),
		Aside: content.Aside{Printed: value(f.number("position")), Note: f.text("note")},
	}
	if a.CreditedName == "" {
		a.CreditedName = who.entry.Label()
	}
	for _, o := range append([]string{f.text("organization")}, f.list("other_organizations")...) {
		if o != "" {
			m.refs(&a.CreditedOrganizations, content.KindOrganization, []string{o}, r.line)
		}
	}
	a.Sources = addSources(nil, f)
	if f.problem == "" {
		it.appearances = append(it.appearances, a)
	}
	m.finishPart(it.entry, f, "appearance of "+speaker+": ")
}

// finishPart keeps as notes what a part of an entry brings beyond its fields.
func (m *merger) finishPart(e content.Entry, f *fields, prefix string) {
	for _, n := range f.rest() {
		note(e.Common(), content.NoteImported, prefix+n)
	}
}

// isSameRole tells whether a role that a file brings is one that the hub has: by the printed word, without one by the hub's own.
func isSameRole[T ~string](role T, printed string, old T, oldPrinted string) bool {
	if printed == "" {
		return role == old && (oldPrinted == "" || strings.EqualFold(oldPrinted, string(role)))
	}
	return printed == oldPrinted
}

// bill puts the appearances of an import on an episode's bill: the same person in the same printed role is the same
// appearance; new ones stand where their printed position puts them.
func (it *item) bill(e *content.Episode) {
	added := false
	for _, a := range it.appearances {
		i := slices.IndexFunc(e.Appearances, func(b content.Appearance) bool {
			return a.Speaker == b.Speaker && isSameRole(a.Role, a.RoleAsPrinted, b.Role, b.RoleAsPrinted)
		})
		if i >= 0 {
			a.Note = cmp.Or(a.Note, e.Appearances[i].Note())
			e.Appearances[i] = a.Appearance()
			continue
		}
		e.Appearances, added = append(e.Appearances, a.Appearance()), true
	}
	if added {
		slices.SortStableFunc(e.Appearances, func(a, b content.Appearance) int {
			return cmp.Or(cmp.Compare(a.Printed(), b.Printed()), cmp.Compare(a.Speaker, b.Speaker))
		})
	}
}
