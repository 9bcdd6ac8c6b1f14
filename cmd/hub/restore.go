package main

import (
	"context"
	"fmt"

	"bettertogether/internal/store"
)

type restoreCmd struct {
	settings
	File string `arg:"" help:"A file that hub backup wrote."`
}

// Run fills an empty database from a backup. A server that runs on it sees the content within a second.
func (c *restoreCmd) Run(ctx context.Context, s streams) error {
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	copied, err := db.Restore(ctx, c.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "restored version %d, %d rows\n", copied.Version, copied.Rows)
	return err
}
