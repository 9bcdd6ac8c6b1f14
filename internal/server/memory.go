package server

import (
	"os"
	"runtime"
	"runtime/debug"
	measured "runtime/metrics"
)

// headroom is how much may be allocated between two collections of garbage, whatever the content takes.
const headroom = 256 << 20

// Headroom tells the garbage collector how much a hub may hold beyond its content, from now on and whatever the content comes
// to. Answers are many short-lived allocations, so a small hub collects as seldom as a large one; and a large one needs no more
// room for them than a small one. While a hub starts, the heap so stays close to what has been read. An operator who has set
// GOGC decides alone, and GOMEMLIMIT holds in any case.
func Headroom() {
	if os.Getenv("GOGC") == "" {
		pace()
	}
}

// pace sets how much the heap may grow until the next collection, and comes again after it: a cleanup runs when a collection has
// found its object unreachable.
func pace() {
	live := []measured.Sample{{Name: "/gc/heap/live:bytes"}}
	measured.Read(live)
	debug.SetGCPercent(growth(live[0].Value.Uint64()))
	runtime.AddCleanup(new([16]byte), func(struct{}) { pace() }, struct{}{})
}

// growth is the headroom in percent of what is live. A hub of a few megabytes takes less of it than its size allows, and one of
// many gigabytes takes more: else it would do nothing but collect.
func growth(live uint64) int {
	return int(max(25, min(800, headroom*100/(live+1))))
}
