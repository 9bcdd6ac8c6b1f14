package graph

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// historyOf answers the history of one noun.
type historyOf[T edition.Entry] struct{ Resolver }

func (h historyOf[T]) History(ctx context.Context, obj T, first *int32, after *string) (*gen.RevisionConnection, error) {
	newest := edition.From(ctx).Newest(obj.ID())
	from, size, err := span(first, after, int64(newest))
	if err != nil {
		return nil, err
	}
	last := int32(from)
	asked := store.Span{ID: obj.ID(), First: max(1, last-int32(size)+1), Last: last}
	c := &gen.RevisionConnection{
		Edges: []*gen.RevisionEdge{}, Nodes: []*desk.Step{}, TotalCount: newest,
		PageInfo: &edition.PageInfo{HasNextPage: asked.First > 1, HasPreviousPage: last < newest},
	}
	if size == 0 {
		c.PageInfo.HasNextPage = last > 0
		return c, nil
	}
	steps, err := h.steps(ctx, asked)
	if err != nil {
		return nil, err
	}
	for i := range steps {
		c.Nodes = append(c.Nodes, &steps[i])
		c.Edges = append(c.Edges, &gen.RevisionEdge{Cursor: position(int64(steps[i].Number)), Node: &steps[i]})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c, nil
}

// position is the cursor of a number that counts down along a list.
func position(n int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("n" + strconv.FormatInt(n, 10)))
}

// span says at which number a page that counts down begins, and how many it may hold.
func span(first *int32, after *string, newest int64) (from int64, size int, err error) {
	if first == nil || *first < 0 || *first > edition.MostPerPage {
		return 0, 0, content.Errorf(content.CodeInvalid, "first", "%d is not from 0 to %d", deref(first), edition.MostPerPage)
	}
	from = newest
	if after != nil {
		raw, err := base64.RawURLEncoding.DecodeString(*after)
		digits, ok := strings.CutPrefix(string(raw), "n")
		n, wrong := strconv.ParseInt(digits, 10, 64)
		if err != nil || !ok || wrong != nil || n < 1 || position(n) != *after {
			return 0, 0, content.Errorf(content.CodeInvalid, "after", "%s is no cursor of this list", content.Quote(*after))
		}
		from = min(newest, n-1)
	}
	return from, int(*first), nil
}

// histories are what an operation asks of histories. They are read together, however many entries it asks them of: the
// operation runs once to see which, then they are read, then it runs to answer.
type histories struct {
	mu    sync.Mutex
	asked []store.Span
	found map[store.Span][]desk.Step
}

type historiesKey struct{}

func (r Resolver) steps(ctx context.Context, s store.Span) ([]desk.Step, error) {
	h, _ := ctx.Value(historiesKey{}).(*histories)
	if h != nil && h.found == nil {
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.asked) < mostEntries && !slices.Contains(h.asked, s) {
			h.asked = append(h.asked, s)
		}
		return nil, nil
	}
	if h != nil {
		if steps, ok := h.found[s]; ok {
			return steps, nil
		}
	}
	found, err := r.Desk.Histories(ctx, []store.Span{s})
	return found[s], unreadable(err)
}

// Together is the extension of the executor that lets an operation read all histories at once.
type Together struct{ Desk *desk.Desk }

// ExtensionName implements graphql.HandlerExtension.
func (Together) ExtensionName() string { return "Together" }

// Validate implements graphql.HandlerExtension.
func (Together) Validate(graphql.ExecutableSchema) error { return nil }

// InterceptOperation implements graphql.OperationInterceptor.
func (t Together) InterceptOperation(ctx context.Context, next graphql.OperationHandler) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Query || !strings.Contains(op.RawQuery, "history") {
		return next(ctx)
	}
	h := &histories{}
	ctx = context.WithValue(ctx, historiesKey{}, h)
	next(ctx)(ctx)
	if len(h.asked) == 0 {
		return next(ctx)
	}
	found, err := t.Desk.Histories(ctx, h.asked)
	if err != nil {
		found = map[store.Span][]desk.Step{} // each field tries by itself, and tells
	}
	h.found = found
	return next(ctx)
}

func (q queryResolver) Changes(ctx context.Context, filter *gen.ChangeFilter, first *int32, after *string) (*gen.ChangeConnection, error) {
	f := deref(filter)
	asked := store.LogFilter{Entry: deref(f.Entry), Actor: deref(f.Actor), Action: deref(f.Action), From: deref(f.From), To: deref(f.To)}
	const none = int64(1) << 62
	from, size, err := span(first, after, none)
	if err != nil {
		return nil, err
	}
	if asked.Most = size; from < none {
		asked.Before = from + 1
	}
	log, err := q.Desk.Log(ctx, asked)
	if err != nil {
		return nil, unreadable(err)
	}
	c := &gen.ChangeConnection{
		Edges: []*gen.ChangeEdge{}, Nodes: []*gen.Change{}, TotalCount: int32(log.Total),
		PageInfo: &edition.PageInfo{HasNextPage: log.HasMore, HasPreviousPage: after != nil},
	}
	preview := edition.From(ctx).Preview()
	for _, b := range log.Batches {
		change := &gen.Change{ID: content.ID(b.ID), Version: int32(b.Version), At: b.At, Actor: b.Actor, Action: b.Action, Reason: &b.Reason, Entries: []*gen.EntryChange{}}
		for _, t := range log.Touched[b.Version] {
			change.Entries = append(change.Entries, &gen.EntryChange{ID: t.ID, Entry: preview.Entry(t.ID), Kind: gen.EntryChangeKind(t.What), Revision: positive(t.Revision)})
		}
		c.Nodes = append(c.Nodes, change)
		c.Edges = append(c.Edges, &gen.ChangeEdge{Cursor: position(b.Version), Node: change})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c, nil
}

func positive(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}
