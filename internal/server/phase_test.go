package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// moment is what a card shows.
type moment struct {
	Phase          string
	PhaseChangesAt *time.Time
	PrimaryAction  struct{ Kind string }
}

// cards asks over HTTP by GET, as a partner's page does, with the ETag that it has seen.
func cards(t *testing.T, h http.Handler, etag string) (map[string]moment, string, int) {
	t.Helper()
	query := `{ episodes(first: 50) { nodes { slug phase phaseChangesAt primaryAction { kind } } } }`
	r := httptest.NewRequest(http.MethodGet, "/graphql?query="+url.QueryEscape(query), nil)
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code == http.StatusNotModified {
		return nil, etag, w.Code
	}
	var answer struct {
		Data struct {
			Episodes struct {
				Nodes []struct {
					Slug string
					moment
				}
			}
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	found := map[string]moment{}
	for _, n := range answer.Data.Episodes.Nodes {
		found[n.Slug] = n.moment
	}
	return found, w.Header().Get("ETag"), w.Code
}

func TestTheClockMovesEveryCardAtItsSecondThroughHTTP(t *testing.T) {
	start := time.Date(2026, 3, 8, 18, 0, 0, 0, time.UTC) // 14:00 in New York, on the day its clocks go forward
	clock := &hubtest.Clock{At: start.AddDate(0, 0, -30)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	when := content.When{Date: "2026-03-08", StartTime: "14:00", EndTime: "15:00", TimeZone: "America/New_York"}
	registration := &content.Registration{
		URL: "https://example.org/r", Terms: &content.Terms{Seats: content.SeatsAvailable, OpensAt: start.AddDate(0, 0, -20), ClosesAt: start.Add(-2 * time.Hour)},
	}
	recording := []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/v", PublishedAt: start.AddDate(0, 0, 3)}}
	episode := func(slug string, format content.EpisodeFormat, edit func(*content.Episode)) *content.Episode {
		e := &content.Episode{Base: content.Base{Slug: slug}, Title: slug, EpisodeManner: &content.EpisodeManner{Format: format, Status: content.StatusScheduled}, When: when.Kept()}
		edit(e)
		return e
	}
	hubtest.Publish(
		t, d,
		episode("webinar", content.FormatWebinar, func(e *content.Episode) {
			e.Registration, e.Recordings, e.OwnRare().StreamURL = registration, recording, "https://example.org/live"
		}),
		episode("meeting", content.FormatMeeting, func(e *content.Episode) { e.When.Clock.EndTime = "" }),
		episode("session", content.FormatSession, func(e *content.Episode) { e.OwnManner().NoRecording, e.Registration = true, registration }),
		episode("audio", content.FormatAudio, func(e *content.Episode) {
			e.Recordings = []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingAudio}, URL: "https://example.org/a"}}
		}),
		episode("video", content.FormatVideo, func(*content.Episode) {}),
		episode("month", content.FormatWebinar, func(e *content.Episode) { e.When = content.When{Date: "2026-03", TimeZone: "America/New_York"}.Kept() }),
	)
	monthEnd := time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC)
	type change struct {
		at            time.Time
		phase, action string
	}
	walks := map[string][]change{
		"webinar": {
			{time.Time{}, "ANNOUNCED", "REMIND"},
			{registration.OpensAt(), "REGISTRATION_OPEN", "REGISTER"},
			{registration.ClosesAt(), "REGISTRATION_CLOSED", "REMIND"},
			{start.Add(-15 * time.Minute), "STARTING_SOON", "REMIND"},
			{start, "LIVE", "WATCH_LIVE"},
			{start.Add(time.Hour), "RECORDING_PENDING", "NONE"},
			{start.AddDate(0, 0, 3), "ON_DEMAND", "WATCH_RECORDING"},
		},
		"meeting": {
			{time.Time{}, "ANNOUNCED", "REMIND"},
			{start.Add(-15 * time.Minute), "STARTING_SOON", "REMIND"},
			{start, "LIVE", "NONE"},
			{start.Add(90 * time.Minute), "RECORDING_PENDING", "NONE"},
			{start.Add(90*time.Minute + 30*24*time.Hour), "ENDED", "NONE"},
		},
		"session": {
			{time.Time{}, "ANNOUNCED", "REMIND"},
			{registration.OpensAt(), "REGISTRATION_OPEN", "REGISTER"},
			{registration.ClosesAt(), "REGISTRATION_CLOSED", "REMIND"},
			{start.Add(-15 * time.Minute), "STARTING_SOON", "REMIND"},
			{start, "LIVE", "REGISTER"},
			{start.Add(time.Hour), "NO_RECORDING", "NONE"},
		},
		"audio": {{time.Time{}, "ANNOUNCED", "REMIND"}, {start, "ON_DEMAND", "WATCH_RECORDING"}},
		"video": {{time.Time{}, "ANNOUNCED", "REMIND"}, {start, "ENDED", "NONE"}},
		"month": {
			{time.Time{}, "ANNOUNCED", "REMIND"},
			{monthEnd, "RECORDING_PENDING", "NONE"},
			{monthEnd.Add(30 * 24 * time.Hour), "ENDED", "NONE"},
		},
	}
	h := serve(d)
	for slug, walk := range walks {
		for i, c := range walk {
			if i == 0 {
				continue
			}
			for _, at := range []time.Time{c.at.Add(-time.Second), c.at, c.at.Add(time.Second)} {
				want := c
				if at.Before(c.at) {
					want = walk[i-1]
				}
				clock.At = at
				found, _, _ := cards(t, h, "")
				agree(t, h, found)
				got := found[slug]
				if got.Phase != want.phase || got.PrimaryAction.Kind != want.action {
					t.Errorf("%s at %s: %s and %s, want %s and %s", slug, at, got.Phase, got.PrimaryAction.Kind, want.phase, want.action)
				}
				if at.Before(c.at) && (got.PhaseChangesAt == nil || !got.PhaseChangesAt.Equal(c.at)) {
					t.Errorf("%s at %s: changes at %v, want %s", slug, at, got.PhaseChangesAt, c.at)
				}
			}
			// A second before, the answer has a tag; at the boundary the same tag is no longer good.
			clock.At = c.at.Add(-time.Second)
			_, etag, _ := cards(t, h, "")
			if _, _, status := cards(t, h, etag); status != http.StatusNotModified {
				t.Errorf("%s: the same moment answers %d to its own tag", slug, status)
			}
			clock.At = c.at
			if _, _, status := cards(t, h, etag); status != http.StatusOK {
				t.Errorf("%s at %s: an old tag answers %d", slug, c.at, status)
			}
		}
	}
}

