package guard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Run(m)) }

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34:443": true, "8.8.8.8:80": true, "[2606:2800:220:1::1]:443": true, "[::ffff:8.8.8.8]:80": true, "[64:ff9b::808:808]:80": true,
		"[2002:808:808::1]:80": true, "172.32.0.1:80": true, "100.128.0.1:80": true, "198.20.0.1:443": true,
		"8.8.8.8:8080": false, "8.8.8.8:22": false, "8.8.8.8:0": false, "[2606:2800:220:1::1]:25": false,
		"0.0.0.0:80": false, "0.1.2.3:80": false, "10.1.2.3:80": false, "100.64.0.1:80": false, "127.0.0.1:80": false, "127.9.9.9:443": false,
		"169.254.169.254:80": false, "172.16.0.1:80": false, "172.31.255.255:80": false, "192.0.0.1:80": false, "192.0.2.1:80": false,
		"192.88.99.1:80": false, "192.168.1.1:80": false, "198.18.0.1:80": false, "198.19.255.255:80": false, "198.51.100.7:80": false,
		"203.0.113.9:80": false, "224.0.0.1:80": false, "239.1.1.1:80": false, "240.0.0.1:80": false, "255.255.255.255:80": false,
		"[::]:80": false, "[::1]:80": false, "[::127.0.0.1]:80": false, "[::ffff:127.0.0.1]:80": false, "[::ffff:10.0.0.1]:80": false,
		"[::ffff:169.254.169.254]:80": false, "[64:ff9b::7f00:1]:80": false, "[64:ff9b::a00:1]:80": false, "[64:ff9b:1::808:808]:80": false,
		"[2002:7f00:1::]:80": false, "[2002:a00:1::1]:80": false, "[2001:0:808:808::1]:80": false, "[2001:db8::1]:80": false, "[3fff::1]:80": false,
		"[fc00::1]:80": false, "[fd12:3456::1]:80": false, "[fe80::1]:80": false, "[fe80::1%lo]:80": false, "[ff02::1]:80": false, "[100::1]:80": false,
		"[5f00::1]:80": false, "nonsense": false, "127.1:80": false,
	} {
		network := "tcp4"
		if strings.HasPrefix(address, "[") {
			network = "tcp6"
		}
		if err := mayDial(network, address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	if mayDial("udp4", "8.8.8.8:443", nil) == nil {
		t.Error("udp is dialled")
	}
	allow, err := parseNetworks(" 10.20.0.0/16, fd00::/8 ,127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"10.20.3.4:8443": true, "10.21.0.1:80": false, "[fd00::1]:80": true, "127.0.0.1:9": true, "127.0.0.2:80": false, "[::ffff:10.20.0.1]:80": true, "[fc00::1]:80": false} {
		if err := mayDial("tcp4", address, allow); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, list := range []string{"10.20.0.0/33", "localhost", "10.0.0.0/8;1.2.3.4"} {
		if _, err := parseNetworks(list); err == nil {
			t.Errorf("%q is taken", list)
		}
	}
}

// elsewhere is a server that a test plays, as one that is not on this machine.
type elsewhere struct {
	*httptest.Server
	mux *http.ServeMux
	// asked counts the requests by "METHOD path".
	mu    sync.Mutex
	asked map[string]int
	// most is how many were under way at once.
	now, most atomic.Int32
}

func newElsewhere(t *testing.T) *elsewhere {
	t.Helper()
	e := &elsewhere{mux: http.NewServeMux(), asked: map[string]int{}}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := e.now.Add(1)
		defer e.now.Add(-1)
		e.mu.Lock()
		e.asked[r.Method+" "+r.URL.Path]++
		e.most.Store(max(e.most.Load(), n))
		e.mu.Unlock()
		e.mux.ServeHTTP(w, r)
	}))
	t.Cleanup(e.Close)
	return e
}

