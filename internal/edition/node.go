package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// node is an entry as one edition shows it. A node without an entry is one that others point at but that this edition does
// not show.
//
// There are as many as entries, so each byte counts.
type node struct {
	num int32
	// rank is that of its kind, and so of what is held.
	rank uint8
	// isTrashed is what the record says, which may be far.
	isTrashed bool
	// isTimed says that an episode has a transcript which may come out later.
	isTimed bool
	// clock says what when and over are of an episode.
	clock clock
	held  content.Held
	// record is what is known of the entry beyond this edition: its id, publications and trash.
	record *record
	// name is the label for ordering, folded; nil where that is the label as it stands, as one of ASCII does. When is the date of an
	// entry that has one, undated otherwise.
	name *string
	when int64
	// over is when all that is known of an episode's date has passed, its end where that is known; undated where no date is.
	over int64
	// apart is nil where the record's draft is shown since it was saved, and found by its own slug alone: most are.
	apart *apart
	// in are the backlinks: of each way that leads here, in the order of ways, a head with its number and that of the entries, and they.
	in content.Numbers
	// ends are the numbers of what the entry's links lead to, in their order: readers follow them and ask for no id.
	ends content.Numbers
}

// apart is how an entry is shown.
type apart struct {
	// at says since when.
	at int64
	// former are the slugs, other than its own, by which it is found.
	former []string
	// revision is the number of what is shown.
	revision int32
}

// entry is what is shown, nil for nothing.
func (n *node) entry() content.Entry { return n.held.Entry(n.rank) }

// hold makes an entry the one that is shown.
func (n *node) hold(e content.Entry) {
	if n.held = content.HeldAs(e); e != nil {
		n.rank = rankOf(e.Kind())
	}
}

func (n *node) id() content.ID { return n.record.id() }

// kind is what the node's entry is.
func (n *node) kind() content.Kind { return kinds[n.rank] }

// told is how the entry is shown; nothing where there is none.
func (n *node) told() apart {
	switch {
	case n.entry() == nil:
		return apart{}
	case n.apart != nil:
		return *n.apart
	}
	return apart{at: n.record.at, revision: n.record.number}
}

// at says since when the entry is shown.
func (n *node) at() int64 { return n.told().at }

// revision is the number of what is shown.
func (n *node) revision() int32 { return n.told().revision }

// former are the slugs, other than its own, by which the entry is found.
func (n *node) former() []string {
	if n.apart == nil {
		return nil
	}
	return n.apart.former
}

// show says how the entry is shown.
func (n *node) show(as apart) {
	if r := n.record; n.entry() != nil && (as.at != r.at || as.revision != r.number || len(as.former) > 0) {
		n.apart = &as
	}
}

// kinds are those of the contract; a node has the place of its own.
var kinds = content.Kinds()

func rankOf(kind content.Kind) uint8 { return uint8(max(0, slices.Index(kinds, kind))) }

// clock says which instants of an episode are known.
type clock uint8

const (
	// knowsStart says that when is its start.
	knowsStart clock = 1 << iota
	// knowsEnd says that over is its end.
	knowsEnd
	// guessesEnd says that no end was stated.
	guessesEnd
)

// keep takes the instants of an episode in. A start that is known is when already.
func (n *node) keep(t content.Times) {
	n.over = undated
	if !t.Over.IsZero() {
		n.over = t.Over.UnixMicro()
	}
	if !t.Start.IsZero() {
		n.clock |= knowsStart
	}
	if !t.End.IsZero() {
		n.clock |= knowsEnd
	}
	if t.EndEstimated {
		n.clock |= guessesEnd
	}
}

// instants are those that an episode's date amounts to.
func (n *node) instants() content.Times {
	t := content.Times{EndEstimated: n.clock&guessesEnd != 0}
	if n.clock&knowsStart != 0 {
		t.Start = moment(n.when)
	}
	if n.over != undated {
		t.Over = moment(n.over)
	}
	if n.clock&knowsEnd != 0 {
		t.End = t.Over
	}
	return t
}

// backlinks are the entries that point here in one way, in the default order of their kind.
type backlinks struct {
	way  uint8
	from []int32
}

// undated stands for a date that is not known.
const undated = int64(-1 << 62)

// isListed tells whether an edition shows a node in lists and links. What is in the trash has an entry in the preview, so
// that editors can reach it by name, but stands in no list.
func (n *node) isListed() bool {
	return n != nil && n.held != (content.Held{}) && !n.isTrashed
}

// back returns the numbers of those that point here by a field, in the default order of their kind.
func (n *node) back(kind content.Kind, field string) []int32 {
	if n == nil || n.in == (content.Numbers{}) {
		return nil
	}
	way, ok := wayOf(kind, field)
	if !ok {
		return nil
	}
	for links := range n.backlinks {
		if links.way == way {
			return links.from
		}
	}
	return nil
}

// backlinks are all ways in which others point here.
func (n *node) backlinks(yield func(backlinks) bool) {
	for rest := n.in.All(); len(rest) > 0; {
		end := 1 + rest[0]>>wayBits
		if !yield(backlinks{uint8(rest[0] & (1<<wayBits - 1)), rest[1:end]}) {
			return
		}
		rest = rest[end:]
	}
}

// wayBits are those that a way takes: the rest of a list's head says how many entries follow.
const wayBits = 6

func headOf(way uint8, count int) int32 { return int32(count)<<wayBits | int32(way) }

// setBack makes others the backlinks by a way.
func (n *node) setBack(to backlinks) {
	all := make([]int32, 1, 1+len(n.in.All())+1+len(to.from))
	add := func(b backlinks) {
		if len(b.from) > 0 {
			all = append(append(all, headOf(b.way, len(b.from))), b.from...)
		}
	}
	for b := range n.backlinks {
		if b.way >= to.way {
			add(to)
			to.from = nil
		}
		if b.way != to.way {
			add(b)
		}
	}
	add(to)
	n.in = content.NumbersIn(slices.Clip(all))
}

// boundaries are the instants at which time changes what a node answers, in microseconds.
func (n *node) boundaries() []int64 { return n.addBoundaries(nil) }

func (n *node) addBoundaries(all []int64) []int64 {
	if !n.isListed() || n.kind() != content.KindEpisode {
		return all
	}
	for _, at := range n.entry().(*content.Episode).Boundaries(n.instants()) {
		all = append(all, at.UnixMicro())
	}
	return all
}
