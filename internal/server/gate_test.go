package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestWhoeverFindsNoPlaceInTimeIsSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate()
		for range mostMade {
			if !g.enter(t.Context()) {
				t.Fatal("there is no place although none is taken")
			}
		}
		var served, refused int
		var mu sync.Mutex
		began := time.Now()
		for range mostWaiting + 10 {
			go func() {
				isIn := g.enter(context.Background())
				mu.Lock()
				defer mu.Unlock()
				if isIn {
					served++
					return
				}
				refused++
			}()
		}
		synctest.Wait()
		if refused != 10 || g.waiting.Load() != mostWaiting {
			t.Errorf("%d were sent away at once, %d wait", refused, g.waiting.Load())
		}
		g.leave()
		synctest.Wait()
		if served != 1 {
			t.Errorf("%d took the place that was left", served)
		}
		time.Sleep(queuePatience)
		synctest.Wait()
		if refused != mostWaiting+9 || g.waiting.Load() != 0 || time.Since(began) != queuePatience {
			t.Errorf("%d were sent away, %d wait after %s", refused, g.waiting.Load(), time.Since(began))
		}
	})
}

func TestAnOverloadedHubSaysSoAndRecovers(t *testing.T) {
	h := openHub(t, nil)
	kept := h.get(t, latest)
	for range mostMade {
		h.gate.places <- struct{}{}
	}
	for _, path := range []string{address("{ hub { version } }"), "/", "/lists/all.json", "/episodes?q=college"} {
		a := h.send(t, http.MethodGet, path, nil)
		if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") == "" || a.header.Get("ETag") != "" {
			t.Errorf("%s: %d %v", path, a.status, a.header)
		}
	}
	if a := h.get(t, latest); a.status != http.StatusOK || string(a.body) != string(kept.body) {
		t.Errorf("what is known already is answered with %d", a.status)
	}
	if a := h.send(t, http.MethodGet, "/healthz", nil); a.status != http.StatusOK {
		t.Errorf("healthz: %d", a.status)
	}
	for range mostMade {
		h.gate.leave()
	}
	if a := h.get(t, "{ hub { version } }"); a.status != http.StatusOK {
		t.Errorf("it does not recover: %d %s", a.status, a.body)
	}
}

func TestAClientMayAskSoOften(t *testing.T) {
	h := openHub(t, nil)
	c := h.Config
	c.RateLimit = 3
	var err error
	if c.TrustedProxies, err = ReadNetworks("10.0.0.0/8, 192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	s := New(c)
	ask := func(from, forwarded, path string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = from
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w
	}
	for _, test := range []struct {
		name            string
		from, forwarded func(n int) string
		isLimited       bool
	}{
		{"one address", always("198.51.100.1:5000"), always(""), true},
		{"what a client says itself counts for nothing", always("198.51.100.2:5000"), counted("203.0.113."), true},
		{"behind a trusted proxy", always("10.1.2.3:80"), counted("203.0.113."), false},
		{"one behind a trusted proxy, who says more", always("10.1.2.3:80"), func(n int) string { return counted("1.1.1.")(n) + ", 203.0.113.200" }, true},
		{"behind two", always("192.0.2.1:80"), func(int) string { return "203.0.113.201, 10.9.9.9" }, true},
		{"one network of IPv6", func(n int) string { return "[2001:db8:0:1::" + digit(n) + "]:80" }, always(""), true},
		{"many networks of IPv6", func(n int) string { return "[2001:db8:1:" + digit(n) + "::1]:80" }, always(""), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var last *httptest.ResponseRecorder
			for n := range 6 {
				last = ask(test.from(n), test.forwarded(n), address(latest))
			}
			if isLimited := last.Code == http.StatusTooManyRequests; isLimited != test.isLimited {
				t.Errorf("%d %s", last.Code, last.Body)
			}
			if h := last.Header(); test.isLimited && (h.Get("Retry-After") != "60" || h.Get("Access-Control-Allow-Origin") != "*") {
				t.Errorf("not every site is told when to come again: %v", h)
			}
			if w := ask(test.from(0), test.forwarded(0), "/healthz"); w.Code != http.StatusOK {
				t.Errorf("healthz: %d", w.Code)
			}
		})
	}
	for path, status := range map[string]int{"/graphql": http.StatusNoContent, "/embed": http.StatusMethodNotAllowed} {
		r := httptest.NewRequest(http.MethodOptions, path, nil)
		r.RemoteAddr = "198.51.100.1:5000" // has asked too often
		r.Header.Set("Origin", "https://a.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		w := httptest.NewRecorder()
		if s.ServeHTTP(w, r); w.Code != status {
			t.Errorf("a preflight of %s: %d, want %d as for anybody", path, w.Code, status)
		}
	}
	for _, bad := range []string{"10.0.0.0/33", "localhost", "10.0.0.1-10.0.0.9"} {
		if _, err := ReadNetworks(bad); err == nil {
			t.Errorf("%q is a network", bad)
		}
	}
}

func digit(n int) string { return string(rune('1' + n)) }

func always(s string) func(int) string { return func(int) string { return s } }

func counted(begin string) func(int) string { return func(n int) string { return begin + digit(n) } }
