package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
)

// demoFacts are real episodes of the field, each fact with its source.
//
//go:embed demo/domain.ndjson
var demoFacts []byte

// demoSource names whose keys the demo's facts use; it is the one of an import without a source, so that importing the same
// file over the demo finds everything there.
const demoSource = "ndjson"

// fillDemo fills an empty hub: the facts, the "Better Together" series in front, and beside them one series that says of
// itself that it is a sample, dated around now so that every phase can be seen.
func fillDemo(ctx context.Context, d *desk.Desk, log io.Writer) error {
	if d.Version() > 0 {
		_, _ = fmt.Fprintln(log, "The database has content already; the demo content is left out.")
		return nil
	}
	viewer := auth.Viewer{Name: "demo", Role: auth.Admin}
	_, err := exchange.ImportNDJSON(ctx, d, bytes.NewReader(demoFacts), exchange.Options{Source: demoSource, Viewer: viewer, Name: "the demo's facts"})
	if err != nil {
		return err
	}
	view := d.Pin().Preview()
	write := desk.Write{Action: "demo", Reason: "the demo's samples"}
	series, ok := view.Entry(content.ImportedID(content.KindSeries, demoSource, "jff-better-together")).(*edition.Series)
	if ok {
		e, err := content.Clone(series.Content())
		if err != nil {
			return err
		}
		first := int32(1)
		e.(*content.Series).Rank = &first
		write.Puts = append(write.Puts, desk.Put{ID: series.ID(), Expected: series.Revision(), Entry: e, Publish: true})
	}
	for _, e := range append(sampleEpisodes(time.Now()), sampleLists()...) {
		id := sampleID(e.Kind(), e.Common().Slug)
		write.Puts = append(write.Puts, desk.Put{ID: id, Entry: e, Publish: true})
	}
	_, err = d.Save(ctx, viewer, write)
	return err
}

func sampleID(kind content.Kind, slug string) content.ID {
	return content.ImportedID(kind, "sample", slug)
}

