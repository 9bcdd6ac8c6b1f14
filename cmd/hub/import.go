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
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/media"
	"bettertogether/internal/store"
)

type importCmd struct {
	settings
	File     string            `arg:"" help:"The file, plain or .gz; - is standard input."`
	Format   string            `default:"auto" enum:"auto,ndjson,csv,sessionize,eventbrite,ical" help:"What the file is; auto looks at how it begins."`
	Kind     string            `default:"" enum:",speaker,organization,episode" help:"What the rows of a CSV sheet are: speaker, organization or episode."`
	Map      map[string]string `mapsep:"," placeholder:"COLUMN=FIELD" help:"Which columns of a CSV sheet are which fields; - leaves one out."`
	TimeZone string            `help:"The IANA name of the zone of times that the file gives none for, such as America/New_York."`
	Series   string            `help:"Id or slug of the series of the file's episodes."`
	Decide   map[string]string `mapsep:"none" placeholder:"ROW=ID" help:"What a proposed row is: the id of an entry, or new. May be repeated."`
	Source   string            `help:"Whose keys the file uses; by default the format's name. Files with the same source speak of the same entries."`
	SkipBad  bool              `help:"Import the good lines of a file that has bad ones."`
	Draft    bool              `help:"Leave what is imported unpublished."`
	DryRun   bool              `help:"Tell what would become of each row, and change nothing."`
}

// Run imports a file of records, or a whole hub as hub export wrote it: the first line tells which.
func (c *importCmd) Run(ctx context.Context, s streams) error {
	file, closeFile, err := c.open(s.in)
	if err != nil {
		return err
	}
	defer closeFile()
	in := bufio.NewReaderSize(file, 64<<10)
	if exchange.IsHub(in) {
		return c.hub(ctx, s, in)
	}
	return c.records(ctx, s, in)
}

// records imports a file through the desk. Records in the neutral format may be more than Import reads at once.
func (c *importCmd) records(ctx context.Context, s streams, in *bufio.Reader) error {
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	pictures, err := media.Open(c.media())
	if err != nil {
		return err
	}
	d, err := desk.Open(ctx, db, desk.Options{Media: pictures})
	if err != nil {
		return err
	}
	load := exchange.Import
	if format := exchange.Format(c.Format); format == exchange.FormatNDJSON || format == exchange.FormatAuto && exchange.IsNDJSON(in) {
		load = exchange.ImportNDJSON
	}
	report, err := load(ctx, d, in, exchange.Options{
		Format: exchange.Format(c.Format), Kind: content.Kind(c.Kind), Mapping: c.Map, TimeZone: c.TimeZone, Series: c.Series, Decisions: c.Decide,
		Source: c.Source, SkipBad: c.SkipBad, Draft: c.Draft, DryRun: c.DryRun, Name: filepath.Base(c.File),
		Viewer:   auth.Viewer{Name: "command line", Role: auth.Admin},
		Progress: func(lines int) { _, _ = fmt.Fprintf(s.err, "%d lines read\n", lines) },
	})
	for _, n := range report.Notes {
		_, _ = fmt.Fprintln(s.err, n)
	}
	c.rows(s, report)
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
	_, err = fmt.Fprintf(s.out, "%d lines: %d entries %screated, %d %supdated, %d unchanged; %d proposed, %d placeholders, %d bad lines\n",
		report.Lines, report.Created, verb, report.Updated, verb, report.Unchanged, report.Proposed, len(report.Placeholders), len(report.Bad))
	return err
}

// rows tells of every row in a dry run, and else of those that wait for somebody.
func (c *importCmd) rows(s streams, report exchange.Report) {
	isBad, isHeld := map[int]bool{}, map[string]bool{}
	for _, b := range report.Bad {
		isBad[b.Line] = true
	}
	for _, p := range report.Placeholders {
		isHeld[string(p.Kind)+":"+p.Key] = true
	}
	for _, r := range report.Rows {
		isDull := r.Outcome != exchange.Proposed && len(r.Kept) == 0 && (len(r.Reasons) == 0 || isHeld[r.Key])
		if r.Outcome == exchange.Rejected && isBad[r.Line] || isDull && !c.DryRun {
			continue // bad lines and placeholders are told by themselves
		}
		to := s.err
		if c.DryRun {
			to = s.out
		}
		line := fmt.Sprintf("line %d: %s %s %q", r.Line, r.Outcome, r.Kind, r.Label)
		if r.MatchedBy != "" {
			line += ", known by " + r.MatchedBy
		}
		if len(r.Reasons) > 0 {
			line += ": " + strings.Join(r.Reasons, "; ")
		}
		_, _ = fmt.Fprintln(to, line)
		for _, k := range r.Kept {
			_, _ = fmt.Fprintf(to, "  %s stays as an editor left it, %s; the file says %s\n", strings.Join(k.Path, "."), content.Shorten(string(k.Theirs)), content.Shorten(string(k.Mine)))
		}
		if r.Outcome != exchange.Proposed {
			continue
		}
		for _, candidate := range r.Candidates {
			_, _ = fmt.Fprintf(to, "  --decide '%s=%s' if it is %q: %s\n", r.Key, candidate.ID, candidate.Label, candidate.Reason)
		}
		_, _ = fmt.Fprintf(to, "  --decide '%s=new' if it is none of the hub's\n", r.Key)
	}
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
