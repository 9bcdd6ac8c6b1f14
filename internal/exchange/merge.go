package exchange

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
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
	// isBrought says that a record of the file is about it, in row; isAdopted that it is an entry of the hub which this source
	// had not brought; keepDraft that the file says it is not public.
	isBrought, isAdopted, keepDraft bool
	row                             *taken
	// resources and appearances are what this import adds to its lists.
	resources   []content.ID
	appearances []content.OwnAppearance
}

// merger works records into entries.
type merger struct {
	o                  Options
	preview            *edition.View
	public             *edition.View
	byName, isOneVoice bool
	index              index
	items              map[target]*item
	// resources are the items that are some, by id; entries those of entries that the hub has.
	resources map[content.ID]*item
	entries   map[content.ID]*item
	bad       []BadLine
	meta      []string
	zones     content.Zones
	ordered   []*item // as written
	// within is the series of the episodes that name none; nil is none.
	within *edition.Series

	// What was decided of the records' targets: which are in doubt, which are entries that a merge absorbed, which are the
	// same as others of the file, and by what the rest was known.
	settled, held, isMerged map[target]bool
	same                    map[target]target
	how                     map[target]string
	fresh                   map[content.ID]target
	freshNames              map[target][]freshEntry

	rows               []*taken
	current            *taken
	rejected, proposed []Row
}

// freshEntry is a new entry of this import, with the line that brings it.
type freshEntry struct {
	target
	line int
}

const placeholderNote = "a placeholder: an import points here, but has not brought the entry itself"

func newMerger(preview *edition.View, p parsed, o Options) *merger {
	return &merger{
		o: o, preview: preview, public: preview.Public(), byName: p.byName, isOneVoice: p.isOneVoice, index: newIndex(preview, p, o.Source),
		items: map[target]*item{}, resources: map[content.ID]*item{}, entries: map[content.ID]*item{},
		settled: map[target]bool{}, held: map[target]bool{}, isMerged: map[target]bool{}, same: map[target]target{},
		how: map[target]string{}, fresh: map[content.ID]target{}, freshNames: map[target][]freshEntry{},
	}
}

// take works one record in.
func (m *merger) take(r *record) {
	m.current = nil
	if m.waits(r) {
		return
	}
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
	case "toolkit":
		m.toolkit(r, f)
	case "appearance":
		m.appearance(r, f)
	case "credit":
		m.credit(r, f)
	case "organization_relation":
		m.relation(r, f)
	}
	if f.problem == "" {
		m.current.compare()
		return
	}
	isMore := m.current.undo()
	m.reject(r, f.problem)
	if isMore {
		return
	}
	// What a bad line has half changed goes back to what it was.
	t := target{content.Kind(r.kind), r.fields.text("key")}
	if it := m.items[t]; it != nil && it.expected == 0 {
		m.clear(it)
	} else if it != nil {
		m.drop(it)
	}
}

// drop takes an item out of the import.
func (m *merger) drop(it *item) {
	maps.DeleteFunc(m.items, func(_ target, other *item) bool { return other == it })
	delete(m.entries, it.id)
}

