package edition

import (
	"math/bits"
	"slices"
	"sort"
)

// length is how many numbers lists have together, repeated ones as often as they stand there.
func length(lists [][]int32) (sum int) {
	for _, list := range lists {
		sum += len(list)
	}
	return sum
}

// numbers is a set of numbers of entries, a bit each.
type numbers []uint64

// mark makes the set of all that is in any of some lists.
func (v *View) mark(lists ...[]int32) numbers {
	set := make(numbers, v.nodes.len()/64+1)
	for _, list := range lists {
		for _, num := range list {
			set.add(num)
		}
	}
	return set
}

func (s numbers) add(num int32) { s[num/64] |= 1 << (num % 64) }

func (s numbers) has(num int32) bool { return s[num/64]&(1<<(num%64)) != 0 }

// distinctOf are the numbers in any of some lists, each once, rising.
func (v *View) distinctOf(lists [][]int32) []int32 {
	const words = 2 // of a set are gone through in the time in which sorting takes one step
	sum := length(lists)
	if sum*bits.Len(uint(sum))*words < v.nodes.len()/64 {
		all := slices.Concat(lists...)
		slices.Sort(all)
		return slices.Compact(all)
	}
	all := make([]int32, 0, min(sum, v.nodes.len()))
	for i, word := range v.mark(lists...) {
		for ; word != 0; word &= word - 1 {
			all = append(all, int32(i*64+bits.TrailingZeros64(word)))
		}
	}
	return all
}

// step is how many numbers are gone through in the time in which two entries are compared.
const step = 16

// inAny tells of a number whether it is in any of some lists, each in the order; it will be asked so many times at most.
func (v *View) inAny(o order, lists [][]int32, asked int) func(num int32) bool {
	comparisons := 0
	for _, list := range lists {
		comparisons += bits.Len(uint(len(list)))
	}
	if asked*comparisons*step >= length(lists)+v.nodes.len()/64 {
		return v.mark(lists...).has
	}
	return func(num int32) bool {
		n := v.nodes.at(num)
		return slices.ContainsFunc(lists, func(list []int32) bool {
			_, found := v.place(o, list, n)
			return found
		})
	}
}

// place finds by bisection where in a list, which is in the order, an entry stands or would stand.
func (v *View) place(o order, list []int32, n *node) (at int, found bool) {
	from, to := v.around(o, list, n)
	at, found = slices.BinarySearchFunc(list[from:to], n, func(num int32, n *node) int { return o.compare(v.nodes.at(num), n) })
	return from + at, found
}

// stride is how far apart the sampled entries of an order stand, large how many make an order large.
const stride, large = 16, 4096

// around is the part of a list in which an entry can stand. Where that is all of a large order it is narrowed by a sample first: each
// step of a bisection looks at a node that may be far.
func (v *View) around(o order, list []int32, n *node) (from, to int) {
	whole := v.orders[o.number]
	if len(list) < large || len(list) != len(whole) || &list[0] != &whole[0] {
		return 0, len(list)
	}
	number, sample := o.keys[0].number(n), v.sample(o)
	first, _ := slices.BinarySearch(sample, number)
	beyond := first + sort.Search(len(sample)-first, func(i int) bool { return sample[first+i] > number })
	return max(0, first-1) * stride, min(len(list), beyond*stride)
}

// sample are the numbers by which every stride-th entry of an order is sorted, made when they are first asked for.
func (e *Edition) sample(o order) []uint64 {
	if sample, ok := e.samples.Load(o.number); ok {
		return sample.([]uint64)
	}
	list := e.orders[o.number]
	sample := make([]uint64, 0, len(list)/stride+1)
	for i := 0; i < len(list); i += stride {
		sample = append(sample, o.keys[0].number(e.nodes.at(list[i])))
	}
	e.samples.Store(o.number, sample)
	return sample
}

