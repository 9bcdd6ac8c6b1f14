package network_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// pair are two ids, the lower first.
type pair [2]content.ID

func pairOf(a, b content.ID) pair { return pair{min(a, b), max(a, b)} }

// projection is a network made from the entries themselves: the gatherings of each node and of each pair, and how much of one each gathering gives
// the pair by NEWMAN.
type projection struct {
	nodes map[content.ID]map[content.ID]bool
	edges map[pair]map[content.ID]float64
}

func (p *projection) node(n, gathering content.ID) {
	if p.nodes[n] == nil {
		p.nodes[n] = map[content.ID]bool{}
	}
	p.nodes[n][gathering] = true
}

func (p *projection) edge(a, b, gathering content.ID, share float64) {
	if a == b {
		return
	}
	if p.edges[pairOf(a, b)] == nil {
		p.edges[pairOf(a, b)] = map[content.ID]float64{}
	}
	p.edges[pairOf(a, b)][gathering] = share
}

// clique joins all of a gathering.
func (p *projection) clique(all map[content.ID]bool, gathering content.ID) {
	for a := range all {
		p.node(a, gathering)
		for b := range all {
			p.edge(a, b, gathering, 1/float64(len(all)-1))
		}
	}
}

// stand joins a person with organizations.
func (p *projection) stand(people map[content.ID]map[content.ID]bool, gathering content.ID) {
	for person, organizations := range people {
		for o := range organizations {
			p.node(person, gathering)
			p.node(o, gathering)
			p.edge(person, o, gathering, 1/float64(len(organizations)))
		}
	}
}

// project reads all entries.
func project(v *edition.View, mode network.Mode) *projection {
	p := &projection{nodes: map[content.ID]map[content.ID]bool{}, edges: map[pair]map[content.ID]float64{}}
	episodes, _ := v.Numbers(content.KindEpisode)
	for _, num := range episodes {
		e := v.ByNumber(num).(*edition.Episode)
		people, all := map[content.ID]map[content.ID]bool{}, map[network.Mode]map[content.ID]bool{network.Speakers: {}, network.Organizations: {}}
		for _, a := range e.Appearances(nil) {
			if a.Role == content.RoleInterpreter || a.Role == content.RoleProducer {
				continue
			}
			who := a.Speaker().ID()
			all[network.Speakers][who] = true
			if people[who] == nil {
				people[who] = map[content.ID]bool{}
			}
			for _, o := range a.CreditedOrganizations() {
				all[network.Organizations][o.ID()], people[who][o.ID()] = true, true
			}
		}
		if mode == network.Bipartite {
			p.stand(people, e.ID())
		} else {
			p.clique(all[mode], e.ID())
		}
	}
	studies, _ := v.Numbers(content.KindCaseStudy)
	for _, num := range studies {
		c := v.ByNumber(num).(*edition.CaseStudy)
		people, partners := map[content.ID]map[content.ID]bool{}, map[content.ID]bool{}
		for _, partner := range c.Partners() {
			partners[partner.Organization().ID()] = true
		}
		for _, one := range c.Contributions() {
			if people[one.Speaker().ID()] == nil {
				people[one.Speaker().ID()] = map[content.ID]bool{}
			}
			for _, o := range one.CreditedOrganizations() {
				people[one.Speaker().ID()][o.ID()] = true
			}
		}
		switch mode {
		case network.Organizations:
			p.clique(partners, c.ID())
		case network.Bipartite:
			p.stand(people, c.ID())
		}
	}
	return p
}

// hubs are views of the demo's facts, of made-up content, and of the latter after editors merged and hid some of it.
func hubs(t *testing.T, size generate.Size) map[string]*edition.View {
	facts := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, facts, hubtest.Facts())
	edited := madeUp(t, size)
	var w desk.Write
	w.Action = "test"
	for i := range size.Speakers / 8 {
		w.Merge = append(w.Merge, desk.Merge{Survivor: generate.ID(content.KindSpeaker, 2*i), Absorbed: generate.ID(content.KindSpeaker, 2*i+1)})
	}
	for i := range size.Episodes / 10 {
		w.Publish = append(w.Publish, desk.Publish{ID: generate.ID(content.KindEpisode, 3*i)})
	}
	w.Merge = append(w.Merge, desk.Merge{Survivor: generate.ID(content.KindOrganization, 0), Absorbed: generate.ID(content.KindOrganization, 1)})
	hubtest.Save(t, edited, w)
	return map[string]*edition.View{"demo": facts.Pin(), "made up": madeUp(t, size).Pin(), "edited": edited.Pin()}
}

