package plan_test

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
	"bettertogether/internal/plan"
)

// pair is one hub that answers with plans and without.
type pair struct {
	desk             *desk.Desk
	planned, without *executor.Executor
	mu               sync.Mutex
	ways             map[plan.Way]int
}

func openPair(t testing.TB) *pair {
	p := &pair{desk: hubtest.Open(t, hubtest.SQLite(t), nil), ways: map[plan.Way]int{}}
	hubtest.Import(t, p.desk, hubtest.Facts())
	r := graph.Resolver{Desk: p.desk, Office: network.NewOffice()}
	p.without = executor.New(graph.New(r))
	p.planned = executor.New(graph.Planned(r, func(w plan.Way) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ways[w]++
	}))
	p.planned.SetQueryCache(lru.New[*ast.QueryDocument](10))
	return p
}

// ask executes an operation in a view of its own of the same moment; false when it is no valid one.
func ask(x *executor.Executor, view *edition.View, query string, variables map[string]any) (*graphql.Response, bool) {
	ctx := graphql.StartOperationTrace(edition.With(context.Background(), view))
	op, errs := x.CreateOperationContext(ctx, &graphql.RawParams{Query: query, Variables: variables})
	if errs != nil {
		return nil, false
	}
	run, ctx := x.DispatchOperation(ctx, op)
	return run(ctx), true
}

// compare wants the same bytes and the same errors with plans and without; false when the operation is no valid one, or its answer
// is not the last word.
func (p *pair) compare(t *testing.T, query string, variables map[string]any) bool {
	pinned := p.desk.Pin()
	view := func() *edition.View {
		v := *pinned
		return edition.NewView(v.Public().Edition, v.Preview().Edition, v.Now, v.Now, v.Site)
	}
	one, two := view(), view()
	want, ok := ask(p.without, one, query, variables)
	if !ok {
		return false
	}
	for range 2 { // compiled, and known
		got, _ := ask(p.planned, two, query, variables)
		if one.IsPassing() || two.IsPassing() {
			return false
		}
		if !bytes.Equal(want.Data, got.Data) {
			at := 0
			for at < min(len(want.Data), len(got.Data)) && want.Data[at] == got.Data[at] {
				at++
			}
			t.Fatalf("%s\n%v\nwith plans    …%.300s\nwithout plans …%.300s", query, variables, got.Data[max(0, at-100):], want.Data[max(0, at-100):])
		}
		if a, b := errorsOf(want), errorsOf(got); !slices.Equal(a, b) {
			t.Fatalf("%s\n%v\nwith plans    %s\nwithout plans %s", query, variables, b, a)
		}
		two = view()
	}
	return true
}

// errorsOf are the errors of a response, sorted: gqlgen resolves fields side by side.
func errorsOf(r *graphql.Response) []string {
	var all []string
	for _, e := range r.Errors {
		text, err := json.Marshal(e)
		if err != nil {
			panic(err)
		}
		all = append(all, string(text))
	}
	slices.Sort(all)
	return all
}

// TestPlansAnswerAsGqlgenDoes draws operations of the whole public schema, and wants the same answers with plans and without, and
// nearly all of them by plan.
func TestPlansAnswerAsGqlgenDoes(t *testing.T) {
	p := openPair(t)
	draw := newDrawer(p.desk.Pin())
	compared, withErrors, bytesSeen := 0, 0, 0
	for seed := range drawn {
		query, variables := draw.operation(rand.New(rand.NewPCG(uint64(seed), 1)))
		if p.compare(t, query, variables) {
			compared++
			r, _ := ask(p.without, p.desk.Pin(), query, variables)
			bytesSeen += len(r.Data)
			if len(r.Errors) > 0 {
				withErrors++
			}
		}
	}
	covered, all := p.ways[plan.Planned]+p.ways[plan.Compiled]+p.ways[plan.Repeated], 0
	for _, n := range p.ways {
		all += n
	}
	t.Logf("%d of %d drawn operations compared, %d with errors, %d bytes of answers; %.1f %% planned; %v",
		compared, drawn, withErrors, bytesSeen, 100*float64(covered)/float64(all), p.ways)
	if compared < drawn*8/10 {
		t.Errorf("only %d of %d drawn operations are valid", compared, drawn)
	}
	if covered < all*95/100 {
		t.Errorf("only %d of %d operations were planned", covered, all)
	}
	if p.ways[plan.Compiled] == 0 || p.ways[plan.Planned] == 0 || p.ways[plan.Repeated] == 0 || withErrors*20 > compared*19 {
		t.Errorf("the operations try too little: %v", p.ways)
	}
}

// FuzzPlan does the same for as long as it is let.
func FuzzPlan(f *testing.F) {
	p := openPair(f)
	draw := newDrawer(p.desk.Pin())
	f.Add(uint64(1), uint64(2))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		query, variables := draw.operation(rand.New(rand.NewPCG(a, b)))
		p.compare(t, query, variables)
	})
}
