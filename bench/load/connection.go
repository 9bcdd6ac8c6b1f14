package load

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"
	"time"
)

// connection is one keep-alive connection that waits for at most one answer.
type connection struct {
	fd     int
	reader Reader
	busy   bool
	// due is when the request that is being answered was to be sent.
	due time.Time
}

func connect(address netip.AddrPort) (*connection, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("make a socket: %w", err)
	}
	c := &connection{fd: fd, reader: Reader{buf: room[byte](firstSpace)}}
	to := &syscall.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	for {
		if err = syscall.Connect(fd, to); !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err == nil || errors.Is(err, syscall.EISCONN) {
		err = errors.Join(syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1), syscall.SetNonblock(fd, true))
	}
	if err != nil {
		c.close()
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return c, nil
}

func (c *connection) close() { _ = syscall.Close(c.fd) }

// send writes a whole request. Requests are small, so a socket that takes no more of one is an error.
func (c *connection) send(request []byte) error {
	for len(request) > 0 {
		n, err := syscall.Write(c.fd, request)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case err != nil:
			return fmt.Errorf("send: %w", err)
		}
		request = request[n:]
	}
	return nil
}

// errClosed says that the server has closed the connection.
var errClosed = errors.New("the server closed the connection")

// receive reads once and returns the answer, if that is whole now.
func (c *connection) receive() (Response, bool, error) {
	n, err := syscall.Read(c.fd, c.reader.Space())
	switch {
	case errors.Is(err, syscall.EAGAIN), errors.Is(err, syscall.EINTR):
		return Response{}, false, nil
	case err != nil:
		return Response{}, false, fmt.Errorf("receive: %w", err)
	case n == 0:
		return Response{}, false, errClosed
	}
	c.reader.Filled(n)
	answer, done, err := c.reader.Next()
	if done && !c.reader.IsEmpty() {
		err = errors.New("receive: more bytes came than one answer has")
	}
	return answer, done && err == nil, err
}
