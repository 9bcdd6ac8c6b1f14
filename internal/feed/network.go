package feed

import (
	"bufio"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"io"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// NetworkFile is what stands in a network's file beside its nodes and edges.
type NetworkFile struct {
	Snapshot network.Snapshot
	// Permalink is the address that recomputes the network, Citation how to cite it; either may be empty.
	Permalink, Citation string
	// Site is the hub's public address.
	Site string
	// Measures are those that have been computed, by their names in the file. Degree and strength are always there.
	Measures map[string]NetworkMeasure
}

// NetworkMeasure is a measure as a file has it.
type NetworkMeasure struct {
	network.Measure
	// IsWhole says that its values are whole numbers that name sets: components, communities.
	IsWhole bool
	// ErrorBound is how far an estimated value may be from the exact one, as network.Sampling says; 0 when exact.
	ErrorBound float64
}

// The names of measures in files.
const (
	MeasureComponent           = "component"
	MeasureCommunity           = "community"
	MeasurePageRank            = "pagerank"
	MeasureBetweenness         = "betweenness"
	MeasureHarmonic            = "harmonic"
	MeasureWeightedBetweenness = "weightedBetweenness"
	MeasureConstraint          = "constraint"
	MeasureEffectiveSize       = "effectiveSize"
	MeasureClustering          = "clustering"
)

// Measures are the measures of nodes in the groups of a network that Compute has said to be ready, as NetworkFile takes them.
func Measures(n *network.Network, ready ...network.Group) map[string]NetworkMeasure {
	found := map[string]NetworkMeasure{}
	always := func(values []float64) network.Measure {
		return network.Measure{Values: values, Defined: slices.Repeat([]bool{true}, len(values))}
	}
	labels := func(all []int32) NetworkMeasure {
		values := make([]float64, len(all))
		for i, label := range all {
			values[i] = float64(label)
		}
		return NetworkMeasure{Measure: always(values), IsWhole: true}
	}
	for _, g := range ready {
		switch g {
		case network.GroupShape:
			found[MeasureComponent] = labels(n.Components().Labels)
		case network.GroupRank:
			found[MeasurePageRank] = NetworkMeasure{Measure: always(n.Rank())}
		case network.GroupEgo:
			e := n.Ego()
			found[MeasureConstraint] = NetworkMeasure{Measure: e.Constraint}
			found[MeasureEffectiveSize] = NetworkMeasure{Measure: e.EffectiveSize}
			found[MeasureClustering] = NetworkMeasure{Measure: e.Clustering}
		case network.GroupCommunities:
			found[MeasureCommunity] = labels(n.Communities().Labels)
		case network.GroupCentrality:
			c := n.Centrality()
			found[MeasureBetweenness] = NetworkMeasure{Measure: c.Betweenness, ErrorBound: c.Sampling.ErrorBound}
			found[MeasureHarmonic] = NetworkMeasure{Measure: c.Harmonic, ErrorBound: c.Sampling.ErrorBound}
		case network.GroupWeighted:
			weighted, sampling := n.Weighted()
			found[MeasureWeightedBetweenness] = NetworkMeasure{Measure: weighted, ErrorBound: sampling.ErrorBound}
		}
	}
	return found
}

// networkFacts say which network a file holds: its snapshot in long words. They are the graph's data in node-link JSON, and snapshot.json.
type networkFacts struct {
	Engine    string         `json:"engine"`
	Version   int64          `json:"version"`
	At        string         `json:"at"`
	Filter    network.Filter `json:"filter"`
	Digest    string         `json:"digest"`
	Nodes     int            `json:"nodes"`
	Edges     int            `json:"edges"`
	Permalink string         `json:"permalink,omitempty"`
	Citation  string         `json:"citation,omitempty"`
	Site      string         `json:"site,omitempty"`
	// ErrorBounds are those of estimated measures.
	ErrorBounds map[string]float64 `json:"errorBounds,omitempty"`
}

// networkWalk gives the nodes and edges of a network one after the other, as all formats write them.
type networkWalk struct {
	v            *edition.View
	n            *network.Network
	of           NetworkFile
	nodes, edges []int32
	measures     []string // sorted
	gatherings   []gathered
	sorted       []int32
	spells       []spell
}

// gathered is a gathering as a file has it.
type gathered struct {
	rank        int32 // by id
	isCaseStudy bool
	url         string
	when        spell
}

// spell is a time from the first to the last day, both inclusive, in ISO 8601; empty is unknown.
type spell struct{ from, to string }

// networkNode is a node as a file has it.
type networkNode struct {
	place       int32
	id          content.ID
	label, url  string
	kind        content.Kind
	degree      int
	strength    float64
	networkPart // the gatherings it took part in
}

// networkEdge is an edge as a file has it; the id of its source is the lower.
type networkEdge struct {
	source, target content.ID
	weight         float64
	networkPart    // the gatherings that prove it
}

// networkPart are gatherings by id, and what follows from them.
type networkPart struct {
	gatherings            int
	episodes, caseStudies []string // addresses
	first, last           content.PartialDate
	spells                []spell
}

func walk(v *edition.View, n *network.Network, of NetworkFile) *networkWalk {
	x := &networkWalk{v: v, n: n, of: of, measures: slices.Sorted(maps.Keys(of.Measures)), gatherings: make([]gathered, len(n.Gatherings))}
	x.nodes, x.edges = n.ByID(v)
	byID := make([]int32, len(n.Gatherings))
	for i := range byID {
		byID[i] = int32(i)
	}
	slices.SortFunc(byID, func(a, b int32) int {
		return cmp.Compare(v.IDOf(n.Gatherings[a].Number), v.IDOf(n.Gatherings[b].Number))
	})
	for rank, i := range byID {
		g := &n.Gatherings[i]
		e := v.ByNumber(g.Number)
		x.gatherings[i] = gathered{int32(rank), e.Kind() == content.KindCaseStudy, e.URL(), spellOf(g.First, g.Last)}
	}
	return x
}

// spellOf is the time that a gathering may have been in. Of what is only known to go on, only the day on which that is known.
func spellOf(first, last content.PartialDate) spell {
	if last == "" {
		return spell{}
	}
	first = cmp.Or(first, last)
	s := spell{first.First().Format(time.DateOnly), last.End(time.UTC).AddDate(0, 0, -1).Format(time.DateOnly)}
	s.to = max(s.from, s.to) // what is still to begin
	return s
}

func (of NetworkFile) facts(n *network.Network) networkFacts {
	s := of.Snapshot
	f := networkFacts{
		Engine: s.Engine, Version: s.Version, At: s.Time().Format(time.RFC3339Nano), Filter: s.Filter, Digest: s.Digest,
		Nodes: n.Graph.Len(), Edges: len(n.Graph.Edges()), Permalink: of.Permalink, Citation: line(of.Citation), Site: of.Site,
	}
	for name, m := range of.Measures {
		if m.ErrorBound > 0 {
			if f.ErrorBounds == nil {
				f.ErrorBounds = map[string]float64{}
			}
			f.ErrorBounds[name] = m.ErrorBound
		}
	}
	return f
}

// jsonText writes a value that JSON has a form for.
func jsonText(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and finite numbers
	}
	return string(raw)
}

