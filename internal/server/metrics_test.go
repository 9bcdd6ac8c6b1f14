package server

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"bettertogether/internal/content"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// scrape reads metrics as Prometheus does: the value of each series, and the text.
func (h *hub) scrape(t *testing.T) (map[string]float64, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.Metrics().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	series := map[string]float64{}
	for line := range strings.Lines(w.Body.String()) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") {
			continue
		}
		cut := strings.LastIndex(line, " ")
		value, err := strconv.ParseFloat(line[cut+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		series[line[:cut]] = value
	}
	return series, w.Body.String()
}

func TestMetricsCountWhatClientsGot(t *testing.T) {
	h := openHub(t, nil)
	etag := h.get(t, latest).header.Get("ETag")
	h.get(t, latest, "If-None-Match: "+etag)
	h.get(t, `{ nothing }`)
	h.get(t, `{ episode(slug: "none") { title } }`)
	h.get(t, `{`+strings.Repeat(" __typename", 4_000)+`}`)
	h.get(t, `{ episodes(first: 101) { nodes { id } } }`)
	h.get(t, latest, "Authorization: Bearer bth_wrong")
	h.get(t, `query @edition(preview: true) { episodes { totalCount } }`)
	h.send(t, http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+strings.Repeat("a", mostBody)+`"}`), isJSON)
	h.get(t, latest)
	got, text := h.scrape(t)
	for series, want := range map[string]float64{
		`hub_graphql_operations_total{outcome="ok"}`:                           3,
		`hub_graphql_operations_total{outcome="invalid"}`:                      2,
		`hub_graphql_operations_total{outcome="limit"}`:                        2,
		`hub_graphql_operations_total{outcome="denied"}`:                       2,
		`hub_graphql_operations_total{outcome="timeout"}`:                      0,
		`hub_cache_requests_total{result="hit"}`:                               1,
		`hub_cache_requests_total{result="not_modified"}`:                      1,
		`hub_graphql_errors_total{code="GRAPHQL_VALIDATION_FAILED"}`:           1,
		`hub_graphql_operations_total{outcome="error"}`:                        0,
		`hub_http_not_modified_total`:                                          1,
		`hub_http_requests_total{class="3xx",route="/graphql"}`:                1,
		`hub_http_requests_in_flight`:                                          0,
		`hub_http_request_duration_seconds_count{route="/graphql"}`:            10,
		`hub_content_version`:                                                  1,
		`hub_edition_version`:                                                  1,
		`hub_edition_entries{kind="episode"}`:                                  110,
		`hub_edition_entries{kind="speaker"}`:                                  195,
		`hub_content_versions_behind`:                                          0,
		`hub_database_up`:                                                      1,
		`hub_database_failures_total`:                                          0,
		`hub_clock_skew_seconds`:                                               0,
		`hub_write_turn_taken`:                                                 0,
		`hub_build_info{build="test"}`:                                         1,
		`hub_http_request_duration_seconds_bucket{route="/graphql",le="+Inf"}`: 10,
	} {
		if value, found := got[series]; !found || value != want {
			t.Errorf("%s is %v, want %v", series, value, want)
		}
	}
	for _, series := range []string{
		`hub_http_response_bytes_total{route="/graphql"}`, "hub_edition_changed_timestamp_seconds", "hub_content_caught_up_timestamp_seconds",
		"hub_database_answer_seconds", "go_goroutines", "process_resident_memory_bytes",
	} {
		if got[series] <= 0 {
			t.Errorf("%s is %v", series, got[series])
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestMetricsKeepToTheConventions(t *testing.T) {
	h := openHub(t, nil)
	h.get(t, latest)
	families, err := h.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := promlint.NewWithMetricFamilies(families).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "hub_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

func TestMetricsNeverGrowWithRequests(t *testing.T) {
	h := openHub(t, nil)
	// One request of each route and class first: what comes after must add nothing.
	paths := func(i int) []string {
		return []string{
			fmt.Sprintf("/nothing-%d", i), fmt.Sprintf("/graphiql/nothing-%d", i), fmt.Sprintf("//a%d/../graphiql", i), fmt.Sprintf("/graphiql?%d", i),
			fmt.Sprintf("/graphql/%d", i), fmt.Sprintf("/healthz?x=%d", i), fmt.Sprintf("/graphql?query={a%d}", i), fmt.Sprintf("//x%d//graphql", i),
		}
	}
	ask := func(i int) {
		for _, path := range paths(i) {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodConnect, fmt.Sprintf("X%d", i)} {
				w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
				r.Method, r.Host = method, fmt.Sprintf("host%d.example", i)
				h.ServeHTTP(w, r)
			}
		}
	}
	ask(0)
	before, _ := h.scrape(t)
	for i := range 50 {
		ask(i)
	}
	after, text := h.scrape(t)
	for series := range after {
		if _, found := before[series]; !found && strings.HasPrefix(series, "hub_") && !strings.Contains(series, "next_change") {
			t.Errorf("%s is new", series)
		}
	}
	if strings.Contains(text, "nothing-") || strings.Contains(text, "example") {
		t.Error("the metrics repeat what clients sent")
	}
	if after[`hub_http_requests_total{class="4xx",route="other"}`] == 0 || after[`hub_http_requests_total{class="4xx",route="/graphiql/"}`] == 0 {
		t.Error(text)
	}
}

func TestTwoServersInOneProcessCountApart(t *testing.T) {
	one, other := openHub(t, nil), openHub(t, nil)
	one.get(t, latest)
	const series = `hub_graphql_operations_total{outcome="ok"}`
	if got, _ := one.scrape(t); got[series] != 1 {
		t.Errorf("one has %v", got[series])
	}
	if got, _ := other.scrape(t); got[series] != 0 {
		t.Errorf("the other has %v", got[series])
	}
}

func TestMetricsAreNotOnThePublicPort(t *testing.T) {
	h := startHub(t, nil)
	for _, path := range []string{"/metrics", "/debug/pprof/", "/debug/pprof/heap"} {
		if a := h.send(t, http.MethodGet, path, nil); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- h.RunMetrics(ctx, l) }()
	h.url = "http://" + l.Addr().String()
	for path, want := range map[string]int{
		"/metrics": 200, "/debug/pprof/": 200, "/debug/pprof/heap": 200, "/debug/pprof/goroutine?debug=1": 200,
		"/debug/pprof/cmdline": 404, "/graphql": 404, "/": 404,
	} {
		if a := h.send(t, http.MethodGet, path, nil); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestMetricsTellThatTheDatabaseIsGone(t *testing.T) {
	h := &hub{log: &logbook{}}
	server := storetest.Server(t)
	d := hubtest.Open(t, server.DSN(), nil)
	h.Server = New(Config{Desk: d, Log: slog.New(slog.DiscardHandler)})
	server.Stop()
	got, _ := h.scrape(t)
	if got["hub_database_up"] != 0 || got["hub_database_failures_total"] != 1 {
		t.Errorf("up %v, failures %v", got["hub_database_up"], got["hub_database_failures_total"])
	}
	if _, found := got["hub_content_version"]; !found {
		t.Error("the content version is not told without the database")
	}
	if a := h.send(t, http.MethodGet, "/readyz", nil); a.status != http.StatusServiceUnavailable || !strings.Contains(string(a.body), "database") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestClockThatIsOffIsTold(t *testing.T) {
	database := storetest.PostgreSQL(t)
	for _, test := range []struct {
		off    time.Duration
		status int
		says   string
	}{
		{0, http.StatusOK, ""},
		{5 * time.Second, http.StatusOK, "ahead of the database"},
		{-5 * time.Second, http.StatusOK, "behind the database"},
		{time.Hour, http.StatusServiceUnavailable, "clock: this node is 3"},
		{-time.Hour, http.StatusServiceUnavailable, "behind the database"},
	} {
		t.Run(test.off.String(), func(t *testing.T) {
			h := &hub{}
			h.Server = New(Config{Desk: hubtest.Open(t, database, &hubtest.Clock{At: time.Now().Add(test.off)}), Log: slog.New(slog.DiscardHandler)})
			a := h.send(t, http.MethodGet, "/readyz", nil)
			if a.status != test.status || !strings.Contains(string(a.body), test.says) || test.says == "" && string(a.body) != "ready\n" {
				t.Errorf("%d %s", a.status, a.body)
			}
			got, _ := h.scrape(t)
			if skew := got["hub_clock_skew_seconds"]; max(skew-test.off.Seconds(), test.off.Seconds()-skew) > 1 {
				t.Errorf("skew is %v", skew)
			}
		})
	}
}

func TestOutcomeIsReadOffTheAnswer(t *testing.T) {
	for answer, want := range map[string]string{
		`{"data":{"a":null}}`: outcomeOK,
		``:                    outcomeOK,
		`{"errors":[{"message":"a","extensions":{"code":"BAD_USER_INPUT"}}],"data":null}`:                                  outcomeInvalid,
		`{"errors":[{"message":"a","extensions":{"code":"FORBIDDEN"}},{"extensions":{"code":"INTERNAL"}}],"data":{"a":1}}`: outcomeError,
		`{"errors":[{"message":"a"}]}`: outcomeError,
		`{"errors":[`:                  outcomeError,
		`{"errors":[{"extensions":{"code":"` + string(content.CodeBusy) + `"}}]}`: outcomeError,
		`{"errors":[{"extensions":{"code":"` + codeTooComplex + `"}}]}`:           outcomeLimit,
	} {
		if got := openHub(t, nil).metrics.outcomeOf([]byte(answer)); got != want {
			t.Errorf("%s: %s, want %s", answer, got, want)
		}
	}
}

func TestStoppingServerStillAcceptsForAMomentWhenProbed(t *testing.T) {
	h := openHub(t, nil)
	for _, isProbed := range []bool{true, false} {
		t.Run(fmt.Sprint("probed ", isProbed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h.stopping.Store(false)
				h.probed.Store(0)
				ctx, stop := context.WithCancel(t.Context())
				l := pipes{make(chan net.Conn), make(chan struct{})}
				done := make(chan error, 1)
				go func() { done <- h.Run(ctx, l) }()
				connect := func() (net.Conn, bool) {
					client, server := net.Pipe()
					select {
					case l.conns <- server:
						return client, true
					case <-l.closed:
						return nil, false
					}
				}
				slow, _ := connect()
				body := `{"query":"{ hub { version } }"}`
				_, _ = fmt.Fprintf(slow, "POST /graphql HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", len(body))
				if isProbed {
					probe, _ := connect()
					_, _ = io.WriteString(probe, "GET /readyz HTTP/1.1\r\nHost: hub\r\nConnection: close\r\n\r\n")
					if got, _ := io.ReadAll(probe); !strings.Contains(string(got), "200 OK") {
						t.Fatalf("%s", got)
					}
				}
				synctest.Wait() // the request has reached its handler: net/http drops one whose header comes with the stop
				stop()
				synctest.Wait()
				probe, accepted := connect()
				if accepted != isProbed {
					t.Fatalf("a new connection is accepted: %v", accepted)
				}
				if accepted {
					_, _ = io.WriteString(probe, "GET /readyz HTTP/1.1\r\nHost: hub\r\n\r\n")
					got, _ := io.ReadAll(probe) // to its end: the server closes
					if !strings.Contains(string(got), "503 Service") || !strings.Contains(string(got), "stopping") || !strings.Contains(string(got), "Connection: close") {
						t.Errorf("%s", got)
					}
				}
				time.Sleep(5 * time.Second) // of the bubble: the request takes its time
				if _, accepted := connect(); accepted {
					t.Error("it still accepts")
				}
				_, _ = io.WriteString(slow, body)
				response, err := http.ReadResponse(bufio.NewReader(slow), nil)
				if err != nil || response.StatusCode != http.StatusOK {
					t.Fatalf("the request in flight got %v %v", response, err)
				}
				_ = response.Body.Close()
				if err := <-done; err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestStoppingServerDoesNotWaitForEver(t *testing.T) {
	h := openHub(t, nil)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		l := pipes{make(chan net.Conn), make(chan struct{})}
		done := make(chan error, 1)
		go func() { done <- h.Run(ctx, l) }()
		client, server := net.Pipe()
		l.conns <- server
		h.probed.Store(time.Now().UnixNano())
		_, _ = io.WriteString(client, "GET /graphiql/graphiql.js HTTP/1.1\r\nHost: hub\r\n\r\n") // and never reads the answer
		synctest.Wait()
		began := time.Now()
		stop()
		err := <-done
		if took := time.Since(began); took > 20*time.Second || err == nil || !strings.Contains(err.Error(), "still in flight") {
			t.Errorf("after %s: %v", took, err)
		}
	})
}
