package network

import (
	"cmp"
	"context"
	"slices"
)

// A Path leads from node to node by edges, and comes to none twice.
type Path struct {
	// Nodes are the nodes in order, both ends included.
	Nodes []int32
	// Length is the sum of the lengths of its edges, where that of an edge is 2^20 divided by its weight, rounded, at least 1.
	Length int64
}

// Strength is 2^20 divided by the length: the weight of an edge that would be as long as the path. That of a path of one edge
// is the weight of the edge, but for rounding; two edges of weight 1 make a path of strength 0.5.
func (p Path) Strength() float64 { return unit / float64(p.Length) }

func (p Path) compare(o Path) int {
	return cmp.Or(cmp.Compare(p.Length, o.Length), cmp.Compare(len(p.Nodes), len(o.Nodes)), slices.Compare(p.Nodes, o.Nodes))
}

// A PathQuery says which paths are sought.
type PathQuery struct {
	From, To int32
	// Most is how many are wanted.
	Most int
	// Avoid, if not nil, says which nodes the paths may not have.
	Avoid func(node int32) bool
}

// Paths finds the best paths, ordered by length, then number of edges, then the numbers of their nodes one by one: no other
// path comes before the last of them. There are none where no path leads, and none from a node to itself or with a node to
// avoid at an end.
//
// It is the algorithm of Yen (1971) as Lawler (1972) shortened it, with a search from both ends (Pohl 1971): for each path
// after the first at most as many searches as the path before it has edges, each O(edges * log nodes), and mostly far less
// as it sees only what is near. Memory for searches is kept for the next ones.
func (g *Graph) Paths(ctx context.Context, q PathQuery) ([]Path, error) {
	if q.From == q.To || q.Most <= 0 || q.Avoid != nil && (q.Avoid(q.From) || q.Avoid(q.To)) {
		return nil, nil
	}
	s := g.searches.Get().(*search)
	defer g.searches.Put(s)
	var (
		found  []Path
		rivals []rival // the best path of each set of those not found yet, best first
	)
	// seek adds the best path that begins with the given nodes and does not go on to some.
	seek := func(begin, notNext []int32) error {
		last := len(begin) - 1
		end, length, err := s.path(ctx, &question{begin[last], q.To, begin[:last], notNext, q.Avoid})
		if err != nil || end == nil {
			return err
		}
		r := rival{Path{slices.Concat(begin[:last], end), g.lengthOf(begin) + length}, last}
		i, _ := slices.BinarySearchFunc(rivals, r, func(a, b rival) int { return a.compare(b.Path) })
		rivals = slices.Insert(rivals, i, r)
		return nil
	}
	if err := seek([]int32{q.From}, nil); err != nil {
		return nil, err
	}
	for len(rivals) > 0 {
		best := rivals[0]
		rivals = rivals[1:]
		if found = append(found, best.Path); len(found) == q.Most {
			break
		}
		for i := best.leaves; i < len(best.Nodes)-1; i++ {
			begin := best.Nodes[:i+1]
			var notNext []int32
			for _, p := range found {
				if len(p.Nodes) > i && slices.Equal(p.Nodes[:i+1], begin) {
					notNext = append(notNext, p.Nodes[i+1])
				}
			}
			if err := seek(begin, notNext); err != nil {
				return nil, err
			}
		}
	}
	return found, nil
}

// rival is a path, and at which place it leaves all paths that were found before it.
type rival struct {
	Path
	leaves int
}

// lengthOf is the length of a path by its nodes.
func (g *Graph) lengthOf(path []int32) int64 {
	var sum int64
	for i, w := range path[1:] {
		near, edges := g.Neighbours(path[i])
		at, _ := slices.BinarySearch(near, w)
		sum += g.edges[edges[at]].length()
	}
	return sum
}
