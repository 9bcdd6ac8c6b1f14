package edition

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Texts whose characters are one byte each are split by another way than others: both must find the same words.
func TestWordsDoNotDependOnHowATextIsHeld(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	const letters = "ab1u.s-'+# c,"
	for range 20_000 {
		text := make([]byte, rng.IntN(12))
		for i := range text {
			text[i] = letters[rng.IntN(len(letters))]
		}
		var held, apart []string
		collect := func(to *[]string) func(string) { return func(w string) { *to = append(*to, w) } }
		split(string(text), collect(&held), collect(&held))
		splitRunes("", []rune(string(text)), collect(&apart), collect(&apart))
		if !slices.Equal(held, apart) {
			t.Fatalf("%q: %q and %q", text, held, apart)
		}
	}
}
