package server_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/server"
)

// wholeNetwork asks for all that there is to know of a network.
const wholeNetwork = `
fragment Whole on Network {
  snapshot { asOf version digest engine parameters }
  status progress
  summary { nodes edges episodes caseStudies undated isolates components largestComponent density meanDegree communities modularity sources errorBound }
  nodes(orderBy: WEIGHTED_BETWEENNESS, first: 100) {
    totalCount pageInfo { endCursor hasNextPage }
    nodes {
      speaker { id name } organization { id name } label count firstSeen lastSeen episodes { id }
      degree strength betweenness weightedBetweenness closeness pageRank constraint effectiveSize clustering cutsOff component community
      reasons { measure reason } explain
    }
  }
  edges(orderBy: WEIGHT, first: 100) {
    totalCount pageInfo { endCursor }
    nodes { source { label } target { label } count weight firstSeen lastSeen bridge episodes { id title } caseStudies { id } }
  }
  communities(first: 100) { number label size members { label strength } topics { name } organizations { name } }
  duplicates { first { ... on Speaker { id } ... on Organization { id } } second { ... on Speaker { id } ... on Organization { id } } }
}
`

// networkFilters are filters of every mode, weighting and affiliation, as GraphQL writes them.
func networkFilters() []string {
	return []string{
		`{}`,
		`{weighting: RECENCY}`,
		`{mode: ORGANIZATION, weighting: RECENCY, affiliation: CURRENT}`,
		`{mode: ORGANIZATION, weighting: NEWMAN, from: "2019", to: "2025-06", minWeight: 0.2}`,
		`{mode: BIPARTITE, weighting: NEWMAN}`,
		`{mode: BIPARTITE, weighting: COUNT, affiliation: CURRENT, roles: [HOST, GUEST, PANELIST]}`,
	}
}

// broadNetworks ask for whole networks, and for all that is made of them.
func broadNetworks() []string {
	all := []string{`{
  bridges { first { label } second { label } topic { name } brokers { label } fromFirst { label } fromSecond { label } }
  between: bridges(filter: {mode: ORGANIZATION}) { first { label } second { label } topic { name } brokers { label } fromFirst { label } fromSecond { label } }
  representation { appearances speakers by(dimension: SECTOR) { value count share } overTime(dimension: NEWCOMER, by: QUARTER) { period appearances shares { value count share } } }
  networkTimeline(by: QUARTER, filter: {mode: BIPARTITE}) { period gatherings nodes newNodes edges newEdges }
}`}
	for _, f := range networkFilters() {
		all = append(all, "{ network(filter: "+f+") { ...Whole } }"+wholeNetwork)
	}
	return all
}

// answeredAll joins the answers to several questions.
func answeredAll(t *testing.T, h http.Handler, queries []string) string {
	t.Helper()
	var all strings.Builder
	for _, q := range queries {
		all.WriteString(answered(t, h, q) + "\n")
	}
	return all.String()
}

// answered asks, and asks again while something is being computed.
func answered(t *testing.T, h http.Handler, query string) string {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; {
		got := string(ask(t, h, query, ""))
		switch {
		case !strings.Contains(got, `"data":{`) || strings.Contains(got, `"errors":`):
			t.Fatalf("%.2000s", got)
		case !strings.Contains(got, `"COMPUTING"`):
			return got
		case time.Now().After(until):
			t.Fatal("still being computed after a minute")
		}
	}
}

// same wants equal texts, and shows where they begin to differ.
func same(t *testing.T, what, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	at := 0
	for at < min(len(got), len(want)) && got[at] == want[at] {
		at++
	}
	from := max(0, at-200)
	t.Errorf("%s: other bytes from %d on\ngot  %.500s\nwant %.500s", what, at, got[from:], want[from:])
}

func TestNetworksAreTheSameBytesHoweverTheyWereMade(t *testing.T) {
	server.NotRaced(t)
	raw, err := os.ReadFile(hubtest.Facts())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSpace(string(raw))+"\n", "\n")
	queries, want := broadNetworks(), ""
	for round := range uint64(2) {
		twice(t, round, func(t *testing.T, database string) {
			rng := rand.New(rand.NewPCG(round, 21))
			rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
			file := filepath.Join(t.TempDir(), "shuffled.ndjson")
			if err := os.WriteFile(file, []byte(strings.Join(lines, "")), 0o600); err != nil {
				t.Fatal(err)
			}
			clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
			d := hubtest.Open(t, database, clock)
			hubtest.Import(t, d, file)
			clock.At = clock.At.Add(time.Hour)
			h := serve(d)
			first := answeredAll(t, h, queries)
			if want == "" {
				want = first
			}
			same(t, "content in another order", unstamped(first), unstamped(want))
			same(t, "asked again", answeredAll(t, h, queries), first)
			for _, cores := range []int{1, 2} {
				before := runtime.GOMAXPROCS(cores)
				h := serve(hubtest.Open(t, database, clock))
				got := answeredAll(t, h, queries)
				runtime.GOMAXPROCS(before)
				same(t, fmt.Sprintf("another process with %d cores", cores), got, first)
			}
		})
	}
}

