package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// harmless writes a value of a type as GraphQL does: as little as the type demands.
func harmless(schema *ast.Schema, typ *ast.Type) string {
	if typ.Elem != nil {
		return "[" + harmless(schema, typ.Elem) + "]"
	}
	def := schema.Types[typ.NamedType]
	switch {
	case def.Kind == ast.Enum:
		return def.EnumValues[0].Name
	case def.Name == "EntryPatch":
		return `{topic: {name: "x"}}`
	case def.Kind == ast.InputObject:
		var given []string
		for _, f := range def.Fields {
			if f.Type.NonNull && f.DefaultValue == nil {
				given = append(given, f.Name+": "+harmless(schema, f.Type))
			}
		}
		return "{" + strings.Join(given, " ") + "}"
	case def.Name == "Int":
		return "1"
	case def.Name == "Upload":
		return "$file"
	case def.Name == "URL":
		return `"https://a.example"`
	case def.Name == "ID":
		return `"to_00000000000000000000000000"`
	}
	return `"x"`
}

// attempt is a mutation with harmless arguments that asks for nothing to be kept, where it can be asked so.
func attempt(schema *ast.Schema, f *ast.FieldDefinition) string {
	var given []string
	for _, a := range f.Arguments {
		switch {
		case a.Name == "options":
			given = append(given, "options: {dryRun: true}")
		case a.Type.NonNull && a.DefaultValue == nil:
			given = append(given, a.Name+": "+harmless(schema, a.Type))
		}
	}
	declared := ""
	if slices.Contains(given, "file: $file") {
		declared = "($file: Upload!) "
	}
	return fmt.Sprintf("mutation %s{ %s(%s) { errors { code } } }", declared, f.Name, strings.Join(given, " "))
}

func TestNoMutationDoesAnythingForWhoMayNotCallIt(t *testing.T) {
	h := openHub(t, nil)
	roles := []auth.Role{auth.Anonymous, auth.Contributor, auth.Editor, auth.Admin}
	var who []writer
	for _, role := range roles {
		who = append(who, h.as(t, role))
	}
	schema := graph.New(graph.Resolver{}).Schema()
	for _, f := range schema.Mutation.Fields {
		guard := f.Directives.ForName("role")
		if guard == nil {
			t.Errorf("%s is open to everybody", f.Name)
			continue
		}
		needs := auth.Role(guard.Arguments.ForName("needs").Value.Raw)
		query := attempt(schema, f)
		kept := strings.Replace(query, "options: {dryRun: true}", "", 1)
		var with any
		if strings.Contains(query, "$file") {
			with = vars{"file": portrait(t, 16, 16, 0)}
		}
		for i, role := range roles {
			version := h.Desk.Version()
			switch codes := who[i].refused(t, query, with); {
			case role.May(needs):
				if slices.ContainsFunc(codes, func(c string) bool {
					return c == "FORBIDDEN" || c == "UNAUTHENTICATED" || c == "GRAPHQL_VALIDATION_FAILED"
				}) {
					t.Errorf("%s as %q: %v", query, role, codes)
				}
				continue
			case role == auth.Anonymous:
				if !slices.Equal(codes, []string{"UNAUTHENTICATED"}) {
					t.Errorf("%s as nobody: %v", query, codes)
				}
			default:
				if !slices.Equal(codes, []string{"FORBIDDEN"}) {
					t.Errorf("%s as %s: %v", query, role, codes)
				}
			}
			// Neither is anything kept when it should be.
			if codes := who[i].refused(t, kept, with); len(codes) != 1 || h.Desk.Version() != version {
				t.Errorf("%s as %q: %v, version %d after %d", kept, role, codes, h.Desk.Version(), version)
			}
		}
	}
	tokens, err := h.Desk.Tokens(t.Context())
	if err != nil || len(tokens) != len(roles)-1 {
		t.Errorf("%d tokens, %v", len(tokens), err)
	}
}

func TestUndoNeedsTheRoleOfWhatItDoes(t *testing.T) {
	h := openHub(t, nil)
	admin, editor, contributor := h.as(t, auth.Admin), h.as(t, auth.Editor), h.as(t, auth.Contributor)
	const undo = `mutation ($b: ID!) { undo(batch: $b) { batch errors { code } } }`
	const create = `mutation { createSpeaker(input: {name: "Double"}) { speaker { id } batch errors { code } } }`
	id := text(t, contributor.write(t, create, nil), "createSpeaker.speaker.id")
	edit := contributor.write(t, `mutation ($id: ID!) { updateSpeaker(id: $id, expectedRevision: 1, patch: {pronouns: "they"}) { batch errors { code } } }`, vars{"id": id})
	publish := editor.write(t, `mutation ($id: ID!) { publish(entries: [{id: $id, revision: 2}]) { batch errors { code } } }`, vars{"id": id})
	other := text(t, contributor.write(t, create, nil), "createSpeaker.speaker.id")
	merge := admin.write(t, `mutation ($a: ID!, $b: ID!) { mergeSpeakers(survivor: $a, absorbed: $b) { batch errors { code } } }`, vars{"a": id, "b": other})
	version := h.Desk.Version()
	for who, batch := range map[writer]string{
		contributor: text(t, publish, "publish.batch"), editor: text(t, merge, "mergeSpeakers.batch"),
	} {
		if codes := who.refused(t, undo, vars{"b": batch}); !slices.Equal(codes, []string{"FORBIDDEN"}) || h.Desk.Version() != version {
			t.Errorf("%v, version %d after %d", codes, h.Desk.Version(), version)
		}
	}
	admin.write(t, undo, vars{"b": text(t, merge, "mergeSpeakers.batch")})
	editor.write(t, undo, vars{"b": text(t, publish, "publish.batch")})
	contributor.write(t, undo, vars{"b": text(t, edit, "updateSpeaker.batch")})
}

