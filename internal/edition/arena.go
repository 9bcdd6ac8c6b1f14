package edition

import (
	"time"

	"bettertogether/internal/content"
)

// arena hands out the small things that one operation makes by the block, so that an answer of a thousand of them costs a few
// allocations. It is for one goroutine. The first blocks of what lists of episodes are made of are a part of it.
type arena struct {
	blocks []any
	room   [16]any

	episodes      block[Episode]
	moments       block[content.Moment]
	instants      block[time.Time]
	appearances   block[Appearance]
	speakers      block[Speaker]
	organizations block[Organization]
	resources     block[Resource]
	behind        block[content.ID]
	episodeLists  block[*Episode]
	orgLists      block[*Organization]
	resourceLists block[*Resource]
	nodeLists     block[*node]
}

// The sizes of the first and of the largest block.
const (
	firstBlock = 24
	mostBlock  = 256
)

// block is where values of a type are taken from.
type block[T any] struct {
	first [firstBlock]T
	free  []T
	size  int
}

func (b *block[T]) begin() *block[T] {
	b.free, b.size = b.first[:], firstBlock
	return b
}

// some returns n zero values from the view's arena, or from the heap where it has none.
func some[T any](v *View, n int) []T {
	if v.arena == nil {
		return make([]T, n)
	}
	b := blockOf[T](v.arena)
	if n > len(b.free) {
		b.size = min(3*b.size, mostBlock)
		b.free = make([]T, max(b.size, n))
	}
	taken := b.free[:n:n]
	b.free = b.free[n:]
	return taken
}

// one returns a zero value from the view's arena.
func one[T any](v *View) *T {
	if v.arena == nil {
		return new(T)
	}
	return &some[T](v, 1)[0]
}

// put returns a value that stands in the view's arena.
func put[T any](v *View, value T) *T {
	p := one[T](v)
	*p = value
	return p
}

// instant is nil for the zero moment.
func (v *View) instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return put(v, t)
}

func blockOf[T any](a *arena) *block[T] {
	for _, b := range a.blocks {
		if found, ok := b.(*block[T]); ok {
			return found
		}
	}
	b := new(block[T]).begin()
	a.blocks = append(a.blocks, b)
	return b
}

// Alone returns the view for an operation that reads it in one goroutine.
func (v *View) Alone() *View {
	alone := &struct {
		View
		arena
	}{View: *v}
	a := &alone.arena
	a.blocks = append(a.room[:0], a.episodes.begin(), a.moments.begin(), a.instants.begin(), a.appearances.begin(), a.speakers.begin(),
		a.organizations.begin(), a.resources.begin(), a.behind.begin(), a.episodeLists.begin(), a.orgLists.begin(), a.resourceLists.begin(), a.nodeLists.begin())
	c := &alone.View
	c.arena, c.broken = a, nil
	c.broken = c.knownBroken()
	return c
}
