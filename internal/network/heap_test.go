package network

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestQueuesGiveTheLowestFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		var (
			h       heap
			q       queue
			inHeap  []cost
			inQueue []int64
			last    int64
		)
		for range 300 {
			if random.IntN(5) < 3 {
				c := cost{random.Int64N(20), random.Int32N(5)}
				h.push(entry{c, 0})
				inHeap = append(inHeap, c)
				away := last + random.Int64N(1<<random.IntN(40))
				q.push(waiting{away: away})
				inQueue = append(inQueue, away)
				continue
			}
			if len(inHeap) == 0 {
				continue
			}
			slices.SortFunc(inHeap, func(a, b cost) int {
				return cmp.Or(cmp.Compare(a.length, b.length), cmp.Compare(a.edges, b.edges))
			})
			if got := h.pop().cost; got != inHeap[0] {
				t.Fatalf("the heap gives %v, the lowest is %v", got, inHeap[0])
			}
			inHeap = inHeap[1:]
			slices.Sort(inQueue)
			got, ok := q.pop()
			if !ok || got.away != inQueue[0] {
				t.Fatalf("the queue gives %d (%t), the lowest is %d", got.away, ok, inQueue[0])
			}
			inQueue, last = inQueue[1:], got.away
		}
	}
}
