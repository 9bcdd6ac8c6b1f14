package server

import (
	"context"
	_ "embed" // the page of a network
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzhttp"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
	"bettertogether/web"
)

var (
	//go:embed network.html
	networkTemplate string
	//go:embed network.css
	networkStyle string
)

// networkAssets are what the page of a network has beside the site's: its style, and the script that draws the picture.
func networkAssets() (style, script asset) {
	source, err := fs.ReadFile(web.Dist(), "network/network.js")
	if err != nil {
		panic(err) // it is embedded
	}
	return newAsset("network", ".css", "text/css; charset=utf-8", networkStyle), newAsset("network", ".js", "text/javascript; charset=utf-8", string(source))
}

// network serves the explorer: the network of today.
func (p pages) network(w http.ResponseWriter, r *http.Request) {
	p.explore(w, r, "")
}

// networkSnapshot serves a network made again by the code of its snapshot, or its files.
func (p pages) networkSnapshot() http.Handler {
	page := p.kept(func(w http.ResponseWriter, r *http.Request) { p.explore(w, r, r.PathValue("code")) })
	file := gzhttp.GzipHandler(p.gated(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, f := range networkFiles {
			if name, isFile := strings.CutSuffix(r.PathValue("code"), f.ending); isFile {
				p.networkFile(w, r, name, f)
				return
			}
		}
	})))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if isNetworkFile(r.PathValue("code")) {
			file.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// networkPolicy is what the explorer may do beyond the rest of the site: its script asks this host for the network, and draws it on a canvas, which
// needs no permission. What the script is built from sets styles by properties of elements alone, so that no style has to be let in.
func networkPolicy(n *explored) string {
	if n == nil {
		return ""
	}
	return "; connect-src 'self'"
}

// explore answers with a network, that of today or that of a snapshot. It waits for measures as long as any operation does, and for the network
// itself as long as any operation may take; then it says so and asks again.
func (p pages) explore(w http.ResponseWriter, r *http.Request, code string) {
	view := edition.From(r.Context())
	ctx, cancel := context.WithTimeout(edition.With(r.Context(), view), p.deadline)
	defer cancel()
	e := exploring{pages: p, ctx: ctx, view: view, q: r.URL.Query(), code: code, base: "/network"}
	if code != "" {
		e.base += "/" + url.PathEscape(code)
	}
	e.page = page{Path: e.base, Title: p.t("Network"), IsHidden: code != "" || len(e.q) > 0, Suffix: suffix(r.URL.RawQuery)}
	e.page.About = p.t("Who came together with whom: people and organizations, with the episodes and case studies that prove it.")
	e.page.Network = &explored{}
	e.page.Network.Style, e.page.Network.Script = p.networkStyle.path, p.networkScript.path
	a, err := e.make()
	if a != nil {
		err = e.fill(a)
	}
	var wrong *content.Error
	busy := errors.As(err, &wrong) && (wrong.Code == content.CodeBusy || wrong.Code == content.CodeUnavailable)
	switch {
	case r.Context().Err() != nil:
		return // nobody waits any more
	case errors.Is(err, context.DeadlineExceeded) || busy:
		e.page.Network.Refreshes = true
		e.page.Network.Progress = p.t("The network is still being made.")
		if busy {
			e.page.Problem, e.page.status = wrong.Error(), http.StatusServiceUnavailable
			w.Header().Set("Retry-After", "5")
		}
	case wrong != nil:
		e.page.Problem = wrong.Error()
	case err != nil:
		p.fail(w, r, err)
		return
	case a == nil:
		e.page.Problem, e.page.status = p.t("This address names no network: it is not whole, or another hub made it."), http.StatusNotFound
		e.page.Path = ""
	}
	e.form()
	if view.IsPassing() || e.page.status != 0 {
		w.Header().Set("Cache-Control", "no-store")
	}
	p.show(w, r, "network", e.page)
}

func suffix(query string) string {
	if query == "" {
		return ""
	}
	return "?" + query
}

// exploring is one answer of the explorer while it is made.
type exploring struct {
	pages
	ctx    context.Context //nolint:containedctx // it lives as long as the request
	view   *edition.View
	page   page
	q      url.Values
	filter network.Filter
	order  network.NodeOrder
	// base is the path of the page, code that of its snapshot.
	base, code string
}

// make reads the address and makes the network; nil without an error for a code that is none.
func (e *exploring) make() (*network.Answer, error) {
	groups := []network.Group{network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality}
	e.order = network.NodeOrder(orElse(strings.ToUpper(e.q.Get("order")), "STRENGTH"))
	all := e.orders()
	at := slices.IndexFunc(all, func(o sorting) bool { return o.order == e.order })
	if at < 0 {
		return nil, content.Errorf(content.CodeInvalid, "order", "%s is no order; NAME, COUNT, DEGREE, STRENGTH, BETWEENNESS, PAGE_RANK, CONSTRAINT, CLOSENESS, EFFECTIVE_SIZE, WEIGHTED_BETWEENNESS and CUTS_OFF are allowed", content.Quote(string(e.order)))
	}
	if g := all[at].group; g >= 0 && !slices.Contains(groups, g) {
		groups = append(groups, g)
	}
	if e.q.Get("at") != "" && !slices.Contains(groups, network.GroupShape) {
		groups = slices.Insert(groups, 0, network.GroupShape)
	}
	if e.code != "" {
		e.page.Network.IsSnapshot = true
		a, err := e.graph().Remake(e.ctx, e.code, groups...)
		if a != nil {
			e.filter = a.Filter
		}
		return a, err
	}
	if err := e.read(); err != nil {
		return nil, err
	}
	return e.office.NewAnswer(e.ctx, e.view, e.filter, groups...)
}

// read makes the filter of the address.
func (e *exploring) read() error {
	f, q := &e.filter, e.q
	f.Mode, f.Weighting = network.Mode(strings.ToUpper(q.Get("mode"))), network.Weighting(strings.ToUpper(q.Get("weighting")))
	f.Affiliation = network.Affiliation(strings.ToUpper(q.Get("affiliation")))
	f.Series, f.Topics, f.Regions, f.Roles = words[content.ID](q["series"]), words[content.ID](q["topics"]), words[string](q["regions"]), words[content.AppearanceRole](q["roles"])
	for name, into := range map[string]*content.PartialDate{"from": &f.From, "to": &f.To} {
		if given := strings.TrimSpace(q.Get(name)); given != "" {
			d, err := content.ParsePartialDate(given)
			if err != nil {
				return content.Errorf(content.CodeInvalid, name, "%s", err.Error())
			}
			*into = d
		}
	}
	if given := strings.TrimSpace(q.Get("minWeight")); given != "" {
		x, err := strconv.ParseFloat(strings.Replace(given, ",", ".", 1), 64)
		if err != nil {
			return content.Errorf(content.CodeInvalid, "minWeight", "%s is no number", content.Quote(given))
		}
		f.MinWeight = x
	}
	if given := strings.TrimSpace(q.Get("steps")); given != "" {
		n, err := strconv.ParseInt(given, 10, 32)
		if err != nil || n < 1 {
			return content.Errorf(content.CodeInvalid, "steps", "%s is not from 1 to 4", content.Quote(given))
		}
		f.Steps = int32(n)
	}
	for _, given := range q["around"] {
		if strings.TrimSpace(given) == "" {
			continue
		}
		found, err := e.who("around", given)
		if err == nil {
			f.Around = append(f.Around, content.ID(found.Common().Slug))
			continue
		}
		if !strings.Contains(given, ",") {
			return err
		}
		for _, slug := range words[content.ID]([]string{given}) {
			found, err := e.who("around", string(slug))
			if err != nil {
				return err
			}
			f.Around = append(f.Around, content.ID(found.Common().Slug))
		}
	}
	return nil
}

// who finds the speaker or organization that somebody means: by id or slug, by name, or what a search for the name finds alone.
func (e *exploring) who(field, given string) (edition.Entry, error) {
	given = strings.TrimSpace(given)
	kinds := []content.Kind{content.KindSpeaker, content.KindOrganization}
	if e.filter.Mode == network.Organizations {
		slices.Reverse(kinds)
	}
	for _, kind := range kinds {
		if num, ok := e.view.NumberOf(kind, given); ok {
			return e.view.ByNumber(num), nil
		}
	}
	few := int32(20)
	found, err := e.view.Search(given, kinds, edition.PageArgs{First: &few})
	if err != nil {
		return nil, content.Errorf(content.CodeInvalid, field, "%s is no public speaker or organization", content.Quote(given))
	}
	var like []string
	for _, kind := range kinds {
		for _, hit := range found.Edges {
			entry := hit.Node().(edition.Entry)
			if entry.Kind() != kind {
				continue
			}
			if strings.EqualFold(entry.Label(), given) || found.TotalCount == 1 {
				return entry, nil
			}
			like = append(like, entry.Label())
		}
	}
	if len(like) > 0 {
		return nil, content.Errorf(content.CodeNotFound, field, "%s may be %s; name one", content.Quote(given), strings.Join(like[:min(5, len(like))], ", "))
	}
	return nil, content.Errorf(content.CodeNotFound, field, "%s is no public speaker or organization; a name or a slug is allowed", content.Quote(given))
}
