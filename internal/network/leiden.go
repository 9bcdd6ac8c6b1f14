package network

import "context"

// leiden is one run of the Leiden algorithm (Traag, Waltman & van Eck 2019). On each level it moves nodes between groups,
// divides each group into parts that hang well together, and makes these the nodes of the level above, until there is nothing
// to move or merge.
type leiden struct {
	l     *level
	all   float64 // twice the weight of the graph
	near  *tally  // of the node in hand: the weight of its edges into each group or part
	group []int32 // per node of the level
	held  []float64
	free  []int32 // groups without a node
	count []int32
}

func newLeiden(g *Graph) *leiden {
	l := &leiden{l: &level{g.start, g.to, g.weight, g.strength}, near: newTally(g.Len())}
	for _, s := range g.strength {
		l.all += s
	}
	return l
}

// run begins with the given groups and visits the nodes in the given order. It returns the groups that it came to, numbered
// below the number of nodes.
func (l *leiden) run(ctx context.Context, group, order []int32) ([]int32, error) {
	at := make([]int32, l.l.len()) // the node of the level in which each node of the graph is
	for v := range at {
		at[v] = int32(v)
	}
	l.group = group
	for {
		if err := l.move(ctx, order); err != nil {
			return nil, err
		}
		part, parts, err := l.refine(ctx)
		if err != nil {
			return nil, err
		}
		if parts == l.l.len() {
			for v, node := range at {
				at[v] = l.group[node]
			}
			return at, nil
		}
		above := make([]int32, parts)
		for v, p := range part {
			above[p] = l.group[v]
		}
		for v, node := range at {
			at[v] = part[node]
		}
		l.l, l.group = l.l.merged(part, parts), dense(above)
		order = order[:0:0]
		for v := range parts {
			order = append(order, int32(v))
		}
	}
}

// dense numbers labels from 0 without gaps, in the order in which they come.
func dense(labels []int32) []int32 {
	var most int32
	for _, c := range labels {
		most = max(most, c)
	}
	number := make([]int32, most+1)
	var next int32
	for i, c := range labels {
		if number[c] == 0 {
			next++
			number[c] = next
		}
		labels[i] = number[c] - 1
	}
	return labels
}

// move puts nodes into the group that raises modularity most, until none would raise it. A node is visited again when a
// neighbour has left its group.
func (l *leiden) move(ctx context.Context, order []int32) error {
	n := l.l.len()
	l.held, l.count, l.free = make([]float64, n), make([]int32, n), l.free[:0]
	for v, c := range l.group {
		l.held[c] += l.l.strength[v]
		l.count[c]++
	}
	for c, count := range l.count {
		if count == 0 {
			l.free = append(l.free, int32(c))
		}
	}
	waits := make([]bool, n)
	for _, v := range order {
		waits[v] = true
	}
	queue := append(make([]int32, 0, 2*n), order...)
	for i := 0; i < len(queue); i++ {
		if i%pace == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		v := queue[i]
		waits[v] = false
		from, to := l.group[v], l.best(v)
		if to == from {
			continue
		}
		if l.count[to] == 0 {
			l.free = l.free[:len(l.free)-1]
		}
		l.held[from] -= l.l.strength[v]
		l.held[to] += l.l.strength[v]
		l.count[from]--
		l.count[to]++
		if l.count[from] == 0 {
			l.held[from] = 0
			l.free = append(l.free, from)
		}
		l.group[v] = to
		for _, w := range l.l.to[l.l.start[v]:l.l.start[v+1]] {
			if !waits[w] && l.group[w] != to {
				waits[w] = true
				queue = append(queue, w)
			}
		}
	}
	return nil
}

// slack is the share of a node's strength that a move has to gain. All that smaller gains would add to modularity is less, and
// no rounding can then send a node back and forth.
const slack = 1e-10

// best is the group that a node does best in: its own, a neighbour's, or an empty one, which is where an isolate belongs.
func (l *leiden) best(v int32) int32 {
	own, strength := l.group[v], l.l.strength[v]
	for half := l.l.start[v]; half < l.l.start[v+1]; half++ {
		l.near.add(l.group[l.l.to[half]], l.l.weight[half])
	}
	to := own
	most := l.near.sum[own] - float64(strength*((l.held[own]-strength)/l.all)) + float64(slack*strength)
	for _, c := range l.near.keys {
		if gain := l.near.sum[c] - float64(strength*(l.held[c]/l.all)); c != own && gain > most {
			to, most = c, gain
		}
	}
	if most <= 0 && l.count[own] > 1 {
		to = l.free[len(l.free)-1]
	}
	l.near.clear()
	return to
}

// refine divides each group into parts: alone at first, each node that hangs well together with the rest of its group joins
// the part in it, itself well joined, that raises modularity most, if one does. It returns the part of each node, numbered
// without gaps, and the number of parts.
func (l *leiden) refine(ctx context.Context) (part []int32, parts int, err error) {
	n := l.l.len()
	part, parts = make([]int32, n), n
	var (
		held  = make([]float64, n) // per part: the strength of its nodes
		rest  = make([]float64, n) // per part: the weight of its edges into the rest of its group
		count = make([]int32, n)
	)
	for v := range part {
		part[v], held[v], count[v] = int32(v), l.l.strength[v], 1
		for half := l.l.start[v]; half < l.l.start[v+1]; half++ {
			if l.group[l.l.to[half]] == l.group[v] {
				rest[v] += l.l.weight[half]
			}
		}
	}
	well := func(p, group int32) bool {
		return rest[p] >= float64(held[p]*((l.held[group]-held[p])/l.all))
	}
	for v := range int32(n) {
		if v%pace == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		own, group := part[v], l.group[v]
		if count[own] != 1 || !well(own, group) {
			continue
		}
		for half := l.l.start[v]; half < l.l.start[v+1]; half++ {
			if w := l.l.to[half]; l.group[w] == group {
				l.near.add(part[w], l.l.weight[half])
			}
		}
		to, most := own, 0.0
		for _, p := range l.near.keys {
			if gain := l.near.sum[p] - float64(held[own]*(held[p]/l.all)); gain > most && well(p, group) {
				to, most = p, gain
			}
		}
		if to != own {
			rest[to] += rest[own] - 2*l.near.sum[to]
			held[to] += held[own]
			count[to]++
			part[v] = to
			parts--
		}
		l.near.clear()
	}
	return dense(part), parts, nil
}
