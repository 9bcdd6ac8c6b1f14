package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// reconcile brings an edit of an existing entry together with what others changed since the revision that it began at, or what
// editors changed since the source's last import. It returns nil when something is wrong, which it has told.
func (p *plan) reconcile(ctx context.Context, path string, put Put, mine content.Entry) (content.Entry, []content.Conflict) {
	newest, _ := p.newest(put.ID)
	p.relink(newest.Entry, mine)
	if put.Source != "" {
		base := p.imported[put.ID]
		if base == nil {
			base = content.New(put.Entry.Kind())
		}
		merged, kept, err := content.Threeway{Base: base, Theirs: newest.Entry, Mine: mine}.Merge()
		if err != nil {
			p.err = err
		}
		return merged, kept
	}
	if put.Expected == newest.Number {
		return mine, nil
	}
	if put.Expected == 0 {
		p.wrong(content.CodeConflict, path+".expectedRevision", "%s exists already; its newest revision is %d", put.ID, newest.Number)
		return nil, nil
	}
	if put.Exact {
		p.wrong(content.CodeConflict, path+".expectedRevision", "%d is not the newest revision, %d; look at what changed and repeat", put.Expected, newest.Number)
		return nil, nil
	}
	base, ok, err := p.tx.Revision(ctx, put.ID, put.Expected)
	if err != nil || !ok {
		p.err = fmt.Errorf("find the base of an edit: %w", err)
		return nil, nil
	}
	merged, conflicts, err := content.Threeway{Base: base.Entry, Theirs: newest.Entry, Mine: mine, Whole: put.Whole}.Merge()
	if err != nil {
		p.err = err
		return nil, nil
	}
	for _, c := range conflicts {
		p.clash(ctx, path, put, c)
	}
	if len(conflicts) > 0 {
		return nil, nil
	}
	// What is right by itself and wrong beside the other's change is a conflict as well.
	if wrong := content.Validate(merged, &p.d.zones); len(wrong) > 0 && len(content.Validate(mine, &p.d.zones)) == 0 {
		for _, e := range wrong {
			p.wrong(content.CodeConflict, path+"."+strings.Join(e.Path, "."), "fits no more, since somebody else changed the entry: %s", e.Message)
		}
		return nil, nil
	}
	return merged, nil
}

// given is what a source says of an entry: what it said last, and what it says otherwise than the revision that the import
// started from. What the import only copied from there is not the source's: else a later import of it would overwrite it.
func (p *plan) given(ctx context.Context, put Put, mine content.Entry) content.Entry {
	last := p.imported[put.ID]
	if last == nil {
		last = content.New(mine.Kind())
	}
	start, _ := p.newest(put.ID)
	if put.Expected != start.Number && put.Expected > 0 {
		old, ok, err := p.tx.Revision(ctx, put.ID, put.Expected)
		if err != nil || !ok {
			p.err = fmt.Errorf("find the base of an import: %w", err)
			return mine
		}
		start = old
	} else if put.Expected == 0 {
		start.Entry = content.New(mine.Kind())
	}
	// Where both differ, what the file says now counts.
	given, _, err := content.Threeway{Base: start.Entry, Theirs: mine, Mine: last}.Merge()
	if err != nil {
		p.err = err
		return mine
	}
	return given
}

// relink gives links to a survivor the id back that the stored entry has for it: who edits what a merge shows does not rewrite
// what was stored.
func (p *plan) relink(stored, mine content.Entry) {
	type end struct {
		field string
		to    content.ID
	}
	was := map[end]content.ID{}
	direct := map[end]bool{}
	stored.Links(func(l content.Link) {
		direct[end{l.Field, l.To}] = true
		if to := p.d.ledger.Resolved(l.To); to != l.To {
			was[end{l.Field, to}] = l.To
		}
	})
	if len(was) == 0 {
		return
	}
	content.Relink(mine, func(l content.Link) content.ID {
		if id, ok := was[end{l.Field, l.To}]; ok && !direct[end{l.Field, l.To}] {
			return id
		}
		return l.To
	})
}

