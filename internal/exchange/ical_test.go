package exchange_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
)

// calendar is a calendar of events given by their lines.
func calendar(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
	for _, e := range events {
		b.WriteString("BEGIN:VEVENT\r\n" + strings.ReplaceAll(e, "\n", "\r\n") + "\r\nEND:VEVENT\r\n")
	}
	return b.String() + "END:VCALENDAR\r\n"
}

func datesOf(t testing.TB, text string, o exchange.Options) ([]string, exchange.Report) {
	t.Helper()
	d := open(t)
	report := bring(t, d, text, o)
	var all []string
	for _, r := range report.Rows {
		if e, ok := d.Pin().Preview().Entry(r.Entry).(*edition.Episode); ok {
			all = append(all, spelled(e.When))
		}
	}
	slices.Sort(all)
	return all, report
}

func TestDatesOfACalendar(t *testing.T) {
	const vienna = ";TZID=Europe/Vienna:"
	for name, c := range map[string]struct{ event, want string }{
		"a day":              {"DTSTART;VALUE=DATE:20240501\nDTEND;VALUE=DATE:20240502", "2024-05-01"},
		"days":               {"DTSTART;VALUE=DATE:20240501\nDTEND;VALUE=DATE:20240504", "2024-05-01 to 2024-05-03"},
		"a day that lasts":   {"DTSTART;VALUE=DATE:20240501\nDURATION:P2D", "2024-05-01 to 2024-05-02"},
		"a duration":         {"DTSTART" + vienna + "20240501T190000\nDURATION:PT1H30M", "2024-05-01 19:00-20:30"},
		"over midnight":      {"DTSTART" + vienna + "20240501T230000\nDTEND" + vienna + "20240502T010000", "2024-05-01 23:00 to 2024-05-02-01:00"},
		"two zones":          {"DTSTART" + vienna + "20240501T190000\nDTEND;TZID=Europe/London:20240501T190000", "2024-05-01 19:00-20:00"},
		"ends before":        {"DTSTART" + vienna + "20240501T190000\nDTEND" + vienna + "20240501T180000", "2024-05-01 19:00"},
		"utc":                {"DTSTART:20240501T010000Z", "2024-04-30 21:00"},
		"floating":           {"DTSTART:20240501T010000", "2024-05-01 01:00"},
		"windows":            {"DTSTART;TZID=Pacific Standard Time:20240501T010000", "2024-05-01 01:00"},
		"weekly":             {"DTSTART" + vienna + "20240320T190000\nRRULE:FREQ=WEEKLY;COUNT=3", "2024-03-20 19:00, 2024-03-27 19:00, 2024-04-03 19:00"},
		"blanks in the rule": {"DTSTART" + vienna + "20240318T190000\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=MO, TU", "2024-03-18 19:00, 2024-03-19 19:00, 2024-03-25 19:00"},
		"until, in utc":      {"DTSTART" + vienna + "20240320T190000\nRRULE:FREQ=WEEKLY;UNTIL=20240403T170000Z", "2024-03-20 19:00, 2024-03-27 19:00, 2024-04-03 19:00"},
		"until, too early":   {"DTSTART" + vienna + "20240320T190000\nRRULE:FREQ=WEEKLY;UNTIL=20240403T165959Z", "2024-03-20 19:00, 2024-03-27 19:00"},
		"until a day":        {"DTSTART;VALUE=DATE:20240320\nRRULE:FREQ=DAILY;UNTIL=20240322", "2024-03-20, 2024-03-21, 2024-03-22"},
		"without some":       {"DTSTART" + vienna + "20240320T190000\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE" + vienna + "20240321T190000\nEXDATE:20240322T180000Z", "2024-03-20 19:00, 2024-03-23 19:00"},
		"without a day":      {"DTSTART" + vienna + "20240320T190000\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;VALUE=DATE:20240321", "2024-03-20 19:00, 2024-03-22 19:00"},
		"with some":          {"DTSTART" + vienna + "20240320T190000\nRDATE" + vienna + "20240401T190000,20240402T190000", "2024-03-20 19:00, 2024-04-01 19:00, 2024-04-02 19:00"},
		"with a period":      {"DTSTART" + vienna + "20240320T190000\nDTEND" + vienna + "20240320T200000\nRDATE;VALUE=PERIOD;TZID=Europe/London:20240401T190000/PT2H", "2024-03-20 19:00-20:00, 2024-04-01 20:00-22:00"},
		"a gap":              {"DTSTART" + vienna + "20240330T023000\nRRULE:FREQ=DAILY;COUNT=3", "2024-03-30 02:30, 2024-04-01 02:30"},
	} {
		got, report := datesOf(t, calendar("UID:1\nSUMMARY:A\n"+c.event), exchange.Options{TimeZone: "America/New_York", SkipBad: true})
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %s, want %s; bad %v", name, strings.Join(got, ", "), c.want, report.Bad)
		}
		if (len(report.Bad) == 1) != (name == "a gap") {
			t.Errorf("%s: bad %v", name, report.Bad)
		}
	}
}

