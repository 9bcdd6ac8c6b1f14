package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// CorpusSheets writes a ZIP with everything public as sheets: a CSV file for each of Relations, README.txt with a dictionary of all columns, and
// meta.json with the version and the digest, which is that of Digest and so also the one that hub export --tables tells. Its files have the
// instant since which nothing has changed, so one tag of an edition gives the same bytes each time. The relations are in memory while it
// writes.
func CorpusSheets(w io.Writer, v *edition.View) error {
	v = v.Public()
	relations, err := Relations(v)
	if err != nil {
		return fmt.Errorf("write the sheets: %w", err)
	}
	meta := metaOf(v)
	meta.Digest, meta.DigestOf = Digest(relations), "SHA-256 of all rows, as hub export --tables tells it"
	for _, r := range relations {
		meta.Records += len(r.Rows)
	}
	z := zip.NewWriter(w)
	file := func(name string, write func(io.Writer) error) {
		if err != nil {
			return
		}
		var to io.Writer
		if to, err = z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: meta.At.Truncate(time.Second)}); err == nil {
			err = write(to)
		}
	}
	file("README.txt", func(w io.Writer) error {
		_, err := io.WriteString(w, dictionary(meta, relations))
		return err
	})
	file("meta.json", func(w io.Writer) error {
		raw, err := json.MarshalIndent(meta, "", "  ")
		if err == nil {
			_, err = w.Write(append(raw, '\n'))
		}
		return err
	})
	for i := range relations {
		file(relations[i].Name+".csv", func(w io.Writer) error { return writeSheet(w, &relations[i]) })
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return fmt.Errorf("write the sheets: %w", err)
	}
	return nil
}

// writeSheet writes a relation as CSV (RFC 4180), with its columns' names first.
func writeSheet(w io.Writer, r *store.Relation) error {
	to := csv.NewWriter(w)
	to.UseCRLF = true
	cells := make([]string, len(r.Columns))
	for i, c := range r.Columns {
		cells[i] = c.Name
	}
	if err := to.Write(cells); err != nil {
		return err
	}
	for _, row := range r.Rows {
		for i, v := range row {
			cells[i] = cellOf(v)
		}
		if err := to.Write(cells); err != nil {
			return err
		}
	}
	to.Flush()
	return to.Error()
}

// cellOf writes a value of a relation.
func cellOf(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return content.SheetCell(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	default:
		return fmt.Sprint(v) // no value of a relation comes here
	}
}

// dictionary tells what the sheets hold.
func dictionary(meta corpusMeta, relations []store.Relation) string {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\n\n", meta.Title)
	fmt.Fprintf(&b, "site             %s\n", meta.Site)
	fmt.Fprintf(&b, "content version  %d\n", meta.Version)
	fmt.Fprintf(&b, "unchanged since  %s\n", meta.At.Format(time.RFC3339Nano))
	fmt.Fprintf(&b, "tag              %s\n", meta.Tag)
	fmt.Fprintf(&b, "digest           %s\n                 %s\n", meta.Digest, meta.DigestOf)
	fmt.Fprintf(&b, "licence          %s (source.csv)\n\n", meta.Licence)
	b.WriteString("Each file is a table in CSV: RFC 4180, UTF-8, commas, the names of the columns first. An empty cell is unknown. Instants are in UTC; " +
		"dates may be partial: 2021, 2021-01, 2021-01-26. A text that a spreadsheet would take for a formula begins with an apostrophe, which is not part of it. " +
		"Columns marked with * are the key: together they are in the table once. \"of T\" is the key of a row of the table T; \"position\" counts from 1.\n")
	about := sheetWords()
	for _, r := range relations {
		fmt.Fprintf(&b, "\n%s.csv: %d rows\n", r.Name, len(r.Rows))
		if words := about[r.Name]; words != "" {
			fmt.Fprintf(&b, "  %s\n", words)
		}
		for i, c := range r.Columns {
			mark := " "
			if i < r.Key {
				mark = "*"
			}
			fmt.Fprintf(&b, "  %s %-24s %s\n", mark, c.Name, columnWords(r, i))
		}
	}
	return b.String()
}

// columnWords are the type of a column, and what it leads to.
func columnWords(r store.Relation, i int) string {
	c := r.Columns[i]
	words := "text"
	switch c.Type {
	case store.Number:
		words = "whole number"
	case store.Decimal:
		words = "number"
	case store.Flag:
		words = "true or false"
	case store.Instant:
		words = "instant"
	}
	if c.To != "" {
		words += ", of " + c.To
	} else if within := r.Within; within != "" && i == 0 {
		words += ", of " + within
	}
	if meant := commonColumns()[c.Name]; meant != "" {
		words += "; " + meant
	}
	return strings.TrimSpace(words)
}

// commonColumns are what columns of several tables mean.
func commonColumns() map[string]string {
	return map[string]string{
		"slug": "the name in addresses", "label": "the name or title", "url": "where it is found", "revision": "counts how often it was saved",
		"published_at": "when it first was public", "updated_at": "when it changed last", "role_as_printed": "the source's own word",
		"kind_as_printed": "the source's own word", "credited_name": "as billed then", "credited_title": "as billed then", "region": "ISO 3166-2",
		"country": "ISO 3166-1", "language": "BCP 47", "phase": "by the clock, at the instant above", "value_text": "where the source gives no number",
		"seconds": "a length, or counted from the start", "soc": "of the Standard Occupational Classification", "cip": "of the Classification of Instructional Programs",
		"ends_at_is_estimated": "no end is known: 90 minutes are supposed",
	}
}

// sheetWords are what tables hold, where the name does not say it.
func sheetWords() map[string]string {
	return map[string]string{
		"entry":                      "Every entry of every kind.",
		"identifier":                 "What others call an entry: ORCID, ROR, Wikidata and others; EXTERNAL is the key of a file that brought it.",
		"source":                     "Where an entry's facts were read. Its licence is the source's.",
		"topic_broader":              "The topics above a topic (SKOS broader).",
		"topic_alias":                "Other names.",
		"organization_alias":         "Other names.",
		"speaker_alias":              "Other names.",
		"organization_successor":     "Which organizations went on after one.",
		"affiliation":                "Positions that people hold or held.",
		"series_credit":              "Who makes a series.",
		"series_credit_organization": "Whom they stand for.",
		"episode":                    "What happens or was released at a time.",
		"episode_host":               "Which organizations hold an episode.",
		"appearance":                 "Who spoke in an episode, as billed on the day.",
		"appearance_organization":    "Whom they stood for then.",
		"recording":                  "What can be seen or heard afterwards.",
		"text_track":                 "Captions and transcripts elsewhere.",
		"case_study":                 "Partnerships.",
		"case_study_partner":         "Who takes part.",
		"case_study_topic":           "Strategies, and populations that are served.",
		"outcome":                    "Results, as the sources tell them.",
		"outcome_evidence":           "What a result rests on: an address, or a moment in an episode's recording.",
		"evidence":                   "What a case study rests on: an address, or a moment in an episode's recording.",
		"credential":                 "Programmes of study of a partnership.",
		"credential_occupation":      "What a programme leads to.",
		"contributor":                "People behind a case study.",
		"contributor_organization":   "Whom they stood for.",
		"toolkit":                    "Collections.",
		"listing":                    "Saved lists of episodes, as other sites show them.",
		"listing_pinned":             "Episodes that come first in a list.",
		"listing_episode":            "Episodes that a list shows, in order.",
	}
}
