package network

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// NodeOrder is an order of nodes.
type NodeOrder string

// LinkOrder is an order of edges.
type LinkOrder string

// place is a cursor: a place in an order of one network.
type place struct {
	Digest string `json:"d"`
	Order  string `json:"o"`
	At     int    `json:"i"`
}

// page is a page of something that an order numbers.
type page struct {
	a           *Answer
	mark, order string
	all         []int32
	from, to    int
}

func (a *Answer) cut(order string, all []int32, args edition.PageArgs) (page, error) {
	l := page{a: a, mark: a.mark(), order: order, all: all, to: len(all)}
	size, err := args.Size()
	if err != nil {
		return l, err
	}
	read := func(name string, given *string) (int, error) {
		var p place
		raw, err := base64.RawURLEncoding.DecodeString(*given)
		if err != nil || json.Unmarshal(raw, &p) != nil || p.At < 0 || p.At >= len(all) && p.Digest == l.mark {
			return 0, content.Errorf(content.CodeInvalid, name, "%s is no cursor of this list", content.Quote(*given))
		}
		if p.Digest != l.mark {
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
	raw, _ := json.Marshal(place{l.mark, l.order, i}) // plain values
	return base64.RawURLEncoding.EncodeToString(raw)
}

// PageInfo says where the page stands.
func (l page) PageInfo() *edition.PageInfo {
	info := &edition.PageInfo{HasNextPage: l.to < len(l.all), HasPreviousPage: l.from > 0}
	if l.from < l.to {
		start, end := l.cursor(l.from), l.cursor(l.to-1)
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount is how many there are.
func (l page) TotalCount() int32 { return int32(len(l.all)) }

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
