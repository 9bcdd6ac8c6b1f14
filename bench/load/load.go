package load

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// Ask says what is asked and what a right answer is.
type Ask struct {
	// Address is where the server listens, such as 127.0.0.1:8080.
	Address string
	// Connections is how many are kept open.
	Connections int
	// Next appends the bytes of the next request to an empty buffer.
	Next func(buf []byte) []byte
	// Status is that of a right answer.
	Status int
	// Length is how many bytes the body of a right answer has; 0 for any number from Least on.
	Length, Least int
	// Never is what no right answer holds; empty for nothing. It is looked for in one answer of lookedThrough: that takes the client longer
	// than to read one, and it shares its processors with the server.
	Never []byte
}

// lookedThrough says which part of the answers is looked through: one of so many.
const lookedThrough = 16

// wrong says what is wrong with an answer; empty for nothing.
func (a *Ask) wrong(r *Response) string {
	switch {
	case r.Status != a.Status:
		return fmt.Sprintf("status %d instead of %d: %.200s", r.Status, a.Status, r.Body)
	case a.Length > 0 && len(r.Body) != a.Length:
		return fmt.Sprintf("%d bytes instead of %d: %.200s", len(r.Body), a.Length, r.Body)
	case a.Length == 0 && len(r.Body) < a.Least:
		return fmt.Sprintf("%d bytes, at least %d are wanted: %.200s", len(r.Body), a.Least, r.Body)
	}
	return ""
}

// wrongInside says what is wrong in an answer that looks right; empty for nothing.
func (a *Ask) wrongInside(r *Response) string {
	if len(a.Never) > 0 && bytes.Contains(r.Body, a.Never) {
		return fmt.Sprintf("%s in the answer: %.200s", a.Never, r.Body)
	}
	return ""
}

// Sample is one right answer.
type Sample struct {
	// Due is when the request was to be sent, counted from the begin of the load.
	Due time.Duration
	// Took is the time from then to the last byte of the answer.
	Took time.Duration
}

// Result is what came of a load.
type Result struct {
	// Samples are the right answers in the order in which they came.
	Samples []Sample
	// Elapsed is the time from the begin to the last answer.
	Elapsed time.Duration
	// Refused counts answers with the status 503, Wrong all others that are not right, Failed requests whose connection broke.
	Refused, Wrong, Failed int
	// Why is what was wrong first.
	Why string
	// Offered counts the requests that were due; Unsent those for which no connection became free until the end, Unanswered those
	// whose answer had not come then. Both are 0 for Closed.
	Offered, Unsent, Unanswered int
}

// PerSecond is how many right answers came in a second.
func (r *Result) PerSecond() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(len(r.Samples)) / r.Elapsed.Seconds()
}

// Err tells of anything but right answers; nil when there were only those.
func (r *Result) Err() error {
	if bad := r.Refused + r.Wrong + r.Failed; bad > 0 {
		return fmt.Errorf("%d answers were right, %d were not, the first: %s", len(r.Samples), bad, r.Why)
	}
	return nil
}

// Closed asks for a time on all connections, on each as soon as it is answered, and waits for the last answers.
func Closed(ask Ask, duration time.Duration) (Result, error) {
	return run(ask, func(l *loop) {
		end := l.began.Add(duration)
		for _, c := range l.idle {
			l.start(c, l.began)
		}
		l.idle = l.idle[:0]
		for l.inFlight > 0 && l.err == nil {
			l.wait(time.Time{})
			now := time.Now()
			for _, c := range l.idle {
				if now.Before(end) {
					l.start(c, now)
				}
			}
			l.idle = l.idle[:0]
		}
	})
}

// Arrivals says when requests are due.
type Arrivals struct {
	// PerSecond is how many requests come in a second.
	PerSecond float64
	// Burst is how many of them come at once; 0 is 1.
	Burst int
}

// due is when the n-th request comes, counted from 0, after the begin.
func (a Arrivals) due(n int) time.Duration {
	burst := max(1, a.Burst)
	return time.Duration(float64(n/burst*burst) / a.PerSecond * float64(time.Second))
}

// Open asks at a rate for a time. A request that is due while all connections wait for answers is sent when one is free; its
// time counts from when it was due. After the end no more become due, and answers count that come within the grace.
func Open(ask Ask, arrivals Arrivals, duration, grace time.Duration) (Result, error) {
	all := int(arrivals.PerSecond*duration.Seconds()) + max(1, arrivals.Burst)
	waiting, samples := room[time.Time](all)[:0], room[Sample](all)[:0]
	return run(ask, func(l *loop) {
		end := l.began.Add(duration)
		l.result.Samples = samples
		sent := 0
		send := func() {
			for sent < len(waiting) && len(l.idle) > 0 && l.err == nil {
				c := l.idle[len(l.idle)-1]
				l.idle = l.idle[:len(l.idle)-1]
				l.start(c, waiting[sent])
				sent++
			}
		}
		for l.err == nil {
			now := time.Now()
			if !now.Before(end) {
				break
			}
			next := l.began.Add(arrivals.due(l.result.Offered))
			for !next.After(now) && next.Before(end) {
				waiting = append(waiting, next)
				l.result.Offered++
				next = l.began.Add(arrivals.due(l.result.Offered))
			}
			send()
			if next.After(end) || len(l.idle) == 0 { // what is due before a connection is free has to wait anyway
				next = end
			}
			l.wait(next)
		}
		for last := time.Now().Add(grace); l.err == nil && (l.inFlight > 0 || sent < len(waiting)) && time.Now().Before(last); {
			send()
			l.wait(last)
		}
		l.result.Unsent, l.result.Unanswered = len(waiting)-sent, l.inFlight
	})
}

