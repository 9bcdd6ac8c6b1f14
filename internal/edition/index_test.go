package edition

import (
	"slices"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/generate"
)

func TestWeightsAreAllThatTextsHave(t *testing.T) {
	for id, e := range generate.Content(generate.S()) {
		e.Texts(func(weight content.Weight, text string) {
			if weight == 0 || !slices.Contains(weights[:], weight) {
				t.Fatalf("%s: %.30q weighs %d, which a posting cannot say", id, text, weight)
			}
		})
	}
}

func TestPostingsAreReadAsTheyWereWritten(t *testing.T) {
	var d draft
	var want []posting
	for i, weight := range slices.Repeat(slices.DeleteFunc(slices.Clone(weights[:]), func(w content.Weight) bool { return w == 0 }), 20) {
		p := posting{int32(i * i * i * 977), weight}
		d.add("word", p)
		want = append(want, p)
	}
	var got []posting
	d.segment(0).each(0, func(p posting) { got = append(got, p) })
	if !slices.Equal(got, want) {
		t.Errorf("%v were read, want %v", got, want)
	}
}
