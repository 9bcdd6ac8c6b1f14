package edition

import (
	"html"
	"strings"

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
	return encodeCursor(cursor{Order: "search " + s.q.folded, ID: s.h.n.id})
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
	return b.String() + plain(text[at:])
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

// Search finds the entries that hold every word of a text. Case, diacritics and Unicode forms do not count; the last word may
// be a beginning, and words of five letters and more may have one typo.
func (v *View) Search(text string, kinds []content.Kind, first *int32, after *string) (*SearchConnection, error) {
	if len([]rune(text)) > mostQuery {
		return nil, badArgument("query", "%d characters are more than %d", len([]rune(text)), mostQuery)
	}
	size, err := PageArgs{First: first}.size()
	if err != nil {
		return nil, err
	}
	q := parseQuery(text)
	hits := v.search(q, kinds)
	c := &SearchConnection{PageInfo: new(PageInfo), TotalCount: int32(len(hits))}
	start := 0
	if after != nil {
		mark, err := decodeCursor("after", *after, "search "+q.folded)
		if err != nil {
			return nil, err
		}
		start = len(hits)
		for i, h := range hits {
			if h.n.id == mark.ID {
				start = i + 1
			}
		}
	}
	for _, h := range hits[start:min(len(hits), start+size)] {
		c.Edges = append(c.Edges, SearchHit{q, h, v})
	}
	c.PageInfo.HasPreviousPage = start > 0
	c.PageInfo.HasNextPage = start+len(c.Edges) < len(hits)
	if len(c.Edges) > 0 {
		from, to := c.Edges[0].Cursor(), c.Edges[len(c.Edges)-1].Cursor()
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &from, &to
	}
	return c, nil
}
