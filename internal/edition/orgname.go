package edition

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// title is the name of an organization or a topic in the parts by which two names are compared.
type title struct {
	// words are what counts of the name, folded and written out in full: "lorain", "county", "community", "college".
	words []string
	// key are the words as one, bag the words sorted.
	key, bag string
	// initials are the first letters of the words: of all, of all but articles, of those that count; short is what is itself printed like an
	// acronym, or stands in brackets as one.
	initials [3]string
	short    []string
}

// mostTitle is how many words of a name count.
const mostTitle = 40

// parseTitle reads the name of an organization: abbreviations are written out, "The", "Inc." and small words are left out.
func parseTitle(name string) title {
	t, full, some := title{}, "", ""
	name = t.withoutBrackets(name)
	if isAcronym(strings.TrimSpace(name)) {
		t.short = append(t.short, fold(strings.TrimSpace(name)))
	}
	var all []string
	stateAt := stateAtStart(name)
	words(name, func(w string) { all = append(all, w) })
	if stateAt != "" {
		all = append(strings.Fields(stateAt), all[1:]...)
	}
	for i, w := range all {
		full += initial(w)
		if w != "the" && w != "a" && w != "an" {
			some += initial(w)
		}
		next := ""
		if i+1 < len(all) {
			next = all[i+1]
		}
		switch {
		case len(all) > 1 && isLegal(w) || isSmallWord(w):
		case w == "united" && next == "states":
			t.words = append(t.words, "us")
		case w == "states" && i > 0 && all[i-1] == "united":
		case w == "cc" && i > 0:
			t.words = append(t.words, "community", "college")
		case w == "comm" && (next == "college" || next == "coll"):
			t.words = append(t.words, "community")
		case w == "hs" && i > 0:
			t.words = append(t.words, "high", "school")
		default:
			t.words = append(t.words, writtenOut(w))
		}
	}
	t.finish(full, some)
	return t
}

// parseTopic reads the name of a topic: words in their singular.
func parseTopic(name string) title {
	t, full, some := title{}, "", ""
	name = t.withoutBrackets(name)
	words(name, func(w string) {
		full += initial(w)
		if w != "the" && w != "a" && w != "an" {
			some += initial(w)
		}
		if !isSmallWord(w) {
			t.words = append(t.words, singular(w))
		}
	})
	if bare := strings.TrimSpace(name); isAcronym(bare) || len(t.words) == 1 && len(bare) <= 4 {
		t.short = append(t.short, fold(bare))
	}
	t.finish(full, some)
	return t
}

func (t *title) finish(full, some string) {
	t.words = t.words[:min(mostTitle, len(t.words))]
	t.key = strings.Join(t.words, "")
	bag := slices.Clone(t.words)
	slices.Sort(bag)
	t.bag = strings.Join(bag, " ")
	bare := ""
	for _, w := range t.words {
		bare += initial(w)
	}
	t.initials = [3]string{full, some, bare}
}

func initial(w string) string {
	_, size := utf8.DecodeRuneInString(w)
	return w[:size]
}

// withoutBrackets takes an acronym in brackets out of a name, and remarks in square brackets; other brackets it only opens.
func (t *title) withoutBrackets(name string) string {
	for {
		from := strings.IndexAny(name, "([")
		to := strings.IndexAny(name, ")]")
		if from < 0 || to < from {
			return name
		}
		inside := name[from+1 : to]
		plural := strings.TrimSuffix(inside, "s")
		switch {
		case isAcronym(plural):
			t.short = append(t.short, fold(plural))
			inside = ""
		case name[from] == '[':
			inside = ""
		}
		name = name[:from] + " " + inside + " " + name[to+1:]
	}
}

// isAcronym tells what is printed like an acronym: two to eight capitals, perhaps with digits, dots or hyphens.
func isAcronym(s string) bool {
	capitals := 0
	for _, r := range s {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case !unicode.IsDigit(r) && r != '.' && r != '-':
			return false
		}
	}
	return capitals >= 2 && capitals <= 8
}

func isLegal(w string) bool {
	switch w {
	case "inc", "incorporated", "llc", "llp", "ltd", "limited", "corp", "corporation", "company", "co", "plc", "gmbh":
		return true
	}
	return false
}

func isSmallWord(w string) bool {
	switch w {
	case "the", "of", "and", "for", "at", "in", "a", "an", "to", "on", "de", "la", "und", "et", "y":
		return true
	}
	return false
}

func writtenOut(w string) string {
	switch w {
	case "univ":
		return "university"
	case "coll":
		return "college"
	case "dept":
		return "department"
	case "assoc", "assn":
		return "association"
	case "inst":
		return "institute"
	case "natl":
		return "national"
	case "intl":
		return "international"
	case "ctr", "cntr", "centre":
		return "center"
	case "dist":
		return "district"
	case "govt":
		return "government"
	case "st":
		return "saint"
	case "mt":
		return "mount"
	case "ft":
		return "fort"
	case "fdn":
		return "foundation"
	case "programme":
		return "program"
	case "labour":
		return "labor"
	}
	return w
}

// singular cuts the ending of an English plural.
func singular(w string) string {
	switch {
	case len(w) > 4 && strings.HasSuffix(w, "ies"):
		return w[:len(w)-3] + "y"
	case len(w) > 4 && (strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "xes") || strings.HasSuffix(w, "ches")):
		return w[:len(w)-2]
	case len(w) > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		return w[:len(w)-1]
	}
	return w
}

