package network_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// pair are two ids, the lower first.
type pair [2]content.ID

func pairOf(a, b content.ID) pair { return pair{min(a, b), max(a, b)} }

// projection is a network made from the entries themselves: the gatherings of each node and of each pair, and how much of one each gathering gives
// the pair by NEWMAN.
type projection struct {
	nodes map[content.ID]map[content.ID]bool
	edges map[pair]map[content.ID]float64
}

func (p *projection) node(n, gathering content.ID) {
	if p.nodes[n] == nil {
		p.nodes[n] = map[content.ID]bool{}
	}
	p.nodes[n][gathering] = true
}

func (p *projection) edge(a, b, gathering content.ID, share float64) {
	if a == b {
		return
	}
	if p.edges[pairOf(a, b)] == nil {
		p.edges[pairOf(a, b)] = map[content.ID]float64{}
	}
	p.edges[pairOf(a, b)][gathering] = share
}

// clique joins all of a gathering.
func (p *projection) clique(all map[content.ID]bool, gathering content.ID) {
	for a := range all {
		p.node(a, gathering)
		for b := range all {
			p.edge(a, b, gathering, 1/float64(len(all)-1))
		}
	}
}

// stand joins a person with organizations.
func (p *projection) stand(people map[content.ID]map[content.ID]bool, gathering content.ID) {
	for person, organizations := range people {
		for o := range organizations {
			p.node(person, gathering)
			p.node(o, gathering)
			p.edge(person, o, gathering, 1/float64(len(organizations)))
		}
	}
}

// project reads all entries.
func project(v *edition.View, mode network.Mode) *projection {
	p := &projection{nodes: map[content.ID]map[content.ID]bool{}, edges: map[pair]map[content.ID]float64{}}
	episodes, _ := v.Numbers(content.KindEpisode)
	for _, num := range episodes {
		e := v.ByNumber(num).(*edition.Episode)
		people, all := map[content.ID]map[content.ID]bool{}, map[network.Mode]map[content.ID]bool{network.Speakers: {}, network.Organizations: {}}
		for _, a := range e.Appearances(nil) {
			if a.Role == content.RoleInterpreter || a.Role == content.RoleProducer {
				continue
			}
			who := a.Speaker().ID()
			all[network.Speakers][who] = true
			if people[who] == nil {
				people[who] = map[content.ID]bool{}
			}
			for _, o := range a.CreditedOrganizations() {
				all[network.Organizations][o.ID()], people[who][o.ID()] = true, true
			}
		}
		if mode == network.Bipartite {
			p.stand(people, e.ID())
		} else {
			p.clique(all[mode], e.ID())
		}
	}
	studies, _ := v.Numbers(content.KindCaseStudy)
	for _, num := range studies {
		c := v.ByNumber(num).(*edition.CaseStudy)
		people, partners := map[content.ID]map[content.ID]bool{}, map[content.ID]bool{}
		for _, partner := range c.Partners() {
			partners[partner.Organization().ID()] = true
		}
		for _, one := range c.Contributions() {
			if people[one.Speaker().ID()] == nil {
				people[one.Speaker().ID()] = map[content.ID]bool{}
			}
			for _, o := range one.CreditedOrganizations() {
				people[one.Speaker().ID()][o.ID()] = true
			}
		}
		switch mode {
		case network.Organizations:
			p.clique(partners, c.ID())
		case network.Bipartite:
			p.stand(people, c.ID())
		}
	}
	return p
}

// hubs are views of the demo's facts, of made-up content, and of the latter after editors merged and hid some of it.
func hubs(t *testing.T, size generate.Size) map[string]*edition.View {
	facts := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, facts, hubtest.Facts())
	edited := madeUp(t, size)
	var w desk.Write
	w.Action = "test"
	for i := range size.Speakers / 8 {
		w.Merge = append(w.Merge, desk.Merge{Survivor: generate.ID(content.KindSpeaker, 2*i), Absorbed: generate.ID(content.KindSpeaker, 2*i+1)})
	}
	for i := range size.Episodes / 10 {
		w.Publish = append(w.Publish, desk.Publish{ID: generate.ID(content.KindEpisode, 3*i)})
	}
	w.Merge = append(w.Merge, desk.Merge{Survivor: generate.ID(content.KindOrganization, 0), Absorbed: generate.ID(content.KindOrganization, 1)})
	hubtest.Save(t, edited, w)
	return map[string]*edition.View{"demo": facts.Pin(), "made up": madeUp(t, size).Pin(), "edited": edited.Pin()}
}

