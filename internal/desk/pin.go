package desk

import (
	"context"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// mostPinned is how long a pinned document may be, in bytes.
const mostPinned = 64 << 20

// KeepPin keeps a document of a moment under a code, for ever. The first one of a code stays.
func (d *Desk) KeepPin(ctx context.Context, code string, at time.Time, document string) error {
	if len(document) > mostPinned {
		return content.Errorf(content.CodeTooLong, "code", "the network is %d bytes long; %d can be kept", len(document), mostPinned)
	}
	return d.store.KeepPin(ctx, store.Pin{Code: code, At: at, Document: document, PinnedBy: auth.From(ctx).Name, PinnedAt: d.clock()})
}

// Pinned is the document that is kept under a code; false when there is none.
func (d *Desk) Pinned(ctx context.Context, code string) (document string, isRedacted, ok bool, err error) {
	p, ok, err := d.store.Pin(ctx, code)
	return p.Document, p.IsRedacted, ok, err
}

// IsPinned tells whether a network of a moment is kept: then everybody may read that moment.
func (d *Desk) IsPinned(ctx context.Context, at time.Time) (bool, error) {
	return d.store.IsPinned(ctx, at)
}
