package exchange

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// decideNew is the decision that a proposed row is an entry of its own.
const decideNew = "new"

// index finds entries of the hub by what a file may say of them.
type index struct {
	// external is by the keys of the import's source, others by every other identifier.
	external map[target]edition.Entry
	others   map[registered]edition.Entry
	// named is by folded names and aliases; empty where names do not count.
	named map[target][]edition.Entry
}

type registered struct {
	kind content.Kind
	id   content.Identifier
}

func newIndex(v *edition.View, p parsed, source string) index {
	x := index{map[target]edition.Entry{}, map[registered]edition.Entry{}, map[target][]edition.Entry{}}
	v.Each(func(e edition.Entry) {
		for _, id := range e.Common().Identifiers() {
			switch {
			case id.Scheme != content.SchemeExternal:
				x.others[registered{e.Kind(), id}] = e
			case id.Source == source:
				x.external[target{e.Kind(), id.Value}] = e
			}
		}
		if p.byName {
			for _, name := range names(e.Content()) {
				t := target{e.Kind(), fold(name)}
				if t.key != "" && !slices.Contains(x.named[t], e) {
					x.named[t] = append(x.named[t], e)
				}
			}
		}
	})
	return x
}

// names are all that an entry is called.
func names(e content.Entry) []string {
	all := []string{e.Label()}
	add := func(aliases []content.Alias) {
		for _, a := range aliases {
			all = append(all, a.Value)
		}
	}
	switch e := e.(type) {
	case *content.Speaker:
		add(e.Aliases())
	case *content.Organization:
		add(e.Aliases())
		all = append(all, e.Acronym)
	case *content.Topic:
		add(e.Aliases)
	}
	return all
}

