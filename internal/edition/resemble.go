package edition

import (
	"cmp"
	"math"
	"slices"

	"bettertogether/internal/content"
)

// Resembler finds the speakers, organizations or topics of a view that a name may mean. Making one reads all entries of the
// kind, so whoever has many names to look up makes one and keeps it for as long as the view. It is safe for any number of
// readers.
type Resembler struct {
	v        *View
	kind     content.Kind
	profiles []*profile
	// families counts the entries with a family name, words those with a word of a title, sites those with an address.
	families, words, sites map[string]int
	// keys are the blocks: entries that share a key are compared. They are sorted.
	keys []blockKey
}

// blockKey puts an entry, by its place among the profiles, into a block.
type blockKey struct {
	hash  uint64
	place int32
}

// Known is what is known of somebody beside a name; all of it may be empty.
type Known struct {
	Identifiers []content.Identifier
	// Websites are addresses of the person or organization itself.
	Websites []string
	// Organizations are those for which a person stands.
	Organizations []content.ID
	// Series are those in which a person appears.
	Series []content.ID
	// People are those with whom a person appears, or who stand for an organization.
	People []content.ID
	// Country, Region and City are an organization's, as in content.Organization.
	Country, Region, City string
	// Scheme is a topic's.
	Scheme content.TopicScheme
}

// Resemblance is an entry that a name may mean.
type Resemblance struct {
	Entry Entry
	// Score and Reasons are as in DuplicatePair.
	Score   float64
	Reasons []DuplicateReason
}

// mostResemblances and leastResemblance bound what Resembling returns.
const (
	mostResemblances = 20
	leastResemblance = 10
)

// Resembling finds the listed entries of a kind that a name may mean; see Resembler.Resembling. For more than a few names
// make a Resembler. It returns nil for other kinds than speakers, organizations and topics.
func (v *View) Resembling(kind content.Kind, name string, known Known) []Resemblance {
	r, err := v.Resembler(kind)
	if err != nil {
		return nil
	}
	return r.Resembling(name, known)
}

// Resembler reads the speakers, organizations or topics of the view.
func (v *View) Resembler(kind content.Kind) (*Resembler, error) {
	switch kind {
	case content.KindSpeaker, content.KindOrganization, content.KindTopic:
	default:
		return nil, badArgument("kind", "%s has no duplicates to look for; allowed: speaker, organization, topic", content.Quote(string(kind)))
	}
	nums := v.orders[defaultOrder(kind)]
	r := &Resembler{v: v, kind: kind, profiles: make([]*profile, len(nums))}
	r.families, r.words, r.sites = map[string]int{}, map[string]int{}, map[string]int{}
	inParallel(len(nums), func(i int) {
		r.profiles[i] = v.profileOf(v.nodes.at(nums[i]))
		r.profiles[i].at = int32(i)
	})
	for _, p := range r.profiles {
		r.count(p)
	}
	keys := make([][]uint64, len(nums))
	inParallel(len(nums), func(i int) { keys[i] = r.blocks(r.profiles[i]) })
	for i, of := range keys {
		for _, hash := range of {
			r.keys = append(r.keys, blockKey{hash, int32(i)})
		}
	}
	slices.SortFunc(r.keys, compareKeys)
	return r, nil
}

func compareKeys(a, b blockKey) int {
	return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.place, b.place))
}

// count counts each name part once an entry.
func (r *Resembler) count(p *profile) {
	if len(p.names) > 0 {
		if name := p.names[0]; r.kind == content.KindSpeaker {
			r.families[name.person.core]++
		} else {
			for _, w := range slices.Compact(slices.Sorted(slices.Values(name.title.words))) {
				r.words[w]++
			}
		}
	}
	for _, s := range p.sites {
		r.sites[s]++
	}
}

