package exchange

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	textunicode "golang.org/x/text/encoding/unicode"

	"bettertogether/internal/content"
)

// sheet is a CSV file while it is read.
type sheet struct {
	o       Options
	p       parsed
	columns []column
	// isIPEDS says that the sheet has the coded columns of IPEDS, where -1 and -2 stand for nothing.
	isIPEDS bool
	zulu    zulu
	// mentioned are those whom rows only name, and who have a record.
	mentioned map[target]bool
}

// column is a column that is imported.
type column struct {
	at            int
	header, field string
}

// csvFields are what a column of a sheet may be, by the kind of its rows.
func csvFields(kind content.Kind) []string {
	switch kind {
	case content.KindSpeaker:
		return []string{
			"key", "name", "first_name", "last_name", "aka", "pronouns", "bio", "photo", "links", "website", "twitter", "linkedin",
			"organization", "job_title", "orcid", "openalex", "wikidata", "note", "sources",
		}
	case content.KindOrganization:
		return []string{
			"key", "name", "short_name", "kind", "sector", "aka", "summary", "city", "region", "country", "url", "logo", "parent", "established",
			"status", "ipeds_unitid", "nces_leaid", "ror", "ein", "ctid", "wikidata", "note", "sources",
		}
	case content.KindEpisode:
		return []string{
			"key", "title", "subtitle", "number", "season", "series", "summary", "date", "date_local", "start", "end", "end_date", "time_zone",
			"format", "status", "language", "url", "registration_url", "recording_url", "venue", "room", "city", "region", "country", "speakers",
			"hosts", "topics", "note", "sources",
		}
	}
	return nil
}

// csvWords are headers that people use for fields.
func csvWords() map[string]string {
	return map[string]string{
		"id": "key", "full name": "name", "fullname": "name", "speaker": "name", "institution": "organization", "company": "organization",
		"affiliation": "organization", "employer": "organization", "position": "job_title", "biography": "bio", "about": "bio",
		"firstname": "first_name", "lastname": "last_name", "surname": "last_name", "given name": "first_name", "family name": "last_name",
		"homepage": "website", "web site": "website", "twitter handle": "twitter", "x": "twitter", "unitid": "ipeds_unitid", "instnm": "name",
		"acronym": "short_name", "state": "region", "start time": "start", "end time": "end", "timezone": "time_zone", "abstract": "summary",
		"description": "summary", "recording": "recording_url", "registration": "registration_url", "notes": "note", "session": "title",
		"session title": "title", "event": "title", "start date": "date", "presenters": "speakers",
	}
}

func readCSV(raw []byte, o Options) (parsed, error) {
	s := &sheet{o: o, mentioned: map[target]bool{}}
	if csvFields(o.Kind) == nil {
		return s.p, wrongOption(content.CodeRequired, "kind", "%s is not one of speaker, organization, episode: say what the rows of the sheet are", content.Quote(string(o.Kind)))
	}
	text, note := decoded(raw)
	s.p.note(note)
	in := csv.NewReader(bytes.NewReader(text))
	in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = '#', -1, true
	in.Comma = delimiter(text)
	header, err := in.Read()
	if errors.Is(err, io.EOF) {
		return s.p, wrongOption(content.CodeRequired, "file", "the sheet is empty")
	}
	if err != nil {
		return s.p, wrongOption(content.CodeInvalid, "file", "the header cannot be read: %v", err)
	}
	if err := s.head(header); err != nil {
		return s.p, err
	}
	for {
		cells, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			s.p.bad = append(s.p.bad, BadLine{broken.StartLine, fmt.Sprintf("is no row: %v", broken.Err)})
			continue
		}
		if err != nil {
			return s.p, fmt.Errorf("read the sheet: %w", err)
		}
		line, _ := in.FieldPos(0)
		s.p.lines++
		if s.p.lines > MostRows {
			return s.p, wrongOption(content.CodeTooLong, "file", "the sheet has more than %d rows", MostRows)
		}
		s.row(line, header, cells)
	}
	s.p.note(s.zulu.suspicion(o.TimeZone))
	return s.p, nil
}

func (p *parsed) note(text string) {
	if text != "" && !slices.Contains(p.notes, text) {
		p.notes = append(p.notes, text)
	}
}

