package store

import (
	"context"
	"fmt"
	"strings"

	"bettertogether/internal/content"
)

// Saved is one entry as a write leaves it: a new revision with its body already encoded, the first one when IsNew.
type Saved struct {
	content.Revision
	Body  []byte
	IsNew bool
}

// Change is all that one version brings.
type Change struct {
	Batch        content.Batch
	Saved        []Saved
	Publications []content.Publication
	Trashings    []content.Trashing
	Mergings     []content.Merging
	Slugs        []content.SlugClaim
	Imported     []Imported
	Findings     []content.Finding
}

// Write stores a change and raises the version to its batch's.
func (t *Tx) Write(ctx context.Context, c Change) error {
	b := c.Batch
	if err := t.batch(ctx, b); err != nil {
		return err
	}
	entries := insert{into: "entry (id, kind)"}
	revisions := insert{into: "revision (entry, number, version, shape, body)"}
	edges := insert{into: "edge (source, field, position, target)", also: " on conflict do nothing"}
	identifiers := insert{into: "identifier (kind, scheme, authority, value, entry)"}
	publications := insert{into: "publication (entry, version, starts, revision, slug)"}
	trash := insert{into: "trash (entry, version, trashed)"}
	merges := insert{into: "merge (absorbed, version, survivor, fields)"}
	slugs := insert{into: "slug (kind, slug, entry, version)"}
	var again []any
	for _, s := range c.Saved {
		if s.IsNew {
			entries.add(s.ID, s.ID.Kind())
		} else {
			again = append(again, s.ID)
		}
		revisions.add(s.ID, s.Number, b.Version, content.Shape, string(s.Body))
		s.Entry.Links(func(l content.Link) { edges.add(s.ID, l.Field, l.Position, l.To) })
		for _, id := range s.Entry.Common().Identifiers() {
			identifiers.add(s.ID.Kind(), id.Scheme, id.Source, id.Value, s.ID)
		}
	}
	for _, p := range c.Publications {
		var revision any
		if p.Revision > 0 {
			revision = p.Revision
		}
		publications.add(p.ID, b.Version, micros(p.From), revision, p.Slug)
	}
	for _, x := range c.Trashings {
		trash.add(x.ID, b.Version, x.Trashed)
	}
	for _, m := range c.Mergings {
		var survivor any
		if m.Survivor != "" {
			survivor = m.Survivor
		}
		merges.add(m.Absorbed, b.Version, survivor, strings.Join(m.Fields, " "))
	}
	for _, s := range c.Slugs {
		slugs.add(s.Kind, s.Slug, s.ID, b.Version)
	}
	for part := range chunks(again, 1000) {
		marks := "?" + strings.Repeat(", ?", len(part)-1)
		if err := t.exec(ctx, "delete from edge where source in ("+marks+")", part...); err != nil {
			return err
		}
		if err := t.exec(ctx, "delete from identifier where entry in ("+marks+")", part...); err != nil {
			return err
		}
	}
	for _, i := range []insert{entries, revisions, edges, identifiers, publications, trash, merges, slugs, insertFindings(c.Findings, b.Version)} {
		if err := i.run(ctx, t); err != nil {
			return err
		}
	}
	if err := t.remember(ctx, c.Imported); err != nil {
		return err
	}
	if err := t.exec(ctx, `update version set counter = ?`, b.Version); err != nil {
		return err
	}
	return t.tell(ctx, b.Version)
}

// batch writes the line of the log.
func (t *Tx) batch(ctx context.Context, b content.Batch) error {
	return t.exec(ctx, `
		insert into batch (version, id, actor, action, reason, at)
		values (?, ?, ?, ?, ?, ?)`, b.Version, b.ID, b.Actor, b.Action, b.Reason, micros(b.At))
}

// insert gathers rows of one table and writes as many at a time as a statement may take.
type insert struct {
	into string
	also string
	rows [][]any
}

func (i *insert) add(values ...any) { i.rows = append(i.rows, values) }

func (i *insert) run(ctx context.Context, t *Tx) error {
	if len(i.rows) == 0 {
		return nil
	}
	width := len(i.rows[0])
	marks := "(?" + strings.Repeat(", ?", width-1) + ")"
	for part := range chunks(i.rows, min(500, t.dialect.parameters/width)) {
		var args []any
		for _, row := range part {
			args = append(args, row...)
		}
		err := t.exec(ctx, "insert into "+i.into+" values "+marks+strings.Repeat(", "+marks, len(part)-1)+i.also, args...)
		if err != nil {
			return fmt.Errorf("insert into %s: %w", strings.Fields(i.into)[0], err)
		}
	}
	return nil
}

// chunks yields parts of at most size.
func chunks[T any](all []T, size int) func(func([]T) bool) {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			n := min(size, len(all))
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}
