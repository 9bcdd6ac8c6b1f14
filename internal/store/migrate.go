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

	"bettertogether/migrations"
)

// migrate applies the missing steps in one transaction that keeps other starts out.
func (s *Store) migrate(ctx context.Context) error {
	steps, err := s.steps(migrations.Files)
	if err != nil {
		return err
	}
	// Where every step is taken, nothing is locked: a command beside a busy server would wait for the lock longer than it may.
	var taken []struct{ Name, Sha256 string }
	err = s.read.SelectContext(ctx, &taken, `select name, sha256 from migration, version order by name`)
	if err == nil && slices.EqualFunc(taken, steps, func(t struct{ Name, Sha256 string }, own step) bool {
		return t.Name == own.name && t.Sha256 == own.sum()
	}) {
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
	var applied []struct{ Name, Sha256 string }
	if err := tx.SelectContext(ctx, &applied, `select name, sha256 from migration order by name`); err != nil {
		return err
	}
	for i, a := range applied {
		if i >= len(steps) {
			return fmt.Errorf("the database has step %s, which this program does not know: it was opened by a newer one", a.Name)
		}
		if steps[i].name != a.Name || steps[i].sum() != a.Sha256 {
			return fmt.Errorf("step %s of the database is not this program's %s", a.Name, steps[i].name)
		}
	}
	for _, step := range steps[len(applied):] {
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
