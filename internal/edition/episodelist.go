package edition

import (
	"slices"
	"time"

	"bettertogether/internal/content"
)

// EpisodeList is a list of episodes with one address in every format: a saved Listing, all episodes, or those of an entry.
type EpisodeList struct {
	// Of is the entry whose list it is; nil is the list of all episodes.
	Of    Entry
	Title string
	// URL is the address without an ending that says the format, and without refinements.
	URL string
	// Refined are the conditions that a reader adds to those of the list.
	Refined Refinement
	Order   content.EpisodeOrder
	Limit   int32
	// Language is that of the interface; empty is for the reader to choose.
	Language string
	// Episodes are those shown, at most Limit.
	Episodes []*Episode
	v        *View
	all      list
	pinned   map[int32]bool
}

// Refinement narrows a list of episodes. Its zero takes the list as it is.
type Refinement struct {
	Filter content.EpisodeFilter
	// Order is empty for the list's own, Limit 0.
	Order content.EpisodeOrder
	Limit int32
}

// defaultShown is how many episodes a list shows that says nothing of it.
const defaultShown = 20

// EpisodeList makes the list of all episodes, or of an entry: a listing's saved filter, a series' episodes, those in which a
// speaker appears, behind which an organization stands, about a topic and its narrower ones, of a case study, among the items
// of a toolkit; an episode alone, for the reader's own calendar. A kind without episodes is an error.
func (v *View) EpisodeList(of Entry, refine Refinement) (*EpisodeList, error) {
	l := &EpisodeList{Of: of, Title: "All episodes", URL: v.Site + "/lists/all", Refined: refine, Order: content.EpisodesLatest, Limit: defaultShown, v: v}
	var pinned []content.ID
	var saved *content.EpisodeFilter
	if of != nil {
		l.Title, l.URL = of.Label(), of.URL()
	}
	if listing, ok := of.(*Listing); ok {
		l.Order, l.Limit, l.Language = listing.Order, listing.Limit, listing.Locale
		saved, pinned = &listing.Filter, listing.Listing.Pinned
	}
	if refine.Order != "" {
		l.Order = refine.Order
	}
	switch {
	case refine.Limit < 0 || refine.Limit > MostPerPage:
		return nil, badArgument("limit", "%d is not from 1 to %d", refine.Limit, MostPerPage)
	case refine.Limit > 0:
		l.Limit = refine.Limit
	}
	if !slices.Contains([]content.EpisodeOrder{content.EpisodesLatest, content.EpisodesEarliest, content.EpisodesByTitle, content.EpisodesUpdated}, l.Order) {
		return nil, badArgument("order", "%s is no order; DATE_DESC, DATE_ASC, TITLE_ASC and UPDATED_DESC are allowed", content.Quote(string(l.Order)))
	}
	by := findOrder(content.KindEpisode, string(l.Order))
	all := v.whole(by)
	if err := all.belong(of); err != nil {
		return nil, err
	}
	for _, f := range []*content.EpisodeFilter{saved, &refine.Filter} {
		if f == nil {
			continue
		}
		if err := all.filterEpisodes(*f); err != nil {
			return nil, err
		}
	}
	l.fill(all, pinned)
	return l, nil
}

// Latest are the latest episodes of a series, of an organization, or about a topic and its narrower ones. The work grows with how many
// are asked for, not with how many there are.
func (v *View) Latest(of Entry, most int) []*Episode {
	l := v.whole(orders[defaultOrder(content.KindEpisode)])
	if l.belong(of) != nil {
		return nil
	}
	var latest []*Episode
	for w := v.walk(l.order, forwards, l.sorted()); w.next() != nil && len(latest) < most; w.pass() {
		latest = append(latest, v.wrap(w.next()).(*Episode))
	}
	return latest
}

// belong narrows the list of all episodes to those of an entry.
func (l *list) belong(of Entry) error {
	v := l.v
	switch e := of.(type) {
	case nil, *Listing:
	case *Episode:
		l.narrow([]int32{e.n.num})
	case *Series:
		l.narrowBack([]int32{e.n.num}, "series")
	case *Speaker:
		l.narrowBack([]int32{e.n.num}, "appearances")
	case *Organization:
		l.narrow(v.episodesBehind(e.n)...)
	case *Topic:
		l.narrowBack(e.reach(), "topics")
	case *CaseStudy:
		l.narrow(v.latestFirst(v.listed(e.CaseStudy.Episodes)))
	case *Toolkit:
		var found []int32
		for _, item := range e.Toolkit.Items {
			if n := v.find(item.Entry); n != nil && n.kind() == content.KindEpisode {
				found = append(found, n.num)
			}
		}
		l.narrow(v.latestFirst(found))
	default:
		return badArgument("", "a %s has no list of episodes", of.Kind())
	}
	return nil
}

// fill walks the list as far as it is shown: pinned episodes first, whether the filter takes them or not.
func (l *EpisodeList) fill(all list, pinned []content.ID) {
	l.all, l.pinned = all, map[int32]bool{}
	for _, id := range pinned {
		if n := l.v.find(id); n != nil && !l.pinned[n.num] {
			l.pinned[n.num] = true
			l.Episodes = append(l.Episodes, l.v.wrap(n).(*Episode))
		}
	}
	for w := l.v.walk(all.order, forwards, all.sorted()); w.next() != nil && len(l.Episodes) < int(l.Limit); w.pass() {
		if n := w.next(); l.passes(n) {
			l.Episodes = append(l.Episodes, l.v.wrap(n).(*Episode))
		}
	}
	l.Episodes = l.Episodes[:min(len(l.Episodes), int(l.Limit))]
}

func (l *EpisodeList) passes(n *node) bool {
	return !l.pinned[n.num] && (l.all.keep == nil || l.all.keep(n))
}

// Total counts all episodes of the list, shown or not.
func (l *EpisodeList) Total() int {
	count := len(l.pinned)
	if count == 0 {
		return l.all.total()
	}
	l.all.each(func(num int32) {
		if !l.pinned[num] {
			count++
		}
	})
	return count
}

// View is the moment at which the list was made.
func (l *EpisodeList) View() *View { return l.v }

// UpdatedAt is when the newest of the episodes that are shown became as it is; zero for a list without any.
func (l *EpisodeList) UpdatedAt() time.Time {
	var newest time.Time
	for _, e := range l.Episodes {
		if at := e.UpdatedAt(); at.After(newest) {
			newest = at
		}
	}
	return newest
}

// ChangesAt is when time changes something that the list shows, if nobody edits anything; nil is never.
func (l *EpisodeList) ChangesAt() *time.Time {
	filters := []content.EpisodeFilter{l.Refined.Filter}
	if listing, ok := l.Of.(*Listing); ok {
		filters = append(filters, listing.Filter)
	}
	for _, f := range filters {
		if len(f.Phases) > 0 || f.HasRecording != nil || f.HasCaptions != nil {
			return l.v.NextChangeAt() // which episodes pass is for time to say
		}
	}
	next := instant(l.v.due)
	for _, e := range l.Episodes {
		if at := e.PhaseChangesAt(); at != nil && (next == nil || at.Before(*next)) {
			next = at
		}
	}
	return next
}
