package content

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// anyEpisode makes an episode whose instants often fall together.
func anyEpisode(r *rand.Rand) *Episode {
	hour := func() time.Time {
		return utc("2026-03-04T00:00:00Z").Add(time.Duration(r.IntN(8*24)) * 15 * time.Minute)
	}
	maybe := func() time.Time {
		if r.IntN(3) == 0 {
			return time.Time{}
		}
		return hour()
	}
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	e := &Episode{
		EpisodeManner: &EpisodeManner{Format: episodeFormats()[r.IntN(5)], Status: StatusScheduled, TookPlace: r.IntN(6) == 0, NoRecording: r.IntN(4) == 0},
		When: When{
			Date:      PartialDate(pick("", "2026", "2026-03", "2026-03-05", "2026-03-05", "2026-03-05")),
			StartTime: pick("", "13:00", "13:00", "08:15"), EndTime: pick("", "14:30", "23:59:59"),
			EndDate:  PartialDate(pick("", "", "2026-03-06", "2026-03")),
			TimeZone: pick("", "America/New_York", "Asia/Kolkata", "UTC"),
		}.Kept(),
	}
	if r.IntN(8) == 0 {
		e.OwnManner().Status = eventStatuses()[r.IntN(4)]
	}
	if r.IntN(3) > 0 {
		e.Registration = &Registration{URL: "https://example.org/r", Terms: &Terms{Seats: seatStates()[r.IntN(5)], OpensAt: maybe(), ClosesAt: maybe()}}
	}
	if r.IntN(2) == 0 {
		e.OwnRare().StreamURL = "https://example.org/live"
	}
	for i := range r.IntN(4) {
		e.Recordings = append(e.Recordings, Recording{RecordingManner: &RecordingManner{RecordingKind: recordingKinds()[r.IntN(2)]}, URL: fmt.Sprint("https://example.org/", i), PublishedAt: maybe()})
	}
	return e
}

func TestNothingChangesBetweenTwoBoundaries(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	zones := new(Zones)
	for range 3000 {
		e := anyEpisode(r)
		times, err := e.When.Times(zones)
		if err != nil {
			t.Fatal(err)
		}
		page := Page{URL: "https://hub.example/a", HasResources: r.IntN(2) == 0}
		boundaries := e.Boundaries(times)
		if !slices.IsSortedFunc(boundaries, time.Time.Compare) || len(slices.CompactFunc(slices.Clone(boundaries), time.Time.Equal)) != len(boundaries) {
			t.Fatalf("boundaries are not sorted or not unique: %v\n%s", boundaries, encoded(t, e))
		}
		now := utc("2020-01-01T00:00:00Z")
		for steps := 0; ; steps++ {
			m := e.At(times, now, page)
			until := m.ChangesAt
			if until.IsZero() {
				until = utc("2035-01-01T00:00:00Z")
			}
			if !until.After(now) || steps > len(boundaries) {
				t.Fatalf("at %v it changes at %v\n%s", now, until, encoded(t, e))
			}
			span := until.Sub(now)
			for _, between := range []time.Duration{1, span / 2, time.Duration(r.Int64N(int64(span))), span - 1} {
				if same := e.At(times, now.Add(between), page); same != m {
					t.Fatalf("from %v to %v: %+v, but at %v %+v\n%s", now, until, m, now.Add(between), same, encoded(t, e))
				}
			}
			if m.ChangesAt.IsZero() {
				break
			}
			if next := e.At(times, until, page); next.Phase == m.Phase && next.Action == m.Action {
				t.Fatalf("nothing changes at %v\n%s", until, encoded(t, e))
			}
			now = until
		}
	}
}

func TestRecordingsComeOutAtBoundaries(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		e := anyEpisode(r)
		times, err := e.When.Times(new(Zones))
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range e.Recordings {
			if !rec.PublishedAt.IsZero() && !slices.ContainsFunc(e.Boundaries(times), rec.PublishedAt.Equal) {
				t.Fatalf("%v is no boundary of\n%s", rec.PublishedAt, encoded(t, e))
			}
		}
	}
}
