package generate

import (
	"time"

	"bettertogether/internal/content"
)

func (m *maker) episode(n int) content.Entry {
	serial := m.draw(m.series)
	e := &content.Episode{
		Title: m.title(), Summary: m.prose(0, 200), EpisodeManner: &content.EpisodeManner{Format: m.formats[serial], Status: content.StatusScheduled, Language: "en"},
		Topics: m.some(content.KindTopic, m.topics, m.between(1, 4)), Hosts: m.some(content.KindOrganization, m.organizations, m.between(1, 2)),
	}
	if m.chance(95) {
		m.numbers[serial]++
		number := m.numbers[serial]
		e.Series, e.Number = ID(content.KindSeries, serial), &number
	}
	if m.chance(20) {
		e.OwnRare().Subtitle = m.sentence()
	}
	if m.chance(5) {
		e.OwnManner().Language = "es"
	}
	if m.chance(80) {
		e.ExternalURL = m.address("events")
	}
	if m.chance(15) {
		e.OwnRare().Images = []content.Image{{URL: m.address("images") + ".jpg", Alt: m.title()}}
	}
	switch m.IntN(100) {
	case 0:
		e.OwnManner().Status = content.StatusCancelled
	case 1:
		e.OwnManner().Status = content.StatusRescheduled
	}
	start := m.start(n)
	m.schedule(e, start)
	m.locate(e)
	m.appear(e)
	if start.Before(Now()) && m.chance(61) {
		m.record(e, start)
	}
	m.attach(n, e)
	return e
}

// start spreads the episodes over the years, the more the later; one in fifty is still to come.
func (m *maker) start(n int) time.Time {
	past := m.size.Episodes * 98 / 100
	minutes := time.Duration(m.between(60, 24*60)) * time.Minute
	if n >= past {
		return Now().Add(minutes + time.Duration(120*24*(n-past)/(m.size.Episodes-past))*time.Hour)
	}
	hours := 24 * span * n * (3*past - n) / (2 * past * past)
	return Now().Add(-minutes - time.Duration(24*span-hours)*time.Hour)
}

// schedule says when an episode takes place, in its zone, and where one signs up.
func (m *maker) schedule(e *content.Episode, start time.Time) {
	when := content.When{Date: m.partial(start), TimeZone: pick(m, zones)}
	if when.Date.IsDay() {
		hour := m.between(9, 18)
		when.StartTime = clock(hour, 30*m.IntN(2))
		if m.chance(80) {
			when.EndTime = clock(hour+1, 30)
		}
		if m.chance(30) {
			when.TimeZoneAsPrinted = when.StartTime + " ET"
		}
	}
	e.When = when.Kept()
	if e.Format().IsReleased() {
		e.Seconds = int32(m.between(600, 4_500))
		return
	}
	e.OwnManner().AttendanceMode = content.AttendOnline
	if m.chance(15) {
		e.OwnRare().StreamURL = m.address("live")
	}
	if !m.chance(70) {
		return
	}
	free := m.chance(90)
	e.Registration = &content.Registration{URL: m.address("register"), Terms: &content.Terms{Provider: "Zoom", Seats: content.SeatsAvailable, Free: &free}}
	if m.chance(25) {
		e.Registration.Terms.OpensAt = start.Add(-30 * 24 * time.Hour)
		e.Registration.Terms.ClosesAt = start.Add(-24 * time.Hour)
	}
	if m.chance(5) {
		e.Registration.Terms.Seats = content.SeatsFull
	}
}

// locate puts meetings and sessions into a room.
func (m *maker) locate(e *content.Episode) {
	if e.Format() != content.FormatMeeting && e.Format() != content.FormatSession {
		return
	}
	host := m.orgs[m.draw(m.organizations)]
	e.OwnManner().AttendanceMode = content.AttendMixed
	e.Location = &content.Location{Venue: host.name, City: host.city, Region: host.region, Country: "US"}
}

