package edition

import "slices"

// pages is a vector of nodes that shares what did not change with the vector it was edited from.
type pages struct {
	all  []*[pageSize]*node
	mine map[int]bool
	size int
}

const pageSize = 256

func newPages(size int) pages { return pages{mine: map[int]bool{}}.grow(size) }

// edit returns a vector that may be changed without touching p.
func (p pages) edit(size int) pages {
	return pages{all: slices.Clone(p.all), mine: map[int]bool{}, size: p.size}.grow(size)
}

func (p pages) grow(size int) pages {
	for len(p.all)*pageSize < size {
		p.mine[len(p.all)] = true
		p.all = append(p.all, new([pageSize]*node))
	}
	p.size = max(p.size, size)
	return p
}

func (p pages) len() int { return p.size }

func (p pages) at(num int32) *node {
	if int(num) >= p.size {
		return nil
	}
	return p.all[num/pageSize][num%pageSize]
}

func (p pages) set(num int32, n *node) {
	page := int(num / pageSize)
	if !p.mine[page] {
		c := *p.all[page]
		p.all[page], p.mine[page] = &c, true
	}
	p.all[page][num%pageSize] = n
}

// put sets a node of a vector that is new as a whole; several goroutines may do so for different nodes.
func (p pages) put(n *node) { p.all[n.num/pageSize][n.num%pageSize] = n }
