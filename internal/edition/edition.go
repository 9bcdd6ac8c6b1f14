// Package edition holds immutable, linked, indexed graphs of content: what is public, or what editors see, at one content
// version. Every read of the hub is served from one.
//
// A Ledger keeps what the rows say of each entry. Build makes an edition of it, Next makes the following one from the
// changed entries alone; both give the same edition. A View is an edition pinned at an instant, and the place where a
// question begins: by slug or id, lists, search. The desk owns the ledger and swaps editions; everything else only reads.
// Nothing here touches a database.
package edition

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bettertogether/internal/content"
)

// Edition is one immutable graph. It is safe for any number of readers.
type Edition struct {
	roll    *Roll
	preview bool
	// isForGood says that its nodes stay, whatever follows it.
	isForGood bool
	// stamp names the content: the incarnation and the last version that changed anything here.
	stamp   string
	version int64
	// latest is when what the public sees last changed.
	latest time.Time
	nodes  pages[node]
	// stands says which entry stands for one that it absorbed, where the edition shows both; behind is the other way round, what was
	// merged last behind the others.
	stands map[int32]merging
	behind map[int32][]int32
	// orders holds, for each order of the table, the entries of its kind in that order.
	orders [][]int32
	// samples are those of orders that were asked for, by their numbers.
	samples sync.Map
	// boundaries are the instants at which time changes an answer, sorted, with repetitions.
	boundaries []int64
	index      *index
	// findings are what is known of addresses elsewhere; no reader asks for one that nothing here names.
	findings map[string]*content.Finding
	// told is the tag that was asked for last.
	told atomic.Pointer[told]
}

// Build makes an edition from scratch: the preview that editors see, or what is public at an instant.
func Build(l *Ledger, mode Mode, now time.Time) *Edition {
	e := &Edition{roll: l.roll, preview: mode == Preview, stamp: l.stamp(mode), version: l.visible(mode), latest: l.latest, findings: l.findings, orders: make([][]int32, len(orders))}
	e.stand(l, l.stands(mode, now))
	e.isForGood, l.isForGood = l.isForGood, false
	nodes := room[node](e, l.size)
	e.nodes = pagesOf(nodes)
	inParallel(l.size, func(num int) {
		var n node
		if e.show(&n, l, l.record(int32(num)), now); e.isForGood {
			n.settleIn()
		}
		nodes[num] = n
	})
	listed := map[content.Kind][]*node{}
	for i := range nodes {
		if n := &nodes[i]; n.isListed() {
			listed[n.kind()] = append(listed[n.kind()], n)
		} else {
			e.findEnds(n)
		}
	}
	inParallel(len(orders), func(i int) { e.orders[i] = orders[i].sorted(listed[orders[i].kind]) })
	e.linkAll()
	if e.isForGood {
		e.nodes.settle()
	}
	e.index = newIndex(e)
	return e
}

// BuildBoth makes the public edition and the preview. Mostly they show the same, and then they share it.
func BuildBoth(l *Ledger, now time.Time) (public, preview *Edition) {
	preview = Build(l, Preview, now)
	public = &Edition{roll: l.roll, stamp: l.stamp(Public), version: l.visible(Public), latest: l.latest, findings: l.findings, orders: slices.Clone(preview.orders), boundaries: preview.boundaries}
	public.nodes = preview.nodes.edit(l.size)
	public.stand(l, l.stands(Public, now))
	// What a merge touches may link elsewhere in public.
	isPlain := func(r *record) bool {
		return len(l.merges) == 0 || preview.nodes.at(r.num).entry() == r.entry() && preview.behind[r.num] == nil && public.behind[r.num] == nil
	}
	shown := make([]*node, l.size) // nil where the preview's will do
	inParallel(l.size, func(num int) {
		if r := l.record(int32(num)); !isPlain(r) || !r.isShownAlike(now) {
			shown[num] = new(node)
			public.show(shown[num], l, r, now)
		}
	})
	var was, is []*node
	moved := map[content.Kind]bool{}
	for num, n := range shown {
		p := preview.nodes.at(int32(num))
		if n == nil {
			continue
		}
		if isPlain(n.record) && n.isListed() && p.isListed() && n.revision() == p.revision() {
			// The same revision has the same links and keys, but for the moment since when it is shown.
			n.in, n.ends, n.name = p.in, p.ends, p.name
			moved[n.kind()] = moved[n.kind()] || n.at() != p.at()
			if preview.isForGood {
				n = n.settled()
			}
			public.nodes.set(n.num, n)
			continue
		}
		was, is = append(was, p), append(is, n)
	}
	if len(is) > 64 && len(is) > l.size/20 {
		l.isForGood = preview.isForGood
		return Build(l, Public, now), preview
	}
	for i, o := range orders {
		if moved[o.kind] && o.readsMoment {
			var all []*node
			for _, num := range public.orders[i] {
				all = append(all, public.nodes.at(num))
			}
			public.orders[i] = o.sorted(all)
		}
	}
	public.replace(was, is, preview)
	if preview.isForGood {
		public.nodes.settle()
	}
	public.index = newIndex(public)
	return public, preview
}

