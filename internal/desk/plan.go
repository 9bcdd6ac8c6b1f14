package desk

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// plan is a write worked out against the newest revisions, before anything is stored.
type plan struct {
	d       *Desk
	tx      *store.Tx
	at      time.Time
	change  store.Change
	receipt Receipt
	errs    content.Errors
	err     error
	// made are the entries as the write leaves them; slugs are those it claims.
	made  map[content.ID]content.Revision
	slugs map[slugKey]content.ID
	names map[nameKey]content.ID
	// extra are bodies that the ledger does not have.
	extra []content.Revision
	// due are publications by entry, of this write.
	due map[content.ID]content.Publication
	// imported is what the source's last import gave, by entry.
	imported map[content.ID]content.Entry
	// fork and next are what the write leads to, where that was foreseen.
	fork *edition.Ledger
	next *head
}

type slugKey struct {
	kind content.Kind
	slug string
}

type nameKey struct {
	kind content.Kind
	id   content.Identifier
}

func (d *Desk) plan(ctx context.Context, tx *store.Tx, viewer auth.Viewer, w Write) *plan {
	p := &plan{
		d: d, tx: tx, at: tx.After(d.clock()),
		made: map[content.ID]content.Revision{}, slugs: map[slugKey]content.ID{}, names: map[nameKey]content.ID{},
		due: map[content.ID]content.Publication{},
	}
	version := tx.Version + 1
	p.change.Batch = content.Batch{
		Version: version, ID: content.NewKey(p.at), Actor: viewer.Name,
		Action: w.Action, Reason: w.Reason, At: p.at,
	}
	if p.imported, p.err = recall(ctx, tx, w); p.err != nil {
		return p
	}
	p.receipt.Results = make([]Result, len(w.Puts))
	kept := make([]bool, len(w.Puts))
	for i, put := range w.Puts {
		kept[i] = p.put(ctx, i, put)
	}
	for i, put := range w.Puts {
		if kept[i] {
			p.checkLinks(i, p.receipt.Results[i].ID)
		}
		if put.Publish && kept[i] {
			p.publish(ctx, "puts."+fmt.Sprint(i), Publish{ID: p.receipt.Results[i].ID, Revision: p.receipt.Results[i].Revision})
		}
	}
	for i, pub := range w.Publish {
		p.publish(ctx, "publish."+fmt.Sprint(i), pub)
	}
	if w.Dependencies != HideDrafts {
		p.dependencies(ctx, w.Dependencies)
	}
	p.trash("trash", w.Trash, content.Trashing{Trashed: true, At: p.at, Version: version})
	p.trash("restore", w.Restore, content.Trashing{At: p.at, Version: version})
	if !w.TrashReferenced {
		p.checkReferences(w.Trash)
	}
	p.merge(w)
	p.receipt.Touched = p.touched()
	if !p.isEmpty() {
		p.receipt.Batch, p.receipt.Version = p.change.Batch.ID, version
	}
	return p
}

