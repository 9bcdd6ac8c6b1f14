package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func topic(name string) *content.Topic {
	return &content.Topic{Name: name, Scheme: content.TopicSubject}
}

// mistakes saves and wants to be refused; it returns path and code of each mistake.
func mistakes(t *testing.T, d *desk.Desk, viewer auth.Viewer, w desk.Write) []string {
	t.Helper()
	before := d.Pin().Preview().Tag()
	_, err := d.Save(context.Background(), viewer, w)
	var found content.Errors
	if !errors.As(err, &found) {
		t.Fatalf("got %v, want mistakes", err)
	}
	if after := d.Pin().Preview().Tag(); after != before {
		t.Errorf("a refused write moved the preview from %s to %s", before, after)
	}
	var told []string
	for _, e := range found {
		told = append(told, strings.Join(e.Path, ".")+" "+string(e.Code))
	}
	return told
}

func want(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSaveTellsAllMistakesAtOnceAndWritesNothing(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, topic("One"), topic("Two"))
		nobody := content.NewID(content.KindTopic, time.Now())
		want(
			t, mistakes(t, d, hubtest.Admin(), desk.Write{Puts: []desk.Put{
				{Entry: &content.Topic{Base: content.Base{Slug: "Not a slug"}}},
				{ID: ids[0], Expected: 7, Entry: topic("One")},
				{Entry: &content.Topic{Base: content.Base{Slug: "one"}, Name: "Other", Scheme: content.TopicSubject}},
				{Entry: &content.Topic{Name: "Child", Scheme: content.TopicSubject, Broader: []content.ID{nobody}}},
				{ID: ids[1], Expected: 1, Entry: &content.Topic{Name: "Two", Scheme: content.TopicSubject, Broader: []content.ID{ids[1]}}},
			}, Publish: []desk.Publish{{ID: nobody, Revision: 1}, {ID: ids[0], Revision: 9}, {ID: ids[0], Revision: 1, From: time.Unix(0, 0)}}}),
			"puts.0.slug INVALID", "puts.0.name REQUIRED", "puts.0.scheme INVALID", "puts.1.expectedRevision INVALID", "puts.2.slug TAKEN",
			"puts.3.broader.0 NOT_FOUND", "puts.4.broader.0 INVALID", "publish.0.id NOT_FOUND", "publish.1.revision NOT_FOUND", "publish.2.at INVALID",
		)
	})
}

func TestRolesBoundWhatSaveDoes(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	id := hubtest.Publish(t, d, topic("One"))[0]
	draft := desk.Write{Puts: []desk.Put{{ID: id, Expected: 1, Entry: topic("One, newer")}}}
	want(t, mistakes(t, d, auth.Viewer{}, draft), " FORBIDDEN")
	contributor := auth.Viewer{Name: "c", Role: auth.Contributor}
	for _, w := range []desk.Write{
		{Puts: []desk.Put{{Entry: topic("Two"), Publish: true}}}, {Publish: []desk.Publish{{ID: id}}}, {Trash: []content.ID{id}}, {Restore: []content.ID{id}},
	} {
		want(t, mistakes(t, d, contributor, w), " FORBIDDEN")
	}
	if _, err := d.Save(t.Context(), contributor, draft); err != nil {
		t.Error(err)
	}
}

func TestWhatEqualsTheNewestRevisionMakesNone(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		id := hubtest.Publish(t, d, topic("One"))[0]
		before := d.Version()
		r := hubtest.Save(t, d, desk.Write{Puts: []desk.Put{{ID: id, Expected: 1, Entry: topic("  One "), Publish: true}}})
		if r.Results[0].Outcome != desk.Unchanged || r.Batch != "" || d.Version() != before {
			t.Errorf("%+v, version %d after %d", r, d.Version(), before)
		}
	})
}

func TestDryRunTellsAndKeepsNothing(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, topic("One"), topic("Two"))
		w := desk.Write{DryRun: true, Puts: []desk.Put{{
			ID: ids[0], Expected: 1, Publish: true,
			Entry: &content.Topic{Base: content.Base{Slug: "uno"}, Name: "Uno", Scheme: content.TopicSubject, Broader: []content.ID{ids[1]}},
		}}}
		tag := d.Pin().Preview().Tag()
		told := hubtest.Save(t, d, w)
		if after := d.Pin().Preview().Tag(); after != tag {
			t.Errorf("the dry run moved the preview from %s to %s", tag, after)
		}
		w.DryRun = false
		done := hubtest.Save(t, d, w)
		if fmt.Sprint(told.Effects) != fmt.Sprint(done.Effects) || len(done.Effects.EdgesAdded) != 1 || len(done.Effects.Redirects) != 1 {
			t.Errorf("told %+v, did %+v", told.Effects, done.Effects)
		}
		for _, slug := range []string{"one", "uno"} {
			if e := d.Pin().BySlug(content.KindTopic, slug); e == nil || e.Label() != "Uno" {
				t.Errorf("%s leads to %v", slug, e)
			}
		}
	})
}

