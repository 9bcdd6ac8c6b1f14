package exchange_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
)

var update = flag.Bool("update", false, "rewrite golden files")

// bring imports a text and wants no error.
func bring(t testing.TB, d *desk.Desk, text string, o exchange.Options) exchange.Report {
	t.Helper()
	o.Viewer = hubtest.Admin()
	report, err := exchange.Import(context.Background(), d, strings.NewReader(text), o)
	if err != nil {
		t.Fatalf("%v, bad lines %v", err, report.Bad)
	}
	return report
}

// refused imports a text and wants an error.
func refused(t testing.TB, d *desk.Desk, text string, o exchange.Options) (exchange.Report, error) {
	t.Helper()
	o.Viewer = hubtest.Admin()
	report, err := exchange.Import(context.Background(), d, strings.NewReader(text), o)
	if err == nil {
		t.Fatalf("was imported: %+v", report.Rows)
	}
	return report, err
}

// rowOf is the row of an entry that is called so.
func rowOf(t testing.TB, report exchange.Report, label string) exchange.Row {
	t.Helper()
	for _, r := range report.Rows {
		if r.Label == label {
			return r
		}
	}
	t.Fatalf("no row %q: %+v", label, report.Rows)
	return exchange.Row{}
}

func outcomes(report exchange.Report) string {
	var all []string
	for _, r := range report.Rows {
		all = append(all, fmt.Sprintf("%s %s", r.Label, r.Outcome))
	}
	return strings.Join(all, ", ")
}

// edit changes an entry by hand.
func edit[T content.Entry](t testing.TB, d *desk.Desk, id content.ID, change func(T)) {
	t.Helper()
	e := d.Pin().Preview().Entry(id)
	mine, err := content.Clone(e.Content())
	if err != nil {
		t.Fatal(err)
	}
	change(mine.(T))
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: e.Revision(), Entry: mine, Publish: true}}})
}

func entryOf[T edition.Entry](t testing.TB, d *desk.Desk, id content.ID) T {
	t.Helper()
	e, ok := d.Pin().Preview().Entry(id).(T)
	if !ok {
		t.Fatalf("no entry %s", id)
	}
	return e
}

// samples are real files and what is said of them; testdata/imports/rows.golden has what each comes to.
func samples(t testing.TB) []struct {
	file string
	o    exchange.Options
} {
	t.Helper()
	type sample = struct {
		file string
		o    exchange.Options
	}
	all := []sample{
		{"brooklynjs-speakers.csv", exchange.Options{Kind: content.KindSpeaker, Mapping: map[string]string{"Name": "name", "Twitter": "links"}}},
		{"brooklynjs-speakers.csv", exchange.Options{
			Kind: content.KindEpisode, Mapping: map[string]string{"Name": "speakers", "Date": "date_local"}, TimeZone: "America/New_York", Source: "brooklynjs",
		}},
		{"ipeds-hd2022.cp1252.csv", exchange.Options{Kind: content.KindOrganization}},
		{"ddd-melbourne-2024-all-data.json", exchange.Options{TimeZone: "Australia/Melbourne"}},
		{"ddd-melbourne-2019-agenda-pascalcase.json", exchange.Options{}},
		{"kotlinconf-2025-conference.json", exchange.Options{TimeZone: "Europe/Copenhagen"}},
		{"organizer-events.json", exchange.Options{}},
	}
	files, err := filepath.Glob("testdata/imports/ics/*.ics")
	if err != nil || len(files) < 20 {
		t.Fatal(err, files)
	}
	for _, f := range files {
		all = append(all, sample{"ics/" + filepath.Base(f), exchange.Options{TimeZone: "America/New_York"}})
	}
	return all
}

