package server

import (
	_ "embed" // the page of a list
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

var (
	//go:embed list.html
	listTemplate string
	//go:embed list.css
	listStyle string
	//go:embed list.js
	listScript string
)

func (s *Server) lists() lists {
	return lists{s, template.Must(template.Must(template.New("list.html").Parse(listTemplate)).Parse(embedTemplate))}
}

// listPage is what the template of a list shows.
type listPage struct {
	Words                  *feed.Words
	Title, Sentence, Theme string
	None, More, GetCode    string
	Page, Code, ChangesAt  string
	Links                  []listLink
	Rows                   []listRow
	Total, Shown           int
	IsEmbed                bool
	Style                  template.CSS
	Script                 template.JS
}

type listLink struct{ URL, Title, Type string }

type listRow struct {
	URL, Title, When, Start, Who, Phase string
	// Ground is the number of the colour of its series.
	Ground int
	Action *listLink
}

// write makes the page of a list, or with the ending of an embed what stands in a frame.
func (s lists) write(w io.Writer, l *edition.EpisodeList, format feed.Format) error {
	language := l.Language
	if series, ok := l.Of.(*edition.Series); ok && language == "" {
		language = series.Language
	}
	words := feed.InterfaceWords(language)
	page := listPage{
		Words: words, Title: l.Title, Sentence: feed.Sentence(l, words.Language), IsEmbed: format == feed.Embed,
		None: words.Nothing, More: words.More, GetCode: words.GetCode, Page: feed.Address(l, feed.Page), Shown: len(l.Episodes), Total: l.Total(),
		Code:  s.Site + "/embed?src=" + url.QueryEscape(feed.Address(l, feed.Page)),
		Style: template.CSS(listStyle), Script: template.JS(listScript), //nolint:gosec // both are ours
	}
	if l.Of == nil {
		page.Title = words.AllEpisodes
	}
	if listing, ok := l.Of.(*edition.Listing); ok && listing.Theme != content.ThemeAuto {
		page.Theme = string(listing.Theme)
	}
	if next := l.ChangesAt(); next != nil {
		page.ChangesAt = next.Format(time.RFC3339)
	}
	for _, f := range []struct {
		format feed.Format
		title  string
	}{{feed.Calendar, words.Calendar}, {feed.News, "RSS"}, {feed.Items, "JSON Feed"}, {feed.Table, "CSV"}, {feed.Program, "JSON"}} {
		media, _, _ := strings.Cut(f.format.MediaType(), ";")
		page.Links = append(page.Links, listLink{feed.Address(l, f.format), f.title, media})
	}
	page.Links = append(page.Links, listLink{s.oembed(l), "oEmbed", "application/json+oembed"})
	for _, e := range l.Episodes {
		page.Rows = append(page.Rows, s.row(e, words))
	}
	if err := s.page.ExecuteTemplate(w, "list", page); err != nil {
		return fmt.Errorf("write a list: %w", err)
	}
	return nil
}

func (s lists) oembed(l *edition.EpisodeList) string {
	return s.Site + "/oembed?url=" + url.QueryEscape(feed.Address(l, feed.Page))
}

// row is an episode in a list, with its one button by way of this host.
func (s *Server) row(e *edition.Episode, words *feed.Words) listRow {
	row := listRow{URL: e.URL(), Title: e.Title, When: words.When(e), Phase: words.Phase(e.Phase())}
	if row.When == "" {
		row.When = words.Unknown
	}
	if at := e.StartsAt(); at != nil {
		row.Start = at.Format(time.RFC3339)
	}
	var names []string
	for _, a := range e.Appearances(nil) {
		names = append(names, a.CreditedName)
	}
	const most = 6
	if len(names) > most {
		names = append(names[:most], "…")
	}
	row.Who = strings.Join(names, ", ")
	if action := e.PrimaryAction(); action.URL != "" {
		row.Action = &listLink{URL: s.Site + "/go/" + string(e.ID()), Title: words.Action(e)}
	}
	return row
}

func jsonString(s string) string {
	raw, _ := json.Marshal(s) // strings encode
	return string(raw)
}
