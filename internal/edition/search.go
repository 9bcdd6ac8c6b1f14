package edition

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"bettertogether/internal/content"
)

// query is what somebody typed, as search reads it.
type query struct {
	words []string
	// closed says that the last word is finished: something follows it.
	closed bool
	folded string
}

func parseQuery(s string) query {
	q := query{folded: strings.Join(strings.Fields(fold(s)), " ")}
	var stop []string
	words(s, func(w string) {
		switch {
		case slices.Contains(q.words, w):
		case isStopWord(w):
			stop = append(stop, w)
		default:
			q.words = append(q.words, w)
		}
	})
	if len(q.words) == 0 {
		q.words = stop
	}
	if last := strings.TrimRightFunc(q.folded, func(r rune) bool { return !isWordRune(r) && !isUnspaced(r) }); len(q.words) > 0 {
		q.closed = !strings.HasSuffix(last, q.words[len(q.words)-1])
	}
	return q
}

// idf weighs a word by how rare it is among all that the query meets.
func idf(total, met int) float64 {
	if met == 0 {
		return 0
	}
	return math.Log(2 + float64(total)/float64(met))
}

// hit is one entry that a query finds.
type hit struct {
	n     *node
	score float64
}

// rerank is how many of the best hits by words are ranked again by how well the name as a whole answers.
const rerank = 300

// compareHits orders hits: by score, then kind, then the name, then the id.
func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(searchRanks[a.n.rank], searchRanks[b.n.rank]), bySort.compare(a.n, b.n), cmp.Compare(a.n.id(), b.n.id()))
}

// search ranks the entries of the given kinds (all when there are none) that hold every word: the first so many, and perhaps more. Total is how
// many there are.
func (v *View) search(q query, kinds []content.Kind, most int) (ranked []hit, total int) {
	most = max(most, rerank)
	for _, f := range v.index.match(q) {
		n := v.nodes.at(f.num)
		if len(kinds) > 0 && !slices.Contains(kinds, n.kind()) || v.isUnheard(q, n) {
			continue
		}
		total++
		h := hit{n, f.score}
		if len(ranked) == most && compareHits(h, ranked[most-1]) >= 0 {
			continue
		}
		if most > 10*rerank { // to sort them in the end costs less
			ranked = append(ranked, h)
			continue
		}
		at, _ := slices.BinarySearchFunc(ranked, h, compareHits)
		ranked = slices.Insert(ranked, at, h)
		ranked = ranked[:min(len(ranked), most)]
	}
	if most > 10*rerank {
		slices.SortFunc(ranked, compareHits)
	}
	best := ranked[:min(rerank, len(ranked))]
	for i := range best {
		best[i].score += 20 * nameScore(q, best[i].n)
	}
	slices.SortFunc(best, compareHits)
	return ranked, total
}

// searchRanks put what people mostly look for first among equals, by the rank of their kind.
var searchRanks = func() []int {
	ranks := make([]int, len(kinds))
	for i, kind := range []content.Kind{
		content.KindSpeaker, content.KindOrganization, content.KindSeries, content.KindEpisode, content.KindCaseStudy,
		content.KindTopic, content.KindResource, content.KindToolkit, content.KindListing,
	} {
		ranks[rankOf(kind)] = i
	}
	return ranks
}()

// nameScore says how much of a name the query covers, from 0 to 2: 1 for all of its words, the rest for saying it in order.
// An alias counts a little less than the name.
func nameScore(q query, n *node) float64 {
	best := 0.0
	n.entry().Texts(func(weight content.Weight, text string) {
		if weight < content.WeightAlias {
			return
		}
		var name []string
		words(text, func(w string) {
			if !isStopWord(w) {
				name = append(name, w)
			}
		})
		if len(name) == 0 {
			return
		}
		met := 0.0
		for _, w := range name {
			for i, asked := range q.words {
				if s := likeness(asked, w, i == len(q.words)-1); s > 0 {
					met += s
					break
				}
			}
		}
		s := met / float64(len(name))
		switch folded := strings.Join(strings.Fields(fold(text)), " "); {
		case folded == q.folded:
			s += 1
		case strings.HasPrefix(folded, q.folded):
			s += 0.4
		case strings.Contains(folded, q.folded):
			s += 0.3
		}
		best = max(best, float64(s*(0.5+float64(weight)/20)))
	})
	return best
}

// likeness says how well a word of a query meets a word: 1 the same, less for a beginning or a typo, 0 not at all.
func likeness(asked, word string, last bool) float64 {
	switch {
	case asked == word:
		return 1
	case strings.HasPrefix(word, asked) && (last || utf8.RuneCountInString(asked) >= 3):
		return 0.8
	case utf8.RuneCountInString(asked) >= 5 && oneTypo(asked, word):
		return 0.7
	}
	return 0
}

// snippetLength is how many characters a snippet has at most.
const snippetLength = 180

// Mark is a part of a snippet that the query met, as byte offsets.
type mark struct{ from, to int }

// snippet cuts the part of an entry's prose that meets a query best, and marks what meets it. Without any prose it is the
// label.
func snippet(q query, n *node) (string, []mark) {
	text := prose(n.entry())
	if text == "" {
		text = n.entry().Label()
	}
	text = strings.Join(strings.Fields(text), " ")
	marks := marksIn(q, text)
	start := 0
	if len(marks) > 0 && marks[0].to > snippetLength {
		start = wordStart(text, max(0, marks[0].from-snippetLength/3))
	}
	end := min(len(text), start+snippetLength)
	if end < len(text) {
		end = start + max(1, strings.LastIndexByte(text[start:end], ' '))
		for end < len(text) && !utf8.RuneStart(text[end]) {
			end++
		}
	}
	cut := text[start:end]
	lead := ""
	if start > 0 {
		lead = "… "
	}
	var kept []mark
	for _, m := range marks {
		if m.from >= start && m.to <= end {
			kept = append(kept, mark{m.from - start + len(lead), m.to - start + len(lead)})
		}
	}
	if end < len(text) {
		cut += " …"
	}
	return lead + cut, kept
}

func wordStart(text string, at int) int {
	if space := strings.IndexByte(text[at:], ' '); at > 0 && space >= 0 {
		return at + space + 1
	}
	return at
}

// marksIn finds the words of a text that meet a query.
func marksIn(q query, text string) []mark {
	var marks []mark
	start := -1
	check := func(end int) {
		if start >= 0 {
			meets := false
			eachWord(text[start:end], func(w string) {
				for i, asked := range q.words {
					meets = meets || likeness(asked, w, i == len(q.words)-1) > 0
				}
			})
			if meets {
				marks = append(marks, mark{start, end})
			}
			start = -1
		}
	}
	for i, r := range text {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) || r == '\'' || r == '’' || r == '-'
		switch {
		case inWord && start < 0:
			start = i
		case !inWord:
			check(i)
		}
	}
	check(len(text))
	return marks
}

// prose is the longest text of an entry that is made to be read.
func prose(e content.Entry) string {
	switch e := e.(type) {
	case *content.Series:
		return cmp.Or(e.Summary.Plain(), e.Tagline)
	case *content.Episode:
		return cmp.Or(e.Summary.Plain(), e.Subtitle())
	case *content.Speaker:
		return e.Bio.Plain()
	case *content.Organization:
		return e.Summary.Plain()
	case *content.CaseStudy:
		return e.Summary.Plain()
	case *content.Resource:
		return e.Summary.Plain()
	case *content.Topic:
		return e.Definition.Plain()
	case *content.Toolkit:
		return e.Summary.Plain()
	}
	return ""
}
