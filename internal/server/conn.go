package server

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// conn is a connection on which an answer can leave as one piece. net/http sends a body that is larger than its buffer of 4 KB as
// two: the buffer, filled up with the beginning of the body, and the rest. Each is a call of the system, and each wakes the client.
//
// It also sets its deadlines when it is used only.
type conn struct {
	*net.TCPConn
	// opened is when it was accepted, in nanoseconds since 1970.
	opened           int64
	reading, writing limit
	isHeld           bool
	// held is what waits for the rest, in a buffer that is lent.
	held *[bufferSize]byte
	size int
	// both are what is held and the rest, list is what is left of them to send.
	both [2][]byte
	list net.Buffers
}

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

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	if err := c.reading.begin(c.opened, c.TCPConn.SetReadDeadline); err != nil {
		return 0, err
	}
	defer c.reading.end()
	return c.TCPConn.Read(b)
}

// Write implements net.Conn.
func (c *conn) Write(b []byte) (int, error) {
	if c.isHeld && c.size == 0 && len(b) <= bufferSize {
		c.held = buffers.Get().(*[bufferSize]byte)
		c.size = copy(c.held[:], b)
		return len(b), nil
	}
	if err := c.writing.begin(c.opened, c.TCPConn.SetWriteDeadline); err != nil {
		return 0, err
	}
	defer c.writing.end()
	if c.size == 0 {
		return c.TCPConn.Write(b)
	}
	waited := c.size
	c.both, c.size = [2][]byte{c.held[:waited], b}, 0
	c.list = c.both[:]
	n, err := c.list.WriteTo(c.TCPConn)
	c.both = [2][]byte{}
	buffers.Put(c.held)
	c.held = nil
	return max(0, int(n)-waited), err
}

// ReadFrom implements io.ReaderFrom: files are sent by it.
func (c *conn) ReadFrom(r io.Reader) (int64, error) {
	if err := c.writing.begin(c.opened, c.TCPConn.SetWriteDeadline); err != nil {
		return 0, err
	}
	defer c.writing.end()
	return c.TCPConn.ReadFrom(r)
}

// limit is until when a connection may be used one way. What is asked for holds below when the connection is used: net/http asks
// nine times with each request, and takes most of it back before. What is far holds up to grace longer, so that the next request's
// limit, a little later, is held already.
type limit struct {
	// asked is what was asked for last, in nanoseconds since 1970; 0 is no limit.
	asked atomic.Int64
	// isUsed says that a read or write is at work, which a new limit may end.
	isUsed atomic.Bool

	mu sync.Mutex
	// set is what holds below. Where isLate it has grace.
	set    int64
	isLate bool
}

const (
	// grace is by how much a limit may hold longer than was asked for, if it is farther than farOff.
	grace  = time.Second
	farOff = 8 * time.Second
)

// ask changes until when the connection may be used.
func (l *limit) ask(until time.Time, below func(time.Time) error) error {
	asked := int64(0)
	if !until.IsZero() {
		asked = until.UnixNano()
	}
	l.asked.Store(asked)
	if !l.isUsed.Load() {
		return nil // who begins sees what was asked
	}
	return l.hold(below)
}

// begin is before each use. It fails where the limit had passed when the connection was opened: so net/http ends its read beside a
// handler, which mostly has not begun by then.
func (l *limit) begin(opened int64, below func(time.Time) error) error {
	if asked := l.asked.Load(); asked != 0 && asked < opened {
		return os.ErrDeadlineExceeded
	}
	l.isUsed.Store(true)
	return l.hold(below)
}

// hold lets hold below what was asked for.
func (l *limit) hold(below func(time.Time) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	asked := l.asked.Load()
	if asked == l.set || l.isLate && asked <= l.set && l.set-asked <= int64(grace) {
		return nil
	}
	if l.set, l.isLate = asked, false; asked == 0 {
		return below(time.Time{})
	}
	if l.isLate = time.Until(time.Unix(0, asked)) > farOff; l.isLate {
		l.set += int64(grace)
	}
	return below(time.Unix(0, l.set))
}

func (l *limit) end() { l.isUsed.Store(false) }

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(until time.Time) error {
	return c.reading.ask(until, c.TCPConn.SetReadDeadline)
}

// SetWriteDeadline implements net.Conn.
func (c *conn) SetWriteDeadline(until time.Time) error {
	return c.writing.ask(until, c.TCPConn.SetWriteDeadline)
}

// SetDeadline implements net.Conn.
func (c *conn) SetDeadline(until time.Time) error {
	return errors.Join(c.SetReadDeadline(until), c.SetWriteDeadline(until))
}

// listener gives connections on which answers can leave as one piece.
type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if tcp, ok := c.(*net.TCPConn); ok {
		return &conn{TCPConn: tcp, opened: time.Now().UnixNano()}, nil
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
