package main

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/store"
)

type exportCmd struct {
	settings
	File    string `arg:"" optional:"" help:"The new file, plain or .gz; - is standard output. hub import reads it into an empty hub. One that exists is never overwritten."`
	History bool   `help:"Export everything that was ever written, not only what is needed to answer now."`
	Tables  string `placeholder:"TARGET" help:"Write what is public as ordinary tables, into a new SQLite file or an empty postgres:// database or schema."`
}

// Run writes the content out.
func (c *exportCmd) Run(ctx context.Context, s streams) error {
	if (c.File == "") == (c.Tables == "") || c.Tables != "" && c.History {
		return errors.New("export wants either a file, with --history or without, or --tables and its target")
	}
	db, err := openExisting(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Tables != "" {
		return c.tables(ctx, db, s.out)
	}
	scope := store.Current
	if c.History {
		scope = store.Whole
	}
	rows := 0
	write := func(to io.Writer) error {
		return db.Snapshot(ctx, func(at *store.Snapshot) (err error) {
			rows, err = exchange.Export(ctx, at, scope, time.Now(), to)
			return err
		})
	}
	if c.File == "-" {
		return write(s.out)
	}
	err = store.NewFile(c.File, func(temporary string) error { return writeFile(temporary, c.File, write) })
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	_, err = fmt.Fprintf(s.out, "%s: %d rows\n", c.File, rows)
	return err
}

// writeFile fills the file of a temporary name, compressed if it is to be called .gz.
func writeFile(temporary, name string, write func(io.Writer) error) error {
	file, err := os.OpenFile(temporary, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if !strings.HasSuffix(name, ".gz") {
		return errors.Join(write(file), file.Close())
	}
	z := gzip.NewWriter(file)
	return errors.Join(write(z), z.Close(), file.Close())
}

func (c *exportCmd) tables(ctx context.Context, db *store.Store, out io.Writer) error {
	site := ""
	if c.PublicURL != "" {
		var err error
		if site, err = (&serveCmd{settings: c.settings}).site(nil); err != nil {
			return err
		}
	}
	d, err := desk.Open(ctx, db, desk.Options{Site: site})
	if err != nil {
		return err
	}
	report, err := exchange.ExportTables(ctx, d.Pin(), c.Tables)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%d tables, %d rows of the edition %s; digest %s\n", report.Tables, report.Rows, report.Tag, report.Digest)
	return err
}
