package exchange_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
)

func TestASheetIsReadAsPeopleSaveIt(t *testing.T) {
	for name, sheet := range map[string]string{
		"byte order mark":   "\xef\xbb\xbfkey,name,bio\n1,Zoë Müller,\"a, b\"\n",
		"windows-1252":      "key,name,bio\r\n1,Zo\xeb M\xfcller,\"a, b\"\r\n",
		"utf-16":            utf16("key,name,bio\n1,Zoë Müller,\"a, b\"\n"),
		"semicolons":        "key;name;bio\n1;Zoë Müller;a, b\n",
		"tabs":              "key\tname\tbio\n1\tZoë Müller\ta, b\n",
		"comments":          "# made by hand\nkey,name,bio\n# a comment, as second line\n1,Zoë Müller,\"a, b\"\n",
		"blank rows":        "key,name,bio\n,,\n\n1,Zoë Müller,\"a, b\"\n",
		"trailing commas":   "key,name,bio\n1,Zoë Müller,\"a, b\",,\n",
		"two columns of it": "key,first name,Last Name,About\n1,Zoë,Müller,\"a, b\"\n",
		"html":              "key,name,bio\n1,Zoë Müller,\"<p>a, b</p>\"\n",
	} {
		d := open(t)
		report := bring(t, d, sheet, exchange.Options{Kind: content.KindSpeaker, Format: exchange.FormatCSV})
		s := entryOf[*edition.Speaker](t, d, rowOf(t, report, "Zoë Müller").Entry)
		if s.Bio(content.FormatMarkdown) != "a, b" || len(report.Rows) != 1 {
			t.Errorf("%s: %q %+v", name, s.Bio(content.FormatMarkdown), report.Rows)
		}
		if told := strings.Contains(fmt.Sprint(report.Notes), "Windows-1252"); told != (name == "windows-1252") {
			t.Errorf("%s: notes %v", name, report.Notes)
		}
	}
}

func utf16(s string) string {
	out := "\xff\xfe"
	for _, r := range s {
		out += string([]byte{byte(r), byte(r >> 8)})
	}
	return out
}

func TestARowThatLacksACellIsNeverShifted(t *testing.T) {
	d := open(t)
	report, err := refused(t, d, "key,name,bio\n1,Ann Lee\n2,Bo Ek,B\n3,\"Cy\" Dee,C\n", exchange.Options{Kind: content.KindSpeaker})
	if !errors.Is(err, exchange.ErrBadLines) || len(report.Bad) != 2 || report.Bad[0].Line != 2 || report.Bad[1].Line != 4 {
		t.Errorf("%v %+v", err, report.Bad)
	}
	// Letters that somebody spoilt before stay.
	r := rowOf(t, bring(t, d, "name\n4 ÌÑ 2:30 🎉\n", exchange.Options{Kind: content.KindSpeaker}), "4 ÌÑ 2:30 🎉")
	if r.Outcome != exchange.Created {
		t.Errorf("%+v", r)
	}
}

func TestDatesOfASheet(t *testing.T) {
	d := open(t)
	for i, c := range []struct{ cells, want string }{
		{"2024-05-01,,", "2024-05-01"},
		{"2024-05,,", "2024-05"},
		{"2024-05-01T19:00,,", "2024-05-01 19:00"},
		{"2024-05-01 19:00:00,,", "2024-05-01 19:00"},
		{"2024-05-01T23:00Z,,", "2024-05-01 19:00"},
		{"2024-05-02T01:00:00+02:00,,", "2024-05-01 19:00"},
		{`"May 1, 2024",7 PM,8:30 p.m.`, "2024-05-01 19:00-20:30"},
		{"5/13/2024,7:00 pm,", "2024-05-13 19:00"},
		{"13/5/2024,,", "2024-05-13"},
		{"13.5.2024,,", "2024-05-13"},
		{"5/6/2024,,", "! may be the month or the day first"},
		{"soon,,", "! is no date"},
		{"2024-05-01,late,", "! is no time of day"},
		{"2024-03-10,02:30,", "! does not exist"},
		{"2024-05-01,20:00,19:00", "! is not after startTime"},
	} {
		sheet := fmt.Sprintf("key,title,date,start,end\n%d,T%d,%s\n", i, i, c.cells)
		o := exchange.Options{Kind: content.KindEpisode, TimeZone: "America/New_York", SkipBad: true}
		report := bring(t, d, sheet, o)
		if want, isBad := strings.CutPrefix(c.want, "! "); isBad {
			if len(report.Bad) != 1 || !strings.Contains(report.Bad[0].Reason, want) {
				t.Errorf("%s: %+v", c.cells, report.Bad)
			}
			continue
		}
		w := entryOf[*edition.Episode](t, d, rowOf(t, report, fmt.Sprint("T", i)).Entry).When.When()
		if got := spelled(w.Kept()); got != c.want || w.StartTime != "" && w.TimeZone != "America/New_York" {
			t.Errorf("%s: %s %s", c.cells, got, w.TimeZone)
		}
	}
}

