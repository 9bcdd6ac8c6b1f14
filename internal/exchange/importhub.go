package exchange

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// HubReport tells what came of the import of a whole hub.
type HubReport struct {
	Rows  int
	Check store.Check
	// Bad are the lines for which nothing was imported.
	Bad []BadLine
}

// ErrUnsound says that the rows of a file are well-formed, but do not make a hub; the report's check says why.
var ErrUnsound = errors.New("nothing was imported, since the rows do not fit together")

// errOnlyLooked ends a transaction whose work is only looked at.
var errOnlyLooked = errors.New("only looked")

// IsHub tells from its begin whether a file is one that Export wrote. It takes nothing out of in.
func IsHub(in *bufio.Reader) bool {
	begin, _ := in.Peek(256) // a shorter file is also one
	line, _, _ := bytes.Cut(begin, []byte("\n"))
	return bytes.Contains(bytes.ReplaceAll(line, []byte(" "), nil), []byte(`"type":"hub"`))
}

// ImportHub fills an empty database with the rows of a file that Export wrote, as they are, and gives it a new incarnation.
// Edges and identifiers are made anew of the newest bodies. Everything must pass Verify, or nothing is imported.
func ImportHub(ctx context.Context, db *store.Store, in io.Reader, now time.Time) (HubReport, error) {
	return importHub(ctx, db, in, now, nil)
}

// CheckHub does all that ImportHub does, but keeps nothing.
func CheckHub(ctx context.Context, db *store.Store, in io.Reader, now time.Time) (HubReport, error) {
	report, err := importHub(ctx, db, in, now, errOnlyLooked)
	if errors.Is(err, errOnlyLooked) {
		err = nil
	}
	return report, err
}

// importHub ends its transaction with a result.
func importHub(ctx context.Context, db *store.Store, in io.Reader, now time.Time, result error) (HubReport, error) {
	var report HubReport
	err := db.Locked(ctx, func(tx *store.Tx) error {
		if err := tx.MustBeEmpty(ctx); err != nil {
			return err
		}
		r := newHubReader(tx)
		err := r.read(ctx, in)
		report.Rows, report.Bad = r.rows, r.bad
		switch {
		case err != nil:
			return err
		case len(r.bad) > 0:
			return ErrBadLines
		}
		if err := r.finish(ctx); err != nil {
			return err
		}
		if report.Check, err = Verify(ctx, tx.Snapshot(), now); err != nil {
			return err
		}
		if len(report.Check.Wrong) > 0 {
			return ErrUnsound
		}
		return result
	})
	return report, err
}

// hubReader takes the lines of a file in and remembers their keys.
type hubReader struct {
	tx     *store.Tx
	tables []store.Table
	// table is the place in tables of the last line.
	table int
	line  int
	rows  int
	bad   []BadLine
	// part are rows that are not written yet, all of one table.
	part [][]any
	// header and isEnded say whether the first and the last line came.
	header  *hubHeader
	isEnded bool
	// lastAt is the instant of the last batch.
	lastAt   int64
	keys     map[string]int
	versions map[int64]bool
	kinds    map[content.ID]content.Kind
	newest   map[content.ID]content.Revision
	lines    map[content.ID]int
}

type hubHeader struct {
	Type    string `json:"type"`
	Format  int    `json:"format"`
	History string `json:"history"`
	Version int64  `json:"version"`
}

func newHubReader(tx *store.Tx) *hubReader {
	return &hubReader{
		tx: tx, tables: store.History(), keys: map[string]int{}, versions: map[int64]bool{}, kinds: map[content.ID]content.Kind{},
		newest: map[content.ID]content.Revision{}, lines: map[content.ID]int{},
	}
}

// mostBad is how many bad lines are told.
const mostBad = 1000

func (r *hubReader) wrong(line int, format string, args ...any) {
	r.bad = append(r.bad, BadLine{line, fmt.Sprintf(format, args...)})
}

