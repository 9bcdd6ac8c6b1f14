package network_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// question is a graph as an oracle reads it: edges are the ends, the weight and the length.
type question struct {
	Name   string       `json:"name"`
	Nodes  int          `json:"nodes"`
	Edges  [][4]float64 `json:"edges"`
	Labels []int32      `json:"labels"` // our communities
	Most   int          `json:"most"`   // how many paths from the first node to the last
	graph  *network.Graph
	found  *network.Communities
}

// told is what an oracle says of a graph; nil is where it says nothing.
type told struct {
	Components     []int32
	Points         []bool
	Bridges        []bool
	PageRank       []*float64
	Betweenness    []*float64
	Weighted       []*float64 `json:"weightedBetweenness"`
	Harmonic       []*float64
	Constraint     []*float64
	EffectiveSize  []*float64
	Clustering     []*float64
	Paths          []int64
	Modularity     *float64 // of our communities
	BestModularity *float64 `json:"best"` // of theirs
}

func TestMeasuresAreThoseOfNetworkx(t *testing.T) {
	// Debian's Python sees Debian's packages, whichever other comes first on the path.
	compare(t, "/usr/bin/python3", []string{"-c", "import networkx"}, "testdata/oracle.py")
}

func TestMeasuresAreThoseOfIgraph(t *testing.T) {
	compare(t, "Rscript", []string{"-e", "library(igraph); library(jsonlite)"}, "testdata/oracle.R")
}

// compare asks an oracle about many graphs. Where it is missing the test is left out, unless the environment has
// HUB_TEST_ORACLES=require.
func compare(t *testing.T, program string, probe []string, script string) {
	if out, err := exec.CommandContext(t.Context(), program, probe...).CombinedOutput(); err != nil {
		why := fmt.Sprintf("%s %q: %v %s", program, probe, err, out)
		if os.Getenv("HUB_TEST_ORACLES") == "require" {
			t.Fatal(why + ", and HUB_TEST_ORACLES is require")
		}
		t.Skip(why)
	}
	asked := questions(t)
	input, err := json.Marshal(asked)
	if err != nil {
		t.Fatal(err)
	}
	var output, complaint bytes.Buffer
	c := exec.CommandContext(t.Context(), program, script)
	c.Stdin, c.Stdout, c.Stderr = bytes.NewReader(input), &output, &complaint
	if err := c.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, script, err, &complaint)
	}
	var answers []told
	if err := json.Unmarshal(output.Bytes(), &answers); err != nil {
		t.Fatal(err)
	}
	if len(answers) != len(asked) {
		t.Fatalf("%d answers to %d questions", len(answers), len(asked))
	}
	for i, q := range asked {
		t.Run(q.Name, func(t *testing.T) { q.check(t, answers[i]) })
	}
}

