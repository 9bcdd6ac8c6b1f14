package network_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"bettertogether/internal/network"
)

// small makes a random graph of up to eight nodes, whose few weights make many paths equally long.
func small(tb testing.TB, seed uint64) (*network.Graph, *rand.Rand) {
	random := rand.New(rand.NewPCG(seed, 0))
	nodes := random.IntN(9)
	chance := random.Float64()
	weights := map[[2]int32]float64{}
	for a := range int32(nodes) {
		for b := range a {
			if random.Float64() < chance {
				weights[[2]int32{b, a}] = []float64{1, 1, 0.5, 2, 3}[random.IntN(5)]
			}
		}
	}
	return graph(tb, nodes, weights), random
}

const smallGraphs = 300

// length is what the package promises of an edge.
func length(weight float64) int64 { return max(1, int64(math.Round(1<<20/weight))) }

// allPaths are all loopless paths between two nodes, by the promised order, where avoid is false.
func allPaths(g *network.Graph, from, to int32, avoid func(int32) bool) []network.Path {
	var found []network.Path
	var grow func(p network.Path)
	grow = func(p network.Path) {
		last := p.Nodes[len(p.Nodes)-1]
		if avoid(last) {
			return
		}
		if last == to {
			found = append(found, network.Path{Nodes: slices.Clone(p.Nodes), Length: p.Length})
			return
		}
		near, edges := g.Neighbours(last)
		for i, w := range near {
			if !slices.Contains(p.Nodes, w) {
				grow(network.Path{Nodes: append(slices.Clip(p.Nodes), w), Length: p.Length + length(g.Edges()[edges[i]].Weight)})
			}
		}
	}
	grow(network.Path{Nodes: []int32{from}})
	slices.SortFunc(found, func(a, b network.Path) int {
		return cmp.Or(cmp.Compare(a.Length, b.Length), cmp.Compare(len(a.Nodes), len(b.Nodes)), slices.Compare(a.Nodes, b.Nodes))
	})
	return found
}

func TestPathsAreTheBestOfAll(t *testing.T) {
	for seed := range uint64(smallGraphs * 5) {
		g, random := small(t, seed)
		if g.Len() < 2 {
			continue
		}
		from, to := random.Int32N(int32(g.Len())), random.Int32N(int32(g.Len()))
		most := 1 + random.IntN(12)
		shut := random.IntN(1 << g.Len())
		if random.IntN(2) == 0 {
			shut = 0
		}
		avoid := func(v int32) bool { return shut>>v&1 == 1 }
		var want []network.Path
		if from != to {
			want = allPaths(g, from, to, avoid)
		}
		want = want[:min(most, len(want))]
		got, err := g.Paths(t.Context(), network.PathQuery{From: from, To: to, Most: most, Avoid: avoid})
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("graph %d, %d to %d, avoiding %b:\n got %v\nwant %v", seed, from, to, shut, got, want)
		}
	}
}

// On grids nearly all paths are equally good, so that the choice among them decides.
func TestPathsOfEqualLengthComeByTheirNumbers(t *testing.T) {
	weights := map[[2]int32]float64{}
	const side = 4
	for v := range int32(side * side) {
		if v%side != side-1 {
			weights[[2]int32{v, v + 1}] = 1
		}
		if v+side < side*side {
			weights[[2]int32{v, v + side}] = 1
		}
	}
	g := graph(t, side*side, weights)
	for from := range int32(side * side) {
		for to := range int32(side * side) {
			if from == to {
				continue
			}
			want := allPaths(g, from, to, func(int32) bool { return false })
			want = want[:min(30, len(want))]
			got, err := g.Paths(t.Context(), network.PathQuery{From: from, To: to, Most: 30})
			if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("%d to %d: %v\n got %v\nwant %v", from, to, err, got, want)
			}
		}
	}
}