func TestADateThatIsOtherwiseTakesItsPlace(t *testing.T) {
	text := calendar(
		"UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Vienna:20240320T190000\nRRULE:FREQ=WEEKLY;COUNT=3",
		"UID:1\nSUMMARY:A, moved\nRECURRENCE-ID:20240327T180000Z\nDTSTART;TZID=Europe/Vienna:20240328T190000",
		"UID:1\nSUMMARY:A\nRECURRENCE-ID;TZID=Europe/Vienna:20240403T190000\nDTSTART;TZID=Europe/Vienna:20240403T190000\nSTATUS:CANCELLED",
		"UID:2\nSUMMARY:Old\nSEQUENCE:1\nDTSTART;VALUE=DATE:20240401", "UID:2\nSUMMARY:New\nSEQUENCE:2\nDTSTART;VALUE=DATE:20240402",
	)
	d := open(t)
	report := bring(t, d, text, exchange.Options{})
	for key, want := range map[string]string{
		"1;20240320T190000": "A 2024-03-20 19:00 SCHEDULED", "1;20240327T190000": "A, moved 2024-03-28 19:00 SCHEDULED",
		"1;20240403T190000": "A 2024-04-03 19:00 CANCELLED", "2": "New 2024-04-02 SCHEDULED",
	} {
		e := entryOf[*edition.Episode](t, d, content.ImportedID(content.KindEpisode, "ical", key))
		if got := fmt.Sprintf("%s %s %s", e.Episode.Title, spelled(e.When), e.Status()); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	if r := rowOf(t, report, "Old"); r.Outcome != exchange.Rejected || report.Created != 4 {
		t.Errorf("%+v", report.Rows)
	}
}

func TestARuleHasAnEnd(t *testing.T) {
	d := open(t)
	event := func(rule string) string {
		return calendar("UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Vienna:20240320T190000\nRRULE:" + rule)
	}
	for _, rule := range []string{
		"FREQ=DAILY", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;COUNT=3;BYHOUR=1,2", "FREQ=NEVER;COUNT=1", "nonsense", "FREQ=DAILY;UNTIL=soon", "FREQ=DAILY;COUNT=2;INTERVAL=99999999",
	} {
		if report, err := refused(t, d, event(rule), exchange.Options{}); !errors.Is(err, exchange.ErrBadLines) || report.Bad[0].Line != 3 {
			t.Errorf("%s: %v", rule, err)
		}
	}
	report := bring(t, d, event("FREQ=DAILY;COUNT=100000000"), exchange.Options{DryRun: true})
	if report.Created != 500 || !slices.ContainsFunc(report.Rows, func(r exchange.Row) bool { return r.Outcome == exchange.Rejected }) {
		t.Errorf("%d created", report.Created)
	}
	// A rule that never comes true ends as well.
	if r := bring(t, d, event("FREQ=YEARLY;COUNT=5;BYMONTH=2;BYMONTHDAY=30"), exchange.Options{DryRun: true}); r.Created != 1 {
		t.Errorf("%+v", r)
	}
}

func TestAZoneThatIsNoneIsTakenByItsDefinition(t *testing.T) {
	zone := func(tzid, from, to string) string {
		return "BEGIN:VTIMEZONE\nTZID:" + tzid + "\nBEGIN:STANDARD\nDTSTART:16010101T030000\nTZOFFSETFROM:" + to + "\nTZOFFSETTO:" + from +
			"\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nEND:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:16010101T020000\nTZOFFSETFROM:" + from + "\nTZOFFSETTO:" + to +
			"\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\nEND:DAYLIGHT\nEND:VTIMEZONE\n"
	}
	const exchangeZone = "GMT +0100 (Standard) / GMT +0200 (Daylight)"
	for _, c := range []struct{ tzid, definition, wanted, zone, when string }{
		{exchangeZone, zone(exchangeZone, "+0100", "+0200"), "", "Etc/GMT-2", "2024-07-01 19:00"},
		{exchangeZone, zone(exchangeZone, "+0100", "+0200"), "Europe/Vienna", "Europe/Vienna", "2024-07-01 19:00"},
		{exchangeZone, zone(exchangeZone, "+0100", "+0200"), "America/New_York", "Etc/GMT-2", "2024-07-01 19:00"},
		{"Half", zone("Half", "+0530", "+0530"), "", "UTC", "2024-07-01 13:30"},
		{"UTC+11", "", "", "Etc/GMT-11", "2024-07-01 19:00"},
		{"/softwarestudio.org/Tzfile/Europe/Berlin", "", "", "Europe/Berlin", "2024-07-01 19:00"},
		{"custom_America/New_York", zone("custom_America/New_York", "+0100", "+0200"), "", "Etc/GMT-2", "2024-07-01 19:00"},
		{"CUSTOM_tzid", "", "America/Chicago", "America/Chicago", "2024-07-01 19:00"},
		{"Mexico/General", "", "", "Mexico/General", "2024-07-01 19:00"},
	} {
		d := open(t)
		text := "BEGIN:VCALENDAR\n" + c.definition + "BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART;TZID=\"" + c.tzid + "\":20240701T190000\nEND:VEVENT\nEND:VCALENDAR\n"
		r := rowOf(t, bring(t, d, text, exchange.Options{TimeZone: c.wanted}), "A")
		w := entryOf[*edition.Episode](t, d, r.Entry).When.When()
		if spelled(w.Kept()) != c.when || w.TimeZone != c.zone {
			t.Errorf("%s: %s %s, want %s %s", c.tzid, spelled(w.Kept()), w.TimeZone, c.when, c.zone)
		}
		if (len(r.Reasons) > 0) != (c.zone != c.tzid) {
			t.Errorf("%s: reasons %v", c.tzid, r.Reasons)
		}
	}
}

func TestTheWayIntoAMeetingIsNeverImported(t *testing.T) {
	d := open(t)
	const join = "https://us02web.zoom.us/j/123456?pwd=SECRET"
	report := bring(t, d, calendar(
		"UID:1\nSUMMARY:In the location\nDTSTART;VALUE=DATE:20240501\nLOCATION:"+join,
		"UID:2\nSUMMARY:In the description\nDTSTART;VALUE=DATE:20240501\nDESCRIPTION:What it is about.\\nJoin Zoom Meeting\\n"+join+"\\nMeeting ID: 123 456\\nPasscode: SECRET\\nOne tap mobile\\n+13017158592\\,\\,123#\\nBring a friend.",
		"UID:3\nSUMMARY:In the address\nDTSTART;VALUE=DATE:20240501\nURL:https://teams.microsoft.com/l/meetup-join/19%3aSECRET",
		"UID:4\nSUMMARY:In CONFERENCE\nDTSTART;VALUE=DATE:20240501\nCONFERENCE;VALUE=URI:https://meet.google.com/abc-defg-hij\nCONFERENCE;VALUE=URI;FEATURE=PHONE:tel:+1-412-555-0123,,,654321\nLOCATION:Room 5",
		"UID:5\nSUMMARY:In HTML\nDTSTART;VALUE=DATE:20240501\nDESCRIPTION:<p>About.</p><p><a href=\""+join+"\">Join</a></p>",
		"UID:7\nSUMMARY:Wrapped\nDTSTART;VALUE=DATE:20240501\nDESCRIPTION:About.\\nhttps://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19SECRET\nURL:https://www.google.com/url?q=https://zoom.us/j/1",
		"UID:6\nSUMMARY:Not at all\nDTSTART;VALUE=DATE:20240501\nDESCRIPTION:Join the conversation on zoom lenses. Password managers compared.\nURL:https://us02web.zoom.us/webinar/register/WN_1",
	), exchange.Options{})
	all := bodies(t, d)
	leaksBut := map[content.ID]string{}
	for id, body := range all {
		leaksBut[id] = strings.ReplaceAll(body, "us02web.zoom.us/webinar/register", "register")
	}
	leaks(t, leaksBut)
	for _, r := range report.Rows {
		if told := strings.Contains(strings.Join(r.Reasons, " "), "not imported"); told != (r.Label != "Not at all") {
			t.Errorf("%s: %v", r.Label, r.Reasons)
		}
	}
	e := entryOf[*edition.Episode](t, d, rowOf(t, report, "In the description").Entry)
	if got := e.Summary(content.FormatMarkdown); got != "What it is about.\nBring a friend." {
		t.Errorf("%q", got)
	}
	if e := entryOf[*edition.Episode](t, d, rowOf(t, report, "Not at all").Entry); e.ExternalURL == "" || e.Summary(content.FormatText) == "" {
		t.Errorf("where one signs up was taken for the way in: %+v", e.Episode)
	}
	for label, want := range map[string]content.AttendanceMode{"In the location": content.AttendOnline, "In CONFERENCE": ""} {
		if got := entryOf[*edition.Episode](t, d, rowOf(t, report, label).Entry).Episode.AttendanceMode(); got != want {
			t.Errorf("%s: %q", label, got)
		}
	}
}

func TestAPrivateEventStaysADraft(t *testing.T) {
	d := open(t)
	r := rowOf(t, bring(t, d, calendar("UID:1\nSUMMARY:A\nDTSTART;VALUE=DATE:20240501\nCLASS:PRIVATE"), exchange.Options{}), "A")
	if d.Pin().Entry(r.Entry) != nil || len(r.Reasons) != 1 {
		t.Errorf("%+v", r)
	}
}

func TestFoldsInsideALetterAreJoined(t *testing.T) {
	d := open(t)
	text := strings.ReplaceAll(calendar("UID:1\nSUMMARY:Z\xc3\n \xbcrich\\, a\\; b: c\nDTSTART;VALUE=DATE:20240501\nCATEGORIES:Meeting\\, John,Work"), "\r\n", "\r")
	r := bring(t, d, text, exchange.Options{}).Rows[0]
	e := entryOf[*edition.Episode](t, d, r.Entry)
	if e.Episode.Title != "Zürich, a; b: c" || !strings.Contains(fmt.Sprint(e.Notes()), `["Meeting, John","Work"]`) {
		t.Errorf("%q %v", e.Episode.Title, e.Notes())
	}
}
