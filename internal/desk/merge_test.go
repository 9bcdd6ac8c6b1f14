package desk_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// cast is who takes part in the test of merges: pairs that may be the same, a third of each kind, and who names them.
type cast struct {
	people, orgs, topics [3]content.ID
	referrers            []content.ID
	puts                 []desk.Put
}

// newCast makes entries with ids of their own, so that two hubs can have the same.
func newCast(at time.Time) *cast {
	c := &cast{}
	add := func(e content.Entry) content.ID {
		id := content.NewID(e.Kind(), at)
		c.puts = append(c.puts, desk.Put{ID: id, Entry: e, Publish: true})
		return id
	}
	for i, name := range []string{"One", "Two", "Three"} {
		c.orgs[i] = add(&content.Organization{Name: "Org " + name, OrganizationKind: content.OrgOther})
		c.topics[i] = add(&content.Topic{Name: "Topic " + name, Scheme: content.TopicSubject})
		c.people[i] = add(&content.Speaker{Name: "Person " + name, Affiliations: []content.Affiliation{{Organization: c.orgs[i]}}})
	}
	refer := func(e content.Entry) { c.referrers = append(c.referrers, add(e)) }
	for n := range 3 {
		// Of the last, both are named by one entry.
		who, org, topic := c.people[n:n+1], c.orgs[n:n+1], c.topics[n:n+1]
		if n == 2 {
			who, org, topic = c.people[:2], c.orgs[:2], c.topics[:2]
		}
		e := &content.Episode{Title: fmt.Sprint("Episode ", n), EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled}, Topics: topic, Hosts: org}
		s := &content.CaseStudy{Title: fmt.Sprint("Study ", n), Status: content.PartnershipUnknown}
		for i := range who {
			e.Appearances = append(e.Appearances, content.Appearance{
				Speaker: who[i],
				Part:    &content.Part{Role: content.RoleGuest},
				Billing: &content.Billing{CreditedName: fmt.Sprint("As printed ", n, i), Credited: &content.Credited{CreditedOrganizations: org[i : i+1]}},
			})
			s.Contributors = append(s.Contributors, content.Contributor{Speaker: who[i], CreditedTitle: fmt.Sprint("Title ", i)})
			s.Partners = append(s.Partners, content.Partner{Organization: org[i], Role: content.PartnerLead, RoleAsPrinted: fmt.Sprint("Role ", i)})
		}
		refer(e)
		refer(s)
		refer(&content.Resource{Title: fmt.Sprint("Resource ", n), ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: "https://a.example", Authors: who, Publishers: org, Topics: topic})
		refer(&content.Series{
			Title: fmt.Sprint("Series ", n), SeriesKind: content.SeriesPodcast, Organizers: org,
			Credits: []content.Credit{{Speaker: who[0], Role: content.RoleHost, CreditedTitle: "Host as printed"}},
		})
	}
	return c
}

// pairs are those that the merge is about: the absorbed and who stands for it.
func (c *cast) pairs() [][2]content.ID {
	return [][2]content.ID{{c.people[0], c.people[1]}, {c.orgs[0], c.orgs[1]}, {c.topics[0], c.topics[1]}}
}

// edit is what an editor does to what the form shows: it changes some fields, which are sent.
type edit struct {
	id     content.ID
	fields []string
	change func(shown content.Entry)
}

