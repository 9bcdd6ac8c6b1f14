package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/server"
	"bettertogether/internal/store"
)

const canary = "CANARY"

// hidden are entries that the public must not see, and public ones with parts that it must not see. Each text that must stay
// hidden holds the canary and a name of its own.
type hidden struct {
	ids    []content.ID
	slugs  []string
	shown  []content.ID
	secret []string
}

func note(name string) content.Base {
	return content.Base{Margin: &content.Margin{Notes: []content.Note{{Kind: content.NoteEditor, Text: canary + "note" + name}}}}
}

// plantCanaries fills a hub with a public entry of each kind that points at hidden ones of every kind, and is pointed at by
// them.
func plantCanaries(t *testing.T, d *desk.Desk, clock *hubtest.Clock) hidden {
	t.Helper()
	var h hidden
	id := func(kind content.Kind, name string) content.ID { return content.ImportedID(kind, "test", name) }
	states := []string{"shown", "draft", "scheduled", "trashed", "unpublished"}
	each := func(kind content.Kind) (ids []content.ID) {
		for _, s := range states {
			ids = append(ids, id(kind, s))
		}
		return ids
	}
	write := desk.Write{Action: "test"}
	for _, s := range states {
		text := func(field string) string {
			if s == "shown" {
				return "Shown " + field
			}
			h.secret = append(h.secret, canary+s+field)
			return canary + s + field
		}
		base := func(kind string) content.Base {
			b := note(s + kind)
			h.secret = append(h.secret, canary+"note"+s+kind)
			b.Slug = strings.ToLower(strings.ReplaceAll(kind, "_", "") + "-" + s + "-" + canary)
			if s == "shown" {
				b.Slug = strings.ReplaceAll(kind, "_", "") + "-shown"
			}
			b.Sources = []content.Source{{Title: text(kind + "source")}}
			return b
		}
		alias := func(kind string) []content.Alias {
			var all []content.Alias
			for _, v := range []content.Visibility{content.VisibilityMatch, content.VisibilityRedirect} {
				value := canary + string(v) + s + kind
				h.secret = append(h.secret, value)
				all = append(all, content.Alias{Value: value, Visibility: v})
			}
			return all
		}
		appearanceNote := canary + "appearance" + s
		h.secret = append(h.secret, appearanceNote)
		var appearances []content.Appearance
		for _, speaker := range each(content.KindSpeaker) {
			name := "Shown name"
			if speaker != id(content.KindSpeaker, "shown") {
				name = canary + "credited" // the bill of a public episode must not name a hidden speaker either
			}
			appearances = append(appearances, content.Appearance{
				Speaker: speaker,
				Part:    &content.Part{Role: content.RolePanelist},
				Billing: &content.Billing{CreditedName: name, Credited: &content.Credited{CreditedOrganizations: each(content.KindOrganization)}},
				Aside:   &content.Aside{Note: appearanceNote},
			})
		}
		var partners []content.Partner
		for _, o := range each(content.KindOrganization) {
			partners = append(partners, content.Partner{Organization: o, Role: content.PartnerLead})
		}
		var items []content.ToolkitItem
		for _, kind := range content.Kinds() {
			for _, e := range each(kind) {
				if kind != content.KindToolkit {
					items = append(items, content.ToolkitItem{Entry: e})
				}
			}
		}
		var contributors []content.Contributor
		for _, p := range each(content.KindSpeaker) {
			contributors = append(contributors, content.Contributor{Speaker: p})
		}
		others := func(kind content.Kind) (ids []content.ID) {
			for _, o := range each(kind) {
				if o != id(kind, s) {
					ids = append(ids, o)
				}
			}
			return ids
		}
		var broader []content.ID
		if s == "shown" {
			broader = others(content.KindTopic)
		}
		entries := map[content.Kind]content.Entry{
			content.KindSeries: &content.Series{
				Base: base("series"), Title: text("seriestitle"), SeriesKind: content.SeriesWebinar, Organizers: each(content.KindOrganization),
				Credits: []content.Credit{{Speaker: id(content.KindSpeaker, "draft"), Role: content.RoleHost}},
			},
			content.KindEpisode: &content.Episode{
				Base: base("episode"), Title: text("episodetitle"), EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
				Series: id(content.KindSeries, "draft"), Appearances: appearances, Hosts: each(content.KindOrganization),
				Topics: each(content.KindTopic), Resources: each(content.KindResource), Summary: content.Markdown(text("episodesummary")),
				Recordings: []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/" + canary + "future", PublishedAt: clock.At.Add(9999 * time.Hour)}},
			},
			content.KindSpeaker: &content.Speaker{
				Base: base("speaker"), Name: text("speakername"), SpeakerRare: &content.SpeakerRare{Aliases: alias("speaker")},
				Affiliations: []content.Affiliation{{Organization: id(content.KindOrganization, "draft")}},
			},
			content.KindOrganization: &content.Organization{
				Base: base("organization"), Name: text("organizationname"), OrganizationKind: content.OrgEmployer, OrganizationRare: &content.OrganizationRare{
					Aliases: alias("organization"),
					Related: others(content.KindOrganization),
				},
			},
			content.KindCaseStudy: &content.CaseStudy{
				Base: base("case_study"), Title: text("casestudytitle"), Status: content.PartnershipActive, Partners: partners,
				Strategies: each(content.KindTopic), Contributors: contributors, Episodes: each(content.KindEpisode), Resources: each(content.KindResource),
			},
			content.KindResource: &content.Resource{
				Base: base("resource"), Title: text("resourcetitle"), ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: "https://example.org/r",
				Authors: each(content.KindSpeaker), Publishers: each(content.KindOrganization), Topics: each(content.KindTopic),
			},
			content.KindTopic:   &content.Topic{Base: base("topic"), Name: text("topicname"), Scheme: content.TopicSubject, Broader: broader, Aliases: alias("topic")},
			content.KindToolkit: &content.Toolkit{Base: base("toolkit"), Title: text("toolkittitle"), Items: items},
			content.KindListing: &content.Listing{
				Base: base("listing"), Title: text("listingtitle"), Owner: id(content.KindOrganization, "draft"), Pinned: each(content.KindEpisode),
				Filter: content.EpisodeFilter{Topics: each(content.KindTopic)}, Order: content.EpisodesLatest, Limit: 10, Theme: content.ThemeAuto,
			},
		}
		for _, kind := range content.Kinds() {
			e := entries[kind]
			write.Puts = append(write.Puts, desk.Put{ID: id(kind, s), Entry: e, Publish: s != "draft" && s != "scheduled"})
			if s == "scheduled" {
				write.Publish = append(write.Publish, desk.Publish{ID: id(kind, s), Revision: 1, From: clock.At.Add(1000 * time.Hour)})
			}
			if s == "shown" {
				h.shown = append(h.shown, id(kind, s))
			} else {
				h.ids, h.slugs = append(h.ids, id(kind, s)), append(h.slugs, e.Common().Slug)
			}
		}
	}
	hubtest.Save(t, d, write)
	clock.At = clock.At.Add(time.Minute)
	var undo desk.Write
	undo.Action = "test"
	for _, kind := range content.Kinds() {
		undo.Trash, undo.TrashReferenced = append(undo.Trash, id(kind, "trashed")), true
		undo.Publish = append(undo.Publish, desk.Publish{ID: id(kind, "unpublished")})
	}
	hubtest.Save(t, d, undo)
	// A draft of what is public stays hidden too, with the slug that it would have.
	draft := desk.Write{Action: "test"}
	for _, shown := range h.shown {
		e, err := content.Clone(d.Pin().Preview().Entry(shown).Content())
		if err != nil {
			t.Fatal(err)
		}
		e.Common().Slug = strings.ToLower(canary) + "-new-" + e.Common().Slug
		e.Common().OwnMargin().Notes = append(e.Common().Notes(), content.Note{Kind: content.NoteEditor, Text: canary + "new" + string(e.Kind())})
		h.slugs, h.secret = append(h.slugs, e.Common().Slug), append(h.secret, canary+"new"+string(e.Kind()))
		draft.Puts = append(draft.Puts, desk.Put{ID: shown, Expected: 1, Entry: e})
	}
	hubtest.Save(t, d, draft)
	clock.At = clock.At.Add(time.Minute)
	return h
}

