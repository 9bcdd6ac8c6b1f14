package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"bettertogether/internal/content"
)

// Holding reads every revision of other entries whose body holds an id, the oldest first.
func (t *Tx) Holding(ctx context.Context, id content.ID) ([]content.Revision, error) {
	var all []content.Revision
	var decoder content.Decoder
	err := each(ctx, t.tx, `
		select entry, number, version, shape, body
		from revision
		where entry <> ? and body like ?
		order by entry, number`, []any{id, "%" + string(id) + "%"}, func(r *sqlx.Rows) error {
		var u undecoded
		if err := r.Scan(&u.ID, &u.Number, &u.Version, &u.shape, &u.body); err != nil {
			return err
		}
		err := u.decode(&decoder, nil)
		all = append(all, u.Revision)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find who holds an id: %w", err)
	}
	return all, nil
}

// Reindex writes edges and identifiers of an entry's newest revision anew.
func (t *Tx) Reindex(ctx context.Context, newest content.Revision) error {
	for _, query := range []string{"delete from edge where source = ?", "delete from identifier where entry = ?"} {
		if err := t.exec(ctx, query, newest.ID); err != nil {
			return err
		}
	}
	return t.Index(ctx, []content.Revision{newest})
}

// Rewrite puts another body in the place of a revision's. Only a purge may.
func (t *Tx) Rewrite(ctx context.Context, rev content.Revision) error {
	body, err := content.Encode(rev.Entry)
	if err != nil {
		return err
	}
	return t.exec(ctx, `update revision set shape = ?, body = ? where entry = ? and number = ?`, content.Shape, string(body), rev.ID, rev.Number)
}

// Erased counts what Erase took away beside the entry's own rows.
type Erased struct {
	// Answers are remembered answers to writes that named the entry, Imports what sources gave for others and named it.
	Answers, Imports int64
	// Pins are networks that were kept and named the entry; their documents are empty now.
	Pins int64
}

// Erase takes an entry with all its rows out of the database, and everything that remembers it: edges, merges, what sources
// gave, answers to writes. It gives the database a new incarnation, so that every node reads anew. Bodies of others are the
// caller's to rewrite first.
func (t *Tx) Erase(ctx context.Context, id content.ID, b content.Batch, slugs []string) (Erased, error) {
	var e Erased
	like := "%" + string(id) + "%"
	count := func(into *int64, query string, args ...any) error {
		r, err := t.tx.ExecContext(ctx, t.bind(query), args...)
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
		n, err := r.RowsAffected()
		*into += n
		return err
	}
	if err := count(&e.Answers, `delete from idempotency where receipt like ?`, like); err != nil {
		return e, err
	}
	for _, slug := range slugs {
		if err := count(&e.Answers, `delete from idempotency where receipt like ?`, `%"`+slug+`"%`); err != nil {
			return e, err
		}
	}
	if err := count(&e.Imports, `delete from imported where entry <> ? and body like ?`, id, like); err != nil {
		return e, err
	}
	if err := count(&e.Pins, `update pin set document = '', redacted = ? where document like ?`, true, like); err != nil {
		return e, err
	}
	for _, table := range []string{
		"imported where entry = ?", "edge where source = ?", "edge where target = ?", "identifier where entry = ?", "merge where absorbed = ?",
		"merge where survivor = ?", "trash where entry = ?", "publication where entry = ?", "slug where entry = ?", "revision where entry = ?", "entry where id = ?",
	} {
		if err := t.exec(ctx, "delete from "+table, id); err != nil {
			return e, err
		}
	}
	if err := t.batch(ctx, b); err != nil {
		return e, err
	}
	return e, t.Reincarnate(ctx, b.Version)
}

// Scrub takes what was erased out of a SQLite file as well: what is deleted stays in its pages, and in the write-ahead log,
// until something else is written there. So the file is written anew.
func (s *Store) Scrub(ctx context.Context) error {
	if s.dialect.name != "sqlite" {
		return nil
	}
	for _, statement := range []string{"vacuum", "pragma wal_checkpoint(truncate)"} {
		if _, err := s.write.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("scrub the file: %w", err)
		}
	}
	return nil
}

// Secret returns a secret of the hub by its name, which all nodes share; the given one becomes it when there is none yet.
func (s *Store) Secret(ctx context.Context, name, fresh string) (string, error) {
	var value string
	err := s.read.QueryRowxContext(ctx, s.read.Rebind(`select coalesce(max(value), '') from secret where name = ?`), name).Scan(&value)
	if err == nil && value == "" {
		if _, err = s.write.ExecContext(ctx, s.write.Rebind(`insert into secret (name, value) values (?, ?) on conflict do nothing`), name, fresh); err == nil {
			err = s.write.QueryRowxContext(ctx, s.write.Rebind(`select value from secret where name = ?`), name).Scan(&value)
		}
	}
	if err != nil {
		return "", fmt.Errorf("read a secret: %w", err)
	}
	return value, nil
}

// MentionedReasons are the batches whose reason holds one of the words.
func (t *Tx) MentionedReasons(ctx context.Context, words []string) ([]string, error) {
	var found []string
	for _, w := range words {
		escaped := strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(strings.ToLower(w))
		err := each(ctx, t.tx, `select id from batch where lower(reason) like ? escape '\' order by version`, []any{"%" + escaped + "%"}, func(r *sqlx.Rows) error {
			var id string
			err := r.Scan(&id)
			found = append(found, id)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("look for mentions: %w", err)
		}
	}
	return found, nil
}
