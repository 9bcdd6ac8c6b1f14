package network

import (
	"context"
	"slices"
	"sync"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Answer is a network as one operation sees it: with entries of its view, and the measures that were ready when it began.
type Answer struct {
	*Network
	View *edition.View
	// Ready says which groups may be read.
	Ready [groups]bool
	// State is that of all groups that the operation asked for.
	State State
	// Claimed is the digest of the snapshot that the network was made again from, Code what that was asked by; empty where it was
	// not.
	Claimed, Code string

	partOnce sync.Once
	parts    map[int32]bool
}

// NewAnswer waits for groups of measures, but not longer than the office's patience.
func (o *Office) NewAnswer(ctx context.Context, v *edition.View, f Filter, needed ...Group) (*Answer, error) {
	v = v.Lasting()
	n, err := o.Network(ctx, v, f)
	if err != nil {
		return nil, err
	}
	a := &Answer{Network: n, View: v, State: State{Ready: true, Progress: 1}}
	waiting, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for _, g := range needed {
		s, err := n.Compute(ctx, waiting, g, o.turn)
		if err != nil {
			return nil, err
		}
		if a.Ready[g] = s.Ready; !s.Ready {
			a.State = State{Progress: min(a.State.Progress, s.Progress)}
		}
	}
	return a, nil
}

// Doubtful are pairs of nodes of a kind that may be one under two names.
func (a *Answer) Doubtful(kind content.Kind, most int) ([]*edition.DuplicatePair, error) {
	isOf := func(num int32) bool { return a.View.IDOf(num).Kind() == kind }
	if most == 0 || !slices.ContainsFunc(a.nodes, isOf) {
		return nil, nil
	}
	return a.View.DuplicatesAmong(kind, 0.5, most, func(id content.ID) bool { return a.Node(id) != nil })
}