// schema is what introspection tells of a type.
type schema struct {
	Types []struct {
		Name, Kind    string
		PossibleTypes []struct{ Name string }
		Fields        []struct {
			Name string
			Type typeRef
			Args []struct {
				Name string
				Type typeRef
			}
		}
	}
}

type typeRef struct {
	Kind, Name string
	OfType     *typeRef
}

func (r *typeRef) named() (name, kind string) {
	for r.OfType != nil {
		r = r.OfType
	}
	return r.Name, r.Kind
}

// walker makes a query for every path of fields from the root, three objects deep, and selects all plain fields at its end.
type walker struct {
	schema  schema
	ids     []content.ID
	slugs   []string
	queries []string
}

func (w *walker) walk(typeName string, depth int, wrap func(string) string) {
	for _, t := range w.schema.Types {
		if t.Name != typeName {
			continue
		}
		var plain []string
		for _, f := range t.Fields {
			name, kind := f.Type.named()
			for _, call := range w.calls(f.Name, typeName, depth, len(f.Args) > 0, func(arg string) bool {
				for _, a := range f.Args {
					if a.Name == arg {
						return true
					}
				}
				return false
			}) {
				if kind != "OBJECT" && kind != "INTERFACE" {
					plain = append(plain, call)
				} else if depth > 0 {
					next := depth - 1
					if strings.Contains(call, "(id: ") || strings.Contains(call, "(slug: ") || strings.Contains(call, "(ids: ") {
						next = min(next, 1) // lists lead further
					}
					w.walk(name, next, func(inner string) string { return wrap(call + " { " + inner + " }") })
				}
			}
		}
		for _, p := range t.PossibleTypes {
			w.walk(p.Name, depth, func(inner string) string { return wrap("... on " + p.Name + " { " + inner + " }") })
		}
		if len(plain) > 0 {
			w.queries = append(w.queries, "{ "+wrap(strings.Join(plain, " "))+" }")
		}
	}
}

