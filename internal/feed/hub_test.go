package feed_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// now is when the small hub is looked at.
func now() time.Time { return time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC) }

func id(kind content.Kind, key string) content.ID { return content.ImportedID(kind, "feed", key) }

// hub is a desk with entries under stable ids, all published in one write.
func hub(t testing.TB, clock *hubtest.Clock, entries ...content.Entry) *desk.Desk {
	t.Helper()
	d := hubtest.Open(t, filepath.Join(t.TempDir(), "hub.db"), clock)
	w := desk.Write{Action: "test"}
	for _, e := range entries {
		w.Puts = append(w.Puts, desk.Put{ID: id(e.Kind(), e.Common().Slug), Entry: e, Publish: true})
	}
	hubtest.Save(t, d, w)
	return d
}

// small is the hub of the golden files.
func small(t testing.TB) *edition.View {
	t.Helper()
	return hub(t, &hubtest.Clock{At: now()}, smallEntries()...).Pin()
}

func list(t testing.TB, v *edition.View, of content.ID, refine edition.Refinement) *edition.EpisodeList {
	t.Helper()
	var e edition.Entry
	if of != "" {
		e = v.Entry(of)
	}
	l, err := v.EpisodeList(e, refine)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// writers are the formats of a list.
func writers() map[feed.Format]func(io.Writer, *edition.EpisodeList) error {
	return map[feed.Format]func(io.Writer, *edition.EpisodeList) error{
		feed.Calendar: feed.ICS, feed.News: feed.RSS, feed.Items: feed.JSONFeed, feed.Program: feed.JSON, feed.Linked: feed.JSONLD, feed.Table: feed.CSV,
	}
}

func write(t testing.TB, f feed.Format, l *edition.EpisodeList) string {
	t.Helper()
	var b bytes.Buffer
	if err := writers()[f](&b, l); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from what is written; go test ./internal/feed -update rewrites it, read the difference then", file)
	}
}

