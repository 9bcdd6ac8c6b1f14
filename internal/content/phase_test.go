package content

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// utc reads an instant.
func utc(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t
}

// The event of the stories: 13:00 to 14:30 in New York, which is 18:00 to 19:30 UTC.
var (
	theDay     = When{Date: "2026-03-05", StartTime: "13:00", EndTime: "14:30", TimeZone: "America/New_York"}.Kept()
	noEnd      = When{Date: "2026-03-05", StartTime: "13:00", TimeZone: "America/New_York"}.Kept()
	soonStarts = "2026-03-05T17:45:00Z"
	starts     = "2026-03-05T18:00:00Z"
	ends       = "2026-03-05T19:30:00Z"
	forgotten  = "2026-04-04T19:30:00Z"
)

// step is one state of a story: since when it holds ("" is always), phase and action.
type step struct {
	since  string
	phase  EpisodePhase
	action ActionKind
}

// story is what happens to an episode while nobody edits it.
type story struct {
	name    string
	episode Episode
	page    Page
	steps   []step
}

// walk visits an episode one second before, at and one second after each boundary.
func (s story) walk(t *testing.T, format EpisodeFormat, status EventStatus) {
	t.Helper()
	e := s.episode
	manner := e.OwnManner()
	manner.Format, manner.Status = format, status
	times, err := e.When.Times(new(Zones))
	if err != nil {
		t.Fatal(err)
	}
	look := func(now time.Time, want step, next string) {
		t.Helper()
		m := e.At(times, now, s.page)
		if m.Phase != want.phase || m.Action.Kind != want.action {
			t.Errorf("%s: %s %s, want %s %s", now.Format(time.RFC3339), m.Phase, m.Action.Kind, want.phase, want.action)
		}
		if next == "" != m.ChangesAt.IsZero() || next != "" && !m.ChangesAt.Equal(utc(next)) {
			t.Errorf("%s: changes at %v, want %q", now.Format(time.RFC3339), m.ChangesAt, next)
		}
		if (m.Action.URL == "") != (m.Action.Kind == ActionNone) || m.Action.Label == "" {
			t.Errorf("%s: the button is %+v", now.Format(time.RFC3339), m.Action)
		}
		if next != "" && !slices.ContainsFunc(e.Boundaries(times), m.ChangesAt.Equal) {
			t.Errorf("%v is no boundary", m.ChangesAt)
		}
	}
	for i, is := range s.steps {
		next := ""
		if i+1 < len(s.steps) {
			next = s.steps[i+1].since
		}
		if is.since == "" {
			look(utc("1999-01-01T00:00:00Z"), is, next)
			continue
		}
		at := utc(is.since)
		look(at.Add(-time.Second), s.steps[i-1], is.since)
		look(at.Add(-time.Nanosecond), s.steps[i-1], is.since)
		look(at, is, next)
		look(at.Add(time.Second), is, next)
	}
	look(utc("2099-01-01T00:00:00Z"), s.steps[len(s.steps)-1], "")
}

func tell(t *testing.T, stories []story, formats []EpisodeFormat, statuses []EventStatus) {
	for _, s := range stories {
		s.page.URL = "https://hub.example/episodes/a"
		for _, format := range formats {
			for _, status := range statuses {
				t.Run(fmt.Sprint(s.name, "/", format, "/", status), func(t *testing.T) { s.walk(t, format, status) })
			}
		}
	}
}

var (
	live     = []EpisodeFormat{FormatWebinar, FormatMeeting, FormatSession}
	released = []EpisodeFormat{FormatAudio, FormatVideo}
	planned  = []EventStatus{StatusScheduled, StatusRescheduled}
)

func registration(seats Seats, opens, closes string) *Registration {
	r := &Registration{URL: "https://example.org/register", Terms: &Terms{Seats: seats}}
	if opens != "" {
		r.Terms.OpensAt = utc(opens)
	}
	if closes != "" {
		r.Terms.ClosesAt = utc(closes)
	}
	return r
}

func recording(publishedAt string) Recording {
	r := Recording{RecordingManner: &RecordingManner{RecordingKind: RecordingVideo}, URL: "https://example.org/recording"}
	if publishedAt != "" {
		r.PublishedAt = utc(publishedAt)
	}
	return r
}