func TestAScheduledPublicationAppearsAtItsSecondWithoutAnyWrite(t *testing.T) {
	from := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	clock := &hubtest.Clock{At: from.AddDate(0, 0, -1)}
	database := hubtest.SQLite(t)
	d := hubtest.Open(t, database, clock)
	e := &content.Episode{Base: content.Base{Slug: "soon"}, Title: "Soon", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}}
	id := content.ImportedID(content.KindEpisode, "test", "soon")
	hubtest.Save(t, d, desk.Write{
		Action: "test", Puts: []desk.Put{{ID: id, Entry: e}}, Publish: []desk.Publish{{ID: id, Revision: 1, From: from}},
	})
	hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id, From: from.Add(time.Hour)}}})
	restarted := hubtest.Open(t, database, clock)
	for _, c := range []struct {
		at    time.Time
		shown bool
	}{{from.Add(-time.Second), false}, {from, true}, {from.Add(time.Hour - time.Second), true}, {from.Add(time.Hour), false}} {
		clock.At = c.at
		var tags []string
		for _, desk := range []*desk.Desk{d, restarted, hubtest.Open(t, database, clock)} {
			answer := string(ask(t, serve(desk), `{ episodes { totalCount nodes { slug } } hub { edition } }`, ""))
			if strings.Contains(answer, "soon") != c.shown {
				t.Errorf("at %s: %s", c.at, answer)
			}
			tags = append(tags, answer)
		}
		if tags[0] != tags[1] || tags[0] != tags[2] {
			t.Errorf("at %s the nodes differ: %v", c.at, tags)
		}
	}
}