// touched are the entries of the change, each once, in the order of its parts.
func (p *plan) touched() []content.ID {
	var all []content.ID
	for _, s := range p.change.Saved {
		all = append(all, s.ID)
	}
	for _, pub := range p.change.Publications {
		all = append(all, pub.ID)
	}
	for _, t := range p.change.Trashings {
		all = append(all, t.ID)
	}
	for _, m := range p.change.Mergings {
		all = append(all, m.Absorbed)
		if m.Survivor != "" {
			all = append(all, m.Survivor)
		}
	}
	seen := make(map[content.ID]bool, len(all))
	return slices.DeleteFunc(all, func(id content.ID) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

func (p *plan) isEmpty() bool {
	c := p.change
	return len(c.Saved)+len(c.Publications)+len(c.Trashings)+len(c.Mergings)+len(c.Slugs)+len(c.Imported) == 0
}

func (p *plan) wrong(code content.ErrorCode, path, format string, args ...any) {
	p.errs = append(p.errs, content.Errorf(code, path, format, args...))
}

// put works out one entry; it returns false when something is wrong with it.
func (p *plan) put(ctx context.Context, i int, put Put) bool {
	path := "puts." + fmt.Sprint(i)
	if put.Entry == nil {
		p.wrong(content.CodeRequired, path+".entry", "is required")
		return false
	}
	kind, id := put.Entry.Kind(), put.ID
	if id == "" {
		id = content.NewID(kind, p.at)
	} else if id.Kind() != kind {
		p.wrong(content.CodeInvalid, path+".id", "%s is no id of the kind %s", content.Quote(string(id)), kind)
		return false
	}
	before, exists := p.newest(id)
	_, twice := p.made[id]
	switch {
	case twice:
		p.wrong(content.CodeDuplicate, path+".id", "%s is in this write already", id)
		return false
	case p.d.ledger.IsTrashed(id), !exists && put.Expected > 0:
		p.wrong(content.CodeNotFound, path+".id", "%s is no entry that can be edited", content.Quote(string(id)))
		return false
	case put.Expected < 0 || put.Expected > before.Number:
		p.wrong(content.CodeInvalid, path+".expectedRevision", "%d is no revision of this entry; the newest is %d", put.Expected, before.Number)
		return false
	}
	entry, err := content.Clone(put.Entry)
	if err != nil {
		p.wrong(content.CodeInvalid, path+".entry", "holds a text that is not UTF-8, or a number or moment that cannot be written down")
		return false
	}
	base, count := entry.Common(), len(p.errs)
	// A slug that nobody chose follows the label until the entry is public; after that it stays.
	invented := base.Slug == ""
	if exists && invented && (p.d.ledger.WasPublished(id) || before.Entry.Label() == entry.Label()) {
		base.Slug, invented = before.Entry.Common().Slug, false
	}
	content.Normalize(entry)
	p.pictures(path, entry, before.Entry)
	if invented && (!exists || base.Slug != before.Entry.Common().Slug) {
		base.Slug = p.freeSlug(kind, base.Slug)
	}
	result := Result{ID: id, Outcome: Created}
	given := entry
	if exists {
		if put.Source != "" {
			given = p.given(ctx, put, entry)
		}
		if entry, result.Kept = p.reconcile(ctx, path, put, given); entry == nil {
			return false
		}
		result.Outcome, base = Updated, entry.Common()
	}
	for _, e := range content.Validate(entry, &p.d.zones) {
		e.Path = append([]string{"puts", fmt.Sprint(i)}, e.Path...)
		p.errs = append(p.errs, e)
	}
	p.claim(path, id, kind, base)
	body, err := content.Encode(entry)
	if err != nil {
		p.err = err
	}
	if len(p.errs) > count || p.err != nil {
		return false
	}
	rev := content.Revision{ID: id, Number: before.Number + 1, Version: p.change.Batch.Version, At: p.at, Entry: entry}
	if exists {
		if old, err := content.Encode(before.Entry); err == nil && bytes.Equal(old, body) {
			result.Outcome, rev = Unchanged, before
		}
	}
	result.Revision = rev.Number
	p.receipt.Results[i] = result
	p.remember(put.Source, rev, given)
	if result.Outcome == Unchanged {
		return true
	}
	p.made[id] = rev
	p.change.Saved = append(p.change.Saved, store.Saved{Revision: rev, Body: body, IsNew: !exists})
	p.edges(before.Entry, rev)
	return true
}

// newest is the newest revision of an entry, of this write or before it.
func (p *plan) newest(id content.ID) (content.Revision, bool) {
	if rev, ok := p.made[id]; ok {
		return rev, true
	}
	return p.d.ledger.Draft(id)
}

// freeSlug finds a slug that nobody has: the wanted one, or with the first free number behind it.
func (p *plan) freeSlug(kind content.Kind, wanted string) string {
	slug := wanted
	for n := 2; ; n++ {
		_, inLedger := p.d.ledger.SlugOwner(kind, slug)
		_, inPlan := p.slugs[slugKey{kind, slug}]
		if !inLedger && !inPlan {
			return slug
		}
		slug = fmt.Sprintf("%s-%d", wanted, n)
	}
}

// claim checks that slug and identifiers are the entry's, and takes them.
func (p *plan) claim(path string, id content.ID, kind content.Kind, base *content.Base) {
	key := slugKey{kind, base.Slug}
	owner, taken := p.slugs[key]
	if !taken {
		owner, taken = p.d.ledger.SlugOwner(kind, base.Slug)
	}
	switch {
	case taken && owner != id:
		p.wrong(content.CodeTaken, path+".slug", "%s belongs to %s, now or formerly", content.Quote(base.Slug), owner)
	case !taken:
		p.slugs[key] = id
		p.change.Slugs = append(p.change.Slugs, content.SlugClaim{Kind: kind, Slug: base.Slug, ID: id})
	}
	for i, name := range base.Identifiers() {
		owner, taken := p.names[nameKey{kind, name}]
		if !taken {
			if owner, taken = p.d.ledger.ByIdentifier(kind, name); taken && owner != id {
				// Its owner may give it up in this very write.
				if rev, ok := p.made[owner]; ok {
					taken = false
					for _, kept := range rev.Entry.Common().Identifiers() {
						taken = taken || kept == name
					}
				}
			}
		}
		if taken && owner != id {
			p.wrong(content.CodeTaken, fmt.Sprintf("%s.identifiers.%d", path, i), "%s %s belongs to %s", name.Scheme, content.Quote(name.Value), owner)
		}
		p.names[nameKey{kind, name}] = id
	}
}

// checkLinks checks that what an entry points at exists, and that no chain of broader topics or parents bites its tail.
func (p *plan) checkLinks(i int, id content.ID) {
	rev, ok := p.made[id]
	if !ok {
		return
	}
	rev.Entry.Links(func(l content.Link) {
		if _, exists := p.newest(l.To); !exists {
			p.wrong(content.CodeNotFound, fmt.Sprintf("puts.%d.%s.%d", i, l.Field, l.Position), "%s is no entry of this hub", content.Quote(string(l.To)))
		}
		if (l.Field == "broader" || l.Field == "parent") && p.reaches(l.To, id, l.Field, map[content.ID]bool{}) {
			p.wrong(content.CodeInvalid, fmt.Sprintf("puts.%d.%s.%d", i, l.Field, l.Position), "%s is below this entry already; a circle is not allowed", content.Quote(string(l.To)))
		}
	})
}

func (p *plan) reaches(from, to content.ID, field string, seen map[content.ID]bool) bool {
	if from == to {
		return true
	}
	rev, ok := p.newest(from)
	if seen[from] || !ok {
		return false
	}
	seen[from] = true
	found := false
	rev.Entry.Links(func(l content.Link) {
		found = found || l.Field == field && p.reaches(l.To, to, field, seen)
	})
	return found
}

// edges tells which links a new revision brings and drops.
func (p *plan) edges(before content.Entry, rev content.Revision) {
	old := map[Edge]bool{}
	if before != nil {
		before.Links(func(l content.Link) { old[Edge{rev.ID, l.Field, l.To}] = true })
	}
	kept := map[Edge]bool{}
	rev.Entry.Links(func(l content.Link) {
		e := Edge{rev.ID, l.Field, l.To}
		if !old[e] && !kept[e] {
			p.receipt.Effects.EdgesAdded = append(p.receipt.Effects.EdgesAdded, e)
		}
		kept[e] = true
	})
	if before != nil {
		before.Links(func(l content.Link) {
			if e := (Edge{rev.ID, l.Field, l.To}); !kept[e] {
				p.receipt.Effects.EdgesRemoved = append(p.receipt.Effects.EdgesRemoved, e)
				kept[e] = true
			}
		})
	}
}

// rows are what the ledger takes in after the commit: the same that another node will load.
func (p *plan) rows() content.Rows {
	rows := content.Rows{
		Incarnation: p.tx.Incarnation, Version: p.change.Batch.Version, At: p.at, Revisions: p.extra,
		Publications: p.change.Publications, Trashings: p.change.Trashings, Mergings: p.change.Mergings, Slugs: p.change.Slugs,
	}
	for _, s := range p.change.Saved {
		rows.Revisions = append(rows.Revisions, s.Revision)
	}
	return rows
}
