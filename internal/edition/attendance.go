package edition

import (
	"slices"

	"bettertogether/internal/content"
)

// Attendance is which gatherings entries of one kind took part in. It says nothing of who stood for whom, and costs a fraction of
// Gatherings: who takes part is known from the links that lead to each entry.
type Attendance struct {
	// Gatherings have no standings. Each has somebody in it.
	Gatherings []Gathering
	// Nodes are the numbers of those who took part, in the order of their kind. Part[From[i]:From[i+1]] are the places in Gatherings of the
	// gatherings of Nodes[i], rising.
	Nodes      []int32
	From, Part []int32
}

// Attend finds which speakers appear in the gatherings that pass a filter, or which organizations people were credited with there, or are partners of a
// case study. Of the filter's Current it takes no notice.
func (v *View) Attend(f GatheringFilter, kind content.Kind) (Attendance, error) {
	episodes, studies, err := v.gatherings(f)
	if err != nil {
		return Attendance{}, err
	}
	field := map[content.Kind]string{content.KindSpeaker: "appearances", content.KindOrganization: "creditedOrganizations"}[kind]
	var a Attendance
	places := make([]int32, v.nodes.len()) // of entries among gatherings, from 1
	kept := slices.Concat(episodes.kept(), studies.kept())
	a.Gatherings = make([]Gathering, len(kept))
	isPartial := make([]bool, len(kept)) // some of its roles do not count
	inParallel(len(kept), func(i int) {
		n := v.nodes.at(kept[i])
		a.Gatherings[i], places[kept[i]] = v.gathering(n), int32(i)+1
		if e, ok := n.entry().(*content.Episode); ok {
			isPartial[i] = slices.ContainsFunc(e.Appearances, func(a content.Appearance) bool { return !f.counts(a.Role) })
		}
	})
	isEmpty := make([]bool, len(kept))
	for i := range isEmpty {
		isEmpty[i] = true
	}
	a.From = []int32{0}
	for _, num := range v.orders[defaultOrder(kind)] {
		n := v.nodes.at(num)
		for _, num := range n.back(content.KindEpisode, field) {
			if at := places[num] - 1; at >= 0 && (!isPartial[at] || f.takesPart(episodeOf(v.nodes.at(num)), n.id())) {
				a.Part = append(a.Part, at)
				isEmpty[at] = false
			}
		}
		if kind == content.KindOrganization {
			for _, num := range n.back(content.KindCaseStudy, "partners") {
				if at := places[num] - 1; at >= 0 {
					a.Part = append(a.Part, at)
					isEmpty[at] = false
				}
			}
		}
		if end := int32(len(a.Part)); end > a.From[len(a.From)-1] {
			a.Nodes, a.From = append(a.Nodes, num), append(a.From, end)
		}
	}
	a.drop(isEmpty)
	return a, nil
}

// kept are the numbers of the list that pass.
func (l list) kept() []int32 {
	if l.keep == nil {
		return l.numbers()
	}
	var found []int32
	for _, num := range l.numbers() {
		if l.keep(l.v.nodes.at(num)) {
			found = append(found, num)
		}
	}
	return found
}

// takesPart tells whether an entry is named by an appearance whose role counts.
func (f GatheringFilter) takesPart(e *content.Episode, id content.ID) bool {
	return slices.ContainsFunc(e.Appearances, func(a content.Appearance) bool {
		return f.counts(a.Role) && (a.Speaker == id || slices.Contains(a.CreditedOrganizations(), id))
	})
}

// drop takes gatherings out in which nobody is.
func (a *Attendance) drop(isEmpty []bool) {
	moved := make([]int32, len(isEmpty))
	left := a.Gatherings[:0]
	for i, empty := range isEmpty {
		moved[i] = int32(len(left))
		if !empty {
			left = append(left, a.Gatherings[i])
		}
	}
	if a.Gatherings = left; len(left) == len(isEmpty) {
		return
	}
	for i, at := range a.Part {
		a.Part[i] = moved[at]
	}
}
