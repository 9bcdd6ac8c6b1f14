package network

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
)

// Communities is a division of the nodes into sets with more weight inside than chance would put there.
type Communities struct {
	// Labels has the community of each node. They are numbered by falling size, and if equal by their smallest node. An
	// isolate is a community of its own.
	Labels []int32
	// Sizes has the number of nodes of each community.
	Sizes []int32
	// Modularity is the share of the weight that lies inside communities, less what it would be if edges were drawn at
	// random between nodes of the same strengths (Newman & Girvan 2004, weighted, resolution 1): from -0.5 to below 1. 0 in a
	// graph without edges, where it is not defined.
	Modularity float64
}

// triesWork is how many nodes and edges all tries at a graph have together: a large graph has one, a small one up to tries.
const (
	tries     = 1_000
	triesWork = 80_000
)

// Communities seeks the division of the highest modularity by the Leiden algorithm (Traag, Waltman & van Eck 2019), which
// leaves no community disconnected. It visits nodes in fixed orders and takes the best move instead of a random one, so that
// the same graph has the same communities. Time is near O(nodes + edges). On graphs of less than 40,000 nodes and edges it
// tries again from disturbed divisions, and returns the best. That none is better is not known: to know is NP-hard.
func (g *Graph) Communities(ctx context.Context) (*Communities, error) {
	order, alone := make([]int32, g.Len()), make([]int32, g.Len())
	for v := range order {
		order[v], alone[v] = int32(v), int32(v)
	}
	best, err := g.leiden(ctx, alone, order)
	if err != nil {
		return nil, err
	}
	most := g.modularity(best)
	random := rand.New(rand.NewPCG(1, 1))
	for try := 1; try < min(tries, triesWork/(g.Len()+len(g.edges)+1)); try++ {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		labels := slices.Clone(best)
		for v := range labels {
			if random.IntN(10) <= try%10 {
				labels[v] = best[random.IntN(len(best))]
			}
		}
		if labels, err = g.leiden(ctx, labels, order); err != nil {
			return nil, err
		}
		if q := g.modularity(labels); q > most {
			best, most = labels, q
		}
	}
	c := &Communities{Modularity: most}
	c.Labels, c.Sizes = bySize(best)
	return c, nil
}

// leidenRuns is how often the algorithm begins again from what it came to. The second run adds some 0.004 to the modularity
// of a graph of 8,000 nodes, the third some 0.0003, the fourth nearly nothing.
const leidenRuns = 3

// leiden improves a division, whose labels it changes.
func (g *Graph) leiden(ctx context.Context, labels, order []int32) ([]int32, error) {
	var err error
	for range leidenRuns {
		if labels, err = newLeiden(g).run(ctx, labels, order); err != nil {
			return nil, err
		}
	}
	return labels, nil
}

// modularity is 0 in a graph without edges.
func (g *Graph) modularity(labels []int32) float64 {
	inside, strength := make([]float64, g.Len()), make([]float64, g.Len())
	var all float64
	for _, e := range g.edges {
		all += 2 * e.Weight
		if labels[e.A] == labels[e.B] {
			inside[labels[e.A]] += 2 * e.Weight
		}
	}
	if all == 0 {
		return 0
	}
	for v, s := range g.strength {
		strength[labels[v]] += s
	}
	var q float64
	for c, s := range strength {
		q += inside[c]/all - float64(s/all*(s/all))
	}
	return q
}

// bySize numbers labels by falling size, and if equal by their smallest node.
func bySize(labels []int32) (numbered, sizes []int32) {
	count := make([]int32, len(labels))
	var order []int32 // by smallest node
	for _, c := range labels {
		if count[c] == 0 {
			order = append(order, c)
		}
		count[c]++
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(count[b], count[a]) })
	number := make([]int32, len(labels))
	for i, c := range order {
		number[c] = int32(i)
		sizes = append(sizes, count[c])
	}
	for _, c := range labels {
		numbered = append(numbered, number[c])
	}
	return numbered, sizes
}
