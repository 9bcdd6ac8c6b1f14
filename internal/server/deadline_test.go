package server

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestDeadlineEndsAsOneOfTheLibraryDoes(t *testing.T) {
	type key struct{}
	for name, end := range map[string]func(cancelParent context.CancelFunc, cancel context.CancelFunc){
		"by time":       func(context.CancelFunc, context.CancelFunc) { time.Sleep(2 * time.Second) },
		"by its parent": func(cancelParent, _ context.CancelFunc) { cancelParent() },
		"by itself":     func(_, cancel context.CancelFunc) { cancel() },
		"in time":       func(context.CancelFunc, context.CancelFunc) { time.Sleep(time.Second / 2) },
	} {
		for _, isWaited := range []bool{true, false} {
			synctest.Test(t, func(t *testing.T) {
				parent, cancelParent := context.WithCancel(context.WithValue(t.Context(), key{}, 1))
				defer cancelParent()
				ours := withDeadline(parent, time.Second)
				defer ours.end()
				theirs, cancelTheirs := context.WithTimeout(parent, time.Second)
				defer cancelTheirs()
				if isWaited {
					go func() { <-ours.Done() }()
				}
				child, cancelChild := context.WithCancel(ours)
				defer cancelChild()
				end(cancelParent, func() { ours.end(); cancelTheirs() })
				synctest.Wait()
				isDone := func(c context.Context) bool {
					select {
					case <-c.Done():
						return true
					default:
						return false
					}
				}
				at, _ := ours.Deadline()
				want, _ := theirs.Deadline()
				if !errors.Is(ours.Err(), theirs.Err()) || isDone(ours) != isDone(theirs) || isDone(child) != isDone(theirs) || !at.Equal(want) || ours.Value(key{}) != 1 {
					t.Errorf("%s, waited for %t: %v %t, want %v %t", name, isWaited, ours.Err(), isDone(ours), theirs.Err(), isDone(theirs))
				}
			})
		}
	}
}
