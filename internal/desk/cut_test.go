package desk_test

import (
	"context"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// wire carries connections to a PostgreSQL until it is cut, and again when it is mended.
type wire struct {
	target string
	mu     sync.Mutex
	isCut  bool
	open   map[net.Conn]bool
}

// newWire puts a wire before a database and returns the database's address behind it.
func newWire(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "wire") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	name := ".s.PGSQL." + q.Get("port")
	w := &wire{target: filepath.Join(q.Get("host"), name), open: map[net.Conn]bool{}}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = l.Close() // a test's socket
		w.cut()
		_ = os.RemoveAll(dir)
	})
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			go w.carry(c)
		}
	}()
	q.Set("host", dir)
	u.RawQuery = q.Encode()
	return w, u.String()
}

func (w *wire) carry(client net.Conn) {
	server, err := (&net.Dialer{}).DialContext(context.Background(), "unix", w.target)
	if err != nil || !w.keep(client, server) {
		_ = client.Close() // nobody is there
		return
	}
	go func() {
		_, _ = io.Copy(server, client) // its end is the wire's
		_ = server.Close()
	}()
	_, _ = io.Copy(client, server) // likewise
	_ = client.Close()
}

func (w *wire) keep(conns ...net.Conn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range conns {
		if w.isCut {
			_ = c.Close() // the wire is cut
		}
		w.open[c] = true
	}
	return !w.isCut
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = true
	for c := range w.open {
		_ = c.Close() // the wire is cut
	}
	w.open = map[net.Conn]bool{}
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.isCut = false
}

func TestANodeThatWasCutOffGoesOnReadingAndCatchesUp(t *testing.T) {
	database := storetest.PostgreSQL(t)
	w, behind := newWire(t, database)
	near, far := hubtest.Open(t, database, nil), hubtest.Open(t, behind, nil)
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { far.Follow(ctx) })
	defer following.Wait()
	defer cancel()
	await := func(tag string) bool {
		wait, done := context.WithTimeout(t.Context(), 10*time.Second)
		defer done()
		far.Await(wait, tag)
		return wait.Err() == nil
	}
	hubtest.Publish(t, near, topic("Before the cut"))
	if !await(near.Pin().Tag()) {
		t.Fatal("the node does not follow")
	}
	for range 3 {
		w.cut()
		id := hubtest.Publish(t, near, topic("While it is cut"))[0]
		tag := near.Pin().Tag()
		if far.Pin().Entry(id) != nil || far.Pin().BySlug(content.KindTopic, "before-the-cut") == nil {
			t.Error("a node that is cut off does not read on from memory")
		}
		w.mend()
		began := time.Now()
		if !await(tag) {
			t.Fatal("the node did not catch up")
		}
		t.Logf("caught up %s after the wire was mended", time.Since(began).Round(time.Millisecond))
		if far.Pin().Entry(id) == nil {
			t.Error("the write of the other node is missing")
		}
	}
}
