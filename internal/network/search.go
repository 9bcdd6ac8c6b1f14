package network

import (
	"context"
	"slices"
)

// search seeks the best path between two nodes from both ends at once (Pohl 1971). Its arrays are never cleared: what is not
// marked with the number of the search in hand is left from an older one.
type search struct {
	g      *Graph
	length []int64
	number uint32
	sides  [2]side
	barred []uint32 // nodes that the path may not have
	leads  []uint32 // nodes on the first half of a best path
	best   cost     // of the best path found so far, if there is a meeting
	// meetings are the edges, from the first end towards the last, by which the halves of the best paths meet.
	meetings [][2]int32
}

// side is the half of a search that begins at one end.
type side struct {
	end    int32
	labels []label
	queue  heap
}

// label is the lowest cost found so far between an end and a node.
type label struct {
	cost
	number uint32
}

func newSearch(g *Graph) *search {
	n := g.Len()
	return &search{
		g: g, length: g.length(), barred: make([]uint32, n), leads: make([]uint32, n),
		sides: [2]side{{labels: make([]label, n)}, {labels: make([]label, n)}},
	}
}

// question is what a search is asked.
type question struct {
	from, to int32
	// barred are nodes that the path may not have.
	barred []int32
	// notNext are nodes that may not come second in the path.
	notNext []int32
	// avoid, if not nil, says which other nodes the path may not have.
	avoid func(node int32) bool
}

// path is the best path, by cost and then by the numbers of its nodes, and its length; nil if there is none.
func (s *search) path(ctx context.Context, q *question) ([]int32, int64, error) {
	s.begin(q)
	first, last := &s.sides[0], &s.sides[1]
	for steps := 0; len(first.queue) > 0 && len(last.queue) > 0; steps++ {
		if steps%pace == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		// A path that has not been met yet leads from a node that the first half has still to visit to one that the last has.
		if len(s.meetings) > 0 && !first.queue[0].plus(last.queue[0].cost).less(s.best) {
			break
		}
		if len(first.queue) <= len(last.queue) {
			s.visit(q, 0)
		} else {
			s.visit(q, 1)
		}
	}
	if len(s.meetings) == 0 {
		return nil, 0, nil
	}
	s.markLeads(q)
	return s.lowest(q), s.best.length, nil
}

func (s *search) begin(q *question) {
	s.number++
	if s.number == 0 { // after 2^32 searches old marks would come true again
		*s = *newSearch(s.g)
		s.number = 1
	}
	s.meetings = s.meetings[:0]
	for _, v := range q.barred {
		s.barred[v] = s.number
	}
	for i, end := range [2]int32{q.from, q.to} {
		s.sides[i].end = end
		s.sides[i].labels[end] = label{number: s.number}
		s.sides[i].queue = append(s.sides[i].queue[:0], entry{node: end})
	}
}

// mayStep says whether a path may go from a node to its neighbour, neither of them barred.
func (q *question) mayStep(from, to int32) bool {
	return from != q.from || !slices.Contains(q.notNext, to)
}

// visit takes the next node of a side, and tells its neighbours.
func (s *search) visit(q *question, half int) {
	mine, other := &s.sides[half], &s.sides[1-half]
	top := mine.queue.pop()
	v := top.node
	if mine.labels[v].less(top.cost) {
		return
	}
	for h := s.g.start[v]; h < s.g.start[v+1]; h++ {
		w := s.g.to[h]
		step := [2]int32{v, w}
		if half == 1 {
			step = [2]int32{w, v}
		}
		if s.barred[w] == s.number || !q.mayStep(step[0], step[1]) {
			continue
		}
		c := top.plus(cost{s.length[h], 1})
		if met := other.labels[w]; met.number == s.number {
			s.meet(step, c.plus(met.cost))
		}
		if len(s.meetings) > 0 && !c.less(s.best) {
			continue
		}
		if l := &mine.labels[w]; l.number != s.number || c.less(l.cost) {
			if l.number != s.number && q.avoid != nil && q.avoid(w) {
				s.barred[w] = s.number
				continue
			}
			*l = label{c, s.number}
			mine.queue.push(entry{c, w})
		}
	}
}

func (s *search) meet(step [2]int32, whole cost) {
	switch {
	case len(s.meetings) == 0 || whole.less(s.best):
		s.best = whole
		s.meetings = append(s.meetings[:0], step)
	case whole == s.best:
		s.meetings = append(s.meetings, step)
	}
}

// markLeads marks the nodes from which a best path goes on in the first half, or crosses to the last.
func (s *search) markLeads(q *question) {
	labels := s.sides[0].labels
	var marked []int32
	mark := func(v int32) {
		if s.leads[v] != s.number {
			s.leads[v] = s.number
			marked = append(marked, v)
		}
	}
	for _, step := range s.meetings {
		mark(step[0])
	}
	for i := 0; i < len(marked); i++ {
		v := marked[i]
		for h := s.g.start[v]; h < s.g.start[v+1]; h++ {
			w := s.g.to[h]
			if labels[w].number == s.number && labels[w].plus(cost{s.length[h], 1}) == labels[v].cost && q.mayStep(w, v) {
				mark(w)
			}
		}
	}
}

// lowest walks from the first node to the last, each time to the lowest neighbour that is on a best path from here.
func (s *search) lowest(q *question) []int32 {
	path := []int32{q.from}
	var gone cost
	for v := q.from; v != q.to; path = append(path, v) {
		for h := s.g.start[v]; h < s.g.start[v+1]; h++ {
			w := s.g.to[h]
			c := gone.plus(cost{s.length[h], 1})
			before, after := s.sides[0].labels[w], s.sides[1].labels[w]
			leads := s.leads[w] == s.number && before.cost == c
			ends := after.number == s.number && c.plus(after.cost) == s.best
			if (leads || ends) && q.mayStep(v, w) {
				v, gone = w, c
				break
			}
		}
	}
	return path
}
