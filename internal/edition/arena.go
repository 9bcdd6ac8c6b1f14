package edition

import (
	"sync"
	"time"
)

// arena lends the small things that one operation makes, so that an answer of a thousand of them costs a few allocations and next
// to no garbage. It is for one goroutine, and what it has lent is of use until the operation is done.
type arena struct {
	view   View
	blocks []interface{ takeBack() }
}

// arenas are lent to operations, one after the other.
var arenas = sync.Pool{New: func() any { return new(arena) }}

// The numbers of values in the first block and in the largest one that is kept.
const (
	firstBlock = 32
	mostBlock  = 4096
)

// block is where values of a type are taken from.
type block[T any] struct {
	values []T
	taken  int
}

// takeBack makes all values zero again.
func (b *block[T]) takeBack() {
	if len(b.values) > mostBlock {
		b.values = nil
	}
	clear(b.values[:min(b.taken, len(b.values))])
	b.taken = 0
}

// some returns n zero values from the view's arena, or from the heap where it has none.
func some[T any](v *View, n int) []T {
	if v.arena == nil {
		return make([]T, n)
	}
	b := blockOf[T](v.arena)
	b.want(n)
	from := b.taken
	b.taken += n
	return b.values[from:b.taken:b.taken]
}

// one returns a zero value from the view's arena.
func one[T any](v *View) *T {
	if v.arena == nil {
		return new(T)
	}
	b := blockOf[T](v.arena)
	b.want(1)
	b.taken++
	return &b.values[b.taken-1]
}

// want sees to it that there are n more values.
func (b *block[T]) want(n int) {
	if b.taken+n > len(b.values) { // what was taken of the smaller block stays with those who have it
		b.values, b.taken = make([]T, max(2*len(b.values), n, firstBlock)), 0
	}
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
	b := new(block[T])
	a.blocks = append(a.blocks, b)
	return b
}

// Alone returns the view for an operation that reads it in one goroutine, and says Done: nobody may keep the view, nor what it has
// shown, beyond that. Who must, takes Lasting.
func (v *View) Alone() *View {
	a := arenas.Get().(*arena)
	a.view = *v
	a.view.arena, a.view.broken = a, nil
	a.view.broken = a.view.knownBroken()
	return &a.view
}

// Done ends the operation for which Alone made the view.
func (v *View) Done() {
	a := v.arena
	for _, b := range a.blocks {
		b.takeBack()
	}
	a.view = View{}
	arenas.Put(a)
}

// Lasting is the view for who keeps it, or what it shows, longer than an operation takes, or reads it in several goroutines.
func (v *View) Lasting() *View {
	if v.arena == nil {
		return v
	}
	c := *v
	c.arena, c.broken = nil, nil
	return &c
}
