package network

import "math/bits"

// queue is a radix heap (Ahuja, Mehlhorn, Orlin & Tarjan 1990): a priority queue of nodes by a distance that is never less
// than that of the node taken last. Bucket b has the nodes whose distance differs from it first in bit b-1.
type queue struct {
	buckets [64][]waiting
	used    uint64 // bit b is set if bucket b has nodes
	last    int64
}

type waiting struct {
	away int64
	node int32
}

func (q *queue) push(w waiting) {
	b := bits.Len64(uint64(w.away ^ q.last))
	q.buckets[b] = append(q.buckets[b], w)
	q.used |= 1 << b
}

// pop takes a node of the least distance, unless the queue is empty.
func (q *queue) pop() (waiting, bool) {
	if q.used == 0 {
		q.last = 0
		return waiting{}, false
	}
	if b := bits.TrailingZeros64(q.used); b > 0 {
		bucket := q.buckets[b]
		q.last = bucket[0].away
		for _, w := range bucket[1:] {
			q.last = min(q.last, w.away)
		}
		q.buckets[b] = bucket[:0]
		q.used &^= 1 << b
		for _, w := range bucket {
			q.push(w)
		}
	}
	lowest := q.buckets[0]
	top := lowest[len(lowest)-1]
	q.buckets[0] = lowest[:len(lowest)-1]
	if len(q.buckets[0]) == 0 {
		q.used &^= 1
	}
	return top, true
}
