package server

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// effects is what every write of these tests asks for beside its entry.
const effects = ` batch errors { code }
	effects { feeds dependantCount redirects { from to } edgesAdded { source field target } edgesRemoved { source field target }
		published { id } alsoPublished { id } dependants { id } listings { id } } `

// step is one write with a key, and what it was answered.
type step struct {
	query     string
	variables vars
	answer    string
}

// keyed is a hub on one database with what the writes of a test are about.
type keyed struct {
	writer
	speaker, double, episode, study, college string
	steps                                    []step
}

func newKeyed(t *testing.T, database string) *keyed {
	t.Helper()
	h, d := node(t, database, nil)
	k := &keyed{writer: h.as(t, auth.Admin)}
	ids := hubtest.Publish(
		t, d, &content.Speaker{Name: "Ana Lopez"}, &content.Speaker{Name: "Ana López"}, &content.Organization{Name: "College", OrganizationKind: content.OrgOther},
	)
	k.speaker, k.double, k.college = string(ids[0]), string(ids[1]), string(ids[2])
	k.episode = string(put(t, d, &content.Episode{
		Title: "Talk", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
		Appearances: []content.Appearance{{Speaker: ids[0], Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana"}}},
	}))
	k.study = string(put(t, d, &content.CaseStudy{Title: "Study", Status: content.PartnershipUnknown}))
	return k
}

// do writes with a key of its own and remembers the answer.
func (k *keyed) do(t *testing.T, call string, v vars) map[string]any {
	t.Helper()
	query := "mutation ($key: String $id: ID $to: ID $batch: ID = \"\") { ids: " + call + effects + " } }"
	for _, name := range []string{"id", "to", "batch"} {
		if !strings.Contains(call, "$"+name) {
			query = strings.NewReplacer(" $"+name+": ID = \"\"", "", " $"+name+": ID", "").Replace(query)
		} else {
			query = strings.NewReplacer("$"+name+": ID = \"\"", "$"+name+": ID!", "$"+name+": ID ", "$"+name+": ID! ").Replace(query)
		}
	}
	if v == nil {
		v = vars{}
	}
	v["key"] = fmt.Sprint("key ", len(k.steps))
	s := step{query: query, variables: v}
	a := k.ask(t, s.query, s.variables)
	if codes := mistakesOf(t, a); len(codes) > 0 {
		t.Fatalf("%s: %s", query, a.body)
	}
	s.answer = string(a.Data)
	k.steps = append(k.steps, s)
	return object(t, a.Data)
}

func TestTheSameWriteWithTheSameKeyHappensOnceWhereverItIsRepeated(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		k := newKeyed(t, database)
		const o = ", options: {idempotencyKey: $key}"
		k.do(t, `createTopic(input: {name: "Ferries", scheme: SUBJECT}`+o+`) { topic { id }`, nil)
		k.do(t, `updateEpisode(id: $id, expectedRevision: 1, patch: {appearances: [{speaker: $to}]}`+o+`) { episode { id }`, vars{"id": k.episode, "to": k.speaker})
		k.do(t, `addAppearance(episode: $id, expectedRevision: 2, appearance: {speaker: $to, role: HOST}`+o+`) { episode { id }`, vars{"id": k.episode, "to": k.double})
		k.do(t, `addPartner(caseStudy: $id, expectedRevision: 1, partner: {organization: $to, role: LEAD}`+o+`) { caseStudy { id }`, vars{"id": k.study, "to": k.college})
		k.do(t, `updateMany(entries: [{id: $id, revision: 1} {id: $to, revision: 1}], patch: {speaker: {pronouns: "she/her"}}`+o+`) { entries { id }`, vars{"id": k.speaker, "to": k.double})
		k.do(t, `publish(entries: [{id: $id, revision: 3}], at: "2040-01-01T00:00:00Z"`+o+`) { entries { id }`, vars{"id": k.episode})
		k.do(t, `cancelSchedule(ids: [$id]`+o+`) { entries { id }`, vars{"id": k.episode})
		published := k.do(t, `publish(entries: [{id: $id, revision: 3}], allowDrafts: true`+o+`) { entries { id }`, vars{"id": k.episode})
		k.do(t, `undo(batch: $batch`+o+`) { entries { id }`, vars{"batch": text(t, published, "ids.batch")})
		k.do(t, `revert(id: $id, toRevision: 1, expectedRevision: 3`+o+`) { entries { id }`, vars{"id": k.episode})
		k.do(t, `unpublish(ids: [$id]`+o+`) { entries { id }`, vars{"id": k.study})
		k.do(t, `trash(ids: [$id]`+o+`) { entries { id }`, vars{"id": k.study})
		k.do(t, `restore(ids: [$id]`+o+`) { entries { id }`, vars{"id": k.study})
		merged := k.do(t, `mergeSpeakers(survivor: $to, absorbed: $id`+o+`) { speaker { id }`, vars{"id": k.speaker, "to": k.double})
		k.do(t, `undo(batch: $batch`+o+`) { entries { id }`, vars{"batch": text(t, merged, "ids.batch")})
		k.do(t, `mergeSpeakers(survivor: $to, absorbed: $id`+o+`) { speaker { id }`, vars{"id": k.speaker, "to": k.double})
		k.do(t, `undoMerge(id: $id`+o+`) { entries { id }`, vars{"id": k.speaker})
		k.write(t, `mutation ($id: ID!) { updateSpeaker(id: $id, expectedRevision: 2, patch: {name: "Someone Else"}) { errors { code } } }`, vars{"id": k.speaker})
		version := k.Desk.Version()
		restarted, _ := node(t, database, nil)
		for name, h := range map[string]*hub{"here": k.hub, "after a restart": restarted} {
			for _, s := range k.steps {
				if a := k.with(h).ask(t, s.query, s.variables); string(a.Data) != s.answer {
					t.Errorf("%s, %s:\n%s\nwas %s", name, s.query, a.body, s.answer)
				}
			}
		}
		if err := k.Desk.CatchUp(t.Context()); err != nil || k.Desk.Version() != version {
			t.Errorf("version %d after %d, %v", k.Desk.Version(), version, err)
		}
	})
}

