package exchange

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// agenda is Sessionize's "all data", and what others derive from it. encoding/json takes names in any case, so that the
// agendas with PascalCase read the same.
type agenda struct {
	Sessions   []agendaSession
	Speakers   []agendaSpeaker
	Rooms      []agendaItem
	Categories []struct {
		Title string
		Name  string
		Items []agendaItem
	}
}

// anyID is an id that is written as a number or as a string, or as an object that has it.
type anyID struct{ id, name string }

// UnmarshalJSON implements json.Unmarshaler.
func (a *anyID) UnmarshalJSON(raw []byte) error {
	var named struct {
		ID   json.RawMessage
		Name string
	}
	if len(raw) > 0 && raw[0] == '{' {
		if err := json.Unmarshal(raw, &named); err != nil {
			return err
		}
		a.name = named.Name
		if raw = named.ID; raw == nil {
			return nil
		}
	}
	var v any
	in := json.NewDecoder(strings.NewReader(string(raw)))
	in.UseNumber()
	if err := in.Decode(&v); err != nil {
		return err
	}
	a.id = textOf(v)
	return nil
}

type agendaItem struct {
	ID   anyID
	Name string
}

type agendaSession struct {
	ID               anyID
	Title            string
	Description      string
	Abstract         string
	StartsAt, EndsAt string
	IsServiceSession bool
	Speakers         []anyID
	SpeakerIDs       *[]anyID
	Presenters       []agendaSpeaker
	CategoryItems    []anyID
	Categories       []struct {
		Name          string
		CategoryItems []agendaItem
	}
	Tags          []string
	Level, Format string
	RoomID        anyID
	Room          string
	Location      string
	LiveURL       string
	RecordingURL  string
	VideoURL      string
	Status        string
}

type agendaSpeaker struct {
	ID                        anyID
	FirstName, LastName       string
	FullName, Name            string
	Bio, Description          string
	TagLine, Position         string
	ProfilePicture, PhotoURL  string
	ProfilePhotoURL           string
	TwitterHandle, WebsiteURL string
	Links                     []agendaLink
	line                      int
	place                     string
}

type agendaLink struct{ Title, URL, LinkType string }

// sessionize is an agenda while it is read.
type sessionize struct {
	o Options
	p parsed
	// rooms and categories are names by id.
	rooms, categories map[string]string
	speakers          map[string]agendaSpeaker
	brought           map[string]bool
}

func readSessionize(raw []byte, o Options) (parsed, error) {
	var a agenda
	s := &sessionize{o: o, rooms: map[string]string{}, categories: map[string]string{}, speakers: map[string]agendaSpeaker{}, brought: map[string]bool{}}
	var note string
	var err error
	sessions, list := "sessions", strings.HasPrefix(strings.TrimSpace(string(raw[:min(len(raw), 16)])), "[")
	if list {
		sessions = ""
		note, err = unescaped(raw, &a.Sessions)
	} else {
		note, err = unescaped(raw, &a)
	}
	if err != nil {
		return s.p, wrongOption(content.CodeInvalid, "file", "is no agenda of Sessionize: %v", err)
	}
	if len(a.Speakers) == 0 && !slices.ContainsFunc(a.Sessions, func(in agendaSession) bool { return in.Title != "" }) {
		return s.p, wrongOption(content.CodeInvalid, "file", "is JSON, but has neither sessions with titles nor speakers nor events")
	}
	s.p.note(note)
	for _, r := range a.Rooms {
		s.rooms[r.ID.id] = r.Name
	}
	for _, c := range a.Categories {
		for _, item := range c.Items {
			s.categories[item.ID.id] = cmp.Or(c.Title, c.Name, "category") + ": " + item.Name
		}
	}
	at := elements(raw, "speakers")
	for i, who := range a.Speakers {
		who.line, who.place = lineOf(at, i), fmt.Sprintf("speakers[%d]", i)
		s.speaker(who)
	}
	at = elements(raw, sessions)
	for i, session := range a.Sessions {
		s.session(session, lineOf(at, i), fmt.Sprintf("%s[%d]", sessions, i))
	}
	s.p.lines = len(a.Sessions) + len(a.Speakers)
	return s.p, nil
}