func TestEdgesAreThoseOfTheEntriesThemselves(t *testing.T) {
	for name, v := range hubs(t, generate.S()) {
		for _, mode := range []network.Mode{network.Speakers, network.Organizations, network.Bipartite} {
			want := project(v, mode)
			for _, weighting := range []network.Weighting{network.Count, network.Newman} {
				a := answer(t, v, network.Filter{Mode: mode, Weighting: weighting})
				what := fmt.Sprint(name, " ", mode, " ", weighting)
				if a.Graph.Len() != len(want.nodes) || len(a.Graph.Edges()) != len(want.edges) || len(want.edges) == 0 {
					t.Fatalf("%s: %d nodes and %d edges, want %d and %d", what, a.Graph.Len(), len(a.Graph.Edges()), len(want.nodes), len(want.edges))
				}
				for _, link := range linksOf(t, a) {
					gatherings := want.edges[pairOf(link.Source().Entry().ID(), link.Target().Entry().ID())]
					var proof []content.ID
					for _, e := range link.Episodes() {
						proof = append(proof, e.ID())
					}
					for _, c := range link.CaseStudies() {
						proof = append(proof, c.ID())
					}
					slices.Sort(proof)
					if !slices.Equal(proof, slices.Sorted(maps.Keys(gatherings))) || int(link.Count()) != len(proof) {
						t.Fatalf("%s: %s and %s share %s, want %v", what, link.Source().Label(), link.Target().Label(), proof, gatherings)
					}
					weight := float64(len(gatherings))
					if weighting == network.Newman {
						weight = 0
						for _, id := range slices.Sorted(maps.Keys(gatherings)) {
							weight += gatherings[id]
						}
					}
					if math.Abs(link.Weight()-weight) > 1e-9 {
						t.Fatalf("%s: %s and %s weigh %g, want %g", what, link.Source().Label(), link.Target().Label(), link.Weight(), weight)
					}
				}
				for i := range int32(a.Graph.Len()) {
					n := a.Node(a.Entry(v, i).ID())
					if int(n.Count()) != len(want.nodes[n.Entry().ID()]) {
						t.Fatalf("%s: %s is in %d, want %d", what, n.Label(), n.Count(), len(want.nodes[n.Entry().ID()]))
					}
					shared := map[content.ID]bool{}
					for ends, gatherings := range want.edges {
						if ends[0] == n.Entry().ID() || ends[1] == n.Entry().ID() {
							maps.Copy(shared, setOf(gatherings))
						}
					}
					if weighting == network.Newman && mode != network.Bipartite && math.Abs(n.Strength()-float64(len(shared))) > 1e-9 {
						t.Fatalf("%s: %s has strength %g with %d shared", what, n.Label(), n.Strength(), len(shared))
					}
				}
			}
		}
	}
}

func setOf(all map[content.ID]float64) map[content.ID]bool {
	set := map[content.ID]bool{}
	for id := range all {
		set[id] = true
	}
	return set
}

// everything are all groups of measures.
var everything = []network.Group{network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality, network.GroupWeighted}

func answer(t *testing.T, v *edition.View, f network.Filter, groups ...network.Group) *network.Answer {
	t.Helper()
	a, err := network.NewOffice().NewAnswer(t.Context(), v, f, groups...)
	if err != nil {
		t.Fatal(err)
	}
	if !a.State.Ready {
		t.Fatal("not ready")
	}
	return a
}

// linksOf are all edges of an answer.
func linksOf(t *testing.T, a *network.Answer) []*network.Link {
	t.Helper()
	var all []*network.Link
	args := edition.PageArgs{First: new(int32)}
	for *args.First = edition.MostPerPage; ; {
		page, err := a.Edges("NAME", args)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Nodes()...)
		if args.After = page.PageInfo().EndCursor; !page.PageInfo().HasNextPage {
			return all
		}
	}
}

// chain is how long a chain is, in units of length and in steps.
type chain struct{ length, hops int64 }

