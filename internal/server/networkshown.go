package server

import (
	"math"
	"strconv"
	"strings"

	"bettertogether/graph/gen"
	"bettertogether/internal/network"
)

// explored is what the page of a network shows. Everything of it is there without a script.
type explored struct {
	Style, Script string
	// Refreshes says that the page asks again by itself, as something is still being computed; Progress is how much of it is done.
	Refreshes bool
	Progress  string
	// Action is where the form leads, Here is this network without a place in it.
	Action, Here        string
	Steps, Order        choice
	From, To, MinWeight string
	Around              string
	// IsOpen says that the form is open: there are conditions in it.
	IsOpen, IsSnapshot, IsMade bool
	IsReproduced, IsPinned     bool
	// IsRedacted says that what was pinned was deleted again.
	IsRedacted                 bool
	Sentences                  []string
	Numbers                    []siteRow
	Columns                    []column
	Rows                       []networkRow
	Edges                      []networkEdge
	Communities                []networkCommunity
	Card                       *networkCard
	Absent                     string
	Hidden                     []chosen
	Between, And, ChainProblem string
	Chains                     []networkChain
	Apart                      *networkApart
	Snapshot                   *gen.NetworkSnapshot
	AsOf                       string
	Downloads                  []listLink
	// Filter is the filter as GraphQL takes it, Code the snapshot's; the script asks by one of them.
	Filter, Code string
}

// column is a column of the table of nodes; Sort is its aria-sort.
type column struct{ Label, URL, Sort, Hint string }

type networkRow struct {
	siteRow
	Around, At string
	Cells      []string
	Mark       *mark
}

// mark is how a community is told from others: by a colour, and beyond eight by a shape.
type mark struct{ Number, Colour, Shape int }

// The colours and shapes of communities; those beyond all of both are told by their numbers alone.
const (
	markColours = 8
	markShapes  = 4
)

func markOf(number int32) *mark {
	if number >= markColours*markShapes {
		return &mark{int(number), markColours, 0}
	}
	return &mark{int(number), int(number) % markColours, int(number) / markColours}
}

type networkEdge struct {
	From, To             siteRow
	Weight, Shared, Seen string
	Proof                []siteRow
	More                 int
}

type networkCommunity struct {
	Mark        *mark
	Label, Size string
	Members     []siteRow
}

type networkCard struct {
	ID, Name, URL, Kind, Around, Close string
	// Between and And lead to introductions from here and to here.
	Between, And string
	Sentences    []string
	Facts, Proof []siteRow
	More         int
}

type networkChain struct {
	Sentence, Strength string
	// Nodes are the ids along the chain, for the picture.
	Nodes string
	Hops  []networkEdge
}

// networkApart are two islands; a nil one is of who is in nothing that counts.
type networkApart struct {
	Islands [2]*networkIsland
	Ties    []networkTie
}

type networkIsland struct {
	Size    int32
	Members []siteRow
}

type networkTie struct {
	From, To siteRow
	Common   string
}

// sorting is an order of nodes with the column that shows it.
type sorting struct {
	order       network.NodeOrder
	label, hint string
	// group is what is computed for it; free for none.
	group network.Group
	// value is nil for names.
	value func(*network.Node) *float64
}

// free is the group of what needs no computing.
const free = network.Group(-1)

// orders are the columns by which nodes are sorted, in their order; those behind alwaysShown are there only when they sort.
func (p pages) orders() []sorting {
	count := func(of func(*network.Node) int32) func(*network.Node) *float64 {
		return func(n *network.Node) *float64 { x := float64(of(n)); return &x }
	}
	return []sorting{
		{"NAME", p.t("Name"), "", free, nil},
		{"COUNT", p.t("Shared work"), p.t("How many episodes and case studies count."), free, count((*network.Node).Count)},
		{"DEGREE", p.t("Degree"), p.t("How many others it is joined to."), free, count((*network.Node).Degree)},
		{"STRENGTH", p.t("Strength"), p.t("The sum of the weights of its edges."), free, func(n *network.Node) *float64 { x := n.Strength(); return &x }},
		{"BETWEENNESS", p.t("Betweenness"), p.t("The share of pairs of others between which it lies on a shortest path."), network.GroupCentrality, (*network.Node).Betweenness},
		{"PAGE_RANK", p.t("PageRank"), p.t("The share of time that a random walk along the edges spends here."), network.GroupRank, (*network.Node).PageRank},
		{"CONSTRAINT", p.t("Constraint"), p.t("How far its edges lead to one and the same circle; low for brokers."), network.GroupEgo, (*network.Node).Constraint},
		{"CLOSENESS", p.t("Closeness"), p.t("How near all others are, from 0 to 1."), network.GroupCentrality, (*network.Node).Closeness},
		{"EFFECTIVE_SIZE", p.t("Effective size"), p.t("How many of its neighbours are not redundant."), network.GroupEgo, (*network.Node).EffectiveSize},
		{"WEIGHTED_BETWEENNESS", p.t("Weighted betweenness"), p.t("Betweenness where strong edges are short."), network.GroupWeighted, (*network.Node).WeightedBetweenness},
		{"CUTS_OFF", p.t("Cuts off"), p.t("How many others would be cut off without it."), network.GroupShape, func(n *network.Node) *float64 {
			c := n.CutsOff()
			if c == nil {
				return nil
			}
			x := float64(*c)
			return &x
		}},
	}
}

// alwaysShown is how many of the orders are columns whatever sorts.
const alwaysShown = 7

// number writes a measure with three digits that say something, but not more than five behind the point.
func number(x float64) string {
	const least = 0.00001
	if x > 0 && x < least {
		return "< 0.00001"
	}
	digits := 2
	if x != 0 {
		digits = max(0, min(5, 2-int(math.Floor(math.Log10(math.Abs(x))))))
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}