func lineOf(all []located, i int) int {
	if i < len(all) {
		return all[i].line
	}
	return 0
}

func (who agendaSpeaker) name() string {
	return cmp.Or(who.FullName, who.Name, strings.TrimSpace(who.FirstName+" "+who.LastName))
}

// line of a speaker below the name. It is one text, and stays one: nobody can tell a title from an employer in it.
func (who agendaSpeaker) tag() string { return cmp.Or(who.TagLine, who.Position) }

// speaker adds a speaker once and returns the key; "" for one without a name.
func (s *sessionize) speaker(who agendaSpeaker) string {
	name := strings.TrimSpace(who.name())
	var links []any
	add := func(label, address string) {
		if url := networkLink(label, address); content.IsWebAddress(url) {
			links = append(links, map[string]any{"url": url, "label": label})
		}
	}
	for _, l := range who.Links {
		add(cmp.Or(l.Title, strings.ReplaceAll(l.LinkType, "_", " ")), l.URL)
	}
	add("Twitter", who.TwitterHandle)
	add("Website", who.WebsiteURL)
	key, isWeak := who.ID.id, false
	if key == "" && name != "" {
		fact := ""
		if len(links) > 0 {
			fact = plainAddress(links[0].(map[string]any)["url"].(string))
		}
		key, isWeak = weakKey(name, fact), true
	}
	if s.brought[key] || name == "" && key == "" {
		return key
	}
	s.brought[key], s.speakers[key] = true, who
	r := newRecord(who.line, content.KindSpeaker, map[string]any{
		"key": key, "name": name, "bio": pastedText(cmp.Or(who.Bio, who.Description)), "tagline": strings.TrimSpace(who.tag()),
		"photo": cmp.Or(who.ProfilePicture, who.PhotoURL, who.ProfilePhotoURL), "links": links,
	})
	r.place, r.weak = who.place, isWeak
	if isWeak {
		r.people, r.doubt = peopleIn(name)
	}
	s.p.records = append(s.p.records, r)
	return key
}

// pastedText undoes the escapes of a text that went through source code.
func pastedText(text string) string {
	if !strings.Contains(text, "\n") && strings.Contains(text, `\n`) {
		text = strings.NewReplacer(`\r\n`, "\n", `\n`, "\n", `\"`, `"`).Replace(text)
	}
	return markdownOf(text)
}

func (s *sessionize) session(in agendaSession, line int, place string) {
	title := strings.TrimSpace(in.Title)
	speakers := in.Speakers
	if in.SpeakerIDs != nil {
		speakers = *in.SpeakerIDs
	}
	skip := ""
	switch status := strings.ToLower(in.Status); {
	case in.IsServiceSession:
		skip = "a service session, such as a break"
	case in.SpeakerIDs != nil && len(speakers) == 0:
		skip = "has no speakers, as breaks and meals have none"
	case status == "declined" || status == "withdrawn" || status == "rejected" || status == "decline_queue":
		skip = "its status is " + in.Status
	}
	if skip != "" {
		s.p.skipped = append(s.p.skipped, Row{Line: line, Position: place, Kind: content.KindEpisode, Label: title, Outcome: Rejected, Reasons: []string{skip}})
		return
	}
	room := cmp.Or(s.rooms[in.RoomID.id], in.Room, in.Location, in.RoomID.name)
	r := newRecord(line, content.KindEpisode, map[string]any{
		"key": in.ID.id, "title": title, "abstract": pastedText(cmp.Or(in.Description, in.Abstract)), "format": "session", "room": room,
	})
	r.place = place
	if r.values["key"] == nil && title != "" {
		r.values["key"], r.weak = weakKey(title, in.StartsAt), true
	}
	key := textOf(r.values["key"])
	s.when(&r, in)
	s.words(&r, in)
	if strings.EqualFold(in.Status, "cancelled") || strings.EqualFold(in.Status, "canceled") {
		r.values["status"] = "cancelled"
	}
	if in.LiveURL != "" && isStream(in.LiveURL) {
		r.values["stream_url"] = in.LiveURL
	} else if in.LiveURL != "" {
		r.say("liveUrl is not known to be for everybody, and is not imported")
	}
	s.p.records = append(s.p.records, r)
	if address := cmp.Or(in.RecordingURL, in.VideoURL); address != "" && key != "" {
		recording := newRecord(line, content.KindResource, map[string]any{"key": key + ":recording", "kind": "recording", "episode": key, "url": address})
		recording.place = place
		s.p.records = append(s.p.records, recording)
	}
	if key != "" {
		s.bill(key, append(s.presenters(in, line, place), speakers...), line)
	}
}

