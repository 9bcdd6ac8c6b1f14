package content

import (
	"math/rand/v2"
	"testing"
)

func TestPlainLabelsGetTheSlugThatTheLibraryGivesThem(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20000 {
		label := make([]byte, rng.IntN(40))
		for i := range label {
			label[i] = " abcXYZ019-_&@'\"./:;!?#()+,*%$~`^=<>[]{}|\\"[rng.IntN(42)]
		}
		// A letter outside of ASCII sends the same label through the library.
		plain, library := Slugify("x "+string(label)), Slugify("é "+string(label))
		if plain != "x"+library[1:] {
			t.Fatalf("%q: %s, the library says %s", label, plain, library)
		}
	}
}
