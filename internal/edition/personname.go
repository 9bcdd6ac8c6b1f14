package edition

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// person is the name of a person in the parts by which two names are compared, all folded.
type person struct {
	// given are the given and middle names in order, initials as single letters; also the first of two family names that
	// stand without a hyphen, since nothing tells them apart.
	given []string
	// family is the last name with its particles, in one word: "delacerda"; core is it without them: "cerda".
	family, core string
	// doubled is the other part of a family name with a hyphen.
	doubled string
	// called are names in brackets or quotes.
	called []string
	// rank tells generations apart: "jr", "iii".
	rank string
	// line are all words in order, bag the same words sorted.
	line, bag string
	// isCommon says that the name identifies nobody.
	isCommon bool
}

// parsePerson reads a printed name: "Dr. Marcia Ballinger", "Ballinger, Marcia J., Ph.D.", "William (Bill) Pink". A text that
// names nobody ("Various speakers", "TBA") gives an empty person.
func parsePerson(name string) person {
	var p person
	name, p.called = withoutBrackets(fold(name))
	parts := strings.Split(name, ",")
	var segments []string
	for i, part := range parts {
		words := nameWords(part)
		for len(words) > 0 && (i > 0 || len(words) > 1) {
			last := words[len(words)-1]
			switch {
			case isRank(last):
				p.rank = last
			case !isDegree(last) || i == 0 && len(words) < 3:
				goto kept
			}
			words = words[:len(words)-1]
		}
	kept:
		for len(words) > 1 && isHonorific(words[0]) {
			words = words[1:]
		}
		if len(words) > 0 {
			segments = append(segments, strings.Join(words, " "))
		}
	}
	if len(segments) > 1 { // "Last, First"
		segments = []string{segments[1] + " " + segments[0]}
	}
	if len(segments) == 0 || isNobody(segments[0]) {
		return person{}
	}
	p.read(strings.Fields(segments[0]))
	return p
}

// mostWords is how many words the name of one person has; what is longer is compared as a whole.
const mostWords = 10

func (p *person) read(printed []string) {
	if len(printed) > mostWords {
		p.line = strings.Join(printed, " ")
		p.bag, p.family, p.core = p.line, p.line, p.line
		return
	}
	var all []string
	var kept []string
	particles := ""
	for i, word := range printed {
		parts := strings.FieldsFunc(word, func(r rune) bool { return r == '-' })
		all = append(all, parts...)
		if i > 0 && i < len(printed)-1 && isParticle(word) {
			particles += word
			continue
		}
		if i == len(printed)-1 && len(parts) > 1 && len(printed) > 1 {
			p.doubled = parts[len(parts)-2]
		}
		kept = append(kept, parts...)
	}
	if len(kept) == 0 {
		return
	}
	if len(printed) > 2 && isParticle(printed[0]) { // "de la Cerda, Paul" has the particles in front
		particles = printed[0] + particles
		kept = kept[1:]
	}
	p.core = kept[len(kept)-1]
	p.family = particles + p.core
	p.given = kept[:len(kept)-1]
	p.line = strings.Join(all, " ")
	slices.Sort(all)
	p.bag = strings.Join(all, " ")
	// A family name may stand in front.
	p.isCommon = isCommonFamily(p.core) || isCommonFamily(p.first()) && !isGivenName(p.first())
}

func (p *person) first() string {
	if len(p.given) == 0 {
		return ""
	}
	return p.given[0]
}

// length is from 0 to 3 for a short to a long family name: most long ones are rare, whatever the hub holds.
func (p *person) length() int {
	n := utf8.RuneCountInString(p.family + p.doubled)
	switch {
	case isUnspaced(firstRune(p.core)):
		return 2
	case n <= 3:
		return 0
	case n <= 6:
		return 1
	case n <= 8:
		return 2
	}
	return 3
}

// withoutBrackets takes what stands in brackets or double quotes out of a name.
func withoutBrackets(name string) (rest string, inside []string) {
	var b, in strings.Builder
	deep := false
	for _, r := range name {
		switch r {
		case '(', '[', '“':
			deep = true
		case ')', ']', '”', '"':
			deep = r == '"' && !deep
			if s := strings.Join(nameWords(in.String()), " "); !deep && s != "" {
				inside = append(inside, s)
			}
			if !deep {
				in.Reset()
			}
			b.WriteByte(' ')
		default:
			if deep {
				in.WriteRune(r)
			} else {
				b.WriteRune(r)
			}
		}
	}
	return b.String() + " " + in.String(), inside
}

// nameWords splits a folded name. "j.p." gives two initials, "ph.d." one word, an apostrophe none.
func nameWords(s string) []string {
	var all []string
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '/' || r == '&' }) {
		field = strings.ReplaceAll(field, "'", "")
		bare := strings.ReplaceAll(field, ".", "")
		if isDegree(bare) || isHonorific(bare) || isRank(bare) || strings.Trim(field, ".") == bare {
			if bare = strings.Trim(bare, "-"); bare != "" {
				all = append(all, bare)
			}
			continue
		}
		for _, part := range strings.Split(field, ".") {
			if part != "" {
				all = append(all, part)
			}
		}
	}
	return all
}

func isRank(w string) bool {
	switch w {
	case "jr", "sr", "ii", "iii", "iv":
		return true
	}
	return false
}

func isHonorific(w string) bool {
	switch w {
	case "dr", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "rev", "reverend", "hon", "honorable", "sir", "dame", "fr",
		"sen", "senator", "rep", "representative", "congressman", "congresswoman", "gov", "governor", "mayor", "ambassador",
		"president", "chancellor", "dean", "secretary", "the", "dra", "herr", "frau":
		return true
	}
	return false
}

func isDegree(w string) bool {
	switch w {
	case "phd", "edd", "md", "jd", "mba", "ma", "ms", "msc", "mph", "mpa", "mpp", "med", "bs", "ba", "bsc", "esq", "cpa", "rn",
		"dba", "dds", "pe", "pmp", "psyd", "dsc", "msw", "lcsw", "llm", "facp", "shrm", "cfa":
		return true
	}
	return false
}

func isParticle(w string) bool {
	switch w {
	case "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "el", "al", "bin",
		"ibn", "ter", "ten", "zu", "y", "e":
		return true
	}
	return false
}

// isNobody tells the texts that stand where a name would.
func isNobody(name string) bool {
	switch strings.ReplaceAll(strings.ReplaceAll(name, ".", ""), " ", "") {
	case "", "tba", "tbd", "tbc", "na", "unknown", "unknownspeaker", "various", "variousspeakers", "multiplespeakers", "severalspeakers",
		"speaker", "speakers", "panel", "panelists", "panelist", "panelmembers", "guest", "guests", "guestspeaker", "staff",
		"anonymous", "moderator", "host", "audience", "students", "everyone", "none", "others":
		return true
	}
	return false
}
