package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Listing(ctx context.Context, id *content.ID, slug *string) (*edition.Listing, error) {
	return named[*edition.Listing](ctx, content.KindListing, id, slug)
}

func (queryResolver) Listings(ctx context.Context, filter *gen.ListingFilter, first *int32, after *string, last *int32, before *string) (*edition.ListingConnection, error) {
	f := deref(filter)
	return edition.From(ctx).Listings(deref(f.Owner), deref(f.Search), page(first, after, last, before))
}
