package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"runtime/debug"
	"strings"

	"bettertogether/graph"
	"bettertogether/internal/desk"
	"bettertogether/internal/guard"
	"bettertogether/internal/media"
	"bettertogether/internal/server"
	"bettertogether/internal/store"
)

type serveCmd struct {
	settings
	Addr           string `default:"127.0.0.1:8080" env:"HUB_ADDR" help:"The address to listen on."`
	Demo           bool   `help:"Fill an empty database with the demo content."`
	Introspection  bool   `default:"true" env:"HUB_INTROSPECTION" negatable:"" help:"Let clients read the schema."`
	CheckLinks     bool   `env:"HUB_CHECK_LINKS" help:"Look in the background whether links work, and fetch copies of pictures."`
	GuardAllow     string `env:"HUB_GUARD_ALLOW" help:"Private networks that link checks may reach, as CIDRs with commas between. Default: none."`
	Documents      string `env:"HUB_DOCUMENTS" help:"A manifest of trusted documents, which requests may name by documentId: an object of ids and documents, or Apollo's."`
	OnlyDocuments  bool   `env:"HUB_ONLY_DOCUMENTS" help:"Refuse all documents that are not in the manifest, whoever sends them."`
	RateLimit      int    `env:"HUB_RATE_LIMIT" placeholder:"N" help:"How many requests a minute one client may send, by its address. Default: any number."`
	TrustedProxies string `env:"HUB_TRUSTED_PROXIES" help:"Networks of proxies whose X-Forwarded-For tells who the client is, as CIDRs with commas between. Default: none."`
	Plan           string `enum:"on,off" default:"on" env:"HUB_PLAN" help:"Whether compiled plans answer GraphQL queries (${enum}); off leaves all to gqlgen's execution, with the same answers."`
	MetricsAddr    string `env:"HUB_METRICS_ADDR" help:"A second address, for /metrics and /debug/pprof/, such as 127.0.0.1:9090; keep it from the public. Default: none."`
}

// Run serves until the context ends.
func (c *serveCmd) Run(ctx context.Context, s streams) error {
	lines := newLateLog(s.err)
	defer lines.out.Flush()
	log := slog.New(lines)
	slog.SetDefault(log)
	trusted, err := c.documents()
	if err != nil {
		return err
	}
	proxies, err := server.ReadNetworks(c.TrustedProxies)
	if err != nil {
		return fmt.Errorf("trusted-proxies: %w", err)
	}
	if c.RateLimit < 0 {
		return fmt.Errorf("rate-limit: %d is less than 0", c.RateLimit)
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	site, err := c.site(listener.Addr())
	if err != nil {
		return err
	}
	if !store.IsAddress(c.Database) {
		lock, err := lockFile(c.Database)
		if err != nil {
			return err
		}
		defer lock.Close()
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	entries, err := db.Entries(ctx)
	if err != nil {
		return err
	}
	server.Headroom(entries)
	pictures, err := media.Open(c.media())
	if err != nil {
		return err
	}
	d, err := desk.Open(ctx, db, desk.Options{Site: site, Media: pictures})
	if err != nil {
		return err
	}
	if c.Demo {
		if err := fillDemo(ctx, d, s.err); err != nil {
			return fmt.Errorf("demo content: %w", err)
		}
	}
	go func() {
		d.Pin().Warm()
		debug.FreeOSMemory() // what only the start has needed
	}()
	go d.Follow(ctx)
	hub := server.New(server.Config{
		Desk: d, Site: site, Build: buildID(), Introspection: c.Introspection, Documents: trusted, OnlyDocuments: c.OnlyDocuments,
		RateLimit: c.RateLimit, TrustedProxies: proxies, NoPlans: c.Plan == "off", Log: log,
	})
	if c.CheckLinks {
		watch, err := guard.New(guard.Options{Desk: d, Site: site, Allow: c.GuardAllow, Log: log})
		if err != nil {
			return err
		}
		go watch.Run(ctx)
	}
	if c.MetricsAddr != "" {
		stop, err := c.serveMetrics(ctx, hub, s.out)
		if err != nil {
			return err
		}
		defer stop()
	}
	_, _ = fmt.Fprintf(s.out, "The hub answers.\n  Site:     %s/\n  GraphQL:  %s/graphql\n  Explorer: %s/graphiql/\n  Health:   %s/readyz\n", site, site, site, site)
	return hub.Run(ctx, listener)
}

// documents reads the manifest, if there is one.
func (c *serveCmd) documents() (map[string]string, error) {
	if c.Documents == "" {
		if c.OnlyDocuments {
			return nil, errors.New("only-documents: there is no manifest; name one by --documents")
		}
		return nil, nil
	}
	in, err := os.Open(c.Documents)
	if err != nil {
		return nil, fmt.Errorf("documents: %w", err)
	}
	defer in.Close()
	found, err := server.ReadDocuments(in)
	if err == nil {
		err = server.CheckDocuments(graph.New(graph.Resolver{}).Schema(), found)
	}
	if err != nil {
		return nil, fmt.Errorf("documents: %s: %w", c.Documents, err)
	}
	return found, nil
}

// serveMetrics serves metrics beside the hub until stop is called, which is after the last request was answered.
func (c *serveCmd) serveMetrics(ctx context.Context, hub *server.Server, out io.Writer) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.MetricsAddr)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := hub.RunMetrics(ctx, listener); err != nil {
			hub.Log.Error("metrics are no longer served", "error", err)
		}
	}()
	_, _ = fmt.Fprintf(out, "Metrics are on http://%s/metrics\n", listener.Addr())
	return func() { cancel(); <-done }, nil
}

// site is the public address: the one set, else the one that is listened on.
func (c *serveCmd) site(listening net.Addr) (string, error) {
	if c.PublicURL == "" {
		return "http://" + listening.String(), nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("public-url: %q is no address; one such as https://hub.example.org is allowed", c.PublicURL)
	}
	return strings.TrimRight(c.PublicURL, "/"), nil
}

// buildID names this program: a part of the hash of its file, so that nodes with the same program share ETags.
func buildID() string {
	name, err := os.Executable()
	if err != nil {
		return "unknown"
	}
	file, err := os.Open(name)
	if err != nil {
		return "unknown"
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil && !errors.Is(err, io.EOF) {
		return "unknown"
	}
	return hex.EncodeToString(sum.Sum(nil)[:6])
}
