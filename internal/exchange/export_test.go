package exchange_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

func openStore(t testing.TB, database string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func export(t testing.TB, database string, scope store.Scope, now time.Time) string {
	t.Helper()
	var out bytes.Buffer
	err := openStore(t, database).Snapshot(context.Background(), func(at *store.Snapshot) error {
		_, err := exchange.Export(context.Background(), at, scope, now, &out)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// other is an empty database of the engine that a database is not of.
func other(t testing.TB, database string) string {
	t.Helper()
	if strings.HasPrefix(database, "postgres") {
		return hubtest.SQLite(t)
	}
	return storetest.PostgreSQL(t)
}

func TestAnExportReadByTheOtherEngineAnswersTheSameAndExportsTheSame(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		h := newHistory(t, database, uint64(len(t.Name())))
		for range 150 {
			h.step(t)
		}
		now := h.clock.At
		sizes := map[store.Scope]int{}
		for _, scope := range []store.Scope{store.Whole, store.Current} {
			file := export(t, database, scope, now)
			sizes[scope] = len(file)
			target := other(t, database)
			report, err := exchange.ImportHub(context.Background(), openStore(t, target), strings.NewReader(file), now)
			if err != nil {
				t.Fatal(scope, err, report.Bad, report.Check.Wrong)
			}
			if again := export(t, target, scope, now); again != file {
				t.Fatalf("scope %d: the second export differs:\n%s", scope, difference(again, file))
			}
			clock := &hubtest.Clock{At: now}
			copied, original := hubtest.Open(t, target, clock), h.desk
			if scope == store.Current { // that desk has seen later moments meanwhile
				h.clock.At = now
				original = hubtest.Open(t, database, h.clock)
			}
			for _, hours := range []int{0, 5, 50, 500} {
				h.clock.At = now.Add(time.Duration(hours) * time.Hour)
				clock.At = h.clock.At
				if got, want := h.answers(t, copied.Pin()), h.answers(t, original.Pin()); got != want {
					t.Errorf("scope %d, %d hours on, the public sees another thing:\n%s", scope, hours, difference(got, want))
				}
				if got, want := h.answers(t, copied.Pin().Preview()), h.answers(t, original.Pin().Preview()); got != want {
					t.Errorf("scope %d, %d hours on, editors see another thing:\n%s", scope, hours, difference(got, want))
				}
			}
			// The copy goes on as a hub of its own, and stays sound.
			goOn := &history{rng: h.rng, clock: clock, desk: copied, ids: h.ids, slugs: map[string]content.Kind{}}
			for range 20 {
				goOn.step(t)
			}
			if check := verify(t, target, clock.At); len(check.Wrong) > 0 {
				t.Errorf("scope %d: %s", scope, strings.Join(check.Wrong, "\n"))
			}
			third, whole := hubtest.SQLite(t), export(t, target, store.Whole, clock.At)
			report, err = exchange.ImportHub(context.Background(), openStore(t, third), strings.NewReader(whole), clock.At)
			if err != nil {
				t.Errorf("scope %d: %v %v %v", scope, err, report.Bad, report.Check.Wrong)
			}
		}
		if sizes[store.Current] >= sizes[store.Whole] {
			t.Errorf("what is needed now has %d bytes, the whole history %d", sizes[store.Current], sizes[store.Whole])
		}
	})
}

func TestACurrentExportHoldsWhatIsNeededNowAndNoMore(t *testing.T) {
	database := hubtest.SQLite(t)
	clock := &hubtest.Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, database, clock)
	id := content.ImportedID(content.KindTopic, "test", "topic")
	save := func(slug string, revision int32, w desk.Write) {
		t.Helper()
		clock.At = clock.At.Add(time.Hour)
		if slug != "" {
			topic := &content.Topic{Base: content.Base{Slug: slug}, Name: fmt.Sprint("Topic ", revision), Scheme: content.TopicSubject}
			w.Puts = []desk.Put{{ID: id, Expected: revision - 1, Entry: topic}}
		}
		if w.Publish == nil {
			w.Publish = []desk.Publish{{ID: id, Revision: revision}}
		}
		w.Action = "test"
		hubtest.Save(t, d, w)
	}
	draft := desk.Write{Publish: []desk.Publish{}}
	save("old", 1, desk.Write{})                                                                                 // the first publication, and a slug that still leads here
	save("old", 2, desk.Write{})                                                                                 // nobody asks for it any more
	save("new", 3, desk.Write{})                                                                                 // the begin of the present slug
	save("new", 4, desk.Write{})                                                                                 // nor for this
	save("draft", 5, draft)                                                                                      // a draft that was replaced, but its slug is taken
	save("new", 6, desk.Write{})                                                                                 // in force
	save("new", 7, draft)                                                                                        // replaced
	save("", 4, desk.Write{Publish: []desk.Publish{{ID: id, Revision: 4, From: clock.At.Add(100 * time.Hour)}}}) // voided by the next
	save("new", 8, desk.Write{Publish: []desk.Publish{{ID: id, Revision: 8, From: clock.At.Add(50 * time.Hour)}}})
	save("new", 9, draft) // the newest
	save("", 0, desk.Write{Publish: []desk.Publish{}, Trash: []content.ID{id}})
	save("", 0, desk.Write{Publish: []desk.Publish{}, Restore: []content.ID{id}})
	got := map[string][]string{}
	for line := range strings.Lines(export(t, database, store.Current, clock.At)) {
		var row struct {
			Type            string
			Version, Number int
			Revision        *int
			Slug            string
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		what := fmt.Sprint(row.Version)
		switch row.Type {
		case "revision":
			what = fmt.Sprint(row.Number)
		case "publication":
			what = fmt.Sprint(*row.Revision)
		case "slug":
			what = row.Slug
		}
		got[row.Type] = append(got[row.Type], what)
	}
	for table, want := range map[string]string{
		"batch": "[1 3 5 6 9 10 12]", "entry": "[0]", "revision": "[1 3 6 8 9]", "publication": "[1 3 6 8]", "slug": "[old new draft]", "trash": "[12]",
	} {
		if fmt.Sprint(got[table]) != want {
			t.Errorf("%s: %v, want %s", table, got[table], want)
		}
	}
}

func difference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return fmt.Sprintf("line %d\ngot  %s\nwant %s", i+1, g[i], strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
		}
	}
	return "want has more lines"
}

