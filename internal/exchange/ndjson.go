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

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

// mostLine is how long a line may be.
const mostLine = 4 << 20

// ImportNDJSON imports records in the neutral format, one a line, in any order. Records bring what they know: a field that is
// missing or null leaves what the hub has; lists grow and never shrink, so that a file may come in parts. The same file twice
// changes nothing the second time. It reads files of any size; entries are never known by their names.
func ImportNDJSON(ctx context.Context, d *desk.Desk, in io.Reader, o Options) (Report, error) {
	o.Format = FormatNDJSON
	if o.Source == "" {
		o.Source = string(FormatNDJSON)
	}
	p, err := readRecords(in, o)
	if err != nil {
		return Report{Format: o.Format, Lines: p.lines, Bad: p.bad}, err
	}
	return importRecords(ctx, d, p, o)
}

// readRecords reads lines; what is no record is a bad line.
func readRecords(in io.Reader, o Options) (parsed, error) {
	var p parsed
	lines := bufio.NewReaderSize(in, 64<<10)
	for {
		line, err := readLine(lines)
		isLast := errors.Is(err, io.EOF)
		switch {
		case err != nil && !isLast:
			return p, fmt.Errorf("read line %d: %w", p.lines+1, err)
		case isLast && len(line) == 0:
			return p, nil
		}
		p.lines++
		if o.Progress != nil && p.lines%5000 == 0 {
			o.Progress(p.lines)
		}
		line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		if len(bytes.TrimSpace(line)) > 0 {
			r, problem := parseRecord(line)
			if problem != "" {
				p.bad = append(p.bad, BadLine{p.lines, problem})
			} else {
				r.line = p.lines
				p.records = append(p.records, r)
			}
		}
		if isLast {
			return p, nil
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
	known := []string{"meta", "topic", "organization", "organization_relation", "speaker", "series", "episode", "appearance", "credit", "resource", "case_study", "toolkit"}
	if !slices.Contains(known, kind) {
		return record{}, fmt.Sprintf("type %s is not one of %s", content.Quote(kind), strings.Join(known, ", "))
	}
	return record{kind: kind, fields: f}, ""
}
