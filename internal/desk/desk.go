// Package desk is the running hub: the store, the ledger of what its rows say, and the editions that answer. Readers pin an
// edition; every change goes through Save, the one door in.
//
// The server, the importers and the commands call it. It never speaks GraphQL or HTTP.
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/media"
	"bettertogether/internal/store"
)

// Desk is a running hub. It is safe for concurrent use.
type Desk struct {
	store *store.Store
	clock func() time.Time
	site  string
	media *media.Folder
	// turn is held by whoever reads or changes the ledger: the writer, the catching up, the coming due.
	turn   chan struct{}
	ledger *edition.Ledger
	head   atomic.Pointer[head]
	zones  content.Zones
	past   past
	// secrets are those that were read, by purpose.
	secrets sync.Map
	// noting says that the use of a token is being written down.
	noting atomic.Bool
	// swaps is how often another head answered.
	swaps atomic.Int64
	// kick asks Follow to look at once.
	kick chan struct{}
}

// head is what answers now.
type head struct {
	public, preview *edition.Edition
	version         int64
	// since is when the content became as it is here.
	since time.Time
	// due is when the next scheduled publication begins; zero is never.
	due time.Time
	// took is how long the editions took to make.
	took time.Duration
	// over is closed when another head answers.
	over chan struct{}
}

// Options are what a desk needs beside its store.
type Options struct {
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
	// Site is the hub's public address without a slash at its end.
	Site string
	// Media holds the hub's own pictures; nil is a hub without any.
	Media *media.Folder
}

// Open loads the content and makes the first editions.
func Open(ctx context.Context, s *store.Store, o Options) (*Desk, error) {
	d := &Desk{store: s, clock: o.Clock, site: o.Site, media: o.Media, turn: make(chan struct{}, 1), kick: make(chan struct{}, 1), past: past{turn: make(chan struct{}, 1)}}
	if d.clock == nil {
		d.clock = time.Now
	}
	if err := d.reload(ctx); err != nil {
		return nil, err
	}
	return d, nil
}

// smallHub is how many entries a hub may have that is read without any collection of garbage: what its start leaves behind is
// less than what answers may leave anyway. GOMEMLIMIT holds in any case.
const smallHub = 30_000

// uncollected is held by the desk that reads without collections.
var uncollected sync.Mutex

// reload reads everything anew. The caller has the turn, or nobody else knows the desk yet.
func (d *Desk) reload(ctx context.Context) error {
	defer d.past.forget() // what was made before is of another incarnation
	now := d.clock()
	entries, err := d.store.Entries(ctx)
	if err != nil {
		return err
	}
	if entries < smallHub && uncollected.TryLock() { // of two at once one would restore what the other had set
		defer uncollected.Unlock()
		defer debug.SetGCPercent(debug.SetGCPercent(-1))
	}
	rows, err := d.store.Load(ctx, 0, now, d.known())
	if err != nil {
		return fmt.Errorf("load content: %w", err)
	}
	d.ledger = edition.NewLedger()
	d.ledger.Due(d.ledger.Apply(rows, now), now)
	public, preview := edition.BuildBoth(d.ledger, now)
	d.answer(&head{public: public, preview: preview, version: d.ledger.Version(), since: d.ledger.Begun(), due: d.ledger.NextDue()})
	return nil
}

// known gives what was read before. The rows decide whether it still holds.
func (d *Desk) known() store.Known {
	if h := d.head.Load(); h != nil {
		return h.preview.Known
	}
	return nil
}

// Pin returns the public view of this moment. All that one operation reads, it reads from one view.
func (d *Desk) Pin() *edition.View {
	m := d.Moment()
	return m.View()
}

// Moment is this moment, for who may need no view of it.
func (d *Desk) Moment() edition.Moment {
	for {
		// The clock comes second: nothing is shown at an instant before it became so.
		h := d.head.Load()
		now := d.clock()
		if h.due.IsZero() || now.Before(h.due) {
			return edition.NewMoment(h.public, h.preview, now, h.due, d.site)
		}
		d.comeDue(now)
	}
}

func (h *head) view(now time.Time, site string) *edition.View {
	return edition.NewView(h.public, h.preview, now, h.due, site)
}

