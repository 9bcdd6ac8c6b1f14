package network_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"bettertogether/internal/network"
)

// modularity is that of any labels, by its definition: over all ordered pairs in one community.
func modularity(g *network.Graph, labels []int32) float64 {
	var all, q float64
	for v := range int32(g.Len()) {
		all += g.Strength(v)
	}
	if all == 0 {
		return 0
	}
	for _, e := range g.Edges() {
		if labels[e.A] == labels[e.B] {
			q += 2 * e.Weight / all
		}
	}
	for v, a := range labels {
		for w, b := range labels {
			if a == b {
				q -= g.Strength(int32(v)) / all * g.Strength(int32(w)) / all
			}
		}
	}
	return q
}

// best is the highest modularity of all divisions that agree with the first labels.
func best(g *network.Graph, labels []int32, given int, used int32) float64 {
	if given == len(labels) {
		return modularity(g, labels)
	}
	most := math.Inf(-1)
	for c := range used + 1 {
		labels[given] = c
		most = max(most, best(g, labels, given+1, max(used, c+1)))
	}
	return most
}

func TestCommunitiesOfSmallGraphsAreTheBest(t *testing.T) {
	for seed := range uint64(40) {
		g, _ := small(t, seed)
		found, err := g.Communities(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := modularity(g, found.Labels); math.Abs(got-found.Modularity) > 1e-12 {
			t.Errorf("graph %d: modularity %v, is %v", seed, found.Modularity, got)
		}
		if want := best(g, make([]int32, g.Len()), 0, 0); found.Modularity < want-1e-12 {
			t.Errorf("graph %d: modularity %v, and %v is possible", seed, found.Modularity, want)
		}
	}
}

func TestCommunitiesHangTogetherAndAreNumberedBySize(t *testing.T) {
	graphs := []*network.Graph{panels(t, 300, 150), panels(t, 3_000, 1_500), panels(t, 20_000, 40_000)}
	for seed := range uint64(200) {
		g, _ := small(t, seed)
		graphs = append(graphs, g)
	}
	for i, g := range graphs {
		found, err := g.Communities(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		sizes := make([]int32, len(found.Sizes))
		first := make([]int, len(found.Sizes))
		for v := len(found.Labels) - 1; v >= 0; v-- {
			sizes[found.Labels[v]]++
			first[found.Labels[v]] = v
		}
		if !slices.Equal(sizes, found.Sizes) {
			t.Errorf("graph %d: sizes %d, are %d", i, found.Sizes, sizes)
		}
		for c := 1; c < len(sizes); c++ {
			if sizes[c-1] < sizes[c] || sizes[c-1] == sizes[c] && first[c-1] > first[c] {
				t.Errorf("graph %d: community %d of %d from %d comes after one of %d from %d",
					i, c, sizes[c], first[c], sizes[c-1], first[c-1])
			}
		}
		// Without the edges between them, communities are the components.
		inside := graph(t, g.Len(), without(g, func(e network.Edge) bool { return found.Labels[e.A] != found.Labels[e.B] }))
		if pieces := len(inside.Components().Sizes); pieces != len(sizes) {
			t.Errorf("graph %d: %d communities are in %d pieces", i, len(sizes), pieces)
		}
	}
}

func TestCommunitiesOfTwoCircles(t *testing.T) {
	// Two circles of four that know each other, one edge between them, and a stranger.
	weights := map[[2]int32]float64{{3, 4}: 0.5}
	for a := range int32(4) {
		for b := range a {
			weights[[2]int32{b, a}] = 1
			weights[[2]int32{b + 4, a + 4}] = 1
		}
	}
	found, err := graph(t, 9, weights).Communities(t.Context())
	if want := "[0 0 0 0 1 1 1 1 2] [4 4 1]"; err != nil || fmt.Sprint(found.Labels, found.Sizes) != want {
		t.Errorf("%v %v %v, want %s", found.Labels, found.Sizes, err, want)
	}
	if want := 12/12.5 - 0.5; math.Abs(found.Modularity-want) > 1e-12 {
		t.Errorf("modularity %v, want %v", found.Modularity, want)
	}
}
