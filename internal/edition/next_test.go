package edition

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
)

// history makes random rows: entries that come, change, are published now or later, withdrawn, trashed, restored, merged and
// parted again.
type history struct {
	rng     *rand.Rand
	ids     []content.ID
	version int64
	now     time.Time
	numbers map[content.ID]int32
	bodies  map[content.ID]map[int32]content.Revision
	trashed map[content.ID]bool
	merged  map[content.ID]content.ID
	found   map[string]bool
}

func newHistory(seed uint64) *history {
	return &history{
		rng: rand.New(rand.NewPCG(seed, 1)), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
		numbers: map[content.ID]int32{}, bodies: map[content.ID]map[int32]content.Revision{}, trashed: map[content.ID]bool{}, merged: map[content.ID]content.ID{}, found: map[string]bool{},
	}
}

func pick[T any](h *history, all []T) T { return all[h.rng.IntN(len(all))] }

func (h *history) word() string {
	return pick(h, strings.Fields("college partnership apprenticeship employers Lorain equity credentials policy Zürich data"))
}

// some are ids of a kind that exist, without repetition.
func (h *history) some(kind content.Kind) []content.ID {
	var found []content.ID
	for _, id := range h.ids {
		if id.Kind() == kind && h.rng.IntN(4) == 0 && len(found) < 4 {
			found = append(found, id)
		}
	}
	return found
}

func (h *history) one(kind content.Kind) content.ID {
	if all := h.some(kind); len(all) > 0 {
		return all[0]
	}
	return ""
}

func (h *history) entry(kind content.Kind, slug string) content.Entry {
	base := content.Base{Slug: slug}
	if h.rng.IntN(3) == 0 {
		base.OwnMargin().Notes = []content.Note{{Kind: content.NoteEditor, Text: "secret"}}
	}
	title := h.word() + " " + h.word()
	switch kind {
	case content.KindTopic:
		return &content.Topic{Base: base, Name: title, Scheme: content.TopicSubject, Broader: h.some(kind)}
	case content.KindSeries:
		return &content.Series{Base: base, Title: title, SeriesKind: content.SeriesPodcast}
	case content.KindOrganization:
		return &content.Organization{
			Base: base, Name: title, OrganizationKind: content.OrgEmployer, OrganizationRare: &content.OrganizationRare{
				Parent:  h.one(kind),
				Aliases: []content.Alias{{Value: h.word(), Visibility: pick(h, []content.Visibility{content.VisibilityPublic, content.VisibilityRedirect, content.VisibilityMatch})}},
			},
		}
	case content.KindSpeaker:
		s := &content.Speaker{Base: base, Name: title}
		if h.rng.IntN(2) == 0 {
			s.OwnRare().Photo = &content.Image{URL: h.address(), Alt: title}
		}
		return s
	case content.KindCaseStudy:
		c := &content.CaseStudy{Base: base, Title: title, Status: content.PartnershipUnknown, Episodes: h.some(content.KindEpisode), Strategies: h.some(content.KindTopic)}
		for _, id := range h.some(content.KindOrganization) {
			c.Partners = append(c.Partners, content.Partner{Organization: id, Role: content.PartnerLead})
		}
		return c
	default:
		e := &content.Episode{
			Base: base, Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
			Series: h.one(content.KindSeries), Topics: h.some(content.KindTopic), Hosts: h.some(content.KindOrganization),
		}
		for _, id := range h.some(content.KindSpeaker) {
			e.Appearances = append(e.Appearances, content.Appearance{
				Speaker: id,
				Part:    &content.Part{Role: content.RoleGuest},
				Billing: &content.Billing{CreditedName: h.word(), Credited: &content.Credited{CreditedOrganizations: h.some(content.KindOrganization)}},
			})
		}
		if h.rng.IntN(2) == 0 {
			e.Recordings = []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: h.address(), Along: &content.Along{FallbackURL: h.address()}}}
		}
		switch h.rng.IntN(3) {
		case 0:
			e.When = content.When{Date: content.PartialDate(h.now.AddDate(0, 0, h.rng.IntN(60)-30).Format("2006-01-02")), StartTime: "10:00", TimeZone: "UTC"}.Kept()
		case 1:
			e.When.Date = content.PartialDate(fmt.Sprint(2020 + h.rng.IntN(8)))
		}
		return e
	}
}

// address is one of a few addresses elsewhere, so that entries share them.
func (h *history) address() string { return fmt.Sprint("https://elsewhere.example/", h.rng.IntN(12)) }

// look finds something at addresses, as the desk records it: l is the ledger before.
func (h *history) look(l *Ledger, rows *content.Rows) {
	public := l.PublicAddresses(h.now)
	for range 1 + h.rng.IntN(3) {
		f := content.Finding{URL: h.address(), Version: h.version, At: h.now, Since: h.now, State: pick(h, content.LinkStates()), Title: h.word()}
		if slices.ContainsFunc(rows.Findings, func(other content.Finding) bool { return other.URL == f.URL }) {
			continue
		}
		if f.IsPublic = public[f.URL]; f.IsPublic {
			rows.PublicFound, rows.PublicFoundAt = h.version, h.now
		}
		rows.Findings = append(rows.Findings, f)
	}
}

