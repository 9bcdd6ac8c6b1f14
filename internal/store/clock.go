package store

import (
	"context"
	"fmt"
	"time"
)

// Clock asks the database for the time. The zero time is that of an engine without a clock of its own (SQLite, which has this
// machine's).
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	if s.dialect.name != "postgres" {
		return time.Time{}, nil
	}
	var at int64
	err := s.read.QueryRowxContext(ctx, `
		select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)`).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("ask the database for the time: %w", err)
	}
	return fromMicros(at), nil
}
