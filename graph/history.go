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

func (h historyOf[T]) History(ctx context.Context, obj T, first *int32, after *string, last *int32, before *string) (*gen.RevisionConnection, error) {
	newest := edition.From(ctx).Newest(obj.ID())
	p, err := countdown(page(first, after, last, before))
	if err != nil {
		return nil, err
	}
	high, low := p.within(int64(newest))
	c := &gen.RevisionConnection{
		Edges: []*gen.RevisionEdge{}, Nodes: []*desk.Step{}, TotalCount: newest,
		PageInfo: &edition.PageInfo{HasNextPage: low > 1, HasPreviousPage: high < int64(newest)},
	}
	if high < low {
		return c, nil
	}
	steps, err := h.steps(ctx, store.Span{ID: obj.ID(), First: int32(low), Last: int32(high)})
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

// down is a page of a list whose numbers count down to 1. Bounds are left out; 0 is none.
type down struct {
	below, above int64
	size         int64
	isLast       bool
}

// position is the cursor of a number that counts down along a list.
func position(n int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte("n" + strconv.FormatInt(n, 10)))
}

func countdown(args edition.PageArgs) (down, error) {
	size, err := args.Size()
	p := down{size: int64(size), isLast: args.Last != nil}
	for _, bound := range []struct {
		name   string
		cursor *string
		into   *int64
	}{{"after", args.After, &p.below}, {"before", args.Before, &p.above}} {
		if bound.cursor == nil || err != nil {
			continue
		}
		raw, _ := base64.RawURLEncoding.DecodeString(*bound.cursor)
		digits, _ := strings.CutPrefix(string(raw), "n")
		n, _ := strconv.ParseInt(digits, 10, 64)
		if n < 1 || position(n) != *bound.cursor {
			err = content.Errorf(content.CodeInvalid, bound.name, "%s is no cursor of this list", content.Quote(*bound.cursor))
		}
		*bound.into = n
	}
	return p, err
}

// within are the highest and the lowest number of a page of a list that begins at newest.
func (p down) within(newest int64) (high, low int64) {
	if high, low = newest, p.above+1; p.below > 0 {
		high = min(high, p.below-1)
	}
	if p.isLast {
		return min(high, low+p.size-1), low
	}
	return high, max(low, high-p.size+1)
}

// histories are what an operation asks of histories. They are read together, however many entries it asks them of: the
// operation runs once to see which, then they are read, then it runs to answer.
type histories struct {
	mu    sync.Mutex
	asked []store.Span
	found map[store.Span][]desk.Step
	// logs are the parts of the log that were read the first time.
	logs map[store.LogFilter]desk.Log
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

// together is a schema whose operations read all histories at once.
type together struct {
	graphql.ExecutableSchema
	desk *desk.Desk
}

// Exec implements graphql.ExecutableSchema.
func (t together) Exec(ctx context.Context) graphql.ResponseHandler {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Query || !strings.Contains(op.RawQuery, "history") {
		return t.ExecutableSchema.Exec(ctx)
	}
	h := &histories{logs: map[store.LogFilter]desk.Log{}}
	run := func(ctx context.Context) *graphql.Response {
		ctx = context.WithValue(ctx, historiesKey{}, h)
		return t.ExecutableSchema.Exec(ctx)(ctx)
	}
	isDone := false
	return func(ctx context.Context) *graphql.Response {
		if isDone {
			return nil
		}
		isDone = true
		run(graphql.WithFreshResponseContext(ctx)) // what fails, fails again
		if len(h.asked) > 0 {
			found, err := t.desk.Histories(ctx, h.asked)
			if err != nil {
				found = map[store.Span][]desk.Step{} // each field tries by itself, and tells
			}
			h.found = found
		}
		return run(ctx)
	}
}

// log reads a part of the log, once in an operation.
func (r Resolver) log(ctx context.Context, f store.LogFilter) (desk.Log, error) {
	h, _ := ctx.Value(historiesKey{}).(*histories)
	if h == nil {
		return r.Desk.Log(ctx, f)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if log, ok := h.logs[f]; ok {
		return log, nil
	}
	log, err := r.Desk.Log(ctx, f)
	if err == nil {
		h.logs[f] = log
	}
	return log, err
}

func (q queryResolver) Changes(ctx context.Context, filter *gen.ChangeFilter, first *int32, after *string, last *int32, before *string) (*gen.ChangeConnection, error) {
	p, err := countdown(page(first, after, last, before))
	if err != nil {
		return nil, err
	}
	f := deref(filter)
	log, err := q.log(ctx, store.LogFilter{
		Entry: deref(f.Entry), Actor: deref(f.Actor), Action: deref(f.Action), From: deref(f.From), To: deref(f.To),
		Before: p.below, After: p.above, Most: int(p.size), Oldest: p.isLast,
	})
	if err != nil {
		return nil, unreadable(err)
	}
	c := &gen.ChangeConnection{
		Edges: []*gen.ChangeEdge{}, Nodes: log.Changes, TotalCount: int32(log.Total),
		PageInfo: &edition.PageInfo{HasNextPage: log.HasMore, HasPreviousPage: after != nil},
	}
	if p.isLast {
		c.PageInfo.HasNextPage, c.PageInfo.HasPreviousPage = before != nil, log.HasMore
	}
	for _, change := range log.Changes {
		c.Edges = append(c.Edges, &gen.ChangeEdge{Cursor: position(int64(change.Version())), Node: change})
	}
	if n := len(c.Edges); n > 0 {
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &c.Edges[0].Cursor, &c.Edges[n-1].Cursor
	}
	return c, nil
}
