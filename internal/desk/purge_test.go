package desk_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// canary is the name of the person to forget; its words stand nowhere else.
const canary = "Zyxwina Qurlbeck"

// traces are the places where a database's tables hold a word of the canary, whatever its case.
func traces(t *testing.T, database string) []string {
	t.Helper()
	driver, address, list := "sqlite", "file:"+database, `select name from sqlite_master where type = 'table'`
	if store.IsAddress(database) {
		driver, address, list = "postgres", database, `select table_name from information_schema.tables where table_schema = current_schema()`
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var found []string
	tables := cells(t, db, list)
	for _, table := range tables {
		for _, cell := range cells(t, db, `select * from "`+table+`"`) {
			if hasCanary(cell) {
				found = append(found, table+": "+cell)
			}
		}
	}
	if len(tables) < 10 {
		t.Fatalf("only the tables %v", tables)
	}
	return found
}

func hasCanary(text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(text, "zyxwina") || strings.Contains(text, "qurlbeck")
}

// cells are all values that a statement finds.
func cells(t *testing.T, db *sql.DB, statement string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), statement)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for _, v := range values {
			if raw, ok := v.([]byte); ok {
				v = string(raw)
			}
			all = append(all, fmt.Sprint(v))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// person to forget, in everything that can name one: many revisions, slugs, keys, imports, a merge, every kind of list.
func nameEverywhere(t *testing.T, d *desk.Desk) (who content.ID, others []content.ID) {
	t.Helper()
	who = content.ImportedID(content.KindSpeaker, "file", "zq")
	known := content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeExternal, Source: "file", Value: "zyxwina"}}}}
	hubtest.Save(t, d, desk.Write{Action: "import", Puts: []desk.Put{{ID: who, Entry: &content.Speaker{Base: known, Name: canary}, Source: "file", Publish: true}}})
	for n, name := range []string{"Z. Qurlbeck", canary + " Jr.", canary} {
		change(t, d, who, func(s *content.Speaker) {
			s.Name, s.Slug = name, fmt.Sprint("qurlbeck-", n)
			s.Bio = content.Markdown("About " + canary)
			s.OwnRare().Aliases = []content.Alias{{Value: "Zyxwina", Visibility: content.VisibilityMatch}, {Value: "Qurlbeck the elder", Visibility: content.VisibilityRedirect}}
		})
	}
	as := canary + ", as printed"
	others = hubtest.Publish(
		t, d, person("Other"),
		webinar("Talk", func(e *content.Episode) {
			e.Appearances = []content.Appearance{billed(who, as), {Speaker: who, Part: &content.Part{Role: content.RoleHost}, Billing: &content.Billing{CreditedName: as, CreditedTitle: "Office of " + canary}}}
		}),
		&content.CaseStudy{Title: "Study", Status: content.PartnershipUnknown, Contributors: []content.Contributor{{Speaker: who, CreditedTitle: as}}},
		&content.Series{Title: "Series", SeriesKind: content.SeriesPodcast, Credits: []content.Credit{{Speaker: who, Role: content.RoleHost, CreditedTitle: as}}},
		&content.Resource{Title: "Report", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport}, Href: "https://a.example", Authors: []content.ID{who}},
		&content.Toolkit{Title: "Kit", Items: []content.ToolkitItem{{Entry: who, Annotation: content.Markdown(as)}}},
	)
	// What named the person once does so in its history; what does so in a draft, there.
	change(t, d, others[2], func(c *content.CaseStudy) { c.Contributors = nil })
	// An import gave what editors have changed since, so that its own words are kept beside.
	talk := content.ImportedID(content.KindEpisode, "file", "talk")
	for n, title := range []string{"Imported", "Imported again"} {
		given := webinar(title, func(e *content.Episode) { e.Appearances = []content.Appearance{billed(who, as)} })
		hubtest.Save(t, d, desk.Write{Action: "import", Puts: []desk.Put{{ID: talk, Expected: d.Pin().Preview().Newest(talk), Entry: given, Source: "file", Publish: true}}})
		if n == 0 {
			change(t, d, talk, func(e *content.Episode) { e.Title, e.Appearances = "An editor's", nil })
		}
	}
	others = append(others, talk)
	hubtest.Save(t, d, desk.Write{Action: "merge", Merge: []desk.Merge{{Survivor: others[0], Absorbed: who}}, Key: "a key"})
	return who, others
}

