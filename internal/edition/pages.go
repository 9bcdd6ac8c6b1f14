package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// pages is a vector of nodes or records that shares what did not change with the vector it was edited from.
type pages[T any] struct {
	all  []*[pageSize]*T
	mine map[int]bool
	size int
}

const pageSize = 256

func newPages[T any](size int) pages[T] { return pages[T]{mine: map[int]bool{}}.grow(size) }

// edit returns a vector that may be changed without touching p.
func (p pages[T]) edit(size int) pages[T] {
	return pages[T]{all: slices.Clone(p.all), mine: map[int]bool{}, size: p.size}.grow(size)
}

func (p pages[T]) grow(size int) pages[T] {
	for len(p.all)*pageSize < size {
		p.mine[len(p.all)] = true
		p.all = append(p.all, new([pageSize]*T))
	}
	p.size = max(p.size, size)
	return p
}

func (p pages[T]) len() int { return p.size }

func (p pages[T]) at(num int32) *T {
	if int(num) >= p.size {
		return nil
	}
	return p.all[num/pageSize][num%pageSize]
}

func (p pages[T]) set(num int32, one *T) {
	page := int(num / pageSize)
	if !p.mine[page] {
		c := *p.all[page]
		p.all[page], p.mine[page] = &c, true
	}
	p.all[page][num%pageSize] = one
}

// put sets one of a vector that is new as a whole; several goroutines may do so for different ones.
func (p pages[T]) put(num int32, one *T) { p.all[num/pageSize][num%pageSize] = one }

// settle moves the vector to the ground, with what it points at, or sees to it that it stays. It may be changed later on.
func (p pages[T]) settle() {
	for i, page := range p.all {
		for _, one := range page {
			content.Hold(one)
		}
		p.all[i] = content.MovedForGood(page)
	}
	clear(p.mine)
}
