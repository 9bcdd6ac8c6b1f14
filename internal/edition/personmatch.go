package edition

import (
	"slices"
	"strings"
	"unicode/utf8"
)

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
		if strings.Count(a.bag, " ") > 1 {
			return nameMatch{code: ReasonNameOrder, weight: -0.3}
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
		if m.code == ReasonSameName && !slices.Equal(a.given, b.given) {
			m.code = ReasonMiddleName
		}
		if middleConflict(a.given, b.given) {
			m.against, m.againstWeight = ReasonOtherMiddleName, -2.5
		}
		return m
	}
	for _, p := range [][2]*person{{a, b}, {b, a}} {
		long, short := p[0], p[1]
		if len(long.given) < 2 || len(short.first()) < 2 || !slices.Contains(long.given[1:], short.first()) {
			continue
		}
		if len(long.first()) == 1 {
			return nameMatch{code: ReasonByMiddleName, weight: -0.5}
		}
		return nameMatch{code: ReasonByMiddleName, weight: -1.4}
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
