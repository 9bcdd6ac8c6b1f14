package network

import "context"

// Ego has what a node's own surroundings say of it: its neighbours, and the edges among them.
type Ego struct {
	// Constraint says how far a node's edges all lead to one and the same circle (Burt 1992): the sum over its neighbours j
	// of (p_ij + sum over q of p_iq * p_qj)^2, where p_ij is the share of the edge to j in the strength of i. From just
	// above 0 for a broker between many strangers to 1 for a node with one neighbour; above 1 in small closed circles. Not
	// defined for isolates.
	Constraint Measure
	// EffectiveSize says how many of a node's neighbours are not redundant (Burt 1992): the sum over its neighbours j of
	// 1 - (sum over q of p_iq * m_jq), where m_jq is the weight of the edge between j and q over that of the heaviest edge of
	// j. From 1 to the degree, in nodes. Not defined for isolates.
	EffectiveSize Measure
	// Clustering is the share of pairs of neighbours that an edge joins (Watts & Strogatz 1998), from 0 to 1. Weights do not
	// matter. Not defined below degree 2.
	Clustering Measure
}

// egoParts is in how many parts the nodes are cut.
const egoParts = 64

// Ego computes all three in one pass over the neighbours of neighbours: O(sum of the squares of the degrees).
func (g *Graph) Ego(ctx context.Context) (*Ego, error) {
	n := g.Len()
	e := &Ego{newMeasure(n), newMeasure(n), newMeasure(n)}
	heaviest := make([]float64, n)
	for _, edge := range g.edges {
		heaviest[edge.A] = max(heaviest[edge.A], edge.Weight)
		heaviest[edge.B] = max(heaviest[edge.B], edge.Weight)
	}
	err := inParts(egoParts, func(part int) error {
		share := make([]float64, n) // of the node in hand, per neighbour; else 0
		for v := int32(part); v < int32(n); v += egoParts {
			if err := e.measure(ctx, g, v, share, heaviest); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// measure sets all values of a node.
func (e *Ego) measure(ctx context.Context, g *Graph, v int32, share, heaviest []float64) error {
	near, _ := g.Neighbours(v)
	if len(near) == 0 {
		return nil
	}
	for i, w := range near {
		share[w] = g.weight[int(g.start[v])+i] / g.strength[v]
	}
	var constraint, size, joined float64
	for i, j := range near {
		if i%pace == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var indirect, redundant float64
		for half := g.start[j]; half < g.start[j+1]; half++ {
			if q := g.to[half]; share[q] > 0 {
				indirect += float64(share[q] * g.weight[half] / g.strength[q])
				redundant += float64(share[q] * g.weight[half])
				joined++
			}
		}
		constraint += float64((share[j] + indirect) * (share[j] + indirect))
		size += 1 - redundant/heaviest[j]
	}
	for _, w := range near {
		share[w] = 0
	}
	e.Constraint.set(v, constraint)
	e.EffectiveSize.set(v, size)
	if d := float64(len(near)); d >= 2 {
		e.Clustering.set(v, joined/(d*(d-1)))
	}
	return nil
}
