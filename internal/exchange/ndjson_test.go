package exchange_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Run(m)) }

func open(t testing.TB) *desk.Desk { return hubtest.Open(t, hubtest.SQLite(t), nil) }

// load imports lines and wants them all.
func load(t testing.TB, d *desk.Desk, lines ...string) exchange.Report {
	t.Helper()
	report, err := exchange.ImportNDJSON(context.Background(), d, strings.NewReader(strings.Join(lines, "\n")), exchange.Options{Viewer: hubtest.Admin()})
	if err != nil {
		t.Fatal(err, report.Bad)
	}
	return report
}

func find[T edition.Entry](t testing.TB, d *desk.Desk, kind content.Kind, key string) T {
	t.Helper()
	found, ok := d.Pin().Preview().Entry(content.ImportedID(kind, "ndjson", key)).(T)
	if !ok {
		t.Fatalf("no %s %s", kind, key)
	}
	return found
}

// bodies are all entries as editors see them, by id, with slugs left out where they are numbered by who came first.
func bodies(t testing.TB, d *desk.Desk) map[content.ID]string {
	t.Helper()
	all := map[content.ID]string{}
	d.Pin().Preview().Each(func(e edition.Entry) {
		c, err := content.Clone(e.Content())
		if err != nil {
			t.Fatal(err)
		}
		c.Common().Slug = strings.TrimRight(c.Common().Slug, "-0123456789")
		body, err := content.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		all[e.ID()] = string(body)
	})
	return all
}

func facts(t testing.TB) []string {
	t.Helper()
	raw, err := os.ReadFile(hubtest.Facts())
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(raw)), "\n")
}

func TestAFileInPartsAndInAnyOrderComesToTheSame(t *testing.T) {
	lines := facts(t)
	whole := open(t)
	load(t, whole, lines...)
	want := bodies(t, whole)
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 3))
		rng.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		d := open(t)
		for part := range slices.Chunk(lines, 1+len(lines)/(1+int(seed)*2)) {
			load(t, d, part...)
		}
		got := bodies(t, d)
		for id := range want {
			if got[id] != want[id] {
				t.Fatalf("seed %d:\ngot  %s\nwant %s", seed, got[id], want[id])
			}
		}
		if len(got) != len(want) {
			t.Errorf("seed %d: %d entries, want %d", seed, len(got), len(want))
		}
		// And every part again, in another order, changes nothing.
		version := d.Version()
		for part := range slices.Chunk(lines, 100) {
			if r := load(t, d, part...); r.Created+r.Updated > 0 {
				t.Errorf("seed %d: a part that came before created %d and updated %d", seed, r.Created, r.Updated)
			}
		}
		if d.Version() != version {
			t.Errorf("seed %d: the version went from %d to %d", seed, version, d.Version())
		}
	}
}

func TestNothingOfAFileIsDropped(t *testing.T) {
	d := open(t)
	load(t, d, facts(t)...)
	var all strings.Builder
	for _, body := range bodies(t, d) {
		all.WriteString(body + "\n")
	}
	// Every text of the file stands in some body, but for words that became the hub's own.
	mapped := map[string]bool{
		"type": true, "date_precision": true, "format": true, "status": true, "episode": true, "series": true, "speaker": true,
		"organization": true, "organizations": true, "other_organizations": true, "topics": true, "parent": true, "case_study": true,
		"episodes": true, "region": true, "years": true,
	}
	var check func(line int, name string, v any)
	check = func(line int, name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, x := range v {
				if !mapped[k] {
					check(line, k, x)
				}
			}
		case []any:
			for _, x := range v {
				check(line, name, x)
			}
		case string:
			if name == "kind" {
				v = strings.ToUpper(v)
			}
			raw, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			plain := strings.NewReplacer(`\u0026`, "&", `\u003c`, "<", `\u003e`, ">").Replace(strings.Trim(string(raw), `"`))
			if !strings.Contains(all.String(), plain) && !strings.Contains(strings.ToUpper(all.String()), strings.ToUpper(plain)) {
				t.Errorf("line %d: %s %q is nowhere", line, name, v)
			}
		}
	}
	for i, line := range facts(t) {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatal(err)
		}
		check(i+1, "", v)
	}
}

func TestAFieldThatTheHubDoesNotKnowBecomesAnEditorsNote(t *testing.T) {
	d := open(t)
	load(t, d, `{"type":"speaker","key":"s","name":"S","favourite_colour":"green","tags":["a","b"],"nothing":null}`)
	s := find[*edition.Speaker](t, d, content.KindSpeaker, "s")
	want := []content.Note{{Kind: content.NoteImported, Text: "favourite_colour: green"}, {Kind: content.NoteImported, Text: `tags: ["a","b"]`}}
	if !slices.Equal(s.Notes(), want) {
		t.Errorf("%+v", s.Notes())
	}
	if shown := d.Pin().Entry(s.ID()).(*edition.Speaker); len(shown.Notes()) > 0 {
		t.Errorf("the public sees %+v", shown.Notes())
	}
}

