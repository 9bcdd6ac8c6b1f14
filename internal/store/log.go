package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

// LogFilter says which writes of the log to read. What is empty does not narrow.
type LogFilter struct {
	Batch    string
	Entry    content.ID
	Actor    string
	Action   string
	From, To time.Time
	// Before and After bound the versions, both left out; 0 is no bound.
	Before, After int64
	// Most is how many to read: the newest of them, or the oldest.
	Most   int
	Oldest bool
}

// Log is a part of the log of writes.
type Log struct {
	Batches []content.Batch
	// Touched has what each batch did, in the order of entries.
	Touched map[int64][]Touch
	// HasMore says that more follow in the direction of reading; Total counts all that pass the filter.
	HasMore bool
	Total   int
}

// Touch is what a write did to one entry.
type Touch struct {
	ID   content.ID
	What TouchKind
	// Revision is the one that was saved or published; 0 for none.
	Revision int32
}

// TouchKind says what was done to an entry.
type TouchKind string

// What can be done to an entry.
const (
	TouchCreated   TouchKind = "CREATED"
	TouchRevised   TouchKind = "REVISED"
	TouchPublished TouchKind = "PUBLISHED"
	TouchWithdrawn TouchKind = "WITHDRAWN"
	TouchTrashed   TouchKind = "TRASHED"
	TouchRestored  TouchKind = "RESTORED"
	TouchMerged    TouchKind = "MERGED"
	TouchParted    TouchKind = "PARTED"
)

// mostTouched is how many entries of a write the log lists.
const mostTouched = 1000

// Log reads a part of the log, newest first, in three statements.
func (s *Store) Log(ctx context.Context, f LogFilter) (Log, error) {
	log := Log{Touched: map[int64][]Touch{}}
	err := s.reading(ctx, func(tx *sqlx.Tx) error {
		where, args := f.where()
		if err := tx.QueryRowxContext(ctx, tx.Rebind("select count(*) from batch b where "+where), args...).Scan(&log.Total); err != nil {
			return err
		}
		if f.Before > 0 {
			where, args = where+" and b.version < ?", append(args, f.Before)
		}
		if f.After > 0 {
			where, args = where+" and b.version > ?", append(args, f.After)
		}
		args = append(args, f.Most+1)
		direction := "desc"
		if f.Oldest {
			direction = "asc"
		}
		err := each(ctx, tx, `
			select b.version, b.id, b.actor, b.action, b.reason, b.at
			from batch b
			where `+where+`
			order by b.version `+direction+`
			limit ?`, args, func(r *sqlx.Rows) error {
			var b content.Batch
			var at int64
			err := r.Scan(&b.Version, &b.ID, &b.Actor, &b.Action, &b.Reason, &at)
			b.At = fromMicros(at)
			log.Batches = append(log.Batches, b)
			return err
		})
		if err != nil {
			return err
		}
		if log.HasMore = len(log.Batches) > f.Most; log.HasMore {
			log.Batches = log.Batches[:f.Most]
		}
		if f.Oldest {
			slices.Reverse(log.Batches)
		}
		return log.touch(ctx, tx)
	})
	if err != nil {
		return Log{}, fmt.Errorf("read the log: %w", err)
	}
	return log, nil
}

func (f LogFilter) where() (string, []any) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(condition string, values ...any) { where, args = append(where, condition), append(args, values...) }
	if f.Batch != "" {
		add("b.id = ?", f.Batch)
	}
	if f.Actor != "" {
		add("b.actor = ?", f.Actor)
	}
	if f.Action != "" {
		add("b.action = ?", f.Action)
	}
	if !f.From.IsZero() {
		add("b.at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		add("b.at < ?", micros(f.To))
	}
	if f.Entry != "" {
		add(`b.version in (
			select version from revision where entry = ?
			union select version from publication where entry = ?
			union select version from trash where entry = ?
			union select version from merge where absorbed = ? or survivor = ?)`, f.Entry, f.Entry, f.Entry, f.Entry, f.Entry)
	}
	return strings.Join(where, " and "), args
}