// check compares all that the oracle told.
func (q question) check(t *testing.T, want told) {
	g, ctx := q.graph, t.Context()
	sizes := slices.Sorted(slices.Values(g.Components().Sizes))
	if !slices.Equal(sizes, want.Components) {
		t.Errorf("component sizes %d, want %d", sizes, want.Components)
	}
	cuts := g.Cuts()
	for v, cut := range cuts.Points {
		if cut > 0 != want.Points[v] {
			t.Errorf("node %d cuts off %d, and is an articulation point: %t", v, cut, want.Points[v])
		}
	}
	for e, cut := range cuts.Bridges {
		if cut > 0 != want.Bridges[e] {
			t.Errorf("edge %d cuts off %d, and is a bridge: %t", e, cut, want.Bridges[e])
		}
	}
	rank, err := g.PageRank(ctx)
	if err != nil {
		t.Fatal(err)
	}
	central, err := g.Centrality(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	weighted, _, err := g.WeightedBetweenness(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	ego, err := g.Ego(ctx)
	if err != nil {
		t.Fatal(err)
	}
	always := network.Measure{Values: rank, Defined: slices.Repeat([]bool{true}, g.Len())}
	near(t, "page rank", always, want.PageRank)
	near(t, "betweenness", central.Betweenness, want.Betweenness)
	near(t, "weighted betweenness", weighted, want.Weighted)
	near(t, "harmonic closeness", central.Harmonic, want.Harmonic)
	near(t, "constraint", ego.Constraint, want.Constraint)
	near(t, "effective size", ego.EffectiveSize, want.EffectiveSize)
	near(t, "clustering", ego.Clustering, want.Clustering)
	if want.Paths != nil && g.Len() > 1 {
		paths, err := g.Paths(ctx, network.PathQuery{To: int32(g.Len() - 1), Most: q.Most})
		if err != nil {
			t.Fatal(err)
		}
		var lengths []int64
		for _, p := range paths {
			lengths = append(lengths, p.Length)
		}
		if !slices.Equal(lengths, want.Paths) {
			t.Errorf("paths of lengths %d, want %d", lengths, want.Paths)
		}
	}
	if want.Modularity != nil && math.Abs(q.found.Modularity-*want.Modularity) > 1e-9 {
		t.Errorf("modularity %v, and %v by the oracle", q.found.Modularity, *want.Modularity)
	}
	if want.BestModularity != nil && q.found.Modularity < *want.BestModularity-1e-9 {
		t.Errorf("modularity %v, and %v is possible", q.found.Modularity, *want.BestModularity)
	}
}

// near compares a measure with what an oracle says of each node.
func near(t *testing.T, name string, got network.Measure, want []*float64) {
	t.Helper()
	if want == nil {
		return
	}
	if len(want) != len(got.Values) {
		t.Fatalf("%s of %d nodes, want %d", name, len(got.Values), len(want))
	}
	for v, w := range want {
		value, defined := got.At(int32(v))
		if defined != (w != nil) {
			t.Errorf("%s of node %d is %v (%t), want it defined: %t", name, v, value, defined, w != nil)
		} else if w != nil && !(math.Abs(value-*w) <= 1e-9*max(1, math.Abs(*w))) {
			t.Errorf("%s of node %d is %v, want %v", name, v, value, *w)
		}
	}
}

// questions are graphs of many kinds, some with islands and isolates.
func questions(t *testing.T) []question {
	var asked []question
	ask := func(name string, g *network.Graph) {
		found, err := g.Communities(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		q := question{Name: name, Nodes: g.Len(), Edges: [][4]float64{}, Labels: found.Labels, Most: 8, graph: g, found: found}
		for _, e := range g.Edges() {
			q.Edges = append(q.Edges, [4]float64{float64(e.A), float64(e.B), e.Weight, float64(length(e.Weight))})
		}
		asked = append(asked, q)
	}
	random := rand.New(rand.NewPCG(11, 0))
	for _, nodes := range []int{1, 2, 3, 5, 10, 20, 40, 80, 160} {
		for _, degree := range []float64{0, 0.7, 1.5, 4, 10} {
			weights := map[[2]int32]float64{}
			for a := range int32(nodes) {
				for b := range a {
					if random.Float64() < degree/float64(nodes) {
						weights[[2]int32{b, a}] = 0.1 + 5*random.Float64()*random.Float64()
					}
				}
			}
			ask(fmt.Sprintf("random %d of degree %g", nodes, degree), graph(t, nodes, weights))
		}
	}
	for _, speakers := range []int{60, 120, 300, 600} {
		ask(fmt.Sprintf("panels of %d", speakers), panels(t, speakers, speakers/2))
	}
	for seed := range uint64(30) {
		if g, _ := small(t, seed); g.Len() > 0 {
			ask(fmt.Sprintf("small %d", seed), g)
		}
	}
	for name, n := range contentNetworks(t) {
		ask(name, n.Graph)
	}
	return asked
}

// contentNetworks are networks of the demo's facts and of made-up content, by mode, weighting and filter.
func contentNetworks(t *testing.T) map[string]*network.Network {
	facts := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, facts, hubtest.Facts())
	all := map[string]*network.Network{}
	for from, v := range map[string]*edition.View{"demo": facts.Pin(), "made up": madeUp(t, generate.S()).Pin()} {
		for _, mode := range []network.Mode{network.Speakers, network.Organizations, network.Bipartite} {
			for name, f := range map[string]network.Filter{
				"count": {}, "newman": {Weighting: network.Newman}, "recency": {Weighting: network.Recency},
				"some years":  {Weighting: network.Newman, From: "2020", To: "2024-06"},
				"some topics": {Topics: []content.ID{"equity", "policy", "adult-learners"}},
				"some roles":  {Weighting: network.Newman, Roles: []content.AppearanceRole{content.RolePanelist, content.RoleGuest, content.RoleHost, content.RoleSpeaker}, MinWeight: 0.1},
				"today":       {Weighting: network.Recency, Affiliation: network.Current},
			} {
				f.Mode = mode
				if n := made(t, v, f); n.Graph.Len() > 0 {
					all[fmt.Sprint(from, " ", mode, " ", name)] = n
				}
			}
		}
	}
	return all
}

// madeUp is a hub with made-up content, all of it public.
func madeUp(t *testing.T, size generate.Size) *desk.Desk {
	t.Helper()
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: generate.Now()})
	w := desk.Write{Action: "test"}
	for id, e := range generate.Content(size) {
		w.Puts = append(w.Puts, desk.Put{ID: id, Entry: e, Publish: true})
	}
	hubtest.Save(t, d, w)
	return d
}
