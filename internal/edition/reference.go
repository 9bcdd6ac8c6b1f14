package edition

import "bettertogether/internal/content"

// ReferenceEdge is one link to an entry: who points here, and by which field.
type ReferenceEdge struct {
	Cursor string
	Field  string
	Node   Linkable
}

// ReferenceConnection lists who points at an entry: by kind, by field, then in the default order of the kind.
type ReferenceConnection struct {
	Edges      []ReferenceEdge
	PageInfo   *PageInfo
	TotalCount int32
}

// Nodes are those who point here.
func (c *ReferenceConnection) Nodes() []Linkable {
	nodes := make([]Linkable, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

func (v *View) references(n *node, args PageArgs) (*ReferenceConnection, error) {
	type reference struct {
		links backlinks
		from  *node
	}
	var all []reference
	for _, links := range n.in {
		for _, num := range links.from {
			all = append(all, reference{links, v.nodes.at(num)})
		}
	}
	at := func(i int) string {
		return encodeCursor(cursor{Order: "references." + string(all[i].links.kind()) + "." + all[i].links.field(), ID: all[i].from.id()})
	}
	from, to, err := args.cut(len(all), func(name, s string) (int, error) {
		if _, err := readCursor(name, s); err != nil {
			return 0, err
		}
		for i := range all {
			if at(i) == s {
				return i, nil
			}
		}
		return 0, badArgument(name, "%s is a cursor of another list; it holds only where it came from", content.Quote(s))
	})
	if err != nil {
		return nil, err
	}
	c := &ReferenceConnection{PageInfo: info(from, to, len(all), at), TotalCount: int32(len(all))}
	for i := from; i < to; i++ {
		c.Edges = append(c.Edges, ReferenceEdge{at(i), all[i].links.field(), v.wrap(all[i].from)})
	}
	return c, nil
}
