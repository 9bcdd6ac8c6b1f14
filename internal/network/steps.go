package network

import "context"

// mostPaths is how many shortest paths between two nodes are still counted: 1 divided by it has full precision.
const mostPaths = 1e300

// steps is a breadth-first search that counts shortest paths (Brandes 2001). Between two searches found, paths and depend are
// zero.
//
// A node's neighbours lie on its own level and the two beside it. So the number of its paths is the sum over all its
// neighbours as long as only the levels above have theirs, and what depends on it the sum over all as long as only the
// levels below have theirs: no neighbour's level need be looked at.
type steps struct {
	g      *Graph
	sizes  []int32 // per node: the size of its component
	order  []int32 // the nodes found, level by level
	ends   []int   // where each level begins in order, and where the last ends
	found  []bool
	paths  []float64 // the number of shortest paths from the source
	depend []float64 // (1 + the dependency of the source on the node) / paths
	fresh  []float64 // per place in a level: what its node has once the level is done
}

func newSteps(g *Graph, components Components) *steps {
	n := g.Len()
	s := &steps{
		g: g, sizes: make([]int32, n), found: make([]bool, n),
		paths: make([]float64, n), depend: make([]float64, n), fresh: make([]float64, n),
	}
	for v, label := range components.Labels {
		s.sizes[v] = components.Sizes[label]
	}
	return s
}

// from adds what a source adds. After an error the search is of no more use.
func (s *steps) from(ctx context.Context, source int32, to sums) error {
	if err := s.down(ctx, source); err != nil {
		return err
	}
	if err := s.up(ctx, to); err != nil {
		return err
	}
	for _, v := range s.order {
		s.found[v], s.paths[v], s.depend[v] = false, 0, 0
	}
	return nil
}

// down finds the levels and counts paths.
func (s *steps) down(ctx context.Context, source int32) error {
	s.found[source], s.paths[source] = true, 1
	s.order, s.ends = append(s.order[:0], source), append(s.ends[:0], 0, 1)
	all := int(s.sizes[source])
	for lo, hi := 0, 1; hi < all; lo, hi = hi, len(s.order) {
		for i, v := range s.order[lo:hi] {
			if i%pace == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			if len(s.order) == all {
				break
			}
			for _, w := range s.g.to[s.g.start[v]:s.g.start[v+1]] {
				if !s.found[w] {
					s.found[w] = true
					s.order = append(s.order, w)
				}
			}
		}
		level := s.order[hi:]
		if err := s.gather(ctx, level, s.paths); err != nil {
			return err
		}
		for i, v := range level {
			s.paths[v] = s.fresh[i]
			if s.fresh[i] > mostPaths {
				return errPaths
			}
		}
		s.ends = append(s.ends, len(s.order))
	}
	return nil
}

// up adds to each node what depends on it, from the last level to that below the source.
func (s *steps) up(ctx context.Context, to sums) error {
	for k := len(s.ends) - 2; k > 0; k-- {
		level := s.order[s.ends[k]:s.ends[k+1]]
		if err := s.gather(ctx, level, s.depend); err != nil {
			return err
		}
		near := 1 / float64(k)
		for i, v := range level {
			between := float64(s.paths[v] * s.fresh[i])
			to.between[v] += between
			to.near[v] += near
			s.depend[v] = (1 + between) / s.paths[v]
		}
	}
	return nil
}

// gather sums the values of the neighbours of each node of a level into fresh.
func (s *steps) gather(ctx context.Context, level []int32, values []float64) error {
	for i, v := range level {
		if i%pace == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		var sum float64
		for _, w := range s.g.to[s.g.start[v]:s.g.start[v+1]] {
			sum += values[w]
		}
		s.fresh[i] = sum
	}
	return nil
}
