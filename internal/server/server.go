// Package server is the hub's HTTP: all routes, the order of middleware, and what no handler should have to think of:
// limits, headers, caching, logs. What is answered comes from graph and from the desk.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/cors"

	"bettertogether/graph"
	"bettertogether/internal/auth"
	"bettertogether/internal/cache"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/network"
)

// Config is what a server needs.
type Config struct {
	Desk *desk.Desk
	// Site is the hub's public address without a slash at its end.
	Site string
	// Build names the program; answers of different builds do not share ETags.
	Build string
	// Introspection allows clients to read the schema.
	Introspection bool
	// Documents are trusted documents by id, which requests may name instead of sending them; OnlyDocuments refuses all others.
	Documents     map[string]string
	OnlyDocuments bool
	// RateLimit is how often a client may ask in a minute; 0 is as often as it likes. TrustedProxies are those that tell who the
	// client is.
	RateLimit      int
	TrustedProxies []netip.Prefix
	// NoPlans leaves all queries to gqlgen's execution.
	NoPlans bool
	Log     *slog.Logger
}

// Server is a hub that answers.
type Server struct {
	Config
	stopping atomic.Bool
	office   *network.Office
	answers  *cache.Cache
	// life is the incarnation of which answers are kept.
	life      atomic.Value
	gate      *gate
	admission *admission
	rates     *rates
	corpora   *corpora
	// probed is when somebody last asked whether this node is ready, in nanoseconds since 1970.
	probed  atomic.Int64
	metrics *metrics
	routes  router
	door    *door
	handler http.Handler
}

// graphQLPath is where GraphQL is asked.
const graphQLPath = "/graphql"

// New puts routes and middleware together.
func New(c Config) *Server {
	s := &Server{Config: c, office: network.NewOffice(), answers: cache.New(mostKept), gate: newGate(), admission: &admission{}, rates: newRates(c.RateLimit), corpora: newCorpora(), routes: newRouter()}
	s.metrics = newMetrics(s)
	routes := s.routes
	operations := s.newGraphQL()
	if operations.plans != nil {
		s.metrics.countPieces(operations.plans)
	}
	keepAnswers := keeping{control: keepShared, asks: askedOfGraphQL, surrogate: "graphql", again: s.metrics.again}
	routes.keep(graphQLPath, public(s.kept(keepAnswers, s.metrics.operated(operations), s.metrics.operated(s.viewed(operations)))))
	s.door = s.newDoor(&keepAnswers)
	routes.Handle("/graphiql/", http.StripPrefix("/graphiql", explorer(c.Build)))
	pages, lists := s.pages("en"), s.lists()
	pages.register(routes, lists)
	s.pages("es").register(routes, lists)
	for _, a := range []asset{pages.style, pages.script, pages.icon, pages.networkStyle, pages.networkScript} {
		routes.Handle("GET "+a.path, a)
	}
	pasted, versioned, versionedPath := s.script()
	routes.Handle("GET "+feed.ScriptPath, public(pasted))
	routes.Handle("GET "+versionedPath, public(versioned))
	routes.Handle("GET /posters/{file}", public(s.gated(http.HandlerFunc(s.poster))))
	transcript := http.HandlerFunc(s.transcript)
	routes.keep("GET /transcripts/{file}", public(s.kept(keeping{control: "public, max-age=300", surrogate: "transcripts"}, transcript, transcript)))
	routes.Handle("GET "+content.PicturePrefix+"{file}", public(http.HandlerFunc(s.picture)))
	routes.HandleFunc("GET /data/{file}", s.corpus)
	routes.Handle("GET /embed", s.gated(http.HandlerFunc(lists.code)))
	routes.keep("GET /oembed", s.kept(keeping{control: "public, max-age=300", surrogate: "lists"}, http.HandlerFunc(lists.oembedded), http.HandlerFunc(lists.oembedded)))
	routes.HandleFunc("GET /go/{id}", lists.follow)
	sitemap := s.kept(keeping{control: "public, max-age=3600", surrogate: "pages"}, http.HandlerFunc(s.sitemap), http.HandlerFunc(s.sitemap))
	routes.keep("GET /sitemap.xml", sitemap)
	routes.keep("GET /sitemaps/{part}", sitemap)
	routes.HandleFunc("GET /preview/{link}", pages.preview)
	routes.HandleFunc("GET /healthz", s.health)
	routes.HandleFunc("GET /readyz", s.ready)
	s.handler = s.observe(s.safely(s.limited(routes)))
	return s
}

// graph is what answers GraphQL.
func (s *Server) graph() graph.Resolver {
	return graph.Resolver{Desk: s.Desk, Office: s.office, Document: s.networkDocument}
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// The limits of one connection.
const (
	headerTimeout = 3 * time.Second
	readTimeout   = 8 * time.Second
	writeTimeout  = 20 * time.Second
	idleTimeout   = 20 * time.Second
	mostHeader    = 32 << 10
	// drain is how long requests in flight may take once the server no longer accepts.
	drain = 17 * time.Second
	// notice is how long a stopping server still accepts, so that a load balancer sees it coming; probing is how long ago
	// somebody must have asked for readiness for this to be worth it.
	notice  = time.Second
	probing = time.Minute
)

// The most that this node's clock may be off the database's before readyz says so, and before it says not to ask here.
const (
	skewTold    = time.Second
	skewRefused = 30 * time.Second
)

// Run serves on a listener until the context ends. Then it says at once that it is not ready, accepts for a moment longer if
// somebody watches that, answers what is in flight, and returns.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	h := &http.Server{
		Handler: s, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
		ConnState: s.state, ConnContext: withConn,
	}
	stop, err := s.admission.listen(s.waited())
	if err != nil {
		return err
	}
	defer stop()
	done := make(chan error, 1)
	go func() { done <- h.Serve(listener{l, s.door}) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	if time.Since(time.Unix(0, s.probed.Load())) < probing {
		select {
		case err := <-done:
			return err
		case <-time.After(notice):
		}
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	err = h.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = errors.Join(fmt.Errorf("stop: requests were still in flight after %s", drain), h.Close())
	}
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}

