package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// nowhere is the end of a link to an entry that was never saved.
const nowhere = -1

// endOf is the number of what a link leads to. Whoever asks builds an edition, and so owns the roll.
func (e *Edition) endOf(l content.Link) int32 {
	if num, known := e.roll.known(l.To); known {
		return num
	}
	return nowhere
}

// findEnds finds what the links of one node lead to. linkAll does so for many.
func (e *Edition) findEnds(n *node) {
	if n.entry() == nil {
		return
	}
	var ends []int32
	n.entry().Links(func(l content.Link) { ends = append(ends, e.endOf(l)) })
	all := room[int32](e, 1+len(ends))
	copy(all[1:], ends)
	n.ends = content.NumbersIn(all)
}

// lastEnds are so many ends of a node before the last ones, of which there are so many.
func (n *node) lastEnds(count, behind int) []int32 {
	all := n.ends.All()
	to := len(all) - behind
	return all[to-count : to]
}

// follow is the node to which a link leads, if the edition shows it in lists, or nil.
func (e *Edition) follow(end int32) *node {
	if end == nowhere {
		return nil
	}
	if n := e.standing(end); n.isListed() {
		return n
	}
	return nil
}

// The ends of an episode are its series, if it has one, of each appearance the speaker and the organizations, then resources, topics
// and hosts.

func (e *Episode) series() []int32 {
	if e.Episode.Series == "" {
		return nil
	}
	return e.n.ends.All()[:1]
}

// billed are the ends of its appearances.
func (e *Episode) billed(yield func(speaker int32, organizations []int32) bool) {
	ends := e.n.ends.All()[len(e.series()):]
	for i := range e.Episode.Appearances {
		next := 1 + len(e.Episode.Appearances[i].CreditedOrganizations())
		if !yield(ends[0], ends[1:next]) {
			return
		}
		ends = ends[next:]
	}
}

func (e *Episode) resources() []int32 {
	return e.n.lastEnds(len(e.Episode.Resources), len(e.Episode.Topics)+len(e.Episode.Hosts))
}

func (e *Episode) topics() []int32 {
	return e.n.lastEnds(len(e.Episode.Topics), len(e.Episode.Hosts))
}

func (e *Episode) hosts() []int32 { return e.n.lastEnds(len(e.Episode.Hosts), 0) }

// Organizations are all that stand behind the episode: hosts, then credited organizations, then partners of its case
// studies, each once.
func (e *Episode) Organizations() []*Organization {
	return allLed[*Organization](e.v, e.organizations())
}

// fewBehind is how many organizations there is room for before it is known how many stand behind an episode.
const fewBehind = 12

func (e *Episode) organizations() []int32 {
	nums := some[int32](e.v, fewBehind)[:0]
	add := func(all []int32) {
		for _, num := range all {
			if !slices.Contains(nums[:min(len(nums), fewBehind)], num) { // most stand there often
				nums = append(nums, num)
			}
		}
	}
	add(e.hosts())
	for _, organizations := range e.billed {
		add(organizations)
	}
	for _, num := range e.n.back(content.KindCaseStudy, "episodes") {
		study := e.v.nodes.at(num)
		add(study.ends.All()[:len(study.entry().(*content.CaseStudy).Partners)])
	}
	if len(nums) > fewBehind {
		return distinct(nums)
	}
	return nums
}
