package network

import (
	"container/list"
	"context"
	"encoding/json"
	"sync"
	"time"
	"weak"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Office makes networks and their measures for all who ask: each once for one edition and filter, and one piece of work at a time, so that
// analysts never take more than their share of the machine.
type Office struct {
	mu     sync.Mutex
	recent list.List // of *job, the last used in front
	slot   chan struct{}
	queue  chan struct{}
}

// Patience is how long an operation waits for measures.
const Patience = 3 * time.Second

// The most that an office keeps and lets wait.
const (
	mostKept    = 16
	mostWaiting = 32
	// mostLinks bounds the edges of all networks that are kept together; at L one has 1.3 million.
	mostLinks = 4_000_000
)

// NewOffice returns an office that has nothing to do.
func NewOffice() *Office {
	return &Office{slot: make(chan struct{}, 1), queue: make(chan struct{}, mostWaiting)}
}

// key says for whom a network is: for views with the same answers that number entries alike. An edition of the past has numbers of its own, also while
// its answers are those of now.
type key struct {
	roll        weak.Pointer[edition.Roll]
	tag, filter string
}

// job is a network that is being made, or was.
type job struct {
	key   key
	ended chan struct{}
	made  *Network
	err   error
}

// Network returns the network of a view, made now or before.
func (o *Office) Network(ctx context.Context, v *edition.View, f Filter) (*Network, error) {
	f, err := f.normalize(v)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return nil, err
	}
	for {
		j, isMine := o.job(key{weak.Make(v.Roll()), v.Tag(), string(raw)})
		if isMine {
			j.made, j.err = o.make(ctx, v, f)
			o.end(j)
			return j.made, j.err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-j.ended:
		}
		if j.err == nil || ctx.Err() != nil {
			return j.made, j.err
		}
		// Who was making it went away, or was turned away: now it is for this one.
	}
}

func (o *Office) job(k key) (j *job, isMine bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for e := o.recent.Front(); e != nil; e = e.Next() {
		if j := e.Value.(*job); j.key == k {
			o.recent.MoveToFront(e)
			return j, false
		}
	}
	j = &job{key: k, ended: make(chan struct{})}
	o.recent.PushFront(j)
	return j, true
}

// end tells who waits, forgets what failed, and what is too much.
func (o *Office) end(j *job) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(j.ended)
	count, links := 0, 0
	for e := o.recent.Front(); e != nil; {
		next := e.Next()
		other := e.Value.(*job)
		select {
		case <-other.ended:
			if other.err != nil {
				o.recent.Remove(e)
				break
			}
			count, links = count+1, links+len(other.made.Graph.Edges())
			if count > mostKept || links > mostLinks && count > 1 {
				o.recent.Remove(e)
			}
		default: // still being made
		}
		e = next
	}
}

func (o *Office) make(ctx context.Context, v *edition.View, f Filter) (*Network, error) {
	end, err := o.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	return Make(ctx, v, f)
}

// turn waits until nobody else is served.
func (o *Office) turn(ctx context.Context) (end func(), err error) {
	select {
	case o.queue <- struct{}{}:
		defer func() { <-o.queue }()
	default:
		return nil, content.Errorf(content.CodeBusy, "", "%d networks are waited for already; try again in some seconds", mostWaiting)
	}
	select {
	case o.slot <- struct{}{}:
		return func() { <-o.slot }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
