package edition

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"bettertogether/internal/content"
)

// Episode is an episode as a view shows it: linked, and with what time decides.
type Episode struct {
	*content.Episode
	handle
	moment *content.Moment
}

func (e *Episode) now() *content.Moment {
	if e.moment == nil {
		page := content.Page{IsBroken: e.v.knownBroken()}
		for _, end := range e.resources() {
			page.HasResources = page.HasResources || e.v.follow(end) != nil
		}
		e.moment = put(e.v, e.Episode.At(e.n.instants(), e.v.Now, page))
	}
	return e.moment
}

// Phase is where the episode stands now.
func (e *Episode) Phase() content.EpisodePhase { return e.now().Phase }

// PhaseChangesAt is when phase or action change next; nil is never.
func (e *Episode) PhaseChangesAt() *time.Time { return instant(e.now().ChangesAt) }

// PrimaryAction is the one right button now.
func (e *Episode) PrimaryAction() content.Action {
	a := e.now().Action
	if a.Kind == content.ActionRemind || a.Kind == content.ActionReadResources {
		a.URL = e.URL() + a.URL // it was derived without the page's address, which most actions have no need of
	}
	return a
}

// StartsAt is the derived start; nil unless day, local time and zone are known.
func (e *Episode) StartsAt() *time.Time { return e.v.instant(e.n.instants().Start) }

// EndsAt is the derived end; see EndsAtIsEstimated. What is released at a moment has no end but a stated one.
func (e *Episode) EndsAt() *time.Time {
	if e.n.clock&guessesEnd != 0 && e.Format().IsReleased() {
		return nil
	}
	return e.v.instant(e.n.instants().End)
}

// EndsAtIsEstimated says that no end was stated.
func (e *Episode) EndsAtIsEstimated() bool {
	return e.n.clock&guessesEnd != 0 && !e.Format().IsReleased()
}

// Date is as much of the date as is known.
func (e *Episode) Date() content.PartialDate { return e.When.Date }

// EndDate is the last day of an episode of several days.
func (e *Episode) EndDate() content.PartialDate { return e.When.EndDate() }

// TimeZone is the zone in which the episode takes place.
func (e *Episode) TimeZone() string { return e.When.TimeZone() }

// Zone holds the rules of TimeZone; nil where none is known.
func (e *Episode) Zone() *time.Location {
	if e.TimeZone() == "" {
		return nil
	}
	zone, _ := e.v.roll.zones.Load(e.TimeZone()) // a stored entry is valid
	return zone
}

// AttendanceMode is where people take part; nil when unknown.
func (e *Episode) AttendanceMode() *content.AttendanceMode { return known(e.Episode.AttendanceMode()) }

// Summary is the summary in a format.
func (e *Episode) Summary(format content.TextFormat) string {
	return e.v.text(e.Episode.Summary.In(format))
}

// Series is the series that the episode belongs to.
func (e *Episode) Series() *Series {
	for _, series := range allLed[*Series](e.v, e.series()) {
		return series
	}
	return nil
}

// Duration is the length as ISO 8601; empty is unknown.
func (e *Episode) Duration() string { return content.FormatDuration(e.Seconds) }

// Appearances are who spoke, in order; only the given roles, if any are given. A person whom the edition does not show is
// left out.
func (e *Episode) Appearances(roles []content.AppearanceRole) []Appearance {
	shown := some[Appearance](e.v, len(e.Episode.Appearances))[:0]
	position := int32(0)
	for speaker := range e.billed {
		a := &e.Episode.Appearances[position]
		position++
		if s := e.v.follow(speaker); s != nil && (len(roles) == 0 || slices.Contains(roles, a.Role)) {
			shown = append(shown, Appearance{a, e, s, position})
		}
	}
	return shown
}

// Recordings are what one can see or hear. The public sees those that are out.
func (e *Episode) Recordings() []Recording {
	shown := some[Recording](e.v, len(e.Episode.Recordings))[:0]
	for i := range e.Episode.Recordings {
		if r := &e.Episode.Recordings[i]; e.v.preview || !r.PublishedAt.After(e.v.Now) {
			shown = append(shown, Recording{r, e.v, e})
		}
	}
	return shown
}

// Resources are what goes with the episode, in the editors' order.
func (e *Episode) Resources() []*Resource { return allLed[*Resource](e.v, e.resources()) }

// Topics are what the episode is about.
func (e *Episode) Topics() []*Topic { return allLed[*Topic](e.v, e.topics()) }

