package feed_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

func TestPostersAreDrawnOfAnyTitle(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	for _, title := range []string{"Short", strings.Repeat("word ", 300), strings.Repeat("W", 1500), "日本語のタイトル", "a\u202eb <script>"} {
		id := hubtest.Publish(t, d, &content.Episode{Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}})[0]
		e := d.Pin().Entry(id).(*edition.Episode)
		var first, again bytes.Buffer
		if err := feed.Poster(&first, e); err != nil {
			t.Fatal(err)
		}
		if err := feed.Poster(&again, e); err != nil || !bytes.Equal(first.Bytes(), again.Bytes()) {
			t.Errorf("%.20s: the same episode gives another picture (%v)", title, err)
		}
		picture, err := png.Decode(&first)
		if err != nil || picture.Bounds().Dx() != feed.PosterWidth || picture.Bounds().Dy() != feed.PosterHeight {
			t.Errorf("%.20s: %v, %v", title, err, picture)
		}
	}
}