func TestWhatRealFilesComeTo(t *testing.T) {
	var all strings.Builder
	for _, s := range samples(t) {
		raw, err := os.ReadFile(filepath.Join("testdata/imports", s.file))
		if err != nil {
			t.Fatal(err)
		}
		d := open(t)
		s.o.Viewer, s.o.SkipBad = hubtest.Admin(), true
		first, err := exchange.Import(context.Background(), d, bytes.NewReader(raw), s.o)
		if err != nil {
			t.Fatal(s.file, err)
		}
		fmt.Fprintf(&all, "== %s %s as %s: %d created, %d proposed, %d bad\n", s.file, s.o.Kind, first.Format, first.Created, first.Proposed, len(first.Bad))
		for _, n := range first.Notes {
			fmt.Fprintln(&all, "note:", n)
		}
		for _, r := range first.Rows {
			fmt.Fprintf(&all, "%d %s %s %q", r.Line, r.Position, r.Outcome, r.Label)
			if ep, ok := d.Pin().Preview().Entry(r.Entry).(*edition.Episode); ok {
				fmt.Fprintf(&all, " %+v", ep.When.When())
			}
			fmt.Fprintln(&all, "", r.MatchedBy, strings.Join(r.Reasons, "; "))
			for _, c := range r.Candidates {
				fmt.Fprintln(&all, "  perhaps", c.Label, c.Reason)
			}
		}
		// The same again changes nothing.
		version := d.Version()
		again, err := exchange.Import(context.Background(), d, bytes.NewReader(raw), s.o)
		if err != nil || again.Created+again.Updated > 0 || d.Version() != version {
			t.Errorf("%s again: %v, created %d, updated %d", s.file, err, again.Created, again.Updated)
		}
	}
	golden := "testdata/imports/rows.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	got, wanted := strings.Split(all.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(wanted)) {
		if i >= len(got) || i >= len(wanted) || got[i] != wanted[i] {
			t.Fatalf("line %d of %s:\ngot  %s\nwant %s", i+1, golden, got[min(i, len(got)-1)], wanted[min(i, len(wanted)-1)])
		}
	}
}

// overlapping are two files of each format: both have the entry "one", whose title the second changes; the second adds another.
func overlapping() map[string][2]string {
	session := func(id, title, room string) string {
		return `{"id":"` + id + `","title":"` + title + `","description":"D","startsAt":"2024-03-16T09:00:00","endsAt":"2024-03-16T10:00:00","speakers":["s1"],"room":"` + room + `"}`
	}
	speaker := `,"speakers":[{"id":"s1","fullName":"Ann Lee","bio":"B"}]}`
	event := func(id, title, summary string) string {
		return `{"id":"` + id + `","name":{"text":"` + title + `"},"description":{"html":"<p>` + summary + `</p>"},"url":"https://www.eventbrite.com/e/` + id + `?aff=x",` +
			`"start":{"timezone":"America/New_York","local":"2024-03-19T19:30:00"},"end":{"timezone":"America/New_York","local":"2024-03-19T20:30:00"}}`
	}
	ics := func(uid, title string) string {
		return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTART:20240319T190000\r\nSUMMARY:" + title + "\r\nDESCRIPTION:D\r\nEND:VEVENT\r\n"
	}
	return map[string][2]string{
		"ndjson": {
			`{"type":"episode","key":"1","title":"One","abstract":"D"}`,
			`{"type":"episode","key":"1","title":"One, new","abstract":"D"}` + "\n" + `{"type":"episode","key":"2","title":"Two"}`,
		},
		"csv":        {"key,title,summary,date,start\n1,One,D,2024-03-19,19:00\n", "key,title,summary,date,start\n1,\"One, new\",D,2024-03-19,19:00\n2,Two,,2024-03-20,7 pm\n"},
		"sessionize": {`{"sessions":[` + session("1", "One", "R") + `]` + speaker, `{"sessions":[` + session("1", "One, new", "R") + `,` + session("2", "Two", "R") + `]` + speaker},
		"eventbrite": {`{"events":[` + event("1", "One", "D") + `]}`, `{"events":[` + event("1", "One, new", "D") + `,` + event("2", "Two", "") + `]}`},
		"ical":       {"BEGIN:VCALENDAR\r\n" + ics("1", "One") + "END:VCALENDAR\r\n", "BEGIN:VCALENDAR\r\n" + ics("1", `One\, new`) + ics("2", "Two") + "END:VCALENDAR\r\n"},
	}
}

