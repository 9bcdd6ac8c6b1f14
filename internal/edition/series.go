package edition

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

// Series is a series as a view shows it.
type Series struct {
	*content.Series
	handle
}

// Summary is the summary in a format.
func (s *Series) Summary(format content.TextFormat) string {
	return s.v.text(s.Series.Summary.In(format))
}

// Organizers are the organizations that hold the series.
func (s *Series) Organizers() []*Organization { return all[*Organization](s.v, s.Series.Organizers) }

// Episodes are the series' episodes.
func (s *Series) Episodes(filter *content.EpisodeFilter, o *content.EpisodeOrder, args PageArgs) (*EpisodeConnection, error) {
	return s.v.among(episodeOrder(o), s.n.back(content.KindEpisode, "series")).episodes(filter, args)
}

// Credits are the people who make the series, as billed.
func (s *Series) Credits() []Credit {
	shown := make([]Credit, 0, len(s.Series.Credits))
	for i := range s.Series.Credits {
		c := &s.Series.Credits[i]
		if n := s.v.find(c.Speaker); n != nil {
			shown = append(shown, Credit{c, s, n})
		}
	}
	return shown
}

// Credit is who makes a series.
type Credit struct {
	*content.Credit
	series  *Series
	speaker *node
}

// Series is what the credit is for.
func (c Credit) Series() *Series { return c.series }

// Speaker is the person.
func (c Credit) Speaker() *Speaker { return c.series.v.wrap(c.speaker).(*Speaker) }

// CreditedOrganizations are whom the person stood for.
func (c Credit) CreditedOrganizations() []*Organization {
	return all[*Organization](c.series.v, c.Credit.CreditedOrganizations)
}

// SeriesEdge is a series in a list.
type SeriesEdge struct {
	Cursor string
	Node   *Series
}

// SeriesConnection is a page of series.
type SeriesConnection struct{ *page }

// Edges are the series with their cursors.
func (c SeriesConnection) Edges() []SeriesEdge {
	edges := make([]SeriesEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = SeriesEdge{c.order.cursor(n), c.v.wrap(n).(*Series)}
	}
	return edges
}

// Nodes are the series.
func (c SeriesConnection) Nodes() []*Series { return wrapAll[*Series](c.page) }

// SeriesFilter says which series a list shows.
type SeriesFilter struct {
	Kinds         []content.SeriesKind
	Organizations []content.ID
	Language      string
	Search        string
}

// SeriesOrder is an order of series.
type SeriesOrder string

// SeriesList lists series.
func (v *View) SeriesList(filter *SeriesFilter, o *SeriesOrder, args PageArgs) (*SeriesConnection, error) {
	by := findOrder(content.KindSeries, deref(o))
	l := v.whole(by)
	seriesOf := func(n *node) *content.Series { return n.entry().(*content.Series) }
	l.facet = func(v *View, n *node, count func(field, value string)) {
		count("kinds", string(seriesOf(n).SeriesKind))
		count("language", seriesOf(n).Language)
		for _, o := range seriesOf(n).Organizers {
			if v.find(o) != nil {
				count("organizations", string(o))
			}
		}
	}
	if f := filter; f != nil {
		if err := cmp.Or(checkLists(map[string]int{"kinds": len(f.Kinds), "organizations": len(f.Organizations)}), checkLanguage(f.Language)); err != nil {
			return nil, err
		}
		if len(f.Organizations) > 0 {
			l.narrowBack(v.resolve(content.KindOrganization, f.Organizations), "organizers")
		}
		if len(f.Kinds) > 0 {
			l.require(func(n *node) bool { return slices.Contains(f.Kinds, seriesOf(n).SeriesKind) })
		}
		if f.Language != "" {
			l.require(func(n *node) bool { return languageMatch(f.Language, seriesOf(n).Language) })
		}
		if err := l.searchFor(f.Search); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &SeriesConnection{p}, nil
}
