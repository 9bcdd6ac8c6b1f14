package edition

import (
	"maps"
	"math/rand/v2"
	"testing"
)

// A table is a map, also where many hashes belong to one place and while it grows.
func TestATableIsAMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, most := range []uint32{3, 40, 1 << 20} {
		var got table[uint32]
		want := map[uint32]int32{}
		for step := range int32(3000) {
			hash := rng.Uint32N(most)
			if most > 100 { // all belong to few places
				hash &^= 1<<16 - 1
			}
			switch rng.IntN(3) {
			case 0:
				got.drop(hash)
				delete(want, keyAt(hash))
			case 1:
				if step%500 == 0 {
					got = *got.clone(rng.IntN(50))
				}
				fallthrough
			default:
				got.put(hash, step)
				want[keyAt(hash)] = step
			}
			for hash := range min(most, 64) {
				num, known := got.get(hash)
				if wanted, isKnown := want[keyAt(hash)]; num != wanted && isKnown || known != isKnown {
					t.Fatalf("step %d: %d is %d, %v, not %d, %v", step, hash, num, known, wanted, isKnown)
				}
			}
		}
		if all := maps.Collect(got.all); !maps.Equal(all, want) || got.taken != len(want) {
			t.Errorf("%v, %d, not %v", all, got.taken, want)
		}
	}
}
