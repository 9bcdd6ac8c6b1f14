package desk

import (
	"container/list"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// mostPast is how many bytes the editions of past moments may take together, reckoned by their bodies. The last ones made stay
// for a while even if they alone take more.
const mostPast = 256 << 20

// pastRest is after how long without a reader editions of a past moment go: those of a large hub take a quarter of what all else does.
const pastRest = 2 * time.Minute

// pastLimit is how long the database may take to give the content of a past moment.
const pastLimit = time.Minute

// past keeps editions of past moments, the least used of which go first.
type past struct {
	// turn is held by whoever makes some: one at a time.
	turn   chan struct{}
	mu     sync.Mutex
	recent list.List // of *moment, the last used in front
	bytes  int
}

// moment is the editions of one content version, valid between two scheduled publications.
type moment struct {
	incarnation     string
	version         int64
	from, until     time.Time
	due             time.Time
	public, preview *edition.Edition
	bytes           int
	// read is when somebody last asked for it.
	read time.Time
}

// AsOf returns the public view of a past moment: what had been written by then, and what was public then. The future is
// refused, since nobody knows it. Editions that have to be made are made to the end and kept, also when the context ends before:
// then the caller is told to ask again.
func (d *Desk) AsOf(ctx context.Context, at time.Time) (*edition.View, error) {
	if at.After(d.clock()) {
		return nil, content.Errorf(content.CodeInvalid, "asOf", "%s is in the future; a moment up to now is allowed", at.UTC().Format(time.RFC3339))
	}
	if m := d.past.find(d.incarnation(), at); m != nil {
		return m.view(at, d.site), nil
	}
	if h := d.head.Load(); h.holds(at) {
		version, incarnation, err := d.store.Version(ctx)
		if err != nil {
			return nil, fmt.Errorf("ask for the version: %w", err)
		}
		if version == h.version && incarnation == h.preview.Incarnation() {
			return h.view(at, d.site), nil
		}
	}
	late := content.Errorf(content.CodeBusy, "", "the content of %s is still being made; ask again in some seconds", at.UTC().Format(time.RFC3339))
	select {
	case d.past.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, late
	}
	if m := d.past.find(d.incarnation(), at); m != nil {
		<-d.past.turn
		return m.view(at, d.site), nil
	}
	type answer struct {
		m   *moment
		err error
	}
	made := make(chan answer, 1)
	go func() {
		defer func() { <-d.past.turn }()
		load, done := context.WithTimeout(context.WithoutCancel(ctx), pastLimit)
		defer done()
		m, err := d.makePast(load, at)
		if err != nil && ctx.Err() != nil {
			slog.Warn("a past moment was not made", "at", at, "error", err)
		}
		made <- answer{m, err}
	}()
	select {
	case a := <-made:
		if a.err != nil {
			return nil, a.err
		}
		return a.m.view(at, d.site), nil
	case <-ctx.Done():
		return nil, late
	}
}

// makePast makes the editions of a past moment, and keeps them.
func (d *Desk) makePast(ctx context.Context, at time.Time) (m *moment, err error) {
	defer func() {
		if cause := recover(); cause != nil { // no request's own recovery reaches the goroutine that makes them
			m, err = nil, fmt.Errorf("make the past: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	rows, err := d.store.LoadPast(ctx, at, d.known())
	if err != nil {
		return nil, fmt.Errorf("load the past: %w", err)
	}
	now := d.clock()
	next, err := d.store.NextBatchAt(ctx, rows.Version)
	if err != nil {
		return nil, err
	}
	l := edition.NewLedger()
	l.Due(l.Apply(rows, at), at)
	m = &moment{
		incarnation: rows.Incarnation, version: rows.Version, from: l.Begun(), until: next,
		due: l.NextDue(), bytes: rows.Bytes,
	}
	m.public, m.preview = edition.BuildBoth(l, at)
	switch {
	case m.due.IsZero():
	case next.IsZero() && m.due.After(now): // somebody may still write before
	case next.IsZero(), m.due.Before(next):
		m.until = m.due
	}
	d.past.keep(m, d.incarnation)
	return m, nil
}

func (m *moment) view(at time.Time, site string) *edition.View {
	return edition.NewView(m.public, m.preview, at, m.due, site)
}

// find returns the editions that hold at an instant.
func (p *past) find(incarnation string, at time.Time) *moment {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := p.recent.Front(); e != nil; e = e.Next() {
		m := e.Value.(*moment)
		if m.incarnation == incarnation && !at.Before(m.from) && !m.until.IsZero() && at.Before(m.until) {
			p.recent.MoveToFront(e)
			m.read = time.Now()
			return m
		}
	}
	return nil
}

// keep remembers editions, and forgets the least used while all take too much. The newest version's moment is not kept: it has no
// end yet, and the head has it. Nor is one of a former incarnation, since forget may have been called while it was made.
func (p *past) keep(m *moment, incarnation func() string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m.until.IsZero() || m.incarnation != incarnation() {
		return
	}
	m.read = time.Now()
	p.recent.PushFront(m)
	time.AfterFunc(pastRest, func() { p.rest(m) })
	for p.bytes += m.bytes; p.bytes > mostPast && p.recent.Len() > 1; {
		oldest := p.recent.Back()
		p.bytes -= p.recent.Remove(oldest).(*moment).bytes
	}
}

// rest forgets editions that nobody has read for long, or looks again later.
func (p *past) rest(m *moment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for e := p.recent.Front(); e != nil; e = e.Next() {
		if e.Value != any(m) {
			continue
		}
		if left := pastRest - time.Since(m.read); left > 0 {
			time.AfterFunc(left, func() { p.rest(m) })
			return
		}
		p.recent.Remove(e)
		p.bytes -= m.bytes
		return
	}
}

// forget drops everything.
func (p *past) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent.Init()
	p.bytes = 0
}
