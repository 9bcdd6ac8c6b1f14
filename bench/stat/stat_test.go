package stat

import (
	"math"
	"testing"
)

func TestQuantileIsNearestRank(t *testing.T) {
	for _, c := range []struct {
		values []int
		q      float64
		want   int
	}{
		{nil, 0.5, 0},
		{[]int{7}, 0.99, 7},
		{[]int{3, 1, 2}, 0.5, 2},
		{[]int{4, 3, 2, 1}, 0.5, 2},
		{[]int{4, 3, 2, 1}, 0.99, 4},
		{[]int{4, 3, 2, 1}, 0, 1},
		{[]int{4, 3, 2, 1}, 1, 4},
	} {
		if got := Quantile(c.values, c.q); got != c.want {
			t.Errorf("%g of %v: %d, want %d", c.q, c.values, got, c.want)
		}
	}
}

func TestQuantileOfHundredIsItsRank(t *testing.T) {
	var values []int
	for n := range 100 {
		values = append(values, 100-n)
	}
	if got := Quantile(values, 0.99); got != 99 {
		t.Errorf("p99 of 1 to 100 is %d, want 99", got)
	}
}

func TestMedianLeavesItsArgumentAlone(t *testing.T) {
	values := []float64{9, 1, 5, 3}
	if got := Median(values); got != 4 {
		t.Errorf("median %g, want 4", got)
	}
	if values[0] != 9 {
		t.Error("the values were sorted in place")
	}
	if !math.IsNaN(Median(nil)) {
		t.Error("the median of nothing is a number")
	}
}

func TestRatioPairsRounds(t *testing.T) {
	// The second round ran at half the speed, which says nothing about the ratio.
	if got := Ratio([]float64{100, 50, 100}, []float64{200, 100, 200}); got != 0.5 {
		t.Errorf("ratio %g, want 0.5", got)
	}
	if got := Ratio([]float64{100, math.NaN(), 30}, []float64{50, 10, 0}); got != 2 {
		t.Errorf("ratio %g, want 2: pairs without a number are left out", got)
	}
	if !math.IsNaN(Ratio([]float64{1}, nil)) {
		t.Error("the ratio of nothing is a number")
	}
}

func TestSpread(t *testing.T) {
	if least, most := Spread([]float64{2, 9, 1}); least != 1 || most != 9 {
		t.Errorf("%g to %g, want 1 to 9", least, most)
	}
}

func TestMeanWeighs(t *testing.T) {
	if got := Mean([]float64{1, 4}, []float64{2, 1}); got != 2 {
		t.Errorf("mean %g, want 2", got)
	}
	if !math.IsNaN(Mean(nil, nil)) {
		t.Error("the mean of nothing is a number")
	}
}
