package edition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// narrow keeps of a list what is also among the given numbers, in the list's order.
func (l *list) narrow(found []int32) {
	if len(l.from) == len(l.v.orders[l.order.number]) {
		l.from = l.v.inOrder(l.order, found)
		return
	}
	in := make(map[int32]bool, len(found))
	for _, num := range found {
		in[num] = true
	}
	l.from = slices.DeleteFunc(slices.Clone(l.from), func(num int32) bool { return !in[num] })
}

// few is how many entries of a list are asked one by one for what a filter wants; more are found through what it names.
const few = 64

// narrowBack keeps of a list who points by a field at any of the numbers.
func (l *list) narrowBack(nums []int32, field string) {
	lists := make([][]int32, len(nums))
	for i, num := range nums {
		lists[i] = l.v.nodes.at(num).back(l.order.kind, field)
	}
	l.narrowAny(lists)
}

// narrowAny keeps of a list what is in any of others, each in the default order of the kind.
func (l *list) narrowAny(lists [][]int32) {
	by := orders[defaultOrder(l.order.kind)]
	isWhole := len(l.from) == len(l.v.orders[l.order.number])
	switch {
	case len(l.from) <= few:
		l.from = slices.DeleteFunc(slices.Clone(l.from), func(num int32) bool {
			n := l.v.nodes.at(num)
			return !slices.ContainsFunc(lists, func(list []int32) bool {
				_, found := slices.BinarySearchFunc(list, n, func(num int32, n *node) int { return by.compare(l.v.nodes.at(num), n) })
				return found
			})
		})
	case isWhole && len(lists) == 1 && l.order.number == by.number:
		l.from = lists[0]
	default:
		l.narrow(slices.Concat(lists...))
	}
}

// require adds a condition.
func (l *list) require(pass func(*node) bool) {
	if before := l.keep; before != nil {
		l.keep = func(n *node) bool { return before(n) && pass(n) }
		return
	}
	l.keep = pass
}

// searchFor keeps what a search finds; an empty one keeps all. An operation searches for a text once, however many lists it
// filters by it.
func (l *list) searchFor(kind content.Kind, text string) error {
	if err := checkQuery("filter.search", text); text == "" || err != nil {
		return err
	}
	v := l.v
	if len(l.from) <= few {
		nodes := make([]*node, 0, few)
		for _, num := range slices.Sorted(slices.Values(l.from)) {
			nodes = append(nodes, v.nodes.at(num))
		}
		found := map[int32]bool{}
		for _, f := range (&index{base: func() *segment { return newSegment(nodes) }}).match(parseQuery(text)) {
			found[f.num] = !v.isUnheard(parseQuery(text), v.nodes.at(f.num))
		}
		l.require(func(n *node) bool { return found[n.num] })
		return nil
	}
	v.work.mu.Lock()
	defer v.work.mu.Unlock()
	key := search{v.Edition, kind, text}
	found := v.work.searched[key]
	if found == nil {
		found = map[int32]bool{}
		q := parseQuery(text)
		for _, f := range v.index.match(q) {
			if n := v.nodes.at(f.num); n.kind() == kind && !v.isUnheard(q, n) {
				found[f.num] = true
			}
		}
		if v.work.searched == nil {
			v.work.searched = map[search]map[int32]bool{}
		}
		v.work.searched[key] = found
	}
	l.require(func(n *node) bool { return found[n.num] })
	return nil
}

// mostValues is how many values a list in a filter may have.
const mostValues = 100

// checkLists refuses a filter with a list that is too long.
func checkLists(lengths map[string]int) error {
	for _, name := range slices.Sorted(maps.Keys(lengths)) {
		if lengths[name] > mostValues {
			return badArgument("filter."+name, "%d values are more than %d", lengths[name], mostValues)
		}
	}
	return nil
}

// backOf collects who points by a field at any of the numbers.
func (v *View) backOf(nums []int32, kind content.Kind, field string) []int32 {
	var found []int32
	for _, num := range nums {
		found = append(found, v.nodes.at(num).back(kind, field)...)
	}
	return found
}

// listed turns ids into numbers, without those that the edition does not show.
func (v *View) listed(ids []content.ID) []int32 {
	nums := make([]int32, 0, len(ids))
	for _, id := range ids {
		if n := v.find(id); n != nil {
			nums = append(nums, n.num)
		}
	}
	return nums
}

// within tells whether a span of dates touches the asked one; both ends of it are inclusive.
func within(first, last, from, to content.PartialDate) bool {
	if first == "" {
		return false
	}
	if from != "" && !last.End(time.UTC).After(from.First()) {
		return false
	}
	return to == "" || first.First().Before(to.End(time.UTC))
}

func checkSpan(path string, from, to content.PartialDate) error {
	if from == "" && to == "" {
		return nil
	}
	for i, d := range [...]content.PartialDate{from, to} {
		if _, err := content.ParsePartialDate(string(d)); d != "" && err != nil {
			return badArgument(path+[...]string{".from", ".to"}[i], "%v", err)
		}
	}
	if from != "" && to != "" && !to.End(time.UTC).After(from.First()) {
		return badArgument(path+".to", "%s is before from, %s", to, from)
	}
	return nil
}

// checkPlaces refuses what is no region and no country.
func checkPlaces(regions []string) error {
	for i, r := range regions {
		if !content.IsRegion(r) && !content.IsCountry(r) {
			return badArgument(fmt.Sprint("filter.regions.", i), "%s is no region; an ISO 3166-2 code such as US-OH, or a country such as US is allowed", content.Quote(r))
		}
	}
	return nil
}

// checkLanguage refuses what is no language.
func checkLanguage(language string) error {
	if language != "" && !content.IsLanguage(language) {
		return badArgument("filter.language", "%s is no BCP 47 language; tags such as en or es-MX are allowed", content.Quote(language))
	}
	return nil
}

// languageMatch tells whether a language is the asked one or a regional form of it.
func languageMatch(asked, language string) bool {
	return strings.EqualFold(asked, language) || len(language) > len(asked) && language[len(asked)] == '-' && strings.EqualFold(asked, language[:len(asked)])
}

func wrapAll[T Entry](p *page) []T {
	found := some[T](p.v, len(p.nodes))
	for i, n := range p.nodes {
		found[i] = p.v.wrap(n).(T)
	}
	return found
}

func distinct(ids []content.ID) []content.ID {
	const few = 16
	if len(ids) <= few {
		all := ids[:0]
		for _, id := range ids {
			if id != "" && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
		return all
	}
	seen := make(map[content.ID]bool, len(ids))
	return slices.DeleteFunc(ids, func(id content.ID) bool {
		twice := seen[id]
		seen[id] = true
		return twice || id == ""
	})
}

func deref[T ~string](p *T) string {
	if p == nil {
		return ""
	}
	return string(*p)
}

// known is an enum's word that may be missing.
func known[T ~string](word T) *T {
	if word == "" {
		return nil
	}
	return &word
}

// instant is a time that may be missing.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
