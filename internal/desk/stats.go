package desk

import (
	"context"
	"time"

	"bettertogether/internal/edition"
)

// Shown is Pin for a monitor: what answers now, without bringing in what has come due, so that it never waits.
func (d *Desk) Shown() *edition.View {
	h := d.head.Load()
	return edition.NewView(h.public, h.preview, d.clock(), h.due, d.site)
}

// IsWriting tells whether somebody has the turn: a writer, the catching up, or what has come due.
func (d *Desk) IsWriting() bool { return len(d.turn) > 0 }

// ChangedAt is when what answers now came to be: the instant of the newest write, or of the newest publication if that is
// later. It is zero for an empty hub, and while a writer keeps the turn for longer than the context lives.
func (d *Desk) ChangedAt(ctx context.Context) time.Time {
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return time.Time{}
	}
	at := d.ledger.Begun()
	if at.UnixMicro() <= 0 { // the ledger's word for never
		return time.Time{}
	}
	return at
}

// Swaps is how often other editions began to answer here, and how long the last ones took to make.
func (d *Desk) Swaps() (times int64, took time.Duration) {
	return d.swaps.Load(), d.head.Load().took
}

// Behind is how many versions the database has that do not answer here yet; at least one when its content was restored or
// purged meanwhile.
func (d *Desk) Behind(ctx context.Context) (int64, error) {
	version, incarnation, err := d.store.Version(ctx)
	if err != nil {
		return 0, err
	}
	behind := max(version-d.Version(), 0)
	if incarnation != d.incarnation() {
		behind = max(behind, 1)
	}
	return behind, nil
}

// Skew is how far this node's clock is ahead of the database's; less than zero is behind. What the question took on its way
// is taken off, so that a slow network is no skew. It is zero on SQLite, which has no clock of its own.
func (d *Desk) Skew(ctx context.Context) (time.Duration, error) {
	asked := d.clock()
	theirs, err := d.store.Clock(ctx)
	if err != nil || theirs.IsZero() {
		return 0, err
	}
	// The database read its clock at some instant between asked and answered.
	answered := d.clock()
	switch {
	case asked.After(theirs):
		return asked.Sub(theirs), nil
	case answered.Before(theirs):
		return answered.Sub(theirs), nil
	default:
		return 0, nil
	}
}
