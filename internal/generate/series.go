package generate

import (
	"strconv"

	"bettertogether/internal/content"
)

func (m *maker) serial(n int) content.Entry {
	kinds := []struct {
		series content.SeriesKind
		format content.EpisodeFormat
	}{
		{content.SeriesWebinar, content.FormatWebinar},
		{content.SeriesPodcast, content.FormatAudio},
		{content.SeriesWebinar, content.FormatWebinar},
		{content.SeriesConference, content.FormatSession},
		{content.SeriesEvents, content.FormatMeeting},
		{content.SeriesWorkshop, content.FormatVideo},
	}
	kind := kinds[n%len(kinds)]
	m.formats = append(m.formats, kind.format)
	s := &content.Series{
		Title: m.title(), SeriesKind: kind.series, Language: "en", Summary: m.prose(200, 400),
		Organizers: m.some(content.KindOrganization, m.organizations, m.between(1, 2)), StartDate: m.past(),
		Frequency: pick(m, lines("monthly|every other Monday|weekly|twice a year")), ExternalURL: m.address("series"),
	}
	if m.chance(50) {
		s.Tagline = m.sentence()
	}
	if n < 10 {
		rank := int32(n + 1)
		s.Rank = &rank
	}
	for _, host := range m.some(content.KindSpeaker, m.speakers, m.between(1, 2)) {
		s.Credits = append(s.Credits, content.Credit{Speaker: host, Role: content.RoleHost})
	}
	return s
}

func year(y int) content.PartialDate { return content.PartialDate(strconv.Itoa(y)) }
