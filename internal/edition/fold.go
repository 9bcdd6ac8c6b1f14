package edition

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold brings a text into the form in which it is compared: compatibility forms, case and diacritics do not count, so that
// "Ｓão", "são" and "SAO" are the same.
func fold(s string) string {
	if isASCII(s) {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range cases.Fold().String(norm.NFKD.String(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case plain(r) != "":
			b.WriteString(plain(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plain writes the letters that carry no combining mark but that people type without their stroke or ligature.
func plain(r rune) string {
	switch r {
	case 'ł':
		return "l"
	case 'ø':
		return "o"
	case 'đ', 'ð':
		return "d"
	case 'ı':
		return "i"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	case '’', 'ʼ', '‘', '`', '´', '′', 'ʻ':
		return "'"
	case '‐', '‑', '‒', '–', '—', '−':
		return "-"
	}
	return ""
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// words splits a text into folded words. Apostrophes join ("today's" is "todays"), single letters with full stops join
// ("U.S." is "us"), + and # stay behind one letter ("c++"), and text written without spaces comes as pairs of characters. A
// word with hyphens comes in its parts.
func words(s string, yield func(word string)) { split(s, yield, func(string) {}) }

// eachWord yields also, behind its parts, a word with hyphens as one: what an index holds.
func eachWord(s string, yield func(word string)) { split(s, yield, yield) }

func split(s string, yield, whole func(word string)) {
	if s = fold(s); isASCII(s) {
		splitRunes(s, []byte(s), yield, whole)
		return
	}
	splitRunes("", []rune(s), yield, whole)
}

// splitRunes does it for the characters of a text. Where each is one byte of the text, words are parts of it: nearly all texts
// are such, and an index reads millions of words.
func splitRunes[T byte | rune](text string, runes []T, yield, whole func(word string)) {
	at := func(i int) rune {
		if i < 0 || i >= len(runes) {
			return ' '
		}
		return rune(runes[i])
	}
	var word, compound []T
	parts, from := 0, 0
	flushWord := func() {
		if len(word) > 0 {
			if end := from + len(word); end <= len(text) && text[from:end] == written(word) {
				yield(text[from:end])
			} else {
				yield(written(word))
			}
			compound, parts = append(compound, word...), parts+1
			word = word[:0]
		}
	}
	flush := func() {
		flushWord()
		if parts > 1 {
			whole(written(compound))
		}
		compound, parts = compound[:0], 0
	}
	for i := 0; i < len(runes); i++ {
		r := rune(runes[i])
		if len(word) == 0 {
			from = i
		}
		switch {
		case isUnspaced(r):
			flush()
			if isUnspaced(at(i + 1)) {
				yield(written(runes[i : i+2]))
			} else if !isUnspaced(at(i - 1)) {
				yield(written(runes[i : i+1]))
			}
		case isWordRune(r):
			word = append(word, runes[i])
		case r == '\'' && len(word) > 0 && isWordRune(at(i+1)):
		case r == '.' && len(word) > 0 && isWordRune(at(i+1)) && isInitials(runes, i):
		case (r == '+' || r == '#') && len(word) > 0 && (len(word) == 1 || word[1] == '+'):
			word = append(word, runes[i])
		case r == '-' && len(word) > 0 && isWordRune(at(i+1)):
			flushWord()
		default:
			flush()
		}
	}
	flush()
}

func written[T byte | rune](part []T) string {
	if ascii, ok := any(part).([]byte); ok {
		return string(ascii)
	}
	return string(any(part).([]rune))
}

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z'
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mc, r)) && !isUnspaced(r)
}

// isUnspaced tells the scripts that put no spaces between words.
func isUnspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer) ||
		r == 'ー'
}

// isInitials tells whether the full stop at i stands between single letters, as in "u.s.".
func isInitials[T byte | rune](runes []T, i int) bool {
	before := i < 2 || !isWordRune(rune(runes[i-2]))
	after := i+2 >= len(runes) || !isWordRune(rune(runes[i+2]))
	return before && after
}

// stopWords are left out of a query that has other words.
func isStopWord(w string) bool {
	switch w {
	case "a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "of", "on", "or", "the", "to", "with",
		"de", "del", "el", "en", "la", "las", "los", "y":
		return true
	}
	return false
}

// oneTypo tells whether one insertion, deletion, substitution or swap of neighbours makes b of a.
func oneTypo(a, b string) bool {
	if a == b {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if !isASCII(a) || !isASCII(b) {
		return oneTypoRunes([]rune(a), []rune(b))
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

func oneTypoRunes(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return string(a[i:]) == string(b[i+1:])
	}
	return i < len(a) && (string(a[i+1:]) == string(b[i+1:]) ||
		i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && string(a[i+2:]) == string(b[i+2:]))
}
