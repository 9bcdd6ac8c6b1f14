package edition

import (
	"runtime"
	"slices"

	"bettertogether/internal/content"
)

// linkAll gives the nodes of an edition that is new as a whole their backlinks, and the edition its boundaries. Walking each
// kind in its default order leaves every list of backlinks in that order. First the links are looked up, a share of the nodes
// on each core; then each core writes the backlinks of its own share of what they point at.
func (e *Edition) linkAll() {
	shares := runtime.GOMAXPROCS(0)
	targets, boundaries := make([][]int32, shares), make([][]int64, shares)
	for _, kind := range content.Kinds() {
		all := e.orders[defaultOrder(kind)]
		share := func(i int) []int32 { return all[i*len(all)/shares : (i+1)*len(all)/shares] }
		inParallel(shares, func(i int) {
			found := targets[i][:0]
			add := func(link content.Link) {
				to, known := e.roll.known(link.To) // whoever builds owns the roll
				if !known {
					to = -1
				}
				found = append(found, to)
			}
			for _, num := range share(i) {
				n := e.nodes.at(num)
				n.entry.Links(add)
				boundaries[i] = append(boundaries[i], n.boundaries()...)
			}
			targets[i] = found
		})
		inParallel(shares, func(mine int) {
			for i := range shares {
				next, from := 0, int32(0)
				add := func(link content.Link) {
					to := targets[i][next]
					next++
					if to >= 0 && int(to)%shares == mine {
						e.nodes.at(to).list(kind, link.Field).add(from)
					}
				}
				for _, from = range share(i) {
					e.nodes.at(from).entry.Links(add)
				}
			}
		})
	}
	e.boundaries = slices.Concat(boundaries...)
	slices.Sort(e.boundaries)
}
