package server

import (
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// counter is a hub with one processor, before which requests and bells stand in one line, by a clock of its own.
type counter struct {
	*admission
	now time.Time
	// answering and refusing are how long an answer and a refusal take.
	answering, refusing time.Duration
	// pause is how long the processor stands still in each second.
	pause time.Duration
	// line has the moments at which requests were due, and zero times for bells.
	line     []time.Time
	answered []time.Duration
	sentAway int
}

func newCounter(answering, refusing time.Duration) *counter {
	c := &counter{admission: &admission{}, now: time.Unix(1_800_000_000, 0), answering: answering, refusing: refusing}
	c.ring = func() { c.line = append(c.line, time.Time{}) }
	return c
}

// arrivals are requests that come for a time, so many a second and so many at once. As many as there are connections are sent; the
// others wait until one of those is answered.
type arrivals struct {
	perSecond   float64
	atOnce      int
	connections int
	duration    time.Duration
}

// due is when the n-th request comes, after the first.
func (a arrivals) due(n int) time.Duration {
	return time.Duration(float64(n/a.atOnce*a.atOnce) / a.perSecond * float64(time.Second))
}

func (c *counter) serve(a arrivals) {
	c.answered, c.sentAway = nil, 0
	c.connections.Store(int64(a.connections))
	began, came, sent := c.now, 0, 0
	still := began.Add(time.Second)
	for {
		for ; sent < a.connections && a.due(came) < a.duration && a.due(came) <= c.now.Sub(began); came++ {
			c.line = append(c.line, began.Add(a.due(came)))
			sent++
		}
		if len(c.line) == 0 {
			if a.due(came) >= a.duration {
				return
			}
			c.now = began.Add(a.due(came))
			continue
		}
		if !c.now.Before(still) {
			c.now, still = c.now.Add(c.pause), still.Add(time.Second)
		}
		due := c.line[0]
		c.line = c.line[1:]
		switch {
		case due.IsZero():
			c.hear(c.now)
			continue
		case c.admits(c.now):
			c.now = c.now.Add(c.answering)
			c.answered = append(c.answered, c.now.Sub(due))
		default:
			c.now = c.now.Add(c.refusing)
			c.sentAway++
		}
		sent--
	}
}

func TestAnOverloadedHubAnswersInTimeWhatItCanAndSendsTheRestAway(t *testing.T) {
	for _, test := range []struct {
		name                string
		answering, refusing time.Duration
		times               float64
		// least is the part of what the hub could answer without the others that it answers.
		least float64
	}{
		{"light answers", 65 * time.Microsecond, 13 * time.Microsecond, 3, 0.4},
		{"refusals that take nearly all there is", 46 * time.Microsecond, 14 * time.Microsecond, 3, 0.05},
		{"answers of a large hub", 150 * time.Microsecond, 25 * time.Microsecond, 3, 0.5},
		{"heavy answers", 1700 * time.Microsecond, 25 * time.Microsecond, 3, 0.9},
		{"a little too many", 150 * time.Microsecond, 25 * time.Microsecond, 1.1, 0.9},
		{"far too many", 1700 * time.Microsecond, 25 * time.Microsecond, 6, 0.8},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCounter(test.answering, test.refusing)
			capacity := float64(time.Second) / float64(test.answering)
			gentle := arrivals{perSecond: capacity / 5, atOnce: 1, connections: 16, duration: time.Second}
			c.serve(gentle)
			if c.sentAway > 0 {
				t.Errorf("%d were sent away before", c.sentAway)
			}
			c.serve(arrivals{perSecond: test.times * capacity, atOnce: 1, connections: 1000, duration: 6 * time.Second})
			slices.Sort(c.answered)
			if p99 := c.answered[len(c.answered)*99/100]; p99 > 250*time.Millisecond {
				t.Errorf("of those that were answered one in a hundred waited %s", p99)
			}
			if part := float64(len(c.answered)) / (6 * capacity); part < test.least || c.sentAway == 0 {
				t.Errorf("answered were %.2f of what can be, and %d sent away", part, c.sentAway)
			}
			gentle.connections = 1000
			c.serve(gentle)
			c.serve(gentle)
			if c.sentAway > 0 || c.turned(c.now) > 0 {
				t.Errorf("a second later %d were sent away", c.sentAway)
			}
		})
	}
}

