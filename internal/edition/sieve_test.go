package edition

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"bettertogether/internal/content"
)

// filter makes up a filter of what there is, with one to three conditions.
func (h *history) filter() (f content.EpisodeFilter) {
	for range 1 + h.rng.IntN(3) {
		switch h.rng.IntN(10) {
		case 0:
			f.Series = h.some(content.KindSeries)
		case 1, 2:
			f.Topics = h.some(content.KindTopic)
		case 3, 4:
			f.Organizations = h.some(content.KindOrganization)
		case 5:
			f.Speakers = h.some(content.KindSpeaker)
		case 6:
			f.Phases = []content.EpisodePhase{pick(h, comingPhases), pick(h, []content.EpisodePhase{content.PhaseEnded, content.PhaseLive, content.PhaseOnDemand})}
		case 7:
			f.From = pick(h, []content.PartialDate{"2020", "2025-12", "2026-01-20", "2026-03"})
		case 8:
			f.HasRecording = new(h.rng.IntN(2) == 0)
		case 9:
			f.Search = h.word()
		}
	}
	return f
}

func TestASieveTakesWhatAListOfItsEpisodesHolds(t *testing.T) {
	taken, left := 0, 0
	for seed := range uint64(20) {
		h := newHistory(seed)
		l := NewLedger()
		l.Apply(content.Rows{Incarnation: "life"}, h.now)
		for step := range 80 {
			l.Due(l.Apply(h.step(l), h.now), h.now)
			if step%8 != 7 {
				continue
			}
			for _, mode := range []Mode{Public, Preview} {
				v := NewView(Build(l, mode, h.now), nil, h.now, time.Time{}, "")
				by := orders[defaultOrder(content.KindEpisode)]
				var some []int32
				for num := range int32(v.nodes.len()) {
					if v.nodes.at(num).kind() == content.KindEpisode && h.rng.IntN(3) == 0 && len(some) < few {
						some = append(some, num)
					}
				}
				s := v.sieve(some)
				var listed []int32
				for _, n := range s.nodes {
					listed = append(listed, n.num)
				}
				for range 20 {
					f := h.filter()
					list, err := v.among(by, v.inOrder(by, slices.Clone(listed))).episodes(&f, PageArgs{First: new(int32(1))})
					if err != nil {
						t.Fatal(err)
					}
					got, err := s.takes(&f)
					if want := len(list.nodes) > 0; got != want || err != nil {
						t.Fatalf("seed %d, step %d, mode %d: %+v takes any of %d: %v, %v; a list of them: %v", seed, step, mode, f, len(listed), got, err, want)
					}
					if got {
						taken++
					} else {
						left++
					}
				}
			}
		}
	}
	if taken < 500 || left < 500 {
		t.Errorf("%d filters took some, %d none", taken, left)
	}
}

func TestASieveRefusesWhatAListRefuses(t *testing.T) {
	l := NewLedger()
	v := NewView(Build(l, Public, time.Time{}), nil, time.Time{}, time.Time{}, "")
	for _, f := range []content.EpisodeFilter{
		{From: "2026-02", To: "2026-01"},
		{Regions: []string{"Nowhere"}},
		{Language: "no language"},
		{Topics: make([]content.ID, mostValues+1)},
		{Search: fmt.Sprintf("%*s", mostQuery+1, "long")},
	} {
		_, want := v.Episodes(&f, nil, PageArgs{})
		if _, err := v.sieve(nil).takes(&f); err == nil || fmt.Sprint(err) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
}
