package server

import (
	"os"
	"runtime"
	"runtime/debug"
)

// headroom is how much may be allocated between two collections at the least, whatever the content takes.
const headroom = 256 << 20

// Headroom tells the garbage collector that a small hub may use memory as a large one does: answers are many short-lived
// allocations, and to go through all content for each few megabytes of them costs more than they do. A large hub is left as it
// is, and so is one whose operator has set GOGC; GOMEMLIMIT holds in any case.
func Headroom() {
	if os.Getenv("GOGC") != "" {
		return
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetGCPercent(int(max(100, min(800, headroom*100/(m.HeapAlloc+1)))))
}