// presenters adds the speakers that a session has by value.
func (s *sessionize) presenters(in agendaSession, line int, place string) []anyID {
	var all []anyID
	for i, who := range in.Presenters {
		who.line, who.place = line, fmt.Sprintf("%s.presenters[%d]", place, i)
		if key := s.speaker(who); key != "" {
			all = append(all, anyID{key, who.name()})
		}
	}
	return all
}

// bill adds the appearances of a session.
func (s *sessionize) bill(episode string, speakers []anyID, line int) {
	seen := map[string]bool{}
	for i, a := range speakers {
		if a.id == "" && a.name != "" {
			a.id = s.speaker(agendaSpeaker{Name: a.name, line: line})
		}
		if a.id == "" || seen[a.id] {
			continue
		}
		seen[a.id] = true
		if _, known := s.speakers[a.id]; !known && a.name != "" {
			s.speaker(agendaSpeaker{ID: a, Name: a.name, line: line})
		}
		who := s.speakers[a.id]
		values := map[string]any{"speaker": a.id, "position": json.Number(strconv.Itoa(i + 1))}
		if name := strings.TrimSpace(who.name()); name != "" {
			values["name_as_printed"] = name
		}
		if tag := strings.TrimSpace(who.tag()); tag != "" {
			values["title_at_time"] = tag
		}
		s.p.records = append(s.p.records, appearanceOf(line, episode, values))
	}
}

// words keeps categories, tags, level and format as notes: they are an organizer's own words.
func (s *sessionize) words(r *record, in agendaSession) {
	var all []any
	for _, c := range in.CategoryItems {
		all = append(all, cmp.Or(s.categories[c.id], c.name, c.id))
	}
	for _, c := range in.Categories {
		for _, item := range c.CategoryItems {
			all = append(all, c.Name+": "+item.Name)
		}
	}
	for _, tag := range in.Tags {
		all = append(all, tag)
	}
	if in.Level != "" {
		all = append(all, "Level: "+in.Level)
	}
	if in.Format != "" {
		all = append(all, "Format: "+in.Format)
	}
	if len(all) > 0 {
		r.values["categories"] = all
	}
}

// when reads a session's times, which have no zone. One that ends in Z is an instant, and needs a zone all the same: without
// it nobody knows the local date.
func (s *sessionize) when(r *record, in agendaSession) {
	if in.StartsAt == "" {
		return
	}
	start, err := parseDated(in.StartsAt)
	if err != nil {
		r.wrong("startsAt: %v", err)
		return
	}
	end := dated{}
	if in.EndsAt != "" {
		if end, err = parseDated(in.EndsAt); err != nil {
			r.wrong("endsAt: %v", err)
			return
		}
	}
	if s.o.TimeZone == "" && s.p.zoneless == "" && start.clock != "" {
		s.p.zoneless = r.place
	}
	zone, err := new(content.Zones).Load(s.o.TimeZone)
	if err != nil {
		return // told for the whole file
	}
	start.moveTo(zone)
	end.moveTo(zone)
	r.values["date"], r.values["time_zone"] = start.date, s.o.TimeZone
	r.values["start_local"], r.values["date_end"], r.values["end_local"] = start.clock, end.date, end.clock
}

// moveTo brings a moment that has its own zone into another.
func (d *dated) moveTo(zone *time.Location) {
	if d.hasOffset {
		d.date, d.clock = d.at.In(zone).Format("2006-01-02"), clockOf(d.at.In(zone))
	}
}

// isStream tells the addresses where everybody may watch.
func isStream(address string) bool {
	host, _, _ := strings.Cut(plainAddress(address), "/")
	for _, known := range []string{"youtube.com", "youtu.be", "vimeo.com", "twitch.tv", "facebook.com", "linkedin.com"} {
		if host == known || strings.HasSuffix(host, "."+known) {
			return true
		}
	}
	return false
}
