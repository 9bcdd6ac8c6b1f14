package edition

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// narrow keeps of a list what is in any of others, each in the default order of the kind. It goes through the fewer of both.
func (l *list) narrow(lists ...[]int32) {
	if l.isWhole {
		l.isWhole, l.from = false, lists
		return
	}
	fewer, more := l.from, lists
	if length(fewer) > length(more) {
		fewer, more = more, fewer
	}
	isIn := l.v.inAny(orders[defaultOrder(l.order.kind)], more, length(fewer))
	l.from = make([][]int32, len(fewer))
	for i, list := range fewer {
		for _, num := range list {
			if isIn(num) {
				l.from[i] = append(l.from[i], num)
			}
		}
	}
}

// narrowBack keeps of a list who points by any of some fields at any of the numbers.
func (l *list) narrowBack(nums []int32, fields ...string) {
	l.narrow(l.v.backs(nums, l.order.kind, fields...)...)
}

// few is how many entries of a list a search reads one by one; more are found through the index.
const few = 64

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
func (l *list) searchFor(text string) error {
	if err := checkQuery("filter.search", text); text == "" || err != nil {
		return err
	}
	v, q := l.v, parseQuery(text)
	var found numbers
	if l.count() <= few {
		nodes := make([]*node, 0, few)
		for _, num := range v.distinctOf(l.held()) {
			nodes = append(nodes, v.nodes.at(num))
		}
		found = v.matches(&index{base: func() *segment { return newSegment(nodes) }}, q)
	} else {
		v.work.mu.Lock()
		defer v.work.mu.Unlock()
		key := search{v.Edition, text}
		if found = v.work.searched[key]; found == nil {
			found = v.matches(v.index, q)
			if v.work.searched == nil {
				v.work.searched = map[search]numbers{}
			}
			v.work.searched[key] = found
		}
	}
	l.require(func(n *node) bool { return found.has(n.num) && !v.isUnheard(q, n) })
	return nil
}

// matches are the numbers of all that an index finds.
func (v *View) matches(x *index, q query) numbers {
	set := v.mark()
	for _, f := range x.match(q) {
		set.add(f.num)
	}
	return set
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

// backs are who points by any of some fields at any of the numbers: lists in the default order of the kind.
func (v *View) backs(nums []int32, kind content.Kind, fields ...string) [][]int32 {
	lists := some[[]int32](v, len(nums)*len(fields))[:0]
	for _, num := range nums {
		for _, field := range fields {
			lists = append(lists, v.nodes.at(num).back(kind, field))
		}
	}
	return lists
}

// backOf collects who points by a field at any of the numbers.
func (v *View) backOf(nums []int32, kind content.Kind, field string) []int32 {
	return slices.Concat(v.backs(nums, kind, field)...)
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

func distinct[T comparable](values []T) []T {
	const few = 16
	if len(values) <= few {
		all := values[:0]
		for _, value := range values {
			if !slices.Contains(all, value) {
				all = append(all, value)
			}
		}
		return all
	}
	seen := make(map[T]bool, len(values))
	return slices.DeleteFunc(values, func(value T) bool {
		again := seen[value]
		seen[value] = true
		return again
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
