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
		ids := make([]content.ID, len(nodes))
		for _, node := range nodes {
			ids[node] = v.IDOf(n.nodes[node])
			line = append(append(line, '\n'), ids[node]...)
		}
		gatherings := make([]content.ID, len(n.Gatherings))
		for i := range gatherings {
			gatherings[i] = v.IDOf(n.Gatherings[i].Number)
		}
		var proof []content.ID
		for _, edge := range edges {
			e := n.Graph.Edges()[edge]
			a, b := ids[e.A], ids[e.B]
			line = append(append(append(append(line, '\n'), min(a, b)...), ' '), max(a, b)...)
			line = strconv.AppendFloat(append(line, ' '), e.Weight, 'g', -1, 64)
			proof = proof[:0]
			for _, i := range n.Proof(edge) {
				proof = append(proof, gatherings[i])
			}
			slices.Sort(proof)
			for _, id := range proof {
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

// ByID are all nodes by the id of their entry, and all edges by the lower id of their two ends, then by the higher: the order of the digest and
// of files, which does not depend on names.
func (n *Network) ByID(v *edition.View) (nodes, edges []int32) {
	ids := make([]content.ID, len(n.nodes))
	nodes, edges = make([]int32, len(n.nodes)), make([]int32, 0, len(n.Graph.Edges()))
	for i := range nodes {
		nodes[i], ids[i] = int32(i), v.IDOf(n.nodes[i])
	}
	slices.SortFunc(nodes, func(a, b int32) int { return cmp.Compare(ids[a], ids[b]) })
	place := make([]int32, len(n.nodes))
	for i, node := range nodes {
		place[node] = int32(i)
	}
	var row []uint64 // the place of a higher end, and the edge to it
	for i, node := range nodes {
		row = row[:0]
		near, of := n.Graph.Neighbours(node)
		for k, other := range near {
			if place[other] > int32(i) {
				row = append(row, uint64(place[other])<<32|uint64(of[k]))
			}
		}
		slices.Sort(row)
		for _, r := range row {
			edges = append(edges, int32(uint32(r)))
		}
	}
	return nodes, edges
}
