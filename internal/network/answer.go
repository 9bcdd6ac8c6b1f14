package network

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Answer is a network as one operation sees it: with entries of its view, and the measures that were ready when it began.
type Answer struct {
	*Network
	View *edition.View
	// Ready says which groups may be read.
	Ready [groups]bool
	// State is that of all groups that the operation asked for.
	State State
	// Claimed is the digest of the snapshot that the network was made again from, Code what that was asked by; empty where it was
	// not.
	Claimed, Code string

	partOnce sync.Once
	parts    map[int32]bool
}

// NewAnswer waits for groups of measures, but not longer than the office's patience.
func (o *Office) NewAnswer(ctx context.Context, v *edition.View, f Filter, needed ...Group) (*Answer, error) {
	n, err := o.Network(ctx, v, f)
	if err != nil {
		return nil, err
	}
	a := &Answer{Network: n, View: v, State: State{Ready: true, Progress: 1}}
	waiting, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for _, g := range needed {
		s, err := n.Compute(ctx, waiting, g, o.turn)
		if err != nil {
			return nil, err
		}
		if a.Ready[g] = s.Ready; !s.Ready {
			a.State = State{Progress: min(a.State.Progress, s.Progress)}
		}
	}
	return a, nil
}

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

// NodeOrder is an order of nodes, LinkOrder one of edges.
type (
	NodeOrder string
	LinkOrder string
)

// group is what an order needs computed, if it needs any.
func (o NodeOrder) group() (Group, bool) {
	switch o {
	case "BETWEENNESS", "CLOSENESS":
		return GroupCentrality, true
	case "WEIGHTED_BETWEENNESS":
		return GroupWeighted, true
	case "PAGE_RANK":
		return GroupRank, true
	case "CONSTRAINT", "EFFECTIVE_SIZE":
		return GroupEgo, true
	case "CUTS_OFF":
		return GroupShape, true
	}
	return 0, false
}

// place is a cursor: a place in an order of one network.
type place struct {
	Digest string `json:"d"`
	Order  string `json:"o"`
	At     int    `json:"i"`
}

// page is a page of something that an order numbers.
type page struct {
	a     *Answer
	order string
	all   []int32
	from  int
	to    int
	total int
}

func (a *Answer) cut(order string, all []int32, args edition.PageArgs) (page, error) {
	l := page{a: a, order: order, all: all, to: len(all), total: len(all)}
	size, err := args.Size()
	if err != nil {
		return l, err
	}
	read := func(name string, given *string) (int, error) {
		var p place
		raw, err := base64.RawURLEncoding.DecodeString(*given)
		if err != nil || json.Unmarshal(raw, &p) != nil || p.At < 0 || p.At >= len(all) && p.Digest == a.mark() {
			return 0, content.Errorf(content.CodeInvalid, name, "%s is no cursor of this list", content.Quote(*given))
		}
		if p.Digest != a.mark() {
			return 0, content.Errorf(content.CodeInvalid, name, "the cursor is of another edition or filter; begin again without it, or read by networkSnapshot")
		}
		if p.Order != order {
			return 0, content.Errorf(content.CodeInvalid, name, "the cursor is of the order %s", content.Quote(p.Order))
		}
		return p.At, nil
	}
	if args.After != nil {
		at, err := read("after", args.After)
		if err != nil {
			return l, err
		}
		l.from = at + 1
	}
	if args.Before != nil {
		if l.to, err = read("before", args.Before); err != nil {
			return l, err
		}
	}
	l.to = max(l.from, l.to)
	if args.Last != nil {
		l.from = max(l.from, l.to-size)
	} else {
		l.to = min(l.to, l.from+size)
	}
	return l, nil
}

// mark names the network in a cursor.
func (a *Answer) mark() string {
	raw, _ := json.Marshal(a.Filter) // texts and finite numbers
	sum := sha256.Sum256(fmt.Appendf(raw, "%s %d %d", a.View.Incarnation(), a.Version, a.At.UnixMicro()))
	return hex.EncodeToString(sum[:8])
}

func (l page) cursor(i int) string {
	raw, _ := json.Marshal(place{l.a.mark(), l.order, i}) // plain values
	return base64.RawURLEncoding.EncodeToString(raw)
}

