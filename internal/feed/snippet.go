package feed

import (
	"fmt"
	"html"
	"strings"

	"bettertogether/internal/edition"
)

// ScriptPath is where the hub serves the script that brings <hub-episodes> to life.
const ScriptPath = "/embed/v1.js"

// Snippets are what partners copy from a list's page and paste into theirs: each one line of HTML, since editors of content
// systems make paragraphs of line breaks. A sanitiser that takes frames, scripts and unknown elements away leaves the links.
type Snippets struct {
	// Link is a plain link.
	Link string
	// Frame is a frame with a link below it.
	Frame string
	// Element is a custom element that holds the list as it is now, for readers without the script. What it holds is dated, and
	// says nothing that time makes wrong: neither a phase nor an action.
	Element string
}

// SnippetsOf makes what partners paste to show a list.
func SnippetsOf(l *edition.EpisodeList) Snippets {
	plain := anchor(Address(l, Page), title(l))
	return Snippets{
		Link:  plain,
		Frame: frame(l, frameWidth, frameHeight) + "<p>" + plain + "</p>",
		Element: `<hub-episodes src="` + html.EscapeString(Address(l, Program)) + `">` + fallback(l) + `</hub-episodes>` +
			`<script async src="` + html.EscapeString(l.View().Site+ScriptPath) + `"></script>`,
	}
}

// fallback is the list in the light DOM: titles that link to the hub, dates, and the day of which it is.
func fallback(l *edition.EpisodeList) string {
	w := wordsOf(l)
	var b strings.Builder
	b.WriteString("<p>" + html.EscapeString(title(l)) + "</p><ul>")
	for _, e := range l.Episodes {
		// A paragraph each takes about the room of the list to come, so that the page does not jump when it comes.
		b.WriteString("<li><p>" + anchor(e.URL(), line(e.Title)))
		if when := w.When(e); when != "" {
			b.WriteString("<br>" + html.EscapeString(when))
		}
		b.WriteString("</p></li>")
	}
	b.WriteString("</ul><p>" + html.EscapeString(fmt.Sprintf(w.AsOf, w.Day(l.View().Now))) + " " + anchor(Address(l, Page), w.SeeCurrent) + "</p>")
	return b.String()
}

func anchor(address, words string) string {
	return `<a href="` + html.EscapeString(address) + `">` + html.EscapeString(words) + `</a>`
}
