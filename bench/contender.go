package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"bettertogether/bench/serve"
)

// The names of the contenders.
const (
	nameHub          = "hub"
	nameHubGqlgen    = "hub-gqlgen"
	nameHubS         = "hub at S"
	nameBare         = "bare"
	nameOneStatement = "one-statement"
	nameNaive        = "naive"
	nameNaiveSQLite  = "naive-sqlite"
	namePostgraphile = "postgraphile"
	nameMercurius    = "mercurius"
)

// contenderNames are all, in the order of the report.
var contenderNames = []string{
	nameBare, nameHub, nameHubGqlgen, nameHubS, nameOneStatement, nameMercurius, namePostgraphile, nameNaive, nameNaiveSQLite,
}

// contender is a server that is asked.
type contender struct {
	*process
	documents documents
	// isHub says that it is our own program, isGraphQL that it takes any document.
	isHub, isGraphQL bool
	usesPostgres     bool
	// metrics is the second address of a hub.
	metrics string
	// cursors lead to the pages, each 20 episodes behind the one before; cursors[0] leads to the second page.
	cursors []string
	// organizations are those that partners is asked of, the first by the repeated question.
	organizations []string
}

// reply is an answer read by net/http.
type reply struct {
	status int
	header http.Header
	body   []byte // as it came, thus perhaps compressed
}

var client = &http.Client{
	Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	Timeout:   time.Minute,
}

// ask asks once. The body is nil for a GET.
func (c *contender) ask(ctx context.Context, path string, body []byte, headers ...string) (reply, error) {
	method := http.MethodGet
	if body != nil {
		method = http.MethodPost
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+c.address+path, bytes.NewReader(body))
	if err != nil {
		return reply{}, fmt.Errorf("ask %s: %w", c.name, err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		return reply{}, fmt.Errorf("ask %s: %w", c.name, err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return reply{}, fmt.Errorf("ask %s: %w", c.name, err)
	}
	return reply{answer.StatusCode, answer.Header, raw}, nil
}

// data asks for an answer that must be right, and returns it as it is when it is not compressed.
func (c *contender) data(ctx context.Context, path string, body []byte, headers ...string) (reply, error) {
	r, err := c.ask(ctx, path, body, headers...)
	if err != nil {
		return r, err
	}
	if r.status != http.StatusOK {
		return r, fmt.Errorf("ask %s: status %d: %.300s", c.name, r.status, r.body)
	}
	return r, nil
}

// query decodes the data of an answer.
func (c *contender) query(ctx context.Context, document, operation string, variables map[string]any, into any) error {
	r, err := c.data(ctx, pathGraphQL, body(document, operation, variables))
	if err != nil {
		return err
	}
	answer := struct {
		Data   any
		Errors []struct{ Message string }
	}{Data: into}
	if err := json.Unmarshal(r.body, &answer); err != nil {
		return fmt.Errorf("ask %s: %w", c.name, err)
	}
	if len(answer.Errors) > 0 {
		return fmt.Errorf("ask %s: %s", c.name, answer.Errors[0].Message)
	}
	return nil
}

const pathGraphQL = "/graphql"

// plain is the body of a reply without compression.
func (r reply) plain() ([]byte, error) {
	if r.header.Get("Content-Encoding") != "gzip" {
		return r.body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("uncompress: %w", err)
	}
	raw, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("uncompress: %w", err)
	}
	return raw, nil
}

// allocations are the objects and bytes that a Go program has allocated since it began; false for others.
func (c *contender) allocations(ctx context.Context) (serve.Allocations, bool, error) {
	switch {
	case c.isHub:
		a, err := scrape(ctx, c.metrics)
		return a, true, err
	case c.name == namePostgraphile || c.name == nameMercurius:
		return serve.Allocations{}, false, nil
	}
	r, err := c.data(ctx, "/allocations", nil)
	if err != nil {
		return serve.Allocations{}, false, err
	}
	var a serve.Allocations
	if err := json.Unmarshal(r.body, &a); err != nil {
		return a, false, fmt.Errorf("count allocations of %s: %w", c.name, err)
	}
	return a, true, nil
}

// scrape reads the allocations off the hub's metrics.
func scrape(ctx context.Context, address string) (serve.Allocations, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/metrics", nil)
	if err != nil {
		return serve.Allocations{}, fmt.Errorf("read metrics: %w", err)
	}
	answer, err := client.Do(r)
	if err != nil {
		return serve.Allocations{}, fmt.Errorf("read metrics: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		return serve.Allocations{}, fmt.Errorf("read metrics: %w", err)
	}
	objects, err := metric(raw, "go_memstats_mallocs_total")
	if err != nil {
		return serve.Allocations{}, err
	}
	bytes, err := metric(raw, "go_memstats_alloc_bytes_total")
	return serve.Allocations{Objects: uint64(objects), Bytes: uint64(bytes)}, err
}

func metric(page []byte, name string) (float64, error) {
	for line := range strings.Lines(string(page)) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
			if err != nil {
				return 0, fmt.Errorf("read metrics: %w", err)
			}
			return n, nil
		}
	}
	return 0, fmt.Errorf("read metrics: there is no %s", name)
}