// loop waits for the answers of all connections on one thread.
type loop struct {
	ask         Ask
	address     netip.AddrPort
	epoll       int
	connections map[int32]*connection
	idle        []*connection
	inFlight    int
	began       time.Time
	last        time.Time
	result      Result
	request     []byte
	events      [256]syscall.EpollEvent
	err         error
}

func run(ask Ask, drive func(*loop)) (Result, error) {
	address, err := netip.ParseAddrPort(ask.Address)
	if err != nil {
		return Result{}, fmt.Errorf("load: %w", err)
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	l := &loop{ask: ask, address: address, connections: map[int32]*connection{}}
	if l.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return Result{}, fmt.Errorf("load: %w", err)
	}
	defer syscall.Close(l.epoll)
	defer func() {
		for _, c := range l.connections {
			c.close()
		}
	}()
	for range ask.Connections {
		if err := l.open(); err != nil {
			return Result{}, fmt.Errorf("load: %w", err)
		}
	}
	l.began = time.Now()
	l.last = l.began
	drive(l)
	l.result.Elapsed = l.last.Sub(l.began)
	return l.result, l.err
}

func (l *loop) watch(fd int) error {
	event := syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(fd)}
	return syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, fd, &event)
}

func (l *loop) open() error {
	c, err := connect(l.address)
	if err != nil {
		return err
	}
	if err := l.watch(c.fd); err != nil {
		c.close()
		return err
	}
	l.connections[int32(c.fd)] = c
	l.idle = append(l.idle, c)
	return nil
}

// drop closes a connection and opens another in its place.
func (l *loop) drop(c *connection) {
	delete(l.connections, int32(c.fd))
	c.close()
	if c.busy {
		l.inFlight--
	}
	if err := l.open(); err != nil {
		l.err = err
	}
}

func (l *loop) start(c *connection, due time.Time) {
	l.request = l.ask.Next(l.request[:0])
	c.busy, c.due = true, due
	l.inFlight++
	if err := c.send(l.request); err != nil {
		l.failed(c, err)
	}
}

func (l *loop) failed(c *connection, err error) {
	l.result.Failed++
	l.tell(err.Error())
	l.drop(c)
}

func (l *loop) tell(why string) {
	if l.result.Why == "" {
		l.result.Why = why
	}
}

// wait reads what comes until a moment, which is never for the zero time, or until something has come.
func (l *loop) wait(until time.Time) {
	var timeout *syscall.Timespec
	if !until.IsZero() {
		left := syscall.NsecToTimespec(max(0, int64(time.Until(until))))
		timeout = &left
	}
	n, err := epollWait(l.epoll, l.events[:], timeout)
	if err != nil {
		if !errors.Is(err, syscall.EINTR) {
			l.err = fmt.Errorf("load: wait: %w", err)
		}
		return
	}
	for _, event := range l.events[:n] {
		if c := l.connections[event.Fd]; c != nil {
			l.receive(c)
		}
	}
}

func (l *loop) receive(c *connection) {
	answer, done, err := c.receive()
	switch {
	case err != nil && !c.busy:
		l.idle = without(l.idle, c)
		l.drop(c)
		return
	case err != nil:
		l.failed(c, err)
		return
	case !done:
		return
	}
	now := time.Now()
	l.last = now
	var why string
	isRefused := answer.Status == 503
	if !isRefused || l.result.Refused == 0 { // why is told once
		why = l.ask.wrong(&answer)
	}
	if why == "" && !isRefused && len(l.result.Samples)%lookedThrough == 0 {
		why = l.ask.wrongInside(&answer)
	}
	switch {
	case isRefused:
		l.result.Refused++
		l.tell(why)
	case why != "":
		l.result.Wrong++
		l.tell(why)
	default:
		l.result.Samples = append(l.result.Samples, Sample{Due: c.due.Sub(l.began), Took: now.Sub(c.due)})
	}
	if answer.Close {
		l.drop(c)
		return
	}
	c.busy = false
	l.inFlight--
	l.idle = append(l.idle, c)
}

func without(all []*connection, one *connection) []*connection {
	for i, c := range all {
		if c == one {
			return append(all[:i], all[i+1:]...)
		}
	}
	return all
}

// epollWait waits as epoll_wait does, but for a time that is not in whole milliseconds; nil is for ever. Linux has it since 5.11.
func epollWait(epoll int, events []syscall.EpollEvent, timeout *syscall.Timespec) (int, error) {
	const epollPwait2 = 441
	n, _, errno := syscall.Syscall6(epollPwait2, uintptr(epoll), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), uintptr(unsafe.Pointer(timeout)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
