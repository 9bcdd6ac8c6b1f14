package main

import (
	"math"
	"slices"
	"testing"
	"time"

	"bettertogether/bench/load"
)

func TestFiguresHaveThreeDigits(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 12345: "12300", 999.6: "1000", 123.4: "123", 12.34: "12.3", 1.234: "1.23", 0.01234: "0.0123", math.NaN(): "",
	} {
		if got := figure(n); got != want {
			t.Errorf("%g: %q, want %q", n, got, want)
		}
	}
}

func TestRecoveryIsTheBeginOfCalm(t *testing.T) {
	var samples []load.Sample
	for n := range 100 { // ten seconds, ten requests a second
		due, took := time.Duration(n)*100*time.Millisecond, 10*time.Millisecond
		if due < 1200*time.Millisecond || due == 2*time.Second {
			took = time.Second
		}
		samples = append(samples, load.Sample{Due: due, Took: took})
	}
	if at, ok := recovered(samples, 8); !ok || at != 2500*time.Millisecond {
		t.Errorf("%v, %t; want 2.5 s", at, ok)
	}
	if _, ok := recovered(samples, 1); ok {
		t.Error("what stays slow has recovered")
	}
	if _, ok := recovered(nil, 8); ok {
		t.Error("who does not answer has recovered")
	}
}

func TestOfSeveralOverloadsTheMiddleIsTold(t *testing.T) {
	o := inTheMiddle([]overload{{Answered: 1, P99: 30}, {}, {Answered: 1, P99: 10}, {Answered: 1, P99: 50}, {Answered: 1, P99: 20}})
	if o.P99 != 30 || !slices.Equal(o.All, []float64{10, 20, 30, 50}) {
		t.Errorf("%+v; want 30", o)
	}
}
