package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// program is the built hub; TestMain fills it.
var program string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "hub-test-")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(dir, "hub")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		panic(string(out))
	}
	status := storetest.Run(m)
	_ = os.RemoveAll(dir) // a test's folder
	os.Exit(status)
}

// hub runs a command to its end.
func hub(t testing.TB, args ...string) (out, errOut string, err error) {
	t.Helper()
	var o, e bytes.Buffer
	c := exec.CommandContext(t.Context(), program, args...)
	c.Stdout, c.Stderr = &o, &e
	err = c.Run()
	return o.String(), e.String(), err
}

// served is a running server.
type served struct {
	address string
	command *exec.Cmd
	ended   chan error
}

// serveHub starts a server and waits until it says where it is.
func serveHub(t testing.TB, args ...string) (*served, error) {
	t.Helper()
	c := exec.CommandContext(context.WithoutCancel(t.Context()), program, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...)
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var log bytes.Buffer
	c.Stderr = &log
	if err := c.Start(); err != nil {
		return nil, err
	}
	s := &served{command: c, ended: make(chan error, 1)}
	lines := bufio.NewScanner(out)
	for s.address == "" && lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "GraphQL:"); found {
			s.address = strings.TrimSuffix(strings.TrimSpace(address), "/graphql")
		}
	}
	go func() {
		_, _ = io.Copy(io.Discard, out) // its end is the process's
		s.ended <- c.Wait()
	}()
	if s.address == "" {
		return nil, fmt.Errorf("the server did not start: %w: %s", <-s.ended, log.String())
	}
	t.Cleanup(func() { _ = c.Process.Kill() })
	return s, nil
}

// stop ends a server as an operator does.
func (s *served) stop() error {
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-s.ended:
		return err
	case <-time.After(20 * time.Second):
		return fmt.Errorf("still running after 20 seconds")
	}
}

func (s *served) ask(t testing.TB, query string, into any) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.address+"/graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// counts are how much of each kind a hub shows.
type counts struct {
	Data struct {
		Episodes, Speakers, Organizations, CaseStudies struct{ TotalCount int }
		Hub                                            struct{ Version int }
	}
}

func (s *served) counts(t testing.TB) counts {
	t.Helper()
	var c counts
	s.ask(t, `{ episodes { totalCount } speakers { totalCount } organizations { totalCount } caseStudies { totalCount } hub { version } }`, &c)
	return c
}

func TestDemoAnswersBothMainQuestionsAndStopsCleanly(t *testing.T) {
	s, err := serveHub(t, "--demo", "--database", hubtest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	if c := s.counts(t).Data; c.Episodes.TotalCount != 110+14 || c.Speakers.TotalCount != 195 || c.Organizations.TotalCount != 162 || c.CaseStudies.TotalCount != 18 {
		t.Errorf("the demo has %+v", c)
	}
	if err := s.stop(); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

func TestCommandsBesideARunningServerAreSeenByIt(t *testing.T) {
	database := hubtest.SQLite(t)
	s, err := serveHub(t, "--database", database)
	if err != nil {
		t.Fatal(err)
	}
	if out, errOut, err := hub(t, "import", "--database", database, hubtest.Facts()); err != nil {
		t.Fatal(out, errOut, err)
	}
	deadline := time.Now().Add(10 * time.Second)
	for s.counts(t).Data.Episodes.TotalCount != 110 {
		if time.Now().After(deadline) {
			t.Fatal("the server never saw the import")
		}
	}
}

func TestFourProcessesOpenOneNewDatabaseAtOnce(t *testing.T) {
	for round := range 3 {
		t.Run(fmt.Sprint("sqlite commands ", round), func(t *testing.T) {
			database := hubtest.SQLite(t)
			atOnce(t, func(i int) error {
				out, errOut, err := hub(t, "token", "create", "--role", "admin", "--name", fmt.Sprint(i), "--database", database)
				if err != nil || !strings.HasPrefix(out, "bth_") || strings.Count(out, "\n") != 1 {
					return fmt.Errorf("%q %q %w", out, errOut, err)
				}
				return nil
			})
		})
	}
	t.Run("postgres servers", func(t *testing.T) {
		database := storetest.PostgreSQL(t)
		var servers [4]*served
		atOnce(t, func(i int) (err error) {
			servers[i], err = serveHub(t, "--database", database)
			return err
		})
		for _, s := range servers {
			if s != nil && s.counts(t).Data.Episodes.TotalCount != 0 {
				t.Error("an empty hub has episodes")
			}
		}
	})
}

func atOnce(t *testing.T, do func(i int) error) {
	t.Helper()
	var wait sync.WaitGroup
	for i := range 4 {
		wait.Go(func() {
			if err := do(i); err != nil {
				t.Errorf("process %d: %v", i, err)
			}
		})
	}
	wait.Wait()
}

func TestKilledImportLeavesAllOrNothing(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		rng := rand.New(rand.NewPCG(1, 2))
		finished, killed := 0, 0
		for range 12 {
			before := version(t, database)
			c := exec.CommandContext(t.Context(), program, "import", "--database", database, "--source", fmt.Sprint(rng.Int()), hubtest.Facts())
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(time.Duration(rng.IntN(400))*time.Millisecond, func() { _ = c.Process.Kill() })
			err := c.Wait()
			after := version(t, database)
			switch {
			case err == nil && after.Version == before.Version+1, err != nil && after.Version == before.Version+1:
				finished++
			case err != nil && after.Version == before.Version:
				killed++
			default:
				t.Errorf("%v: version went from %d to %d", err, before.Version, after.Version)
			}
			if after.Episodes != 110*after.Version || after.Speakers != 195*after.Version {
				t.Errorf("after %d whole imports: %+v", after.Version, after)
			}
		}
		t.Logf("%d imports finished, %d were killed before they did", finished, killed)
	})
}