func TestAKeyNamesOneWriteOnly(t *testing.T) {
	h, _ := node(t, hubtest.SQLite(t), nil)
	admin := h.as(t, auth.Admin)
	const topic = `mutation ($name: String! $reason: String $dry: Boolean = false) {
		createTopic(input: {name: $name, scheme: SUBJECT}, options: {idempotencyKey: "k", reason: $reason, dryRun: $dry}) { topic { id } batch edition errors { code } } }`
	// A dry run and a refused write leave the key free.
	if dry := admin.write(t, topic, vars{"name": "One", "dry": true}); at(dry, "createTopic.batch") != nil || at(dry, "createTopic.edition") != h.Desk.Pin().Preview().Tag() {
		t.Errorf("a dry run is told as a write: %v", dry)
	}
	if codes := admin.refused(t, topic, vars{"name": " "}); !slices.Equal(codes, []string{"REQUIRED"}) {
		t.Error(codes)
	}
	first := admin.write(t, topic, vars{"name": "Two"})
	if again := admin.write(t, topic, vars{"name": "Two"}); !reflect.DeepEqual(first, again) {
		t.Errorf("%v, then %v", first, again)
	}
	for _, v := range []vars{{"name": "Three"}, {"name": "Two", "reason": "because"}} {
		if codes := admin.refused(t, topic, v); !slices.Equal(codes, []string{"IDEMPOTENCY_KEY_REUSED"}) {
			t.Errorf("%v: %v", v, codes)
		}
	}
	other := `mutation { createOrganization(input: {name: "Two", kind: OTHER}, options: {idempotencyKey: "k"}) { errors { code } } }`
	if codes := admin.refused(t, other, nil); !slices.Equal(codes, []string{"IDEMPOTENCY_KEY_REUSED"}) {
		t.Error(codes)
	}
	if n := h.Desk.Version(); n != 1 {
		t.Errorf("%d writes", n)
	}
}

func TestSecretsAreToldOnce(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		h, _ := node(t, database, nil)
		admin := h.as(t, auth.Admin)
		const create = `mutation ($name: String!, $role: Role!, $life: Duration!, $dry: Boolean = false) {
			createToken(name: $name, role: $role, expiresIn: $life, options: {idempotencyKey: "k", dryRun: $dry}) {
				token { id name role createdBy expiresAt } secret errors { code } } }`
		v := func(name, role, life string) vars { return vars{"name": name, "role": role, "life": life} }
		dry := v("robot", "EDITOR", "P1D")
		dry["dry"] = true
		if tried := admin.write(t, create, dry); at(tried, "createToken.secret") != nil || at(tried, "createToken.token.name") != "robot" {
			t.Errorf("tried: %v", tried)
		}
		made := admin.write(t, create, v("robot", "EDITOR", "P1D"))
		secret := text(t, made, "createToken.secret")
		restarted, _ := node(t, database, nil)
		for _, n := range []*hub{h, restarted} {
			a := admin.with(n).ask(t, create, v("robot", "EDITOR", "P1D"))
			again := object(t, a.Data)
			if strings.Contains(string(a.body), secret) || at(again, "createToken.secret") != nil || !reflect.DeepEqual(again["createToken"].(map[string]any)["token"], made["createToken"].(map[string]any)["token"]) {
				t.Errorf("again: %s", a.body)
			}
			for _, other := range []vars{v("other", "EDITOR", "P1D"), v("robot", "ADMIN", "P1D"), v("robot", "EDITOR", "P2D")} {
				if codes := admin.with(n).refused(t, create, other); !slices.Equal(codes, []string{"IDEMPOTENCY_KEY_REUSED"}) {
					t.Errorf("%v: %v", other, codes)
				}
			}
		}
		tokens := admin.ask(t, "{ tokens { id name } }", nil)
		if strings.Contains(string(tokens.body), secret) || strings.Count(string(tokens.body), "robot") != 1 {
			t.Errorf("%s", tokens.body)
		}
	})
}

func TestTokensAreListedNewestFirst(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	_, d := node(t, hubtest.SQLite(t), clock)
	var want []string
	for i, key := range []string{"", "a", "", "b", "c", "d"} {
		clock.At = clock.At.Add(time.Minute)
		name := fmt.Sprint("token ", i)
		if _, _, err := d.CreateToken(t.Context(), hubtest.Admin(), desk.NewToken{Name: name, Role: auth.Editor, Life: time.Hour}, desk.Write{Key: key}); err != nil {
			t.Fatal(err)
		}
		want = slices.Insert(want, 0, name)
	}
	all, err := d.Tokens(t.Context())
	var got []string
	for _, token := range all {
		got = append(got, token.Name)
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}
