package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bettertogether/internal/cache"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/plan"
)

// metrics are what a monitor reads of a server. No label grows with requests: a route is a pattern of the router, an outcome
// one of outcomes.
type metrics struct {
	registry    *prometheus.Registry
	requests    *prometheus.CounterVec
	seconds     *prometheus.HistogramVec
	bytes       *prometheus.CounterVec
	inFlight    prometheus.Gauge
	notModified prometheus.Counter
	operations  *prometheus.CounterVec
	executions  *prometheus.CounterVec
	named       *prometheus.CounterVec
	codes       *prometheus.CounterVec
	looks       [4]prometheus.Counter
	ok          prometheus.Counter
	// queue is how long requests waited for a place, wait for the processor, execution how long operations took.
	queue, wait, execution prometheus.Histogram
	turnedAway, limited    prometheus.Counter
	names                  operationNames
}

// The outcomes of a GraphQL request.
const (
	outcomeOK      = "ok"
	outcomeLimit   = "limit"
	outcomeInvalid = "invalid"
	outcomeDenied  = "denied"
	outcomeTimeout = "timeout"
	outcomeError   = "error"
)

func newMetrics(s *Server) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hub_http_requests_total", Help: "Requests answered, by route and class of status.",
		}, []string{"route", "class"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "hub_http_request_duration_seconds", Help: "Seconds from a request's header to the end of its answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20},
		}, []string{"route"}),
		bytes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hub_http_response_bytes_total", Help: "Bytes of answers' bodies as sent, thus mostly compressed, by route.",
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "hub_http_requests_in_flight", Help: "Requests that are being answered.",
		}),
		notModified: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "hub_http_not_modified_total", Help: "Requests answered with 304, since the client's ETag is still that of the answer.",
		}),
		operations: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "hub_graphql_operations_total",
			Help: "GraphQL requests by outcome: ok; limit, too large or too expensive; invalid, a mistake of the request; " +
				"denied, by token or role; timeout; error, a mistake of ours or the database's. An answer with 304 is none.",
		}, []string{"outcome"}),
	}
	m.executions = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_graphql_executions_total",
		Help: "GraphQL operations executed, by way: planned, by a compiled plan that was known; compiled, by one made for it; " +
			"generated, without a plan; repeated, without one after the plan met an error, which is told without plans.",
	}, []string{"way"})
	for _, way := range plan.Ways() {
		m.executions.WithLabelValues(string(way))
	}
	m.named = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_graphql_requests_total",
		Help: "GraphQL requests answered, from memory or anew, by the operation's name: of the first hundred names, other for the rest, and nothing " +
			"for an operation without one, and for a request that came to none.",
	}, []string{"operation"})
	m.codes = prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_graphql_errors_total", Help: "Errors in GraphQL answers, by their code.",
	}, []string{"code"})
	quick := []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 20}
	m.queue = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "hub_queue_seconds", Help: "Seconds that requests waited until their answer could be made.", Buckets: quick,
	})
	m.execution = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "hub_graphql_execution_seconds", Help: "Seconds that GraphQL operations took to execute, without those answered from memory.", Buckets: quick,
	})
	m.turnedAway = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "hub_turned_away_total", Help: "Requests answered with 503, since too many answers were being made.",
	})
	m.wait = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "hub_processor_wait_seconds", Help: "Seconds that requests wait until the processor reads them, looked at up to 100 times a second while new answers are asked for and more than 64 are connected.", Buckets: quick,
	})
	share := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hub_turned_away_share", Help: "Part of the requests for new answers that is turned away now, since too many wait for the processor: 0 to 0.98.",
	}, func() float64 { return s.admission.turned(time.Now()) })
	m.limited = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "hub_rate_limited_total", Help: "Requests answered with 429, since their client had asked too often.",
	})
	looks := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "hub_cache_requests_total",
		Help: "Requests for answers that may be kept, by result: hit, kept from before; miss, made; shared, made for another who asked at " +
			"the same time; not_modified, known to the client.",
	}, []string{"result"})
	for look, result := range map[int]string{lookHit: "hit", lookMiss: "miss", lookShared: "shared", lookKnown: "not_modified"} {
		m.looks[look] = looks.WithLabelValues(result)
	}
	m.ok = m.operations.WithLabelValues(outcomeOK)
	for _, outcome := range []string{outcomeOK, outcomeLimit, outcomeInvalid, outcomeDenied, outcomeTimeout, outcomeError} {
		m.operations.WithLabelValues(outcome)
	}
	built := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "hub_build_info", Help: "Always 1; build names the program and is a part of every ETag.",
		ConstLabels: prometheus.Labels{"build": s.Build},
	})
	built.Set(1)
	m.registry.MustRegister(
		m.requests, m.seconds, m.bytes, m.inFlight, m.notModified, m.operations, m.executions, m.named, m.codes, looks, m.queue, m.wait, m.execution, m.turnedAway, share, m.limited, built, &gauges{desk: s.Desk, kept: s.answers},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewBuildInfoCollector(),
	)
	return m
}

