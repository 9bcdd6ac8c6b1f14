package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"

	"bettertogether/migrations"
)

// migrate applies the missing steps in one transaction that keeps other starts out.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := s.steps(migrations.Files)
	if err != nil {
		return err
	}
	// One that has them all is not locked: beside a busy server a command might wait for that longer than it may.
	if left, err := missing(ctx, s.read, steps); err == nil && len(left) == 0 {
		return nil
	}
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if s.dialect.migrationLock != "" {
		if _, err := tx.ExecContext(ctx, s.dialect.migrationLock); err != nil {
			return err
		}
	}
	const table = `create table if not exists migration (name text not null primary key, sha256 text not null)`
	if _, err := tx.ExecContext(ctx, table); err != nil {
		return err
	}
	left, err := missing(ctx, tx, steps)
	if err != nil {
		return err
	}
	for _, step := range left {
		if _, err := tx.ExecContext(ctx, step.text); err != nil {
			return fmt.Errorf("step %s: %w", step.name, err)
		}
		if _, err := tx.ExecContext(ctx, tx.Rebind(`insert into migration (name, sha256) values (?, ?)`), step.name, step.sum()); err != nil {
			return fmt.Errorf("step %s: %w", step.name, err)
		}
	}
	_, err = tx.ExecContext(ctx, tx.Rebind(`
		insert into version (one, counter, incarnation, clock_mark)
		values (1, 0, ?, 0)
		on conflict do nothing`), newIncarnation())
	if err != nil {
		return err
	}
	return tx.Commit()
}

// missing are the steps that a database has not taken yet.
func missing(ctx context.Context, db sqlx.QueryerContext, steps []step) ([]step, error) {
	var applied []struct{ Name, Sha256 string }
	if err := sqlx.SelectContext(ctx, db, &applied, `select name, sha256 from migration order by name`); err != nil {
		return nil, err
	}
	for i, a := range applied {
		if i >= len(steps) {
			return nil, fmt.Errorf("the database has step %s, which this program does not know: it was opened by a newer one", a.Name)
		}
		if steps[i].name != a.Name || steps[i].sum() != a.Sha256 {
			return nil, fmt.Errorf("step %s of the database is not this program's %s", a.Name, steps[i].name)
		}
	}
	return steps[len(applied):], nil
}

// newIncarnation names a life of a database.
func newIncarnation() string {
	return strings.ToLower(rand.Text()[:10])
}

type step struct{ name, text string }

func (s step) sum() string {
	sum := sha256.Sum256([]byte(s.text))
	return hex.EncodeToString(sum[:])
}

// steps reads the engine's steps in order.
func (s *Store) steps(files fs.FS) ([]step, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, name := range names {
		if strings.Count(name, ".") == 2 && !strings.Contains(name, "."+s.dialect.name+".") {
			continue
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		steps = append(steps, step{strings.SplitN(name, ".", 2)[0], string(text)})
	}
	slices.SortFunc(steps, func(a, b step) int { return strings.Compare(a.name, b.name) })
	return steps, nil
}
