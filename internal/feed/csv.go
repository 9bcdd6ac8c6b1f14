package feed

import (
	"bytes"
	"encoding/csv"
	"io"
	"strconv"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// columns are the header row of CSV.
var columns = []string{
	"id", "url", "title", "subtitle", "series", "season", "number", "date", "end_date", "starts_at", "ends_at", "ends_at_is_estimated",
	"time_zone", "when", "phase", "action", "action_label", "action_url", "format", "language", "attendance_mode", "location", "speakers",
	"organizations", "topics", "registration_url", "stream_url", "recording_url", "duration_seconds", "summary", "updated_at",
}

// CSV writes the list as a table (RFC 4180) with a header row, in UTF-8 with a byte order mark, without which spreadsheets take
// it for something else. A list inside of a cell is separated by "; ". A cell that a spreadsheet would take for a formula begins
// with an apostrophe.
func CSV(w io.Writer, l *edition.EpisodeList) error {
	var b bytes.Buffer
	b.WriteString("\uFEFF")
	rows := csv.NewWriter(&b)
	rows.UseCRLF = true
	_ = rows.Write(columns) // writing to a buffer cannot fail
	words := wordsOf(l)
	for _, e := range l.Episodes {
		cells := row(e, words)
		for i, c := range cells {
			cells[i] = content.SheetCell(c)
		}
		_ = rows.Write(cells)
	}
	rows.Flush()
	return send(w, l.View(), &b)
}

// row is an episode as cells, in the order of the columns.
func row(e *edition.Episode, w *Words) []string {
	series := ""
	if s, ok := seriesOf(e); ok {
		series = line(s.Title)
	}
	registration := ""
	if e.Registration != nil {
		registration = web(e.Registration.URL)
	}
	recording := ""
	if all := e.Recordings(); len(all) > 0 {
		recording = web(all[0].URL)
	}
	action := e.PrimaryAction()
	return []string{
		string(e.ID()), e.URL(), line(e.Title), line(e.Subtitle()), series, count(e.Season()), count(e.Number), string(e.Date()),
		string(e.EndDate()), moment(e.StartsAt()), moment(e.EndsAt()), strconv.FormatBool(e.EndsAtIsEstimated()), e.TimeZone(), w.When(e), string(e.Phase()),
		string(action.Kind), line(w.Action(e)), web(action.URL), string(e.Format()), languageOf(e), string(e.Episode.AttendanceMode()), place(e, w),
		orderedNames(e.Appearances(nil), func(a edition.Appearance) string { return line(a.CreditedName) }),
		orderedNames(e.Organizations(), func(o *edition.Organization) string { return line(o.Name) }),
		orderedNames(e.Topics(), func(t *edition.Topic) string { return line(t.Name) }),
		registration, web(e.StreamURL()), recording, seconds(e), summary(e), e.UpdatedAt().UTC().Format(time.RFC3339),
	}
}

func count(n *int32) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(int(*n))
}

func moment(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

func seconds(e *edition.Episode) string {
	if n := length(e); n > 0 {
		return strconv.Itoa(int(n))
	}
	return ""
}

// length is how long an episode is in seconds: as stated, else as its first recording; 0 is unknown.
func length(e *edition.Episode) int32 {
	if e.Seconds > 0 {
		return e.Seconds
	}
	for _, r := range e.Recordings() {
		if r.Seconds > 0 {
			return r.Seconds
		}
	}
	return 0
}
