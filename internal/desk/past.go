package desk

import (
	"container/list"
	"context"
	"fmt"
	"sync"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// mostPast is how many bytes the editions of past moments may take together, reckoned by their bodies.
const mostPast = 256 << 20

// past keeps editions of past moments, the least used of which go first. One is built at a time.
type past struct {
	building sync.Mutex
	mu       sync.Mutex
	recent   list.List // of *moment, the last used in front
	bytes    int
}

// moment is the editions of one content version, valid between two scheduled publications.
type moment struct {
	incarnation     string
	version         int64
	from, until     time.Time
	due             time.Time
	public, preview *edition.Edition
	bytes           int
}

// AsOf returns the public view of a past moment: what had been written by then, and what was public then. The future is
// refused, since nobody knows it.
func (d *Desk) AsOf(ctx context.Context, at time.Time) (*edition.View, error) {
	if at.After(d.clock()) {
		return nil, content.Errorf(content.CodeInvalid, "asOf", "%s is in the future; a moment up to now is allowed", at.UTC().Format(time.RFC3339))
	}
	if m := d.past.find(d.incarnation(), at); m != nil {
		return m.view(at, d.site), nil
	}
	d.past.building.Lock()
	defer d.past.building.Unlock()
	if m := d.past.find(d.incarnation(), at); m != nil {
		return m.view(at, d.site), nil
	}
	rows, err := d.store.LoadPast(ctx, at)
	if err != nil {
		return nil, fmt.Errorf("load the past: %w", err)
	}
	next, err := d.store.NextBatchAt(ctx, rows.Version)
	if err != nil {
		return nil, err
	}
	l := edition.NewLedger()
	l.Due(l.Apply(rows, at), at)
	m := &moment{
		incarnation: rows.Incarnation, version: rows.Version, from: l.Since(), until: next,
		due: l.NextDue(), bytes: rows.Bytes,
	}
	m.public, m.preview = edition.BuildBoth(l, at)
	if !m.due.IsZero() && (m.until.IsZero() || m.due.Before(m.until)) {
		m.until = m.due
	}
	if m.from.Before(rows.At) {
		m.from = rows.At
	}
	d.past.keep(m)
	return m.view(at, d.site), nil
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
			return m
		}
	}
	return nil
}

// keep remembers editions, and forgets the least used while all take too much. The newest version's moment is not kept: it
// has no end yet.
func (p *past) keep(m *moment) {
	if m.until.IsZero() {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent.PushFront(m)
	for p.bytes += m.bytes; p.bytes > mostPast; {
		oldest := p.recent.Back()
		p.bytes -= p.recent.Remove(oldest).(*moment).bytes
	}
}

// forget drops everything.
func (p *past) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.recent.Init()
	p.bytes = 0
}