// isShownAlike tells whether the public sees exactly what editors see.
func (r *record) isShownAlike(now time.Time) bool {
	p, rev, ok := r.publicAt(now)
	return ok && !r.trashed && rev.number == r.number && p.from == rev.at && (r.past == nil || len(r.past.slugs) == 1) && rev.entry.Public() == rev.entry
}

// inParallel does something for each number below n, on all cores. They take small shares: entries differ in work.
func inParallel(n int, do func(i int)) {
	var wait sync.WaitGroup
	var taken atomic.Int64
	workers := runtime.GOMAXPROCS(0)
	share := max(1, n/workers/16)
	for range workers {
		wait.Go(func() {
			for end := 0; end < n; {
				end = int(taken.Add(int64(share)))
				for i := end - share; i < min(end, n); i++ {
					do(i)
				}
			}
		})
	}
	wait.Wait()
}

// Next makes the edition that follows when the given entries of the ledger have changed, or when time has moved past a
// scheduled publication of theirs. The work grows with what changed, not with the hub, but for plain copies of the orders.
func (e *Edition) Next(l *Ledger, changed []int32, now time.Time) *Edition {
	return e.next(l, changed, now, nil)
}

// NextBoth makes the editions that follow for the public and for editors, of whom only editors may see the changes. Where their
// orders are the same, they share them.
func NextBoth(l *Ledger, public, preview *Edition, c Changes, now time.Time) (nextPublic, nextPreview *Edition) {
	nextPreview = preview.Next(l, c.Entries, now)
	if !c.IsPublic {
		return public, nextPreview
	}
	return public.next(l, c.Entries, now, nextPreview), nextPreview
}

func (e *Edition) next(l *Ledger, changed []int32, now time.Time, beside *Edition) *Edition {
	next := &Edition{roll: l.roll, preview: e.preview, stamp: l.stamp(e.mode()), version: l.visible(e.mode()), latest: l.latest, findings: l.findings, boundaries: e.boundaries}
	next.nodes = e.nodes.edit(l.size)
	next.stand(l, l.stands(e.mode(), now))
	if changed = e.spread(next, changed); len(changed) > 64 && len(changed) > l.size/20 {
		return Build(l, e.mode(), now)
	}
	next.orders = slices.Clone(e.orders)
	was, is := make([]*node, len(changed)), make([]*node, len(changed))
	for i, num := range changed {
		was[i], is[i] = e.nodes.at(num), new(node)
		next.show(is[i], l, l.record(num), now)
	}
	next.replace(was, is, beside)
	next.index = e.index.next(was, is)
	return next
}

// replace puts nodes in the place of others, with their links, orders and boundaries. The edition is being made, and shares what
// it can with the one beside it; nil is none.
func (e *Edition) replace(was, is []*node, beside *Edition) {
	if beside == nil {
		beside = &Edition{orders: make([][]int32, len(orders))}
	}
	var dropped, added []int64
	kept := make([]map[end]bool, len(is))
	for i := range is {
		dropped = append(dropped, was[i].boundaries()...)
		added = append(added, is[i].boundaries()...)
		kept[i] = keptLinks(was[i], is[i])
		e.unlink(was[i], kept[i])
	}
	for _, n := range is {
		// Backlinks stay: they belong to those who point here.
		if slot := e.nodes.at(n.num); slot != nil {
			n.in = slot.in
		}
		e.findEnds(n)
		e.nodes.set(n.num, n)
	}
	// The lists are still in the order of what was.
	old := make(map[int32]*node, len(is))
	for i, n := range is {
		old[n.num] = was[i]
	}
	before := func(num int32) *node {
		if n, changed := old[num]; changed {
			return n
		}
		return e.nodes.at(num)
	}
	for _, o := range orders {
		e.orders[o.number] = e.reorder(o, was, is, before, beside.orders[o.number])
	}
	for i, n := range is {
		e.link(n, kept[i])
	}
	e.boundaries = exchange(e.boundaries, dropped, added, beside.boundaries)
}

