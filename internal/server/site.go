package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the pages
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

var (
	//go:embed site.html
	siteTemplate string
	//go:embed site.css
	siteStyle string
)

// sitePolicy lets a page show its own style, send its own forms, and nothing more.
const sitePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pages serves the site for people: everything on it works without a script.
type pages struct {
	*Server
	template   *template.Template
	stylesheet string
	words      *feed.Words
}

func (s *Server) pages() pages {
	sum := sha256.Sum256([]byte(siteStyle))
	return pages{
		s, template.Must(template.New("site.html").Funcs(template.FuncMap{
			"html": func(t string) template.HTML { return template.HTML(t) }, //nolint:gosec // content has sanitised it
		}).Parse(siteTemplate)), "/assets/site." + hex.EncodeToString(sum[:6]) + ".css", feed.InterfaceWords("en"),
	}
}

// style serves the stylesheet, whose name holds its hash.
func (p pages) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write([]byte(siteStyle)) // a client that has gone needs no answer
}

// page is what every template shows.
type page struct {
	Title, About, Canonical, Banner, Query, Lead, Stylesheet string
	Feeds                                                    []listLink
	LinkedData                                               template.JS
	Kind, Text, Calendar, Problem, Here, Newer, Older        string
	Version                                                  int64
	Entry                                                    edition.Entry
	Card, Next                                               *listRow
	Soon, Recorded                                           []listRow
	Studies, Rows, Counts                                    []siteRow
	Toolkit                                                  *section
	Sections                                                 []section
	Facts                                                    []siteRow
	Topics                                                   []*edition.Topic
	Choices                                                  []choice
}

// siteRow is one line of a list: an entry, or a fact.
type siteRow struct {
	URL, Title, When, Who string
	Snippet               template.HTML
}

type section struct {
	Title, URL, More string
	Rows, Items      []siteRow
}

type choice struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Label string
	IsChosen     bool
}