// mostPages is how many pages are walked through.
const mostPages = 10_000

// pageSize is how many episodes a page has.
const pageSize = 20

// walk finds the cursors of a contender.
func (c *contender) walk(ctx context.Context, episodes int) error {
	c.cursors = nil
	last := min(episodes/pageSize-1, mostPages) // so that each page is full
	switch {
	case c.isHub:
		const document = `query Walk($after: String) { episodes(first: 100, after: $after) { edges { cursor } } }`
		return c.walkEdges(ctx, document, last)
	case c.name == namePostgraphile:
		return c.walkEdges(ctx, postgraphileWalk, last)
	}
	for n := range last {
		c.cursors = append(c.cursors, strconv.Itoa((n+1)*pageSize)) // the place of an episode
	}
	return nil
}

func (c *contender) walkEdges(ctx context.Context, document string, last int) error {
	var after any
	for len(c.cursors) < last {
		var page struct {
			Episodes struct{ Edges []struct{ Cursor string } }
		}
		if err := c.query(ctx, document, "Walk", map[string]any{"after": after}, &page); err != nil {
			return err
		}
		edges := page.Episodes.Edges
		for n := pageSize; n <= len(edges) && len(c.cursors) < last; n += pageSize {
			c.cursors = append(c.cursors, edges[n-1].Cursor)
		}
		if len(edges) < 100 {
			break
		}
		after = edges[99].Cursor
	}
	return nil
}

// mostOrganizations is how many organizations are asked for their partners, and looked through for that.
const (
	mostOrganizations = 500
	organizationPages = 40
)

// The bytes that the answer about partners has.
const (
	leastPartners = 5 << 10
	mostPartners  = 30 << 10
)

// partnering finds organizations with at least three case studies whose answer is neither small nor large.
func (c *contender) partnering(ctx context.Context) ([]string, error) {
	const document = `query Find($after: String) {
		organizations(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { id caseStudies(first: 0) { totalCount } } }
	}`
	var found []string
	var after any
	for range organizationPages {
		var page struct {
			Organizations struct {
				PageInfo struct {
					HasNextPage bool
					EndCursor   string
				}
				Nodes []struct {
					ID          string
					CaseStudies struct{ TotalCount int }
				}
			}
		}
		if err := c.query(ctx, document, "Find", map[string]any{"after": after}, &page); err != nil {
			return nil, err
		}
		for _, o := range page.Organizations.Nodes {
			if o.CaseStudies.TotalCount < 3 {
				continue
			}
			r, err := c.data(ctx, pathGraphQL, body(c.documents.partners, "Partners", map[string]any{"organization": o.ID}))
			if err != nil {
				return nil, err
			}
			if len(r.body) >= leastPartners && len(r.body) <= mostPartners {
				found = append(found, o.ID)
			}
		}
		if !page.Organizations.PageInfo.HasNextPage || len(found) >= mostOrganizations {
			break
		}
		after = page.Organizations.PageInfo.EndCursor
	}
	if len(found) == 0 {
		return nil, errors.New("find organizations: none has an answer about partners of the size wanted")
	}
	return found[:min(len(found), mostOrganizations)], nil
}

// canned writes what the hub answers into a file for bare.
func (c *contender) canned(ctx context.Context, folder string) (string, error) {
	answers := map[string]map[string]any{}
	for path, ask := range map[string]func() (reply, error){
		pathGraphQL: func() (reply, error) {
			return c.data(ctx, latestByGET(c.documents.latest), nil)
		},
		pathGraphQL + "/gzip": func() (reply, error) {
			return c.data(ctx, pathGraphQL, body(c.documents.latest, "Latest", nil), "Accept-Encoding: gzip")
		},
		pathGraphQL + "/partners": func() (reply, error) {
			return c.data(ctx, pathGraphQL, body(c.documents.partners, "Partners", map[string]any{"organization": c.organizations[0]}))
		},
	} {
		r, err := ask()
		if err != nil {
			return "", err
		}
		answers[path] = map[string]any{
			"contentType": r.header.Get("Content-Type"), "encoding": r.header.Get("Content-Encoding"), "etag": r.header.Get("ETag"), "body": r.body,
		}
	}
	raw, err := json.Marshal(answers)
	if err != nil {
		return "", fmt.Errorf("keep the hub's answers: %w", err)
	}
	file := filepath.Join(folder, "answers.json")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return "", fmt.Errorf("keep the hub's answers: %w", err)
	}
	return file, nil
}
