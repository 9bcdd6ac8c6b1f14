// Command bare is the upper bound: it sends what the hub has answered, byte by byte, and does nothing else. What a Go server
// takes longer than it, it takes for its work; what it takes itself is net/http's, the kernel's and the client's.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"bettertogether/bench/serve"
)

// answer is one of the hub's, as the benchmark writes it into a file.
type answer struct {
	ContentType string `json:"contentType"`
	Encoding    string `json:"encoding"`
	ETag        string `json:"etag"`
	Body        []byte `json:"body"`
}

func main() {
	address := flag.String("addr", "127.0.0.1:8080", "the address to listen on")
	file := flag.String("answers", "", "a JSON file of answers by path")
	flag.Parse()
	if err := run(*address, *file); err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
}

func run(address, file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	answers := map[string]answer{}
	if err := json.Unmarshal(raw, &answers); err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	return serve.Run(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		if a.ETag != "" {
			h.Set("ETag", a.ETag)
			if r.Header.Get("If-None-Match") == a.ETag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		if a.Encoding != "" {
			h.Set("Content-Encoding", a.Encoding)
		}
		h.Set("Content-Type", a.ContentType)
		h.Set("Content-Length", strconv.Itoa(len(a.Body)))
		_, _ = w.Write(a.Body) // a client that has gone needs no answer
	}))
}
