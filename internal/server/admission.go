package server

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// admission turns a share of those away who ask for new answers, while more of them come than can be answered. Answers are short, so
// that what too many requests wait for is no place but the processor, before a handler sees them. That wait is measured by a bell: a
// byte in a pipe, which comes through the queues that requests come through, the kernel's of what can be read and the scheduler's of
// what can run. Requests ring it, so that a hub that nobody asks sleeps. While no more are connected than answers may be made at a time
// it is not rung, and nobody is turned away.
type admission struct {
	// connections counts those that are open, asked the requests for new answers, away those of them that were turned away.
	connections, asked, away atomic.Int64
	// share is the part of those who ask that is turned away, of 1<<32.
	share atomic.Uint32
	// look is when somebody should next look after the bell, in nanoseconds since 1970.
	look atomic.Int64

	mu sync.Mutex
	// ring rings the bell; nil while nobody listens.
	ring func()
	// isRung says that the bell was rung and not heard yet; rung is when, and before how many had asked then.
	isRung bool
	rung   time.Time
	before int64
	// heard is the excess of the last bell.
	heard float64
	pressure
}

// lookEvery is how long after a look the next one is.
const lookEvery = 10 * time.Millisecond

// golden is 1<<32 by the golden ratio: its multiples, modulo 1<<32, lie as evenly as can be, however few of them one takes.
const golden = 2654435769

// admits says whether a request for a new answer, which came at a moment, may have one.
func (a *admission) admits(now time.Time) bool {
	n := a.asked.Add(1)
	if a.connections.Load() <= mostMade {
		return true
	}
	// A look that is further off than any is of a clock that was set back since.
	if until := time.Duration(a.look.Load() - now.UnixNano()); (until <= 0 || until > lookEvery) && a.mu.TryLock() {
		a.tend(now, n)
		a.mu.Unlock()
	}
	if uint32(n*golden) >= a.share.Load() {
		return true
	}
	a.away.Add(1)
	return false
}

// tend rings the bell, or feels the pressure of one that should have been heard by now.
func (a *admission) tend(now time.Time, asked int64) {
	a.look.Store(now.Add(lookEvery).UnixNano())
	switch {
	case a.isRung:
		if over := excess(now.Sub(a.rung), asked-a.before); over > 0 {
			a.turn(a.felt(now, max(over, a.heard))) // it waits still, so it may become as much as the last
		} else {
			a.light = now
		}
	case a.ring != nil:
		if now.Sub(a.last) > standing { // nobody has asked meanwhile
			a.pressure, a.heard = pressure{light: now, last: now}, 0
			a.turn(0)
		}
		if !a.light.Before(a.last) { // nor was there an excess since
			a.light = now
		}
		a.isRung, a.rung, a.before = true, now, asked
		a.ring()
	}
}

// hear feels the pressure of a bell that is heard at a moment, and returns how long that took.
func (a *admission) hear(now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	waited := now.Sub(a.rung)
	a.heard = excess(waited, a.asked.Load()-a.before)
	a.turn(a.felt(now, a.heard))
	a.isRung = false
	a.look.Store(now.Add(lookEvery).UnixNano())
	return waited
}

// turn sets the share of those who are turned away.
func (a *admission) turn(share float64) { a.share.Store(uint32(share * (1 << 32))) }

// turned is the share that is turned away at a moment.
func (a *admission) turned(now time.Time) float64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.connections.Load() <= mostMade || !a.isRung && now.Sub(a.last) > standing {
		return 0
	}
	return float64(a.share.Load()) / (1 << 32)
}

// listen hears the bell until stop is called, and tells when, and how long that took.
func (a *admission) listen(told func(now time.Time, waited time.Duration)) (stop func(), err error) {
	bell, rope, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("listen to how long requests wait: %w", err)
	}
	ring := func(by func()) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.ring = by
	}
	var begin sync.Once
	done := make(chan struct{})
	hear := func() {
		defer close(done)
		for one := make([]byte, 1); ; {
			if _, err := bell.Read(one); err != nil {
				return // stop has closed the other end
			}
			now := time.Now()
			told(now, a.hear(now))
		}
	}
	ring(func() {
		begin.Do(func() { go hear() })
		_, _ = rope.Write([]byte{0}) // the pipe has room for it
	})
	return func() {
		ring(nil)
		_ = rope.Close()
		begin.Do(func() { close(done) })
		<-done
		_ = bell.Close()
	}, nil
}

// connected counts connections.
func (a *admission) connected(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		a.connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		a.connections.Add(-1)
	case http.StateActive, http.StateIdle:
	}
}

const (
	// bearable is how long a request may wait for the processor, and crowded how many may come in that time, while all are answered. A
	// machine that is slow without a crowd is helped by no refusal.
	bearable = 10 * time.Millisecond
	crowded  = 32
	// standing is for how long both must have been more until somebody is turned away: a burst is over before.
	standing = 100 * time.Millisecond
	// mostAway is the largest share that is turned away.
	mostAway = 0.98
	// proportional is what of the excess is the share at once, integral what of it is added to the share in a second.
	proportional = 0.2
	integral     = 2.0
	// mostExcess is the largest excess that counts.
	mostExcess = 4.0
)

// pressure makes the share of those who are turned away of how long they wait. It is a proportional and integral controller, as that
// of PIE (RFC 8033), and begins as late as that of CoDel (RFC 8289).
type pressure struct {
	// light is when there was last no excess, last when one was last looked for.
	light, last time.Time
	sum         float64
}

// excess is how much a wait in a crowd is more than one can bear, in parts of what one can; below 0 it is less.
func excess(wait time.Duration, crowd int64) float64 {
	return min(float64(wait)/float64(bearable)-1, float64(crowd)/crowded-1, mostExcess)
}

// felt returns the share to turn away from a moment on at which there is such an excess.
func (p *pressure) felt(now time.Time, over float64) float64 {
	since := min(now.Sub(p.last), standing).Seconds()
	p.last = now
	if over <= 0 {
		p.light = now
	}
	switch {
	case p.sum > 0:
		p.sum = bounded(p.sum + integral*over*since)
	case now.Sub(p.light) < standing:
		return 0
	default:
		p.sum = bounded(over / (1 + over)) // as many fewer as there must be for the wait to be bearable
	}
	return bounded(p.sum + proportional*over)
}

func bounded(share float64) float64 { return max(0, min(share, mostAway)) }
