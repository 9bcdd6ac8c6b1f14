package edition

import (
	"html"
	"math"
	"strings"
	"unicode/utf8"

	"bettertogether/internal/content"
)

// SearchHit is an entry that a search found.
type SearchHit struct {
	q query
	h hit
	v *View
}

// Node is the entry.
func (s SearchHit) Node() Linkable { return s.v.wrap(s.h.n) }

// Cursor is the hit's place in the ranking of its query.
func (s SearchHit) Cursor() string {
	return encodeCursor(cursor{Order: "search " + s.q.folded, ID: s.h.n.id()})
}

// Score says how well the entry answers; it orders the hits of one search and means nothing beyond.
func (s SearchHit) Score() float64 { return s.h.score }

// Snippet is the part of the entry's prose that meets the query best: plain, with <mark> around the words that meet it in
// HTML, or with ** around them in Markdown.
func (s SearchHit) Snippet(format content.TextFormat) string {
	text, marks := snippet(s.q, s.h.n)
	open, closing, plain := "", "", func(s string) string { return s }
	switch format {
	case content.FormatHTML:
		open, closing, plain = "<mark>", "</mark>", html.EscapeString
	case content.FormatMarkdown:
		open, closing, plain = "**", "**", escapeMarkdown
	}
	var b strings.Builder
	at := 0
	for _, m := range marks {
		b.WriteString(plain(text[at:m.from]) + open + plain(text[m.from:m.to]) + closing)
		at = m.to
	}
	return s.v.text(b.String() + plain(text[at:]))
}

func escapeMarkdown(s string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "<", `\<`).Replace(s)
}

// SearchConnection is a page of hits, best first.
type SearchConnection struct {
	Edges      []SearchHit
	PageInfo   *PageInfo
	TotalCount int32
}

// Nodes are the entries found.
func (c *SearchConnection) Nodes() []Linkable {
	nodes := make([]Linkable, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node()
	}
	return nodes
}

// mostQuery is how many characters of a query are read.
const mostQuery = 200

func checkQuery(path, text string) error {
	if n := utf8.RuneCountInString(text); n > mostQuery {
		return badArgument(path, "%d characters are more than %d", n, mostQuery)
	}
	return nil
}

// Search finds the entries that hold every word of a text. Case, diacritics and Unicode forms do not count; the last word may
// be a beginning, and words of five letters and more may have one typo.
func (v *View) Search(text string, kinds []content.Kind, args PageArgs) (*SearchConnection, error) {
	if err := checkQuery("query", text); err != nil {
		return nil, err
	}
	q := parseQuery(text)
	most, err := args.Size()
	if err != nil {
		return nil, err
	}
	if args.After != nil || args.Before != nil || args.Last != nil {
		most = math.MaxInt
	}
	hits, total := v.search(q, kinds, most)
	order := "search " + q.folded
	from, to, err := args.cut(total, func(name, s string) (int, error) {
		mark, err := decodeCursor(name, s, order)
		if err != nil {
			return 0, err
		}
		for i, h := range hits {
			if h.n.id() == mark.ID {
				return i, nil
			}
		}
		return len(hits), nil // the entry is gone; what came behind it cannot be told any more
	})
	if err != nil {
		return nil, err
	}
	c := &SearchConnection{TotalCount: int32(total)}
	c.PageInfo = info(from, to, total, func(i int) string { return SearchHit{q, hits[i], v}.Cursor() })
	for _, h := range hits[from:to] {
		c.Edges = append(c.Edges, SearchHit{q, h, v})
	}
	return c, nil
}