// own returns the item of a record that brings the entry itself; nil when the record has no key.
func (m *merger) own(kind content.Kind, r *record) *item {
	key := r.required("key")
	if key == "" {
		return nil
	}
	t := target{kind, key}
	it := m.at(t, r.line)
	m.bring(r, t, it)
	if content.ID(textOf(r.values["id"])).Kind() == kind {
		r.used["id"], r.used["page"] = true, true // what the hub that wrote the file calls it
	}
	it.isPlaceholder = false
	it.keepDraft = it.keepDraft || r.draft
	base := it.entry.Common()
	if name := (content.Identifier{Scheme: content.SchemeExternal, Source: m.o.Source, Value: key}); !m.isMerged[t] && !slices.Contains(base.Identifiers(), name) {
		base.OwnMargin().Identifiers = append(base.Identifiers(), name)
	}
	notes := len(base.Notes())
	base.OwnMargin().Notes = slices.DeleteFunc(base.Notes(), func(n content.Note) bool { return n.Text == placeholderNote })
	if it.expected > 0 && len(base.Notes()) < notes {
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
	if other, ok := m.same[t]; ok {
		it := m.at(other, line)
		m.items[t] = it
		return it
	}
	it := &item{target: t, line: line}
	if e, ok := m.index.external[t]; ok {
		if it := m.entries[e.ID()]; it != nil {
			m.items[t] = it
			return it
		}
		m.items[t], m.entries[e.ID()] = it, it
		it.id, it.expected = e.ID(), e.Revision()
		stored, ok := m.preview.Stored(it.id, it.expected)
		if !ok {
			stored = e.Content()
		}
		it.entry, _ = content.Clone(stored) // what was stored can be read
		it.isPlaceholder = slices.ContainsFunc(stored.Common().Notes(), func(n content.Note) bool { return n.Text == placeholderNote })
		it.isAdopted = !slices.ContainsFunc(stored.Common().Identifiers(), func(id content.Identifier) bool { return id.Source == m.o.Source })
		shown := m.public.Entry(it.id)
		it.publish = e.State() == edition.StateDraft && !it.isAdopted || shown != nil && shown.Revision() == e.Revision()
		return it
	}
	m.items[t] = it
	it.id, it.publish = content.ImportedID(t.kind, m.o.Source, t.key), true
	m.clear(it)
	return it
}

// clear leaves of an item what holds its place.
func (m *merger) clear(it *item) {
	it.isPlaceholder, it.entry, it.resources, it.appearances = true, blank(it.target), nil, nil
	base := it.entry.Common()
	base.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeExternal, Source: m.o.Source, Value: it.key}}
	base.OwnMargin().Notes = []content.Note{{Kind: content.NoteImported, Text: placeholderNote}}
}

// blank is an entry of which only the key is known.
func blank(t target) content.Entry {
	switch e := content.New(t.kind).(type) {
	case *content.Series:
		e.Title, e.SeriesKind = t.key, content.SeriesEvents
		return e
	case *content.Episode:
		e.Title, e.EpisodeManner = t.key, &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled}
		return e
	case *content.Speaker:
		e.Name = t.key
		return e
	case *content.Organization:
		e.Name, e.OrganizationKind = t.key, content.OrgOther
		return e
	case *content.Toolkit:
		e.Title = t.key
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
	t := target{kind, key}
	if key == "" {
		return ""
	}
	if m.held[t] {
		m.current.say("%s %s is left out until that is decided", kind, content.Quote(key))
		return ""
	}
	return m.at(t, line).id
}

// refs adds what a list of keys points at to a list of links.
func (m *merger) refs(into *[]content.ID, kind content.Kind, keys []string, line int) {
	for _, key := range keys {
		if id := m.ref(kind, key, line); id != "" && !slices.Contains(*into, id) {
			*into = append(*into, id)
		}
	}
}

// finish takes what every entry's record has: sources, notes on what was inferred or is wrong, and all that has no field.
func (m *merger) finish(e content.Entry, f *fields) {
	base := e.Common()
	base.Sources = addSources(base.Sources, f)
	known := schemes()
	for _, field := range slices.Sorted(maps.Keys(known)) {
		if _, isText := f.values[field].(string); isText {
			identify(base, known[field], plainIdentifier(known[field], f.text(field)))
		}
	}
	for _, n := range f.list("inferred") {
		note(base, content.NoteInferred, n)
	}
	for _, n := range f.list("issues") {
		note(base, content.NoteIssue, n)
	}
	if n := f.text("note"); n != "" {
		note(base, content.NoteEditor, n)
	}
	m.finishPart(e, f, "")
}

