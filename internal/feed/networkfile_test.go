package feed_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

type networkWriter func(io.Writer, *edition.View, *network.Network, feed.NetworkFile) error

// networkWriters are the formats of a network by the names of their golden files.
func networkWriters() map[string]networkWriter {
	return map[string]networkWriter{
		"network.gexf": feed.GEXF, "network.graphml": feed.GraphML, "network.json": feed.NodeLink,
		"network.nodes.csv": feed.NodeCSV, "network.edges.csv": feed.EdgeCSV, "network.zip": feed.NetworkZip,
	}
}

func allGroups() []network.Group {
	return []network.Group{
		network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality, network.GroupWeighted,
	}
}

// networkOf makes a network with measures, and what its file says.
func networkOf(t testing.TB, v *edition.View, f network.Filter, groups ...network.Group) (*network.Network, feed.NetworkFile) {
	t.Helper()
	n, err := network.Make(t.Context(), v, f)
	if err != nil {
		t.Fatal(err)
	}
	turn := func(context.Context) (func(), error) { return func() {}, nil }
	for _, g := range groups {
		if state, err := n.Compute(t.Context(), t.Context(), g, turn); err != nil || !state.Ready {
			t.Fatal(g, state, err)
		}
	}
	s := n.Snapshot(v)
	return n, feed.NetworkFile{
		Snapshot: s, Permalink: "https://hub.example/network?s=1&x=<y>", Citation: `Better Together Hub, "Network", version 1.`, Site: v.Site,
		Measures: feed.Measures(n, groups...),
	}
}

func writeNetwork(t testing.TB, write networkWriter, v *edition.View, n *network.Network, of feed.NetworkFile) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, v, n, of); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// madeEntries are a network of six people: a panel, a pair that met twice, and somebody alone; dates known to the day, the month and not at all.
func madeEntries() []content.Entry {
	entries := []content.Entry{
		&content.Organization{Base: content.Base{Slug: "college"}, Name: "The College", OrganizationKind: content.OrgCommunityCollege},
		&content.Organization{Base: content.Base{Slug: "works"}, Name: "Works & Sons", OrganizationKind: content.OrgEmployer},
	}
	for _, slug := range []string{"ana", "ben", "cem", "dee", "eli", "fay"} {
		entries = append(entries, &content.Speaker{Base: content.Base{Slug: slug}, Name: strings.ToUpper(slug[:1]) + slug[1:] + ` "the" Núñez <&>`})
	}
	episode := func(slug string, date content.PartialDate, people ...string) {
		e := &content.Episode{
			Base: content.Base{Slug: slug}, Title: slug, EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled}, When: content.When{Date: date}.Kept(),
		}
		for i, p := range people {
			e.Appearances = append(e.Appearances, content.Appearance{
				Speaker: id(content.KindSpeaker, p),
				Part:    &content.Part{Role: content.RolePanelist},
				Billing: &content.Billing{CreditedName: p, Credited: &content.Credited{CreditedOrganizations: []content.ID{id(content.KindOrganization, []string{"college", "works"}[i%2])}}},
			})
		}
		entries = append(entries, e)
	}
	episode("panel", "2021-01-26", "ana", "ben", "cem")
	episode("month", "2021-02", "cem", "dee")
	episode("within-the-month", "2021-02-10", "cem", "dee")
	episode("undated", "", "dee", "eli")
	episode("alone", "2022", "fay")
	return append(entries, &content.CaseStudy{
		Base: content.Base{Slug: "study"}, Title: "A study", Status: content.PartnershipActive, StartedOn: "2019",
		Partners: []content.Partner{
			{Organization: id(content.KindOrganization, "college"), Role: content.PartnerLead}, {Organization: id(content.KindOrganization, "works"), Role: content.PartnerEmployer},
		},
	})
}

func TestNetworksAreWrittenAsTheyWereRead(t *testing.T) {
	v := hub(t, &hubtest.Clock{At: now()}, madeEntries()...).Pin()
	n, of := networkOf(t, v, network.Filter{Weighting: network.Newman}, allGroups()...)
	for name, write := range networkWriters() {
		got := writeNetwork(t, write, v, n, of)
		if again := writeNetwork(t, write, v, n, of); again != got {
			t.Errorf("%s: the second time it is another", name)
		}
		if name != "network.zip" {
			golden(t, name, got)
		}
	}
	n, of = networkOf(t, v, network.Filter{Mode: network.Organizations})
	golden(t, "network-organizations.gexf", writeNetwork(t, feed.GEXF, v, n, of))
}

