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
// to: answers are many short-lived allocations, and to go through all content for each few megabytes of them costs more than
// they do; yet a large hub needs no more of them than a small one. While a hub starts, it keeps the heap close to what has been
// read. An operator who has set GOGC decides alone, and GOMEMLIMIT holds in any case.
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
	debug.SetGCPercent(int(max(leastPercent, min(mostPercent, headroom*100/(live[0].Value.Uint64()+1)))))
	runtime.AddCleanup(new([16]byte), func(struct{}) { pace() }, struct{}{})
}

// A hub of a few megabytes needs no headroom of hundreds; one of many gigabytes would do nothing but collect.
const (
	leastPercent = 15
	mostPercent  = 800
)
