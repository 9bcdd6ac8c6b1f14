package edition

import (
	"cmp"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// blocks are the keys under which an entry is compared: whoever may be the same shares one of them.
func (r *Resembler) blocks(p *profile) []uint64 {
	var keys []uint64
	add := func(parts ...string) { keys = append(keys, hashOf(parts...)) }
	for _, i := range p.identifiers {
		add("identifier", string(i.Scheme), i.Source, i.Value)
	}
	for _, s := range p.sites {
		if r.sites[s] <= 3 {
			add("site", s)
		}
	}
	if len(p.text) >= 60 {
		add("text", p.text)
	}
	for i := range p.names {
		if r.kind == content.KindSpeaker {
			personBlocks(&p.names[i].person, add)
		} else {
			r.titleBlocks(&p.names[i].title, add)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// personBlocks yields keys by which every pair that comparePersons accepts meets: the same words; a family name with an
// initial; and for typos the full first name with the beginning or the end of the family name.
func personBlocks(p *person, add func(parts ...string)) {
	add("bag", p.bag)
	add("line", strings.ReplaceAll(p.line, " ", ""))
	if len(p.given) == 0 {
		return
	}
	initials := []string{initial(p.first())}
	for _, g := range p.called {
		initials = append(initials, initial(g))
	}
	firsts := []string{p.first()}
	for _, g := range nicknames[p.first()] {
		firsts = append(firsts, "nickname "+string(rune('0'+g)))
	}
	// A short form may begin with another letter (Bob, Robert): then the group of the nickname stands for the initial.
	families := []string{p.core}
	if p.family != p.core {
		families = append(families, p.family)
	}
	if p.doubled != "" {
		families = append(families, p.doubled)
	}
	if len(p.given) > 1 && len(p.given[len(p.given)-1]) > 1 {
		families = append(families, p.given[len(p.given)-1])
	}
	for _, family := range families {
		for _, first := range append(initials, firsts[1:]...) {
			add("family", family, first)
		}
	}
	for _, middle := range p.given[1:] {
		add("family", p.core, initial(middle))
	}
	if begin, end := ends(p.core, 2); begin != "" {
		for _, first := range firsts {
			add("begin", begin, first)
			add("end", end, first)
		}
	}
}

// ends are the first and last letters of a word that is long enough for a typo between them. How many they are does not depend
// on the word: a typo may make it longer.
func ends(word string, size int) (begin, end string) {
	runes := []rune(word)
	if len(runes) < 2*size {
		return "", ""
	}
	return string(runes[:size]), string(runes[len(runes)-size:])
}

// titleBlocks yields keys for organizations and topics: the words as one, the words in any order, acronyms, and for words
// more and typos the rarest words.
func (r *Resembler) titleBlocks(t *title, add func(parts ...string)) {
	add("key", t.key)
	add("bag", t.bag)
	for _, short := range t.short {
		add("key", short)
	}
	if len(t.words) > 1 {
		for _, initials := range t.initials {
			if len(initials) >= 3 {
				add("key", initials)
			}
		}
	}
	for _, size := range []int{3, 6} {
		if begin, end := ends(t.key, size); begin != "" && (size > 3 || len(t.words) == 1) {
			add("begin", begin)
			add("end", end)
		}
	}
	rare := slices.Clone(t.words)
	slices.SortFunc(rare, func(a, b string) int { return cmp.Or(cmp.Compare(r.words[a], r.words[b]), cmp.Compare(a, b)) })
	rare = slices.Compact(rare)
	for i, w := range rare[:min(3, len(rare))] {
		add("word", w)
		for _, next := range rare[i+1 : min(3, len(rare))] {
			add("words", min(w, next), max(w, next))
		}
	}
	if len(rare) > 1 { // a typo makes a word the rarest
		begin, end := ends(rare[0], 3)
		add("begin", begin, rare[1])
		add("end", end, rare[1])
	}
}

// hashOf is FNV-1a over the parts.
func hashOf(parts ...string) uint64 {
	h := uint64(14695981039346656037)
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ 0xFF) * 1099511628211
	}
	return h
}

// mix spreads a number over all bits.
func mix(n uint64) uint64 {
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	return n ^ n>>33
}
