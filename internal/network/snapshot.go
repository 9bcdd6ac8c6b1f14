package network

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Engine names the rules by which networks are made; a later one may give other numbers for the same content.
const Engine = "bettertogether-network/1"

// Snapshot says which network somebody saw, so that it can be made again and compared.
type Snapshot struct {
	Engine  string `json:"e"`
	Version int64  `json:"v"`
	// At is the instant in microseconds since 1970.
	At     int64  `json:"t"`
	Filter Filter `json:"f"`
	Digest string `json:"d"`
}

// Time is the instant.
func (s Snapshot) Time() time.Time { return time.UnixMicro(s.At).UTC() }

// Snapshot names the network.
func (n *Network) Snapshot(v *edition.View) Snapshot {
	return Snapshot{Engine, n.Version, n.At.UnixMicro(), n.Filter, n.Digest(v)}
}

// Digest is the SHA-256 of the network in one canonical form, in hexadecimal: the engine and the filter; a line for each node with its id; a line for
// each edge with the ids of its ends, its weight in the shortest decimal form that reads back the same, and the ids of its gatherings. It does not
// depend on names, on the database engine or on the order in which content was saved.
func (n *Network) Digest(v *edition.View) string {
	n.digestOnce.Do(func() {
		sum := sha256.New()
		filter, err := json.Marshal(n.Filter)
		if err != nil {
			panic(err) // texts and finite numbers
		}
		line := append([]byte(Engine+"\n"), filter...)
		nodes, edges := n.ByID(v)
		for _, node := range nodes {
			line = append(append(line, '\n'), v.IDOf(n.nodes[node])...)
		}
		for _, edge := range edges {
			e := n.Graph.Edges()[edge]
			a, b := v.IDOf(n.nodes[e.A]), v.IDOf(n.nodes[e.B])
			line = append(append(append(append(line, '\n'), min(a, b)...), ' '), max(a, b)...)
			line = strconv.AppendFloat(append(line, ' '), e.Weight, 'g', -1, 64)
			for _, id := range n.proofIDs(v, edge) {
				line = append(append(line, ' '), id...)
			}
			if len(line) > 1<<16 {
				sum.Write(line)
				line = line[:0]
			}
		}
		sum.Write(line)
		n.digest = hex.EncodeToString(sum.Sum(nil))
	})
	return n.digest
}

// proofIDs are the ids of the gatherings of an edge, sorted.
func (n *Network) proofIDs(v *edition.View, edge int32) []content.ID {
	var ids []content.ID
	for _, i := range n.Proof(edge) {
		ids = append(ids, v.IDOf(n.Gatherings[i].Number))
	}
	return sorted(ids)
}

// ByID are all nodes by the id of their entry, and all edges by the lower id of their two ends, then by the higher: the order of the digest and
// of files, which does not depend on names.
func (n *Network) ByID(v *edition.View) (nodes, edges []int32) {
	nodes, edges = make([]int32, len(n.nodes)), make([]int32, len(n.Graph.Edges()))
	for i := range nodes {
		nodes[i] = int32(i)
	}
	slices.SortFunc(nodes, func(a, b int32) int { return cmp.Compare(v.IDOf(n.nodes[a]), v.IDOf(n.nodes[b])) })
	place := make([]int32, len(n.nodes))
	for i, node := range nodes {
		place[node] = int32(i)
	}
	for i := range edges {
		edges[i] = int32(i)
	}
	ends := func(edge int32) (int32, int32) {
		e := n.Graph.Edges()[edge]
		return min(place[e.A], place[e.B]), max(place[e.A], place[e.B])
	}
	slices.SortFunc(edges, func(a, b int32) int {
		fromA, toA := ends(a)
		fromB, toB := ends(b)
		return cmp.Or(cmp.Compare(fromA, fromB), cmp.Compare(toA, toB))
	})
	return nodes, edges
}
