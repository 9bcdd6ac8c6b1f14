package edition

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"bettertogether/internal/content"
)

// find takes the findings of rows in, and tells whether the public sees one of them.
func (l *Ledger) find(rows content.Rows, since int64) (isPublic bool) {
	if len(rows.Findings) > 0 {
		all := make(map[string]*content.Finding, len(l.findings)+len(rows.Findings))
		maps.Copy(all, l.findings)
		for i := range rows.Findings {
			if f := &rows.Findings[i]; f.Version > since {
				all[f.URL] = f
			}
		}
		l.findings = all
	}
	if rows.PublicFound <= since {
		return false
	}
	l.publicVersion = max(l.publicVersion, rows.PublicFound)
	l.changed(rows.PublicFoundAt)
	return true
}

// Finding is the newest of an address; false when there is none.
func (l *Ledger) Finding(url string) (content.Finding, bool) {
	if f := l.findings[url]; f != nil {
		return *f, true
	}
	return content.Finding{}, false
}

// PublicAddresses are the addresses elsewhere that something public names at an instant, or will name by a schedule. Its time
// grows with the hub.
func (l *Ledger) PublicAddresses(now time.Time) map[string]bool {
	found := map[string]bool{}
	for num := range int32(l.size) {
		r := l.record(num)
		public := r.public()
		for i, p := range public {
			isOver := i+1 < len(public) && public[i+1].from <= now.UnixMicro()
			if rev, ok := r.revision(p.revision); ok && !isOver {
				content.Addresses(rev.entry, func(_, url string, _ content.AddressUse) { found[url] = true })
			}
		}
	}
	return found
}

// Finding is the newest of an address; false when there is none.
func (e *Edition) Finding(url string) (content.Finding, bool) {
	if f := e.findings[url]; f != nil {
		return *f, true
	}
	return content.Finding{}, false
}

// LinkHealth is what the hub knows of an address elsewhere.
type LinkHealth struct {
	State content.LinkState
	// CheckedAt is when this was found; later looks that found the same do not move it.
	CheckedAt, Since time.Time
	// Title is what the provider calls it; empty is unknown.
	Title string
}

func (v *View) health(url string) *LinkHealth {
	f := v.findings[url]
	if f == nil {
		return nil
	}
	return &LinkHealth{f.State, f.At, f.Since, f.Title}
}

// isBroken tells whether an address is known to be broken.
func (v *View) isBroken(url string) bool {
	f := v.findings[url]
	return f != nil && f.State == content.LinkBroken
}

// knownBroken tells known broken addresses; it is nil where nothing was found out.
func (v *View) knownBroken() func(url string) bool {
	if len(v.findings) == 0 || v.broken != nil {
		return v.broken
	}
	return v.isBroken
}

// PlayURL is the address to open now: its own, its fallback where that is broken, or empty when nothing is left.
func (r Recording) PlayURL() string { return r.Recording.PlayURL(r.v.isBroken) }

// Health is what the hub knows of the recording's own address; nil before it looked.
func (r Recording) Health() *LinkHealth { return r.v.health(r.URL) }

// Health is what the hub knows of the address; nil before it looked.
func (r *Resource) Health() *LinkHealth { return r.v.health(r.Href) }

// AddressElsewhere is an address that listed entries name, and what they want of it.
type AddressElsewhere struct {
	URL string
	Use content.AddressUse
}

// AddressesElsewhere are all addresses that listed entries name, each once, in the order of the alphabet. One that is wanted as
// a picture by any of them is a picture.
func (e *Edition) AddressesElsewhere() []AddressElsewhere {
	use := map[string]content.AddressUse{}
	e.eachAddress(func(_ *node, url string, u content.AddressUse) { use[url] = max(use[url], u) })
	found := make([]AddressElsewhere, 0, len(use))
	for _, url := range slices.Sorted(maps.Keys(use)) {
		found = append(found, AddressElsewhere{url, use[url]})
	}
	return found
}