func TestBetweennessCountsShortestPaths(t *testing.T) {
	for seed := range uint64(smallGraphs) {
		g, _ := small(t, seed)
		n := g.Len()
		steps, lengths := make([]float64, n), make([]float64, n)
		near := make([]float64, n)
		for from := range int32(n) {
			for to := range int32(n) {
				paths := allPaths(g, from, to, func(int32) bool { return false })
				if from == to || len(paths) == 0 {
					continue
				}
				fewest := len(slices.MinFunc(paths, func(a, b network.Path) int { return len(a.Nodes) - len(b.Nodes) }).Nodes)
				near[from] += 1 / float64(fewest-1)
				addBetween(steps, paths, func(p network.Path) bool { return len(p.Nodes) == fewest })
				addBetween(lengths, paths, func(p network.Path) bool { return p.Length == paths[0].Length })
			}
		}
		c, err := g.Centrality(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		weighted, sampling, err := g.WeightedBetweenness(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.Sampling.Sampled || sampling.Sampled {
			t.Errorf("graph %d is small, but sampled", seed)
		}
		ways := float64((n - 1) * (n - 2))
		expect(t, fmt.Sprint("betweenness ", seed), c.Betweenness, 2, func(v int) float64 { return steps[v] / ways })
		expect(t, fmt.Sprint("weighted betweenness ", seed), weighted, 2, func(v int) float64 { return lengths[v] / ways })
		expect(t, fmt.Sprint("harmonic closeness ", seed), c.Harmonic, 1, func(v int) float64 { return near[v] / float64(n-1) })
	}
}

// addBetween adds to each inner node its share of the shortest of the paths.
func addBetween(between []float64, paths []network.Path, shortest func(network.Path) bool) {
	var all float64
	for _, p := range paths {
		if shortest(p) {
			all++
		}
	}
	for _, p := range paths {
		if shortest(p) {
			for _, v := range p.Nodes[1 : len(p.Nodes)-1] {
				between[v] += 1 / all
			}
		}
	}
}

// expect compares a measure that is defined where there are some other nodes.
func expect(t *testing.T, name string, got network.Measure, others int, want func(v int) float64) {
	t.Helper()
	defined := len(got.Values) > others
	for v := range got.Values {
		value, ok := got.At(int32(v))
		if ok != defined || ok && math.Abs(value-want(v)) > 1e-12 {
			t.Errorf("%s: node %d has %v (%t), want %v (%t)", name, v, value, ok, want(v), defined)
		}
	}
}

func TestComponentsAreWhatPathsReach(t *testing.T) {
	for seed := range uint64(smallGraphs) {
		g, _ := small(t, seed)
		c := g.Components()
		var sizes []int32
		for v := range int32(g.Len()) {
			label := int32(len(sizes))
			for w := range v {
				if len(allPaths(g, v, w, func(int32) bool { return false })) > 0 {
					label = c.Labels[w]
				}
			}
			if label == int32(len(sizes)) {
				sizes = append(sizes, 0)
			}
			sizes[label]++
			if c.Labels[v] != label {
				t.Fatalf("graph %d: node %d has label %d, want %d", seed, v, c.Labels[v], label)
			}
		}
		if !slices.Equal(c.Sizes, sizes) {
			t.Fatalf("graph %d: sizes %d, want %d", seed, c.Sizes, sizes)
		}
	}
}

func TestCutsAreWhatRemovalCutsOff(t *testing.T) {
	for seed := range uint64(smallGraphs) {
		g, _ := small(t, seed)
		cuts := g.Cuts()
		components := g.Components()
		for v := range int32(g.Len()) {
			// Without v its component falls into pieces.
			others := int(components.Sizes[components.Labels[v]]) - 1
			left := graph(t, g.Len(), without(g, func(e network.Edge) bool { return e.A == v || e.B == v })).Components()
			largest := 0
			for w := range int32(g.Len()) {
				if w != v && components.Labels[w] == components.Labels[v] {
					largest = max(largest, int(left.Sizes[left.Labels[w]]))
				}
			}
			if int(cuts.Points[v]) != others-largest {
				t.Errorf("graph %d: without node %d are cut off %d, not %d", seed, v, others-largest, cuts.Points[v])
			}
		}
		for i, bridge := range g.Edges() {
			left := graph(t, g.Len(), without(g, func(e network.Edge) bool { return e == bridge })).Components()
			want := int32(0)
			if a, b := left.Labels[bridge.A], left.Labels[bridge.B]; a != b {
				want = min(left.Sizes[a], left.Sizes[b])
			}
			if cuts.Bridges[i] != want {
				t.Errorf("graph %d: without edge %v the smaller side has %d, not %d", seed, bridge, want, cuts.Bridges[i])
			}
		}
	}
}

func without(g *network.Graph, gone func(network.Edge) bool) map[[2]int32]float64 {
	weights := map[[2]int32]float64{}
	for _, e := range g.Edges() {
		if !gone(e) {
			weights[[2]int32{e.A, e.B}] = e.Weight
		}
	}
	return weights
}