// countPieces counts the pieces of answers.
func (m *metrics) countPieces(plans *plan.Schema) {
	counter := func(result string, count func(plan.Kept) int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "hub_graphql_pieces_total", ConstLabels: prometheus.Labels{"result": result},
			Help: "Entries of lists in new answers, by result: taken, from an answer before; written, and kept for others.",
		}, func() float64 { return float64(count(plans.Pieces())) }))
	}
	counter("taken", func(k plan.Kept) int64 { return k.Taken })
	counter("written", func(k plan.Kept) int64 { return k.Written })
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "hub_graphql_pieces_bytes", Help: "Bytes that are taken for pieces of answers.",
	}, func() float64 { return float64(plans.Pieces().Bytes) }))
}

// The results of a look for an answer that may be kept.
const (
	lookHit = iota
	lookMiss
	lookShared
	lookKnown
)

// again counts a GraphQL answer that is given again; its note is the counter of its operation.
func (m *metrics) again(a *cache.Answer) {
	if a.Etag != nil { // no other has
		m.ok.Inc()
	} else {
		m.operations.WithLabelValues(m.outcomeOf(a.Body)).Inc()
	}
	if operation, ok := a.Note.(prometheus.Counter); ok {
		operation.Inc()
	}
}

// operation is the counter of an operation's name.
func (m *metrics) operation(name string) prometheus.Counter {
	return m.named.WithLabelValues(m.names.bound(name))
}

// operationNames keeps the names of operations, which clients choose, from growing without end.
type operationNames struct {
	mu    sync.Mutex
	known map[string]bool
}

// mostNames is how many operations are told apart, longestName how long a name may be.
const (
	mostNames   = 100
	longestName = 80
)

// bound is the name of an operation, or other for one that came too late.
func (n *operationNames) bound(name string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known[name] || name == "" {
		return name
	}
	if len(n.known) == mostNames || len(name) > longestName {
		return "other"
	}
	if n.known == nil {
		n.known = map[string]bool{}
	}
	n.known[name] = true
	return name
}

// executed counts an operation.
func (m *metrics) executed(way plan.Way) { m.executions.WithLabelValues(string(way)).Inc() }

// meters count the requests of a route, from its first one on.
type meters struct {
	route   string
	once    sync.Once
	seconds prometheus.Observer
	bytes   prometheus.Counter
	// classes are by the first digit of the status.
	classes [6]atomic.Pointer[prometheus.Counter]
}

// answered counts a request.
func (m *metrics) answered(of *meters, seen *recorder, took time.Duration) {
	of.once.Do(func() { of.seconds, of.bytes = m.seconds.WithLabelValues(of.route), m.bytes.WithLabelValues(of.route) })
	of.seconds.Observe(took.Seconds())
	of.bytes.Add(float64(seen.bytes))
	class := &of.classes[min(seen.status/100, len(of.classes)-1)]
	count := class.Load()
	if count == nil {
		fresh := m.requests.WithLabelValues(of.route, strconv.Itoa(seen.status/100)+"xx")
		count = &fresh
		class.Store(count)
	}
	(*count).Inc()
	if seen.status == http.StatusNotModified {
		m.notModified.Inc()
	}
}

// router is a ServeMux that has meters for its patterns, and for all else.
type router struct {
	*http.ServeMux
	// known are the handlers of patterns that are nothing but a path: they are found without the mux.
	known  map[string]http.Handler
	meters map[string]*meters
	other  *meters
}

func newRouter() router {
	return router{http.NewServeMux(), map[string]http.Handler{}, map[string]*meters{}, &meters{route: "other"}}
}

// ServeHTTP implements http.Handler.
func (r router) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	if h := r.known[request.URL.Path]; h != nil {
		request.Pattern = request.URL.Path
		h.ServeHTTP(w, request)
		return
	}
	r.ServeMux.ServeHTTP(w, request)
}

