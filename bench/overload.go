package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"bettertogether/bench/load"
	"bettertogether/bench/proc"
	"bettertogether/bench/stat"
)

// overload is what a contender did with three times as many requests as it can answer. Times are in milliseconds.
type overload struct {
	Contender string `json:"contender"`
	// Capacity is how many requests a second it answers, Rate how many came.
	Capacity float64 `json:"capacity"`
	Rate     float64 `json:"rate"`
	Offered  int     `json:"offered"`
	// Answered and Refused count the answers 200 and 503, Unsent the requests for which no connection was free until the end,
	// Unanswered those whose answer had not come then, Broken those whose connection broke or whose answer was another.
	Answered   int `json:"answered"`
	Refused    int `json:"refused"`
	Unsent     int `json:"unsent"`
	Unanswered int `json:"unanswered"`
	Broken     int `json:"broken"`
	// P50 and P99 are of answers 200, from when the request was due; Normal is the P99 at a fifth of the capacity.
	P50 float64 `json:"p50"`
	P99 float64 `json:"p99"`
	// All has the P99 of each time that had answers, sorted; the rest is of the time whose P99 is in the middle.
	All    []float64 `json:"p99OfAll"`
	Normal float64   `json:"normalP99"`
	// Peak is the most memory that it held.
	Before int64 `json:"residentBefore"`
	Peak   int64 `json:"peak"`
	// Recovery is the time from the end of the load until P99 was normal again; null when it was not within Watched.
	Recovery *float64 `json:"recovery"`
	Watched  float64  `json:"watched"`
	Why      string   `json:"why,omitempty"`
}

const (
	// overloadTimes is how many times the capacity comes.
	overloadTimes = 3
	// overloadRuns is how often: what is near the limits of a machine goes well once and badly the next time.
	overloadRuns = 5
	// overloadConnections is how many requests may wait for an answer.
	overloadConnections = 1000
	// gentle is the share of the capacity at which it is seen what is normal.
	gentle = 0.2
	// watched is how long is looked after the load.
	watched = 8 * time.Second
	// window is the time whose p99 is looked at, and calm how many in a row must be normal.
	window = 500 * time.Millisecond
	calm   = 2
	// bearable is how many times the p99 before the load counts as normal, and slack how much more than it always does.
	bearable = 2
	slack    = 5.0
)

// overloadAll asks each contender too much, one after the other.
func (f *field) overloadAll(r *results) error {
	if f.options.overload <= 0 {
		return nil
	}
	for _, c := range f.contenders {
		if !withEnoughOf(c) {
			continue
		}
		f.say("overload of %s", c.name)
		if err := c.resume(); err != nil {
			return err
		}
		var runs []overload
		for range overloadRuns {
			o, err := f.overloaded(c, r)
			if err != nil {
				return fmt.Errorf("overload of %s: %w", c.name, err)
			}
			runs = append(runs, o)
		}
		r.Overloads = append(r.Overloads, inTheMiddle(runs))
		if err := c.pause(); err != nil {
			return err
		}
	}
	return nil
}

// inTheMiddle is the run whose P99 is the median. One without an answer is worse than any.
func inTheMiddle(runs []overload) overload {
	worst := func(o overload) float64 {
		if o.Answered == 0 {
			return math.MaxFloat64
		}
		return o.P99
	}
	slices.SortFunc(runs, func(a, b overload) int { return cmp.Compare(worst(a), worst(b)) })
	middle := runs[len(runs)/2]
	for _, o := range runs {
		if o.Answered > 0 {
			middle.All = append(middle.All, o.P99)
		}
	}
	return middle
}

func (f *field) overloaded(c *contender, r *results) (overload, error) {
	o := overload{Contender: c.name, Watched: watched.Seconds()}
	ask := f.newAnswers(c)
	if o.Capacity = stat.Median(column(r.Measurements, nameNew, c.name, func(m measurement) float64 { return m.PerSecond })); !(o.Capacity > 0) {
		closed, err := load.Closed(ask, f.duration)
		if err != nil {
			return o, err
		}
		if err := closed.Err(); err != nil {
			return o, err
		}
		o.Capacity = closed.PerSecond()
	}
	o.Rate = overloadTimes * o.Capacity
	rate := load.Arrivals{PerSecond: gentle * o.Capacity}
	calmBefore, err := load.Open(ask, rate, 3*time.Second, 10*time.Second)
	if err != nil {
		return o, err
	}
	if err := calmBefore.Err(); err != nil {
		return o, err
	}
	_, o.Normal = quantiles(calmBefore.Samples)
	if err := proc.ResetPeak(c.pid()); err != nil {
		return o, err
	}
	if o.Before, err = proc.Resident(c.pid()); err != nil {
		return o, err
	}
	much := ask
	much.Connections = overloadConnections
	many, err := load.Open(much, load.Arrivals{PerSecond: o.Rate}, f.options.overload, 0)
	if err != nil {
		return o, err
	}
	after, err := load.Open(ask, rate, watched, 10*time.Second)
	if err != nil {
		return o, err
	}
	if o.Peak, err = proc.Peak(c.pid()); err != nil {
		return o, err
	}
	o.Offered, o.Answered, o.Refused = many.Offered, len(many.Samples), many.Refused
	o.Unsent, o.Unanswered, o.Broken, o.Why = many.Unsent, many.Unanswered, many.Wrong+many.Failed, many.Why
	if len(many.Samples) > 0 {
		o.P50, o.P99 = quantiles(many.Samples)
	}
	if at, ok := recovered(after.Samples, o.Normal); ok {
		ms := milliseconds(at)
		o.Recovery = &ms
	}
	return o, nil
}

// recovered is the begin of the first windows in a row in which p99 is normal. A window is that of the requests that were due
// in it; one without an answer is not normal.
func recovered(samples []load.Sample, normal float64) (time.Duration, bool) {
	var windows [][]load.Sample
	for _, s := range samples {
		n := int(s.Due / window)
		for len(windows) <= n {
			windows = append(windows, nil)
		}
		windows[n] = append(windows[n], s)
	}
	isNormal := func(w []load.Sample) bool {
		if len(w) == 0 {
			return false
		}
		_, p99 := quantiles(w)
		return p99 <= max(bearable*normal, normal+slack)
	}
	for n := range len(windows) - calm + 1 {
		if !slices.ContainsFunc(windows[n:n+calm], func(w []load.Sample) bool { return !isNormal(w) }) {
			return time.Duration(n) * window, true
		}
	}
	return 0, false
}
