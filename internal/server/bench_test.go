package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/server"
	"bettertogether/internal/store"
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
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
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
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
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

// benchServer is a server with its desk.
type benchServer struct {
	*server.Server
	desk *desk.Desk
}

// benchHubs are the hubs that this process has opened, by size: opening one takes longer than asking it.
var benchHubs sync.Map

// benchHub opens a hub with the content of a size and its search index. It stays open until the process ends; nobody may
// write to it.
func benchHub(b *testing.B, size hubtest.Size) *benchServer {
	b.Helper()
	if hub, ok := benchHubs.Load(size.Name); ok {
		return hub.(*benchServer)
	}
	ctx := context.WithoutCancel(b.Context())
	s, err := store.Open(ctx, hubtest.Generated(b, size))
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
	entries, err := s.Entries(ctx)
	if err != nil {
		b.Fatal(err)
	}
	server.Headroom(entries) // as the program does
	hub := &benchServer{server.New(server.Config{Desk: d, Site: site, Build: "bench", Log: slog.New(slog.DiscardHandler)}), d}
	benchHubs.Store(size.Name, hub)
	return hub
}

// BenchmarkPages measures every kind of page of the site, each of the entry of its kind that most others point at among a hundred.
func BenchmarkPages(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
			hub := benchHub(b, size)
			paths := map[string]string{"home": "/", "search": "/search?q=college+apprenticeship", "about": "/about", "missing": "/episodes/apprenticeship-nobody"}
			view, seen, most := hub.desk.Pin(), map[content.Kind]int{}, map[content.Kind]int{}
			view.Each(func(e edition.Entry) {
				kind := e.Kind()
				if seen[kind]++; kind == content.KindListing || seen[kind] > 100 {
					return
				}
				paths["list of "+string(kind)] = "/" + edition.Path(kind)
				if n := len(view.Referrers(e.ID())); paths[string(kind)] == "" || n > most[kind] {
					paths[string(kind)], most[kind] = strings.TrimPrefix(e.URL(), view.Site), n
				}
			})
			for _, name := range slices.Sorted(maps.Keys(paths)) {
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						w := httptest.NewRecorder()
						if hub.ServeHTTP(w, httptest.NewRequest(http.MethodGet, paths[name], nil)); w.Code != http.StatusOK && name != "missing" {
							b.Fatal(w.Code)
						}
					}
				})
			}
		})
	}
}

// BenchmarkNetworkPage measures the explorer: of a network whose measures are computed, as all but the first find it.
func BenchmarkNetworkPage(b *testing.B) {
	paths := map[string]string{
		"people": "/network", "organizations": "/network?mode=ORGANIZATION&order=BETWEENNESS", "card": "/network?at=" + string(generate.ID(content.KindSpeaker, 0)),
		"introduction": "/network?between=" + string(generate.ID(content.KindSpeaker, 0)) + "&and=" + string(generate.ID(content.KindSpeaker, 9)),
	}
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
			hub := benchHub(b, size)
			for _, name := range slices.Sorted(maps.Keys(paths)) {
				get := func() *httptest.ResponseRecorder {
					w := httptest.NewRecorder()
					hub.ServeHTTP(w, httptest.NewRequest(http.MethodGet, paths[name], nil))
					return w
				}
				b.Run(name, func(b *testing.B) {
					for w := get(); w.Header().Get("ETag") == ""; w = get() {
						if w.Code != http.StatusOK {
							b.Fatal(w.Code)
						}
					}
					b.ReportAllocs()
					for b.Loop() {
						get()
					}
				})
			}
		})
	}
}
