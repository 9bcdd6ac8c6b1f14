package desk

import (
	"context"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// PreviewLink shows one entry to whoever has the address, until it expires: as a revision has it, as the public would see it
// at an instant.
type PreviewLink struct {
	ID content.ID `json:"i"`
	// Revision is the one shown; 0 is what is public at the instant.
	Revision int32 `json:"r,omitempty"`
	// At is the instant, in seconds since 1970; 0 is the moment of looking.
	At      int64 `json:"a,omitempty"`
	Expires int64 `json:"e"`
}

// MostPreview is how long a preview link may be valid.
const MostPreview = 90 * 24 * time.Hour

// NewPreviewLink signs a link. Who may make one is for the caller to ask.
func (d *Desk) NewPreviewLink(ctx context.Context, l PreviewLink) (string, error) {
	return d.Seal(ctx, "preview link", l)
}

// OpenPreviewLink returns what a link shows, with the moment of it; nil for a link that is none or has expired, and for an entry that is not there.
func (d *Desk) OpenPreviewLink(ctx context.Context, link string) (*edition.View, edition.Entry, error) {
	var l PreviewLink
	if ok, err := d.Unseal(ctx, "preview link", link, &l); err != nil || !ok {
		return nil, nil, err
	}
	if !d.clock().Before(time.Unix(l.Expires, 0)) {
		return nil, nil, nil
	}
	return d.preview(ctx, l)
}

// preview makes the public edition in which the entry is published as the link has it.
func (d *Desk) preview(ctx context.Context, l PreviewLink) (*edition.View, edition.Entry, error) {
	var shown content.Entry
	if l.Revision > 0 {
		var ok bool
		var err error
		if shown, ok, err = d.Revision(ctx, l.ID, l.Revision); err != nil || !ok {
			return nil, nil, err
		}
	}
	release, err := d.take(ctx)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	if d.ledger.IsTrashed(l.ID) {
		return nil, nil, nil
	}
	at := d.clock()
	if l.At > 0 {
		at = time.Unix(l.At, 0).UTC()
	}
	fork := d.ledger.Fork()
	if shown != nil {
		version := fork.Version() + 1
		fork.Apply(content.Rows{
			Incarnation: fork.Incarnation(), Version: version, At: at,
			Revisions:    []content.Revision{{ID: l.ID, Number: l.Revision, Version: version, At: at, Entry: shown}},
			Publications: []content.Publication{{ID: l.ID, Revision: l.Revision, Slug: shown.Common().Slug, From: at, At: at, Version: version}},
		}, at)
	}
	fork.Due(edition.Changes{}, at)
	h := d.head.Load()
	public := h.public.Next(fork, fork.Moved(l.ID), at)
	view := edition.NewView(public, h.preview, at, fork.NextDue(), d.site)
	return view, view.Entry(l.ID), nil
}
