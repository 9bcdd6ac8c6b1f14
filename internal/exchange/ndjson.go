// Package exchange reads files from elsewhere into the hub and writes the hub's content out. An import works the whole file
// out first and then is one write through the desk: it happens as a whole or not at all. Only the export of a whole hub goes into an
// empty database row by row, since nobody can be working there.
package exchange

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
)

// Options say how to import.
type Options struct {
	// Source names whose keys the file uses; entries are known again by (source, key). Empty is "ndjson".
	Source string
	// SkipBad imports the good lines of a file that has bad ones.
	SkipBad bool
	// Draft leaves what is imported unpublished.
	Draft  bool
	DryRun bool
	Viewer auth.Viewer
	// Name is the file's name, for the log.
	Name string
	// Progress is told now and then how many lines were read; nil is nobody.
	Progress func(lines int)
}

// Report tells what an import did.
type Report struct {
	Lines                       int
	Created, Updated, Unchanged int
	// Bad are the lines that were not imported.
	Bad []BadLine
	// Placeholders are entries that others point at but that neither the file nor the hub has: drafts that hold the place
	// until a later import brings them.
	Placeholders []Placeholder
	Batch        string
}

// BadLine is a line that cannot be imported, and why.
type BadLine struct {
	Line   int
	Reason string
}

// Placeholder is a draft that was made for a key which a line points at.
type Placeholder struct {
	Line int
	Kind content.Kind
	Key  string
}

// ErrBadLines says that a file was not imported because of its bad lines, which the report lists.
var ErrBadLines = errors.New("nothing was imported, since the file has bad lines")

// mostLine is how long a line may be.
const mostLine = 4 << 20

// ImportNDJSON imports records in the neutral format, one a line, in any order. Records bring what they know: a field that is
// missing or null leaves what the hub has; lists grow and never shrink, so that a file may come in parts. The same file twice
// changes nothing the second time.
func ImportNDJSON(ctx context.Context, d *desk.Desk, in io.Reader, o Options) (Report, error) {
	if o.Source == "" {
		o.Source = "ndjson"
	}
	records, report, err := readRecords(in, o)
	if err != nil {
		return report, err
	}
	view := d.Pin().Preview()
	m := newMerger(view, o)
	for _, pass := range [][]string{{"meta", "topic", "organization", "speaker", "series"}, {"episode"}, {"resource"}, {"case_study"}, {"appearance", "credit", "organization_relation"}} {
		for _, r := range records {
			if slices.Contains(pass, r.kind) {
				m.take(r)
			}
		}
	}
	report.Bad = append(report.Bad, m.bad...)
	if len(report.Bad) > 0 && !o.SkipBad {
		m.o.DryRun = true // only to tell what else is wrong
	}
	for {
		receipt, err := d.Save(ctx, o.Viewer, m.write())
		var mistakes content.Errors
		var dropped []BadLine
		if errors.As(err, &mistakes) {
			dropped = m.blame(rootCauses(mistakes))
			report.Bad = append(report.Bad, dropped...)
		}
		slices.SortStableFunc(report.Bad, func(a, b BadLine) int { return a.Line - b.Line })
		switch {
		case len(report.Bad) > 0 && !o.SkipBad:
			return report, ErrBadLines
		case len(dropped) > 0:
			continue
		case err != nil:
			return report, err
		}
		report.Batch = receipt.Batch
		for _, r := range receipt.Results {
			switch r.Outcome {
			case desk.Created:
				report.Created++
			case desk.Updated:
				report.Updated++
			default:
				report.Unchanged++
			}
		}
		report.Placeholders = m.placeholders()
		return report, nil
	}
}

// rootCauses leaves out that an entry is not there when another mistake of the same write is why.
func rootCauses(mistakes content.Errors) content.Errors {
	causes := slices.DeleteFunc(slices.Clone(mistakes), func(e *content.Error) bool { return e.Code == content.CodeNotFound })
	if len(causes) == 0 {
		return mistakes
	}
	return causes
}

// record is one line of the file.
type record struct {
	line   int
	kind   string
	fields fields
}

// readRecords reads lines; what is no record is a bad line.
func readRecords(in io.Reader, o Options) ([]record, Report, error) {
	var (
		records []record
		report  Report
	)
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(lines)
		isLast := errors.Is(err, io.EOF)
		switch {
		case err != nil && !isLast:
			return nil, report, fmt.Errorf("read line %d: %w", report.Lines+1, err)
		case isLast && len(line) == 0:
			return records, report, nil
		}
		report.Lines++
		if o.Progress != nil && report.Lines%5000 == 0 {
			o.Progress(report.Lines)
		}
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		if len(bytes.TrimSpace(line)) > 0 {
			r, problem := parseRecord(line)
			if problem != "" {
				report.Bad = append(report.Bad, BadLine{report.Lines, problem})
			} else {
				r.line = report.Lines
				records = append(records, r)
			}
		}
		if isLast {
			return records, report, nil
		}
	}
}

// readLine reads to the next line end. Of a line that is too long it keeps only so much that it shows.
func readLine(in *bufio.Reader) (line []byte, err error) {
	for {
		part, err := in.ReadSlice('\n')
		if len(line) <= mostLine {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

func parseRecord(line []byte) (record, string) {
	switch {
	case len(line) > mostLine:
		return record{}, fmt.Sprintf("is longer than %d bytes", mostLine)
	case !utf8.Valid(line):
		return record{}, "is not UTF-8"
	}
	var f fields
	in := json.NewDecoder(bytes.NewReader(line))
	in.UseNumber()
	if err := in.Decode(&f.values); err != nil || f.values == nil {
		return record{}, "is no JSON object"
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return record{}, "has something behind the JSON object"
	}
	f.used = map[string]bool{"type": true}
	kind, ok := f.values["type"].(string)
	if !ok {
		return record{}, "type is required"
	}
	if kind == "hub" {
		return record{}, "begins the export of a whole hub, which can only be imported alone and into an empty hub"
	}
	known := []string{"meta", "topic", "organization", "organization_relation", "speaker", "series", "episode", "appearance", "credit", "resource", "case_study"}
	if !slices.Contains(known, kind) {
		return record{}, fmt.Sprintf("type %s is not one of %s", content.Quote(kind), strings.Join(known, ", "))
	}
	return record{kind: kind, fields: f}, ""
}

// reason is how a record's batch explains itself in the log.
func (o Options) reason() string {
	if o.Name == "" {
		return "import"
	}
	return "import of " + o.Name
}

// existing finds what the hub has of a source's keys.
func existing(v *edition.View, source string) map[target]edition.Entry {
	found := map[target]edition.Entry{}
	v.Each(func(e edition.Entry) {
		for _, id := range e.Common().Identifiers {
			if id.Scheme == content.SchemeExternal && id.Source == source {
				found[target{e.Kind(), id.Value}] = e
			}
		}
	})
	return found
}