func verify(t testing.TB, database string, now time.Time) store.Check {
	t.Helper()
	var check store.Check
	err := openStore(t, database).Snapshot(context.Background(), func(at *store.Snapshot) (err error) {
		check, err = exchange.Verify(context.Background(), at, now)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return check
}

// small is a hub of a few entries, with its ids, which are always the same.
func small(t testing.TB, database string) (topic, guest, host, episode content.ID) {
	t.Helper()
	d := hubtest.Open(t, database, &hubtest.Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)})
	topic, episode = content.ImportedID(content.KindTopic, "test", "topic"), content.ImportedID(content.KindEpisode, "test", "episode")
	guest, host = content.ImportedID(content.KindSpeaker, "test", "guest"), content.ImportedID(content.KindSpeaker, "test", "host")
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{
		{ID: topic, Publish: true, Entry: &content.Topic{Name: "Equity", Scheme: content.TopicSubject}},
		{ID: guest, Publish: true, Entry: &content.Speaker{
			Name: "Ann", Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeWikidata, Value: "Q1"}}}},
		}},
		{ID: host, Publish: true, Entry: &content.Speaker{Name: "Bob"}},
	}})
	e := content.Episode{
		Base: content.Base{Slug: "one"}, Title: "One", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Topics: []content.ID{topic},
		Appearances: []content.Appearance{{Speaker: guest, Part: &content.Part{Role: content.RoleGuest}, Billing: &content.Billing{CreditedName: "Ann"}}},
	}
	for revision, title := range []string{"One", "Two", "Three"} {
		e.Title = title
		put := desk.Put{ID: episode, Expected: int32(revision), Entry: &e, Publish: revision == 0}
		hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{put}})
	}
	return topic, guest, host, episode
}

