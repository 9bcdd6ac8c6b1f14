package server

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// crowd is a hub on the network that sends all away who ask for new answers. behind counts the requests that net/http has handed on.
type crowd struct {
	*hub
	behind atomic.Int64
}

func newCrowd(t *testing.T) *crowd {
	return crowdBefore(t, openHub(t, nil))
}

func crowdBefore(t *testing.T, h *hub) *crowd {
	c := &crowd{hub: h}
	next := h.handler
	h.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.behind.Add(1)
		next.ServeHTTP(w, r)
	})
	h.listen(t)
	_, body, _ := strings.Cut(plainly(version), "\r\n\r\n")
	h.post(t, body)
	h.get(t, version, wantsGraphQL)
	h.admission.mu.Lock() // no bell changes the share
	t.Cleanup(h.admission.mu.Unlock)
	h.admission.connections.Store(mostMade + 1)
	h.admission.share.Store(math.MaxUint32)
	return c
}

// caller is a connection that was answered once.
type caller struct {
	net.Conn
	in *bufio.Reader
}

func (c *crowd) call(t *testing.T) *caller {
	t.Helper()
	to, err := net.Dial("tcp", strings.TrimPrefix(c.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = to.Close() })
	_ = to.SetDeadline(time.Now().Add(20 * time.Second))
	one := &caller{to, bufio.NewReader(to)}
	one.say(t, "GET /healthz HTTP/1.1\r\nHost: hub.example\r\n\r\n")
	one.hear(t)
	time.Sleep(5 * time.Millisecond) // net/http waits for the next request then
	return one
}

// say sends pieces that come one after the other.
func (c *caller) say(t *testing.T, pieces ...string) {
	t.Helper()
	for i, piece := range pieces {
		if i > 0 {
			time.Sleep(10 * time.Millisecond)
		}
		if _, err := io.WriteString(c, piece); err != nil {
			t.Fatal(err)
		}
	}
}

// hear reads an answer.
func (c *caller) hear(t *testing.T) (status int, header http.Header, body string) {
	t.Helper()
	a, err := http.ReadResponse(c.in, nil)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	_ = a.Body.Close()
	return a.StatusCode, a.Header, string(raw)
}

const version = "{ hub { version } }"