func TestTheZipHasTheSheetsAndTheSnapshot(t *testing.T) {
	v := hub(t, &hubtest.Clock{At: now()}, madeEntries()...).Pin()
	n, of := networkOf(t, v, network.Filter{})
	raw := writeNetwork(t, feed.NetworkZip, v, n, of)
	z, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		if !f.Modified.Equal(n.At.Truncate(time.Second)) {
			t.Errorf("%s is of %s, want that of the snapshot, %s", f.Name, f.Modified, n.At)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	if want := writeNetwork(t, feed.NodeCSV, v, n, of); files["nodes.csv"] != want {
		t.Error("nodes.csv is another than alone")
	}
	if want := writeNetwork(t, feed.EdgeCSV, v, n, of); files["edges.csv"] != want {
		t.Error("edges.csv is another than alone")
	}
	var told struct {
		Digest    string         `json:"digest"`
		Permalink string         `json:"permalink"`
		At        time.Time      `json:"at"`
		Filter    network.Filter `json:"filter"`
		Nodes     int            `json:"nodes"`
	}
	if err := json.Unmarshal([]byte(files["snapshot.json"]), &told); err != nil {
		t.Fatal(err)
	}
	if told.Digest != n.Digest(v) || told.Permalink != of.Permalink || !told.At.Equal(n.At) || told.Filter.Mode != network.Speakers || told.Nodes != n.Graph.Len() {
		t.Errorf("snapshot.json: %+v", told)
	}
	if len(files) != 3 {
		t.Errorf("files %v", slices.Collect(maps.Keys(files)))
	}
}

// toldNetwork is what a file says of a network, with the names of nodes by id.
type toldNetwork struct {
	labels  map[string]string
	weights map[string]float64 // by the ends, separated by a space
}

func TestHostileNamesSurviveEveryFormat(t *testing.T) {
	names := map[string]string{
		"quotes": `"double" 'single' & <b> ]]> --> <![CDATA[`, "rtl": "كلية المجتمع", "emoji": "👩🏽‍🎓 Zoë", "formula": `=HYPERLINK("http://evil.example")`,
		"turning": "a\u202Eb", "nothing": "\u202E\u2066\uFEFF", "separator": "a\u2028b; c,d", "odd": "\uFFFEx",
	}
	want := map[string]string{"turning": "ab", "nothing": "", "separator": "a b; c,d", "odd": "x"}
	var entries []content.Entry
	panel := &content.Episode{Base: content.Base{Slug: "panel"}, Title: "Panel", EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled}}
	for slug, name := range names {
		entries = append(entries, &content.Speaker{Base: content.Base{Slug: slug}, Name: name})
		panel.Appearances = append(panel.Appearances, content.Appearance{Speaker: id(content.KindSpeaker, slug), Part: &content.Part{Role: content.RoleGuest}, Billing: &content.Billing{CreditedName: "x"}})
		if _, changed := want[slug]; !changed {
			want[slug] = name
		}
	}
	v := hub(t, &hubtest.Clock{At: now()}, append(entries, panel)...).Pin()
	n, of := networkOf(t, v, network.Filter{})
	if n.Graph.Len() != len(names) {
		t.Fatalf("%d nodes", n.Graph.Len())
	}
	for format, told := range readNetworks(t, v, n, of) {
		for slug, label := range want {
			guarded := label
			if strings.HasSuffix(format, "csv") && strings.HasPrefix(label, "=") {
				guarded = "'" + label
			}
			if got, ok := told.labels[string(id(content.KindSpeaker, slug))]; !ok || got != guarded {
				t.Errorf("%s: the name of %s is %+q (%t), want %+q", format, slug, got, ok, guarded)
			}
		}
		if len(told.weights) != len(n.Graph.Edges()) {
			t.Errorf("%s: %d edges, want %d", format, len(told.weights), len(n.Graph.Edges()))
		}
	}
	for name, write := range networkWriters() {
		if name != "network.zip" {
			if found := turning.FindString(writeNetwork(t, write, v, n, of)); found != "" {
				t.Errorf("%s has %+q", name, found)
			}
		}
	}
}

// TestWeightsAreExactInEveryFormat also has a network without any node.
func TestWeightsAreExactInEveryFormat(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: now()})
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	for _, f := range []network.Filter{
		{Weighting: network.Recency}, {Mode: network.Organizations, Weighting: network.Newman}, {Mode: network.Bipartite}, {From: "9000"},
	} {
		n, of := networkOf(t, v, f, network.GroupEgo)
		for format, told := range readNetworks(t, v, n, of) {
			if len(told.labels) != n.Graph.Len() || len(told.weights) != len(n.Graph.Edges()) {
				t.Errorf("%+v %s: %d nodes and %d edges, want %d and %d", f, format, len(told.labels), len(told.weights), n.Graph.Len(), len(n.Graph.Edges()))
			}
			for _, e := range n.Graph.Edges() {
				a, b := n.Entry(v, e.A).ID(), n.Entry(v, e.B).ID()
				if got := told.weights[string(min(a, b))+" "+string(max(a, b))]; got != e.Weight {
					t.Errorf("%+v %s: %s and %s: %v, want %v", f, format, a, b, got, e.Weight)
				}
			}
		}
	}
}

