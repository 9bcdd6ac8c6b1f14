package network

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Introductions are chains from one node to another.
type Introductions struct {
	a     *Answer
	Paths []*Introduction
	// Apart says where both stand when there is no chain; nil otherwise.
	Apart *Apart
}

// Answer is the network that was searched.
func (i *Introductions) Answer() *Answer { return i.a }

// Introduction is a chain.
type Introduction struct {
	a    *Answer
	path Path
}

// Hop is a step of a chain.
type Hop struct {
	link     *Link
	from, to int32
}

// mostChains is how many chains may be asked for.
const mostChains = 10

// Introduce finds the strongest chains between two entries, without those to avoid.
func (a *Answer) Introduce(ctx context.Context, from, to content.ID, k int32, avoid []content.ID) (*Introductions, error) {
	switch {
	case k < 1 || k > mostChains:
		return nil, content.Errorf(content.CodeInvalid, "k", "%d is not from 1 to %d", k, mostChains)
	case len(avoid) > 100:
		return nil, content.Errorf(content.CodeInvalid, "avoid", "%d entries are more than 100", len(avoid))
	}
	var ends [2]*Node
	for i, end := range []struct {
		name string
		id   content.ID
	}{{"from", from}, {"to", to}} {
		if err := a.isPublic(end.name, end.id); err != nil {
			return nil, err
		}
		ends[i] = a.Node(end.id)
	}
	if ends[0] != nil && ends[1] != nil && ends[0].i == ends[1].i {
		return nil, content.Errorf(content.CodeInvalid, "to", "%s is where the chains begin", content.Quote(string(to)))
	}
	left := map[int32]bool{}
	for i, id := range avoid {
		path := fmt.Sprintf("avoid.%d", i)
		if err := a.isPublic(path, id); err != nil {
			return nil, err
		}
		if n := a.Node(id); n != nil {
			for _, end := range ends {
				if end != nil && end.i == n.i {
					return nil, content.Errorf(content.CodeInvalid, path, "%s is an end of the chains", content.Quote(string(id)))
				}
			}
			left[n.i] = true
		}
	}
	found := &Introductions{a: a, Paths: []*Introduction{}}
	if ends[0] != nil && ends[1] != nil {
		paths, err := a.Graph.Paths(ctx, PathQuery{From: ends[0].i, To: ends[1].i, Most: int(k), Avoid: func(n int32) bool { return left[n] }})
		if err != nil {
			return nil, err
		}
		for _, p := range paths {
			found.Paths = append(found.Paths, &Introduction{a, p})
		}
	}
	if len(found.Paths) == 0 {
		found.Apart = a.apart(ends[0], ends[1], left)
	}
	return found, nil
}

// isPublic refuses a name of no speaker or organization that the view shows.
func (a *Answer) isPublic(path string, id content.ID) error {
	for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization} {
		if _, ok := a.View.NumberOf(kind, string(id)); ok {
			return nil
		}
	}
	return content.Errorf(content.CodeNotFound, path, "%s is no public speaker or organization; an id or a slug is allowed", content.Quote(string(id)))
}

// Strength is that of one edge as long as the chain.
func (p *Introduction) Strength() float64 { return p.path.Strength() }

// Hops are the steps.
func (p *Introduction) Hops() []*Hop {
	hops := []*Hop{}
	for i, to := range p.path.Nodes[1:] {
		from := p.path.Nodes[i]
		near, edges := p.a.Graph.Neighbours(from)
		at, _ := slices.BinarySearch(near, to)
		hops = append(hops, &Hop{&Link{p.a, edges[at]}, from, to})
	}
	return hops
}

// Sentence tells the chain so that it can be passed on.
func (p *Introduction) Sentence() string { return p.SentenceIn(english) }

// SentenceIn is Sentence in another language: t knows every format in it.
func (p *Introduction) SentenceIn(t func(english string) string) string {
	var parts []string
	say := func(format string, args ...any) string { return fmt.Sprintf(t(format), args...) }
	for i, h := range p.Hops() {
		met := ""
		if shared := h.link.Episodes(); len(shared) > 0 {
			met = say("in “%s”", shared[0].Title)
			if when := shared[0].When.Date; when != "" { // not LastTogether: a case study may have gone on since
				met += " (" + string(when) + ")"
			}
			if more := len(shared) - 1; more > 0 {
				met += say(" and %d more", more)
			}
		} else if shared := h.link.CaseStudies(); len(shared) > 0 {
			met = say("in the case study “%s”", shared[0].Title)
		}
		if i == 0 {
			parts = append(parts, say("%s was together with %s %s", h.From().Label(), h.To().Label(), met))
		} else {
			parts = append(parts, say("who was together with %s %s", h.To().Label(), met))
		}
	}
	return strings.Join(parts, ", ") + "."
}

// From is who is known.
func (h *Hop) From() *Node { return &Node{h.link.a, h.from} }

// To is who comes next.
func (h *Hop) To() *Node { return &Node{h.link.a, h.to} }

// Weight is the weight of the edge.
func (h *Hop) Weight() float64 { return h.link.Weight() }

// Episodes are those that both share.
func (h *Hop) Episodes() []*edition.Episode { return h.link.Episodes() }