func TestLiveEpisodeMovesFromAnnouncementToArchive(t *testing.T) {
	opens, closes := "2026-02-01T14:00:00Z", "2026-03-04T22:00:00Z"
	tell(t, []story{
		{"no registration", Episode{When: theDay}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"registration opens and closes", Episode{When: theDay, Registration: registration(SeatsAvailable, opens, closes)}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{opens, PhaseRegistrationOpen, ActionRegister},
			{closes, PhaseRegistrationClosed, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionRegister}, // the registration page
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"registration is open until the start", Episode{When: theDay, Registration: registration(SeatsUnknown, "", "")}, Page{}, []step{
			{"", PhaseRegistrationOpen, ActionRegister},
			{soonStarts, PhaseStartingSoon, ActionRegister},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"registration closes while it starts soon", Episode{When: theDay, Registration: registration(SeatsLimited, "", "2026-03-05T17:50:00Z")}, Page{}, []step{
			{"", PhaseRegistrationOpen, ActionRegister},
			{soonStarts, PhaseStartingSoon, ActionRegister},
			{"2026-03-05T17:50:00Z", PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"registration opens while it starts soon", Episode{When: theDay, Registration: registration(SeatsLimited, "2026-03-05T17:50:00Z", "")}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{"2026-03-05T17:50:00Z", PhaseStartingSoon, ActionRegister},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"registration opens and closes during and after the event", Episode{When: theDay, Registration: registration(SeatsAvailable, "2026-03-05T18:30:00Z", "2026-03-06T18:30:00Z")}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"full", Episode{When: theDay, Registration: registration(SeatsFull, opens, closes)}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{opens, PhaseFull, ActionRemind},
			{closes, PhaseRegistrationClosed, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"waiting list", Episode{When: theDay, Registration: registration(SeatsWaitlist, "", "")}, Page{}, []step{
			{"", PhaseFull, ActionJoinWaitlist},
			{soonStarts, PhaseStartingSoon, ActionJoinWaitlist},
			{starts, PhaseLive, ActionRegister},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"public stream", Episode{When: theDay, EpisodeRare: &EpisodeRare{StreamURL: "https://example.org/live"}, Registration: registration(SeatsAvailable, "", "")}, Page{}, []step{
			{"", PhaseRegistrationOpen, ActionRegister},
			{soonStarts, PhaseStartingSoon, ActionRegister},
			{starts, PhaseLive, ActionWatchLive},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"a missing end is start and 90 minutes", Episode{When: noEnd}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}},
		{"resources to read", Episode{When: theDay}, Page{HasResources: true}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseRecordingPending, ActionReadResources},
			{forgotten, PhaseEnded, ActionReadResources},
		}},
		{"no recording declared", Episode{When: theDay, EpisodeManner: &EpisodeManner{NoRecording: true}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseNoRecording, ActionNone},
		}},
		{"no recording but resources", Episode{When: theDay, EpisodeManner: &EpisodeManner{NoRecording: true}}, Page{HasResources: true}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseNoRecording, ActionReadResources},
		}},
		{"overnight", Episode{When: When{Date: "2026-03-05", StartTime: "23:00", EndDate: "2026-03-06", EndTime: "01:00", TimeZone: "America/New_York"}.Kept()}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{"2026-03-06T03:45:00Z", PhaseStartingSoon, ActionRemind},
			{"2026-03-06T04:00:00Z", PhaseLive, ActionNone},
			{"2026-03-06T06:00:00Z", PhaseRecordingPending, ActionNone},
			{"2026-04-05T06:00:00Z", PhaseEnded, ActionNone},
		}},
		{"several days without a last hour", Episode{When: When{Date: "2026-03-05", StartTime: "09:00", EndDate: "2026-03-07", TimeZone: "America/New_York"}.Kept()}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{"2026-03-05T13:45:00Z", PhaseStartingSoon, ActionRemind},
			{"2026-03-05T14:00:00Z", PhaseLive, ActionNone},
			{"2026-03-08T05:00:00Z", PhaseRecordingPending, ActionNone},
			{"2026-04-07T05:00:00Z", PhaseEnded, ActionNone}, // 30 times 24 hours, over the change of clocks
		}},
	}, live, planned)
}

