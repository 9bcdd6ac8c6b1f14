package desk

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestThePastIsForgottenWhenNobodyReadsItForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		at := time.Now()
		p, m := new(past), &moment{from: at, until: at.Add(time.Hour), bytes: 7}
		p.keep(m, func() string { return "" })
		for range 3 {
			time.Sleep(pastRest - time.Second)
			if p.find("", at) != m {
				t.Fatal("it was forgotten although it was read")
			}
		}
		time.Sleep(pastRest + time.Second)
		if p.find("", at) != nil || p.bytes != 0 {
			t.Errorf("it is still there, with %d bytes", p.bytes)
		}
		p.keep(m, func() string { return "" })
		p.forget()
		time.Sleep(2 * pastRest) // nothing is taken out twice
		if p.bytes != 0 {
			t.Errorf("%d bytes are left of nothing", p.bytes)
		}
	})
}
