package exchange_test

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
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// history writes at random through a desk: entries come, change, take other slugs, are published now or later, withdrawn,
// trashed and restored.
type history struct {
	rng   *rand.Rand
	clock *hubtest.Clock
	desk  *desk.Desk
	ids   []content.ID
	slugs map[string]content.Kind
}

func newHistory(t testing.TB, database string, seed uint64) *history {
	t.Helper()
	clock := &hubtest.Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	return &history{
		rng: rand.New(rand.NewPCG(seed, 4)), clock: clock, desk: hubtest.Open(t, database, clock), slugs: map[string]content.Kind{},
	}
}

func (h *history) word() string {
	words := strings.Fields("college partnership apprenticeship employers Lorain equity credentials policy Zürich data \"quoted\" <b>")
	return words[h.rng.IntN(len(words))]
}

// address is one of a few addresses elsewhere, so that entries share them.
func (h *history) address() string { return fmt.Sprint("https://elsewhere.example/", h.rng.IntN(10)) }

// look records what a link check may find.
func (h *history) look(t testing.TB) {
	t.Helper()
	states := content.LinkStates()
	f := content.Finding{URL: h.address(), At: h.clock.At, Since: h.clock.At, State: states[h.rng.IntN(len(states))], Status: 200, Title: h.word()}
	if f.State != content.LinkOK {
		f.Failures, f.FirstFailed, f.FailedAt, f.Detail = 2, h.clock.At.Add(-time.Hour), h.clock.At, h.word()
	}
	if h.rng.IntN(2) == 0 {
		f.Picture, f.Width, f.Height = strings.Repeat(fmt.Sprint(h.rng.IntN(10)), 64)+".jpg", 30, 40
	}
	if _, err := h.desk.Record(context.Background(), []content.Finding{f}); err != nil {
		t.Fatal(err)
	}
}

func (h *history) some(kind content.Kind) []content.ID {
	var found []content.ID
	for _, id := range h.ids {
		if id.Kind() == kind && h.rng.IntN(4) == 0 && len(found) < 4 {
			found = append(found, id)
		}
	}
	return found
}

func (h *history) entry(kind content.Kind) content.Entry {
	base := content.Base{}
	if h.rng.IntN(3) == 0 {
		base.Slug = fmt.Sprintf("%s-%d", strings.ReplaceAll(string(kind), "_", "-"), h.rng.IntN(1_000_000))
	}
	if h.rng.IntN(3) == 0 {
		base.OwnMargin().Notes = []content.Note{{Kind: content.NoteEditor, Text: "SECRET"}}
	}
	title := h.word() + " " + h.word()
	switch kind {
	case content.KindTopic:
		return &content.Topic{Base: base, Name: title, Scheme: content.TopicSubject}
	case content.KindOrganization:
		return &content.Organization{
			Base: base, Name: title, OrganizationKind: content.OrgEmployer, OrganizationRare: &content.OrganizationRare{
				Related: h.some(kind),
				Aliases: []content.Alias{{Value: "SECRET " + h.word(), Visibility: content.VisibilityMatch}, {Value: h.word(), Visibility: content.VisibilityPublic}},
			},
		}
	case content.KindSpeaker:
		base.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeExternal, Source: "test", Value: fmt.Sprint(h.rng.Uint64())}}
		s := &content.Speaker{Base: base, Name: title}
		if h.rng.IntN(2) == 0 {
			s.OwnRare().Photo = &content.Image{URL: h.address(), Alt: "Portrait of " + title}
		}
		return s
	case content.KindCaseStudy:
		c := &content.CaseStudy{
			Base: base, Title: title, Status: content.PartnershipUnknown, Episodes: h.some(content.KindEpisode), Strategies: h.some(content.KindTopic),
			Outcomes: []content.Outcome{{Label: h.word(), Value: new(float64(h.rng.IntN(100)) / 7)}},
		}
		for _, id := range h.some(content.KindOrganization) {
			c.Partners = append(c.Partners, content.Partner{Organization: id, Role: content.PartnerLead})
		}
		return c
	}
	e := &content.Episode{
		Base: base, Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Topics: h.some(content.KindTopic), Hosts: h.some(content.KindOrganization),
	}
	for _, id := range h.some(content.KindSpeaker) {
		e.Appearances = append(e.Appearances, content.Appearance{
			Speaker: id,
			Part:    &content.Part{Role: content.RoleGuest},
			Billing: &content.Billing{CreditedName: h.word(), Credited: &content.Credited{CreditedOrganizations: h.some(content.KindOrganization)}},
			Aside:   &content.Aside{Note: "SECRET"},
		})
	}
	if h.rng.IntN(2) == 0 {
		e.Recordings = []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: h.address(), Along: &content.Along{FallbackURL: h.address()}}}
		e.When = content.When{Date: content.PartialDate(h.clock.At.AddDate(0, 0, h.rng.IntN(60)-30).Format("2006-01-02")), StartTime: "10:00", TimeZone: "America/New_York"}.Kept()
	}
	return e
}