// calls are a field with the arguments under which it could show what it must not.
func (w *walker) calls(field, typeName string, depth int, hasArgs bool, has func(string) bool) []string {
	switch {
	case !hasArgs:
		return []string{field}
	case has("id") && has("slug"):
		var all []string
		for i, slug := range w.slugs {
			all = append(all, fmt.Sprintf("a%d: %s(slug: %q)", i, field, slug))
		}
		for i, id := range w.ids {
			all = append(all, fmt.Sprintf("b%d: %s(id: %q)", i, field, id))
		}
		if depth < 2 {
			return all[:1]
		}
		return all
	case has("ids"):
		var all []string
		for part := range slices.Chunk(w.ids, 18) {
			raw, _ := json.Marshal(part) // strings encode
			all = append(all, fmt.Sprintf("n%d: %s(ids: %s)", len(all), field, raw))
		}
		return all
	case field == "node":
		var all []string
		for i, id := range w.ids {
			all = append(all, fmt.Sprintf("n%d: node(id: %q)", i, id))
		}
		return all
	case has("kind"):
		return []string{field + "(kind: SPEAKER)"}
	case has("query"):
		return []string{field + `(query: "canary", first: 50)`, field + `(query: "shown", first: 50)`}
	case has("from") && has("to"):
		shown := map[content.Kind]content.ID{} // the last of a kind is
		for _, id := range w.ids {
			shown[id.Kind()] = id
		}
		return []string{fmt.Sprintf("%s(from: %q, to: %q, filter: {mode: BIPARTITE})", field, shown[content.KindSpeaker], shown[content.KindOrganization])}
	case has("code"):
		return []string{field + `(code: "none")`}
	case has("dimension"):
		return []string{field + "(dimension: ROLE)", "k: " + field + "(dimension: ORGANIZATION_KIND)"}
	case has("filter") && typeName == "Query" && !has("after"):
		return []string{field, "m: " + field + "(filter: {mode: BIPARTITE})"}
	case has("filter") && typeName == "Query" && field != "changes":
		return []string{field + "(first: 40)", field + `(first: 40, filter: {search: "canary"})`}
	case has("first") && depth >= 2:
		return []string{field + "(first: 20)"}
	case has("first"):
		return []string{field + "(first: 10)"}
	case has("format"):
		return []string{field + "(format: TEXT)"}
	}
	return []string{field}
}

