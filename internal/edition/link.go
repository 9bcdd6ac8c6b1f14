package edition

import (
	"cmp"
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
	inParallel(shares, func(mine int) { e.tighten(mine, shares) })
	e.boundaries = slices.Concat(boundaries...)
	slices.Sort(e.boundaries)
}

// tighten lays the backlinks of a share of the nodes side by side: lists that grew have room that nobody needs any more.
func (e *Edition) tighten(mine, shares int) {
	size := 0
	for num := mine; num < e.nodes.len(); num += shares {
		for _, list := range e.nodes.at(int32(num)).in {
			size += len(list.from)
		}
	}
	together := make([]int32, 0, size)
	for num := mine; num < e.nodes.len(); num += shares {
		in := e.nodes.at(int32(num)).in
		for i := range in {
			from := len(together)
			together = append(together, in[i].from...)
			in[i].from = slices.Clip(together[from:])
		}
	}
}

// way is by which field an entry of a kind points at another.
type way struct {
	kind  content.Kind
	field string
}

// ways are all that there are, sorted; backlinks have the number of theirs.
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

func (b backlinks) kind() content.Kind { return ways[b.way].kind }

func (b backlinks) field() string { return ways[b.way].field }
