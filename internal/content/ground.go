package content

import (
	"sync"
	"unsafe"
)

// ground is where what a hub reads at its start lies until the process ends: memory that the collector of garbage neither frees nor
// looks into. A large hub has millions of strings, lists and structs that never change, and each collection would go through all of
// them to find that all are still there.
//
// The collector takes it for plain numbers. So what lies here may point at nothing that could be freed: only at what lies here as
// well, and at constants of the program. Decoder sees to that, and a test looks at each pointer that it leaves. Whoever holds such
// an entry need not hold anything else.
var ground struct {
	mu sync.Mutex
	// blocks are all, free is what is left of the last one.
	blocks [][]uint64
	free   []uint64
}

// largestBlock is how many words a block of the ground has, but for one that a larger value needs. Few large blocks are found
// sooner by the collector than many small ones.
const largestBlock = 4 << 20 / 8

// onGround makes room for a value of so many bytes, all of them zero.
func onGround(size uintptr) unsafe.Pointer {
	words := max(1, (int(size)+7)/8) //nolint:gosec // a value is no larger than memory
	g := &ground
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.free) < words {
		last := 0
		if n := len(g.blocks); n > 0 {
			last = len(g.blocks[n-1])
		}
		g.free = make([]uint64, max(words, min(2*last, largestBlock)))
		g.blocks = append(g.blocks, g.free)
	}
	at := unsafe.Pointer(&g.free[0])
	g.free = g.free[words:]
	return at
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
		next := max(size, 1<<10, min(2*cap(t.chunk), 64<<10))
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
