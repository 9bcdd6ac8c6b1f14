package edition_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// All labelled pairs stand in one hub together, so that each is found among all others and not shown to the program.
func TestDuplicatesAreFoundAndNamesakesAreNot(t *testing.T) {
	pairs := readLabelled(t)
	m := gather(t)
	ids := map[[2]content.ID]labelled{}
	for _, p := range slices.Backward(pairs) {
		for i, d := range []described{p.B, p.A} {
			if d.Key == "" {
				id := content.ImportedID(p.Kind, "test", p.ID+[]string{"b", "a"}[i])
				m.named[string(id)[:2]+" "+d.Name] = id
			}
		}
	}
	for _, p := range pairs {
		ids[pairKey(m.take(p, p.A, "a"), m.take(p, p.B, "b"))] = p
	}
	v := m.view(edition.Preview)
	found := map[string]edition.DuplicatePair{}
	strangers := 0
	for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindTopic} {
		for _, d := range everyPair(t, v, kind, 0) {
			p, known := ids[pairKey(d.First.ID(), d.Second.ID())]
			switch {
			case known:
				found[p.ID] = d
			case d.Score >= edition.LikelyDuplicate:
				strangers++
				t.Logf("not labelled: %s and %s, %.2f", d.First.Label(), d.Second.Label(), d.Score)
			}
		}
	}
	if strangers > 3 { // three are the same in truth
		t.Errorf("%d pairs that nobody labelled", strangers)
	}
	for _, half := range []struct {
		name              string
		precision, recall float64
	}{{"tune", 0.97, 0.95}, {"held", 0.99, 0.89}} {
		var all counts
		for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindTopic} {
			var c counts
			for _, p := range pairs {
				if p.Half == half.name && p.Kind == kind {
					c.add(p, found[p.ID].Score >= edition.LikelyDuplicate)
				}
			}
			t.Logf("%s half, %s: %s", half.name, kind, c)
			all = counts{all.right + c.right, all.wrong + c.wrong, all.missed + c.missed, all.refused + c.refused}
		}
		t.Logf("%s half: %s", half.name, all)
		if all.precision() < half.precision || all.recall() < half.recall {
			t.Errorf("%s half: precision and recall fell below %.2f and %.2f: %s", half.name, half.precision, half.recall, all)
		}
	}
}

// counts are what became of labelled pairs.
type counts struct{ right, wrong, missed, refused int }

func (c *counts) add(p labelled, isProposed bool) {
	switch {
	case isProposed && p.Label == "same":
		c.right++
	case isProposed:
		c.wrong++
	case p.Label == "same":
		c.missed++
	default:
		c.refused++
	}
}

func (c counts) precision() float64 { return float64(c.right) / float64(c.right+c.wrong) }

func (c counts) recall() float64 { return float64(c.right) / float64(c.right+c.missed) }

func (c counts) String() string {
	return fmt.Sprintf("precision %.3f, recall %.3f: %d right, %d wrong, %d missed, %d told apart", c.precision(), c.recall(), c.right, c.wrong, c.missed, c.refused)
}

// Names are compared without an order between them.
func TestWhichEntryComesFirstDoesNotMatter(t *testing.T) {
	pairs := readLabelled(t)
	m := gather(t)
	for _, p := range pairs {
		m.take(p, p.A, "a")
		m.take(p, p.B, "b")
	}
	var last string
	for seed := range uint64(3) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(m.order), func(i, k int) { m.order[i], m.order[k] = m.order[k], m.order[i] })
		v := m.view(edition.Preview)
		var all strings.Builder
		for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindTopic} {
			for _, d := range everyPair(t, v, kind, 0.2) {
				fmt.Fprintln(&all, d.First.ID(), d.Second.ID(), d.Score, d.Reasons)
			}
		}
		if seed > 0 && all.String() != last {
			t.Fatal("another order of rows gives other pairs")
		}
		last = all.String()
	}
}