// eachNode yields the nodes by id. The node is the same one each time.
func (x *networkWalk) eachNode() iter.Seq[*networkNode] {
	return func(yield func(*networkNode) bool) {
		to := new(networkNode)
		for _, place := range x.nodes {
			e := x.n.Entry(x.v, place)
			to.place, to.id, to.label, to.kind, to.url = place, e.ID(), line(e.Label()), e.Kind(), e.URL()
			to.degree, to.strength = x.n.Graph.Degree(place), x.n.Graph.Strength(place)
			x.part(&to.networkPart, x.n.Part(place))
			if !yield(to) {
				return
			}
		}
	}
}

// eachEdge yields the edges by the ids of their ends. The edge is the same one each time.
func (x *networkWalk) eachEdge() iter.Seq[*networkEdge] {
	return func(yield func(*networkEdge) bool) {
		to := new(networkEdge)
		id := make([]content.ID, len(x.nodes))
		for _, place := range x.nodes {
			id[place] = x.n.Entry(x.v, place).ID()
		}
		for _, edge := range x.edges {
			e := x.n.Graph.Edges()[edge]
			to.source, to.target, to.weight = min(id[e.A], id[e.B]), max(id[e.A], id[e.B]), e.Weight
			x.part(&to.networkPart, x.n.Proof(edge))
			if !yield(to) {
				return
			}
		}
	}
}

// part fills in what follows from gatherings.
func (x *networkWalk) part(to *networkPart, gatherings []int32) {
	x.sorted = append(x.sorted[:0], gatherings...)
	slices.SortFunc(x.sorted, func(a, b int32) int { return cmp.Compare(x.gatherings[a].rank, x.gatherings[b].rank) })
	to.gatherings, to.episodes, to.caseStudies = len(gatherings), to.episodes[:0], to.caseStudies[:0]
	x.spells = x.spells[:0]
	for _, i := range x.sorted {
		g := &x.gatherings[i]
		if g.isCaseStudy {
			to.caseStudies = append(to.caseStudies, g.url)
		} else {
			to.episodes = append(to.episodes, g.url)
		}
		if g.when.from != "" {
			x.spells = append(x.spells, g.when)
		}
	}
	to.first, to.last = x.n.Seen(gatherings)
	slices.SortFunc(x.spells, func(a, b spell) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.to, b.to)) })
	to.spells = to.spells[:0]
	for _, s := range x.spells {
		if last := len(to.spells) - 1; last >= 0 && s.from <= to.spells[last].to { // GEXF forbids spells that overlap
			to.spells[last].to = max(to.spells[last].to, s.to)
		} else {
			to.spells = append(to.spells, s)
		}
	}
}

// document is a file that is written as it is made. The first error stays and ends it.
type document struct {
	to  *bufio.Writer
	err error
}

func newDocument(w io.Writer) *document { return &document{to: bufio.NewWriterSize(w, 64<<10)} }

// put writes texts as they are.
func (d *document) put(texts ...string) {
	for _, s := range texts {
		if d.err == nil {
			_, d.err = d.to.WriteString(s)
		}
	}
}

func (d *document) end() error {
	if d.err != nil {
		return d.err
	}
	return d.to.Flush()
}

// decimal is a number in the shortest form that reads back the same.
func decimal(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// measured is the value of a measure at a node as text; false where it is not defined.
func (x *networkWalk) measured(name string, node int32) (string, bool) {
	m := x.of.Measures[name]
	value, isDefined := m.At(node)
	if m.IsWhole {
		return strconv.FormatInt(int64(value), 10), isDefined
	}
	return decimal(value), isDefined
}

// markup makes a text fit for XML, in an element or an attribute. What XML forbids becomes U+FFFD.
func markup(s string) string {
	plain := true
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // writing to a builder cannot fail
	return b.String()
}
