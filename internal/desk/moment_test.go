package desk

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

func TestTheLastPastStaysHoweverLargeItIs(t *testing.T) {
	var p past
	began := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return began.AddDate(0, 0, n) }
	keep := func(n, bytes int) {
		p.keep(&moment{incarnation: "life", version: int64(n), from: day(n), until: day(n + 1), bytes: bytes}, func() string { return "life" })
	}
	want := func(what string, days ...int) {
		t.Helper()
		var found []int
		for n := range 10 {
			if m := p.find("life", day(n)); m != nil {
				found = append(found, int(m.version))
			}
		}
		if len(found) != len(days) || p.recent.Len() != len(days) {
			t.Fatalf("%s: %v are kept, want %v", what, found, days)
		}
		for i := range days {
			if found[i] != days[i] {
				t.Fatalf("%s: %v are kept, want %v", what, found, days)
			}
		}
	}
	keep(1, mostPast/2)
	keep(2, mostPast/2)
	want("two that fit", 1, 2)
	p.find("life", day(1))
	keep(3, mostPast/4)
	want("one too many", 1, 3)
	keep(4, mostPast*2)
	want("one that is too large", 4)
	keep(5, mostPast*2)
	want("another", 5)
	keep(6, 1)
	want("a small one behind it", 6)
	p.keep(&moment{incarnation: "a former life", from: day(7), until: day(8)}, func() string { return "life" })
	p.keep(&moment{incarnation: "life", from: day(8)}, func() string { return "life" })
	want("what is none of this life, or has no end", 6)
	p.forget()
	want("all forgotten")
}

func TestWhoWaitsForAnotherPastWaitsAsLongAsHeWants(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	d, err := Open(t.Context(), s, Options{})
	if err != nil {
		t.Fatal(err)
	}
	d.past.turn <- struct{}{} // somebody else makes one
	ctx, cancel := context.WithCancel(t.Context())
	told := make(chan error)
	go func() {
		_, err := d.AsOf(ctx, time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC))
		told <- err
	}()
	cancel()
	var busy *content.Error
	if err := <-told; !errors.As(err, &busy) || busy.Code != content.CodeBusy {
		t.Errorf("told %v", err)
	}
}
