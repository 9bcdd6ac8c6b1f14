package edition

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// Impact is what the public sees otherwise after a write, beside the entries that it names.
type Impact struct {
	// Listings are the saved lists that come to show something else; Feeds are the addresses of the built-in ones, without the
	// ending that says the format.
	Listings []content.ID
	Feeds    []string
	// Dependants are entries that nobody edited, but that gain or lose a link, or come or go because a merge does.
	Dependants []content.ID
}

// mostFeedEpisodes is how many changed episodes are asked in which feeds they stand; a larger write touches about all feeds.
const mostFeedEpisodes = 2000

// Compare says what a write changes for the public: before and after are the moments around it, written are the entries that it
// names.
func Compare(before, after *View, written map[content.ID]bool) (Impact, error) {
	before, after = before.Public(), after.Public()
	var found Impact
	changed := slices.DeleteFunc(before.differences(after.Edition), func(num int32) bool {
		was, is := before.nodes.at(num), after.nodes.at(num)
		return !written[is.id()] && was.isListed() && is.isListed() && isAlike(was.entry(), is.entry())
	})
	if len(changed) == 0 {
		return found, nil
	}
	episodes, feeds, dependants := map[int32]bool{}, map[string]bool{}, map[content.ID]bool{}
	for _, num := range changed {
		was, is := before.nodes.at(num), after.nodes.at(num)
		if !written[is.id()] {
			dependants[is.id()] = true
		}
		comesOrGoes := was.isListed() != is.isListed()
		mark := func(episode int32) { episodes[episode] = true }
		for _, v := range []*View{before, after} {
			v.eachCard(num, mark)
			if comesOrGoes || !slices.Equal(before.picked(num), after.picked(num)) {
				v.eachPicked(num, mark)
				if is.kind() == content.KindToolkit && v.nodes.at(num).isListed() {
					feeds[v.wrap(v.nodes.at(num)).URL()] = true
				}
			}
			v.eachBacklink(num, func(from *node) {
				if comesOrGoes && !written[from.id()] {
					dependants[from.id()] = true
				}
			})
		}
	}
	found.Dependants = slices.Sorted(maps.Keys(dependants))
	var err error
	moves := slices.ContainsFunc(changed, func(num int32) bool { return after.nodes.at(num).kind() == content.KindTopic })
	m := marked{episodes: episodes}
	if !moves {
		m = newMarked(before, after, episodes)
	}
	if found.Listings, err = affectedListings(before, after, m); err != nil {
		return found, err
	}
	found.Feeds = affectedFeeds(before, after, episodes, feeds)
	return found, nil
}

// isAlike tells whether two entries say the same: what merges resolve is made anew each time.
func isAlike(a, b content.Entry) bool {
	one, err := content.Encode(a)
	if err != nil {
		return false
	}
	other, err := content.Encode(b)
	return err == nil && bytes.Equal(one, other)
}

// differences are the entries that two editions of one hub show differently, in the order of their numbers.
func (e *Edition) differences(next *Edition) []int32 {
	var found []int32
	next.nodes.since(e.nodes, func(n *node) {
		was := e.nodes.at(n.num)
		if was == n || !was.isListed() && !n.isListed() {
			return
		}
		if was == nil || was.entry() != n.entry() || was.isListed() != n.isListed() {
			found = append(found, n.num)
		}
	})
	return found
}

func (v *View) eachBacklink(num int32, visit func(from *node)) {
	if n := v.nodes.at(num); n != nil {
		for back := range n.backlinks {
			for _, from := range back.from {
				visit(v.nodes.at(from))
			}
		}
	}
}

// eachCard visits the episodes whose cards show an entry: itself, those that point at it, and, since a card names the partners
// of its case studies, those of a case study that points at it.
func (v *View) eachCard(num int32, visit func(episode int32)) {
	if n := v.nodes.at(num); n != nil && n.kind() == content.KindEpisode {
		visit(num)
	}
	v.eachBacklink(num, func(from *node) {
		switch from.kind() {
		case content.KindEpisode:
			visit(from.num)
		case content.KindCaseStudy:
			v.eachPicked(from.num, visit)
		}
	})
}

// picked are the links by which an entry decides where episodes stand: a case study, whose partners they show, a toolkit, or a
// topic, since lists of those above it take in what stands below.
func (v *View) picked(num int32) []content.Link {
	var all []content.Link
	n := v.nodes.at(num)
	if !n.isListed() || n.kind() != content.KindCaseStudy && n.kind() != content.KindToolkit && n.kind() != content.KindTopic {
		return nil
	}
	n.entry().Links(func(l content.Link) {
		if l.Field == "episodes" || l.Field == "partners" || l.Field == "items" || l.Field == "broader" {
			all = append(all, content.Link{Field: l.Field, Position: l.Position, To: l.To})
		}
	})
	return all
}

// eachPicked visits the episodes that a case study names, and those of a topic and of all below it.
func (v *View) eachPicked(num int32, visit func(episode int32)) {
	if n := v.nodes.at(num); n != nil && n.kind() == content.KindTopic {
		for _, episode := range v.backOf(v.narrower([]int32{num}), content.KindEpisode, "topics") {
			visit(episode)
		}
		return
	}
	for _, l := range v.picked(num) {
		if n := v.find(l.To); l.Field == "episodes" && n.isListed() {
			visit(n.num)
		}
	}
}

