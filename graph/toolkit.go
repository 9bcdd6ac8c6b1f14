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

func toolkitPayload(o *outcome, err error) (*gen.ToolkitPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.ToolkitPayload{Toolkit: shown[*edition.Toolkit](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateToolkit(ctx context.Context, input content.Toolkit, options *gen.WriteOptions) (*gen.ToolkitPayload, error) {
	return toolkitPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateToolkit(ctx context.Context, id content.ID, expectedRevision int32, patch content.Toolkit, options *gen.WriteOptions) (*gen.ToolkitPayload, error) {
	return toolkitPayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// Toolkit implements gen.ResolverRoot.
func (r Resolver) Toolkit() gen.ToolkitResolver { return historyOf[*edition.Toolkit]{r} }