// fold brings a name into the form in which names are equal: case, diacritics, punctuation and degrees do not count.
func fold(name string) string {
	if head, tail, found := strings.Cut(name, ","); found && isDegrees(tail) {
		name = head
	}
	if strings.IndexFunc(name, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		name = strings.ToLower(name)
	} else {
		name = cases.Fold().String(norm.NFKD.String(name))
	}
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’', r == '.':
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsSymbol(r):
			b.WriteRune(r)
		case r == '&':
			b.WriteString(" and ")
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// isDegrees tells what follows a comma in a name and is no name: "PsyD", "Ph.D., MBA".
func isDegrees(s string) bool {
	const degrees = " jr sr ii iii iv phd edd psyd md jd dba mba mpa mph ms ma ba bs msc bsc med esq rn cpa pe dnp dsw lcsw "
	words := strings.FieldsFunc(strings.ToLower(strings.ReplaceAll(s, ".", "")), func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	for _, w := range words {
		if !strings.Contains(degrees, " "+w+" ") {
			return false
		}
	}
	return len(words) > 0
}

// facts are what tells two entries of one name apart: addresses, and who they belong to.
type facts map[string]bool

func (f facts) addLink(address string) {
	if address = plainAddress(address); address != "" {
		f["link "+address] = true
	}
}

// shared says in words what two entries have in common; "" for nothing.
func (f facts) shared(g facts) string {
	var found []string
	for fact := range f {
		if word, _, _ := strings.Cut(fact, " "); g[fact] && !slices.Contains(found, word) {
			found = append(found, word)
		}
	}
	slices.Sort(found)
	return strings.Join(found, " and ")
}

// plainAddress is an address without what does not tell pages apart.
func plainAddress(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	_, s, _ = strings.Cut(s, "://")
	s, _, _ = strings.Cut(s, "?")
	s, _, _ = strings.Cut(s, "#")
	s = strings.Replace(strings.TrimPrefix(s, "www."), "x.com/", "twitter.com/", 1)
	return strings.TrimRight(s, "/")
}

// factsOfEntry are those of an entry of the hub.
func factsOfEntry(e edition.Entry) facts {
	f := facts{}
	switch e := e.(type) {
	case *edition.Speaker:
		for _, l := range e.WebLinks() {
			f.addLink(l.URL)
		}
		affiliations, _ := e.Affiliations(nil) // without a date nothing can be wrong
		for _, a := range affiliations {
			f["organization "+string(a.Organization().ID())] = true
		}
		for _, o := range e.CreditedOrganizations() {
			f["organization "+string(o.ID())] = true
		}
	case *edition.Organization:
		f.addLink(e.Website)
		if e.City != "" && e.Region != "" {
			f["place "+fold(e.City)+" "+e.Region] = true
		}
	case *edition.Episode:
		f.addLink(e.ExternalURL)
		if e.Registration != nil {
			f.addLink(e.Registration.URL)
		}
		if e.When.Date.IsDay() {
			f["date "+string(e.When.Date)] = true
		}
	}
	return f
}

// factsOf are those of a record.
func (m *merger) factsOf(r *record) facts {
	f := facts{}
	for _, name := range []string{"url", "website", "registration_url"} {
		if address := textOf(r.values[name]); address != "" {
			if !strings.Contains(address, "://") {
				address = "https://" + address
			}
			f.addLink(address)
		}
	}
	if list, ok := r.values["links"].([]any); ok {
		for _, l := range list {
			if o, ok := l.(map[string]any); ok {
				f.addLink(textOf(o["url"]))
			}
		}
	}
	if key := textOf(r.values["organization"]); key != "" {
		if e, ok := m.index.external[target{content.KindOrganization, key}]; ok {
			f["organization "+string(e.ID())] = true
		}
	}
	if city, code := textOf(r.values["city"]), region(textOf(r.values["region"]), textOf(r.values["country"])); city != "" && code != "" {
		f["place "+fold(city)+" "+code] = true
	}
	if date, _, _ := strings.Cut(textOf(r.values["date"]), "T"); content.PartialDate(date).IsDay() {
		f["date "+date] = true
	}
	return f
}

// settle decides for every record that brings an entry which one it is: known by its key, by another identifier, by its name
// and a fact that supports it, new, or in doubt.
func (m *merger) settle(records []record) error {
	if m.o.Series != "" {
		s, ok := m.preview.BySlug(content.KindSeries, m.o.Series).(*edition.Series)
		if !ok {
			return wrongOption(content.CodeNotFound, "series", "%s is no id or slug of a series", content.Quote(m.o.Series))
		}
		m.within = s
	}
	inFile := map[target]bool{}
	for i := range records {
		inFile[target{content.Kind(records[i].kind), textOf(records[i].values["key"])}] = true
	}
	order := []content.Kind{content.KindOrganization, content.KindSeries, content.KindTopic, content.KindSpeaker, content.KindEpisode, content.KindResource, content.KindCaseStudy, content.KindToolkit}
	for i := range 2 * len(order) {
		isDoubtful := i%2 == 1 // those come behind the others, which they may name
		for j := range records {
			r := &records[j]
			t := target{order[i/2], textOf(r.values["key"])}
			if content.Kind(r.kind) != t.kind || t.key == "" || (r.doubt != "") != isDoubtful || m.settled[t] {
				continue
			}
			m.settled[t] = true
			if err := m.know(r, t, inFile); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *merger) know(r *record, t target, inFile map[target]bool) error {
	decision, decided := m.o.Decisions[keyOf(t)]
	if decided && decision != decideNew {
		return m.obey(t, content.ID(decision))
	}
	if _, ok := m.index.external[t]; ok {
		m.how[t] = fmt.Sprintf("%s %s %s", content.SchemeExternal, m.o.Source, t.key)
		return nil
	}
	if e := m.preview.Entry(content.ImportedID(t.kind, m.o.Source, t.key)); e != nil && e.State() == edition.StateTrashed {
		row := r.row(t)
		row.Outcome, row.Reasons = Rejected, append(row.Reasons, "its entry is in the trash; restore it, or take the row out of the file")
		m.held[t], m.rejected = true, append(m.rejected, row)
		return nil
	} else if e != nil && e.Kind() == t.kind {
		m.adopt(t, e, "id of the source's key")
		m.isMerged[t] = true
		return nil
	}
	if e := m.preview.Entry(content.ID(t.key)); e != nil && e.Kind() == t.kind && e.State() != edition.StateTrashed && !m.byName {
		m.adopt(t, e, "id") // as the corpus of this very hub calls what no record has brought
		m.isMerged[t] = true
		return nil
	}
	if decided {
		m.found(r, t)
		return nil
	}
	if len(m.identified(r, t)) == 1 {
		return nil
	}
	if m.held[t] || !m.byName {
		return nil
	}
	m.named(r, t, inFile)
	return nil
}

// obey follows a decision.
func (m *merger) obey(t target, id content.ID) error {
	if other, ok := m.fresh[id]; ok && other.kind == t.kind {
		m.same[t], m.how[t] = other, "decision"
		return nil
	}
	e := m.preview.Entry(id)
	if e == nil || e.Kind() != t.kind || e.State() == edition.StateTrashed {
		return wrongOption(content.CodeNotFound, "decisions", "%s: %s is no id of the kind %s; an id or %q is allowed", keyOf(t), content.Quote(string(id)), t.kind, decideNew)
	}
	m.adopt(t, e, "decision")
	return nil
}

// adopt takes an entry of the hub for a target.
func (m *merger) adopt(t target, e edition.Entry, how string) {
	m.index.external[t], m.how[t] = e, how
}

// found makes a new entry of a record, to which later ones of the file may be compared.
func (m *merger) found(r *record, t target) {
	if !m.byName {
		return
	}
	m.fresh[content.ImportedID(t.kind, m.o.Source, t.key)] = t
	name := target{t.kind, fold(cmp.Or(textOf(r.values["name"]), textOf(r.values["title"])))}
	m.freshNames[name] = append(m.freshNames[name], freshEntry{t, r.line})
}

// schemes are the fields of records that hold identifiers.
func schemes() map[string]content.IdentifierScheme {
	return map[string]content.IdentifierScheme{
		"ipeds_unitid": content.SchemeIPEDS, "nces_leaid": content.SchemeNCES, "ror": content.SchemeROR, "ein": content.SchemeEIN,
		"ctid": content.SchemeCTID, "wikidata": content.SchemeWikidata, "orcid": content.SchemeORCID, "openalex": content.SchemeOpenAlex,
	}
}

// identified looks a record's identifiers up. Two that lead to different entries hold the record.
func (m *merger) identified(r *record, t target) []Candidate {
	var found []Candidate
	for field, scheme := range schemes() {
		id := content.Identifier{Scheme: scheme, Value: plainIdentifier(scheme, textOf(r.values[field]))}
		e, ok := m.index.others[registered{t.kind, id}]
		if !ok || slices.ContainsFunc(found, func(c Candidate) bool { return c.ID == e.ID() }) {
			continue
		}
		found = append(found, Candidate{e.ID(), e.Content().Label(), fmt.Sprintf("%s %s", scheme, id.Value)})
		m.adopt(t, e, found[0].Reason)
	}
	if len(found) > 1 {
		delete(m.index.external, t)
		slices.SortFunc(found, func(a, b Candidate) int { return cmp.Compare(a.Reason, b.Reason) })
		m.propose(r, t, "its identifiers belong to different entries", found)
	}
	return found
}

// plainIdentifier takes an identifier out of the address by which many write it.
func plainIdentifier(scheme content.IdentifierScheme, s string) string {
	s = strings.TrimRight(strings.TrimSpace(s), "/")
	if scheme != content.SchemeExternal && strings.Contains(s, "/") {
		s = s[strings.LastIndexByte(s, '/')+1:]
	}
	return s
}

// propose holds a record until somebody decides.
func (m *merger) propose(r *record, t target, reason string, candidates []Candidate) {
	row := r.row(t)
	row.Outcome, row.Candidates, row.Reasons = Proposed, candidates, append(row.Reasons, reason)
	m.held[t], m.proposed = true, append(m.proposed, row)
}

// named looks for entries of a record's name.
func (m *merger) named(r *record, t target, inFile map[target]bool) {
	name := cmp.Or(textOf(r.values["name"]), textOf(r.values["title"]))
	mine := m.factsOf(r)
	var likely []edition.Entry
	var candidates []Candidate
	how := ""
	for _, e := range m.resembling(t.kind, name) {
		theirs := factsOfEntry(e)
		c := Candidate{e.ID(), e.Content().Label(), "the same name"}
		shared := mine.shared(theirs)
		if r.isMention && m.isOneVoice && m.isOurs(e) {
			shared = "source"
		}
		if ep, ok := e.(*edition.Episode); ok && !m.mayBe(r, ep, inFile, &c) {
			continue
		}
		if shared != "" && (t.kind != content.KindEpisode || strings.Contains(shared, "date") || strings.Contains(shared, "link")) {
			c.Reason += " and " + shared
			likely = append(likely, e)
			how = "name and " + shared
		}
		candidates = append(candidates, c)
	}
	if r.doubt != "" {
		for _, person := range r.people {
			for _, e := range m.resembling(t.kind, person) {
				candidates = append(candidates, Candidate{e.ID(), e.Content().Label(), "the name " + content.Quote(person)})
			}
			candidates = append(candidates, m.freshOnes(t.kind, person)...)
		}
		m.propose(r, t, r.doubt, candidates)
		return
	}
	if len(candidates) == 1 && len(likely) == 1 {
		m.adopt(t, likely[0], how)
		return
	}
	if r.weak && t.kind != content.KindEpisode {
		candidates = append(candidates, m.freshOnes(t.kind, name)...)
	}
	switch {
	case len(candidates) > 1:
		m.propose(r, t, fmt.Sprintf("%d entries have this name", len(candidates)), candidates)
	case len(candidates) == 1:
		m.propose(r, t, "an entry has the same name, and nothing else shows whether it is the same", candidates)
	default:
		m.found(r, t)
	}
}

// freshOnes are the new entries of this file that have a name.
func (m *merger) freshOnes(kind content.Kind, name string) []Candidate {
	var all []Candidate
	for _, f := range m.freshNames[target{kind, fold(name)}] {
		all = append(all, Candidate{content.ImportedID(kind, m.o.Source, f.key), strings.TrimSpace(name), fmt.Sprintf("the same name in line %d of this file", f.line)})
	}
	return all
}

// resembling are the entries of a kind that have a name.
func (m *merger) resembling(kind content.Kind, name string) []edition.Entry {
	if key := fold(name); key != "" {
		return m.index.named[target{kind, key}]
	}
	return nil
}

// mayBe says whether an episode of the same title can be the record's: in the same series, and not on another day. An episode
// that the same source brought, that the file has no more and whose title it has once, may have been moved.
func (m *merger) mayBe(r *record, e *edition.Episode, inFile map[target]bool, c *Candidate) bool {
	if s := e.Series(); m.within != nil && (s == nil || s.ID() != m.within.ID()) {
		return false
	}
	date, _, _ := strings.Cut(textOf(r.values["date"]), "T")
	if date == "" || e.When.Date == "" || strings.HasPrefix(string(e.When.Date), date) || strings.HasPrefix(date, string(e.When.Date)) {
		return true
	}
	if len(m.freshNames[target{content.KindEpisode, fold(e.Episode.Title)}]) > 0 {
		return false
	}
	for _, id := range e.Common().Identifiers() {
		if id.Scheme == content.SchemeExternal && id.Source == m.o.Source {
			c.Reason += fmt.Sprintf(" on another date, %s; it may have been moved", e.When.Date)
			return r.weak && !inFile[target{content.KindEpisode, id.Value}]
		}
	}
	return false
}

// isOurs says whether the import's source has brought an entry before.
func (m *merger) isOurs(e edition.Entry) bool {
	return slices.ContainsFunc(e.Common().Identifiers(), func(id content.Identifier) bool {
		return id.Scheme == content.SchemeExternal && id.Source == m.o.Source
	})
}

// waits says whether a record has to wait for a decision on what it brings or points at.
func (m *merger) waits(r *record) bool {
	own := target{content.Kind(r.kind), textOf(r.values["key"])}
	if len(m.held) == 0 {
		return false
	}
	if m.held[own] && r.kind != "resource" {
		return true
	}
	part := func(kind content.Kind, field string) target { return target{kind, textOf(r.values[field])} }
	var ends []target
	switch r.kind {
	case "appearance":
		ends = []target{part(content.KindEpisode, "episode"), part(content.KindSpeaker, "speaker")}
	case "credit":
		ends = []target{part(content.KindSeries, "series"), part(content.KindSpeaker, "speaker")}
	case "resource":
		ends = []target{part(content.KindEpisode, "episode"), part(content.KindCaseStudy, "case_study")}
	case "organization_relation":
		ends = []target{part(content.KindOrganization, "source_org"), part(content.KindOrganization, "target")}
	}
	for i, end := range ends {
		if m.held[end] {
			m.remark(ends[1-i], "the %s of %s is left out until that is decided", r.kind, content.Quote(end.key))
			return true
		}
	}
	return false
}