// read takes all lines in.
func (r *hubReader) read(ctx context.Context, in io.Reader) error {
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(lines)
		isLast := errors.Is(err, io.EOF)
		if err != nil && !isLast {
			return fmt.Errorf("read line %d: %w", r.line+1, err)
		}
		if line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))); !isLast || len(line) > 0 {
			r.line++
		}
		if len(line) > 0 {
			if err := r.take(ctx, line); err != nil {
				return err
			}
		}
		if r.header == nil && len(r.bad) > 0 || len(r.bad) >= mostBad {
			return nil
		}
		if isLast {
			break
		}
	}
	if !r.isEnded && len(r.bad) == 0 {
		r.wrong(max(1, r.line), "is the last line, but the file's own last line, of the type end, is missing: the file is not whole")
	}
	r.checkLinks()
	return r.flush(ctx)
}

// take takes one line in; what is wrong with it is kept, and only trouble with the database returned.
func (r *hubReader) take(ctx context.Context, line []byte) error {
	var (
		fields map[string]jsontext.Value
		kind   string
	)
	switch {
	case len(line) > mostLine:
		r.wrong(r.line, "is longer than %d bytes", mostLine)
		return nil
	case !parses(line, &fields) || fields == nil:
		r.wrong(r.line, "is no JSON object in UTF-8 with different names")
		return nil
	case !parses(fields["type"], &kind):
		r.wrong(r.line, "type is required")
		return nil
	case r.header == nil:
		r.begin(line)
		return nil
	case r.isEnded:
		r.wrong(r.line, "stands behind the file's last line")
		return nil
	case kind == "end":
		r.isEnded = true
		var rows int
		if !parses(fields["rows"], &rows) || rows != r.rows && len(r.bad) == 0 {
			r.wrong(r.line, "the file should have %s rows, but it has %d: it is not whole", fields["rows"], r.rows)
		}
		return nil
	}
	at := slices.IndexFunc(r.tables, func(t store.Table) bool { return t.Name == kind })
	switch {
	case at < 0:
		r.wrong(r.line, "type %s is no table of a hub", content.Quote(kind))
		return nil
	case at < r.table:
		r.wrong(r.line, "a %s stands behind a %s; the tables come in order", kind, r.tables[r.table].Name)
		return nil
	}
	r.rows++
	if at > r.table {
		if err := r.flush(ctx); err != nil {
			return err
		}
		r.table = at
	}
	row, problem := parseRow(r.tables[at], fields)
	if problem == "" {
		problem = r.check(kind, row)
	}
	if problem != "" {
		r.wrong(r.line, "%s", problem)
		return nil
	}
	if r.part = append(r.part, row); len(r.part) >= 500 {
		return r.flush(ctx)
	}
	return nil
}

// parses reads JSON into a value and tells whether it is that.
func parses(raw []byte, into any) bool { return json.Unmarshal(raw, into) == nil }

// begin reads the first line.
func (r *hubReader) begin(line []byte) {
	var h hubHeader
	switch err := json.Unmarshal(line, &h, json.RejectUnknownMembers(true)); {
	case h.Type != "hub":
		r.wrong(r.line, `is not the first line of an export, such as {"type":"hub","format":%d,"history":"whole","version":7}`, hubFormat)
	case h.Format != hubFormat:
		r.wrong(r.line, "format %d is not known; this program reads format %d", h.Format, hubFormat)
	case err != nil || h.Version < 0 || h.History != scopes[store.Whole] && h.History != scopes[store.Current]:
		r.wrong(r.line, "history must be %q or %q, version a number, and there is nothing else", scopes[store.Whole], scopes[store.Current])
	default:
		r.header = &h
	}
}

// flush writes the rows that wait, unless nothing is to stay anyway.
func (r *hubReader) flush(ctx context.Context) error {
	part := r.part
	r.part = nil
	if len(r.bad) > 0 {
		return nil
	}
	return r.tx.Fill(ctx, r.tables[r.table], part)
}

