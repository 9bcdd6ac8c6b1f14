package main

import (
	"bufio"
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

// importAnyCmd imports a file of records, or a whole hub as hub export wrote it: the first line tells which.
type importAnyCmd struct {
	importCmd
}

// Run imports a file.
func (c *importAnyCmd) Run(ctx context.Context, s streams) error {
	in, closeFile, err := c.open(s.in)
	if err != nil {
		return err
	}
	lines := bufio.NewReader(in)
	if exchange.IsHub(lines) {
		defer closeFile()
		return c.hub(ctx, s, lines)
	}
	closeFile()
	if c.File == "-" {
		s.in = lines
	}
	return c.importCmd.Run(ctx, s)
}

// hub imports a whole hub into an empty database.
func (c *importAnyCmd) hub(ctx context.Context, s streams, in io.Reader) error {
	if c.SkipBad || c.Draft {
		return errors.New("the file holds a whole hub, which is imported as it is: --skip-bad and --draft do not go with it")
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	load := exchange.ImportHub
	if c.DryRun {
		load = exchange.CheckHub
	}
	report, err := load(ctx, db, in, time.Now())
	for _, b := range report.Bad {
		_, _ = fmt.Fprintf(s.err, "line %d: %s\n", b.Line, b.Reason)
	}
	if told := tell(s.err, report.Check); told != nil || err != nil {
		return errors.Join(err, told)
	}
	verb := "imported"
	if c.DryRun {
		verb = "would be imported"
	}
	_, err = fmt.Fprintf(s.out, "%d rows %s: %d entries, %d revisions, version %d\n",
		report.Rows, verb, report.Check.Counts["entry"], report.Check.Counts["revision"], report.Check.Version)
	return err
}
