package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// Purged tells what a purge takes away, and what it cannot.
type Purged struct {
	// Touched are the entries, of all revisions, that named the person.
	Touched []PurgedEntry
	Slugs   []string
	// Answers and Imports count what else remembered the person: answers to writes, what import sources gave.
	Answers, Imports int64
	// Pins are networks that were kept and named the person; they are empty now.
	Pins int64
	// Mentions are texts that still hold the name, for editors to read; Reasons are writes of the log whose reason does.
	Mentions []Mention
	Reasons  []string
	// Edition is the tag of the preview afterwards.
	Edition string
}

// PurgedEntry is an entry out of which a purge takes what names a person.
type PurgedEntry struct {
	ID        content.ID
	Fields    []string
	Revisions int32
}

// Mention is an entry whose texts hold a name.
type Mention struct {
	ID     content.ID
	Fields []string
}

// Purge forgets a person: the entry with all its revisions, and whatever names it in any revision of others. It is the one
// operation that rewrites history, so it cannot be undone: the database gets a new incarnation, and every node and cache begins
// anew. Free text that still holds the name is reported, not changed.
func (d *Desk) Purge(ctx context.Context, viewer auth.Viewer, id content.ID, w Write) (Purged, error) {
	var p Purged
	if err := must(viewer, auth.Admin); err != nil {
		return p, err
	}
	release, err := d.take(ctx)
	if err != nil {
		return p, err
	}
	defer release()
	var (
		pictures []string
		again    bool
	)
	asked := auth.Hash("purge " + string(id)) // the answer is kept without naming the person
	err = d.store.Locked(ctx, func(tx *store.Tx) error {
		if before, found, err := tx.Answered(ctx, viewer.Name, w.Key); err != nil {
			return err
		} else if found && w.Key != "" {
			if before.Hash != asked {
				return content.Errors{content.Errorf(content.CodeKeyReused, "idempotencyKey", "%s was used for another write; a new write wants a new key", content.Quote(w.Key))}
			}
			if err := json.Unmarshal(before.Receipt, &p); err != nil {
				return fmt.Errorf("read an answer: %w", err)
			}
			return errDryRun
		}
		if again = tx.Incarnation != d.ledger.Incarnation(); again {
			return errDryRun
		}
		if err := d.takeIn(ctx, tx); err != nil {
			return err
		}
		rev, ok := d.ledger.Draft(id)
		if !ok || id.Kind() != content.KindSpeaker {
			return content.Errors{content.Errorf(content.CodeNotFound, "id", "%s is no speaker of this hub", content.Quote(string(id)))}
		}
		if by := d.listingsBy(id); len(by) > 0 {
			return content.Errors{{
				Code: content.CodeReferenced, Path: []string{"id"}, Entries: by,
				Message: fmt.Sprintf("%d listings filter by this person and would show something else; change them first", len(by)),
			}}
		}
		if err := d.forget(ctx, tx, rev, &p); err != nil {
			return err
		}
		if pictures, err = d.forgetPictures(ctx, tx, rev); err != nil {
			return err
		}
		p.Slugs = d.head.Load().preview.Slugs(id)
		at := tx.After(d.clock())
		batch := content.Batch{Version: tx.Version + 1, ID: content.NewKey(at), Actor: viewer.Name, Action: "purge", Reason: w.Reason, At: at}
		erased, err := tx.Erase(ctx, id, batch, p.Slugs)
		p.Answers, p.Imports, p.Pins = erased.Answers, erased.Imports, erased.Pins
		if err == nil && w.DryRun {
			err = errDryRun
		}
		if err != nil || w.Key == "" {
			return err
		}
		kept := p
		kept.Slugs = nil // made of the name
		receipt, err := json.Marshal(kept)
		if err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
		return tx.Answer(ctx, viewer.Name, w.Key, store.Answered{Hash: asked, Receipt: receipt}, store.Change{Batch: batch})
	})
	if again {
		return p, d.reborn(ctx)
	}
	if errors.Is(err, errDryRun) {
		p.Edition = d.seen().Tag()
		return p, nil
	}
	if err != nil {
		return p, d.failed(err, w)
	}
	err = errors.Join(d.store.Scrub(ctx), d.reload(ctx))
	for _, name := range pictures {
		err = errors.Join(err, d.media.Remove(name))
	}
	p.Edition = d.seen().Tag()
	return p, err
}

// forget takes a person out of every revision of others, and looks for texts that hold the name.
func (d *Desk) forget(ctx context.Context, tx *store.Tx, person content.Revision, p *Purged) error {
	holding, err := tx.Holding(ctx, person.ID)
	if err != nil {
		return err
	}
	speaker := person.Entry.(*content.Speaker)
	words, newest := []string{speaker.Name}, map[content.ID]content.Revision{}
	for _, a := range speaker.Aliases() {
		words = append(words, a.Value)
	}
	for _, rev := range holding {
		if e, ok := rev.Entry.(*content.Episode); ok {
			for _, a := range e.Appearances {
				if a.Speaker == person.ID && !slices.Contains(words, a.CreditedName) {
					words = append(words, a.CreditedName)
				}
			}
		}
		fields := content.Forget(rev.Entry, person.ID)
		if len(p.Touched) == 0 || p.Touched[len(p.Touched)-1].ID != rev.ID {
			p.Touched = append(p.Touched, PurgedEntry{ID: rev.ID})
		}
		touched := &p.Touched[len(p.Touched)-1]
		touched.Revisions++
		for _, f := range fields {
			if !slices.Contains(touched.Fields, f) {
				touched.Fields = append(touched.Fields, f)
			}
		}
		if err := tx.Rewrite(ctx, rev); err != nil {
			return err
		}
		newest[rev.ID] = rev // the numbers count up
	}
	for _, t := range p.Touched {
		rev := newest[t.ID]
		if draft, _ := d.ledger.Draft(t.ID); draft.Number != rev.Number {
			continue // the newest revision did not name the person
		}
		if err := tx.Reindex(ctx, rev); err != nil {
			return err
		}
	}
	if p.Reasons, err = tx.MentionedReasons(ctx, words); err != nil {
		return err
	}
	rows, err := tx.Load(ctx, 0, tx.At, d.known())
	if err != nil {
		return err
	}
	for _, rev := range rows.Revisions {
		if rev.ID == person.ID {
			continue
		}
		if fields := content.Mentions(rev.Entry, words); len(fields) > 0 {
			p.Mentions = append(p.Mentions, Mention{rev.ID, fields})
		}
	}
	slices.SortFunc(p.Mentions, func(a, b Mention) int { return slices.Compare([]content.ID{a.ID}, []content.ID{b.ID}) })
	return nil
}

// listingsBy are the listings whose filter names an entry.
func (d *Desk) listingsBy(id content.ID) []content.ID {
	var by []content.ID
	for _, from := range d.head.Load().preview.Referrers(id) {
		if from.Kind() == content.KindListing {
			by = append(by, from)
		}
	}
	return by
}
