package feed_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

// readBack is what a program says of a file that it has read.
type readBack struct {
	Labels   map[string]string
	Edges    [][3]any
	Degree   map[string]float64
	Strength map[string]float64
	PageRank map[string]float64
	Digest   *string
	Version  *float64
	Given    map[string]float64 // the page rank in the file
}

func TestNetworkxReadsWhatIsWritten(t *testing.T) {
	// Debian's Python has an older networkx than most; what comes first on the path may be newer.
	readWith(t, []string{"/usr/bin/python3", "python3"}, []string{"-c", "import networkx"}, "testdata/networks.py", "network.graphml", "network.gexf", "network.json")
}

func TestIgraphReadsWhatIsWritten(t *testing.T) {
	readWith(t, []string{"Rscript"}, []string{"-e", "library(igraph); library(jsonlite)"}, "testdata/networks.R", "network.graphml")
}

// readWith has every program that is there read files. Where none is the test is left out, unless the environment has HUB_TEST_ORACLES=require.
func readWith(t *testing.T, programs, probe []string, script string, formats ...string) {
	t.Helper()
	var there, why []string
	for _, p := range programs {
		if out, err := exec.CommandContext(t.Context(), p, probe...).CombinedOutput(); err != nil {
			why = append(why, fmt.Sprintf("%s %q: %v %s", p, probe, err, out))
		} else {
			there = append(there, p)
		}
	}
	if len(there) == 0 && os.Getenv("HUB_TEST_ORACLES") == "require" {
		t.Fatal(why, "and HUB_TEST_ORACLES is require")
	} else if len(there) == 0 {
		t.Skip(why)
	}
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: now()})
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	for _, f := range []network.Filter{
		{}, {Mode: network.Organizations, Weighting: network.Newman}, {Mode: network.Bipartite, Weighting: network.Recency},
	} {
		n, of := networkOf(t, v, f, network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities)
		var files []string
		for _, format := range formats {
			file := filepath.Join(t.TempDir(), format)
			if err := os.WriteFile(file, []byte(writeNetwork(t, networkWriters()[format], v, n, of)), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
		for _, p := range there {
			var output, complaint bytes.Buffer
			c := exec.CommandContext(t.Context(), p, append([]string{script}, files...)...)
			c.Stdout, c.Stderr = &output, &complaint
			if err := c.Run(); err != nil {
				t.Fatalf("%s %s: %v\n%s", p, script, err, &complaint)
			}
			var all []readBack
			if err := json.Unmarshal(output.Bytes(), &all); err != nil {
				t.Fatal(err)
			}
			for i, format := range formats {
				t.Run(fmt.Sprintf("%s %s %s", p, f.Mode, format), func(t *testing.T) { readsTheSame(t, v, n, all[i], format) })
			}
		}
	}
}

// readsTheSame compares what was read with the network itself.
func readsTheSame(t *testing.T, v *edition.View, n *network.Network, got readBack, format string) {
	t.Helper()
	if len(got.Labels) != n.Graph.Len() || len(got.Edges) != len(n.Graph.Edges()) {
		t.Errorf("%d nodes and %d edges, want %d and %d", len(got.Labels), len(got.Edges), n.Graph.Len(), len(n.Graph.Edges()))
	}
	weights := map[string]float64{}
	for _, e := range got.Edges {
		weights[e[0].(string)+" "+e[1].(string)] = e[2].(float64)
	}
	for _, e := range n.Graph.Edges() {
		ends := []string{string(n.Entry(v, e.A).ID()), string(n.Entry(v, e.B).ID())}
		slices.Sort(ends)
		if weight, ok := weights[ends[0]+" "+ends[1]]; !ok || weight != e.Weight {
			t.Errorf("%q: weight %v, want %v", ends, weight, e.Weight)
		}
	}
	for node := range int32(n.Graph.Len()) {
		e := n.Entry(v, node)
		id := string(e.ID())
		if got.Labels[id] != e.Label() {
			t.Errorf("%s is called %q, want %q", id, got.Labels[id], e.Label())
		}
		if got.Degree[id] != float64(n.Graph.Degree(node)) {
			t.Errorf("%s has degree %v, want %d", id, got.Degree[id], n.Graph.Degree(node))
		}
		for name, pair := range map[string][2]float64{
			"strength": {got.Strength[id], n.Graph.Strength(node)}, "page rank": {got.PageRank[id], n.Rank()[node]},
		} {
			if !(math.Abs(pair[0]-pair[1]) <= 1e-9*max(1, pair[1])) {
				t.Errorf("%s has %s %v, want %v", id, name, pair[0], pair[1])
			}
		}
		if got.Given[id] != n.Rank()[node] {
			t.Errorf("the file gives %s page rank %v, want %v", id, got.Given[id], n.Rank()[node])
		}
	}
	if format == "network.gexf" {
		return // has no data of the graph
	}
	if got.Digest == nil || *got.Digest != n.Digest(v) || got.Version == nil || *got.Version != float64(n.Version) {
		t.Errorf("digest %v, version %v, want those of the snapshot; labels %v", got.Digest, got.Version, slices.Collect(maps.Keys(got.Labels))[:1])
	}
}
