package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"text/tabwriter"

	"bettertogether/internal/desk"
	"bettertogether/internal/guard"
	"bettertogether/internal/media"
)

type checkLinksCmd struct {
	settings
	URLs       []string `arg:"" optional:"" name:"url" help:"Addresses to look at, due or not; entries must name them. Default: those that are due."`
	All        bool     `help:"Look at all addresses, due or not."`
	GuardAllow string   `env:"HUB_GUARD_ALLOW" help:"Private networks that may be reached, as CIDRs with commas between. Default: none."`
}

// Run makes one round, beside a running server or without one, and tells what it found.
func (c *checkLinksCmd) Run(ctx context.Context, s streams) error {
	if c.All && len(c.URLs) > 0 {
		return errors.New("give addresses or --all, not both")
	}
	db, err := openExisting(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	pictures, err := media.Open(c.media())
	if err != nil {
		return err
	}
	d, err := desk.Open(ctx, db, desk.Options{Site: c.PublicURL, Media: pictures})
	if err != nil {
		return err
	}
	g, err := guard.New(guard.Options{Desk: d, Site: c.PublicURL, Allow: c.GuardAllow, Log: slog.New(slog.NewTextHandler(s.err, nil))})
	if err != nil {
		return err
	}
	sum, err := g.Round(ctx, guard.Wanted{All: c.All, URLs: c.URLs})
	if err != nil {
		return err
	}
	if len(sum.Looked) > 0 {
		out := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintln(out, "STATE\tSINCE\tSTATUS\tADDRESS\tWHAT")
		for _, f := range sum.Looked {
			status, what := "-", f.Detail
			if f.Status > 0 {
				status = fmt.Sprint(f.Status)
			}
			if what == "" {
				what = f.Title
			}
			_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\n", f.State, day(f.Since), status, f.URL, what)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	if sum.IsOffline {
		return errors.New("no host answered, so it is probably this machine that is offline; nothing was recorded")
	}
	left := ""
	if sum.Left > 0 {
		left = fmt.Sprintf("; %d more are due", sum.Left)
	}
	_, err = fmt.Fprintf(s.out, "%d looked at, %d new%s\n", len(sum.Looked), sum.Fresh, left)
	return err
}
