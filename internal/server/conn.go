package server

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// conn is a connection on which an answer can leave as one piece. net/http sends a body that is larger than its buffer of 4 KB as
// two: the buffer, filled up with the beginning of the body, and the rest. Each is a call of the system, and each wakes the client.
//
// It also sets a deadline for reading only when somebody reads: net/http sets six with each request, of which three are for a read.
type conn struct {
	*net.TCPConn
	reading reading
	isHeld  bool
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

// Write implements net.Conn.
func (c *conn) Write(b []byte) (int, error) {
	switch {
	case c.isHeld && c.size == 0 && len(b) <= bufferSize:
		c.held = buffers.Get().(*[bufferSize]byte)
		c.size = copy(c.held[:], b)
		return len(b), nil
	case c.size == 0:
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

// reading is until when a connection may be read.
type reading struct {
	mu sync.Mutex
	// until is what was asked for last, and set is what holds below.
	until, set time.Time
	// isWaiting says that a read is at work, which a new deadline may end.
	isWaiting bool
}

// Read implements net.Conn.
func (c *conn) Read(b []byte) (int, error) {
	if err := c.beginReading(); err != nil {
		return 0, err
	}
	n, err := c.TCPConn.Read(b)
	c.reading.mu.Lock()
	c.reading.isWaiting = false
	c.reading.mu.Unlock()
	return n, err
}

func (c *conn) beginReading() error {
	r := &c.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	r.isWaiting = true
	return c.setReadDeadline()
}

// setReadDeadline lets hold below what was asked for.
func (c *conn) setReadDeadline() error {
	r := &c.reading
	if r.until == r.set {
		return nil
	}
	r.set = r.until
	return c.TCPConn.SetReadDeadline(r.until)
}

// SetReadDeadline implements net.Conn.
func (c *conn) SetReadDeadline(until time.Time) error {
	r := &c.reading
	r.mu.Lock()
	defer r.mu.Unlock()
	r.until = until
	if !r.isWaiting {
		return nil
	}
	return c.setReadDeadline()
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
		return &conn{TCPConn: tcp}, nil
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
