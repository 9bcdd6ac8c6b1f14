package network

import (
	"context"
	"math"
)

// WeightedBetweenness is betweenness by length instead of by number of edges, where the length of an edge is 2^20 divided by
// its weight, rounded, at least 1: the share of the pairs of other nodes between which a node lies. Range, isolates, sampling
// and progress are as in [Graph.Centrality]. It runs one search by Dijkstra's algorithm (1959) from each source (Brandes
// 2001), in O(nodes * edges * log nodes). Lengths are integers, so that two paths of the same length are found to be so.
func (g *Graph) WeightedBetweenness(ctx context.Context, progress func(done, total int)) (Measure, Sampling, error) {
	s := g.survey()
	sum, err := s.sum(ctx, progress, func() func(context.Context, int32, sums) error { return newLengths(g).from })
	if err != nil {
		return Measure{}, Sampling{}, err
	}
	return s.measure(sum.between, 2), s.sampling, nil
}

// lengths is a search by Dijkstra's algorithm that counts shortest paths. Between two searches no node is reached, and depend
// is zero.
type lengths struct {
	g      *Graph
	length []int64
	queue  queue
	order  []int32   // the nodes reached, by rising distance
	away   []int64   // the distance from the source
	paths  []float64 // the number of shortest paths from the source
	depend []float64 // the dependency of the source on the node
}

// unreached is the distance of nodes that the search has not reached.
const unreached = math.MaxInt64

func newLengths(g *Graph) *lengths {
	l := &lengths{g: g, length: g.length(), away: make([]int64, g.Len()), paths: make([]float64, g.Len()), depend: make([]float64, g.Len())}
	for v := range l.away {
		l.away[v] = unreached
	}
	return l
}

// from adds what a source adds to the betweenness of each node. After an error the search is of no more use.
func (l *lengths) from(ctx context.Context, source int32, to sums) error {
	if err := l.down(ctx, source); err != nil {
		return err
	}
	for i := len(l.order) - 1; i > 0; i-- {
		if i%pace == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w := l.order[i]
		to.between[w] += l.depend[w]
		each := (1 + l.depend[w]) / l.paths[w]
		for half := l.g.start[w]; half < l.g.start[w+1]; half++ {
			if v := l.g.to[half]; l.away[v]+l.length[half] == l.away[w] {
				l.depend[v] += float64(l.paths[v] * each)
			}
		}
	}
	for _, v := range l.order {
		l.away[v], l.paths[v], l.depend[v] = unreached, 0, 0
	}
	return nil
}

// down finds distances and counts paths.
func (l *lengths) down(ctx context.Context, source int32) error {
	l.away[source], l.paths[source] = 0, 1
	l.order = l.order[:0]
	l.queue.push(waiting{node: source})
	for steps := 0; ; steps++ {
		if steps%pace == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		top, ok := l.queue.pop()
		if !ok {
			return nil
		}
		v := top.node
		if top.away > l.away[v] {
			continue
		}
		if l.paths[v] > mostPaths {
			return errPaths
		}
		l.order = append(l.order, v)
		for half := l.g.start[v]; half < l.g.start[v+1]; half++ {
			switch w, away := l.g.to[half], top.away+l.length[half]; {
			case away < l.away[w]:
				l.away[w], l.paths[w] = away, l.paths[v]
				l.queue.push(waiting{away, w})
			case away == l.away[w]:
				l.paths[w] += l.paths[v]
			}
		}
	}
}
