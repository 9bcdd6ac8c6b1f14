package desk_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func webinar(title string, edit func(*content.Episode)) *content.Episode {
	e := &content.Episode{Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}}
	if edit != nil {
		edit(e)
	}
	return e
}

func person(name string) *content.Speaker { return &content.Speaker{Name: name} }

func billed(id content.ID, name string) content.Appearance {
	return content.Appearance{Speaker: id, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: name}}
}

// newest is an entry as it is stored, for an editor to change.
func newest[T content.Entry](t *testing.T, d *desk.Desk, id content.ID) (T, int32) {
	t.Helper()
	number := d.Pin().Preview().Newest(id)
	e, ok, err := d.Revision(t.Context(), id, number)
	if err != nil || !ok {
		t.Fatalf("%s revision %d: %v, %v", id, number, ok, err)
	}
	own, err := content.Clone(e)
	if err != nil {
		t.Fatal(err)
	}
	return own.(T), number
}

// change edits an entry as one editor would, and publishes it.
func change[T content.Entry](t *testing.T, d *desk.Desk, id content.ID, edit func(T)) desk.Receipt {
	t.Helper()
	e, number := newest[T](t, d, id)
	edit(e)
	return hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: number, Entry: e, Publish: true}}})
}

func episode(t *testing.T, v *edition.View, id content.ID) *content.Episode {
	t.Helper()
	e, ok := v.Entry(id).(*edition.Episode)
	if !ok {
		t.Fatalf("%s is not shown", id)
	}
	return e.Episode
}

func TestTwoEditorsOfOneRevision(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, person("Ana"), person("Ben"))
		id := hubtest.Publish(t, d, webinar("Base", func(e *content.Episode) { e.Appearances = []content.Appearance{billed(ids[0], "Ana")} }))[0]
		put := func(edit func(*content.Episode)) desk.Write {
			base, _, err := d.Revision(t.Context(), id, 1)
			if err != nil {
				t.Fatal(err)
			}
			e, err := content.Clone(base)
			if err != nil {
				t.Fatal(err)
			}
			edit(e.(*content.Episode))
			return desk.Write{Action: "test", Puts: []desk.Put{{ID: id, Expected: 1, Entry: e}}}
		}
		hubtest.Save(t, d, put(func(e *content.Episode) { e.Title = "Theirs" }))
		// Disjoint edits both survive; so do items of one list.
		hubtest.Save(t, d, put(func(e *content.Episode) {
			e.OwnRare().Subtitle = "Mine"
			e.Appearances = append(e.Appearances, billed(ids[1], "Ben"))
		}))
		if e := episode(t, d.Pin().Preview(), id); e.Title != "Theirs" || e.Subtitle() != "Mine" || len(e.Appearances) != 2 {
			t.Errorf("merged to %+v", e)
		}
		// The same unit twice is a conflict, which has both values and who wrote the other.
		_, err := d.Save(t.Context(), hubtest.Admin(), put(func(e *content.Episode) { e.Title = "Mine" }))
		var found content.Errors
		if !errors.As(err, &found) || len(found) != 1 || found[0].Clash == nil {
			t.Fatalf("got %v, want a conflict", err)
		}
		if c := found[0].Clash; string(c.Base) != `"Base"` || string(c.Theirs) != `"Theirs"` || string(c.Mine) != `"Mine"` || c.By != hubtest.Admin().Name || c.Revision != 2 {
			t.Errorf("told %+v", c)
		}
		exact := put(func(e *content.Episode) { e.OwnManner().Language = "es" })
		exact.Puts[0].Exact = true
		want(t, mistakes(t, d, hubtest.Admin(), exact), "puts.0.expectedRevision CONFLICT")
		// Right by itself, wrong beside the other's change.
		change(t, d, id, func(e *content.Episode) { e.When = content.When{Date: "2026-03-01"}.Kept() })
		hubtest.Save(t, d, put(func(e *content.Episode) { e.Number = new(int32) }))
	})
}

