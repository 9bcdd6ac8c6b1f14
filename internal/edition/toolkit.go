package edition

import "bettertogether/internal/content"

// Toolkit is a toolkit as a view shows it.
type Toolkit struct {
	*content.Toolkit
	handle
}

// Summary is the summary in a format.
func (t *Toolkit) Summary(format content.TextFormat) string {
	return t.v.text(t.Toolkit.Summary.In(format))
}

// Items are the toolkit's entries in order, without those that the edition does not show.
func (t *Toolkit) Items() []ToolkitItem {
	shown := make([]ToolkitItem, 0, len(t.Toolkit.Items))
	for i := range t.Toolkit.Items {
		item := &t.Toolkit.Items[i]
		if n := t.v.find(item.Entry); n != nil {
			shown = append(shown, ToolkitItem{item, t.v.wrap(n), t.v})
		}
	}
	return shown
}

// ToolkitItem is an entry of a toolkit.
type ToolkitItem struct {
	*content.ToolkitItem
	entry Entry
	v     *View
}

// Entry is what stands there.
func (i ToolkitItem) Entry() Linkable { return i.entry }

// Annotation is why it stands there, in a format.
func (i ToolkitItem) Annotation(format content.TextFormat) string {
	return i.v.text(i.ToolkitItem.Annotation.In(format))
}

// ToolkitEdge is a toolkit in a list.
type ToolkitEdge struct {
	Cursor string
	Node   *Toolkit
}

// ToolkitConnection is a page of toolkits.
type ToolkitConnection struct{ *page }

// Edges are the toolkits with their cursors.
func (c ToolkitConnection) Edges() []ToolkitEdge {
	edges := make([]ToolkitEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = ToolkitEdge{c.order.cursor(n), c.v.wrap(n).(*Toolkit)}
	}
	return edges
}

// Nodes are the toolkits.
func (c ToolkitConnection) Nodes() []*Toolkit { return wrapAll[*Toolkit](c.page) }

// Toolkits lists toolkits by title; search narrows them.
func (v *View) Toolkits(search string, args PageArgs) (*ToolkitConnection, error) {
	by := orders[defaultOrder(content.KindToolkit)]
	l := v.whole(by)
	l.facet = noFacets
	if err := l.searchFor(search); err != nil {
		return nil, err
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &ToolkitConnection{p}, nil
}
