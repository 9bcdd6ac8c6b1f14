package edition

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"bettertogether/internal/content"
)

// merging is a merge in force: who stands for an entry, which of its fields the survivor takes, and the version that brought it.
type merging struct {
	survivor int32
	fields   []string
	version  int64
}

// merge takes a row in. Its entries are known already.
func (l *Ledger) merge(m content.Merging) {
	absorbed, _ := l.roll.num(m.Absorbed)
	if m.Survivor == "" {
		delete(l.merges, absorbed)
		return
	}
	survivor, _ := l.roll.num(m.Survivor)
	if l.merges == nil {
		l.merges = map[int32]merging{}
	}
	l.merges[absorbed] = merging{survivor, m.Fields, m.Version}
}

// concernsPublic tells whether an entry, or one that is merged into it, was published before a version: then the public sees when it
// is merged or parted. Records that are being made are in fresh.
func (l *Ledger) concernsPublic(num int32, version int64, fresh map[int32]*record) bool {
	r := fresh[num]
	if r == nil {
		r = l.record(num)
	}
	if p := r.published(); p != 0 && p < version {
		return true
	}
	for absorbed, m := range l.merges {
		if m.survivor == num && l.concernsPublic(absorbed, version, fresh) {
			return true
		}
	}
	return false
}

// Survivor returns the entry that stands for another, and the fields that it takes of it; false when none does.
func (l *Ledger) Survivor(id content.ID) (survivor content.ID, fields []string, ok bool) {
	num, _ := l.roll.num(id)
	m, ok := l.merges[num]
	if !ok || l.record(num).id() != id {
		return "", nil, false
	}
	return l.record(m.survivor).id(), m.fields, true
}

// Resolved follows merges to the entry that stands for an id in the end.
func (l *Ledger) Resolved(id content.ID) content.ID {
	for {
		survivor, _, ok := l.Survivor(id)
		if !ok {
			return id
		}
		id = survivor
	}
}

// isShown tells whether an edition would show an entry if there were no merges.
func (r *record) isShown(mode Mode, now time.Time) bool {
	if mode == Preview {
		return r.entry() != nil && !r.trashed
	}
	_, _, ok := r.publicAt(now)
	return ok && !r.trashed
}

// stands says who stands for whom in an edition: a merge holds where both are shown, so that it never makes a draft public
// and never hides what was public.
func (l *Ledger) stands(mode Mode, now time.Time) map[int32]merging {
	var all map[int32]merging
	for absorbed, m := range l.merges {
		if !l.record(absorbed).isShown(mode, now) {
			continue
		}
		last := absorbed
		for at := absorbed; ; {
			next, ok := l.merges[at]
			if !ok {
				break
			}
			if at = next.survivor; l.record(at).isShown(mode, now) {
				last = at
			}
		}
		if last != absorbed {
			if all == nil {
				all = map[int32]merging{}
			}
			all[absorbed] = merging{last, m.fields, m.version}
		}
	}
	return all
}

// stand tells an edition who stands for whom.
func (e *Edition) stand(l *Ledger, stands map[int32]merging) {
	e.stands, e.behind = stands, make(map[int32][]int32, len(stands))
	for absorbed, m := range stands {
		e.behind[m.survivor] = append(e.behind[m.survivor], absorbed)
	}
	for _, all := range e.behind {
		slices.SortFunc(all, func(a, b int32) int {
			return cmp.Or(cmp.Compare(stands[a].version, stands[b].version), cmp.Compare(l.record(a).id(), l.record(b).id()))
		})
	}
}

// resolve makes of a stored entry what the edition shows: links lead to survivors, and a survivor has the fields and the
// addresses of those for whom it stands.
func (e *Edition) resolve(l *Ledger, n *node, now time.Time) {
	if len(e.stands) == 0 || n.entry() == nil || n.record.trashed {
		return // what is in the trash links nowhere, and stands for nobody
	}
	if _, gone := e.stands[n.num]; gone {
		n.hold(nil)
		return
	}
	for _, num := range e.behind[n.num] {
		from := l.record(num)
		entry, former := e.shown(from, now)
		all := append(append(slices.Clip(n.former()), entry.Common().Slug), former...)
		as := n.told()
		as.former = all
		n.show(as)
		if fields := l.merges[num].fields; len(fields) > 0 && l.merges[num].survivor == n.num {
			own, err := content.Clone(n.entry())
			if err != nil {
				panic("edition: a stored entry cannot be copied: " + err.Error()) // it was encoded before
			}
			content.Patch(own, entry, fields)
			n.hold(own)
		}
	}
	resolved, err := content.Resolve(n.entry(), func(id content.ID) content.ID {
		if num, ok := e.roll.num(id); ok {
			if m, ok := e.stands[num]; ok {
				return l.record(m.survivor).id()
			}
		}
		return id
	})
	if err != nil {
		panic("edition: a stored entry cannot be copied: " + err.Error()) // it was encoded before
	}
	n.hold(resolved)
}

// spread adds to changed entries those that show otherwise because of merges: whoever stands for a changed one, and where a
// merge begins or ends, both entries and all who point at either.
func (e *Edition) spread(next *Edition, changed []int32) []int32 {
	if len(e.stands) == 0 && len(next.stands) == 0 {
		return changed
	}
	all := slices.Clone(changed)
	for _, num := range changed {
		if m, ok := next.stands[num]; ok {
			all = append(all, m.survivor)
		}
	}
	touch := func(num int32) {
		all = append(all, num)
		if n := e.nodes.at(num); n != nil {
			for back := range n.backlinks {
				all = append(all, back.from...)
			}
		}
	}
	for _, absorbed := range slices.Sorted(maps.Keys(e.stands)) {
		if is, ok := next.stands[absorbed]; !ok || is.survivor != e.stands[absorbed].survivor {
			touch(absorbed)
			touch(e.stands[absorbed].survivor)
		}
	}
	for _, absorbed := range slices.Sorted(maps.Keys(next.stands)) {
		if was, ok := e.stands[absorbed]; !ok || was.survivor != next.stands[absorbed].survivor {
			touch(absorbed)
			touch(next.stands[absorbed].survivor)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// standing is the node that answers for a number.
func (e *Edition) standing(num int32) *node {
	if m, ok := e.stands[num]; ok {
		num = m.survivor
	}
	return e.nodes.at(num)
}

// AbsorbedEntry is an entry for which another stands.
type AbsorbedEntry struct {
	EntryID     content.ID
	Label, Slug string
	// Choices are the fields that the survivor takes of it, as JSON spells them.
	Choices []string
}

// Absorbed are the entries for which this one stands.
func (h handle) Absorbed() []AbsorbedEntry {
	all := []AbsorbedEntry{}
	for _, num := range h.v.behind[h.n.num] {
		r := h.v.nodes.at(num).record
		all = append(all, AbsorbedEntry{r.id(), r.entry().Label(), r.entry().Common().Slug, h.v.stands[num].fields})
	}
	return all
}