func TestASlugRedirectsPubliclyOnlyIfItWasPublic(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	id := hubtest.Publish(t, d, topic("First"))[0]
	put := func(number int32, slug string, publish bool) {
		e := topic("First")
		e.Slug = slug
		hubtest.Save(t, d, desk.Write{Puts: []desk.Put{{ID: id, Expected: number, Entry: e, Publish: publish}}})
	}
	put(1, "secret-draft", false)
	put(2, "second", true)
	for slug, found := range map[string]bool{"first": true, "second": true, "secret-draft": false} {
		if e := d.Pin().BySlug(content.KindTopic, slug); (e != nil) != found {
			t.Errorf("public %s: %v", slug, e)
		}
		if d.Pin().Preview().BySlug(content.KindTopic, slug) == nil {
			t.Errorf("editors do not find %s", slug)
		}
	}
	want(
		t, mistakes(t, d, hubtest.Admin(), desk.Write{Puts: []desk.Put{{Entry: &content.Topic{Base: content.Base{Slug: "first"}, Name: "x", Scheme: content.TopicSubject}}}}),
		"puts.0.slug TAKEN",
	)
}

func TestOldRevisionCanBePublishedAgainAlsoAfterARestart(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		other := hubtest.Open(t, database, nil)
		id := hubtest.Publish(t, d, topic("One"))[0]
		for n := int32(1); n < 4; n++ {
			hubtest.Save(t, d, desk.Write{Puts: []desk.Put{{ID: id, Expected: n, Entry: topic(fmt.Sprint("Version ", n+1)), Publish: n < 3}}})
		}
		if err := other.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		hubtest.Save(t, d, desk.Write{Publish: []desk.Publish{{ID: id, Revision: 1}}})
		if err := other.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for name, hub := range map[string]*desk.Desk{"writer": d, "follower": other, "fresh": hubtest.Open(t, database, nil)} {
			v := hub.Pin()
			if e := v.Entry(id); e == nil || e.Label() != "One" || e.Revision() != 1 {
				t.Errorf("%s: %v", name, e)
			}
			if e := v.Preview().Entry(id); e.Label() != "Version 4" || e.State() != edition.StatePublished {
				t.Errorf("%s: preview %s %s", name, e.Label(), e.State())
			}
			if v.Tag() != d.Pin().Tag() {
				t.Errorf("%s: tag %s, the writer's is %s", name, v.Tag(), d.Pin().Tag())
			}
		}
	})
}

func TestCancelledScheduleNeverAppears(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		id := content.NewID(content.KindTopic, clock.At)
		soon := clock.At.Add(time.Hour)
		hubtest.Save(t, d, desk.Write{Puts: []desk.Put{{ID: id, Entry: topic("Soon")}}, Publish: []desk.Publish{{ID: id, Revision: 1, From: soon}}})
		if s := d.Pin().Preview().Entry(id).State(); s != edition.StateScheduled {
			t.Errorf("state %s", s)
		}
		hubtest.Save(t, d, desk.Write{Publish: []desk.Publish{{ID: id, Revision: 0}}})
		clock.At = soon.Add(time.Hour)
		for _, hub := range []*desk.Desk{d, hubtest.Open(t, database, clock)} {
			if e := hub.Pin().Entry(id); e != nil {
				t.Errorf("a cancelled schedule shows %s", e.Label())
			}
		}
	})
}

func TestWritersFromTwoHubsNeverLoseOne(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		first := hubtest.Open(t, database, nil)
		id := hubtest.Publish(t, first, topic("Counter"))[0]
		hubs := []*desk.Desk{first, hubtest.Open(t, database, nil)}
		var wait sync.WaitGroup
		var mu sync.Mutex
		winners := map[int32]int{}
		for i, d := range hubs {
			wait.Go(func() {
				for n := range 20 {
					if err := d.CatchUp(context.Background()); err != nil {
						t.Error(err)
						return
					}
					expected := d.Pin().Preview().Entry(id).Revision()
					r, err := d.Save(context.Background(), hubtest.Admin(), desk.Write{Puts: []desk.Put{{ID: id, Expected: expected, Entry: topic(fmt.Sprint("Hub ", i, " write ", n))}}})
					var refused content.Errors
					switch {
					case errors.As(err, &refused) && refused[0].Code == content.CodeConflict:
					case err != nil:
						t.Error(err)
					default:
						mu.Lock()
						winners[r.Results[0].Revision]++
						mu.Unlock()
					}
				}
			})
		}
		wait.Wait()
		newest := hubtest.Open(t, database, nil).Pin().Preview().Entry(id).Revision()
		if int(newest) != len(winners)+1 {
			t.Errorf("%d writes were acknowledged, the newest revision is %d", len(winners), newest)
		}
		for revision, n := range winners {
			if n != 1 {
				t.Errorf("revision %d was acknowledged %d times", revision, n)
			}
		}
	})
}

func TestLinksToNowhereCannotBeStored(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		speaker := content.ImportedID(content.KindSpeaker, "test", "new")
		// What one write creates may be pointed at by the same write, in any order.
		hubtest.Save(t, d, desk.Write{Puts: []desk.Put{
			{Entry: &content.Episode{
				Title: "E", EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled},
				Appearances: []content.Appearance{{Speaker: speaker, Part: &content.Part{Role: content.RoleHost}, Billing: &content.Billing{CreditedName: "S"}}},
			}},
			{ID: speaker, Entry: &content.Speaker{Name: "S"}},
		}})
		if n := len(d.Pin().Preview().BySlug(content.KindEpisode, "e").(*edition.Episode).Appearances(nil)); n != 1 {
			t.Errorf("%d appearances", n)
		}
	})
}
