package exchange

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"

	"bettertogether/internal/content"
)

// eventbritePage is a page of Eventbrite's API, version 3.
type eventbritePage struct {
	Pagination struct {
		PageNumber   int  `json:"page_number"`
		PageCount    int  `json:"page_count"`
		HasMoreItems bool `json:"has_more_items"`
	}
	Events []eventbriteEvent
}

type eventbriteText struct{ Text, HTML string }

// plain is a text without escapes: name.html has "&amp;" where name.text has "&".
func (t eventbriteText) plain() string {
	return strings.Join(strings.Fields(cmp.Or(t.Text, markdownOf(t.HTML))), " ")
}

func (t eventbriteText) markdown() string { return markdownOf(cmp.Or(t.HTML, t.Text)) }

type eventbriteTime struct{ Timezone, Local, UTC string }

type eventbriteEvent struct {
	ID             anyID
	Name           eventbriteText
	Description    eventbriteText
	Summary        string
	URL            string
	Start, End     eventbriteTime
	Status         string
	Listed         *bool
	OnlineEvent    bool   `json:"online_event"`
	IsSeriesParent bool   `json:"is_series_parent"`
	IsFree         *bool  `json:"is_free"`
	PrivacySetting string `json:"privacy_setting"`
	Venue          *struct {
		Name    string
		Address struct {
			City, Region, Country string
		}
	}
	Organizer *struct {
		ID      anyID
		Name    string
		Website string
	}
}

// eventbrite is a page while it is read.
type eventbrite struct {
	o     Options
	p     parsed
	zones content.Zones
	hosts map[string]bool
}

// severalDays finds titles that name several days: "March 19, 20, & 21".
var severalDays = regexp.MustCompile(`\b\d{1,2}(?:st|nd|rd|th)?\s*(?:,\s*\d{1,2}(?:st|nd|rd|th)?\s*)*,?\s*(?:&|and|,)\s*\d{1,2}\b`)

func readEventbrite(raw []byte, o Options) (parsed, error) {
	s := &eventbrite{o: o, hosts: map[string]bool{}}
	var page eventbritePage
	name := "events"
	note, err := unescaped(raw, &page)
	if err == nil && page.Events == nil {
		page.Events = make([]eventbriteEvent, 1)
		name = "event"
		note, err = unescaped(raw, &page.Events[0])
	}
	if err != nil {
		return s.p, wrongOption(content.CodeInvalid, "file", "is no answer of Eventbrite: %v", err)
	}
	s.p.note(note)
	if g := page.Pagination; g.HasMoreItems {
		s.p.note(fmt.Sprintf("this is page %d of %d; import the others as well", g.PageNumber, g.PageCount))
	}
	at := elements(raw, name)
	for i, e := range page.Events {
		s.event(e, max(1, lineOf(at, i)), fmt.Sprintf("%s[%d]", name, i))
	}
	s.p.lines = len(page.Events)
	return s.p, nil
}

func (s *eventbrite) event(e eventbriteEvent, line int, place string) {
	title := e.Name.plain()
	if e.IsSeriesParent {
		s.p.skipped = append(s.p.skipped, Row{
			Line: line, Position: place, Kind: content.KindEpisode, Label: title, Outcome: Rejected,
			Reasons: []string{"stands for a series; its dates are events of their own"},
		})
		return
	}
	register, _, _ := strings.Cut(e.URL, "?")
	r := newRecord(line, content.KindEpisode, map[string]any{
		"key": e.ID.id, "title": title, "abstract": cmp.Or(e.Description.markdown(), e.Summary), "registration_url": register,
		"registration_provider": "Eventbrite", "format": "in_person",
	})
	r.place = place
	if e.OnlineEvent {
		r.values["format"] = "online"
	}
	if e.IsFree != nil {
		r.values["is_free"] = *e.IsFree
	}
	s.standing(&r, e)
	s.when(&r, e)
	if v := e.Venue; v != nil {
		r.values["venue"], r.values["city"], r.values["region"], r.values["country"] = v.Name, v.Address.City, v.Address.Region, v.Address.Country
	}
	if host := e.Organizer; host != nil && host.Name != "" {
		key := "organizer " + host.ID.id
		if !s.hosts[key] {
			s.hosts[key] = true
			o := newRecord(line, content.KindOrganization, map[string]any{"key": key, "name": host.Name, "url": host.Website})
			o.place = place + ".organizer"
			s.p.records = append(s.p.records, o)
		}
		r.values["organizations"] = []any{key}
	}
	if days := severalDays.FindString(title); days != "" && e.Start.Local[:min(10, len(e.Start.Local))] == e.End.Local[:min(10, len(e.End.Local))] {
		r.say(fmt.Sprintf("the title names several days, %q, and the event is on one", days))
	}
	s.p.records = append(s.p.records, r)
}

// standing reads how an event stands, and whether everybody may know of it.
func (s *eventbrite) standing(r *record, e eventbriteEvent) {
	switch e.Status {
	case "canceled", "cancelled":
		r.values["status"] = "cancelled"
	case "completed", "ended":
		r.values["status"] = "past"
	case "draft":
		r.draft = true
		r.say("is a draft at Eventbrite, and stays one here")
	}
	if e.Listed != nil && !*e.Listed || e.PrivacySetting == "locked" {
		r.draft = true
		r.say("is not listed at Eventbrite, and is a draft here")
	}
}

// when takes the date from local. The date of utc is another one on many evenings.
func (s *eventbrite) when(r *record, e eventbriteEvent) {
	zone := cmp.Or(e.Start.Timezone, s.o.TimeZone)
	start, err := parseDated(e.Start.Local)
	if e.Start.Local == "" || err != nil {
		r.wrong("start.local: %s is no date with a time", content.Quote(e.Start.Local))
		return
	}
	if zone == "" {
		s.p.zoneless = cmp.Or(s.p.zoneless, r.place)
		return
	}
	r.values["date"], r.values["start_local"], r.values["time_zone"] = start.date, start.clock, zone
	if end, err := parseDated(e.End.Local); err == nil && e.End.Local != "" {
		r.values["date_end"], r.values["end_local"] = end.date, end.clock
		if other := e.End.Timezone; other != "" && other != zone {
			s.endElsewhere(r, e)
		}
	}
	w := content.When{Date: content.PartialDate(start.date), StartTime: start.clock, TimeZone: zone}
	utc, err := parseDated(e.Start.UTC)
	if times, wrong := w.Times(&s.zones); err == nil && wrong == nil && utc.hasOffset && !times.Start.Equal(utc.at) {
		r.say(fmt.Sprintf("local says %s %s in %s and utc says %s; local counts", start.date, start.clock, zone, e.Start.UTC))
	}
}

// endElsewhere brings an end in another zone into that of the start.
func (s *eventbrite) endElsewhere(r *record, e eventbriteEvent) {
	zone, err := s.zones.Load(textOf(r.values["time_zone"]))
	end, wrong := parseDated(e.End.UTC)
	if err == nil && wrong == nil && end.hasOffset {
		end.moveTo(zone)
		r.values["date_end"], r.values["end_local"] = end.date, end.clock
	}
}