// inOrder sorts numbers of listed entries, in place or not, and drops repetitions. Where they are many of their kind, walking the
// order that the edition has costs less than comparing them.
func (v *View) inOrder(o order, nums []int32) []int32 {
	whole := v.orders[o.number]
	if len(nums)*bits.Len(uint(len(nums)))*step > len(whole) {
		marked := v.mark(nums)
		found := make([]int32, 0, min(len(nums), len(whole)))
		for _, num := range whole {
			if marked.has(num) {
				found = append(found, num)
			}
		}
		return found
	}
	slices.SortFunc(nums, func(a, b int32) int { return o.compare(v.nodes.at(a), v.nodes.at(b)) })
	return slices.Compact(nums)
}

// direction is where a walk goes.
type direction int

const (
	forwards  direction = 1
	backwards direction = -1
)

// walk goes through what is in any of several lists, each in one order, as through one list in that order without repetitions:
// only as far as somebody asks, so that the first few entries of many cost next to nothing. It is a merge by a heap of what
// comes next in each list; who goes far, since little passes a filter, has the rest merged at once.
type walk struct {
	v       *View
	order   order
	toward  direction
	strands []strand
	passed  int
}

// far is after how many entries a walk merges what is left, which costs less for many than comparing them one by one.
const far = 512

// strand is what a walk has before it of one list; n is the entry that comes next.
type strand struct {
	n    *node
	left []int32
}

// walk begins at an end of lists that are each in the order.
func (v *View) walk(o order, toward direction, lists [][]int32) walk {
	w := walk{v: v, order: o, toward: toward, strands: some[strand](v, len(lists))[:0]}
	for _, list := range lists {
		if s := (strand{left: list}); w.advance(&s, 0) {
			w.strands = append(w.strands, s)
		}
	}
	for i := len(w.strands)/2 - 1; i >= 0; i-- {
		w.sink(i)
	}
	return w
}

// advance goes on in a strand by some entries; false is at its end.
func (w *walk) advance(s *strand, by int) bool {
	if by >= len(s.left) {
		return false
	}
	if w.toward == forwards {
		s.left = s.left[by:]
		s.n = w.v.nodes.at(s.left[0])
	} else {
		s.left = s.left[:len(s.left)-by]
		s.n = w.v.nodes.at(s.left[len(s.left)-1])
	}
	return true
}

// left are what the walk has before it of each list.
func (w *walk) left() [][]int32 {
	lists := make([][]int32, len(w.strands))
	for i := range w.strands {
		lists[i] = w.strands[i].left
	}
	return lists
}

// most is how many entries there are left at most.
func (w *walk) most() (sum int) {
	for i := range w.strands {
		sum += len(w.strands[i].left)
	}
	return sum
}

// next is the entry that comes next; nil at the end.
func (w *walk) next() *node {
	if len(w.strands) == 0 {
		return nil
	}
	return w.strands[0].n
}

// pass leaves the entry that comes next behind, in all lists.
func (w *walk) pass() {
	for n := w.next(); len(w.strands) > 0 && w.strands[0].n == n; w.sink(0) {
		if last := len(w.strands) - 1; !w.advance(&w.strands[0], 1) {
			w.strands[0] = w.strands[last]
			w.strands = w.strands[:last]
		}
	}
	if w.passed++; w.passed == far && len(w.strands) > 1 {
		rest := strand{left: w.v.inOrder(w.order, slices.Concat(w.left()...))}
		w.advance(&rest, 0)
		w.strands = append(w.strands[:0], rest)
	}
}

// isBefore tells whether the walk comes to a before b.
func (w *walk) isBefore(a, b *node) bool { return int(w.toward)*w.order.compare(a, b) < 0 }

// sink puts a strand that comes too early in the heap where it belongs.
func (w *walk) sink(at int) {
	for {
		first := at
		for child := 2*at + 1; child <= 2*at+2 && child < len(w.strands); child++ {
			if w.isBefore(w.strands[child].n, w.strands[first].n) {
				first = child
			}
		}
		if first == at {
			return
		}
		w.strands[at], w.strands[first] = w.strands[first], w.strands[at]
		at = first
	}
}
