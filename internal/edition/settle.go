package edition

import "bettertogether/internal/content"

// What a start makes of bodies that lie on the ground (see room content) lies there too: most of it stays as long as they do, and
// the collector of garbage need not go through it. What is made later lies on the heap, and may point at what lies here.

// settle moves the records to the ground. Those of a kind lie there in its default order, and are numbered so: what is listed together
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

// inOrder are the numbers of all records, those of each kind in its default order, as editors see them.
func (l *Ledger) inOrder() []int32 {
	var all, rest []int32
	of := map[uint8][]int32{}
	for num := range int32(l.size) {
		if r := l.record(num); r.entry() != nil {
			of[r.rank] = append(of[r.rank], num)
		} else {
			rest = append(rest, num)
		}
	}
	for rank, kind := range kinds {
		nums := of[uint8(rank)] //nolint:gosec // there are few kinds
		nodes, each := make([]node, len(nums)), make([]*node, len(nums))
		inParallel(len(nums), func(i int) {
			r := l.record(nums[i])
			n := &nodes[i]
			*n = node{num: r.num, rank: r.rank, record: r, when: undated, held: r.held}
			n.order(l.roll.zones)
			each[i] = n
		})
		all = append(all, orders[defaultOrder(kind)].sorted(each)...)
	}
	return append(all, rest...)
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
