package edition

import (
	"cmp"
	"slices"

	"bettertogether/internal/content"
)

// What a start makes of bodies that lie on the ground (see room content) lies there too: most of it stays as long as they do, and
// the collector of garbage need not go through it. What is made later lies on the heap, and may point at what lies here.

// settle moves the records to the ground. Episodes lie there about as their default order has them, and are numbered so: what is listed together
// lies together, as do the nodes that are made of it.
func (l *Ledger) settle() {
	order := l.inOrder()
	to := make([]int32, len(order))
	for i, num := range order {
		to[num] = int32(i)
	}
	all := content.ForGood[record](len(order))
	inParallel(len(order), func(i int) {
		r := l.records.at(order[i])
		r.num = int32(i)
		r.settleIn()
		all[i] = *r
	})
	l.records = pagesOf(all)
	l.records.settle()
	l.spare = nil
	l.renumber(to)
}

// inOrder are the numbers of all records: those of episodes from the latest to the earliest by their local times, which cost less to read
// than their instants, and behind them the others as they came.
func (l *Ledger) inOrder() []int32 {
	type dated struct {
		when uint64
		num  int32
	}
	var episodes []dated
	var others []int32
	for num := range int32(l.size) {
		if e, ok := l.record(num).entry().(*content.Episode); ok {
			episodes = append(episodes, dated{digits(digits(0, string(e.When.Date), 8), e.When.StartTime(), 4), num})
		} else {
			others = append(others, num)
		}
	}
	slices.SortFunc(episodes, func(a, b dated) int { return cmp.Or(cmp.Compare(b.when, a.when), cmp.Compare(a.num, b.num)) })
	all := make([]int32, 0, l.size)
	for _, e := range episodes {
		all = append(all, e.num)
	}
	return append(all, others...)
}

// digits puts the first digits of a text behind those of a number, and zeros for what is not there.
func digits(number uint64, text string, count int) uint64 {
	for i := 0; i < len(text) && count > 0; i++ {
		if c := text[i]; c >= '0' && c <= '9' {
			number = number*10 + uint64(c-'0')
			count--
		}
	}
	for ; count > 0; count-- {
		number *= 10
	}
	return number
}

// renumber gives each number another one. Nothing but the ledger has had any yet.
func (l *Ledger) renumber(to []int32) {
	l.roll.renumber(to)
	l.identifiers.renumber(to)
	merges := make(map[int32]merging, len(l.merges))
	for absorbed, m := range l.merges {
		merges[to[absorbed]] = merging{to[m.survivor], m.fields, m.version}
	}
	l.merges, l.last = merges, 0
}

// settleIn sees to it that what a record points at stays.
func (r *record) settleIn() {
	r.called = content.HoldID(content.ID(content.TextForGood(string(r.id()))))
	r.held = content.HeldAs(content.Settled(r.entry()))
	content.Hold(r.past)
}

// settleIn sees to it that what a node points at stays, but for what leads to it and from it.
func (n *node) settleIn() {
	if name := content.MovedForGood(n.name); name != n.name {
		*name = content.TextForGood(*name)
		n.name = name
	}
	n.hold(content.Settled(n.entry()))
	content.Hold(n.apart)
}

// settled is the node on the ground. What leads to it and from it lies there already.
func (n *node) settled() *node {
	n.settleIn()
	return content.MovedForGood(n)
}

// room makes room for what nodes of an edition point at, while it is made.
func room[T any](e *Edition, count int) []T {
	if e.isForGood {
		return content.ForGood[T](count)
	}
	return make([]T, count)
}
