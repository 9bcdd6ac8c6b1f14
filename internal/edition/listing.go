package edition

import "bettertogether/internal/content"

// Listing is a saved filter as a view shows it.
type Listing struct {
	*content.Listing
	handle
}

// Owner is the organization that the listing belongs to.
func (l *Listing) Owner() *Organization { return as[*Organization](l.v, l.Listing.Owner) }

// Pinned are the episodes that come first.
func (l *Listing) Pinned() []*Episode { return all[*Episode](l.v, l.Listing.Pinned) }

// Episodes are what the listing shows now: the pinned ones, then what the filter takes, at most Limit.
func (l *Listing) Episodes() ([]*Episode, error) {
	shown, err := l.v.EpisodeList(l, Refinement{})
	if err != nil {
		return nil, err
	}
	return shown.Episodes, nil
}

// ListingEdge is a listing in a list.
type ListingEdge struct {
	Cursor string
	Node   *Listing
}

// ListingConnection is a page of listings.
type ListingConnection struct{ *page }

// Edges are the listings with their cursors.
func (c ListingConnection) Edges() []ListingEdge {
	edges := make([]ListingEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = ListingEdge{c.order.cursor(n), c.v.wrap(n).(*Listing)}
	}
	return edges
}

// Nodes are the listings.
func (c ListingConnection) Nodes() []*Listing { return wrapAll[*Listing](c.page) }

// Listings lists listings by title; owner and search narrow them.
func (v *View) Listings(owner content.ID, search string, args PageArgs) (*ListingConnection, error) {
	by := orders[defaultOrder(content.KindListing)]
	l := v.whole(by)
	l.facet = noFacets
	if owner != "" {
		l.narrowBack(v.resolve(content.KindOrganization, []content.ID{owner}), "owner")
	}
	if err := l.searchFor(search); err != nil {
		return nil, err
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &ListingConnection{p}, nil
}
