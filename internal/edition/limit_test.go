package edition_test

import (
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

func TestAViewHandsOutNoMoreTextThanItsLimit(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	id := hubtest.Publish(t, d, &content.Topic{Name: "Long", Scheme: content.TopicSubject, Definition: content.Markdown(strings.Repeat("word ", 200))})[0]
	v := d.Pin()
	v.Limit(2500)
	long := v.Entry(id).(*edition.Topic)
	for n, shown := range []bool{true, true, false, false} {
		if got := long.Definition(content.FormatMarkdown) != ""; got != shown || v.IsOverdrawn() == shown {
			t.Errorf("reading %d: shown is %t, want %t", n+1, got, shown)
		}
	}
	free := d.Pin().Entry(id).(*edition.Topic)
	for range 100 {
		if free.Definition(content.FormatMarkdown) == "" {
			t.Fatal("a view without a limit stopped")
		}
	}
}

func TestAPublicationAheadOfThisNodesClockAppearsWhenItsMomentComes(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	hubtest.Publish(t, d, &content.Topic{Name: "First", Scheme: content.TopicSubject})
	clock.At = clock.At.Add(-time.Second)
	second := hubtest.Publish(t, d, &content.Topic{Name: "Second", Scheme: content.TopicSubject})[0]
	clock.At = clock.At.Add(time.Hour)
	if d.Pin().Entry(second) == nil {
		t.Error("it stays invisible")
	}
}

// TestFirstMistakeOfASpanIsTold asks often, since the order of a map could decide.
func TestFirstMistakeOfASpanIsTold(t *testing.T) {
	v := hubtest.Open(t, hubtest.SQLite(t), nil).Pin()
	for range 50 {
		_, err := v.Episodes(&content.EpisodeFilter{From: "never", To: "never"}, nil, edition.PageArgs{})
		if err == nil || !strings.HasPrefix(err.Error(), "filter.from: ") {
			t.Fatal(err)
		}
	}
}