// readNetworks writes a network in every format and reads it again.
func readNetworks(t *testing.T, v *edition.View, n *network.Network, of feed.NetworkFile) map[string]toldNetwork {
	t.Helper()
	told := map[string]toldNetwork{}
	fresh := func() toldNetwork { return toldNetwork{map[string]string{}, map[string]float64{}} }
	number := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Error(err)
		}
		return f
	}

	var gexf struct {
		Graph struct {
			Nodes struct {
				Node []struct {
					ID    string `xml:"id,attr"`
					Label string `xml:"label,attr"`
				} `xml:"node"`
			} `xml:"nodes"`
			Edges struct {
				Edge []struct {
					Source string `xml:"source,attr"`
					Target string `xml:"target,attr"`
					Weight string `xml:"weight,attr"`
				} `xml:"edge"`
			} `xml:"edges"`
		} `xml:"graph"`
	}
	if err := xml.Unmarshal([]byte(writeNetwork(t, feed.GEXF, v, n, of)), &gexf); err != nil {
		t.Fatal(err)
	}
	told["gexf"] = fresh()
	for _, node := range gexf.Graph.Nodes.Node {
		told["gexf"].labels[node.ID] = node.Label
	}
	for _, e := range gexf.Graph.Edges.Edge {
		told["gexf"].weights[e.Source+" "+e.Target] = number(e.Weight)
	}

	type data []struct {
		Key   string `xml:"key,attr"`
		Value string `xml:",chardata"`
	}
	of1 := func(all data, key string) string {
		for _, d := range all {
			if d.Key == key {
				return d.Value
			}
		}
		t.Errorf("no %s", key)
		return ""
	}
	var graphml struct {
		Graph struct {
			Node []struct {
				ID   string `xml:"id,attr"`
				Data data   `xml:"data"`
			} `xml:"node"`
			Edge []struct {
				Source string `xml:"source,attr"`
				Target string `xml:"target,attr"`
				Data   data   `xml:"data"`
			} `xml:"edge"`
		} `xml:"graph"`
	}
	if err := xml.Unmarshal([]byte(writeNetwork(t, feed.GraphML, v, n, of)), &graphml); err != nil {
		t.Fatal(err)
	}
	told["graphml"] = fresh()
	for _, node := range graphml.Graph.Node {
		told["graphml"].labels[node.ID] = of1(node.Data, "n_label")
	}
	for _, e := range graphml.Graph.Edge {
		told["graphml"].weights[e.Source+" "+e.Target] = number(of1(e.Data, "e_weight"))
	}

	var nodelink struct {
		Nodes []struct{ ID, Label string }
		Edges []struct {
			Source, Target string
			Weight         float64
		}
	}
	if err := json.Unmarshal([]byte(writeNetwork(t, feed.NodeLink, v, n, of)), &nodelink); err != nil {
		t.Fatal(err)
	}
	told["json"] = fresh()
	for _, node := range nodelink.Nodes {
		told["json"].labels[node.ID] = node.Label
	}
	for _, e := range nodelink.Edges {
		told["json"].weights[e.Source+" "+e.Target] = e.Weight
	}

	told["csv"] = fresh()
	for _, row := range sheet(t, writeNetwork(t, feed.NodeCSV, v, n, of), "Id", "Label") {
		told["csv"].labels[row[0]] = row[1]
	}
	for _, row := range sheet(t, writeNetwork(t, feed.EdgeCSV, v, n, of), "Source", "Target", "Type", "Weight") {
		told["csv"].weights[row[0]+" "+row[1]] = number(row[3])
	}
	return told
}

// sheet reads the rows of CSV that begins with these columns.
func sheet(t *testing.T, text string, columns ...string) [][]string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(all[0][:len(columns)], columns) {
		t.Errorf("the columns are %q", all[0])
	}
	return all[1:]
}

// full is a disk that is full after so many bytes.
type full struct{ left int }

var errFull = errors.New("full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAnErrorOfTheReaderEndsTheFile(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: now()})
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	n, of := networkOf(t, v, network.Filter{})
	for name, write := range networkWriters() {
		size := len(writeNetwork(t, write, v, n, of))
		for _, left := range []int{0, size / 2, size - 1} {
			if err := write(&full{left}, v, n, of); !errors.Is(err, errFull) {
				t.Errorf("%s after %d of %d bytes: %v", name, left, size, err)
			}
		}
	}
}

// BenchmarkNetworkFiles writes the speakers' network with the measures that take no long time.
func BenchmarkNetworkFiles(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		v := hubtest.Open(b, hubtest.Generated(b, size), &hubtest.Clock{At: generate.Now().Add(24 * time.Hour)}).Pin()
		n, of := networkOf(b, v, network.Filter{}, network.GroupShape, network.GroupRank)
		for name, write := range networkWriters() {
			b.Run(size.Name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				c := &counter{}
				for b.Loop() {
					c.bytes = 0
					if err := write(c, v, n, of); err != nil {
						b.Fatal(err)
					}
				}
				b.SetBytes(c.bytes)
				b.ReportMetric(float64(n.Graph.Len()), "nodes")
				b.ReportMetric(float64(len(n.Graph.Edges())), "edges")
			})
		}
	}
}

type counter struct{ bytes int64 }

func (c *counter) Write(p []byte) (int, error) {
	c.bytes += int64(len(p))
	return len(p), nil
}
