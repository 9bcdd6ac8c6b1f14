package guard

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

const (
	// mostLooks is how many addresses a round looks at.
	mostLooks = 2_000
	// atOnce is how many looks are under way at a time.
	atOnce = 4
	// written is how many findings are stored at a time, and writeEvery how long they wait at most.
	written    = 100
	writeEvery = 20 * time.Second
	// lostAgain is how long it takes until a picture whose copy is lost is fetched again.
	lostAgain = 24 * time.Hour
	// enough is from how many looks on it can be told that it is this host that is offline.
	enough = 5
)

// Wanted says what a round looks at: what is due, unless something else is asked for.
type Wanted struct {
	// All is every address, due or not.
	All bool
	// URLs are these addresses, which entries must name.
	URLs []string
}

// Summary tells of a round.
type Summary struct {
	// Looked are the addresses with what is known of them now, by address.
	Looked []content.Finding
	// Fresh is how many of them told something new.
	Fresh int
	// Left is how many more were due than a round looks at.
	Left int
	// IsOffline says that nobody out there answered: then nothing was recorded.
	IsOffline bool
}

// Round looks once at what is wanted and records what it finds. ErrBusy says that another process is at it.
func (g *Guard) Round(ctx context.Context, w Wanted) (Summary, error) {
	mine, err := g.desk.Lease(ctx, leaseName, g.holder, leaseLife)
	if err != nil {
		return Summary{}, err
	}
	if !mine {
		return Summary{}, ErrBusy
	}
	defer func() {
		// Whoever waits need not wait for its end.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_, _ = g.desk.Lease(last, leaseName, g.holder, 0) // it ends by itself
	}()
	known, err := g.desk.Checked(ctx)
	if err != nil {
		return Summary{}, err
	}
	todo, err := g.due(w, known)
	if err != nil {
		return Summary{}, err
	}
	r := &round{guard: g, known: known}
	if r.sum.Left = len(todo) - mostLooks; r.sum.Left > 0 {
		todo = todo[:mostLooks]
	}
	r.sum.Left = max(r.sum.Left, 0)
	return r.run(ctx, todo)
}

// due are the addresses that a round looks at, those that wait longest first.
func (g *Guard) due(w Wanted, known map[string]content.Finding) ([]edition.AddressElsewhere, error) {
	now := g.desk.Now()
	var todo []edition.AddressElsewhere
	asked := map[string]bool{}
	for _, url := range w.URLs {
		asked[url] = true
	}
	for _, a := range g.desk.AddressesElsewhere() {
		f := known[a.URL]
		switch {
		case len(w.URLs) > 0 && !asked[a.URL]:
			continue
		case len(w.URLs) > 0, w.All:
		case a.Use == content.UsePicture && f.Picture != "":
			if g.desk.Media().Has(f.Picture) || now.Sub(f.At) < lostAgain {
				continue // it was fetched, which is all that anybody wants of it
			}
		case f.DueAt().After(now):
			continue
		}
		delete(asked, a.URL)
		todo = append(todo, a)
	}
	for _, url := range w.URLs {
		if asked[url] {
			return nil, fmt.Errorf("%q is named by no entry; the hub checks what entries name: recordings, resources and pictures", url)
		}
	}
	slices.SortStableFunc(todo, func(a, b edition.AddressElsewhere) int { return known[a.URL].DueAt().Compare(known[b.URL].DueAt()) })
	return todo, nil
}

// round is one round under way.
type round struct {
	guard *Guard
	known map[string]content.Finding
	// looks are all so far, with what is known after them; stored is how many of them are recorded.
	looks   []content.Finding
	stored  int
	network int
	// answered says that somebody out there has answered, isOver that all were looked at.
	answered, isOver bool

	sum Summary
}

// run looks at all addresses: those of one host one after the other and gently, those of different hosts side by side.
func (r *round) run(ctx context.Context, todo []edition.AddressElsewhere) (Summary, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	hosts := map[string][]edition.AddressElsewhere{}
	for _, a := range todo {
		host := r.guard.host(a)
		hosts[host] = append(hosts[host], a)
	}
	places, found := make(chan struct{}, atOnce), make(chan look)
	var wait sync.WaitGroup
	for _, all := range hosts {
		wait.Go(func() { r.guard.visit(ctx, all, places, found) })
	}
	go func() {
		wait.Wait()
		close(found)
	}()
	tick := time.NewTicker(writeEvery)
	defer tick.Stop()
	var err error
	for isOpen := true; isOpen; {
		var l look
		select {
		case l, isOpen = <-found:
			if isOpen && err == nil {
				r.take(l)
			}
			if !isOpen || len(r.looks)-r.stored < written {
				continue
			}
		case <-tick.C:
		}
		if err == nil {
			if err = r.store(ctx); err != nil {
				stop() // what is under way ends soon
			}
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return r.sum, err
	}
	if r.isOver = true; !r.answered && r.network >= enough && r.network == len(r.looks) {
		r.sum.IsOffline = true
	} else {
		err = r.store(ctx)
	}
	r.sum.Looked = r.looks
	slices.SortFunc(r.sum.Looked, func(a, b content.Finding) int { return strings.Compare(a.URL, b.URL) })
	return r.sum, err
}

// host names who is asked for an address.
func (g *Guard) host(a edition.AddressElsewhere) string {
	address := a.URL
	if p, _ := g.provider(address); p != nil && a.Use != content.UsePicture {
		address = p.endpoint
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// visit looks at the addresses of one host, at most one at a time and with a pause between them.
func (g *Guard) visit(ctx context.Context, all []edition.AddressElsewhere, places chan struct{}, found chan<- look) {
	for i, a := range all {
		if i > 0 {
			select {
			case <-time.After(g.pause):
			case <-ctx.Done():
				return
			}
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		l := g.see(ctx, a)
		<-places
		if ctx.Err() != nil {
			return // it was cut off, which tells nothing
		}
		l.At = g.desk.Now()
		found <- l
	}
}

// take works out what is known after a look.
func (r *round) take(l look) {
	if l.isNetwork {
		r.network++
	}
	r.answered = r.answered || l.isAnswered
	r.looks = append(r.looks, r.known[l.URL].After(l.Look))
}

// store prolongs the lease, and records what was found since the last time. While nobody has answered it waits: perhaps it is
// this host that is offline.
func (r *round) store(ctx context.Context) error {
	mine, err := r.guard.desk.Lease(ctx, leaseName, r.guard.holder, leaseLife)
	if err != nil {
		return err
	}
	if !mine {
		return ErrBusy
	}
	if r.stored == len(r.looks) || !r.answered && !r.isOver {
		return nil
	}
	fresh, err := r.guard.desk.Record(ctx, r.looks[r.stored:])
	r.sum.Fresh += fresh
	if err == nil {
		r.stored = len(r.looks)
	}
	return err
}