// decoded brings a sheet to UTF-8 without a byte order mark, and says what it was. Letters that somebody else has spoilt
// already stay as they are.
func decoded(raw []byte) ([]byte, string) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xfe")), bytes.HasPrefix(raw, []byte("\xfe\xff")):
		if text, err := textunicode.UTF16(textunicode.LittleEndian, textunicode.ExpectBOM).NewDecoder().Bytes(raw); err == nil {
			return text, "the file is UTF-16"
		}
	case utf8.Valid(raw):
		return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")), ""
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil {
		return bytes.ToValidUTF8(raw, []byte("\ufffd")), "the file is neither UTF-8 nor Windows-1252"
	}
	return text, "the file is not UTF-8; it was read as Windows-1252"
}

// delimiter is what stands between the names of the header.
func delimiter(text []byte) rune {
	for line := range bytes.Lines(text) {
		if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
			continue
		}
		best, most := ',', bytes.Count(line, []byte(","))
		for _, d := range ";\t" {
			if n := bytes.Count(line, []byte(string(d))); n > most {
				best, most = d, n
			}
		}
		return best
	}
	return ','
}

// head finds out which column is which field.
func (s *sheet) head(header []string) error {
	fields, words := csvFields(s.o.Kind), csvWords()
	wanted := map[string]string{}
	for name, field := range s.o.Mapping {
		switch {
		case !slices.ContainsFunc(header, func(h string) bool { return fold(h) == fold(name) }):
			return wrongOption(content.CodeInvalid, "mapping", "the sheet has no column %s; it has %s", content.Quote(name), content.Shorten(strings.Join(header, ", ")))
		case field != "-" && !slices.Contains(fields, field):
			return wrongOption(content.CodeInvalid, "mapping", "%s is no field of a sheet of this kind; - and %s are allowed", content.Quote(field), strings.Join(fields, ", "))
		}
		wanted[fold(name)] = field
	}
	used := map[string]bool{}
	for _, field := range wanted {
		used[field] = true
	}
	var left []string
	for i, h := range header {
		name := fold(h)
		field, isWanted := wanted[name]
		if own := strings.ReplaceAll(name, " ", "_"); !isWanted && slices.Contains(fields, own) {
			field = own
		} else if !isWanted && slices.Contains(fields, words[name]) {
			field = words[name]
		}
		if field == "" || field == "-" || !isWanted && used[field] {
			if field != "-" {
				left = append(left, h)
			}
			continue
		}
		used[field] = true
		s.isIPEDS = s.isIPEDS || field == "ipeds_unitid"
		s.columns = append(s.columns, column{i, strings.TrimSpace(h), field})
	}
	if len(left) > 0 {
		s.p.note("columns that were left out: " + content.Shorten(strings.Join(left, ", ")))
	}
	if s.o.Kind == content.KindEpisode && !used["title"] {
		return wrongOption(content.CodeRequired, "mapping", "no column is the title; the sheet has %s", content.Shorten(strings.Join(header, ", ")))
	}
	if s.o.Kind != content.KindEpisode && !used["name"] && !used["last_name"] {
		return wrongOption(content.CodeRequired, "mapping", "no column is the name; the sheet has %s", content.Shorten(strings.Join(header, ", ")))
	}
	return nil
}

// row reads one row. A row with fewer cells than the header has may have slipped, and nobody knows where.
func (s *sheet) row(line int, header, cells []string) {
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return
	}
	if len(cells) < len(header) || slices.ContainsFunc(cells[len(header):], func(c string) bool { return c != "" }) {
		s.p.bad = append(s.p.bad, BadLine{line, fmt.Sprintf("has %d cells, and the header %d; its values may stand in wrong columns", len(cells), len(header))})
		return
	}
	c := cellsOf{line: line, values: map[string][]string{}}
	for _, col := range s.columns {
		v := strings.TrimSpace(cells[col.at])
		if v == "" || s.isIPEDS && (v == "-1" || v == "-2") {
			continue
		}
		c.values[col.field] = append(c.values[col.field], v)
		c.headers = append(c.headers, cell{col.header, col.field, v})
	}
	switch s.o.Kind {
	case content.KindSpeaker:
		s.speaker(c)
	case content.KindOrganization:
		s.organization(c)
	default:
		s.episode(c)
	}
}
