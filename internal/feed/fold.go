package feed

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// mostOctets is the longest line of a calendar, without its end (RFC 5545, 3.1).
const mostOctets = 75

// fold writes one content line of a calendar: folded at 75 octets, never inside a character of UTF-8, each line ended by CRLF.
func fold(b *bytes.Buffer, content string) {
	for room := mostOctets; len(content) > room; room = mostOctets - 1 {
		cut := room
		for cut > 0 && !utf8.RuneStart(content[cut]) {
			cut--
		}
		if cut == 0 { // no UTF-8
			cut = room
		}
		b.WriteString(content[:cut])
		b.WriteString("\r\n ")
		content = content[cut:]
	}
	b.WriteString(content)
	b.WriteString("\r\n")
}

// escaped is a text as a value of a calendar (RFC 5545, 3.3.11).
func escaped(s string) string {
	return textEscapes.Replace(s)
}

var textEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)
