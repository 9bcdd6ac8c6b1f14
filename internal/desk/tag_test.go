package desk_test

import (
	"fmt"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// topics names what the public sees on a node.
func topics(d *desk.Desk) (names string) {
	v := d.Pin()
	for _, slug := range []string{"one", "two", "three"} {
		if v.BySlug(content.KindTopic, slug) != nil {
			names += slug + " "
		}
	}
	return names
}

// schedule saves a topic that will be public.
func schedule(t *testing.T, d *desk.Desk, slug string, from time.Time) {
	t.Helper()
	id := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: topic(slug)}}}).Results[0].ID
	hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: id, Revision: 1, From: from}}})
}

// While a reader looks at the clock, a writer publishes.
func TestAViewIsNeverOlderThanItsContent(t *testing.T) {
	s, err := store.Open(t.Context(), hubtest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	var d *desk.Desk
	now, between := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), func() {}
	d, err = desk.Open(t.Context(), s, desk.Options{Clock: func() time.Time {
		now = now.Add(time.Second)
		told, do := now, between
		between = func() {}
		do()
		return told
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func(){
		"published": func() { hubtest.Publish(t, d, topic("one")) },
		"due":       func() { schedule(t, d, "two", now.Add(30*time.Second)); now = now.Add(time.Minute); d.Pin() },
	} {
		between = write
		if v := d.Pin(); v.Now.Before(v.Since()) {
			t.Errorf("%s: the view is of %s, its content is so since %s", name, v.Now, v.Since())
		}
		for _, slug := range []string{"one", "two"} {
			if e := d.Pin().BySlug(content.KindTopic, slug); e != nil && e.PublishedAt() == nil {
				t.Errorf("%s: %s is public and was never published", name, slug)
			}
		}
	}
	if got := topics(d); got != "one two " {
		t.Errorf("the public sees %s", got)
	}
}

// wantTagsToTell checks that what two nodes show is the same where they name it alike.
func wantTagsToTell(t *testing.T, when string, a, b *desk.Desk) {
	t.Helper()
	if a.Pin().Tag() == b.Pin().Tag() && topics(a) != topics(b) {
		t.Errorf("%s: %s is %q here and %q there", when, a.Pin().Tag(), topics(a), topics(b))
	}
}

func TestAScheduleThatBecomesKnownTooLateIsPublicAllTheSame(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
		first, second := hubtest.Open(t, database, clock), hubtest.Open(t, database, clock)
		due := clock.At.Add(10 * time.Second)
		schedule(t, first, "one", due)
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		clock.At = due.Add(-time.Second)
		schedule(t, first, "two", due)
		clock.At = due
		wantTagsToTell(t, "before the other node knows", first, second)
		before := second.Pin().Tag()
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := topics(second); got != "one two " || second.Pin().Tag() == before || second.Pin().Tag() != first.Pin().Tag() {
			t.Errorf("the public sees %s by %s, was %s", got, second.Pin().Tag(), before)
		}
	})
}

func TestATagHoldsForOneContentWhereClocksDiffer(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		fast, slow := &hubtest.Clock{At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}, &hubtest.Clock{}
		slow.At = fast.At.Add(-10 * time.Second)
		first, second := hubtest.Open(t, database, fast), hubtest.Open(t, database, slow)
		pass := func(d time.Duration) { fast.At, slow.At = fast.At.Add(d), slow.At.Add(d) }
		trashed := hubtest.Publish(t, first, topic("three"))[0]
		pass(20 * time.Second)
		schedule(t, first, "one", fast.At.Add(5*time.Second))
		pass(7 * time.Second)
		hubtest.Save(t, first, desk.Write{Action: "test", Trash: []content.ID{trashed}})
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := topics(first) + "| " + topics(second); got != "one | " {
			t.Fatalf("the fast and the slow node show %s", got)
		}
		wantTagsToTell(t, "after the trash", first, second)
		before := second.Pin().Tag()
		pass(9 * time.Second)
		if got := topics(second); got != "one " || second.Pin().Tag() == before {
			t.Errorf("the slow node shows %s by %s, as by %s before", got, second.Pin().Tag(), before)
		}
	})
}

// An event of three years, announced to the month, is to come until it is over, whatever day it is.
func TestWhatIsToComeHoldsAsLongAsItsTag(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	clock.At = clock.At.Add(time.Second)
	hubtest.Publish(t, d, &content.Episode{
		Base: content.Base{Slug: "long"}, Title: "Long", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled},
		When: content.When{Date: "2030-02", EndDate: "2033-02"}.Kept(),
	})
	clock.At = clock.At.AddDate(0, 6, 0)
	before := d.Pin()
	clock.At = clock.At.AddDate(1, 0, 0)
	after := d.Pin()
	if before.Tag() != after.Tag() || len(before.Coming(5)) != 1 || len(after.Coming(5)) != 1 {
		t.Errorf("%d are to come by %s, %d by %s", len(before.Coming(5)), before.Tag(), len(after.Coming(5)), after.Tag())
	}
}

// However many episodes have no date, what is to come is found among those that have one.
func TestWhatIsToComeIsFoundBesideWhatHasNoDate(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	add := func(slug string, when content.When) {
		clock.At = clock.At.Add(time.Second)
		hubtest.Publish(t, d, &content.Episode{Base: content.Base{Slug: slug}, Title: slug, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, When: when.Kept()})
	}
	add("past", content.When{Date: "2029-11-01"})
	add("soon", content.When{Date: "2030-02-01"})
	add("later", content.When{Date: "2030-03-01"})
	for n := range 40 {
		if coming := d.Pin().Coming(5); len(coming) != 2 || coming[0].Slug != "soon" || coming[1].Slug != "later" {
			t.Fatalf("beside %d without a date %d are to come", n, len(coming))
		}
		add(fmt.Sprint("undated-", n), content.When{})
	}
}
