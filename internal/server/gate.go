package server

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
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
	// comeAgain is after how long one who was sent away should come again.
	comeAgain = "1"
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

// gated lets a handler answer when there is a place, and answers 503 when there is none in time.
func (s *Server) gated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		isIn := s.gate.enter(r.Context())
		s.metrics.queue.Observe(time.Since(began).Seconds())
		if !isIn {
			s.metrics.turnedAway.Inc()
			w.Header().Set("Retry-After", comeAgain)
			turnAway(w, r, http.StatusServiceUnavailable, "OVERLOADED", "the hub has more to do than it can; ask again in a second")
			return
		}
		defer s.gate.leave()
		next.ServeHTTP(w, r)
	})
}

// turnAway answers a request that comes to nothing, in the form of its route.
func turnAway(w http.ResponseWriter, r *http.Request, status int, code, message string) {
	if r.URL.Path == "/graphql" {
		problem(w, r, status, code, message)
		return
	}
	writeText(w, status, strings.ToUpper(message[:1])+message[1:]+".\n")
}

// limited lets a client ask so many times a minute, by its address; 0 is as often as it likes. Whoever watches the hub's health is
// no client.
func (s *Server) limited(next http.Handler) http.Handler {
	if s.RateLimit == 0 {
		return next
	}
	counted := httprate.LimitBy(s.RateLimit, time.Minute, func(r *http.Request) (string, error) { return s.client(r), nil },
		httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
			s.metrics.limited.Inc()
			turnAway(w, r, http.StatusTooManyRequests, "RATE_LIMITED", fmt.Sprintf("this address may ask %d times a minute; wait, and ask again", s.RateLimit))
		}),
	)(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" || r.URL.Path == "/readyz" {
			next.ServeHTTP(w, r)
			return
		}
		counted.ServeHTTP(w, r)
	})
}

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
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
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
