package network

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Network is who came together with whom in one edition, with the gatherings that prove it. It never changes; its measures are computed when they
// are first asked for.
type Network struct {
	// Filter is in its one form.
	Filter Filter
	// Version and At name what it was made of: the public edition of this content version at this instant, since which its tag
	// holds.
	Version int64
	At      time.Time
	Graph   *Graph
	// Gatherings are those that count, also those of one node alone.
	Gatherings []edition.Gathering
	// nodes are numbers of the edition: speakers by name, then organizations by name.
	nodes []int32
	// The nodes of gathering i are member[memberFrom[i]] to member[memberFrom[i+1]].
	memberFrom, member []int32
	// The gatherings of node i are part[partFrom[i]] to part[partFrom[i+1]], those of edge i proof[proofFrom[i]] to proof[proofFrom[i+1]].
	partFrom, part   []int32
	proofFrom, proof []int32
	// place has the node of each number that is one, by number of the edition.
	place    []int32
	measures measures

	digestOnce sync.Once
	digest     string

	// labels are those of communities that somebody has asked for, by number.
	labels sync.Map
	// Edges by weight and by how much proof they have, sorted when they are first asked for.
	weightOnce, countOnce sync.Once
	byWeight, byCount     []int32
}

// Make makes a network. An error names what is wrong with the filter.
func Make(ctx context.Context, v *edition.View, f Filter) (*Network, error) {
	f, err := f.normalize(v)
	if err != nil {
		return nil, err
	}
	gatherings, err := v.Gatherings(edition.GatheringFilter{
		Series: f.Series, Topics: f.Topics, Regions: f.Regions, From: f.From, To: f.To, Roles: f.Roles,
		WithCaseStudies: f.Mode != Speakers, Current: f.Affiliation == Current, PeopleAlone: f.Mode == Speakers,
	})
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := &Network{Filter: f, Version: v.Version(), At: v.Since(), Gatherings: gatherings}
	n.project(v)
	if err := n.link(ctx); err != nil {
		return nil, err
	}
	if len(f.Around) > 0 {
		return n.around(v)
	}
	return n, ctx.Err()
}

// members calls for the nodes of a gathering, each once, by rising number of the edition.
func (n *Network) members(g *edition.Gathering, to []int32) []int32 {
	to = to[:0]
	for i := range g.Standings {
		s := &g.Standings[i]
		if n.Filter.Mode != Organizations && s.Speaker >= 0 && (n.Filter.Mode == Speakers || len(s.Organizations) > 0) {
			to = append(to, s.Speaker)
		}
		if n.Filter.Mode == Speakers || n.Filter.Mode == Bipartite && s.Speaker < 0 {
			continue
		}
		if n.Filter.Mode == Organizations && s.Speaker >= 0 && n.isCaseStudy(g) {
			continue // whom people behind a case study stand for makes no partnership
		}
		to = append(to, s.Organizations...)
	}
	slices.Sort(to)
	return slices.Compact(to)
}

func (n *Network) isCaseStudy(g *edition.Gathering) bool {
	return len(g.Standings) > 0 && g.Standings[0].Speaker < 0
}

// project finds the nodes, and which gatherings each took part in.
func (n *Network) project(v *edition.View) {
	people, bound := v.Numbers(content.KindSpeaker)
	organizations, _ := v.Numbers(content.KindOrganization)
	counts := make([]int32, bound)
	n.memberFrom = make([]int32, 1, len(n.Gatherings)+1)
	var members []int32
	for i := range n.Gatherings {
		members = n.members(&n.Gatherings[i], members)
		for _, num := range members {
			counts[num]++
		}
		n.member = append(n.member, members...)
		n.memberFrom = append(n.memberFrom, int32(len(n.member)))
	}
	n.place = make([]int32, bound)
	for _, all := range [][]int32{people, organizations} {
		for _, num := range all {
			if counts[num] > 0 {
				n.place[num] = int32(len(n.nodes))
				n.nodes = append(n.nodes, num)
			}
		}
	}
	n.partFrom = make([]int32, len(n.nodes)+1)
	for i, num := range n.nodes {
		n.partFrom[i+1] = n.partFrom[i] + counts[num]
	}
	n.part = make([]int32, n.partFrom[len(n.nodes)])
	next := slices.Clone(n.partFrom)
	for i := range n.Gatherings {
		of := n.member[n.memberFrom[i]:n.memberFrom[i+1]]
		for j, num := range of {
			at := n.place[num]
			of[j] = at
			n.part[next[at]] = int32(i)
			next[at]++
		}
	}
}

