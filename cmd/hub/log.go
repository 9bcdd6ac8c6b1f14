package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"strconv"
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
	// isBound says that its lines have more than their records.
	isBound bool
}

func newLateLog(to io.Writer) lateLog {
	out := &lateWriter{buffer: bufio.NewWriterSize(to, 64<<10)}
	return lateLog{slog.NewJSONHandler(out, nil), out, false}
}

// Handle implements slog.Handler.
func (l lateLog) Handle(ctx context.Context, r slog.Record) error {
	if !l.isBound && l.out.put(r) {
		return nil
	}
	err := l.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		l.out.Flush()
	}
	return err
}

// WithAttrs implements slog.Handler.
func (l lateLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return lateLog{l.Handler.WithAttrs(attrs), l.out, true}
}

// WithGroup implements slog.Handler.
func (l lateLog) WithGroup(name string) slog.Handler {
	return lateLog{l.Handler.WithGroup(name), l.out, true}
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
	w.awaitFlush()
	return w.buffer.Write(line)
}

func (w *lateWriter) awaitFlush() {
	if !w.isWaiting {
		w.isWaiting = true
		time.AfterFunc(logDelay, w.Flush)
	}
}

// put writes a line as slog.JSONHandler does, if it is as plain as nearly all are: those of requests, which take a quarter of the
// time so.
func (w *lateWriter) put(r slog.Record) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	line, isPlain := appendLine(w.buffer.AvailableBuffer(), r)
	if isPlain {
		w.awaitFlush()
		_, _ = w.buffer.Write(line) // where a log cannot be written, there is nobody to tell
	}
	return isPlain
}

// appendLine appends a line of JSON. It is not plain when it tells of a warning or worse, or has what JSON does not write as it is.
func appendLine(b []byte, r slog.Record) (line []byte, isPlain bool) {
	if r.Level != slog.LevelInfo || r.Time.IsZero() || !isPlainText(r.Message) {
		return b, false
	}
	b = append(b, `{"time":"`...)
	b = r.Time.AppendFormat(b, time.RFC3339Nano)
	b = append(append(append(b, `","level":"INFO","msg":"`...), r.Message...), '"')
	isPlain = true
	r.Attrs(func(a slog.Attr) bool {
		b = append(append(append(b, `,"`...), a.Key...), `":`...)
		switch a.Value.Kind() {
		case slog.KindString:
			b = append(append(append(b, '"'), a.Value.String()...), '"')
			isPlain = isPlainText(a.Value.String())
		case slog.KindInt64:
			b = strconv.AppendInt(b, a.Value.Int64(), 10)
		case slog.KindFloat64:
			f := a.Value.Float64()
			b = strconv.AppendFloat(b, f, 'f', -1, 64)
			isPlain = f == 0 || f >= 1e-6 && f < 1e21 // others have exponents
		default:
			isPlain = false
		}
		isPlain = isPlain && isPlainText(a.Key) && a.Key != ""
		return isPlain
	})
	return append(b, '}', '\n'), isPlain
}

// isPlainText tells whether a text stands in JSON as it is.
func isPlainText(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// Flush writes what waits. Where a log cannot be written, there is nobody to tell.
func (w *lateWriter) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isWaiting = false
	_ = w.buffer.Flush()
}
