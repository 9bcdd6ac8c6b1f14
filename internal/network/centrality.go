package network

import "context"

// Centrality says who lies between the others and who is near to them, by number of edges; weights do not matter.
type Centrality struct {
	// Betweenness is the share of the pairs of other nodes between which a node lies (Freeman 1977): if only some of the
	// shortest paths of a pair go through it, that part of the pair. From 0 to 1; times Len-1 times Len-2 divided by 2 it is
	// the number of pairs. Pairs that no path joins count as not between. Not defined in a graph of less than 3 nodes; 0 for
	// isolates.
	Betweenness Measure
	// Harmonic is the harmonic closeness (Marchiori & Latora 2000): the mean over all other nodes of 1 divided by the number
	// of edges to it, 0 where no path leads. From 0 for isolates to 1 for a node that is joined to every other. Not defined
	// in a graph of one node.
	Harmonic Measure
	// Sampling says whether both are exact.
	Sampling Sampling
}

// Centrality computes both measures by one breadth-first search from each source (Brandes 2001), in O(nodes * edges). When
// that is more than 400,000,000, component by component, they are estimated from 100 sources, always the same ones. Progress,
// if not nil, is told after each source how many are done, never twice at a time.
func (g *Graph) Centrality(ctx context.Context, progress func(done, total int)) (*Centrality, error) {
	s := g.survey()
	sum, err := s.sum(ctx, progress, func() func(context.Context, int32, sums) error {
		return newSteps(g, s.components).from
	})
	if err != nil {
		return nil, err
	}
	return &Centrality{s.measure(sum.between, 2), s.measure(sum.near, 1), s.sampling}, nil
}