func TestBadLinesOfAnExportAreToldByNumberAndNothingIsImported(t *testing.T) {
	database := hubtest.SQLite(t)
	_, guest, _, episode := small(t, database)
	whole := strings.Split(strings.TrimSpace(export(t, database, store.Whole, time.Now())), "\n")
	// 1 hub, 2-5 batches, 6-9 entries, 10-15 revisions, 16-19 publications, 20-23 slugs, 24 end
	if len(whole) != 24 {
		t.Fatalf("the export has %d lines:\n%s", len(whole), strings.Join(whole, "\n"))
	}
	replace := func(line int, old, now string) func([]string) []string {
		return func(lines []string) []string {
			if !strings.Contains(lines[line-1], old) {
				t.Fatalf("line %d has no %s: %s", line, old, lines[line-1])
			}
			lines[line-1] = strings.Replace(lines[line-1], old, now, 1)
			return lines
		}
	}
	for _, c := range []struct {
		name string
		edit func(lines []string) []string
		want string
	}{
		{"another format", replace(1, `"format":1`, `"format":2`), "1 format 2 is not known"},
		{"another word for history", replace(1, `whole`, `half`), "1 history must be"},
		{"no JSON", replace(7, `{`, `[`), "7 is no JSON object"},
		{"a name twice", replace(7, `"kind"`, `"id"`), "7 is no JSON object"},
		{"an unknown table", replace(7, `"entry"`, `"token"`), `7 type "token" is no table`},
		{"a field too many", replace(7, `}`, `,"more":1}`), `7 "more" is no field of a entry`},
		{"a field too few", replace(2, `"actor"`, `"actress"`), "2 actor is required"},
		{"null", replace(2, `"actor":"test"`, `"actor":null`), "2 actor is required"},
		{"a wrong type", replace(10, `"number":1`, `"number":"1"`), "10 number must be a whole number"},
		{"no instant", replace(2, `"at":"2026-01-01`, `"at":"2026-13-01`), "2 at must be an instant"},
		{"a version twice", replace(3, `"version":2`, `"version":1`), "3 version 1 came already"},
		{"a version above the counter", replace(3, `"version":2`, `"version":9`), "3 version 9 is not from 0 to 4"},
		{"an id of another kind", replace(6, `"kind":"`, `"kind":"x`), "6 "},
		{"an unknown entry", replace(16, string(guest), string(content.ImportedID(content.KindTopic, "a", "b"))), "16 "},
		{"an unknown revision", replace(16, `"revision":1`, `"revision":7`), "16 " + string(guest) + " has no revision 7"},
		{"a body with unknown fields", replace(15, `"title"`, `"colour":"red","title"`), "15 body is not as this program writes it"},
		{"a body that is none", replace(15, `"body":{`, `"body":{"title":[],`), "15 is no JSON object"},
		{"a link to nowhere", func(lines []string) []string {
			return replace(15, string(guest), string(content.ImportedID(content.KindSpeaker, "a", "b")))(lines)
		}, "15 body: appearances.0 leads to"},
		{"a slug twice", func(lines []string) []string { lines[21] = lines[20]; return lines }, "22 stands on line 21 already"},
		{"another order", func(lines []string) []string { lines[9], lines[20] = lines[20], lines[9]; return lines }, "11 a revision stands behind a slug"},
		{"cut off", func(lines []string) []string { return lines[:22] }, "22 is the last line"},
		{"a line left out", func(lines []string) []string { return append(lines[:19:19], lines[20:]...) }, "23 the file should have 22 rows, but it has 21"},
		{"a line behind the end", func(lines []string) []string { return append(lines, lines[22]) }, "25 stands behind the file's last line"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := strings.Join(c.edit(append([]string(nil), whole...)), "\n")
			target := openStore(t, hubtest.SQLite(t))
			report, err := exchange.ImportHub(context.Background(), target, strings.NewReader(file), time.Now())
			var told []string
			for _, b := range report.Bad {
				told = append(told, fmt.Sprint(b.Line, " ", b.Reason))
			}
			if all := strings.Join(told, "\n"); !errors.Is(err, exchange.ErrBadLines) || !strings.HasPrefix(all, c.want) {
				t.Errorf("%v:\n%s\nwant %s", err, all, c.want)
			}
			if v, _, err := target.Version(context.Background()); v != 0 || err != nil {
				t.Errorf("version %d, %v", v, err)
			}
		})
	}
	t.Run("rows that do not fit together", func(t *testing.T) {
		lines := replace(15, `"number":3`, `"number":4`)(append([]string(nil), whole...))
		report, err := exchange.ImportHub(context.Background(), openStore(t, hubtest.SQLite(t)), strings.NewReader(strings.Join(lines, "\n")), time.Now())
		if want := string(episode) + " revision 4: revision 3 is missing before it"; !errors.Is(err, exchange.ErrUnsound) || fmt.Sprint(report.Check.Wrong) != "["+want+"]" {
			t.Errorf("%v %v", err, report.Check.Wrong)
		}
	})
	t.Run("a database that is not empty", func(t *testing.T) {
		_, err := exchange.ImportHub(context.Background(), openStore(t, database), strings.NewReader(strings.Join(whole, "\n")), time.Now())
		if err == nil || export(t, database, store.Whole, time.Now()) != strings.Join(whole, "\n")+"\n" {
			t.Errorf("%v", err)
		}
	})
	t.Run("only looked at", func(t *testing.T) {
		target := openStore(t, hubtest.SQLite(t))
		report, err := exchange.CheckHub(context.Background(), target, strings.NewReader(strings.Join(whole, "\n")), time.Now())
		if v, _, _ := target.Version(context.Background()); err != nil || report.Rows != 22 || v != 0 {
			t.Errorf("%v, %d rows, version %d", err, report.Rows, v)
		}
	})
	t.Run("among records", func(t *testing.T) {
		report, err := exchange.ImportNDJSON(context.Background(), open(t), strings.NewReader(strings.Join(whole, "\n")), exchange.Options{Viewer: hubtest.Admin()})
		if !errors.Is(err, exchange.ErrBadLines) || len(report.Bad) == 0 || !strings.Contains(report.Bad[0].Reason, "whole hub") {
			t.Errorf("%v %v", err, report.Bad[:1])
		}
	})
}

func FuzzImportOfAHub(f *testing.F) {
	database := hubtest.SQLite(f)
	small(f, database)
	whole := export(f, database, store.Whole, time.Now())
	f.Add(whole)
	f.Add("\n")
	f.Add(export(f, database, store.Current, time.Now()))
	for line := range strings.Lines(whole) {
		f.Add(strings.Replace(whole, line, "", 1))
	}
	target := openStore(f, hubtest.SQLite(f))
	f.Fuzz(func(t *testing.T, file string) {
		report, err := exchange.CheckHub(context.Background(), target, strings.NewReader(file), time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC))
		switch {
		case err == nil, errors.Is(err, exchange.ErrBadLines) && len(report.Bad) > 0, errors.Is(err, exchange.ErrUnsound) && len(report.Check.Wrong) > 0:
		default:
			t.Errorf("%v %v %v", err, report.Bad, report.Check.Wrong)
		}
		if v, _, err := target.Version(context.Background()); v != 0 || err != nil {
			t.Errorf("version %d, %v", v, err)
		}
	})
}
