package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// pages is a vector of nodes or records that shares what did not change with the vector it was edited from.
type pages[T any] struct {
	// run are those that were made together, by number. A page that has nothing else is nil.
	run  []T
	all  []*[pageSize]*T
	mine map[int]bool
	size int
}

const pageSize = 256

// pagesOf is a vector of values that were made together.
func pagesOf[T any](run []T) pages[T] {
	p := pages[T]{run: run, all: make([]*[pageSize]*T, len(run)/pageSize), mine: map[int]bool{}, size: len(run)}.grow(len(run))
	for num := len(run) - len(run)%pageSize; num < len(run); num++ { // others may follow on the page
		p.set(int32(num), &run[num])
	}
	return p
}

// edit returns a vector that may be changed without touching p.
func (p pages[T]) edit(size int) pages[T] {
	p.all, p.mine = slices.Clone(p.all), map[int]bool{}
	return p.grow(size)
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
	if page := p.all[num/pageSize]; page != nil {
		return page[num%pageSize]
	}
	return &p.run[num]
}

func (p pages[T]) set(num int32, one *T) {
	page := int(num / pageSize)
	if !p.mine[page] {
		c := new([pageSize]*T)
		for i := range c {
			c[i] = p.at(num - num%pageSize + int32(i))
		}
		p.all[page], p.mine[page] = c, true
	}
	p.all[page][num%pageSize] = one
}

// since visits what stands on pages that another vector does not have, by number.
func (p pages[T]) since(other pages[T], visit func(one *T)) {
	isSameRun := len(p.run) > 0 && len(other.run) > 0 && &p.run[0] == &other.run[0]
	for i, page := range p.all {
		if i < len(other.all) && other.all[i] == page && (page != nil || isSameRun) {
			continue
		}
		for num := i * pageSize; num < min((i+1)*pageSize, p.size); num++ {
			if one := p.at(int32(num)); one != nil {
				visit(one)
			}
		}
	}
}

// settle moves the vector to the ground, with what it points at, or sees to it that it stays; its run lies there already. It may be
// changed later on.
func (p pages[T]) settle() {
	for i, page := range p.all {
		if page == nil {
			continue
		}
		for _, one := range page {
			content.Hold(one)
		}
		p.all[i] = content.MovedForGood(page)
	}
	clear(p.mine)
}
