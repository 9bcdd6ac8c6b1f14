package server_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/server"
	"bettertogether/internal/store"
	"bettertogether/migrations"
)

// The queries are asked in process, by POST and without compression, so that no cache and no network stands between. Size L
// takes minutes to make and 2 GiB to hold, so it is left out unless the environment has HUB_BENCH_L=1.

// partnerQuery is what a partner's page asks for.
const partnerQuery = `{
	episodes(first: 20) {
		nodes {
			id title url date startsAt phase
			appearances { creditedName role speaker { name url } }
			organizations { name url }
			recordings { url kind }
			resources { title href }
		}
	}
}`

// BenchmarkPartnerQuery measures the latest 20 episodes with all that stands on their cards.
func BenchmarkPartnerQuery(b *testing.B) {
	benchQuery(b, func(*edition.View) (string, map[string]any) { return partnerQuery, nil })
}

// BenchmarkPartnerQueryGzip measures the same as browsers ask for it.
func BenchmarkPartnerQueryGzip(b *testing.B) {
	for _, size := range benchSizes() {
		b.Run(size.name, func(b *testing.B) {
			hub := benchHub(b, size)
			benchAsk(b, hub, http.Header{"Accept-Encoding": {"gzip"}}, partnerQuery, nil)
		})
	}
}

// BenchmarkAnalystWalk measures four steps through the network: an organization, its partnerships, who stands behind them,
// and where they spoke.
func BenchmarkAnalystWalk(b *testing.B) {
	const query = `query ($slug: String!) {
		organization(slug: $slug) {
			name
			caseStudies(first: 10) {
				totalCount
				nodes {
					title
					contributors { name episodes(first: 10) { totalCount nodes { title date } } }
				}
			}
		}
	}`
	benchQuery(b, func(v *edition.View) (string, map[string]any) {
		return query, map[string]any{"slug": benchSlug(v, content.KindOrganization)}
	})
}

// BenchmarkTopicFacets measures a list by the most frequent topic, counted by all fields of its filter.
func BenchmarkTopicFacets(b *testing.B) {
	const query = `query ($topic: ID!) {
		episodes(first: 20, filter: { topics: [$topic] }) {
			totalCount
			facets { field values { value label count } }
			nodes { title date }
		}
	}`
	benchQuery(b, func(v *edition.View) (string, map[string]any) {
		return query, map[string]any{"topic": benchSlug(v, content.KindTopic)}
	})
}

// BenchmarkTopicList measures the same without the facets.
func BenchmarkTopicList(b *testing.B) {
	const query = `query ($topic: ID!) { episodes(first: 20, filter: { topics: [$topic] }) { totalCount nodes { title date } } }`
	benchQuery(b, func(v *edition.View) (string, map[string]any) {
		return query, map[string]any{"topic": benchSlug(v, content.KindTopic)}
	})
}

// BenchmarkSearch measures a search of two words with their snippets.
func BenchmarkSearch(b *testing.B) {
	const query = `{ search(query: "rural apprenticeship") { totalCount edges { score snippet node { label url } } } }`
	benchQuery(b, func(*edition.View) (string, map[string]any) { return query, nil })
}

// BenchmarkSearchRare measures a search for a person, with a typo.
func BenchmarkSearchRare(b *testing.B) {
	const query = `{ search(query: "marcia balinger") { totalCount edges { score snippet node { label url } } } }`
	benchQuery(b, func(*edition.View) (string, map[string]any) { return query, nil })
}

// pageQuery is a page of a walk with cursors.
const pageQuery = `query ($after: String) {
	episodes(first: 20, after: $after) { pageInfo { hasNextPage endCursor } nodes { title date } }
}`

// BenchmarkFirstPage measures the first page of a walk through all episodes.
func BenchmarkFirstPage(b *testing.B) {
	benchQuery(b, func(*edition.View) (string, map[string]any) { return pageQuery, nil })
}

// BenchmarkLastPage measures the last page of it.
func BenchmarkLastPage(b *testing.B) {
	benchQuery(b, func(v *edition.View) (string, map[string]any) {
		last := int32(21)
		page, err := v.Episodes(nil, nil, edition.PageArgs{Last: &last})
		if err != nil {
			b.Fatal(err)
		}
		return pageQuery, map[string]any{"after": *page.PageInfo().StartCursor}
	})
}

// benchQuery asks a query on hubs of each size.
func benchQuery(b *testing.B, query func(*edition.View) (string, map[string]any)) {
	for _, size := range benchSizes() {
		b.Run(size.name, func(b *testing.B) {
			hub := benchHub(b, size)
			text, variables := query(hub.desk.Pin())
			benchAsk(b, hub, nil, text, variables)
		})
	}
}

