package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the page
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/web"
)

//go:embed embed.html
var embedTemplate string

//go:embed embed.js
var embedScript string

// script serves the script of <hub-episodes>. The address that partners paste is looked at again every hour, and goes on working
// for a month when the hub is away; the one with the script's hash may be kept for a year.
func (s *Server) script() (pasted, versioned http.Handler, path string) {
	source, err := fs.ReadFile(web.Dist(), "embed/v1.js")
	if err != nil {
		panic(err) // it is embedded
	}
	sum := sha256.Sum256(source)
	name := hex.EncodeToString(sum[:6])
	serve := func(cache string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h.Set("Cache-Control", cache)
			h.Set("ETag", `"`+name+`"`)
			h.Set("Content-Type", "text/javascript; charset=utf-8")
			h.Set("Cross-Origin-Resource-Policy", "cross-origin")
			if matches(r.Header.Values("If-None-Match"), `"`+name+`"`) {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = w.Write(source) // a client that has gone needs no answer
		})
	}
	return serve("public, max-age=3600, stale-while-revalidate=86400, stale-if-error=2592000"),
		serve("public, max-age=31536000, immutable"), "/embed/v1." + name + ".js"
}

// listAt finds the list that an address of this hub means, in any format.
func (s lists) listAt(view *edition.View, address string) (*edition.EpisodeList, error) {
	none := content.Errorf(content.CodeNotFound, "url", "%s is no list of this hub", content.Quote(address))
	u, err := url.Parse(address)
	if err != nil {
		return nil, none
	}
	path, ok := strings.CutPrefix(u.Scheme+"://"+u.Host+u.Path, s.Site+"/")
	section, slug, _ := strings.Cut(path, "/")
	slug, _, _ = strings.Cut(slug, ".")
	if !ok || slug == "" {
		return nil, none
	}
	var of edition.Entry
	if path != "lists/"+all && !strings.HasPrefix(path, "lists/"+all+".") {
		for _, kind := range content.Kinds() {
			if edition.Path(kind) == section {
				of = view.BySlug(kind, slug)
			}
		}
		if of == nil {
			return nil, none
		}
	}
	refined, err := refinement(u.Query())
	if err != nil {
		return nil, err
	}
	l, err := view.EpisodeList(of, refined)
	if err == nil && u.Query().Get("lang") != "" {
		l.Language = feed.InterfaceWords(u.Query().Get("lang")).Language
	}
	return l, err
}