func TestEdgesAreThoseOfTheEntriesThemselves(t *testing.T) {
	for name, v := range hubs(t, generate.S()) {
		for _, mode := range []network.Mode{network.Speakers, network.Organizations, network.Bipartite} {
			want := project(v, mode)
			for _, weighting := range []network.Weighting{network.Count, network.Newman} {
				a := answer(t, v, network.Filter{Mode: mode, Weighting: weighting})
				what := fmt.Sprint(name, " ", mode, " ", weighting)
				if a.Graph.Len() != len(want.nodes) || len(a.Graph.Edges()) != len(want.edges) || len(want.edges) == 0 {
					t.Fatalf("%s: %d nodes and %d edges, want %d and %d", what, a.Graph.Len(), len(a.Graph.Edges()), len(want.nodes), len(want.edges))
				}
				for _, link := range linksOf(t, a) {
					gatherings := want.edges[pairOf(link.Source().Entry().ID(), link.Target().Entry().ID())]
					var proof []content.ID
					for _, e := range link.Episodes() {
						proof = append(proof, e.ID())
					}
					for _, c := range link.CaseStudies() {
						proof = append(proof, c.ID())
					}
					slices.Sort(proof)
					if !slices.Equal(proof, slices.Sorted(maps.Keys(gatherings))) || int(link.Count()) != len(proof) {
						t.Fatalf("%s: %s and %s share %s, want %v", what, link.Source().Label(), link.Target().Label(), proof, gatherings)
					}
					weight := float64(len(gatherings))
					if weighting == network.Newman {
						weight = 0
						for _, id := range slices.Sorted(maps.Keys(gatherings)) {
							weight += gatherings[id]
						}
					}
					if math.Abs(link.Weight()-weight) > 1e-9 {
						t.Fatalf("%s: %s and %s weigh %g, want %g", what, link.Source().Label(), link.Target().Label(), link.Weight(), weight)
					}
				}
				for i := range int32(a.Graph.Len()) {
					n := a.Node(a.Entry(v, i).ID())
					if int(n.Count()) != len(want.nodes[n.Entry().ID()]) {
						t.Fatalf("%s: %s is in %d, want %d", what, n.Label(), n.Count(), len(want.nodes[n.Entry().ID()]))
					}
					shared := map[content.ID]bool{}
					for ends, gatherings := range want.edges {
						if ends[0] == n.Entry().ID() || ends[1] == n.Entry().ID() {
							maps.Copy(shared, setOf(gatherings))
						}
					}
					if weighting == network.Newman && mode != network.Bipartite && math.Abs(n.Strength()-float64(len(shared))) > 1e-9 {
						t.Fatalf("%s: %s has strength %g with %d shared", what, n.Label(), n.Strength(), len(shared))
					}
				}
			}
		}
	}
}

func setOf(all map[content.ID]float64) map[content.ID]bool {
	set := map[content.ID]bool{}
	for id := range all {
		set[id] = true
	}
	return set
}

// everything are all groups of measures.
var everything = []network.Group{network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality, network.GroupWeighted}

func answer(t *testing.T, v *edition.View, f network.Filter, groups ...network.Group) *network.Answer {
	t.Helper()
	a, err := network.NewOffice().NewAnswer(t.Context(), v, f, groups...)
	if err != nil {
		t.Fatal(err)
	}
	if !a.State.Ready {
		t.Fatal("not ready")
	}
	return a
}

// linksOf are all edges of an answer.
func linksOf(t *testing.T, a *network.Answer) []*network.Link {
	t.Helper()
	var all []*network.Link
	args := edition.PageArgs{First: new(int32)}
	for *args.First = edition.MostPerPage; ; {
		page, err := a.Edges("NAME", args)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Nodes()...)
		if args.After = page.PageInfo().EndCursor; !page.PageInfo().HasNextPage {
			return all
		}
	}
}

// TestAMergerLosesNobodysRoleAndCountsNoTopicTwice looks at what is said beyond edges.
func TestAMergerLosesNobodysRoleAndCountsNoTopicTwice(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	ids := hubtest.Publish(t, d,
		&content.Speaker{Name: "Maria Okafor"}, &content.Speaker{Name: "M. Okafor"}, &content.Speaker{Name: "Ted Alder"},
		&content.Topic{Name: "Apprenticeship", Scheme: content.TopicSubject}, &content.Topic{Name: "Apprenticeships", Scheme: content.TopicSubject},
	)
	one := &content.Episode{Title: "One", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, When: content.When{Date: "2025-03-04"}.Kept(), Topics: ids[3:]}
	for i, role := range []content.AppearanceRole{content.RoleHost, content.RoleGuest} {
		one.Appearances = append(one.Appearances, content.Appearance{Speaker: ids[1+i], Part: &content.Part{Role: role}, Billing: &content.Billing{CreditedName: "As printed"}})
	}
	one.Appearances = append(one.Appearances, content.Appearance{Speaker: ids[2], Part: &content.Part{Role: content.RoleProducer}, Billing: &content.Billing{CreditedName: "As printed"}})
	episode := hubtest.Publish(t, d, one)[0]
	hubtest.Save(t, d, desk.Write{Action: "test", Merge: []desk.Merge{{Survivor: ids[0], Absorbed: ids[1]}, {Survivor: ids[3], Absorbed: ids[4]}}})
	v := d.Pin().Public()
	r, err := network.Represent(t.Context(), v, network.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var roles []string
	for _, s := range r.By(network.ByRole) {
		roles = append(roles, fmt.Sprintf("%s %d", s.Value, s.Count))
	}
	if got := strings.Join(roles, ", "); got != "GUEST 1, HOST 1" {
		t.Errorf("roles %s", got)
	}
	num, _ := v.NumberOf(content.KindEpisode, string(episode))
	if topics := v.TopicsOf(num); len(topics) != 1 {
		t.Errorf("topics %d", topics)
	}
}
