package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/store"
)

type importCmd struct {
	settings
	File    string `arg:"" help:"The file, plain or .gz; - is standard input."`
	Source  string `default:"ndjson" help:"Whose keys the file uses. Files with the same source speak of the same entries."`
	SkipBad bool   `help:"Import the good lines of a file that has bad ones."`
	Draft   bool   `help:"Leave what is imported unpublished."`
	DryRun  bool   `help:"Tell what would happen, and change nothing."`
}

// Run imports a file of records, or a whole hub as hub export wrote it: the first line tells which.
func (c *importCmd) Run(ctx context.Context, s streams) error {
	file, closeFile, err := c.open(s.in)
	if err != nil {
		return err
	}
	defer closeFile()
	in := bufio.NewReader(file)
	if exchange.IsHub(in) {
		return c.hub(ctx, s, in)
	}
	return c.records(ctx, s, in)
}

// records imports records through the desk.
func (c *importCmd) records(ctx context.Context, s streams, in io.Reader) error {
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	d, err := desk.Open(ctx, db, desk.Options{})
	if err != nil {
		return err
	}
	report, err := exchange.ImportNDJSON(ctx, d, in, exchange.Options{
		Source: c.Source, SkipBad: c.SkipBad, Draft: c.Draft, DryRun: c.DryRun, Name: filepath.Base(c.File),
		Viewer:   auth.Viewer{Name: "command line", Role: auth.Admin},
		Progress: func(lines int) { _, _ = fmt.Fprintf(s.err, "%d lines read\n", lines) },
	})
	for _, b := range report.Bad {
		_, _ = fmt.Fprintf(s.err, "line %d: %s\n", b.Line, b.Reason)
	}
	if err != nil {
		return err
	}
	for _, p := range report.Placeholders {
		_, _ = fmt.Fprintf(s.err, "line %d: %s %q is neither in the file nor in the hub; a draft holds its place\n", p.Line, p.Kind, p.Key)
	}
	verb := ""
	if c.DryRun {
		verb = "would be "
	}
	_, err = fmt.Fprintf(s.out, "%d lines: %d entries %screated, %d %supdated, %d unchanged; %d placeholders, %d bad lines\n",
		report.Lines, report.Created, verb, report.Updated, verb, report.Unchanged, len(report.Placeholders), len(report.Bad))
	return err
}

// hub imports a whole hub into an empty database.
func (c *importCmd) hub(ctx context.Context, s streams, in io.Reader) error {
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

func (c *importCmd) open(standard io.Reader) (io.Reader, func(), error) {
	if c.File == "-" {
		return standard, func() {}, nil
	}
	file, err := os.Open(c.File)
	if err != nil {
		return nil, nil, err
	}
	closeFile := func() { _ = file.Close() } // it was only read
	if !strings.HasSuffix(c.File, ".gz") {
		return file, closeFile, nil
	}
	plain, err := gzip.NewReader(file)
	if err != nil {
		closeFile()
		return nil, nil, errors.Join(fmt.Errorf("read %s", c.File), err)
	}
	return plain, closeFile, nil
}
