//go:build !race

package server

// stormUsual is how many answers a storm reads.
const stormUsual = 20_000

// isRaced says that the race detector is at work.
const isRaced = false
