package graph

import (
	"context"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Resource(ctx context.Context, id *content.ID, slug *string) (*edition.Resource, error) {
	return named[*edition.Resource](ctx, content.KindResource, id, slug)
}

func (queryResolver) Resources(ctx context.Context, filter *edition.ResourceFilter, orderBy *edition.ResourceOrder, first *int32, after *string, last *int32, before *string) (*edition.ResourceConnection, error) {
	return edition.From(ctx).Resources(filter, orderBy, page(first, after, last, before))
}
