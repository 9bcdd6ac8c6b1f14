// Package stat has the few statistics of the benchmark: medians, means, quantiles and ratios of paired rounds.
package stat

import (
	"cmp"
	"math"
	"slices"
)

// Quantile is the least value that at least a share q of the values do not exceed (the nearest rank); the zero value for none.
// It sorts the values.
func Quantile[T cmp.Ordered](values []T, q float64) T {
	var none T
	if len(values) == 0 {
		return none
	}
	slices.Sort(values)
	at := int(math.Ceil(q*float64(len(values)))) - 1
	return values[min(max(at, 0), len(values)-1)]
}

// Median is the middle value, or the mean of the two in the middle; NaN for none.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Mean is the mean of values that each stand for so many; NaN for none. What a garbage collection costs falls into one round and not
// into another, so a median would leave it out or take it for what each request costs.
func Mean(values, weights []float64) float64 {
	var sum, of float64
	for i := range min(len(values), len(weights)) {
		sum += values[i] * weights[i]
		of += weights[i]
	}
	if of == 0 {
		return math.NaN()
	}
	return sum / of
}

// Spread is the least and the largest value; NaN for none.
func Spread(values []float64) (least, most float64) {
	if len(values) == 0 {
		return math.NaN(), math.NaN()
	}
	return slices.Min(values), slices.Max(values)
}

// Ratio is the median of the ratios of what stands at the same place in both, thus of the same round: what slows a whole round
// down is in both and falls out. NaN stands for a value that is not known, and such pairs are left out.
func Ratio(values, against []float64) float64 {
	var ratios []float64
	for i := range min(len(values), len(against)) {
		if r := values[i] / against[i]; !math.IsNaN(r) && !math.IsInf(r, 0) {
			ratios = append(ratios, r)
		}
	}
	return Median(ratios)
}
