package desk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// hurried is a clock that goes on with each look at it, at times by hours, so that time passes within a write. It ends a context
// at one of the looks.
type hurried struct {
	at     time.Time
	step   func() time.Duration
	cancel func()
	left   int // looks until it does
}

func (c *hurried) now() time.Time {
	if c.step != nil {
		c.at = c.at.Add(c.step())
	}
	if c.left--; c.left == 0 {
		c.cancel()
	}
	return c.at
}

// openAt opens a hub with a clock.
func openAt(t *testing.T, database string, now func() time.Time) *desk.Desk {
	t.Helper()
	s, err := store.Open(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d, err := desk.Open(t.Context(), s, desk.Options{Clock: now, Site: "https://hub.example"})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// moments writes what both editions know of the clock.
func moments(d *desk.Desk) string {
	all := ""
	public := d.Pin()
	for _, v := range []*edition.View{public, public.Preview()} {
		all += fmt.Sprintln(v.Tag(), v.Version(), v.Since())
		for at := &v.Now; at != nil; at = v.NextChangeAt() {
			v = edition.NewView(v.Edition, v.Edition, *at, time.Time{}, "")
			all += fmt.Sprintln(v.Tag())
		}
	}
	return all
}

func TestWhatAWriteForesawAnswersAsWhatIsReadFromTheDatabase(t *testing.T) {
	for seed := range uint64(6) {
		database := hubtest.SQLite(t)
		clock := &hurried{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		clock.step = func() time.Duration { return time.Millisecond }
		d := openAt(t, database, clock.now)
		g := newGame(t, d, clock.now, seed)
		clock.step = func() time.Duration {
			if g.rng.IntN(8) == 0 {
				return time.Duration(g.rng.IntN(180)) * time.Minute
			}
			return time.Millisecond
		}
		done, failed := 0, 0
		for n := range 160 {
			w := g.write(t)
			for i := range w.Publish {
				if g.rng.IntN(2) == 0 {
					w.Publish[i].From = clock.at.Add(time.Duration(1+g.rng.IntN(600)) * time.Minute)
				}
			}
			if g.rng.IntN(8) == 0 {
				w.Puts = append(w.Puts, desk.Put{Entry: g.entry(content.KindSpeaker), Publish: true})
			}
			w.DryRun = g.rng.IntN(5) == 0
			ctx, cancel := context.WithCancel(t.Context())
			if clock.cancel = cancel; g.rng.IntN(4) == 0 {
				clock.left = 3 // when it foresees
			}
			receipt, err := d.Save(ctx, hubtest.Admin(), w)
			cancel()
			clock.left = 0
			if errors.Is(err, context.Canceled) {
				failed++
			} else if !isRefused(t, err) {
				done++
				for _, r := range receipt.Results {
					if r.Outcome == desk.Created && !w.DryRun {
						g.ids = append(g.ids, r.ID)
					}
				}
			}
			if n%8 != 7 {
				continue
			}
			at := clock.at
			frozen := func() time.Time { return at }
			step := clock.step
			clock.step = nil
			fresh := openAt(t, database, frozen)
			if got, want := everything(t, d), everything(t, fresh); got != want {
				t.Fatalf("seed %d, write %d:\n%s", seed, n, difference(got, want))
			}
			if got, want := moments(d), moments(fresh); got != want {
				t.Fatalf("seed %d, write %d, moments:\n%s", seed, n, difference(got, want))
			}
			clock.step = step
		}
		if done < 40 || failed < 5 {
			t.Errorf("%d writes done, %d failed", done, failed)
		}
	}
}
