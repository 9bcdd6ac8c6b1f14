package desk_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// game writes at random on a small set of entries of all kinds that link to each other, so that writes meet.
type game struct {
	rng   *rand.Rand
	desk  *desk.Desk
	clock func() time.Time
	ids   []content.ID
}

// newGame begins with a few entries of each kind, most of them public.
func newGame(t testing.TB, d *desk.Desk, clock func() time.Time, seed uint64) *game {
	t.Helper()
	g := &game{rng: rand.New(rand.NewPCG(seed, 9)), desk: d, clock: clock}
	for _, kind := range content.Kinds() {
		w := desk.Write{Action: "begin"}
		for range 3 {
			id := content.NewID(kind, clock())
			w.Puts = append(w.Puts, desk.Put{ID: id, Entry: g.entry(kind), Publish: g.rng.IntN(4) > 0})
			g.ids = append(g.ids, id)
		}
		hubtest.Save(t, d, w)
	}
	return g
}

// by is another player of the same game.
func (g *game) by(seed uint64) *game {
	return &game{rng: rand.New(rand.NewPCG(seed, 11)), desk: g.desk, clock: g.clock, ids: g.ids}
}

func (g *game) word() string { return fmt.Sprint("Word ", g.rng.IntN(50)) }

// some picks up to n entries of a kind.
func (g *game) some(kind content.Kind, n int) []content.ID {
	var found []content.ID
	for _, i := range g.rng.Perm(len(g.ids)) {
		if id := g.ids[i]; id.Kind() == kind && len(found) < n {
			found = append(found, id)
		}
	}
	return found[:g.rng.IntN(len(found)+1)]
}

func (g *game) one(kind content.Kind) content.ID {
	if found := g.some(kind, 1); len(found) > 0 {
		return found[0]
	}
	return ""
}

// entry makes an entry of a kind with links to others.
func (g *game) entry(kind content.Kind) content.Entry {
	title := g.word()
	switch kind {
	case content.KindSeries:
		return &content.Series{Title: title, SeriesKind: content.SeriesPodcast, Organizers: g.some(content.KindOrganization, 2)}
	case content.KindEpisode:
		return g.episode(title)
	case content.KindSpeaker:
		s := &content.Speaker{Name: title}
		if at := g.one(content.KindOrganization); at != "" {
			s.Affiliations = []content.Affiliation{{Organization: at, Position: &content.Position{Title: g.word()}}}
		}
		return s
	case content.KindOrganization:
		return &content.Organization{Name: title, OrganizationKind: content.OrgOther, OrganizationRare: &content.OrganizationRare{Related: g.some(kind, 1)}}
	case content.KindCaseStudy:
		c := &content.CaseStudy{Title: title, Status: content.PartnershipUnknown, Episodes: g.some(content.KindEpisode, 2)}
		for _, id := range g.some(content.KindOrganization, 2) {
			c.Partners = append(c.Partners, content.Partner{Organization: id, Role: content.PartnerLead})
		}
		for _, id := range g.some(content.KindSpeaker, 2) {
			c.Contributors = append(c.Contributors, content.Contributor{Speaker: id})
		}
		return c
	case content.KindResource:
		return &content.Resource{Title: title, ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: "https://a.example", Authors: g.some(content.KindSpeaker, 2)}
	case content.KindTopic:
		return &content.Topic{Name: title, Scheme: content.TopicSubject, Broader: g.some(kind, 1)}
	case content.KindToolkit:
		tk := &content.Toolkit{Title: title}
		for _, id := range g.some(content.KindEpisode, 2) {
			tk.Items = append(tk.Items, content.ToolkitItem{Entry: id})
		}
		return tk
	}
	return &content.Listing{
		Title: title, Order: content.EpisodesByTitle, Limit: 5, Theme: content.ThemeAuto, Pinned: g.some(content.KindEpisode, 1),
		Filter: content.EpisodeFilter{Speakers: g.some(content.KindSpeaker, 1), Topics: g.some(content.KindTopic, 1), Organizations: g.some(content.KindOrganization, 1)},
	}
}

func (g *game) episode(title string) *content.Episode {
	e := &content.Episode{
		Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Series: g.one(content.KindSeries),
		Topics: g.some(content.KindTopic, 2), Hosts: g.some(content.KindOrganization, 1), Resources: g.some(content.KindResource, 1),
	}
	for _, id := range g.some(content.KindSpeaker, 3) {
		e.Appearances = append(e.Appearances, content.Appearance{
			Speaker: id,
			Part:    &content.Part{Role: content.RoleSpeaker},
			Billing: &content.Billing{CreditedName: g.word(), Credited: &content.Credited{CreditedOrganizations: g.some(content.KindOrganization, 1)}},
		})
	}
	return e
}

