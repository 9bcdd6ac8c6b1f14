package server

import (
	"context"
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection on which an answer can leave as one piece. net/http sends a body that is larger than its buffer of 4 KB as
// two: the buffer, filled up with the beginning of the body, and the rest. Each is a call of the system, and each wakes the client.
//
// It also sets its deadlines when it is used only, and asks the door before net/http sees a request.
type conn struct {
	// Conn is tcp without its ways past the limits.
	net.Conn
	tcp *net.TCPConn
	// opened is when it was accepted, since epoch.
	opened           time.Duration
	reading, writing limit
	isHeld           bool
	// held is what waits for the rest, in a buffer that is lent.
	held *[bufferSize]byte
	size int
	// both are what is held and the rest, list is what is left of them to send.
	both [2][]byte
	list net.Buffers
	// door is asked about whole requests, stage says when; isAdmitted that it has admitted the request at hand.
	door       *door
	stage      stage
	isAdmitted bool
}

// stage says whether a request begins with what is read next. Of bytes that net/http has and has not looked at yet a connection knows
// nothing: so it goes by what net/http does between two requests. It says that the connection is idle, sets a deadline, looks whether
// anything is there, and sets a deadline again; reading in between into a whole buffer, it has nothing, and wants the begin of a request.
type stage uint8

// The stages of a connection.
const (
	isBusy stage = iota
	isIdle
	isWaiting
)

// wasAdmitted tells whether the door has admitted the request at hand.
func (c *conn) wasAdmitted() bool { return c != nil && c.isAdmitted }

// bufferSize is what net/http writes at once at most of what does not fill its buffer by itself.
const bufferSize = 4 << 10

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// hold makes what is written wait for what is written next, until release. A conn is nil where an answer is not for the network.
func (c *conn) hold() {
	if c != nil {
		c.isHeld = true
	}
}

// release lets what is written next go at once, with what still waits for it: net/http hands over the rest of an answer when its
// handler has returned, and before only what has a rest.
func (c *conn) release() {
	if c != nil {
		c.isHeld = false
	}
}

// Read implements net.Conn. Requests that the door sends away are answered here; net/http goes on to wait for one.
func (c *conn) Read(b []byte) (int, error) {
	for {
		n, err := c.read(b)
		if c.stage != isWaiting || len(b) != bufferSize || err != nil {
			return n, err
		}
		isAdmitted, answer := c.door.pass(c.tcp.RemoteAddr(), b[:n])
		if answer == nil {
			c.stage, c.isAdmitted = isBusy, isAdmitted
			return n, nil
		}
		if err := c.dismiss(answer); err != nil {
			return 0, err
		}
	}
}

// dismiss sends an answer that net/http knows nothing of, and gives the client as long for the next request as net/http would.
func (c *conn) dismiss(answer []byte) error {
	now := time.Now()
	if err := errors.Join(c.SetWriteDeadline(now.Add(writeTimeout)), c.reading.ask(now.Add(idleTimeout), c.tcp.SetReadDeadline)); err != nil {
		return err
	}
	_, err := c.Write(answer)
	return err
}

func (c *conn) read(b []byte) (int, error) {
	if err := c.reading.begin(c.opened, c.tcp.SetReadDeadline); err != nil {
		return 0, err
	}
	defer c.reading.end()
	return c.tcp.Read(b)
}

// Write implements net.Conn.
func (c *conn) Write(b []byte) (int, error) {
	if c.isHeld && c.size == 0 && len(b) <= bufferSize {
		c.held = buffers.Get().(*[bufferSize]byte)
		c.size = copy(c.held[:], b)
		return len(b), nil
	}
	if err := c.writing.begin(c.opened, c.tcp.SetWriteDeadline); err != nil {
		return 0, err
	}
	defer c.writing.end()
	if c.size == 0 {
		return c.tcp.Write(b)
	}
	waited := c.size
	c.both, c.size = [2][]byte{c.held[:waited], b}, 0
	c.list = c.both[:]
	n, err := c.list.WriteTo(c.tcp)
	c.both = [2][]byte{}
	buffers.Put(c.held)
	c.held = nil
	return max(0, int(n)-waited), err
}

// CloseWrite ends what is sent alone: net/http does so before it closes, so that who still sends can read the answer.
func (c *conn) CloseWrite() error { return c.tcp.CloseWrite() }

// limit is until when a connection may be used one way. What is asked for holds below when the connection is used: net/http asks
// nine times with each request, and takes most of it back before. What is far holds up to grace longer, so that the next request's
// limit, a little later, is held already.
type limit struct {
	// asked is what was asked for last, since epoch; 0 is no limit.
	asked atomic.Int64
	// users counts the reads or writes that are at work, which a new limit may end.
	users atomic.Int32

	mu sync.Mutex
	// set is what holds below. Where isLate it has grace.
	set    time.Duration
	isLate bool
}

// epoch is from when limits count, so that a clock that is set changes none.
var epoch = time.Now()

const (
	// grace is by how much a limit may hold longer than was asked for: one that is farther than farOff when it is set below, and one
	// that is asked for when such a limit holds.
	grace  = time.Second
	farOff = 8 * time.Second
)

// ask changes until when the connection may be used.
func (l *limit) ask(until time.Time, below func(time.Time) error) error {
	asked := time.Duration(0)
	if !until.IsZero() {
		asked = until.Sub(epoch)
	}
	l.asked.Store(int64(asked))
	if l.users.Load() == 0 {
		return nil // who begins sees what was asked
	}
	return l.hold(below)
}

// begin is before each use. It fails where the limit had passed when the connection was opened: so net/http ends its read beside a
// handler, which mostly has not begun by then.
func (l *limit) begin(opened time.Duration, below func(time.Time) error) error {
	if asked := time.Duration(l.asked.Load()); asked != 0 && asked < opened {
		return os.ErrDeadlineExceeded
	}
	l.users.Add(1)
	err := l.hold(below)
	if err != nil {
		l.end()
	}
	return err
}

// hold lets hold below what was asked for.
func (l *limit) hold(below func(time.Time) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked := time.Duration(l.asked.Load())
	if asked == l.set || l.isLate && asked <= l.set && l.set-asked <= grace {
		return nil
	}
	if l.set, l.isLate = asked, false; asked == 0 {
		return below(time.Time{})
	}
	if l.isLate = asked-time.Since(epoch) > farOff; l.isLate {
		l.set += grace
	}
	return below(epoch.Add(l.set))
}

func (l *limit) end() { l.users.Add(-1) }

// idle says that net/http has answered what came, and waits.
func (c *conn) idle() { c.stage, c.isAdmitted = isIdle, false }

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(until time.Time) error {
	switch c.stage {
	case isIdle:
		c.stage = isWaiting
	case isWaiting:
		c.stage = isBusy
	case isBusy: // somebody may be reading beside
	}
	return c.reading.ask(until, c.tcp.SetReadDeadline)
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(until time.Time) error {
	return c.writing.ask(until, c.tcp.SetWriteDeadline)
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(until time.Time) error {
	return errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until))
}

// listener gives connections on which answers can leave as one piece, and that a door may stand before.
type listener struct {
	net.Listener
	door *door
}

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{Conn: tcp, tcp: tcp, opened: time.Since(epoch), door: l.door}, nil
	}
	return c, err
}

type connKey struct{}

// withConn gives the requests on a connection the connection.
func withConn(ctx context.Context, c net.Conn) context.Context {
	if one, ok := c.(*conn); ok {
		return context.WithValue(ctx, connKey{}, one)
	}
	return ctx
}

// connOf is the connection of a request; nil where it did not come on one of ours.
func connOf(ctx context.Context) *conn {
	c, _ := ctx.Value(connKey{}).(*conn)
	return c
}