// Handle registers a handler and its pattern; its answers are compressed for those who take that.
func (r router) Handle(pattern string, h http.Handler) { r.keep(pattern, gzhttp.GzipHandler(h)) }

// keep registers a handler that compresses by itself.
func (r router) keep(pattern string, h http.Handler) {
	r.ServeMux.Handle(pattern, h)
	if strings.HasPrefix(pattern, "/") && !strings.HasSuffix(pattern, "/") && !strings.Contains(pattern, "{") {
		r.known[pattern] = h
	}
	r.meters[pattern] = &meters{route: pattern}
}

// HandleFunc registers a function and its pattern.
func (r router) HandleFunc(pattern string, h func(http.ResponseWriter, *http.Request)) {
	r.Handle(pattern, http.HandlerFunc(h))
}

// of are the meters of where a request went. The pattern that net/http writes into a request is not always one of ours, since a
// redirect may leave a path of the client's there.
func (r router) of(request *http.Request) *meters {
	if m := r.meters[request.Pattern]; m != nil {
		return m
	}
	return r.other
}

// operated counts the GraphQL requests that a handler answers, by what the answer says.
func (m *metrics) operated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		question := askedOf(r.Context())
		isOurs := question == nil
		if isOurs {
			question = &asked{Context: r.Context()}
			defer question.giveBack()
			r = r.WithContext(question)
		}
		begin := &beginning{ResponseWriter: w}
		next.ServeHTTP(begin, r)
		switch {
		case question.answer == nil:
		case isOurs:
			_, _ = begin.Write(question.answer) // a client that has gone needs no answer
		default: // whoever keeps it takes it
			begin.text = question.answer
		}
		m.operations.WithLabelValues(m.outcomeOf(begin.text)).Inc()
		operation, ok := question.note.(prometheus.Counter)
		if !ok { // it came to none
			operation = m.operation("")
		}
		operation.Inc()
	})
}

// beginning remembers the first that is written of an answer.
type beginning struct {
	http.ResponseWriter
	text []byte
}

// Write implements http.ResponseWriter.
func (b *beginning) Write(text []byte) (int, error) {
	if b.text == nil {
		b.text = text
	}
	return b.ResponseWriter.Write(text)
}

// Unwrap lets http.ResponseController through.
func (b *beginning) Unwrap() http.ResponseWriter { return b.ResponseWriter }

// outcomeOf reads the outcome of a GraphQL answer, of which errors come first, and counts the errors' codes. One mistake of ours
// outweighs all else; then the first error counts. Data is never looked at, and errors have a bound.
func (m *metrics) outcomeOf(answer []byte) string {
	if !bytes.HasPrefix(answer, []byte(`{"errors":[`)) {
		return outcomeOK
	}
	in := json.NewDecoder(bytes.NewReader(answer))
	_, _ = in.Token() // the brace
	_, _ = in.Token() // "errors"
	var errs []struct{ Extensions struct{ Code string } }
	if err := in.Decode(&errs); err != nil || len(errs) == 0 {
		return outcomeError
	}
	outcome := outcomeOfCode(errs[0].Extensions.Code)
	for _, e := range errs {
		m.codes.WithLabelValues(e.Extensions.Code).Inc()
		if outcomeOfCode(e.Extensions.Code) == outcomeError {
			outcome = outcomeError
		}
	}
	return outcome
}

func outcomeOfCode(code string) string {
	switch code {
	case "", "INTERNAL", string(content.CodeUnavailable), string(content.CodeBusy):
		return outcomeError
	case codeTooComplex, "TOO_LARGE":
		return outcomeLimit
	case "TIMEOUT":
		return outcomeTimeout
	case string(content.CodeForbidden), string(content.CodeUnauthenticated):
		return outcomeDenied
	default:
		return outcomeInvalid
	}
}

// scrapeDeadline is how long the database may take to answer a scrape.
const scrapeDeadline = time.Second

