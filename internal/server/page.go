package server

import (
	"embed"
	"html/template"
	"net/http"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

//go:embed page.html
var pageFile embed.FS

// pagePolicy lets an entry's page show text and lead elsewhere, and nothing more.
const pagePolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// page serves one plain page for each public entry of a kind, so that every address that an answer gives leads somewhere. A former slug
// leads on to the one of today.
func (s *Server) page() func(content.Kind) http.Handler {
	page := template.Must(template.New("page.html").Funcs(template.FuncMap{
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
	}).ParseFS(pageFile, "page.html"))
	serve := func(w http.ResponseWriter, r *http.Request, kind content.Kind) {
		entry := s.Desk.Pin().BySlug(kind, r.PathValue("slug"))
		if entry == nil {
			http.Error(w, "There is no such page.", http.StatusNotFound)
			return
		}
		if entry.Common().Slug != r.PathValue("slug") {
			http.Redirect(w, r, entry.URL(), http.StatusMovedPermanently)
			return
		}
		w.Header().Set("Content-Security-Policy", pagePolicy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-cache")
		if err := page.Execute(w, struct {
			edition.Entry
			Text string
		}{entry, summary(entry)}); err != nil {
			s.Log.Warn("a page was not written whole", "path", r.URL.Path, "error", err)
		}
	}
	return func(kind content.Kind) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(w, r, kind) })
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