// holds tells whether the head is what an instant up to now saw, unless another node has written meanwhile.
func (h *head) holds(at time.Time) bool {
	return !at.Before(h.since) && (h.due.IsZero() || at.Before(h.due))
}

// Version is the content version that answers now.
func (d *Desk) Version() int64 { return d.head.Load().version }

// comeDue makes the editions that a scheduled publication asks for.
func (d *Desk) comeDue(now time.Time) {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	d.catchDue(now)
}

// catchDue makes the next editions where a scheduled publication has begun, and lets them answer. The caller has the turn.
func (d *Desk) catchDue(now time.Time) {
	if c := d.ledger.Due(edition.Changes{}, now); len(c.Entries) > 0 {
		d.swap(c, now)
	}
}

// swap makes the next editions and lets them answer. The caller has the turn.
func (d *Desk) swap(c edition.Changes, now time.Time) {
	next := d.head.Load().next(d.ledger, c, now)
	d.answer(next)
}

// next makes the head that follows when entries of a ledger have changed.
func (h *head) next(l *edition.Ledger, c edition.Changes, now time.Time) (next *head) {
	began := time.Now()
	defer func() { next.took = time.Since(began) }()
	next = &head{version: l.Version(), since: l.Begun(), due: l.NextDue()}
	next.public, next.preview = edition.NextBoth(l, h.public, h.preview, c, now)
	return next
}

// answer lets a head answer from now on. The caller has the turn.
func (d *Desk) answer(next *head) {
	next.over = make(chan struct{})
	if before := d.head.Swap(next); before != nil {
		close(before.over)
		d.swaps.Add(1)
	}
}

// apply takes rows into the ledger and swaps. The caller has the turn.
func (d *Desk) apply(rows content.Rows) {
	now := d.clock()
	d.swap(d.ledger.Due(d.ledger.Apply(rows, now), now), now)
}

// Follow keeps up with what other processes write, until the context ends: it asks for the version when the database tells of
// a write, when somebody waits for one, and every second.
func (d *Desk) Follow(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	told := d.store.Listen(ctx)
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-told:
		case <-d.kick:
		}
		err := d.CatchUp(ctx)
		if err != nil && !failing && ctx.Err() == nil {
			slog.Warn("the database does not answer; reads go on from memory", "error", err)
		}
		if err == nil && failing {
			slog.Info("the database answers again")
		}
		failing = err != nil
		d.Pin() // brings in what came due, so that no reader waits for it
	}
}

// IsBehind tells whether a tag is of content that is not here yet. A tag that is none, or of another incarnation, is of none.
func (d *Desk) IsBehind(tag string) bool {
	h := d.head.Load()
	if h.public.HasTold(tag) || h.preview.HasTold(tag) { // as nearly every tag
		return false
	}
	return h.public.IsBehind(tag) || h.preview.IsBehind(tag)
}

// Await waits, as long as the context lives, until the content of a tag that another node gave is here as well. A tag that is
// none, or of another incarnation, waits for nothing.
func (d *Desk) Await(ctx context.Context, tag string) {
	for {
		h := d.head.Load()
		if !d.IsBehind(tag) {
			return
		}
		select {
		case d.kick <- struct{}{}:
		default: // somebody has asked already
		}
		select {
		case <-ctx.Done():
			return
		case <-h.over:
		}
	}
}

// CatchUp takes in what other processes have written since.
func (d *Desk) CatchUp(ctx context.Context) error {
	ask, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	version, incarnation, err := d.store.Version(ask)
	if err != nil {
		return err
	}
	if version == d.Version() && incarnation == d.incarnation() {
		return nil
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	load, done := context.WithTimeout(ctx, time.Minute)
	defer done()
	rows, err := d.store.Load(load, d.ledger.Version(), d.clock(), nil)
	if err != nil {
		return fmt.Errorf("load changes: %w", err)
	}
	// The rows say whose life they are of: since the look at the version the database may have begun another one.
	if rows.Incarnation != d.ledger.Incarnation() {
		return d.reload(ctx)
	}
	if rows.Version > d.ledger.Version() {
		d.apply(rows)
	}
	return nil
}

func (d *Desk) incarnation() string { return d.head.Load().preview.Incarnation() }

// Ready says whether the hub can serve: nil when content is loaded and the database answers.
func (d *Desk) Ready(ctx context.Context) error { return d.store.Ping(ctx) }
