package edition

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"bettertogether/internal/content"
)

// Gathering is an episode or a case study with those who come together in it. People and organizations are numbers of this
// edition; see ByNumber.
type Gathering struct {
	Number int32
	// Standings are who takes part, each once, by number. In a case study its partners stand there too, in one standing without
	// a speaker.
	Standings []Standing
	// First and Last are the dates between which it lies; empty where they are not known.
	First, Last content.PartialDate
}

// Undated is the day of a gathering without a date.
const Undated = int32(-1 << 31)

// Day is the last day that it may have been on, counted from 1970-01-01 in UTC, for an unfinished case study that since which the view
// holds; Undated where no date is known.
func (g *Gathering) Day() int32 {
	if g.Last == "" {
		return Undated
	}
	return int32((g.Last.End(time.UTC).Unix() - 1) / (24 * 60 * 60))
}

// Standing is a person with the organizations that the person stands for there.
type Standing struct {
	// Speaker is -1 for the partners of a case study.
	Speaker       int32
	Organizations []int32
}

// GatheringFilter says which gatherings count. Its zero takes all episodes, without interpreters and producers.
type GatheringFilter struct {
	// Series, Topics (with their narrower ones), Regions, From and To are as in a list of episodes; a case study passes them by its strategies and
	// populations, its regions, and the time from its start to its end. Case studies belong to no series.
	Series, Topics []content.ID
	Regions        []string
	From, To       content.PartialDate
	// Roles are those that count in episodes; without any, all but interpreters and producers.
	Roles []content.AppearanceRole
	// WithCaseStudies takes them in.
	WithCaseStudies bool
	// Current lets people stand for those where they are on the day since which the view holds, not for those whom they were credited with.
	Current bool
}

// Gatherings are the gatherings that pass a filter: episodes, latest first, then case studies by title.
func (v *View) Gatherings(f GatheringFilter) ([]Gathering, error) {
	episodes, studies, err := v.gatherings(f)
	if err != nil {
		return nil, err
	}
	g := gatherer{v: v, filter: f, current: make(map[int32][]int32)}
	return append(g.all(episodes, g.episode), g.all(studies, g.caseStudy)...), nil
}

// gatherings are the lists of what passes a filter.
func (v *View) gatherings(f GatheringFilter) (episodes, studies list, err error) {
	episodes = v.whole(orders[defaultOrder(content.KindEpisode)])
	if err = episodes.filterEpisodes(content.EpisodeFilter{Series: f.Series, Topics: f.Topics, Regions: f.Regions, From: f.From, To: f.To}); err != nil {
		return episodes, studies, err
	}
	if err = checkLists(map[string]int{"roles": len(f.Roles)}); err != nil || !f.WithCaseStudies || len(f.Series) > 0 {
		return episodes, studies, err
	}
	studies = v.whole(orders[defaultOrder(content.KindCaseStudy)])
	if len(f.Topics) > 0 {
		studies.narrowBack(v.narrower(v.resolve(content.KindTopic, f.Topics)), "strategies", "populations")
	}
	if len(f.Regions) > 0 {
		studies.require(func(n *node) bool {
			return slices.ContainsFunc(n.entry().(*content.CaseStudy).Regions, func(r string) bool {
				country, _, _ := strings.Cut(r, "-")
				return regionMatch(f.Regions, r, country)
			})
		})
	}
	if f.From != "" || f.To != "" {
		studies.require(func(n *node) bool {
			first, last := v.span(n.entry().(*content.CaseStudy))
			return within(first, last, f.From, f.To)
		})
	}
	return episodes, studies, nil
}

// span is from when to when a case study is told to have lasted.
func (v *View) span(c *content.CaseStudy) (first, last content.PartialDate) {
	last = cmp.Or(c.EndedOn, c.StartedOn)
	if c.EndedOn == "" && c.Status == content.PartnershipActive {
		last = content.PartialDate(v.Since().Format(time.DateOnly))
	}
	return cmp.Or(c.StartedOn, c.EndedOn), last
}

// counts tells whether a role is one of those that count.
func (f GatheringFilter) counts(role content.AppearanceRole) bool {
	if len(f.Roles) > 0 {
		return slices.Contains(f.Roles, role)
	}
	return role != content.RoleInterpreter && role != content.RoleProducer
}

// gatherer makes gatherings on all cores.
type gatherer struct {
	v       *View
	filter  GatheringFilter
	mu      sync.Mutex
	current map[int32][]int32
}

// all makes the gatherings of a list, in its order.
func (g *gatherer) all(l list, fill func(n *node, to *gathered) bool) []Gathering {
	const share = 2048
	nums := l.numbers()
	parts := (len(nums) + share - 1) / share
	made := make([]gathered, parts)
	inParallel(parts, func(i int) {
		for _, num := range nums[i*share : min(len(nums), (i+1)*share)] {
			if n := g.v.nodes.at(num); l.keep == nil || l.keep(n) {
				made[i].add(n, g.v, fill)
			}
		}
	})
	var all []Gathering
	for i := range made {
		all = append(all, made[i].gatherings...)
	}
	return all
}

// gathered holds gatherings whose lists lie behind each other.
type gathered struct {
	gatherings    []Gathering
	standings     []Standing
	organizations []int32
}

func (p *gathered) add(n *node, v *View, fill func(n *node, to *gathered) bool) {
	from := len(p.standings)
	if !fill(n, p) {
		return
	}
	made := v.gathering(n)
	made.Standings = p.standings[from:len(p.standings):len(p.standings)]
	slices.SortFunc(made.Standings, func(a, b Standing) int { return cmp.Compare(a.Speaker, b.Speaker) })
	p.gatherings = append(p.gatherings, made)
}