// gauges reads the desk when it is scraped.
type gauges struct {
	desk *desk.Desk
	kept *cache.Cache
	// level is when a scrape last found nothing that the database has and this node has not, in seconds since 1970.
	level    atomic.Int64
	failures atomic.Int64
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe implements prometheus.Collector. What there is to say depends on the engine and on the moment, so it says nothing.
func (g *gauges) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (g *gauges) Collect(into chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeDeadline)
	defer cancel()
	put := func(value float64, name, help string) {
		into <- prometheus.MustNewConstMetric(describe(name, help), prometheus.GaugeValue, value)
	}
	v := g.desk.Shown()
	put(float64(g.desk.Version()), "hub_content_version", "The content version that this node answers with.")
	put(float64(v.Public().Version()), "hub_edition_version", "The last content version that changed anything public.")
	for _, kind := range content.Kinds() {
		into <- prometheus.MustNewConstMetric(describe("hub_edition_entries", "Entries of the public edition, by kind.", "kind"),
			prometheus.GaugeValue, float64(v.Public().Count(kind)), string(kind))
	}
	if at := v.NextChangeAt(); at != nil {
		put(seconds(*at), "hub_edition_next_change_timestamp_seconds",
			"When time changes an answer next, in seconds since 1970; absent when it never does.")
	}
	if at := g.desk.ChangedAt(ctx); !at.IsZero() {
		put(seconds(at), "hub_edition_changed_timestamp_seconds",
			"The instant of the newest write or publication that answers here, in seconds since 1970; absent while a long write is at work.")
	}
	answers, bytes := g.kept.Size()
	put(float64(answers), "hub_cache_answers", "Answers that are kept.")
	put(float64(bytes), "hub_cache_bytes", "About how many bytes the kept answers take.")
	swaps, took := g.desk.Swaps()
	into <- prometheus.MustNewConstMetric(describe("hub_swaps_total", "Editions that answered instead of others, by a write or by the clock."), prometheus.CounterValue, float64(swaps))
	put(took.Seconds(), "hub_swap_seconds", "Seconds that it took to make the editions that answer now of those before.")
	put(v.Now.Sub(v.Since()).Seconds(), "hub_edition_age_seconds", "Seconds since the answers of this node last changed, by content or by the clock.")
	taken := 0.0
	if g.desk.IsWriting() {
		taken = 1
	}
	put(taken, "hub_write_turn_taken", "1 while a writer is at work on this node, seen at the moment of the scrape.")

	asked := time.Now()
	behind, err := g.desk.Behind(ctx)
	put(time.Since(asked).Seconds(), "hub_database_answer_seconds", "Seconds that the database took to tell its version to this scrape.")
	const up = "1 if the database answered this scrape within a second. Reads go on without it."
	if err != nil {
		put(0, "hub_database_up", up)
		g.failures.Add(1)
	} else {
		put(1, "hub_database_up", up)
		put(float64(behind), "hub_content_versions_behind", "Versions that the database has and this node does not answer with yet.")
		if behind == 0 {
			g.level.Store(asked.Unix())
		}
		if skew, err := g.desk.Skew(ctx); err == nil {
			put(skew.Seconds(), "hub_clock_skew_seconds",
				"Seconds that this node's clock is ahead of the database's, at least; 0 on SQLite, which has no clock of its own.")
		}
	}
	into <- prometheus.MustNewConstMetric(
		describe("hub_database_failures_total", "Scrapes that the database did not answer within a second."),
		prometheus.CounterValue, float64(g.failures.Load()))
	if level := g.level.Load(); level > 0 {
		put(float64(level), "hub_content_caught_up_timestamp_seconds",
			"When a scrape last found this node level with the database, in seconds since 1970.")
	}
}

func seconds(at time.Time) float64 { return float64(at.UnixMicro()) / 1e6 }

// Metrics answers /metrics and /debug/pprof/. It belongs on a listener of its own that the public cannot reach: it asks
// nobody who they are.
func (s *Server) Metrics() http.Handler {
	routes := http.NewServeMux()
	routes.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{
		Registry: s.metrics.registry, MaxRequestsInFlight: 4, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelWarn),
	}))
	routes.HandleFunc("/debug/pprof/", pprof.Index)
	routes.HandleFunc("/debug/pprof/cmdline", noCommandLine)
	routes.HandleFunc("/debug/pprof/profile", pprof.Profile)
	routes.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	routes.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return routes
}

// noCommandLine stands in for pprof's page of arguments, which may hold the database's password.
func noCommandLine(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

// RunMetrics serves Metrics on a listener until the context ends.
func (s *Server) RunMetrics(ctx context.Context, l net.Listener) error {
	// A profile takes as long as it is asked to, so writing has no deadline.
	h := &http.Server{
		Handler: s.Metrics(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	defer context.AfterFunc(ctx, func() { _ = h.Close() })() // whoever reads metrics asks again
	if err := h.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
