package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

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