// step makes the rows of one version; l is the ledger before.
func (h *history) step(l *Ledger) content.Rows {
	h.version++
	h.now = h.now.Add(time.Duration(1+h.rng.IntN(48*60)) * time.Minute)
	rows := content.Rows{Incarnation: "life", Version: h.version, At: h.now}
	if h.rng.IntN(4) == 0 {
		h.look(l, &rows)
		return rows
	}
	for range 1 + h.rng.IntN(4) {
		if len(h.ids) < 8 || h.rng.IntN(3) == 0 {
			kind := pick(h, []content.Kind{content.KindTopic, content.KindSeries, content.KindOrganization, content.KindSpeaker, content.KindCaseStudy, content.KindEpisode, content.KindEpisode})
			h.save(&rows, content.ImportedID(kind, "test", fmt.Sprint(len(h.ids))))
			continue
		}
		id := pick(h, h.ids)
		if slices.ContainsFunc(rows.Revisions, func(r content.Revision) bool { return r.ID == id }) {
			continue
		}
		switch h.rng.IntN(7) {
		case 0, 1:
			h.save(&rows, id)
		case 2, 3:
			h.publish(&rows, id, 1+h.rng.Int32N(h.numbers[id]), h.now)
		case 4:
			h.publish(&rows, id, h.rng.Int32N(1+h.numbers[id]), h.now.Add(time.Duration(h.rng.IntN(200))*time.Hour))
		case 5:
			h.trashed[id] = !h.trashed[id]
			rows.Trashings = append(rows.Trashings, content.Trashing{ID: id, Trashed: h.trashed[id], At: h.now, Version: h.version})
		case 6:
			h.merge(&rows, id)
		}
	}
	return rows
}

func (h *history) save(rows *content.Rows, id content.ID) {
	if !slices.Contains(h.ids, id) {
		h.ids = append(h.ids, id)
		h.bodies[id] = map[int32]content.Revision{}
	}
	h.numbers[id]++
	slug := fmt.Sprintf("%s-%d", id[len(id)-6:], h.numbers[id]/2)
	rev := content.Revision{ID: id, Number: h.numbers[id], Version: h.version, At: h.now, Entry: h.entry(id.Kind(), slug)}
	h.bodies[id][rev.Number] = rev
	rows.Revisions = append(rows.Revisions, rev)
	rows.Slugs = append(rows.Slugs, content.SlugClaim{Kind: id.Kind(), Slug: slug, ID: id})
	if h.rng.IntN(2) == 0 {
		h.publish(rows, id, rev.Number, h.now)
	}
}

// merge lets another entry of its kind stand for an entry, or parts them.
func (h *history) merge(rows *content.Rows, id content.ID) {
	switch id.Kind() {
	case content.KindSpeaker, content.KindOrganization, content.KindTopic:
	default:
		return
	}
	if h.merged[id] != "" {
		delete(h.merged, id)
		rows.Mergings = append(rows.Mergings, content.Merging{Absorbed: id, At: h.now, Version: h.version})
		return
	}
	survivor := h.one(id.Kind())
	if survivor == "" || survivor == id || h.merged[survivor] != "" {
		return
	}
	h.merged[id] = survivor
	rows.Mergings = append(rows.Mergings, content.Merging{Absorbed: id, Survivor: survivor, Fields: pick(h, [][]string{nil, {"notes"}, {"aliases", "slug"}}), At: h.now, Version: h.version})
}

func (h *history) publish(rows *content.Rows, id content.ID, number int32, from time.Time) {
	if slices.ContainsFunc(rows.Publications, func(p content.Publication) bool { return p.ID == id }) {
		return
	}
	slug := ""
	if number > 0 {
		slug = h.bodies[id][number].Entry.Common().Slug
		rows.Revisions = append(rows.Revisions, h.bodies[id][number]) // as the store loads a body that is published
	}
	rows.Publications = append(rows.Publications, content.Publication{ID: id, Revision: number, Slug: slug, From: from, At: h.now, Version: h.version})
}

