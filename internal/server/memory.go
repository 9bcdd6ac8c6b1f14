package server

import (
	"os"
	"runtime"
	"runtime/debug"
	measured "runtime/metrics"
)

// headroom is how much may be allocated between two collections of garbage, whatever the content takes.
const headroom = 96 << 20

// entryBytes is a little less than what an entry takes in memory on average.
const entryBytes = 1_300

// Headroom tells the garbage collector how much a hub of so many entries may hold beyond its content, from now on and whatever
// the content comes to. Answers are many short-lived allocations, so a small hub collects as seldom as a large one; and a large
// one needs no more room for them than a small one. What the entries will take anyway may be taken from the start on: a
// collection before would find memory that is about to be used. An operator who has set GOGC decides alone, and GOMEMLIMIT
// holds in any case.
func Headroom(entries int) {
	if os.Getenv("GOGC") == "" {
		pace(uint64(entries) * entryBytes)
	}
}

// pace sets how much the heap may grow until the next collection, and comes again after it: a cleanup runs when a collection has
// found its object unreachable.
func pace(expected uint64) {
	live := []measured.Sample{{Name: "/gc/heap/live:bytes"}}
	measured.Read(live)
	debug.SetGCPercent(growth(live[0].Value.Uint64(), expected))
	runtime.AddCleanup(new([16]byte), func(struct{}) { pace(expected) }, struct{}{})
}

// growth is the headroom in percent of what is live, or what is missing to what is expected, if that is more. A hub of a few
// megabytes takes less of it than its size allows, and one of many gigabytes takes more: else it would do nothing but collect.
func growth(live, expected uint64) int {
	room := max(live+headroom, expected) - live
	return int(max(10, min(800, room*100/(live+1))))
}