func TestNobodyIsSentAwayFromAHubThatKeepsUp(t *testing.T) {
	for _, test := range []struct {
		name             string
		answering, pause time.Duration
		arrivals         arrivals
	}{
		{"nine tenths of what can be", 150 * time.Microsecond, 0, arrivals{6000, 1, 1000, 5 * time.Second}},
		{"as many as can be, each by who was answered", 3 * time.Millisecond, 0, arrivals{1000, 1, 64, 5 * time.Second}},
		{"ten at once", 3 * time.Millisecond, 0, arrivals{100, 10, 100, 5 * time.Second}},
		{"a burst of heavy answers", 3 * time.Millisecond, 0, arrivals{64, 64, 1000, 5 * time.Second}},
		{"a burst of many answers", 65 * time.Microsecond, 0, arrivals{1000, 1000, 1000, 5 * time.Second}},
		{"a machine that stands still now and then", time.Millisecond, 300 * time.Millisecond, arrivals{100, 1, 1000, 5 * time.Second}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCounter(test.answering, 25*time.Microsecond)
			c.pause = test.pause
			c.serve(test.arrivals)
			if c.sentAway > 0 {
				t.Errorf("%d were sent away, %d answered", c.sentAway, len(c.answered))
			}
		})
	}
}

// TestABurstSendsNobodyAwayWheneverItComes lets a burst come after a time in which hardly anybody asks.
func TestABurstSendsNobodyAwayWheneverItComes(t *testing.T) {
	for _, quiet := range []time.Duration{20 * time.Millisecond, 50 * time.Millisecond, 95 * time.Millisecond, 150 * time.Millisecond, time.Minute} {
		c := newCounter(65*time.Microsecond, 25*time.Microsecond)
		c.serve(arrivals{10, 1, 1000, time.Second})
		c.now = c.now.Add(quiet)
		c.serve(arrivals{1000, 1000, 1000, time.Second})
		if c.sentAway > 0 {
			t.Errorf("%s later %d are sent away, %d answered", quiet, c.sentAway, len(c.answered))
		}
	}
}

func TestAnOverloadIsOverThoughTheClockIsSetBack(t *testing.T) {
	c := newCounter(150*time.Microsecond, 25*time.Microsecond)
	c.serve(arrivals{20_000, 1, 1000, time.Second})
	if c.sentAway == 0 {
		t.Fatal("nobody is sent away")
	}
	c.now = c.now.Add(-time.Hour)
	gentle := arrivals{1000, 1, 1000, time.Second}
	c.serve(gentle)
	c.serve(gentle)
	if c.sentAway > 0 {
		t.Errorf("a second later %d are sent away", c.sentAway)
	}
}

func TestPressureRisesWhileMoreWaitThanCanBearAndFallsThen(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	p := pressure{light: now, last: now}
	feel := func(wait time.Duration, crowd int64) float64 {
		now = now.Add(lookEvery)
		return p.felt(now, excess(wait, crowd))
	}
	for range 9 {
		if share := feel(time.Second, 1000); share != 0 {
			t.Fatalf("%.2f are sent away before the wait has stood for %s", share, standing)
		}
	}
	last := 0.0
	for range 50 {
		share := feel(4*bearable, 4*crowded)
		if share < last || share > mostAway || share == 0 {
			t.Fatalf("the share goes from %.3f to %.3f", last, share)
		}
		last = share
	}
	if last != mostAway {
		t.Errorf("at last %.3f are sent away", last)
	}
	// Either the wait or the crowd is bearable.
	for n := range 100 {
		share := feel(time.Second, crowded/2)
		if n%2 == 0 {
			share = feel(bearable/2, 1000)
		}
		if share > last {
			t.Fatalf("the share goes from %.3f to %.3f", last, share)
		}
		last = share
	}
	if last != 0 {
		t.Errorf("%.3f are sent away of those who can be answered", last)
	}
	if share := feel(time.Second, 1000); share != 0 {
		t.Errorf("then one long wait sends %.3f away", share)
	}
}

