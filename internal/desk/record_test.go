package desk_test

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// found is a finding at an address.
func found(url string, state content.LinkState, at time.Time) content.Finding {
	f := content.Finding{URL: url, At: at, State: state, Since: at, Status: 200}
	if state == content.LinkBroken {
		f.Status, f.Failures, f.FirstFailed, f.FailedAt, f.Gone, f.GoneAt, f.Detail = 404, 2, at, at, 2, at, "it is not there any more"
	}
	return f
}

func learn(t *testing.T, d *desk.Desk, all ...content.Finding) int {
	t.Helper()
	fresh, err := d.Record(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

const (
	watched  = "https://a.example/watched"
	fallback = "https://a.example/fallback"
	drafted  = "https://a.example/drafted"
	planned  = "https://a.example/planned"
)

func talk(title, url, other string) *content.Episode {
	return &content.Episode{
		Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatVideo, Status: content.StatusScheduled, TookPlace: true},
		Recordings: []content.Recording{{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: url, Along: &content.Along{FallbackURL: other}}},
	}
}

func TestFindingsChangeWhatIsShownAndNothingElse(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		ids := hubtest.Publish(t, d, talk("Talk", watched, fallback))
		hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: talk("Draft", drafted, "")}}})
		later := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: talk("Planned", planned, "")}}}).Results[0].ID
		hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: later, Revision: 1, From: clock.At.Add(time.Hour)}}})
		second := hubtest.Open(t, database, clock)
		shown := func(d *desk.Desk) (play, action string, health *edition.LinkHealth) {
			e := d.Pin().Entry(ids[0]).(*edition.Episode)
			return e.Recordings()[0].PlayURL(), string(e.PrimaryAction().Kind) + " " + e.PrimaryAction().URL, e.Recordings()[0].Health()
		}
		if play, action, health := shown(d); play != watched || action != "WATCH_RECORDING "+watched || health != nil {
			t.Errorf("%s %s %v", play, action, health)
		}
		tick := func() time.Time {
			clock.At = clock.At.Add(time.Minute)
			return clock.At
		}
		began := tick()
		if n := learn(t, d, found(watched, content.LinkOK, began), found(drafted, content.LinkOK, began)); n != 2 {
			t.Errorf("%d new", n)
		}
		// The same again is nothing new, and no version.
		version, public, preview := d.Version(), d.Pin().Tag(), d.Pin().Preview().Tag()
		if n := learn(t, d, found(watched, content.LinkOK, tick())); n != 0 || d.Version() != version {
			t.Errorf("%d new, version %d after %d", n, d.Version(), version)
		}
		if _, _, health := shown(d); health == nil || !health.CheckedAt.Equal(began) || !health.Since.Equal(began) {
			t.Errorf("%+v", health)
		}
		if known, err := d.Checked(t.Context()); err != nil || !known[watched].At.After(began) {
			t.Errorf("%+v, %v", known[watched], err)
		}
		// What only a draft names changes nothing for the public.
		if learn(t, d, found(drafted, content.LinkBroken, tick())); d.Pin().Tag() != public || d.Pin().Preview().Tag() == preview {
			t.Errorf("public tag %s after %s, preview %s after %s", d.Pin().Tag(), public, d.Pin().Preview().Tag(), preview)
		}
		before := clock.At
		broke := tick()
		learn(t, d, found(watched, content.LinkBroken, broke))
		check := func(d *desk.Desk) {
			t.Helper()
			play, action, health := shown(d)
			if play != fallback || action != "WATCH_RECORDING "+fallback || health.State != content.LinkBroken || !health.Since.Equal(broke) {
				t.Errorf("%s, %s, %+v", play, action, health)
			}
		}
		check(d)
		if d.Pin().Tag() == public {
			t.Error("the public tag did not change")
		}
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		fresh := hubtest.Open(t, database, clock)
		for name, node := range map[string]*desk.Desk{"a second node": second, "a new node": fresh} {
			check(node)
			if node.Pin().Tag() != d.Pin().Tag() || node.Pin().Preview().Tag() != d.Pin().Preview().Tag() {
				t.Errorf("%s: tags %s and %s, not %s and %s", name, node.Pin().Tag(), node.Pin().Preview().Tag(), d.Pin().Tag(), d.Pin().Preview().Tag())
			}
		}
		learn(t, d, found(fallback, content.LinkBroken, tick()))
		if play, action, _ := shown(d); play != "" || action != "NONE " {
			t.Errorf("%q, %s", play, action)
		}
		// The past is as it was.
		for at, want := range map[time.Time]string{before: watched, began.Add(-time.Second): watched, broke.Add(time.Second): fallback} {
			v, err := d.AsOf(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			r := v.Entry(ids[0]).(*edition.Episode).Recordings()[0]
			if r.PlayURL() != want || (r.Health() == nil) != at.Before(began) {
				t.Errorf("at %s: %s, %+v", at, r.PlayURL(), r.Health())
			}
		}
		// A scheduled entry comes with what was found before, on every node alike.
		learn(t, d, found(planned, content.LinkBroken, tick()))
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		clock.At = clock.At.Add(2 * time.Hour)
		third := hubtest.Open(t, database, clock)
		for _, node := range []*desk.Desk{d, second, third} {
			e := node.Pin().Entry(later).(*edition.Episode)
			if e.Recordings()[0].PlayURL() != "" || node.Pin().Tag() != d.Pin().Tag() {
				t.Errorf("%q, tag %s, not %s", e.Recordings()[0].PlayURL(), node.Pin().Tag(), d.Pin().Tag())
			}
		}
	})
}

