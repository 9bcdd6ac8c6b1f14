package network_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// golden are counts that an independent script made of the same file.
type golden struct {
	Speakers      int      `json:"speakers"`
	SpeakerLinks  int      `json:"speaker_links"`
	Organizations int      `json:"organization_links"`
	Components    int      `json:"components"`
	Isolated      int      `json:"isolated_speakers"`
	Largest       [][2]any `json:"largest_components"`
	MostLinked    [][2]any `json:"most_linked_speakers"`
	Strongest     [][2]any `json:"strongest_speaker_links"`
	StrongestOrgs [][2]any `json:"strongest_organization_links"`
	Distances     [][3]any `json:"distances"`
}

func TestNetworksEqualThoseOfAnIndependentScript(t *testing.T) {
	raw, err := os.ReadFile("../edition/testdata/golden-domain.json")
	if err != nil {
		t.Fatal(err)
	}
	var want golden
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	n := made(t, v, network.Filter{})
	byKey := map[string]int32{}
	for i := range int32(n.Graph.Len()) {
		byKey[key(n.Entry(v, i))] = i
	}
	components := n.Graph.Components()
	isolated := 0
	for i := range int32(n.Graph.Len()) {
		if n.Graph.Degree(i) == 0 {
			isolated++
		}
	}
	// The script counts speakers without any episode as isolated components too.
	alone := want.Speakers - n.Graph.Len()
	if got := len(n.Graph.Edges()); got != want.SpeakerLinks {
		t.Errorf("%d links, want %d", got, want.SpeakerLinks)
	}
	if got := len(components.Sizes) + alone; got != want.Components {
		t.Errorf("%d components, want %d", got, want.Components)
	}
	if got := isolated + alone; got != want.Isolated {
		t.Errorf("%d isolated, want %d", got, want.Isolated)
	}
	for _, pair := range want.Largest {
		if at := byKey[pair[1].(string)]; components.Sizes[components.Labels[at]] != int32(pair[0].(float64)) {
			t.Errorf("the component of %s has %d nodes, want %v", pair[1], components.Sizes[components.Labels[at]], pair[0])
		}
	}
	for _, pair := range want.MostLinked {
		if got := n.Graph.Degree(byKey[pair[0].(string)]); got != int(pair[1].(float64)) {
			t.Errorf("%s has %d links, want %v", pair[0], got, pair[1])
		}
	}
	for _, d := range want.Distances {
		found, err := n.Graph.Paths(context.Background(), network.PathQuery{From: byKey[d[0].(string)], To: byKey[d[1].(string)], Most: 1})
		if steps := fewest(n.Graph, byKey[d[0].(string)], byKey[d[1].(string)]); err != nil || len(found) == 0 || steps != int(d[2].(float64)) {
			t.Errorf("%v: %d steps, %v", d, steps, err)
		}
	}
	checkStrongest(t, v, n, want.Strongest)
	o := made(t, v, network.Filter{Mode: network.Organizations})
	fromEpisodes := 0
	for i := range o.Graph.Edges() {
		if slices.ContainsFunc(o.Proof(int32(i)), func(g int32) bool { return v.ByNumber(o.Gatherings[g].Number).Kind() == content.KindEpisode }) {
			fromEpisodes++
		}
	}
	if fromEpisodes != want.Organizations {
		t.Errorf("%d links of organizations, want %d", fromEpisodes, want.Organizations)
	}
}

func checkStrongest(t *testing.T, v *edition.View, n *network.Network, want [][2]any) {
	t.Helper()
	weights := map[string]float64{}
	for _, e := range n.Graph.Edges() {
		pair := []string{key(n.Entry(v, e.A)), key(n.Entry(v, e.B))}
		slices.Sort(pair)
		weights[strings.Join(pair, " ")] = e.Weight
	}
	for _, link := range want {
		pair := []string{link[0].([]any)[0].(string), link[0].([]any)[1].(string)}
		slices.Sort(pair)
		if got := weights[strings.Join(pair, " ")]; got != link[1].(float64) {
			t.Errorf("%v: weight %g, want %v", pair, got, link[1])
		}
	}
}

// fewest is the number of edges of a shortest path.
func fewest(g *network.Graph, from, to int32) int {
	away := map[int32]int{from: 0}
	for queue := []int32{from}; len(queue) > 0; queue = queue[1:] {
		near, _ := g.Neighbours(queue[0])
		for _, b := range near {
			if _, seen := away[b]; !seen {
				away[b] = away[queue[0]] + 1
				queue = append(queue, b)
			}
		}
	}
	return away[to]
}

