package server

import (
	"errors"
	"fmt"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

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
	if e.code != "" {
		e.view.Pass() // a pin changes no edition
		if _, n.IsRedacted, n.IsPinned, err = e.Desk.Pinned(e.ctx, e.code); err != nil {
			e.Log.Warn("a pin was not read", "error", err)
		}
	}
	for i, title := range []string{"GEXF (Gephi)", "GraphML (igraph, networkx, Cytoscape)", "JSON (networkx, d3)", e.t("Nodes as CSV"), e.t("Edges as CSV"), e.t("Both as a ZIP")} {
		n.Downloads = append(n.Downloads, listLink{URL: s.Permalink + networkFiles[i].ending, Title: title})
	}
	return nil
}
