package edition

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"bettertogether/internal/content"
)

// index is the inverted index of an edition: which entries hold a word, and how prominently. It is made at the first search
// and then follows the editions: what a write changed goes into small segments beside the large first one, which merge as
// they gather. A search gives the same answer however an index is cut into segments.
type index struct {
	base     func() *segment
	segments []*segment
	// moved says in which small segment a changed entry stands now; nil is none.
	moved map[int32]*segment
}

// segment holds the words of some entries, sorted, with their postings.
type segment struct {
	words    []string
	postings [][]posting
	level    int
}

type posting struct {
	num    int32
	weight content.Weight
}

// mergeAt is how many segments of a level make one of the next.
const mergeAt = 32

func newIndex(e *Edition) *index {
	return &index{base: sync.OnceValue(func() *segment {
		var all []*node
		for _, kind := range content.Kinds() {
			for _, num := range e.orders[defaultOrder(kind)] {
				all = append(all, e.nodes.at(num))
			}
		}
		return newSegment(all)
	})}
}

// next makes the index of the edition that follows.
func (x *index) next(was, is []*node) *index {
	var changed []*node
	next := &index{base: x.base, segments: slices.Clone(x.segments), moved: maps.Clone(x.moved)}
	if next.moved == nil {
		next.moved = map[int32]*segment{}
	}
	for i, n := range is {
		if !n.isListed() && !was[i].isListed() {
			continue
		}
		next.moved[n.num] = nil
		if n.isListed() {
			changed = append(changed, n)
		}
	}
	if len(changed) > 0 {
		next.add(newSegment(changed))
	}
	return next
}

func (x *index) add(s *segment) {
	for _, list := range s.postings {
		for _, p := range list {
			x.moved[p.num] = s
		}
	}
	x.segments = append(x.segments, s)
	same := slices.DeleteFunc(slices.Clone(x.segments), func(o *segment) bool { return o.level != s.level })
	if len(same) < mergeAt {
		return
	}
	x.segments = slices.DeleteFunc(x.segments, func(o *segment) bool { return o.level == s.level })
	merged := map[string][]posting{}
	for _, old := range same {
		for i, word := range old.words {
			for _, p := range old.postings[i] {
				if x.moved[p.num] == old {
					merged[word] = append(merged[word], p)
				}
			}
		}
	}
	x.add(assembleSegment(merged, s.level+1))
}

// lists calls visit with every posting list of the words from word on, as long as visit's caller wants more.
func (x *index) scan(from string, visit func(word string) bool, use func(p posting)) {
	x.base().scan(from, visit, func(p posting) {
		if _, moved := x.moved[p.num]; !moved {
			use(p)
		}
	})
	for _, s := range x.segments {
		s.scan(from, visit, func(p posting) {
			if x.moved[p.num] == s {
				use(p)
			}
		})
	}
}

// scan goes through the words from one on, until visit says stop.
func (s *segment) scan(from string, visit func(word string) bool, use func(p posting)) {
	at, _ := slices.BinarySearch(s.words, from)
	for ; at < len(s.words) && visit(s.words[at]); at++ {
		for _, p := range s.postings[at] {
			use(p)
		}
	}
}

// typos goes through the words that are one typo away from a word.
func (x *index) typos(word string, use func(p posting)) {
	near := func(s *segment, use func(p posting)) {
		for i, w := range s.words {
			if d := len(w) - len(word); d <= 4 && d >= -4 && oneTypo(word, w) {
				for _, p := range s.postings[i] {
					use(p)
				}
			}
		}
	}
	near(x.base(), func(p posting) {
		if _, moved := x.moved[p.num]; !moved {
			use(p)
		}
	})
	for _, s := range x.segments {
		near(s, func(p posting) {
			if x.moved[p.num] == s {
				use(p)
			}
		})
	}
}

func newSegment(nodes []*node) *segment {
	all := map[string][]posting{}
	for _, n := range nodes {
		n.entry.Texts(func(weight content.Weight, text string) {
			eachWord(text, func(word string) {
				list := all[word]
				if last := len(list) - 1; last >= 0 && list[last].num == n.num {
					list[last].weight = max(list[last].weight, weight)
					return
				}
				if list == nil {
					word = strings.Clone(word)
				}
				all[word] = append(list, posting{n.num, weight})
			})
		})
	}
	return assembleSegment(all, 0)
}

func assembleSegment(all map[string][]posting, level int) *segment {
	s := &segment{words: slices.Sorted(maps.Keys(all)), level: level}
	s.postings = make([][]posting, len(s.words))
	size := 0
	for _, list := range all {
		size += len(list)
	}
	together := make([]posting, 0, size) // lists that grew have room that nobody needs any more
	for i, word := range s.words {
		from := len(together)
		together = append(together, all[word]...)
		s.postings[i] = slices.Clip(together[from:])
	}
	return s
}

// match finds the entries that hold every word of a query, and how well each word is met. A nil result means that the query
// has no words.
func (x *index) match(q query) map[int32]float64 {
	var found map[int32]float64
	total := 0
	hits := make([]map[int32]float64, len(q.words))
	for i, word := range q.words {
		best := map[int32]float64{}
		use := func(quality float64) func(posting) {
			return func(p posting) {
				if s := quality * float64(p.weight); s > best[p.num] {
					best[p.num] = s
				}
			}
		}
		x.scan(word, func(w string) bool { return w == word }, use(1))
		letters := utf8.RuneCountInString(word)
		if i == len(q.words)-1 && !q.closed || letters >= 3 {
			quality := 0.7
			if i < len(q.words)-1 {
				quality = 0.4
			}
			x.scan(word, func(w string) bool { return strings.HasPrefix(w, word) }, use(quality))
		}
		if letters >= 5 {
			x.typos(word, use(0.5))
		}
		hits[i] = best
		total += len(best)
	}
	for i, best := range hits {
		rarity := idf(total, len(best))
		next := map[int32]float64{}
		for num, s := range best {
			if before, ok := found[num]; ok || i == 0 {
				next[num] = before + float64(s*rarity)
			}
		}
		found = next
	}
	return found
}