func made(t *testing.T, v *edition.View, f network.Filter) *network.Network {
	t.Helper()
	n, err := network.Make(t.Context(), v, f)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// key is the natural key of an imported entry.
func key(e edition.Entry) string {
	for _, id := range e.Common().Identifiers() {
		if id.Scheme == content.SchemeExternal {
			return id.Value
		}
	}
	return string(e.ID())
}

// TestEveryWeightIsWhatItsProofSays recomputes each edge from the entries themselves, for filters drawn at random.
func TestEveryWeightIsWhatItsProofSays(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	rng := rand.New(rand.NewPCG(7, 7))
	for range 60 {
		f := network.Filter{
			Mode:      []network.Mode{network.Speakers, network.Organizations, network.Bipartite}[rng.IntN(3)],
			Weighting: []network.Weighting{network.Count, network.Newman, network.Recency}[rng.IntN(3)],
		}
		if rng.IntN(2) == 0 {
			f.From = []content.PartialDate{"2019", "2021-03", "2024-02-01"}[rng.IntN(3)]
		}
		if rng.IntN(3) == 0 {
			f.Topics = []content.ID{"equity", "policy"}
		}
		if rng.IntN(3) == 0 {
			f.Roles = []content.AppearanceRole{content.RolePanelist, content.RoleGuest, content.RoleHost}
		}
		n := made(t, v, f)
		sums := make([]float64, n.Graph.Len())
		for i, e := range n.Graph.Edges() {
			proof := n.Proof(int32(i))
			if len(proof) == 0 {
				t.Fatalf("%+v: edge %d has no proof", f, i)
			}
			sums[e.A] += e.Weight
			sums[e.B] += e.Weight
			want := 0.0
			for _, at := range proof {
				want += weight(v, n, f, at, e)
			}
			if math.Abs(want-e.Weight) > 1e-12*max(1, want) {
				t.Fatalf("%+v: edge %d weighs %g, its proof %g", f, i, e.Weight, want)
			}
		}
		for i := range int32(n.Graph.Len()) {
			shared := 0
			for _, at := range n.Part(i) {
				if n.Filter.Mode != network.Bipartite && members(v, n, f, at) > 1 {
					shared++
				}
			}
			if f.Weighting == network.Newman && f.Mode != network.Bipartite && math.Abs(sums[i]-float64(shared)) > 1e-9 {
				t.Fatalf("%+v: the strength of %s is %g, with %d shared gatherings", f, n.Entry(v, i).Label(), sums[i], shared)
			}
		}
	}
}

// members counts the nodes of a gathering from the entries.
func members(v *edition.View, n *network.Network, f network.Filter, at int32) int {
	nodes := map[content.ID]bool{}
	switch e := v.ByNumber(n.Gatherings[at].Number).(type) {
	case *edition.Episode:
		for _, a := range e.Appearances(nil) {
			if len(f.Roles) > 0 && !slices.Contains(f.Roles, a.Role) || len(f.Roles) == 0 && (a.Role == content.RoleInterpreter || a.Role == content.RoleProducer) {
				continue
			}
			if f.Mode == network.Speakers {
				nodes[a.Speaker().ID()] = true
				continue
			}
			for _, o := range a.CreditedOrganizations() {
				nodes[o.ID()] = true
			}
		}
	case *edition.CaseStudy:
		for _, p := range e.Partners() {
			nodes[p.Organization().ID()] = true
		}
	}
	return len(nodes)
}

func weight(v *edition.View, n *network.Network, f network.Filter, at int32, e network.Edge) float64 {
	g := &n.Gatherings[at]
	switch f.Weighting {
	case network.Newman:
		if f.Mode != network.Bipartite {
			return 1 / float64(members(v, n, f, at)-1)
		}
		for _, s := range g.Standings {
			if s.Speaker >= 0 && v.ByNumber(s.Speaker).ID() == n.Entry(v, e.A).ID() {
				return 1 / float64(len(s.Organizations))
			}
		}
		return math.NaN() // a gathering without its person
	case network.Recency:
		if g.Last == "" {
			return 1.0 / 1024
		}
		end := g.Last.End(time.UTC).Add(-time.Second).Truncate(24 * time.Hour)
		age := max(0, n.At.Truncate(24*time.Hour).Sub(end).Hours()/24)
		return math.Exp2(-math.Round(age) / network.HalfLife)
	}
	return 1
}
