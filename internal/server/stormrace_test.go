//go:build race

package server

// stormUsual is how many answers a storm reads. The race detector makes all of it several times slower.
const stormUsual = 3_000

// isRaced says that the race detector is at work.
const isRaced = true
