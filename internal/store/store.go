// Package store holds all SQL of the hub: the migrator, the rows of content's history, tokens. SQLite and PostgreSQL answer
// to one text; what differs stands in dialect.go.
//
// The desk calls it; nobody else reads or writes content. It never decides anything: rules are content's, order of steps is
// the desk's.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Store is an open database.
type Store struct {
	dialect dialect
	address string
	// write has one connection on SQLite, which has one writer; read cannot write there.
	write, read *sqlx.DB
}

// Open opens a database, a file for SQLite or a postgres:// address, and brings its schema up to date. Several processes may
// do so at once.
func Open(ctx context.Context, database string) (*Store, error) {
	s := &Store{address: database}
	var err error
	if IsAddress(database) {
		err = s.openPostgreSQL(ctx, database)
	} else {
		err = s.openSQLite(ctx, database)
	}
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("migrate database: %w", err), s.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	err := s.write.Close()
	if s.read != s.write {
		err = errors.Join(s.read.Close(), err)
	}
	return err
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.read.PingContext(ctx)
}

// Tx is a transaction that holds the version lock: while it lives, nobody else writes content.
type Tx struct {
	tx      *sqlx.Tx
	dialect dialect
	// Version and Incarnation are those of the moment the lock was taken; At is the instant of the last write.
	Version     int64
	Incarnation string
	At          time.Time
}

// Locked runs fn in a transaction that has taken the version lock first. It commits when fn returns nil, unless fn asks for
// nothing to stay by returning ErrDryRun.
func (s *Store) Locked(ctx context.Context, fn func(*Tx) error) error {
	tx, err := s.write.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	t := &Tx{tx: tx, dialect: s.dialect}
	row := tx.QueryRowxContext(ctx, t.bind(`
		select counter, incarnation, coalesce((select at from batch where version = counter), 0)
		from version`+s.dialect.forUpdate))
	var at int64
	if err := row.Scan(&t.Version, &t.Incarnation, &at); err != nil {
		return fmt.Errorf("take the version lock: %w", err)
	}
	t.At = time.UnixMicro(at).UTC()
	if err := fn(t); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", committed(err))
	}
	return nil
}

// After is the instant of the next write: now, or just behind the last one where a clock is slow.
func (t *Tx) After(now time.Time) time.Time {
	if at := now.UTC().Truncate(time.Microsecond); at.After(t.At) {
		return at
	}
	return t.At.Add(time.Microsecond)
}

// bind writes a statement's marks as the engine wants them.
func (t *Tx) bind(query string) string { return t.tx.Rebind(query) }

func (t *Tx) exec(ctx context.Context, query string, args ...any) error {
	if _, err := t.tx.ExecContext(ctx, t.bind(query), args...); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// reading runs fn in a transaction that sees one moment of the database.
func (s *Store) reading(ctx context.Context, fn func(*sqlx.Tx) error) error {
	tx, err := s.read.BeginTxx(ctx, &sql.TxOptions{ReadOnly: s.dialect.name == "postgres", Isolation: s.dialect.snapshot})
	if err != nil {
		return fmt.Errorf("begin to read: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return fn(tx)
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func fromMicros(us int64) time.Time { return time.UnixMicro(us).UTC() }
