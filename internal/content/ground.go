package content

import (
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"
)

// ground is where what a hub reads at its start lies until the process ends: memory that the collector of garbage neither frees nor
// looks into. A large hub has millions of strings, lists and structs that never change, and each collection would go through all of
// them to find that all are still there.
//
// The collector takes it for plain numbers. So what lies here may point at nothing that could be freed: only at what lies here as
// well, at constants of the program, and at what Hold keeps. Decoder sees to that, and so does room edition, whose records and nodes
// lie here too; tests look at each pointer that they leave. Whoever holds such an entry need not hold anything else.
var ground struct {
	mu sync.Mutex
	// blocks are all, in the order of their addresses, for who looks without the lock; free is what is left of the last one that was
	// made.
	blocks atomic.Pointer[[][]uint64]
	free   []uint64
	// held is what lies elsewhere and stays all the same.
	held []unsafe.Pointer
}

// largestBlock is how many words a block of the ground has, as a power of two, but for one that a larger value needs. The first ones
// are smaller. Few large blocks are found sooner by the collector than many small ones.
const largestBlock = 17

// onGround makes room for a value of so many bytes, all of them zero.
func onGround(size uintptr) unsafe.Pointer {
	words := max(1, (int(size)+7)/8) //nolint:gosec // a value is no larger than memory
	g := &ground
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.free) < words {
		before := blocks()
		block := make([]uint64, max(words, 1<<min(len(before), largestBlock)))
		at, _ := blockAt(before, unsafe.Pointer(&block[0]))
		all := slices.Insert(slices.Clip(before), at, block)
		g.blocks.Store(&all)
		g.free = block
	}
	at := unsafe.Pointer(&g.free[0])
	g.free = g.free[words:]
	return at
}

func blocks() [][]uint64 {
	if all := ground.blocks.Load(); all != nil {
		return *all
	}
	return nil
}

// blockAt is the place of the block that holds an address, or of one that would begin there.
func blockAt(blocks [][]uint64, address unsafe.Pointer) (at int, isHeld bool) {
	return slices.BinarySearchFunc(blocks, uintptr(address), func(block []uint64, address uintptr) int {
		switch from := uintptr(unsafe.Pointer(&block[0])); {
		case address < from:
			return 1
		case address >= from+uintptr(len(block))*unsafe.Sizeof(block[0]):
			return -1
		}
		return 0
	})
}

// isOnGround tells whether an address is one of the ground.
func isOnGround(address unsafe.Pointer) bool {
	_, isHeld := blockAt(blocks(), address)
	return isHeld
}

// ForGood makes room for some values on the ground, all of them zero.
func ForGood[T any](count int) []T {
	if count == 0 {
		return nil
	}
	return unsafe.Slice((*T)(onGround(uintptr(count)*unsafe.Sizeof(*new(T)))), count) //nolint:gosec // it is positive
}

// Numbers are a list that nobody changes, behind one pointer. The zero Numbers are none.
type Numbers struct{ count *int32 }

// NumbersIn are those that a list holds behind its first item. That is theirs, to say how many they are.
func NumbersIn(room []int32) Numbers {
	if len(room) < 2 {
		return Numbers{}
	}
	room[0] = int32(len(room) - 1)
	return Numbers{&room[0]}
}

// All is the list.
func (n Numbers) All() []int32 {
	if n.count == nil {
		return nil
	}
	size := int(*n.count) + 1
	return unsafe.Slice(n.count, size)[1:size:size]
}

// HeldID is an id behind one pointer, since all have the same length. The zero HeldID is none.
type HeldID struct{ at *[idSize]byte }

// HoldID is an id as it is held; none for an empty one.
func HoldID(id ID) HeldID {
	if id == "" {
		return HeldID{}
	}
	if len(id) != idSize {
		panic("content: " + Quote(string(id)) + " is no id")
	}
	return HeldID{(*[idSize]byte)(unsafe.Pointer(unsafe.StringData(string(id))))}
}

// ID is what is held.
func (h HeldID) ID() ID {
	if h.at == nil {
		return ""
	}
	return ID(unsafe.String(&h.at[0], idSize))
}

// Held is an entry behind one pointer: who holds it knows its kind. The zero Held is none.
type Held struct{ base *Base }

// HeldAs is an entry as it is held; none for nil.
func HeldAs(e Entry) Held {
	if e == nil {
		return Held{}
	}
	return Held{e.Common()}
}

// Entry is what is held, of the kind with a place among Kinds; nil for none. Each begins with its Base.
func (h Held) Entry(rank uint8) Entry {
	if h.base == nil {
		return nil
	}
	switch at := unsafe.Pointer(h.base); rank {
	case 0:
		return (*Series)(at)
	case 1:
		return (*Episode)(at)
	case 2:
		return (*Speaker)(at)
	case 3:
		return (*Organization)(at)
	case 4:
		return (*CaseStudy)(at)
	case 5:
		return (*Resource)(at)
	case 6:
		return (*Topic)(at)
	case 7:
		return (*Toolkit)(at)
	default:
		return (*Listing)(at)
	}
}

// MovedForGood is an equal value on the ground, or the value itself if it lies there; nil for nil. What it points at has not moved.
func MovedForGood[T any](at *T) *T {
	if at == nil || isOnGround(unsafe.Pointer(at)) {
		return at
	}
	moved := &ForGood[T](1)[0]
	*moved = *at
	return moved
}

// Hold keeps what is at an address for as long as the process runs, unless it lies on the ground, where it stays anyway.
func Hold[T any](at *T) {
	if at == nil || isOnGround(unsafe.Pointer(at)) {
		return
	}
	ground.mu.Lock()
	defer ground.mu.Unlock()
	ground.held = append(ground.held, unsafe.Pointer(at))
}

// lasting are the texts that TextForGood has made.
var lasting = struct {
	mu sync.Mutex
	texts
}{texts: texts{areForGood: true}}

// TextForGood is an equal string on the ground, or this one if it lies there.
func TextForGood(s string) string {
	if s == "" || isOnGround(unsafe.Pointer(unsafe.StringData(s))) {
		return s
	}
	lasting.mu.Lock()
	defer lasting.mu.Unlock()
	return lasting.made(append(lasting.room(len(s)), s...))
}

// texts makes strings side by side. The zero texts is ready.
type texts struct {
	chunk []byte
	// areForGood says that they lie on the ground.
	areForGood bool
}

// room makes room for a string of so many bytes: what is appended to it is to be handed to made.
func (t *texts) room(size int) []byte {
	if cap(t.chunk)-len(t.chunk) < size {
		next := max(size, 1<<10, min(2*cap(t.chunk), 16<<10))
		if t.areForGood {
			t.chunk = unsafe.Slice((*byte)(onGround(uintptr(next))), next)[:0] //nolint:gosec // it is positive
		} else {
			t.chunk = make([]byte, 0, next)
		}
	}
	return t.chunk[len(t.chunk):]
}

// made is the string that was written into its room. Nobody writes there again.
func (t *texts) made(text []byte) string {
	t.chunk = t.chunk[:len(t.chunk)+len(text)]
	return unsafe.String(unsafe.SliceData(text), len(text))
}
