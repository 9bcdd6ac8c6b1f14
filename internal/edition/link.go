package edition

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"

	"bettertogether/internal/content"
)

// linkAll gives the nodes of an edition that is new as a whole their backlinks, and the edition its boundaries. Walking each
// kind in its default order leaves every list of backlinks in that order. First the links are looked up, a share of the nodes
// on each core; then each core lays out the backlinks of its own share of what they point at.
func (e *Edition) linkAll() {
	shares := runtime.GOMAXPROCS(0)
	var found []linksOf
	for _, kind := range content.Kinds() {
		all := e.orders[defaultOrder(kind)]
		of := make([]linksOf, shares)
		first, ways := waysOf(kind)
		inParallel(shares, func(i int) {
			of[i].first, of[i].ways = first, ways
			for _, num := range all[i*len(all)/shares : (i+1)*len(all)/shares] {
				of[i].add(e, e.nodes.at(num))
			}
		})
		found = append(found, of...)
	}
	inParallel(shares, func(mine int) { e.lay(found, mine, shares) })
	for _, of := range found {
		e.boundaries = append(e.boundaries, of.boundaries...)
	}
	e.boundaries = slices.Clone(e.boundaries) // appending leaves room
	slices.Sort(e.boundaries)
}

// linksOf are the links of some nodes of a kind, as they come, and their boundaries.
type linksOf struct {
	// ways are those of the kind, first is the number of the first one.
	ways       []way
	first      uint8
	blocks     [][]pointing
	boundaries []int64
	// ends are those of one node, free is where the next ones go.
	ends, free []int32
}

// pointing says that a node points at another by a way.
type pointing struct {
	from, to int32
	way      uint8
}

// linkBlock is how many links stand together at most: one list of them all would be copied again and again as it grows.
const linkBlock = 1 << 14

func (l *linksOf) add(e *Edition, n *node) {
	l.ends = l.ends[:0]
	n.entry().Links(func(link content.Link) {
		to := e.endOf(link)
		if l.ends = append(l.ends, to); to == nowhere {
			return
		}
		at := 0
		for l.ways[at].field != link.Field { // a test holds ways against all that entries can hold
			at++
		}
		last := len(l.blocks) - 1
		switch {
		case last < 0:
			l.blocks = append(l.blocks, make([]pointing, 0, 16))
			last++
		case len(l.blocks[last]) == cap(l.blocks[last]):
			l.blocks = append(l.blocks, make([]pointing, 0, min(4*cap(l.blocks[last]), linkBlock)))
			last++
		}
		l.blocks[last] = append(l.blocks[last], pointing{n.num, to, l.first + uint8(at)})
	})
	size := 1 + len(l.ends)
	if len(l.free) < size {
		l.free = room[int32](e, max(linkBlock, size))
	}
	copy(l.free[1:], l.ends)
	n.ends, l.free = content.NumbersIn(l.free[:size]), l.free[size:]
	l.boundaries = n.addBoundaries(l.boundaries)
}

// lay makes the backlinks of a share of the nodes, side by side. It counts the links to each node first, and so knows where
// those of each begin.
func (e *Edition) lay(found []linksOf, mine, shares int) {
	each := func(visit func(at int, p pointing)) {
		for _, of := range found {
			for _, block := range of.blocks {
				for _, p := range block {
					if int(p.to)%shares == mine {
						visit(int(p.to)/shares, p)
					}
				}
			}
		}
	}
	begins := make([]int32, e.nodes.len()/shares+2)
	met := make([]uint64, len(begins)) // the ways that lead to a node, one bit each
	each(func(at int, p pointing) {
		begins[at+1]++
		met[at] |= 1 << p.way
	})
	lists := 0
	for i := range met {
		lists += bits.OnesCount64(met[i])
		if i > 0 {
			begins[i] += begins[i-1]
		}
	}
	type end struct {
		from int32
		way  uint8
	}
	ends := make([]end, begins[len(begins)-1])
	next := slices.Clone(begins)
	each(func(at int, p pointing) {
		ends[next[at]] = end{p.from, p.way}
		next[at]++
	})
	nodes := 0
	for _, ways := range met {
		if ways != 0 {
			nodes++
		}
	}
	all := room[int32](e, nodes+lists+len(ends))
	for at, ways := range met {
		if ways == 0 {
			continue
		}
		size := 1
		for ; ways != 0; ways &= ways - 1 {
			way, head := uint8(bits.TrailingZeros64(ways)), size
			size++
			for _, p := range ends[begins[at]:next[at]] {
				// An entry may point at another twice by one field.
				if p.way == way && (size == head+1 || all[size-1] != p.from) {
					all[size] = p.from
					size++
				}
			}
			all[head] = headOf(way, size-head-1)
		}
		e.nodes.at(int32(at*shares + mine)).in = content.NumbersIn(all[:size:size])
		all = all[size:]
	}
}

// way is by which field an entry of a kind points at another.
type way struct {
	kind  content.Kind
	field string
}

// ways are all that there are, sorted; backlinks have the number of theirs. There are fewer than 64: a set of them is a word of bits.
var ways = func() []way {
	fields := map[content.Kind][]string{
		content.KindSeries:       {"organizers", "credits", "creditedOrganizations"},
		content.KindEpisode:      {"series", "appearances", "creditedOrganizations", "resources", "topics", "hosts"},
		content.KindSpeaker:      {"affiliations"},
		content.KindOrganization: {"parent", "successors", "related"},
		content.KindCaseStudy: {
			"partners", "strategies", "populations", "outcomeEvidence", "credentials", "evidence", "contributors", "creditedOrganizations",
			"episodes", "resources",
		},
		content.KindResource: {"authors", "publishers", "topics"},
		content.KindTopic:    {"broader"},
		content.KindToolkit:  {"items"},
		content.KindListing:  {"owner", "filter.series", "filter.topics", "filter.organizations", "filter.speakers", "pinned"},
	}
	var all []way
	for kind, names := range fields {
		for _, name := range names {
			all = append(all, way{kind, name})
		}
	}
	slices.SortFunc(all, func(a, b way) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.field, b.field)) })
	return all
}()

// wayOf is the number of a way, and false where entries of a kind point nowhere by a field.
func wayOf(kind content.Kind, field string) (uint8, bool) {
	for i := range ways {
		if ways[i].field == field && ways[i].kind == kind {
			return uint8(i), true
		}
	}
	return 0, false
}

// mustWay is the number of a way that there is.
func mustWay(kind content.Kind, field string) uint8 {
	way, ok := wayOf(kind, field)
	if !ok {
		panic("edition: " + string(kind) + " has another link: " + field) // a test holds ways against all that entries can hold
	}
	return way
}

// waysOf are the ways of a kind, with the number of the first one.
func waysOf(kind content.Kind) (first uint8, all []way) {
	begin := slices.IndexFunc(ways, func(w way) bool { return w.kind == kind })
	end := begin
	for end < len(ways) && ways[end].kind == kind {
		end++
	}
	return uint8(begin), ways[begin:end]
}

func (b backlinks) kind() content.Kind { return ways[b.way].kind }

func (b backlinks) field() string { return ways[b.way].field }
