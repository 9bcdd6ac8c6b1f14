package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
)

// target is an entry as a file names it.
type target struct {
	kind content.Kind
	key  string
}

// item is an entry that an import makes or changes.
type item struct {
	target
	id       content.ID
	entry    content.Entry
	expected int32
	// line is the first line that speaks of it.
	line int
	// isPlaceholder says that nothing but pointers is known of it.
	isPlaceholder bool
	publish       bool
	// arrived says that the hub had a placeholder of it until now.
	arrived bool
	// isBlamed says that the desk refused it once already.
	isBlamed bool
	// resources and appearances are what this import adds to its lists.
	resources   []content.ID
	appearances []content.Appearance
}

// merger works records into entries.
type merger struct {
	o      Options
	public *edition.View
	known  map[target]edition.Entry
	items  map[target]*item
	// resources are the items that are some, by id.
	resources map[content.ID]*item
	bad       []BadLine
	meta      []string
	zones     content.Zones
	ordered   []*item // as written
}

const placeholderNote = "a placeholder: an import points here, but has not brought the entry itself"

func newMerger(preview *edition.View, o Options) *merger {
	return &merger{o: o, public: preview.Public(), known: existing(preview, o.Source), items: map[target]*item{}, resources: map[content.ID]*item{}}
}

// take works one record in.
func (m *merger) take(r record) {
	f := &r.fields
	switch r.kind {
	case "meta":
		m.meta = append(m.meta, f.rest()...)
	case "topic":
		m.topic(r, f)
	case "organization":
		m.organization(r, f)
	case "speaker":
		m.speaker(r, f)
	case "series":
		m.series(r, f)
	case "episode":
		m.episode(r, f)
	case "resource":
		m.resource(r, f)
	case "case_study":
		m.caseStudy(r, f)
	case "appearance":
		m.appearance(r, f)
	case "credit":
		m.credit(r, f)
	case "organization_relation":
		m.relation(r, f)
	}
	if f.problem == "" {
		return
	}
	m.bad = append(m.bad, BadLine{r.line, f.problem})
	// What a bad line has half changed goes back to what it was.
	t := target{content.Kind(r.kind), r.fields.text("key")}
	if it := m.items[t]; it != nil && it.expected == 0 {
		m.clear(it)
	} else if it != nil {
		delete(m.items, t)
	}
}

// own returns the item of a record that brings the entry itself; nil when the record has no key.
func (m *merger) own(kind content.Kind, r record) *item {
	key := r.fields.required("key")
	if key == "" {
		return nil
	}
	it := m.at(target{kind, key}, r.line)
	it.isPlaceholder = false
	base := it.entry.Common()
	notes := len(base.Notes)
	base.Notes = slices.DeleteFunc(base.Notes, func(n content.Note) bool { return n.Text == placeholderNote })
	if it.expected > 0 && len(base.Notes) < notes {
		base.Slug = "" // made anew of the name that is known now
		it.arrived = true
	}
	return it
}

// at returns the item of a target, making a placeholder of what is not known yet.
func (m *merger) at(t target, line int) *item {
	if it := m.items[t]; it != nil {
		return it
	}
	it := &item{target: t, line: line}
	m.items[t] = it
	if e, ok := m.known[t]; ok {
		it.id, it.expected = e.ID(), e.Revision()
		it.entry, _ = content.Clone(e.Content()) // what was stored can be read
		it.isPlaceholder = slices.ContainsFunc(e.Common().Notes, func(n content.Note) bool { return n.Text == placeholderNote })
		shown := m.public.Entry(it.id)
		it.publish = e.State() == edition.StateDraft || shown != nil && shown.Revision() == e.Revision()
		return it
	}
	it.id, it.publish = content.ImportedID(t.kind, m.o.Source, t.key), true
	m.clear(it)
	return it
}

// clear leaves of an item what holds its place.
func (m *merger) clear(it *item) {
	it.isPlaceholder, it.entry, it.resources, it.appearances = true, blank(it.target), nil, nil
	base := it.entry.Common()
	base.Identifiers = []content.Identifier{{Scheme: content.SchemeExternal, Source: m.o.Source, Value: it.key}}
	base.Notes = []content.Note{{Kind: content.NoteImported, Text: placeholderNote}}
}

