package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Resource(ctx context.Context, id *content.ID, slug *string) (*edition.Resource, error) {
	return named[*edition.Resource](ctx, content.KindResource, id, slug)
}

func (queryResolver) Resources(ctx context.Context, filter *edition.ResourceFilter, orderBy *edition.ResourceOrder, first *int32, after *string, last *int32, before *string) (*edition.ResourceConnection, error) {
	return edition.From(ctx).Resources(filter, orderBy, page(first, after, last, before))
}

func resourcePayload(o *outcome, err error) (*gen.ResourcePayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.ResourcePayload{Resource: shown[*edition.Resource](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateResource(ctx context.Context, input content.Resource, options *gen.WriteOptions) (*gen.ResourcePayload, error) {
	return resourcePayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateResource(ctx context.Context, id content.ID, expectedRevision int32, patch content.Resource, options *gen.WriteOptions) (*gen.ResourcePayload, error) {
	return resourcePayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// Resource implements gen.ResolverRoot.
func (r Resolver) Resource() gen.ResourceResolver { return historyOf[*edition.Resource]{r} }
