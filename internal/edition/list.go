package edition

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"sync"

	"bettertogether/internal/content"
)

// MostPerPage is the most entries on one page.
const MostPerPage = 100

// PageArgs are the arguments of a connection, as Relay has them: first with after, or last with before. Neither first nor
// last means first: 20.
type PageArgs struct {
	First  *int32
	After  *string
	Last   *int32
	Before *string
}

// list is the entries of one kind that pass a filter, in an order, not yet walked.
type list struct {
	v     *View
	order order
	from  []int32
	keep  func(*node) bool
	facet func(n *node, count func(field, value string))
}

// page is one page of a list.
type page struct {
	list
	nodes     []*node
	hasNext   bool
	hasBefore bool
	counted   sync.Once
	total     int32
}

// PageInfo says where a page stands in its list.
type PageInfo struct {
	HasNextPage     bool
	HasPreviousPage bool
	StartCursor     *string
	EndCursor       *string
}

func badArgument(path, format string, args ...any) error {
	return content.Errorf(content.CodeInvalid, path, format, args...)
}

// open walks the part of a list that a page shows, and no more.
func (l list) open(args PageArgs) (*page, error) {
	p := &page{list: l}
	size, err := args.Size()
	if err != nil {
		return nil, err
	}
	low, high := 0, len(l.from)
	if args.After != nil {
		found := false
		if low, found, err = l.position("after", *args.After); err != nil {
			return nil, err
		}
		if found {
			low++
		}
	}
	if args.Before != nil {
		if high, _, err = l.position("before", *args.Before); err != nil {
			return nil, err
		}
	}
	if l.keep == nil {
		p.nodes = some[*node](l.v, max(0, min(size, high-low)))[:0]
	}
	if args.Last == nil {
		at := low
		for ; at < high && len(p.nodes) < size; at++ {
			p.take(l.from[at])
		}
		p.hasNext, p.hasBefore = l.any(at, len(l.from), 1), l.any(low-1, -1, -1)
		return p, nil
	}
	at := high - 1
	for ; at >= low && len(p.nodes) < size; at-- {
		p.take(l.from[at])
	}
	slices.Reverse(p.nodes)
	p.hasBefore, p.hasNext = l.any(at, -1, -1), l.any(high, len(l.from), 1)
	return p, nil
}

func (p *page) take(num int32) {
	if n := p.v.nodes.at(num); p.keep == nil || p.keep(n) {
		p.nodes = append(p.nodes, n)
	}
}

// any tells whether an entry passes between two positions.
func (l list) any(from, to, step int) bool {
	for at := from; at != to && at >= 0 && at < len(l.from); at += step {
		if l.keep == nil || l.keep(l.v.nodes.at(l.from[at])) {
			return true
		}
	}
	return false
}

// Size is how many entries a page may hold, or what is wrong with the numbers.
func (a PageArgs) Size() (int, error) {
	asked, name := a.First, "first"
	if a.Last != nil {
		asked, name = a.Last, "last"
	}
	switch {
	case a.First != nil && a.Last != nil:
		return 0, badArgument("last", "%d stands beside first: %d; one of them is allowed", *a.Last, *a.First)
	case asked == nil:
		return 20, nil
	case *asked < 0 || *asked > MostPerPage:
		return 0, badArgument(name, "%d is not from 0 to %d", *asked, MostPerPage)
	}
	return int(*asked), nil
}

// cursor is a place in an order: the keys of an entry, so that it holds when the entry moves or goes.
type cursor struct {
	Order string
	Sort  string
	When  int64
	At    int64
	Num   int32
	ID    content.ID
}

func (o order) cursor(n *node) string {
	c := cursor{Order: string(o.kind) + "." + o.name, Sort: n.sort(), When: n.when, At: n.at, Num: n.number(), ID: n.id()}
	return encodeCursor(c)
}

// encodeCursor writes a cursor: its parts with NULs between, which no stored text can hold.
func encodeCursor(c cursor) string {
	raw := make([]byte, 0, 128)
	for _, n := range []int64{c.When, c.At, int64(c.Num)} {
		raw = append(strconv.AppendInt(raw, n, 36), 0)
	}
	raw = append(append(raw, c.Order...), 0)
	raw = append(append(raw, c.Sort...), 0)
	return base64.RawURLEncoding.EncodeToString(append(raw, c.ID...))
}

func readCursor(name, s string) (c cursor, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	rest, number := string(raw), int64(0)
	next := func() (part string) {
		part, rest, _ = strings.Cut(rest, "\x00")
		return part
	}
	for _, into := range []*int64{&c.When, &c.At, &number} {
		*into, _ = strconv.ParseInt(next(), 36, 64) // what is none is written otherwise
	}
	c.Num, c.Order, c.Sort, c.ID = int32(number), next(), next(), content.ID(rest) //nolint:gosec // what does not fit is written otherwise
	if err != nil || c.ID.Kind() == "" || encodeCursor(c) != s {
		return c, badArgument(name, "%s is no cursor of this hub; endCursor, startCursor and the cursors of edges are allowed", content.Quote(s))
	}
	return c, nil
}

