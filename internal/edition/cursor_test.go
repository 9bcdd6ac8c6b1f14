package edition

import (
	"errors"
	"testing"

	"bettertogether/internal/content"
)

func FuzzCursor(f *testing.F) {
	good := cursor{Order: "episode.DATE_DESC", Sort: "a title", When: 17, At: 3, Num: 4, ID: content.ImportedID(content.KindEpisode, "test", "1")}
	f.Add(encodeCursor(good))
	f.Add("")
	f.Add("bm8")
	f.Add("eyJvIjoiZXBpc29kZS5EQVRFX0RFU0MifQ")
	f.Fuzz(func(t *testing.T, s string) {
		c, err := decodeCursor("after", s, good.Order)
		var told *content.Error
		switch {
		case err == nil && encodeCursor(c) != s:
			t.Errorf("%q is read as %+v, which is written %q", s, c, encodeCursor(c))
		case err == nil && c.ID.Kind() == "":
			t.Errorf("%q leads to %q", s, c.ID)
		case err != nil && (!errors.As(err, &told) || told.Code != content.CodeInvalid || len(told.Message) > 600):
			t.Errorf("%q: %v", s, err)
		}
	})
}

func TestACursorOfPairsLeadsToTwoEntries(t *testing.T) {
	one := content.ImportedID(content.KindSpeaker, "test", "1")
	for _, other := range []string{"", "x", string(one) + "0", string(one[:28]) + "\xff"} {
		s := encodeCursor(cursor{Order: "duplicates.speaker", Sort: other, ID: one})
		var told *content.Error
		if _, err := findPair(nil, content.KindSpeaker, "after", s); !errors.As(err, &told) || told.Code != content.CodeInvalid {
			t.Errorf("%q: %v", other, err)
		}
	}
	if _, err := findPair(nil, content.KindSpeaker, "after", encodeCursor(cursor{Order: "duplicates.speaker", Sort: string(one), ID: one})); err != nil {
		t.Error(err)
	}
}
