// Package feed writes documents of a list of episodes, of single entries, and of networks: pure functions of their arguments, which read no
// clock, no database and no network. The same list has the same ids, order and words in every format.
//
//   - feed.go: what all formats share: clean texts, addresses, what stands for an episode without one.
//   - words.go, date.go, sentence.go: words of the interface in English and Spanish, dates for people, a filter as a sentence.
//   - ics.go, zone.go, fold.go: iCalendar (RFC 5545, RFC 7986), its time zones, its lines.
//   - rss.go, media.go: RSS 2.0 with the podcast namespace, and what is a file to play.
//   - jsonfeed.go, json.go: JSON Feed 1.1, and JSON for programs.
//   - jsonld.go, jsonldevent.go, jsonldentry.go: schema.org as JSON-LD, also for the pages of single entries.
//   - csv.go, sitemap.go: RFC 4180, sitemaps.org.
//   - oembed.go, snippet.go: oEmbed 1.0, and what partners copy and paste.
//   - network.go: a network as all its files have it: nodes and edges by id. gexf.go, graphml.go, nodelink.go, edgecsv.go: GEXF 1.3, GraphML,
//     node-link JSON, the sheets of nodes and edges, alone and in a ZIP.
//
// The server calls it. A writer makes the whole document before it writes the first byte, so an error has written nothing. Those of
// networks write as they go, since these may be large; one network gives the same bytes each time.
package feed

import (
	"bytes"
	"errors"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Format is the ending of a list's address, which says in what format it answers.
type Format string

// The formats of a list.
const (
	Page     Format = ""
	Embed    Format = "html"
	Calendar Format = "ics"
	News     Format = "rss"
	Items    Format = "jsonfeed"
	Program  Format = "json"
	Linked   Format = "jsonld"
	Table    Format = "csv"
)

// MediaType is what Content-Type says of a format.
func (f Format) MediaType() string {
	switch f {
	case Calendar:
		return "text/calendar; charset=utf-8"
	case News:
		return "application/rss+xml; charset=utf-8"
	case Items:
		return "application/feed+json"
	case Program:
		return "application/json"
	case Linked:
		return "application/ld+json"
	case Table:
		return "text/csv; charset=utf-8; header=present"
	default:
		return "text/html; charset=utf-8"
	}
}

// Address is where a list is found in a format, with its refinements.
func Address(l *edition.EpisodeList, f Format) string {
	address := l.URL
	if f != Page {
		address += "." + string(f)
	}
	if query := Query(l.Refined); query != "" {
		address += "?" + query
	}
	return address
}

// Query writes a refinement as the query of an address, always in the same order: each condition by its name in
// content.EpisodeFilter, once for each value, and order and limit. The list's own order and limit are not in it.
func Query(r edition.Refinement) string {
	q := url.Values{}
	add := func(name, value string) {
		if value != "" {
			q.Add(name, value)
		}
	}
	f := r.Filter
	for _, p := range f.Phases {
		add("phases", string(p))
	}
	for name, ids := range map[string][]content.ID{"series": f.Series, "topics": f.Topics, "organizations": f.Organizations, "speakers": f.Speakers} {
		for _, id := range ids {
			add(name, string(id))
		}
	}
	for _, region := range f.Regions {
		add("regions", region)
	}
	for _, format := range f.Formats {
		add("formats", string(format))
	}
	add("from", string(f.From))
	add("to", string(f.To))
	add("language", f.Language)
	for name, claim := range map[string]*bool{"hasRecording": f.HasRecording, "hasCaptions": f.HasCaptions} {
		if claim != nil {
			add(name, strconv.FormatBool(*claim))
		}
	}
	add("search", f.Search)
	add("order", string(r.Order))
	if r.Limit > 0 {
		add("limit", strconv.Itoa(int(r.Limit)))
	}
	return q.Encode()
}

// takesAll tells the filter that takes every episode.
func takesAll(f content.EpisodeFilter) bool { return Query(edition.Refinement{Filter: f}) == "" }

// errOverdrawn says that the view hands out no more text: a document with texts missing would look complete.
var errOverdrawn = errors.New("the document holds more text than the view may hand out")

// send writes a document that was made from a view.
func send(w io.Writer, v *edition.View, document *bytes.Buffer) error {
	if v.IsOverdrawn() {
		return errOverdrawn
	}
	_, err := document.WriteTo(w)
	return err
}

// title is the name of a list for people.
func title(l *edition.EpisodeList) string {
	if l.Of == nil {
		return wordsOf(l).AllEpisodes
	}
	return line(l.Title)
}

// about is what a list says of itself: the summary of what it belongs to, else its filter in words.
func about(l *edition.EpisodeList) string {
	s := ""
	switch of := l.Of.(type) {
	case *edition.Series:
		s = of.Summary(content.FormatText)
	case *edition.Topic:
		s = of.Definition(content.FormatText)
	case *edition.Toolkit:
		s = of.Summary(content.FormatText)
	}
	if s = prose(s); s != "" {
		return s
	}
	return Sentence(l, l.Language)
}

// language is that of a list as a whole: of the interface, of its series, else English.
func language(l *edition.EpisodeList) string {
	if l.Language != "" {
		return l.Language
	}
	if s, ok := l.Of.(*edition.Series); ok && s.Language != "" {
		return s.Language
	}
	return "en"
}

// summary and summaryHTML are the words for an episode, the latter sanitised by content.
func summary(e *edition.Episode) string     { return prose(e.Summary(content.FormatText)) }
func summaryHTML(e *edition.Episode) string { return prose(e.Summary(content.FormatHTML)) }

// line makes a text fit for a place that has one line: what breaks it becomes a space; control characters, and those that turn
// the direction of writing and so make a text read other than it is, are left out.
func line(s string) string {
	if isPlain(s) {
		return s
	}
	return strings.Join(strings.Fields(prose(s)), " ")
}

// isPlain tells a text of printable ASCII with single spaces, which most are.
func isPlain(s string) bool {
	space := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || space && s[i] == ' ' {
			return false
		}
		space = s[i] == ' '
	}
	return s == "" || !space
}

