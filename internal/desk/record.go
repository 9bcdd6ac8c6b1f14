package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// recorder is who writes findings, in the log.
const recorder = "link check"

// Record stores what was found at addresses elsewhere. What says something new becomes rows of a version of its own, without any
// revision; the rest is only remembered for the next look. The public edition and its tag change when something public names one
// of the new ones, and not otherwise. It says how many were new.
func (d *Desk) Record(ctx context.Context, found []content.Finding) (fresh int, err error) {
	release, err := d.take(ctx)
	if err != nil {
		return 0, err
	}
	defer release()
	ctx, done := context.WithTimeout(ctx, Write{}.limit())
	defer done()
	latest := make(map[string]int, len(found))
	looked := make([]content.Finding, 0, len(found))
	for _, f := range found {
		// As the database keeps them, so that this node and the others say the same.
		for _, at := range []*time.Time{&f.At, &f.Since, &f.GoneAt, &f.FailedAt, &f.FirstFailed} {
			*at = at.UTC().Truncate(time.Microsecond)
		}
		if i, twice := latest[f.URL]; twice {
			looked[i] = f
			continue
		}
		latest[f.URL] = len(looked)
		looked = append(looked, f)
	}
	var change store.Change
	var incarnation string
	err = d.store.Locked(ctx, func(tx *store.Tx) error {
		if incarnation = tx.Incarnation; incarnation != d.ledger.Incarnation() {
			return errRestored
		}
		if err := d.takeIn(ctx, tx); err != nil {
			return err
		}
		if err := tx.Remember(ctx, looked); err != nil {
			return err
		}
		at := tx.After(d.clock())
		change = store.Change{Batch: content.Batch{Version: tx.Version + 1, ID: content.NewKey(at), Actor: recorder, Action: "check links", At: at}}
		var public map[string]bool
		for _, f := range looked {
			if was, known := d.ledger.Finding(f.URL); known && !f.Differs(was) {
				continue
			}
			if public == nil {
				public = d.ledger.PublicAddresses(d.clock())
			}
			f.Version, f.IsPublic = change.Batch.Version, public[f.URL]
			f.Gone, f.GoneAt, f.FailedAt = 0, time.Time{}, time.Time{} // of these the history does not tell
			change.Findings = append(change.Findings, f)
		}
		if len(change.Findings) == 0 {
			return nil
		}
		return tx.Write(ctx, change)
	})
	switch {
	case errors.Is(err, errRestored):
		return 0, errors.Join(fmt.Errorf("record findings: %w", err), d.reload(ctx))
	case err != nil:
		return 0, fmt.Errorf("record findings: %w", err)
	case len(change.Findings) == 0:
		return 0, nil
	}
	rows := content.Rows{Incarnation: incarnation, Version: change.Batch.Version, At: change.Batch.At, Findings: change.Findings}
	for _, f := range change.Findings {
		if f.IsPublic {
			rows.PublicFound, rows.PublicFoundAt = f.Version, rows.At
		}
	}
	d.apply(rows)
	return len(change.Findings), nil
}

// errRestored says that the database was restored under a running hub.
var errRestored = errors.New("the content was restored meanwhile")

// Checked is how the last look at each address came out that entries name. Of one that this database has never seen looked at, as
// behind an import of a whole hub, it is what the history tells.
func (d *Desk) Checked(ctx context.Context) (map[string]content.Finding, error) {
	all, err := d.store.Checked(ctx)
	if err != nil {
		return nil, err
	}
	preview := d.head.Load().preview
	for _, a := range preview.AddressesElsewhere() {
		if f, known := preview.Finding(a.URL); known && all[a.URL].At.IsZero() {
			all[a.URL] = f
		}
	}
	return all, nil
}

// Lease lets one holder of all nodes do what a name says, for a while; false while another does.
func (d *Desk) Lease(ctx context.Context, name, holder string, life time.Duration) (bool, error) {
	now := d.clock()
	return d.store.Lease(ctx, name, holder, now, now.Add(life))
}

// Now is the time by the desk's clock.
func (d *Desk) Now() time.Time { return d.clock() }

// AddressesElsewhere are all that editors see named, which are all that the hub looks after.
func (d *Desk) AddressesElsewhere() []edition.AddressElsewhere {
	return d.head.Load().preview.AddressesElsewhere()
}
