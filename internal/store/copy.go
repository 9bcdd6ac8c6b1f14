package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Copied tells what a backup or a restore copied.
type Copied struct {
	Version int64
	Rows    int
}

// Backup writes every row of every table into a new SQLite file, as of one moment; others may write meanwhile. The file
// appears as a whole or not at all.
func (s *Store) Backup(ctx context.Context, file string) (Copied, error) {
	var c Copied
	err := NewFile(file, func(temporary string) error {
		to, err := Open(ctx, temporary)
		if err != nil {
			return err
		}
		err = s.Snapshot(ctx, func(from *Snapshot) error {
			return to.Locked(ctx, func(t *Tx) (err error) {
				c, err = from.copy(ctx, t)
				return err
			})
		})
		return errors.Join(err, to.seal(ctx))
	})
	if err != nil {
		return Copied{}, fmt.Errorf("backup: %w", err)
	}
	return c, nil
}

// Restore fills an empty database from a backup, which stays as it is, and gives it a new incarnation.
func (s *Store) Restore(ctx context.Context, file string) (Copied, error) {
	// The backup of an older program needs migrating, so a copy of it is opened.
	folder, err := os.MkdirTemp("", "hub-restore-")
	if err != nil {
		return Copied{}, fmt.Errorf("restore: %w", err)
	}
	defer os.RemoveAll(folder)
	from, err := openBackup(ctx, file, filepath.Join(folder, "backup.db"))
	if err != nil {
		return Copied{}, fmt.Errorf("restore from %s: %w", file, err)
	}
	defer from.Close()
	var c Copied
	err = from.Snapshot(ctx, func(from *Snapshot) error {
		return s.Locked(ctx, func(t *Tx) (err error) {
			if err := t.MustBeEmpty(ctx); err != nil {
				return err
			}
			if c, err = from.copy(ctx, t); err != nil {
				return err
			}
			return t.Reincarnate(ctx, c.Version)
		})
	})
	if err != nil {
		return Copied{}, fmt.Errorf("restore: %w", err)
	}
	return c, nil
}

// copy writes every row of every table into an empty database.
func (n *Snapshot) copy(ctx context.Context, t *Tx) (c Copied, err error) {
	for _, table := range append(History(), others()...) {
		var part [][]any
		err := n.rows(ctx, table, table.Name, nil, func(row []any) error {
			c.Rows++
			if part = append(part, row); len(part) < fillSize {
				return nil
			}
			full := part
			part = nil
			return t.Fill(ctx, table, full)
		})
		if err != nil {
			return c, err
		}
		if err := t.Fill(ctx, table, part); err != nil {
			return c, err
		}
	}
	var (
		incarnation string
		mark        int64
	)
	err = n.tx.QueryRowxContext(ctx, `select counter, incarnation, clock_mark from version`).Scan(&c.Version, &incarnation, &mark)
	if err != nil {
		return c, fmt.Errorf("read the version: %w", err)
	}
	return c, t.exec(ctx, `update version set counter = ?, incarnation = ?, clock_mark = ?`, c.Version, incarnation, mark)
}

// seal closes a SQLite database so that it is one file, which can also be read where nothing can be written.
func (s *Store) seal(ctx context.Context) error {
	err := s.read.Close()
	_, sealed := s.write.ExecContext(ctx, `pragma journal_mode = delete`)
	return errors.Join(err, sealed, s.write.Close())
}

// sqliteMagic is how a SQLite file begins.
const sqliteMagic = "SQLite format 3\x00"

// openBackup opens a copy of a backup, if that is one and sound.
func openBackup(ctx context.Context, file, as string) (*Store, error) {
	if err := copyFile(file, as); err != nil {
		return nil, err
	}
	s := &Store{}
	if err := s.openSQLite(ctx, as); err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	check := func() error {
		var tables int
		err := s.write.QueryRowxContext(ctx, `
			select count(*)
			from sqlite_master
			where type = 'table' and name in ('migration', 'version', 'batch')`).Scan(&tables)
		if err != nil {
			return fmt.Errorf("the file cannot be read: %w", err)
		}
		if tables < 3 {
			return errors.New("it is no backup of a hub")
		}
		var verdict string
		if err := s.write.QueryRowxContext(ctx, `pragma integrity_check(1)`).Scan(&verdict); err != nil {
			return fmt.Errorf("the file is damaged: %w", err)
		}
		if verdict != "ok" {
			return fmt.Errorf("the file is damaged: %s", verdict)
		}
		return s.migrate(ctx)
	}
	if err := check(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	begin := make([]byte, len(sqliteMagic))
	if _, err := io.ReadFull(in, begin); err != nil || string(begin) != sqliteMagic {
		return errors.New("it is no backup of a hub: it is no SQLite file")
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return err
	}
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
