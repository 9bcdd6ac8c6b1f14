package network_test

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bettertogether/internal/generate"
	"bettertogether/internal/network"
)

// plainly is a network without any of our own mathematics: who is next to whom, with weights.
type plainly struct {
	near []map[int]float64
	// steps and paths are from each node to all that it reaches.
	steps []map[int]int
	paths []map[int]float64
}

func plain(a *network.Answer) plainly {
	p := plainly{near: make([]map[int]float64, a.Graph.Len())}
	for i := range p.near {
		p.near[i] = map[int]float64{}
	}
	for _, e := range a.Graph.Edges() {
		p.near[e.A][int(e.B)], p.near[e.B][int(e.A)] = e.Weight, e.Weight
	}
	for i := range p.near {
		steps, paths := p.away(i, -1)
		p.steps, p.paths = append(p.steps, steps), append(p.paths, paths)
	}
	return p
}

// away counts steps and shortest paths from a node to all that it reaches without another one.
func (p plainly) away(from, without int) (steps map[int]int, paths map[int]float64) {
	steps, paths = map[int]int{from: 0}, map[int]float64{from: 1}
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		for next := range p.near[queue[0]] {
			if _, seen := steps[next]; !seen && next != without {
				steps[next] = steps[queue[0]] + 1
				queue = append(queue, next)
			}
			if next != without && steps[next] == steps[queue[0]]+1 {
				paths[next] += paths[queue[0]]
			}
		}
	}
	return steps, paths
}

// cut is how many are cut off from the largest rest without a node.
func (p plainly) cut(node int) int {
	largest, all := 0, 0
	seen := map[int]bool{}
	for next := range p.near[node] {
		if seen[next] {
			continue
		}
		steps, _ := p.away(next, node)
		for v := range steps {
			seen[v] = true
		}
		all += len(steps)
		largest = max(largest, len(steps))
	}
	return all - largest
}

// between is on how many pairs' shortest paths a node lies.
func (p plainly) between(node int) float64 {
	sum := 0.0
	toNode, pathsTo := p.steps[node], p.paths[node]
	for a := range pathsTo {
		for b, total := range p.paths[a] {
			if a < b && a != node && b != node && toNode[a]+toNode[b] == p.steps[a][b] {
				sum += pathsTo[a] * pathsTo[b] / total
			}
		}
	}
	return sum
}

// joined is how many pairs of a node's neighbours are joined.
func (p plainly) joined(node int) int {
	count := 0
	for a := range p.near[node] {
		for b := range p.near[node] {
			if _, is := p.near[a][b]; is && a < b {
				count++
			}
		}
	}
	return count
}

// effective is Burt's effective size: each neighbour counts less by what of the node's time and of the neighbour's strongest tie others share.
func (p plainly) effective(node int) float64 {
	total, size := 0.0, 0.0
	for _, w := range p.near[node] {
		total += w
	}
	for v := range p.near[node] {
		most, redundant := 0.0, 0.0
		for _, w := range p.near[v] {
			most = max(most, w)
		}
		for w, weight := range p.near[node] {
			redundant += weight / total * p.near[v][w] / most
		}
		size += 1 - redundant
	}
	return size
}

// rank is PageRank by walking long enough.
func (p plainly) rank() []float64 {
	n := len(p.near)
	rank := slices.Repeat([]float64{1 / float64(n)}, n)
	for range 300 {
		next, lost := make([]float64, n), 0.0
		for v, near := range p.near {
			total := 0.0
			for _, w := range near {
				total += w
			}
			if total == 0 {
				lost += rank[v]
			}
			for to, w := range near {
				next[to] += 0.85 * rank[v] * w / total
			}
		}
		for v := range next {
			next[v] += (0.15 + 0.85*lost) / float64(n)
		}
		rank = next
	}
	return rank
}

var number = regexp.MustCompile(`\d+(\.\d+)?(e[-+]\d+)?`)

