package feed_test

import (
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

func TestAFilterIsASentence(t *testing.T) {
	v := small(t)
	yes, no := true, false
	org := content.ID("lccc")
	for _, c := range []struct {
		of     content.ID
		refine edition.Refinement
		en, es string
	}{
		{"", edition.Refinement{}, "Episodes, newest first", "Episodios, los más recientes primero"},
		{
			"",
			edition.Refinement{Filter: content.EpisodeFilter{Topics: []content.ID{"apprenticeship"}, Organizations: []content.ID{org}, From: "2021"}},
			"Episodes about Apprenticeship, with Lorain County Community College, since 2021, newest first",
			"Episodios sobre Apprenticeship, con Lorain County Community College, desde 2021, los más recientes primero",
		},
		{
			id(content.KindSeries, "webinars"),
			edition.Refinement{Order: content.EpisodesEarliest, Filter: content.EpisodeFilter{
				Formats: []content.EpisodeFormat{content.FormatWebinar, content.FormatMeeting, content.FormatVideo},
				Phases:  []content.EpisodePhase{content.PhaseRegistrationOpen, content.PhaseLive}, Speakers: []content.ID{"ballinger", "nunez"},
				From: "2021-01-26", To: "2022-05", Language: "es", HasRecording: &yes, HasCaptions: &no, Regions: []string{"US-OH", "CA"}, Search: "two\u202E words",
			}},
			"Webinars, meetings or videos in the series Better Together, with Marcia Ballinger or Ana Núñez, in US-OH or CA, from January 26, 2021 to May 2022, in Spanish, that are open for registration or live now, with a recording, without captions, matching “two words”, oldest first",
			"Seminarios web, reuniones o vídeos de la serie Better Together, con Marcia Ballinger o Ana Núñez, en US-OH o CA, desde 26 de enero de 2021 hasta mayo de 2022, en español, en estado de inscripción abierta o emisión en directo, con grabación, sin subtítulos, que coinciden con «two words», los más antiguos primero",
		},
		{
			id(content.KindListing, "aprendizaje"),
			edition.Refinement{Filter: content.EpisodeFilter{Speakers: []content.ID{"nobody"}, To: "2024"}},
			"Episodes about Apprenticeship, with something that is not here, until 2024, oldest first",
			"Episodios sobre Apprenticeship, con algo que no está aquí, hasta 2024, los más antiguos primero",
		},
		{id(content.KindOrganization, "lccc"), edition.Refinement{Order: content.EpisodesByTitle}, "Episodes with Lorain County Community College, by title", "Episodios con Lorain County Community College, por título"},
		{id(content.KindCaseStudy, "techcred"), edition.Refinement{Order: content.EpisodesUpdated}, "Episodes about the case study Short credentials in Lorain County, last updated first", "Episodios sobre el caso Short credentials in Lorain County, los últimos actualizados primero"},
	} {
		l := list(t, v, c.of, c.refine)
		if got := feed.Sentence(l, "en-US"); got != c.en {
			t.Errorf("en: %s\nwant %s", got, c.en)
		}
		if got := feed.Sentence(l, "es-MX"); got != c.es {
			t.Errorf("es: %s\nwant %s", got, c.es)
		}
	}
}

func TestDatesAreToldInTheEpisodesOwnZone(t *testing.T) {
	var entries []content.Entry
	cases := []struct {
		when   content.When
		en, es string
	}{
		{content.When{}, "", ""},
		{content.When{Date: "2021"}, "2021", "2021"},
		{content.When{Date: "2021-01"}, "January 2021", "enero de 2021"},
		{content.When{Date: "2021-01-26"}, "Tuesday, January 26, 2021", "martes, 26 de enero de 2021"},
		{content.When{Date: "2021-01", EndDate: "2021-03"}, "January 2021 – March 2021", "enero de 2021 – marzo de 2021"},
		{content.When{Date: "2021-01-26", StartTime: "14:00", EndTime: "15:00", TimeZone: "America/New_York"}, "Tuesday, January 26, 2021, 2:00–3:00 p.m. EST", "martes, 26 de enero de 2021, 14:00–15:00 EST"},
		{content.When{Date: "2021-01-26", StartTime: "11:00", EndTime: "12:30", TimeZone: "America/Chicago"}, "Tuesday, January 26, 2021, 11:00 a.m.–12:30 p.m. CST", "martes, 26 de enero de 2021, 11:00–12:30 CST"},
		{content.When{Date: "2021-01-26", StartTime: "00:00", TimeZone: "UTC"}, "Tuesday, January 26, 2021, 12:00 a.m. UTC", "martes, 26 de enero de 2021, 00:00 UTC"},
		{content.When{Date: "2021-01-26", EndDate: "2021-01-27", StartTime: "09:00", EndTime: "17:00", TimeZone: "America/Denver"}, "Tuesday, January 26, 2021, 9:00 a.m. MST – Wednesday, January 27, 2021, 5:00 p.m. MST", "martes, 26 de enero de 2021, 09:00 MST – miércoles, 27 de enero de 2021, 17:00 MST"},
		{content.When{Date: "2021-01-26", EndDate: "2021-01-27", StartTime: "09:00", TimeZone: "America/Denver"}, "Tuesday, January 26, 2021, 9:00 a.m. MST – Wednesday, January 27, 2021", "martes, 26 de enero de 2021, 09:00 MST – miércoles, 27 de enero de 2021"},
		{content.When{Date: "2025-11-02", StartTime: "00:30", EndTime: "03:00", TimeZone: "America/New_York"}, "Sunday, November 2, 2025, 12:30 a.m. EDT–3:00 a.m. EST", "domingo, 2 de noviembre de 2025, 00:30 EDT–03:00 EST"},
		{content.When{Date: "2021-01-26", StartTime: "14:00", TimeZone: "Asia/Kathmandu"}, "Tuesday, January 26, 2021, 2:00 p.m. UTC+5:45", "martes, 26 de enero de 2021, 14:00 UTC+5:45"},
	}
	slug := func(i int) string { return "e" + strings.Repeat("x", i) }
	for i, c := range cases {
		entries = append(entries, &content.Episode{Base: content.Base{Slug: slug(i)}, Title: "One", EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled}, When: c.when.Kept()})
	}
	v := hub(t, &hubtest.Clock{At: now()}, entries...).Pin()
	for i, c := range cases {
		e, ok := v.Entry(id(content.KindEpisode, slug(i))).(*edition.Episode)
		if !ok {
			continue
		}
		if got := feed.InterfaceWords("en").When(e); got != c.en {
			t.Errorf("en: %q, want %q", got, c.en)
		}
		if got := feed.InterfaceWords("es").When(e); got != c.es {
			t.Errorf("es: %q, want %q", got, c.es)
		}
	}
}