// decodeCursor reads a cursor of one order.
func decodeCursor(name, s, order string) (cursor, error) {
	c, err := readCursor(name, s)
	if err == nil && c.Order != order {
		return c, badArgument(name, "%s is a cursor of another list or order; it holds only where it came from", content.Quote(s))
	}
	return c, err
}

// position finds the place of a cursor by bisection, and whether its entry is still there.
func (l list) position(name, s string) (at int, found bool, err error) {
	c, err := decodeCursor(name, s, string(l.order.kind)+"."+l.order.name)
	if err != nil {
		return 0, false, err
	}
	// A stand-in with the cursor's keys is compared like any entry.
	var stand struct {
		node    node
		record  record
		episode content.Episode
	}
	stand.record.id, stand.episode.Number = c.ID, &c.Num
	stand.node = node{record: &stand.record, name: c.Sort, when: c.When, at: c.At, entry: &stand.episode}
	at, found = slices.BinarySearchFunc(l.from, &stand.node, func(num int32, probe *node) int {
		return l.order.compare(l.v.nodes.at(num), probe)
	})
	return at, found, nil
}

// PageInfo says where the page stands.
func (p *page) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: p.hasNext, HasPreviousPage: p.hasBefore}
	if len(p.nodes) > 0 {
		start, end := p.order.cursor(p.nodes[0]), p.order.cursor(p.nodes[len(p.nodes)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount is how many entries the whole list has.
func (p *page) TotalCount() int32 {
	if p.keep == nil {
		return int32(len(p.from))
	}
	p.counted.Do(func() {
		for _, num := range p.from {
			if p.keep(p.v.nodes.at(num)) {
				p.total++
			}
		}
	})
	return p.total
}

// Facet says how many entries of a list have each value of a field.
type Facet struct {
	Field  string
	Values []FacetValue
}

// FacetValue is one value and how many entries have it.
type FacetValue struct {
	// Value is what a filter takes: an enum's word, a code, a slug.
	Value string
	// Label is the value for people.
	Label string
	Count int32
}

// Facets counts the whole list by the fields that its filter knows: fields by name, values by count, then by value, and of a
// field as many as a filter takes.
func (p *page) Facets() []Facet {
	counts := map[string]map[string]int32{}
	for _, num := range p.from {
		n := p.v.nodes.at(num)
		if p.keep != nil && !p.keep(n) {
			continue
		}
		seen := map[string]bool{}
		p.facet(n, func(field, value string) {
			if key := field + "\x00" + value; value != "" && !seen[key] {
				seen[key] = true
				if counts[field] == nil {
					counts[field] = map[string]int32{}
				}
				counts[field][value]++
			}
		})
	}
	facets := make([]Facet, 0, len(counts))
	for field, values := range counts {
		f := Facet{Field: field}
		for value, count := range values {
			label := value
			if n := p.v.slot(content.ID(value)); n != nil && n.entry != nil {
				value, label = n.entry.Common().Slug, n.entry.Label()
			}
			f.Values = append(f.Values, FacetValue{value, label, count})
		}
		slices.SortFunc(f.Values, func(a, b FacetValue) int {
			return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
		})
		f.Values = f.Values[:min(mostValues, len(f.Values))]
		facets = append(facets, f)
	}
	slices.SortFunc(facets, func(a, b Facet) int { return cmp.Compare(a.Field, b.Field) })
	return facets
}

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

// cut finds which part of a list that is at hand as a whole a page shows. find gives the place of a cursor.
func (a PageArgs) cut(total int, find func(name, cursor string) (int, error)) (from, to int, err error) {
	size, err := a.Size()
	if err != nil {
		return 0, 0, err
	}
	to = total
	if a.After != nil {
		if from, err = find("after", *a.After); err != nil {
			return 0, 0, err
		}
		from++
	}
	if a.Before != nil {
		if to, err = find("before", *a.Before); err != nil {
			return 0, 0, err
		}
	}
	from = min(from, total)
	to = max(from, to)
	if a.Last != nil {
		return max(from, to-size), to, nil
	}
	return from, min(to, from+size), nil
}

// info says where the part stands.
func info(from, to, total int, cursor func(i int) string) *PageInfo {
	i := &PageInfo{HasPreviousPage: from > 0, HasNextPage: to < total}
	if from < to {
		start, end := cursor(from), cursor(to-1)
		i.StartCursor, i.EndCursor = &start, &end
	}
	return i
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
