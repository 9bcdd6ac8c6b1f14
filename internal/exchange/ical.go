package exchange

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"bettertogether/internal/content"
)

// icalLine is a content line of RFC 5545, unfolded.
type icalLine struct {
	line   int
	name   string
	params map[string]string
	value  string
}

// component is what stands between BEGIN and END.
type component struct {
	name  string
	line  int
	lines []icalLine
	parts []*component
}

// mostDepth is how deep components may nest.
const mostDepth = 8

// all yields the components of a name, at any depth.
func (c *component) all(name string) []*component {
	var found []*component
	for _, p := range c.parts {
		if p.name == name {
			found = append(found, p)
		}
		found = append(found, p.all(name)...)
	}
	return found
}

// line returns the first line of a name; false when there is none.
func (c *component) first(name string) (icalLine, bool) {
	for _, l := range c.lines {
		if l.name == name {
			return l, true
		}
	}
	return icalLine{}, false
}

func (c *component) value(name string) string {
	l, _ := c.first(name)
	return l.value
}

// text is a value without its escapes.
func (c *component) text(name string) string { return strings.TrimSpace(unescapeText(c.value(name))) }

func unescapeText(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if s[i] == 'n' || s[i] == 'N' {
			b.WriteByte('\n')
		} else {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// splitText splits at commas that are not escaped.
func splitText(s string) []string {
	var all []string
	begin := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case ',':
			all = append(all, s[begin:i])
			begin = i + 1
		}
	}
	all = append(all, s[begin:])
	for i := range all {
		all[i] = strings.TrimSpace(unescapeText(all[i]))
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

// parseICal reads components: several calendars in one file, or events without one. Line ends may be those of any system;
// blank lines count for nothing.
func parseICal(text []byte) *component {
	root := &component{}
	open := []*component{root}
	for _, l := range unfold(text) {
		top := open[len(open)-1]
		name := strings.ToUpper(strings.TrimSpace(l.value))
		switch l.name {
		case "BEGIN":
			c := &component{name: name, line: l.line}
			if len(open) <= mostDepth {
				top.parts = append(top.parts, c)
				open = append(open, c)
			}
		case "END":
			for i := len(open) - 1; i > 0; i-- {
				if open[i].name == name {
					open = open[:i]
					break
				}
			}
		default:
			top.lines = append(top.lines, l)
		}
	}
	return root
}

// unfold joins folded lines as bytes, for folds may split a letter, and takes each apart.
func unfold(text []byte) []icalLine {
	text = bytes.ReplaceAll(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
	var all []icalLine
	var line []byte
	begin, number := 0, 0
	flush := func() {
		if l, ok := parseICalLine(string(line)); ok {
			l.line = begin
			all = append(all, l)
		}
		line = nil
	}
	for part := range bytes.SplitSeq(text, []byte("\n")) {
		number++
		switch {
		case len(part) == 0:
		case part[0] == ' ' || part[0] == '\t':
			line = append(line, part[1:]...)
		default:
			flush()
			begin, line = number, slices.Clone(part)
		}
	}
	flush()
	return all
}

// parseICalLine reads "NAME;PARAM=value;PARAM="quoted":value". Blanks around names do not count.
func parseICalLine(s string) (icalLine, bool) {
	l := icalLine{params: map[string]string{}}
	quoted, end := false, -1
	for i := 0; i < len(s) && end < 0; i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ':' && !quoted:
			end = i
		}
	}
	if end < 0 {
		return l, false
	}
	l.value = s[end+1:]
	head := s[:end]
	for i := 0; head != ""; i++ {
		var part string
		part, head = cutOutside(head, ';')
		name, value, _ := strings.Cut(part, "=")
		name = strings.ToUpper(strings.TrimSpace(name))
		if i == 0 {
			l.name = name
		} else {
			l.params[name] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return l, l.name != ""
}

// cutOutside cuts at a byte that stands in no quotes.
func cutOutside(s string, at byte) (before, after string) {
	quoted := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == at && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// foldEnds are the folds of lines. They may split a letter, so that only without them the encoding shows.
var foldEnds = regexp.MustCompile(`(?:\r\n|\n|\r)+[ \t]`)

// readICal reads calendars.
func readICal(raw []byte, o Options) (parsed, error) {
	text, note := raw, ""
	if !utf8.Valid(foldEnds.ReplaceAll(raw, nil)) || bytes.HasPrefix(raw, []byte("\xef\xbb\xbf")) {
		text, note = decoded(raw)
	}
	root := parseICal(text)
	k := &calendar{o: o}
	k.p.note(note)
	k.p.lines = bytes.Count(text, []byte("\n")) + 1
	if len(root.parts) == 0 {
		return k.p, wrongOption(content.CodeInvalid, "file", "is no calendar: it has no BEGIN:VCALENDAR and no BEGIN:VEVENT")
	}
	// Zones of one calendar do not speak for another; events outside of any are together.
	loose := &component{}
	for _, c := range root.parts {
		if c.name == "VCALENDAR" {
			k.read(c)
		} else {
			loose.parts = append(loose.parts, c)
		}
	}
	k.read(loose)
	if len(k.p.records)+len(k.p.bad)+len(k.p.skipped) == 0 {
		k.p.note("the calendar has no events")
	}
	return k.p, nil
}