func TestPublishedRecordingIsOnDemandAtOnce(t *testing.T) {
	before, during, after, late := "2026-03-01T12:00:00Z", "2026-03-05T18:40:00Z", "2026-03-06T12:00:00Z", "2026-09-01T12:00:00Z"
	tell(t, []story{
		{"before", Episode{When: theDay, Recordings: []Recording{recording(before)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{before, PhaseOnDemand, ActionWatchRecording},
		}},
		{"during", Episode{When: theDay, Recordings: []Recording{recording(during)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{during, PhaseOnDemand, ActionWatchRecording},
		}},
		{"after", Episode{When: theDay, Recordings: []Recording{recording(after)}}, Page{HasResources: true}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseRecordingPending, ActionReadResources},
			{after, PhaseOnDemand, ActionWatchRecording},
		}},
		{"when nobody expects it any more", Episode{When: theDay, EpisodeManner: &EpisodeManner{NoRecording: true}, Recordings: []Recording{recording(late)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{soonStarts, PhaseStartingSoon, ActionRemind},
			{starts, PhaseLive, ActionNone},
			{ends, PhaseNoRecording, ActionNone},
			{late, PhaseOnDemand, ActionWatchRecording},
		}},
		{"with the revision that has it", Episode{When: theDay, Recordings: []Recording{recording("")}}, Page{}, []step{
			{"", PhaseOnDemand, ActionWatchRecording},
		}},
		{"of an undated episode", Episode{Recordings: []Recording{recording(late)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionNone},
			{late, PhaseOnDemand, ActionWatchRecording},
		}},
	}, live, planned)
}

func TestPartialDateChangesAtItsEndInItsZone(t *testing.T) {
	of := func(name string, w When, over, forgotten string) story {
		return story{name, Episode{When: w.Kept(), Registration: registration(SeatsAvailable, "", "")}, Page{}, []step{
			{"", PhaseRegistrationOpen, ActionRegister},
			{over, PhaseRecordingPending, ActionNone},
			{forgotten, PhaseEnded, ActionNone},
		}}
	}
	tell(t, []story{
		of("year", When{Date: "2021"}, "2022-01-01T00:00:00Z", "2022-01-31T00:00:00Z"),
		of("year in Auckland", When{Date: "2021", TimeZone: "Pacific/Auckland"}, "2021-12-31T11:00:00Z", "2022-01-30T11:00:00Z"),
		of("month", When{Date: "2021-02"}, "2021-03-01T00:00:00Z", "2021-03-31T00:00:00Z"),
		of("month in Chicago", When{Date: "2021-02", TimeZone: "America/Chicago"}, "2021-03-01T06:00:00Z", "2021-03-31T06:00:00Z"),
		of("day", When{Date: "2021-01-26"}, "2021-01-27T00:00:00Z", "2021-02-26T00:00:00Z"),
		of("day in New York", When{Date: "2021-01-26", TimeZone: "America/New_York"}, "2021-01-27T05:00:00Z", "2021-02-26T05:00:00Z"),
		of("day and hour without a zone", When{Date: "2021-01-26", StartTime: "13:00"}, "2021-01-27T00:00:00Z", "2021-02-26T00:00:00Z"),
		of("month and zone and hour", When{Date: "2021-01", StartTime: "13:00", TimeZone: "America/New_York"}, "2021-02-01T05:00:00Z", "2021-03-03T05:00:00Z"),
		of("days", When{Date: "2021-01-26", EndDate: "2021-01-28", TimeZone: "America/New_York"}, "2021-01-29T05:00:00Z", "2021-02-28T05:00:00Z"),
		of("day to month", When{Date: "2021-01-26", EndDate: "2021-02"}, "2021-03-01T00:00:00Z", "2021-03-31T00:00:00Z"),
	}, live, planned)
}

func TestUndatedLiveEpisodeStaysAnnouncedUntilDeclaredPast(t *testing.T) {
	tell(t, []story{
		{"undated", Episode{}, Page{HasResources: true}, []step{{"", PhaseAnnounced, ActionNone}}},
		{"no recording declared before it took place", Episode{EpisodeManner: &EpisodeManner{NoRecording: true}}, Page{}, []step{{"", PhaseAnnounced, ActionNone}}},
		{"undated with registration", Episode{Registration: registration(SeatsAvailable, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")}, Page{}, []step{
			{"", PhaseAnnounced, ActionNone},
			{"2026-01-01T00:00:00Z", PhaseRegistrationOpen, ActionRegister},
			{"2026-02-01T00:00:00Z", PhaseRegistrationClosed, ActionNone},
		}},
		{"undated and full", Episode{Registration: registration(SeatsFull, "", "")}, Page{}, []step{{"", PhaseFull, ActionNone}}},
		{"declared past", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}}, Page{}, []step{{"", PhaseEnded, ActionNone}}},
		{"declared past with resources", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}}, Page{HasResources: true}, []step{{"", PhaseEnded, ActionReadResources}}},
		{"declared past without recording", Episode{EpisodeManner: &EpisodeManner{TookPlace: true, NoRecording: true}}, Page{}, []step{{"", PhaseNoRecording, ActionNone}}},
		{"declared past with recording", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}, Recordings: []Recording{recording("")}}, Page{}, []step{{"", PhaseOnDemand, ActionWatchRecording}}},
		{"declared past in a year", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}, When: When{Date: "2021"}.Kept()}, Page{}, []step{
			{"", PhaseRecordingPending, ActionNone},
			{"2022-01-31T00:00:00Z", PhaseEnded, ActionNone},
		}},
	}, live, planned)
}