// blank is an entry of which only the key is known.
func blank(t target) content.Entry {
	switch e := content.New(t.kind).(type) {
	case *content.Series:
		e.Title, e.SeriesKind = t.key, content.SeriesEvents
		return e
	case *content.Episode:
		e.Title, e.Format, e.Status = t.key, content.FormatMeeting, content.StatusScheduled
		return e
	case *content.Speaker:
		e.Name = t.key
		return e
	case *content.Organization:
		e.Name, e.OrganizationKind = t.key, content.OrgOther
		return e
	case *content.CaseStudy:
		e.Title, e.Status = t.key, content.PartnershipUnknown
		return e
	case *content.Topic:
		e.Name, e.Scheme = t.key, content.TopicSubject
		return e
	default:
		return e
	}
}

// ref returns the id of an entry that a record points at; "" for no key.
func (m *merger) ref(kind content.Kind, key string, line int) content.ID {
	if key == "" {
		return ""
	}
	return m.at(target{kind, key}, line).id
}

// refs adds what a list of keys points at to a list of links.
func (m *merger) refs(into *[]content.ID, kind content.Kind, keys []string, line int) {
	for _, key := range keys {
		if id := m.ref(kind, key, line); !slices.Contains(*into, id) {
			*into = append(*into, id)
		}
	}
}

// finish takes what every entry's record has: sources, notes on what was inferred or is wrong, and all that has no field.
func (m *merger) finish(e content.Entry, f *fields, prefix string) {
	base := e.Common()
	base.Sources = addSources(base.Sources, f)
	for _, n := range f.list("inferred") {
		note(base, content.NoteInferred, n)
	}
	for _, n := range f.list("issues") {
		note(base, content.NoteIssue, n)
	}
	if n := f.text("note"); n != "" {
		note(base, content.NoteEditor, prefix+n)
	}
	for _, n := range f.rest() {
		note(base, content.NoteImported, prefix+n)
	}
}

func note(base *content.Base, kind content.NoteKind, text string) {
	const most = 1900 // bytes, below what a line may have
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	if n := (content.Note{Kind: kind, Text: text}); !slices.Contains(base.Notes, n) {
		base.Notes = append(base.Notes, n)
	}
}

func addSources(all []content.Source, f *fields) []content.Source {
	for _, s := range f.list("sources") {
		source := content.Source{URL: s}
		if !content.IsWebAddress(s) {
			source = content.Source{Title: s}
		}
		if !slices.Contains(all, source) {
			all = append(all, source)
		}
	}
	return all
}

// set overwrites with what a record knows.
func set[T comparable](into *T, value T) {
	var unknown T
	if value != unknown {
		*into = value
	}
}

func addAliases(all []content.Alias, more ...content.Alias) []content.Alias {
	for _, a := range more {
		if !slices.ContainsFunc(all, func(b content.Alias) bool { return a.Value == b.Value }) {
			a.Visibility = content.VisibilityPublic
			all = append(all, a)
		}
	}
	return all
}

func aliasesOf(f *fields) []content.Alias {
	var all []content.Alias
	for _, s := range f.list("aka") {
		all = append(all, content.Alias{Value: s})
	}
	for _, a := range f.objects("aliases") {
		alias := content.Alias{Value: a.required("value"), Kinds: a.list("kinds")}
		if lang := a.text("lang"); content.IsLanguage(lang) {
			alias.Language = content.CanonicalLanguage(lang)
		}
		f.adopt("aliases", a)
		all = append(all, alias)
	}
	return all
}

func identify(base *content.Base, scheme content.IdentifierScheme, value string) {
	if id := (content.Identifier{Scheme: scheme, Value: value}); value != "" && !slices.Contains(base.Identifiers, id) {
		base.Identifiers = append(base.Identifiers, id)
	}
}

func languageOf(f *fields) string {
	if s := f.text("language"); content.IsLanguage(s) {
		return content.CanonicalLanguage(s)
	}
	f.used["language"] = false
	return ""
}

func (m *merger) topic(r record, f *fields) {
	it := m.own(content.KindTopic, r)
	if it == nil {
		return
	}
	t := it.entry.(*content.Topic)
	t.Name = f.required("label")
	t.Aliases = addAliases(t.Aliases, aliasesOf(f)...)
	m.refs(&t.Broader, content.KindTopic, f.list("broader"), r.line)
	m.finish(t, f, "")
}

