// Package serve is what the contenders that are written in Go have in common: an HTTP server on an address, and beside
// /graphql the count of allocations that the benchmark asks for.
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

// Allocations is what GET /allocations answers: how many objects and bytes the process has allocated since it began.
type Allocations struct {
	Objects uint64 `json:"objects"`
	Bytes   uint64 `json:"bytes"`
}

// Run answers /graphql, and everything below it, by the handler until the process is told to end.
func Run(address string, graphql http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	routes := http.NewServeMux()
	routes.Handle("/graphql", graphql)
	routes.Handle("/graphql/", graphql)
	routes.HandleFunc("GET /allocations", allocations)
	h := &http.Server{Addr: address, Handler: routes, ReadHeaderTimeout: 3 * time.Second, IdleTimeout: time.Minute}
	defer context.AfterFunc(ctx, func() { _ = h.Close() })() // the benchmark has its answers
	if err := h.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

func allocations(w http.ResponseWriter, _ *http.Request) {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(Allocations{Objects: m.Mallocs, Bytes: m.TotalAlloc}) // a client that has gone needs none
}
