package edition

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

// Resource is a resource as a view shows it.
type Resource struct {
	*content.Resource
	handle
}

// Summary is the summary in a format.
func (r *Resource) Summary(format content.TextFormat) string {
	return r.v.text(r.Resource.Summary.In(format))
}

// Authors are the people who wrote it.
func (r *Resource) Authors() []*Speaker { return all[*Speaker](r.v, r.Resource.Authors) }

// Publishers are the organizations that published it.
func (r *Resource) Publishers() []*Organization {
	return all[*Organization](r.v, r.Resource.Publishers)
}

// Topics are what it is about.
func (r *Resource) Topics() []*Topic { return all[*Topic](r.v, r.Resource.Topics) }

// Episodes are the episodes that it goes with, latest first.
func (r *Resource) Episodes() []*Episode {
	return entries[*Episode](r.v, r.n.back(content.KindEpisode, "resources"))
}

// CaseStudies are the case studies that it goes with.
func (r *Resource) CaseStudies() []*CaseStudy {
	return entries[*CaseStudy](r.v, r.n.back(content.KindCaseStudy, "resources"))
}

// ResourceEdge is a resource in a list.
type ResourceEdge struct {
	Cursor string
	Node   *Resource
}

// ResourceConnection is a page of resources.
type ResourceConnection struct{ *page }

// Edges are the resources with their cursors.
func (c ResourceConnection) Edges() []ResourceEdge {
	edges := make([]ResourceEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = ResourceEdge{c.order.cursor(n), c.v.wrap(n).(*Resource)}
	}
	return edges
}

// Nodes are the resources.
func (c ResourceConnection) Nodes() []*Resource { return wrapAll[*Resource](c.page) }

// ResourceFilter says which resources a list shows.
type ResourceFilter struct {
	Kinds []content.ResourceKind
	// Topics take their narrower topics in.
	Topics     []content.ID
	Publishers []content.ID
	Language   string
	// From and To bound the day of publication, both inclusive.
	From   content.PartialDate
	To     content.PartialDate
	Search string
}

// ResourceOrder is an order of resources.
type ResourceOrder string

// Resources lists resources.
func (v *View) Resources(filter *ResourceFilter, o *ResourceOrder, args PageArgs) (*ResourceConnection, error) {
	by := findOrder(content.KindResource, deref(o))
	l := v.whole(by)
	l.facet = (*View).resourceFacets
	if f := filter; f != nil {
		if err := checkLists(map[string]int{"kinds": len(f.Kinds), "topics": len(f.Topics), "publishers": len(f.Publishers)}); err != nil {
			return nil, err
		}
		if err := cmp.Or(checkSpan("filter", f.From, f.To), checkLanguage(f.Language)); err != nil {
			return nil, err
		}
		if len(f.Topics) > 0 {
			l.narrowBack(v.narrower(v.resolve(content.KindTopic, f.Topics)), "topics")
		}
		if len(f.Publishers) > 0 {
			l.narrowBack(v.resolve(content.KindOrganization, f.Publishers), "publishers")
		}
		if len(f.Kinds) > 0 {
			l.require(func(n *node) bool { return slices.Contains(f.Kinds, resourceOf(n).ResourceKind()) })
		}
		if f.Language != "" {
			l.require(func(n *node) bool { return languageMatch(f.Language, resourceOf(n).Language()) })
		}
		if f.From != "" || f.To != "" {
			l.require(func(n *node) bool {
				return within(resourceOf(n).PublishedOn, resourceOf(n).PublishedOn, f.From, f.To)
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
	return &ResourceConnection{p}, nil
}

// resourcesAmong lists the resources that are in any of some lists, each in the default order.
func (v *View) resourcesAmong(args PageArgs, lists ...[]int32) (*ResourceConnection, error) {
	l := v.among(orders[defaultOrder(content.KindResource)], lists...)
	l.facet = (*View).resourceFacets
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &ResourceConnection{p}, nil
}

func resourceOf(n *node) *content.Resource { return n.entry().(*content.Resource) }

func (v *View) resourceFacets(n *node, count func(field, value string)) {
	count("kinds", string(resourceOf(n).ResourceKind()))
	count("language", resourceOf(n).Language())
	for _, id := range resourceOf(n).Topics {
		if v.find(id) != nil {
			count("topics", string(id))
		}
	}
}
