package content

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// Text is Markdown (CommonMark with tables and bare links) that renders itself once, however often it is read. Copies of
// a Text share the rendering. The zero Text is empty.
type Text struct {
	source   string
	rendered *rendered
}

// rendered holds the rendering as soon as somebody has asked for it.
type rendered struct{ forms atomic.Pointer[forms] }

type forms struct{ html, text string }

// TextFormat is a form in which a reader wants a text.
type TextFormat string

// The forms of a text.
const (
	FormatMarkdown TextFormat = "MARKDOWN"
	FormatHTML     TextFormat = "HTML"
	FormatText     TextFormat = "TEXT"
)

// Markdown makes a Text of its source.
func Markdown(source string) Text {
	if source == "" {
		return Text{}
	}
	return Text{source, new(rendered)}
}

// Markdown returns the source.
func (t Text) Markdown() string { return t.source }

// HTML returns the sanitised rendering.
func (t Text) HTML() string {
	return t.forms().html
}

// Plain returns the text without any markup, paragraphs apart by a line break.
func (t Text) Plain() string {
	return t.forms().text
}

// In returns the text in a format.
func (t Text) In(format TextFormat) string {
	switch format {
	case FormatHTML:
		return t.HTML()
	case FormatText:
		return t.Plain()
	default:
		return t.source
	}
}

// bare returns the source without link targets and tags: words to search, made without rendering.
func (t Text) bare() string {
	if !strings.ContainsAny(t.source, "(<") {
		return t.source
	}
	return linkTarget.ReplaceAllString(t.source, "$1 ")
}

var linkTarget = regexp.MustCompile(`(\])\([^)]*\)|</?[a-zA-Z!][^>]*>`)

// MarshalText implements encoding.TextMarshaler: the source.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.source), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (t *Text) UnmarshalText(source []byte) error {
	*t = Markdown(string(source))
	return nil
}

func (t Text) forms() *forms {
	if t.rendered == nil {
		return new(forms)
	}
	if done := t.rendered.forms.Load(); done != nil {
		return done
	}
	var raw bytes.Buffer
	// Writing to a buffer cannot fail, and any text is Markdown.
	_ = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Linkify)).Convert([]byte(t.source), &raw)
	made := &forms{html: strings.TrimSpace(textPolicy().Sanitize(raw.String()))}
	stripped := bluemonday.StrictPolicy().Sanitize(strings.ReplaceAll(made.html, "</p>", "</p>\n"))
	made.text = strings.TrimSpace(collapse(html.UnescapeString(stripped)))
	// Of several who ask at once all get the first rendering.
	t.rendered.forms.CompareAndSwap(nil, made)
	return t.rendered.forms.Load()
}

// textPolicy is what public HTML may hold: prose, lists, tables and links, no images, styles, scripts or forms. It is made
// anew for each text: a bluemonday policy is not safe to share while it is being built, and a text renders only once.
func textPolicy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "h2", "h3", "h4", "h5", "h6",
		"hr", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").OnElements("a")
	p.AllowURLSchemes("mailto")
	for _, scheme := range []string{"http", "https"} {
		// Without a host ("https:admin") it is an address on the page's own site, with a user name it pretends a host.
		p.AllowURLSchemeWithCustomPolicy(scheme, func(u *url.URL) bool { return u.Host != "" && u.User == nil })
	}
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	return p
}

// collapse folds runs of blank lines that leave block markup behind.
func collapse(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
