package server

import "testing"

func TestAHubKeepsItsHeadroomWhateverItsSize(t *testing.T) {
	for live, want := range map[uint64]int{0: 800, 8 << 20: 800, 64 << 20: 149, 256 << 20: 37, 700 << 20: 13, 8 << 30: 10} {
		if got := growth(live, 0); got != want {
			t.Errorf("%d MiB: %d %%, want %d", live>>20, got, want)
		}
	}
}

func TestAStartMayTakeWhatItsContentWillTake(t *testing.T) {
	const expected = 650 << 20
	for live, want := range map[uint64]int{16 << 20: 800, 100 << 20: 549, 325 << 20: 99, 400 << 20: 62, 700 << 20: 13} {
		if got := growth(live, expected); got != want {
			t.Errorf("%d MiB: %d %%, want %d", live>>20, got, want)
		}
	}
}
