package main

import (
	"bytes"
	"context"
	"log/slog"
	"math"
	"strings"
	"testing"
	"time"
)

// TestALineOfTheLogIsWhatSlogWrites compares each line with slog's own handler's, and tells which are written without it.
func TestALineOfTheLogIsWhatSlogWrites(t *testing.T) {
	at := time.Date(2026, 5, 4, 3, 2, 1, 123_456_789, time.UTC)
	request := func(method, path string, status int, ms float64) []slog.Attr {
		return []slog.Attr{slog.String("method", method), slog.String("path", path), slog.Int("status", status), slog.Int("bytes", 0), slog.Float64("ms", ms)}
	}
	for _, test := range []struct {
		name    string
		at      time.Time
		level   slog.Level
		message string
		attrs   []slog.Attr
		isPlain bool
	}{
		{"a request", at, slog.LevelInfo, "request", request("POST", "/graphql", 200, 0.124), true},
		{"one that took no time", at, slog.LevelInfo, "request", request("GET", "/", 304, 0), true},
		{"one that took long", at, slog.LevelInfo, "request", request("GET", "/", 200, 12_345_678.9), true},
		{"another zone", at.In(time.FixedZone("east", 3600)), slog.LevelInfo, "request", request("GET", "/", 200, 1), true},
		{"a whole second", at.Truncate(time.Second), slog.LevelInfo, "request", request("GET", "/", 200, 1), true},
		{"a negative number", at, slog.LevelInfo, "request", request("GET", "/", -1, 1), true},
		{"nothing but a message", at, slog.LevelInfo, "the hub stops", nil, true},
		{"signs that HTML has", at, slog.LevelInfo, "request", request("GET", "/<a>&b", 200, 1), true},
		{"other letters", at, slog.LevelInfo, "request", request("GET", "/preview/…", 200, 1), false},
		{"letters that are none", at, slog.LevelInfo, "request", request("GET", "/\xff\x7f", 200, 1), false},
		{"quotes", at, slog.LevelInfo, "request", request("GET", "/\"}\n{\\", 200, 1), false},
		{"a message with quotes", at, slog.LevelInfo, "\"", nil, false},
		{"a small number", at, slog.LevelInfo, "request", request("GET", "/", 200, 1e-9), false},
		{"a negative fraction", at, slog.LevelInfo, "request", request("GET", "/", 200, -1.5), false},
		{"no number", at, slog.LevelInfo, "request", request("GET", "/", 200, math.NaN()), false},
		{"another kind", at, slog.LevelInfo, "request", []slog.Attr{slog.Duration("took", time.Second)}, false},
		{"a group", at, slog.LevelInfo, "request", []slog.Attr{slog.Group("g", "a", 1)}, false},
		{"a key with quotes", at, slog.LevelInfo, "request", []slog.Attr{slog.Int("\"", 1)}, false},
		{"no key", at, slog.LevelInfo, "request", []slog.Attr{{}}, false},
		{"no time", time.Time{}, slog.LevelInfo, "request", nil, false},
		{"a warning", at, slog.LevelWarn, "request", nil, false},
	} {
		record := slog.NewRecord(test.at, test.level, test.message, 0)
		record.AddAttrs(test.attrs...)
		var got, want bytes.Buffer
		ours, slogs := newLateLog(&got), slog.NewJSONHandler(&want, nil)
		for _, handlers := range [][2]slog.Handler{
			{ours, slogs},
			{ours.WithAttrs([]slog.Attr{slog.Int("n", 1)}), slogs.WithAttrs([]slog.Attr{slog.Int("n", 1)})},
			{ours.WithGroup("g"), slogs.WithGroup("g")},
		} {
			got.Reset()
			want.Reset()
			for _, h := range handlers {
				if err := h.Handle(context.Background(), record); err != nil {
					t.Fatal(err)
				}
			}
			if ours.out.Flush(); got.String() != want.String() {
				t.Errorf("%s is %q, slog writes %q", test.name, got.String(), want.String())
			}
		}
		if line, isPlain := appendLine(nil, record); isPlain != test.isPlain {
			t.Errorf("%s is plain: %t", test.name, isPlain)
		} else if isPlain && strings.Count(string(line), "\n") != 1 {
			t.Errorf("%s is not one line", test.name)
		}
	}
}