// compareTitles finds the strongest way in which two names of organizations or topics may be one's. Words of place are those
// of the cities of both, which a name may carry or not.
func compareTitles(a, b *title, place string) nameMatch {
	switch {
	case a.key == "" || b.key == "":
		return nameMatch{}
	case a.key == b.key:
		return nameMatch{code: ReasonSameName}
	case sharesShort(a, b):
		return nameMatch{code: ReasonSameAcronym, weight: -0.5}
	case a.bag == b.bag:
		return nameMatch{code: ReasonNameOrder, weight: []float64{-3, -3, -2.8, 0.1, 0.2}[min(len(a.words), 4)]}
	case len(a.words) == len(b.words):
		if m := compareInPlace(a, b); m.code != "" {
			return m
		}
	}
	if m := compareExtra(a, b, place); m.code != "" {
		return m
	}
	if oneTypo(a.key, b.key) && canBeTypo(a.key, b.key) {
		return nameMatch{code: ReasonOneTypo, weight: -0.7}
	}
	return nameMatch{}
}

// sharesShort tells whether one name is the acronym of the other.
func sharesShort(a, b *title) bool {
	for _, p := range [][2]*title{{a, b}, {b, a}} {
		for _, short := range p[0].short {
			if len(short) >= 3 && len(p[0].words) < len(p[1].words) && slices.Contains(p[1].initials[:], strings.ReplaceAll(short, ".", "")) {
				return true
			}
		}
	}
	return false
}

// compareInPlace compares names with one word different.
func compareInPlace(a, b *title) nameMatch {
	at := -1
	for i := range a.words {
		if a.words[i] != b.words[i] {
			if at >= 0 {
				return nameMatch{}
			}
			at = i
		}
	}
	x, y := a.words[at], b.words[at]
	switch {
	case canBeTypo(x, y) && oneTypo(x, y):
		if min(len(x), len(y)) >= 8 {
			return nameMatch{code: ReasonOneTypo, weight: -0.3}
		}
		return nameMatch{code: ReasonOneTypo, weight: -0.6}
	case len(a.words) > 2 && (len(x) == 1 && strings.HasPrefix(y, x) || len(y) == 1 && strings.HasPrefix(x, y)) && !hasDigit(x+y):
		return nameMatch{code: ReasonInitials, weight: -0.3}
	case len(a.words) > 1 && isForm(x) && isForm(y):
		return nameMatch{code: ReasonReplacedWord, weight: -1.8}
	}
	return nameMatch{}
}

// canBeTypo leaves out short words, numbers and words that begin differently.
func canBeTypo(a, b string) bool {
	return min(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) >= 6 && firstRune(a) == firstRune(b) && !hasDigit(a+b)
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// isForm tells words for what an institution is, of which one may take the place of another in the course of time.
func isForm(w string) bool {
	switch w {
	case "college", "university", "institute", "school", "academy", "network", "foundation", "association", "center":
		return true
	}
	return false
}

// compareExtra compares names of which one has words more, in the same order.
func compareExtra(a, b *title, place string) nameMatch {
	if len(a.words) < len(b.words) {
		a, b = b, a
	}
	var extra []string
	at := 0
	for _, w := range a.words {
		if at < len(b.words) && b.words[at] == w {
			at++
			continue
		}
		extra = append(extra, w)
	}
	if at < len(b.words) || len(b.words) == 0 || len(extra) == 0 || hasDigit(strings.Join(extra, "")) {
		return nameMatch{}
	}
	soft, placed, apart := true, true, false
	for _, w := range extra {
		soft = soft && (w == "community" || w == "district" || w == "main" || w == "campus")
		placed = placed && slices.Contains(strings.Fields(place), w)
		apart = apart || isPartOf(w)
	}
	switch {
	case soft && !slices.Equal(extra, []string{"campus"}) && len(b.words) > 1:
		return nameMatch{code: ReasonPartOfName, weight: -0.5}
	case placed:
		return nameMatch{code: ReasonPartOfName, weight: -0.8}
	case apart:
		return nameMatch{code: ReasonPartOfName, weight: -4}
	case len(b.words) == 1:
		return nameMatch{code: ReasonPartOfName, weight: -3}
	}
	return nameMatch{code: ReasonPartOfName, weight: -2.2}
}

// isPartOf tells words that make a part, an offspring or a part's campus of a name.
func isPartOf(w string) bool {
	switch w {
	case "foundation", "campus", "north", "south", "east", "west", "press", "system", "school", "center", "department", "office",
		"program", "trust", "fund", "library", "hospital", "online", "global", "alumni", "lab", "labs":
		return true
	}
	return false
}

// stateAtStart writes out a state's code at the start of a name: "TN Dept of Labor". Codes that are words stay.
func stateAtStart(name string) string {
	code, rest, _ := strings.Cut(strings.TrimSpace(name), " ")
	if len(code) != 2 || rest == "" {
		return ""
	}
	_, found, _ := strings.Cut(stateNames, "|"+code+" ")
	written, _, _ := strings.Cut(found, "|")
	return written
}

const stateNames = "|AL alabama|AK alaska|AZ arizona|AR arkansas|CA california|CO colorado|CT connecticut|DE delaware|FL florida|" +
	"GA georgia|ID idaho|IL illinois|IA iowa|KS kansas|KY kentucky|MD maryland|MA massachusetts|MI michigan|MN minnesota|" +
	"MS mississippi|MO missouri|MT montana|NE nebraska|NV nevada|NH new hampshire|NJ new jersey|NM new mexico|NY new york|" +
	"NC north carolina|ND north dakota|OH ohio|OR oregon|PA pennsylvania|RI rhode island|SC south carolina|SD south dakota|" +
	"TN tennessee|TX texas|UT utah|VT vermont|VA virginia|WA washington|WV west virginia|WI wisconsin|WY wyoming|"