func note(base *content.Base, kind content.NoteKind, text string) {
	const most = 1900 // bytes, below what a line may have
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	if n := (content.Note{Kind: kind, Text: text}); !slices.Contains(base.Notes(), n) {
		base.OwnMargin().Notes = append(base.Notes(), n)
	}
}

func addSources(all []content.Source, f *fields) []content.Source {
	add := func(s content.Source) {
		if s != (content.Source{}) && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if list, ok := f.values["sources"].([]any); ok && slices.ContainsFunc(list, func(v any) bool { _, isObject := v.(map[string]any); return isObject }) {
		for _, v := range list {
			s, isObject := v.(map[string]any)
			if url := textOf(s["url"]); !isObject || url != "" && !content.IsWebAddress(url) {
				f.wrong("sources must be a list of strings, or of objects with a web address as url and a title")
				return all
			}
			add(content.Source{URL: textOf(s["url"]), Title: textOf(s["title"])})
		}
		f.used["sources"] = true
		return all
	}
	for _, s := range f.list("sources") {
		if content.IsWebAddress(s) {
			add(content.Source{URL: s})
		} else {
			add(content.Source{Title: s})
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
	if id := (content.Identifier{Scheme: scheme, Value: value}); value != "" && !slices.Contains(base.Identifiers(), id) {
		base.OwnMargin().Identifiers = append(base.Identifiers(), id)
	}
}

func languageOf(f *fields) string {
	if s := f.text("language"); content.IsLanguage(s) {
		return content.CanonicalLanguage(s)
	}
	f.used["language"] = false
	return ""
}

// write makes one write of all that was worked out, in an order that does not depend on the file's.
func (m *merger) write() (desk.Write, error) {
	for it := range m.each() {
		describe(it.entry)
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
	for it := range m.each() {
		if it.isPlaceholder && it.expected == 0 && !pointedAt[it.id] && !hasLinks(it.entry) {
			continue // a bad line left it
		}
		m.ordered = append(m.ordered, it)
	}
	slices.SortFunc(m.ordered, func(a, b *item) int { return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.id, b.id)) })
	w := desk.Write{Action: "import " + m.o.Source, Reason: strings.Join(append([]string{m.o.reason()}, m.meta...), "; "), DryRun: m.o.DryRun}
	for _, it := range m.ordered {
		w.Puts = append(w.Puts, desk.Put{
			ID: it.id, Expected: it.expected, Entry: it.entry, Source: m.o.Source,
			Publish: it.publish && !it.isPlaceholder && !it.keepDraft && !m.o.Draft,
		})
	}
	var err error
	w.Key, err = writeKey(m.o.Key, w)
	return w, err
}

// describe says of pictures that a file does not describe what they are of. What is on them is for people to say.
func describe(e content.Entry) {
	what := map[content.Kind]string{content.KindSpeaker: "Portrait of ", content.KindOrganization: "Logo of "}[e.Kind()]
	if what == "" {
		what = "Picture for "
	}
	content.Images(e, func(_ string, i *content.Image) {
		if strings.TrimSpace(i.Alt) == "" && e.Label() != "" {
			i.Alt = what + e.Label()
		}
	})
}

// each yields every item once, though several targets may be the same.
func (m *merger) each() iter.Seq[*item] {
	return func(yield func(*item) bool) {
		seen := make(map[*item]bool, len(m.items))
		for _, it := range m.items {
			if !seen[it] && !yield(it) {
				return
			}
			seen[it] = true
		}
	}
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
		m.refuse(it, told.Error())
	}
	pointedAt := m.pointedAt(gone)
	for it := range gone {
		if it.expected == 0 && !it.isBlamed && pointedAt[it.id] {
			m.clear(it)
			it.isBlamed = true
		} else {
			m.drop(it)
		}
	}
	return bad
}

// pointedAt are the ids that entries of the import point at, but for those left out.
func (m *merger) pointedAt(without map[*item]bool) map[content.ID]bool {
	found := map[content.ID]bool{}
	for it := range m.each() {
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
