// Package graph answers GraphQL: it turns a request's arguments into questions to the pinned edition and hands the answers
// on. One file a noun; generated code is in gen, scalars are in scalar. Rules live in content, lists and links in edition.
package graph

import (
	"context"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
	"bettertogether/internal/plan"
)

// Resolver is the root of all resolvers: reads come from the view that is pinned in the context, writes go to the desk.
type Resolver struct {
	Desk *desk.Desk
	// Office makes networks for analysts.
	Office *network.Office
	// Document writes a network as it is kept.
	Document func(context.Context, *network.Answer) (string, error)
}

// New returns the executable schema, with gqlgen's execution alone.
func New(r Resolver) graphql.ExecutableSchema { return together{generated(r), r.Desk} }

// Planned returns the schema whose queries are answered by compiled plans where these cover them. Each operation is counted.
func Planned(r Resolver, count func(plan.Way)) *plan.Schema {
	schema := generated(r)
	return plan.New(schema, together{schema, r.Desk}, r, count)
}

func generated(r Resolver) graphql.ExecutableSchema {
	return gen.NewExecutableSchema(gen.Config{
		Resolvers:  r,
		Directives: gen.DirectiveRoot{Edition: r.pin, Role: role},
	})
}

// pin makes an operation read the edition that it asks for, if its viewer may.
func (r Resolver) pin(ctx context.Context, _ any, next graphql.Resolver, preview bool, asOf *time.Time) (any, error) {
	if !preview && asOf == nil {
		return next(ctx)
	}
	if err := allow(ctx, auth.Contributor); err != nil {
		if isPinned := !preview && r.isPinned(ctx, *asOf); !isPinned {
			return nil, err
		}
	}
	view := edition.From(ctx)
	if asOf != nil {
		then, err := r.Desk.AsOf(ctx, *asOf)
		if err != nil {
			return nil, err
		}
		view = view.Moved(then)
	}
	if preview {
		view = view.Preview()
	}
	return next(edition.With(ctx, view))
}

// isPinned tells whether a moment is one that everybody may read.
func (r Resolver) isPinned(ctx context.Context, at time.Time) bool {
	is, err := r.Desk.IsPinned(ctx, at)
	return is && err == nil
}

// role lets nobody in whose role is less than a field needs.
func role(ctx context.Context, _ any, next graphql.Resolver, needs auth.Role) (any, error) {
	if err := allow(ctx, needs); err != nil {
		return nil, err
	}
	return next(ctx)
}

func allow(ctx context.Context, needs auth.Role) error {
	switch viewer := auth.From(ctx); {
	case viewer.Role.May(needs):
		return nil
	case viewer.Role == auth.Anonymous:
		return content.Errorf(content.CodeUnauthenticated, "", "a token with the role %s is needed", needs)
	default:
		return content.Errorf(content.CodeForbidden, "", "the role %s is needed; yours is %s", needs, viewer.Role)
	}
}

// named finds the entry that a pair of arguments names, exactly one of which must be given.
func named[T edition.Entry](ctx context.Context, kind content.Kind, id *content.ID, slug *string) (T, error) {
	var none T
	key := ""
	switch {
	case (id == nil) == (slug == nil):
		return none, content.Errorf(content.CodeInvalid, "", "give id or slug, exactly one")
	case id != nil:
		if key = string(*id); content.ID(key).Kind() != kind {
			return none, nil
		}
	default:
		if key = *slug; content.ID(key).Kind() != "" {
			return none, nil
		}
	}
	if found, ok := edition.From(ctx).BySlug(kind, key).(T); ok {
		return found, nil
	}
	return none, nil
}

func page(first *int32, after *string, last *int32, before *string) edition.PageArgs {
	return edition.PageArgs{First: first, After: after, Last: last, Before: before}
}

func deref[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}