// touch reads what the batches did.
func (l *Log) touch(ctx context.Context, tx *sqlx.Tx) error {
	if len(l.Batches) == 0 {
		return nil
	}
	in := "(?" + strings.Repeat(", ?", len(l.Batches)-1) + ")"
	var versions, args []any
	for _, b := range l.Batches {
		versions = append(versions, b.Version)
	}
	for range 4 {
		args = append(args, versions...)
	}
	return each(ctx, tx, `
		select version, entry, 'REVISED', number from revision where version in `+in+`
		union all select version, entry, case when revision is null then 'WITHDRAWN' else 'PUBLISHED' end, coalesce(revision, 0) from publication where version in `+in+`
		union all select version, entry, case when trashed then 'TRASHED' else 'RESTORED' end, 0 from trash where version in `+in+`
		union all select version, absorbed, case when survivor is null then 'PARTED' else 'MERGED' end, 0 from merge where version in `+in+`
		order by 1, 2, 3, 4`, args, func(r *sqlx.Rows) error {
		var t Touch
		var version int64
		if err := r.Scan(&version, &t.ID, &t.What, &t.Revision); err != nil {
			return err
		}
		if t.What == TouchRevised && t.Revision == 1 {
			t.What = TouchCreated
		}
		if len(l.Touched[version]) < mostTouched {
			l.Touched[version] = append(l.Touched[version], t)
		}
		return nil
	})
}

// Done is all that one write did. Publications and mergings are those of the touched entries of all times, by version.
type Done struct {
	Batch        content.Batch
	Revisions    []content.Revision // without their entries
	Publications []content.Publication
	Trashings    []content.Trashing
	Mergings     []content.Merging
}

// Done reads what a write did; false when there is no such write.
func (s *Store) Done(ctx context.Context, batch string) (d Done, found bool, err error) {
	err = s.reading(ctx, func(tx *sqlx.Tx) error {
		var at int64
		b := &d.Batch
		err := tx.QueryRowxContext(ctx, tx.Rebind(`
			select version, id, actor, action, reason, at
			from batch
			where id = ?`), batch).Scan(&b.Version, &b.ID, &b.Actor, &b.Action, &b.Reason, &at)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		b.At, found = fromMicros(at), true
		if err == nil {
			err = d.read(ctx, tx)
		}
		return err
	})
	if err != nil {
		return d, false, fmt.Errorf("read a write: %w", err)
	}
	return d, found, nil
}

func (d *Done) read(ctx context.Context, tx *sqlx.Tx) error {
	version := []any{d.Batch.Version}
	err := each(ctx, tx, `select entry, number from revision where version = ? order by entry, number`, version, func(r *sqlx.Rows) error {
		var rev content.Revision
		err := r.Scan(&rev.ID, &rev.Number)
		d.Revisions = append(d.Revisions, rev)
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, tx, `
		select entry, version, starts, coalesce(revision, 0), slug
		from publication
		where entry in (select entry from publication where version = ?)
		order by version, starts`, version, func(r *sqlx.Rows) error {
		var p content.Publication
		var starts int64
		err := r.Scan(&p.ID, &p.Version, &starts, &p.Revision, &p.Slug)
		p.From = fromMicros(starts)
		d.Publications = append(d.Publications, p)
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, tx, `select entry, trashed, version from trash where version = ? order by entry`, version, func(r *sqlx.Rows) error {
		var t content.Trashing
		err := r.Scan(&t.ID, &t.Trashed, &t.Version)
		d.Trashings = append(d.Trashings, t)
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, tx, `
		select absorbed, coalesce(survivor, ''), fields, version
		from merge
		where absorbed in (select absorbed from merge where version = ?)
		order by version`, version, func(r *sqlx.Rows) error {
		var m content.Merging
		var fields string
		err := r.Scan(&m.Absorbed, &m.Survivor, &fields, &m.Version)
		m.Fields = strings.Fields(fields)
		d.Mergings = append(d.Mergings, m)
		return err
	})
}
