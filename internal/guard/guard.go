// Package guard looks after addresses elsewhere: whether recordings and resources are still there, and copies of pictures that
// others host. It is the one room that asks servers which somebody else names, so its client goes nowhere but to the public net.
//
//   - client.go: the guarded client; address.go: where it may go.
//   - look.go: one look at one address; provider.go: recordings, by their providers' own word; picture.go: pictures.
//   - round.go: a round over all that is due, a few at a time and gently for each host.
//
// The server and a command run it. What a look means is content's to say, what is kept is the desk's.
package guard

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

// Guard looks after the addresses of one hub.
type Guard struct {
	desk   *desk.Desk
	client *client
	log    *slog.Logger
	// holder names this process where only one may look.
	holder string
	// pause is how long a host is left alone between two looks.
	pause     time.Duration
	providers []provider
}

// Options are what a guard needs.
type Options struct {
	Desk *desk.Desk
	// Site is the hub's public address, which tells others whose program asks.
	Site string
	// Allow has the networks that may be asked although they are private, also on other ports, as CIDRs with commas between.
	Allow string
	Log   *slog.Logger
}

// New returns a guard that has not looked at anything yet.
func New(o Options) (*Guard, error) {
	allow, err := parseNetworks(o.Allow)
	if err != nil {
		return nil, err
	}
	log := o.Log
	if log == nil {
		log = slog.Default()
	}
	return &Guard{
		desk: o.Desk, client: newClient(o.Site, allow), log: log, holder: strings.ToLower(rand.Text()), pause: time.Second, providers: providers(),
	}, nil
}

const (
	// between is how long a guard rests between rounds; what is due comes up in between.
	between = 10 * time.Minute
	// leaseLife is how long the others wait for a node that has the lease and says nothing.
	leaseLife = 5 * time.Minute
	leaseName = "check links"
)

// Run makes a round every ten minutes until the context ends. Of several nodes one works at a time.
func (g *Guard) Run(ctx context.Context) {
	for {
		switch sum, err := g.Round(ctx, Wanted{}); {
		case ctx.Err() != nil:
			return
		case errors.Is(err, ErrBusy):
		case err != nil:
			g.log.Warn("links were not checked", "error", err)
		case sum.IsOffline:
			g.log.Warn("links were not checked: no host answers, so it is probably this one that is offline", "looked", len(sum.Looked))
		case len(sum.Looked) > 0:
			g.log.Info("links were checked", "looked", len(sum.Looked), "new", sum.Fresh, "broken", sum.count(content.LinkBroken))
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(between):
		}
	}
}

func (s Summary) count(state content.LinkState) int {
	n := 0
	for _, f := range s.Looked {
		if f.State == state {
			n++
		}
	}
	return n
}

// ErrBusy says that another node or command is looking.
var ErrBusy = errors.New("links are being checked already, by another node or command; try again in a few minutes")
