package edition

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"bettertogether/internal/content"
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

func TestLabelsAreOrderedAsIfFolded(t *testing.T) {
	topic := func(name string) *node {
		return &node{rank: rankOf(content.KindTopic), held: content.HeldAs(&content.Topic{Name: name}), name: sortable(name)}
	}
	labels := []string{"", "a", "A", "a b", "A-b", "É", "e", "eb", "Zürich", "zurich", "ZURICH", "Straße", "STRASSE", "[", "_", "Ꭰ", "ꭰ", "日本"}
	for _, a := range labels {
		for _, b := range labels {
			x, y := topic(a), topic(b)
			if got, want := bySort.compare(x, y), cmp.Compare(fold(a), fold(b)); got != want || x.sort() != fold(a) {
				t.Errorf("%q and %q: %d, want %d; %q is %q", a, b, got, want, a, x.sort())
			}
			if m, n := bySort.number(x), bySort.number(y); m != n && cmp.Compare(m, n) != bySort.compare(x, y) {
				t.Errorf("%q and %q have the numbers %x and %x", a, b, m, n)
			}
		}
	}
}
