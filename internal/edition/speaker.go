package edition

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

// Speaker is a person as a view shows one.
type Speaker struct {
	*content.Speaker
	handle
}

// SortName is the name as an index has it.
func (s *Speaker) SortName() string { return s.IndexName() }

// Bio is the biography in a format.
func (s *Speaker) Bio(format content.TextFormat) string { return s.v.text(s.Speaker.Bio.In(format)) }

// Affiliations are the person's positions; at a date, those held then.
func (s *Speaker) Affiliations(at *content.PartialDate) ([]Affiliation, error) {
	if at != nil {
		if err := checkSpan("at", *at, ""); err != nil {
			return nil, content.Errorf(content.CodeInvalid, "at", "%s is no date; a year (2021), a month (2021-01) or a day (2021-01-26) is allowed", content.Quote(string(*at)))
		}
	}
	held := make([]Affiliation, 0, len(s.Speaker.Affiliations))
	for i := range s.Speaker.Affiliations {
		a := &s.Speaker.Affiliations[i]
		then := at == nil || *at == "" || (a.From() == "" || a.From().First().Before(at.End(s.v.Now.UTC().Location()))) &&
			(a.To() == "" || a.To().End(s.v.Now.UTC().Location()).After(at.First()))
		if n := s.v.find(a.Organization); n != nil && then {
			held = append(held, Affiliation{a, s, n})
		}
	}
	return held, nil
}

// Affiliation is a position that a person holds or held.
type Affiliation struct {
	*content.Affiliation
	speaker      *Speaker
	organization *node
}

// Speaker is who holds the position.
func (a Affiliation) Speaker() *Speaker { return a.speaker }

// Organization is where.
func (a Affiliation) Organization() *Organization {
	return a.speaker.v.wrap(a.organization).(*Organization)
}

// Episodes are the episodes in which the person appears.
func (s *Speaker) Episodes(filter *content.EpisodeFilter, o *content.EpisodeOrder, args PageArgs) (*EpisodeConnection, error) {
	return s.v.among(episodeOrder(o), s.n.back(content.KindEpisode, "appearances")).episodes(filter, args)
}

// Appearances are the person's appearances, latest episode first; only the given roles, if any are given.
func (s *Speaker) Appearances(roles []content.AppearanceRole) []Appearance {
	var found []Appearance
	for _, num := range s.n.back(content.KindEpisode, "appearances") {
		for _, a := range s.v.wrap(s.v.nodes.at(num)).(*Episode).Appearances(roles) {
			if a.speaker == s.n {
				found = append(found, a)
			}
		}
	}
	return found
}

// CoSpeaker is somebody with whom a person shared episodes.
type CoSpeaker struct {
	Speaker *Speaker
	// Episodes are the shared ones, latest first.
	Episodes []*Episode
}

// Count is how many episodes are shared.
func (c CoSpeaker) Count() int32 { return int32(len(c.Episodes)) }

// CoSpeakers are those with whom the person shared most episodes; ties go by name.
func (s *Speaker) CoSpeakers(first *int32) ([]CoSpeaker, error) {
	size, err := PageArgs{First: first}.Size()
	if err != nil {
		return nil, err
	}
	shared := map[int32][]int32{}
	for _, num := range s.n.back(content.KindEpisode, "appearances") {
		for _, a := range episodeOf(s.v.nodes.at(num)).Appearances {
			n := s.v.find(a.Speaker)
			if n == nil || n.num == s.n.num {
				continue
			}
			if with := shared[n.num]; len(with) == 0 || with[len(with)-1] != num {
				shared[n.num] = append(with, num)
			}
		}
	}
	nums := make([]int32, 0, len(shared))
	for num := range shared {
		nums = append(nums, num)
	}
	by := orders[defaultOrder(content.KindSpeaker)]
	slices.SortFunc(nums, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(shared[b]), len(shared[a])), by.compare(s.v.nodes.at(a), s.v.nodes.at(b)))
	})
	var found []CoSpeaker
	for _, num := range nums[:min(size, len(nums))] {
		found = append(found, CoSpeaker{s.v.wrap(s.v.nodes.at(num)).(*Speaker), entries[*Episode](s.v, shared[num])})
	}
	return found, nil
}

// CaseStudies are the case studies that the person stands behind.
func (s *Speaker) CaseStudies(args PageArgs) (*CaseStudyConnection, error) {
	return s.v.caseStudiesAmong(args, s.n.back(content.KindCaseStudy, "contributors"))
}

// CreditedOrganizations are all organizations for which the person ever stood, in an episode or a case study, by name.
func (s *Speaker) CreditedOrganizations() []*Organization {
	var ids []content.ID
	for _, num := range s.n.back(content.KindEpisode, "appearances") {
		for _, a := range episodeOf(s.v.nodes.at(num)).Appearances {
			if a.Speaker == s.n.id() {
				ids = append(ids, a.CreditedOrganizations()...)
			}
		}
	}
	for _, num := range s.n.back(content.KindCaseStudy, "contributors") {
		for _, c := range s.v.nodes.at(num).entry().(*content.CaseStudy).Contributors {
			if c.Speaker == s.n.id() {
				ids = append(ids, c.CreditedOrganizations...)
			}
		}
	}
	return entries[*Organization](s.v, s.v.inOrder(orders[defaultOrder(content.KindOrganization)], s.v.listed(distinct(ids))))
}

