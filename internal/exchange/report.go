package exchange

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

// Report tells what an import did, or would do.
type Report struct {
	Format                      Format
	Lines                       int
	Created, Updated, Unchanged int
	// Proposed are rows that wait for a decision.
	Proposed int
	// Rows tells of every row of the file and every entry that changed, in the file's order.
	Rows []Row
	// Notes are about the file as a whole: its encoding, columns that were left out.
	Notes []string
	// Bad are the lines that were not imported.
	Bad []BadLine
	// Placeholders are entries that others point at but that neither the file nor the hub has: drafts that hold the place
	// until a later import brings them.
	Placeholders []Placeholder
	Batch        string
}

// Outcome is what became of a row.
type Outcome string

// The outcomes of rows.
const (
	Created   Outcome = "CREATED"
	Updated   Outcome = "UPDATED"
	Unchanged Outcome = "UNCHANGED"
	// Rejected: nothing was made of it, for the row's reasons. Unless the row is among Report.Bad, it hinders nothing.
	Rejected Outcome = "REJECTED"
	// Proposed: whether it is one of the candidates is for a person to say; nothing was made of it.
	Proposed Outcome = "PROPOSED"
)

// Row is one entry that a file speaks of.
type Row struct {
	// Line counts from 1. Position says more in a file whose lines mean little: "sessions[3]".
	Line     int
	Position string
	// Key names the row in Options.Decisions: the kind, a colon and the entry's key.
	Key     string
	Kind    content.Kind
	Label   string
	Outcome Outcome
	// Entry is empty for a row that nothing was made of.
	Entry content.ID
	// MatchedBy says by what the entry was known: "EXTERNAL csv 17", "ORCID 0000-0002-1825-0097", "name and website"; empty
	// for a new one.
	MatchedBy string
	Reasons   []string
	// Kept are values that editors had changed and that stay as they are.
	Kept       []content.Conflict
	Candidates []Candidate
}

// Candidate is an entry that a proposed row may be about.
type Candidate struct {
	ID     content.ID
	Label  string
	Reason string
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

// taken is a row whose record was worked into an item.
type taken struct {
	Row
	item *item
	// before is the item's entry where an earlier row of the file had it already.
	before []byte
	// isMore says that the row added to it.
	isMore bool
}

// say adds a reason to a row; a nil row takes none.
func (t *taken) say(format string, args ...any) {
	if t != nil {
		t.Reasons = append(t.Reasons, fmt.Sprintf(format, args...))
	}
}

// compare finds out whether a row added to what an earlier one had brought.
func (t *taken) compare() {
	if t == nil || t.before == nil {
		return
	}
	after, err := content.Encode(t.item.entry)
	t.isMore = err == nil && !bytes.Equal(t.before, after)
}

// undo puts an item back to what earlier rows had made of it; false when there are none.
func (t *taken) undo() bool {
	if t == nil || t.before == nil {
		return false
	}
	e, err := content.Decode(t.item.kind, content.Shape, t.before)
	if err == nil {
		t.item.entry = e
	}
	return err == nil
}

// isFirst says whether a row is to name its entry: one that only mentions an entry does so if nobody has before.
func (t *taken) isFirst(r *record) bool {
	return !r.isMention || t.before == nil && (t.item.expected == 0 || t.item.arrived)
}

func keyOf(t target) string { return string(t.kind) + ":" + t.key }

// row is the beginning of a record's row.
func (r *record) row(t target) Row {
	return Row{Line: r.line, Position: r.place, Key: keyOf(t), Kind: t.kind, Label: cmp.Or(textOf(r.values["name"]), textOf(r.values["title"]), textOf(r.values["label"]), t.key), Reasons: slices.Clone(r.remarks)}
}

// bring notes that a record brings an item.
func (m *merger) bring(r *record, t target, it *item) {
	row := &taken{Row: r.row(t), item: it}
	if it.isBrought {
		row.MatchedBy = fmt.Sprintf("line %d of the same file", it.line)
		row.before, _ = content.Encode(it.entry) // what was worked in can be written
	} else {
		row.MatchedBy = m.how[t]
		it.isBrought, it.line, it.row = true, r.line, row
	}
	m.rows = append(m.rows, row)
	m.current = row
}

// reject ends the row that a record began.
func (m *merger) reject(r *record, problem string) {
	if m.current != nil {
		m.rows = m.rows[:len(m.rows)-1]
		if it := m.current.item; it.row == m.current {
			it.isBrought, it.row = false, nil
		}
		m.current = nil
	}
	row := r.row(target{content.Kind(r.kind), textOf(r.values["key"])})
	row.Outcome, row.Reasons = Rejected, append(row.Reasons, problem)
	if content.New(row.Kind) == nil {
		row.Kind, row.Key, row.Label = "", "", r.kind
	}
	m.rejected = append(m.rejected, row)
	m.bad = append(m.bad, BadLine{r.line, r.at(problem)})
}

// at says where a problem is, in a file whose lines mean little.
func (r *record) at(problem string) string {
	if r.place == "" {
		return problem
	}
	return r.place + ": " + problem
}

// refuse rejects the row of an item that the desk did not take.
func (m *merger) refuse(it *item, problem string) {
	row := Row{Line: it.line, Key: keyOf(it.target), Kind: it.kind, Label: it.entry.Label()}
	if it.row != nil {
		row = it.row.Row
	}
	for i := range m.rejected {
		if m.rejected[i].Key == row.Key && m.rejected[i].Line == row.Line {
			m.rejected[i].Reasons = append(m.rejected[i].Reasons, problem)
			return
		}
	}
	row.Outcome, row.MatchedBy, row.Reasons = Rejected, "", append(row.Reasons, problem)
	m.rejected = append(m.rejected, row)
}

// remark adds a reason to the row of an entry that the file brings.
func (m *merger) remark(t target, format string, args ...any) {
	if it := m.items[t]; it != nil {
		it.row.say(format, args...)
	}
}

// tell fills in the report what a write came to.
func (m *merger) tell(report *Report, receipt desk.Receipt) {
	results := map[*item]desk.Result{}
	for i, r := range receipt.Results {
		results[m.ordered[i]] = r
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
	told := map[*item]bool{}
	for _, t := range m.rows {
		r, written := results[t.item]
		if !written {
			continue // the desk refused it, which is told
		}
		row := t.Row
		row.Entry, row.Label, row.Outcome = r.ID, t.item.entry.Label(), Outcome(r.Outcome)
		switch {
		case t.before != nil && t.isMore:
			row.Outcome = Updated
		case t.before != nil:
			row.Outcome = Unchanged
		default:
			row.Kept = r.Kept
		}
		told[t.item] = true
		report.Rows = append(report.Rows, row)
	}
	for _, it := range m.ordered {
		r := results[it]
		if told[it] || r.Outcome == desk.Unchanged && len(r.Kept) == 0 {
			continue
		}
		row := Row{Line: it.line, Key: keyOf(it.target), Kind: it.kind, Label: it.entry.Label(), Entry: r.ID, Outcome: Outcome(r.Outcome), MatchedBy: m.how[it.target], Kept: r.Kept}
		if it.isPlaceholder {
			row.Reasons = []string{"the file points at it and does not bring it; a draft holds its place"}
		}
		report.Rows = append(report.Rows, row)
	}
	report.Rows = append(report.Rows, m.rejected...)
	for _, row := range m.proposed {
		report.Rows = append(report.Rows, row)
		report.Proposed++
	}
	slices.SortStableFunc(report.Rows, func(a, b Row) int { return cmp.Compare(a.Line, b.Line) })
}