// plainly is a plain request for a query, with more headers.
func plainly(query string, headers ...string) string {
	body := fmt.Sprintf(`{"query":%q}`, query)
	lines := append([]string{"POST /graphql HTTP/1.1", "Host: hub.example", isJSON, fmt.Sprint("Content-Length: ", len(body))}, headers...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// getting is a plain request for an address, with more headers.
func getting(address string, headers ...string) string {
	return strings.Join(append([]string{"GET " + address + " HTTP/1.1", "Host: hub.example"}, headers...), "\r\n") + "\r\n\r\n"
}

// unlike is a query that nobody has asked before.
func unlike(n int) string { return fmt.Sprintf("{ a%d: hub { version } }", n) }

func TestTheDoorTellsWhatIsToldBehindIt(t *testing.T) {
	c := newCrowd(t)
	long := plainly(unlike(1) + strings.Repeat(" ", bufferSize))
	for name, test := range map[string]struct {
		pieces   []string
		status   int
		isBehind bool
	}{
		"a plain request":               {[]string{plainly(unlike(2))}, 503, false},
		"with more headers":             {[]string{plainly(unlike(3), "Accept: */*", "User-Agent: x", "accept-encoding:gzip", "Connection: keep-alive")}, 503, false},
		"one that wants GraphQL's type": {[]string{plainly(unlike(4), wantsGraphQL)}, 503, false},
		"one that wants no JSON":        {[]string{plainly(unlike(5), "Accept: text/html")}, 503, false},
		"what is kept":                  {[]string{plainly(version, wantsGraphQL)}, 200, true},
		"kept, for another client":      {[]string{plainly(version, wantsGraphQL, "User-Agent: y")}, 200, true},
		"a token":                       {[]string{plainly(unlike(6), "Authorization: Bearer x")}, 401, true},
		"another site":                  {[]string{plainly(unlike(7), "Origin: https://a.example")}, 503, true},
		"a header that is not known":    {[]string{plainly(unlike(8), "X-Forwarded-For: 192.0.2.1")}, 503, true},
		"a body in chunks": {[]string{"POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" +
			"13\r\n{\"query\":\"{ hub }\"}\r\n0\r\n\r\n"}, 503, true},
		"the header in two pieces": {[]string{plainly(unlike(9))[:40], plainly(unlike(9))[40:]}, 503, true},
		"the body in two pieces":   {[]string{plainly(unlike(10))[:130], plainly(unlike(10))[130:]}, 503, true},
		"what is longer":           {[]string{long}, 503, true},
		"GET":                      {[]string{getting(address(unlike(11)))}, 503, false},
		"GET by Node":              {[]string{getting(address(unlike(12)), "accept: */*", "sec-fetch-mode: cors", "content-type: application/json")}, 503, false},
		"what is kept by GET":      {[]string{getting(address(version), wantsGraphQL)}, 200, true},
		"GET with an ETag":         {[]string{getting(address(unlike(13)), `If-None-Match: "x"`)}, 503, true},
		"GET in two pieces":        {[]string{getting(address(unlike(15)))[:40], getting(address(unlike(15)))[40:]}, 503, true},
		"health":                   {[]string{"GET /healthz HTTP/1.1\r\nHost: hub.example\r\n\r\n"}, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			one := c.call(t)
			for range 2 {
				var away int64
				ask := func() (status int, header http.Header, body string, isBehind bool) {
					before := c.behind.Load()
					away = c.admission.away.Load()
					one.say(t, test.pieces...)
					status, header, body = one.hear(t)
					return status, header, body, c.behind.Load() > before
				}
				status, header, body, isBehind := ask()
				for tries := 10; len(test.pieces) > 1 && !isBehind && tries > 0; tries-- { // where the machine stood still they came as one
					status, header, body, isBehind = ask()
				}
				if status != test.status || isBehind != test.isBehind {
					t.Fatalf("%d, behind the door: %t; want %d, %t", status, isBehind, test.status, test.isBehind)
				}
				if c.admission.away.Load()-away == 1 != (status == 503) {
					t.Errorf("%d are counted as sent away", c.admission.away.Load()-away)
				}
				if test.isBehind {
					continue
				}
				other := c.call(t)
				other.say(t, test.pieces[0][:20], test.pieces[0][20:])
				wantStatus, wantHeader, wantBody := other.hear(t)
				header.Del("Date")
				wantHeader.Del("Date")
				if status != wantStatus || body != wantBody || !maps.EqualFunc(header, wantHeader, slices.Equal) {
					t.Errorf("%d %v %s, behind the door %d %v %s", status, header, body, wantStatus, wantHeader, wantBody)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	if log := c.log.take(); strings.Contains(log, "status=503") {
		t.Errorf("the log grows with who is sent away: %s", log)
	}
}

// Whoever is admitted at the door is not asked behind it, and whoever comes next is.
func TestTheDoorAdmitsOnce(t *testing.T) {
	c := newCrowd(t)
	c.admission.share.Store(1 << 31)
	one := c.call(t)
	answered := 0
	const many = 200
	asked := c.admission.asked.Load()
	for n := range many {
		if one.say(t, plainly(unlike(n))); n%3 == 0 { // every third reaches net/http in two pieces
			one.say(t, plainly(unlike(many + n))[:30], plainly(unlike(many + n))[30:])
			if status, _, _ := one.hear(t); status == 200 {
				answered++
			}
		}
		if status, _, _ := one.hear(t); status == 200 {
			answered++
		}
	}
	if all := c.admission.asked.Load() - asked; all != many+(many+2)/3 || answered != int(all)/2 {
		t.Errorf("of %d requests %d are counted, and %d answered with a share of one half", many+(many+2)/3, all, answered)
	}
}

// Each request counts once for how often its client may ask, whether it is answered or sent away, at the door or behind it.
func TestTheDoorCountsHowOftenAClientAsks(t *testing.T) {
	h := openHub(t, nil)
	const most = 60
	h.RateLimit = most
	h.Server = New(h.Config)
	c := crowdBefore(t, h)
	c.admission.share.Store(1 << 31)
	one := c.call(t)
	got := map[int]int{}
	const before = 2 // in crowdBefore
	for n := range most + 20 - before {
		one.say(t, plainly(unlike(n)))
		status, header, _ := one.hear(t)
		got[status]++
		if isLimited := n >= most-before; isLimited != (status == http.StatusTooManyRequests) || isLimited && header.Get("Retry-After") != "60" {
			t.Fatalf("request %d: %d %v", n+before, status, header)
		}
	}
	if got[200] == 0 || got[503] == 0 {
		t.Errorf("they were answered so: %v", got)
	}
}

// What net/http has not looked at yet is known to nobody else. A body that comes when it has the header is no request, whatever it says.
func TestABodyIsNoRequest(t *testing.T) {
	c := newCrowd(t)
	for _, path := range []string{"/healthz", "/graphql?query=%7B__typename%7D"} {
		for _, before := range []string{"", "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n", plainly(version, wantsGraphQL)} {
			for _, inner := range []string{plainly(unlike(1)), getting(address(unlike(1)))} {
				one := c.call(t)
				header := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", path, len(inner))
				away := c.admission.away.Load()
				one.say(t, before+header, inner, plainly(version, wantsGraphQL))
				want := []int{200, 200, 200}
				if path != "/healthz" {
					want[1], away = 503, away+1
				}
				if before == "" {
					want = want[1:]
				}
				for i, status := range want {
					if got, _, body := one.hear(t); got != status {
						t.Fatalf("%s behind %.12q: answer %d is %d %s, want %v", path, before, i+1, got, body, want)
					}
				}
				if got := c.admission.away.Load(); got != away {
					t.Errorf("%s behind %.12q: a body was sent away", path, before)
				}
			}
		}
	}
}

// However requests come, and whatever their bodies hold, each has one answer, in order.
func TestTheDoorTakesNoRequestApart(t *testing.T) {
	c := newCrowd(t)
	rng := rand.New(rand.NewPCG(1, 2))
	number := 1000
	for round := range uint64(60) {
		one, pace := c.call(t), rand.New(rand.NewPCG(round, 3))
		var all bytes.Buffer
		var want []int
		for range 1 + rng.IntN(6) {
			number++
			switch rng.IntN(6) {
			case 0:
				all.WriteString(plainly(version, wantsGraphQL))
				want = append(want, 200)
			case 1: // a request that holds another
				all.WriteString(plainly("{ hub { version } } # " + plainly(unlike(number))))
				want = append(want, 503)
			case 2: // and one that is longer than a buffer
				all.WriteString(plainly(strings.Repeat("#", rng.IntN(2*bufferSize)) + plainly(unlike(number))))
				want = append(want, 503)
			case 3:
				all.WriteString("GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", rng.IntN(2*bufferSize)) + "\r\n\r\n")
				want = append(want, 200)
			case 4:
				all.WriteString(getting(address(unlike(number))))
				want = append(want, 503)
			default:
				all.WriteString(plainly(unlike(number)))
				want = append(want, 503)
			}
		}
		go func() {
			for raw := all.Bytes(); len(raw) > 0; {
				size := min(len(raw), 1+pace.IntN(3*bufferSize))
				_, _ = one.Write(raw[:size])
				raw = raw[size:]
				time.Sleep(time.Duration(pace.IntN(3)) * time.Millisecond)
			}
		}()
		for i, status := range want {
			if got, _, body := one.hear(t); got != status {
				t.Fatalf("answer %d of %v is %d %s", i+1, want, got, body)
			}
		}
	}
}

func TestAPlainRequestIsReadWithoutDoubt(t *testing.T) {
	const rest = "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
	for raw, want := range map[string]bool{
		"POST /graphql HTTP/1.1\r\nHost: a\r\n" + rest:                                   true,
		"POST /graphql HTTP/1.1\r\nhost:a:80\r\n" + rest:                                 true,
		"POST /graphql HTTP/1.1\r\nHost: a\r\n" + rest + " ":                             false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\n" + rest[:len(rest)-1]:                     false,
		"POST /graphql HTTP/1.1\r\n" + rest:                                              false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nHost: a\r\n" + rest:                        false,
		"POST /graphql HTTP/1.1\r\nHost: a/b\r\n" + rest:                                 false,
		"POST /graphql HTTP/1.1\r\nHost : a\r\n" + rest:                                  false,
		"POST /graphql HTTP/1.1\r\n Host: a\r\n" + rest:                                  false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\n folded\r\n" + rest:                        false,
		"POST /graphql HTTP/1.1\r\nHost: a\nUser-Agent: b\r\n" + rest:                    false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nUser-Agent: \x00\r\n" + rest:               false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nUser-Agent: é\r\n" + rest:                  false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest:              false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n" + rest:              false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n" + rest:     false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + rest:           false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nAccept: a\r\nAccept: b\r\n" + rest:         false,
		"POST /graphql HTTP/1.0\r\nHost: a\r\n" + rest:                                   false,
		"POST /graphql?x HTTP/1.1\r\nHost: a\r\n" + rest:                                 false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\n{}":              false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 70000\r\n\r\n{}":           false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\n{}":            false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\n\r\n":                                      false,
		"POST /graphql HTTP/1.1\nHost: a\nContent-Length: 2\n\n{}":                       false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n":                 true,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n\r\n\r\n":         true,
		"POST /graphql HTTP/1.1\r\n\r\nHost: a\r\nContent-Length: 0\r\n\r\n":             false,
		"POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nUser-Agent\r\n\r\n{}": false,
		"GET /graphql?query=x HTTP/1.1\r\nHost: a\r\n\r\n":                               true,
		"GET /graphql?query=x HTTP/1.1\r\nHost: a\r\n\r\nx":                              false,
		"GET /graphql?query=x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx":         false,
		"GET /graphql?query=x HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n":          false,
		"GET /graphql?query=x HTTP/1.1\r\n\r\n":                                          false,
		"GET /graphql?query= x HTTP/1.1\r\nHost: a\r\n\r\n":                              false,
		"GET /graphql?query=é HTTP/1.1\r\nHost: a\r\n\r\n":                               false,
		"GET /graphql?query=x HTTP/1.0\r\nHost: a\r\n\r\n":                               false,
		"GET /graphql?query=x\r\nHost: a\r\n\r\n":                                        false,
		"GET /graphql HTTP/1.1\r\nHost: a\r\n\r\n":                                       false,
		"GET /graphqL?query=x HTTP/1.1\r\nHost: a\r\n\r\n":                               false,
		"HEAD /graphql?query=x HTTP/1.1\r\nHost: a\r\n\r\n":                              false,
		"GET http://a/graphql?query=x HTTP/1.1\r\nHost: a\r\n\r\n":                       false,
	} {
		p := plains.Get().(*plain)
		if got := p.read([]byte(raw)); got != want {
			t.Errorf("%q is plain: %t", raw, got)
		}
		plains.Put(p)
	}
}
