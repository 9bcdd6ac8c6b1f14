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
	plans            *plan.Schema
	planned, without *executor.Executor
	mu               sync.Mutex
	ways             map[plan.Way]int
}

func openPair(t testing.TB) *pair {
	p := &pair{desk: hubtest.Open(t, hubtest.SQLite(t), nil), ways: map[plan.Way]int{}}
	hubtest.Import(t, p.desk, hubtest.Facts())
	r := graph.Resolver{Desk: p.desk, Office: network.NewOffice()}
	p.without = executor.New(graph.New(r))
	p.plans = graph.Planned(r, func(w plan.Way) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.ways[w]++
	})
	p.planned = executor.New(p.plans)
	p.planned.SetQueryCache(lru.New[*ast.QueryDocument](10))
	return p
}

// paper is a plan.Sheet of its own for each answer.
type paper struct{}

func (paper) Blank(size int) []byte { return make([]byte, 0, size) }
func (paper) Lay([]byte)            {}

// ask executes an operation in a view of its own of the same moment, for an answer that everybody may get; false when it is no valid
// one.
func ask(x *executor.Executor, view *edition.View, query string, variables map[string]any) (*graphql.Response, bool) {
	ctx := graphql.StartOperationTrace(edition.With(context.WithValue(context.Background(), plan.SheetKey{}, paper{}), view))
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
	for range 2 { // compiled, and known, with what others have written before
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
	if k := p.plans.Pieces(); k.Taken < int64(drawn) || k.Written < int64(drawn) {
		t.Errorf("the operations try too few pieces: %+v", k)
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

// TestPiecesAreSharedByWhatTheyAsk wants answers to take over what other documents have had written, and nothing else.
func TestPiecesAreSharedByWhatTheyAsk(t *testing.T) {
	p := openPair(t)
	const ten = 10
	for _, step := range []struct {
		query          string
		variables      map[string]any
		taken, written int64
	}{
		{`{ episodes(first: 10) { nodes { title summary(format: HTML) organizations { name } } } }`, nil, 0, ten},
		{`{ other: episodes(last: 10) { nodes { title summary(format: HTML) organizations { name } } } }`, nil, 0, ten},
		{`query Named { a: episodes(first: 10) { edges { node { ...F } } } } fragment F on Entry { ... on Episode { title summary(format: HTML) organizations { name } } }`, nil, ten, 0},
		{`{ episodes(first: 10) { nodes { title summary(format: TEXT) organizations { name } } } }`, nil, 0, ten},
		{`{ episodes(first: 10) { nodes { title summary(format: HTML) organizations { n: name } } } }`, nil, 0, ten},
		{`query ($n: Int) { episodes(first: $n) { nodes { title summary(format: HTML) organizations { name } } } }`, map[string]any{"n": 10}, ten, 0},
		{`query ($f: TextFormat) { episodes(first: 10) { nodes { title summary(format: $f) } } }`, map[string]any{"f": "HTML"}, 0, 0},
		{`query ($f: TextFormat) { episodes(first: 10) { nodes { title summary(format: $f) } } }`, map[string]any{"f": "TEXT"}, 0, 0},
		{`query ($s: Boolean!) { episodes(first: 10) { nodes { title summary(format: HTML) organizations @skip(if: $s) { name } } } }`, map[string]any{"s": false}, ten, 0},
	} {
		before := p.plans.Pieces()
		if !p.compare(t, step.query, step.variables) {
			t.Fatalf("%s is not valid", step.query)
		}
		after := p.plans.Pieces()
		again := step.taken + step.written // asked twice, and the second time all is at hand
		if taken, written := after.Taken-before.Taken, after.Written-before.Written; taken != step.taken+again || written != step.written {
			t.Errorf("%s\n%d pieces were taken over and %d written", step.query, taken, written)
		}
	}
}
