package network

import (
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Node is a node of an answer.
type Node struct {
	a *Answer
	i int32
}

// Node finds the node of an entry; nil when the network does not have it.
func (a *Answer) Node(id content.ID) *Node {
	if i, ok := a.Find(a.View, id); ok {
		return &Node{a, i}
	}
	return nil
}

func (a *Answer) nodesAt(places []int32) []*Node {
	all := make([]*Node, len(places))
	for i, at := range places {
		all[i] = &Node{a, at}
	}
	return all
}

// Entry is the speaker or organization.
func (n *Node) Entry() edition.Entry { return n.a.Entry(n.a.View, n.i) }

// Speaker is the person; nil for an organization.
func (n *Node) Speaker() *edition.Speaker { s, _ := n.Entry().(*edition.Speaker); return s }

// Organization is the organization; nil for a person.
func (n *Node) Organization() *edition.Organization {
	o, _ := n.Entry().(*edition.Organization)
	return o
}

// Label is the name.
func (n *Node) Label() string { return n.Entry().Label() }

// Episodes are the latest of the episodes that count.
func (n *Node) Episodes(first int32) ([]*edition.Episode, error) {
	size, err := edition.PageArgs{First: &first}.Size()
	if err != nil {
		return nil, err
	}
	all, _ := n.a.gathered(n.a.Part(n.i), size)
	return all, nil
}

// gathered splits gatherings into episodes, at most so many, and case studies.
func (a *Answer) gathered(gatherings []int32, most int) (episodes []*edition.Episode, studies []*edition.CaseStudy) {
	episodes, studies = []*edition.Episode{}, []*edition.CaseStudy{}
	for _, i := range gatherings {
		switch e := a.View.ByNumber(a.Gatherings[i].Number).(type) {
		case *edition.Episode:
			if len(episodes) < most {
				episodes = append(episodes, e)
			}
		case *edition.CaseStudy:
			studies = append(studies, e)
		}
	}
	return episodes, studies
}

// Count is how many gatherings count.
func (n *Node) Count() int32 { return int32(len(n.a.Part(n.i))) }

// FirstSeen is the first date among them.
func (n *Node) FirstSeen() content.PartialDate { first, _ := n.a.Seen(n.a.Part(n.i)); return first }

// LastSeen is the last date among them.
func (n *Node) LastSeen() content.PartialDate { _, last := n.a.Seen(n.a.Part(n.i)); return last }

// Degree is the number of edges.
func (n *Node) Degree() int32 { return int32(n.a.Graph.Degree(n.i)) }

// Strength is the sum of the weights of the edges.
func (n *Node) Strength() float64 { return n.a.Graph.Strength(n.i) }

// value is a measure of the node; nil while its group is not ready, and where it is not defined.
func (n *Node) value(g Group, measure func() Measure) *float64 {
	if !n.a.Ready[g] {
		return nil
	}
	if x, ok := measure().At(n.i); ok {
		return &x
	}
	return nil
}

// Betweenness is the betweenness by number of edges.
func (n *Node) Betweenness() *float64 {
	return n.value(GroupCentrality, func() Measure { return n.a.Centrality().Betweenness })
}

// WeightedBetweenness is the betweenness by length.
func (n *Node) WeightedBetweenness() *float64 {
	return n.value(GroupWeighted, func() Measure { m, _ := n.a.Weighted(); return m })
}

// Closeness is the harmonic closeness.
func (n *Node) Closeness() *float64 {
	return n.value(GroupCentrality, func() Measure { return n.a.Centrality().Harmonic })
}

// PageRank is the PageRank.
func (n *Node) PageRank() *float64 {
	if !n.a.Ready[GroupRank] {
		return nil
	}
	return &n.a.Rank()[n.i]
}

// Constraint is Burt's constraint.
func (n *Node) Constraint() *float64 {
	return n.value(GroupEgo, func() Measure { return n.a.Ego().Constraint })
}

// EffectiveSize is Burt's effective size.
func (n *Node) EffectiveSize() *float64 {
	return n.value(GroupEgo, func() Measure { return n.a.Ego().EffectiveSize })
}

// Clustering is the local clustering coefficient.
func (n *Node) Clustering() *float64 {
	return n.value(GroupEgo, func() Measure { return n.a.Ego().Clustering })
}

// CutsOff is how many others would be cut off without the node.
func (n *Node) CutsOff() *int32 {
	if !n.a.Ready[GroupShape] {
		return nil
	}
	return &n.a.Cuts().Points[n.i]
}

// Component is the number of the component.
func (n *Node) Component() *int32 {
	if !n.a.Ready[GroupShape] {
		return nil
	}
	return &n.a.Components().Labels[n.i]
}

// Community is the number of the community; nil for an isolate.
func (n *Node) Community() *int32 {
	if !n.a.Ready[GroupCommunities] || n.Degree() == 0 {
		return nil
	}
	return &n.a.Communities().Labels[n.i]
}

// Undefined is a measure that is not defined for a node, and why.
type Undefined struct{ Measure, Reason string }

// Reasons say why measures that are ready are nil.
func (n *Node) Reasons() []Undefined {
	all := []Undefined{}
	add := func(g Group, isNil bool, measure, reason string) {
		if n.a.Ready[g] && isNil {
			all = append(all, Undefined{measure, reason})
		}
	}
	few := "the network has fewer than three nodes"
	alone := n.Label() + " has no edge: nothing that counts is shared with anybody"
	add(GroupCentrality, n.Betweenness() == nil, "betweenness", few)
	add(GroupCentrality, n.Closeness() == nil, "closeness", "the network has one node")
	add(GroupWeighted, n.WeightedBetweenness() == nil, "weightedBetweenness", few)
	add(GroupEgo, n.Constraint() == nil, "constraint", alone)
	add(GroupEgo, n.EffectiveSize() == nil, "effectiveSize", alone)
	add(GroupEgo, n.Clustering() == nil, "clustering", "fewer than two others are joined to "+n.Label()+", so that there is no pair of them")
	add(GroupCommunities, n.Community() == nil, "community", alone)
	return all
}

// Link is an edge of an answer.
type Link struct {
	a *Answer
	i int32
}

func (l *Link) edge() Edge { return l.a.Graph.Edges()[l.i] }

// Source is the first of the two by name.
func (l *Link) Source() *Node { return &Node{l.a, l.edge().A} }

// Target is the second.
func (l *Link) Target() *Node { return &Node{l.a, l.edge().B} }

// Count is how many gatherings the two share.
func (l *Link) Count() int32 { return int32(len(l.a.Proof(l.i))) }

// Weight is the weight.
func (l *Link) Weight() float64 { return l.edge().Weight }

// Episodes are those that the two share.
func (l *Link) Episodes() []*edition.Episode {
	all, _ := l.a.gathered(l.a.Proof(l.i), len(l.a.Gatherings))
	return all
}

// CaseStudies are those that the two share.
func (l *Link) CaseStudies() []*edition.CaseStudy {
	_, all := l.a.gathered(l.a.Proof(l.i), 0)
	return all
}

// FirstSeen is the first date among them.
func (l *Link) FirstSeen() content.PartialDate { first, _ := l.a.Seen(l.a.Proof(l.i)); return first }

// LastSeen is the last date among them.
func (l *Link) LastSeen() content.PartialDate { _, last := l.a.Seen(l.a.Proof(l.i)); return last }

// Bridge tells whether only the edge joins its ends; nil while that is computed.
func (l *Link) Bridge() *bool {
	if !l.a.Ready[GroupShape] {
		return nil
	}
	is := l.a.Cuts().Bridges[l.i] > 0
	return &is
}
