package edition

import (
	"slices"
	"sync"

	"bettertogether/internal/content"
)

// sieve tells whether filters take any of a few episodes, at most 64, as one view shows them. It answers as a list of these
// episodes alone would, for many filters: each episode is a bit, and what a filter names is looked up among the entries in
// whose lists the episodes stand.
type sieve struct {
	v     *View
	nodes []*node
	homes map[int32]uint64
	index *index
}

// sieve makes one for those of some episodes that the view lists; the numbers are sorted.
func (v *View) sieve(episodes []int32) *sieve {
	s := &sieve{v: v, homes: map[int32]uint64{}}
	for _, num := range episodes {
		n := v.nodes.at(num)
		if !n.isListed() {
			continue
		}
		for _, home := range (&Episode{Episode: episodeOf(n), handle: handle{n, v}}).homes() {
			s.homes[home.num] |= 1 << len(s.nodes)
		}
		s.nodes = append(s.nodes, n)
	}
	s.index = &index{base: sync.OnceValue(func() *segment { return newSegment(s.nodes) })}
	return s
}

// takes tells whether a filter takes any of the episodes.
func (s *sieve) takes(f *content.EpisodeFilter) (bool, error) {
	if err := checkEpisodeFilter(*f); err != nil {
		return false, err
	}
	left := uint64(1)<<len(s.nodes) - 1
	for _, named := range []struct {
		kind content.Kind
		keys []content.ID
	}{{content.KindSeries, f.Series}, {content.KindTopic, f.Topics}, {content.KindSpeaker, f.Speakers}, {content.KindOrganization, f.Organizations}} {
		if len(named.keys) > 0 {
			left &= s.at(named.kind, named.keys)
		}
	}
	if left != 0 && f.Search != "" {
		left &= s.holding(parseQuery(f.Search))
	}
	if left == 0 {
		return false, nil
	}
	conditions := s.v.conditions(*f)
	for i, n := range s.nodes {
		if left&(1<<i) != 0 && !slices.ContainsFunc(conditions, func(pass func(*node) bool) bool { return !pass(n) }) {
			return true, nil
		}
	}
	return false, nil
}

// at are the episodes that stand in the list of any of the entries.
func (s *sieve) at(kind content.Kind, keys []content.ID) (found uint64) {
	for _, key := range keys {
		if n := s.v.lookup(kind, string(key)); n.isListed() {
			found |= s.homes[n.num]
		}
	}
	return found
}

// holding are the episodes that a query finds.
func (s *sieve) holding(q query) (found uint64) {
	for _, f := range s.index.match(q) {
		at := slices.IndexFunc(s.nodes, func(n *node) bool { return n.num == f.num })
		if !s.v.isUnheard(q, s.nodes[at]) {
			found |= 1 << at
		}
	}
	return found
}