// step writes once. What the hub refuses, such as a change of an entry in the trash, is no step.
func (h *history) step(t testing.TB) {
	t.Helper()
	h.clock.At = h.clock.At.Add(time.Duration(1+h.rng.IntN(48*60)) * time.Minute)
	kinds := []content.Kind{content.KindTopic, content.KindOrganization, content.KindSpeaker, content.KindCaseStudy, content.KindEpisode, content.KindEpisode}
	w := desk.Write{Action: "test", Reason: h.word()}
	if h.rng.IntN(5) == 0 {
		h.look(t)
		return
	}
	if len(h.ids) < 8 || h.rng.IntN(4) == 0 {
		for range 1 + h.rng.IntN(3) {
			w.Puts = append(w.Puts, desk.Put{Entry: h.entry(kinds[h.rng.IntN(len(kinds))]), Publish: h.rng.IntN(2) == 0})
		}
	} else {
		id := h.ids[h.rng.IntN(len(h.ids))]
		revision := h.desk.Pin().Preview().Entry(id).Revision()
		later := h.clock.At.Add(time.Duration(1+h.rng.IntN(200)) * time.Hour)
		switch h.rng.IntN(7) {
		case 0, 1:
			w.Puts = []desk.Put{{ID: id, Expected: revision, Entry: h.entry(id.Kind()), Publish: h.rng.IntN(2) == 0}}
		case 2:
			w.Publish = []desk.Publish{{ID: id, Revision: 1 + h.rng.Int32N(revision)}}
		case 3:
			w.Publish = []desk.Publish{{ID: id, Revision: 1 + h.rng.Int32N(revision), From: later}}
		case 4:
			w.Publish = []desk.Publish{{ID: id, From: []time.Time{{}, later}[h.rng.IntN(2)]}}
		case 5:
			w.Trash = []content.ID{id}
		case 6:
			w.Restore = []content.ID{id}
		}
	}
	receipt, err := h.desk.Save(context.Background(), hubtest.Admin(), w)
	var refused content.Errors
	if errors.As(err, &refused) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range receipt.Results {
		if r.Outcome == desk.Created {
			h.ids = append(h.ids, r.ID)
		}
		h.slugs[h.desk.Pin().Preview().Entry(r.ID).Common().Slug] = r.ID.Kind()
	}
}

// answers writes all that a view answers of entries, by id and by every slug that there ever was.
func (h *history) answers(t testing.TB, v *edition.View) string {
	t.Helper()
	var lines []string
	_, tag, _ := strings.Cut(v.Tag(), ".")
	for _, id := range h.ids {
		e := v.Entry(id)
		if e == nil {
			continue
		}
		body, err := content.Encode(e.Content())
		if err != nil {
			t.Fatal(err)
		}
		published := "never"
		if p := e.PublishedAt(); p != nil {
			published = p.String()
		}
		known := ""
		content.Addresses(e.Content(), func(field, url string, _ content.AddressUse) {
			f, _ := v.Finding(url)
			f.Version, f.IsPublic = 0, false // which no answer shows
			known += fmt.Sprint(field, f)
		})
		lines = append(lines, fmt.Sprint(id, " ", e.Revision(), e.State(), published, e.UpdatedAt(), e.URL(), string(body), known))
	}
	for slug, kind := range h.slugs {
		if e := v.BySlug(kind, slug); e != nil {
			lines = append(lines, fmt.Sprint(kind, " ", slug, " ", e.ID()))
		}
	}
	slices.Sort(lines)
	return tag + "\n" + strings.Join(lines, "\n")
}