// edits are ten random ones, on both sides of the pairs and on those who name them.
func (c *cast) edits(rng *rand.Rand) []edit {
	var all []edit
	for n := range 10 {
		word := fmt.Sprint("Edited ", n)
		switch id := c.referrers[rng.IntN(len(c.referrers))]; rng.IntN(3) {
		case 0:
			i := rng.IntN(2)
			switch rng.IntN(3) {
			case 0:
				all = append(all, edit{c.people[i], []string{"pronouns", "bio"}, func(e content.Entry) {
					e.(*content.Speaker).OwnRare().Pronouns, e.(*content.Speaker).Bio = word, content.Markdown(word)
				}})
			case 1:
				all = append(all, edit{c.orgs[i], []string{"city"}, func(e content.Entry) { e.(*content.Organization).City = word }})
			case 2:
				all = append(all, edit{c.topics[i], []string{"definition"}, func(e content.Entry) { e.(*content.Topic).Definition = content.Markdown(word) }})
			}
		case 1:
			all = append(all, edit{id, []string{"title", "summary"}, func(e content.Entry) { retitle(e, word) }})
		case 2:
			if c.isDouble(id) {
				continue // a whole list of what is folded would be an edit of another list
			}
			all = append(all, edit{id, []string{"appearances", "contributors", "partners", "authors", "publishers", "organizers", "credits", "hosts", "topics"}, func(e content.Entry) { c.extend(e, word) }})
		}
	}
	return all
}

// isDouble tells whether an entry names both of a pair.
func (c *cast) isDouble(id content.ID) bool {
	for _, last := range c.referrers[8:] {
		if last == id {
			return true
		}
	}
	return false
}

func retitle(e content.Entry, word string) {
	switch e := e.(type) {
	case *content.Episode:
		e.Title, e.Summary = word, content.Markdown(word)
	case *content.CaseStudy:
		e.Title, e.Summary = word, content.Markdown(word)
	case *content.Resource:
		e.Title, e.Summary = word, content.Markdown(word)
	case *content.Series:
		e.Title, e.Summary = word, content.Markdown(word)
	}
}

// extend changes the lists that name people, organizations and topics: a word in the first item, a third item behind.
func (c *cast) extend(e content.Entry, word string) {
	switch e := e.(type) {
	case *content.Episode:
		e.Appearances[0].CreditedTitle = word
		e.Appearances = append(e.Appearances, content.Appearance{Speaker: c.people[2], Part: &content.Part{Role: content.RoleHost, RoleAsPrinted: word}, Billing: &content.Billing{CreditedName: word}})
	case *content.CaseStudy:
		e.Contributors[0].CreditedTitle, e.Partners[0].RoleAsPrinted = word, word
	case *content.Resource:
		if len(e.Authors) == 1 && e.Authors[0] != c.people[2] {
			e.Authors = append(e.Authors, c.people[2])
		}
	case *content.Series:
		e.Credits[0].CreditedTitle = word
	}
}

// apply does an edit as a form does: of what the hub shows to editors it sends the fields that it changed.
func (e edit) apply(t *testing.T, d *desk.Desk) {
	t.Helper()
	shown := d.Pin().Preview().Entry(e.id).Content()
	if d.Pin().Preview().Entry(e.id).ID() != e.id {
		shown, _ = newest[content.Entry](t, d, e.id) // nobody is shown an absorbed entry; its form has what is stored
	}
	sent, err := content.Clone(shown)
	if err != nil {
		t.Fatal(err)
	}
	e.change(sent)
	stored, number := newest[content.Entry](t, d, e.id)
	content.Patch(stored, sent, e.fields)
	hubtest.Save(t, d, desk.Write{Action: "edit", Puts: []desk.Put{{ID: e.id, Expected: number, Entry: stored, Publish: true}}})
}

// stored are the newest revisions of all entries, by id.
func (c *cast) stored(t *testing.T, d *desk.Desk) map[content.ID]string {
	t.Helper()
	all := map[content.ID]string{}
	for _, put := range c.puts {
		e, _ := newest[content.Entry](t, d, put.ID)
		all[put.ID] = body(t, e)
	}
	return all
}