func (m *merger) organization(r record, f *fields) {
	it := m.own(content.KindOrganization, r)
	if it == nil {
		return
	}
	o := it.entry.(*content.Organization)
	o.Name = f.required("name")
	set(&o.Acronym, f.text("short_name"))
	set(&o.Sector, f.text("sector"))
	if kind := f.text("kind"); kind != "" {
		o.OrganizationKind, o.KindAsPrinted = organizationKind(kind, o.Sector), kind
	}
	o.Aliases = addAliases(o.Aliases, aliasesOf(f)...)
	set(&o.City, f.text("city"))
	country := f.text("country")
	if content.IsCountry(country) {
		o.Country = country
	} else {
		f.used["country"] = false
		country = ""
	}
	if code := region(f.text("region"), country); code != "" {
		o.Region = code
	} else {
		f.used["region"] = false
	}
	set(&o.Website, f.address("url"))
	identify(&o.Base, content.SchemeIPEDS, f.text("ipeds_unitid"))
	set(&o.Established, f.date("established"))
	switch status := content.OrganizationStatus(strings.ToUpper(f.text("status"))); status {
	case content.OrgActive, content.OrgInactive, content.OrgWithdrawn:
		o.Status = status
	default:
		f.used["status"] = false
	}
	set(&o.Parent, m.ref(content.KindOrganization, f.text("parent"), r.line))
	m.finish(o, f, "")
}

func (m *merger) relation(r record, f *fields) {
	source, kind, key := f.required("source_org"), f.required("relation"), f.text("target")
	if f.problem != "" {
		return
	}
	from := m.at(target{content.KindOrganization, source}, r.line).entry.(*content.Organization)
	f.text("key")
	known, isBool := f.values["target_known"].(bool)
	f.used["target_known"] = true
	label := f.text("target_label")
	if key == "" || isBool && !known {
		note(&from.Base, content.NoteImported, strings.TrimSpace(fmt.Sprintf("%s: %s %s", kind, key, label)))
		return
	}
	to := m.at(target{content.KindOrganization, key}, r.line)
	if o := to.entry.(*content.Organization); to.isPlaceholder && label != "" {
		o.Name = label
	}
	other := to.entry.(*content.Organization)
	fromID := m.at(target{content.KindOrganization, source}, r.line).id
	add := func(list *[]content.ID, id content.ID) {
		if !slices.Contains(*list, id) {
			*list = append(*list, id)
		}
	}
	switch kind {
	case "parent":
		from.Parent = to.id
	case "child":
		other.Parent = fromID
	case "related":
		add(&from.Related, to.id)
	case "successor":
		add(&from.Successors, to.id)
	case "predecessor":
		add(&other.Successors, fromID)
	default:
		f.wrong("relation %s is not one of parent, child, related, successor, predecessor", content.Quote(kind))
	}
	m.finish(from, f, "")
}

func (m *merger) speaker(r record, f *fields) {
	it := m.own(content.KindSpeaker, r)
	if it == nil {
		return
	}
	s := it.entry.(*content.Speaker)
	s.Name = f.required("name")
	s.Aliases = addAliases(s.Aliases, aliasesOf(f)...)
	m.finish(s, f, "")
}

func (m *merger) series(r record, f *fields) {
	it := m.own(content.KindSeries, r)
	if it == nil {
		return
	}
	s := it.entry.(*content.Series)
	s.Title = f.required("title")
	if kind := f.text("kind"); kind != "" {
		s.SeriesKind = seriesKind(kind)
	}
	m.refs(&s.Organizers, content.KindOrganization, f.list("organizations"), r.line)
	set(&s.StartDate, f.date("start"))
	set(&s.EndDate, f.date("end"))
	set(&s.Frequency, f.text("frequency"))
	set(&s.ExternalURL, f.address("url"))
	set(&s.Language, languageOf(f))
	if it.arrived {
		m.refit(it, s.SeriesKind, r.line)
	}
	m.finish(s, f, "")
}

// refit gives the episodes that came before their series the format that they would have had after it.
func (m *merger) refit(series *item, kind content.SeriesKind, line int) {
	for t, known := range m.known {
		e, ok := known.Content().(*content.Episode)
		if !ok || e.Series != series.id {
			continue
		}
		it := m.at(t, line).entry.(*content.Episode)
		switch {
		case kind == content.SeriesConference && (it.Format == content.FormatMeeting || it.Format == content.FormatWebinar):
			it.Format = content.FormatSession
		case it.Format == content.FormatMeeting && it.AttendanceMode == "":
			it.Format, it.AttendanceMode = episodeFormat("", kind)
		}
	}
}

