package content

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestPartialDateIsYearMonthOrDay(t *testing.T) {
	for _, s := range []string{
		"1000", "2021", "9999", "2021-01", "2021-12", "2021-01-26", "2021-01-31", "2021-04-30", "2020-02-29", "2000-02-29", "9999-12-31",
	} {
		if d, err := ParsePartialDate(s); err != nil || string(d) != s {
			t.Errorf("%q: %q, %v", s, d, err)
		}
	}
	for _, s := range []string{
		"", " ", "-", "--", "0", "0000", "0999", "999", "10000", "02021", "2021-1", "2021-1-26", "2021-01-2", "2021-00", "2021-13", "2021-01-00",
		"2021-01-32", "2021-04-31", "2021-02-29", "1900-02-29", "2100-02-29", "2021-", "2021--26", "-2021", "+2021", "+021", "2021-+1",
		"2021-01-26-", "2021-01-26T00:00:00Z", "2021/01/26", "20210126", "2021-W01", "26-01-2021", " 2021", "2021 ", "2021- 1", "2021\n",
		"２０２１", "２021", "2021‐01", "2021–01", "٢٠٢١", "2021-0１", "0x7e", "1e03", "2_21", "2021-01-2６", "yyyy", "today", "20\x0021", "\xff\xff\xff\xff",
	} {
		d, err := ParsePartialDate(s)
		if err == nil || d != "" {
			t.Errorf("%q was taken as %q", s, d)
			continue
		}
		if s != "" && !strings.Contains(err.Error(), Quote(s)) || !strings.Contains(err.Error(), "2021-01-26") {
			t.Errorf("%q: the error does not say what was given and what is allowed: %v", s, err)
		}
	}
}

func TestPartialDateSpansFromItsFirstDayToItsEnd(t *testing.T) {
	for _, c := range []struct {
		date       PartialDate
		isDay      bool
		first, end string
		year       int
	}{
		{"2021", false, "2021-01-01", "2022-01-01", 2021},
		{"2021-02", false, "2021-02-01", "2021-03-01", 2021},
		{"2020-12", false, "2020-12-01", "2021-01-01", 2020},
		{"2020-02-28", true, "2020-02-28", "2020-02-29", 2020},
		{"2021-02-28", true, "2021-02-28", "2021-03-01", 2021},
		{"2021-12-31", true, "2021-12-31", "2022-01-01", 2021},
	} {
		day := func(s string) time.Time { return utc(s + "T00:00:00Z") }
		if !c.date.First().Equal(day(c.first)) || !c.date.End(time.UTC).Equal(day(c.end)) || c.date.IsDay() != c.isDay || c.date.Year() != c.year {
			t.Errorf("%s: %v to %v, day %t, year %d", c.date, c.date.First(), c.date.End(time.UTC), c.date.IsDay(), c.date.Year())
		}
	}
	for _, unknown := range []PartialDate{"", "2021-13", "soon"} {
		if !unknown.First().IsZero() || !unknown.End(time.UTC).IsZero() {
			t.Errorf("%q has instants", unknown)
		}
	}
	if PartialDate("").Year() != 0 {
		t.Error("an unknown date has a year")
	}
}

