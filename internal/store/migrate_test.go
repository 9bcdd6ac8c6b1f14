package store_test

import (
	"context"
	"testing"
	"time"

	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// A command beside a server that writes without end gets no turn to write, and needs none to begin.
func TestADatabaseThatLacksNoStepIsOpenedWhileSomebodyWrites(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		err := open(t, database).Locked(context.Background(), func(*store.Tx) error {
			ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second) // that for the lock is longer
			defer cancel()
			second, err := store.Open(ctx, database)
			if err == nil {
				_ = second.Close()
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
