package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// Write is one change of the content, of any size: it happens as a whole or not at all.
type Write struct {
	// Action names what is done, for the log: "update", "publish", "import demo".
	Action string
	Reason string
	Puts   []Put
	// The rest comes after all Puts, so that it may speak of what the same write creates.
	Publish []Publish
	// Dependencies says what happens when something is published that points at drafts.
	Dependencies Dependencies
	Trash        []content.ID
	// TrashReferenced lets entries go to the trash although others point at them.
	TrashReferenced bool
	Restore         []content.ID
	Merge           []Merge
	// Part ends the merges of absorbed entries.
	Part []content.ID
	// Key names the write: the same one again with the same key is answered as before and does nothing, also after a restart
	// and on another node. Empty means that the desk makes one up, which an uncertain answer tells.
	Key string
	// Asked is the write in the words of who asks for it, by which one with a key is known again: what it comes to may be
	// another thing each time. Empty means that it is known by its changes.
	Asked string
	// DryRun does everything but keep it.
	DryRun bool
	// stands is what stands in the way of the write, unless it has been done already.
	stands content.Errors
}

// Put creates an entry or saves a new revision of one. What equals the newest revision already makes none.
type Put struct {
	// ID is empty for a new entry, unless an import brings the id along.
	ID content.ID
	// Expected is the revision that the editor started from; 0 for a new entry. When it is not the newest any more, the edit
	// is merged with what others changed since, or refused.
	Expected int32
	Entry    content.Entry
	// Whole are lists of Entry that are meant as they stand; they never merge.
	Whole []string
	// Exact refuses to merge anything.
	Exact bool
	// Source names the files that an import's entries come from. What editors changed since that source's last import stays,
	// and the result tells it.
	Source string
	// Publish makes what is saved public at once.
	Publish bool
}

// Publish makes a revision public from an instant on; Revision 0 makes the entry not public. A zero From is now.
type Publish struct {
	ID       content.ID
	Revision int32
	From     time.Time
}

// Dependencies says what happens to the drafts that a published entry points at.
type Dependencies int

// What can happen to drafts that something public points at.
const (
	// HideDrafts publishes without them; the links show when they are published.
	HideDrafts Dependencies = iota
	// RefuseDrafts refuses the write, and lists them.
	RefuseDrafts
	// PublishDrafts publishes their newest revisions as well, and those that these point at.
	PublishDrafts
)

// Merge lets Survivor stand for Absorbed wherever that is named.
type Merge struct {
	Survivor, Absorbed content.ID
	// Fields are those that the survivor takes of the absorbed, as JSON spells them.
	Fields []string
}

// Receipt tells what a write did.
type Receipt struct {
	// Batch names the write in the log; empty when nothing changed, or was only tried.
	Batch   string
	Version int64
	// Results has one row for each Put, in order.
	Results []Result
	// Touched are all entries that the write did something to.
	Touched []content.ID
	Effects Effects
	// Seen is the content as the write leaves it, also where it was only tried.
	Seen *edition.View `json:"-"`
}

// Result tells what became of a Put.
type Result struct {
	ID       content.ID
	Revision int32
	Outcome  Outcome
	// Kept are values of an import that did not replace what editors had changed.
	Kept []content.Conflict `json:",omitempty"`
}

// Outcome is what a Put came to.
type Outcome string

// The outcomes of a Put.
const (
	Created   Outcome = "CREATED"
	Updated   Outcome = "UPDATED"
	Unchanged Outcome = "UNCHANGED"
)

// Effects are what a write changes outside of the form that made it.
type Effects struct {
	EdgesAdded, EdgesRemoved []Edge
	Redirects                []Redirect
	// Published are the entries whose publication the write names, AlsoPublished those that it takes along.
	Published, AlsoPublished []content.ID
	edition.Impact
}

// Edge is a link between two entries.
type Edge struct {
	From  content.ID
	Field string
	To    content.ID
}

// Redirect says that a former slug leads to an entry.
type Redirect struct {
	Kind     content.Kind
	From, To string
}

// patience is how long a writer waits for its turn, and anybody for a small answer of the database.
const patience = 5 * time.Second

// limit is how long the database may take for a write.
func (w Write) limit() time.Duration {
	return 10*time.Second + time.Duration(len(w.Puts)+len(w.Publish))*10*time.Millisecond
}

// errDryRun ends a transaction whose work is only looked at.
var errDryRun = errors.New("dry run")

