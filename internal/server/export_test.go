package server

import "testing"

// NotRaced leaves a test out while the race detector is at work: it would take a minute, and find no race that others do not look for, or
// count allocations, of which the detector has its own. It is the first line of a test: so CI finds the names of those that it runs
// without the detector.
func NotRaced(t *testing.T) {
	t.Helper()
	if isRaced {
		t.Skip("not with the race detector; CI runs this without it as well")
	}
}