// finish writes what follows from the rows: edges, identifiers, the version, and for a file without history where it starts.
func (r *hubReader) finish(ctx context.Context) error {
	newest := make([]content.Revision, 0, len(r.newest))
	for _, id := range slices.Sorted(maps.Keys(r.newest)) {
		newest = append(newest, r.newest[id])
	}
	if err := r.tx.Index(ctx, newest); err != nil {
		return err
	}
	if r.header.History == scopes[store.Current] && r.lastAt != 0 {
		at := time.UnixMicro(r.lastAt)
		err := r.tx.Fill(ctx, r.tables[0], [][]any{{
			int64(0), content.NewKey(at), "", store.StartAction, "imported without the history up to here", r.lastAt,
		}})
		if err != nil {
			return err
		}
	}
	return r.tx.Reincarnate(ctx, r.header.Version)
}

// parseRow reads the columns of a table; the second result says what is wrong.
func parseRow(t store.Table, fields map[string]jsontext.Value) ([]any, string) {
	row := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		raw, ok := fields[c.Name]
		if !ok {
			return nil, c.Name + " is required"
		}
		var problem string
		if row[i], problem = parseValue(c, raw); problem != "" {
			return nil, problem
		}
	}
	if len(fields) > 1+len(t.Columns) {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if name != "type" && !slices.ContainsFunc(t.Columns, func(c store.Column) bool { return c.Name == name }) {
				return nil, fmt.Sprintf("%s is no field of a %s", content.Quote(name), t.Name)
			}
		}
	}
	return row, ""
}

func parseValue(c store.Column, raw jsontext.Value) (any, string) {
	if raw.Kind() == 'n' {
		if c.IsNullable {
			return nil, ""
		}
		return nil, c.Name + " is required"
	}
	var (
		text   string
		number int64
		flag   bool
	)
	switch c.Type {
	case store.Number:
		if parses(raw, &number) {
			return number, ""
		}
		return nil, c.Name + " must be a whole number"
	case store.Flag:
		if parses(raw, &flag) {
			return flag, ""
		}
		return nil, c.Name + " must be true or false"
	case store.Body:
		if raw.Kind() == '{' && raw.Compact() == nil {
			return string(raw), ""
		}
		return nil, c.Name + " must be an object"
	case store.Instant:
		at, err := time.Parse(time.RFC3339Nano, strings.Trim(string(raw), `"`))
		if err == nil && at.Equal(at.Truncate(time.Microsecond)) {
			return at.UnixMicro(), ""
		}
		return nil, c.Name + " must be an instant, such as 2026-03-01T12:00:00.000001Z"
	}
	if parses(raw, &text) {
		return text, ""
	}
	return nil, c.Name + " must be a string"
}

// isNew remembers a key; it says on which line the key came before.
func (r *hubReader) isNew(parts ...any) string {
	key := fmt.Sprintln(parts...)
	if before, twice := r.keys[key]; twice {
		return fmt.Sprintf("stands on line %d already", before)
	}
	r.keys[key] = r.line
	return ""
}