// dump writes all that an edition answers by, in one canonical text.
func dump(e *Edition, now time.Time) string {
	var b strings.Builder
	v := NewView(e, e, now, time.Time{}, "https://hub.example")
	fmt.Fprintln(&b, e.Tag(now), e.Version(), e.boundaries)
	name := func(nums []int32) (ids []content.ID) {
		for _, num := range nums {
			ids = append(ids, e.nodes.at(num).id())
		}
		return ids
	}
	for i, o := range orders {
		fmt.Fprintln(&b, o.kind, o.name, name(e.orders[i]))
	}
	var lines []string
	for num := range int32(e.nodes.len()) {
		n := e.nodes.at(num)
		if n == nil {
			continue
		}
		line := fmt.Sprint(n.id(), " ", n.revision(), n.at(), n.former(), n.when, n.sort())
		if n.entry() != nil {
			body, _ := content.Encode(n.entry())
			line += string(body) + string(handle{n, v}.State()) + fmt.Sprint(handle{n, v}.PublishedAt())
			content.Addresses(n.entry(), func(field, url string, _ content.AddressUse) {
				if health := v.health(url); health != nil {
					line += fmt.Sprint(field, *health)
				}
			})
		}
		for l := range n.backlinks {
			line += fmt.Sprint(" ", l.kind(), ".", l.field(), name(l.from))
		}
		if n.entry() != nil || strings.Contains(line, "[ep_") {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	b.WriteString(strings.Join(lines, "\n"))
	for _, q := range []string{"college", "lorain", "partnrship", "zurich da", "equity policy"} {
		hits, _ := NewView(e, e, time.Time{}, time.Time{}, "").search(parseQuery(q), nil, math.MaxInt)
		for _, h := range hits {
			fmt.Fprintln(&b, q, h.n.id(), h.score)
		}
	}
	return b.String()
}

func TestEditionsBuiltStepByStepEqualEditionsBuiltFromScratch(t *testing.T) {
	for seed := range uint64(30) {
		h := newHistory(seed)
		l := NewLedger()
		l.Apply(content.Rows{Incarnation: "life"}, h.now)
		public, preview := Build(l, Public, h.now), Build(l, Preview, h.now)
		public.Warm()
		preview.Warm()
		var all []content.Rows
		for step := range 60 {
			rows := h.step(l)
			all = append(all, rows)
			fork := l.Fork()
			fork.Due(fork.Apply(rows, h.now), h.now)
			foreseen := Build(fork, Preview, h.now)
			c := l.Due(l.Apply(rows, h.now), h.now)
			preview = preview.Next(l, c.Entries, h.now)
			if c.IsPublic {
				public = public.Next(l, c.Entries, h.now)
			}
			if step%5 != 4 {
				continue
			}
			if got, want := dump(foreseen, h.now), dump(preview, h.now); got != want {
				t.Fatalf("seed %d, step %d, a fork's preview:\n%s", seed, step, firstDifference(got, want))
			}
			fresh := NewLedger()
			fresh.Due(fresh.Apply(together(all), h.now), h.now)
			bothPublic, bothPreview := BuildBoth(fresh, h.now)
			for _, c := range []struct {
				name      string
				got, want *Edition
			}{
				{"public", public, Build(fresh, Public, h.now)},
				{"preview", preview, Build(fresh, Preview, h.now)},
				{"both's public", bothPublic, public},
				{"both's preview", bothPreview, preview},
			} {
				if got, want := dump(c.got, h.now), dump(c.want, h.now); got != want {
					t.Fatalf("seed %d, step %d, %s:\n%s", seed, step, c.name, firstDifference(got, want))
				}
			}
		}
	}
}

func TestBothEditionsShareAnOrderThatIsMadeForBoth(t *testing.T) {
	h := newHistory(1)
	l := NewLedger()
	public, preview := BuildBoth(l, h.now)
	shared, apart := 0, 0
	for range 200 {
		h.version++
		h.now = h.now.Add(time.Minute)
		rows := content.Rows{Incarnation: "life", Version: h.version, At: h.now}
		id := content.ImportedID(content.KindEpisode, "test", fmt.Sprint(h.rng.IntN(10)))
		if h.save(&rows, id); h.rng.IntN(10) > 0 {
			h.publish(&rows, id, h.numbers[id], h.now)
		}
		before := public.orders
		public, preview = NextBoth(l, public, preview, l.Due(l.Apply(rows, h.now), h.now), h.now)
		for i, list := range public.orders {
			switch other := preview.orders[i]; {
			case len(list) == 0:
			case !slices.Equal(list, other):
				apart++
			case &list[0] != &other[0] && (len(before[i]) == 0 || &list[0] != &before[i][0]):
				t.Fatalf("version %d: %s %s was made twice", h.version, orders[i].kind, orders[i].name)
			default:
				shared++
			}
		}
	}
	if shared < 50 || apart < 50 {
		t.Errorf("%d orders are the same, %d are not", shared, apart)
	}
}

// together joins the rows of all versions as one load would bring them.
func together(all []content.Rows) content.Rows {
	var rows content.Rows
	for _, r := range all {
		rows.Incarnation, rows.Version, rows.At = r.Incarnation, r.Version, r.At
		rows.Revisions = append(rows.Revisions, r.Revisions...)
		rows.Publications = append(rows.Publications, r.Publications...)
		rows.Trashings = append(rows.Trashings, r.Trashings...)
		rows.Mergings = append(rows.Mergings, r.Mergings...)
		rows.Slugs = append(rows.Slugs, r.Slugs...)
		if r.PublicFound > rows.PublicFound {
			rows.PublicFound, rows.PublicFoundAt = r.PublicFound, r.PublicFoundAt
		}
		for _, f := range r.Findings { // the newest of each address, as the store loads them
			rows.Findings = append(slices.DeleteFunc(rows.Findings, func(old content.Finding) bool { return old.URL == f.URL }), f)
		}
	}
	return rows
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			other := ""
			if i < len(w) {
				other = w[i]
			}
			return fmt.Sprintf("got  %s\nwant %s", g[i], other)
		}
	}
	return "want has more lines"
}
