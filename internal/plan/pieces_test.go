package plan

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/edition"
)

// textOf is what is written under a mark in a season, of some length.
func textOf(mark uint64, s *season) string {
	return fmt.Sprint(mark, " in ", s.tag, strings.Repeat(".", int(mark*7919%3_000))) //nolint:gosec // it is small
}

// few has room for so few pieces that all of them go in time.
func few() *pieces {
	p := newPieces()
	p.most = 3
	return p
}

// in is a season of an empty hub.
func in(p *pieces, tag string, of *edition.Roll, version int64, since time.Time) *season {
	return p.now(season{tag: tag, roll: of, version: version, since: since}, func() int { return 0 })
}

var (
	roll = new(edition.Roll)
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

func TestAPieceIsWhatWasPutDownOrNothing(t *testing.T) {
	p := few()
	rng := rand.New(rand.NewPCG(1, 1))
	found, lost := 0, 0
	for n := range 60_000 {
		s := in(p, fmt.Sprint(n/20_000), roll, int64(n/20_000), noon)
		mark := 1 + rng.Uint64N(4_000)
		switch piece, texts := p.find(s, mark); {
		case piece == nil:
			lost++
			p.keep(s, mark, []byte(textOf(mark, s)), int64(mark)) //nolint:gosec // it is small
		case string(piece) != textOf(mark, s) || texts != int64(mark): //nolint:gosec // it is small
			t.Fatalf("under %d in %s lies %.40q with %d bytes of text", mark, s.tag, piece, texts)
		default:
			found++
		}
	}
	if found < 5_000 || lost < 20_000 { // three shelves are half of what the marks take
		t.Errorf("%d pieces were found, %d not: the test tries too little", found, lost)
	}
}

func TestWhatIsTooLargeIsNotKept(t *testing.T) {
	p := few()
	s := in(p, "a", roll, 1, noon)
	p.keep(s, 1, make([]byte, largestPiece), 0)
	p.keep(s, 2, make([]byte, largestPiece+1), 0)
	if piece, _ := p.find(s, 1); len(piece) != largestPiece {
		t.Error("the largest is not kept")
	}
	if piece, _ := p.find(s, 2); piece != nil {
		t.Error("a larger one is kept")
	}
}

func TestASeasonThatHasPassedDoesNotComeAgain(t *testing.T) {
	p := few()
	before := in(p, "1.5.0", roll, 5, noon)
	p.keep(before, 1, []byte("before"), 0)
	after := in(p, "1.6.0", roll, 6, noon)
	p.keep(before, 2, []byte("late"), 0)
	for mark := range uint64(3) {
		for _, s := range []*season{before, after} {
			if piece, _ := p.find(s, mark); piece != nil {
				t.Errorf("in season %s lies %q", s.tag, piece)
			}
		}
	}
	if in(p, "1.5.0", roll, 5, noon) != nil || in(p, "1.6.1", roll, 6, noon.Add(-1)) != nil {
		t.Error("an older version, or an earlier instant, is a season after a newer one")
	}
	if in(p, "1.6.1", roll, 6, noon.Add(1)) == nil || in(p, "2.3.0", new(edition.Roll), 3, noon) == nil {
		t.Error("a later boundary, or another life of the database, is no season")
	}
}

func TestALargeHubHasMoreRoom(t *testing.T) {
	p := newPieces()
	for n, test := range []struct{ entries, shelves int }{{0, 32}, {60, 32}, {45_000, 58}, {450_000, 293}, {5_000_000, 320}} {
		s := p.now(season{tag: fmt.Sprint(n), roll: roll, version: int64(n)}, func() int { return test.entries })
		if int(s.shelves) != test.shelves {
			t.Errorf("%d entries have %d shelves, want %d", test.entries, s.shelves, test.shelves)
		}
	}
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(600 << 20))
	if p = newPieces(); p.most != 100 {
		t.Errorf("where memory is scarce there are %d shelves, want 100", p.most)
	}
}

