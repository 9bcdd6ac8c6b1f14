package network

// A cost is what a path costs: by length, and if equal by the number of edges.
type cost struct {
	length int64
	edges  int32
}

func (c cost) less(d cost) bool {
	return c.length < d.length || c.length == d.length && c.edges < d.edges
}

func (c cost) plus(d cost) cost { return cost{c.length + d.length, c.edges + d.edges} }

// heap is a priority queue of nodes by cost, as a heap of four children per place. A node may be in it more than once.
type heap []entry

type entry struct {
	cost
	node int32
}

func (h *heap) push(e entry) {
	s := append(*h, e)
	i := len(s) - 1
	for i > 0 {
		parent := (i - 1) / 4
		if !e.less(s[parent].cost) {
			break
		}
		s[i] = s[parent]
		i = parent
	}
	s[i] = e
	*h = s
}

func (h *heap) pop() entry {
	s := *h
	top, e := s[0], s[len(s)-1]
	s = s[:len(s)-1]
	for i := 0; ; {
		child := i // the lowest, if one is below e
		least := e
		for c := 4*i + 1; c < min(4*i+5, len(s)); c++ {
			if s[c].less(least.cost) {
				child, least = c, s[c]
			}
		}
		if child == i {
			if len(s) > 0 {
				s[i] = e
			}
			break
		}
		s[i] = least
		i = child
	}
	*h = s
	return top
}
