package edition

import (
	"slices"
	"time"

	"bettertogether/internal/content"
)

// record is all that is known of one entry. A record is replaced, never changed: editions hold it. There are many, so instants
// are microseconds and the id stands once.
type record struct {
	num int32
	// number, at, version and held are the draft.
	number      int32
	at, version int64
	held        content.Held
	called      content.HeldID
	// past is nil for an entry that was saved once, at most published with that, and has had one slug: most are such.
	past *past
	// rank is that of its kind, and so of the draft's.
	rank uint8
	// atOnce says that the entry has no past and was published as it was saved.
	atOnce  bool
	trashed bool
}

func (r *record) id() content.ID { return r.called.ID() }

// entry is what the draft says, nil where there is none.
func (r *record) entry() content.Entry { return r.held.Entry(r.rank) }

// draft is the newest revision; one without an entry where there is none.
func (r *record) draft() revision { return revision{r.entry(), r.at, r.version, r.number} }

// setDraft makes a revision the newest one.
func (r *record) setDraft(rev revision) {
	r.number, r.at, r.version = rev.number, rev.at, rev.version
	if r.held = content.HeldAs(rev.entry); rev.entry != nil {
		r.rank = rankOf(rev.entry.Kind())
	}
}

// past is what an entry has been beside its draft.
type past struct {
	public []publication // not voided, by from
	// shown are revisions other than the draft that publications name.
	shown []revision
	// published is the first version that published it, 0 when none did.
	published int64
	// slugs are all that the entry has ever claimed.
	slugs []string
}

// revision is a content.Revision of a record.
type revision struct {
	entry       content.Entry
	at, version int64
	number      int32
}

// publication is a content.Publication of a record.
type publication struct {
	slug          string
	from, version int64
	revision      int32
	// isSchedule says that it was decided before it begins.
	isSchedule bool
}

// told returns the past of a record that may be changed, in full.
func (r *record) told() *past {
	if r.past == nil {
		r.past = &past{public: r.public(), published: r.published(), slugs: r.slugs()}
		r.atOnce = false
	}
	return r.past
}

// edit returns a copy that may be changed.
func (r *record) edit() *record {
	c := *r
	p := *c.told()
	if r.past != nil {
		p.public, p.shown, p.slugs = slices.Clone(p.public), slices.Clone(p.shown), slices.Clip(p.slugs)
	}
	c.past = &p
	return &c
}

// own is the publication of a draft that was published as it was saved.
func (r *record) own() publication {
	return publication{r.entry().Common().Slug, r.at, r.version, r.number, false}
}

func (r *record) public() []publication {
	switch {
	case r.atOnce:
		return []publication{r.own()}
	case r.past == nil:
		return nil
	}
	return r.past.public
}

func (r *record) published() int64 {
	switch {
	case r.atOnce:
		return r.version
	case r.past == nil:
		return 0
	}
	return r.past.published
}

func (r *record) slugs() []string {
	switch {
	case r.past != nil:
		return r.past.slugs
	case r.entry() == nil:
		return nil
	}
	return []string{r.entry().Common().Slug}
}

// claim notes that the entry owns a slug.
func (r *record) claim(slug string) {
	if r.past == nil && r.entry() != nil && slug == r.entry().Common().Slug {
		return
	}
	if p := r.told(); !slices.Contains(p.slugs, slug) {
		p.slugs = append(p.slugs, slug)
	}
}

// publish takes a publication in, which voids those that begin later or with it.
func (r *record) publish(p publication) {
	if r.past == nil && !r.atOnce && r.entry() != nil && p == r.own() {
		r.atOnce = true
		return
	}
	past := r.told()
	past.public = slices.DeleteFunc(past.public, func(old publication) bool { return old.from >= p.from })
	past.public = append(past.public, p)
	if p.revision > 0 && (past.published == 0 || p.version < past.published) {
		past.published = p.version
	}
}

// keepShown notes a revision that may be public though it is not the draft.
func (r *record) keepShown(rev revision) {
	past := r.told()
	past.shown = append(past.shown, rev)
}

// scheduled says from when on a publication of an entry will be in force.
type scheduled struct {
	num           int32
	from, version int64
}

// moment is an instant of so many microseconds since 1970.
func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// slug is the string that the entry has already for a slug, as most rows bring the one of the draft.
func (r *record) slug(slug string) string {
	if r.entry() != nil && r.entry().Common().Slug == slug {
		return r.entry().Common().Slug
	}
	return slug
}

// keep holds on to the bodies that a publication names, beside the draft.
func (r *record) keep() {
	if r.past == nil {
		return
	}
	defer r.settle()
	r.past.shown = slices.DeleteFunc(r.past.shown, func(rev revision) bool {
		return rev.number == r.number || !slices.ContainsFunc(r.past.public, func(p publication) bool { return p.revision == rev.number })
	})
}

// settle forgets a past that there is none of.
func (r *record) settle() {
	p := r.past
	if r.entry() == nil || len(p.shown) > 0 || len(p.slugs) != 1 || p.slugs[0] != r.entry().Common().Slug || len(p.public) > 1 {
		return
	}
	switch isPublished := len(p.public) == 1; {
	case !isPublished && p.published == 0:
		r.past = nil
	case isPublished && p.public[0] == r.own() && p.published == r.version:
		r.past, r.atOnce = nil, true
	}
}

// revision finds a body that is at hand.
func (r *record) revision(number int32) (revision, bool) {
	if number == r.number {
		return r.draft(), r.entry() != nil
	}
	if r.past != nil {
		for _, rev := range r.past.shown {
			if rev.number == number {
				return rev, true
			}
		}
	}
	return revision{}, false
}

// whole is a revision with what the record knows of it.
func (r *record) whole(rev revision) content.Revision {
	return content.Revision{ID: r.id(), Number: rev.number, Version: rev.version, At: moment(rev.at), Entry: rev.entry}
}

// publicAt finds the publication in force at an instant and its revision.
func (r *record) publicAt(now time.Time) (publication, revision, bool) {
	if r.atOnce {
		if r.at > now.UnixMicro() {
			return publication{}, revision{}, false
		}
		return r.own(), r.draft(), true
	}
	public := r.public()
	for i := len(public) - 1; i >= 0; i-- {
		if p := public[i]; p.from <= now.UnixMicro() {
			rev, ok := r.revision(p.revision)
			return p, rev, ok && p.revision > 0
		}
	}
	return publication{}, revision{}, false
}
