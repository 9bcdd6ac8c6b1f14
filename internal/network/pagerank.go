package network

import (
	"context"
	"math"
)

// damping is the chance that the walk of PageRank follows an edge instead of jumping to any node.
const damping = 0.85

// PageRank says how often a walk is at each node that mostly follows edges, the more often the heavier (Brin & Page 1998,
// with weights; damping 0.85). The values lie from 0 to 1 and their sum is 1; the sum of all errors is below 1e-12. From an
// isolate the walk jumps to any node, so that all isolates have the same, lowest, value. Every node has one.
//
// It takes O(nodes + edges) a round and some 50 rounds, since the walk on an undirected graph has real eigenvalues, which
// Chebyshev's polynomials use (Golub & Varga 1961): alone, a round would leave 0.85 of an error, and so leaves 0.56.
func (g *Graph) PageRank(ctx context.Context) ([]float64, error) {
	n := g.Len()
	isolates := 0
	for v := range int32(n) {
		if g.Degree(v) == 0 {
			isolates++
		}
	}
	// What jumps bring to each node, those from isolates included: the rank of an isolate.
	jump := (1 - damping) / (float64(n) - float64(damping*float64(isolates)))
	rank, before, walked, share := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for v := range rank {
		rank[v] = 1 / float64(n)
	}
	for pull := 1.0; ; pull = 1 / (1 - float64(damping*damping/4*pull)) {
		change, err := g.walk(ctx, rank, walked, share, jump)
		if err != nil {
			return nil, err
		}
		if change*damping/(1-damping) < 1e-12 {
			return walked, nil
		}
		for v, b := range before {
			before[v], rank[v] = rank[v], b+float64(pull*(walked[v]-b))
		}
	}
}

// walk sets walked to where a walk that is at the nodes as rank says is one step later, and returns the sum of all changes.
func (g *Graph) walk(ctx context.Context, rank, walked, share []float64, jump float64) (change float64, err error) {
	for v, s := range g.strength {
		if s > 0 {
			share[v] = rank[v] / s
		}
	}
	var changes [walkParts]float64
	err = inParts(walkParts, func(part int) error {
		var moved float64
		for v := part * len(rank) / walkParts; v < (part+1)*len(rank)/walkParts; v++ {
			if v%pace == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			lo, hi := g.start[v], g.start[v+1]
			weight := g.weight[lo:hi]
			var sum float64
			for i, w := range g.to[lo:hi] {
				sum += float64(weight[i] * share[w])
			}
			walked[v] = jump + float64(damping*sum)
			moved += math.Abs(walked[v] - rank[v])
		}
		changes[part] = moved
		return nil
	})
	for _, c := range changes {
		change += c
	}
	return change, err
}

// walkParts is into how many parts a round is cut. There are few, since a round of a small graph takes some microseconds.
const walkParts = 4