// end is a link without its position.
type end struct {
	field string
	to    content.ID
}

// keptLinks are those that a node has as the one before it had them, with the same place among the backlinks there.
func keptLinks(was, is *node) map[end]bool {
	kept := map[end]bool{}
	if !was.isListed() || !is.isListed() || orders[defaultOrder(is.kind())].compare(was, is) != 0 {
		return kept
	}
	was.entry().Links(func(l content.Link) { kept[end{l.Field, l.To}] = false })
	is.entry().Links(func(l content.Link) {
		if _, had := kept[end{l.Field, l.To}]; had {
			kept[end{l.Field, l.To}] = true
		}
	})
	return kept
}

// unlink takes a listed node out of the backlinks of everything that it points at, but by kept links.
func (e *Edition) unlink(n *node, kept map[end]bool) {
	if !n.isListed() {
		return
	}
	n.entry().Links(func(l content.Link) {
		if kept[end{l.Field, l.To}] {
			return
		}
		from := e.slot(l.To).back(n.kind(), l.Field)
		if at := slices.Index(from, n.num); at >= 0 {
			e.own(l.To).setBack(backlinks{mustWay(n.kind(), l.Field), slices.Delete(slices.Clone(from), at, at+1)})
		}
	})
}

// link puts a listed node into the backlinks of everything that it points at, but by kept links.
func (e *Edition) link(n *node, kept map[end]bool) {
	if !n.isListed() {
		return
	}
	o := orders[defaultOrder(n.kind())]
	n.entry().Links(func(l content.Link) {
		if kept[end{l.Field, l.To}] {
			return
		}
		to := e.own(l.To)
		from := to.back(n.kind(), l.Field)
		at, found := slices.BinarySearchFunc(from, n, func(num int32, n *node) int {
			return o.compare(e.nodes.at(num), n)
		})
		if !found {
			to.setBack(backlinks{mustWay(n.kind(), l.Field), slices.Insert(slices.Clone(from), at, n.num)})
		}
	})
}

// own replaces the node of an id by a copy that this edition may change while it is being made. An id that the edition has
// not met yet gets an empty node, so that it knows who points at it when it comes.
func (e *Edition) own(id content.ID) *node {
	num, known := e.roll.num(id)
	if !known {
		panic("edition: a link to an entry that was never saved: " + string(id)) // the store's foreign keys forbid it
	}
	e.nodes = e.nodes.grow(int(num) + 1)
	c := node{num: num, record: &record{num: num, called: content.HoldID(id)}, rank: rankOf(id.Kind()), when: undated}
	if n := e.nodes.at(num); n != nil {
		c = *n
	}
	e.nodes.set(num, &c)
	return &c
}

// reorder returns an order's list with the changed nodes moved: the one beside it where that is the same. Their places are found by
// bisection, the rest is copied as it stands.
func (e *Edition) reorder(o order, was, is []*node, before func(num int32) *node, beside []int32) []int32 {
	all := e.orders[o.number]
	// cut has the places of what goes, put what comes with its place among all.
	type arrival struct {
		at int
		n  *node
	}
	var cut []int
	var put []arrival
	find := func(n *node) int {
		at, _ := slices.BinarySearchFunc(all, n, func(num int32, n *node) int {
			return o.compare(before(num), n)
		})
		return at
	}
	for i, n := range is {
		if n.kind() != o.kind {
			continue
		}
		if was[i] != nil && was[i].isListed() {
			cut = append(cut, find(was[i]))
		}
		if n.isListed() {
			put = append(put, arrival{find(n), n})
		}
	}
	if cut == nil && put == nil {
		return all
	}
	// An edit mostly leaves an entry where it stands in most orders: a place among others is that before or behind itself.
	if len(cut) == 1 && len(put) == 1 && all[cut[0]] == put[0].n.num && (put[0].at == cut[0] || put[0].at == cut[0]+1) {
		return all
	}
	slices.Sort(cut)
	slices.SortFunc(put, func(a, b arrival) int { return cmp.Or(cmp.Compare(a.at, b.at), o.compare(a.n, b.n)) })
	var parts [][]int32
	from := 0
	for len(cut)+len(put) > 0 {
		if len(put) > 0 && (len(cut) == 0 || put[0].at <= cut[0]) {
			parts = append(parts, all[from:put[0].at], []int32{put[0].n.num})
			from, put = put[0].at, put[1:]
			continue
		}
		parts = append(parts, all[from:cut[0]])
		from, cut = cut[0]+1, cut[1:]
	}
	return joined(append(parts, all[from:]), beside)
}

