package server

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// deadline is a context that ends at a moment, as those of context.WithTimeout do. It has a timer only when somebody waits for
// its end, which hardly any operation does: all read memory.
type deadline struct {
	context.Context //nolint:containedctx // it is one
	at              time.Time
	timer           sync.Once
	timed           context.Context //nolint:containedctx // as above
	cancel          context.CancelFunc
	isOver          atomic.Bool
}

func withDeadline(parent context.Context, d time.Duration) *deadline {
	return &deadline{Context: parent, at: time.Now().Add(d)}
}

func (c *deadline) end() {
	c.isOver.Store(true)
	c.timer.Do(func() {}) // no timer any more
	if c.cancel != nil {
		c.cancel()
	}
}

// Deadline implements context.Context.
func (c *deadline) Deadline() (time.Time, bool) {
	if at, ok := c.Context.Deadline(); ok && at.Before(c.at) {
		return at, true
	}
	return c.at, true
}

// Done implements context.Context.
func (c *deadline) Done() <-chan struct{} {
	c.timer.Do(func() { c.timed, c.cancel = context.WithDeadline(c.Context, c.at) })
	if c.timed == nil {
		return ended
	}
	return c.timed.Done()
}

// ended is the end of an operation that is over.
var ended = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Err implements context.Context.
func (c *deadline) Err() error {
	if err := c.Context.Err(); err != nil {
		return err
	}
	if !time.Now().Before(c.at) {
		return context.DeadlineExceeded
	}
	if c.isOver.Load() {
		return context.Canceled
	}
	return nil
}
