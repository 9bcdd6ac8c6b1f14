package plan

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/bits"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"bettertogether/internal/edition"
)

// pieces are what was written of the entries of lists, by selection: a new answer mostly lists what other answers have listed, and
// then takes it over, byte for byte. A piece is of use as long as the tag holds under which it was written.
//
// The bytes lie side by side on shelves, which the collector of garbage need not look into. When there is no room for another shelf,
// one goes with all that lies there; who reads from it keeps it until then. It is one at random: where all that is asked again and
// again is more than there is room for, the oldest would always be what is asked next. The zero place is free.
type pieces struct {
	// marks find places: each has some to choose from, all in one line of the processor's cache.
	marks []atomic.Uint64
	// shelves stand where their numbers say. most is how many there may be.
	shelves [mostShelves]atomic.Pointer[shelf]
	most    int
	season  atomic.Pointer[season]
	// taken are how many were taken over, and written how many were not.
	taken, written atomic.Int64

	mu sync.Mutex
	// newest is the shelf that pieces are put on, made counts all that there were, and full those that stand.
	newest *shelf
	made   uint64
	full   uint32
	// shapes number the selections that plans have, by what they ask.
	shapes map[[sha256.Size]byte]uint32
	last   uint32
}

// shelf is where pieces lie. What was put down is never changed.
type shelf struct {
	// number says how many were made before, and where it stands.
	number uint64
	of     *season
	used   int
	bytes  []byte
}

// season is the time in which a tag holds, of one roll: so a number means one entry, and what is written of it stays the same.
type season struct {
	tag     string
	roll    *edition.Roll
	version int64
	since   time.Time
	// shelves is how many there are at most.
	shelves uint32
}

const (
	// shelfSize is how many bytes a shelf has.
	shelfSize = 1 << 20
	// mostShelves is how many shelves there are at most. fewShelves are enough for a small hub; each entry may take entryBytes beyond
	// them, which is what a piece takes where an answer tells much of an episode, and less on average.
	mostShelves, fewShelves, entryBytes = 320, 32, 610
	// largestPiece is the length of the longest text that is kept.
	largestPiece = 8 << 10
	// choice is how many places a mark has to choose from; choices is how many such there are: with half a million pieces, which is
	// more than the shelves hold of episodes, hardly a mark finds all of its places taken.
	choice, choices = 8, 1 << 17
	// grain is what the beginning of a piece is a multiple of, and how long its head is: mark, length, texts.
	grain = 16
	// mostShapes is how many selections are remembered.
	mostShapes = 4096
)

// newPieces makes room for pieces: at most a sixth of the memory that the process may use.
func newPieces() *pieces {
	return &pieces{
		marks: make([]atomic.Uint64, choice*choices), shapes: map[[sha256.Size]byte]uint32{},
		most: int(min(mostShelves, max(1, debug.SetMemoryLimit(-1)/6/shelfSize))),
	}
}

// seasonOf is the season of a view as one sees it who has not seen it before.
func seasonOf(v *edition.View) season {
	return season{tag: v.Tag(), roll: v.Roll(), version: v.Version(), since: v.Now}
}

