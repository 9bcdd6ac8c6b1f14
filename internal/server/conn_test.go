package server

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"
)

// Answers of every size come whole and in order, one after the other on one connection, and nothing stays behind. What a handler leaves
// waiting is a full buffer, which goes with the rest.
func TestAnswersInOnePieceAreWhole(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	stayed, waiting := make(chan int, 1), make(chan int, 1)
	h := &http.Server{ReadHeaderTimeout: time.Second, ConnContext: withConn, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		size, _ := strconv.Atoi(r.URL.Path[1:])
		w.Header().Set("Content-Length", strconv.Itoa(size))
		c := connOf(r.Context())
		stayed <- c.size
		c.hold()
		_, _ = w.Write(pattern(size))
		c.release()
		waiting <- c.size
	})}
	go func() { _ = h.Serve(listener{Listener: l}) }()
	t.Cleanup(func() { _ = h.Close() })
	for _, size := range []int{0, 1, 2047, 2048, 2049, 3900, 4095, 4096, 4097, 5_400, 8192, 17_900, 1 << 20} {
		answer, err := http.Get("http://" + l.Addr().String() + "/" + strconv.Itoa(size))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || !bytes.Equal(body, pattern(size)) {
			t.Errorf("%d bytes came as %d, %v", size, len(body), err)
		}
		if left := <-stayed; left != 0 {
			t.Errorf("before %d bytes %d of another answer wait", size, left)
		}
		want := 0
		if size > 3900 && size < 8000 { // with the headers more than one buffer, and less than two
			want = bufferSize
		}
		if waits := <-waiting; waits != want {
			t.Errorf("of %d bytes %d wait for the rest, want %d", size, waits, want)
		}
	}
}

func pattern(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

// connected are the two ends of a connection.
func connected(t *testing.T) (*conn, net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	c, err := listener{Listener: l}.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*conn), client
}

// What is held waits for what comes next, and goes with it.
func TestWhatIsHeldGoesWithTheRest(t *testing.T) {
	c, client := connected(t)
	c.hold()
	var sent []byte
	for i, piece := range [][]byte{pattern(100), pattern(30_000), pattern(bufferSize + 1), pattern(50)} {
		n, err := c.Write(piece)
		if n != len(piece) || err != nil {
			t.Errorf("piece %d: %d of %d bytes, %v", i, n, len(piece), err)
		}
		sent = append(sent, piece...)
		if waits, want := c.size, []int{100, 0, 0, 50}[i]; waits != want {
			t.Errorf("after piece %d %d bytes wait, want %d", i, waits, want)
		}
	}
	c.release()
	if n, err := c.Write(pattern(70)); n != 70 || err != nil || c.size != 0 {
		t.Errorf("after the release: %d of 70 bytes, %v, %d wait", n, err, c.size)
	}
	sent = append(sent, pattern(70)...)
	_ = c.Close()
	if came, err := io.ReadAll(client); err != nil || !bytes.Equal(came, sent) {
		t.Errorf("%d of %d bytes came, %v", len(came), len(sent), err)
	}
}

// A deadline for reading ends the read that waits and the next one, whichever comes first, and one that was taken back ends none.
func TestADeadlineForReadingHoldsWhenItIsSet(t *testing.T) {
	c, client := connected(t)
	past := time.Unix(1, 0)
	set := func(until time.Time) {
		if err := c.SetReadDeadline(until); err != nil {
			t.Fatal(err)
		}
	}
	read := func() error {
		_, err := c.Read(make([]byte, 1))
		return err
	}
	for name, deadline := range map[string]func(time.Time) error{"for reading": c.SetReadDeadline, "for both": c.SetDeadline} {
		if err := deadline(past); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := read(); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s: a read behind its deadline ends with %v", name, err)
			}
		}
	}
	set(past)
	set(time.Time{})
	ended := make(chan error)
	go func() { ended <- read() }()
	select {
	case err := <-ended:
		t.Fatalf("a read without a deadline ends with %v", err)
	case <-time.After(20 * time.Millisecond): // it waits by now, or will: both must end
	}
	set(past)
	if err := <-ended; !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a deadline ends the read that waits with %v", err)
	}
	set(time.Now().Add(time.Hour))
	if _, err := client.Write([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if err := read(); err != nil {
		t.Errorf("a read before its deadline ends with %v", err)
	}
}

// A deadline for writing ends a write that waits and the next one.
func TestADeadlineForWritingHoldsWhenItIsSet(t *testing.T) {
	for name, send := range map[string]func(c *conn) error{
		"a write": func(c *conn) error { _, err := c.Write(pattern(1 << 20)); return err },
		"what waited": func(c *conn) error {
			c.size, c.held = 1, new([bufferSize]byte)
			_, err := c.Write(pattern(1 << 20))
			return err
		},
	} {
		c, _ := connected(t) // nobody reads at the other end
		full := make(chan error)
		go func() {
			var err error
			for err == nil {
				err = send(c)
			}
			full <- err
		}()
		select {
		case err := <-full:
			t.Fatalf("%s without a deadline ends with %v", name, err)
		case <-time.After(50 * time.Millisecond): // it waits by now, or will: both must end
		}
		if err := c.SetWriteDeadline(time.Now().Add(10 * time.Millisecond)); err != nil {
			t.Fatal(err)
		}
		if err := <-full; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s that waits ends with %v", name, err)
		}
		for _, until := range []time.Time{time.Unix(1, 0), time.Now().Add(10 * time.Millisecond)} {
			if err := c.SetWriteDeadline(until); err != nil {
				t.Fatal(err)
			}
			if err := send(c); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s behind its deadline ends with %v", name, err)
			}
		}
	}
}

// A limit is set below when it is near, changes, or no longer holds; one that is far holds up to grace longer, and never shorter.
func TestALimitIsSetWhenItMustBe(t *testing.T) {
	now := time.Now()
	at := func(seconds float64) time.Time { return now.Add(time.Duration(seconds * float64(time.Second))) }
	var l limit
	for i, test := range []struct{ asked, set time.Time }{ // a set of none is not called
		{time.Time{}, time.Time{}}, // as a connection is at first
		{at(20), at(21)},
		{at(20), time.Time{}},
		{at(20.4), time.Time{}},
		{at(21), time.Time{}},
		{at(21.1), at(22.1)},
		{at(21), at(22)}, // sooner than what holds by more than grace
		{at(3), at(3)},
		{at(2.9), at(2.9)},
		{at(3), at(3)},
		{at(3), time.Time{}},
		{at(3.1), at(3.1)}, // what is near holds exactly
		{at(20), at(21)},
	} {
		var set time.Time
		_ = l.ask(test.asked, nil)
		if err := l.hold(func(until time.Time) error { set = until; return nil }); err != nil || !set.Equal(test.set) {
			t.Errorf("step %d: %v asked sets %v, want %v", i, test.asked.Sub(now), set.Sub(now), test.set.Sub(now))
		}
	}
	isTakenBack := false
	_ = l.ask(time.Time{}, nil)
	if err := l.hold(func(until time.Time) error { isTakenBack = until.IsZero(); return nil }); err != nil || !isTakenBack {
		t.Error("a limit that was taken back holds")
	}
}