// SpeakerEdge is a person in a list.
type SpeakerEdge struct {
	Cursor string
	Node   *Speaker
}

// SpeakerConnection is a page of people.
type SpeakerConnection struct{ *page }

// Edges are the people with their cursors.
func (c SpeakerConnection) Edges() []SpeakerEdge {
	edges := make([]SpeakerEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = SpeakerEdge{c.order.cursor(n), c.v.wrap(n).(*Speaker)}
	}
	return edges
}

// Nodes are the people.
func (c SpeakerConnection) Nodes() []*Speaker { return wrapAll[*Speaker](c.page) }

// SpeakerFilter says which people a list shows.
type SpeakerFilter struct {
	// Organizations are those for which the person ever stood, or is affiliated with.
	Organizations []content.ID
	// Series, Topics and Roles are of the episodes in which the person appears.
	Series []content.ID
	Topics []content.ID
	Roles  []content.AppearanceRole
	Search string
}

// SpeakerOrder is an order of people.
type SpeakerOrder string

// Speakers lists people.
func (v *View) Speakers(filter *SpeakerFilter, o *SpeakerOrder, args PageArgs) (*SpeakerConnection, error) {
	by := findOrder(content.KindSpeaker, deref(o))
	l := v.whole(by)
	l.facet = func(v *View, n *node, count func(field, value string)) {
		v.eachAppearance(n, func(_ *node, a content.Appearance) { count("roles", string(a.Role)) })
		for _, o := range (&Speaker{n.entry().(*content.Speaker), handle{n, v}}).CreditedOrganizations() {
			count("organizations", string(o.ID()))
		}
	}
	if f := filter; f != nil {
		if err := checkLists(map[string]int{"organizations": len(f.Organizations), "series": len(f.Series), "topics": len(f.Topics), "roles": len(f.Roles)}); err != nil {
			return nil, err
		}
		if len(f.Organizations) > 0 {
			var lists [][]int32
			for _, num := range v.resolve(content.KindOrganization, f.Organizations) {
				lists = append(lists, v.speakersOf(v.nodes.at(num)))
			}
			l.narrow(lists...)
		}
		if len(f.Series) > 0 {
			l.narrow(v.speakersIn(v.backOf(v.resolve(content.KindSeries, f.Series), content.KindEpisode, "series")))
		}
		if len(f.Topics) > 0 {
			l.narrow(v.speakersIn(v.backOf(v.narrower(v.resolve(content.KindTopic, f.Topics)), content.KindEpisode, "topics")))
		}
		if len(f.Roles) > 0 {
			l.require(func(n *node) bool {
				found := false
				v.eachAppearance(n, func(_ *node, a content.Appearance) { found = found || slices.Contains(f.Roles, a.Role) })
				return found
			})
		}
		if err := l.searchFor(f.Search); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &SpeakerConnection{p}, nil
}

// eachAppearance visits a person's appearances, latest episode first.
func (v *View) eachAppearance(n *node, visit func(episode *node, a content.Appearance)) {
	for _, num := range n.back(content.KindEpisode, "appearances") {
		episode := v.nodes.at(num)
		for _, a := range episodeOf(episode).Appearances {
			if a.Speaker == n.id() {
				visit(episode, a)
			}
		}
	}
}

// speakersIn are the people who appear in any of the episodes, by name.
func (v *View) speakersIn(episodes []int32) []int32 {
	var ids []content.ID
	for _, num := range episodes {
		for _, a := range episodeOf(v.nodes.at(num)).Appearances {
			ids = append(ids, a.Speaker)
		}
	}
	return v.inOrder(orders[defaultOrder(content.KindSpeaker)], v.listed(distinct(ids)))
}

// speakersOf are the people who stood for an organization in an episode, a case study or a series, or are affiliated with it,
// by name.
func (v *View) speakersOf(n *node) []int32 {
	var ids []content.ID
	for _, num := range n.back(content.KindEpisode, "creditedOrganizations") {
		for _, a := range episodeOf(v.nodes.at(num)).Appearances {
			if slices.Contains(a.CreditedOrganizations(), n.id()) {
				ids = append(ids, a.Speaker)
			}
		}
	}
	for _, num := range n.back(content.KindCaseStudy, "creditedOrganizations") {
		for _, c := range v.nodes.at(num).entry().(*content.CaseStudy).Contributors {
			if slices.Contains(c.CreditedOrganizations, n.id()) {
				ids = append(ids, c.Speaker)
			}
		}
	}
	for _, num := range n.back(content.KindSeries, "creditedOrganizations") {
		for _, c := range v.nodes.at(num).entry().(*content.Series).Credits {
			if slices.Contains(c.CreditedOrganizations, n.id()) {
				ids = append(ids, c.Speaker)
			}
		}
	}
	return v.inOrder(orders[defaultOrder(content.KindSpeaker)], append(v.listed(distinct(ids)), n.back(content.KindSpeaker, "affiliations")...))
}