func TestWhatIsHiddenIsHiddenByEveryPath(t *testing.T) {
	server.NotRaced(t)
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	database := hubtest.SQLite(t)
	d := hubtest.Open(t, database, clock)
	h := plantCanaries(t, d, clock)
	handler := serve(d)
	w := walker{ids: append(h.ids, h.shown...), slugs: append(h.slugs, "series-shown", "episode-shown", "speaker-shown", "organization-shown", "casestudy-shown", "topic-shown", "canaryredirect_onlyshownspeaker")}
	var answer struct {
		Data struct {
			Schema schema `json:"__schema"`
		}
	}
	introspection := `{ __schema { types { name kind possibleTypes { name } fields { name args { name type { kind name } }
		type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }`
	if err := json.Unmarshal(ask(t, handler, introspection, ""), &answer); err != nil {
		t.Fatal(err)
	}
	w.schema = answer.Data.Schema
	w.walk("Query", 3, func(inner string) string { return inner })
	if len(w.queries) < 1000 {
		t.Fatalf("only %d queries", len(w.queries))
	}
	for _, q := range w.queries {
		got := string(ask(t, handler, q, ""))
		if at := strings.Index(strings.ToUpper(got), canary); at >= 0 {
			t.Fatalf("%s\nshows %s", q, got[max(0, at-200):min(len(got), at+100)])
		}
		// What needs a role says so, and nothing else.
		if strings.Contains(got, `"errors"`) && !strings.Contains(got, `"code":"UNAUTHENTICATED"`) {
			t.Fatalf("%.300s\nanswers %.300s", q, got)
		}
	}
	// The same walk as an editor meets every canary: so the walk reaches them, and the edition is what hides them.
	s, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	_, token, err := desk.CreateToken(t.Context(), s, desk.NewToken{Name: "editor", Role: auth.Contributor, Life: 80000 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	for _, secret := range h.secret {
		missing[secret] = true
	}
	for _, q := range w.queries {
		if len(missing) == 0 {
			break
		}
		got := string(ask(t, handler, "query Q @edition(preview: true) "+q, token))
		for secret := range missing {
			if strings.Contains(got, secret) {
				delete(missing, secret)
			}
		}
	}
	if len(missing) > 0 {
		t.Errorf("the walk does not reach %v", missing)
	}
}

func TestHiddenAndAbsentAnswerWithTheSameBytes(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	h := plantCanaries(t, d, clock)
	handler := serve(d)
	absent := func(id content.ID) content.ID { return content.ImportedID(id.Kind(), "nobody", string(id)) }
	for _, id := range h.ids {
		field := map[content.Kind]string{content.KindCaseStudy: "caseStudy"}[id.Kind()]
		if field == "" {
			field = string(id.Kind())
		}
		for _, q := range []string{
			`{ node(id: %q) { id } }`, `{ nodes(ids: [%q]) { id } }`, "{ " + field + `(id: %q) { id slug } }`,
			`{ episodes(filter: {topics: [%[1]q], series: [%[1]q], organizations: [%[1]q], speakers: [%[1]q]}) { totalCount facets { field } } }`,
			`{ caseStudies(filter: {partners: [{organization: %q}]}) { totalCount } }`,
		} {
			hidden, gone := ask(t, handler, fmt.Sprintf(q, id), ""), ask(t, handler, fmt.Sprintf(q, absent(id)), "")
			if string(hidden) != string(gone) {
				t.Errorf(q+"\nhidden %s\nabsent %s", id, hidden, gone)
			}
		}
	}
	for i, slug := range h.slugs {
		q := `{ episode(slug: %[1]q) { id } speaker(slug: %[1]q) { id } organization(slug: %[1]q) { id } topic(slug: %[1]q) { id } series(slug: %[1]q) { id } }`
		hidden, gone := ask(t, handler, fmt.Sprintf(q, slug), ""), ask(t, handler, fmt.Sprintf(q, fmt.Sprint("nobody-", i)), "")
		if string(hidden) != string(gone) {
			t.Errorf("%s\nhidden %s\nabsent %s", slug, hidden, gone)
		}
	}
}

func TestADraftDoesNotTouchThePublicTag(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	id := hubtest.Publish(t, d, &content.Topic{Name: "Shown", Scheme: content.TopicSubject})[0]
	before := d.Pin().Tag()
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Entry: &content.Topic{Name: "Draft", Scheme: content.TopicSubject}}}})
	if after := d.Pin().Tag(); after != before {
		t.Errorf("the tag went from %s to %s", before, after)
	}
	hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 2}}})
	if after := d.Pin().Tag(); after == before {
		t.Errorf("the tag stayed %s over a publication", before)
	}
}
