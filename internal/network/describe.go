package network

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Summary is a network in numbers.
type Summary struct {
	Nodes, Edges, Episodes, CaseStudies, Undated, Isolates, Components, LargestComponent int32
	Density, MeanDegree                                                                  *float64
	Communities                                                                          *int32
	Modularity                                                                           *float64
	Sources                                                                              *int32
	ErrorBound                                                                           *float64
}

// Summary counts.
func (a *Answer) Summary() Summary {
	g := a.Graph
	s := Summary{Nodes: int32(g.Len()), Edges: int32(len(g.Edges()))}
	for i := range a.Gatherings {
		switch {
		case len(a.Filter.Around) > 0 && !a.tookPart(int32(i)):
			continue
		case a.View.IDOf(a.Gatherings[i].Number).Kind() == content.KindCaseStudy:
			s.CaseStudies++
		default:
			s.Episodes++
		}
		if a.Gatherings[i].Day() == edition.Undated {
			s.Undated++
		}
	}
	for i := range int32(g.Len()) {
		if g.Degree(i) == 0 {
			s.Isolates++
		}
	}
	components := g.Components()
	s.Components = int32(len(components.Sizes))
	for _, size := range components.Sizes {
		s.LargestComponent = max(s.LargestComponent, size)
	}
	if n := float64(g.Len()); n > 0 {
		mean := 2 * float64(len(g.Edges())) / n
		s.MeanDegree = &mean
		if n > 1 {
			density := mean / (n - 1)
			s.Density = &density
		}
	}
	if a.Ready[GroupCommunities] {
		count := int32(0)
		for _, size := range a.Communities().Sizes {
			if size > 1 {
				count++
			}
		}
		s.Communities = &count
		if len(g.Edges()) > 0 {
			s.Modularity = &a.Communities().Modularity
		}
	}
	if a.Ready[GroupCentrality] {
		sampling := a.Centrality().Sampling
		sources := int32(sampling.Sources)
		s.Sources, s.ErrorBound = &sources, &sampling.ErrorBound
	}
	return s
}

// tookPart tells whether any node of the network was in a gathering.
func (a *Answer) tookPart(gathering int32) bool {
	a.partOnce.Do(func() {
		a.parts = map[int32]bool{}
		for _, i := range a.part {
			a.parts[i] = true
		}
	})
	return a.parts[gathering]
}

// Community is a community of an answer.
type Community struct {
	a       *Answer
	number  int32
	members []int32
}

// Groups are the largest communities of more than one node.
func (a *Answer) Groups(first int32) ([]*Community, error) {
	size, err := edition.PageArgs{First: &first}.Size()
	if err != nil || !a.Ready[GroupCommunities] {
		return []*Community{}, err
	}
	all := a.groups()
	return all[:min(size, len(all))], nil
}

func (a *Answer) groups() []*Community {
	labels, sizes := a.Communities().Labels, a.Communities().Sizes
	all := []*Community{}
	for number, size := range sizes {
		if size > 1 {
			all = append(all, &Community{a: a, number: int32(number)})
		}
	}
	for i, label := range labels {
		if int(label) < len(all) && sizes[label] > 1 {
			all[label].members = append(all[label].members, int32(i))
		}
	}
	return all
}

// Number is the number, from 0.
func (c *Community) Number() int32 { return c.number }

// Size is how many nodes it has.
func (c *Community) Size() int32 { return int32(len(c.members)) }

// Members are the nodes with the highest strength.
func (c *Community) Members(first int32) ([]*Node, error) {
	size, err := edition.PageArgs{First: &first}.Size()
	if err != nil {
		return nil, err
	}
	return c.a.strongest(c.members, size), nil
}

// strongest are the nodes with the highest strength; ties go by name.
func (a *Answer) strongest(nodes []int32, most int) []*Node {
	nodes = slices.Clone(nodes)
	slices.SortFunc(nodes, func(i, j int32) int {
		return cmp.Or(cmp.Compare(a.Graph.Strength(j), a.Graph.Strength(i)), cmp.Compare(i, j))
	})
	return a.nodesAt(nodes[:min(most, len(nodes))])
}

// counted is how often an entry occurs.
type counted struct {
	num   int32
	count int
}

// mostFrequent are the entries that occur most; ties go by name.
func (a *Answer) mostFrequent(counts map[int32]int, most int) []counted {
	all := make([]counted, 0, len(counts))
	for num, count := range counts {
		all = append(all, counted{num, count})
	}
	slices.SortFunc(all, func(x, y counted) int {
		return cmp.Or(cmp.Compare(y.count, x.count), cmp.Compare(a.View.ByNumber(x.num).Label(), a.View.ByNumber(y.num).Label()), cmp.Compare(a.View.IDOf(x.num), a.View.IDOf(y.num)))
	})
	return all[:min(most, len(all))]
}

