package server

import (
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

//go:embed page.html
var pageFile embed.FS

// pagePolicy lets an entry's page show text and lead elsewhere, and nothing more.
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pages writes an entry as one plain page.
type pages struct {
	*Server
	template *template.Template
}

func (s *Server) pages() pages {
	return pages{s, template.Must(template.New("page.html").Funcs(template.FuncMap{
		"html":    func(t string) template.HTML { return template.HTML(t) }, //nolint:gosec // content has sanitised it
		"episode": func(e edition.Entry) *edition.Episode { found, _ := e.(*edition.Episode); return found },
		"study":   func(e edition.Entry) *edition.CaseStudy { found, _ := e.(*edition.CaseStudy); return found },
		"points": func(e edition.Entry) ([]edition.Linkable, error) {
			first := int32(edition.MostPerPage)
			c, err := e.ReferencedBy(&first, nil, nil, nil)
			if err != nil {
				return nil, err
			}
			return c.Nodes(), nil
		},
	}).ParseFS(pageFile, "page.html"))}
}

func (p pages) write(w http.ResponseWriter, r *http.Request, entry edition.Entry) {
	w.Header().Set("Content-Security-Policy", pagePolicy)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := p.template.Execute(w, struct {
		edition.Entry
		Text  string
		Feeds []listLink
	}{entry, summary(entry), p.feeds(entry)}); err != nil {
		p.Log.Warn("a page was not written whole", "path", r.URL.Path, "error", err)
	}
}

// feeds are the addresses at which programs find what a page is about.
func (p pages) feeds(entry edition.Entry) []listLink {
	found := []listLink{{p.Site + "/oembed?url=" + url.QueryEscape(entry.URL()), "oEmbed", "application/json+oembed"}}
	if entry.Kind() == content.KindResource {
		return found
	}
	for _, f := range []feed.Format{feed.Calendar, feed.News, feed.Items} {
		media, _, _ := strings.Cut(f.MediaType(), ";")
		found = append(found, listLink{entry.URL() + "." + string(f), entry.Label() + " (" + string(f) + ")", media})
	}
	return found
}

// of serves one page for each public entry of a kind, so that every address that an answer gives leads somewhere. A former slug
// leads on to the one of today.
func (p pages) of(kind content.Kind) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entry := p.Desk.Pin().BySlug(kind, r.PathValue("slug"))
		if entry == nil {
			http.Error(w, "There is no such page.", http.StatusNotFound)
			return
		}
		if entry.Common().Slug != r.PathValue("slug") {
			http.Redirect(w, r, entry.URL(), http.StatusMovedPermanently)
			return
		}
		w.Header().Set("Cache-Control", "no-cache")
		p.write(w, r, entry)
	})
}

// preview serves what a preview link shows. The address is a secret: nothing may keep it or pass it on.
func (p pages) preview(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Referrer-Policy", "no-referrer")
	entry, err := p.Desk.OpenPreviewLink(r.Context(), r.PathValue("link"))
	switch {
	case err != nil:
		p.Log.Error("a preview was not made", "error", err)
		http.Error(w, "Previews cannot be made at the moment. Try again later.", http.StatusServiceUnavailable)
	case entry == nil:
		http.Error(w, "This preview is over, or the link is not whole. Ask for a new one.", http.StatusNotFound)
	default:
		p.write(w, r, entry)
	}
}

// summary is what an entry says of itself, as HTML.
func summary(e edition.Entry) string {
	switch e := e.(type) {
	case *edition.Speaker:
		return e.Bio(content.FormatHTML)
	case *edition.Topic:
		return e.Definition(content.FormatHTML)
	case interface {
		Summary(format content.TextFormat) string
	}:
		return e.Summary(content.FormatHTML)
	}
	return ""
}