func TestFilesThatOverlapMakeNoDoublesAndKeepHandEdits(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		for format, files := range overlapping() {
			o := exchange.Options{Format: exchange.Format(format), Kind: content.KindEpisode, TimeZone: "America/New_York"}
			// Titles that other formats brought would be doubtful.
			files[1] = strings.ReplaceAll(files[1], "Two", "Two "+format)
			one := rowOf(t, bring(t, d, files[0], o), "One")
			edit(t, d, one.Entry, func(e *content.Episode) { e.Summary, e.OwnRare().Subtitle = content.Markdown("by hand"), "by hand" })
			second := bring(t, d, files[1], o)
			if r := rowOf(t, second, "One, new"); r.Entry != one.Entry || r.Outcome != exchange.Updated || r.MatchedBy != "EXTERNAL "+format+" 1" || len(r.Kept) > 0 {
				t.Errorf("%s: %+v", format, r)
			}
			if r := rowOf(t, second, "Two "+format); r.Outcome != exchange.Created || second.Created != 1 {
				t.Errorf("%s: %s", format, outcomes(second))
			}
			third := bring(t, d, files[0], o)
			e := entryOf[*edition.Episode](t, d, one.Entry)
			if third.Created != 0 || e.Episode.Title != "One" || e.Summary(content.FormatText) != "by hand" || e.Episode.Subtitle() != "by hand" {
				t.Errorf("%s: %s, %q %q", format, outcomes(third), e.Episode.Title, e.Summary(content.FormatText))
			}
			// Where the editor and the file changed the same, the editor's value stays and the row says so.
			edit(t, d, one.Entry, func(e *content.Episode) { e.Title = "By hand" })
			fourth := bring(t, d, files[1], o)
			kept := rowOf(t, fourth, "One, new")
			if len(kept.Kept) != 1 || kept.Kept[0].Path[0] != "title" || entryOf[*edition.Episode](t, d, one.Entry).Episode.Title != "By hand" {
				t.Errorf("%s: %+v", format, kept)
			}
		}
		count := 0
		d.Pin().Preview().Each(func(e edition.Entry) {
			if e.Kind() == content.KindEpisode {
				count++
			}
		})
		if count != 10 {
			t.Errorf("%d episodes, want two of each of five sources", count)
		}
	})
}

func TestNothingIsWrittenWhenARowIsBad(t *testing.T) {
	d := open(t)
	version := d.Version()
	const sheet = "key,name,orcid\n1,Ann Lee,\n2,Bo Ek,0000-0000-0000-0000\n3,,\n"
	report, err := refused(t, d, sheet, exchange.Options{Kind: content.KindSpeaker})
	if !errors.Is(err, exchange.ErrBadLines) || d.Version() != version || len(report.Bad) != 2 || report.Batch != "" {
		t.Errorf("%v, %+v", err, report)
	}
	if got := outcomes(report); got != "Ann Lee CREATED, Bo Ek REJECTED, 3 REJECTED" {
		t.Errorf("the preview says %s", got)
	}
	report = bring(t, d, sheet, exchange.Options{Kind: content.KindSpeaker, SkipBad: true})
	if report.Created != 1 || report.Bad[0].Line != 3 || !strings.Contains(report.Bad[0].Reason, "ORCID") {
		t.Errorf("%+v", report)
	}
}

