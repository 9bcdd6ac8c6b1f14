//go:build race

package plan_test

// drawn is how many operations are compared. The race detector makes all of it several times slower.
const drawn = 1000
