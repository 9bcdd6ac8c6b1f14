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
// It takes O(nodes + edges) a round and at most some 190 rounds, since an error shrinks by the damping each time. Mostly it
// takes a third: no component gives rank to another, so that the sum of each is known beforehand, and each begins with it.
func (g *Graph) PageRank(ctx context.Context) ([]float64, error) {
	var isolates int
	for v := range int32(g.Len()) {
		if g.Degree(v) == 0 {
			isolates++
		}
	}
	n := float64(g.Len())
	// What jumps bring to each node, those from isolates included: the value of an isolate.
	jump := (1 - damping) / (n - float64(damping*float64(isolates)))
	rank, share := make([]float64, g.Len()), make([]float64, g.Len())
	for v := range rank {
		rank[v] = jump
		if g.Degree(int32(v)) > 0 {
			rank[v] = jump / (1 - damping)
		}
	}
	for change := math.Inf(1); change*damping/(1-damping) >= 1e-12; {
		for v, s := range g.strength {
			if s > 0 {
				share[v] = rank[v] / s
			}
		}
		change = 0
		for v := range rank {
			if v%pace == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			lo, hi := g.start[v], g.start[v+1]
			weight := g.weight[lo:hi]
			var sum float64
			for i, w := range g.to[lo:hi] {
				sum += float64(weight[i] * share[w])
			}
			now := jump + float64(damping*sum)
			change += math.Abs(now - rank[v])
			rank[v] = now
		}
	}
	return rank, nil
}