func TestWhatIsPointedAtBeforeItComesIsHeldByADraft(t *testing.T) {
	d := open(t)
	report := load(
		t, d,
		`{"type":"episode","key":"e","title":"E","organizations":["late"]}`,
		`{"type":"appearance","episode":"e","speaker":"late","role":"guest","position":1,"name_as_printed":"Late Speaker"}`,
	)
	if fmt.Sprint(report.Placeholders) != "[{1 organization late} {2 speaker late}]" {
		t.Errorf("%v", report.Placeholders)
	}
	e := d.Pin().Entry(content.ImportedID(content.KindEpisode, "ndjson", "e")).(*edition.Episode)
	if len(e.Appearances(nil))+len(e.Hosts()) > 0 {
		t.Error("the public sees placeholders")
	}
	load(t, d, `{"type":"organization","key":"late","name":"Late Organization","kind":"employer"}`, `{"type":"speaker","key":"late","name":"Late Speaker"}`)
	e = d.Pin().Entry(e.ID()).(*edition.Episode)
	if len(e.Appearances(nil)) != 1 || len(e.Hosts()) != 1 || e.Hosts()[0].Common().Slug != "late-organization" {
		t.Errorf("%v %v", e.Appearances(nil), e.Hosts())
	}
}

func TestEditorsWorkSurvivesTheSameFile(t *testing.T) {
	d := open(t)
	lines := []string{
		`{"type":"topic","key":"a","label":"A"}`, `{"type":"topic","key":"b","label":"B"}`,
		`{"type":"episode","key":"e","title":"E","topics":["a"],"abstract":null}`,
	}
	load(t, d, lines...)
	e := find[*edition.Episode](t, d, content.KindEpisode, "e")
	edited, err := content.Clone(e.Content())
	if err != nil {
		t.Fatal(err)
	}
	edited.(*content.Episode).Summary = content.Markdown("written by an editor")
	edited.(*content.Episode).Topics = append(edited.(*content.Episode).Topics, content.ImportedID(content.KindTopic, "ndjson", "b"))
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: e.ID(), Expected: 1, Entry: edited}}})
	load(t, d, lines...)
	e = find[*edition.Episode](t, d, content.KindEpisode, "e")
	if e.Summary(content.FormatText) != "written by an editor" || len(e.Topics()) != 2 {
		t.Errorf("%q %v", e.Summary(content.FormatText), e.Topics())
	}
	// Nor does the import publish the editor's draft.
	if public := d.Pin().Entry(e.ID()).(*edition.Episode); public.Revision() != 1 {
		t.Errorf("revision %d is public", public.Revision())
	}
}

func TestADateWithAnOffsetKeepsItsLocalTime(t *testing.T) {
	d := open(t)
	for _, c := range []struct{ fields, date, start, zone string }{
		{`"date":"2023-05-11T19:00:00","date_precision":"local"`, "2023-05-11", "19:00", ""},
		{`"date":"2023-05-11T19:00:00+03:00","date_precision":"instant"`, "2023-05-11", "19:00", "Etc/GMT-3"},
		{`"date":"2023-05-11T19:00:00-05:00","date_precision":"instant"`, "2023-05-11", "19:00", "Etc/GMT+5"},
		{`"date":"2023-05-11T01:30:00+05:30","date_precision":"instant"`, "2023-05-10", "20:00", "Etc/UTC"},
		{`"date":"2023-05-11T23:30:15Z","date_precision":"instant"`, "2023-05-11", "23:30:15", "Etc/UTC"},
		{`"date":"2023-05-11T23:30:00Z","time_zone":"America/New_York"`, "2023-05-11", "19:30", "America/New_York"},
		{`"date":"2021-01","time_zone":"America/New_York"`, "2021-01", "", "America/New_York"},
	} {
		load(t, d, `{"type":"episode","key":"`+c.date+c.start+c.zone+`","title":"E",`+c.fields+`}`)
		w := find[*edition.Episode](t, d, content.KindEpisode, c.date+c.start+c.zone).When.When()
		if string(w.Date) != c.date || w.StartTime != c.start || w.TimeZone != c.zone {
			t.Errorf("%s: %+v", c.fields, w)
		}
	}
}

func FuzzImport(f *testing.F) {
	for _, line := range facts(f)[:850:850] {
		f.Add(line)
	}
	f.Add("{\"type\":\"episode\",\"key\":\"\xff\"}")
	f.Add(`{"type":"episode","key":{"a":1},"title":[1]}`)
	d := open(f)
	f.Fuzz(func(t *testing.T, lines string) {
		before := d.Version()
		report, err := exchange.ImportNDJSON(context.Background(), d, strings.NewReader(lines), exchange.Options{Viewer: hubtest.Admin(), DryRun: true})
		if err != nil && !errors.Is(err, exchange.ErrBadLines) {
			t.Errorf("%v, %+v", err, report)
		}
		if d.Version() != before {
			t.Error("a dry run changed something")
		}
	})
}
