package content

import (
	"bytes"
	"html"
	"net/url"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
)

// Text is Markdown (CommonMark with tables and bare links). It renders itself when it is asked to, and equal texts that are asked
// for again and again do so once. The zero Text is empty.
type Text struct{ source string }

// forms are the renderings of a text.
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
func Markdown(source string) Text { return Text{source} }

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

func (t Text) forms() forms {
	if t.source == "" {
		return forms{}
	}
	if known, ok := rendered.get(t.source); ok {
		return known
	}
	var raw bytes.Buffer
	// Writing to a buffer cannot fail, and any text is Markdown.
	_ = markdown().Convert([]byte(t.source), &raw)
	made := forms{html: strings.TrimSpace(textPolicy().Sanitize(raw.String()))}
	stripped := noMarkup().Sanitize(strings.ReplaceAll(made.html, "</p>", "</p>\n"))
	made.text = strings.TrimSpace(collapse(html.UnescapeString(stripped)))
	return rendered.put(t.source, made)
}

// rendered are the texts that were rendered last.
var rendered renderings

// renderings holds forms by source in two halves: when the newer one is full, the older one is forgotten. What is asked for goes
// into the newer one.
type renderings struct {
	mu           sync.Mutex
	newer, older map[string]forms
	size         int
}

// mostRendered is how many bytes one half holds at most.
const mostRendered = 16 << 20

func (r *renderings) get(source string) (f forms, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f, ok = r.newer[source]; ok {
		return f, true
	}
	if f, ok = r.older[source]; ok {
		r.add(source, f)
	}
	return f, ok
}

// put keeps a rendering. Of several who made it at once all get the first one.
func (r *renderings) put(source string, f forms) forms {
	r.mu.Lock()
	defer r.mu.Unlock()
	if first, ok := r.newer[source]; ok {
		return first
	}
	r.add(source, f)
	return f
}

func (r *renderings) add(source string, f forms) {
	const aside = 150 // of a map for an element
	size := len(source) + len(f.html) + len(f.text) + aside
	if r.newer == nil || r.size+size > mostRendered {
		r.newer, r.older, r.size = map[string]forms{}, r.newer, 0
	}
	r.newer[strings.Clone(source)] = f // it lies among the texts of other entries, which would stay with it
	r.size += size
}

// What renders texts is made once, when it is needed: whoever only reads and writes bodies never does. Nothing changes it later, so any
// number of goroutines may use it.
var (
	markdown = sync.OnceValue(func() goldmark.Markdown {
		return goldmark.New(goldmark.WithExtensions(extension.Table, extension.Linkify))
	})
	noMarkup = sync.OnceValue(bluemonday.StrictPolicy)
	// textPolicy is what public HTML may hold: prose, lists, tables and links, no images, styles, scripts or forms.
	textPolicy = sync.OnceValue(func() *bluemonday.Policy {
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
	})
)

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
