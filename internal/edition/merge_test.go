package edition

import (
	"testing"

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