func benchAsk(b *testing.B, hub *benchServer, header http.Header, query string, variables map[string]any) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		b.Fatal(err)
	}
	ask := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		for name, values := range header {
			r.Header[name] = values
		}
		w := httptest.NewRecorder()
		hub.ServeHTTP(w, r)
		return w
	}
	first := ask()
	if first.Code != http.StatusOK || bytes.Contains(first.Body.Bytes(), []byte(`"errors"`)) {
		b.Fatalf("%d %.500s", first.Code, first.Body)
	}
	b.ReportAllocs()
	for b.Loop() {
		ask()
	}
	b.ReportMetric(float64(first.Body.Len()), "answer-B")
}

// benchSlug is the slug of the entry of a kind at which most others point.
func benchSlug(v *edition.View, kind content.Kind) string {
	return v.Entry(generate.ID(kind, 0)).Common().Slug
}

// benchSize is a size of content with its name.
type benchSize struct {
	name string
	generate.Size
}

func benchSizes() []benchSize {
	all := []benchSize{{"S", generate.S()}, {"M", generate.M()}}
	if os.Getenv("HUB_BENCH_L") == "1" {
		all = append(all, benchSize{"L", generate.L()})
	}
	return all
}

// benchServer is a server with its desk.
type benchServer struct {
	*server.Server
	desk *desk.Desk
}

// benchHubs are the hubs that this process has opened, by size: opening one takes longer than asking it.
var benchHubs sync.Map

// benchHub opens a hub with the content of a size and its search index. It stays open until the process ends; nobody may
// write to it.
func benchHub(b *testing.B, size benchSize) *benchServer {
	b.Helper()
	if hub, ok := benchHubs.Load(size.name); ok {
		return hub.(*benchServer)
	}
	ctx := context.WithoutCancel(b.Context())
	s, err := store.Open(ctx, benchDatabase(b, size))
	if err != nil {
		b.Fatal(err)
	}
	began := time.Now()
	clock := func() time.Time { return generate.Now().Add(24*time.Hour + time.Since(began)) }
	const site = "https://hub.example"
	d, err := desk.Open(ctx, s, desk.Options{Clock: clock, Site: site})
	if err != nil {
		b.Fatal(err)
	}
	d.Pin().Warm()
	server.Headroom() // as the program does
	hub := &benchServer{server.New(server.Config{Desk: d, Site: site, Build: "bench", Log: slog.New(slog.DiscardHandler)}), d}
	benchHubs.Store(size.name, hub)
	return hub
}

// benchDatabase names an SQLite file with the published content of a size. The benchmarks of desk use the same file: it is
// made once and stays in the machine's folder for temporary files, under a name that changes with the content and the schema.
func benchDatabase(b *testing.B, size benchSize) string {
	b.Helper()
	sum := sha256.New()
	steps, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		b.Fatal(err)
	}
	for _, step := range steps {
		text, err := migrations.Files.ReadFile(step)
		if err != nil {
			b.Fatal(err)
		}
		sum.Write(text)
	}
	// What changes the large sizes changes the smallest one too.
	for id, entry := range generate.Content(generate.S()) {
		body, err := content.Encode(entry)
		if err != nil {
			b.Fatal(err)
		}
		sum.Write([]byte(id))
		sum.Write(body)
	}
	fmt.Fprintf(sum, "%+v", size.Size)
	file := filepath.Join(os.TempDir(), "hub-bench-"+size.name+"-"+hex.EncodeToString(sum.Sum(nil)[:6])+".db")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	making := filepath.Join(b.TempDir(), "hub.db")
	benchFill(b, making, size)
	in, err := os.ReadFile(making)
	if err == nil {
		err = os.WriteFile(file+".new", in, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		b.Fatal(err)
	}
	return file
}

// benchFill saves and publishes the content of a size, some 10,000 entries at a time.
func benchFill(b *testing.B, database string, size benchSize) {
	b.Helper()
	s, err := store.Open(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	began := time.Now()
	clock := func() time.Time { return generate.Now().Add(time.Since(began)) }
	d, err := desk.Open(b.Context(), s, desk.Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	w := desk.Write{Action: "import"}
	save := func() {
		if _, err := d.Save(b.Context(), auth.Viewer{Name: "bench", Role: auth.Admin}, w); err != nil {
			b.Fatal(err)
		}
		w.Puts = nil
	}
	for id, entry := range generate.Content(size.Size) {
		if w.Puts = append(w.Puts, desk.Put{ID: id, Entry: entry, Publish: true}); len(w.Puts) == 10_000 {
			save()
		}
	}
	save()
}