func TestWhatEditorsChangedStaysWhenAnImportComesAgain(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		id := content.ImportedID(content.KindSpeaker, "file", "ana")
		load := func(edit func(*content.Speaker)) desk.Result {
			s := &content.Speaker{Name: "Ana", SpeakerRare: &content.SpeakerRare{Pronouns: "she/her", WebLinks: []content.WebLink{{URL: "https://a.example"}}}}
			edit(s)
			return hubtest.Save(t, d, desk.Write{Action: "import file", Puts: []desk.Put{{ID: id, Expected: d.Pin().Preview().Newest(id), Entry: s, Source: "file", Publish: true}}}).Results[0]
		}
		same := func(*content.Speaker) {}
		load(same)
		change(t, d, id, func(s *content.Speaker) { s.Name = "Ana María"; s.OwnRare().SortName = "María, Ana" })
		if r := load(same); r.Outcome != desk.Unchanged || len(r.Kept) != 0 {
			t.Errorf("the same file again: %+v", r)
		}
		r := load(func(s *content.Speaker) { s.Name = "A. María"; s.OwnRare().Pronouns = "they/them" })
		if r.Outcome != desk.Updated || len(r.Kept) != 1 || r.Kept[0].Path[0] != "name" || string(r.Kept[0].Mine) != `"A. María"` {
			t.Errorf("a newer file: %+v", r)
		}
		// Its own merge is no editor's change: what the file takes back goes.
		r = load(func(s *content.Speaker) { s.Name = "A. María"; s.OwnRare().Pronouns = ""; s.OwnRare().WebLinks = nil })
		s, _ := newest[*content.Speaker](t, d, id)
		if s.Name != "Ana María" || s.SortName() != "María, Ana" || s.Pronouns() != "" || s.WebLinks() != nil {
			t.Errorf("in the end %+v after %+v", s, r)
		}
	})
}

func TestPublishingListsDraftsOrTakesThemAlong(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	r := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Organization{Name: "College", OrganizationKind: content.OrgOther}}}})
	org := r.Results[0].ID
	r = hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Speaker{Name: "Ana", Affiliations: []content.Affiliation{{Organization: org}}}}}})
	ana := r.Results[0].ID
	r = hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: webinar("Talk", func(e *content.Episode) { e.Appearances = []content.Appearance{billed(ana, "Ana")} })}}})
	talk := r.Results[0].ID
	w := desk.Write{Action: "publish", Publish: []desk.Publish{{ID: talk, Revision: 1}}, Dependencies: desk.RefuseDrafts}
	_, err := d.Save(t.Context(), hubtest.Admin(), w)
	var found content.Errors
	if !errors.As(err, &found) || found[0].Code != content.CodeDependency || !slices.Equal(found[0].Entries, []content.ID{ana}) {
		t.Fatalf("got %v", err)
	}
	w.Dependencies, w.DryRun = desk.PublishDrafts, true
	tried := hubtest.Save(t, d, w)
	w.DryRun = false
	done := hubtest.Save(t, d, w)
	if !slices.Equal(done.Effects.AlsoPublished, []content.ID{ana, org}) || !reflect.DeepEqual(tried.Effects, done.Effects) {
		t.Errorf("tried %+v, done %+v", tried.Effects, done.Effects)
	}
	if d.Pin().Entry(org) == nil {
		t.Error("the dependency's dependency is not public")
	}
	want(t, mistakes(t, d, hubtest.Admin(), desk.Write{Trash: []content.ID{ana}}), "trash.0 STILL_REFERENCED")
	hubtest.Save(t, d, desk.Write{Trash: []content.ID{ana, talk}})
}

func TestMergesAreUndoneExactlyAfterLaterEdits(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, person("Ana Lopez"), person("Ana López"), person("Other"))
		a, b := ids[0], ids[1]
		first := hubtest.Publish(t, d, webinar("First", func(e *content.Episode) { e.Appearances = []content.Appearance{billed(a, "A. Lopez")} }))[0]
		both := hubtest.Publish(t, d, webinar("Both", func(e *content.Episode) {
			e.Appearances = []content.Appearance{billed(a, "A. Lopez"), billed(ids[2], "Other"), billed(b, "Ana López")}
		}))[0]
		tried := hubtest.Save(t, d, desk.Write{Action: "merge", DryRun: true, Merge: []desk.Merge{{Survivor: b, Absorbed: a}}})
		merged := hubtest.Save(t, d, desk.Write{Action: "merge", Merge: []desk.Merge{{Survivor: b, Absorbed: a}}})
		if !reflect.DeepEqual(tried.Effects, merged.Effects) || len(merged.Effects.Dependants) != 2 {
			t.Errorf("tried %+v, merged %+v", tried.Effects, merged.Effects)
		}
		v := d.Pin()
		if e := episode(t, v, both); len(e.Appearances) != 2 || e.Appearances[0].Speaker != b || e.Appearances[0].CreditedName != "A. Lopez" {
			t.Errorf("doubled appearances do not fold: %+v", e.Appearances)
		}
		for _, key := range []string{"ana-lopez", "ana-lopez-2", string(a)} {
			if e := v.BySlug(content.KindSpeaker, key); e == nil || e.ID() != b {
				t.Errorf("%s leads to %v", key, e)
			}
		}
		// An editor changes what the merge shows: the stored id stays.
		shown := episode(t, d.Pin().Preview(), first)
		own, err := content.Clone(shown)
		if err != nil {
			t.Fatal(err)
		}
		own.(*content.Episode).Title = "First, edited"
		hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{ID: first, Expected: 1, Entry: own, Publish: true}}})
		change(t, d, both, func(e *content.Episode) { e.Appearances[0].CreditedTitle = "Dean" })
		change(t, d, a, func(s *content.Speaker) { s.OwnRare().Pronouns = "she/her" })
		change(t, d, b, func(s *content.Speaker) { s.OwnRare().Pronouns = "ella" })
		hubtest.Save(t, d, desk.Write{Action: "undoMerge", Part: []content.ID{a}})
		v = d.Pin()
		if e := episode(t, v, first); e.Title != "First, edited" || e.Appearances[0].Speaker != a {
			t.Errorf("first has %+v", e)
		}
		if e := episode(t, v, both); len(e.Appearances) != 3 || e.Appearances[0].Speaker != a || e.Appearances[0].CreditedTitle != "Dean" || e.Appearances[2].Speaker != b {
			t.Errorf("both has %+v", e.Appearances)
		}
		if s := v.Entry(a).(*edition.Speaker); s.Pronouns() != "she/her" {
			t.Errorf("a has %+v", s.Speaker)
		}
	})
}