func load(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := new(Zones).Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestDateEndsAtTheFirstInstantOfTheNextDayInItsZone(t *testing.T) {
	for _, c := range []struct {
		date PartialDate
		zone string
		want string
	}{
		{"2021-03-13", "America/New_York", "2021-03-14T05:00:00Z"},
		{"2021-03-14", "America/New_York", "2021-03-15T04:00:00Z"},
		{"2021-11-07", "America/New_York", "2021-11-08T05:00:00Z"},
		{"2028-12-31", "America/New_York", "2029-01-01T05:00:00Z"},
		{"9020", "America/New_York", "9021-01-01T05:00:00Z"}, // the end of a leap year, when no table has years any more
		{"2021", "America/New_York", "2022-01-01T05:00:00Z"},
		{"2021-07", "Europe/Berlin", "2021-07-31T22:00:00Z"},
		{"2021-06-30", "Asia/Kolkata", "2021-06-30T18:30:00Z"},
		{"2021-06-30", "Asia/Kathmandu", "2021-06-30T18:15:00Z"},
		{"2021-06-30", "Australia/Lord_Howe", "2021-06-30T13:30:00Z"},
		{"2021-06-30", "Pacific/Kiritimati", "2021-06-30T10:00:00Z"},
		{"2021-06-30", "Pacific/Pago_Pago", "2021-07-01T11:00:00Z"},
		{"2021-06-30", "Pacific/Chatham", "2021-06-30T11:15:00Z"},
		// Clocks skip midnight: the day begins at one.
		{"2018-11-03", "America/Sao_Paulo", "2018-11-04T03:00:00Z"},
		{"2021-03-27", "Asia/Beirut", "2021-03-27T22:00:00Z"},
		{"2018-03-10", "America/Havana", "2018-03-11T05:00:00Z"},
		// Midnight comes twice: the first counts. Or is it set back to the day before: it comes once.
		{"2021-10-28", "Asia/Amman", "2021-10-28T21:00:00Z"},
		{"2018-11-03", "America/Havana", "2018-11-04T04:00:00Z"},
		{"2018-02-17", "America/Sao_Paulo", "2018-02-18T03:00:00Z"},
		// A day that a zone skipped.
		{"2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"2011-12-31", "Pacific/Apia", "2011-12-31T10:00:00Z"},
		{"2011-12", "Pacific/Apia", "2011-12-31T10:00:00Z"},
		// Before zones there was the sun.
		{"1850", "America/New_York", "1851-01-01T04:56:02Z"},
	} {
		got := c.date.End(load(t, c.zone))
		if !got.Equal(utc(c.want)) || got.Location() != time.UTC {
			t.Errorf("%s in %s ends at %v, want %s", c.date, c.zone, got, c.want)
		}
	}
}

func TestLocalTimeBecomesAnInstant(t *testing.T) {
	for _, c := range []struct {
		name, day, clock, zone string
		want                   string // empty: it does not exist
	}{
		{"winter", "2026-03-05", "13:00", "America/New_York", "2026-03-05T18:00:00Z"},
		{"summer", "2026-07-05", "13:00", "America/New_York", "2026-07-05T17:00:00Z"},
		{"seconds", "2026-07-05", "13:00:59", "America/New_York", "2026-07-05T17:00:59Z"},
		{"utc", "2026-07-05", "13:00", "UTC", "2026-07-05T13:00:00Z"},
		{"before the gap", "2021-03-14", "01:59:59", "America/New_York", "2021-03-14T06:59:59Z"},
		{"the gap begins", "2021-03-14", "02:00", "America/New_York", ""},
		{"in the gap", "2021-03-14", "02:30", "America/New_York", ""},
		{"the gap's last second", "2021-03-14", "02:59:59", "America/New_York", ""},
		{"after the gap", "2021-03-14", "03:00", "America/New_York", "2021-03-14T07:00:00Z"},
		{"before the fold", "2021-11-07", "00:59:59", "America/New_York", "2021-11-07T04:59:59Z"},
		{"the first of the two", "2021-11-07", "01:00", "America/New_York", "2021-11-07T05:00:00Z"},
		{"the first of the two, later", "2021-11-07", "01:59:59", "America/New_York", "2021-11-07T05:59:59Z"},
		{"after the fold", "2021-11-07", "02:00", "America/New_York", "2021-11-07T07:00:00Z"},
		{"east of London", "2021-10-31", "02:30", "Europe/Berlin", "2021-10-31T00:30:00Z"},
		{"a gap east of London", "2021-03-28", "02:30", "Europe/Berlin", ""},
		{"half an hour", "2021-06-30", "00:15", "Asia/Kolkata", "2021-06-29T18:45:00Z"},
		{"45 minutes", "2021-06-30", "05:45", "Asia/Kathmandu", "2021-06-30T00:00:00Z"},
		{"a gap of half an hour", "2021-10-03", "02:15", "Australia/Lord_Howe", ""},
		{"a fold of half an hour", "2021-04-04", "01:45", "Australia/Lord_Howe", "2021-04-03T14:45:00Z"},
		{"far east", "2021-06-30", "12:00", "Pacific/Kiritimati", "2021-06-29T22:00:00Z"},
		{"far west", "2021-06-30", "12:00", "Pacific/Pago_Pago", "2021-06-30T23:00:00Z"},
		{"the day before the skipped one", "2011-12-29", "23:59", "Pacific/Apia", "2011-12-30T09:59:00Z"},
		{"the skipped day", "2011-12-30", "12:00", "Pacific/Apia", ""},
		{"the day after the skipped one", "2011-12-31", "00:00", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"midnight skipped", "2018-11-04", "00:00", "America/Sao_Paulo", ""},
		{"midnight skipped in the east", "2021-03-28", "00:30", "Asia/Beirut", ""},
		{"by the sun", "1850-06-01", "12:00", "America/New_York", "1850-06-01T16:56:02Z"},
	} {
		got, err := When{Date: PartialDate(c.day), StartTime: c.clock, TimeZone: c.zone}.Times(new(Zones))
		switch {
		case c.want == "" && (err == nil || !strings.HasPrefix(err.Error(), "startTime: ")):
			t.Errorf("%s: %v, %v; want an error", c.name, got.Start, err)
		case c.want != "" && (err != nil || !got.Start.Equal(utc(c.want)) || got.Start.Location() != time.UTC):
			t.Errorf("%s: %v, %v; want %s", c.name, got.Start, err, c.want)
		}
	}
}

func TestWhenAmountsToTimes(t *testing.T) {
	const zone = "America/New_York"
	for _, c := range []struct {
		name             string
		when             When
		start, end, over string
		estimated        bool
	}{
		{"nothing", When{}, "", "", "", false},
		{"no date", When{StartTime: "13:00", EndTime: "14:00", TimeZone: zone}, "", "", "", false},
		{"year", When{Date: "2026", TimeZone: zone}, "", "", "2027-01-01T05:00:00Z", false},
		{"month with hours", When{Date: "2026-03", StartTime: "13:00", EndTime: "14:00", TimeZone: zone}, "", "", "2026-04-01T04:00:00Z", false},
		{"day", When{Date: "2026-03-05", TimeZone: zone}, "", "", "2026-03-06T05:00:00Z", false},
		{"day without zone", When{Date: "2026-03-05", StartTime: "13:00", EndTime: "14:00"}, "", "", "2026-03-06T00:00:00Z", false},
		{"start", When{Date: "2026-03-05", StartTime: "13:00", TimeZone: zone}, "2026-03-05T18:00:00Z", "2026-03-05T19:30:00Z", "2026-03-05T19:30:00Z", true},
		{"start and end", When{Date: "2026-03-05", StartTime: "13:00", EndTime: "14:00", TimeZone: zone}, "2026-03-05T18:00:00Z", "2026-03-05T19:00:00Z", "2026-03-05T19:00:00Z", false},
		{"90 minutes over midnight", When{Date: "2026-03-05", StartTime: "23:00", TimeZone: zone}, "2026-03-06T04:00:00Z", "2026-03-06T05:30:00Z", "2026-03-06T05:30:00Z", true},
		{"90 minutes over a gap", When{Date: "2021-03-14", StartTime: "01:30", TimeZone: zone}, "2021-03-14T06:30:00Z", "2021-03-14T08:00:00Z", "2021-03-14T08:00:00Z", true},
		{"overnight", When{Date: "2026-03-05", StartTime: "23:00", EndDate: "2026-03-06", EndTime: "01:00", TimeZone: zone}, "2026-03-06T04:00:00Z", "2026-03-06T06:00:00Z", "2026-03-06T06:00:00Z", false},
		{"several days", When{Date: "2026-03-05", StartTime: "09:00", EndDate: "2026-03-07", TimeZone: zone}, "2026-03-05T14:00:00Z", "2026-03-08T05:00:00Z", "2026-03-08T05:00:00Z", false},
		{"to some day of a month", When{Date: "2026-03-05", StartTime: "09:00", EndDate: "2026-03", EndTime: "10:00", TimeZone: zone}, "2026-03-05T14:00:00Z", "2026-04-01T04:00:00Z", "2026-04-01T04:00:00Z", false},
		{"days without hours", When{Date: "2026-03-05", EndDate: "2026-03-07", TimeZone: zone}, "", "", "2026-03-08T05:00:00Z", false},
	} {
		got, err := c.when.Times(new(Zones))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, at := range []struct {
			name string
			got  time.Time
			want string
		}{{"start", got.Start, c.start}, {"end", got.End, c.end}, {"over", got.Over, c.over}} {
			if at.want == "" != at.got.IsZero() || at.want != "" && !at.got.Equal(utc(at.want)) {
				t.Errorf("%s: %s is %v, want %q", c.name, at.name, at.got, at.want)
			}
		}
		if got.EndEstimated != c.estimated {
			t.Errorf("%s: estimated is %t", c.name, got.EndEstimated)
		}
	}
}

func TestTimesTellWhatIsWrong(t *testing.T) {
	for want, w := range map[string]When{
		"timeZone: ":  {Date: "2026", TimeZone: "EST"},
		"startTime: ": {Date: "2026-03-05", StartTime: "1 p.m.", TimeZone: "UTC"},
		"endTime: ":   {Date: "2021-03-14", StartTime: "01:30", EndTime: "02:30", TimeZone: "America/New_York"},
	} {
		if _, err := w.Times(new(Zones)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%+v: %v, want an error at %s", w, err, want)
		}
	}
}

// transitions are instants soon after those from 1990 on at which a zone changes its offset.
func transitions(zone *time.Location) []time.Time {
	var all []time.Time
	at := utc("1990-01-01T00:00:00Z")
	_, last := at.In(zone).Zone()
	for ; at.Year() < 2045; at = at.Add(12 * time.Hour) {
		if _, offset := at.In(zone).Zone(); offset != last {
			all, last = append(all, at), offset
		}
	}
	return all
}

// What firstAt promises, asked of every half hour around each change of clocks: at the instant the wall time has come,
// before it has not.
func TestFirstAtIsTheFirstInstantOfAWallTime(t *testing.T) {
	for _, name := range []string{
		"UTC", "America/New_York", "America/St_Johns", "America/Sao_Paulo", "America/Havana", "America/Asuncion", "America/Caracas",
		"Europe/London", "Europe/Dublin", "Europe/Moscow", "Africa/Casablanca", "Africa/Cairo", "Asia/Beirut", "Asia/Amman", "Asia/Tehran",
		"Asia/Pyongyang", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kwajalein",
		"Pacific/Kiritimati", "Pacific/Kanton", "Antarctica/Casey", "Antarctica/Troll", "America/Scoresbysund",
	} {
		zone := load(t, name)
		wallAt := func(at time.Time) time.Time {
			_, offset := at.In(zone).Zone()
			return at.Add(time.Duration(offset) * time.Second).UTC()
		}
		for _, change := range append(transitions(zone), utc("2026-01-01T00:00:00Z"), utc("2028-12-31T00:00:00Z"), utc("9020-12-31T00:00:00Z")) {
			for from := -40 * time.Hour; from <= 30*time.Hour; from += 30 * time.Minute {
				wall := wallAt(change).Add(from).Truncate(15 * time.Minute)
				got := firstAt(wall, zone)
				if wallAt(got).Before(wall) {
					t.Fatalf("%s: at %v clocks do not show %v yet", name, got, wall)
				}
				for _, before := range []time.Duration{1, time.Second, 15 * time.Minute, 30 * time.Minute, time.Hour, 90 * time.Minute, 3 * time.Hour, 23 * time.Hour} {
					if earlier := got.Add(-before); !wallAt(earlier).Before(wall) {
						t.Fatalf("%s: clocks show %v at %v, before %v", name, wallAt(earlier), earlier, got)
					}
				}
			}
		}
	}
}

func TestZonesRefuseWhatDoesNotSayWhichRulesHold(t *testing.T) {
	zones := new(Zones)
	for _, name := range []string{"UTC", "America/New_York", "America/Argentina/Buenos_Aires", "America/Port-au-Prince", "America/North_Dakota/New_Salem", "Antarctica/McMurdo", "Etc/UTC", "Etc/GMT+5", "US/Eastern"} {
		for range 2 { // fresh, and remembered
			if zone, err := zones.Load(name); err != nil || zone.String() != name {
				t.Errorf("%s: %v, %v", name, zone, err)
			}
		}
	}
	for _, name := range []string{
		"", " ", "Local", "local", "EST", "EST5EDT", "CET", "GMT", "Z", "utc", "+05:00", "-0500", "UTC+5", "GMT+5", "Eastern", "America", "America/",
		"/America/New_York", "America/New_York/", "America//New_York", "America/./New_York", "America/../UTC", "../../etc/passwd", "/etc/localtime",
		"..", "../UTC", `America\New_York`, "America/New York", " America/New_York", "America/New_York\x00", "America/New_York\n", "america/new_york",
		"AMERICA/NEW_YORK", "posix/America/New_York", "right/America/New_York", "right/UTC", "America/Atlantis", "Europe/Berlin;", "Américа/New_York",
		"file:///etc/localtime", strings.Repeat("A/", 5000) + "A",
	} {
		for range 2 {
			if zone, err := zones.Load(name); err == nil {
				t.Errorf("%q was taken as %v", name, zone)
			} else if !strings.Contains(err.Error(), "America/New_York or UTC") {
				t.Errorf("%q: the error does not say what is allowed: %v", name, err)
			}
		}
	}
}

func TestZonesMayBeShared(t *testing.T) {
	var zones Zones
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for _, name := range []string{"America/New_York", "Asia/Kolkata", "Nowhere/Land", "UTC"} {
				if _, err := zones.Load(name); (err != nil) != (name == "Nowhere/Land") {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
	}
	all.Wait()
}

func TestClockIsOfAWholeDay(t *testing.T) {
	for _, s := range []string{"00:00", "09:05", "23:59", "23:59:59", "00:00:00"} {
		if _, _, _, ok := parseClock(s); !ok {
			t.Errorf("%q was refused", s)
		}
	}
	for _, s := range []string{"", "9:00", "09:5", "24:00", "23:60", "23:59:60", "12:00 ", " 12:00", "12:00Z", "12:00:00.5", "12.00", "1:00:00", "12:00:0", "-1:00", "+1:00", "１2:00", "12:00pm", "noon", "12:00:00,", "2:00:00.1"} {
		if h, m, sec, ok := parseClock(s); ok {
			t.Errorf("%q was taken as %d:%d:%d", s, h, m, sec)
		}
	}
}

func FuzzPartialDate(f *testing.F) {
	for _, s := range []string{"2021", "2021-01", "2021-01-26", "2020-02-29", "0999", "2021-1", "２０２１", "-2021", "9999-12-31", "9020", ""} {
		f.Add(s)
	}
	zones := []*time.Location{time.UTC, load(f, "America/New_York"), load(f, "Pacific/Apia"), load(f, "America/Sao_Paulo")}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParsePartialDate(s)
		if err != nil {
			if d != "" {
				t.Errorf("%q was refused and given as %q", s, d)
			}
			return
		}
		layout := "2006-01-02"[:len(s)]
		if back, err := time.Parse(layout, s); err != nil || !back.Equal(d.First()) {
			t.Errorf("%q begins at %v, want %v, %v", s, d.First(), back, err)
		}
		for _, zone := range zones {
			end := d.End(zone)
			if hours := end.Sub(d.First()).Hours(); hours < 24-15 || hours > 366*24+16 {
				t.Errorf("%s in %s ends after %v hours", s, zone, hours)
			}
			if last := end.Add(-1).In(zone).Format(layout); last > s {
				t.Errorf("%s in %s: a moment before its end it is %s", s, zone, last)
			}
			if next := end.In(zone).Format(layout); next <= s && s < "9999" {
				t.Errorf("%s in %s: at its end it is %s", s, zone, next)
			}
		}
	})
}
