package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Pin is a network that is kept byte for byte.
type Pin struct {
	// Code names it.
	Code string
	// At is the moment of its content.
	At       time.Time
	Document string
	// IsRedacted says that the document was emptied by a purge.
	IsRedacted bool
	PinnedBy   string
	PinnedAt   time.Time
}

func pinTable() Table {
	return Table{"pin", []Column{
		{Name: "code"}, {Name: "at", Type: Instant}, {Name: "document"}, {Name: "redacted", Type: Flag}, {Name: "pinned_by"}, {Name: "pinned_at", Type: Instant},
	}, []string{"code"}}
}

// KeepPin stores a pin, unless there is one of its code already: that stays as it is.
func (s *Store) KeepPin(ctx context.Context, p Pin) error {
	_, err := s.write.ExecContext(ctx, s.write.Rebind(`
		insert into pin (code, at, document, redacted, pinned_by, pinned_at)
		values (?, ?, ?, ?, ?, ?)
		on conflict (code) do nothing`), p.Code, micros(p.At), p.Document, p.IsRedacted, p.PinnedBy, micros(p.PinnedAt))
	if err != nil {
		return fmt.Errorf("keep a pin: %w", err)
	}
	return nil
}

// Pin reads the pin of a code; false when there is none.
func (s *Store) Pin(ctx context.Context, code string) (Pin, bool, error) {
	var p Pin
	var at, pinned int64
	err := s.read.QueryRowxContext(ctx, s.read.Rebind(`
		select code, at, document, redacted, pinned_by, pinned_at
		from pin
		where code = ?`), code).Scan(&p.Code, &at, &p.Document, &p.IsRedacted, &p.PinnedBy, &pinned)
	if errors.Is(err, sql.ErrNoRows) {
		return p, false, nil
	}
	if err != nil {
		return p, false, fmt.Errorf("read a pin: %w", err)
	}
	p.At, p.PinnedAt = fromMicros(at), fromMicros(pinned)
	return p, true, nil
}

// IsPinned tells whether a network of a moment is kept.
func (s *Store) IsPinned(ctx context.Context, at time.Time) (is bool, err error) {
	if err = s.read.QueryRowxContext(ctx, s.read.Rebind(`select count(*) > 0 from pin where at = ?`), micros(at)).Scan(&is); err != nil {
		return false, fmt.Errorf("look for a pin: %w", err)
	}
	return is, nil
}
