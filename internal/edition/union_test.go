package edition

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"bettertogether/internal/content"
)

// drawn is a list that a test has drawn, beside all entries that it must have, found without anything that lists are made of.
type drawn struct {
	list   list
	passes []*node
}

// lists draws lists of a kind, each in the default order and without repetitions: mostly a few, of any length.
func (h *history) lists(v *View, kind content.Kind) (lists [][]int32) {
	all := v.orders[defaultOrder(kind)]
	for range pick(h, []int{0, 1, 1, 2, 2, 3, 5, 9, 70}) {
		var list []int32
		for share, i := pick(h, []int{1, 2, 10, 50, 1000}), 0; i < len(all); i++ {
			if h.rng.IntN(share) == 0 {
				list = append(list, all[i])
			}
		}
		lists = append(lists, list)
	}
	return lists
}

func (h *history) list(v *View, by order) drawn {
	d := drawn{list: v.whole(by)}
	in := map[int32]bool{}
	for _, num := range v.orders[by.number] {
		in[num] = true
	}
	only := func(lists [][]int32) {
		both := map[int32]bool{}
		for _, num := range slices.Concat(lists...) {
			both[num] = in[num]
		}
		in = both
	}
	if h.rng.IntN(5) > 0 {
		lists := h.lists(v, by.kind)
		d.list = v.among(by, lists...)
		only(lists)
	}
	for range h.rng.IntN(3) {
		lists := h.lists(v, by.kind)
		d.list.narrow(lists...)
		only(lists)
	}
	keeps := func(*node) bool { return true }
	if h.rng.IntN(2) == 0 {
		some, of, salt := 1+h.rng.Int32N(8), pick(h, []int32{11, 11, 997}), h.rng.Int32N(100)
		keeps = func(n *node) bool { return (n.num*7+salt)%of < some }
		d.list.require(keeps)
	}
	d.list.facet = func(_ *View, n *node, count func(field, value string)) { count("rest", fmt.Sprint(n.num%5)) }
	for _, num := range v.orders[by.number] {
		if n := v.nodes.at(num); in[num] && keeps(n) {
			d.passes = append(d.passes, n)
		}
	}
	return d
}

// page is what a page must show: the arguments are a size and stand-ins for the places of cursors; nil is none.
func (d *drawn) page(size int, toward direction, after, before *node) ([]*node, PageInfo) {
	low, high := 0, len(d.passes)
	for i, n := range d.passes {
		if after != nil && d.list.order.compare(n, after) <= 0 {
			low = i + 1
		}
		if before != nil && d.list.order.compare(n, before) >= 0 {
			high = min(high, i)
		}
	}
	size = min(size, max(0, high-low))
	from, to := low, low+size
	if toward == backwards {
		from, to = high-size, high
	}
	info := PageInfo{HasPreviousPage: from > 0, HasNextPage: to < len(d.passes)}
	if size > 0 {
		info.StartCursor, info.EndCursor = new(d.list.order.cursor(d.passes[from])), new(d.list.order.cursor(d.passes[to-1]))
	}
	return d.passes[from:to], info
}

// facets are those that a list must have.
func (d *drawn) facets() map[string]int32 {
	counts := map[string]int32{}
	for _, n := range d.passes {
		counts[fmt.Sprint(n.num%5)]++
	}
	return counts
}

func TestAPageOfSeveralListsIsThatOfTheirWholeUnion(t *testing.T) {
	for seed := range uint64(8) {
		h := newHistory(seed)
		l := NewLedger()
		l.Apply(content.Rows{Incarnation: "life"}, h.now)
		cursors := map[int][]string{} // of each order, also of entries that have moved or gone since
		for step := range 250 {
			l.Due(l.Apply(h.step(l), h.now), h.now)
			if step%50 == 49 {
				v := NewView(Build(l, Preview, h.now), nil, h.now, time.Time{}, "")
				for _, o := range orders {
					for _, num := range v.orders[o.number] {
						cursors[o.number] = append(cursors[o.number], o.cursor(v.nodes.at(num)))
					}
				}
			}
		}
		v := NewView(Build(l, Public, h.now), nil, h.now, time.Time{}, "")
		for range 1500 {
			if h.rng.IntN(2) == 0 {
				h.compare(t, v, pick(h, orders), cursors)
				continue
			}
			alone := v.Alone()
			h.compare(t, alone, pick(h, orders), cursors)
			alone.Done()
		}
	}
	// Among many entries, some are looked for otherwise.
	h, v := newHistory(0), manyEpisodes(3000)
	for range 150 {
		h.compare(t, v, findOrder(content.KindEpisode, pick(h, []string{"", string(content.EpisodesByTitle)})), nil)
	}
}

