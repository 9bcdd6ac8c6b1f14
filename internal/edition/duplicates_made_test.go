package edition_test

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// labelled is a pair of which somebody has said whether it is one entry or two, before there was a program to ask.
type labelled struct {
	ID, Half, Label, Note string
	Kind                  content.Kind
	A, B                  described
}

// described is an entry in the words of the file.
type described struct {
	Key, Name, Acronym, City, Region, Country, Website, Pronouns, Bio string
	Parent, Successors, Broader                                       string
	Kind                                                              content.OrganizationKind
	Scheme                                                            content.TopicScheme
	Aliases, Hidden, Affiliations, Identifiers, Links, People         []string
	Appearances                                                       []struct {
		Episode, For, As string
		With             []string
	}
}

// made gathers the entries of a test without a database.
type made struct {
	t       testing.TB
	entries map[content.ID]content.Entry
	order   []content.ID
	// named leads from a name to the labelled entry that has it, so that there is no second one beside it.
	named map[string]content.ID
}

func gather(t testing.TB) *made {
	return &made{t: t, entries: map[content.ID]content.Entry{}, named: map[string]content.ID{}}
}

func (m *made) put(key string, e content.Entry) content.ID {
	id := content.ImportedID(e.Kind(), "test", key)
	if m.entries[id] == nil {
		m.order = append(m.order, id)
		m.entries[id] = e
	}
	return id
}

func (m *made) view(mode edition.Mode) *edition.View {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	rows := content.Rows{Incarnation: "test", Version: 1, At: now}
	for _, id := range m.order {
		e := m.entries[id]
		content.Normalize(e)
		e.Common().Slug = string(id)[3:]
		rows.Revisions = append(rows.Revisions, content.Revision{ID: id, Number: 1, Version: 1, At: now, Entry: e})
		rows.Publications = append(rows.Publications, content.Publication{ID: id, Revision: 1, From: now, At: now, Version: 1})
	}
	l := edition.NewLedger()
	l.Apply(rows, now)
	e := edition.Build(l, mode, now)
	return edition.NewView(e, e, now, time.Time{}, "https://hub.example")
}

func (m *made) organization(name string) content.ID {
	if id, ok := m.named["or "+name]; ok {
		return id
	}
	return m.put("filler "+name, &content.Organization{Name: name, OrganizationKind: content.OrgOther})
}

func (m *made) speaker(name string) content.ID {
	if id, ok := m.named["sp "+name]; ok {
		return id
	}
	return m.put("filler "+name, &content.Speaker{Name: name})
}

// take adds one half of a pair, and what it is met with.
func (m *made) take(p labelled, d described, side string) content.ID {
	key := d.Key
	if key == "" {
		key = p.ID + side
	}
	base := content.Base{}
	for _, i := range d.Identifiers {
		scheme, value, _ := strings.Cut(i, " ")
		base.OwnMargin().Identifiers = append(base.Identifiers(), content.Identifier{Scheme: content.IdentifierScheme(scheme), Value: value})
	}
	var aliases []content.Alias
	for _, a := range d.Aliases {
		aliases = append(aliases, content.Alias{Value: a, Visibility: content.VisibilityPublic})
	}
	for _, a := range d.Hidden {
		aliases = append(aliases, content.Alias{Value: a, Visibility: content.VisibilityMatch})
	}
	other := func(ref string) []content.ID {
		if ref == "" {
			return nil
		}
		return []content.ID{content.ImportedID(p.Kind, "test", p.ID+ref)}
	}
	switch p.Kind {
	case content.KindOrganization:
		o := &content.Organization{
			Base: base, Name: d.Name, Acronym: d.Acronym, OrganizationKind: d.Kind, City: d.City, Region: d.Region, Country: d.Country,
			Website: d.Website, OrganizationRare: &content.OrganizationRare{Aliases: aliases, Successors: other(d.Successors)},
		}
		if d.Parent != "" {
			o.OwnRare().Parent = other(d.Parent)[0]
		}
		id := m.put(key, o)
		for _, name := range d.People {
			s := m.entries[m.speaker(name)].(*content.Speaker)
			s.Affiliations = append(s.Affiliations, content.Affiliation{Organization: id})
		}
		return id
	case content.KindTopic:
		scheme := d.Scheme
		if scheme == "" {
			scheme = content.TopicSubject
		}
		return m.put(key, &content.Topic{Base: base, Name: d.Name, Scheme: scheme, Aliases: aliases, Broader: other(d.Broader)})
	}
	s := &content.Speaker{Base: base, Name: d.Name, SpeakerRare: &content.SpeakerRare{Pronouns: d.Pronouns, Aliases: aliases}, Bio: content.Markdown(d.Bio)}
	for _, o := range d.Affiliations {
		s.Affiliations = append(s.Affiliations, content.Affiliation{Organization: m.organization(o)})
	}
	for _, l := range d.Links {
		s.OwnRare().WebLinks = append(s.WebLinks(), content.WebLink{URL: l})
	}
	isNew := m.entries[content.ImportedID(p.Kind, "test", key)] == nil
	id := m.put(key, s)
	for _, a := range d.Appearances {
		if !isNew {
			break
		}
		series, _, _ := strings.Cut(a.Episode, "/")
		e := &content.Episode{Title: a.Episode, Series: m.put("series "+series, &content.Series{Title: series})}
		e = m.entries[m.put("episode "+a.Episode, e)].(*content.Episode)
		billed := content.Appearance{Speaker: id, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: d.Name}}
		if a.As != "" {
			billed.CreditedName = a.As
		}
		if a.For != "" {
			billed.Credited = &content.Credited{CreditedOrganizations: []content.ID{m.organization(a.For)}}
		}
		e.Appearances = append(e.Appearances, billed)
		for _, name := range a.With {
			e.Appearances = append(e.Appearances, content.Appearance{Speaker: m.speaker(name), Part: &content.Part{Role: content.RoleHost}, Billing: &content.Billing{CreditedName: name}})
		}
	}
	return id
}

func readLabelled(t testing.TB) []labelled {
	file, err := os.Open("testdata/duplicates.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all []labelled
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var p labelled
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

func pairKey(a, b content.ID) [2]content.ID {
	pair := []content.ID{a, b}
	slices.Sort(pair)
	return [2]content.ID{pair[0], pair[1]}
}

// everyPair reads all pages.
func everyPair(t testing.TB, v *edition.View, kind content.Kind, least float64) []edition.DuplicatePair {
	t.Helper()
	var all []edition.DuplicatePair
	for cursor := (*string)(nil); ; {
		page, err := v.Duplicates(kind, least, edition.PageArgs{First: ptr(int32(100)), After: cursor})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page.Nodes()...)
		if cursor = page.PageInfo.EndCursor; !page.PageInfo.HasNextPage {
			if int(page.TotalCount) != len(all) {
				t.Errorf("totalCount %d of %d", page.TotalCount, len(all))
			}
			return all
		}
	}
}