// TestExplanationsSayWhatAFewLinesCount recomputes every number in the sentences about nodes.
func TestExplanationsSayWhatAFewLinesCount(t *testing.T) {
	checked := map[string]int{}
	for name, v := range hubs(t, generate.Size{Series: 2, Episodes: 25, Speakers: 60, Organizations: 30, CaseStudies: 8, Resources: 2, Toolkits: 1, Listings: 1}) {
		for _, f := range []network.Filter{{}, {Mode: network.Organizations, Weighting: network.Newman}, {Mode: network.Bipartite, Weighting: network.Recency}} {
			a := answer(t, v, f, everything...)
			p, links := plain(a), linksOf(t, a)
			rank := p.rank()
			for i := range a.Graph.Len() {
				n := a.Node(a.Entry(v, int32(i)).ID())
				others := float64(a.Graph.Len() - 1)
				for _, sentence := range n.Explain() {
					text := strings.ReplaceAll(sentence, n.Label(), "X")
					want := map[string][]float64{
						"X is in":               {float64(len(a.Part(int32(i)))), float64(len(p.near[i]))},
						"Removing X":            {float64(p.cut(i))},
						"Without X":             {},
						"X lies on":             {p.between(i), others * (others - 1) / 2},
						"Of the %d pairs":       {float64(len(p.near[i]) * (len(p.near[i]) - 1) / 2), float64(p.joined(i))},
						"Of the %d edge":        {float64(len(p.near[i])), p.effective(i)},
						"A random walk":         {rank[i] * (others + 1)},
						"X belongs to":          {float64(value(n.Community())), float64(alike(a, n) - 1)},
						"The strongest tie is ": nil,
					}
					kind := kindOf(text, slices.Collect(maps.Keys(want)))
					checked[kind]++
					expected := want[kind]
					switch kind {
					case "":
						t.Fatalf("nobody knows how to check %q", sentence)
					case "Without X":
						if p.cut(i) != 0 {
							t.Errorf("%s: %s, but %d would be cut off", name, sentence, p.cut(i))
						}
					case "The strongest tie is ":
						checkStrongestTie(t, links, n, sentence)
						continue
					case "X is in":
						if len(p.near[i]) == 0 {
							expected = expected[:1]
						}
					}
					got := numbersIn(text)
					if len(got) != len(expected) {
						t.Fatalf("%s: numbers %v in %q, want %v", name, got, sentence, expected)
					}
					for j := range got {
						if math.Abs(got[j]-expected[j]) > 6e-4*max(1e-3, math.Abs(expected[j])) {
							t.Errorf("%s: %q, want %v", name, sentence, expected)
						}
					}
				}
			}
		}
	}
	for kind, count := range checked {
		if count < 30 {
			t.Errorf("%d sentences like %q were checked only", count, kind)
		}
	}
	if len(checked) < 9 {
		t.Errorf("sentences of these kinds only: %v", checked)
	}
}

// checkStrongestTie wants the sentence to name a neighbour of the highest weight, and how much is shared with it.
func checkStrongestTie(t *testing.T, links []*network.Link, n *network.Node, sentence string) {
	t.Helper()
	best := 0.0
	ties := map[string]float64{}
	for _, l := range links {
		other := l.Source()
		switch n.Entry().ID() {
		case l.Source().Entry().ID():
			other = l.Target()
		case l.Target().Entry().ID():
		default:
			continue
		}
		best = max(best, l.Weight())
		ties[fmt.Sprintf("The strongest tie is with %s: %d ", other.Label(), l.Count())] = l.Weight()
	}
	for begin, weight := range ties {
		if strings.HasPrefix(sentence, begin) && weight == best {
			return
		}
	}
	t.Errorf("%q fits none of %v", sentence, ties)
}

func kindOf(text string, kinds []string) string {
	numbered := number.ReplaceAllString(text, "%d")
	for _, k := range kinds {
		if strings.HasPrefix(numbered, k) {
			return k
		}
	}
	return ""
}

func numbersIn(text string) []float64 {
	var all []float64
	for _, found := range number.FindAllString(text, -1) {
		x, _ := strconv.ParseFloat(found, 64) // it looks like one
		all = append(all, x)
	}
	return all
}

// alike is how many nodes are in the community of a node.
func alike(a *network.Answer, n *network.Node) int {
	count := 0
	for i := range int32(a.Graph.Len()) {
		if c := a.Node(a.Entry(a.View, i).ID()).Community(); c != nil && n.Community() != nil && *c == *n.Community() {
			count++
		}
	}
	return count
}

func value(p *int32) int32 {
	if p == nil {
		return 0
	}
	return *p
}
