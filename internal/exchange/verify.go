package exchange

import (
	"context"
	"fmt"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// Verify reads all of a hub and says what is wrong: first with its rows, then with the editions that are made of them.
func Verify(ctx context.Context, at *store.Snapshot, now time.Time) (store.Check, error) {
	check, err := at.Verify(ctx)
	if err != nil || !check.IsReadable {
		return check, err
	}
	rows, err := at.Load(ctx, now)
	switch {
	case err != nil && len(check.Wrong) > 0:
		return check, nil // what is wrong with the rows has been said, and is why
	case err != nil:
		return check, fmt.Errorf("load the content: %w", err)
	}
	l := edition.NewLedger()
	l.Due(l.Apply(rows, now), now)
	public, preview := edition.Build(l, edition.Public, now), edition.Build(l, edition.Preview, now)
	view := edition.NewView(public, preview, now, l.NextDue(), "")
	wrong := func(format string, args ...any) { check.Wrong = append(check.Wrong, fmt.Sprintf(format, args...)) }
	listed := 0
	seen := map[content.ID]bool{}
	for _, r := range rows.Revisions {
		if seen[r.ID] {
			continue
		}
		seen[r.ID] = true
		if view.Preview().Entry(r.ID) == nil {
			wrong("entry %s is not in the edition for editors", r.ID)
		}
		shown, isPublic := l.PublicAt(r.ID, now)
		if !isPublic || l.IsTrashed(r.ID) {
			if view.Entry(r.ID) != nil {
				wrong("entry %s is not public, but the public edition shows it", r.ID)
			}
			continue
		}
		listed++
		slug, answers := shown.Entry.Common().Slug, view.Entry(r.ID)
		switch found := view.BySlug(r.ID.Kind(), slug); {
		case answers == nil:
			wrong("entry %s is public, but is not found by its id", r.ID)
		case found == nil:
			wrong("entry %s is public, but is not found by its slug %s", r.ID, slug)
		case found.ID() != answers.ID(): // itself, or whoever stands for it since a merge
			wrong("entry %s is public, but its slug %s leads to %s", r.ID, slug, found.ID())
		}
	}
	check.Counts["public"] = listed
	return check, nil
}