func TestReleasedEpisodeIsNeverLive(t *testing.T) {
	early, late := "2026-03-01T12:00:00Z", "2026-03-10T12:00:00Z"
	withRegistration := Episode{
		When: theDay, EpisodeRare: &EpisodeRare{StreamURL: "https://example.org/live"}, Recordings: []Recording{recording("")},
		Registration: registration(SeatsAvailable, "2026-02-01T14:00:00Z", "2026-03-04T22:00:00Z"),
	}
	tell(t, []story{
		{"at its hour", Episode{When: noEnd, Recordings: []Recording{recording("")}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{starts, PhaseOnDemand, ActionWatchRecording},
		}},
		{"whatever else it has", withRegistration, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{starts, PhaseOnDemand, ActionWatchRecording},
		}},
		{"with nothing to play", Episode{When: noEnd}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{starts, PhaseEnded, ActionNone},
		}},
		{"with nothing to play but something to read", Episode{When: noEnd}, Page{HasResources: true}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{starts, PhaseEnded, ActionReadResources},
		}},
		{"recording published later", Episode{When: noEnd, Recordings: []Recording{recording(late)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{starts, PhaseEnded, ActionNone},
			{late, PhaseOnDemand, ActionWatchRecording},
		}},
		{"on a day", Episode{When: When{Date: "2026-03-05", TimeZone: "America/New_York"}.Kept(), Recordings: []Recording{recording("")}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{"2026-03-06T05:00:00Z", PhaseOnDemand, ActionWatchRecording},
		}},
		{"on a day, with its instant", Episode{When: When{Date: "2026-03-05"}.Kept(), Recordings: []Recording{recording(early)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{early, PhaseOnDemand, ActionWatchRecording},
		}},
		{"in a month with nothing to play", Episode{When: When{Date: "2026-03"}.Kept()}, Page{}, []step{
			{"", PhaseAnnounced, ActionRemind},
			{"2026-04-01T00:00:00Z", PhaseEnded, ActionNone},
		}},
		{"undated with nothing to play", Episode{}, Page{}, []step{{"", PhaseAnnounced, ActionNone}}},
		{"undated with something to play", Episode{Recordings: []Recording{recording("")}}, Page{}, []step{{"", PhaseOnDemand, ActionWatchRecording}}},
		{"undated with something to play later", Episode{Recordings: []Recording{recording(late)}}, Page{}, []step{
			{"", PhaseAnnounced, ActionNone},
			{late, PhaseOnDemand, ActionWatchRecording},
		}},
		{"declared past", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}}, Page{}, []step{{"", PhaseEnded, ActionNone}}},
		{"declared past in a year", Episode{EpisodeManner: &EpisodeManner{TookPlace: true}, When: When{Date: "2026"}.Kept(), Recordings: []Recording{recording("")}}, Page{}, []step{
			{"", PhaseOnDemand, ActionWatchRecording},
		}},
	}, released, planned)
}

func TestCancelledAndPostponedStayWhatTheyAre(t *testing.T) {
	whole := Episode{
		When: theDay, EpisodeManner: &EpisodeManner{TookPlace: true}, EpisodeRare: &EpisodeRare{StreamURL: "https://example.org/live"}, Recordings: []Recording{recording("2026-03-06T12:00:00Z"), recording("")},
		Registration: registration(SeatsAvailable, "2026-02-01T14:00:00Z", ""),
	}
	for status, phase := range map[EventStatus]EpisodePhase{StatusCancelled: PhaseCancelled, StatusPostponed: PhasePostponed} {
		steps := []step{{"", phase, ActionNone}}
		tell(t, []story{
			{"dated", whole, Page{HasResources: true}, steps},
			{"undated", Episode{}, Page{}, steps},
		}, episodeFormats(), []EventStatus{status})
	}
}

