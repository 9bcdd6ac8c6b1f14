package edition

import (
	"slices"
	"time"

	"bettertogether/internal/content"
)

// record is all that is known of one entry. A record is replaced, never changed: editions hold it. There are many, so instants
// are microseconds and the id stands once.
type record struct {
	num     int32
	trashed bool
	id      content.ID
	draft   revision
	public  []publication // not voided, by from
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

// scheduled says from when on a publication of an entry will be in force.
type scheduled struct {
	num  int32
	from int64
}

// moment is an instant of so many microseconds since 1970.
func moment(us int64) time.Time { return time.UnixMicro(us).UTC() }

// slug is the string that the entry has already for a slug, as most rows bring the one of the draft.
func (r *record) slug(slug string) string {
	if r.draft.entry != nil && r.draft.entry.Common().Slug == slug {
		return r.draft.entry.Common().Slug
	}
	return slug
}

// keep holds on to the bodies that a publication names, beside the draft.
func (r *record) keep() {
	r.shown = slices.DeleteFunc(r.shown, func(rev revision) bool {
		return rev.number == r.draft.number || !slices.ContainsFunc(r.public, func(p publication) bool { return p.revision == rev.number })
	})
}

// revision finds a body that is at hand.
func (r *record) revision(number int32) (revision, bool) {
	if number == r.draft.number {
		return r.draft, r.draft.entry != nil
	}
	for _, rev := range r.shown {
		if rev.number == number {
			return rev, true
		}
	}
	return revision{}, false
}

// whole is a revision with what the record knows of it.
func (r *record) whole(rev revision) content.Revision {
	return content.Revision{ID: r.id, Number: rev.number, Version: rev.version, At: moment(rev.at), Entry: rev.entry}
}

// publicAt finds the publication in force at an instant and its revision.
func (r *record) publicAt(now time.Time) (publication, revision, bool) {
	for i := len(r.public) - 1; i >= 0; i-- {
		if p := r.public[i]; p.from <= now.UnixMicro() {
			rev, ok := r.revision(p.revision)
			return p, rev, ok && p.revision > 0
		}
	}
	return publication{}, revision{}, false
}
