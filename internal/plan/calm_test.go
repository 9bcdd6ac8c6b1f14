//go:build !race

package plan_test

// drawn is how many operations are compared.
const drawn = 3000
