package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/httprate"
)

// gate lets so many answers be made at a time. Others wait in line, for a moment only: an answer that comes too late costs as much
// as one in time, and helps nobody.
type gate struct {
	places  chan struct{}
	waiting atomic.Int64
}

const (
	// mostMade is how many answers are made at a time. Few of them would do for the processors, but some wait for a network.
	mostMade = 64
	// mostWaiting is how many wait in line, and queuePatience for how long.
	mostWaiting   = 2000
	queuePatience = 100 * time.Millisecond
)

func newGate() *gate { return &gate{places: make(chan struct{}, mostMade)} }

// enter waits for a place, which leave gives back; false when there is none.
func (g *gate) enter(ctx context.Context) bool {
	select {
	case g.places <- struct{}{}:
		return true
	default:
	}
	if g.waiting.Add(1) > mostWaiting {
		g.waiting.Add(-1)
		return false
	}
	defer g.waiting.Add(-1)
	patience := time.NewTimer(queuePatience)
	defer patience.Stop()
	select {
	case g.places <- struct{}{}:
		return true
	case <-patience.C:
	case <-ctx.Done():
	}
	return false
}

func (g *gate) leave() { <-g.places }

// gated lets a handler answer when the hub has room for it, and answers 503 when it has none.
func (s *Server) gated(next http.Handler) http.Handler {
	next = s.placed(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admitted(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

// admitted says whether a request may have a new answer, and sends it away if not. That is most of them in an overload, to which a
// line of the log for each would only add.
func (s *Server) admitted(w http.ResponseWriter, r *http.Request) bool {
	if connOf(r.Context()).wasAdmitted() || s.admission.admits(time.Now()) {
		return true
	}
	untell(w)
	s.sendAway(w, r)
	return false
}

// placed lets a handler answer when there is a place, and answers 503 when there is none in time.
func (s *Server) placed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		isIn := s.gate.enter(r.Context())
		s.metrics.queue.Observe(time.Since(began).Seconds())
		if !isIn {
			s.sendAway(w, r)
			return
		}
		defer s.gate.leave()
		next.ServeHTTP(w, r)
	})
}

// sendAway answers a request for which the hub has no time.
func (s *Server) sendAway(w http.ResponseWriter, r *http.Request) {
	s.metrics.turnedAway.Inc()
	askLater(w, r)
}

// askLater tells somebody to come again.
func askLater(w http.ResponseWriter, r *http.Request) {
	w.Header()["Retry-After"] = comeAgain
	overloaded.answer(w, r)
}

// overloaded is the answer to those who come when there is too much to do, comeAgain after how many seconds they should come again.
var (
	overloaded = newDismissal(http.StatusServiceUnavailable, "OVERLOADED", "the hub has more to do than it can; ask again in a second")
	comeAgain  = []string{"1"}
)

// dismissal is an answer to many requests that come to nothing, which costs as little as can be.
type dismissal struct {
	status        int
	graphQL, text []byte
}

func newDismissal(status int, errorCode, message string) *dismissal {
	return &dismissal{status, problemOf(errorCode, message), []byte(strings.ToUpper(message[:1]) + message[1:] + ".\n")}
}

// answer dismisses a request in the form of its route.
func (d *dismissal) answer(w http.ResponseWriter, r *http.Request) {
	kind, body := typeText, d.text
	if r.URL.Path == graphQLPath {
		kind, body = contentTypes[problemType(r)], d.graphQL
	}
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = kind, neverStored
	w.WriteHeader(d.status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// rates count how often each client asks. Answers do not tell how often one may still ask: others keep them, and give them to other
// clients.
type rates struct {
	mu      sync.Mutex
	limiter *httprate.RateLimiter
}

// newRates returns what counts how often each client asks in a minute; nil where they may ask as often as they like.
func newRates(most int) *rates {
	if most == 0 {
		return nil
	}
	return &rates{limiter: httprate.NewRateLimiter(most, time.Minute, httprate.WithResponseHeaders(httprate.ResponseHeaders{}))}
}

// asksTooOften counts a request of a client, unless that asks too often. The limiter looks at the clock before it locks: of two requests
// at the end of a minute, the one that is counted later may be of the minute before, and then it forgets all that it has counted.
func (c *rates) asksTooOften(client string, r *http.Request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.limiter.OnLimit(nil, r, client) // it writes headers alone, and there are none
}

// limited lets a client ask so many times a minute, by its address. Whoever watches the hub's health is no client, what a browser asks
// before it asks does not count, and whom the door admitted was counted there.
func (s *Server) limited(next http.Handler) http.Handler {
	if s.rates == nil {
		return next
	}
	no := newDismissal(http.StatusTooManyRequests, "RATE_LIMITED", fmt.Sprintf("this address may ask %d times a minute; wait, and ask again", s.RateLimit))
	tooOften := public(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.metrics.limited.Inc()
		w.Header()["Retry-After"] = inAMinute
		no.answer(w, r)
	}))
	counts := func(r *http.Request) bool {
		return r.Method != http.MethodOptions && r.URL.Path != "/healthz" && r.URL.Path != "/readyz" && !connOf(r.Context()).wasAdmitted()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if counts(r) && s.rates.asksTooOften(s.client(r), r) {
			tooOften.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// inAMinute is when those should come again who have asked too often.
var inAMinute = []string{"60"}

// client is the address of who asks: that of the connection, and behind proxies that are trusted the last one that no trusted proxy
// has written. What others write into the header is theirs, and counts for nothing. Of IPv6, a client has a whole network.
func (s *Server) client(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	at, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	var hops []string
	if s.isTrusted(at) {
		hops = strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	}
	for n := len(hops); s.isTrusted(at) && n > 0; n-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[n-1]))
		if err != nil {
			break
		}
		at = hop
	}
	if at = at.Unmap().WithZone(""); at.Is6() {
		if network, err := at.Prefix(64); err == nil {
			return network.String()
		}
	}
	return at.String()
}

func (s *Server) isTrusted(at netip.Addr) bool {
	for _, network := range s.TrustedProxies {
		if network.Contains(at.Unmap()) {
			return true
		}
	}
	return false
}

// ReadNetworks reads networks in CIDR notation, or single addresses, with commas between.
func ReadNetworks(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for one := range strings.SplitSeq(text, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		network, err := netip.ParsePrefix(one)
		if at, isAddress := netip.ParseAddr(one); isAddress == nil {
			network, err = netip.PrefixFrom(at, at.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s is no network such as 10.0.0.0/8, and no address", strconv.Quote(one))
		}
		all = append(all, network.Masked())
	}
	return all, nil
}