// twice runs a round of a test on each engine.
func twice(t *testing.T, round uint64, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run(fmt.Sprint("round ", round), func(t *testing.T) { hubtest.Engines(t, test) })
}

// stamps are what differs between databases of the same content: a cursor names the database that it came from.
var stamps = regexp.MustCompile(`"endCursor":"[^"]*"`)

func unstamped(answer string) string { return stamps.ReplaceAllString(answer, `"endCursor":"."`) }

// TestDigestsDoNotDependOnTheOrderOfWrites saves made-up content: in one write in any order, or in parts of any size.
func TestDigestsDoNotDependOnTheOrderOfWrites(t *testing.T) {
	server.NotRaced(t)
	var query strings.Builder
	for i, f := range networkFilters() {
		fmt.Fprintf(&query, "n%d: network(filter: %s) { snapshot { digest parameters } summary { nodes edges modularity } nodes(orderBy: PAGE_RANK) { nodes { label pageRank community } } }\n", i, f)
	}
	want := ""
	for round := range uint64(3) {
		twice(t, round, func(t *testing.T, database string) {
			rng := rand.New(rand.NewPCG(round, 22))
			clock := &hubtest.Clock{At: generate.Now()}
			d := hubtest.Open(t, database, clock)
			var puts []desk.Put
			for id, e := range generate.Content(generate.S()) {
				puts = append(puts, desk.Put{ID: id, Entry: e, Publish: true})
			}
			parts := round > 0
			if !parts {
				rng.Shuffle(len(puts), func(i, j int) { puts[i], puts[j] = puts[j], puts[i] })
			}
			for len(puts) > 0 {
				n := len(puts)
				if parts {
					n = 1 + rng.IntN(n)
				}
				clock.At = clock.At.Add(time.Duration(rng.IntN(500)) * time.Millisecond)
				hubtest.Save(t, d, desk.Write{Action: "test", Puts: puts[:n]})
				puts = puts[n:]
			}
			clock.At = generate.Now().Add(time.Hour)
			got := answered(t, serve(d), "{"+query.String()+"}")
			if want == "" {
				want = got
			}
			same(t, "saved in another order", got, want)
		})
	}
}

// remaker edits a hub at random.
type remaker struct {
	*testing.T
	rng   *rand.Rand
	clock *hubtest.Clock
	d     *desk.Desk
	made  int
}

// some is a random entry of a kind as editors see it.
func (r *remaker) some(kind content.Kind) (content.ID, int32, content.Entry) {
	r.Helper()
	v := r.d.Pin().Preview()
	nums, _ := v.Numbers(kind)
	for {
		e := v.ByNumber(nums[r.rng.IntN(len(nums))])
		if v.Entry(e.ID()) == nil {
			continue
		}
		c, err := content.Clone(e.Content())
		if err != nil {
			r.Fatal(err)
		}
		return e.ID(), e.Revision(), c
	}
}

// edit makes one random change.
func (r *remaker) edit() {
	r.Helper()
	r.clock.At = r.clock.At.Add(time.Duration(1+r.rng.IntN(3_000)) * time.Minute)
	w := desk.Write{Action: "test", TrashReferenced: true}
	kind := []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindEpisode, content.KindCaseStudy, content.KindTopic}[r.rng.IntN(5)]
	id, revision, e := r.some(kind)
	r.made++
	switch r.rng.IntN(7) {
	case 0, 1: // another name, public or only a draft
		name := fmt.Sprintf("Åsa %d Renamed", r.made)
		switch e := e.(type) {
		case *content.Speaker:
			e.Name = name
		case *content.Organization:
			e.Name = name
		case *content.Episode:
			e.Title = name
		case *content.CaseStudy:
			e.Title = name
		case *content.Topic:
			e.Name = name
		}
		e.Common().Slug = ""
		w.Puts = []desk.Put{{ID: id, Expected: revision, Entry: e, Publish: r.rng.IntN(3) > 0}}
	case 2, 3: // an episode of some people, sometimes of the future
		one := &content.Episode{Title: fmt.Sprintf("Made %d", r.made), EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}}
		one.When.Date = content.PartialDate(r.clock.At.AddDate(0, 0, r.rng.IntN(60)-50).Format(time.DateOnly))
		for range 1 + r.rng.IntN(5) {
			who, _, s := r.some(content.KindSpeaker)
			where, _, _ := r.some(content.KindOrganization)
			if slices.ContainsFunc(one.Appearances, func(a content.Appearance) bool { return a.Speaker == who }) {
				continue
			}
			one.Appearances = append(one.Appearances, content.Appearance{Speaker: who, Part: &content.Part{Role: content.RolePanelist}, Billing: &content.Billing{CreditedName: s.Label(), Credited: &content.Credited{CreditedOrganizations: []content.ID{where}}}})
		}
		w.Puts = []desk.Put{{Entry: one, Publish: r.rng.IntN(4) > 0}}
	case 4:
		w.Trash = []content.ID{id}
	case 5:
		w.Publish = []desk.Publish{{ID: id}} // not public any more
	case 6:
		w.Publish = []desk.Publish{{ID: id, Revision: revision, From: r.clock.At.Add(time.Duration(r.rng.IntN(5_000)) * time.Minute)}}
	}
	hubtest.Save(r.T, r.d, w)
}

