package content

import (
	"hash/maphash"
	"reflect"
	"strings"
	"sync"
)

// roomSize is how many bytes of one type a Decoder makes at once at most.
const roomSize = 8 << 10

// room is where a Decoder puts values of one type, close together: a hub has millions of lists and structs, and each by itself
// would be rounded up to a size of the allocator and counted by the collector.
type room struct {
	// items are those of a list while their number is not known.
	items reflect.Value
	all   reflect.Value
	taken int
	// isForGood says that they lie on the ground.
	isForGood bool
}

func (d *Decoder) room(t reflect.Type) *room {
	r := d.rooms[t]
	if r == nil {
		if d.rooms == nil {
			d.rooms = map[reflect.Type]*room{}
		}
		list := reflect.SliceOf(t)
		r = &room{items: reflect.New(list).Elem(), all: reflect.Zero(list), isForGood: d.isForGood()}
		d.rooms[t] = r
	}
	return r
}

func (d *Decoder) isForGood() bool { return d.Words != nil && d.Words.AreForGood }

// take returns where n zero values begin. The first ones are made alone: who decodes one body needs no more.
func (r *room) take(n int) int {
	if r.all.Len()-r.taken < n {
		list := r.items.Type()
		size := max(n, min(2*r.all.Len(), roomSize/int(list.Elem().Size())))
		if r.taken = 0; r.isForGood {
			r.all = reflect.SliceAt(list.Elem(), onGround(uintptr(size)*list.Elem().Size()), size) //nolint:gosec // it is positive
		} else {
			r.all = reflect.MakeSlice(list, size, size)
		}
	}
	r.taken += n
	return r.taken - n
}

// one returns a pointer to a zero value.
func (r *room) one() reflect.Value { return r.all.Index(r.take(1)).Addr() }

// Words makes one string of all that are equal, and one part of all that are written alike, for several decoders at once. The zero
// Words is ready.
type Words struct {
	// AreForGood says that what the decoders read stays until the process ends. Then it costs the collector of garbage nothing.
	AreForGood bool

	shards [64]struct {
		mu    sync.Mutex
		words map[string]string
		texts texts
	}
	// parts have those of parts apart: who reads a part holds its shelf.
	parts [2][64]shelf[any]
	lists [64]shelf[[]ID]
}

// one returns the string that stands for all that are equal to a word.
func (w *Words) one(word string, hash uint64) string {
	shard := &w.shards[hash%uint64(len(w.shards))]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	one, ok := shard.words[word]
	if !ok {
		if shard.words == nil {
			shard.words = map[string]string{}
		}
		shard.texts.areForGood = w.AreForGood
		one = shard.texts.made(append(shard.texts.room(len(word)), word...)) // it may be a part of a body
		shard.words[one] = one
	}
	return one
}

// Word returns the one string for all that are equal to a word.
func (d *Decoder) Word(word string) string {
	if d.Words != nil {
		hash := hashOf(word)
		seen := d.lately(hash)
		if seen.is(word, hash) {
			return seen.text
		}
		one := d.Words.one(word, hash)
		seen.make(one, hash)
		return one
	}
	one, ok := d.words[word]
	if !ok {
		if d.words == nil {
			d.words = map[string]string{}
		}
		one = strings.Clone(word)
		d.words[one] = one
	}
	return one
}

// lately is where a string stands if it was met lately. There are more places, and all empty, as more is read.
func (d *Decoder) lately(hash uint64) *met {
	if d.asked++; d.asked > len(d.near) && len(d.near) < 1<<17 {
		d.near = make([]met, max(64, 4*len(d.near)))
	}
	return &d.near[hash>>32%uint64(len(d.near))]
}

// met is a string that a Decoder has read, with two hashes. No two strings have both alike, so the string itself, which may be far,
// is not looked at.
type met struct {
	hash, mark uint64
	text       string
	// again says that it was met again since another one wanted its place: then it keeps it once more. What many bodies hold so
	// is not driven out by what one of them holds.
	again bool
}

func (m *met) is(text string, hash uint64) bool {
	if m.hash != hash || m.mark != markOf(text) {
		return false
	}
	m.again = true
	return true
}

// make gives the place to a string, unless the one that has it keeps it.
func (m *met) make(text string, hash uint64) {
	if m.again {
		m.again = false
		return
	}
	*m = met{hash: hash, mark: markOf(text), text: text}
}

// shortText is how long a text is at most, in bytes, that is likely to stand in several bodies: names, titles of people, places.
const shortText = 40

// seeds are those of all hashes of strings: none leaves the process.
var seeds = newSeeds()

func newSeeds() [2]maphash.Seed { return [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()} }

func hashOf(s string) uint64 { return maphash.String(seeds[0], s) }

func markOf(s string) uint64 { return maphash.String(seeds[1], s) }

// own returns a copy of a list.
func (d *Decoder) own(list []ID) []ID {
	room := d.room(reflect.TypeFor[ID]())
	from := room.take(len(list))
	own := room.all.Interface().([]ID)[from : from+len(list) : from+len(list)]
	copy(own, list)
	return own
}
