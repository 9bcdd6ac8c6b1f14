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
	total := 0
	for links := range n.backlinks {
		total += len(links.from)
	}
	at := func(i int) (string, backlinks, *node) {
		for links := range n.backlinks {
			if i < len(links.from) {
				from := v.nodes.at(links.from[i])
				return links.cursor(from.id()), links, from
			}
			i -= len(links.from)
		}
		panic("edition: a reference beyond the last one")
	}
	from, to, err := args.cut(total, func(name, s string) (int, error) {
		c, err := readCursor(name, s)
		if err != nil {
			return 0, err
		}
		before := 0
		for links := range n.backlinks {
			if from := v.slot(c.ID); from != nil && links.cursor(c.ID) == s {
				if at, found := v.place(orders[defaultOrder(links.kind())], links.from, from); found {
					return before + at, nil
				}
			}
			before += len(links.from)
		}
		return 0, badArgument(name, "%s is a cursor of another list; it holds only where it came from", content.Quote(s))
	})
	if err != nil {
		return nil, err
	}
	c := &ReferenceConnection{TotalCount: int32(total), PageInfo: info(from, to, total, func(i int) string { s, _, _ := at(i); return s })}
	for i := from; i < to; i++ {
		s, links, from := at(i)
		c.Edges = append(c.Edges, ReferenceEdge{s, links.field(), v.wrap(from)})
	}
	return c, nil
}

// cursor is the place of an entry among those that point somewhere in one way.
func (b backlinks) cursor(from content.ID) string {
	return encodeCursor(cursor{Order: "references." + string(b.kind()) + "." + b.field(), ID: from})
}
