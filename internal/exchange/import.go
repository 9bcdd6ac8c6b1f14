package exchange

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

// Format is a form of files that Import reads.
type Format string

// The formats. The empty one is found out from the file.
const (
	FormatAuto       Format = "auto"
	FormatNDJSON     Format = "ndjson"
	FormatCSV        Format = "csv"
	FormatSessionize Format = "sessionize"
	FormatEventbrite Format = "eventbrite"
	FormatICal       Format = "ical"
)

// Formats lists what Import reads.
func Formats() []Format {
	return []Format{FormatAuto, FormatNDJSON, FormatCSV, FormatSessionize, FormatEventbrite, FormatICal}
}

// The most that Import reads of one file: bytes, and entries with their parts.
const (
	MostBytes = 32 << 20
	MostRows  = 50_000
)

// Options say how to import.
type Options struct {
	// Format is the file's; empty and FormatAuto look at how it begins.
	Format Format
	// Kind says what the rows of a CSV sheet are: speakers, organizations or episodes.
	Kind content.Kind
	// Mapping says which column of a CSV sheet is which field; "-" leaves a column out. Columns that it does not name are
	// taken by their own names where these are a field's.
	Mapping map[string]string
	// TimeZone is the IANA name of the zone of local times that the file gives none for.
	TimeZone string
	// Series is the id or slug of the series that episodes belong to whose file names none.
	Series string
	// Source names whose keys the file uses; entries are known again by (source, key). Empty is the format's name.
	Source string
	// Decisions settle proposed rows, by Row.Key: the id of the entry that the row is about, or "new".
	Decisions map[string]string
	// SkipBad imports the good lines of a file that has bad ones.
	SkipBad bool
	// Draft leaves what is imported unpublished.
	Draft  bool
	DryRun bool
	Viewer auth.Viewer
	// Name is the file's name, for the log.
	Name string
	// Key names the import: the same write with the same key happens once. A file that was imported already changes
	// nothing, whatever its key.
	Key string
	// Progress is told now and then how many lines were read; nil is nobody.
	Progress func(lines int)
}

// ErrBadLines says that a file was not imported because of its bad lines, which the report lists.
var ErrBadLines = errors.New("nothing was imported, since the file has bad lines")

// record is what a file says of one entry, or of one part of an entry.
type record struct {
	line int
	// place is where a record stands in a file whose lines mean nothing: "sessions[3]".
	place string
	kind  string
	fields
	// doubt is why nobody can say what the record means without asking.
	doubt string
	// people are the names that a doubtful name may stand for.
	people []string
	// weak says that its key was made of its name, since the file has none.
	weak bool
	// isMention says that another entry's row names it, and says no more of it.
	isMention bool
	// draft keeps the entry from being published.
	draft bool
	// remarks are for the row.
	remarks []string
}

// parsed is a file as its reader understood it.
type parsed struct {
	lines   int
	records []record
	bad     []BadLine
	// skipped are rows that are meant to stay out, such as breaks.
	skipped []Row
	// notes are about the file as a whole.
	notes []string
	// zoneless is the first place with a local time whose zone nobody knows.
	zoneless string
	// byName says that entries of the hub may be known by their names; isOneVoice that the source was named, so that its files
	// mean one entry by one name.
	byName, isOneVoice bool
}