func TestAPreviewChangesNothingAndTellsTheSame(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindSpeaker, DryRun: true}
	const sheet = "name,organization,job title\nAnn Lee,Lorain College,Dean\nBo Ek,Lorain College,Provost\n"
	before := bring(t, d, sheet, o)
	if d.Version() != 0 && d.Pin().Preview().Count(content.KindSpeaker) > 0 {
		t.Error("a preview wrote")
	}
	o.DryRun = false
	after := bring(t, d, sheet, o)
	if outcomes(before) != outcomes(after) || after.Created != 3 {
		t.Errorf("%s\n%s", outcomes(before), outcomes(after))
	}
	s := entryOf[*edition.Speaker](t, d, rowOf(t, after, "Ann Lee").Entry)
	if a, _ := s.Affiliations(nil); len(a) != 1 || a[0].Title() != "Dean" || a[0].Organization().Name != "Lorain College" {
		t.Errorf("%+v", a)
	}
}

func TestTheSameImportWithTheSameKeyHappensOnce(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindSpeaker, Key: "k"}
	first := bring(t, d, "name\nAnn Lee\n", o)
	version := d.Version()
	again := bring(t, d, "name\nAnn Lee\n", o)
	if first.Created != 1 || again.Created != 0 || again.Unchanged != 1 || d.Version() != version {
		t.Errorf("%+v", again)
	}
}

func TestWhatIsInTheTrashStaysThere(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindSpeaker}
	r := rowOf(t, bring(t, d, "key,name\n1,Ann Lee\n", o), "Ann Lee")
	hubtest.Save(t, d, desk.Write{Action: "test", Trash: []content.ID{r.Entry}})
	report := bring(t, d, "key,name\n1,Ann Lee\n2,Bo Ek\n", o)
	if got := outcomes(report); got != "Ann Lee REJECTED, Bo Ek CREATED" || !strings.Contains(report.Rows[0].Reasons[0], "trash") {
		t.Errorf("%s", got)
	}
}

func TestAMergedEntryIsFoundAgain(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindSpeaker}
	a := rowOf(t, bring(t, d, "key,name\n1,Ann Lee\n", o), "Ann Lee")
	b := hubtest.Publish(t, d, &content.Speaker{Name: "Ann B. Lee"})[0]
	hubtest.Save(t, d, desk.Write{Action: "test", Merge: []desk.Merge{{Survivor: b, Absorbed: a.Entry}}})
	report := bring(t, d, "key,name,pronouns\n1,Ann Lee,she/her\n", o)
	if len(report.Rows) != 1 || report.Rows[0].Entry != b || report.Rows[0].Outcome != exchange.Updated || len(report.Rows[0].Kept) != 1 {
		t.Errorf("%+v", report.Rows)
	}
	if s := entryOf[*edition.Speaker](t, d, b); s.Name != "Ann B. Lee" || s.Pronouns() != "she/her" {
		t.Errorf("%q %q", s.Name, s.Pronouns())
	}
}

