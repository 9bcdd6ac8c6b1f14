package server

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// about tells what the hub holds and where it comes from.
func (p pages) about(w http.ResponseWriter, r *http.Request) {
	view := edition.From(r.Context())
	shown := page{Title: p.t("About this data"), Path: "/about", Version: view.Version()}
	for _, kind := range content.Kinds() {
		if kind != content.KindListing {
			shown.Counts = append(shown.Counts, siteRow{Title: p.t(plural(kind)), When: strconv.Itoa(view.Count(kind)), URL: p.Site + "/" + edition.Path(kind)})
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

// noun names one entry of a kind, or a word of an enumeration, for people.
func noun[T ~string](word T) string {
	return strings.ToLower(strings.ReplaceAll(string(word), "_", " "))
}

// find shows what a search finds.
func (p pages) find(w http.ResponseWriter, r *http.Request) {
	view := edition.From(r.Context())
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	shown := page{Title: p.t("Search"), Query: query, Path: "/search"}
	var kinds []content.Kind
	in := choice{Name: "kind", Label: p.t("What")}
	for _, kind := range content.Kinds() {
		if kind == content.KindListing {
			continue
		}
		isChosen := r.URL.Query().Get("kind") == string(kind)
		if isChosen {
			kinds = []content.Kind{kind}
		}
		in.Options = append(in.Options, option{string(kind), p.t(plural(kind)), isChosen})
	}
	shown.Choices = []choice{in}
	if query != "" {
		args := edition.PageArgs{}
		if after := r.URL.Query().Get("after"); after != "" {
			args.After = &after
		}
		found, err := view.Search(query, kinds, args)
		if err != nil {
			shown.Problem = err.Error()
		} else {
			shown.Lead = fmt.Sprintf(p.t("%d found for “%s”"), found.TotalCount, query)
			for _, hit := range found.Edges {
				shown.Rows = append(shown.Rows, p.hit(hit))
			}
			if found.PageInfo.HasNextPage {
				next := url.Values{"q": {query}, "after": {*found.PageInfo.EndCursor}}
				if len(kinds) > 0 {
					next.Set("kind", string(kinds[0]))
				}
				shown.Older = p.href("/search?" + next.Encode())
			}
		}
	}
	p.show(w, r, "found", shown)
}

// hit is what a search found as a line: where a transcript alone holds the words, it leads to the second.
func (p pages) hit(hit edition.SearchHit) siteRow {
	e := hit.Node().(edition.Entry)
	row := p.line(e)
	row.When = p.t(noun(e.Kind()))
	row.Snippet = template.HTML(hit.Snippet(content.FormatHTML)) //nolint:gosec // edition has escaped it
	if m := hit.Moment(); m != nil {
		row.URL += "#t=" + strconv.Itoa(int(m.Seconds()))
		row.When += " · " + clock(m.Seconds())
		row.Snippet = template.HTML(template.HTMLEscapeString(strings.TrimPrefix(m.Voice+": ", ": ") + cut(m.Text, 240))) //nolint:gosec // escaped
	}
	return row
}

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
		row.When = strings.TrimSuffix(p.t(noun(e.ResourceKind()))+" · "+p.words.Date(e.PublishedOn), " · ")
	}
	return row
}

// cut shortens a text to so many letters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return strings.TrimSpace(string(r[:most])) + "…"
	}
	return text
}

// clock is a moment of a recording as a player shows it: 1:02:05.
func clock(seconds int32) string {
	if seconds >= 3600 {
		return fmt.Sprintf("%d:%02d:%02d", seconds/3600, seconds/60%60, seconds%60)
	}
	return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
}