// says lets a path answer with a status.
func (e *elsewhere) says(path string, status int) {
	e.mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

// count is how often a path was asked for by GET.
func (e *elsewhere) count(path string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.asked["GET "+path]
}

// watch is a guard of a desk that may reach loopback.
func watch(t *testing.T, d *desk.Desk, allow string) *Guard {
	t.Helper()
	g, err := New(Options{Desk: d, Site: "https://hub.example", Allow: allow, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	g.pause = 0
	return g
}

const loopback = "127.0.0.0/8,::1"

// round makes a round and returns what it found by address.
func roundOf(t *testing.T, g *Guard, w Wanted) (Summary, map[string]content.Finding) {
	t.Helper()
	sum, err := g.Round(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]content.Finding{}
	for _, f := range sum.Looked {
		found[f.URL] = f
	}
	return sum, found
}

func resource(url string) *content.Resource {
	return &content.Resource{Title: "A resource at " + url, ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceLink}, Href: url}
}

func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func picture(t *testing.T, shade uint8) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	m.Pix[7] = shade
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPicturesElsewhereAreFetchedOnceAndShownFromHere(t *testing.T) {
	e := newElsewhere(t)
	e.mux.HandleFunc("/photo", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html") // what it is, its content says
		_, _ = w.Write(picture(t, 9))
	})
	e.mux.HandleFunc("/drawing.png", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<svg/>") })
	e.mux.HandleFunc("/large.png", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(append(picture(t, 1), make([]byte, 9<<20)...))
	})
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	ids := hubtest.Publish(t, d, &content.Speaker{Name: "Maria", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: e.URL + "/photo", Alt: "Portrait of Maria"}}},
		&content.Speaker{Name: "Ines", SpeakerRare: &content.SpeakerRare{Photo: &content.Image{URL: e.URL + "/drawing.png", Alt: "Portrait of Ines"}}},
		&content.Organization{Name: "College", OrganizationKind: content.OrgEmployer, Logo: &content.Image{URL: e.URL + "/large.png", Alt: "Logo of College"}})
	photo := func() *edition.Image { return d.Pin().Entry(ids[0]).(*edition.Speaker).Photo() }
	if p := photo(); p.Src() != "" || p.Width() != nil || p.URL() != e.URL+"/photo" {
		t.Errorf("shown before it was fetched: %q", p.Src())
	}
	g, before := watch(t, d, loopback), d.Pin().Tag()
	_, found := roundOf(t, g, Wanted{})
	f := found[e.URL+"/photo"]
	if p := photo(); f.State != content.LinkOK || p.Src() != "https://hub.example/media/"+f.Picture || *p.Width() != 40 || *p.Height() != 30 || !d.Media().Has(f.Picture) || d.Pin().Tag() == before {
		t.Errorf("%+v, shown %q", f, p.Src())
	}
	for path, says := range map[string]string{"/drawing.png": "no JPEG", "/large.png": "8 MiB"} {
		if f := found[e.URL+path]; f.State != content.LinkUnsure || f.Picture != "" || !strings.Contains(f.Detail, says) {
			t.Errorf("%+v", f)
		}
	}
	clock.At = clock.At.Add(30 * 24 * time.Hour)
	if _, found := roundOf(t, g, Wanted{}); len(found) != 2 || e.count("/photo") != 1 {
		t.Errorf("looked at %v, fetched %d times", found, e.count("/photo"))
	}
	if e.count("/drawing.png") != 2 {
		t.Errorf("what is no picture was asked for %d times", e.count("/drawing.png"))
	}
	// A lost copy is fetched again, but not each time.
	if err := d.Media().Remove(f.Picture); err != nil {
		t.Fatal(err)
	}
	roundOf(t, g, Wanted{})
	if !d.Media().Has(f.Picture) || e.count("/photo") != 2 {
		t.Errorf("fetched %d times", e.count("/photo"))
	}
}

func TestRoundIsGentleAndRecordsWhatIsNew(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		e := newElsewhere(t)
		e.says("/ok/", 200)
		e.says("/gone", 404)
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		entries := []content.Entry{resource(e.URL + "/gone")}
		for i := range 12 {
			entries = append(entries, resource(fmt.Sprint(e.URL, "/ok/", i)))
		}
		hubtest.Publish(t, d, entries...)
		g := watch(t, d, loopback)
		sum, found := roundOf(t, g, Wanted{})
		if len(found) != 13 || sum.Fresh != 13 || found[e.URL+"/gone"].State != content.LinkUnsure || e.most.Load() > 1 {
			t.Fatalf("%d looked, %d new, %d at once, %+v", len(found), sum.Fresh, e.most.Load(), found[e.URL+"/gone"])
		}
		version := d.Version()
		if sum, _ := roundOf(t, g, Wanted{}); len(sum.Looked) != 0 || d.Version() != version {
			t.Errorf("%d looked at again at once", len(sum.Looked))
		}
		clock.At = clock.At.Add(28 * time.Hour)
		if sum, found := roundOf(t, g, Wanted{}); len(found) != 1 || sum.Fresh != 1 || found[e.URL+"/gone"].State != content.LinkBroken {
			t.Errorf("a day later %+v", sum)
		}
		clock.At = clock.At.Add(8 * 24 * time.Hour)
		version = d.Version()
		if sum, _ := roundOf(t, g, Wanted{}); len(sum.Looked) != 13 || sum.Fresh != 0 || d.Version() != version {
			t.Errorf("a week later %d looked, %d new, version %d after %d", len(sum.Looked), sum.Fresh, d.Version(), version)
		}
		if sum, _ := roundOf(t, g, Wanted{URLs: []string{e.URL + "/ok/3"}}); len(sum.Looked) != 1 {
			t.Errorf("%+v", sum)
		}
		if sum, _ := roundOf(t, g, Wanted{All: true}); len(sum.Looked) != 13 {
			t.Errorf("%+v", sum)
		}
		if _, err := g.Round(t.Context(), Wanted{URLs: []string{"https://nobody.example/"}}); err == nil {
			t.Error("an address that no entry names was looked at")
		}
	})
}