// gatheringsOf are those of any of the nodes, each once, in order.
func (a *Answer) gatheringsOf(nodes []int32) []int32 {
	var all []int32
	for _, i := range nodes {
		all = append(all, a.Part(i)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// topicsOf counts the topics of gatherings.
func (a *Answer) topicsOf(gatherings []int32) map[int32]int {
	counts := map[int32]int{}
	for _, i := range gatherings {
		for _, num := range a.View.TopicsOf(a.Gatherings[i].Number) {
			counts[num]++
		}
	}
	return counts
}

// Topics are the topics of its gatherings.
func (c *Community) Topics() []*edition.Topic {
	found := []*edition.Topic{}
	for _, t := range c.a.mostFrequent(c.a.topicsOf(c.a.gatheringsOf(c.members)), 5) {
		found = append(found, c.a.View.ByNumber(t.num).(*edition.Topic))
	}
	return found
}

// Organizations are those that its people stood for, or that are its nodes.
func (c *Community) Organizations() []*edition.Organization {
	counts := map[int32]int{}
	if c.a.Filter.Mode == Speakers {
		for _, i := range c.members {
			for _, num := range c.a.View.StoodFor(c.a.nodes[i]) {
				counts[num]++
			}
		}
	} else {
		for _, i := range c.members {
			if num := c.a.nodes[i]; c.a.View.IDOf(num).Kind() == content.KindOrganization {
				counts[num] = c.a.Graph.Degree(i)
			}
		}
	}
	found := []*edition.Organization{}
	for _, o := range c.a.mostFrequent(counts, 5) {
		found = append(found, c.a.View.ByNumber(o.num).(*edition.Organization))
	}
	return found
}

// Label names the community by its main topic and organizations, or by who is in it. It is found once.
func (c *Community) Label() string {
	if known, ok := c.a.labels.Load(c.number); ok {
		return known.(string)
	}
	label := c.label()
	c.a.labels.Store(c.number, label)
	return label
}

func (c *Community) label() string {
	var names []string
	for _, o := range c.Organizations() {
		names = append(names, o.Label())
	}
	if len(names) == 0 {
		for _, n := range c.a.strongest(c.members, 2) {
			names = append(names, n.Label())
		}
	}
	label := strings.Join(names[:min(2, len(names))], ", ")
	if topics := c.Topics(); len(topics) > 0 {
		label = topics[0].Label() + ": " + label
	}
	return label
}

// Explain says in plain sentences what the measures that are ready say of the node.
func (n *Node) Explain() []string { return n.ExplainIn(english) }

// english is the language that sentences are written in.
func english(text string) string { return text }

// ExplainIn is Explain in another language: t knows every format and every word of the sentences.
func (n *Node) ExplainIn(t func(english string) string) []string {
	name, all := n.Label(), []string{}
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(t(format), args...)) }
	plural := func(count int, many string) string { return plural(t, count, many) }
	things := "%d episodes"
	if n.a.Filter.Mode != Speakers {
		things = "%d episodes and case studies"
	}
	if n.Degree() == 0 {
		say("%s is in %s, and shares none with anybody else here.", name, plural(int(n.Count()), things))
		return all
	}
	say("%s is in %s, and shares some with %s.", name, plural(int(n.Count()), things), plural(int(n.Degree()), "%d others"))
	near, edges := n.a.Graph.Neighbours(n.i)
	best := 0
	for k := range near {
		if n.a.Graph.Edges()[edges[k]].Weight > n.a.Graph.Edges()[edges[best]].Weight {
			best = k
		}
	}
	say("The strongest tie is with %s: %s shared.", (&Node{n.a, near[best]}).Label(), plural(len(n.a.Proof(edges[best])), things))
	if cut := n.CutsOff(); cut != nil {
		if *cut > 0 {
			say("Removing %s would cut off %s.", name, plural(int(*cut), "%d others"))
		} else {
			say("Without %s everybody else would still be joined as now.", name)
		}
	}
	if x := n.Betweenness(); x != nil {
		pairs := float64((n.a.Graph.Len() - 1) * (n.a.Graph.Len() - 2) / 2)
		about := ""
		if n.a.Centrality().Sampling.Sampled {
			about = t("about ")
		}
		say("%s lies on the shortest paths of %s%.4g of the %.0f pairs of others, counting a part of a pair where some of its paths go another way.", name, about, *x*pairs, pairs)
	}
	if x := n.Clustering(); x != nil {
		pairs := int(n.Degree()) * int(n.Degree()-1) / 2
		say("Of the %d pairs among those who are joined to %s, %.0f are joined themselves.", pairs, name, *x*float64(pairs))
	}
	if x := n.EffectiveSize(); x != nil {
		say("Of the %s, %.4g lead where the others do not.", plural(int(n.Degree()), "%d edges"), *x)
	}
	if x := n.PageRank(); x != nil {
		say("A random walk along the edges is with %s %.4g times as often as it would be if all were equal.", name, *x*float64(n.a.Graph.Len()))
	}
	if c := n.Community(); c != nil {
		say("%s belongs to community %d, with %s.", name, *c, plural(int(n.a.Communities().Sizes[*c])-1, "%d others"))
	}
	return all
}

// plural counts things; their name is given for many.
func plural(t func(string) string, n int, many string) string {
	if n != 1 {
		return fmt.Sprintf(t(many), n)
	}
	return t(map[string]string{"%d episodes": "1 episode", "%d episodes and case studies": "1 episode or case study", "%d others": "1 other", "%d edges": "1 edge"}[many])
}
