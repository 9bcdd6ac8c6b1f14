package network

// level is a graph whose nodes are sets of the nodes of the graph below it. The edges inside a set count in its strength
// alone.
type level struct {
	start, to []int32
	weight    []float64
	strength  []float64
}

func (l *level) len() int { return len(l.strength) }

// merged makes the level above: the nodes of a part become one. Parts are numbered from 0 without gaps.
func (l *level) merged(part []int32, parts int) *level {
	// members has the nodes of part p from first[p] to first[p+1].
	first, members := make([]int32, parts+1), make([]int32, l.len())
	for _, p := range part {
		first[p+1]++
	}
	for p := range parts {
		first[p+1] += first[p]
	}
	next := append([]int32(nil), first...)
	for v, p := range part {
		members[next[p]] = int32(v)
		next[p]++
	}
	up := &level{start: make([]int32, parts+1), strength: make([]float64, parts)}
	into := newTally(parts)
	for p := range int32(parts) {
		for _, v := range members[first[p]:first[p+1]] {
			up.strength[p] += l.strength[v]
			for half := l.start[v]; half < l.start[v+1]; half++ {
				if q := part[l.to[half]]; q != p {
					into.add(q, l.weight[half])
				}
			}
		}
		for _, q := range into.keys {
			up.to = append(up.to, q)
			up.weight = append(up.weight, into.sum[q])
		}
		up.start[p+1] = int32(len(up.to))
		into.clear()
	}
	return up
}

// tally adds up positive numbers by key.
type tally struct {
	sum  []float64
	keys []int32 // those with a sum, in the order in which they came
}

func newTally(keys int) *tally { return &tally{sum: make([]float64, keys)} }

func (t *tally) add(key int32, x float64) {
	if t.sum[key] == 0 {
		t.keys = append(t.keys, key)
	}
	t.sum[key] += x
}

func (t *tally) clear() {
	for _, key := range t.keys {
		t.sum[key] = 0
	}
	t.keys = t.keys[:0]
}
