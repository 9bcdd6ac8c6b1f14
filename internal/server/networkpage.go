package server

import (
	"context"
	_ "embed" // the page of a network
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bettertogether/graph/gen"
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

// explored is what the page of a network shows. Everything of it is there without a script.
type explored struct {
	Style, Script string
	// Refreshes says that the page asks again by itself, as something is still being computed; Progress is how much of it is done.
	Refreshes bool
	Progress  string
	// Action is where the form leads, Here is this network without a place in it.
	Action, Here        string
	Steps, Order        choice
	From, To, MinWeight string
	Around              string
	// IsOpen says that the form is open: there are conditions in it.
	IsOpen, IsSnapshot, IsMade bool
	IsReproduced               bool
	Sentences                  []string
	Numbers                    []siteRow
	Columns                    []column
	Rows                       []networkRow
	Edges                      []networkEdge
	Communities                []networkCommunity
	Card                       *networkCard
	Absent                     string
	Hidden                     []chosen
	Between, And, ChainProblem string
	Chains                     []networkChain
	Apart                      *networkApart
	Snapshot                   *gen.NetworkSnapshot
	AsOf                       string
	Downloads                  []listLink
	// Filter is the filter as GraphQL takes it, Code the snapshot's; the script asks by one of them.
	Filter, Code string
}

// column is a column of the table of nodes; Sort is its aria-sort.
type column struct{ Label, URL, Sort, Hint string }

type networkRow struct {
	siteRow
	Around, At string
	Cells      []string
	Mark       *mark
}

// mark is how a community is told from others: by a colour, and beyond eight by a shape.
type mark struct{ Number, Colour, Shape int }

// The colours and shapes of communities; those beyond all of both are told by their numbers alone.
const (
	markColours = 8
	markShapes  = 4
)

func markOf(number int32) *mark {
	if number >= markColours*markShapes {
		return &mark{int(number), markColours, 0}
	}
	return &mark{int(number), int(number) % markColours, int(number) / markColours}
}

type networkEdge struct {
	From, To             siteRow
	Weight, Shared, Seen string
	Proof                []siteRow
	More                 int
}

type networkCommunity struct {
	Mark        *mark
	Label, Size string
	Members     []siteRow
}

type networkCard struct {
	ID, Name, URL, Kind, Around, Close string
	// Between and And lead to introductions from here and to here.
	Between, And string
	Sentences    []string
	Facts, Proof []siteRow
	More         int
}

type networkChain struct {
	Sentence, Strength string
	// Nodes are the ids along the chain, for the picture.
	Nodes string
	Hops  []networkEdge
}

// networkApart are two islands; a nil one is of who is in nothing that counts.
type networkApart struct {
	Islands [2]*networkIsland
	Ties    []networkTie
}

type networkIsland struct {
	Size    int32
	Members []siteRow
}

type networkTie struct {
	From, To siteRow
	Common   string
}

// network serves the explorer: the network of today.
func (p pages) network(w http.ResponseWriter, r *http.Request) {
	p.explore(w, r, "")
}

// networkSnapshot serves a network made again by the code of its snapshot, or its files.
func (p pages) networkSnapshot(w http.ResponseWriter, r *http.Request) {
	code := r.PathValue("code")
	for _, ending := range networkEndings() {
		if name, isFile := strings.CutSuffix(code, ending); isFile {
			p.networkFile(w, r, name, ending)
			return
		}
	}
	p.explore(w, r, code)
}

// networkEndings are those of the files of a network.
func networkEndings() []string {
	return []string{".gexf", ".graphml", ".json", ".nodes.csv", ".edges.csv"}
}

func isNetworkFile(name string) bool {
	return slices.ContainsFunc(networkEndings(), func(ending string) bool { return strings.HasSuffix(name, ending) })
}

// networkPolicy is what the explorer may do beyond the rest of the site: its script asks this host for the network, and draws it on a canvas, which
// needs no permission. What the script is built from sets styles by properties of elements alone, so that no style has to be let in.
func networkPolicy(n *explored) string {
	if n == nil {
		return ""
	}
	return "; connect-src 'self'"
}

// networkFile serves a network as a file.
func (p pages) networkFile(w http.ResponseWriter, r *http.Request, _, _ string) {
	http.NotFound(w, r)
}

// explore answers with a network, that of today or that of a snapshot. It waits for measures as long as any operation does, and for the network
// itself as long as any operation may take; then it says so and asks again.
func (p pages) explore(w http.ResponseWriter, r *http.Request, code string) {
	view := p.Desk.Pin()
	if p.fresh(w, r, view) {
		return
	}
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
	if e.page.Network.Refreshes || view.IsPassing() || e.page.status != 0 {
		w.Header().Del("ETag")
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

// sorting is an order of nodes with the column that shows it.
type sorting struct {
	order       network.NodeOrder
	label, hint string
	// group is what is computed for it; free for none.
	group network.Group
	// value is nil for names.
	value func(*network.Node) *float64
}

// free is the group of what needs no computing.
const free = network.Group(-1)

// orders are the columns by which nodes are sorted, in their order; those behind alwaysShown are there only when they sort.
func (p pages) orders() []sorting {
	count := func(of func(*network.Node) int32) func(*network.Node) *float64 {
		return func(n *network.Node) *float64 { x := float64(of(n)); return &x }
	}
	return []sorting{
		{"NAME", p.t("Name"), "", free, nil},
		{"COUNT", p.t("Shared work"), p.t("How many episodes and case studies count."), free, count((*network.Node).Count)},
		{"DEGREE", p.t("Degree"), p.t("How many others it is joined to."), free, count((*network.Node).Degree)},
		{"STRENGTH", p.t("Strength"), p.t("The sum of the weights of its edges."), free, func(n *network.Node) *float64 { x := n.Strength(); return &x }},
		{"BETWEENNESS", p.t("Betweenness"), p.t("The share of pairs of others between which it lies on a shortest path."), network.GroupCentrality, (*network.Node).Betweenness},
		{"PAGE_RANK", p.t("PageRank"), p.t("The share of time that a random walk along the edges spends here."), network.GroupRank, (*network.Node).PageRank},
		{"CONSTRAINT", p.t("Constraint"), p.t("How far its edges lead to one and the same circle; low for brokers."), network.GroupEgo, (*network.Node).Constraint},
		{"CLOSENESS", p.t("Closeness"), p.t("How near all others are, from 0 to 1."), network.GroupCentrality, (*network.Node).Closeness},
		{"EFFECTIVE_SIZE", p.t("Effective size"), p.t("How many of its neighbours are not redundant."), network.GroupEgo, (*network.Node).EffectiveSize},
		{"WEIGHTED_BETWEENNESS", p.t("Weighted betweenness"), p.t("Betweenness where strong edges are short."), network.GroupWeighted, (*network.Node).WeightedBetweenness},
		{"CUTS_OFF", p.t("Cuts off"), p.t("How many others would be cut off without it."), network.GroupShape, func(n *network.Node) *float64 {
			c := n.CutsOff()
			if c == nil {
				return nil
			}
			x := float64(*c)
			return &x
		}},
	}
}

// alwaysShown is how many of the orders are columns whatever sorts.
const alwaysShown = 7

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

// address is this page with other parameters; an empty value takes one away. A place in the list, or an open card, stays only where it is named.
func (e *exploring) address(set map[string]string) string {
	q := maps.Clone(e.q)
	for _, name := range []string{"after", "before", "at"} {
		q.Del(name)
	}
	for name, value := range set {
		if value == "" {
			q.Del(name)
		} else {
			q.Set(name, value)
		}
	}
	for name, values := range q {
		if q[name] = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" }); len(q[name]) == 0 {
			delete(q, name)
		}
	}
	return e.href(e.base + suffix(q.Encode()))
}

// around is the network around an entry, with the other conditions of this one.
func (e *exploring) around(entry edition.Entry) string {
	q := url.Values{}
	if e.code == "" {
		q = maps.Clone(e.q)
		for _, name := range []string{"after", "before", "at", "between", "and", "steps", "years", "find"} {
			q.Del(name)
		}
	} else if e.filter.Mode != network.Speakers {
		q.Set("mode", string(e.filter.Mode))
	}
	q.Set("around", entry.Common().Slug)
	for name, values := range q {
		if values[0] == "" {
			q.Del(name)
		}
	}
	return e.href("/network?" + q.Encode())
}

// choice makes a selection of the form; the first option stands for none.
func (e *exploring) choice(name, label, chosen string, options ...[2]string) choice {
	c := choice{Name: name, Label: label}
	for _, o := range options {
		c.Options = append(c.Options, option{o[0], o[1], strings.EqualFold(o[0], chosen)})
	}
	return c
}

// mostChoices is how many topics or series the form offers.
const mostChoices = 100

// form fills the form with what the address says, also where that is wrong.
func (e *exploring) form() {
	n, q := e.page.Network, e.q
	n.Action, n.Here = e.href(e.base), e.address(map[string]string{"between": "", "and": ""})
	for _, name := range []string{"mode", "weighting", "affiliation", "topics", "series", "regions", "roles", "from", "to", "minWeight", "around", "steps"} {
		n.IsOpen = n.IsOpen || q.Get(name) != ""
	}
	n.Between, n.And = cut(q.Get("between"), 200), cut(q.Get("and"), 200)
	for name, values := range q {
		if !slices.Contains([]string{"between", "and", "after", "before", "at"}, name) {
			for _, v := range values {
				if v != "" {
					n.Hidden = append(n.Hidden, chosen{Name: name, Value: v})
				}
			}
		}
	}
	slices.SortFunc(n.Hidden, func(a, b chosen) int { return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value) })
	var orders [][2]string
	for _, o := range e.orders() {
		orders = append(orders, [2]string{string(o.order), o.label})
	}
	n.Order = e.choice("order", e.t("Order"), string(e.order), orders...)
	if e.code != "" {
		return
	}
	var far [][2]string
	for _, steps := range []string{"1", "2", "3", "4"} {
		far = append(far, [2]string{steps, steps})
	}
	n.From, n.To, n.MinWeight = cut(q.Get("from"), 20), cut(q.Get("to"), 20), cut(q.Get("minWeight"), 20)
	e.page.Choices = []choice{
		e.choice("mode", e.t("Who"), q.Get("mode"), [2]string{"SPEAKER", e.t("People")}, [2]string{"ORGANIZATION", e.t("Organizations")}, [2]string{"BIPARTITE", e.t("People and organizations")}),
		e.choice("weighting", e.t("Weight"), q.Get("weighting"), [2]string{"", e.t("Each shared work counts one")}, [2]string{"NEWMAN", e.t("Large groups count less")}, [2]string{"RECENCY", e.t("What is long ago counts less")}),
		e.choice("affiliation", e.t("For whom people stand"), q.Get("affiliation"), [2]string{"AT_EVENT", e.t("As credited on the day")}, [2]string{"CURRENT", e.t("Where they are today")}),
		e.entries("topics", e.t("Topic"), content.KindTopic), e.entries("series", e.t("Series"), content.KindSeries),
	}
	n.Steps = e.choice("steps", e.t("Steps around"), q.Get("steps"), far...)
	around := words[string](q["around"])
	if len(e.filter.Around) > 0 {
		around = nil
		for _, id := range e.filter.Around {
			around = append(around, string(id))
		}
	}
	n.Around = cut(strings.Join(around, ", "), 2_000)
	// What the form has no field for stays, and can be taken away.
	for _, name := range []string{"topics", "series", "regions", "roles"} {
		for i, value := range words[string](q[name]) {
			if i == 0 && (name == "topics" || name == "series") {
				continue // the selection has it
			}
			rest := slices.DeleteFunc(words[string](q[name]), func(v string) bool { return v == value })
			e.page.Chosen = append(e.page.Chosen, chosen{name, value, e.labelOf(name, value), e.address(map[string]string{name: strings.Join(rest, ",")})})
		}
	}
}

// labelOf is how a condition is shown.
func (e *exploring) labelOf(name, value string) string {
	for kind, of := range map[content.Kind]string{content.KindTopic: "topics", content.KindSeries: "series"} {
		if num, ok := e.view.NumberOf(kind, value); ok && of == name {
			return e.view.ByNumber(num).Label()
		}
	}
	return cut(value, 80)
}

// entries is a selection among entries of a kind: the first by name, and what is chosen.
func (e *exploring) entries(name, label string, kind content.Kind) choice {
	first := int32(mostChoices)
	var all []edition.Entry
	if kind == content.KindTopic {
		if c, err := e.view.Topics(nil, edition.PageArgs{First: &first}); err == nil {
			for _, t := range c.Nodes() {
				all = append(all, t)
			}
		}
	} else if c, err := e.view.SeriesList(nil, nil, edition.PageArgs{First: &first}); err == nil {
		for _, s := range c.Nodes() {
			all = append(all, s)
		}
	}
	given := words[string](e.q[name])
	chosen := ""
	if len(given) > 0 {
		chosen = given[0]
		if num, ok := e.view.NumberOf(kind, chosen); ok {
			entry := e.view.ByNumber(num)
			chosen = entry.Common().Slug
			if !slices.ContainsFunc(all, func(o edition.Entry) bool { return o.ID() == entry.ID() }) {
				all = append(all, entry)
			}
		}
	}
	options := [][2]string{{"", e.t("Any")}}
	for _, entry := range all {
		options = append(options, [2]string{entry.Common().Slug, entry.Label()})
	}
	c := e.choice(name, label, chosen, options...)
	if chosen != "" && !slices.ContainsFunc(c.Options, func(o option) bool { return o.IsChosen }) {
		c.Options = append(c.Options, option{chosen, cut(chosen, 80), true})
	}
	return c
}

// number writes a measure with three digits that say something, but not more than five behind the point.
func number(x float64) string {
	const least = 0.00001
	if x > 0 && x < least {
		return "< 0.00001"
	}
	digits := 2
	if x != 0 {
		digits = max(0, min(5, 2-int(math.Floor(math.Log10(math.Abs(x))))))
	}
	s := strconv.FormatFloat(x, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// fill shows a network.
func (e *exploring) fill(a *network.Answer) error {
	n := e.page.Network
	n.IsMade = true
	if e.page.Title = e.titleOf(a.Filter.Mode); e.code != "" {
		n.Code = e.code
	}
	filter, err := json.Marshal(a.Filter)
	if err != nil {
		return err
	}
	n.Filter = string(filter)
	if !a.State.Ready {
		n.Refreshes = true
		n.Progress = fmt.Sprintf(e.t("Some measures are still being computed; %d %% are done."), int(100*a.State.Progress))
	}
	e.summary(a)
	if err := e.nodes(a); err != nil {
		return err
	}
	if err := e.strongest(a); err != nil {
		return err
	}
	if err := e.communities(a); err != nil {
		return err
	}
	e.card(a)
	if err := e.introduce(a); err != nil {
		return err
	}
	return e.cite(a)
}

func (e *exploring) titleOf(mode network.Mode) string {
	switch mode {
	case network.Organizations:
		return e.t("Network of organizations")
	case network.Bipartite:
		return e.t("Network of people and organizations")
	default:
		return e.t("Network of people")
	}
}

// summary tells a network in numbers and sentences.
func (e *exploring) summary(a *network.Answer) {
	n, s := e.page.Network, a.Summary()
	say := func(english string, args ...any) { n.Sentences = append(n.Sentences, fmt.Sprintf(english, args...)) }
	count := func(label string, x int32) {
		n.Numbers = append(n.Numbers, siteRow{Title: label, When: strconv.Itoa(int(x))})
	}
	switch a.Filter.Mode {
	case network.Organizations:
		say("%s", e.t("Organizations are joined when people stood for both in one episode, or when both are partners in a case study."))
		count(e.t("Organizations"), s.Nodes)
	case network.Bipartite:
		say("%s", e.t("People are joined with the organizations that they stood for, in episodes and case studies."))
		count(e.t("People and organizations"), s.Nodes)
	default:
		say("%s", e.t("People are joined when they appeared in the same episode."))
		count(e.t("People"), s.Nodes)
	}
	count(e.t("Edges"), s.Edges)
	count(e.t("Episodes"), s.Episodes)
	if a.Filter.Mode != network.Speakers {
		count(e.t("Case studies"), s.CaseStudies)
	}
	if s.Nodes == 0 {
		say("%s", e.t("Nobody fits these conditions."))
		return
	}
	if s.Components == 1 {
		say("%s", e.t("Everybody can be reached from everybody."))
	} else {
		say(e.t("It falls into %d parts; the largest holds %d of %d."), s.Components, s.LargestComponent, s.Nodes)
	}
	if s.MeanDegree != nil {
		say(e.t("On average each is joined with %s others."), number(*s.MeanDegree))
		n.Numbers = append(n.Numbers, siteRow{Title: e.t("Mean degree"), When: number(*s.MeanDegree)})
	}
	if s.Density != nil {
		say(e.t("Of all pairs that could be joined, %s %% are."), number(*s.Density*100))
		n.Numbers = append(n.Numbers, siteRow{Title: e.t("Density"), When: number(*s.Density)})
	}
	count(e.t("Alone"), s.Isolates)
	count(e.t("Parts"), s.Components)
	count(e.t("Largest part"), s.LargestComponent)
	if s.Communities != nil {
		count(e.t("Communities"), *s.Communities)
	}
	if s.Modularity != nil {
		n.Numbers = append(n.Numbers, siteRow{Title: e.t("Modularity"), When: number(*s.Modularity)})
	}
	count(e.t("Without a date"), s.Undated)
	if s.ErrorBound != nil && *s.ErrorBound > 0 {
		say(e.t("Betweenness is estimated from %d starting points; a value is off by %s at most, with 95 %% confidence."), *s.Sources, number(*s.ErrorBound))
	}
}

// seen is a span of dates for people.
func (e *exploring) seen(first, last content.PartialDate) string {
	if first == last {
		return e.words.Date(first)
	}
	return e.words.Date(first) + " – " + e.words.Date(last)
}

// span is a span of dates for a table: as exact as they are known, and short.
func span(first, last content.PartialDate) string {
	if first == last {
		return string(first)
	}
	return string(first) + " – " + string(last)
}

// node is a node as a link to its page.
func (e *exploring) node(n *network.Node) siteRow {
	return siteRow{URL: n.Entry().URL(), Title: n.Label()}
}

// nodes fills the table of nodes.
func (e *exploring) nodes(a *network.Answer) error {
	size := int32(30)
	args := edition.PageArgs{First: &size}
	if after := e.q.Get("after"); after != "" {
		args.After = &after
	} else if before := e.q.Get("before"); before != "" {
		args = edition.PageArgs{Last: &size, Before: &before}
	}
	shown, err := a.Nodes(e.order, args)
	var wrong *content.Error
	if errors.As(err, &wrong) { // a cursor of another network: the list begins anew
		e.page.Problem = wrong.Error()
		shown, err = a.Nodes(e.order, edition.PageArgs{First: &size})
	}
	if err != nil {
		return err
	}
	n := e.page.Network
	columns := e.orders()
	for i := len(columns) - 1; i >= alwaysShown; i-- {
		if columns[i].order != e.order {
			columns = slices.Delete(columns, i, i+1)
		}
	}
	for _, o := range columns {
		c := column{Label: o.label, Hint: o.hint, URL: e.address(map[string]string{"order": string(o.order)})}
		if o.order == e.order {
			c.Sort = "descending"
			if o.order == "NAME" || o.order == "CONSTRAINT" {
				c.Sort = "ascending"
			}
		}
		n.Columns = append(n.Columns, c)
	}
	for _, node := range shown.Nodes() {
		row := networkRow{siteRow: e.node(node), Around: e.around(node.Entry()), At: e.address(map[string]string{"at": node.Entry().Common().Slug})}
		for _, o := range columns[1:] {
			switch x := o.value(node); {
			case x != nil:
				row.Cells = append(row.Cells, number(*x))
			case o.group >= 0 && !a.Ready[o.group]:
				row.Cells = append(row.Cells, "…")
			default:
				row.Cells = append(row.Cells, "–")
			}
		}
		if c := node.Community(); c != nil {
			row.Mark = markOf(*c)
		}
		row.When = span(node.FirstSeen(), node.LastSeen())
		n.Rows = append(n.Rows, row)
	}
	info := shown.PageInfo()
	if info.HasNextPage && info.EndCursor != nil {
		e.page.Older = e.address(map[string]string{"after": *info.EndCursor})
	}
	if info.HasPreviousPage && info.StartCursor != nil {
		e.page.Newer = e.address(map[string]string{"before": *info.StartCursor})
	}
	return nil
}

// mostProof is how many episodes and case studies stand beside an edge.
const mostProof = 4

// proof are the latest of what an edge stands for, and how many more there are.
func (e *exploring) proof(episodes []*edition.Episode, studies []*edition.CaseStudy) (all []siteRow, more int) {
	for _, ep := range episodes[:min(mostProof, len(episodes))] {
		all = append(all, siteRow{URL: ep.URL(), Title: ep.Title, When: e.words.Date(ep.When.Date)})
	}
	for _, c := range studies[:min(mostProof-len(all), len(studies))] {
		all = append(all, siteRow{URL: c.URL(), Title: c.Title})
	}
	return all, len(episodes) + len(studies) - len(all)
}

// strongest fills the table of edges.
func (e *exploring) strongest(a *network.Answer) error {
	size := int32(20)
	shown, err := a.Edges("WEIGHT", edition.PageArgs{First: &size})
	if err != nil {
		return err
	}
	for _, l := range shown.Nodes() {
		row := networkEdge{
			From: e.node(l.Source()), To: e.node(l.Target()), Weight: number(l.Weight()), Shared: strconv.Itoa(int(l.Count())), Seen: span(l.FirstSeen(), l.LastSeen()),
		}
		row.Proof, row.More = e.proof(l.Episodes(), l.CaseStudies())
		e.page.Network.Edges = append(e.page.Network.Edges, row)
	}
	return nil
}

// communities lists the largest of them.
func (e *exploring) communities(a *network.Answer) error {
	all, err := a.Groups(16)
	if err != nil {
		return err
	}
	for _, c := range all {
		members, err := c.Members(4)
		if err != nil {
			return err
		}
		shown := networkCommunity{Mark: markOf(c.Number()), Label: c.Label(), Size: strconv.Itoa(int(c.Size()))}
		for _, m := range members {
			shown.Members = append(shown.Members, e.node(m))
		}
		e.page.Network.Communities = append(e.page.Network.Communities, shown)
	}
	return nil
}

// card opens the node that the address names, with what is known of it.
func (e *exploring) card(a *network.Answer) {
	given := e.q.Get("at")
	if given == "" {
		return
	}
	node := a.Node(content.ID(given))
	if node == nil {
		e.page.Network.Absent = fmt.Sprintf(e.t("%s is not in this network."), content.Quote(given))
		return
	}
	c := &networkCard{
		ID: string(node.Entry().ID()), Name: node.Label(), URL: node.Entry().URL(), Kind: e.t(noun(node.Entry().Kind())), Around: e.around(node.Entry()),
		Close: e.address(nil), Sentences: node.ExplainIn(e.t),
		Between: e.address(map[string]string{"between": node.Entry().Common().Slug}), And: e.address(map[string]string{"and": node.Entry().Common().Slug}),
	}
	for _, o := range e.orders()[1:alwaysShown] {
		if x := o.value(node); x != nil {
			c.Facts = append(c.Facts, siteRow{Title: o.label, When: number(*x), Who: o.hint})
		}
	}
	if seen := e.seen(node.FirstSeen(), node.LastSeen()); seen != "" {
		c.Facts = append(c.Facts, siteRow{Title: e.t("When"), When: seen})
	}
	if latest, err := node.Episodes(8); err == nil {
		for _, ep := range latest {
			c.Proof = append(c.Proof, siteRow{URL: ep.URL(), Title: ep.Title, When: e.words.Date(ep.When.Date)})
		}
		c.More = int(node.Count()) - len(latest)
	}
	e.page.Network.Card = c
}

// introduce tells who could introduce one to another, where the address asks.
func (e *exploring) introduce(a *network.Answer) error {
	n, between, and := e.page.Network, strings.TrimSpace(e.q.Get("between")), strings.TrimSpace(e.q.Get("and"))
	if between == "" || and == "" {
		return nil // the form waits for the other
	}
	var ends [2]edition.Entry
	for i, given := range []string{between, and} {
		found, err := e.who([]string{"between", "and"}[i], given)
		if err != nil {
			n.ChainProblem = err.Error()
			return nil //nolint:nilerr // it is said, and the rest of the page stands
		}
		ends[i] = found
	}
	// As in GraphQL: those who met often and lately come first, unless the address names a weighting.
	if a.Filter.Weighting == network.Count && e.q.Get("weighting") == "" && e.code == "" {
		f := a.Filter
		f.Weighting = network.Recency
		recent, err := e.office.NewAnswer(e.ctx, e.view, f)
		if err != nil {
			return err
		}
		a = recent
	}
	found, err := a.Introduce(e.ctx, ends[0].ID(), ends[1].ID(), 3, nil)
	var wrong *content.Error
	if errors.As(err, &wrong) {
		n.ChainProblem = wrong.Error()
		return nil
	}
	if err != nil {
		return err
	}
	for _, path := range found.Paths {
		c := networkChain{Sentence: path.SentenceIn(e.t), Strength: number(path.Strength())}
		nodes := []string{}
		for i, h := range path.Hops() {
			if i == 0 {
				nodes = append(nodes, string(h.From().Entry().ID()))
			}
			nodes = append(nodes, string(h.To().Entry().ID()))
			hop := networkEdge{From: e.node(h.From()), To: e.node(h.To()), Weight: number(h.Weight()), Seen: e.words.Date(h.LastTogether())}
			hop.Proof, hop.More = e.proof(h.Episodes(), h.CaseStudies())
			c.Hops = append(c.Hops, hop)
		}
		c.Nodes = strings.Join(nodes, " ")
		n.Chains = append(n.Chains, c)
	}
	if found.Apart == nil {
		return nil
	}
	n.Apart = &networkApart{Islands: [2]*networkIsland{e.island(found.Apart.From), e.island(found.Apart.To)}}
	for _, t := range found.Apart.Nearest {
		tie := networkTie{From: e.node(t.From()), To: e.node(t.To())}
		var common []string
		for _, o := range t.SharedOrganizations() {
			common = append(common, o.Label())
		}
		for _, o := range t.SharedTopics() {
			common = append(common, o.Label())
		}
		tie.Common = strings.Join(common[:min(5, len(common))], ", ")
		n.Apart.Ties = append(n.Apart.Ties, tie)
	}
	return nil
}

func (e *exploring) island(i *network.Island) *networkIsland {
	if i == nil {
		return nil
	}
	shown := &networkIsland{Size: i.Size()}
	for _, m := range i.Members() {
		shown.Members = append(shown.Members, e.node(m))
	}
	return shown
}

// cite names the network, so that it can be found and made again.
func (e *exploring) cite(a *network.Answer) error {
	s, err := e.graph().Snapshot(e.ctx, a)
	var wrong *content.Error
	if errors.As(err, &wrong) {
		e.view.Pass() // the database is away; the next answer has it
		return nil
	}
	if err != nil {
		return err
	}
	n := e.page.Network
	n.Snapshot, n.AsOf = s, s.AsOf.Format("2006-01-02 15:04:05 MST")
	n.IsReproduced = s.Reproduced != nil && *s.Reproduced
	for i, title := range []string{"GEXF (Gephi)", "GraphML (igraph, networkx, Cytoscape)", "JSON (networkx, d3)", e.t("Nodes as CSV"), e.t("Edges as CSV")} {
		n.Downloads = append(n.Downloads, listLink{URL: s.Permalink + networkEndings()[i], Title: title})
	}
	return nil
}
