package edition

import (
	"hash/maphash"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"bettertogether/internal/content"
)

// Roll numbers ids and remembers which entries have had a slug. It only grows, so all editions of a hub share it: a number
// means the same entry in each, and whether a slug leads to it is asked of the edition.
type Roll struct {
	// settled are the numbers of ids that nobody adds to any more: most readers find theirs without a lock. The lock is for all else.
	settled atomic.Pointer[map[content.ID]int32]
	mu      sync.RWMutex
	nums    map[content.ID]int32
	slugs   map[slugKey]int32
	// again has the others where several entries have had a slug.
	again map[slugKey][]int32
	zones *content.Zones
	// under is what a fork was made of.
	under *Roll
}

// slugKey is a hash of a kind and a slug. Whether an entry found by it has had the slug is asked of the entry, so two slugs may
// share one.
type slugKey uint64

func slugOf(kind content.Kind, slug string) slugKey {
	type named struct {
		kind content.Kind
		slug string
	}
	return slugKey(maphash.Comparable(seeds[0], named{kind, slug}))
}

func newRoll() *Roll {
	return &Roll{nums: map[content.ID]int32{}, slugs: map[slugKey]int32{}, again: map[slugKey][]int32{}, zones: new(content.Zones)}
}

// fork returns a roll that takes more in without touching r.
func (r *Roll) fork() *Roll {
	f := newRoll()
	f.zones, f.under = r.zones, r
	return f
}

func (r *Roll) num(id content.ID) (int32, bool) {
	if settled := r.settled.Load(); settled != nil {
		if num, ok := (*settled)[id]; ok {
			return num, true
		}
	}
	r.mu.RLock()
	num, ok := r.nums[id]
	r.mu.RUnlock()
	if !ok && r.under != nil {
		return r.under.num(id)
	}
	return num, ok
}

// settle ends the adding to the ids so far, if they are many: readers find them without a lock from now on.
func (r *Roll) settle() {
	const many, part = 1000, 4 // to settle copies all
	r.mu.Lock()
	defer r.mu.Unlock()
	all, before := r.nums, r.settled.Load()
	switch {
	case r.under != nil || len(r.nums) == 0:
		return
	case before != nil:
		if len(r.nums) < max(many, len(*before)/part) {
			return
		}
		all = maps.Clone(*before)
		maps.Copy(all, r.nums)
	}
	r.settled.Store(&all)
	r.nums = map[content.ID]int32{}
}

// known is num for whoever owns the roll: nobody adds to it meanwhile, so nobody need be kept out.
func (r *Roll) known(id content.ID) (int32, bool) {
	num, ok := r.nums[id]
	if settled := r.settled.Load(); !ok && settled != nil {
		num, ok = (*settled)[id]
	}
	if !ok && r.under != nil {
		return r.under.num(id)
	}
	return num, ok
}

// bySlug are the entries that may have had a slug: all that have, hardly any other.
func (r *Roll) bySlug(kind content.Kind, slug string) []int32 {
	if r.under != nil {
		return append(slices.Clip(r.under.bySlug(kind, slug)), r.own(kind, slug)...)
	}
	return r.own(kind, slug)
}

// own are those that a fork did not inherit.
func (r *Roll) own(kind content.Kind, slug string) []int32 {
	key := slugOf(kind, slug)
	r.mu.RLock()
	defer r.mu.RUnlock()
	if all := r.again[key]; all != nil {
		return all
	}
	if num, ok := r.slugs[key]; ok {
		return []int32{num}
	}
	return nil
}

func (r *Roll) claim(kind content.Kind, slug string, num int32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.note(slugOf(kind, slug), num)
}

// join takes in what a fork of r has beside it.
func (r *Roll) join(f *Roll) {
	r.mu.Lock()
	defer r.mu.Unlock()
	maps.Copy(r.nums, f.nums)
	for key, num := range f.slugs {
		r.note(key, num)
		for _, num := range f.again[key] {
			r.note(key, num)
		}
	}
}

// note adds an entry to those that have had a slug. The caller holds the lock.
func (r *Roll) note(key slugKey, num int32) {
	first, taken := r.slugs[key]
	switch {
	case !taken:
		r.slugs[key] = num
	case r.again[key] == nil && first != num:
		r.again[key] = []int32{first, num}
	case r.again[key] != nil && !slices.Contains(r.again[key], num):
		r.again[key] = append(slices.Clip(r.again[key]), num) // a new slice: readers hold the old one
	}
}
