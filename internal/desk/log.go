package desk

import (
	"context"
	"fmt"

	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// Revision returns an entry as a revision has it; false when there is none. What is at hand is not read again.
func (d *Desk) Revision(ctx context.Context, id content.ID, number int32) (content.Entry, bool, error) {
	if entry, ok := d.head.Load().preview.Stored(id, number); ok {
		return entry, true, nil
	}
	found, err := d.store.Written(ctx, []store.Span{{ID: id, First: number, Last: number}})
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	return found[0].Entry, true, nil
}

// Step is a revision in the history of an entry: who wrote it, when, why, and what changed against the one before.
type Step struct {
	store.Written
	Changes []content.FieldChange
}

// Actor is who wrote it.
func (s Step) Actor() string { return s.Batch.Actor }

// Action is what was done.
func (s Step) Action() string { return s.Batch.Action }

// Reason is why, if somebody said so.
func (s Step) Reason() string { return s.Batch.Reason }

// BatchID names the write that brought it.
func (s Step) BatchID() content.ID { return content.ID(s.Batch.ID) }

// Histories reads parts of the histories of several entries at once, in one statement, each newest first.
func (d *Desk) Histories(ctx context.Context, spans []store.Span) (map[store.Span][]Step, error) {
	wider := make([]store.Span, len(spans))
	for i, s := range spans {
		wider[i] = store.Span{ID: s.ID, First: s.First - 1, Last: s.Last}
	}
	all, err := d.store.Written(ctx, wider)
	if err != nil {
		return nil, fmt.Errorf("read histories: %w", err)
	}
	type name struct {
		id     content.ID
		number int32
	}
	at := make(map[name]store.Written, len(all))
	for _, w := range all {
		at[name{w.ID, w.Number}] = w
	}
	found := make(map[store.Span][]Step, len(spans))
	for _, s := range spans {
		steps := []Step{}
		for number := s.Last; number >= s.First; number-- {
			w, ok := at[name{s.ID, number}]
			if !ok {
				continue
			}
			changes, err := content.Changes(at[name{s.ID, number - 1}].Entry, w.Entry)
			if err != nil {
				return nil, fmt.Errorf("compare revisions: %w", err)
			}
			steps = append(steps, Step{w, changes})
		}
		found[s] = steps
	}
	return found, nil
}

// Log reads the hub's log of writes, newest first.
func (d *Desk) Log(ctx context.Context, f store.LogFilter) (store.Log, error) {
	return d.store.Log(ctx, f)
}
