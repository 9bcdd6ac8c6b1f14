package edition

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

// Organization is an organization as a view shows it.
type Organization struct {
	*content.Organization
	handle
}

// Summary is the summary in a format.
func (o *Organization) Summary(format content.TextFormat) string {
	return o.v.text(o.Organization.Summary.In(format))
}

// Status says whether it still exists; nil when unknown.
func (o *Organization) Status() *content.OrganizationStatus { return known(o.Organization.Status()) }

// Parent is the organization above.
func (o *Organization) Parent() *Organization { return as[*Organization](o.v, o.Organization.Parent()) }

// Children are the organizations below, by name.
func (o *Organization) Children() []*Organization {
	return entries[*Organization](o.v, o.n.back(content.KindOrganization, "parent"))
}

// Successors are the organizations that carry on.
func (o *Organization) Successors() []*Organization {
	return all[*Organization](o.v, o.Organization.Successors())
}

// Predecessors are the organizations that this one carries on, by name.
func (o *Organization) Predecessors() []*Organization {
	return entries[*Organization](o.v, o.n.back(content.KindOrganization, "successors"))
}

// Related are organizations that are otherwise close.
func (o *Organization) Related() []*Organization {
	return all[*Organization](o.v, o.Organization.Related())
}

// Series are the series that the organization holds.
func (o *Organization) Series() []*Series {
	return entries[*Series](o.v, o.n.back(content.KindSeries, "organizers"))
}

// Speakers are the people who stood for the organization or are affiliated with it.
func (o *Organization) Speakers(args PageArgs) (*SpeakerConnection, error) {
	by := orders[defaultOrder(content.KindSpeaker)]
	l := o.v.among(by, o.v.speakersOf(o.n))
	l.facet = noFacets
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &SpeakerConnection{p}, nil
}

// Episodes are those that the organization hosts or is credited in.
func (o *Organization) Episodes(filter *content.EpisodeFilter, order *content.EpisodeOrder, args PageArgs) (*EpisodeConnection, error) {
	return o.v.among(episodeOrder(order), o.n.back(content.KindEpisode, "hosts"), o.n.back(content.KindEpisode, "creditedOrganizations")).episodes(filter, args)
}

// CaseStudies are the partnerships that the organization is part of.
func (o *Organization) CaseStudies(args PageArgs) (*CaseStudyConnection, error) {
	return o.v.caseStudiesAmong(args, o.n.back(content.KindCaseStudy, "partners"))
}

// Resources are what the organization has published.
func (o *Organization) Resources(args PageArgs) (*ResourceConnection, error) {
	return o.v.resourcesAmong(args, o.n.back(content.KindResource, "publishers"))
}

// PartnerOrganization is somebody with whom an organization shares case studies.
type PartnerOrganization struct {
	Organization *Organization
	CaseStudies  []*CaseStudy
}

// Count is how many case studies are shared.
func (p PartnerOrganization) Count() int32 { return int32(len(p.CaseStudies)) }

// Partners are the organizations with which this one shares most case studies; ties go by name.
func (o *Organization) Partners(first *int32) ([]PartnerOrganization, error) {
	size, err := PageArgs{First: first}.Size()
	if err != nil {
		return nil, err
	}
	shared := map[int32][]int32{}
	for _, num := range o.n.back(content.KindCaseStudy, "partners") {
		for _, p := range o.v.nodes.at(num).entry().(*content.CaseStudy).Partners {
			n := o.v.find(p.Organization)
			if n != nil && n.num != o.n.num && !slices.Contains(shared[n.num], num) {
				shared[n.num] = append(shared[n.num], num)
			}
		}
	}
	nums := make([]int32, 0, len(shared))
	for num := range shared {
		nums = append(nums, num)
	}
	by := orders[defaultOrder(content.KindOrganization)]
	slices.SortFunc(nums, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(shared[b]), len(shared[a])), by.compare(o.v.nodes.at(a), o.v.nodes.at(b)))
	})
	var found []PartnerOrganization
	for _, num := range nums[:min(size, len(nums))] {
		found = append(found, PartnerOrganization{o.v.wrap(o.v.nodes.at(num)).(*Organization), entries[*CaseStudy](o.v, shared[num])})
	}
	return found, nil
}

// OrganizationEdge is an organization in a list.
type OrganizationEdge struct {
	Cursor string
	Node   *Organization
}

// OrganizationConnection is a page of organizations.
type OrganizationConnection struct{ *page }

// Edges are the organizations with their cursors.
func (c OrganizationConnection) Edges() []OrganizationEdge {
	edges := make([]OrganizationEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = OrganizationEdge{c.order.cursor(n), c.v.wrap(n).(*Organization)}
	}
	return edges
}

// Nodes are the organizations.
func (c OrganizationConnection) Nodes() []*Organization { return wrapAll[*Organization](c.page) }

// OrganizationFilter says which organizations a list shows.
type OrganizationFilter struct {
	Kinds []content.OrganizationKind
	// Regions are ISO 3166-2 codes; a country's code takes its regions in.
	Regions       []string
	NetworkMember *bool
	Search        string
}

// OrganizationOrder is an order of organizations.
type OrganizationOrder string

// Organizations lists organizations.
func (v *View) Organizations(filter *OrganizationFilter, o *OrganizationOrder, args PageArgs) (*OrganizationConnection, error) {
	by := findOrder(content.KindOrganization, deref(o))
	l := v.whole(by)
	orgOf := func(n *node) *content.Organization { return n.entry().(*content.Organization) }
	l.facet = func(_ *View, n *node, count func(field, value string)) {
		count("kinds", string(orgOf(n).OrganizationKind))
		count("regions", orgOf(n).Region)
	}
	if f := filter; f != nil {
		if err := cmp.Or(checkLists(map[string]int{"kinds": len(f.Kinds), "regions": len(f.Regions)}), checkPlaces(f.Regions)); err != nil {
			return nil, err
		}
		if len(f.Kinds) > 0 {
			l.require(func(n *node) bool { return slices.Contains(f.Kinds, orgOf(n).OrganizationKind) })
		}
		if len(f.Regions) > 0 {
			l.require(func(n *node) bool { return regionMatch(f.Regions, orgOf(n).Region, orgOf(n).Country) })
		}
		if f.NetworkMember != nil {
			l.require(func(n *node) bool { return orgOf(n).NetworkMember == *f.NetworkMember })
		}
		if err := l.searchFor(f.Search); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &OrganizationConnection{p}, nil
}

func noFacets(*View, *node, func(field, value string)) {}