// Resembling finds the entries that a name may mean, best first, at most 20, with a score of at least 0.1. A name that names
// nobody, such as "Various speakers", finds only what the identifiers and websites lead to.
func (r *Resembler) Resembling(name string, known Known) []Resemblance {
	p := r.asked(name, known)
	var found []proposal
	met := map[int32]bool{}
	for _, hash := range r.blocks(p) {
		at, _ := slices.BinarySearchFunc(r.keys, blockKey{hash: hash}, compareKeys)
		for ; at < len(r.keys) && r.keys[at].hash == hash; at++ {
			place := r.keys[at].place
			if met[place] {
				continue
			}
			met[place] = true
			if score := r.judge(r.profiles[place], p, scoring).score(); score >= leastResemblance {
				found = append(found, proposal{r.profiles[place], p, score})
			}
		}
	}
	slices.SortFunc(found, func(a, b proposal) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.first.n.id(), b.first.n.id()))
	})
	var all []Resemblance
	for _, f := range found[:min(mostResemblances, len(found))] {
		all = append(all, Resemblance{r.v.wrap(f.first.n), float64(f.score) / 100, r.judge(f.first, p, telling).sorted()})
	}
	return all
}

// asked makes a profile of a name and what is known beside it.
func (r *Resembler) asked(name string, known Known) *profile {
	p := &profile{
		n: &node{num: math.MaxInt32, record: new(record), rank: rankOf(r.kind)}, at: math.MaxInt32, identifiers: slices.Clone(known.Identifiers),
		city: known.City, region: known.Region, country: known.Country, scheme: known.Scheme,
		organizations: r.v.listed(known.Organizations), series: r.v.listed(known.Series), people: r.v.listed(known.People),
	}
	p.name(name, ofName)
	for _, w := range known.Websites {
		p.site(w)
	}
	p.finish()
	return p
}

// mostInBlock is how many entries of one block are compared each with each. In a larger block only those that also share an
// organization or a place are, and of still larger ones the neighbours.
const (
	mostInBlock    = 40
	mostNeighbours = 6
)

// pairs judges all pairs that share a block and returns those of at least a score in hundredths, in their order.
func (r *Resembler) pairs(least int) []proposal {
	candidates := r.candidates()
	scores := make([]int8, len(candidates))
	inParallel(len(candidates), func(i int) {
		a, b := r.profiles[candidates[i]>>32], r.profiles[candidates[i]&math.MaxUint32]
		scores[i] = int8(r.judge(a, b, scoring).score())
	})
	var found []proposal
	for i, score := range scores {
		if int(score) < max(least, 1) {
			continue
		}
		a, b := r.profiles[candidates[i]>>32], r.profiles[candidates[i]&math.MaxUint32]
		if cmp.Or(cmp.Compare(b.n.links(), a.n.links()), cmp.Compare(a.n.id(), b.n.id())) > 0 {
			a, b = b, a
		}
		found = append(found, proposal{a, b, int(score)})
	}
	slices.SortFunc(found, comparePairs)
	return found
}

// links is how many entries point here.
func (n *node) links() int {
	total := 0
	for l := range n.backlinks {
		total += len(l.from)
	}
	return total
}

// candidates are the pairs to compare, each as two places in one number, the smaller first, sorted.
func (r *Resembler) candidates() []uint64 {
	var found []uint64
	var large []blockKey
	each := func(keys []blockKey, block func(members []blockKey)) {
		for from := 0; from < len(keys); {
			to := from + 1
			for to < len(keys) && keys[to].hash == keys[from].hash {
				to++
			}
			block(keys[from:to])
			from = to
		}
	}
	each(r.keys, func(members []blockKey) {
		if len(members) <= mostInBlock {
			found = appendPairs(found, members, len(members))
			return
		}
		for _, m := range members {
			p := r.profiles[m.place]
			for _, num := range p.organizations {
				large = append(large, blockKey{m.hash ^ mix(uint64(num)+1), m.place})
			}
			if p.region != "" {
				large = append(large, blockKey{m.hash ^ hashOf("region", p.region), m.place})
			}
		}
		found = appendPairs(found, members, mostNeighbours)
	})
	slices.SortFunc(large, compareKeys)
	each(large, func(members []blockKey) {
		within := mostNeighbours
		if len(members) <= mostInBlock {
			within = len(members)
		}
		found = appendPairs(found, members, within)
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// appendPairs adds the pairs of members that stand at most so many places apart.
func appendPairs(found []uint64, members []blockKey, within int) []uint64 {
	for i, a := range members {
		for _, b := range members[i+1 : min(len(members), i+1+within)] {
			if a.place != b.place {
				found = append(found, uint64(a.place)<<32|uint64(b.place))
			}
		}
	}
	return found
}