func TestEveryPhaseAndActionHasWords(t *testing.T) {
	v := small(t)
	l := list(t, v, "", edition.Refinement{})
	for _, e := range l.Episodes {
		if got := feed.InterfaceWords("en").Action(e); got != e.PrimaryAction().Label {
			t.Errorf("%s: %q in English, content says %q", e.Title, got, e.PrimaryAction().Label)
		}
		if got := feed.InterfaceWords("es").Action(e); got == "" || got == e.PrimaryAction().Label {
			t.Errorf("%s: %q in Spanish", e.Title, got)
		}
	}
	for _, p := range []content.EpisodePhase{
		content.PhaseAnnounced, content.PhaseRegistrationOpen, content.PhaseFull, content.PhaseRegistrationClosed, content.PhaseStartingSoon, content.PhaseLive,
		content.PhaseRecordingPending, content.PhaseOnDemand, content.PhaseEnded, content.PhaseNoRecording, content.PhasePostponed, content.PhaseCancelled,
	} {
		en, es := feed.InterfaceWords("en").Phase(p), feed.InterfaceWords("es-US").Phase(p)
		if en == "" || es == "" || en == es {
			t.Errorf("%s: %q and %q", p, en, es)
		}
	}
	if got := feed.InterfaceWords("xx-broken-").Language; got != "en" {
		t.Errorf("an unknown language speaks %s", got)
	}
}

func TestWhatTheViewDoesNotShowHasNoNameAnywhere(t *testing.T) {
	clock := &hubtest.Clock{At: now()}
	topic := func(slug, name string) *content.Topic {
		return &content.Topic{Base: content.Base{Slug: slug}, Name: name, Scheme: content.TopicSubject}
	}
	d := hub(t, clock, topic("seen", "Seen"), topic("gone", "Gone secret"))
	draft, gone := id(content.KindTopic, "draft"), id(content.KindTopic, "gone")
	clock.At = clock.At.Add(time.Hour)
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{
		{ID: draft, Entry: topic("draft", "Draft secret")},
		{ID: id(content.KindListing, "l"), Publish: true, Entry: &content.Listing{
			Base: content.Base{Slug: "l"}, Title: "A listing", Order: content.EpisodesLatest, Limit: 10, Theme: content.ThemeAuto,
			Filter: content.EpisodeFilter{Topics: []content.ID{draft, gone}},
		}},
	}})
	hubtest.Save(t, d, desk.Write{Action: "test", Trash: []content.ID{gone}, TrashReferenced: true})
	l := list(t, d.Pin(), id(content.KindListing, "l"), edition.Refinement{Filter: content.EpisodeFilter{Phases: []content.EpisodePhase{"WRONG"}, Formats: []content.EpisodeFormat{"WRONG"}}})
	if got := feed.Sentence(l, "en"); got != "Episodes about something that is not here, newest first" {
		t.Errorf("the sentence is %q", got)
	}
	for f := range writers() {
		got := write(t, f, l)
		for _, secret := range []string{"secret", string(draft), string(gone)} {
			if strings.Contains(got, secret) {
				t.Errorf("%s tells %s", f, secret)
			}
		}
	}
}