func TestALimitIsTold(t *testing.T) {
	d := open(t)
	for text, o := range map[string]exchange.Options{
		strings.Repeat("x", exchange.MostBytes+1):               {Format: exchange.FormatCSV, Kind: content.KindSpeaker},
		"name\n" + strings.Repeat("Ann\n", exchange.MostRows+1): {Kind: content.KindSpeaker},
		"name\nAnn\n":             {},
		"surname of sorts\nAnn\n": {Kind: content.KindSpeaker},
		"name\nBo\n":              {Kind: content.KindSpeaker, Mapping: map[string]string{"nom": "name"}},
		"name\nCy\n":              {Kind: content.KindSpeaker, Mapping: map[string]string{"name": "nom"}},
		"title\nA\n":              {Kind: content.KindEpisode, Series: "nowhere"},
		"title\nB\n":              {Kind: content.KindEpisode, TimeZone: "EST"},
		"name\nDee\n":             {Kind: content.KindSpeaker, Decisions: map[string]string{"speaker:dee": "sp_00000000000000000000000000"}},
		"":                        {Kind: content.KindSpeaker},
		"{":                       {},
		"[1,2":                    {},
		`{"a":1}`:                 {},
		"hello":                   {Format: exchange.FormatICal},
		"title\nC\n" + strings.Repeat("\n", 3) + "D\nE,F\n\"":    {Kind: content.KindEpisode},
		`[{"name":"GraphQL Europe","startDate":"2018-06-15"}]`:   {},
		`{"events":[{"id":"1","name":{"text":"A"},"start":{}}]}`: {},
	} {
		_, err := refused(t, d, text, o)
		var wrong content.Errors
		if !errors.As(err, &wrong) && !errors.Is(err, exchange.ErrBadLines) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
	if n := d.Pin().Preview().Count(content.KindSpeaker); n != 0 {
		t.Errorf("%d speakers", n)
	}
}

func TestNDJSONTellsItsRows(t *testing.T) {
	d := open(t)
	id := hubtest.Publish(t, d, &content.Organization{
		Name: "Lorain", OrganizationKind: content.OrgCommunityCollege, Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeIPEDS, Value: "203748"}}}},
	})[0]
	report := load(
		t, d, `{"type":"organization","key":"l","name":"Lorain","ipeds_unitid":"203748"}`, `{"type":"speaker","key":"a","name":"Ann Lee"}`,
		`{"type":"episode","key":"e","title":"E","organizations":["later"]}`, `{"type":"appearance","episode":"e","speaker":"a","role":"guest"}`,
	)
	if got := outcomes(report); got != "Lorain UPDATED, Ann Lee CREATED, E CREATED, later CREATED" {
		t.Error(got)
	}
	if r := rowOf(t, report, "Lorain"); r.Entry != id || r.MatchedBy != "IPEDS_UNITID 203748" {
		t.Errorf("%+v", r)
	}
	if !slices.ContainsFunc(report.Rows, func(r exchange.Row) bool { return r.Key == "organization:later" && len(r.Reasons) == 1 }) {
		t.Errorf("%+v", report.Rows)
	}
}

func TestABadRowLeavesWhatAnEarlierOneBrought(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindEpisode, SkipBad: true}
	for range 2 {
		report := bring(t, d, "key,title,number,date\n1,A,5,2024-05-01\n1,A,x,2024-05-02\n", o)
		r := report.Rows[0]
		e := entryOf[*edition.Episode](t, d, r.Entry)
		if len(report.Rows) != 2 || len(report.Bad) != 1 || report.Bad[0].Line != 3 || *e.Number != 5 || e.When.Date != "2024-05-01" {
			t.Errorf("%s %+v", outcomes(report), e.When)
		}
	}
}

func TestAMentionDoesNotRenameWhatItNames(t *testing.T) {
	d := open(t)
	college := hubtest.Publish(t, d, &content.Organization{Name: "Lorain County Community College", Acronym: "LCCC", OrganizationKind: content.OrgCommunityCollege})[0]
	report := bring(t, d, "name,organization\nAnn Lee,LCCC\nBo Ek,lccc\n", exchange.Options{
		Kind: content.KindSpeaker, Decisions: map[string]string{"organization:lccc": string(college)},
	})
	for _, r := range report.Rows {
		if len(r.Kept) > 0 {
			t.Errorf("%+v", r)
		}
	}
	if o := entryOf[*edition.Organization](t, d, college); o.Name != "Lorain County Community College" {
		t.Error(o.Name)
	}
}

func TestWhatAnEditorAddedIsNeverASourcesOwn(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindSpeaker}
	r := rowOf(t, bring(t, d, "key,name\n1,Ann Lee\n", o), "Ann Lee")
	edit(t, d, r.Entry, func(s *content.Speaker) { s.OwnRare().Pronouns = "by hand" })
	bring(t, d, "key,name\n1,Ann B. Lee\n", o)
	report := bring(t, d, "key,name,pronouns\n1,Ann B. Lee,from the file\n", o)
	if s := entryOf[*edition.Speaker](t, d, r.Entry); s.Pronouns() != "by hand" || len(report.Rows[0].Kept) != 1 {
		t.Errorf("%q %+v", s.Pronouns(), report.Rows)
	}
}