// now is a season as all know it who are in it; nil for one that has passed. size tells how many entries it has.
func (p *pieces) now(seen season, size func() int) *season {
	if s := p.season.Load(); s.is(seen) {
		return s
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.season.Load()
	if s.is(seen) {
		return s
	}
	if s != nil && s.roll == seen.roll && (seen.version < s.version || seen.since.Before(s.since)) {
		return nil
	}
	// A season that is seen lies on the stack; only one that begins outlasts the call.
	begins := seen
	begins.shelves = uint32(min(p.most, fewShelves+size()*entryBytes/shelfSize)) //nolint:gosec // there are few
	p.season.Store(&begins)
	for i := range p.shelves {
		p.shelves[i].Store(nil)
	}
	p.newest, p.full = nil, 0
	return &begins
}

func (s *season) is(seen season) bool { return s != nil && s.tag == seen.tag && s.roll == seen.roll }

// markOf is the mark of an entry in the selection that has a shape.
func markOf(shape uint32, number int32) uint64 { return uint64(shape)<<32 | uint64(number) } //nolint:gosec // it is positive

// golden is 1<<64 by the golden ratio: what is multiplied by it lies as evenly as can be.
const golden = 0x9e3779b97f4a7c15

// places are those that a mark has to choose from, and the sign by which it is known there. Entries that are numbered in a row are mostly
// listed in a row, and find their places in a row: so few lines of memory are looked at.
func (p *pieces) places(mark uint64) (places []atomic.Uint64, sign uint64) {
	const row = choice / 2
	at := mark>>32*golden>>32 + mark&math.MaxUint32/row
	return p.marks[at%choices*choice:][:choice], mark * golden >> (64 - signBits)
}

// A place says what lies where: the sign of a mark, the number of a shelf, and where on the shelf, counted in grains. The numbers of
// shelves begin again after 134 million of them; a place that was never taken since is known by the mark that lies there.
const (
	signBits, numberBits, atBits = 12, 36, 16
	// standBits are those of a shelf's number that say where it stands.
	standBits = 9
)

func placeOf(sign, shelf uint64, at int) uint64 {
	return sign<<(numberBits+atBits) | shelf<<atBits | uint64(at/grain) //nolint:gosec // it is positive
}

func signOf(place uint64) uint64  { return place >> (numberBits + atBits) }
func shelfOf(place uint64) uint64 { return place >> atBits & (1<<numberBits - 1) }
func standOf(shelf uint64) uint64 { return shelf & (1<<standBits - 1) }

// find returns the piece with a mark, and how much text it has of those that a view counts; nil for none.
func (p *pieces) find(s *season, mark uint64) (piece []byte, texts int64) {
	places, sign := p.places(mark)
	alike := uint64(0) // has a bit for each place with the sign; made without a branch, which no processor could foresee
	for i := range places {
		alike |= ((signOf(places[i].Load()) ^ sign) - 1) >> 63 << i
	}
	for ; alike != 0; alike &= alike - 1 {
		place := places[bits.TrailingZeros64(alike)].Load()
		on := p.on(place)
		if on == nil || on.of != s {
			continue
		}
		head := on.bytes[place&(1<<atBits-1)*grain:]
		if binary.LittleEndian.Uint64(head) == mark {
			length := binary.LittleEndian.Uint32(head[8:])
			return head[grain:][:length], int64(binary.LittleEndian.Uint32(head[12:]))
		}
	}
	return nil, 0
}

// on is the shelf of a place, or nil where it has gone.
func (p *pieces) on(place uint64) *shelf {
	number := shelfOf(place)
	if number == 0 {
		return nil
	}
	if on := p.shelves[standOf(number)].Load(); on != nil && on.number == number {
		return on
	}
	return nil
}

// keep keeps a piece.
func (p *pieces) keep(s *season, mark uint64, piece []byte, texts int64) {
	if len(piece) > largestPiece || texts > math.MaxUint32 {
		return
	}
	on, at := p.room(s, grain+len(piece))
	if on == nil {
		return
	}
	head := on.bytes[at:]
	binary.LittleEndian.PutUint64(head, mark)
	binary.LittleEndian.PutUint32(head[8:], uint32(len(piece))) //nolint:gosec // no longer than largestPiece
	binary.LittleEndian.PutUint32(head[12:], uint32(texts))     //nolint:gosec // it was looked at
	copy(head[grain:], piece)
	places, sign := p.places(mark)
	into := 0
	for i := range places {
		if on := p.on(places[i].Load()); on == nil || on.of != s {
			into = i
			break
		}
		if shelfOf(places[i].Load()) < shelfOf(places[into].Load()) {
			into = i
		}
	}
	places[into].Store(placeOf(sign, on.number, at))
}

// room takes room on the newest shelf, or on another one; nil when the season has passed.
func (p *pieces) room(s *season, size int) (on *shelf, at int) {
	size = (size + grain - 1) / grain * grain
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.season.Load() != s {
		return nil, 0
	}
	if on = p.newest; on == nil || on.used+size > len(on.bytes) {
		stand := p.full
		if p.full < s.shelves {
			p.full++
		} else {
			stand = rand.Uint32N(s.shelves)
		}
		p.made++
		on = &shelf{number: (p.made<<standBits | uint64(stand)) & (1<<numberBits - 1), of: s, bytes: make([]byte, shelfSize)}
		p.newest = on
		p.shelves[stand].Store(on)
	}
	at = on.used
	on.used += size
	return on, at
}

// piece is a piece while it is written.
type piece struct {
	mark uint64
	// from is where it begins, texts how much text was handed out before.
	from  int
	texts int64
}

// takeOver writes an entry as it was written before, where that is at hand. Otherwise p is what the piece will be, if it will be one.
func (w *writer) takeOver(s *set, number int32, p *piece) bool {
	if s.shape == 0 || w.season == nil || number < 0 {
		return false
	}
	p.mark = markOf(s.shape, number)
	if kept, texts := w.pieces.find(w.season, p.mark); kept != nil {
		w.buf = append(w.buf, kept...)
		w.view.Hand(texts)
		w.taken++
		return true
	}
	p.from, p.texts = len(w.buf), w.view.Handed()
	return false
}

// put keeps what was written.
func (w *writer) put(p *piece) {
	if p.mark == 0 || w.failed || w.view.IsPassing() || w.view.IsOverdrawn() || w.ctx.Err() != nil {
		return
	}
	w.written++
	w.pieces.keep(w.season, p.mark, w.buf[p.from:], w.view.Handed()-p.texts)
}

// count counts what a writer has done.
func (p *pieces) count(w *writer) {
	p.taken.Add(w.taken)
	p.written.Add(w.written)
}

// Kept tells of pieces: how many answers have taken over and written, and how many bytes are taken for them.
type Kept struct {
	Taken, Written int64
	Bytes          int
}

// Pieces tells of the pieces of the schema's answers.
func (s *Schema) Pieces() Kept {
	p := s.pieces
	k := Kept{Taken: p.taken.Load(), Written: p.written.Load()}
	for i := range p.shelves {
		if p.shelves[i].Load() != nil {
			k.Bytes += shelfSize
		}
	}
	return k
}