func TestWhoIsSentAwayIsToldSoInTheFormOfTheRoute(t *testing.T) {
	h := openHub(t, nil)
	kept := h.get(t, latest)
	h.log.take()
	h.admission.share.Store(math.MaxUint32)
	h.admission.connections.Store(mostMade + 1)
	const graphQL = `{"errors":[{"message":"the hub has more to do than it can; ask again in a second","extensions":{"code":"OVERLOADED"}}]}`
	const text = "The hub has more to do than it can; ask again in a second.\n"
	for path, test := range map[string]struct{ kind, body string }{
		address("{ hub { version } }"): {"application/json; charset=utf-8", graphQL},
		"/":                            {"text/plain; charset=utf-8", text},
		"/lists/all.json":              {"text/plain; charset=utf-8", text},
		"/embed":                       {"text/plain; charset=utf-8", text},
	} {
		a := h.send(t, http.MethodGet, path, nil)
		if a.status != http.StatusServiceUnavailable || string(a.body) != test.body || a.header.Get("Content-Type") != test.kind {
			t.Errorf("%s: %d %v %q", path, a.status, a.header, a.body)
		}
		if a.header.Get("Retry-After") != "1" || a.header.Get("Cache-Control") != "no-store" || a.header.Get("ETag") != "" {
			t.Errorf("%s: %v", path, a.header)
		}
	}
	if log := h.log.take(); strings.Contains(log, "status=503") {
		t.Errorf("the log grows with who is sent away: %s", log)
	}
	if a := h.get(t, latest); a.status != http.StatusOK || string(a.body) != string(kept.body) {
		t.Errorf("what is known already is answered with %d", a.status)
	}
	if a := h.send(t, http.MethodGet, address(latest), nil, "If-None-Match: "+kept.header.Get("ETag")); a.status != http.StatusNotModified {
		t.Errorf("what the client knows already is answered with %d", a.status)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := h.send(t, http.MethodGet, path, nil); a.status != http.StatusOK {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	r := httptest.NewRequest(http.MethodGet, address("{ hub { version } }"), nil)
	r.Header.Set("Authorization", "")
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, r); w.Code != http.StatusServiceUnavailable {
		t.Errorf("who shows an empty token is answered with %d", w.Code)
	}
	if got := h.admission.away.Load(); got != 5 {
		t.Errorf("%d are counted as sent away", got)
	}
	h.admission.connections.Store(mostMade)
	if a := h.get(t, "{ hub { version } }"); a.status != http.StatusOK {
		t.Errorf("of a few who are connected one is answered with %d", a.status)
	}
}

func TestTheBellIsHeardByWhoListens(t *testing.T) {
	a, heard := &admission{}, make(chan time.Duration, 1)
	a.connections.Store(mostMade + 1)
	if !a.admits(time.Now()) || a.isRung {
		t.Error("a bell is rung although nobody listens")
	}
	stop, err := a.listen(func(_ time.Time, waited time.Duration) { heard <- waited })
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if !a.admits(time.Now().Add(lookEvery)) {
			t.Error("who comes alone is sent away")
		}
		<-heard
		a.look.Store(0)
	}
	stop()
	if a.admits(time.Now().Add(time.Minute)); a.isRung {
		t.Error("a bell is rung although nobody listens any more")
	}
}