func (e *Edition) eachAddress(visit func(n *node, url string, use content.AddressUse)) {
	for _, kind := range []content.Kind{content.KindEpisode, content.KindSpeaker, content.KindOrganization, content.KindResource} {
		for _, num := range e.orders[defaultOrder(kind)] {
			n := e.nodes.at(num)
			content.Addresses(n.entry(), func(_, url string, use content.AddressUse) { visit(n, url, use) })
		}
	}
}

// LinkReport is an address elsewhere with what is known of it and who names it.
type LinkReport struct {
	f     *content.Finding
	v     *View
	nodes []*node
}

// URL is the address.
func (r LinkReport) URL() string { return r.f.URL }

// State says whether it works.
func (r LinkReport) State() content.LinkState { return r.f.State }

// Since is when the state began.
func (r LinkReport) Since() time.Time { return r.f.Since }

// Status is the last answer's of HTTP; nil where there was none.
func (r LinkReport) Status() *int32 { return positive(r.f.Status) }

// Title is what the provider calls it.
func (r LinkReport) Title() string { return r.f.Title }

// Detail says in words what is wrong.
func (r LinkReport) Detail() string { return r.f.Detail }

// mostUsers is how many entries a report names.
const mostUsers = 100

// Entries are those that name the address, at most 100.
func (r LinkReport) Entries() []Entry {
	found := make([]Entry, 0, len(r.nodes))
	for _, n := range r.nodes[:min(len(r.nodes), mostUsers)] {
		found = append(found, r.v.wrap(n))
	}
	return found
}

// LinkReportEdge is a report with its place in the list.
type LinkReportEdge struct {
	Cursor string
	Node   LinkReport
}

// LinkReportConnection is a page of reports.
type LinkReportConnection struct {
	Edges      []LinkReportEdge
	PageInfo   *PageInfo
	TotalCount int32
}

// Nodes are the reports.
func (c *LinkReportConnection) Nodes() []LinkReport {
	nodes := make([]LinkReport, len(c.Edges))
	for i, e := range c.Edges {
		nodes[i] = e.Node
	}
	return nodes
}

// rank puts the worst first.
func (r LinkReport) rank() int { return slices.Index(content.LinkStates(), r.f.State) }

func compareReports(a, b LinkReport) int {
	return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.f.URL, b.f.URL))
}

// LinkReport lists the addresses elsewhere that listed entries name and that the hub has looked at, in one of the states or in
// any, the worst first.
func (v *View) LinkReport(states []content.LinkState, args PageArgs) (*LinkReportConnection, error) {
	if _, err := args.Size(); err != nil {
		return nil, err
	}
	at := map[string]int{}
	var all []LinkReport
	v.eachAddress(func(n *node, url string, _ content.AddressUse) {
		f := v.findings[url]
		if f == nil || len(states) > 0 && !slices.Contains(states, f.State) {
			return
		}
		i, known := at[url]
		if !known {
			i = len(all)
			at[url], all = i, append(all, LinkReport{f: f, v: v})
		}
		if nodes := all[i].nodes; len(nodes) == 0 || nodes[len(nodes)-1] != n {
			all[i].nodes = append(nodes, n)
		}
	})
	slices.SortFunc(all, compareReports)
	const order = "links"
	from, to, err := args.cut(len(all), func(name, s string) (int, error) {
		c, err := decodeCursor(name, s, order)
		if err != nil {
			return 0, err
		}
		probe := LinkReport{f: &content.Finding{URL: c.Sort}}
		if states := content.LinkStates(); c.When >= 0 && c.When < int64(len(states)) {
			probe.f.State = states[c.When]
		}
		i, found := slices.BinarySearchFunc(all, probe, compareReports)
		if !found && name == "after" {
			i--
		}
		return i, nil
	})
	if err != nil {
		return nil, err
	}
	place := func(i int) string {
		return encodeCursor(cursor{Order: order, Sort: all[i].f.URL, When: int64(all[i].rank()), ID: all[i].nodes[0].id()})
	}
	c := &LinkReportConnection{TotalCount: int32(len(all)), PageInfo: info(from, to, len(all), place)}
	for i := from; i < to; i++ {
		c.Edges = append(c.Edges, LinkReportEdge{place(i), all[i]})
	}
	return c, nil
}
