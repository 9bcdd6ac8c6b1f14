package edition

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// order is one total order of the entries of a kind. Ties are broken by id, so it is stable everywhere.
type order struct {
	number  int
	kind    content.Kind
	name    string
	keys    []key
	compare func(a, b *node) int
	// readsMoment says that the order goes by since when an entry is shown so.
	readsMoment bool
}

// orders lists all orders; the first of a kind is its default. Cursors carry the names. It is fixed once made.
var orders = numbered([]order{
	{kind: content.KindSeries, name: "RANK", keys: []key{byWhenAsc, bySort}},
	{kind: content.KindSeries, name: "TITLE_ASC", keys: []key{bySort}},
	{kind: content.KindEpisode, name: string(content.EpisodesLatest), keys: []key{byWhenDesc, byNumberDesc}},
	{kind: content.KindEpisode, name: string(content.EpisodesEarliest), keys: []key{byWhenAsc, byNumberAsc}},
	{kind: content.KindEpisode, name: string(content.EpisodesByTitle), keys: []key{bySort}},
	{kind: content.KindEpisode, name: string(content.EpisodesUpdated), keys: []key{byAtDesc}, readsMoment: true},
	{kind: content.KindSpeaker, name: "NAME_ASC", keys: []key{bySort}},
	{kind: content.KindSpeaker, name: "UPDATED_DESC", keys: []key{byAtDesc}, readsMoment: true},
	{kind: content.KindOrganization, name: "NAME_ASC", keys: []key{bySort}},
	{kind: content.KindOrganization, name: "UPDATED_DESC", keys: []key{byAtDesc}, readsMoment: true},
	{kind: content.KindCaseStudy, name: "TITLE_ASC", keys: []key{bySort}},
	{kind: content.KindCaseStudy, name: "STARTED_DESC", keys: []key{byWhenDesc, bySort}},
	{kind: content.KindCaseStudy, name: "UPDATED_DESC", keys: []key{byAtDesc}, readsMoment: true},
	{kind: content.KindResource, name: "TITLE_ASC", keys: []key{bySort}},
	{kind: content.KindResource, name: "PUBLISHED_DESC", keys: []key{byWhenDesc, bySort}},
	{kind: content.KindResource, name: "UPDATED_DESC", keys: []key{byAtDesc}, readsMoment: true},
	{kind: content.KindTopic, name: "NAME_ASC", keys: []key{bySort}},
	{kind: content.KindToolkit, name: "TITLE_ASC", keys: []key{bySort}},
	{kind: content.KindListing, name: "TITLE_ASC", keys: []key{bySort}},
})

// key is one of the things by which an order goes.
type key struct {
	// number rises as the key does. Where two are equal compare may still tell the nodes apart.
	number  func(n *node) uint64
	compare func(a, b *node) int
}

// by is a key that its number says in full.
func by(number func(n *node) uint64) key {
	return key{number, func(a, b *node) int { return cmp.Compare(number(a), number(b)) }}
}

// sorted returns the numbers of nodes in the order. Most are told apart by a number that stands beside them: what they compare by is
// all over memory.
func (o order) sorted(nodes []*node) []int32 {
	type numbered struct {
		number uint64
		node   *node
	}
	all := make([]numbered, len(nodes))
	for i, n := range nodes {
		all[i] = numbered{o.keys[0].number(n), n}
	}
	slices.SortFunc(all, func(a, b numbered) int {
		if a.number != b.number {
			return cmp.Compare(a.number, b.number)
		}
		return o.compare(a.node, b.node)
	})
	nums := make([]int32, len(all))
	for i := range all {
		nums[i] = all[i].node.num
	}
	return nums
}

func numbered(all []order) []order {
	for i := range all {
		all[i].number, all[i].compare = i, compareBy(all[i].keys)
	}
	return all
}

// defaultOrder is the number of a kind's first order.
func defaultOrder(kind content.Kind) int {
	for i, o := range orders {
		if o.kind == kind {
			return i
		}
	}
	return 0
}

// findOrder returns the order of a kind by name; the default for "".
func findOrder(kind content.Kind, name string) order {
	for _, o := range orders {
		if o.kind == kind && (name == "" || o.name == name) {
			return o
		}
	}
	return orders[defaultOrder(kind)]
}

func compareBy(keys []key) func(a, b *node) int {
	return func(a, b *node) int {
		for _, key := range keys {
			if c := key.compare(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.id(), b.id())
	}
}

// rising is a number that rises with a whole one, falling one that falls with it.
func rising(n int64) uint64  { return uint64(n) ^ 1<<63 } //nolint:gosec // its bits are meant
func falling(n int64) uint64 { return ^rising(n) }

var bySort = key{
	func(n *node) (number uint64) {
		const letters = 8
		name := n.ordered()
		for i := range min(letters, len(name)) {
			number |= uint64(lower(name[i])) << (8 * (letters - 1 - i))
		}
		return number
	},
	func(a, b *node) int { return compareFolded(a.ordered(), b.ordered()) },
}

// sortable is a label as a node keeps it for ordering.
func sortable(label string) *string {
	if isASCII(label) {
		return nil
	}
	folded := folded(label)
	return &folded
}

// folded is a name for ordering: one of ASCII as it stands, another one folded.
func folded(name string) string {
	if isASCII(name) {
		return name
	}
	return fold(name)
}

// ordered is the label for ordering, as folded has it.
func (n *node) ordered() string {
	switch {
	case n.name != nil:
		return *n.name
	case n.entry() == nil:
		return ""
	}
	return n.entry().Label()
}

// sort is the label, folded.
func (n *node) sort() string {
	name := n.ordered()
	if isASCII(name) {
		return strings.ToLower(name)
	}
	return name
}

// compareFolded compares sortable labels as if both were folded: what is not ASCII is so already.
func compareFolded(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := a[i], b[i]; x != y {
			if c := cmp.Compare(lower(x), lower(y)); c != 0 {
				return c
			}
		}
	}
	return cmp.Compare(len(a), len(b))
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

var byAtDesc = by(func(n *node) uint64 { return falling(n.at()) })

// What has no date comes last in both directions.
var (
	byWhenDesc = by(func(n *node) uint64 { return falling(n.when) })
	byWhenAsc  = by(func(n *node) uint64 {
		if n.when == undated {
			return math.MaxUint64
		}
		return rising(n.when)
	})
)

// Episodes of one day, or without any date, go by their number inside the series.
var (
	byNumberDesc = by(func(n *node) uint64 { return falling(int64(n.number())) })
	byNumberAsc  = by(func(n *node) uint64 { return rising(int64(n.number())) })
)
