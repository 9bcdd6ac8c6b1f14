package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// The namespaces of a feed.
const (
	atomSpace    = "http://www.w3.org/2005/Atom"
	itunesSpace  = "http://www.itunes.com/dtds/podcast-1.0.dtd"
	podcastSpace = "https://podcastindex.org/namespace/1.0"
)

// rfc822 is the form of dates in RSS: RFC 822 with years of four digits.
const rfc822 = "Mon, 02 Jan 2006 15:04:05 GMT"

type rssDocument struct {
	XMLName struct{}   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	ITunes  string     `xml:"xmlns:itunes,attr"`
	Podcast string     `xml:"xmlns:podcast,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title         string      `xml:"title"`
	Link          string      `xml:"link"`
	Self          atomLink    `xml:"atom:link"`
	Description   string      `xml:"description"`
	Language      string      `xml:"language"`
	LastBuildDate string      `xml:"lastBuildDate,omitempty"`
	TTL           int         `xml:"ttl"`
	GUID          string      `xml:"podcast:guid,omitempty"`
	Author        string      `xml:"itunes:author,omitempty"`
	Persons       []rssPerson `xml:"podcast:person"`
	Items         []rssItem   `xml:"item"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string          `xml:"title"`
	Link        string          `xml:"link"`
	GUID        rssGUID         `xml:"guid"`
	PubDate     string          `xml:"pubDate"`
	Description string          `xml:"description,omitempty"`
	Categories  []string        `xml:"category"`
	Enclosure   *rssEnclosure   `xml:"enclosure"`
	Author      string          `xml:"itunes:author,omitempty"`
	Duration    int32           `xml:"itunes:duration,omitempty"`
	Season      *int32          `xml:"podcast:season"`
	Episode     *int32          `xml:"podcast:episode"`
	Transcripts []rssTranscript `xml:"podcast:transcript"`
	Persons     []rssPerson     `xml:"podcast:person"`
}

type rssGUID struct {
	IsPermaLink string `xml:"isPermaLink,attr"`
	ID          string `xml:",chardata"`
}

// rssEnclosure has the length 0 that a feed writes when it does not know the file's size.
type rssEnclosure struct {
	URL    string `xml:"url,attr"`
	Length int64  `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

type rssTranscript struct {
	URL      string `xml:"url,attr"`
	Type     string `xml:"type,attr"`
	Language string `xml:"language,attr,omitempty"`
	Rel      string `xml:"rel,attr,omitempty"`
}

type rssPerson struct {
	Role  string `xml:"role,attr"`
	Group string `xml:"group,attr"`
	Href  string `xml:"href,attr"`
	Name  string `xml:",chardata"`
}

// RSS writes the list as RSS 2.0 (rssboard.org, revision 2.0.11) with the podcast namespace: the episodes that have any date, in
// the list's order. An item's guid is the entry's id.
func RSS(w io.Writer, l *edition.EpisodeList) error {
	c := rssChannel{
		Title: title(l), Link: Address(l, Page), Self: atomLink{Address(l, News), "self", "application/rss+xml"},
		Description: about(l), Language: language(l), TTL: 60,
	}
	if at := l.UpdatedAt(); !at.IsZero() {
		c.LastBuildDate = at.UTC().Format(rfc822)
	}
	if s, ok := l.Of.(*edition.Series); ok {
		if takesAll(l.Refined.Filter) {
			c.GUID = s.FeedGUID
		}
		c.Author = makers(s)
		for _, credit := range s.Credits() {
			c.Persons = append(c.Persons, person(credit.Speaker(), line(credit.Speaker().Name), credit.Role))
		}
	}
	for _, e := range l.Episodes {
		if at := publishedAt(e, l.View().Now); !at.IsZero() {
			c.Items = append(c.Items, item(e, at))
		}
	}
	return sendXML(w, l.View(), rssDocument{Version: "2.0", Atom: atomSpace, ITunes: itunesSpace, Podcast: podcastSpace, Channel: c})
}

// makers are who holds a series, in one line.
func makers(s *edition.Series) string {
	var names []string
	for _, o := range s.Organizers() {
		names = append(names, line(o.Name))
	}
	return strings.Join(names, ", ")
}

func item(e *edition.Episode, at time.Time) rssItem {
	i := rssItem{
		Title: line(e.Title), Link: e.URL(), GUID: rssGUID{"false", string(e.ID())}, PubDate: at.UTC().Format(rfc822),
		Description: summaryHTML(e), Duration: length(e), Season: e.Season(), Episode: e.Number,
	}
	if s, ok := seriesOf(e); ok {
		i.Author = makers(s)
	}
	for _, t := range e.Topics() {
		i.Categories = append(i.Categories, line(t.Name))
	}
	for _, r := range e.Recordings() {
		if t := Playable(r.URL); t != "" && i.Enclosure == nil {
			i.Enclosure = &rssEnclosure{r.URL, 0, t}
		}
		for _, t := range r.Tracks() {
			i.Transcripts = append(i.Transcripts, transcript(t)...)
		}
	}
	for _, a := range e.Appearances(nil) {
		i.Persons = append(i.Persons, person(a.Speaker(), line(a.CreditedName), a.Role))
	}
	return i
}

// transcript is a text track as podcast:transcript, which wants a media type; none for one whose type nobody knows.
func transcript(t content.TextTrack) []rssTranscript {
	kind := transcriptType(t)
	if kind == "" || web(t.URL) == "" || t.TrackKind == content.TrackDescriptions {
		return nil
	}
	rel := ""
	if t.TrackKind == content.TrackCaptions || t.TrackKind == content.TrackSubtitles {
		rel = "captions"
	}
	return []rssTranscript{{t.URL, kind, t.Language, rel}}
}

// person is somebody as billed, with a role and a group of podcasttaxonomy.com. The taxonomy knows the makers of podcasts and not
// of webinars: who leads through an episode is its host, and who was asked to speak in it its guest.
func person(s *edition.Speaker, name string, role content.AppearanceRole) rssPerson {
	p := rssPerson{"guest", "cast", s.URL(), name}
	switch role {
	case content.RoleHost, content.RoleModerator, content.RoleInterviewer:
		p.Role = "host"
	case content.RoleCoHost:
		p.Role = "co-host"
	case content.RoleProducer:
		p.Role, p.Group = "producer", "creative direction"
	case content.RoleAuthor:
		p.Role, p.Group = "author", "writing"
	case content.RoleInterpreter:
		p.Role, p.Group = "translator", "writing"
	}
	return p
}

// sendXML writes a document of XML 1.0.
func sendXML(w io.Writer, v *edition.View, document any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	out := xml.NewEncoder(&b)
	out.Indent("", " ")
	if err := out.Encode(document); err != nil {
		return fmt.Errorf("encode %T: %w", document, err)
	}
	b.WriteByte('\n')
	return send(w, v, &b)
}
