package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// publish works out a publication.
func (p *plan) publish(ctx context.Context, path string, pub Publish) {
	newest, exists := p.newest(pub.ID)
	if !exists || p.d.ledger.IsTrashed(pub.ID) {
		p.wrong(content.CodeNotFound, path+".id", "%s is no entry that can be published", content.Quote(string(pub.ID)))
		return
	}
	if pub.Revision < 0 || pub.Revision > newest.Number {
		p.wrong(content.CodeNotFound, path+".revision", "%d is no revision of this entry; 1 to %d are allowed", pub.Revision, newest.Number)
		return
	}
	from := pub.From.UTC().Truncate(time.Microsecond)
	switch {
	case pub.From.IsZero():
		from = p.at
	case from.Before(p.at):
		p.wrong(content.CodeInvalid, path+".at", "%s is in the past; a moment from now on is allowed", from.Format(time.RFC3339))
		return
	}
	if before, twice := p.due[pub.ID]; twice && !from.After(before.From) {
		p.wrong(content.CodeDuplicate, path+".id", "%s is published by this write already", pub.ID)
		return
	}
	public, isPublic := p.d.ledger.PublicAt(pub.ID, p.at)
	if from.Equal(p.at) && public.Number == pub.Revision && isPublic == (pub.Revision > 0) && !p.d.ledger.IsScheduled(pub.ID, p.at) {
		return // it is so already
	}
	slug := newest.Entry.Common().Slug
	if pub.Revision > 0 {
		rev, ok := p.body(ctx, pub.ID, pub.Revision)
		if !ok {
			p.wrong(content.CodeNotFound, path+".revision", "%d is no revision of this entry", pub.Revision)
			return
		}
		slug = rev.Entry.Common().Slug
		if wrong := content.CheckImages(rev.Entry); wrong != nil {
			for _, e := range wrong {
				e.Path = append(strings.Split(path, "."), e.Path...)
				p.errs = append(p.errs, e)
			}
			return
		}
	}
	p.due[pub.ID] = content.Publication{
		ID: pub.ID, Revision: pub.Revision, Slug: slug, From: from, At: p.at, Version: p.change.Batch.Version,
	}
	p.change.Publications = append(p.change.Publications, p.due[pub.ID])
	p.receipt.Effects.Published = append(p.receipt.Effects.Published, pub.ID)
	if isPublic && from.After(p.at) && public.Entry.Common().Slug != slug {
		p.receipt.Effects.Redirects = append(p.receipt.Effects.Redirects, Redirect{pub.ID.Kind(), public.Entry.Common().Slug, slug})
	}
}

// body finds a revision, wherever it is. One that the ledger does not have is kept for it.
func (p *plan) body(ctx context.Context, id content.ID, number int32) (content.Revision, bool) {
	if rev, ok := p.newest(id); ok && rev.Number == number {
		return rev, true
	}
	if rev, ok := p.d.ledger.Draft(id); ok && rev.Number == number {
		return rev, true
	}
	if rev, ok := p.d.ledger.PublicAt(id, p.at); ok && rev.Number == number {
		return rev, true
	}
	rev, ok, err := p.tx.Revision(ctx, id, number)
	if err != nil && p.err == nil {
		p.err = err
	}
	if ok {
		p.extra = append(p.extra, rev)
	}
	return rev, ok
}

// dependencies looks for drafts that what is published points at, and refuses the write or takes them along.
func (p *plan) dependencies(ctx context.Context, what Dependencies) {
	told := map[content.ID]bool{}
	for i := 0; i < len(p.change.Publications); i++ {
		pub := p.change.Publications[i]
		rev, ok := p.body(ctx, pub.ID, pub.Revision)
		if pub.Revision == 0 || !ok {
			continue
		}
		var drafts []content.ID
		rev.Entry.Links(func(l content.Link) {
			to := p.d.ledger.Resolved(l.To)
			if !p.isPublicBy(l.To, pub.From) && !p.isPublicBy(to, pub.From) && !p.d.ledger.IsTrashed(to) && !slices.Contains(drafts, to) {
				drafts = append(drafts, to)
			}
		})
		for _, id := range drafts {
			if what == PublishDrafts {
				newest, _ := p.newest(id)
				count := len(p.change.Publications)
				p.publish(ctx, "publish."+string(id), Publish{ID: id, Revision: newest.Number, From: pub.From})
				if len(p.change.Publications) > count {
					e := &p.receipt.Effects
					e.Published, e.AlsoPublished = e.Published[:len(e.Published)-1], append(e.AlsoPublished, id)
				}
			}
		}
		if what == RefuseDrafts && len(drafts) > 0 && !told[pub.ID] {
			told[pub.ID] = true
			p.errs = append(p.errs, &content.Error{
				Code: content.CodeDependency, Path: []string{"publish", string(pub.ID)}, Entries: drafts,
				Message: fmt.Sprintf("%s points at what is not public, %d in number; publish that as well, or publish without it", content.Quote(rev.Entry.Label()), len(drafts)),
			})
		}
	}
}

