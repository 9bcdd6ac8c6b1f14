package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

// Written is a revision with the write that brought it.
type Written struct {
	content.Revision
	Batch content.Batch
}

// Span asks for revisions of an entry, first and last included.
type Span struct {
	ID          content.ID
	First, Last int32
}

// Written reads revisions with their bodies and writes, in one statement, in the order of entries and numbers.
func (s *Store) Written(ctx context.Context, spans []Span) ([]Written, error) {
	return written(ctx, s.read, spans)
}

// Written does the same inside a transaction that holds the version lock.
func (t *Tx) Written(ctx context.Context, spans []Span) ([]Written, error) {
	return written(ctx, t.tx, spans)
}

// asker reads rows, inside or outside of a transaction.
type asker interface {
	QueryxContext(ctx context.Context, query string, args ...any) (*sqlx.Rows, error)
	Rebind(query string) string
}

func written(ctx context.Context, db asker, spans []Span) ([]Written, error) {
	if len(spans) == 0 {
		return nil, nil
	}
	const span = "(r.entry = ? and r.number between ? and ?)"
	var args []any
	for _, s := range spans {
		args = append(args, s.ID, s.First, s.Last)
	}
	found, err := db.QueryxContext(ctx, db.Rebind(`
		select r.entry, r.number, r.version, r.shape, r.body, b.id, b.actor, b.action, b.reason, b.at
		from revision r
		join batch b on b.version = r.version
		where `+span+strings.Repeat(" or "+span, len(spans)-1)+`
		order by r.entry, r.number`), args...)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	defer found.Close()
	var (
		all     []Written
		decoder content.Decoder
	)
	for found.Next() {
		var (
			w    Written
			u    undecoded
			at   int64
			b    = &w.Batch
			scan = []any{&u.ID, &u.Number, &u.Version, &u.shape, &u.body, &b.ID, &b.Actor, &b.Action, &b.Reason, &at}
		)
		if err := found.Scan(scan...); err != nil {
			return nil, fmt.Errorf("read revisions: %w", err)
		}
		if err := u.decode(&decoder, nil); err != nil {
			return nil, err
		}
		b.Version, b.At, u.At = u.Version, fromMicros(at), fromMicros(at)
		w.Revision = u.Revision
		all = append(all, w)
	}
	return all, found.Err()
}

// Imported is what a source gave for an entry: the revision that a write made of it, or a body where that differs.
type Imported struct {
	ID       content.ID
	Source   string
	Revision int32
	Body     []byte
}

// Imported reads what a source gave last for entries.
func (t *Tx) Imported(ctx context.Context, source string, ids []content.ID, into map[content.ID]content.Entry) error {
	var decoder content.Decoder
	for part := range chunks(ids, 500) {
		args := []any{source}
		for _, id := range part {
			args = append(args, id)
		}
		err := each(ctx, t.tx, `
			select i.entry, coalesce(i.shape, r.shape), coalesce(i.body, r.body)
			from imported i
			join revision r on r.entry = i.entry and r.number = i.revision
			where i.source = ? and i.entry in (?`+strings.Repeat(", ?", len(part)-1)+")", args, func(found *sqlx.Rows) error {
			var u undecoded
			if err := found.Scan(&u.ID, &u.shape, &u.body); err != nil {
				return err
			}
			err := u.decode(&decoder, nil)
			into[u.ID] = u.Entry
			return err
		})
		if err != nil {
			return fmt.Errorf("read what was imported: %w", err)
		}
	}
	return nil
}

// remember stores what sources gave, in the place of what they gave before.
func (t *Tx) remember(ctx context.Context, all []Imported) error {
	rows := insert{into: "imported (entry, source, revision, shape, body)"}
	for part := range chunks(all, 400) {
		args, marks := []any{}, ""
		for _, i := range part {
			args = append(args, i.ID, i.Source)
			marks += ", (?, ?)"
			if i.Body == nil {
				rows.add(i.ID, i.Source, i.Revision, nil, nil)
			} else {
				rows.add(i.ID, i.Source, i.Revision, content.Shape, string(i.Body))
			}
		}
		if err := t.exec(ctx, "delete from imported where (entry, source) in (values "+marks[2:]+")", args...); err != nil {
			return err
		}
	}
	return rows.run(ctx, t)
}
