package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
)

// owner owns what lasts as long as the benchmark. It lets the project's own test helpers make content and start PostgreSQL
// outside of a test: it is what they need of testing.TB, and what they do not need is nil.
type owner struct {
	testing.TB
	ctx      context.Context
	dir      string
	cleanups []func()
}

func newOwner(ctx context.Context) (*owner, error) {
	dir, err := os.MkdirTemp("", "hub-bench-run-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	o := &owner{ctx: ctx, dir: dir}
	o.Cleanup(func() { _ = os.RemoveAll(dir) })
	return o, nil
}

// close cleans up, the latest first.
func (o *owner) close() {
	for i := len(o.cleanups) - 1; i >= 0; i-- {
		o.cleanups[i]()
	}
	o.cleanups = nil
}

// failure is what a helper ends with.
type failure struct{ error }

// try calls helpers and returns why they ended, if they did not come to an end.
func (o *owner) try(do func()) (err error) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		failed, ok := cause.(failure)
		if !ok {
			panic(cause)
		}
		err = failed.error
	}()
	do()
	return nil
}

func (o *owner) Helper()                           {}
func (o *owner) Context() context.Context          { return o.ctx }
func (o *owner) Cleanup(f func())                  { o.cleanups = append(o.cleanups, f) }
func (o *owner) Fatal(args ...any)                 { panic(failure{errors.New(fmt.Sprint(args...))}) }
func (o *owner) Fatalf(format string, args ...any) { panic(failure{fmt.Errorf(format, args...)}) }
func (o *owner) Skip(args ...any)                  { o.Fatal(args...) }
func (o *owner) Error(args ...any)                 { o.Fatal(args...) }
func (o *owner) Log(args ...any)                   { fmt.Fprintln(os.Stderr, args...) }

// TempDir makes a folder of its own for each caller.
func (o *owner) TempDir() string {
	dir, err := os.MkdirTemp(o.dir, "")
	if err != nil {
		o.Fatal(err)
	}
	return dir
}