func indented(t *testing.T, document string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(document), "", "  "); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func smallEntries() []content.Entry {
	number := func(n int32) *int32 { return &n }
	yes := true
	base := func(slug string) content.Base { return content.Base{Slug: slug} }
	topic := func(slug string) []content.ID { return []content.ID{id(content.KindTopic, slug)} }
	org := func(slugs ...string) []content.ID {
		var ids []content.ID
		for _, s := range slugs {
			ids = append(ids, id(content.KindOrganization, s))
		}
		return ids
	}
	webinars, podcast := id(content.KindSeries, "webinars"), id(content.KindSeries, "podcast")
	ballinger := func(role content.AppearanceRole) content.Appearance {
		return content.Appearance{Speaker: id(content.KindSpeaker, "ballinger"), Part: &content.Part{Role: role}, Billing: &content.Billing{CreditedName: "Marcia J. Ballinger", CreditedTitle: "President", Credited: &content.Credited{CreditedOrganizations: org("lccc")}}}
	}
	nunez := func(role content.AppearanceRole) content.Appearance {
		return content.Appearance{Speaker: id(content.KindSpeaker, "nunez"), Part: &content.Part{Role: role}, Billing: &content.Billing{CreditedName: "Ana Núñez", Credited: &content.Credited{CreditedOrganizations: org("jff")}}}
	}
	webinar := func(slug, title string, when content.When) *content.Episode {
		return &content.Episode{Base: base(slug), Title: title, Series: webinars, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, When: when.Kept()}
	}

	upcoming := webinar("upcoming", "Apprenticeship, together; a college & its employers", content.When{Date: "2026-04-14", StartTime: "14:00", EndTime: "15:30", TimeZone: "America/New_York"})
	upcoming.Number, upcoming.EpisodeRare = number(7), &content.EpisodeRare{Season: number(2), Subtitle: "What it takes"}
	upcoming.Summary = content.Markdown("How a college and **its employers** share the work.\n\nBring your questions, [read more](https://example.org/more).")
	upcoming.Registration = &content.Registration{URL: "https://example.org/register?a=1&b=2", Terms: &content.Terms{Seats: content.SeatsLimited, Free: &yes, ClosesAt: time.Date(2026, 4, 14, 17, 0, 0, 0, time.UTC)}}
	upcoming.Appearances = []content.Appearance{ballinger(content.RoleModerator), nunez(content.RolePanelist)}
	upcoming.Topics, upcoming.Hosts, upcoming.OwnManner().AttendanceMode = append(topic("apprenticeship"), topic("work-based")...), org("jff"), content.AttendOnline
	upcoming.ExternalURL = "https://example.org/events/7"

	live := webinar("live", "Live: policy in practice", content.When{Date: "2026-03-10", StartTime: "07:50", TimeZone: "America/New_York"})
	live.OwnRare().StreamURL, live.OwnManner().AttendanceMode, live.Topics = "https://example.org/stream", content.AttendOnline, topic("work-based")

	past := webinar("past", "Credentials that count", content.When{Date: "2025-11-18", StartTime: "13:00", EndTime: "14:00", TimeZone: "America/Chicago"})
	past.Appearances, past.Topics, past.Hosts = []content.Appearance{ballinger(content.RoleKeynote)}, topic("apprenticeship"), org("lccc", "jff")
	past.Recordings = []content.Recording{{
		RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://video.example.org/watch?v=abc", EmbedURL: "https://video.example.org/embed/abc", Seconds: 3540,
		PublishedAt: time.Date(2025, 11, 20, 9, 0, 0, 0, time.UTC), Along: &content.Along{
			Chapters: []content.Chapter{{Seconds: 0, Title: "Welcome"}, {Seconds: 600, Title: "Panel"}},
			Tracks:   []content.TextTrack{{TrackKind: content.TrackCaptions, Language: "en", URL: "https://video.example.org/abc.vtt"}, {TrackKind: content.TrackTranscript, URL: "https://video.example.org/abc", MediaType: "text/html"}},
		},
	}}

	days := &content.Episode{
		Base: base("days"), Title: "Spring convening", EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled, AttendanceMode: content.AttendMixed}, When: content.When{Date: "2026-05-04", EndDate: "2026-05-06"}.Kept(),
		Location: &content.Location{Venue: "Spitzer Center", Room: "Room 2", City: "Elyria", Region: "US-OH", Country: "US"}, Hosts: org("lccc"),
	}
	cancelled := webinar("cancelled", "Cancelled: a talk from Dublin", content.When{Date: "2026-03-20", StartTime: "10:00", EndTime: "11:00", TimeZone: "Europe/Dublin"})
	cancelled.OwnManner().Status = content.StatusCancelled
	postponed := webinar("postponed", "Postponed with its old date", content.When{Date: "2026-04-01", StartTime: "15:00", TimeZone: "America/Los_Angeles"})
	postponed.OwnManner().Status = content.StatusPostponed
	later := webinar("later", "Postponed until further notice", content.When{})
	later.OwnManner().Status = content.StatusPostponed
	spanish := webinar("saopaulo", "Educación dual en São Paulo: aprender trabajando", content.When{Date: "2026-02-03", StartTime: "09:00", EndTime: "10:00", TimeZone: "America/Sao_Paulo"})
	spanish.OwnManner().Language, spanish.Topics = "es", topic("apprenticeship")
	fold := webinar("fold", "The night on which clocks go back", content.When{Date: "2025-11-02", StartTime: "00:30", TimeZone: "America/New_York"})

	sound := &content.Episode{
		Base: base("sound"), Title: "Podcast: two presidents", Series: podcast, Number: number(1), EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled},
		When: content.When{Date: "2026-01-06"}.Kept(), Appearances: []content.Appearance{nunez(content.RoleHost), ballinger(content.RoleGuest)},
		Recordings: []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingAudio}, URL: "https://cdn.example.org/1.mp3?x=1&y=2", Along: &content.Along{Title: "Episode 1"}, Seconds: 2100}},
	}
	tocome := &content.Episode{
		Base: base("tocome"), Title: "Podcast: to come", Series: podcast, Number: number(2), EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled},
		When: content.When{Date: "2026-03-17", StartTime: "05:00", TimeZone: "UTC"}.Kept(),
	}

	study := &content.CaseStudy{
		Base: base("techcred"), Title: "Short credentials in Lorain County", Summary: content.Markdown("A college and *twelve employers*."), Status: content.PartnershipActive, StartedOn: "2019",
		Partners:   []content.Partner{{Organization: id(content.KindOrganization, "lccc"), Role: content.PartnerLead}},
		Strategies: topic("apprenticeship"), Episodes: []content.ID{id(content.KindEpisode, "past")},
		Contributors: []content.Contributor{{Speaker: id(content.KindSpeaker, "ballinger")}},
		Evidence:     []content.Evidence{{Level: content.EvidenceReported, URL: "https://example.org/report"}},
	}
	return []content.Entry{
		&content.Topic{Base: base("apprenticeship"), Name: "Apprenticeship", Scheme: content.TopicSubject, Definition: content.Markdown("Paid work with instruction.")},
		&content.Topic{Base: base("work-based"), Name: "Work-based learning, K-12; adults", Scheme: content.TopicStrategy},
		&content.Organization{
			Base: content.Base{Slug: "lccc", Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeIPEDS, Value: "203748"}, {Scheme: content.SchemeWikidata, Value: "Q6683042"}}}},
			Name: "Lorain County Community College", Acronym: "LCCC", OrganizationKind: content.OrgCommunityCollege, City: "Elyria", Region: "US-OH", Country: "US", Website: "https://www.lorainccc.edu/",
		},
		&content.Organization{Base: base("jff"), Name: "Jobs for the Future", OrganizationKind: content.OrgNonprofit},
		&content.Speaker{
			Base: content.Base{Slug: "ballinger", Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeORCID, Value: "0000-0002-1825-0097"}}}}, Name: "Marcia Ballinger",
			Affiliations: []content.Affiliation{{Organization: id(content.KindOrganization, "lccc"), Position: &content.Position{Title: "President", Primary: true}}},
		},
		&content.Speaker{Base: base("nunez"), Name: "Ana Núñez"},
		&content.Series{Base: base("webinars"), Title: "Better Together", SeriesKind: content.SeriesWebinar, Language: "en", Organizers: org("jff"), Summary: content.Markdown("A series of webinars."), StartDate: "2020"},
		&content.Series{
			Base: base("podcast"), Title: "Together, the podcast", SeriesKind: content.SeriesPodcast, Language: "en", FeedGUID: "917393e3-1b1e-5cef-ace4-edaa54e1f810", Organizers: org("jff", "lccc"),
			Credits: []content.Credit{{Speaker: id(content.KindSpeaker, "nunez"), Role: content.RoleProducer}},
		},
		upcoming, live, past, days, cancelled, postponed, later, spanish, fold, sound, tocome,
		webinar("month", "Some time in June", content.When{Date: "2026-06"}),
		webinar("undated", "Announced without a date", content.When{}),
		study,
		&content.Listing{
			Base: base("aprendizaje"), Title: "Sobre aprendizaje", Owner: id(content.KindOrganization, "lccc"), Order: content.EpisodesEarliest, Limit: 10, Theme: content.ThemeAuto, Locale: "es",
			Filter: content.EpisodeFilter{Topics: topic("apprenticeship")}, Pinned: []content.ID{id(content.KindEpisode, "live")},
		},
	}
}