// oembedded answers consumers of oEmbed: pasting a list's address is enough where they speak it.
func (s lists) oembedded(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if format := q.Get("format"); format != "" && format != "json" {
		writeText(w, http.StatusNotImplemented, "json is the only format\n")
		return
	}
	view := edition.From(r.Context())
	var box feed.Box
	var err error
	for name, into := range map[string]*int{"maxwidth": &box.MaxWidth, "maxheight": &box.MaxHeight} {
		if given := q.Get(name); given != "" {
			if *into, err = strconv.Atoi(given); err != nil || *into < 1 || *into > 100_000 {
				writeText(w, http.StatusBadRequest, name+" is a number of pixels\n")
				return
			}
		}
	}
	var document bytes.Buffer
	l, err := s.listAt(view, q.Get("url"))
	if err == nil {
		err = feed.OEmbed(&document, l, box)
	}
	var wrong *content.Error
	switch {
	case errors.As(err, &wrong):
		if e := s.entryAt(view, q.Get("url")); e != nil {
			document.Reset()
			if err = feed.OEmbedLink(&document, view, e); err == nil {
				break
			}
		}
		writeText(w, http.StatusNotFound, wrong.Error()+"\n")
		return
	case err != nil:
		s.Log.Error("oEmbed was not made", "error", err)
		writeText(w, http.StatusInternalServerError, "it is our fault, and noted\n")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	keep(r)
	_, _ = document.WriteTo(w) // a client that has gone needs no answer
}

// entryAt finds the entry whose page an address of this hub is.
func (s lists) entryAt(view *edition.View, address string) edition.Entry {
	path, _ := strings.CutPrefix(address, s.Site+"/")
	path, _, _ = strings.Cut(path, "?")
	section, slug, _ := strings.Cut(path, "/")
	for _, kind := range content.Kinds() {
		if edition.Path(kind) == section && slug != "" {
			return view.BySlug(kind, slug)
		}
	}
	return nil
}

// property is one of the documented custom properties by which a page themes its list.
type property struct{ Name, Label, Kind, Value, Hint string }

func properties() []property {
	return []property{
		{"accent", "Accent", "color", "#0b5c8a", ""},
		{"accent-text", "Text on the accent", "color", "#ffffff", ""},
		{"text", "Text", "text", "", "inherit, #222"},
		{"muted", "Quiet text", "text", "", "#555"},
		{"background", "Background", "text", "", "transparent, #fff"},
		{"line", "Lines", "text", "", "#ccc"},
		{"font", "Font", "text", "", "inherit, Georgia, serif"},
		{"size", "Text size", "text", "", "medium, 1.1rem"},
		{"radius", "Round corners", "text", "", "0.5em"},
		{"gap", "Gap", "text", "", "0.75em"},
		{"width", "Greatest width", "text", "", "44em, none"},
		{"columns", "Columns of cards", "text", "", "1fr 1fr"},
	}
}

// leastContrast is what WCAG 2.2 asks between text and what is behind it (1.4.3).
const leastContrast = 4.5

// code shows partners what to paste for a list, with a live preview.
func (s lists) code(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	view := s.Desk.Pin()
	src := q.Get("src")
	if src == "" {
		src = s.Site + "/lists/" + all
	}
	page := struct {
		Src, Problem, Layout, Lang, Theme string
		Site, Script                      string
		Lists                             []listLink
		Properties                        []property
		Snippets                          feed.Snippets
		Element                           string
		Preview                           template.HTML
		Style                             template.CSS
		ThemeStyle                        template.CSS
		Inline                            template.JS
	}{Src: src, Site: s.Site, Layout: "list", Script: feed.ScriptPath, Inline: template.JS(embedScript), Style: template.CSS(listStyle + formStyle)} //nolint:gosec // ours
	if q.Get("layout") == "card" {
		page.Layout = "card"
	}
	if lang := q.Get("lang"); lang == "es" || lang == "en" {
		page.Lang = lang
	}
	page.Lists = append(page.Lists, listLink{URL: s.Site + "/lists/" + all, Title: "All episodes"})
	first := int32(edition.MostPerPage)
	saved, err := view.Listings("", "", edition.PageArgs{First: &first})
	if err != nil {
		s.Log.Error("listings were not read", "error", err)
		http.Error(w, "It is our fault, and noted.", http.StatusInternalServerError)
		return
	}
	for _, l := range saved.Nodes() {
		page.Lists = append(page.Lists, listLink{URL: l.URL(), Title: l.Title})
	}
	if !slices.ContainsFunc(page.Lists, func(l listLink) bool { return l.URL == src }) {
		page.Lists = append(page.Lists, listLink{URL: src, Title: src})
	}
	page.Properties = properties()
	var theme []string
	for i, p := range page.Properties {
		if given := strings.TrimSpace(q.Get(p.Name)); given != "" {
			page.Properties[i].Value = given
		}
		if value := page.Properties[i].Value; value != p.Value {
			if strings.ContainsAny(value, "{}<>;\"'\\@") || len(value) > 100 {
				page.Problem = fmt.Sprintf("%s: %s is no value that can be used.", p.Label, content.Quote(value))
				continue
			}
			theme = append(theme, "--hub-"+p.Name+": "+value)
		}
	}
	if c, ok := contrast(page.Properties[0].Value, page.Properties[1].Value); !ok || c < leastContrast {
		page.Problem = fmt.Sprintf("The text on the accent cannot be read by everybody: the contrast of %s on %s is %.2f, at least %.1f is needed. The colours were left out.", page.Properties[1].Value, page.Properties[0].Value, c, leastContrast)
		theme = slices.DeleteFunc(theme, func(t string) bool { return strings.HasPrefix(t, "--hub-accent") })
	}
	list, err := s.listAt(view, src)
	var wrong *content.Error
	switch {
	case errors.As(err, &wrong):
		page.Problem = wrong.Error()
	case err != nil:
		s.Log.Error("a list was not made", "error", err)
		http.Error(w, "It is our fault, and noted.", http.StatusInternalServerError)
		return
	default:
		if page.Lang != "" {
			list.Language = page.Lang
		}
		page.Snippets = feed.SnippetsOf(list)
		attributes := `layout="` + page.Layout + `"`
		if page.Lang != "" {
			attributes += ` lang="` + page.Lang + `"`
		}
		element := strings.Replace(page.Snippets.Element, "<hub-episodes ", "<hub-episodes "+attributes+" ", 1)
		page.Element = element
		if len(theme) > 0 {
			page.ThemeStyle = template.CSS("hub-episodes { " + strings.Join(theme, "; ") + " }") //nolint:gosec // checked above
			page.Element = "<style>" + string(page.ThemeStyle) + "</style>" + page.Element
		}
		preview, _, _ := strings.Cut(element, "<script")
		page.Preview = template.HTML(preview) //nolint:gosec // feed has escaped it
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; frame-src 'self'; script-src 'self' '"+hashOf(embedScript)+
		"'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	if err := s.page.ExecuteTemplate(w, "code", page); err != nil {
		s.Log.Warn("a page was not written whole", "path", r.URL.Path, "error", err)
	}
}

// contrast is the contrast ratio of WCAG 2.2 between two colours, 1 to 21; false for what is no colour of the form #rrggbb.
func contrast(a, b string) (float64, bool) {
	x, okX := luminance(a)
	y, okY := luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05), okX && okY
}

