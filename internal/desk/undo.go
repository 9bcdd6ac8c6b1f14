package desk

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// Undo reverses one write of the log by another: revised entries get what they were before, where others have changed them since
// by the rules of merging; created ones go to the trash; publications, trashings and merges are as they were. The options of w
// hold, its changes are made by Undo.
func (d *Desk) Undo(ctx context.Context, viewer auth.Viewer, batch string, w Write) (Receipt, error) {
	ask, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	done, found, err := d.store.Done(ask, batch)
	switch {
	case err != nil:
		return Receipt{}, refused(err)
	case !found:
		return Receipt{}, content.Errors{content.Errorf(content.CodeNotFound, "batch", "%s is no write of this hub", content.Quote(batch))}
	}
	w.Asked = batch
	if w.Action = "undo"; w.Reason == "" {
		w.Reason = "undoes " + batch
	}
	created := map[content.ID]bool{}
	for _, rev := range done.Revisions {
		if rev.Number == 1 {
			created[rev.ID] = true
			w.Trash = append(w.Trash, rev.ID)
			continue
		}
		before, ok, err := d.Revision(ask, rev.ID, rev.Number-1)
		if err != nil || !ok {
			return Receipt{}, refused(err)
		}
		w.Puts = append(w.Puts, Put{ID: rev.ID, Expected: rev.Number, Entry: before})
	}
	w.stands = w.unpublish(done, created, d.clock())
	for _, t := range done.Trashings {
		if t.Trashed {
			w.Restore = append(w.Restore, t.ID)
		} else if !created[t.ID] {
			w.Trash = append(w.Trash, t.ID)
		}
	}
	w.stands = append(w.stands, w.unmerge(done)...)
	return d.Save(ctx, viewer, w)
}

// refused tells an error of the database as Save would.
func refused(err error) error {
	if err != nil && store.IsUnavailable(err) {
		return content.Errors{content.Errorf(content.CodeUnavailable, "", "the database does not answer at the moment; try again later")}
	}
	return fmt.Errorf("undo: %w", err)
}

// unpublish asks for the publications that held before a write.
func (w *Write) unpublish(done store.Done, created map[content.ID]bool, now time.Time) (errs content.Errors) {
	touched := map[content.ID]bool{}
	for _, p := range done.Publications {
		touched[p.ID] = p.Version == done.Batch.Version || touched[p.ID]
	}
	var ids []content.ID
	for id, isTouched := range touched {
		if isTouched && !created[id] {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		var before []content.Publication
		isLater := false
		for _, p := range done.Publications {
			switch {
			case p.ID != id:
			case p.Version > done.Batch.Version:
				isLater = true
			case p.Version < done.Batch.Version:
				before = append(slices.DeleteFunc(before, func(old content.Publication) bool { return !old.From.Before(p.From) }), p)
			}
		}
		if isLater {
			errs = append(errs, content.Errorf(content.CodeConflict, "publish."+string(id), "%s was published or withdrawn again since; undo that first", id))
			continue
		}
		revision := int32(0)
		for _, p := range before {
			if !p.From.After(now) {
				revision = p.Revision
			}
		}
		w.Publish = append(w.Publish, Publish{ID: id, Revision: revision})
		for _, p := range before {
			if p.From.After(now) {
				w.Publish = append(w.Publish, Publish{ID: id, Revision: p.Revision, From: p.From})
			}
		}
	}
	return errs
}

// unmerge asks for the merges that held before a write.
func (w *Write) unmerge(done store.Done) (errs content.Errors) {
	for _, m := range done.Mergings {
		if m.Version != done.Batch.Version {
			continue
		}
		var before content.Merging
		for _, other := range done.Mergings {
			if other.Absorbed == m.Absorbed && other.Version < m.Version {
				before = other
			}
			if other.Absorbed == m.Absorbed && other.Version > m.Version {
				errs = append(errs, content.Errorf(content.CodeConflict, "merge."+string(m.Absorbed), "%s was merged or parted again since; undo that first", m.Absorbed))
			}
		}
		if m.Survivor != "" {
			w.Part = append(w.Part, m.Absorbed)
		} else if before.Survivor != "" {
			w.Merge = append(w.Merge, Merge{Survivor: before.Survivor, Absorbed: before.Absorbed, Fields: before.Fields})
		}
	}
	return errs
}
