package network

import (
	"cmp"
	"slices"

	"bettertogether/internal/edition"
)

// Gap is two communities that never came together.
type Gap struct {
	First, Second *Community
	topic         int32
	about         int
}

// mostCompared is how many communities are compared with each other, the largest.
const mostCompared = 60

// Gaps are pairs of communities without an edge between them that speak of one topic; those with most gatherings about it come first.
func (a *Answer) Gaps(first int32) ([]*Gap, error) {
	size, err := edition.PageArgs{First: &first}.Size()
	if err != nil || !a.Ready[GroupCommunities] {
		return []*Gap{}, err
	}
	groups := a.groups()
	groups = groups[:min(mostCompared, len(groups))]
	joined := map[[2]int32]bool{}
	labels := a.Communities().Labels
	for _, e := range a.Graph.Edges() {
		joined[[2]int32{labels[e.A], labels[e.B]}], joined[[2]int32{labels[e.B], labels[e.A]}] = true, true
	}
	topics := make([]map[int32]int, len(groups))
	for i, g := range groups {
		topics[i] = a.topicsOf(a.gatheringsOf(g.members))
	}
	gaps := []*Gap{}
	for i, x := range groups {
		for j, y := range groups[i+1:] {
			if joined[[2]int32{x.number, y.number}] {
				continue
			}
			shared := map[int32]int{}
			for topic, count := range topics[i] {
				if other := topics[i+1+j][topic]; other > 0 {
					shared[topic] = min(count, other)
				}
			}
			if best := a.mostFrequent(shared, 1); len(best) > 0 {
				gaps = append(gaps, &Gap{x, y, best[0].num, best[0].count})
			}
		}
	}
	slices.SortStableFunc(gaps, func(x, y *Gap) int {
		return cmp.Or(cmp.Compare(y.about, x.about), cmp.Compare(x.First.number, y.First.number), cmp.Compare(x.Second.number, y.Second.number))
	})
	return gaps[:min(size, len(gaps))], nil
}

// Topic is what both speak of most.
func (g *Gap) Topic() *edition.Topic { return g.First.a.View.ByNumber(g.topic).(*edition.Topic) }

// Brokers are nodes outside both that are joined to both.
func (g *Gap) Brokers() []*Node {
	a := g.First.a
	labels := a.Communities().Labels
	var found []int32
	for i := range int32(a.Graph.Len()) {
		if labels[i] == g.First.number || labels[i] == g.Second.number {
			continue
		}
		near, _ := a.Graph.Neighbours(i)
		toFirst := slices.ContainsFunc(near, func(b int32) bool { return labels[b] == g.First.number })
		if toFirst && slices.ContainsFunc(near, func(b int32) bool { return labels[b] == g.Second.number }) {
			found = append(found, i)
		}
	}
	return a.strongest(found, 5)
}

// FromFirst are members of the first with most gatherings about the topic.
func (g *Gap) FromFirst() []*Node { return g.speaking(g.First) }

// FromSecond are members of the second.
func (g *Gap) FromSecond() []*Node { return g.speaking(g.Second) }

func (g *Gap) speaking(c *Community) []*Node {
	counts := make(map[int32]int, len(c.members))
	var found []int32
	for _, i := range c.members {
		if counts[i] = c.a.topicsOf(c.a.Part(i))[g.topic]; counts[i] > 0 {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(i, j int32) int { return cmp.Compare(counts[j], counts[i]) })
	return c.a.nodesAt(found[:min(5, len(found))])
}