func TestUndoReversesOneWrite(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		ids := hubtest.Publish(t, d, person("Ana"), person("Ben"), topic("One"))
		before := publicBodies(t, d)
		ana, _ := newest[*content.Speaker](t, d, ids[0])
		ana.Name = "Changed"
		r := hubtest.Save(t, d, desk.Write{
			Action: "test", Puts: []desk.Put{{ID: ids[0], Expected: 1, Entry: ana, Publish: true}, {Entry: topic("New"), Publish: true}},
			Publish: []desk.Publish{{ID: ids[1]}}, Trash: []content.ID{ids[2]},
		})
		if reflect.DeepEqual(before, publicBodies(t, d)) {
			t.Fatal("the write changed nothing")
		}
		undone, err := d.Undo(context.Background(), hubtest.Admin(), r.Batch, desk.Write{})
		if err != nil {
			t.Fatal(err)
		}
		if after := publicBodies(t, d); !reflect.DeepEqual(before, after) {
			t.Errorf("undone to %v, was %v", after, before)
		}
		// An undo is undone the same way.
		if _, err := d.Undo(context.Background(), hubtest.Admin(), undone.Batch, desk.Write{}); err != nil {
			t.Fatal(err)
		}
		if e := d.Pin().Entry(ids[0]); e == nil || e.Label() != "Changed" {
			t.Errorf("after undoing the undo: %v", e)
		}
		if _, err := d.Undo(context.Background(), hubtest.Admin(), "nobody", desk.Write{}); err == nil {
			t.Error("a write that never was is undone")
		}
	})
}

// publicBodies is all that is public, by id.
func publicBodies(t *testing.T, d *desk.Desk) map[content.ID]string {
	t.Helper()
	all := map[content.ID]string{}
	d.Pin().Each(func(e edition.Entry) {
		body, err := content.Encode(e.Content())
		if err != nil {
			t.Fatal(err)
		}
		all[e.ID()] = string(body)
	})
	return all
}

func TestScheduledPublicationsComeBackWithUndo(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	id := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: topic("Later")}}}).Results[0].ID
	due := clock.Now().Add(time.Hour)
	hubtest.Save(t, d, desk.Write{Action: "publish", Publish: []desk.Publish{{ID: id, Revision: 1, From: due}}})
	cancelled := hubtest.Save(t, d, desk.Write{Action: "unpublish", Publish: []desk.Publish{{ID: id}}})
	if _, err := d.Undo(t.Context(), hubtest.Admin(), cancelled.Batch, desk.Write{}); err != nil {
		t.Fatal(err)
	}
	clock.At = due
	if d.Pin().Entry(id) == nil {
		t.Error("the schedule is gone")
	}
}

func TestAListingOfATopicHearsWhatMovesBelowIt(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	ids := hubtest.Publish(t, d, topic("Top"), topic("Middle"))
	low := topic("Low")
	low.Broader = ids[1:]
	ids = append(ids, hubtest.Publish(t, d, low)...)
	list := hubtest.Publish(t, d, webinar("Talk", func(e *content.Episode) { e.Topics = ids[2:] }), &content.Listing{
		Title: "Of the top", Order: content.EpisodesLatest, Limit: 5, Theme: content.ThemeAuto, Filter: content.EpisodeFilter{Topics: ids[:1]},
	})[1]
	r := change(t, d, ids[1], func(middle *content.Topic) { middle.Broader = ids[:1] })
	if !slices.Equal(r.Effects.Listings, []content.ID{list}) {
		t.Errorf("listings %v, want %s", r.Effects.Listings, list)
	}
}
