package edition

import (
	"cmp"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// order is one total order of the entries of a kind. Ties are broken by id, so it is stable everywhere.
type order struct {
	number  int
	kind    content.Kind
	name    string
	compare func(a, b *node) int
	// readsMoment says that the order goes by since when an entry is shown so.
	readsMoment bool
}

// orders lists all orders; the first of a kind is its default. Cursors carry the names. It is fixed once made.
var orders = numbered([]order{
	{kind: content.KindSeries, name: "RANK", compare: compareBy(byWhenAsc, bySort)},
	{kind: content.KindSeries, name: "TITLE_ASC", compare: compareBy(bySort)},
	{kind: content.KindEpisode, name: string(content.EpisodesLatest), compare: compareBy(byWhenDesc, byNumberDesc)},
	{kind: content.KindEpisode, name: string(content.EpisodesEarliest), compare: compareBy(byWhenAsc, byNumberAsc)},
	{kind: content.KindEpisode, name: string(content.EpisodesByTitle), compare: compareBy(bySort)},
	{kind: content.KindEpisode, name: string(content.EpisodesUpdated), compare: compareBy(byAtDesc), readsMoment: true},
	{kind: content.KindSpeaker, name: "NAME_ASC", compare: compareBy(bySort)},
	{kind: content.KindSpeaker, name: "UPDATED_DESC", compare: compareBy(byAtDesc), readsMoment: true},
	{kind: content.KindOrganization, name: "NAME_ASC", compare: compareBy(bySort)},
	{kind: content.KindOrganization, name: "UPDATED_DESC", compare: compareBy(byAtDesc), readsMoment: true},
	{kind: content.KindCaseStudy, name: "TITLE_ASC", compare: compareBy(bySort)},
	{kind: content.KindCaseStudy, name: "STARTED_DESC", compare: compareBy(byWhenDesc, bySort)},
	{kind: content.KindCaseStudy, name: "UPDATED_DESC", compare: compareBy(byAtDesc), readsMoment: true},
	{kind: content.KindResource, name: "TITLE_ASC", compare: compareBy(bySort)},
	{kind: content.KindResource, name: "PUBLISHED_DESC", compare: compareBy(byWhenDesc, bySort)},
	{kind: content.KindResource, name: "UPDATED_DESC", compare: compareBy(byAtDesc), readsMoment: true},
	{kind: content.KindTopic, name: "NAME_ASC", compare: compareBy(bySort)},
	{kind: content.KindToolkit, name: "TITLE_ASC", compare: compareBy(bySort)},
	{kind: content.KindListing, name: "TITLE_ASC", compare: compareBy(bySort)},
})

// sorted returns the numbers of nodes in the order; it reorders the nodes it is given a copy of.
func (o order) sorted(nodes []*node) []int32 {
	nodes = slices.Clone(nodes)
	slices.SortFunc(nodes, o.compare)
	nums := make([]int32, len(nodes))
	for i, n := range nodes {
		nums[i] = n.num
	}
	return nums
}

func numbered(all []order) []order {
	for i := range all {
		all[i].number = i
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

func compareBy(keys ...func(a, b *node) int) func(a, b *node) int {
	return func(a, b *node) int {
		for _, key := range keys {
			if c := key(a, b); c != 0 {
				return c
			}
		}
		return cmp.Compare(a.id(), b.id())
	}
}

func bySort(a, b *node) int { return compareFolded(a.name, b.name) }

// sortable is a label as a node keeps it for ordering.
func sortable(label string) string {
	if isASCII(label) {
		return label
	}
	return fold(label)
}

// sort is the label, folded.
func (n *node) sort() string {
	if isASCII(n.name) {
		return strings.ToLower(n.name)
	}
	return n.name
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

func byAtDesc(a, b *node) int { return cmp.Compare(b.at, a.at) }

// What has no date comes last in both directions.
func byWhenDesc(a, b *node) int { return cmp.Compare(b.when, a.when) }

func byWhenAsc(a, b *node) int {
	if (a.when == undated) != (b.when == undated) {
		return cmp.Compare(b.when, a.when)
	}
	return cmp.Compare(a.when, b.when)
}

// Episodes of one day, or without any date, go by their number inside the series.
func byNumberDesc(a, b *node) int { return cmp.Compare(b.number(), a.number()) }

func byNumberAsc(a, b *node) int { return cmp.Compare(a.number(), b.number()) }
