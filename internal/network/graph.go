// Package network is the mathematics of networks: nodes that edges of some weight join, and what their shape says of each.
//
//	graph.go        the graph: compressed rows of neighbours (CSR), and what a measure is
//	components.go   what hangs together
//	cuts.go         articulation points and bridges: what holds it together
//	pagerank.go     PageRank
//	centrality.go   betweenness and harmonic closeness, by number of steps; what is exact and what is sampled
//	weighted.go     betweenness by length
//	ego.go          constraint, effective size and clustering: a node's own surroundings
//	communities.go  communities (Leiden), on the levels of level.go
//	paths.go        the best paths between two nodes, by the searches of search.go
//
// The same graph gives the same bits on every machine and every number of cores: work is cut into fixed parts whose results
// are added in a fixed order, and a product is rounded before it is added, so that no processor fuses the two.
//
// Long work takes a context and returns its error some milliseconds after it ends. No value is ever NaN or infinite.
package network

import (
	"fmt"
	"math"
	"sync"
)

// unit is the length of an edge of weight 1.
const unit = 1 << 20

// An Edge joins two different nodes.
type Edge struct {
	// A is the lower node, B the higher.
	A, B int32
	// Weight says how strong the edge is: from 2^-20 up, finite.
	Weight float64
}

// length is how far apart an edge holds its nodes: 2^20 / Weight, rounded, at least 1. It is an integer, so that the length
// of a path is exact and does not depend on the order of adding; 2^21 edges of the weakest weight stay below 2^62.
func (e Edge) length() int64 {
	return max(1, int64(math.Round(unit/min(e.Weight, 2*unit))))
}

// A Graph is undirected, has no loops and no double edges, and never changes: all its methods may run at the same time.
type Graph struct {
	edges []Edge
	// The half-edges of node v are start[v] to start[v+1], by rising neighbour. Each has its neighbour, the number of its
	// edge, and that edge's weight.
	start, to, edge []int32
	weight          []float64
	// length is made when the first path is looked for.
	length   func() []int64
	strength []float64 // per node
	searches sync.Pool // of *search
}

// NewGraph makes a graph of the nodes 0 to nodes-1 in O(nodes + edges). The edges are sorted by A, then B; the graph keeps
// the slice, and numbers an edge by its place in it. It is an error when they are not sorted, double, out of range, or of a
// weight that an edge cannot have.
func NewGraph(nodes int, edges []Edge) (*Graph, error) {
	if nodes < 0 || nodes > 1<<21 || len(edges) > math.MaxInt32/2 {
		return nil, fmt.Errorf("a graph of %d nodes and %d edges: at most %d and %d", nodes, len(edges), 1<<21, math.MaxInt32/2)
	}
	g := &Graph{
		edges:    edges,
		start:    make([]int32, nodes+1),
		to:       make([]int32, 2*len(edges)),
		edge:     make([]int32, 2*len(edges)),
		weight:   make([]float64, 2*len(edges)),
		strength: make([]float64, nodes),
	}
	for i, e := range edges {
		switch {
		case e.A < 0 || e.A >= e.B || int(e.B) >= nodes:
			return nil, fmt.Errorf("edge %d joins %d and %d: the first is lower, and both are nodes from 0 to %d", i, e.A, e.B, nodes-1)
		case i > 0 && (edges[i-1].A > e.A || edges[i-1].A == e.A && edges[i-1].B >= e.B):
			return nil, fmt.Errorf("edge %d joins %d and %d: it does not come after the edge before it", i, e.A, e.B)
		case !(e.Weight >= 1.0/unit && e.Weight <= math.MaxFloat64/float64(2*len(edges))):
			return nil, fmt.Errorf("edge %d has weight %g: it is from 2^-20 up and finite, the sum of all too", i, e.Weight)
		}
		g.start[e.A+1]++
		g.start[e.B+1]++
	}
	for v := range nodes {
		g.start[v+1] += g.start[v]
	}
	next := append([]int32(nil), g.start...)
	for i, e := range edges {
		// A node meets its lower neighbours before its higher ones, each in order.
		low, high := next[e.A], next[e.B]
		next[e.A], next[e.B] = low+1, high+1
		g.to[low], g.edge[low], g.weight[low] = e.B, int32(i), e.Weight
		g.to[high], g.edge[high], g.weight[high] = e.A, int32(i), e.Weight
		g.strength[e.A] += e.Weight
		g.strength[e.B] += e.Weight
	}
	g.length = sync.OnceValue(func() []int64 {
		all := make([]int64, len(g.weight))
		for half, i := range g.edge {
			all[half] = edges[i].length()
		}
		return all
	})
	g.searches.New = func() any { return newSearch(g) }
	return g, nil
}

// Len is the number of nodes.
func (g *Graph) Len() int { return len(g.strength) }

// Edges are all edges by number. The slice is the graph's own.
func (g *Graph) Edges() []Edge { return g.edges }

// Neighbours are the nodes that an edge joins to a node, rising, and beside each the number of that edge. The slices are the
// graph's own.
func (g *Graph) Neighbours(node int32) (nodes, edges []int32) {
	lo, hi := g.start[node], g.start[node+1]
	return g.to[lo:hi], g.edge[lo:hi]
}

// Degree is the number of a node's edges: 0 for an isolate.
func (g *Graph) Degree(node int32) int { return int(g.start[node+1] - g.start[node]) }

// Strength is the sum of the weights of a node's edges: 0 for an isolate.
func (g *Graph) Strength(node int32) float64 { return g.strength[node] }

// A Measure is a number for each node for which it is defined.
type Measure struct {
	// Values has a number per node: 0 where the measure is not defined.
	Values []float64
	// Defined says of each node whether it has a value.
	Defined []bool
}

func newMeasure(nodes int) Measure {
	return Measure{Values: make([]float64, nodes), Defined: make([]bool, nodes)}
}

func (m Measure) set(node int32, value float64) {
	m.Values[node], m.Defined[node] = value, true
}

// At is a node's value, and whether it has one.
func (m Measure) At(node int32) (value float64, defined bool) {
	return m.Values[node], m.Defined[node]
}
