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

func (p *person) read(printed []string) {
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

// nameMatch says how two names agree; weight is in log-odds, 0 for an exact match. A code of "" is no agreement.
type nameMatch struct {
	code   ReasonCode
	weight float64
	// against is a second reason that lies in the names, and its weight.
	against       ReasonCode
	againstWeight float64
}

// comparePersons finds the strongest way in which two names may be one person's.
func comparePersons(a, b *person) nameMatch {
	if a.line == "" || b.line == "" {
		return nameMatch{}
	}
	m := compareWords(a, b)
	switch {
	case m.code == "":
	case a.rank != b.rank && a.rank != "" && b.rank != "":
		m.against, m.againstWeight = ReasonOtherGeneration, -5
	case a.rank != b.rank && m.against == "":
		m.against, m.againstWeight = ReasonOtherGeneration, -1
	}
	return m
}

func compareWords(a, b *person) nameMatch {
	if a.line == b.line {
		switch {
		case len(a.given) == 0 && !isUnspaced(firstRune(a.core)):
			return nameMatch{code: ReasonSameName, weight: -1.6}
		case len(a.first()) == 1:
			return nameMatch{code: ReasonSameName, weight: -0.9}
		}
		return nameMatch{code: ReasonSameName}
	}
	if len(a.given) == 0 || len(b.given) == 0 {
		return nameMatch{}
	}
	if a.family == b.family || a.core == b.core {
		if m := compareGiven(a, b); m.code != "" {
			return m
		}
	}
	if a.bag == b.bag && utf8.RuneCountInString(a.bag) > 5 {
		if isGivenName(a.core) && isGivenName(a.first()) {
			return nameMatch{code: ReasonNameOrder, weight: -2.2}
		}
		return nameMatch{code: ReasonNameOrder, weight: -0.6}
	}
	given := givenLikeness(a.first(), b.first())
	if given.code == "" || given.code == ReasonInitials {
		return nameMatch{}
	}
	if m := partOfName(a, b); m.code != "" {
		m.weight += given.weight
		return m
	}
	if strings.ReplaceAll(a.line, " ", "") == strings.ReplaceAll(b.line, " ", "") {
		return nameMatch{code: ReasonSameName, weight: -0.1}
	}
	if given.code == ReasonOneTypo || middleConflict(a.given, b.given) {
		return nameMatch{}
	}
	if n := min(utf8.RuneCountInString(a.core), utf8.RuneCountInString(b.core)); n >= 5 && oneTypo(a.core, b.core) {
		weight := -0.5 + given.weight
		if n < 7 {
			weight -= 0.7
		}
		return nameMatch{code: ReasonOneTypo, weight: weight}
	}
	return nameMatch{}
}

// compareGiven compares the given names of two people with one family name.
func compareGiven(a, b *person) nameMatch {
	m := givenLikeness(a.first(), b.first())
	if m.code == "" && (slices.Contains(a.called, b.first()) || slices.Contains(b.called, a.first())) {
		m = nameMatch{code: ReasonNickname, weight: -0.2}
	}
	if m.code != "" {
		if middleConflict(a.given, b.given) {
			m.against, m.againstWeight = ReasonOtherMiddleName, -2.5
		}
		return m
	}
	long, short := a, b
	if len(long.given) < len(short.given) {
		long, short = short, long
	}
	if len(long.given) > 1 && len(short.first()) > 1 && slices.Contains(long.given[1:], short.first()) {
		if len(long.first()) == 1 {
			return nameMatch{code: ReasonMiddleName, weight: -0.5}
		}
		return nameMatch{code: ReasonMiddleName, weight: -1.4}
	}
	return nameMatch{}
}

// givenLikeness compares two first names.
func givenLikeness(a, b string) nameMatch {
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case a == "":
		return nameMatch{}
	case a == b && utf8.RuneCountInString(a) == 1:
		return nameMatch{code: ReasonSameName, weight: -0.9}
	case a == b:
		return nameMatch{code: ReasonSameName, weight: -0.1}
	case utf8.RuneCountInString(a) == 1 && strings.HasPrefix(b, a):
		return nameMatch{code: ReasonInitials, weight: -1.2}
	case utf8.RuneCountInString(a) == 1:
		return nameMatch{}
	case sharesNickname(a, b):
		return nameMatch{code: ReasonNickname, weight: -0.4}
	case utf8.RuneCountInString(a) >= 3 && len(b) >= len(a)+2 && strings.HasPrefix(b, a):
		return nameMatch{code: ReasonNickname, weight: -0.9}
	case utf8.RuneCountInString(a) >= 5 && oneTypo(a, b) && !differInEnding(a, b) && !(isGivenName(a) && isGivenName(b)):
		return nameMatch{code: ReasonOneTypo, weight: -0.8}
	}
	return nameMatch{}
}

// differInEnding tells the one letter that makes another name of a name: Daniel and Daniela, Marie and Maria.
func differInEnding(a, b string) bool {
	ar, br := []rune(a), []rune(b)
	n := min(len(ar), len(br))
	return len(ar) != len(br) && string(ar[:n]) == string(br[:n]) || len(ar) == len(br) && string(ar[:n-1]) == string(br[:n-1])
}

// middleConflict tells whether both names have a second given name and these cannot be the same.
func middleConflict(a, b []string) bool {
	if len(a) < 2 || len(b) < 2 {
		return false
	}
	for _, x := range a[1:] {
		for _, y := range b[1:] {
			if x == y || len(x) == 1 && strings.HasPrefix(y, x) || len(y) == 1 && strings.HasPrefix(x, y) || len(x) > 5 && oneTypo(x, y) {
				return false
			}
		}
	}
	return true
}

// partOfName tells whether one name has a family name more, as after a marriage.
func partOfName(a, b *person) nameMatch {
	for _, p := range [][2]*person{{a, b}, {b, a}} {
		long, short := p[0], p[1]
		switch {
		case len(long.given) < 2 || len(short.given) >= len(long.given):
		case long.doubled != "" && long.doubled == short.core:
			return nameMatch{code: ReasonPartOfName, weight: -0.8}
		case slices.Contains(long.given[1:], short.core):
			return nameMatch{code: ReasonPartOfName, weight: -1.4}
		}
	}
	return nameMatch{}
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