// show writes a page. It is made whole before its first byte goes out.
func (p pages) show(w http.ResponseWriter, r *http.Request, name string, shown page) {
	shown.Stylesheet = p.stylesheet
	var document bytes.Buffer
	if err := p.template.ExecuteTemplate(&document, name, shown); err != nil {
		p.Log.Error("a page was not made", "path", r.URL.Path, "error", err)
		http.Error(w, "The page cannot be shown; it is our fault, and noted.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", sitePolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	if name == "missing" {
		h.Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = document.WriteTo(w) // a client that has gone needs no answer
}

// fresh answers 304 to who has the page of this edition already, and otherwise says how long it holds.
func (p pages) fresh(w http.ResponseWriter, r *http.Request, view *edition.View) bool {
	etag := p.etagOf(r, view)
	until := freshFor
	if next := view.NextChangeAt(); next != nil {
		until = min(until, next.Sub(view.Now))
	}
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=0, s-maxage=%d, must-revalidate", max(0, int(until.Seconds()))))
	if matches(r.Header.Values("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	return false
}

func (p pages) missing(w http.ResponseWriter, r *http.Request) {
	w.Header().Del("ETag")
	p.show(w, r, "missing", page{Title: "There is no such page"})
}

// cards are episodes as cards.
func (p pages) cards(all []*edition.Episode) []listRow {
	rows := make([]listRow, len(all))
	for i, e := range all {
		rows[i] = p.row(e, p.words)
		if rows[i].Action != nil {
			rows[i].Action.URL = e.PrimaryAction().URL // no sandbox is in the way here
		}
	}
	return rows
}

// home shows what is next, then what can be watched, then the strategies.
func (p pages) home(w http.ResponseWriter, r *http.Request) {
	view := p.Desk.Pin()
	if p.fresh(w, r, view) {
		return
	}
	shown := page{Title: "Better Together Hub", About: "Episodes, recordings, case studies and strategies of partnerships.", Canonical: p.Site + "/", Feeds: []listLink{
		{p.Site + "/lists/all.rss", "All episodes (RSS)", "application/rss+xml"}, {p.Site + "/lists/all.ics", "All episodes (calendar)", "text/calendar"},
	}}
	coming, err := view.EpisodeList(nil, edition.Refinement{Order: content.EpisodesEarliest, Limit: 7, Filter: content.EpisodeFilter{Phases: []content.EpisodePhase{
		content.PhaseLive, content.PhaseStartingSoon, content.PhaseRegistrationOpen, content.PhaseFull, content.PhaseRegistrationClosed, content.PhaseAnnounced,
	}, From: content.PartialDate(view.Now.AddDate(0, 0, -1).Format(time.DateOnly))}})
	var recorded *edition.EpisodeList
	if err == nil {
		has := true
		recorded, err = view.EpisodeList(nil, edition.Refinement{Limit: 6, Filter: content.EpisodeFilter{HasRecording: &has}})
	}
	if err != nil {
		p.Log.Error("the home page was not made", "error", err)
		http.Error(w, "The page cannot be shown; it is our fault, and noted.", http.StatusInternalServerError)
		return
	}
	if soon := p.cards(coming.Episodes); len(soon) > 0 {
		shown.Next, shown.Soon = &soon[0], soon[1:]
	}
	shown.Recorded = p.cards(recorded.Episodes)
	few := int32(5)
	if all, err := view.Toolkits("", edition.PageArgs{First: &few}); err == nil && len(all.Nodes()) > 0 {
		t := all.Nodes()[0]
		shown.Toolkit = &section{Title: t.Title, URL: t.URL()}
		for _, item := range t.Items() {
			shown.Toolkit.Items = append(shown.Toolkit.Items, siteRow{URL: item.Entry().URL(), Title: item.Entry().Label(), Who: item.Annotation(content.FormatText)})
		}
	}
	if all, err := view.CaseStudies(nil, nil, edition.PageArgs{First: &few}); err == nil {
		for _, c := range all.Nodes() {
			shown.Studies = append(shown.Studies, p.line(c))
		}
	}
	p.show(w, r, "home", shown)
}

// about tells what the hub holds and where it comes from.
func (p pages) about(w http.ResponseWriter, r *http.Request) {
	view := p.Desk.Pin()
	if p.fresh(w, r, view) {
		return
	}
	shown := page{Title: "About this data", Canonical: p.Site + "/about", Version: view.Version()}
	for _, kind := range content.Kinds() {
		if kind != content.KindListing {
			shown.Counts = append(shown.Counts, siteRow{Title: plural(kind), When: strconv.Itoa(view.Count(kind))})
		}
	}
	p.show(w, r, "about", shown)
}

// plural names a kind for people.
func plural(kind content.Kind) string {
	switch kind {
	case content.KindSeries:
		return "Series"
	case content.KindCaseStudy:
		return "Case studies"
	default:
		return strings.ToUpper(string(kind[0])) + string(kind[1:]) + "s"
	}
}

// find shows what a search finds.
func (p pages) find(w http.ResponseWriter, r *http.Request) {
	view := p.Desk.Pin()
	if p.fresh(w, r, view) {
		return
	}
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	shown := page{Title: "Search", Query: query, Canonical: p.Site + "/search"}
	if query != "" {
		args := edition.PageArgs{}
		if after := r.URL.Query().Get("after"); after != "" {
			args.After = &after
		}
		found, err := view.Search(query, nil, args)
		if err != nil {
			shown.Lead = err.Error()
		} else {
			shown.Lead = fmt.Sprintf("%d found for “%s”", found.TotalCount, query)
			for _, hit := range found.Edges {
				e := hit.Node().(edition.Entry)
				row := p.line(e)
				row.When, row.Snippet = noun(e.Kind()), template.HTML(hit.Snippet(content.FormatHTML)) //nolint:gosec // edition has escaped it
				shown.Rows = append(shown.Rows, row)
			}
			if found.PageInfo.HasNextPage {
				shown.Older = "/search?" + url.Values{"q": {query}, "after": {*found.PageInfo.EndCursor}}.Encode()
			}
		}
	}
	p.show(w, r, "found", shown)
}

// noun names one entry of a kind for people.
func noun(kind content.Kind) string { return strings.ReplaceAll(string(kind), "_", " ") }

// line is an entry as one line of a list.
func (p pages) line(e edition.Entry) siteRow {
	row := siteRow{URL: e.URL(), Title: e.Label()}
	switch e := e.(type) {
	case *edition.Episode:
		card := p.cards([]*edition.Episode{e})[0]
		row.When, row.Who = card.When+" · "+card.Phase, card.Who
	case *edition.Speaker:
		var orgs []string
		for _, o := range e.CreditedOrganizations() {
			orgs = append(orgs, o.Name)
		}
		row.Who = strings.Join(orgs[:min(3, len(orgs))], ", ")
	case *edition.Organization:
		row.Who = strings.Join(slices.DeleteFunc([]string{e.City, e.Region}, func(s string) bool { return s == "" }), ", ")
	case *edition.CaseStudy:
		var partners []string
		for _, partner := range e.Partners() {
			partners = append(partners, partner.Organization().Name)
		}
		row.Who = strings.Join(slices.Compact(partners), ", ")
	case *edition.Resource:
		row.When = p.words.Date(e.PublishedOn)
	}
	return row
}
