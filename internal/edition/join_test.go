package edition

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
)

// told writes all that a ledger answers by itself of the entries of a history.
func (h *history) told(l *Ledger) string {
	var b strings.Builder
	fmt.Fprintln(&b, l.Version(), l.Incarnation(), l.At(), l.Since(), l.NextDue(), l.stamp(Public), l.stamp(Preview), l.size)
	for _, id := range h.ids {
		num, _ := l.roll.num(id)
		draft, _ := l.Draft(id)
		public, isPublic := l.PublicAt(id, h.now)
		fmt.Fprintln(&b, num, id, draft.Number, public.Number, isPublic, l.IsScheduled(id, h.now), l.WasPublished(id), l.IsTrashed(id), l.Resolved(id))
		for number := range h.numbers[id] + 1 {
			slug := fmt.Sprintf("%s-%d", id[len(id)-6:], number)
			owner, isOwned := l.SlugOwner(id.Kind(), slug)
			fmt.Fprintln(&b, slug, owner, isOwned, l.roll.bySlug(id.Kind(), slug))
		}
		for _, word := range []string{"college", "lorain", "data"} {
			fmt.Fprintln(&b, word, l.roll.bySlug(id.Kind(), word))
			owner, isOwned := l.ByIdentifier(id.Kind(), content.Identifier{Value: word})
			fmt.Fprintln(&b, word, owner, isOwned)
		}
	}
	return b.String()
}

// identify gives the first revision of some rows identifiers, and takes them from whoever has them.
func (h *history) identify(l *Ledger, rows *content.Rows) {
	taken := map[content.Identifier]bool{}
	for i, rev := range rows.Revisions {
		if rev.Version != h.version {
			continue
		}
		id := content.Identifier{Value: pick(h, []string{"college", "lorain", "data"})}
		owner, isOwned := l.ByIdentifier(rev.ID.Kind(), id)
		givenUp := slices.ContainsFunc(rows.Revisions, func(r content.Revision) bool { return r.ID == owner && r.Version == h.version })
		if !taken[id] && (!isOwned || givenUp) {
			taken[id] = true
			rows.Revisions[i].Entry.Common().OwnMargin().Identifiers = []content.Identifier{id}
		}
	}
}

func TestAJoinedForkIsAsIfTheLedgerHadTakenTheRowsIn(t *testing.T) {
	for seed := range uint64(30) {
		h := newHistory(seed)
		plain, joined := NewLedger(), NewLedger()
		plain.Apply(content.Rows{Incarnation: "life"}, h.now)
		joined.Apply(content.Rows{Incarnation: "life"}, h.now)
		public, preview := Build(plain, Public, h.now), Build(plain, Preview, h.now)
		ours, drafts := Build(joined, Public, h.now), Build(joined, Preview, h.now)
		for step := range 60 {
			rows := h.step(plain)
			h.identify(plain, &rows)
			before := h.told(joined)
			fork := joined.Fork()
			if joined.size > 0 && h.rng.IntN(4) == 0 { // one that comes to nothing
				fork.Due(fork.Apply(rows, h.now), h.now)
				Build(fork, Preview, h.now)
				ours.Next(fork, []int32{0}, h.now)
				fork = joined.Fork()
			}
			c := fork.Due(fork.Apply(rows, h.now), h.now)
			nextOurs, nextDrafts := NextBoth(fork, ours, drafts, c, h.now)
			if got := h.told(joined); got != before {
				t.Fatalf("seed %d, step %d: a fork touched its ledger:\n%s", seed, step, firstDifference(got, before))
			}
			joined.Join(fork, nextOurs, nextDrafts)
			ours, drafts = nextOurs, nextDrafts

			c = plain.Due(plain.Apply(rows, h.now), h.now)
			preview = preview.Next(plain, c.Entries, h.now)
			if c.IsPublic {
				public = public.Next(plain, c.Entries, h.now)
			}
			if got, want := h.told(joined), h.told(plain); got != want {
				t.Fatalf("seed %d, step %d, the ledger:\n%s", seed, step, firstDifference(got, want))
			}
			if ours.roll != joined.roll || drafts.roll != joined.roll {
				t.Fatalf("seed %d, step %d: an edition kept the roll of a fork", seed, step)
			}
			if step%5 != 4 {
				continue
			}
			for _, c := range []struct {
				name      string
				got, want *Edition
			}{
				{"public", ours, public},
				{"preview", drafts, preview},
				{"public anew", Build(joined, Public, h.now), public},
				{"preview anew", Build(joined, Preview, h.now), preview},
			} {
				if got, want := dump(c.got, h.now), dump(c.want, h.now); got != want {
					t.Fatalf("seed %d, step %d, %s:\n%s", seed, step, c.name, firstDifference(got, want))
				}
			}
		}
	}
}

func TestAnIdentifierThatMovesInOneWriteStaysWithItsNewOwner(t *testing.T) {
	h := newHistory(1)
	l := NewLedger()
	from, to := content.ImportedID(content.KindTopic, "test", "from"), content.ImportedID(content.KindTopic, "test", "to")
	id := content.Identifier{Scheme: content.SchemeWikidata, Value: "Q1"}
	topic := func(own ...content.Identifier) content.Entry {
		return &content.Topic{Name: "A", Base: content.Base{Slug: "a", Margin: &content.Margin{Identifiers: own}}}
	}
	rows := content.Rows{Incarnation: "life", Version: 1, At: h.now, Revisions: []content.Revision{
		{ID: from, Number: 1, Version: 1, At: h.now, Entry: topic(id)}, {ID: to, Number: 1, Version: 1, At: h.now, Entry: topic()},
	}}
	l.Apply(rows, h.now)
	// As the store brings them: in no order of the write.
	rows = content.Rows{Incarnation: "life", Version: 2, At: h.now, Revisions: []content.Revision{
		{ID: to, Number: 2, Version: 2, At: h.now, Entry: topic(id)}, {ID: from, Number: 2, Version: 2, At: h.now, Entry: topic()},
	}}
	l.Apply(rows, h.now)
	if owner, _ := l.ByIdentifier(content.KindTopic, id); owner != to {
		t.Errorf("it is %q's", owner)
	}
}
