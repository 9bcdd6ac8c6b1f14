package edition

import (
	"hash/maphash"
	"slices"
	"sync"
	"sync/atomic"

	"bettertogether/internal/content"
)

// Roll numbers ids and remembers which entries have had a slug. It only grows, so all editions of a hub share it: a number
// means the same entry in each, and whether a slug leads to it is asked of the edition.
type Roll struct {
	// settled are the numbers of ids that nobody adds to any more: most readers find theirs without a lock. The lock is for all else.
	settled atomic.Pointer[table[uint64]]
	mu      sync.RWMutex
	nums    *table[uint64]
	slugs   *table[uint32]
	// again has all entries of a slug that several have had.
	again map[uint32][]int32
	zones *content.Zones
	// under is what a fork was made of.
	under *Roll
}

// idOf is the hash by which an id is found. No two have the same: who numbers an id makes sure.
func idOf(id content.ID) uint64 { return maphash.String(seed, string(id)) }

// slugOf is a hash of a kind and a slug. Whether an entry found by it has had the slug is asked of the entry, so two slugs may
// share one.
func slugOf(kind content.Kind, slug string) uint32 {
	type named struct {
		kind content.Kind
		slug string
	}
	return uint32(maphash.Comparable(seed, named{kind, slug}) >> 32) //nolint:gosec // 32 bits are left
}

func newRoll() *Roll {
	return &Roll{nums: new(table[uint64]), slugs: new(table[uint32]), again: map[uint32][]int32{}, zones: new(content.Zones)}
}

// fork returns a roll that takes more in without touching r.
func (r *Roll) fork() *Roll {
	f := newRoll()
	f.zones, f.under = r.zones, r
	return f
}

func (r *Roll) num(id content.ID) (int32, bool) { return r.numOf(idOf(id)) }

func (r *Roll) numOf(hash uint64) (int32, bool) {
	if settled := r.settled.Load(); settled != nil {
		if num, ok := settled.get(hash); ok {
			return num, true
		}
	}
	r.mu.RLock()
	num, ok := r.nums.get(hash)
	r.mu.RUnlock()
	if !ok && r.under != nil {
		return r.under.numOf(hash)
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
	case r.under != nil || r.nums.taken == 0:
		return
	case before != nil:
		if r.nums.taken < max(many, before.taken/part) {
			return
		}
		all = before.clone(r.nums.taken)
		for hash, num := range r.nums.all {
			all.put(hash, num)
		}
	}
	r.settled.Store(all)
	r.nums = new(table[uint64])
}

// renumber gives each number another one. Nobody reads the roll yet.
func (r *Roll) renumber(to []int32) {
	r.nums.renumber(to)
	r.slugs.renumber(to)
	for _, nums := range r.again {
		for i, num := range nums {
			nums[i] = to[num]
		}
	}
}

// known is num for whoever owns the roll: nobody adds to it meanwhile, so nobody need be kept out.
func (r *Roll) known(id content.ID) (int32, bool) {
	hash := idOf(id)
	num, ok := r.nums.get(hash)
	if settled := r.settled.Load(); !ok && settled != nil {
		num, ok = settled.get(hash)
	}
	if !ok && r.under != nil {
		return r.under.numOf(hash)
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
	if num, ok := r.slugs.get(key); ok {
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
	for hash, num := range f.nums.all {
		r.nums.put(hash, num)
	}
	for key, num := range f.slugs.all {
		r.note(key, num)
		for _, num := range f.again[key] {
			r.note(key, num)
		}
	}
}

// note adds an entry to those that have had a slug. The caller holds the lock.
func (r *Roll) note(key uint32, num int32) {
	first, taken := r.slugs.get(key)
	switch {
	case !taken:
		r.slugs.put(key, num)
	case r.again[key] == nil && first != num:
		r.again[key] = []int32{first, num}
	case r.again[key] != nil && !slices.Contains(r.again[key], num):
		r.again[key] = append(slices.Clip(r.again[key]), num) // a new slice: readers hold the old one
	}
}
