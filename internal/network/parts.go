package network

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// pace is how many small steps work takes between two looks at its context.
const pace = 256

// inParts calls work for the parts 0 to parts-1, on as many cores as there are, and returns the error of the lowest part
// that has one. After an error it begins no other part.
func inParts(parts int, work func(part int) error) error {
	var (
		next   atomic.Int64
		failed atomic.Bool
		errs   = make([]error, parts)
		wait   sync.WaitGroup
	)
	for range min(parts, runtime.GOMAXPROCS(0)) {
		wait.Go(func() {
			for !failed.Load() {
				part := int(next.Add(1)) - 1
				if part >= parts {
					return
				}
				if errs[part] = work(part); errs[part] != nil {
					failed.Store(true)
				}
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