// link makes the graph, row by row: for each node, whom it shares gatherings with.
func (n *Network) link(ctx context.Context) error {
	ones := make([]float64, len(n.Gatherings)) // what each adds to an edge
	for i := range ones {
		ones[i] = 1
		switch size := n.memberFrom[i+1] - n.memberFrom[i]; {
		case n.Filter.Weighting == Recency:
			ones[i] = n.recency(n.Gatherings[i].Day)
		case n.Filter.Weighting == Newman && n.Filter.Mode != Bipartite && size > 1:
			ones[i] = 1 / float64(size-1)
		}
	}
	const parts = 32
	var made [parts]rows
	err := inParts(parts, func(part int) error {
		from, to := part*len(n.nodes)/parts, (part+1)*len(n.nodes)/parts
		for a := from; a < to; a++ {
			if n.addRow(int32(a), ones, &made[part]); a%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	links, proofs := 0, 0
	for i := range made {
		links, proofs = links+len(made[i].edges), proofs+len(made[i].proof)
	}
	edges := make([]Edge, 0, links)
	n.proofFrom, n.proof = append(make([]int32, 0, links+1), 0), make([]int32, 0, proofs)
	for i := range made {
		before := int32(len(n.proof))
		edges, n.proof = append(edges, made[i].edges...), append(n.proof, made[i].proof...)
		for _, end := range made[i].ends {
			n.proofFrom = append(n.proofFrom, before+end)
		}
	}
	n.Graph, err = NewGraph(len(n.nodes), edges)
	return err
}

// rows are the edges from some nodes to later ones, with where the proof of each ends.
type rows struct {
	edges []Edge
	ends  []int32
	proof []int32
	met   []meeting
}

// meeting is a later node in a gathering, and what that adds to the edge to it.
type meeting struct {
	node, gathering int32
	weight          float64
}

// addRow adds the edges of a node to later ones.
func (n *Network) addRow(a int32, ones []float64, to *rows) {
	met := to.met[:0]
	for _, i := range n.Part(a) {
		if ones[i] == 0 {
			continue
		}
		if n.Filter.Mode == Bipartite {
			met = n.stoodFor(a, i, ones[i], met)
			continue
		}
		of := n.member[n.memberFrom[i]:n.memberFrom[i+1]]
		for _, b := range of {
			if b > a {
				met = append(met, meeting{b, i, ones[i]})
			}
		}
	}
	to.met = met
	slices.SortFunc(met, func(a, b meeting) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.gathering, b.gathering))
	})
	for from := 0; from < len(met); {
		end, weight := from, 0.0
		for ; end < len(met) && met[end].node == met[from].node; end++ {
			weight += met[end].weight
		}
		if weight >= n.Filter.MinWeight {
			to.edges = append(to.edges, Edge{a, met[from].node, max(weight, 1.0/unit)})
			for _, m := range met[from:end] {
				to.proof = append(to.proof, m.gathering)
			}
			to.ends = append(to.ends, int32(len(to.proof)))
		}
		from = end
	}
}

// stoodFor adds the organizations that a person stood for in a gathering.
func (n *Network) stoodFor(person, gathering int32, one float64, met []meeting) []meeting {
	g := &n.Gatherings[gathering]
	at, found := slices.BinarySearchFunc(g.Standings, n.nodes[person], func(s edition.Standing, num int32) int { return cmp.Compare(s.Speaker, num) })
	if !found {
		return met // an organization: its edges begin at people
	}
	for _, o := range g.Standings[at].Organizations {
		if n.Filter.Weighting == Newman {
			one = 1 / float64(len(g.Standings[at].Organizations))
		}
		met = append(met, meeting{n.place[o], gathering, one})
	}
	return met
}

