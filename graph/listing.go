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

func listingPayload(o *outcome, err error) (*gen.ListingPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.ListingPayload{Listing: shown[*edition.Listing](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateListing(ctx context.Context, input content.Listing, options *gen.WriteOptions) (*gen.ListingPayload, error) {
	return listingPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateListing(ctx context.Context, id content.ID, expectedRevision int32, patch content.Listing, options *gen.WriteOptions) (*gen.ListingPayload, error) {
	return listingPayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// Listing implements gen.ResolverRoot.
func (r Resolver) Listing() gen.ListingResolver { return historyOf[*edition.Listing]{r} }
