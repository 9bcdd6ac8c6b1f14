package edition

import "time"

// arena hands out the small things that one operation makes by the block, so that an answer of a thousand of them costs a few
// dozen allocations. It is for one goroutine.
type arena struct {
	blocks []any
}

// The sizes of the first and of the largest block.
const (
	firstBlock = 16
	mostBlock  = 256
)

// block is where values of a type are taken from.
type block[T any] struct {
	first [firstBlock]T
	free  []T
	size  int
}

// some returns n zero values from the view's arena, or from the heap where it has none.
func some[T any](v *View, n int) []T {
	if v.arena == nil {
		return make([]T, n)
	}
	b := blockOf[T](v.arena)
	if n > len(b.free) {
		b.size = min(4*b.size, mostBlock)
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
	b := &block[T]{size: firstBlock}
	b.free = b.first[:]
	a.blocks = append(a.blocks, b)
	return b
}

// Alone returns the view for an operation that reads it in one goroutine.
func (v *View) Alone() *View {
	c := *v
	c.arena = &arena{blocks: make([]any, 0, firstBlock)}
	c.broken = c.knownBroken()
	return &c
}
