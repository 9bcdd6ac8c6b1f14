package store

import (
	"context"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// channel is where PostgreSQL tells of new versions.
const channel = "hub_version"

// Listen returns a channel that gets something soon after another process wrote, until the context ends; nil where the engine
// cannot tell (SQLite). A notification may be lost, so a caller asks for the version now and then as well.
func (s *Store) Listen(ctx context.Context) <-chan struct{} {
	if s.dialect.name != "postgres" {
		return nil
	}
	heard := make(chan struct{}, 1)
	// Connecting may block for ever on a server that cannot be reached, so all of it has its own goroutine.
	go func() {
		l := pq.NewListener(s.address, 100*time.Millisecond, 5*time.Second, nil)
		go func() {
			<-ctx.Done()
			_ = l.Close() // nobody listens any more
		}()
		if err := l.Listen(channel); err != nil {
			return // closed
		}
		for {
			select {
			case <-ctx.Done():
				return
			case _, open := <-l.Notify: // nil after a new connection: something may have been missed
				if !open {
					return
				}
				select {
				case heard <- struct{}{}:
				default:
				}
			}
		}
	}()
	return heard
}

// tell lets other processes know of a version once it is committed.
func (t *Tx) tell(ctx context.Context, version int64) error {
	if t.dialect.name != "postgres" {
		return nil
	}
	return t.exec(ctx, `select pg_notify('`+channel+`', ?)`, fmt.Sprint(version))
}
