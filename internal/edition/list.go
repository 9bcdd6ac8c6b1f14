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
	// isWhole says that all entries of the kind are in the list; otherwise those are that stand in any of some lists, which are each in the
	// default order of the kind and hold nothing twice.
	isWhole bool
	from    [][]int32
	keep    func(*node) bool
	facet   func(v *View, n *node, count func(field, value string))
}

// page is one page of a list.
type page struct {
	list
	nodes []*node
	// ahead is what comes behind the page, seen from where it began; behind is what came before it.
	ahead   walk
	behind  [][]int32
	counted sync.Once
	sum     int32
}

// whole is the list of all entries of the order's kind.
func (v *View) whole(by order) list { return list{v: v, order: by, isWhole: true} }

// among is the list of what is in any of some lists, each in the default order of the kind.
func (v *View) among(by order, lists ...[]int32) list {
	from := some[[]int32](v, len(lists))
	copy(from, lists)
	return list{v: v, order: by, from: from}
}

// held are lists in which the entries of the list stand, in some order.
func (l *list) held() [][]int32 {
	if l.isWhole {
		return l.v.orders[l.order.number : l.order.number+1]
	}
	return l.from
}

// sorted are lists in which the entries of the list stand, each in its order.
func (l *list) sorted() [][]int32 {
	if l.isWhole || len(l.from) == 0 || l.order.number == defaultOrder(l.order.kind) {
		return l.held()
	}
	return [][]int32{l.v.inOrder(l.order, slices.Concat(l.from...))}
}

// numbers are those of the list in its order, whatever is asked of each.
func (l *list) numbers() []int32 {
	switch lists := l.sorted(); len(lists) {
	case 0:
		return nil
	case 1:
		return lists[0]
	default:
		return l.v.inOrder(l.order, slices.Concat(lists...))
	}
}

// count is how many entries the list has, whatever is asked of each.
func (l *list) count() int {
	if lists := l.held(); len(lists) == 1 {
		return len(lists[0])
	}
	return len(l.v.distinctOf(l.from))
}

// total is how many entries the list has.
func (l *list) total() (sum int) {
	if l.keep == nil {
		return l.count()
	}
	l.each(func(int32) { sum++ })
	return sum
}

// each visits the entries of the list, in no order that means anything.
func (l *list) each(visit func(num int32)) {
	lists := l.held()
	if len(lists) > 1 {
		lists = [][]int32{l.v.distinctOf(lists)}
	}
	for _, list := range lists {
		for _, num := range list {
			if l.keep == nil || l.keep(l.v.nodes.at(num)) {
				visit(num)
			}
		}
	}
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
	size, err := args.Size()
	if err != nil {
		return nil, err
	}
	toward, from, to := forwards, (*node)(nil), (*node)(nil)
	if args.After != nil {
		if from, err = l.stand("after", *args.After); err != nil {
			return nil, err
		}
	}
	if args.Before != nil {
		if to, err = l.stand("before", *args.Before); err != nil {
			return nil, err
		}
	}
	if args.Last != nil {
		toward, from, to = backwards, to, from
	}
	p := one[page](l.v)
	p.list = l
	p.begin(toward, from)
	if l.keep == nil {
		p.nodes = some[*node](l.v, min(size, p.ahead.most()))[:0]
	}
	for n := p.ahead.next(); n != nil && len(p.nodes) < size && (to == nil || p.ahead.isBefore(n, to)); n = p.ahead.next() {
		if l.keep == nil || l.keep(n) {
			p.nodes = append(p.nodes, n)
		}
		p.ahead.pass()
	}
	if toward == backwards {
		slices.Reverse(p.nodes)
	}
	return p, nil
}

// begin sets out from a place in the order, or from an end of the list. What stands at the place itself is behind.
func (p *page) begin(toward direction, place *node) {
	lists := p.sorted()
	if place == nil {
		p.ahead = p.v.walk(p.order, toward, lists)
		return
	}
	before, after := some[[]int32](p.v, len(lists)), some[[]int32](p.v, len(lists))
	for i, list := range lists {
		at, found := p.v.place(p.order, list, place)
		if found && toward == forwards {
			at++
		}
		before[i], after[i] = list[:at], list[at:]
	}
	if toward == backwards {
		before, after = after, before
	}
	p.ahead, p.behind = p.v.walk(p.order, toward, after), before
}

