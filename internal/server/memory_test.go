package server

import "testing"

func TestAHubKeepsItsHeadroomWhateverItsSize(t *testing.T) {
	for live, want := range map[uint64]int{0: 800, 16 << 20: 800, 64 << 20: 399, 256 << 20: 99, 800 << 20: 31, 8 << 30: 25} {
		if got := growth(live); got != want {
			t.Errorf("%d MiB: %d %%, want %d", live>>20, got, want)
		}
	}
}
