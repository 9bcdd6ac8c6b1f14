package edition

import (
	"cmp"
	"encoding/binary"
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
	words []string
	// packed holds the postings of all words, those of the i-th from begins[i] to begins[i+1].
	packed []byte
	begins []uint32
	level  int
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
		for num := range int32(e.nodes.len()) {
			if n := e.nodes.at(num); n.isListed() {
				all = append(all, n)
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
		slices.SortFunc(changed, func(a, b *node) int { return cmp.Compare(a.num, b.num) })
		next.add(newSegment(changed))
	}
	return next
}

func (x *index) add(s *segment) {
	for i := range s.words {
		s.each(i, func(p posting) { x.moved[p.num] = s })
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
			old.each(i, func(p posting) {
				if x.moved[p.num] == old {
					merged[word] = append(merged[word], p)
				}
			})
		}
	}
	var d draft
	for word, list := range merged {
		slices.SortFunc(list, func(a, b posting) int { return cmp.Compare(a.num, b.num) })
		for _, p := range list {
			d.add(word, p)
		}
	}
	x.add(d.segment(s.level + 1))
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
		s.each(at, use)
	}
}

// typos goes through the words that are one typo away from a word.
func (x *index) typos(word string, use func(p posting)) {
	near := func(s *segment, use func(p posting)) {
		for i, w := range s.words {
			if d := len(w) - len(word); d <= 4 && d >= -4 && oneTypo(word, w) {
				s.each(i, use)
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

// newSegment makes a segment of nodes in the order of their numbers.
func newSegment(nodes []*node) *segment {
	var d draft
	for _, n := range nodes {
		n.entry().Texts(func(weight content.Weight, text string) {
			eachWord(text, func(word string) { d.add(word, posting{n.num, weight}) })
		})
	}
	return d.segment(0)
}

// draft is a segment that is being made. Its zero value is empty.
type draft struct {
	places map[string]int32
	lists  []run
}

// run is the postings of a word, by number: each is the step from the number before and the weight, as one varint. The last
// one waits, since a text may follow in which the word weighs more.
type run struct {
	packed []byte
	before int32
	last   posting
}

// weights are all that there are. A packed posting has the place of its own among them, in so many bits.
var weights = [1 << weightBits]content.Weight{content.WeightBody, content.WeightCredit, content.WeightSummary, content.WeightAlias, content.WeightName}

const weightBits = 3

// add takes a posting in, whose number is not below those that the word has already.
func (d *draft) add(word string, p posting) {
	at, known := d.places[word]
	if !known {
		if d.places == nil {
			d.places = map[string]int32{}
		}
		d.places[strings.Clone(word)] = int32(len(d.lists)) // it may be a part of a text
		d.lists = append(d.lists, run{last: p})
		return
	}
	l := &d.lists[at]
	if l.last.num != p.num {
		l.pack()
		l.last = p
		return
	}
	l.last.weight = max(l.last.weight, p.weight)
}

func (l *run) pack() {
	l.packed = binary.AppendUvarint(l.packed, uint64(l.last.num-l.before)<<weightBits|uint64(slices.Index(weights[:], l.last.weight))) //nolint:gosec // it is among them, and numbers grow
	l.before = l.last.num
}

// segment closes the draft.
func (d *draft) segment(level int) *segment {
	s := &segment{words: slices.Sorted(maps.Keys(d.places)), level: level}
	size := 0
	for i := range d.lists {
		d.lists[i].pack()
		size += len(d.lists[i].packed)
	}
	s.packed, s.begins = make([]byte, 0, size), make([]uint32, 0, len(s.words)+1)
	for _, word := range s.words {
		s.begins = append(s.begins, uint32(len(s.packed)))
		s.packed = append(s.packed, d.lists[d.places[word]].packed...)
	}
	s.begins = append(s.begins, uint32(len(s.packed)))
	return s
}

// each calls use with every posting of the i-th word.
func (s *segment) each(i int, use func(p posting)) {
	num := int32(0)
	for rest := s.packed[s.begins[i]:s.begins[i+1]]; len(rest) > 0; {
		p, size := binary.Uvarint(rest)
		rest = rest[size:]
		num += int32(p >> weightBits)
		use(posting{num, weights[p%uint64(len(weights))]})
	}
}

// met is how well the entries that hold a word meet it, by number; 0 is not at all.
type met struct {
	scores []float64
	nums   []int32 // of those above 0
}

// mets are kept for the next queries: their arrays are as long as the hub has entries.
var mets = sync.Pool{New: func() any { return new(met) }}

func (m *met) raise(num int32, score float64) {
	if int(num) >= len(m.scores) {
		m.scores = append(m.scores, make([]float64, int(num)+1-len(m.scores))...)
		m.scores = m.scores[:cap(m.scores)]
	}
	if before := m.scores[num]; score > before {
		if m.scores[num] = score; before == 0 {
			m.nums = append(m.nums, num)
		}
	}
}

func (m *met) at(num int32) float64 {
	if int(num) >= len(m.scores) {
		return 0
	}
	return m.scores[num]
}

// free gives the arrays back, empty.
func (m *met) free() {
	for _, num := range m.nums {
		m.scores[num] = 0
	}
	m.nums = m.nums[:0]
	mets.Put(m)
}

// found is an entry that holds every word of a query, and how well.
type found struct {
	num   int32
	score float64
}

// match finds the entries that hold every word of a query, in no order.
func (x *index) match(q query) []found {
	total := 0
	words := make([]*met, len(q.words))
	for i, word := range q.words {
		best := mets.Get().(*met)
		defer best.free()
		use := func(quality float64) func(posting) {
			return func(p posting) { best.raise(p.num, float64(quality*float64(p.weight))) }
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
		words[i] = best
		total += len(best.nums)
	}
	if len(words) == 0 {
		return nil
	}
	rarest := slices.MinFunc(words, func(a, b *met) int { return cmp.Compare(len(a.nums), len(b.nums)) })
	rarity := make([]float64, len(words))
	for i, best := range words {
		rarity[i] = idf(total, len(best.nums))
	}
	var all []found
entries:
	for _, num := range rarest.nums {
		one := found{num: num}
		for i, best := range words {
			s := best.at(num)
			if s == 0 {
				continue entries
			}
			one.score += float64(s * rarity[i])
		}
		all = append(all, one)
	}
	return all
}
