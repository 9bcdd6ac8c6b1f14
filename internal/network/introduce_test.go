package network_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/network"
)

// chain is how long a chain is, in units of length and in steps.
type chain struct{ length, hops int64 }

// chains are the best chains between two nodes that pass by nobody to avoid, found by trying all that are not worse already.
func chains(a *network.Answer, from, to content.ID, avoid []content.ID, most int) []chain {
	type step struct {
		to     int32
		length int64
	}
	near := make([][]step, a.Graph.Len())
	for _, e := range a.Graph.Edges() {
		near[e.A] = append(near[e.A], step{e.B, length(e.Weight)})
		near[e.B] = append(near[e.B], step{e.A, length(e.Weight)})
	}
	start, end, passed := int32(-1), int32(-1), make([]bool, len(near))
	for i := range near {
		id := a.Entry(a.View, int32(i)).ID()
		if passed[i] = slices.Contains(avoid, id); id == from {
			start = int32(i)
		} else if id == to {
			end = int32(i)
		}
		slices.SortFunc(near[i], func(x, y step) int { return cmp.Compare(x.length, y.length) }) // good ones early leave less to try
	}
	compare := func(x, y chain) int { return cmp.Or(cmp.Compare(x.length, y.length), cmp.Compare(x.hops, y.hops)) }
	var best []chain
	var walk func(at int32, so chain)
	walk = func(at int32, so chain) {
		if len(best) == most && compare(so, best[most-1]) >= 0 {
			return
		}
		if at == end {
			best = append(best, so)
			slices.SortFunc(best, compare)
			best = best[:min(most, len(best))]
			return
		}
		passed[at] = true
		for _, next := range near[at] {
			if !passed[next.to] {
				walk(next.to, chain{so.length + next.length, so.hops + 1})
			}
		}
		passed[at] = false
	}
	walk(start, chain{})
	return best
}

func TestIntroductionsAreTheBestOfAllChainsAndProveEachHop(t *testing.T) {
	small := generate.Size{Series: 2, Episodes: 7, Speakers: 12, Organizations: 8, CaseStudies: 3, Resources: 2, Toolkits: 1, Listings: 1}
	rng := rand.New(rand.NewPCG(3, 9))
	found, avoided, apart := 0, 0, 0
	for name, v := range hubs(t, small) {
		for round := range 120 {
			f := network.Filter{
				Mode:      []network.Mode{network.Speakers, network.Organizations, network.Bipartite}[rng.IntN(3)],
				Weighting: []network.Weighting{network.Count, network.Newman, network.Recency}[rng.IntN(3)],
			}
			a := answer(t, v, f)
			if name == "demo" && f.Mode != network.Speakers || a.Graph.Len() < 3 {
				continue // too many chains to try
			}
			who := rng.Perm(a.Graph.Len())
			id := func(i int) content.ID { return a.Entry(v, int32(who[i])).ID() }
			if near, _ := a.Graph.Neighbours(int32(who[0])); name == "demo" && len(near) > 0 {
				around, _ := a.Graph.Neighbours(near[rng.IntN(len(near))])
				who[1] = int(around[rng.IntN(len(around))]) // not on another island
			}
			if who[0] == who[1] {
				continue
			}
			var avoid []content.ID
			for i := 2; i < min(len(who), 2+rng.IntN(5)); i++ {
				if who[i] != who[0] && who[i] != who[1] {
					avoid = append(avoid, id(i))
				}
			}
			k := int32(1 + rng.IntN(10))
			got, err := a.Introduce(t.Context(), id(0), id(1), k, avoid)
			if err != nil {
				t.Fatal(err)
			}
			want := chains(a, id(0), id(1), avoid, int(k))
			if (got.Apart == nil) != (len(want) > 0) {
				t.Fatalf("%s %d: apart %v with %d chains", name, round, got.Apart, len(want))
			}
			if len(want) == 0 {
				apart++
			}
			var best []chain
			for _, p := range got.Paths {
				best = append(best, checkHops(t, p, asked{id(0), id(1), avoid}))
			}
			if !slices.Equal(best, want) {
				t.Fatalf("%s %d %+v: chains %v, the best are %v", name, round, f, best, want)
			}
			found += len(best)
			avoided += len(avoid)
		}
	}
	if found < 500 || avoided < 100 || apart < 10 {
		t.Errorf("tried with %d chains, %d to avoid, %d apart only", found, avoided, apart)
	}
}

// asked is from whom to whom chains are wanted, and by whom not.
type asked struct {
	from, to content.ID
	avoid    []content.ID
}

// checkHops follows a chain from one end to the other, and wants proof of each hop and nobody twice.
func checkHops(t *testing.T, p *network.Introduction, q asked) chain {
	t.Helper()
	var c chain
	at, passed, sum := q.from, []content.ID{q.from}, 0.0
	for _, h := range p.Hops() {
		next := h.To().Entry().ID()
		if h.From().Entry().ID() != at || slices.Contains(passed, next) || slices.Contains(q.avoid, next) {
			t.Fatalf("a hop from %s to %s after %s, avoiding %s", h.From().Label(), h.To().Label(), passed, q.avoid)
		}
		if len(h.Episodes())+len(h.CaseStudies()) == 0 || h.Weight() <= 0 {
			t.Fatalf("a hop from %s to %s of weight %g without proof", h.From().Label(), h.To().Label(), h.Weight())
		}
		for _, e := range h.Episodes() {
			for _, n := range []*network.Node{h.From(), h.To()} {
				if !tookPart(e, n.Entry().ID()) {
					t.Fatalf("%s was not in %s", n.Label(), e.Label())
				}
			}
		}
		told := h.To().Label() + " in the case study “"
		if shared := h.Episodes(); len(shared) > 0 {
			told = h.To().Label() + " in “" + shared[0].Label() + "”"
			if shared[0].When.Date != "" {
				told += " (" + string(shared[0].When.Date) + ")"
			}
		}
		if _, rest, is := strings.Cut(p.Sentence(), told); !is || strings.HasPrefix(rest, " (") {
			t.Fatalf("%q does not say %q alone", p.Sentence(), told)
		}
		at, passed = next, append(passed, next)
		sum += 1 / h.Weight()
		c.length, c.hops = c.length+length(h.Weight()), c.hops+1
	}
	if at != q.to || math.Abs(p.Strength()-1/sum) > 1e-5*p.Strength() {
		t.Fatalf("a chain to %s of strength %g, want %s and %g to some millionths", at, p.Strength(), q.to, 1/sum)
	}
	return c
}

// tookPart tells whether a person appeared in an episode, or somebody stood for an organization there.
func tookPart(e *edition.Episode, id content.ID) bool {
	return slices.ContainsFunc(e.Appearances(nil), func(a edition.Appearance) bool {
		return a.Speaker().ID() == id || slices.ContainsFunc(a.CreditedOrganizations(), func(o *edition.Organization) bool { return o.ID() == id })
	})
}
