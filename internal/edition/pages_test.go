package edition

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A vector behaves as a list, however it was made, and what is edited from it leaves it alone.
func TestPagesAreAList(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	same := func(p pages[int], want []*int) {
		t.Helper()
		for num := range len(want) + 2*pageSize {
			if got := p.at(int32(num)); num < len(want) && got != want[num] || num >= len(want) && got != nil {
				t.Fatalf("of %d the one at %d is wrong", len(want), num)
			}
		}
	}
	for _, size := range []int{0, 1, pageSize - 1, pageSize, pageSize + 1, 3 * pageSize, 5*pageSize + 7} {
		run := make([]int, size)
		first, want := pagesOf(run), make([]*int, size)
		for i := range run {
			want[i] = &run[i]
		}
		same(first, want)
		before, was := first, want
		for range 20 {
			next, is := before.edit(before.len()+rng.IntN(pageSize)), slices.Clone(was)
			is = append(is, make([]*int, next.len()-len(is))...)
			changed := map[*int]bool{}
			for range rng.IntN(10) {
				if next.len() == 0 {
					break
				}
				num := rng.IntN(next.len())
				is[num] = new(int)
				next.set(int32(num), is[num])
			}
			for i, one := range is {
				if i >= len(was) || one != was[i] {
					changed[one] = true
				}
			}
			same(next, is)
			same(before, was)
			met := 0
			next.since(before, func(one *int) {
				if changed[one] {
					met++
				}
			})
			delete(changed, nil) // there is nothing yet
			if met != len(changed) {
				t.Fatalf("since meets %d of the %d that changed", met, len(changed))
			}
			before, was = next, is
		}
		same(first, want)
		other, all := pagesOf(make([]int, size)), 0
		if other.since(first, func(*int) { all++ }); all != size {
			t.Errorf("of %d that were made apart since meets %d", size, all)
		}
	}
}
