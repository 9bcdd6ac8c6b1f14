package store

import (
	"context"
	"errors"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
)

func TestAFullDiskRefusesCleanlyAndWritesResumeWhenThereIsRoom(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "hub.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	write := func(version int64, text string) error {
		return s.Locked(t.Context(), func(tx *Tx) error {
			id := content.ImportedID(content.KindTopic, "test", text)
			topic := &content.Topic{Base: content.Base{Slug: text[:8]}, Name: text, Scheme: content.TopicSubject}
			body, err := content.Encode(topic)
			if err != nil {
				return err
			}
			return tx.Write(t.Context(), Change{
				Batch: content.Batch{Version: version, ID: text[:8], At: time.Now()},
				Saved: []Saved{{Revision: content.Revision{ID: id, Number: 1, Version: version, Entry: topic}, Body: body, IsNew: true}},
			})
		})
	}
	if err := write(1, "before the disk is full"); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := s.write.QueryRowxContext(t.Context(), `pragma page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(most int) {
		if err := s.write.QueryRowxContext(t.Context(), `pragma max_page_count = `+strconv.Itoa(most)).Scan(&most); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages)
	err = write(2, "while it is full: "+strings.Repeat("x", 100_000))
	if !IsUnavailable(err) || errors.Is(err, ErrUncertain) {
		t.Errorf("got %v, want that there is no room", err)
	}
	rows, err := s.Load(context.Background(), 0, time.Now(), nil)
	if err != nil || rows.Version != 1 || len(rows.Revisions) != 1 {
		t.Errorf("reads go on: %v, version %d, %d revisions", err, rows.Version, len(rows.Revisions))
	}
	limit(pages + 1000)
	if err := write(2, "after there is room again"); err != nil {
		t.Error(err)
	}
}
