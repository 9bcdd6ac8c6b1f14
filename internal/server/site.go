package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the pages
	"encoding/hex"
	"html/template"
	"net/http"
	"net/url"
	"slices"
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
	//go:embed site.js
	siteScript string
	//go:embed icon.svg
	siteIcon string
)

// asset is a file of the site, whose name holds its hash: it may be kept for ever.
type asset struct{ path, mediaType, text string }

func newAsset(name, ending, mediaType, text string) asset {
	sum := sha256.Sum256([]byte(text))
	return asset{"/assets/" + name + "." + hex.EncodeToString(sum[:6]) + ending, mediaType, text}
}

// ServeHTTP implements http.Handler.
func (a asset) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", a.mediaType)
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	_, _ = w.Write([]byte(a.text)) // a client that has gone needs no answer
}

func siteAssets() (style, script, icon asset) {
	return newAsset("site", ".css", "text/css; charset=utf-8", siteStyle), newAsset("site", ".js", "text/javascript; charset=utf-8", siteScript),
		newAsset("icon", ".svg", "image/svg+xml", siteIcon)
}

// pages serves the site for people in one language: everything on it works without a script.
type pages struct {
	*Server
	template            *template.Template
	style, script, icon asset
	// networkStyle and networkScript are of the explorer alone.
	networkStyle, networkScript asset
	words                       *feed.Words
	// deadline is how long the network may take to be made.
	deadline time.Duration
	// prefix comes before the path of a page in this language: "/es", nothing for English.
	prefix string
}

func (s *Server) pages(language string) pages {
	p := pages{Server: s, words: feed.InterfaceWords(language), deadline: execDeadline}
	if p.words.Language != "en" {
		p.prefix = "/" + p.words.Language
	}
	p.style, p.script, p.icon = siteAssets()
	p.networkStyle, p.networkScript = networkAssets()
	p.template = template.Must(template.Must(template.New("site.html").Funcs(template.FuncMap{
		"html": func(t string) template.HTML { return template.HTML(t) }, //nolint:gosec // content has sanitised it
		"t":    p.t,
		"href": p.href,
	}).Parse(siteTemplate)).Parse(networkTemplate))
	return p
}

// register puts the pages of a language into the routes. In English the address of an entry with an ending is a list, which
// knows languages of its own.
func (p pages) register(routes router, lists lists) {
	for _, kind := range content.Kinds() {
		switch {
		case p.prefix == "":
			routes.keep("GET /"+edition.Path(kind)+"/{slug}", public(lists.of(kind, p.kept(p.of(kind)))))
		case kind != content.KindListing:
			routes.keep("GET "+p.prefix+"/"+edition.Path(kind)+"/{slug}", public(p.kept(p.of(kind))))
		}
		if kind != content.KindListing {
			routes.keep("GET "+p.prefix+"/"+edition.Path(kind), p.kept(p.index(kind)))
		}
	}
	routes.keep("GET "+p.prefix+"/{$}", p.kept(p.home))
	routes.keep("GET "+p.prefix+"/search", p.kept(p.find))
	routes.keep("GET "+p.prefix+"/about", p.kept(p.about))
	routes.keep("GET "+p.prefix+"/network", p.kept(p.network))
	routes.keep("GET "+p.prefix+"/network/{code}", p.networkSnapshot())
}

// kept keeps a page.
func (p pages) kept(page http.HandlerFunc) http.Handler {
	return p.Server.kept(keeping{control: keepShared, surrogate: "pages"}, page, page)
}

// href is the address of a page of the site in the language of this one; all other addresses stay as they are.
func (p pages) href(address string) string {
	path := strings.TrimPrefix(address, p.Site)
	if p.prefix == "" || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") {
		return address
	}
	whole, _, _ := strings.Cut(path, "?")
	whole, _, _ = strings.Cut(whole, "#")
	room, slug, _ := strings.Cut(whole[1:], "/")
	isPage := whole == "/" || whole == "/search" || whole == "/about" || room == "network" && !isNetworkFile(slug) || room != edition.Path(content.KindListing) && !strings.Contains(slug, ".") &&
		slices.ContainsFunc(content.Kinds(), func(k content.Kind) bool { return edition.Path(k) == room })
	if !isPage {
		return address
	}
	return strings.TrimSuffix(address, path) + p.prefix + path
}

// page is what every template shows.
type page struct {
	Title, About, Banner, Query, Lead, Picture string
	// Path is where the page is in English, without the hub's address; empty for one that nobody should link to. Suffix is what else of the
	// address the same page in another language has; IsHidden keeps a page that is one of endlessly many out of search engines.
	Path, Suffix                        string
	IsHidden                            bool
	Network                             *explored
	Feeds                               []listLink
	LinkedData                          template.JS
	Kind, Text, Calendar, Problem, Here string
	Newer, Older                        string
	Version                             int64
	Entry                               edition.Entry
	Card, Next                          *listRow
	Soon, Recorded, Cards               []listRow
	Studies, Rows, Counts, Facts        []siteRow
	Toolkit                             *section
	Sections                            []section
	Topics                              []*edition.Topic
	Choices                             []choice
	Chosen                              []chosen
	Recordings                          []recording
	// status is that of the answer where it is not 200.
	status int
	// origins are the foreign origins that the page may show a player of.
	origins []string
	// Portrait is the picture of a person or an organization, Initials stand for one that is not there.
	Portrait *edition.Image
	Initials string
	// The rest is the same on all pages of a language.
	Words                *feed.Words
	Style, Script, Icon  string
	Canonical, Elsewhere string
	OtherLanguage        string
	Alternates           []listLink
}