// sampleEpisodes are a series with an episode in every phase at an instant, all of it made up and saying so.
func sampleEpisodes(now time.Time) []content.Entry {
	zone, err := new(content.Zones).Load("America/New_York")
	if err != nil {
		panic(err) // zones are embedded
	}
	now = now.In(zone).Truncate(time.Minute)
	rank := int32(2)
	series := &content.Series{
		Base: content.Base{Slug: "sample-series"}, Title: "Sample series: one episode in every phase", Rank: &rank,
		SeriesKind: content.SeriesWebinar, Language: "en",
		Summary: content.Markdown("Made up for this demonstration, to show how an episode moves from its announcement to its archive. Nothing here took place."),
	}
	all := []content.Entry{series}
	add := func(slug, title string, format content.EpisodeFormat, start time.Time, edit func(*content.Episode)) {
		e := &content.Episode{
			Base: content.Base{Slug: "sample-" + slug}, Series: sampleID(content.KindSeries, series.Slug), Title: "Sample: " + title,
			EpisodeManner: &content.EpisodeManner{Format: format, Status: content.StatusScheduled, AttendanceMode: content.AttendOnline},
			Summary:       content.Markdown("A sample, made up for this demonstration."),
		}
		number := int32(len(all))
		e.Number = &number
		if !start.IsZero() {
			end := start.Add(time.Hour)
			when := content.When{
				Date: content.PartialDate(start.Format("2006-01-02")), StartTime: start.Format("15:04"),
				EndTime: end.Format("15:04"), TimeZone: zone.String(),
			}
			if last := content.PartialDate(end.Format("2006-01-02")); last != when.Date {
				when.EndDate = last
			}
			e.When = when.Kept()
		}
		if edit != nil {
			edit(e)
		}
		all = append(all, e)
	}
	register := func(edit func(*content.Registration)) func(*content.Episode) {
		return func(e *content.Episode) {
			free := true
			e.Registration = &content.Registration{URL: "https://example.org/register", Terms: &content.Terms{Seats: content.SeatsAvailable, Free: &free}}
			if edit != nil {
				edit(e.Registration)
			}
		}
	}
	day := 24 * time.Hour
	video := content.Recording{
		RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/recording", EmbedURL: "https://example.org/player", Seconds: 3540,
		Along: &content.Along{Chapters: []content.Chapter{{Seconds: 0, Title: "Welcome"}, {Seconds: 95, Title: "How transcripts are searched"}}, Transcript: sampleTranscript},
	}
	audio := content.Recording{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingAudio}, URL: "https://example.org/recording.mp3", Seconds: 2100}
	add("announced", "announced", content.FormatWebinar, now.Add(60*day), nil)
	add("registration-open", "registration is open", content.FormatWebinar, now.Add(21*day), register(nil))
	add("full", "full, with a waiting list", content.FormatWebinar, now.Add(14*day),
		register(func(r *content.Registration) { r.Terms.Seats = content.SeatsWaitlist }))
	add("registration-closed", "registration is closed", content.FormatWebinar, now.Add(3*day),
		register(func(r *content.Registration) { r.Terms.ClosesAt = now.Add(-day).UTC() }))
	add("starting-soon", "starts within 15 minutes", content.FormatWebinar, now.Add(10*time.Minute), register(nil))
	add("live", "live now", content.FormatWebinar, now.Add(-20*time.Minute), func(e *content.Episode) {
		e.OwnRare().StreamURL = "https://example.org/stream"
	})
	add("recording-pending", "the recording is to follow", content.FormatWebinar, now.Add(-2*day), nil)
	add("on-demand", "the recording is there", content.FormatWebinar, now.Add(-10*day), func(e *content.Episode) {
		e.Recordings = []content.Recording{video}
	})
	add("ended", "ended", content.FormatWebinar, now.Add(-60*day), nil)
	add("no-recording", "without a recording", content.FormatWebinar, now.Add(-20*day), func(e *content.Episode) {
		e.OwnManner().NoRecording = true
	})
	add("postponed", "postponed", content.FormatWebinar, time.Time{}, func(e *content.Episode) { e.OwnManner().Status = content.StatusPostponed })
	add("cancelled", "cancelled", content.FormatWebinar, now.Add(5*day), func(e *content.Episode) { e.OwnManner().Status = content.StatusCancelled })
	add("podcast-announced", "a podcast to come", content.FormatAudio, now.Add(7*day), nil)
	add("podcast-on-demand", "a podcast to hear", content.FormatAudio, now.Add(-7*day), func(e *content.Episode) {
		e.Recordings = []content.Recording{audio}
	})
	return all
}

// sampleTranscript shows how a transcript is read and searched.
const sampleTranscript = `WEBVTT

00:00.000 --> 00:06.000
<v Host>Welcome. This is a sample transcript, not what anybody said.

00:06.000 --> 00:15.000
<v Host>Each part begins with the moment at which it is heard, and leads there.

01:35.000 --> 01:43.000
<v Guest>A search for a word that only a transcript holds, such as hydroponics,

01:43.000 --> 01:50.000
<v Guest>leads to the second at which it is said.

01:50.000 --> 01:58.000
<v Host>And a voice that is somebody's on the bill leads to that person's page.
`

// sampleLists are a toolkit and a listing over the demo's facts.
func sampleLists() []content.Entry {
	study := func(key, why string) content.ToolkitItem {
		return content.ToolkitItem{Entry: content.ImportedID(content.KindCaseStudy, demoSource, key), Annotation: content.Markdown(why)}
	}
	return []content.Entry{
		&content.Toolkit{
			Base: content.Base{Slug: "sample-toolkit"}, Title: "Sample toolkit: strategies of partnerships",
			Summary: content.Markdown("A selection made for this demonstration; the case studies themselves are real."),
			Items: []content.ToolkitItem{
				study("lccc-techcred", "Short credentials that employers ask for, paid for by a state."),
				study("avuhsd-pathways", "A school district and a county's social services."),
				study("lccc-train-oh", "Learning two days and working three."),
			},
		},
		&content.Listing{
			Base: content.Base{Slug: "sample-listing"}, Title: "Sample listing: partnerships",
			Filter: content.EpisodeFilter{Topics: []content.ID{content.ImportedID(content.KindTopic, demoSource, "partnerships")}},
			Order:  content.EpisodesLatest, Limit: 10, Theme: content.ThemeAuto, Locale: "en",
		},
	}
}