// state is what a database holds, read by a server of its own.
type state struct{ Version, Episodes, Speakers int }

func version(t *testing.T, database string) state {
	t.Helper()
	s, err := serveHub(t, "--database", database)
	if err != nil {
		t.Fatal(err)
	}
	c := s.counts(t).Data
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	return state{c.Hub.Version, c.Episodes.TotalCount, c.Speakers.TotalCount}
}

func TestBadLinesAreToldByNumberAndNothingIsImported(t *testing.T) {
	database := hubtest.SQLite(t)
	file := filepath.Join(t.TempDir(), "bad.ndjson")
	lines := []string{
		`{"type":"topic","key":"good","label":"Good"}`,
		`{"type":"topic","key":"bad"}`,
		`not json`,
		`{"type":"planet","key":"x"}`,
		`{"type":"episode","key":"e","title":"E","date":"2021-13"}`,
		`{"type":"episode","key":"f","title":"F","date":"2026-03-08","start_local":"02:30","time_zone":"America/New_York"}`,
		"{\"type\":\"topic\",\"key\":\"nul\",\"label\":\"a\\u0000b\"}",
		"{\"type\":\"topic\",\"key\":\"utf\",\"label\":\"\xff\"}",
		`[1]`,
		`{"type":"speaker","key":"s","name":"S"} trailing`,
	}
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errOut, err := hub(t, "import", "--database", database, file)
	if err == nil {
		t.Fatal("a file with bad lines was imported")
	}
	for _, n := range []int{2, 3, 4, 5, 6, 7, 8, 9, 10} {
		if !strings.Contains(errOut, fmt.Sprintf("line %d: ", n)) {
			t.Errorf("line %d is not told:\n%s", n, errOut)
		}
	}
	if s := version(t, database); s.Version != 0 {
		t.Errorf("something was imported: %+v", s)
	}
	out, errOut, err := hub(t, "import", "--skip-bad", "--database", database, file)
	if err != nil || !strings.HasPrefix(out, "10 lines: 1 entries created") {
		t.Errorf("%s %s %v", out, errOut, err)
	}
}

func TestConfigShowsNoSecret(t *testing.T) {
	for _, database := range []string{
		"postgres://hub:s3cret@db.example/hub?sslmode=require", "host=db user=hub password=s3cret", "postgres://db.example/hub?password=s3cret",
		"host=db password='s3cret s3cret'",
	} {
		out, _, err := hub(t, "config", "--database", database)
		if err != nil || strings.Contains(out, "s3cret") || !strings.Contains(out, "HUB_DATABASE=") {
			t.Errorf("%s: %s %v", database, out, err)
		}
	}
}