func TestActionTellsWhereToGoInWords(t *testing.T) {
	page := Page{URL: "https://hub.example/episodes/a", HasResources: true}
	audio := recording("")
	audio.RecordingManner = &RecordingManner{RecordingKind: RecordingAudio}
	open := registration(SeatsAvailable, "", "")
	for _, c := range []struct {
		name    string
		episode Episode
		now     string
		want    Action
	}{
		{"register", Episode{When: theDay, Registration: open}, "2026-03-01T00:00:00Z", Action{ActionRegister, "Register", open.URL}},
		{"waitlist", Episode{When: theDay, Registration: registration(SeatsWaitlist, "", "")}, "2026-03-01T00:00:00Z", Action{ActionJoinWaitlist, "Join the waitlist", open.URL}},
		{"remind", Episode{When: theDay}, "2026-03-01T00:00:00Z", Action{ActionRemind, "Remind me", page.URL}},
		{"live with registration", Episode{When: theDay, Registration: open}, starts, Action{ActionRegister, "Go to the registration page", open.URL}},
		{"live stream", Episode{When: theDay, EpisodeRare: &EpisodeRare{StreamURL: "https://example.org/live"}}, starts, Action{ActionWatchLive, "Watch live", "https://example.org/live"}},
		{"live without anything", Episode{When: theDay}, starts, Action{ActionNone, "Live now", ""}},
		{"resources", Episode{When: theDay}, ends, Action{ActionReadResources, "Read the resources", page.URL + "#resources"}},
		{"watch", Episode{When: theDay, Recordings: []Recording{recording(""), audio}}, ends, Action{ActionWatchRecording, "Watch the recording", audio.URL}},
		{"listen", Episode{When: theDay, Recordings: []Recording{recording("2030-01-01T00:00:00Z"), audio}}, ends, Action{ActionWatchRecording, "Listen to the recording", audio.URL}},
		{"full", Episode{Registration: registration(SeatsFull, "", "")}, starts, Action{ActionNone, "Full", ""}},
		{"postponed", Episode{EpisodeManner: &EpisodeManner{Status: StatusPostponed}}, starts, Action{ActionNone, "Postponed", ""}},
		{"cancelled", Episode{EpisodeManner: &EpisodeManner{Status: StatusCancelled}}, starts, Action{ActionNone, "Cancelled", ""}},
		{"announced", Episode{}, starts, Action{ActionNone, "Announced", ""}},
		{"registration closed", Episode{Registration: registration(SeatsFull, "", "2026-03-01T00:00:00Z")}, starts, Action{ActionNone, "Registration closed", ""}},
	} {
		times, err := c.episode.When.Times(new(Zones))
		if err != nil {
			t.Fatal(err)
		}
		if got := c.episode.At(times, utc(c.now), page).Action; got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}

func TestPhaseChangesWhenAnEarlierRecordingComesOut(t *testing.T) {
	first := recording("2026-05-01T00:00:00Z")
	first.URL = "https://example.org/better"
	e := Episode{When: theDay, EpisodeManner: &EpisodeManner{Format: FormatWebinar}, Recordings: []Recording{first, recording("")}}
	times, _ := e.When.Times(new(Zones))
	before := e.At(times, utc(ends), Page{})
	if !before.ChangesAt.Equal(first.PublishedAt) {
		t.Fatalf("changes at %v, want %v", before.ChangesAt, first.PublishedAt)
	}
	if after := e.At(times, first.PublishedAt, Page{}); after.Action.URL != first.URL || after.Phase != PhaseOnDemand {
		t.Errorf("%+v", after)
	}
}

func TestEveryPhaseHasALabelOfItsOwn(t *testing.T) {
	seen := map[string]EpisodePhase{}
	for _, p := range episodePhases() {
		// These never stand on a button that cannot be pressed.
		if p == PhaseRegistrationOpen || p == PhaseOnDemand {
			continue
		}
		if other, twice := seen[p.label()]; twice {
			t.Errorf("%s and %s are both %q", p, other, p.label())
		}
		seen[p.label()] = p
	}
}
