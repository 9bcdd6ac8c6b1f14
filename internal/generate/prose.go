package generate

import (
	"strings"

	"bettertogether/internal/content"
)

// title is 40 to 80 characters.
func (m *maker) title() string {
	for {
		t := pick(m, gerunds) + " " + pick(m, adjectives) + " " + pick(m, nouns) + " " + pick(m, purposes)
		if m.chance(35) {
			t += ": " + pick(m, codas)
		} else if m.chance(25) {
			t += ": " + m.place()
		}
		if len(t) >= 40 && len(t) <= 80 {
			return t
		}
	}
}

// sentence is 50 to 150 characters; one in three names a place.
func (m *maker) sentence() string {
	s := pick(m, subjects)
	if m.chance(33) {
		s += " of " + m.place()
	}
	return s + " " + pick(m, verbs) + " " + pick(m, objects) + " " + pick(m, tails) + "."
}

// prose is Markdown of least to most characters in whole sentences; most is at least 200 above least.
func (m *maker) prose(least, most int) content.Text {
	target := m.between(least, most-150)
	var b strings.Builder
	for b.Len() < target {
		s := m.sentence()
		switch {
		case b.Len() > 600 && m.chance(10):
			b.WriteString("\n\n")
		case b.Len() > 0:
			b.WriteByte(' ')
		}
		if m.chance(4) && b.Len()+len(s)+50 < target {
			s += " See [the report](" + m.address("report") + ")."
		}
		b.WriteString(s)
	}
	return content.Markdown(b.String())
}

// place is the name of one of some 1,700 towns, none of them real on purpose.
func (m *maker) place() string { return pick(m, placeBegins) + pick(m, placeEnds) }
