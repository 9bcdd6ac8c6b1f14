package network_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/network"
)

// graph makes a graph of the weights of edges by their ends, the lower first.
func graph(tb testing.TB, nodes int, weights map[[2]int32]float64) *network.Graph {
	tb.Helper()
	var edges []network.Edge
	for ends, weight := range weights {
		edges = append(edges, network.Edge{A: ends[0], B: ends[1], Weight: weight})
	}
	slices.SortFunc(edges, func(a, b network.Edge) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
	g, err := network.NewGraph(nodes, edges)
	if err != nil {
		tb.Fatal(err)
	}
	return g
}

func TestNewGraphRefusesWhatIsNoGraph(t *testing.T) {
	for _, c := range []struct {
		name  string
		nodes int
		edges []network.Edge
		want  string
	}{
		{"loop", 3, []network.Edge{{1, 1, 1}}, "edge 0 joins 1 and 1"},
		{"higher end first", 3, []network.Edge{{2, 1, 1}}, "edge 0 joins 2 and 1"},
		{"below the nodes", 3, []network.Edge{{-1, 1, 1}}, "edge 0 joins -1 and 1"},
		{"beyond the nodes", 3, []network.Edge{{1, 3, 1}}, "from 0 to 2"},
		{"no nodes", 0, []network.Edge{{0, 1, 1}}, "edge 0 joins 0 and 1"},
		{"double", 3, []network.Edge{{0, 1, 1}, {0, 1, 2}}, "edge 1 joins 0 and 1: it does not come after"},
		{"unsorted", 3, []network.Edge{{0, 2, 1}, {0, 1, 1}}, "edge 1 joins 0 and 1: it does not come after"},
		{"no weight", 3, []network.Edge{{0, 1, 0}}, "edge 0 has weight 0"},
		{"negative weight", 3, []network.Edge{{0, 1, -1}}, "edge 0 has weight -1"},
		{"weight not a number", 3, []network.Edge{{0, 1, math.NaN()}}, "edge 0 has weight NaN"},
		{"endless weight", 3, []network.Edge{{0, 1, math.Inf(1)}}, "edge 0 has weight +Inf"},
		{"weights of endless sum", 3, []network.Edge{{0, 1, 1e308}, {0, 2, 1e308}}, "edge 0 has weight 1e+308"},
		{"negative nodes", -1, nil, "a graph of -1 nodes"},
	} {
		_, err := network.NewGraph(c.nodes, c.edges)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestNeighboursRiseAndNameTheirEdge(t *testing.T) {
	for seed := range uint64(50) {
		g, _ := small(t, seed)
		half := 0
		for v := range int32(g.Len()) {
			near, edges := g.Neighbours(v)
			var strength float64
			for i, w := range near {
				e := g.Edges()[edges[i]]
				if e.A != min(v, w) || e.B != max(v, w) {
					t.Errorf("graph %d: edge %d of %d and %d joins %d and %d", seed, edges[i], v, w, e.A, e.B)
				}
				strength += e.Weight
			}
			if !slices.IsSorted(near) || len(near) != g.Degree(v) || g.Strength(v) != strength {
				t.Errorf("graph %d: node %d has neighbours %d, degree %d, strength %g", seed, v, near, g.Degree(v), g.Strength(v))
			}
			half += len(near)
		}
		if half != 2*len(g.Edges()) {
			t.Errorf("graph %d: %d half-edges of %d edges", seed, half, len(g.Edges()))
		}
	}
}

// measures are all measures of a graph, as far as they take a while.
func measures() map[string]func(context.Context, *network.Graph) (any, error) {
	return map[string]func(context.Context, *network.Graph) (any, error){
		"page rank":   func(ctx context.Context, g *network.Graph) (any, error) { return g.PageRank(ctx) },
		"centrality":  func(ctx context.Context, g *network.Graph) (any, error) { return g.Centrality(ctx, nil) },
		"ego":         func(ctx context.Context, g *network.Graph) (any, error) { return g.Ego(ctx) },
		"communities": func(ctx context.Context, g *network.Graph) (any, error) { return g.Communities(ctx) },
		"weighted": func(ctx context.Context, g *network.Graph) (any, error) {
			m, s, err := g.WeightedBetweenness(ctx, nil)
			return []any{m, s}, err
		},
		"paths": func(ctx context.Context, g *network.Graph) (any, error) {
			return g.Paths(ctx, network.PathQuery{To: int32(g.Len() - 1), Most: 50})
		},
	}
}

func TestSameBitsOnAnyNumberOfCores(t *testing.T) {
	g := panels(t, 600, 500)
	for name, measure := range measures() {
		// %b prints every bit of a number.
		bits := func(cores int) string {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			got, err := measure(t.Context(), g)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprintf("%b", got)
		}
		if one := bits(1); one != bits(2) || one != bits(7) || one != bits(7) {
			t.Errorf("%s: not the same bits on one core and on several", name)
		}
	}
}

func TestSmallestGraphs(t *testing.T) {
	for nodes := range 4 {
		for _, edges := range [][]network.Edge{nil, {{0, 1, 1}}} {
			if nodes < 2 && edges != nil {
				continue
			}
			g, err := network.NewGraph(nodes, edges)
			if err != nil {
				t.Fatal(err)
			}
			g.Components()
			g.Cuts()
			for name, measure := range measures() {
				if name == "paths" && nodes == 0 {
					continue
				}
				got, err := measure(t.Context(), g)
				if s := fmt.Sprintf("%v", got); err != nil || strings.Contains(s, "NaN") || strings.Contains(s, "Inf") {
					t.Errorf("%s of %d nodes and %v: %s %v", name, nodes, edges, s, err)
				}
			}
		}
	}
}

func TestWorkEndsWithItsContext(t *testing.T) {
	g := panels(t, 20_000, 20_000)
	for name, measure := range measures() {
		if name == "paths" {
			continue // they are done before one could end them
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		_, err := measure(ctx, g)
		deadline, _ := ctx.Deadline()
		late := time.Since(deadline)
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) || late > 500*time.Millisecond {
			t.Errorf("%s: %v, %s after the end of its context", name, err, late)
		}
		t.Logf("%s ended %s late", name, late)
	}
	done, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Paths(done, network.PathQuery{To: 1, Most: 1}); !errors.Is(err, context.Canceled) {
		t.Errorf("paths: %v after the end of their context", err)
	}
}

// An estimate from some sources comes near the exact value, which is known of a wheel of wheels.
func TestSampledValuesAreNearTheExact(t *testing.T) {
	// A hub is joined to every node of a ring: most shortest paths go through it, or along the ring for its nearest.
	const nodes = 40_000
	weights := map[[2]int32]float64{}
	for v := int32(1); v < nodes; v++ {
		weights[[2]int32{0, v}] = 1
		if v > 1 {
			weights[[2]int32{v - 1, v}] = 1
		}
	}
	weights[[2]int32{1, nodes - 1}] = 1
	g := graph(t, nodes, weights)
	told := 0
	c, err := g.Centrality(t.Context(), func(done, total int) {
		if told++; done != told || total != 100 {
			t.Errorf("progress %d of %d, want %d of 100", done, total, told)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if s := c.Sampling; !s.Sampled || s.Sources != 100 || s.ErrorBound < 0.135 || s.ErrorBound > 0.137 || told != 100 {
		t.Fatalf("sampling %+v, told %d times", s, told)
	}
	const ring = nodes - 1
	// Of the pairs of ring nodes all go through the hub but those next to each other, and half of those one apart.
	between := 1 - (ring+ring/2.0)/(ring*(ring-1)/2.0)
	near := (3 + (ring-3)/2.0) / ring
	if got, _ := c.Betweenness.At(0); math.Abs(got-between) > 1e-3 {
		t.Errorf("betweenness of the hub %g, want %g", got, between)
	}
	if got, _ := c.Harmonic.At(0); math.Abs(got-1) > 1e-3 {
		t.Errorf("closeness of the hub %g, want 1", got)
	}
	for v := range int32(ring) {
		if got, _ := c.Harmonic.At(v + 1); math.Abs(got-near) > c.Sampling.ErrorBound {
			t.Errorf("closeness of node %d %g, want %g", v+1, got, near)
		}
	}
}

func TestCountlessPathsAreAnError(t *testing.T) {
	weights := map[[2]int32]float64{}
	// A chain of squares: each doubles the number of paths.
	const squares = 1100
	for i := range int32(squares) {
		a := 3 * i
		for _, ends := range [][2]int32{{a, a + 1}, {a, a + 2}, {a + 1, a + 3}, {a + 2, a + 3}} {
			weights[ends] = 1
		}
	}
	g := graph(t, 3*squares+1, weights)
	if _, err := g.Centrality(t.Context(), nil); err == nil {
		t.Error("centrality of a graph of 2^1100 shortest paths has no error")
	}
	if _, _, err := g.WeightedBetweenness(t.Context(), nil); err == nil {
		t.Error("weighted betweenness of a graph of 2^1100 shortest paths has no error")
	}
}
