package graph

import (
	"context"
	"time"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

type queryResolver struct{ Resolver }

// Query implements gen.ResolverRoot.
func (r Resolver) Query() gen.QueryResolver { return queryResolver{r} }

func (q queryResolver) Node(ctx context.Context, id content.ID) (edition.Node, error) {
	if e := edition.From(ctx).Entry(id); e != nil {
		return e, nil
	}
	if id.Kind() != "" || !auth.From(ctx).Role.May(auth.Contributor) {
		return nil, nil
	}
	step, ok, err := q.Desk.Step(ctx, id)
	if err != nil || ok {
		return &step, unreadable(err)
	}
	change, ok, err := q.Desk.Change(ctx, id)
	if err != nil || !ok {
		return nil, unreadable(err)
	}
	return change, nil
}

func (q queryResolver) Nodes(ctx context.Context, ids []content.ID) ([]edition.Node, error) {
	if len(ids) > edition.MostPerPage {
		return nil, content.Errorf(content.CodeInvalid, "ids", "%d ids are more than %d", len(ids), edition.MostPerPage)
	}
	found := make([]edition.Node, len(ids))
	for i, id := range ids {
		found[i], _ = q.Node(ctx, id)
	}
	return found, nil
}

func (queryResolver) Search(ctx context.Context, query string, kinds []content.Kind, first *int32, after *string, last *int32, before *string) (*edition.SearchConnection, error) {
	return edition.From(ctx).Search(query, kinds, page(first, after, last, before))
}

func (queryResolver) Hub(ctx context.Context) (*gen.Hub, error) {
	v := edition.From(ctx)
	return &gen.Hub{Version: int32(v.Version()), Edition: v.Tag()}, nil
}

type hubResolver struct{}

// Hub implements gen.ResolverRoot.
func (r Resolver) Hub() gen.HubResolver { return hubResolver{} }

// NextChangeAt may become another when something is scheduled, which changes nothing that an edition shows.
func (hubResolver) NextChangeAt(ctx context.Context, _ *gen.Hub) (*time.Time, error) {
	v := edition.From(ctx)
	v.Pass()
	return v.NextChangeAt(), nil
}

func (queryResolver) Viewer(ctx context.Context) (*auth.Viewer, error) {
	viewer := auth.From(ctx)
	return &viewer, nil
}

type viewerResolver struct{ Resolver }

// Viewer implements gen.ResolverRoot.
func (r Resolver) Viewer() gen.ViewerResolver { return viewerResolver{r} }

func (viewerResolver) Role(_ context.Context, viewer *auth.Viewer) (*auth.Role, error) {
	if viewer.Role == auth.Anonymous {
		return nil, nil
	}
	return &viewer.Role, nil
}
