package server

import (
	"crypto/rand"
	"io/fs"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"bettertogether/web"
)

// observe writes one line of log for each request. It never has the query string or a header: they may hold what is secret.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		seen := &recorder{ResponseWriter: w, status: http.StatusOK}
		if s.stopping.Load() {
			w.Header().Set("Connection", "close") // the next request goes elsewhere
		}
		next.ServeHTTP(seen, r)
		now := time.Now()
		took := now.Sub(began)
		s.metrics.answered(s.routes.of(r), seen, took)
		if seen.isUntold {
			return
		}
		path := r.URL.Path
		if strings.HasPrefix(path, "/preview/") {
			path = "/preview/…" // whoever has the rest may look
		}
		line := slog.NewRecord(now, slog.LevelInfo, "request", 0) // Logger would look for where in the program it is written
		line.AddAttrs(slog.String("method", r.Method), slog.String("path", path),
			slog.Int("status", seen.status), slog.Int("bytes", seen.bytes), slog.Float64("ms", float64(took.Microseconds())/1000))
		if lines := s.Log.Handler(); lines.Enabled(r.Context(), line.Level) {
			_ = lines.Handle(r.Context(), line) // a log that cannot be written has nobody to tell
		}
	})
}

// recorder remembers what was answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int
	wrote  bool
	// isUntold says that the log has no line for it.
	isUntold bool
}

// WriteHeader implements http.ResponseWriter.
func (r *recorder) WriteHeader(status int) {
	r.status, r.wrote = status, true
	r.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (r *recorder) Write(b []byte) (int, error) {
	n, err := r.ResponseWriter.Write(b)
	r.bytes, r.wrote = r.bytes+n, true
	return n, err
}

// Unwrap lets http.ResponseController through.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// untell keeps the request that is answered here out of the log.
func untell(w http.ResponseWriter) {
	for {
		switch under := w.(type) {
		case *recorder:
			under.isUntold = true
			return
		case interface{ Unwrap() http.ResponseWriter }:
			w = under.Unwrap()
		default:
			return
		}
	}
}

// safely sets the headers that all answers but GraphQL's have, and turns a panic into an error with an id that the log has too.
func (s *Server) safely(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// What /graphql answers is JSON by its type, of which no browser guesses another, and links nowhere; and net/http takes longer for
		// more than eight headers.
		if r.URL.Path != graphQLPath {
			h := w.Header()
			h["X-Content-Type-Options"], h["Referrer-Policy"] = noSniff, referrerPolicy
		}
		seen, isSeen := w.(*recorder)
		if !isSeen {
			seen = &recorder{ResponseWriter: w}
		}
		defer func() {
			cause := recover()
			if cause == nil {
				return
			}
			if cause == http.ErrAbortHandler { //nolint:errorlint // net/http asks for the very value
				panic(cause)
			}
			id := s.logPanic(cause)
			if !seen.wrote {
				problem(w, r, http.StatusInternalServerError, "INTERNAL", "internal error "+id)
			}
		}()
		next.ServeHTTP(seen, r)
	})
}

// Headers that answers have. Nobody changes a header's list of values, so that all answers share one.
var (
	noSniff        = []string{"nosniff"}
	referrerPolicy = []string{"strict-origin-when-cross-origin"}
)

// logPanic logs what must not happen and returns the id under which it stands.
func (s *Server) logPanic(cause any) string {
	id := newErrorID()
	s.Log.Error("panic", "id", id, "cause", cause, "stack", string(debug.Stack()))
	return id
}

func newErrorID() string { return strings.ToLower(rand.Text()[:12]) }

// explorerPolicy lets GraphiQL load its own files and ask this host, nothing else.
const explorerPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// explorer serves GraphiQL.
func explorer(build string) http.Handler {
	files, err := fs.Sub(web.Dist(), "graphiql")
	if err != nil {
		panic(err) // the files are embedded
	}
	serve := http.FileServerFS(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", explorerPolicy)
		switch name := r.URL.Path; {
		case strings.HasSuffix(name, ".js"):
			h.Set("Content-Type", "text/javascript; charset=utf-8")
		case strings.HasSuffix(name, ".css"):
			h.Set("Content-Type", "text/css; charset=utf-8")
		case strings.HasSuffix(name, "/") && name != "/", !utf8.ValidString(name):
			http.NotFound(w, r)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/fonts/") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
			h.Set("ETag", `W/"`+build+`"`)
		}
		serve.ServeHTTP(w, r)
	})
}