// prose cleans a text of several lines, also of HTML that content has sanitised.
func prose(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f' || r == '\u0085':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFEFF', unicode.Is(unicode.Noncharacter_Code_Point, r):
			return -1
		default:
			return r
		}
	}, s))
}

// web returns an address that a link may open, else nothing. Stored addresses are checked when they are saved; what stands in
// an attribute or a header is checked once more.
func web(address string) string {
	if !content.IsWebAddress(address) {
		return ""
	}
	return address
}

// host is the name of the hub in ids that must be unique in the world.
func host(v *edition.View) string {
	if u, err := url.Parse(v.Site); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	return "hub.invalid"
}

// publishedAt is the moment by which a reader of feeds sorts an episode: its start, else its day, else when its first recording
// came out; zero without any. It is never ahead of the view, as readers of feeds hide what is: an episode to come has the
// moment at which it was announced.
func publishedAt(e *edition.Episode, now time.Time) time.Time {
	at := time.Time{}
	if start := e.StartsAt(); start != nil {
		at = *start
	} else if e.Date() != "" {
		at = e.Date().First()
		if zone := e.Zone(); zone != nil {
			at = time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, zone).UTC()
		}
	} else {
		for _, r := range e.Recordings() {
			if !r.PublishedAt.IsZero() && (at.IsZero() || r.PublishedAt.Before(at)) {
				at = r.PublishedAt
			}
		}
	}
	if at.After(now) {
		if announced := e.PublishedAt(); announced != nil {
			return *announced
		}
		return e.UpdatedAt() // a preview of what is not public yet
	}
	return at
}

// seriesOf is the series of an episode; false without one.
func seriesOf(e *edition.Episode) (*edition.Series, bool) {
	s := e.Series()
	return s, s != nil
}

// languageOf is the language of an episode, or else of its series.
func languageOf(e *edition.Episode) string {
	if s, ok := seriesOf(e); ok && e.Language() == "" {
		return s.Language
	}
	return e.Language()
}

// orderedNames joins names as a list in a text of data: "A; B".
func orderedNames[T any](all []T, name func(T) string) string {
	names := make([]string, 0, len(all))
	for _, one := range all {
		names = append(names, name(one))
	}
	return strings.Join(names, "; ")
}