// joined is one list of several: the one beside it where that is the same.
func joined[T comparable](parts [][]T, beside []T) []T {
	at := 0
	for _, part := range parts {
		if end := at + len(part); end > len(beside) || !slices.Equal(part, beside[at:end]) {
			return slices.Concat(parts...)
		}
		at += len(part)
	}
	if at < len(beside) {
		return slices.Concat(parts...)
	}
	return beside
}

// slot returns the node of an id, shown or not; nil for an id that the hub has never seen.
func (e *Edition) slot(id content.ID) *node {
	num, ok := e.roll.num(id)
	if !ok || int(num) >= e.nodes.len() {
		return nil
	}
	return e.nodes.at(num)
}

// Known is the entry of a revision that the edition's records hold, shown or not; nil for any other.
func (e *Edition) Known(id content.ID, number int32) content.Entry {
	if n := e.slot(id); n != nil {
		rev, _ := n.record.revision(number)
		return rev.entry
	}
	return nil
}

// find returns the node of an id that this edition shows in lists, or nil.
func (e *Edition) find(id content.ID) *node {
	if num, ok := e.roll.num(id); ok {
		return e.follow(num)
	}
	return nil
}

// exchange returns a sorted list without what was dropped and with what was added: the one beside it where that is the same.
func exchange(all, dropped, added, beside []int64) []int64 {
	slices.Sort(dropped)
	slices.Sort(added)
	if slices.Equal(dropped, added) {
		return all
	}
	var parts [][]int64
	from := 0
	for len(dropped)+len(added) > 0 {
		if len(added) > 0 && (len(dropped) == 0 || added[0] <= dropped[0]) {
			at, _ := slices.BinarySearch(all[from:], added[0])
			parts = append(parts, all[from:from+at], added[:1])
			from, added = from+at, added[1:]
			continue
		}
		at, _ := slices.BinarySearch(all[from:], dropped[0])
		parts = append(parts, all[from:from+at])
		from, dropped = from+at+1, dropped[1:]
	}
	return joined(append(parts, all[from:]), beside)
}

// Mode says for whom an edition is.
type Mode int

// The modes of editions.
const (
	// Public shows what is published at an instant, without anything for editors only.
	Public Mode = iota
	// Preview shows the newest revision of everything.
	Preview
)

func (e *Edition) mode() Mode {
	if e.preview {
		return Preview
	}
	return Public
}

// Tag names what an edition answers at an instant: equal tags mean equal answers, on every node of the hub. It changes with
// the content and when time passes a boundary, never for a draft that the public does not see.
func (e *Edition) Tag(now time.Time) string {
	passed, _ := slices.BinarySearch(e.boundaries, now.UnixMicro()+1)
	if t := e.told.Load(); t != nil && t.passed == passed {
		return t.tag
	}
	tag := fmt.Sprintf("%s.%d", e.stamp, passed)
	e.told.Store(&told{passed, tag})
	return tag
}

// told is the tag that an edition last had, with the number of boundaries passed.
type told struct {
	passed int
	tag    string
}

// HasTold tells whether a tag is the one that the edition last had.
func (e *Edition) HasTold(tag string) bool {
	t := e.told.Load()
	return t != nil && t.tag == tag
}

// IsBehind tells whether a tag is of newer content than this edition; false for a tag that is none, or that an edition for
// others or of another incarnation gave.
func (e *Edition) IsBehind(tag string) bool {
	incarnation, number, isTag := strings.Cut(tag, ".")
	if e.preview {
		number, isTag = strings.CutPrefix(number, "p")
	}
	number, _, _ = strings.Cut(number, ".")
	version, err := strconv.ParseInt(number, 10, 64)
	return isTag && err == nil && incarnation == e.Incarnation() && version > e.version
}

// NextChange is the first instant after now at which time changes an answer; zero is never. Scheduled publications are the
// desk's to add: they make another edition.
func (e *Edition) NextChange(now time.Time) time.Time {
	passed, _ := slices.BinarySearch(e.boundaries, now.UnixMicro()+1)
	if passed == len(e.boundaries) {
		return time.Time{}
	}
	return time.UnixMicro(e.boundaries[passed]).UTC()
}