// CaseStudies are those that both share.
func (h *Hop) CaseStudies() []*edition.CaseStudy { return h.link.CaseStudies() }

// LastTogether is the last date at which both came together.
func (h *Hop) LastTogether() content.PartialDate { return h.link.LastSeen() }

// SharedOrganizations are those that both ever stood for.
func (h *Hop) SharedOrganizations() []*edition.Organization {
	a := h.link.a
	return a.organizations(common(a.stoodFor(h.from), a.stoodFor(h.to)))
}

// stoodFor are the organizations of a node: for a person those stood for, for an organization itself.
func (a *Answer) stoodFor(node int32) []int32 {
	if num := a.nodes[node]; a.View.IDOf(num).Kind() == content.KindSpeaker {
		return a.View.StoodFor(num)
	}
	return []int32{a.nodes[node]}
}

// common are the numbers in both sorted lists.
func common(x, y []int32) []int32 {
	var both []int32
	for _, num := range x {
		if _, found := slices.BinarySearch(y, num); found {
			both = append(both, num)
		}
	}
	return both
}

// organizations are entries of numbers, by name.
func (a *Answer) organizations(nums []int32) []*edition.Organization {
	return named[*edition.Organization](a.View, nums)
}

func named[T edition.Entry](v *edition.View, nums []int32) []T {
	found := make([]T, len(nums))
	for i, num := range nums {
		found[i] = v.ByNumber(num).(T)
	}
	slices.SortFunc(found, func(x, y T) int { return cmp.Or(cmp.Compare(x.Label(), y.Label()), cmp.Compare(x.ID(), y.ID())) })
	return found
}

// Apart are two components without a path between them.
type Apart struct {
	From, To *Island
	Nearest  []*Tie
}

// Island is a component.
type Island struct {
	a       *Answer
	members []int32
}

// Size is how many nodes it has.
func (i *Island) Size() int32 { return int32(len(i.members)) }

// Members are the nodes with the highest strength.
func (i *Island) Members() []*Node { return i.a.strongest(i.members, 10) }

// Tie is two nodes that could be brought together.
type Tie struct {
	a        *Answer
	from, to int32
	// organizations and topics are what both have in common.
	organizations, topics []int32
}

// From is the one from the first island.
func (t *Tie) From() *Node { return &Node{t.a, t.from} }

// To is the one from the second.
func (t *Tie) To() *Node { return &Node{t.a, t.to} }

// SharedOrganizations are what both stood for.
func (t *Tie) SharedOrganizations() []*edition.Organization {
	return t.a.organizations(t.organizations)
}

// SharedTopics are the topics of gatherings of both.
func (t *Tie) SharedTopics() []*edition.Topic { return named[*edition.Topic](t.a.View, t.topics) }

// The most members of an island that are looked at for ties, those with the highest strength, and the most ties that are told.
const (
	mostLookedAt = 200
	mostTies     = 10
)

// apart tells where two nodes stand, without the nodes that were to be avoided.
func (a *Answer) apart(from, to *Node, without map[int32]bool) *Apart {
	found := &Apart{Nearest: []*Tie{}}
	if from != nil {
		found.From = a.island(from.i, without)
	}
	if to != nil {
		found.To = a.island(to.i, without)
	}
	if from == nil || to == nil {
		return found
	}
	there := found.To.lookedAt()
	var ties []*Tie
	for _, x := range found.From.lookedAt() {
		for _, y := range there {
			t := &Tie{a, x.node, y.node, common(x.organizations, y.organizations), common(x.topics, y.topics)}
			if len(t.organizations)+len(t.topics) > 0 {
				ties = append(ties, t)
			}
		}
	}
	slices.SortStableFunc(ties, func(x, y *Tie) int {
		return cmp.Or(cmp.Compare(len(y.organizations), len(x.organizations)), cmp.Compare(len(y.topics), len(x.topics)),
			cmp.Compare(a.Graph.Strength(y.from)+a.Graph.Strength(y.to), a.Graph.Strength(x.from)+a.Graph.Strength(x.to)),
			cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to))
	})
	found.Nearest = append(found.Nearest, ties[:min(mostTies, len(ties))]...)
	return found
}

// island is what paths join to a node, without some nodes.
func (a *Answer) island(node int32, without map[int32]bool) *Island {
	seen := map[int32]bool{node: true}
	members := []int32{node}
	for i := 0; i < len(members); i++ {
		near, _ := a.Graph.Neighbours(members[i])
		for _, b := range near {
			if !seen[b] && !without[b] {
				seen[b] = true
				members = append(members, b)
			}
		}
	}
	slices.Sort(members)
	return &Island{a, members}
}

// known is what is known of a node beyond its edges.
type known struct {
	node                  int32
	organizations, topics []int32
}

func (i *Island) lookedAt() []known {
	var all []known
	for _, n := range i.a.strongest(i.members, mostLookedAt) {
		k := known{node: n.i, organizations: i.a.stoodFor(n.i)}
		for topic := range i.a.topicsOf(i.a.Part(n.i)) {
			k.topics = append(k.topics, topic)
		}
		slices.Sort(k.topics)
		all = append(all, k)
	}
	return all
}