// compare holds a page of a drawn list against what it must be.
func (h *history) compare(t *testing.T, v *View, by order, cursors map[int][]string) {
	t.Helper()
	d := h.list(v, by)
	size := pick(h, []int{0, 1, 2, 3, 7, 20, 100})
	args, toward := PageArgs{First: new(int32(size))}, forwards
	if h.rng.IntN(2) == 0 {
		args, toward = PageArgs{Last: new(int32(size))}, backwards
	}
	var after, before *node
	for _, place := range []struct {
		cursor **string
		node   **node
	}{{&args.After, &after}, {&args.Before, &before}} {
		if len(cursors[by.number]) > 0 && h.rng.IntN(2) == 0 {
			*place.cursor = new(pick(h, cursors[by.number]))
			*place.node, _ = d.list.stand("after", **place.cursor)
		}
	}
	p, err := d.list.open(args)
	if err != nil {
		t.Fatal(err)
	}
	nodes, info := d.page(size, toward, after, before)
	if got := p.PageInfo(); !slices.Equal(p.nodes, nodes) || !reflect.DeepEqual(*got, info) {
		t.Fatalf("%s %s of %d lists, %d %d of %d: %d entries, %+v; want %d, %+v", by.kind, by.name, len(d.list.held()), toward, size, len(d.passes), len(p.nodes), got, len(nodes), info)
	}
	if got := p.TotalCount(); int(got) != len(d.passes) {
		t.Fatalf("%s %s: totalCount %d, want %d", by.kind, by.name, got, len(d.passes))
	}
	counts := map[string]int32{}
	for _, f := range p.Facets() {
		for _, value := range f.Values {
			counts[value.Value] = value.Count
		}
	}
	if want := d.facets(); !reflect.DeepEqual(counts, want) {
		t.Fatalf("%s %s: facets %v, want %v", by.kind, by.name, counts, want)
	}
	var kept []*node
	for _, num := range d.list.kept() {
		kept = append(kept, v.nodes.at(num))
	}
	if !slices.Equal(kept, d.passes) {
		t.Fatalf("%s %s: %d entries as a whole, want %d", by.kind, by.name, len(kept), len(d.passes))
	}
}

// A filter that names one entry a hundred times asks each episode once.
func TestWhatAFilterNamesTwiceIsLookedForOnce(t *testing.T) {
	v := manyEpisodes(3)
	ids := []content.ID{v.nodes.at(1).id(), v.nodes.at(0).id(), v.nodes.at(1).id(), v.nodes.at(1).id()}
	if got := v.resolve(content.KindEpisode, ids); !slices.Equal(got, []int32{1, 0}) {
		t.Errorf("%v", got)
	}
}

// BenchmarkPage makes the first page of three of several lists: lazily, as lists are opened, and from the whole union. It has as many episodes as
// size L.
func BenchmarkPage(b *testing.B) {
	v := manyEpisodes(200_000)
	by := orders[defaultOrder(content.KindEpisode)]
	all := v.orders[by.number]
	for _, size := range []struct{ lists, each int }{{2, 30}, {2, 3_000}, {10, 300}, {300, 300}} {
		lists := make([][]int32, size.lists)
		for i := range lists {
			for at := i; len(lists[i]) < size.each; at += len(all) / size.each {
				lists[i] = append(lists[i], all[at])
			}
		}
		name := fmt.Sprintf("%dx%d", size.lists, size.each)
		args := PageArgs{First: new(int32(3))}
		open := func(b *testing.B, l list) {
			b.Helper()
			if p, err := l.open(args); err != nil || len(p.nodes) != 3 || !p.PageInfo().HasNextPage {
				b.Fatal(err)
			}
		}
		b.Run(name+"/lazy", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				open(b, v.among(by, lists...))
			}
		})
		b.Run(name+"/whole", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				open(b, v.among(by, v.inOrder(by, slices.Concat(lists...))))
			}
		})
	}
}