// isPublicBy tells whether an entry is public at an instant, after this write.
func (p *plan) isPublicBy(id content.ID, at time.Time) bool {
	if due, ok := p.due[id]; ok && !due.From.After(at) {
		return due.Revision > 0
	}
	_, ok := p.d.ledger.PublicAt(id, at)
	return ok
}

// trash puts each entry where a mark says, unless it is there already.
func (p *plan) trash(path string, ids []content.ID, mark content.Trashing) {
	for i, id := range ids {
		if _, exists := p.newest(id); !exists {
			p.wrong(content.CodeNotFound, path+"."+fmt.Sprint(i), "%s is no entry of this hub", content.Quote(string(id)))
			continue
		}
		if p.d.ledger.IsTrashed(id) != mark.Trashed {
			mark.ID = id
			p.change.Trashings = append(p.change.Trashings, mark)
		}
	}
}

// checkReferences refuses to trash what others point at, unless these go to the trash as well.
func (p *plan) checkReferences(trash []content.ID) {
	preview := p.d.head.Load().preview
	for i, id := range trash {
		var by []content.ID
		for _, from := range preview.Referrers(id) {
			rev, isMade := p.made[from]
			if isMade {
				points := false
				rev.Entry.Links(func(l content.Link) { points = points || l.To == id })
				if !points {
					continue
				}
			}
			if !slices.Contains(trash, from) {
				by = append(by, from)
			}
		}
		if len(by) > 0 {
			p.errs = append(p.errs, &content.Error{
				Code: content.CodeReferenced, Path: []string{"trash", fmt.Sprint(i)}, Entries: by,
				Message: fmt.Sprintf("%s is still referenced, by %d; change what points at it first, or trash it although it is", id, len(by)),
			})
		}
	}
}

// merge works out merges and their ends.
func (p *plan) merge(w Write) {
	version := p.change.Batch.Version
	ends := map[content.ID]bool{}
	for i, id := range w.Part {
		path := fmt.Sprint("part.", i)
		if _, _, ok := p.d.ledger.Survivor(id); !ok || ends[id] {
			p.wrong(content.CodeNotFound, path, "%s is merged into nothing", content.Quote(string(id)))
			continue
		}
		ends[id] = true
		p.change.Mergings = append(p.change.Mergings, content.Merging{Absorbed: id, At: p.at, Version: version})
	}
	began := map[content.ID]bool{}
	for i, m := range w.Merge {
		path := fmt.Sprint("merge.", i)
		count := len(p.errs)
		for _, side := range []struct {
			name string
			id   content.ID
		}{{"survivor", m.Survivor}, {"absorbed", m.Absorbed}} {
			into, _, gone := p.d.ledger.Survivor(side.id)
			switch _, exists := p.newest(side.id); {
			case !exists || p.d.ledger.IsTrashed(side.id):
				p.wrong(content.CodeNotFound, path+"."+side.name, "%s is no entry that can be merged", content.Quote(string(side.id)))
			case gone && !ends[side.id]:
				p.wrong(content.CodeInvalid, path+"."+side.name, "%s is merged into %s already; undo that first, or name %s", side.id, into, into)
			case began[side.id]:
				p.wrong(content.CodeDuplicate, path+"."+side.name, "%s is merged by this write already", side.id)
			}
		}
		kind := m.Survivor.Kind()
		switch {
		case len(p.errs) > count:
		case kind != m.Absorbed.Kind():
			p.wrong(content.CodeInvalid, path+".absorbed", "%s is of another kind than the survivor, %s", m.Absorbed, kind)
		case kind != content.KindSpeaker && kind != content.KindOrganization && kind != content.KindTopic:
			p.wrong(content.CodeInvalid, path+".survivor", "a %s cannot be merged; speakers, organizations and topics can", kind)
		case m.Survivor == m.Absorbed:
			p.wrong(content.CodeInvalid, path+".absorbed", "is the survivor itself")
		}
		for n, field := range m.Fields {
			if field == "slug" || field == "identifiers" || !slices.Contains(content.FieldNames(kind), field) {
				p.wrong(content.CodeInvalid, fmt.Sprint(path, ".fields.", n), "%s is no field that can be taken", content.Quote(field))
			}
		}
		if len(p.errs) == count {
			began[m.Absorbed] = true
			p.change.Mergings = append(p.change.Mergings, content.Merging{Absorbed: m.Absorbed, Survivor: m.Survivor, Fields: m.Fields, At: p.at, Version: version})
		}
	}
}
