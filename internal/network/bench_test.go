package network_test

import (
	"math/rand/v2"
	"os"
	"testing"

	"bettertogether/internal/network"
)

// Size L takes seconds to make, so it is left out unless the environment has HUB_BENCH_L=1.

// benchGraphs are graphs of people on panels: each panel draws two to six from a circle, and now and then one from anywhere.
func benchGraphs(b *testing.B, run func(b *testing.B, g *network.Graph)) {
	sizes := []struct {
		name             string
		speakers, panels int
	}{{"M", 8_000, 5_900}, {"L", 150_000, 236_000}}
	for _, size := range sizes {
		if size.name == "L" && os.Getenv("HUB_BENCH_L") != "1" {
			continue
		}
		b.Run(size.name, func(b *testing.B) {
			g := panels(b, size.speakers, size.panels)
			b.Logf("%d nodes, %d edges", g.Len(), len(g.Edges()))
			run(b, g)
		})
	}
}

func panels(tb testing.TB, speakers, count int) *network.Graph {
	random := rand.New(rand.NewPCG(7, uint64(speakers)))
	weights := map[[2]int32]float64{}
	const circle = 60
	for range count {
		home := random.IntN(speakers/circle) * circle
		panel := make([]int32, 2+random.IntN(5))
		for i := range panel {
			// The square makes some speakers far busier than others.
			x := random.Float64()
			panel[i] = int32(home + int(x*x*circle))
			if random.IntN(6) == 0 {
				panel[i] = int32(x * x * x * float64(speakers))
			}
		}
		for i, a := range panel {
			for _, b := range panel[:i] {
				if a != b {
					weights[[2]int32{min(a, b), max(a, b)}] += 1 / float64(len(panel)-1)
				}
			}
		}
	}
	return graph(tb, speakers, weights)
}

func BenchmarkNewGraph(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			_, _ = network.NewGraph(g.Len(), g.Edges())
		}
	})
}

func BenchmarkComponents(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			g.Components()
		}
	})
}

func BenchmarkCuts(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			g.Cuts()
		}
	})
}

func BenchmarkPageRank(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			_, _ = g.PageRank(b.Context())
		}
	})
}

func BenchmarkEgo(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			_, _ = g.Ego(b.Context())
		}
	})
}

func BenchmarkCommunities(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		var found *network.Communities
		for b.Loop() {
			found, _ = g.Communities(b.Context())
		}
		b.ReportMetric(found.Modularity, "modularity")
	})
}

func BenchmarkCentrality(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			_, _ = g.Centrality(b.Context(), nil)
		}
	})
}

func BenchmarkWeightedBetweenness(b *testing.B) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		for b.Loop() {
			_, _, _ = g.WeightedBetweenness(b.Context(), nil)
		}
	})
}

func BenchmarkPath(b *testing.B) { benchPaths(b, 1) }

func BenchmarkThreePaths(b *testing.B) { benchPaths(b, 3) }

// benchPaths measures the mean over pairs drawn among all nodes.
func benchPaths(b *testing.B, most int) {
	benchGraphs(b, func(b *testing.B, g *network.Graph) {
		random := rand.New(rand.NewPCG(3, 3))
		for b.Loop() {
			from, to := random.Int32N(int32(g.Len())), random.Int32N(int32(g.Len()))
			_, _ = g.Paths(b.Context(), network.PathQuery{From: from, To: to, Most: most})
		}
	})
}