func TestHostsAreLookedAtSideBySideAndEachWithPauses(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	var now, most atomic.Int32
	var first sync.Once
	var entries []content.Entry
	for range 6 {
		e := newElsewhere(t)
		e.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
			n := now.Add(1)
			defer now.Add(-1)
			if most.Store(max(most.Load(), n)); n == atOnce {
				first.Do(func() { close(inside) })
			}
			<-leave
		})
		for j := range 3 {
			entries = append(entries, resource(fmt.Sprint(e.URL, "/", "page-", j)))
		}
	}
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Publish(t, d, entries...)
	g := watch(t, d, loopback)
	g.pause = 20 * time.Millisecond
	began := time.Now()
	go func() {
		<-inside
		close(leave)
	}()
	if _, found := roundOf(t, g, Wanted{}); len(found) != len(entries) {
		t.Errorf("%d looked at", len(found))
	}
	if took := time.Since(began); took < 2*g.pause || most.Load() > atOnce {
		t.Errorf("it took %s, with %d at once", took, most.Load())
	}
}

func TestAHubThatIsOfflineBlamesNobody(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	nowhere := closedPort(t)
	var entries []content.Entry
	for i := range 5 {
		entries = append(entries, resource(fmt.Sprint("http://", nowhere, "/", i)))
	}
	hubtest.Publish(t, d, entries...)
	g, version := watch(t, d, loopback), d.Version()
	for range 4 {
		sum, err := g.Round(t.Context(), Wanted{})
		if known, _ := d.Checked(t.Context()); err != nil || !sum.IsOffline || d.Version() != version || len(known) != 0 {
			t.Fatalf("%+v, %v, %d known", sum, err, len(known))
		}
		clock.At = clock.At.Add(25 * time.Hour)
	}
	// One that answers, however, tells that the others do not.
	e := newElsewhere(t)
	e.says("/", 404)
	hubtest.Publish(t, d, resource(e.URL+"/"))
	for range 3 {
		if sum, err := g.Round(t.Context(), Wanted{All: true}); err != nil || sum.IsOffline {
			t.Fatalf("%+v, %v", sum, err)
		}
		clock.At = clock.At.Add(25 * time.Hour)
	}
	if f, _ := d.Checked(t.Context()); f["http://"+nowhere+"/0"].State != content.LinkBroken {
		t.Errorf("%+v", f)
	}
}

func TestOnlyOneNodeLooksAtATime(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		e := newElsewhere(t)
		inside, leave := make(chan struct{}), make(chan struct{})
		var once sync.Once
		e.mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {
			once.Do(func() { close(inside); <-leave })
		})
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		first, second := hubtest.Open(t, database, clock), hubtest.Open(t, database, clock)
		id := hubtest.Publish(t, first, resource(e.URL+"/"))[0]
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := watch(t, first, loopback).Round(context.Background(), Wanted{})
			done <- err
		}()
		<-inside
		other := watch(t, second, loopback)
		if _, err := other.Round(t.Context(), Wanted{}); !errors.Is(err, ErrBusy) {
			t.Errorf("a second node: %v", err)
		}
		close(leave)
		if err := <-done; err != nil {
			t.Fatal(err)
		}
		// The other node sees what was found, and may look now, but nothing is due.
		if err := second.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, d := range []*desk.Desk{first, second} {
			if h := d.Pin().Entry(id).(*edition.Resource).Health(); h == nil || h.State != content.LinkOK || !h.CheckedAt.Equal(clock.At) {
				t.Errorf("%+v", h)
			}
		}
		if first.Pin().Tag() != second.Pin().Tag() {
			t.Error("the nodes' tags differ")
		}
		if sum, err := other.Round(t.Context(), Wanted{}); err != nil || len(sum.Looked) != 0 {
			t.Errorf("%+v, %v", sum, err)
		}
	})
}
