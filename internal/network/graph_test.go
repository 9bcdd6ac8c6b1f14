package network_test

import (
	"cmp"
	"slices"
	"testing"

	"bettertogether/internal/network"
)

// graph makes a graph of the edges by their ends.
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