// check says what is wrong with a row beside the rows before it.
func (r *hubReader) check(table string, row []any) string {
	switch table {
	case "batch":
		version := row[0].(int64)
		if version < 0 || version > r.header.Version {
			return fmt.Sprintf("version %d is not from 0 to %d", version, r.header.Version)
		}
		if r.versions[version] {
			return fmt.Sprintf("version %d came already", version)
		}
		r.versions[version], r.lastAt = true, row[5].(int64)
		return r.isNew("batch", row[1])
	case "entry":
		id, kind := content.ID(row[0].(string)), content.Kind(row[1].(string))
		if kind == "" || id.Kind() != kind {
			return fmt.Sprintf("%s is no id of the kind %s", content.Quote(string(id)), content.Quote(string(kind)))
		}
		if _, twice := r.kinds[id]; twice {
			return fmt.Sprintf("the entry %s came already", id)
		}
		r.kinds[id] = kind
		return ""
	case "revision":
		if problem := r.knows(row[0], row[2]); problem != "" {
			return problem
		}
		if problem := r.isNew("revision", row[0], row[1]); problem != "" {
			return problem
		}
		return r.revision(row)
	case "publication":
		if problem := r.knows(row[0], row[1]); problem != "" {
			return problem
		}
		if _, ok := r.keys[fmt.Sprintln("revision", row[0], row[3])]; !ok && row[3] != nil {
			return fmt.Sprintf("%s has no revision %d", row[0], row[3])
		}
		return r.isNew("publication", row[0], row[1], row[2])
	case "trash":
		if problem := r.knows(row[0], row[1]); problem != "" {
			return problem
		}
		return r.isNew("trash", row[0], row[1])
	case "merge":
		problem := r.knows(row[0], row[1])
		if problem == "" && row[2] != nil {
			problem = r.knows(row[2], row[1])
		}
		if problem != "" {
			return problem
		}
		return r.isNew("merge", row[0], row[1])
	case "finding":
		if !r.versions[row[1].(int64)] {
			return fmt.Sprintf("version %d is no batch of this file", row[1])
		}
		return r.isNew("finding", row[0], row[1])
	default:
		if problem := r.knows(row[2], row[3]); problem != "" {
			return problem
		}
		return r.isNew("slug", row[0], row[1])
	}
}

// knows says whether an entry and a version are missing in the lines before.
func (r *hubReader) knows(entry, version any) string {
	if _, ok := r.kinds[content.ID(entry.(string))]; !ok {
		return fmt.Sprintf("%s is no entry of this file", content.Quote(entry.(string)))
	}
	if !r.versions[version.(int64)] {
		return fmt.Sprintf("version %d is no batch of this file", version)
	}
	return ""
}

// revision checks a body and keeps it if it is the newest of its entry.
func (r *hubReader) revision(row []any) string {
	id, number, shape, body := content.ID(row[0].(string)), row[1].(int64), row[3].(int64), row[4].(string)
	if number < 1 || number > math.MaxInt32 {
		return fmt.Sprintf("number %d is not from 1 to %d", number, math.MaxInt32)
	}
	entry, err := content.Decode(r.kinds[id], int(shape), []byte(body))
	if err != nil {
		return fmt.Sprintf("body: %v", err)
	}
	if shape == content.Shape && !content.SaysAllOf(entry, body) {
		return "body is not as this program writes it; unknown or misplaced fields would be lost"
	}
	if old := r.newest[id]; number > int64(old.Number) {
		r.newest[id] = content.Revision{ID: id, Number: int32(number), Entry: entry}
		r.lines[id] = r.line
	}
	return ""
}

// checkLinks tells the lines whose newest bodies lead to entries that are not in the file, or have an identifier of another.
func (r *hubReader) checkLinks() {
	owners := map[string]content.ID{}
	var bad []BadLine
	for _, id := range slices.Sorted(maps.Keys(r.newest)) {
		entry := r.newest[id].Entry
		entry.Links(func(l content.Link) {
			if _, ok := r.kinds[l.To]; !ok {
				bad = append(bad, BadLine{r.lines[id], fmt.Sprintf("body: %s.%d leads to %s, which is no entry of this file", l.Field, l.Position, content.Quote(string(l.To)))})
			}
		})
		for _, i := range entry.Common().Identifiers() {
			key := fmt.Sprintln(r.kinds[id], i.Scheme, i.Source, i.Value)
			if other, taken := owners[key]; taken {
				bad = append(bad, BadLine{r.lines[id], fmt.Sprintf("body: the identifier %s %s belongs to %s", i.Scheme, content.Quote(i.Value), other)})
			}
			owners[key] = id
		}
	}
	slices.SortStableFunc(bad, func(a, b BadLine) int { return a.Line - b.Line })
	r.bad = append(r.bad, bad...)
}
