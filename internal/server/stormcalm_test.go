//go:build !race

package server

// stormUsual is how many answers a storm reads.
const stormUsual = 20_000
