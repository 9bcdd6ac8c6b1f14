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

// tries is from how many orders of visiting the best division of a small graph is taken, and triesWork the number of nodes
// and edges over which larger graphs share them: above that there is one.
const (
	tries     = 100
	triesWork = 60_000
)

// Communities seeks the division of the highest modularity by the Leiden algorithm (Traag, Waltman & van Eck 2019), which
// leaves no community disconnected. It visits nodes in fixed orders and takes the best move instead of a random one, so that
// the same graph has the same communities. Time is near O(nodes + edges). The best division is not known to be found: that is
// NP-hard.
func (g *Graph) Communities(ctx context.Context) (*Communities, error) {
	size := g.Len() + len(g.edges)
	order := make([]int32, g.Len())
	for v := range order {
		order[v] = int32(v)
	}
	best, most := slices.Clone(order), 0.0
	for try := range max(1, min(tries, triesWork/max(1, size))) {
		if try > 0 {
			random := rand.New(rand.NewPCG(uint64(try), 0))
			random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		}
		labels, err := g.leiden(ctx, order)
		if err != nil {
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

// leiden repeats the algorithm from what it came to, until that is no better.
func (g *Graph) leiden(ctx context.Context, order []int32) ([]int32, error) {
	best := make([]int32, g.Len())
	for v := range best {
		best[v] = int32(v)
	}
	for most := g.modularity(best); ; {
		labels, err := newLeiden(g).run(ctx, slices.Clone(best), order)
		if err != nil {
			return nil, err
		}
		q := g.modularity(labels)
		if q <= most+1e-10 {
			return best, nil
		}
		best, most = labels, q
	}
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