func (m *merger) credit(r record, f *fields) {
	key, speaker := f.required("series"), f.required("speaker")
	if f.problem != "" {
		return
	}
	s := m.at(target{content.KindSeries, key}, r.line).entry.(*content.Series)
	printed := f.required("role")
	c := content.Credit{
		Speaker: m.ref(content.KindSpeaker, speaker, r.line), Role: appearanceRole(printed), RoleAsPrinted: printed,
		CreditedTitle: f.text("title_at_time"),
	}
	m.refs(&c.CreditedOrganizations, content.KindOrganization, append(f.list("other_organizations"), f.text("organization")), r.line)
	c.CreditedOrganizations = slices.DeleteFunc(c.CreditedOrganizations, func(id content.ID) bool { return id == "" })
	c.Sources = addSources(nil, f)
	m.finish(s, f, "credit of "+speaker+": ")
	for i, old := range s.Credits {
		if old.Speaker == c.Speaker && old.RoleAsPrinted == c.RoleAsPrinted {
			s.Credits[i] = c
			return
		}
	}
	s.Credits = append(s.Credits, c)
	slices.SortStableFunc(s.Credits, func(a, b content.Credit) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), cmp.Compare(a.Speaker, b.Speaker))
	})
}

func (m *merger) resource(r record, f *fields) {
	kind, episode, study := f.text("kind"), f.text("episode"), f.text("case_study")
	href := f.address("url")
	if href == "" {
		f.wrong("url: %s is no web address", content.Quote(f.text("url")))
		return
	}
	if episode != "" && (kind == "recording" || kind == "thumbnail") {
		m.media(r, f, kind, m.at(target{content.KindEpisode, episode}, r.line).entry.(*content.Episode), href)
		return
	}
	it := m.own(content.KindResource, r)
	if it == nil {
		return
	}
	res := it.entry.(*content.Resource)
	res.Title, res.Href = f.text("title"), href
	if res.Title == "" {
		// A link without a title is called by its host.
		_, rest, _ := strings.Cut(href, "://")
		res.Title, _, _ = strings.Cut(rest, "/")
	}
	if kind != "" {
		res.ResourceKind, res.KindAsPrinted = resourceKind(kind), kind
	} else {
		res.ResourceKind = content.ResourceOther
	}
	m.refs(&res.Publishers, content.KindOrganization, f.list("organizations"), r.line)
	set(&res.PublishedOn, f.date("date"))
	set(&res.Language, languageOf(f))
	m.refs(&res.Topics, content.KindTopic, f.list("topics"), r.line)
	if n := f.number("position"); n != nil {
		res.Printed = *n
	}
	m.resources[it.id] = it
	if episode != "" {
		e := m.at(target{content.KindEpisode, episode}, r.line)
		e.resources = append(e.resources, it.id)
	}
	if study != "" {
		c := m.at(target{content.KindCaseStudy, study}, r.line)
		c.resources = append(c.resources, it.id)
	}
	m.finish(res, f, "")
}

// place puts resources that a list has not yet into it. What imports brought stands by the place that the source gives, then
// by key, so that it does not matter in which parts it came; what editors added stays in front.
func (m *merger) place(list *[]content.ID, more []content.ID) {
	more = slices.DeleteFunc(more, func(id content.ID) bool { return slices.Contains(*list, id) })
	if len(more) == 0 {
		return
	}
	rank := map[content.ID]string{}
	for _, id := range append(slices.Clone(*list), more...) {
		if it := m.resources[id]; it != nil {
			rank[id] = fmt.Sprintf("%010d %s", it.entry.(*content.Resource).Printed, it.key)
		} else if e, ok := m.public.Preview().Entry(id).(*edition.Resource); ok {
			for _, name := range e.Identifiers {
				if name.Source == m.o.Source {
					rank[id] = fmt.Sprintf("%010d %s", e.Printed, name.Value)
				}
			}
		}
	}
	*list = append(*list, more...)
	slices.SortStableFunc(*list, func(a, b content.ID) int { return cmp.Compare(rank[a], rank[b]) })
}

func value(n *int32) int32 {
	if n == nil {
		return 0
	}
	return *n
}