// siteRow is one line of a list: an entry, or a fact.
type siteRow struct {
	URL, Title, When, Who string
	// Rel is what a machine should know of the link.
	Rel     string
	Snippet template.HTML
}

type section struct {
	Title, URL, More string
	Rows, Items      []siteRow
	// Figures are outcomes: When is the number.
	Figures []siteRow
	Cards   []listRow
}

type choice struct {
	Name, Label string
	Options     []option
}

type option struct {
	Value, Label string
	IsChosen     bool
}

// chosen is a condition that the form has no field for; Without is the list without it.
type chosen struct{ Name, Value, Label, Without string }

// show writes a page. It is made whole before its first byte goes out.
func (p pages) show(w http.ResponseWriter, r *http.Request, name string, shown page) {
	shown.Words, shown.Style, shown.Script, shown.Icon = p.words, p.style.path, p.script.path, p.icon.path
	path := orElse(shown.Path, "/") // a page that nobody should link to leads to the home page of the other language
	english, spanish := p.Site+path, p.Site+"/es"+path
	if shown.Path != "" {
		shown.Canonical = p.Site + p.prefix + path
		shown.Alternates = []listLink{{URL: english, Title: "en"}, {URL: spanish, Title: "es"}, {URL: english, Title: "x-default"}}
	}
	shown.Elsewhere, shown.OtherLanguage = spanish+shown.Suffix, "es"
	if p.prefix != "" {
		shown.Elsewhere, shown.OtherLanguage = english+shown.Suffix, "en"
	}
	var document bytes.Buffer
	if err := p.template.ExecuteTemplate(&document, name, shown); err != nil {
		p.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Security-Policy", sitePolicy(shown.origins)+networkPolicy(shown.Network))
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", p.words.Language)
	if shown.Entry != nil {
		h.Set("Surrogate-Key", "pages page-"+strings.ReplaceAll(strings.TrimPrefix(shown.Path, "/"), "/", "-"))
	}
	switch {
	case shown.status != 0:
		w.WriteHeader(shown.status)
	case name == "missing":
		h.Set("Cache-Control", "no-cache")
		w.WriteHeader(http.StatusNotFound)
	case name == "gone":
		w.WriteHeader(http.StatusGone)
	case shown.Network != nil && shown.Network.Refreshes:
		h.Set("Cache-Control", "no-store")
	default:
		keep(r)
	}
	_, _ = document.WriteTo(w) // a client that has gone needs no answer
}

// sitePolicy lets a page show its own style, script and pictures, send its own forms, frame the players of its recordings, and nothing
// more.
func sitePolicy(origins []string) string {
	policy := "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	if len(origins) > 0 {
		of := strings.Join(origins, " ")
		policy += "; frame-src " + of + "; media-src 'self' " + of
	}
	return policy
}

// fail answers that a page was not made.
func (p pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	p.Log.Error("a page was not made", "path", r.URL.Path, "error", err)
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, p.t("The page cannot be shown; it is our fault, and noted."), http.StatusInternalServerError)
}

// missing answers for an address that leads nowhere: with the way to a search for its words, and with 410 where something was taken
// down.
func (p pages) missing(w http.ResponseWriter, r *http.Request, view *edition.View, kind content.Kind) {
	slug := r.PathValue("slug")
	name, shown := "missing", page{Title: p.t("There is no such page")}
	if view.IsGone(kind, slug) {
		name, shown.Title = "gone", p.t("This page was taken down")
	}
	shown.Query = cut(strings.ReplaceAll(slug, "-", " "), 100)
	shown.Older = p.href("/search?" + url.Values{"q": {shown.Query}}.Encode())
	p.show(w, r, name, shown)
}

// cards are episodes as cards.
func (p pages) cards(all []*edition.Episode) []listRow {
	rows := make([]listRow, len(all))
	for i, e := range all {
		rows[i] = p.row(e, p.words)
		rows[i].Ground = feed.Ground(e)
		if rows[i].Action != nil {
			rows[i].Action.URL = e.PrimaryAction().URL // no sandbox is in the way here
		}
	}
	return rows
}

// home shows what is next, then what can be watched, then the strategies.
func (p pages) home(w http.ResponseWriter, r *http.Request) {
	view := edition.From(r.Context())
	shown := page{Title: siteName, About: p.t("Episodes, recordings, case studies and strategies of partnerships between colleges, employers and communities."), Path: "/", Feeds: []listLink{
		{p.Site + "/lists/all.rss", p.words.AllEpisodes + " (RSS)", "application/rss+xml"}, {p.Site + "/lists/all.ics", p.words.AllEpisodes + " (iCalendar)", "text/calendar"},
	}}
	has := true
	recorded, err := view.EpisodeList(nil, edition.Refinement{Limit: 6, Filter: content.EpisodeFilter{HasRecording: &has}})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if coming := view.Coming(7); len(coming) > 0 {
		soon := p.cards(coming)
		shown.Next, shown.Soon = &soon[0], soon[1:]
		shown.Picture = p.Site + feed.PosterPath(coming[0])
	}
	shown.Recorded = p.cards(recorded.Episodes)
	few := int32(6)
	if all, err := view.Toolkits("", edition.PageArgs{First: &few}); err == nil && len(all.Nodes()) > 0 {
		t := all.Nodes()[0]
		shown.Toolkit = &section{Title: t.Title, URL: t.URL()}
		for _, item := range t.Items()[:min(6, len(t.Items()))] {
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

// siteName is the hub's name, the same in every language.
const siteName = "Better Together Hub"
