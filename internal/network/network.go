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
	n := &Network{Filter: f, Version: v.Version(), At: v.Since()}
	if err := n.project(v); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := n.link(ctx); err != nil {
		return nil, err
	}
	if len(f.Around) > 0 {
		return n.around(v)
	}
	return n, ctx.Err()
}

// project finds the nodes, and which gatherings each took part in.
func (n *Network) project(v *edition.View) error {
	f := n.Filter
	filter := f.gatherings()
	filter.WithCaseStudies = f.Mode != Speakers
	_, bound := v.Numbers(content.KindSpeaker)
	n.place = make([]int32, bound)
	if f.Mode != Bipartite && f.Affiliation == AtEvent {
		a, err := v.Attend(filter, map[Mode]content.Kind{Speakers: content.KindSpeaker, Organizations: content.KindOrganization}[f.Mode])
		if err != nil {
			return err
		}
		n.Gatherings, n.nodes, n.partFrom, n.part = a.Gatherings, a.Nodes, a.From, a.Part
		for i, num := range n.nodes {
			n.place[num] = int32(i)
		}
	} else {
		gatherings, err := v.Gatherings(filter)
		if err != nil {
			return err
		}
		n.Gatherings = gatherings
		n.takePart(v)
	}
	// Who was in each gathering, by rising node.
	n.memberFrom = make([]int32, len(n.Gatherings)+1)
	for _, i := range n.part {
		n.memberFrom[i+1]++
	}
	for i := range n.Gatherings {
		n.memberFrom[i+1] += n.memberFrom[i]
	}
	n.member = make([]int32, len(n.part))
	next := slices.Clone(n.memberFrom)
	for node := range n.nodes {
		for _, i := range n.Part(int32(node)) {
			n.member[next[i]] = int32(node)
			next[i]++
		}
	}
	return nil
}

// takePart finds the nodes by who stood for whom.
func (n *Network) takePart(v *edition.View) {
	people, bound := v.Numbers(content.KindSpeaker)
	organizations, _ := v.Numbers(content.KindOrganization)
	counts := make([]int32, bound)
	var all, members []int32
	ends := make([]int32, len(n.Gatherings))
	for i := range n.Gatherings {
		members = n.members(&n.Gatherings[i], members)
		for _, num := range members {
			counts[num]++
		}
		all = append(all, members...)
		ends[i] = int32(len(all))
	}
	n.partFrom = []int32{0}
	for _, kind := range [][]int32{people, organizations} {
		for _, num := range kind {
			if counts[num] > 0 {
				n.place[num] = int32(len(n.nodes))
				n.nodes = append(n.nodes, num)
				n.partFrom = append(n.partFrom, n.partFrom[len(n.partFrom)-1]+counts[num])
			}
		}
	}
	n.part = make([]int32, len(all))
	next := slices.Clone(n.partFrom)
	from := int32(0)
	for i, end := range ends {
		for _, num := range all[from:end] {
			at := n.place[num]
			n.part[next[at]] = int32(i)
			next[at]++
		}
		from = end
	}
}

// members are the nodes of a gathering by who stood for whom, each once, by rising number of the edition.
func (n *Network) members(g *edition.Gathering, to []int32) []int32 {
	to = to[:0]
	isCaseStudy := len(g.Standings) > 0 && g.Standings[0].Speaker < 0
	for _, s := range g.Standings {
		switch {
		case n.Filter.Mode == Bipartite && s.Speaker >= 0 && len(s.Organizations) > 0:
			to = append(append(to, s.Speaker), s.Organizations...)
		case n.Filter.Mode == Organizations && (s.Speaker < 0 || !isCaseStudy): // whom people behind a case study stand for makes no partnership
			to = append(to, s.Organizations...)
		}
	}
	slices.Sort(to)
	return slices.Compact(to)
}