// marked are the episodes that a write changes, or that show what it changes.
type marked struct {
	episodes map[int32]bool
	// sieves are of the moments before and after; nil where every listing may show something else. That is so where topics change,
	// which may stand above others, so that a filter takes other episodes than these.
	sieves []*sieve
}

func newMarked(before, after *View, episodes map[int32]bool) marked {
	m := marked{episodes: episodes}
	if len(episodes) <= few {
		nums := slices.Sorted(maps.Keys(episodes))
		m.sieves = []*sieve{before.sieve(nums), after.sieve(nums)}
	}
	return m
}

// concern says whether a listing may show something else: mostly it can only where its pins or its filter take one of the marked
// episodes, before or after.
func (m marked) concern(before, after *View, num int32) (bool, error) {
	was, is := before.nodes.at(num), after.nodes.at(num)
	if m.sieves == nil || !was.isListed() || !is.isListed() || was.entry() != is.entry() {
		return true, nil
	}
	l := is.entry().(*content.Listing)
	for _, s := range m.sieves {
		if slices.ContainsFunc(l.Pinned, func(id content.ID) bool { n := s.v.find(id); return n != nil && m.episodes[n.num] }) {
			return true, nil
		}
		if takes, err := s.takes(&l.Filter); takes || err != nil {
			return takes, err
		}
	}
	return false, nil
}

// mostCompared is how many listings are made before and after a write, to see what they show. Where more may show something else,
// all of them are told.
const mostCompared = 32

// affectedListings are the listings that show one of the changed episodes, or others than before.
func affectedListings(before, after *View, m marked) ([]content.ID, error) {
	o := defaultOrder(content.KindListing)
	nums := slices.Concat(before.orders[o], after.orders[o])
	slices.Sort(nums)
	var concerned []int32
	for _, num := range slices.Compact(nums) {
		is, err := m.concern(before, after, num)
		if err != nil {
			return nil, err
		}
		if is {
			concerned = append(concerned, num)
		}
	}
	var found []content.ID
	for _, num := range concerned {
		differs := len(concerned) > mostCompared
		if !differs {
			var err error
			if differs, err = m.differs(before, after, num); err != nil {
				return nil, err
			}
		}
		if differs {
			found = append(found, after.nodes.at(num).id())
		}
	}
	slices.Sort(found)
	return found, nil
}

// differs tells whether a listing shows something else behind a write than before it.
func (m marked) differs(before, after *View, num int32) (bool, error) {
	was, shownBefore, err := before.listingShows(num)
	if err != nil {
		return false, err
	}
	is, shownAfter, err := after.listingShows(num)
	if err != nil {
		return false, err
	}
	touched := func(num int32) bool { return m.episodes[num] }
	return shownBefore != shownAfter || !slices.Equal(was, is) || slices.ContainsFunc(is, touched), nil
}

// listingShows returns the episodes of a listing, and the listing; nil where it is not shown.
func (v *View) listingShows(num int32) ([]int32, content.Entry, error) {
	n := v.nodes.at(num)
	if !n.isListed() {
		return nil, nil, nil
	}
	shown, err := (&Listing{n.entry().(*content.Listing), handle{n, v}}).Episodes()
	nums := make([]int32, len(shown))
	for i, e := range shown {
		nums[i] = e.n.num
	}
	return nums, n.entry(), err
}

// affectedFeeds are the built-in lists in which the changed episodes stand or stood, beside those that are known already.
func affectedFeeds(before, after *View, episodes map[int32]bool, feeds map[string]bool) []string {
	if len(episodes) > mostFeedEpisodes {
		return []string{after.Site + "/lists/all"}
	}
	for num := range episodes {
		for _, v := range []*View{before, after} {
			n := v.nodes.at(num)
			if !n.isListed() {
				continue
			}
			feeds[v.Site+"/lists/all"] = true
			e := &Episode{Episode: n.entry().(*content.Episode), handle: handle{n, v}}
			for _, home := range e.homes() {
				feeds[v.wrap(home).URL()] = true
			}
		}
	}
	return slices.SortedFunc(maps.Keys(feeds), func(a, b string) int {
		return cmp.Or(cmp.Compare(strings.Count(a, "/"), strings.Count(b, "/")), cmp.Compare(a, b))
	})
}

// homes are the entries whose list of episodes holds an episode.
func (e *Episode) homes() []*node {
	topics := slices.Clone(e.topics())
	for i := 0; i < len(topics); i++ {
		if n := e.v.follow(topics[i]); n != nil {
			for _, broader := range n.ends.All() {
				if !slices.Contains(topics, broader) {
					topics = append(topics, broader)
				}
			}
		}
	}
	ends := slices.Concat(e.series(), e.organizations(), topics)
	for speaker := range e.billed {
		ends = append(ends, speaker)
	}
	var found []*node
	for _, end := range ends {
		if n := e.v.follow(end); n != nil {
			found = append(found, n)
		}
	}
	for _, back := range [][]int32{e.n.back(content.KindCaseStudy, "episodes"), e.n.back(content.KindToolkit, "items")} {
		for _, num := range back {
			found = append(found, e.v.nodes.at(num))
		}
	}
	return found
}