// clash tells a conflict, with who brought the other value.
func (p *plan) clash(ctx context.Context, path string, put Put, c content.Conflict) {
	told := &content.Clash{Conflict: c}
	newest, _ := p.newest(put.ID)
	later, err := p.tx.Written(ctx, []store.Span{{ID: put.ID, First: put.Expected + 1, Last: newest.Number}})
	if err != nil {
		p.err = err
		return
	}
	for _, w := range later {
		if changed, err := content.Changes(p.entryBefore(ctx, w), w.Entry); err == nil && slices.ContainsFunc(changed, func(f content.FieldChange) bool { return f.Field == c.Path[0] }) {
			told.Revision, told.By, told.At = w.Number, w.Batch.Actor, w.At
		}
	}
	p.errs = append(p.errs, &content.Error{
		Code: content.CodeConflict, Path: append(strings.Split(path, "."), c.Path...), Clash: told,
		Message: fmt.Sprintf("%s changed this since revision %d: it was %s, is %s now, and you want %s", told.By, put.Expected, shown(c.Base), shown(c.Theirs), shown(c.Mine)),
	})
}

func (p *plan) entryBefore(ctx context.Context, w store.Written) content.Entry {
	rev, ok, err := p.tx.Revision(ctx, w.ID, w.Number-1)
	if err != nil || !ok {
		return content.New(w.ID.Kind())
	}
	return rev.Entry
}

// shown shortens a JSON value for a message.
func shown(v []byte) string {
	var text string
	switch {
	case v == nil:
		return "nothing"
	case json.Unmarshal(v, &text) == nil:
		return content.Quote(text)
	}
	return content.Shorten(string(v))
}

// recall reads what the sources of a write's imports gave last.
func recall(ctx context.Context, tx *store.Tx, w Write) (map[content.ID]content.Entry, error) {
	bySource := map[string][]content.ID{}
	for _, put := range w.Puts {
		if put.Source != "" && put.ID != "" && put.Expected > 0 {
			bySource[put.Source] = append(bySource[put.Source], put.ID)
		}
	}
	all := map[content.ID]content.Entry{}
	for source, ids := range bySource {
		if err := tx.Imported(ctx, source, ids, all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// remember keeps what a source gave, unless it gave the same before.
func (p *plan) remember(source string, rev content.Revision, given content.Entry) {
	if source == "" {
		return
	}
	body, err := content.Encode(given)
	if err != nil {
		p.err = err
		return
	}
	if before := p.imported[rev.ID]; before != nil {
		if old, err := content.Encode(before); err == nil && string(old) == string(body) {
			return
		}
	}
	saved, err := content.Encode(rev.Entry)
	if err != nil {
		p.err = err
		return
	}
	row := store.Imported{ID: rev.ID, Source: source, Revision: rev.Number}
	if string(saved) != string(body) {
		row.Body = body
	}
	p.change.Imported = append(p.change.Imported, row)
}

// mostForeseen is how many entries a write may touch whose effects on others are looked at. A larger one, an import, touches about
// everything, and to foresee it would take a second hub's memory.
const mostForeseen = 5000

// foresee makes the editions that the write leads to, and tells what they show otherwise; they answer once it is stored. A draft
// changes nothing for others, and what editors see of it is made then.
func (p *plan) foresee(w Write) {
	now, h := p.d.clock(), p.d.head.Load()
	c := p.change
	isDraft := len(c.Publications)+len(c.Trashings)+len(c.Mergings) == 0 && !w.DryRun
	if p.isEmpty() || isDraft || len(p.receipt.Touched) > mostForeseen {
		p.receipt.Seen = h.view(now, p.d.site).Preview()
		return
	}
	fork := p.d.ledger.Fork()
	changes := fork.Due(fork.Apply(p.rows(), now), now)
	next := h.next(fork, changes, now)
	p.fork, p.next = fork, next
	p.receipt.Seen = next.view(now, p.d.site).Preview()
	before, after := h.view(now, p.d.site), next.view(now, p.d.site)
	written := make(map[content.ID]bool, len(p.receipt.Touched))
	for _, id := range p.receipt.Touched {
		written[id] = true
	}
	impact, err := edition.Compare(before, after, written)
	if err != nil {
		p.err = err
	}
	p.receipt.Effects.Impact = impact
	p.redirects(before, after)
}

// redirects tells former public addresses that lead elsewhere now: of entries that were written, or that come and go with them.
func (p *plan) redirects(before, after *edition.View) {
	e := &p.receipt.Effects
	for _, id := range slices.Concat(p.receipt.Touched, e.Dependants) {
		was := before.Entry(id)
		if was == nil || was.ID() != id {
			continue // it had no public address of its own
		}
		from := was.Common().Slug
		if is := after.BySlug(id.Kind(), from); is != nil && is.Common().Slug != from {
			e.Redirects = append(e.Redirects, Redirect{id.Kind(), from, is.Common().Slug})
		}
	}
}