// gathering is one without who takes part.
func (v *View) gathering(n *node) Gathering {
	made := Gathering{Number: n.num}
	switch e := n.entry().(type) {
	case *content.Episode:
		made.First, made.Last = e.When.Date, cmp.Or(e.When.EndDate(), e.When.Date)
	case *content.CaseStudy:
		made.First, made.Last = v.span(e)
	}
	return made
}

func (g *gatherer) episode(n *node, to *gathered) bool {
	from := len(to.standings)
	for i := range episodeOf(n).Appearances {
		a := &episodeOf(n).Appearances[i]
		if s := g.v.find(a.Speaker); s != nil && g.filter.counts(a.Role) {
			g.stand(to, from, s, a.CreditedOrganizations())
		}
	}
	return len(to.standings) > from
}

func (g *gatherer) caseStudy(n *node, to *gathered) bool {
	from, c := len(to.standings), n.entry().(*content.CaseStudy)
	var partners []content.ID
	for _, p := range c.Partners {
		partners = append(partners, p.Organization)
	}
	if len(partners) > 0 {
		to.standings = append(to.standings, Standing{Speaker: -1, Organizations: g.organizations(to, partners)})
	}
	for _, p := range c.Contributors {
		if s := g.v.find(p.Speaker); s != nil {
			g.stand(to, from, s, p.CreditedOrganizations)
		}
	}
	return len(to.standings) > from
}

// stand adds a person, or to one who is there already another organization.
func (g *gatherer) stand(to *gathered, from int, s *node, credited []content.ID) {
	var found []int32
	if g.filter.Current {
		found = g.now(s)
	} else {
		found = g.organizations(to, credited)
	}
	for i := range to.standings[from:] {
		if there := &to.standings[from+i]; there.Speaker == s.num {
			both := slices.Concat(there.Organizations, found)
			slices.Sort(both)
			there.Organizations = slices.Compact(both)
			return
		}
	}
	to.standings = append(to.standings, Standing{s.num, found})
}

// organizations are the numbers of organizations that the edition shows, sorted, each once.
func (g *gatherer) organizations(to *gathered, ids []content.ID) []int32 {
	from := len(to.organizations)
	for _, id := range ids {
		if o := g.v.find(id); o != nil && !slices.Contains(to.organizations[from:], o.num) {
			to.organizations = append(to.organizations, o.num)
		}
	}
	found := to.organizations[from:len(to.organizations):len(to.organizations)]
	slices.Sort(found)
	return found
}

// now are the organizations where a person is on the day since which the view holds.
func (g *gatherer) now(s *node) []int32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	found, known := g.current[s.num]
	if !known {
		today := content.PartialDate(g.v.Since().Format(time.DateOnly))
		held, _ := (&Speaker{s.entry().(*content.Speaker), handle{s, g.v}}).Affiliations(&today) // today is a date
		for _, a := range held {
			found = append(found, a.organization.num)
		}
		slices.Sort(found)
		found = slices.Compact(found)
		g.current[s.num] = found
	}
	return found
}

// ByNumber is the entry of a number that this edition gave.
func (v *View) ByNumber(num int32) Entry { return v.wrap(v.nodes.at(num)) }

// IDOf is the id of a number that this edition gave.
func (e *Edition) IDOf(num int32) content.ID { return e.nodes.at(num).id() }

// NumberOf is the number of an entry by id, slug or former slug; false when the edition shows none.
func (v *View) NumberOf(kind content.Kind, key string) (int32, bool) {
	n := v.lookup(kind, key)
	if !n.isListed() {
		return 0, false
	}
	return n.num, true
}

// Numbers are the numbers of all entries of a kind in its default order, and the bound below which all numbers lie.
func (v *View) Numbers(kind content.Kind) (nums []int32, bound int) {
	return v.orders[defaultOrder(kind)], v.nodes.len()
}

// TopicsOf are the topics of an episode, or the strategies and populations of a case study, by number.
func (v *View) TopicsOf(num int32) []int32 {
	switch e := v.nodes.at(num).entry().(type) {
	case *content.Episode:
		return v.listed(e.Topics)
	case *content.CaseStudy:
		return v.listed(distinct(slices.Concat(e.Strategies, e.Populations)))
	}
	return nil
}

// StoodFor are the organizations for which a person ever stood or stands now, by number, each once.
func (v *View) StoodFor(num int32) []int32 {
	var found []int32
	s, ok := v.ByNumber(num).(*Speaker)
	if !ok {
		return nil
	}
	for _, o := range s.CreditedOrganizations() {
		found = append(found, o.n.num)
	}
	for _, a := range s.Speaker.Affiliations {
		if o := v.find(a.Organization); o != nil {
			found = append(found, o.num)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Debut is the date of a person's first appearance; empty where none has a date.
func (v *View) Debut(num int32) content.PartialDate {
	var first content.PartialDate
	for _, episode := range v.nodes.at(num).back(content.KindEpisode, "appearances") {
		if d := episodeOf(v.nodes.at(episode)).When.Date; d != "" && (first == "" || d < first) {
			first = d
		}
	}
	return first
}

// RolesIn are the roles of a person in an episode that count.
func (v *View) RolesIn(f GatheringFilter, episode, speaker int32) []string {
	var found []string
	id := v.nodes.at(speaker).id()
	for i := range episodeOf(v.nodes.at(episode)).Appearances {
		a := &episodeOf(v.nodes.at(episode)).Appearances[i]
		if a.Speaker == id && f.counts(a.Role) {
			found = append(found, string(a.Role))
		}
	}
	return found
}
