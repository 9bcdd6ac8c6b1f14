package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"bettertogether/internal/exchange"
	"bettertogether/internal/store"
)

type verifyCmd struct {
	settings
}

// Run reads the whole database and says what is wrong with it.
func (c *verifyCmd) Run(ctx context.Context, s streams) error {
	db, err := openExisting(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	var check store.Check
	err = db.Snapshot(ctx, func(at *store.Snapshot) (err error) {
		check, err = exchange.Verify(ctx, at, time.Now())
		return err
	})
	if err != nil {
		return err
	}
	if err := tell(s.out, check); err != nil {
		return err
	}
	switch n := len(check.Wrong); {
	case n == 1:
		return fmt.Errorf("1 thing is wrong with the database at version %d", check.Version)
	case n > 1:
		return fmt.Errorf("%d things are wrong with the database at version %d", n, check.Version)
	}
	_, err = fmt.Fprintf(s.out, "version %d (%s): %d entries, %d of them public, %d revisions, %d publications, %d slugs, %d edges; nothing is wrong\n",
		check.Version, check.Incarnation, check.Counts["entry"], check.Counts["public"], check.Counts["revision"],
		check.Counts["publication"], check.Counts["slug"], check.Counts["edge"])
	return err
}

// tell writes what is wrong, a sentence a line.
func tell(out io.Writer, check store.Check) error {
	for _, sentence := range check.Wrong {
		if _, err := fmt.Fprintln(out, sentence); err != nil {
			return err
		}
	}
	return nil
}
