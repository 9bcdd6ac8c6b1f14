package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// mostKey is how long an idempotency key may be.
const mostKey = 200

// mostEdges is how many edges a receipt is remembered with; the one of a larger write, an import, is remembered without.
const mostEdges = 1000

// replay returns the receipt of an earlier write with the same key; nil when there is none. A key that was used for another
// write is refused.
func (w Write) replay(ctx context.Context, tx *store.Tx, viewer auth.Viewer) (*Receipt, error) {
	if len(w.Key) > mostKey {
		return nil, content.Errors{content.Errorf(content.CodeTooLong, "idempotencyKey", "%d bytes are more than %d", len(w.Key), mostKey)}
	}
	before, found, err := tx.Answered(ctx, viewer.Name, w.Key)
	if err != nil || !found {
		return nil, err
	}
	hash, err := w.hash()
	if err != nil {
		return nil, err
	}
	if before.Hash != hash {
		return nil, content.Errors{content.Errorf(content.CodeKeyReused, "idempotencyKey", "%s was used for another write; a new write wants a new key", content.Quote(w.Key))}
	}
	r := new(Receipt)
	if err := json.Unmarshal(before.Receipt, r); err != nil {
		return nil, fmt.Errorf("read an answer: %w", err)
	}
	return r, nil
}

// remember stores a write's receipt under its key.
func (w Write) remember(ctx context.Context, tx *store.Tx, viewer auth.Viewer, p *plan) error {
	hash, err := w.hash()
	if err != nil {
		return err
	}
	kept := p.receipt
	if e := kept.Effects; len(e.EdgesAdded)+len(e.EdgesRemoved) > mostEdges {
		kept.Effects.EdgesAdded, kept.Effects.EdgesRemoved = nil, nil
	}
	receipt, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("write an answer: %w", err)
	}
	return tx.Answer(ctx, viewer.Name, w.Key, store.Answered{Hash: hash, Receipt: receipt}, p.change)
}

// hash tells a write from others by all that it asks for.
func (w Write) hash() (string, error) {
	sum := sha256.New()
	if w.Asked != "" {
		fmt.Fprintf(sum, "%q %q %q", w.Action, w.Reason, w.Asked)
		return hex.EncodeToString(sum.Sum(nil)), nil
	}
	for _, put := range w.Puts {
		if put.Entry == nil {
			continue // which the plan refuses
		}
		body, err := content.Encode(put.Entry)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, put.ID, put.Expected, put.Publish, put.Exact, put.Entry.Kind(), len(body), string(body))
		fmt.Fprintf(sum, "%q %q", put.Source, put.Whole)
	}
	for _, pub := range w.Publish {
		fmt.Fprintln(sum, pub.ID, pub.Revision, pub.From.UnixMicro())
	}
	fmt.Fprintf(sum, "%q %q %q %q %q %q %d %t", w.Action, w.Reason, w.Trash, w.Restore, w.Merge, w.Part, w.Dependencies, w.TrashReferenced)
	return hex.EncodeToString(sum.Sum(nil)), nil
}
