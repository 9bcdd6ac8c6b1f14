package generate

import "bettertogether/internal/content"

func (m *maker) listing(int) content.Entry {
	l := &content.Listing{
		Title: m.title(), Owner: ID(content.KindOrganization, m.draw(m.organizations)), Order: content.EpisodesLatest,
		Limit: int32(m.between(5, 20)), Theme: content.ThemeAuto, Locale: "en",
		Filter: content.EpisodeFilter{Topics: m.some(content.KindTopic, m.topics, 2)},
	}
	if m.chance(30) {
		l.Pinned = []content.ID{ID(content.KindEpisode, m.IntN(m.size.Episodes))}
	}
	return l
}
