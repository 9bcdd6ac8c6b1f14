package network

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Group is a set of measures that are computed together.
type Group int

// The groups.
const (
	// GroupShape has components, articulation points and bridges.
	GroupShape Group = iota
	// GroupRank has PageRank.
	GroupRank
	// GroupEgo has constraint, effective size and clustering.
	GroupEgo
	// GroupCommunities has communities.
	GroupCommunities
	// GroupCentrality has betweenness by steps, and harmonic closeness.
	GroupCentrality
	// GroupWeighted has betweenness by length.
	GroupWeighted
	groups
)

// measures are what has been computed of a network, or is being.
type measures struct {
	mu    sync.Mutex
	tasks [groups]*task

	components  Components
	cuts        Cuts
	rank        []float64
	ego         *Ego
	communities *Communities
	centrality  *Centrality
	weighted    Measure
	sampling    Sampling
}

// task is the computing of a group, for all who ask for it.
type task struct {
	ended       chan struct{}
	err         error // of ended
	cancel      context.CancelFunc
	asking      int
	kept        bool
	done, total atomic.Int64
}

// State says how far a group is.
type State struct {
	Ready bool
	// Progress is the part that is done, from 0 to 1.
	Progress float64
}

// Compute has a group computed, and waits for it until patience ends. Then it goes on in the background, for those who ask again. Whoever asks
// while it is being computed shares the work; when all who wait have gone away before their patience ended, it stops. turn is called before
// work begins and returns what ends the turn, so that its owner decides how much goes on at a time.
func (n *Network) Compute(ctx, patience context.Context, g Group, turn func(context.Context) (func(), error)) (State, error) {
	m := &n.measures
	m.mu.Lock()
	t := m.tasks[g]
	if t == nil {
		work, cancel := context.WithCancel(context.WithoutCancel(ctx))
		t = &task{ended: make(chan struct{}), cancel: cancel}
		m.tasks[g] = t
		go func() {
			defer cancel()
			t.err = n.compute(work, g, t, turn)
			if t.err != nil {
				m.mu.Lock()
				m.tasks[g] = nil // who asks next begins anew
				m.mu.Unlock()
			}
			close(t.ended)
		}()
	}
	t.asking++
	m.mu.Unlock()
	defer func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		if t.asking--; t.asking == 0 && !t.kept {
			t.cancel() // nothing, once it has ended
		}
	}()
	select {
	case <-t.ended:
		return State{Ready: t.err == nil, Progress: 1}, t.err
	default:
	}
	select {
	case <-t.ended:
		return State{Ready: t.err == nil, Progress: 1}, t.err
	case <-ctx.Done():
		return State{}, ctx.Err()
	case <-patience.Done():
		if ctx.Err() != nil {
			return State{}, ctx.Err()
		}
		m.mu.Lock()
		t.kept = true
		m.mu.Unlock()
		return State{Progress: float64(t.done.Load()) / float64(max(1, t.total.Load()))}, nil
	}
}

func (n *Network) compute(ctx context.Context, g Group, t *task, turn func(context.Context) (func(), error)) (err error) {
	defer func() {
		if cause := recover(); cause != nil { // no request's own recovery reaches this goroutine
			err = fmt.Errorf("measures of a network: %v\n%s", cause, debug.Stack())
		}
	}()
	end, err := turn(ctx)
	if err != nil {
		return err
	}
	defer end()
	progress := func(done, total int) {
		t.done.Store(int64(done))
		t.total.Store(int64(total))
	}
	m := &n.measures
	switch g {
	case GroupShape:
		m.components, m.cuts = n.Graph.Components(), n.Graph.Cuts()
	case GroupRank:
		m.rank, err = n.Graph.PageRank(ctx)
	case GroupEgo:
		m.ego, err = n.Graph.Ego(ctx)
	case GroupCommunities:
		m.communities, err = n.Graph.Communities(ctx)
	case GroupCentrality:
		m.centrality, err = n.Graph.Centrality(ctx, progress)
	case GroupWeighted:
		m.weighted, m.sampling, err = n.Graph.WeightedBetweenness(ctx, progress)
	}
	return err
}

// The measures of a group may be read once Compute has said that it is ready.

// Components are the components.
func (n *Network) Components() Components { return n.measures.components }

// Cuts are the articulation points and bridges.
func (n *Network) Cuts() Cuts { return n.measures.cuts }

// Rank is the PageRank of each node.
func (n *Network) Rank() []float64 { return n.measures.rank }

// Ego has constraint, effective size and clustering.
func (n *Network) Ego() *Ego { return n.measures.ego }

// Communities are the communities.
func (n *Network) Communities() *Communities { return n.measures.communities }

// Centrality has betweenness by steps and harmonic closeness.
func (n *Network) Centrality() *Centrality { return n.measures.centrality }

// Weighted is betweenness by length, and whether it is exact.
func (n *Network) Weighted() (Measure, Sampling) { return n.measures.weighted, n.measures.sampling }