// chains are the best chains between two nodes that pass by nobody to avoid, found by trying all that are not worse already.
func chains(a *network.Answer, from, to content.ID, avoid []content.ID, most int) []chain {
	near := map[content.ID]map[content.ID]float64{}
	for _, e := range a.Graph.Edges() {
		x, y := a.Entry(a.View, e.A).ID(), a.Entry(a.View, e.B).ID()
		for _, ends := range [][2]content.ID{{x, y}, {y, x}} {
			if near[ends[0]] == nil {
				near[ends[0]] = map[content.ID]float64{}
			}
			near[ends[0]][ends[1]] = e.Weight
		}
	}
	compare := func(x, y chain) int { return cmp.Or(cmp.Compare(x.length, y.length), cmp.Compare(x.hops, y.hops)) }
	var best []chain
	passed := map[content.ID]bool{}
	for _, id := range avoid {
		passed[id] = true
	}
	var walk func(at content.ID, so chain)
	walk = func(at content.ID, so chain) {
		if len(best) == most && compare(so, best[most-1]) >= 0 {
			return
		}
		if at == to {
			best = append(best, so)
			slices.SortFunc(best, compare)
			best = best[:min(most, len(best))]
			return
		}
		passed[at] = true
		for next, weight := range near[at] {
			if !passed[next] {
				walk(next, chain{so.length + length(weight), so.hops + 1})
			}
		}
		passed[at] = false
	}
	walk(from, chain{})
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
				best = append(best, checkHops(t, a, p, id(0), id(1), avoid))
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

// checkHops follows a chain from one end to the other, and wants proof of each hop and nobody twice.
func checkHops(t *testing.T, a *network.Answer, p *network.Introduction, from, to content.ID, avoid []content.ID) chain {
	t.Helper()
	var c chain
	at, passed, sum := from, []content.ID{from}, 0.0
	for _, h := range p.Hops() {
		next := h.To().Entry().ID()
		if h.From().Entry().ID() != at || slices.Contains(passed, next) || slices.Contains(avoid, next) {
			t.Fatalf("a hop from %s to %s after %s, avoiding %s", h.From().Label(), h.To().Label(), passed, avoid)
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
	if at != to || math.Abs(p.Strength()-1/sum) > 1e-5*p.Strength() {
		t.Fatalf("a chain to %s of strength %g, want %s and %g to some millionths", at, p.Strength(), to, 1/sum)
	}
	return c
}

// tookPart tells whether a person appeared in an episode, or somebody stood for an organization there.
func tookPart(e *edition.Episode, id content.ID) bool {
	return slices.ContainsFunc(e.Appearances(nil), func(a edition.Appearance) bool {
		return a.Speaker().ID() == id || slices.ContainsFunc(a.CreditedOrganizations(), func(o *edition.Organization) bool { return o.ID() == id })
	})
}

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

// TestAMergerLosesNobodysRoleAndCountsNoTopicTwice looks at what is said beyond edges.
func TestAMergerLosesNobodysRoleAndCountsNoTopicTwice(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	ids := hubtest.Publish(t, d,
		&content.Speaker{Name: "Maria Okafor"}, &content.Speaker{Name: "M. Okafor"}, &content.Speaker{Name: "Ted Alder"},
		&content.Topic{Name: "Apprenticeship", Scheme: content.TopicSubject}, &content.Topic{Name: "Apprenticeships", Scheme: content.TopicSubject},
	)
	one := &content.Episode{Title: "One", Format: content.FormatWebinar, Status: content.StatusScheduled, When: content.When{Date: "2025-03-04"}, Topics: ids[3:]}
	for i, role := range []content.AppearanceRole{content.RoleHost, content.RoleGuest} {
		one.Appearances = append(one.Appearances, content.Appearance{Speaker: ids[1+i], Role: role, CreditedName: "As printed"})
	}
	one.Appearances = append(one.Appearances, content.Appearance{Speaker: ids[2], Role: content.RoleProducer, CreditedName: "As printed"})
	episode := hubtest.Publish(t, d, one)[0]
	hubtest.Save(t, d, desk.Write{Action: "test", Merge: []desk.Merge{{Survivor: ids[0], Absorbed: ids[1]}, {Survivor: ids[3], Absorbed: ids[4]}}})
	v := d.Pin().Public()
	r, err := network.Represent(t.Context(), v, network.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, s := range r.By(network.ByRole) {
		roles = append(roles, fmt.Sprintf("%s %d", s.Value, s.Count))
	}
	if got := strings.Join(roles, ", "); got != "GUEST 1, HOST 1" {
		t.Errorf("roles %s", got)
	}
	num, _ := v.NumberOf(content.KindEpisode, string(episode))
	if topics := v.TopicsOf(num); len(topics) != 1 {
		t.Errorf("topics %d", topics)
	}
}