// luminance is the relative luminance of sRGB, 0 to 1.
func luminance(colour string) (float64, bool) {
	raw, err := hex.DecodeString(strings.TrimPrefix(colour, "#"))
	if err != nil || len(raw) != 3 {
		return 0, false
	}
	var l float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		c := float64(raw[i]) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		l += weight * c
	}
	return l, true
}

// formStyle is what the page of code has beside the style of lists.
const formStyle = `
main.code { max-width: 72rem; display: grid; gap: 1.5rem } form { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: .8rem; align-items: end }
label { display: grid; gap: .2rem; font-size: .92rem } input, select, button, textarea { font: inherit; padding: .4rem .5rem; min-height: 2.4rem; box-sizing: border-box; width: 100% }
textarea { font-family: ui-monospace, monospace; font-size: .85rem; min-height: 6rem } .problem { border-inline-start: .3rem solid #b3261e; padding: .5rem 1rem; margin: 0 }
section h2 { font-size: 1.15rem; margin: 0 0 .5rem } .preview { border: 1px dashed var(--line); padding: 1rem }
button { width: auto; background: var(--accent); color: var(--accent-text); border: 0; border-radius: .5rem; font-weight: 600; cursor: pointer }`

// sitemap serves the part of the sitemap that a path names.
func (s *Server) sitemap(w http.ResponseWriter, r *http.Request) {
	view := edition.From(r.Context())
	part := 0
	if name := r.PathValue("part"); name != "" {
		n, err := strconv.Atoi(strings.TrimSuffix(name, ".xml"))
		if err != nil || n < 1 || n > feed.Sitemaps(view) {
			writeText(w, http.StatusNotFound, "There is no such part.\n")
			return
		}
		part = n
	}
	var document bytes.Buffer
	if err := feed.Sitemap(&document, view, part); err != nil {
		s.Log.Error("the sitemap was not made", "error", err)
		writeText(w, http.StatusInternalServerError, "It is our fault, and noted.\n")
		return
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	keep(r)
	_, _ = document.WriteTo(w) // a client that has gone needs no answer
}