// media takes a recording or a picture of an episode.
func (m *merger) media(r record, f *fields, kind string, e *content.Episode, href string) {
	key := f.required("key")
	f.number("position") // its place follows from its key
	title := f.text("title")
	if kind == "thumbnail" {
		image := content.Image{URL: href, Alt: title, Key: key}
		if i := slices.IndexFunc(e.Images, func(i content.Image) bool { return i.Key == key }); i >= 0 {
			e.Images[i] = image
		} else {
			e.Images = append(e.Images, image)
			slices.SortStableFunc(e.Images, func(a, b content.Image) int { return cmp.Compare(a.Key, b.Key) })
		}
	} else {
		i := slices.IndexFunc(e.Recordings, func(r content.Recording) bool { return r.Key == key })
		if i < 0 {
			i = len(e.Recordings)
			e.Recordings = append(e.Recordings, content.Recording{Key: key})
		}
		rec := &e.Recordings[i]
		rec.URL, rec.RecordingKind, rec.Provider = href, content.RecordingVideo, f.text("media")
		set(&rec.Title, title)
		if strings.HasSuffix(strings.ToLower(href), ".mp3") || rec.Provider == "mp3" || rec.Provider == "audio" {
			rec.RecordingKind = content.RecordingAudio
		}
		if n := f.number("duration_s"); n != nil {
			rec.Seconds = *n
		}
		slices.SortStableFunc(e.Recordings, func(a, b content.Recording) int { return cmp.Compare(a.Key, b.Key) })
	}
	m.finish(e, f, kind+" "+key+": ")
}

// write makes one write of all that was worked out, in an order that does not depend on the file's.
func (m *merger) write() desk.Write {
	for _, it := range m.items {
		switch e := it.entry.(type) {
		case *content.Episode:
			m.place(&e.Resources, it.resources)
			it.bill(e)
		case *content.CaseStudy:
			m.place(&e.Resources, it.resources)
		}
	}
	pointedAt := m.pointedAt(nil)
	m.ordered = m.ordered[:0]
	for _, it := range m.items {
		if it.isPlaceholder && it.expected == 0 && !pointedAt[it.id] && !hasLinks(it.entry) {
			continue // a bad line left it
		}
		m.ordered = append(m.ordered, it)
	}
	slices.SortFunc(m.ordered, func(a, b *item) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) })
	w := desk.Write{Action: "import", Reason: strings.Join(append([]string{m.o.reason()}, m.meta...), "; "), DryRun: m.o.DryRun}
	for _, it := range m.ordered {
		w.Puts = append(w.Puts, desk.Put{
			ID: it.id, Expected: it.expected, Entry: it.entry, Publish: it.publish && !it.isPlaceholder && !m.o.Draft,
		})
	}
	return w
}

// blame turns the desk's mistakes into bad lines and takes what they are about out of the import. Where others point at it, a
// placeholder stays.
func (m *merger) blame(mistakes content.Errors) []BadLine {
	var bad []BadLine
	gone := map[*item]bool{}
	for _, e := range mistakes {
		if len(e.Path) < 2 || e.Path[0] != "puts" {
			continue
		}
		i, err := strconv.Atoi(e.Path[1])
		if err != nil || i >= len(m.ordered) {
			continue
		}
		it := m.ordered[i]
		gone[it] = true
		told := content.Error{Code: e.Code, Path: e.Path[2:], Message: e.Message}
		bad = append(bad, BadLine{it.line, fmt.Sprintf("%s %s: %s", it.kind, content.Quote(it.key), told.Error())})
	}
	pointedAt := m.pointedAt(gone)
	for it := range gone {
		if it.expected == 0 && !it.isBlamed && pointedAt[it.id] {
			m.clear(it)
			it.isBlamed = true
		} else {
			delete(m.items, it.target)
		}
	}
	return bad
}

// pointedAt are the ids that entries of the import point at, but for those left out.
func (m *merger) pointedAt(without map[*item]bool) map[content.ID]bool {
	found := map[content.ID]bool{}
	for _, it := range m.items {
		if !without[it] {
			it.entry.Links(func(l content.Link) { found[l.To] = true })
		}
	}
	return found
}

func hasLinks(e content.Entry) bool {
	found := false
	e.Links(func(content.Link) { found = true })
	return found
}

func (m *merger) placeholders() []Placeholder {
	var all []Placeholder
	for _, it := range m.ordered {
		if it.isPlaceholder {
			all = append(all, Placeholder{it.line, it.kind, it.key})
		}
	}
	slices.SortFunc(all, func(a, b Placeholder) int { return cmp.Or(a.Line-b.Line, cmp.Compare(a.Key, b.Key)) })
	return all
}