// edited is an entry's newest revision with a few fields changed, and its number.
func (g *game) edited(t testing.TB, id content.ID) (content.Entry, int32) {
	t.Helper()
	number := g.desk.Pin().Preview().Newest(id)
	old, ok, err := g.desk.Revision(context.Background(), id, number)
	if err != nil || !ok {
		t.Fatalf("%s revision %d: %v, %v", id, number, ok, err)
	}
	own, err := content.Clone(old)
	if err != nil {
		t.Fatal(err)
	}
	names := content.FieldNames(id.Kind())
	if g.rng.IntN(2) == 0 {
		// What links matters most.
		linking := strings.Fields("episodes partners items appearances topics hosts contributors filter pinned organizers series broader")
		if found := slices.DeleteFunc(linking, func(name string) bool { return !slices.Contains(names, name) }); len(found) > 0 {
			names = found
		}
	}
	var fields []string
	for range 1 + g.rng.IntN(3) {
		if name := names[g.rng.IntN(len(names))]; name != "slug" {
			fields = append(fields, name)
		}
	}
	content.Patch(own, g.entry(id.Kind()), fields)
	if g.rng.IntN(4) == 0 {
		own.Common().Slug = fmt.Sprint("slug-", g.rng.IntN(100))
	}
	return own, number
}

// write makes up a write of any sort; not all are allowed.
func (g *game) write(t testing.TB) desk.Write {
	t.Helper()
	id := g.ids[g.rng.IntN(len(g.ids))]
	publish := g.rng.IntN(2) == 0
	w := desk.Write{Action: "play", Reason: g.word()}
	switch g.rng.IntN(12) {
	case 0:
		kind := content.Kinds()[g.rng.IntN(9)]
		w.Puts = []desk.Put{{ID: content.NewID(kind, g.clock()), Entry: g.entry(kind), Publish: publish}}
	case 1, 2, 3, 4:
		e, number := g.edited(t, id)
		w.Puts = []desk.Put{{ID: id, Expected: number, Entry: e, Publish: publish}}
	case 5, 6:
		w.Publish = []desk.Publish{{ID: id, Revision: 1 + g.rng.Int32N(g.desk.Pin().Preview().Newest(id))}}
		w.Dependencies = desk.Dependencies(g.rng.IntN(3))
	case 7:
		w.Publish = []desk.Publish{{ID: id}}
	case 8:
		w.Trash, w.TrashReferenced = []content.ID{id}, g.rng.IntN(3) > 0
	case 9:
		w.Restore = []content.ID{id}
	case 10:
		for id.Kind() != content.KindSpeaker && id.Kind() != content.KindOrganization && id.Kind() != content.KindTopic {
			id = g.ids[g.rng.IntN(len(g.ids))]
		}
		w.Merge = []desk.Merge{{Survivor: id, Absorbed: g.other(id)}}
		if g.rng.IntN(3) == 0 {
			w.Merge[0].Fields = []string{content.FieldNames(id.Kind())[4]}
		}
	case 11:
		w.Part = []content.ID{id}
	}
	return w
}

// other is another entry of the same kind, or the same where there is none.
func (g *game) other(id content.ID) content.ID {
	for _, i := range g.rng.Perm(len(g.ids)) {
		if other := g.ids[i]; other.Kind() == id.Kind() && other != id {
			return other
		}
	}
	return id
}

// isRefused tells a refusal from other errors, which fail the test.
func isRefused(t testing.TB, err error) bool {
	t.Helper()
	var refused content.Errors
	if err != nil && !errors.As(err, &refused) {
		t.Error(err)
	}
	return err != nil
}

// verify reads a whole database as the command does, and wants nothing wrong.
func verify(t testing.TB, database string) {
	t.Helper()
	s, err := store.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var check store.Check
	err = s.Snapshot(context.Background(), func(at *store.Snapshot) (err error) {
		check, err = exchange.Verify(context.Background(), at, time.Now().Add(time.Hour))
		return err
	})
	if err != nil || len(check.Wrong) > 0 {
		t.Errorf("verify: %v, %q", err, check.Wrong)
	}
}