// PageInfo says where the page stands.
func (l page) PageInfo() *edition.PageInfo {
	info := &edition.PageInfo{HasNextPage: l.to < l.total, HasPreviousPage: l.from > 0}
	if l.from < l.to {
		start, end := l.cursor(l.from), l.cursor(l.to-1)
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount is how many there are.
func (l page) TotalCount() int32 { return int32(l.total) }

// NodeEdge is a node in a list.
type NodeEdge struct {
	Cursor string
	Node   *Node
}

// NodeConnection is a page of nodes.
type NodeConnection struct{ page }

// Edges are the nodes with their cursors.
func (c NodeConnection) Edges() []NodeEdge {
	edges := []NodeEdge{}
	for i := c.from; i < c.to; i++ {
		edges = append(edges, NodeEdge{c.cursor(i), &Node{c.a, c.all[i]}})
	}
	return edges
}

// Nodes are the nodes.
func (c NodeConnection) Nodes() []*Node { return c.a.nodesAt(c.all[c.from:c.to]) }

// Nodes lists nodes in an order, whose group is ready; if not they come by name.
func (a *Answer) Nodes(o NodeOrder, args edition.PageArgs) (*NodeConnection, error) {
	all := make([]int32, len(a.nodes))
	for i := range all {
		all[i] = int32(i)
	}
	value := func(i int32) *float64 {
		n := &Node{a, i}
		var x float64
		switch o {
		case "DEGREE":
			x = float64(n.Degree())
		case "STRENGTH":
			x = n.Strength()
		case "COUNT":
			x = float64(n.Count())
		case "BETWEENNESS":
			return n.Betweenness()
		case "WEIGHTED_BETWEENNESS":
			return n.WeightedBetweenness()
		case "CLOSENESS":
			return n.Closeness()
		case "PAGE_RANK":
			return n.PageRank()
		case "CONSTRAINT":
			if c := n.Constraint(); c != nil {
				x = -*c
				return &x
			}
			return nil
		case "EFFECTIVE_SIZE":
			return n.EffectiveSize()
		case "CUTS_OFF":
			if c := n.CutsOff(); c != nil {
				x = float64(*c)
				return &x
			}
			return nil
		}
		return &x
	}
	if o != "NAME" {
		values := make([]*float64, len(all))
		for i := range values {
			values[i] = value(int32(i))
		}
		slices.SortStableFunc(all, func(i, j int32) int {
			x, y := values[i], values[j]
			switch {
			case x == nil && y == nil:
				return 0
			case x == nil:
				return 1
			case y == nil:
				return -1
			}
			return cmp.Compare(*y, *x)
		})
	}
	l, err := a.cut(string(o), all, args)
	if err != nil {
		return nil, err
	}
	return &NodeConnection{l}, nil
}

// LinkEdge is an edge of the network in a list.
type LinkEdge struct {
	Cursor string
	Node   *Link
}

// LinkConnection is a page of edges of the network.
type LinkConnection struct{ page }

// Edges are the edges with their cursors.
func (c LinkConnection) Edges() []LinkEdge {
	edges := []LinkEdge{}
	for i := c.from; i < c.to; i++ {
		edges = append(edges, LinkEdge{c.cursor(i), &Link{c.a, c.all[i]}})
	}
	return edges
}

// Nodes are the edges.
func (c LinkConnection) Nodes() []*Link {
	all := []*Link{}
	for _, i := range c.all[c.from:c.to] {
		all = append(all, &Link{c.a, i})
	}
	return all
}

// Edges lists edges in an order.
func (a *Answer) Edges(o LinkOrder, args edition.PageArgs) (*LinkConnection, error) {
	l, err := a.cut(string(o), a.linksBy(o), args)
	if err != nil {
		return nil, err
	}
	return &LinkConnection{l}, nil
}

// linksBy are all edges in an order. Who reads page after page, of a network with a million edges, has them sorted once.
func (n *Network) linksBy(o LinkOrder) []int32 {
	sorted := func(compare func(i, j int32) int) []int32 {
		all := make([]int32, len(n.Graph.Edges()))
		for i := range all {
			all[i] = int32(i)
		}
		if compare != nil {
			slices.SortStableFunc(all, compare)
		}
		return all
	}
	switch o {
	case "WEIGHT":
		n.weightOnce.Do(func() {
			n.byWeight = sorted(func(i, j int32) int { return cmp.Compare(n.Graph.Edges()[j].Weight, n.Graph.Edges()[i].Weight) })
		})
		return n.byWeight
	case "COUNT":
		n.countOnce.Do(func() {
			n.byCount = sorted(func(i, j int32) int { return cmp.Compare(len(n.Proof(j)), len(n.Proof(i))) })
		})
		return n.byCount
	}
	return sorted(nil)
}

// Doubtful are pairs of nodes of a kind that may be one under two names.
func (a *Answer) Doubtful(kind content.Kind, most int) ([]*edition.DuplicatePair, error) {
	isOf := func(num int32) bool { return a.View.IDOf(num).Kind() == kind }
	if most == 0 || !slices.ContainsFunc(a.nodes, isOf) {
		return nil, nil
	}
	return a.View.DuplicatesAmong(kind, 0.5, most, func(id content.ID) bool { return a.Node(id) != nil })
}