func spelled(kept content.EpisodeWhen) string {
	w := kept.When()
	s := string(w.Date)
	if w.StartTime != "" {
		s += " " + w.StartTime
	}
	if w.EndDate != "" {
		s += " to " + string(w.EndDate)
	}
	if w.EndTime != "" {
		s += "-" + w.EndTime
	}
	return s
}

func TestATimeWithoutAZoneAsksForOne(t *testing.T) {
	d := open(t)
	for name, text := range map[string]string{
		"csv":        "title,date,start\nA,2024-05-01,19:00\n",
		"sessionize": `{"sessions":[{"id":"1","title":"A","startsAt":"2024-05-01T19:00:00"}],"speakers":[]}`,
		"z":          `{"sessions":[{"id":"1","title":"A","startsAt":"2024-05-01T19:00:00Z"}],"speakers":[]}`,
		"eventbrite": `{"events":[{"id":"1","name":{"text":"A"},"start":{"local":"2024-05-01T19:00:00"}}]}`,
		"ical":       "BEGIN:VEVENT\nSUMMARY:A\nDTSTART:20240501T190000\nEND:VEVENT\n",
		"tzid":       "BEGIN:VEVENT\nSUMMARY:A\nDTSTART;TZID=Western/Central Europe:20240501T190000\nEND:VEVENT\n",
	} {
		o := exchange.Options{Kind: content.KindEpisode, Source: name}
		_, err := refused(t, d, text, o)
		var wrong content.Errors
		if !errors.As(err, &wrong) || wrong[0].Path[0] != "timeZone" || wrong[0].Code != content.CodeRequired {
			t.Errorf("%s: %v", name, err)
		}
		o.TimeZone = "America/New_York"
		o.DryRun = true
		if r := bring(t, d, text, o); r.Created != 1 {
			t.Errorf("%s: %+v", name, r)
		}
	}
	// A date alone needs none.
	bring(t, d, "title,date\nA,2024-05-01\n", exchange.Options{Kind: content.KindEpisode})
}

func TestEventbriteTakesTheLocalDate(t *testing.T) {
	d := open(t)
	text := `{"pagination":{"page_number":1,"page_count":2,"has_more_items":true},"events":[{"id":859594128177,"name":{"text":"A & B","html":"A &amp; B"},
	"description":{"html":"<P>Some <b>bold</b> text.</P>\r\n   <p>Join: https://us02web.zoom.us/j/123?pwd=SECRET</p>"},"url":"https://www.eventbrite.com/e/1?aff=ebapi",
	"start":{"timezone":"America/Edmonton","local":"2024-03-26T18:00:00","utc":"2024-03-27T00:00:00Z"},"end":{"timezone":"America/Edmonton","local":"2024-03-26T19:00:00"},
	"online_event":true,"is_free":true,"status":"canceled","organizer":{"id":"7","name":"Friends","website":"http://fona.org"}},
	{"id":"2","is_series_parent":true,"name":{"text":"Parent"},"start":{"timezone":"America/Edmonton","local":"2024-03-26T18:00:00"}},
	{"id":"3","listed":false,"name":{"text":"Hidden"},"start":{"timezone":"America/Edmonton","local":"2024-03-10T02:30:00"}}]}`
	report := bring(t, d, text, exchange.Options{SkipBad: true})
	e := entryOf[*edition.Episode](t, d, rowOf(t, report, "A & B").Entry)
	if spelled(e.When) != "2024-03-26 18:00-19:00" || e.When.TimeZone() != "America/Edmonton" {
		t.Errorf("%+v", e.When)
	}
	if r := e.Registration; r == nil || r.URL != "https://www.eventbrite.com/e/1" || r.Provider() != "Eventbrite" || r.Free() == nil || !*r.Free() {
		t.Errorf("%+v", r)
	}
	if got := e.Summary(content.FormatMarkdown); got != "Some **bold** text." || e.Status() != content.StatusCancelled || e.Episode.AttendanceMode() != content.AttendOnline {
		t.Errorf("%q %s", got, e.Status())
	}
	if len(e.Hosts()) != 1 || e.Hosts()[0].Website != "http://fona.org" {
		t.Errorf("%v", e.Hosts())
	}
	if len(report.Notes) != 1 || len(report.Bad) != 1 || !strings.Contains(report.Bad[0].Reason, "events[2]") || rowOf(t, report, "Parent").Outcome != exchange.Rejected {
		t.Errorf("%+v", report)
	}
	leaks(t, bodies(t, d))
}

