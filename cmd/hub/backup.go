package main

import (
	"context"
	"fmt"

	"bettertogether/internal/store"
)

type backupCmd struct {
	settings
	File string `arg:"" help:"The new file, a SQLite database whatever the hub's own is. One that exists is never overwritten."`
}

// Run writes a backup, beside a running server or without one.
func (c *backupCmd) Run(ctx context.Context, s streams) error {
	db, err := openExisting(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	copied, err := db.Backup(ctx, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s: version %d, %d rows\n", c.File, copied.Version, copied.Rows)
	return err
}

// openExisting opens a database that is there already: a mistyped name must not make an empty one.
func openExisting(ctx context.Context, database string) (*store.Store, error) {
	if err := store.MustExist(database); err != nil {
		return nil, err
	}
	return store.Open(ctx, database)
}
