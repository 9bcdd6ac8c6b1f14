package desk_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

func TestAPastMomentIsMadeAlsoWhenItsAskerHasGone(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		id := hubtest.Publish(t, d, topic("Before"))[0]
		at := clock.At.Add(time.Minute)
		clock.At = at.Add(time.Minute)
		change(t, d, id, func(e *content.Topic) { e.Name = "After" })
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		for tries := 0; ; tries++ {
			v, err := d.AsOf(gone, at)
			if err == nil {
				if name := v.Preview().Entry(id).Label(); name != "Before" {
					t.Errorf("the past shows %q", name)
				}
				return
			}
			var refused *content.Error
			if !errors.As(err, &refused) || refused.Code != content.CodeBusy {
				t.Fatalf("refused with %v", err)
			}
			if t.Context().Err() != nil || tries > 10_000_000 {
				t.Fatal("it is never made")
			}
		}
	})
}

func TestTheNewestMomentIsAnsweredAsItIsWhenItIsPast(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	database := hubtest.SQLite(t)
	d := hubtest.Open(t, database, clock)
	g := newGame(t, d, clock.Now, 3)
	tell := func(at time.Time) string {
		t.Helper()
		v, err := d.AsOf(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return everythingAt(t, v)
	}
	for n := range 60 {
		w := g.write(t)
		for i := range w.Publish {
			if g.rng.IntN(2) == 0 {
				w.Publish[i].From = clock.At.Add(time.Duration(1+g.rng.IntN(90)) * time.Minute)
			}
		}
		_, err := d.Save(t.Context(), hubtest.Admin(), w)
		isRefused(t, err)
		clock.At = clock.At.Add(10 * time.Minute)
		at := clock.At.Add(-time.Duration(g.rng.IntN(10)) * time.Minute)
		if g.rng.IntN(2) == 0 {
			d.Pin() // brings in what came due
		}
		before := tell(at)
		clock.At = clock.At.Add(time.Minute)
		hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: topic("Another"), Publish: true}}})
		if after := tell(at); after != before {
			t.Fatalf("write %d:\n%s", n, difference(after, before))
		}
		if fresh := hubtest.Open(t, database, clock); n%10 == 0 {
			v, err := fresh.AsOf(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			if got := everythingAt(t, v); got != before {
				t.Fatalf("write %d, a new node:\n%s", n, difference(got, before))
			}
		}
	}
}