// appear bills the speakers. Everybody is billed once in turn, the rest by popularity.
func (m *maker) appear(e *content.Episode) {
	if len(m.bill) == 0 {
		m.bill = []int{1, 2, 2, 3, 3, 4, 4, 5, 6, 10}
		m.Shuffle(len(m.bill), func(i, j int) { m.bill[i], m.bill[j] = m.bill[j], m.bill[i] })
	}
	count := min(m.bill[0], m.size.Speakers)
	m.bill = m.bill[1:]
	seen := map[int]bool{}
	total := m.size.Episodes * AppearancesPerEpisode
	for range count {
		n := m.appeared * m.size.Speakers / total
		isDebut := n != (m.appeared+1)*m.size.Speakers/total
		m.appeared++
		for tries := 0; !isDebut && tries == 0 || seen[n]; tries++ {
			n = m.draw(m.speakers)
		}
		seen[n] = true
		e.Appearances = append(e.Appearances, m.appearance(n, len(e.Appearances)))
	}
}

func (m *maker) appearance(n, position int) content.Appearance {
	p := m.people[n]
	a := content.OwnAppearance{
		Speaker: ID(content.KindSpeaker, n), Part: content.Part{Role: content.RolePanelist}, CreditedName: p.name,
		Aside: content.Aside{Printed: int32(position + 1)},
	}
	switch position {
	case 0:
		a.Role, a.RoleAsPrinted = content.RoleModerator, "Moderator"
	case 1:
		a.Role = content.RoleSpeaker
	}
	if m.chance(80) {
		a.CreditedTitle = p.title
	}
	if m.chance(10) {
		a.CreditedTitle = pick(m, jobTitles)
	}
	if m.chance(85) {
		a.CreditedOrganizations = []content.ID{ID(content.KindOrganization, int(p.employer))}
	}
	if m.chance(10) {
		a.Sources = []content.Source{{URL: m.address("program")}}
	}
	if m.chance(3) {
		a.Note = m.sentence()
	}
	return a.Appearance()
}

// record adds what one can see or hear afterwards.
func (m *maker) record(e *content.Episode, start time.Time) {
	key := m.key(11)
	r := content.OwnRecording{
		RecordingManner: content.RecordingManner{RecordingKind: content.RecordingVideo, Provider: "youtube"}, URL: "https://video.example.org/watch?v=" + key,
		EmbedURL: "https://video.example.org/embed/" + key, Seconds: int32(m.between(900, 5_400)),
	}
	if e.Format() == content.FormatAudio {
		r = content.OwnRecording{RecordingManner: content.RecordingManner{RecordingKind: content.RecordingAudio}, URL: m.address("audio") + ".mp3", Seconds: e.Seconds}
	}
	if m.chance(50) {
		r.PublishedAt = start.Add(time.Duration(m.between(2, 200)) * time.Hour)
	}
	if m.chance(20) {
		r.Tracks = []content.TextTrack{{
			TrackKind: content.TrackCaptions, Language: e.Language(), URL: m.address("captions") + ".vtt", MediaType: "text/vtt", Reviewed: m.chance(50),
		}}
	}
	if m.chance(5) {
		for i := range m.between(3, 8) {
			r.Chapters = append(r.Chapters, content.Chapter{Seconds: int32(i * 300), Title: pick(m, nouns) + " " + pick(m, purposes)})
		}
	}
	e.Recordings = []content.Recording{r.Recording()}
}

// attach gives an episode its own share of the resources, and sometimes one that many have.
func (m *maker) attach(n int, e *content.Episode) {
	if m.size.Resources == 0 {
		return
	}
	own := max(1, m.size.Resources/m.size.Episodes)
	for i := range own {
		e.Resources = append(e.Resources, ID(content.KindResource, (n*own+i)%m.size.Resources))
	}
	if extra := m.some(content.KindResource, m.resources, 1)[0]; m.chance(20) && extra != e.Resources[0] && extra != e.Resources[own-1] {
		e.Resources = append(e.Resources, extra)
	}
}

func clock(hour, minute int) string {
	return time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC).Format("15:04")
}
