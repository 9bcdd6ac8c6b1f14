package edition

import (
	"slices"
	"testing"
	"time"

	"bettertogether/internal/content"
)

func TestAMergeOfADraftForWhichThePublicKnowsAnotherIsPublic(t *testing.T) {
	h := newHistory(1)
	l := NewLedger()
	topic := func(name string) content.ID {
		id := content.ImportedID(content.KindTopic, "test", name)
		h.version++
		rev := content.Revision{ID: id, Number: 1, Version: h.version, At: h.now, Entry: &content.Topic{Name: name, Base: content.Base{Slug: name}}}
		rows := content.Rows{Incarnation: "life", Version: h.version, At: h.now, Revisions: []content.Revision{rev}}
		if name != "draft" {
			rows.Publications = []content.Publication{{ID: id, Revision: 1, Slug: name, From: h.now, At: h.now, Version: h.version}}
		}
		l.Apply(rows, h.now)
		return id
	}
	merge := func(absorbed, survivor content.ID) Changes {
		h.version++
		return l.Apply(content.Rows{Incarnation: "life", Version: h.version, At: h.now, Mergings: []content.Merging{{Absorbed: absorbed, Survivor: survivor, At: h.now, Version: h.version}}}, h.now)
	}
	public, draft, other := topic("public"), topic("draft"), topic("other")
	merge(public, draft)
	before := l.stamp(Public)
	if c := merge(draft, other); !c.IsPublic || l.stamp(Public) == before {
		t.Errorf("the public is told nothing: %+v, %s", c, l.stamp(Public))
	}
	before = l.stamp(Public)
	if c := merge(draft, ""); !c.IsPublic || l.stamp(Public) == before {
		t.Errorf("of the end the public is told nothing: %+v, %s", c, l.stamp(Public))
	}
}

// Where a survivor takes the same field of several, the last merge has the last word, in whatever order the entries are numbered.
func TestTheLastMergeHasTheLastWord(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	rows := content.Rows{Incarnation: "life", At: now}
	next := func() int64 { rows.Version++; return rows.Version }
	organization := func(name string) content.ID {
		id := content.ImportedID(content.KindOrganization, "test", name)
		version := next()
		entry := &content.Organization{Name: name, Website: "https://" + name + ".example/", Base: content.Base{Slug: content.Slugify(name)}}
		rows.Revisions = append(rows.Revisions, content.Revision{ID: id, Number: 1, Version: version, At: now, Entry: entry})
		rows.Publications = append(rows.Publications, content.Publication{ID: id, Revision: 1, Slug: entry.Slug, From: now, At: now, Version: version})
		return id
	}
	first, second, survivor := organization("First"), organization("Second"), organization("Survivor")
	for _, absorbed := range []content.ID{second, first} {
		rows.Mergings = append(rows.Mergings, content.Merging{Absorbed: absorbed, Survivor: survivor, Fields: []string{"website"}, At: now, Version: next()})
	}
	for range 2 {
		l := NewLedger()
		l.Apply(rows, now)
		public, preview := BuildBoth(l, now)
		o := NewView(public, preview, now, time.Time{}, "").Entry(survivor).(*Organization)
		var absorbed []string
		for _, a := range o.Absorbed() {
			absorbed = append(absorbed, a.Label)
		}
		if o.Website != "https://First.example/" || !slices.Equal(absorbed, []string{"Second", "First"}) {
			t.Errorf("%s is shown as %q, having absorbed %q", survivor, o.Website, absorbed)
		}
		slices.Reverse(rows.Revisions)
	}
}