func TestASnapshotComesOutAsItWasWhateverWasEditedSince(t *testing.T) {
	server.NotRaced(t)
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		hubtest.Import(t, d, hubtest.Facts())
		clock.At = clock.At.Add(time.Minute)
		h := serve(d)
		r := &remaker{T: t, rng: rand.New(rand.NewPCG(5, 5)), clock: clock, d: d}
		filters := append(
			networkFilters(), `{topics: ["equity", "policy"], weighting: NEWMAN}`, `{around: ["michael-horn", "jobs-for-the-future"], steps: 2}`,
			`{mode: ORGANIZATION, around: ["jobs-for-the-future"], weighting: RECENCY}`, `{mode: ORGANIZATION, regions: ["US"], series: ["nowhere"]}`,
		)
		then := map[string]string{} // by code, the network that its snapshot names
		look := func() {
			for _, f := range filters {
				raw := answered(t, h, "{ network(filter: "+f+") { snapshot { code } } }")
				var a struct {
					Data struct {
						Network struct{ Snapshot struct{ Code string } }
					}
				}
				if err := json.Unmarshal([]byte(raw), &a); err != nil || a.Data.Network.Snapshot.Code == "" {
					t.Fatalf("%v in %s", err, raw)
				}
				then[a.Data.Network.Snapshot.Code] = answered(t, h, "{ network(filter: "+f+") { ...Whole } }"+wholeNetwork)
			}
		}
		look()
		merged := 0
		for i := range 100 {
			r.edit()
			if i%40 == 39 {
				look()
				clock.At = clock.At.Add(time.Hour)
				if public := d.Pin().Public(); public.Entry(speakerID("michael-horn")) != nil && public.Entry(speakerID("jeff-selingo")) != nil && merged == 0 {
					hubtest.Save(t, d, desk.Write{Action: "merge", Merge: []desk.Merge{{Survivor: speakerID("jeff-selingo"), Absorbed: speakerID("michael-horn")}}})
					filters = append(filters[:7], filters[8:]...)
					merged++
				}
			}
		}
		clock.At = clock.At.Add(time.Minute)
		if merged == 0 || len(then) < 29 {
			t.Fatalf("%d mergers and %d snapshots", merged, len(then))
		}
		for code := range then {
			for name, wrong := range map[string]string{"another content": "A" + code, "another signature": code + "A", "no code": "?"} {
				if got := answered(t, h, fmt.Sprintf("{ networkSnapshot(code: %q) { status } }", wrong)); !strings.Contains(got, `"networkSnapshot":null`) {
					t.Errorf("%s: %s", name, got)
				}
			}
			break
		}
		for name, h := range map[string]http.Handler{"the same process": h, "another process": serve(hubtest.Open(t, database, clock))} {
			for code, want := range then {
				raw := answered(t, h, fmt.Sprintf("{ network: networkSnapshot(code: %q) { snapshot { reproduced } ...Whole } }", code)+wholeNetwork)
				got, isTrue := strings.CutPrefix(raw, `{"data":{"network":{"snapshot":{"reproduced":true,`)
				if !isTrue {
					t.Fatalf("%s: not reproduced: %.300s\nwas %.300s", name, raw, want)
				}
				same(t, name, got, strings.TrimPrefix(want, `{"data":{"network":{"snapshot":{`))
			}
		}
	})
}

func speakerID(key string) content.ID { return content.ImportedID(content.KindSpeaker, "ndjson", key) }