// Save is the one door in. It takes the version lock first, so that in the whole hub one writer is at work; then, with no
// other lock: authorize, look for an earlier answer to the same key, catch up with the database, normalize, compare expected
// revisions and merge, validate, check slugs, identifiers and references against the newest revisions, foresee the effects, write,
// commit, swap editions. All mistakes are told at once, as content.Errors; then nothing was written.
func (d *Desk) Save(ctx context.Context, viewer auth.Viewer, w Write) (Receipt, error) {
	release, err := d.take(ctx)
	if err != nil {
		return Receipt{}, err
	}
	defer release()
	if w.Key == "" {
		w.Key = content.NewKey(d.clock())
	}
	var (
		p        *plan
		replayed *Receipt
		again    bool
	)
	ctx, done := context.WithTimeout(ctx, w.limit())
	defer done()
	err = d.store.Locked(ctx, func(tx *store.Tx) error {
		if err := authorize(viewer, w); err != nil {
			return err
		}
		before, err := w.replay(ctx, tx, viewer)
		if err != nil {
			return err
		}
		if before != nil {
			replayed = before
			return errDryRun
		}
		if len(w.stands) > 0 {
			return w.stands
		}
		if tx.Incarnation != d.ledger.Incarnation() {
			again = true
			return errDryRun
		}
		if err := d.takeIn(ctx, tx); err != nil {
			return err
		}
		d.catchDue(d.clock())
		p = d.plan(ctx, tx, viewer, w)
		if p.err != nil {
			return p.err
		}
		if len(p.errs) > 0 {
			return p.errs
		}
		if p.foresee(w); p.err != nil {
			return p.err
		}
		if p.isEmpty() || w.DryRun {
			return errDryRun
		}
		if err := tx.Write(ctx, p.change); err != nil {
			return err
		}
		return w.remember(ctx, tx, viewer, p)
	})
	switch {
	case again:
		return Receipt{}, d.reborn(ctx)
	case err == nil:
		d.adopt(p)
		p.receipt.Seen = d.seen()
		return p.receipt, nil
	case replayed != nil:
		replayed.Seen = d.seen()
		return *replayed, nil
	case errors.Is(err, errDryRun):
		p.receipt.Batch, p.receipt.Version = "", 0
		return p.receipt, nil
	}
	return Receipt{}, d.failed(err, w)
}

// adopt takes in what a plan has stored. What it foresaw answers as it is: the plan had the turn since, so that only the clock has
// gone on. The caller has it still.
func (d *Desk) adopt(p *plan) {
	if p.next == nil {
		d.apply(p.rows())
		return
	}
	d.ledger.Join(p.fork, p.next.public, p.next.preview)
	d.answer(p.next)
	d.catchDue(d.clock())
}

// reborn reads everything anew for who found that the database lives another life now, and says so. The caller has the turn.
func (d *Desk) reborn(ctx context.Context) error {
	if err := d.reload(ctx); err != nil {
		return err
	}
	return content.Errors{content.Errorf(content.CodeConflict, "", "the content was restored meanwhile; look again and repeat")}
}

// takeIn takes in what other processes wrote before a transaction took the version lock. The caller has the turn.
func (d *Desk) takeIn(ctx context.Context, tx *store.Tx) error {
	if tx.Version <= d.ledger.Version() {
		return nil
	}
	rows, err := tx.Load(ctx, d.ledger.Version(), d.clock(), nil)
	if err != nil {
		return fmt.Errorf("catch up: %w", err)
	}
	d.apply(rows)
	return nil
}

// take waits for the turn of this node's one writer, which release gives back.
func (d *Desk) take(ctx context.Context) (release func(), err error) {
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case d.turn <- struct{}{}:
		return func() { <-d.turn }, nil
	case <-wait.Done():
		return nil, content.Errors{content.Errorf(content.CodeBusy, "", "the hub is busy with other writes; try again in a few seconds")}
	}
}

// failed turns what went wrong with a write into what its writer may know.
func (d *Desk) failed(err error, w Write) error {
	var mistakes content.Errors
	switch {
	case errors.As(err, &mistakes):
		return mistakes
	case errors.Is(err, store.ErrUncertain):
		return content.Errors{content.Errorf(content.CodeUncertain, "", "the database's answer was lost; the change may be stored or not. Repeat it with the idempotency key %s: then it happens once", w.Key)}
	case store.IsUnavailable(err), errors.Is(err, context.DeadlineExceeded):
		slog.Warn("a write was refused", "error", err)
		return content.Errors{content.Errorf(content.CodeUnavailable, "", "the database cannot be written to at the moment; nothing was stored, try again later")}
	}
	return fmt.Errorf("save: %w", err)
}

// seen is what editors see now. The caller has the turn.
func (d *Desk) seen() *edition.View { return d.head.Load().view(d.clock(), d.site).Preview() }

// authorize says whether a viewer may write this.
func authorize(viewer auth.Viewer, w Write) error {
	needs := auth.Contributor
	if len(w.Publish)+len(w.Trash)+len(w.Restore) > 0 || slices.ContainsFunc(w.Puts, func(p Put) bool { return p.Publish }) {
		needs = auth.Editor
	}
	if len(w.Merge)+len(w.Part) > 0 {
		needs = auth.Admin
	}
	return must(viewer, needs)
}

// must says whether a viewer's role is enough.
func must(viewer auth.Viewer, needs auth.Role) error {
	if viewer.Role.May(needs) {
		return nil
	}
	return content.Errors{content.Errorf(content.CodeForbidden, "", "the role %s is needed", needs)}
}
