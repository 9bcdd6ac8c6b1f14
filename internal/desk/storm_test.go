package desk_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// record has who won which revision, and which writes there are to undo.
type record struct {
	mu      sync.Mutex
	winners map[string]int
	batches []string
}

func (r *record) keep(receipt desk.Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if receipt.Batch == "" {
		return
	}
	r.batches = append(r.batches, receipt.Batch)
	for _, result := range receipt.Results {
		if result.Outcome != desk.Unchanged {
			r.winners[fmt.Sprint(result.ID, "@", result.Revision)]++
		}
	}
}

func (r *record) batch(n int) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.batches) == 0 {
		return ""
	}
	return r.batches[n%len(r.batches)]
}

// storm lets several clients play at once, of two nodes.
func storm(t *testing.T, games []*game, rounds int) *record {
	t.Helper()
	r := &record{winners: map[string]int{}}
	var wait sync.WaitGroup
	for _, g := range games {
		wait.Go(func() {
			for range rounds {
				var receipt desk.Receipt
				var err error
				if g.rng.IntN(6) == 0 {
					receipt, err = g.desk.Undo(context.Background(), hubtest.Admin(), r.batch(g.rng.Int()), desk.Write{})
				} else {
					receipt, err = g.desk.Save(context.Background(), hubtest.Admin(), g.write(t))
				}
				if !isRefused(t, err) {
					r.keep(receipt)
				}
			}
		})
	}
	wait.Wait()
	return r
}

func TestAStormLeavesOneHistoryWithoutLooseEnds(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		first, second := hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)
		g := newGame(t, first, time.Now, 1)
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		var games []*game
		for n := range uint64(8) {
			player := g.by(n)
			player.desk = []*desk.Desk{first, second}[n%2]
			games = append(games, player)
		}
		r := storm(t, games, 30)
		if len(r.winners) < 25 {
			t.Errorf("only %d revisions were won", len(r.winners))
		}
		for revision, n := range r.winners {
			if n != 1 {
				t.Errorf("%s has %d winners", revision, n)
			}
		}
		for _, d := range []*desk.Desk{first, second} {
			if err := d.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		wantHistoryToReplay(t, first)
		fresh := hubtest.Open(t, database, nil)
		want := everything(t, fresh)
		for name, d := range map[string]*desk.Desk{"one node": first, "the other": second} {
			if got := everything(t, d); got != want {
				t.Errorf("%s answers otherwise than a hub that was opened anew:\n%s", name, difference(got, want))
			}
		}
		verify(t, database)
	})
}

// wantHistoryToReplay reads the history of each entry: its numbers count up without gaps, each step's changes lead from the body
// before to its own, and the last is what editors see.
func wantHistoryToReplay(t *testing.T, d *desk.Desk) {
	t.Helper()
	v := d.Pin().Preview()
	v.Each(func(e edition.Entry) {
		newest := v.Newest(e.ID())
		span := store.Span{ID: e.ID(), First: 1, Last: newest}
		found, err := d.Histories(context.Background(), []store.Span{span})
		if err != nil || len(found[span]) != int(newest) {
			t.Fatalf("%s: %d steps of %d, %v", e.ID(), len(found[span]), newest, err)
		}
		steps := found[span]
		slices.Reverse(steps)
		replayed := content.New(e.ID().Kind())
		for i, s := range steps {
			if s.Number != int32(i+1) {
				t.Errorf("%s: step %d is revision %d", e.ID(), i, s.Number)
			}
			var fields []string
			for _, c := range s.Changes {
				fields = append(fields, c.Field)
			}
			content.Patch(replayed, s.Entry, fields)
		}
		stored, ok, err := d.Revision(context.Background(), e.ID(), newest)
		if err != nil || !ok || body(t, replayed) != body(t, stored) {
			t.Errorf("%s replays to %s, is %s (%v)", e.ID(), body(t, replayed), body(t, stored), err)
		}
	})
}

func body(t *testing.T, e content.Entry) string {
	t.Helper()
	raw, err := content.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// everything writes all that a hub shows, to the public and to editors.
func everything(t *testing.T, d *desk.Desk) string {
	t.Helper()
	return everythingAt(t, d.Pin())
}

// everythingAt writes all that a moment shows.
func everythingAt(t *testing.T, at *edition.View) string {
	t.Helper()
	all := ""
	for _, v := range []*edition.View{at, at.Preview()} {
		all += v.Tag() + "\n"
		v.Each(func(e edition.Entry) {
			refs, err := e.ReferencedBy(new(int32(100)), nil, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			by := ""
			for _, r := range refs.Edges {
				by += fmt.Sprint(" ", r.Node.ID(), r.Field)
			}
			all += fmt.Sprintln(e.ID(), e.Revision(), e.State(), e.URL(), v.BySlug(e.ID().Kind(), e.Common().Slug).ID(), body(t, e.Content()), by)
		})
	}
	return all
}

// difference is the first place at which two texts differ.
func difference(got, want string) string {
	i := 0
	for i < min(len(got), len(want)) && got[i] == want[i] {
		i++
	}
	at := max(0, i-200)
	return fmt.Sprintf("%.500s\n%.500s", got[at:], want[at:])
}