func TestPublishingNeedsPicturesDescribed(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	picture := func(alt string) *content.Image { return &content.Image{URL: "https://a.example/p.png", Alt: alt} }
	for path, e := range map[string]func(alt string) content.Entry{
		"photo.alt": func(alt string) content.Entry {
			return &content.Speaker{Name: "Maria", SpeakerRare: &content.SpeakerRare{Photo: picture(alt)}}
		},
		"logo.alt": func(alt string) content.Entry {
			return &content.Organization{Name: "College", OrganizationKind: content.OrgEmployer, Logo: picture(alt)}
		},
		"images.1.alt": func(alt string) content.Entry {
			e := talk("Talk", watched, "")
			e.OwnRare().Images = []content.Image{*picture("A hall"), *picture(alt)}
			return e
		},
	} {
		for _, alt := range []string{"", "  "} {
			id := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: e(alt)}}}).Results[0].ID
			for _, w := range []desk.Write{
				{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 1}}},
				{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 1, From: time.Now().Add(time.Hour)}}},
				{Action: "test", Puts: []desk.Put{{Entry: e(alt), Publish: true}}},
			} {
				_, err := d.Save(t.Context(), hubtest.Admin(), w)
				if err == nil || !strings.Contains(err.Error(), path+": is required to publish") {
					t.Errorf("%s %q: %v", path, alt, err)
				}
			}
		}
		hubtest.Publish(t, d, e("What is on it"))
	}
}

func TestPurgeForgetsPhotosThatNobodyElseShows(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		add := func(shade uint8) string {
			m := image.NewGray(image.Rect(0, 0, 20, 20))
			m.Pix[3] = shade
			var b bytes.Buffer
			if err := png.Encode(&b, m); err != nil {
				t.Fatal(err)
			}
			p, err := d.AddPicture(t.Context(), hubtest.Admin(), &b, desk.Write{})
			if err != nil {
				t.Fatal(err)
			}
			return p.Path()
		}
		own, older, shared, copied := add(1), add(60), add(120), add(180)
		const remote, both = "https://a.example/only-hers.png", "https://a.example/theirs.png"
		now := time.Now()
		name := func(path string) string { return strings.TrimPrefix(path, "/media/") }
		id := hubtest.Publish(t, d, &content.Speaker{Name: "Maria Lind", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: older, Alt: "Portrait of Maria Lind"}}})[0]
		for i, url := range []string{shared, remote, both, own} {
			hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: int32(i) + 1, Entry: &content.Speaker{Name: "Maria Lind", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: url, Alt: "Portrait of Maria Lind"}}}}}})
		}
		hubtest.Publish(t, d, &content.Speaker{Name: "Ines", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: shared, Alt: "Two people"}}}, &content.Speaker{Name: "Ada", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: both, Alt: "Two people"}}})
		one, two := found(remote, content.LinkOK, now), found(both, content.LinkOK, now)
		one.Picture, two.Picture = name(copied), name(copied)
		learn(t, d, one, two)
		purge := func(dry bool) {
			t.Helper()
			if _, err := d.Purge(t.Context(), hubtest.Admin(), id, desk.Write{DryRun: dry}); err != nil {
				t.Fatal(err)
			}
		}
		purge(true)
		for _, path := range []string{own, older, shared, copied} {
			if !d.Media().Has(name(path)) {
				t.Errorf("%s is gone after a dry run", path)
			}
		}
		purge(false)
		for path, want := range map[string]bool{own: false, older: false, shared: true, copied: true} {
			if d.Media().Has(name(path)) != want {
				t.Errorf("%s is there: %t", path, !want)
			}
		}
		known, err := d.Checked(t.Context())
		if _, left := known[remote]; err != nil || left || known[both].Picture == "" {
			t.Errorf("%v, %v", known, err)
		}
		v := d.Pin()
		ada := v.BySlug(content.KindSpeaker, "ada").(*edition.Speaker)
		if ada.Photo().Src() != "https://hub.example"+copied {
			t.Errorf("%q", ada.Photo().Src())
		}
	})
}

func TestPictureThatIsGoneDoesNotStandInTheWayOfEdits(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 20, 30))); err != nil {
		t.Fatal(err)
	}
	p, err := d.AddPicture(t.Context(), hubtest.Admin(), &b, desk.Write{})
	if err != nil {
		t.Fatal(err)
	}
	// The hub's own address is stored as the path, so that it may move.
	maria := &content.Speaker{Name: "Maria", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: "https://hub.example" + p.Path(), Alt: "Portrait of Maria", Width: 999}}}
	id := hubtest.Publish(t, d, maria)[0]
	stored := func() content.Image { return *d.Pin().Preview().Entry(id).Content().(*content.Speaker).Photo() }
	if s := stored(); s.URL != p.Path() || s.Width != 20 || s.Height != 30 {
		t.Errorf("%+v", s)
	}
	if err := d.Media().Remove(p.Name()); err != nil {
		t.Fatal(err)
	}
	maria.OwnRare().Pronouns = "she/her"
	hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Entry: maria}}})
	if s := stored(); s.URL != p.Path() || s.Width != 20 || s.Height != 30 {
		t.Errorf("%+v", s)
	}
	_, err = d.Save(t.Context(), hubtest.Admin(), desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Speaker{Name: "Ines", SpeakerRare: &content.SpeakerRare{Photo: maria.Photo()}}}}})
	if mistakes, ok := err.(content.Errors); !ok || !slices.Equal(mistakes[0].Path, []string{"puts", "0", "photo", "url"}) || mistakes[0].Code != content.CodeNotFound { //nolint:errorlint // the desk promises the very type
		t.Errorf("%v", err)
	}
}
