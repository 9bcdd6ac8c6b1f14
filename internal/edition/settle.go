package edition

import "bettertogether/internal/content"

// What a start makes of bodies that lie on the ground (see room content) lies there too: most of it stays as long as they do, and
// the collector of garbage need not go through it. What is made later lies on the heap, and may point at what lies here.

// settle moves the records to the ground.
func (l *Ledger) settle() {
	all := content.ForGood[record](l.records.len())
	inParallel(len(all), func(i int) {
		r := l.records.at(int32(i))
		r.settleIn()
		all[i] = *r
	})
	l.records = pagesOf(all)
	l.records.settle()
	l.spare = nil
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