// link makes the graph, row by row: for each node, whom it shares gatherings with.
func (n *Network) link(ctx context.Context) error {
	ones := make([]float64, len(n.Gatherings)) // what each adds to an edge
	for i := range ones {
		ones[i] = 1
		switch size := n.memberFrom[i+1] - n.memberFrom[i]; {
		case n.Filter.Weighting == Recency:
			ones[i] = n.recency(n.Gatherings[i].Day())
		case n.Filter.Weighting == Newman && n.Filter.Mode != Bipartite && size > 1:
			ones[i] = 1 / float64(size-1)
		}
	}
	const parts = 32
	var made [parts]rows
	err := inParts(parts, func(part int) error {
		from, to := part*len(n.nodes)/parts, (part+1)*len(n.nodes)/parts
		if n.Filter.Mode != Bipartite {
			n.grow(from, to, &made[part])
		}
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
	met   []uint64
}

// grow makes room for the edges of the nodes from one up to another.
func (n *Network) grow(from, to int, r *rows) {
	most := 0
	for a := from; a < to; a++ {
		for _, i := range n.Part(int32(a)) {
			most += len(n.laterMembers(int32(a), i))
		}
	}
	r.edges, r.ends, r.proof = make([]Edge, 0, most), make([]int32, 0, most), make([]int32, 0, most)
}

// laterMembers are those of a gathering behind a node of it.
func (n *Network) laterMembers(a, gathering int32) []int32 {
	of := n.member[n.memberFrom[gathering]:n.memberFrom[gathering+1]]
	at, _ := slices.BinarySearch(of, a)
	return of[at+1:]
}

// addRow adds the edges of a node to later ones.
func (n *Network) addRow(a int32, ones []float64, to *rows) {
	met := to.met[:0] // a later node and a gathering in each
	for _, i := range n.Part(a) {
		if n.Filter.Mode == Bipartite {
			for _, o := range n.stoodFor(a, i) {
				met = append(met, uint64(n.place[o])<<32|uint64(i))
			}
			continue
		}
		for _, b := range n.laterMembers(a, i) {
			met = append(met, uint64(b)<<32|uint64(i))
		}
	}
	to.met = met
	slices.Sort(met)
	for from := 0; from < len(met); {
		end, weight, b := from, 0.0, int32(met[from]>>32)
		for ; end < len(met) && int32(met[end]>>32) == b; end++ {
			i := int32(uint32(met[end]))
			if n.Filter.Mode == Bipartite && n.Filter.Weighting == Newman {
				weight += 1 / float64(len(n.stoodFor(a, i)))
				continue
			}
			weight += ones[i]
		}
		if weight >= n.Filter.MinWeight {
			to.edges = append(to.edges, Edge{a, b, max(weight, 1.0/unit)})
			for _, m := range met[from:end] {
				to.proof = append(to.proof, int32(uint32(m)))
			}
			to.ends = append(to.ends, int32(len(to.proof)))
		}
		from = end
	}
}

// stoodFor are the organizations that a person stood for in a gathering, by number of the edition; none for a node that is no
// person, as edges begin at people.
func (n *Network) stoodFor(person, gathering int32) []int32 {
	g := &n.Gatherings[gathering]
	at, found := slices.BinarySearchFunc(g.Standings, n.nodes[person], func(s edition.Standing, num int32) int { return cmp.Compare(s.Speaker, num) })
	if !found {
		return nil
	}
	return g.Standings[at].Organizations
}

// Day is the day of At in UTC, counted from 1970-01-01; recency counts from it.
func (n *Network) Day() int32 { return int32(n.At.Unix() / (24 * 60 * 60)) }

// recency is 2 to the power of minus the age in half-lives: 1 on the day of At and after it; what has no date is taken to be
// undatedAge half-lives old, so that it joins, but last. It is made by multiplications alone, in one order, so that every machine
// has the same bits.
func (n *Network) recency(day int32) float64 {
	if day == edition.Undated {
		return math.Ldexp(1, -undatedAge)
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
		if g.First != "" && (first == "" || g.First < first) { // a year comes before its days, in letters too
			first = g.First
		}
		if g.Last != "" && (last == "" || g.Last.End(time.UTC).After(last.End(time.UTC))) {
			last = g.Last
		}
	}
	return first, last
}