// Hosts are the organizations that hold the episode, without the speakers' employers.
func (e *Episode) Hosts() []*Organization { return allLed[*Organization](e.v, e.hosts()) }

// CaseStudies are the case studies that name the episode.
func (e *Episode) CaseStudies() []*CaseStudy {
	return entries[*CaseStudy](e.v, e.n.back(content.KindCaseStudy, "episodes"))
}

// relatedReach is how many of the latest episodes of a topic, a speaker or a series are looked at for related ones, so that
// the cost does not grow with the hub.
const relatedReach = 200

// Related are the episodes that share most: speakers count three, topics two, the series one. Ties go to the latest.
func (e *Episode) Related(first *int32) ([]*Episode, error) {
	size, err := PageArgs{First: first}.Size()
	if err != nil {
		return nil, err
	}
	scores := map[int32]int{}
	share := func(id content.ID, field string, points int) {
		for i, num := range e.v.slot(id).back(content.KindEpisode, field) {
			if i == relatedReach {
				break
			}
			if num != e.n.num {
				scores[num] += points
			}
		}
	}
	var speakers []content.ID
	for _, a := range e.Episode.Appearances {
		speakers = append(speakers, a.Speaker)
	}
	for _, id := range distinct(speakers) {
		if e.v.find(id) != nil {
			share(id, "appearances", 3)
		}
	}
	for _, id := range e.Episode.Topics {
		if e.v.find(id) != nil {
			share(id, "topics", 2)
		}
	}
	if e.v.find(e.Episode.Series) != nil {
		share(e.Episode.Series, "series", 1)
	}
	o := orders[defaultOrder(content.KindEpisode)]
	nums := make([]int32, 0, len(scores))
	for num := range scores {
		nums = append(nums, num)
	}
	slices.SortFunc(nums, func(a, b int32) int {
		return cmp.Or(cmp.Compare(scores[b], scores[a]), o.compare(e.v.nodes.at(a), e.v.nodes.at(b)))
	})
	return entries[*Episode](e.v, nums[:min(size, len(nums))]), nil
}

// Appearance is who spoke in an episode, as billed.
type Appearance struct {
	*content.Appearance
	episode  *Episode
	speaker  *node
	position int32
}

// ID is the same for as long as the person has the role in the episode; a second time in the same role counts on.
func (a Appearance) ID() content.ID {
	id, again := a.episode.n.id()+":"+a.speaker.id()+":"+content.ID(a.Role), 0
	for i := range a.episode.Episode.Appearances[:a.position-1] {
		if before := &a.episode.Episode.Appearances[i]; before.Speaker == a.Appearance.Speaker && before.Role == a.Role {
			again++
		}
	}
	if again > 0 {
		id += content.ID(":" + strconv.Itoa(again+1))
	}
	return id
}

// Episode is where the appearance was.
func (a Appearance) Episode() *Episode { return a.episode }

// Speaker is who appeared.
func (a Appearance) Speaker() *Speaker { return a.episode.v.wrap(a.speaker).(*Speaker) }

// Position is the place on the bill, from 1.
func (a Appearance) Position() int32 { return a.position }

// CreditedOrganizations are whom the speaker stood for then.
func (a Appearance) CreditedOrganizations() []*Organization {
	position := int32(0)
	for _, organizations := range a.episode.billed {
		if position++; position == a.position {
			return allLed[*Organization](a.episode.v, organizations)
		}
	}
	return nil
}

// Recording is a recording with its derived fields.
type Recording struct {
	*content.Recording
	v       *View
	episode *Episode
}

// Transcript is the transcript as WebVTT.
func (r Recording) Transcript() string { return r.v.text(r.Recording.Transcript()) }

// Duration is the length as ISO 8601; empty is unknown.
func (r Recording) Duration() string { return content.FormatDuration(r.Seconds) }

// Chapters are its named moments.
func (r Recording) Chapters() []content.Chapter { return r.Recording.Chapters() }

// EpisodeEdge is an episode in a list.
type EpisodeEdge struct {
	Cursor string
	Node   *Episode
}

// EpisodeConnection is a page of episodes.
type EpisodeConnection struct{ *page }

// Edges are the episodes with their cursors.
func (c EpisodeConnection) Edges() []EpisodeEdge {
	edges := some[EpisodeEdge](c.v, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = EpisodeEdge{c.order.cursor(n), c.v.wrap(n).(*Episode)}
	}
	return edges
}

