package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// logDelay is how long a line of the log may wait for others to be written with it.
const logDelay = 200 * time.Millisecond

// lateLog writes the lines of a log many at a time: one system call for each request would cost more than most answers. What is a
// warning or worse is written at once, with all that came before it.
type lateLog struct {
	slog.Handler
	out *lateWriter
}

func newLateLog(to io.Writer) lateLog {
	out := &lateWriter{buffer: bufio.NewWriterSize(to, 64<<10)}
	return lateLog{slog.NewJSONHandler(out, nil), out}
}

// Handle implements slog.Handler.
func (l lateLog) Handle(ctx context.Context, r slog.Record) error {
	err := l.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		l.out.Flush()
	}
	return err
}

// WithAttrs implements slog.Handler.
func (l lateLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return lateLog{l.Handler.WithAttrs(attrs), l.out}
}

// WithGroup implements slog.Handler.
func (l lateLog) WithGroup(name string) slog.Handler {
	return lateLog{l.Handler.WithGroup(name), l.out}
}

// lateWriter is a buffer that empties itself soon.
type lateWriter struct {
	mu        sync.Mutex
	buffer    *bufio.Writer
	isWaiting bool
}

// Write implements io.Writer.
func (w *lateWriter) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.isWaiting {
		w.isWaiting = true
		time.AfterFunc(logDelay, w.Flush)
	}
	return w.buffer.Write(line)
}

// Flush writes what waits. Where a log cannot be written, there is nobody to tell.
func (w *lateWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isWaiting = false
	_ = w.buffer.Flush()
}