// Day is the day of At in UTC, counted from 1970-01-01; recency counts from it.
func (n *Network) Day() int32 { return int32(n.At.Unix() / (24 * 60 * 60)) }

// recency is 2 to the power of minus the age in half-lives: 1 on the day of At and after it, 0 for what has no date. It is
// made by multiplications alone, in one order, so that every machine has the same bits.
func (n *Network) recency(day int32) float64 {
	if day == edition.Undated {
		return 0
	}
	age := max(0, n.Day()-day)
	weight := math.Ldexp(1, -int(age/HalfLife))
	power := math.Float64frombits(0x3feffad21c299c60) // 2^(-1/1096)
	for rest := age % HalfLife; rest > 0; rest >>= 1 {
		if rest&1 == 1 {
			weight = float64(weight * power)
		}
		power = float64(power * power)
	}
	return weight
}

// around keeps the nodes that are at most so many edges from one of the entries of the filter, and the edges between them.
func (n *Network) around(v *edition.View) (*Network, error) {
	depth := make([]int32, len(n.nodes))
	var queue []int32
	for _, id := range n.Filter.Around {
		if at, ok := n.Find(v, id); ok && depth[at] == 0 {
			depth[at] = 1
			queue = append(queue, at)
		}
	}
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		if depth[at] > n.Filter.Steps {
			continue
		}
		near, _ := n.Graph.Neighbours(at)
		for _, b := range near {
			if depth[b] == 0 {
				depth[b] = depth[at] + 1
				queue = append(queue, b)
			}
		}
	}
	part := &Network{Filter: n.Filter, Version: n.Version, At: n.At, Gatherings: n.Gatherings, partFrom: []int32{0}, proofFrom: []int32{0}}
	place := make([]int32, len(n.place))
	kept := make([]int32, len(n.nodes))
	for i, num := range n.nodes {
		if depth[i] > 0 {
			place[num], kept[i] = int32(len(part.nodes)), int32(len(part.nodes))
			part.nodes = append(part.nodes, num)
			part.part = append(part.part, n.part[n.partFrom[i]:n.partFrom[i+1]]...)
			part.partFrom = append(part.partFrom, int32(len(part.part)))
		}
	}
	part.place = place
	var edges []Edge
	for i, e := range n.Graph.Edges() {
		if depth[e.A] > 0 && depth[e.B] > 0 {
			edges = append(edges, Edge{kept[e.A], kept[e.B], e.Weight})
			part.proof = append(part.proof, n.proof[n.proofFrom[i]:n.proofFrom[i+1]]...)
			part.proofFrom = append(part.proofFrom, int32(len(part.proof)))
		}
	}
	var err error
	part.Graph, err = NewGraph(len(part.nodes), edges)
	return part, err
}

// Entry is the speaker or organization of a node, as a view of the same edition shows it.
func (n *Network) Entry(v *edition.View, node int32) edition.Entry { return v.ByNumber(n.nodes[node]) }

// Find is the node of an entry by id or slug; false when the network does not have it.
func (n *Network) Find(v *edition.View, id content.ID) (int32, bool) {
	for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization} {
		num, ok := v.NumberOf(kind, string(id))
		if !ok || len(n.nodes) == 0 {
			continue
		}
		if at := n.place[num]; n.nodes[at] == num {
			return at, true
		}
	}
	return 0, false
}

// Part are the gatherings in which a node took part, as places in Gatherings: episodes, latest first, then case studies.
func (n *Network) Part(node int32) []int32 { return n.part[n.partFrom[node]:n.partFrom[node+1]] }

// Proof are the gatherings that an edge stands for, as places in Gatherings.
func (n *Network) Proof(edge int32) []int32 { return n.proof[n.proofFrom[edge]:n.proofFrom[edge+1]] }

// Seen is the first and the last date of gatherings; empty where none has one.
func (n *Network) Seen(gatherings []int32) (first, last content.PartialDate) {
	for _, i := range gatherings {
		g := &n.Gatherings[i]
		if g.First != "" && (first == "" || cmp.Compare(g.First, first) < 0) {
			first = g.First
		}
		if g.Last != "" && (last == "" || cmp.Compare(g.Last, last) > 0) {
			last = g.Last
		}
	}
	return first, last
}
