package edition

import "slices"

// table finds numbers by hashes, as a map does in two to three times the memory. The zero table is empty. Any number of goroutines may
// read one that nobody changes.
type table[K uint32 | uint64] struct {
	// places hold a hash at the place that it says or at one behind it. None is 0: see keyAt.
	places []K
	// nums are beside them.
	nums  []int32
	taken int
}

// fullest says which part of the places is taken at most, in eighths.
const fullest = 6

// newTable makes room for so many hashes.
func newTable[K uint32 | uint64](size int) *table[K] {
	places := size*8/fullest + 1
	return &table[K]{places: make([]K, places), nums: make([]int32, places)}
}

// keyAt is what stands for a hash, as 0 stands for a free place.
func keyAt[K uint32 | uint64](hash K) K { return max(hash, 1) }

// place is where a key stands or belongs.
func (t *table[K]) place(key K) int {
	at := int(uint64(key) % uint64(len(t.places))) //nolint:gosec // it is below a length
	for t.places[at] != key && t.places[at] != 0 {
		if at++; at == len(t.places) {
			at = 0
		}
	}
	return at
}

// get returns the number of a hash.
func (t *table[K]) get(hash K) (int32, bool) {
	if t.taken == 0 {
		return 0, false
	}
	at := t.place(keyAt(hash))
	return t.nums[at], t.places[at] != 0
}

// put gives a hash a number.
func (t *table[K]) put(hash K, num int32) {
	if 8*(t.taken+1) > fullest*len(t.places) {
		grown := newTable[K](max(8, t.taken*3/2))
		for hash, num := range t.all {
			grown.put(hash, num)
		}
		*t = *grown
	}
	at := t.place(keyAt(hash))
	if t.places[at] == 0 {
		t.taken++
	}
	t.places[at], t.nums[at] = keyAt(hash), num
}

// drop forgets a hash, and closes the gap: what stands behind it may belong before it.
func (t *table[K]) drop(hash K) {
	if _, known := t.get(hash); !known {
		return
	}
	at := t.place(keyAt(hash))
	t.places[at] = 0
	t.taken--
	for next := (at + 1) % len(t.places); t.places[next] != 0; next = (next + 1) % len(t.places) {
		key, num := t.places[next], t.nums[next]
		t.places[next] = 0
		to := t.place(key)
		t.places[to], t.nums[to] = key, num
	}
}

// renumber gives each number another one.
func (t *table[K]) renumber(to []int32) {
	for i, key := range t.places {
		if key != 0 {
			t.nums[i] = to[t.nums[i]]
		}
	}
}

// all are the hashes with their numbers, in no order that means anything.
func (t *table[K]) all(yield func(hash K, num int32) bool) {
	for i, key := range t.places {
		if key != 0 && !yield(key, t.nums[i]) {
			return
		}
	}
}

// clone is a table with the same content and room for more.
func (t *table[K]) clone(more int) *table[K] {
	if 8*(t.taken+more) <= fullest*len(t.places) {
		return &table[K]{slices.Clone(t.places), slices.Clone(t.nums), t.taken}
	}
	c := newTable[K](t.taken + more)
	for hash, num := range t.all {
		c.put(hash, num)
	}
	return c
}