func TestSessionizeKeepsATagLineWhole(t *testing.T) {
	d := open(t)
	text := `{"sessions":[{"id":"1","title":"A","description":"x\\r\\ny","startsAt":"2024-05-01T23:00:00Z","endsAt":"2024-05-02T00:00:00Z","speakers":["g"],"roomId":5,
	"categoryItems":[9],"liveUrl":"https://zoom.us/j/1","recordingUrl":"https://youtu.be/x"},
	{"id":"b0","title":"Lunch","isServiceSession":true,"startsAt":"2024-05-01T12:00","speakers":[]},{"id":"3","title":"Not taken","status":"Declined","speakers":["g"]}],
	"speakers":[{"id":"g","firstName":"Ann","lastName":"Lee","tagLine":"Data Consultant, Acme","links":[{"title":"X (Twitter)","url":"https://twitter.com/ann"}],"sessions":[1]}],
	"rooms":[{"id":5,"name":"Hall"}],"categories":[{"title":"Level","items":[{"id":9,"name":"Advanced"}]}]}`
	report := bring(t, d, text, exchange.Options{TimeZone: "America/New_York"})
	if got := outcomes(report); got != "A CREATED, Lunch REJECTED, Not taken REJECTED, Ann Lee CREATED" {
		t.Error(got)
	}
	e := entryOf[*edition.Episode](t, d, rowOf(t, report, "A").Entry)
	a := e.Appearances(nil)
	if len(a) != 1 || a[0].CreditedTitle != "Data Consultant, Acme" || len(a[0].CreditedOrganizations()) != 0 || a[0].CreditedName != "Ann Lee" {
		t.Errorf("%+v", a)
	}
	if spelled(e.When) != "2024-05-01 19:00-20:00" || e.Location.Room != "Hall" || e.Format() != content.FormatSession || e.StreamURL() != "" {
		t.Errorf("%+v %+v", e.When, e.Location)
	}
	if e.Summary(content.FormatMarkdown) != "x\ny" || len(e.Recordings()) != 1 || !strings.Contains(fmt.Sprint(e.Notes()), "Level: Advanced") {
		t.Errorf("%q %v", e.Summary(content.FormatMarkdown), e.Notes())
	}
	leaks(t, bodies(t, d))
	doubled := strings.ReplaceAll(`{"sessions":[{"id":"7","title":"Say \"hi\"","speakers":[]}],"speakers":[]}`, `\`, `\\`)
	if r := bring(t, d, doubled, exchange.Options{Format: exchange.FormatSessionize}); len(r.Notes) != 1 || r.Rows[0].Label != `Say "hi"` {
		t.Errorf("%+v", r)
	}
}

// leaks fails when a body shows a way into a meeting.
func leaks(t testing.TB, bodies map[content.ID]string) {
	t.Helper()
	for id, body := range bodies {
		for _, secret := range []string{"zoom.us", "meetup-join", "meet.google", "SECRET", "webex", "Passcode", "123,,"} {
			if strings.Contains(body, secret) {
				t.Errorf("%s shows %s: %s", id, secret, body)
			}
		}
	}
}

func TestTheSeriesOfAFileIsThatOfItsEpisodes(t *testing.T) {
	d := open(t)
	ids := hubtest.Publish(t, d, &content.Series{Title: "Podcast", SeriesKind: content.SeriesPodcast}, &content.Series{Title: "Talks", SeriesKind: content.SeriesConference})
	report := bring(t, d, "title,series\nA,\nB,talks\n", exchange.Options{Kind: content.KindEpisode, Series: "podcast"})
	a, b := entryOf[*edition.Episode](t, d, rowOf(t, report, "A").Entry), entryOf[*edition.Episode](t, d, rowOf(t, report, "B").Entry)
	if a.Episode.Series != ids[0] || a.Format() != content.FormatAudio || b.Episode.Series != ids[1] || b.Format() != content.FormatSession {
		t.Errorf("%s %s, %s %s", a.Episode.Series, a.Format(), b.Episode.Series, b.Format())
	}
	if _, err := refused(t, d, "title,series\nC,nowhere\n", exchange.Options{Kind: content.KindEpisode}); !errors.Is(err, exchange.ErrBadLines) {
		t.Error(err)
	}
}

func TestLocalTimesMarkedAsUTCAreTold(t *testing.T) {
	raw, err := os.ReadFile("testdata/imports/brooklynjs-speakers.csv")
	if err != nil {
		t.Fatal(err)
	}
	for field, isTold := range map[string]bool{"date": true, "date_local": false} {
		report := bring(t, open(t), string(raw), exchange.Options{
			Kind: content.KindEpisode, Mapping: map[string]string{"Date": field}, TimeZone: "America/New_York", DryRun: true,
		})
		if told := strings.Contains(fmt.Sprint(report.Notes), "160 of 164 times are 19:00Z"); told != isTold {
			t.Errorf("%s: %v", field, report.Notes)
		}
	}
}