// any tells whether an entry that passes is in any of some lists, which it goes through in a direction.
func (l *list) any(lists [][]int32, toward direction) bool {
	for _, list := range lists {
		if l.keep == nil && len(list) > 0 {
			return true
		}
		for i := range list {
			if toward == backwards {
				i = len(list) - 1 - i
			}
			if l.keep(l.v.nodes.at(list[i])) {
				return true
			}
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
	c := cursor{Order: string(o.kind) + "." + o.name, Sort: n.sort(), When: n.when, At: n.at(), Num: n.number(), ID: n.id()}
	return encodeCursor(c)
}

func encodeCursor(c cursor) string {
	return cursorText.EncodeToString(c.appendTo(make([]byte, 0, usualCursor)))
}

// usualCursor is the length below which most cursors stay, as they are before they are text.
const usualCursor = 256

// cursorText is how cursors are written: there is one way to write each.
var cursorText = base64.RawURLEncoding.Strict()

// appendTo appends the parts of a cursor with NULs between, which no stored text can hold.
func (c cursor) appendTo(raw []byte) []byte {
	for _, n := range []int64{c.When, c.At, int64(c.Num)} {
		raw = append(strconv.AppendInt(raw, n, 36), 0)
	}
	raw = append(append(raw, c.Order...), 0)
	raw = append(append(raw, c.Sort...), 0)
	return append(raw, c.ID...)
}

func readCursor(name, s string) (c cursor, err error) {
	var read, written [usualCursor]byte // most are no longer
	raw, err := cursorText.AppendDecode(read[:0], []byte(s))
	all, number := string(raw), int64(0)
	rest := all
	next := func() (part string) {
		part, rest, _ = strings.Cut(rest, "\x00")
		return part
	}
	for _, into := range []*int64{&c.When, &c.At, &number} {
		*into, _ = strconv.ParseInt(next(), 36, 64) // what is none is written otherwise
	}
	c.Num, c.Order, c.Sort, c.ID = int32(number), next(), next(), content.ID(rest) //nolint:gosec // what does not fit is written otherwise
	// Base64 is read with line breaks, which are not written.
	isWritten := string(c.appendTo(written[:0])) == all && cursorText.EncodedLen(len(raw)) == len(s)
	if err != nil || c.ID.Kind() == "" || !isWritten {
		return c, noCursor(name, s)
	}
	return c, nil
}

func noCursor(name, s string) error {
	return badArgument(name, "%s is no cursor of this hub; endCursor, startCursor and the cursors of edges are allowed", content.Quote(s))
}

// decodeCursor reads a cursor of one order.
func decodeCursor(name, s, order string) (cursor, error) {
	c, err := readCursor(name, s)
	if err == nil && c.Order != order {
		return c, badArgument(name, "%s is a cursor of another list or order; it holds only where it came from", content.Quote(s))
	}
	return c, err
}

// stand makes a stand-in with the keys of a cursor, which is compared like any entry.
func (l *list) stand(name, s string) (*node, error) {
	c, err := decodeCursor(name, s, string(l.order.kind)+"."+l.order.name)
	if err != nil {
		return nil, err
	}
	var stand struct {
		node    node
		record  record
		episode content.Episode
	}
	stand.record.called, stand.record.at, stand.episode.Number = content.HoldID(c.ID), c.At, &c.Num
	stand.node = node{record: &stand.record, name: &c.Sort, when: c.When, rank: rankOf(content.KindEpisode), held: content.HeldAs(&stand.episode)}
	return &stand.node, nil
}

// PageInfo says where the page stands.
func (p *page) PageInfo() *PageInfo {
	info := &PageInfo{HasNextPage: p.any(p.ahead.left(), p.ahead.toward), HasPreviousPage: p.any(p.behind, -p.ahead.toward)}
	if p.ahead.toward == backwards {
		info.HasNextPage, info.HasPreviousPage = info.HasPreviousPage, info.HasNextPage
	}
	if len(p.nodes) > 0 {
		start, end := p.order.cursor(p.nodes[0]), p.order.cursor(p.nodes[len(p.nodes)-1])
		info.StartCursor, info.EndCursor = &start, &end
	}
	return info
}

// TotalCount is how many entries the whole list has.
func (p *page) TotalCount() int32 {
	p.counted.Do(func() { p.sum = int32(p.total()) })
	return p.sum
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
	type tally struct{ count, last int32 } // last is who was counted last: an entry counts once
	counts := map[string]map[string]*tally{}
	p.each(func(num int32) {
		p.facet(p.v, p.v.nodes.at(num), func(field, value string) {
			if value == "" {
				return
			}
			if counts[field] == nil {
				counts[field] = map[string]*tally{}
			}
			switch t := counts[field][value]; {
			case t == nil:
				counts[field][value] = &tally{1, num}
			case t.last != num:
				t.count, t.last = t.count+1, num
			}
		})
	})
	facets := make([]Facet, 0, len(counts))
	for field, values := range counts {
		f := Facet{Field: field}
		for value, t := range values {
			label := value
			if n := p.v.slot(content.ID(value)); n != nil && n.entry() != nil {
				value, label = n.entry().Common().Slug, n.entry().Label()
			}
			f.Values = append(f.Values, FacetValue{value, label, t.count})
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
