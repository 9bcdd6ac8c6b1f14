package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Toolkit(ctx context.Context, id *content.ID, slug *string) (*edition.Toolkit, error) {
	return named[*edition.Toolkit](ctx, content.KindToolkit, id, slug)
}

func (queryResolver) Toolkits(ctx context.Context, filter *gen.ToolkitFilter, first *int32, after *string, last *int32, before *string) (*edition.ToolkitConnection, error) {
	return edition.From(ctx).Toolkits(deref(deref(filter).Search), page(first, after, last, before))
}