func TestTokenThatEndedIsRefusedAtOnceOnEveryNode(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Now()}
		h, _ := node(t, database, clock)
		second, _ := node(t, database, clock)
		admin, short := h.as(t, auth.Admin), writer{h, h.token(t, auth.Editor, time.Minute)}
		made := admin.write(t, `mutation { createToken(name: "partner", role: CONTRIBUTOR) { token { id } secret errors { code } } }`, nil)
		partner := writer{second, text(t, made, "createToken.secret")}
		const who = "{ viewer { role } }"
		for _, w := range []writer{partner, partner.with(h), short} {
			w.data(t, who, nil)
		}
		admin.write(t, `mutation ($id: ID!) { revokeToken(id: $id) { errors { code } } }`, vars{"id": text(t, made, "createToken.token.id")})
		clock.At = clock.At.Add(2 * time.Minute)
		for _, w := range []writer{partner, partner.with(h), short, short.with(second)} {
			for _, query := range []string{who, `mutation { createTopic(input: {name: "x", scheme: SUBJECT}) { errors { code } } }`} {
				if a := w.ask(t, query, nil); a.status != http.StatusUnauthorized || a.code() != "UNAUTHENTICATED" || len(a.Data) > 0 {
					t.Errorf("%d %s", a.status, a.body)
				}
			}
		}
	})
}

func TestWhoMayNotSeeAnEntryCannotTellWhetherItIsThere(t *testing.T) {
	h, d := node(t, hubtest.SQLite(t), nil)
	draft := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Topic{Name: "Secret", Scheme: content.TopicSubject}}}}).Results[0].ID
	gone := put(t, d, &content.Topic{Name: "Gone", Scheme: content.TopicSubject})
	withdrawn := put(t, d, &content.Topic{Name: "Withdrawn", Scheme: content.TopicSubject})
	hubtest.Save(t, d, desk.Write{Action: "test", Trash: []content.ID{gone}, Publish: []desk.Publish{{ID: withdrawn}}})
	absent := content.NewID(content.KindTopic, time.Now())
	anonymous, editor := h.as(t, auth.Anonymous), h.as(t, auth.Editor)
	for _, query := range []string{
		"query ($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } topic(id: $id) { id } episodes(filter: {topics: [$id]}) { totalCount } }",
		"query ($id: ID!) { t: topic(slug: $id) { id } }",
		"mutation ($id: ID!) { publish(entries: [{id: $id, revision: 1}]) { errors { code } } }",
		"mutation ($id: ID!) { updateTopic(id: $id, expectedRevision: 1, patch: {}) { errors { code } } }",
		"query ($id: ID!) { changes(filter: {entry: $id}) { totalCount } }",
	} {
		want := anonymous.ask(t, query, vars{"id": absent})
		for name, id := range map[string]content.ID{"a draft": draft, "one in the trash": gone, "a withdrawn one": withdrawn} {
			if got := anonymous.ask(t, query, vars{"id": id}); string(got.body) != string(want.body) || got.status != want.status {
				t.Errorf("%s, %s: %s, an absent one %s", query, name, got.body, want.body)
			}
		}
	}
	for query, code := range map[string]string{
		"mutation ($id: ID!) { publish(entries: [{id: $id, revision: 1}]) { errors { code } } }":                         "NOT_FOUND",
		"mutation ($id: ID!) { unpublish(ids: [$id]) { errors { code } } }":                                              "NOT_FOUND",
		"mutation ($id: ID!) { cancelSchedule(ids: [$id]) { errors { code } } }":                                         "NOT_FOUND",
		"mutation ($id: ID!) { trash(ids: [$id]) { errors { code } } }":                                                  "NOT_FOUND",
		"mutation ($id: ID!) { restore(ids: [$id]) { errors { code } } }":                                                "NOT_FOUND",
		"mutation ($id: ID!) { undo(batch: $id) { errors { code } } }":                                                   "NOT_FOUND",
		"mutation ($id: ID!) { revert(id: $id, toRevision: 1, expectedRevision: 1) { errors { code } } }":                "NOT_FOUND",
		"mutation ($id: ID!) { updateTopic(id: $id, expectedRevision: 1, patch: {name: \"x\"}) { errors { code } } }":    "NOT_FOUND",
		"mutation ($id: ID!) { previewLink(id: $id) { errors { code } } }":                                               "NOT_FOUND",
		"mutation ($id: ID!) { updateEpisode(id: $id, expectedRevision: 1, patch: {title: \"x\"}) { errors { code } } }": "INVALID",
	} {
		if codes := editor.refused(t, query, vars{"id": absent}); !slices.Equal(codes, []string{code}) {
			t.Errorf("%s: %v", query, codes)
		}
	}
}