// Import imports a file of any format. The whole file is one write. Rows whose entry is in doubt are proposed, and nothing
// is made of them until Decisions settle them. With bad lines it returns ErrBadLines beside a report that says of every row
// what would become of it. A content.Errors tells what is wrong with the options.
func Import(ctx context.Context, d *desk.Desk, in io.Reader, o Options) (Report, error) {
	raw, err := io.ReadAll(io.LimitReader(in, MostBytes+1))
	if err != nil {
		return Report{}, fmt.Errorf("read the file: %w", err)
	}
	if len(raw) > MostBytes {
		return Report{}, wrongOption(content.CodeTooLong, "file", "the file is larger than %d MiB", MostBytes>>20)
	}
	if o.Format == "" || o.Format == FormatAuto {
		o.Format = detect(raw)
	}
	isNamed := o.Source != ""
	if !isNamed {
		o.Source = string(o.Format)
	}
	if o.TimeZone != "" {
		if _, err := new(content.Zones).Load(o.TimeZone); err != nil {
			return Report{}, wrongOption(content.CodeInvalid, "timeZone", "%v", err)
		}
	}
	var p parsed
	switch o.Format {
	case FormatNDJSON:
		p, err = readRecords(strings.NewReader(string(raw)), o)
	case FormatCSV:
		p, err = readCSV(raw, o)
	case FormatSessionize:
		p, err = readSessionize(raw, o)
	case FormatEventbrite:
		p, err = readEventbrite(raw, o)
	case FormatICal:
		p, err = readICal(raw, o)
	default:
		err = wrongOption(content.CodeInvalid, "format", "%s is not one of %v", content.Quote(string(o.Format)), Formats())
	}
	switch {
	case err != nil:
		return Report{Format: o.Format, Lines: p.lines}, err
	case len(p.records) > MostRows:
		return Report{Format: o.Format, Lines: p.lines}, wrongOption(content.CodeTooLong, "file", "%d entries and parts of entries are more than %d", len(p.records), MostRows)
	case p.zoneless != "":
		return Report{Format: o.Format, Lines: p.lines}, wrongOption(content.CodeRequired, "timeZone", "%s has a local time and no time zone; say in which the file's times are, by an IANA name such as America/New_York", p.zoneless)
	}
	if o.Format != FormatNDJSON {
		p.byName, p.isOneVoice = true, isNamed
		for i := range p.records {
			p.records[i].withoutJoinLinks()
		}
	}
	return importRecords(ctx, d, p, o)
}

func wrongOption(code content.ErrorCode, path, format string, args ...any) error {
	return content.Errors{content.Errorf(code, path, format, args...)}
}

// importRecords makes one write of what a reader found.
func importRecords(ctx context.Context, d *desk.Desk, p parsed, o Options) (Report, error) {
	report := Report{Format: o.Format, Lines: p.lines, Notes: p.notes, Bad: p.bad}
	m := newMerger(d.Pin().Preview(), p, o)
	if err := m.settle(p.records); err != nil {
		return report, err
	}
	for _, pass := range [][]string{{"meta", "topic", "organization", "speaker", "series"}, {"episode"}, {"resource"}, {"case_study"}, {"toolkit"}, {"appearance", "credit", "organization_relation"}} {
		for i := range p.records {
			if r := &p.records[i]; slices.Contains(pass, r.kind) {
				m.take(r)
			}
		}
	}
	report.Bad = append(report.Bad, m.bad...)
	m.rejected = append(m.rejected, p.skipped...)
	for _, b := range p.bad {
		m.rejected = append(m.rejected, Row{Line: b.Line, Outcome: Rejected, Reasons: []string{b.Reason}})
	}
	for {
		if len(report.Bad) > 0 && !o.SkipBad {
			m.o.DryRun = true // only to tell what would become of the rest
		}
		w, err := m.write()
		if err != nil {
			return report, err
		}
		receipt, err := d.Save(ctx, o.Viewer, w)
		var mistakes content.Errors
		var dropped []BadLine
		if errors.As(err, &mistakes) {
			dropped = m.blame(rootCauses(mistakes))
			report.Bad = append(report.Bad, dropped...)
		}
		slices.SortStableFunc(report.Bad, func(a, b BadLine) int { return a.Line - b.Line })
		switch {
		case len(dropped) > 0:
			continue
		case err != nil:
			return report, err
		}
		m.tell(&report, receipt)
		if len(report.Bad) > 0 && !o.SkipBad {
			return report, ErrBadLines
		}
		report.Batch = receipt.Batch
		return report, nil
	}
}

// writeKey tells the write of one file from that of another under the same key, and from a repetition that has less to do.
func writeKey(key string, w desk.Write) (string, error) {
	if key == "" {
		return "", nil
	}
	sum := sha256.New()
	for _, put := range w.Puts {
		body, err := content.Encode(put.Entry)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, put.ID, put.Expected, put.Publish, len(body), string(body))
	}
	return key + "-" + hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// rootCauses leaves out that an entry is not there when another mistake of the same write is why.
func rootCauses(mistakes content.Errors) content.Errors {
	causes := slices.DeleteFunc(slices.Clone(mistakes), func(e *content.Error) bool { return e.Code == content.CodeNotFound })
	if len(causes) == 0 {
		return mistakes
	}
	return causes
}

// reason is how a record's batch explains itself in the log.
func (o Options) reason() string {
	if o.Name == "" {
		return "import"
	}
	return "import of " + o.Name
}