// state is told what net/http does with a connection.
func (s *Server) state(c net.Conn, state http.ConnState) {
	s.admission.connected(c, state)
	if one, ok := c.(*conn); ok && state == http.StateIdle {
		one.idle()
	}
}

// waited counts how long requests wait, and writes a line of the log, once a second, for those who were turned away meanwhile.
func (s *Server) waited() func(now time.Time, waited time.Duration) {
	var told int64
	var toldAt time.Time
	return func(now time.Time, waited time.Duration) {
		s.metrics.wait.Observe(waited.Seconds())
		if away := s.admission.away.Load(); away > told && now.Sub(toldAt) >= time.Second {
			s.Log.Warn("requests were turned away", "count", away-told, "share", s.admission.turned(now))
			told, toldAt = away, now
		}
	}
}

// pinned gives each request the edition that answers all of it.
func (s *Server) pinned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.await(r)
		next.ServeHTTP(w, r.WithContext(edition.With(r.Context(), s.Desk.Pin())))
	})
}

// viewed gives each request its viewer.
func (s *Server) viewed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if header := r.Header.Get("Authorization"); header != "" {
			viewer, err := s.Desk.Viewer(ctx, header)
			switch {
			case err != nil:
				s.Log.Error("tokens cannot be checked", "error", err)
				w.Header().Set("Retry-After", "5")
				problem(w, r, http.StatusServiceUnavailable, "UNAVAILABLE", "tokens cannot be checked at the moment; without one, reading goes on")
				return
			case viewer.Role == auth.Anonymous:
				w.Header().Set("WWW-Authenticate", `Bearer realm="hub"`)
				problem(w, r, http.StatusUnauthorized, "UNAUTHENTICATED", "the token is not valid; it may have expired or been revoked")
				return
			}
			ctx = auth.With(ctx, viewer)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// seenHeader names an edition that the client has seen, on this node or another; every answer to a query carries it.
const seenHeader = "Hub-Edition"

// patience is how long a request waits for a node that is behind what its client has seen.
const patience = time.Second

// await lets a client never see an older edition after a newer one, whichever node answers: it waits until this node has what
// the client names, by Hub-Edition or by an ETag.
func (s *Server) await(r *http.Request) {
	for _, seen := range [...][]string{r.Header[seenHeader], r.Header["If-None-Match"]} {
		for _, header := range seen {
			for tag, rest := "", header; rest != ""; {
				tag, rest, _ = strings.Cut(rest, ",")
				tag, _, _ = strings.Cut(strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`), "-")
				if s.Desk.IsBehind(tag) {
					ctx, cancel := context.WithTimeout(r.Context(), patience)
					s.Desk.Await(ctx, tag)
					cancel()
				}
			}
		}
	}
}

// public lets every site read: any origin, no credentials of a browser.
func public(next http.Handler) http.Handler {
	withOrigin := cors.New(cors.Options{
		AllowedOrigins: []string{"*"},
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{"*", "Authorization"},
		ExposedHeaders: []string{"Date", "ETag", "Retry-After", seenHeader},
		MaxAge:         86400,
	})
	open := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The same answer goes to every origin, so caches need not keep them apart.
		h := w.Header()
		h["Access-Control-Allow-Origin"], h["Vary"] = anyOrigin, publicVary
		next.ServeHTTP(w, r)
	})
	crossing := withOrigin.Handler(open)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header["Origin"] == nil && r.Method != http.MethodOptions {
			open.ServeHTTP(w, r)
			return
		}
		crossing.ServeHTTP(w, r)
	})
}

var (
	anyOrigin  = []string{"*"}
	publicVary = []string{"Accept, Accept-Encoding, Authorization"}
)

func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	writeText(w, http.StatusOK, "ok\n")
}

// ready says whether this node should get requests: not when it is stopping, when its database is gone, or when its clock is so
// far off the database's that it would publish early or show the wrong button.
func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	s.probed.Store(time.Now().UnixNano())
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	if s.stopping.Load() {
		writeText(w, http.StatusServiceUnavailable, "stopping\n")
		return
	}
	skew, err := s.Desk.Skew(ctx)
	if err == nil {
		err = s.Desk.Ready(ctx)
	}
	switch {
	case err != nil:
		writeText(w, http.StatusServiceUnavailable, "the database does not answer; reads go on from memory\n")
	case skew.Abs() > skewRefused:
		writeText(w, http.StatusServiceUnavailable, "not ready\n"+skewed(skew))
	case skew.Abs() > skewTold:
		writeText(w, http.StatusOK, "ready\n"+skewed(skew))
	default:
		writeText(w, http.StatusOK, "ready\n")
	}
}

// skewed puts a skew into words.
func skewed(skew time.Duration) string {
	way := "ahead of"
	if skew < 0 {
		way = "behind"
	}
	return fmt.Sprintf("clock: this node is %.1f s %s the database\n", skew.Abs().Seconds(), way)
}

func writeText(w http.ResponseWriter, status int, text string) {
	h := w.Header()
	h["Content-Type"], h["Cache-Control"] = typeText, neverStored
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // a client that has gone needs no answer
}

var (
	typeText    = []string{"text/plain; charset=utf-8"}
	neverStored = []string{"no-store"}
)
