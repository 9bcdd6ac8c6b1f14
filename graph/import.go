package graph

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
)

// mostRows is how many rows of an import an answer tells of.
const mostRows = 5000

func (m mutationResolver) ImportEntries(ctx context.Context, input gen.ImportInput, options *gen.WriteOptions) (*gen.ImportPayload, error) {
	var w desk.Write
	option(&w, options)
	o := exchange.Options{
		Format: exchange.Format(strings.ToLower(string(input.Format))), Kind: deref(input.Kind), Mapping: map[string]string{}, TimeZone: deref(input.TimeZone),
		Series: string(deref(input.Series)), Source: deref(input.Source), Decisions: map[string]string{}, SkipBad: input.SkipBad, Draft: input.Draft,
		DryRun: w.DryRun, Viewer: auth.From(ctx), Name: deref(input.Name), Key: w.Key,
	}
	for _, c := range input.Mapping {
		o.Mapping[c.Column] = c.Field
	}
	for _, d := range input.Decisions {
		if o.Decisions[d.Key] = string(deref(d.Entry)); d.Entry == nil {
			o.Decisions[d.Key] = "new"
		}
	}
	file, err := given64(input)
	var report exchange.Report
	if err == nil {
		report, err = exchange.Import(ctx, m.Desk, strings.NewReader(file), o)
	}
	if errors.Is(err, exchange.ErrBadLines) {
		err = nil // the rows tell why
	}
	view := edition.From(ctx).Moved(m.Desk.Pin().Preview())
	p := &gen.ImportPayload{Rows: []*gen.ImportRow{}, Notes: atMost(report.Notes, mostLinks), Edition: view.Tag()}
	if p.Errors, err = m.mistaken(ctx, err); err != nil || len(p.Errors) > 0 {
		return p, err
	}
	format := gen.ImportFormat(strings.ToUpper(string(report.Format)))
	p.Format = &format
	p.Created, p.Updated, p.Unchanged, p.Proposed = int32(report.Created), int32(report.Updated), int32(report.Unchanged), int32(report.Proposed)
	if report.Batch != "" {
		batch := content.ID(report.Batch)
		p.Batch = &batch
	}
	for _, r := range report.Rows {
		if r.Outcome == exchange.Rejected {
			p.Rejected++
		}
		if len(p.Rows) < mostRows {
			p.Rows = append(p.Rows, importRow(view, r))
		}
	}
	return p, nil
}

// given64 is the text of the file, however it was given.
func given64(input gen.ImportInput) (string, error) {
	if (input.Text == nil) == (input.Base64 == nil) {
		return "", content.Errors{content.Errorf(content.CodeInvalid, "input.text", "give text or base64, exactly one")}
	}
	if input.Text != nil {
		return *input.Text, nil
	}
	raw, err := base64.StdEncoding.DecodeString(*input.Base64)
	if err != nil {
		return "", content.Errors{content.Errorf(content.CodeInvalid, "input.base64", "is no base64: %v", err)}
	}
	return string(raw), nil
}

func importRow(view *edition.View, r exchange.Row) *gen.ImportRow {
	row := &gen.ImportRow{
		Line: positive(int32(r.Line)), Position: &r.Position, Key: &r.Key, Label: &r.Label, Outcome: gen.ImportOutcome(r.Outcome), Entry: view.Entry(r.Entry),
		MatchedBy: &r.MatchedBy, Reasons: atMost(r.Reasons, mostLinks), Kept: []*gen.KeptValue{}, Candidates: []*gen.ImportCandidate{},
	}
	if r.Kind != "" {
		row.Kind = &r.Kind
	}
	if r.Entry != "" {
		row.EntryID = &r.Entry
	}
	for _, k := range r.Kept {
		row.Kept = append(row.Kept, &gen.KeptValue{Path: k.Path, CurrentValue: word(k.Theirs), FileValue: word(k.Mine)})
	}
	for _, c := range r.Candidates {
		row.Candidates = append(row.Candidates, &gen.ImportCandidate{EntryID: c.ID, Label: c.Label, Reason: c.Reason})
	}
	return row
}

func positive(n int32) *int32 {
	if n == 0 {
		return nil
	}
	return &n
}