func TestPurgeLeavesNoTraceInEitherEngine(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d, other := hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)
		who, others := nameEverywhere(t, d)
		if found := traces(t, database); len(found) < 10 {
			t.Fatalf("the canary stands only in %q", found)
		}
		if err := other.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		at := time.Now()
		version := d.Version()
		if _, err := other.AsOf(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		tried, err := d.Purge(t.Context(), hubtest.Admin(), who, desk.Write{DryRun: true})
		if err != nil || d.Version() != version || len(traces(t, database)) < 10 {
			t.Errorf("a dry run: version %d after %d, %v", d.Version(), version, err)
		}
		done, err := d.Purge(t.Context(), hubtest.Admin(), who, desk.Write{})
		if err != nil {
			t.Fatal(err)
		}
		if tried.Edition = done.Edition; !reflect.DeepEqual(tried, done) {
			t.Errorf("tried %+v\ndone  %+v", tried, done)
		}
		var touched []content.ID
		for _, p := range done.Touched {
			touched = append(touched, p.ID)
		}
		for _, id := range others[1:] {
			if !slices.Contains(touched, id) {
				t.Errorf("%s was touched, and is not told: %v", id, touched)
			}
		}
		if found := traces(t, database); len(found) > 0 {
			t.Errorf("the canary is still in %q", found)
		}
		wantNoBytes(t, database)
		if err := other.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if other.Pin().Incarnation() == "" || other.Pin().Tag() != d.Pin().Tag() {
			t.Errorf("the other node has %s, this one %s", other.Pin().Tag(), d.Pin().Tag())
		}
		fresh := hubtest.Open(t, database, nil)
		want := everything(t, fresh)
		for name, hub := range map[string]*desk.Desk{"here": d, "there": other} {
			now := hub.Pin()
			if now.Preview().Entry(who) != nil || now.BySlug(content.KindSpeaker, "qurlbeck-1") != nil || hasCanary(everything(t, hub)) {
				t.Errorf("%s the person is still known", name)
			}
			if got := everything(t, hub); got != want {
				t.Errorf("%s: %s", name, difference(got, want))
			}
			past, err := hub.AsOf(t.Context(), at)
			if err != nil || past.Entry(who) != nil {
				t.Errorf("%s the past still knows the person: %v", name, err)
			}
		}
		verify(t, database)
	})
}

// wantNoBytes looks into the files of a SQLite database.
func wantNoBytes(t *testing.T, database string) {
	t.Helper()
	if store.IsAddress(database) {
		return
	}
	for _, behind := range []string{"", "-wal", "-shm"} {
		raw, err := os.ReadFile(database + behind)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if hasCanary(string(raw)) {
			t.Errorf("the file hub.db%s still holds the canary", behind)
		}
	}
}

func TestPurgeTellsWhatItCannotForget(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	id := hubtest.Publish(t, d, person(canary))[0]
	text := hubtest.Publish(t, d, webinar("A talk by ZYXWINA QURLBECK", nil))[0]
	said := hubtest.Save(t, d, desk.Write{Action: "test", Reason: "as zyxwina qurlbeck wished", Puts: []desk.Put{{Entry: topic("T")}}})
	done, err := d.Purge(t.Context(), hubtest.Admin(), id, desk.Write{})
	if err != nil || len(done.Mentions) != 1 || done.Mentions[0].ID != text || !slices.Equal(done.Reasons, []string{said.Batch}) {
		t.Errorf("told %+v, %v", done, err)
	}
	if _, err := d.Purge(t.Context(), hubtest.Admin(), id, desk.Write{}); err == nil {
		t.Error("nobody was forgotten twice")
	}
}

func TestPurgeRefusesWhileAListingFiltersByThePerson(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d, other := hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)
		who := hubtest.Publish(t, d, person(canary))[0]
		// The listing comes on another node, of which this one has not heard.
		list := hubtest.Publish(t, other, &content.Listing{
			Title: "Theirs", Order: content.EpisodesLatest, Limit: 5, Theme: content.ThemeAuto, Filter: content.EpisodeFilter{Speakers: []content.ID{who}},
		})[0]
		_, err := d.Purge(t.Context(), hubtest.Admin(), who, desk.Write{})
		var found content.Errors
		if !errors.As(err, &found) || found[0].Code != content.CodeReferenced || !slices.Equal(found[0].Entries, []content.ID{list}) {
			t.Errorf("got %v", err)
		}
		if _, err := d.Purge(t.Context(), auth.Viewer{Name: "e", Role: auth.Editor}, who, desk.Write{}); err == nil {
			t.Error("an editor may purge")
		}
		change(t, d, list, func(l *content.Listing) { l.Filter = content.EpisodeFilter{} })
		// Who came on another node is found as well.
		late := hubtest.Publish(t, other, person("Late"))[0]
		for _, id := range []content.ID{who, late} {
			if _, err := d.Purge(t.Context(), hubtest.Admin(), id, desk.Write{}); err != nil {
				t.Error(err)
			}
		}
	})
}

// Who purges on a node that has not heard of another purge is told to look again, and not that there is no such person.
func TestPurgeBehindAPurgeOfAnotherNodeHappensWhenRepeated(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d, other := hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, person("Ana"), person("Ben"))
		if _, err := d.Purge(t.Context(), hubtest.Admin(), ids[0], desk.Write{}); err != nil {
			t.Fatal(err)
		}
		_, err := other.Purge(t.Context(), hubtest.Admin(), ids[1], desk.Write{})
		var found content.Errors
		if !errors.As(err, &found) || found[0].Code != content.CodeConflict {
			t.Errorf("got %v", err)
		}
		if _, err := other.Purge(t.Context(), hubtest.Admin(), ids[1], desk.Write{}); err != nil {
			t.Error(err)
		}
	})
}