func TestAMergeThatWasUndoneLeavesNoTraceAfterTenEdits(t *testing.T) {
	for seed := range uint64(4) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		c := newCast(clock.At)
		merged, plain := hubtest.Open(t, hubtest.SQLite(t), clock), hubtest.Open(t, hubtest.SQLite(t), clock)
		for _, d := range []*desk.Desk{merged, plain} {
			hubtest.Save(t, d, desk.Write{Action: "test", Puts: c.puts})
		}
		slugs := map[[2]string]content.ID{}
		plain.Pin().Each(func(e edition.Entry) {
			slugs[[2]string{string(e.Kind()), e.Common().Slug}] = e.ID()
		})
		before, own := publicBodies(t, merged), c.stored(t, merged)
		w := desk.Write{Action: "merge"}
		for _, pair := range c.pairs() {
			w.Merge = append(w.Merge, desk.Merge{Absorbed: pair[0], Survivor: pair[1]})
		}
		hubtest.Save(t, merged, w)
		if got := c.stored(t, merged); !reflect.DeepEqual(got, own) {
			t.Error("a merge rewrote what is stored")
		}
		c.wantOnlyIDsChanged(t, before, publicBodies(t, merged))
		wantAnswers(t, merged, slugs)
		for _, e := range c.edits(rand.New(rand.NewPCG(seed, 3))) {
			clock.At = clock.At.Add(time.Minute)
			e.apply(t, merged)
			e.apply(t, plain)
			wantAnswers(t, merged, slugs)
		}
		w = desk.Write{Action: "undoMerge"}
		for _, pair := range c.pairs() {
			w.Part = append(w.Part, pair[0])
		}
		hubtest.Save(t, merged, w)
		for name, sides := range map[string][2]map[content.ID]string{
			"stored": {c.stored(t, merged), c.stored(t, plain)}, "public": {publicBodies(t, merged), publicBodies(t, plain)},
		} {
			for _, id := range differing(sides[0], sides[1]) {
				t.Errorf("seed %d, %s: %s\nis   %s\nwant %s", seed, name, id, sides[0][id], sides[1][id])
			}
		}
		for key, id := range slugs {
			if e := merged.Pin().BySlug(content.Kind(key[0]), key[1]); e == nil || e.ID() != id {
				t.Errorf("%v leads to %v, want %s", key, e, id)
			}
		}
	}
}

// wantAnswers wants every address to answer, as long as a merge holds with the one who stands for it.
func wantAnswers(t *testing.T, d *desk.Desk, slugs map[[2]string]content.ID) {
	t.Helper()
	v := d.Pin()
	for key, id := range slugs {
		if e := v.BySlug(content.Kind(key[0]), key[1]); e == nil || e.ID() != v.Entry(id).ID() {
			t.Errorf("%v answers %v", key, e)
		}
	}
}

// wantOnlyIDsChanged wants everybody to show what they showed, with the survivor's id in the place of the absorbed's, and what
// was doubled once.
func (c *cast) wantOnlyIDsChanged(t *testing.T, before, after map[content.ID]string) {
	t.Helper()
	var rename []string
	expected := maps.Clone(before)
	for _, pair := range c.pairs() {
		rename = append(rename, string(pair[0]), string(pair[1]))
		delete(expected, pair[0])
	}
	for id, was := range expected {
		want, is := strings.NewReplacer(rename...).Replace(was), after[id]
		if c.isDouble(id) {
			// The first of the doubled items stays as it was printed.
			for _, second := range []string{"As printed 21", "Title 1", "Role 1"} {
				if strings.Contains(is, second) {
					t.Errorf("%s shows a double: %s", id, is)
				}
			}
			for _, first := range []string{"As printed 20", "Title 0", "Role 0", "Host as printed"} {
				if strings.Contains(was, first) != strings.Contains(is, first) {
					t.Errorf("%s shows no %q: %s", id, first, is)
				}
			}
			continue
		}
		if want != is {
			t.Errorf("%s shows\n%s\nwant %s", id, is, want)
		}
	}
	if len(after) != len(expected) {
		t.Errorf("%d entries are public, want %d", len(after), len(expected))
	}
}