// manyEpisodes is a view of episodes of which several are on each day.
func manyEpisodes(many int) *View {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	rows := content.Rows{Incarnation: "life", Version: 1, At: now}
	for i := range many {
		id, slug := content.ImportedID(content.KindEpisode, "bench", fmt.Sprint(i)), fmt.Sprint("episode-", i)
		e := &content.Episode{Base: content.Base{Slug: slug}, Title: slug, EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled}, Number: new(int32(i))}
		e.When.Date = content.PartialDate(now.AddDate(0, 0, -i%5000).Format(time.DateOnly))
		rows.Revisions = append(rows.Revisions, content.Revision{ID: id, Number: 1, Version: 1, At: now, Entry: e})
		rows.Publications = append(rows.Publications, content.Publication{ID: id, Revision: 1, Slug: slug, From: now, At: now, Version: 1})
	}
	l := NewLedger()
	l.Apply(rows, now)
	return NewView(Build(l, Public, now), nil, now, time.Time{}, "")
}

func TestAnEntryHasANumberInTheViewThatShowsIt(t *testing.T) {
	v := manyEpisodes(1)
	first, err := v.Episodes(nil, nil, PageArgs{})
	if err != nil {
		t.Fatal(err)
	}
	shown := first.Nodes()[0]
	if shown.NumberIn(v) < 0 {
		t.Error("it has no number in its own view")
	}
	for name, other := range map[string]*View{"another moment's": manyEpisodes(1), "the same moment's": v.Public(), "a lasting": v.Moved(v)} {
		if n := shown.NumberIn(other); n >= 0 {
			t.Errorf("it has number %d in %s view", n, name)
		}
	}
}

// Where an order is large its sample narrows the search, and changes nothing of what is found.
func TestAPlaceInALargeOrderIsFoundByItsSample(t *testing.T) {
	v := manyEpisodes(3 * large / 2)
	for _, o := range orders {
		whole := v.orders[o.number]
		if o.kind != content.KindEpisode {
			continue
		}
		for i, num := range whole {
			if at, found := v.place(o, whole, v.nodes.at(num)); at != i || !found {
				t.Fatalf("%s: entry %d is found at %d: %t", o.name, i, at, found)
			}
		}
		others := slices.Concat(whole[:100], whole[200:]) // without those between, which are looked for
		for _, num := range whole {
			n := *v.nodes.at(num)
			n.record = &record{called: content.HoldID(behind(n.id()))}
			want, _ := slices.BinarySearchFunc(whole, &n, func(num int32, n *node) int { return o.compare(v.nodes.at(num), n) })
			if at, found := v.place(o, whole, &n); at != want || found {
				t.Fatalf("%s: one that is not there would stand at %d, not at %d", o.name, at, want)
			}
		}
		if at, found := v.place(o, others, v.nodes.at(whole[150])); at != 100 || found {
			t.Errorf("%s: in another list it is found at %d: %t", o.name, at, found)
		}
	}
}

// BenchmarkNothingPasses opens a page of several lists of which a filter takes nothing.
func BenchmarkNothingPasses(b *testing.B) {
	v := manyEpisodes(200_000)
	by := orders[defaultOrder(content.KindEpisode)]
	lists := make([][]int32, 10)
	for i, num := range v.orders[by.number] {
		lists[i%10] = append(lists[i%10], num)
	}
	b.ReportAllocs()
	for b.Loop() {
		l := v.among(by, lists...)
		l.require(func(n *node) bool { return n.num < 0 })
		if p, err := l.open(PageArgs{}); err != nil || len(p.nodes) > 0 {
			b.Fatal(err)
		}
	}
}

// behind is an id that nobody has and that comes right after another one.
func behind(id content.ID) content.ID { return id[:len(id)-1] + "z" }
