package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
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

// ID names the step among all nodes.
func (s Step) ID() content.ID { return s.Written.ID + "@" + content.ID(strconv.Itoa(int(s.Number))) }

// IsNode marks the interface of GraphQL.
func (Step) IsNode() {}

// Step returns one revision by its ID; false when there is none.
func (d *Desk) Step(ctx context.Context, id content.ID) (Step, bool, error) {
	entry, digits, _ := strings.Cut(string(id), "@")
	number, _ := strconv.ParseInt(digits, 10, 32) // what is no number is none
	if number < 1 || content.ID(entry).Kind() == "" {
		return Step{}, false, nil
	}
	span := store.Span{ID: content.ID(entry), First: int32(number), Last: int32(number)}
	found, err := d.Histories(ctx, []store.Span{span})
	if err != nil || len(found[span]) == 0 {
		return Step{}, false, err
	}
	return found[span][0], true, nil
}

// Change is a write of the log.
type Change struct {
	batch   content.Batch
	Entries []EntryChange
}

// EntryChange is what a write did to an entry. Entry is what editors see of it now, nil when it is gone.
type EntryChange struct {
	EntryID  content.ID
	Entry    edition.Entry
	Kind     store.TouchKind
	Revision *int32
}

// ID names the write.
func (c *Change) ID() content.ID { return content.ID(c.batch.ID) }

// IsNode marks the interface of GraphQL.
func (*Change) IsNode() {}

// Version is the content version that the write made.
func (c *Change) Version() int32 { return int32(c.batch.Version) }

// At is when.
func (c *Change) At() time.Time { return c.batch.At }

// Actor is who wrote.
func (c *Change) Actor() string { return c.batch.Actor }

// Action is what was done.
func (c *Change) Action() string { return c.batch.Action }

// Reason is why, if somebody said so.
func (c *Change) Reason() string { return c.batch.Reason }

// Log is a part of the log of writes, newest first.
type Log struct {
	Changes []*Change
	// HasMore says that more follow in the direction of reading; Total counts all that pass the filter.
	HasMore bool
	Total   int
}

// Log reads a part of the log in three statements.
func (d *Desk) Log(ctx context.Context, f store.LogFilter) (Log, error) {
	read, err := d.store.Log(ctx, f)
	log := Log{HasMore: read.HasMore, Total: read.Total}
	preview := d.Pin().Preview()
	for _, b := range read.Batches {
		c := &Change{batch: b, Entries: []EntryChange{}}
		for _, t := range read.Touched[b.Version] {
			e := EntryChange{EntryID: t.ID, Entry: preview.Entry(t.ID), Kind: t.What}
			if t.Revision > 0 {
				e.Revision = &t.Revision
			}
			c.Entries = append(c.Entries, e)
		}
		log.Changes = append(log.Changes, c)
	}
	return log, err
}

// Change returns one write by its ID; false when there is none.
func (d *Desk) Change(ctx context.Context, id content.ID) (*Change, bool, error) {
	log, err := d.Log(ctx, store.LogFilter{Batch: string(id), Most: 1})
	if err != nil || len(log.Changes) == 0 {
		return nil, false, err
	}
	return log.Changes[0], true, nil
}
