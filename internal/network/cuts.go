package network

// Cuts says what would fall off if one node or one edge were taken away.
type Cuts struct {
	// Points has for each node how many other nodes would be cut off from the largest piece that is left of its component:
	// 0 if none would, so that the node is no articulation point. An isolate has 0.
	Points []int32
	// Bridges has for each edge the number of nodes on its smaller side: 0 if its nodes would still be joined without it, so
	// that it is no bridge.
	Bridges []int32
}

// Cuts finds articulation points and bridges by one depth-first search (Hopcroft & Tarjan 1973, Algorithm 447), in
// O(nodes + edges). Weights do not matter.
func (g *Graph) Cuts() Cuts {
	n := g.Len()
	c := Cuts{Points: make([]int32, n), Bridges: make([]int32, len(g.edges))}
	components := g.Components()
	var (
		found   = make([]int32, n) // when the search came to a node: 1, 2, ...
		low     = make([]int32, n) // the earliest found node that its subtree reaches
		size    = make([]int32, n) // the nodes of its subtree
		cut     = make([]int32, n) // the nodes of its subtree that are pieces of their own without it
		largest = make([]int32, n) // the largest of those pieces
		next    = append([]int32(nil), g.start...)
		via     = make([]int32, n) // the edge by which a node was found
		path    []int32
		clock   int32
	)
	enter := func(v, edge int32) {
		clock++
		found[v], low[v], size[v], via[v] = clock, clock, 1, edge
		path = append(path, v)
	}
	for root := range int32(n) {
		if found[root] != 0 {
			continue
		}
		whole := components.Sizes[components.Labels[root]]
		enter(root, -1)
		for len(path) > 0 {
			v := path[len(path)-1]
			if half := next[v]; half < g.start[v+1] {
				next[v]++
				switch w := g.to[half]; {
				case found[w] == 0:
					enter(w, g.edge[half])
				case g.edge[half] != via[v]:
					low[v] = min(low[v], found[w])
				}
				continue
			}
			path = path[:len(path)-1]
			above := whole - 1 - cut[v]
			c.Points[v] = whole - 1 - max(largest[v], above)
			if len(path) == 0 {
				break
			}
			parent := path[len(path)-1]
			size[parent] += size[v]
			low[parent] = min(low[parent], low[v])
			if low[v] >= found[parent] {
				cut[parent] += size[v]
				largest[parent] = max(largest[parent], size[v])
			}
			if low[v] == found[v] {
				c.Bridges[via[v]] = min(size[v], whole-size[v])
			}
		}
	}
	return c
}
