package exchange

import (
	"cmp"
	"encoding/json"
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
	set(&e.Subtitle, f.text("subtitle"))
	var in content.SeriesKind
	if key := f.text("series"); key != "" {
		series := m.at(target{content.KindSeries, key}, r.line)
		e.Series, in = series.id, series.entry.(*content.Series).SeriesKind
	} else if series := m.seriesOf(f); series != nil {
		e.Series, in = series.ID(), series.Series.SeriesKind
	}
	e.Number, e.Season = cmp.Or(f.number("number"), e.Number), cmp.Or(f.number("season"), e.Season)
	// A default does not replace what the hub has.
	if word := f.text("format"); word != "" || it.expected == 0 || it.arrived {
		e.Format, e.AttendanceMode = episodeFormat(word, in)
	}
	m.when(e, f)
	if n := f.number("duration_s"); n != nil {
		e.Seconds = *n
	}
	m.where(e, f)
	set(&e.Language, languageOf(f))
	status(e, f)
	if s := f.text("abstract"); s != "" {
		e.Summary = content.Markdown(s)
	}
	m.refs(&e.Topics, content.KindTopic, f.list("topics"), r.line)
	m.refs(&e.Hosts, content.KindOrganization, f.list("organizations"), r.line)
	set(&e.ExternalURL, f.address())
	set(&e.StreamURL, f.addressIn("stream_url"))
	register(e, f)
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
	r := content.Registration{Seats: content.SeatsUnknown}
	if e.Registration != nil {
		r = *e.Registration
	}
	r.URL = url
	set(&r.Provider, f.text("registration_provider"))
	if free, ok := f.values["is_free"].(bool); ok {
		r.Free, f.used["is_free"] = &free, true
	}
	e.Registration = &r
}

// status reads what a file says of how an episode stands.
func status(e *content.Episode, f *fields) {
	switch word := f.text("status"); word {
	case "", "announced", "scheduled", "planned":
	case "past", "held", "released":
		e.TookPlace = true
	case "cancelled", "canceled":
		e.Status = content.StatusCancelled
	case "postponed":
		e.Status = content.StatusPostponed
	case "rescheduled":
		e.Status = content.StatusRescheduled
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
	e.When = w
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
	printed := f.required("role")
	a := content.Appearance{
		Speaker: who.id, Role: appearanceRole(printed), RoleAsPrinted: printed, CreditedName: f.text("name_as_printed"),
		CreditedTitle: f.text("title_at_time"), Printed: value(f.number("position")), Note: f.text("note"),
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

// bill puts the appearances of an import on an episode's bill: the same person in the same printed role is the same
// appearance; new ones stand where their printed position puts them.
func (it *item) bill(e *content.Episode) {
	added := false
	for _, a := range it.appearances {
		i := slices.IndexFunc(e.Appearances, func(b content.Appearance) bool {
			return a.Speaker == b.Speaker && a.RoleAsPrinted == b.RoleAsPrinted
		})
		if i >= 0 {
			e.Appearances[i] = a
			continue
		}
		e.Appearances, added = append(e.Appearances, a), true
	}
	if added {
		slices.SortStableFunc(e.Appearances, func(a, b content.Appearance) int {
			return cmp.Or(cmp.Compare(a.Printed, b.Printed), cmp.Compare(a.Speaker, b.Speaker))
		})
	}
}

func (m *merger) caseStudy(r *record, f *fields) {
	it := m.own(content.KindCaseStudy, r)
	if it == nil {
		return
	}
	c := it.entry.(*content.CaseStudy)
	c.Title = f.required("title")
	if s := f.text("abstract"); s != "" {
		c.Summary = content.Markdown(s)
	}
	for _, p := range f.objects("partners") {
		printed := p.text("role")
		partner := content.Partner{
			Organization: m.ref(content.KindOrganization, p.required("organization"), r.line),
			Role:         partnerRole(printed), RoleAsPrinted: printed,
		}
		if !slices.ContainsFunc(c.Partners, func(old content.Partner) bool {
			return old.Organization == partner.Organization && old.RoleAsPrinted == partner.RoleAsPrinted
		}) {
			c.Partners = append(c.Partners, partner)
		}
		f.adopt("partners", p)
		m.finishPart(c, p, "partner: ")
	}
	for _, p := range f.objects("people") {
		person := content.Contributor{
			Speaker: m.ref(content.KindSpeaker, p.required("speaker"), r.line), CreditedTitle: p.text("title_at_time"),
		}
		if o := p.text("organization"); o != "" {
			m.refs(&person.CreditedOrganizations, content.KindOrganization, []string{o}, r.line)
		}
		i := slices.IndexFunc(c.Contributors, func(old content.Contributor) bool { return old.Speaker == person.Speaker })
		if i >= 0 {
			c.Contributors[i] = person
		} else {
			c.Contributors = append(c.Contributors, person)
		}
		f.adopt("people", p)
		m.finishPart(c, p, "person: ")
	}
	for _, p := range f.objects("metrics") {
		o := outcome(p)
		if !slices.ContainsFunc(c.Outcomes, func(old content.Outcome) bool {
			return old.Label == o.Label && old.AsOf == o.AsOf && old.Unit == o.Unit
		}) {
			c.Outcomes = append(c.Outcomes, o)
		}
		f.adopt("metrics", p)
		m.finishPart(c, p, "metric: ")
	}
	years(c, f)
	set(&c.City, f.text("city"))
	if code := region(f.text("region"), ""); code == "" {
		f.used["region"] = false
	} else if !slices.Contains(c.Regions, code) {
		c.Regions = append(c.Regions, code)
	}
	m.refs(&c.Episodes, content.KindEpisode, f.list("episodes"), r.line)
	m.refs(&c.Strategies, content.KindTopic, f.list("topics"), r.line)
	m.finish(c, f)
}

// outcome reads a metric; a value that is no number is kept as text.
func outcome(p *fields) content.Outcome {
	o := content.Outcome{Label: p.required("label"), Unit: p.text("unit"), AsOf: p.date("as_of")}
	p.used["value"] = true
	switch v := p.values["value"].(type) {
	case json.Number:
		if n, err := v.Float64(); err == nil {
			o.Value = &n
		}
	case string:
		o.ValueText = v
	case nil:
	default:
		p.wrong("value must be a number or a string")
	}
	return o
}

// years reads "2019" (begun then, no more is said), "2019-" (goes on) and "2013-2022".
func years(c *content.CaseStudy, f *fields) {
	given := f.text("years")
	from, to, isSpan := strings.Cut(given, "-")
	start, err := content.ParsePartialDate(from)
	switch {
	case given == "":
		return
	case err != nil:
		f.used["years"] = false
		return
	}
	c.StartedOn = start
	switch end, err := content.ParsePartialDate(to); {
	case isSpan && to == "":
		c.Status = content.PartnershipActive
	case isSpan && err == nil:
		c.EndedOn, c.Status = end, content.PartnershipCompleted
	case isSpan:
		f.used["years"] = false
	}
}
