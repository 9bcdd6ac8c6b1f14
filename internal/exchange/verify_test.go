package exchange_test

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// damage runs statements on a database without its foreign keys.
func damage(t testing.TB, database, statements string) {
	t.Helper()
	engine := "sqlite"
	if strings.HasPrefix(database, "postgres") {
		engine, statements = "postgres", "set session_replication_role = replica; "+statements
	}
	db, err := sql.Open(engine, database)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(context.Background(), statements); err != nil {
		t.Fatalf("%s: %v", statements, err)
	}
}

func TestVerifySaysWhatIsWrong(t *testing.T) {
	made := hubtest.SQLite(t)
	topic, guest, host, episode := small(t, made)
	file := export(t, made, store.Whole, time.Now())
	nowhere := string(content.ImportedID(content.KindSpeaker, "a", "b"))
	names := strings.NewReplacer("TOPIC", string(topic), "GUEST", string(guest), "HOST", string(host), "EPISODE", string(episode), "NOWHERE", nowhere)
	for _, c := range []struct{ name, statements, want string }{
		{"nothing", ``, ""},
		{"a version that is gone", `delete from batch where version = 2`, "version 2 is missing"},
		{"the last version gone", `delete from batch where version = 4`, "version 4 is missing"},
		{"rows without their version", `delete from batch where version = 2`, "EPISODE revision 1: its version 2 is missing"},
		{"a counter ahead", `update version set counter = 9`, "versions 5 to 9 are missing"},
		{"a counter behind", `update version set counter = 3`, "the counter is 3, but there are versions up to 4"},
		{"versions out of time", `update batch set at = at - 86400000000 where version = 3`, "version 3 was written at 2025-12-31T00:00:00.000002Z, which is not after version 2, written at 2026-01-01T00:00:00.000001Z"},
		{"a revision that is gone", `delete from revision where entry = 'EPISODE' and number = 2`, "EPISODE revision 3: revision 2 is missing before it"},
		{"revisions out of order", `update revision set number = 7 where entry = 'EPISODE' and number = 2`, "EPISODE revision 3: it has a newer version than revision 7"},
		{"an entry without revisions", `delete from revision where entry = 'HOST'`, "entry HOST has no revision"},
		{"a body that is no JSON", `update revision set body = '{' where entry = 'TOPIC'`, "TOPIC revision 1: decode topic: "},
		{"a body of a newer program", `update revision set shape = 99 where entry = 'TOPIC'`, "TOPIC revision 1: decode topic: this program reads the schemas 1 to 1, not 99"},
		{"a body in other bytes", `update revision set body = body || ' ' where entry = 'TOPIC'`, "TOPIC revision 1: its body is not as this program writes it"},
		{"a body with its members in another order", `update revision set body = '{' || substr(body, 18, length(body) - 18) || ',"slug":"equity"}' where entry = 'TOPIC'`, ""},
		{"a body that lacks a member and has another", `update revision set body = replace(body, '"slug"', '"slog"') where entry = 'TOPIC'`, "TOPIC revision 1: its body is not as this program writes it"},
		{"a body against the rules", `update revision set body = replace(body, 'SCHEDULED', 'NEVER') where number = 1`, `EPISODE revision 1: status: "NEVER" is not one of SCHEDULED, POSTPONED, RESCHEDULED, CANCELLED`},
		{"a slug that is gone", `delete from slug where slug = 'equity'`, "TOPIC revision 1: its slug equity belongs to nobody"},
		{"a slug of another", `update slug set entry = 'HOST' where slug = 'ann'`, "GUEST revision 1: its slug ann belongs to HOST"},
		{"a slug of another kind", `update slug set entry = 'TOPIC' where slug = 'ann'`, "the slug ann of the kind speaker belongs to TOPIC, which is of the kind topic"},
		{"a slug without its version", `update slug set version = 77 where slug = 'ann'`, "the slug ann of the kind speaker: its version 77 is missing"},
		{"one slug twice", `update revision set body = replace(body, '"slug":"bob"', '"slug":"ann"') where entry = 'HOST'`, "entries GUEST and HOST both have the slug ann"},
		{"a publication of nothing", `update publication set revision = 9 where entry = 'EPISODE'`, "the publication of EPISODE at version 2 names revision 9, which is missing"},
		{"a publication of the future", `update publication set revision = 3 where entry = 'EPISODE'`, "the publication of EPISODE at version 2 names revision 3, which came later, at version 4"},
		{"a publication by another slug", `update publication set slug = 'two' where entry = 'EPISODE'`, "the publication of EPISODE at version 2 has the slug two, but revision 1 has one"},
		{"trash of nobody", `insert into trash (entry, version, trashed) values ('NOWHERE', 2, true)`, "the trash of NOWHERE at version 2: the entry NOWHERE is missing"},
		{"a merge across kinds", `insert into merge (absorbed, version, survivor) values ('GUEST', 2, 'TOPIC')`, "the merge of GUEST at version 2: TOPIC is of another kind"},
		{"an edge that is gone", `delete from edge where field = 'appearances'`, "the edge EPISODE appearances.0 to GUEST of the newest body is missing"},
		{"an edge too many", `insert into edge (source, field, position, target) values ('EPISODE', 'hosts', 0, 'HOST')`, "the edge EPISODE hosts.0 to HOST is not in the newest body"},
		{"an identifier that is gone", `delete from identifier`, "the identifier WIKIDATA Q1 of the newest body of GUEST is missing"},
		{"an identifier of another", `update identifier set entry = 'HOST'`, "the identifier WIKIDATA Q1 of HOST is not in the newest body"},
		{"a link to nowhere", `delete from entry where id = 'GUEST'`, "EPISODE revision 3: appearances.0 leads to GUEST, which is no entry"},
		{"a kind that the id is not of", `update entry set kind = 'topic' where id = 'GUEST'`, "entry GUEST: its id is none of the kind topic"},
		{"an id that is none", `
			update entry set id = 'HOSTx' where id = 'HOST';
			update revision set entry = 'HOSTx' where entry = 'HOST'`, "entry HOSTx: its id is none of the kind speaker"},
		{"a finding of no version", `
			insert into finding (url, version, at, state, since, status, failures, title, detail, picture, width, height, is_public)
			values ('https://a.example/', 77, 1, 'OK', 1, 200, 0, '', '', '', 0, 0, true)`, `the finding of "https://a.example/" at version 77: its version is missing`},
		{"a finding of no state", `
			insert into finding (url, version, at, state, since, status, failures, title, detail, picture, width, height, is_public)
			values ('https://a.example/', 2, 1, 'FINE', 1, 200, 0, '', '', '', 0, 0, true)`, `the finding of "https://a.example/" at version 2: "FINE" is no state`},
		{"a finding of no picture", `
			insert into finding (url, version, at, state, since, status, failures, title, detail, picture, width, height, is_public)
			values ('https://a.example/', 2, 1, 'OK', 1, 200, 0, '', '', '../x', 0, 0, true)`, `the finding of "https://a.example/" at version 2: "../x" is no picture`},
		{"an address that leads elsewhere", `
			update revision set body = replace(body, '"slug":"bob"', '"slug":"ann"') where entry = 'HOST';
			update publication set slug = 'ann' where entry = 'HOST'`, "is public, but its slug ann leads to"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hubtest.Engines(t, func(t *testing.T, database string) {
				if _, err := exchange.ImportHub(context.Background(), openStore(t, database), strings.NewReader(file), time.Now()); err != nil {
					t.Fatal(err)
				}
				if c.statements != "" {
					damage(t, database, names.Replace(c.statements))
				}
				check, want := verify(t, database, time.Now()), names.Replace(c.want)
				switch {
				case want == "" && len(check.Wrong) > 0:
					t.Errorf("a sound hub has\n%s", strings.Join(check.Wrong, "\n"))
				case want != "" && !slices.ContainsFunc(check.Wrong, func(s string) bool { return strings.Contains(s, want) }):
					t.Errorf("want %s\ngot  %s", want, strings.Join(check.Wrong, "\n"))
				}
			})
		})
	}
}

func TestVerifyFindsNothingWrongWithWhatTheDeskWrites(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		h := newHistory(t, database, 7)
		for range 100 {
			h.step(t)
		}
		check := verify(t, database, h.clock.At)
		if len(check.Wrong) > 0 || check.Counts["entry"] != len(h.ids) || check.Version != h.desk.Version() {
			t.Errorf("%v %+v", check.Counts, check.Wrong)
		}
	})
}