// Nodes are the episodes.
func (c EpisodeConnection) Nodes() []*Episode { return wrapAll[*Episode](c.page) }

// Episodes lists episodes.
func (v *View) Episodes(filter *content.EpisodeFilter, o *content.EpisodeOrder, args PageArgs) (*EpisodeConnection, error) {
	return v.whole(episodeOrder(o)).episodes(filter, args)
}

// episodeOrder is the order that is asked for, or the default one.
func episodeOrder(o *content.EpisodeOrder) order { return findOrder(content.KindEpisode, deref(o)) }

// episodes lists those of the list that pass a filter.
func (l list) episodes(filter *content.EpisodeFilter, args PageArgs) (*EpisodeConnection, error) {
	l.facet = (*View).episodeFacets
	if filter != nil {
		if err := l.filterEpisodes(*filter); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return put(l.v, EpisodeConnection{p}), nil
}

// filterEpisodes narrows a list. Entries that a filter names are looked up by their backlinks, so that a list of one series
// costs what the series has; the rest is asked of each episode.
func (l *list) filterEpisodes(f content.EpisodeFilter) error {
	if err := checkEpisodeFilter(f); err != nil {
		return err
	}
	v := l.v
	if len(f.Series) > 0 {
		l.narrowBack(v.resolve(content.KindSeries, f.Series), "series")
	}
	if len(f.Topics) > 0 {
		l.narrowBack(v.narrower(v.resolve(content.KindTopic, f.Topics)), "topics")
	}
	if len(f.Speakers) > 0 {
		l.narrowBack(v.resolve(content.KindSpeaker, f.Speakers), "appearances")
	}
	if len(f.Organizations) > 0 {
		var lists [][]int32
		for _, num := range v.resolve(content.KindOrganization, f.Organizations) {
			lists = append(lists, v.episodesBehind(v.nodes.at(num))...)
		}
		l.narrow(lists...)
	}
	if err := l.searchFor(f.Search); err != nil {
		return err
	}
	for _, pass := range v.conditions(f) {
		l.require(pass)
	}
	return nil
}

// checkEpisodeFilter refuses a filter that says what no filter may.
func checkEpisodeFilter(f content.EpisodeFilter) error {
	if err := cmp.Or(checkSpan("filter", f.From, f.To), checkPlaces(f.Regions), checkLanguage(f.Language)); err != nil {
		return err
	}
	if max(len(f.Phases), len(f.Series), len(f.Topics), len(f.Organizations), len(f.Speakers), len(f.Regions), len(f.Formats)) > mostValues {
		return checkLists(map[string]int{"phases": len(f.Phases), "series": len(f.Series), "topics": len(f.Topics), "organizations": len(f.Organizations), "speakers": len(f.Speakers), "regions": len(f.Regions), "formats": len(f.Formats)})
	}
	return checkQuery("filter.search", f.Search)
}

// conditions are what a filter asks of an episode beside the entries that it names and the search.
func (v *View) conditions(f content.EpisodeFilter) []func(*node) bool {
	var all []func(*node) bool
	require := func(pass func(*node) bool) { all = append(all, pass) }
	if len(f.Phases) > 0 {
		if !slices.ContainsFunc(f.Phases, func(p content.EpisodePhase) bool { return !slices.Contains(comingPhases, p) }) {
			require(func(n *node) bool { return n.mayCome(v.Now) }) // costs a hundredth of the next question
		}
		require(func(n *node) bool { return slices.Contains(f.Phases, v.wrap(n).(*Episode).Phase()) })
	}
	if len(f.Formats) > 0 {
		require(func(n *node) bool { return slices.Contains(f.Formats, episodeOf(n).Format()) })
	}
	if len(f.Regions) > 0 {
		require(func(n *node) bool {
			return v.episodeRegion(n, func(r, c string) bool { return regionMatch(f.Regions, r, c) })
		})
	}
	if f.From != "" || f.To != "" {
		require(func(n *node) bool {
			w := episodeOf(n).When
			return within(w.Date, cmp.Or(w.EndDate(), w.Date), f.From, f.To)
		})
	}
	if f.Language != "" {
		require(func(n *node) bool { return v.speaks(n, f.Language) })
	}
	if f.HasRecording != nil {
		require(func(n *node) bool { return (episodeOf(n).Playable(v.Now) != nil) == *f.HasRecording })
	}
	if f.HasCaptions != nil {
		require(func(n *node) bool { return hasCaptions(episodeOf(n), v.Now) == *f.HasCaptions })
	}
	return all
}

// comingPhases are those of what is not over.
var comingPhases = []content.EpisodePhase{
	content.PhaseAnnounced, content.PhaseRegistrationOpen, content.PhaseFull, content.PhaseRegistrationClosed, content.PhaseStartingSoon, content.PhaseLive,
}

// mayCome tells whether an episode is not over yet, or nobody knows.
func (n *node) mayCome(now time.Time) bool {
	return n.over == undated || n.over > now.UnixMicro()
}

// Coming are the next episodes that are not over, in the order of time; those of a date that began more than a year ago, and those
// without a date, are not among them. The year counts back from the instant since which the tag holds: one tag has one answer.
func (v *View) Coming(most int) []*Episode {
	by := findOrder(content.KindEpisode, string(content.EpisodesEarliest))
	all := v.orders[by.number]
	from, _ := slices.BinarySearchFunc(all, v.Since().AddDate(-1, 0, -1).UnixMicro(), func(num int32, when int64) int {
		if at := v.nodes.at(num).when; at != undated {
			return cmp.Compare(at, when)
		}
		return 1 // what has no date stands behind all that has one
	})
	var found []*Episode
	for _, num := range all[from:] {
		if len(found) == most {
			break
		}
		n := v.nodes.at(num)
		if n.when == undated {
			break
		}
		if e := v.wrap(n).(*Episode); n.mayCome(v.Now) && slices.Contains(comingPhases, e.Phase()) {
			found = append(found, e)
		}
	}
	return found
}

func episodeOf(n *node) *content.Episode { return n.entry().(*content.Episode) }

func hasCaptions(e *content.Episode, now time.Time) bool {
	for _, r := range e.Recordings {
		for _, t := range r.Tracks() {
			if !r.PublishedAt.After(now) && (t.TrackKind == content.TrackCaptions || t.TrackKind == content.TrackSubtitles) {
				return true
			}
		}
	}
	return false
}

// speaks tells whether an episode, or else its series, is in a language; "es" takes "es-MX" in.
func (v *View) speaks(n *node, language string) bool {
	return languageMatch(language, v.languageOf(n))
}

func (v *View) languageOf(n *node) string {
	e := episodeOf(n)
	if s := v.find(e.Series); e.Language() == "" && s != nil {
		return s.entry().(*content.Series).Language
	}
	return e.Language()
}

// episodeRegion asks whether the place of an episode, or without one the seat of a host, passes.
func (v *View) episodeRegion(n *node, pass func(region, country string) bool) bool {
	e := episodeOf(n)
	if e.Location != nil && (e.Location.Region != "" || e.Location.Country != "") {
		return pass(e.Location.Region, e.Location.Country)
	}
	for _, id := range e.Hosts {
		if h := v.find(id); h != nil {
			if o := h.entry().(*content.Organization); pass(o.Region, o.Country) {
				return true
			}
		}
	}
	return false
}

// episodesBehind are all episodes that an organization stands behind, also those of its case studies, as several lists in the
// default order.
func (v *View) episodesBehind(n *node) [][]int32 {
	lists := [][]int32{n.back(content.KindEpisode, "hosts"), n.back(content.KindEpisode, "creditedOrganizations")}
	for _, num := range n.back(content.KindCaseStudy, "partners") {
		lists = append(lists, v.latestFirst(v.listed(v.nodes.at(num).entry().(*content.CaseStudy).Episodes)))
	}
	return lists
}

// latestFirst puts episodes in the default order, in place or not, each once.
func (v *View) latestFirst(episodes []int32) []int32 {
	return v.inOrder(orders[defaultOrder(content.KindEpisode)], episodes)
}

func (v *View) episodeFacets(n *node, count func(field, value string)) {
	e := episodeOf(n)
	count("phases", string(v.wrap(n).(*Episode).Phase()))
	count("formats", string(e.Format()))
	count("language", v.languageOf(n))
	if year := e.When.Date.Year(); year > 0 {
		count("year", strconv.Itoa(year))
	}
	if v.find(e.Series) != nil {
		count("series", string(e.Series))
	}
	for _, id := range e.Topics {
		if v.find(id) != nil {
			count("topics", string(id))
		}
	}
	v.episodeRegion(n, func(region, _ string) bool { count("regions", region); return false })
}
