package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"bettertogether/internal/edition"
)

type jsonFeed struct {
	Version     string         `json:"version"`
	Title       string         `json:"title"`
	HomePageURL string         `json:"home_page_url"`
	FeedURL     string         `json:"feed_url"`
	Description string         `json:"description,omitempty"`
	Language    string         `json:"language,omitempty"`
	Items       []jsonFeedItem `json:"items"`
}

type jsonFeedItem struct {
	ID            string           `json:"id"`
	URL           string           `json:"url"`
	ExternalURL   string           `json:"external_url,omitempty"`
	Title         string           `json:"title"`
	ContentHTML   string           `json:"content_html,omitempty"`
	ContentText   string           `json:"content_text,omitempty"`
	DatePublished string           `json:"date_published,omitempty"`
	DateModified  string           `json:"date_modified"`
	Authors       []jsonFeedAuthor `json:"authors,omitempty"`
	Tags          []string         `json:"tags,omitempty"`
	Language      string           `json:"language,omitempty"`
	Attachments   []jsonFeedFile   `json:"attachments,omitempty"`
}

type jsonFeedAuthor struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}

type jsonFeedFile struct {
	URL      string `json:"url"`
	Type     string `json:"mime_type"`
	Title    string `json:"title,omitempty"`
	Duration int32  `json:"duration_in_seconds,omitempty"`
}

// JSONFeed writes the list as a JSON Feed (jsonfeed.org, version 1.1): all episodes, also those without a date.
func JSONFeed(w io.Writer, l *edition.EpisodeList) error {
	f := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: title(l), HomePageURL: Address(l, Page), FeedURL: Address(l, Items),
		Description: about(l), Language: language(l), Items: []jsonFeedItem{},
	}
	words := wordsOf(l)
	for _, e := range l.Episodes {
		i := jsonFeedItem{
			ID: string(e.ID()), URL: e.URL(), ExternalURL: web(e.ExternalURL), Title: line(e.Title), ContentHTML: summaryHTML(e),
			DateModified: e.UpdatedAt().UTC().Format(time.RFC3339), Language: languageOf(e),
		}
		if i.ContentHTML == "" { // an item has to have some content
			i.ContentText = i.Title
			if when := words.When(e); when != "" {
				i.ContentText += "\n" + when
			}
		}
		if at := publishedAt(e, l.View().Now); !at.IsZero() {
			i.DatePublished = at.UTC().Format(time.RFC3339)
		}
		for _, a := range e.Appearances(nil) {
			i.Authors = append(i.Authors, jsonFeedAuthor{line(a.CreditedName), a.Speaker().URL()})
		}
		for _, t := range e.Topics() {
			i.Tags = append(i.Tags, line(t.Name))
		}
		for _, r := range e.Recordings() {
			if t := Playable(r.URL); t != "" {
				i.Attachments = append(i.Attachments, jsonFeedFile{r.URL, t, line(r.Title()), r.Seconds})
			}
		}
		f.Items = append(f.Items, i)
	}
	return sendJSON(w, l.View(), f)
}

// sendJSON writes JSON (RFC 8259) that may stand inside of a script element too: "<", ">", "&", U+2028 and U+2029 are escaped.
func sendJSON(w io.Writer, v *edition.View, document any) error {
	var b bytes.Buffer
	if err := json.NewEncoder(&b).Encode(document); err != nil {
		return fmt.Errorf("encode %T: %w", document, err)
	}
	return send(w, v, &b)
}