func TestShelvesStayAsLongAsThereIsRoom(t *testing.T) {
	for _, entries := range []int{0, 100_000, 450_000, 5_000_000} {
		p := newPieces()
		s := p.now(season{roll: roll}, func() int { return entries })
		var numbers []uint64
		for range 2 * mostShelves {
			on, _ := p.room(s, shelfSize)
			numbers = append(numbers, on.number)
			stay := 0
			for _, number := range numbers {
				if p.on(placeOf(0, number, 0)) != nil {
					stay++
				}
			}
			if stay != min(len(numbers), int(s.shelves)) || p.on(placeOf(0, on.number, 0)) != on {
				t.Fatalf("with room for %d: of %d shelves %d stay", s.shelves, len(numbers), stay)
			}
		}
	}
}

// TestMostPiecesStayWhereThereIsRoomForMost asks for all pieces again and again in one order, in which the oldest is always the next.
// Which shelf goes is left to chance, so single rounds differ by a tenth; of all rounds together 0.63 are found (what f = exp(5/4(f-1))
// says), and 2,000 runs of a simulation lay within 0.04 of it.
func TestMostPiecesStayWhereThereIsRoomForMost(t *testing.T) {
	const rounds, many = 20, fewShelves * shelfSize / (largestPiece + grain) * 5 / 4
	p := newPieces()
	s := in(p, "a", roll, 1, noon)
	found := 0
	for round := range rounds + 1 {
		for mark := range uint64(many) {
			if piece, _ := p.find(s, mark+1); piece == nil {
				p.keep(s, mark+1, make([]byte, largestPiece), 0)
			} else if round > 0 {
				found++
			}
		}
	}
	if found < rounds*many/2 {
		t.Errorf("%d of %d pieces were found, with room for four fifths", found, rounds*many)
	}
}

func TestHardlyAMarkFindsItsPlacesTaken(t *testing.T) {
	const shapes, entries = 5, 100_000
	p := newPieces()
	s := p.now(season{roll: roll}, func() int { return shapes * entries })
	lost := 0
	each := func(do func(mark uint64)) {
		for number := range int32(entries) {
			for shape := range uint32(shapes) {
				do(markOf(shape+1, number))
			}
		}
	}
	each(func(mark uint64) { p.keep(s, mark, nil, 0) })
	each(func(mark uint64) {
		if piece, _ := p.find(s, mark); piece == nil {
			lost++
		}
	})
	if lost > shapes*entries/20 {
		t.Errorf("%d of %d pieces have lost their places", lost, shapes*entries)
	}
}

// TestManyPutDownAndTakeOver is of use with the race detector.
func TestManyPutDownAndTakeOver(t *testing.T) {
	p := few()
	var wait sync.WaitGroup
	for w := range uint64(8) {
		wait.Go(func() {
			rng := rand.New(rand.NewPCG(w, 2))
			for n := range 8_000 {
				s := in(p, fmt.Sprint(n/1_000), roll, int64(n/1_000), noon)
				if s == nil {
					continue
				}
				mark := 1 + rng.Uint64N(2_000)
				if piece, _ := p.find(s, mark); piece == nil {
					p.keep(s, mark, []byte(textOf(mark, s)), 0)
				} else if string(piece) != textOf(mark, s) {
					t.Errorf("under %d in %s lies %.40q", mark, s.tag, piece)
				}
			}
		})
	}
	wait.Wait()
}

// BenchmarkPieces puts down twenty pieces of an episode's length, and takes over as many of those of a large hub, in an order that no
// processor foresees.
func BenchmarkPieces(b *testing.B) {
	const many, length, page = 200_000, 1_300, 20
	text := make([]byte, length)
	size := func() int { return 450_000 }
	b.Run("put down", func(b *testing.B) {
		p := newPieces()
		s := p.now(season{roll: roll}, size)
		mark := uint64(0)
		for b.Loop() {
			for range page {
				mark++
				p.keep(s, mark, text, 0)
			}
		}
	})
	b.Run("taken over", func(b *testing.B) {
		p := newPieces()
		s := p.now(season{roll: roll}, size)
		for mark := range uint64(many) {
			p.keep(s, mark, text, 0)
		}
		rng := rand.New(rand.NewPCG(1, 1))
		answer := make([]byte, 0, page*length)
		for b.Loop() {
			answer = answer[:0]
			for range page {
				piece, _ := p.find(s, rng.Uint64N(many))
				answer = append(answer, piece...)
			}
		}
	})
}
