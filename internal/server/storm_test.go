package server

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// storm lets writers and time change a hub of one or more nodes while readers check every answer against the edition that it names.
type storm struct {
	t       *testing.T
	oracle  *oracle
	nodes   []*stormNode
	writers []*stormWriter
	answers atomic.Int64
	most    int64
	turns   chan struct{}
	began   time.Time
	// stop ends a storm that has found enough.
	stop   context.CancelFunc
	writes atomic.Int64
	purges atomic.Int64
	// purging lets one purge at a time begin a life, so that the tag afterwards is of the life that it began.
	purging sync.Mutex
	// The rest is the readers'.
	mu                                       sync.Mutex
	told                                     map[string]*heard
	names                                    map[string]string
	etags                                    map[string]string
	wrong                                    int
	known, empty, refused, impatient, reborn int
}

// stormNode is a node that answers over HTTP.
type stormNode struct {
	desk   *desk.Desk
	server *Server
	url    string
	// behind is how much its clock is slow.
	behind time.Duration
}

// stormAnswers is how many answers a storm reads, unless the environment says otherwise.
func stormAnswers(t *testing.T) int64 {
	given := os.Getenv("HUB_STORM")
	if given == "" {
		return stormUsual
	}
	n, err := strconv.ParseInt(given, 10, 64)
	if err != nil || n < 1 {
		t.Fatalf("HUB_STORM is %q, a number of answers is wanted", given)
	}
	return n
}

// The pace of a storm. Time goes on with each answer, and a write comes every so many, so that a slow machine sees the same storm.
const (
	stormStep    = 40 * time.Millisecond
	stormWrites  = 60
	stormReaders = 6
)

func newStorm(t *testing.T, most int64) *storm {
	return &storm{
		t: t, oracle: &oracle{}, most: most, turns: make(chan struct{}, 1), began: time.Now(),
		told: map[string]*heard{}, names: map[string]string{}, etags: map[string]string{},
	}
}

// now is the time of the storm. It never stands still, as no clock does.
func (s *storm) now() time.Time {
	noon := time.Date(2040, 5, 1, 6, 0, 0, 0, time.UTC)
	return noon.Add(time.Since(s.began) + time.Duration(s.answers.Load())*stormStep)
}

// join adds a node whose clock is slow by so much.
func (s *storm) join(database string, behind time.Duration) *stormNode {
	s.t.Helper()
	db, err := store.Open(s.t.Context(), database)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = db.Close() })
	n := &stormNode{behind: behind}
	n.desk, err = desk.Open(s.t.Context(), db, desk.Options{Site: "https://hub.example", Clock: func() time.Time {
		switch rand.IntN(6) { // whoever looks at the clock may be held up, before or behind that
		case 0:
			runtime.Gosched()
		case 1:
			defer runtime.Gosched()
		}
		return s.now().Add(-behind)
	}})
	if err != nil {
		s.t.Fatal(err)
	}
	log := &logbook{}
	n.server = New(Config{
		Desk: n.desk, Site: "https://hub.example", Build: "test",
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	web := httptest.NewServer(n.server)
	s.t.Cleanup(func() {
		web.Close()
		if text := log.take(); text != "" {
			s.t.Errorf("logged: %.4000s", text)
		}
	})
	n.url = web.URL
	s.nodes = append(s.nodes, n)
	return n
}

// follow keeps the nodes up with each other until the test ends.
func (s *storm) follow() {
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	for _, n := range s.nodes {
		wait.Go(func() { n.desk.Follow(ctx) })
	}
	s.t.Cleanup(func() {
		cancel()
		wait.Wait()
	})
}

// writer lets somebody write on a node.
func (s *storm) writer(n *stormNode) {
	name := string(rune('a' + len(s.writers)))
	w := &stormWriter{storm: s, desk: n.desk, name: name, rng: rand.New(rand.NewPCG(1, uint64(len(s.writers))))}
	s.writers = append(s.writers, w)
	w.begin()
}

// blow lets the storm go until so many answers are read, and checks what they told.
func (s *storm) blow() {
	s.t.Helper()
	var writers, readers sync.WaitGroup
	for _, n := range s.nodes {
		if err := n.desk.CatchUp(s.t.Context()); err != nil {
			s.t.Fatal(err)
		}
	}
	ctx, cancel := context.WithCancel(s.t.Context())
	defer cancel()
	s.stop = cancel
	for _, w := range s.writers {
		writers.Go(func() {
			for range s.turns {
				w.write()
			}
		})
	}
	for i := range stormReaders {
		r := newStormReader(s, uint64(i))
		readers.Go(func() { r.read(ctx) })
	}
	readers.Wait()
	close(s.turns)
	writers.Wait()
	s.judge()
}

// fail tells of a wrong answer; a storm with many of them tells of the first alone.
func (s *storm) fail(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed(format, args...)
}

func (s *storm) failed(format string, args ...any) {
	s.t.Helper()
	const enough = 12
	if s.wrong++; s.wrong <= enough {
		s.t.Errorf(format, args...)
	}
	if s.wrong == enough {
		s.stop()
	}
}

// judge asks the oracle about everything that was told, and looks whether the storm was one.
func (s *storm) judge() {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	states := map[string]*stormState{}
	byTime := 0
	for _, a := range s.told {
		state, asked := states[a.tag]
		if !asked {
			var err error
			if state, err = s.oracle.state(a.tag); err != nil {
				s.failed("%s: %v", a.tag, err)
			} else if n, _ := s.oracle.read(a.tag); state.at.UnixMicro() != n.latest {
				byTime++
			}
			states[a.tag] = state
		}
		if state != nil {
			for _, wrong := range a.wrong(s.oracle, state) {
				s.failed("%s of %s: %s", a.question, a.tag, wrong)
			}
		}
	}
	looks, pieces := [4]float64{}, 0.0
	for _, n := range s.nodes {
		series, _ := (&hub{Server: n.server}).scrape(s.t)
		for look, result := range map[int]string{lookHit: "hit", lookMiss: "miss", lookShared: "shared", lookKnown: "not_modified"} {
			looks[look] += series[`hub_cache_requests_total{result="`+result+`"}`]
		}
		pieces += series[`hub_graphql_pieces_total{result="taken"}`]
	}
	s.t.Logf("%d answers, %d wrong; %d writes, %d purges; %d tags, %d of them by time alone; %d questions of a tag; %.0f made, of %.0f pieces of others, %.0f hits, %.0f shared, %.0f times 304 (%d seen); %d without a body, %d that led nowhere; %d waited in vain, %d met an older life",
		s.answers.Load(), s.wrong, s.writes.Load(), s.purges.Load(), len(states), byTime, len(s.told), looks[lookMiss], pieces, looks[lookHit], looks[lookShared], looks[lookKnown], s.known, s.empty, s.refused, s.impatient, s.reborn)
	n := float64(s.answers.Load())
	for name, few := range map[string]bool{
		"tags": float64(len(states)) < n/100, "tags by time": float64(byTime) < n/200, "hits": looks[lookHit] < n/20, "pieces": pieces < n, "304": float64(s.known) < n/50,
		"writes": float64(s.writes.Load()) < n/200, "purges": n >= 10_000 && s.purges.Load() == 0,
	} {
		if few {
			s.t.Errorf("too few %s for the storm to mean anything", name)
		}
	}
}

// Every answer is that of the edition that it names, and this is none that was over before the question, whatever is written and
// whatever time changes meanwhile.
func TestNoAnswerIsStaleOrMixedInAStorm(t *testing.T) {
	s := newStorm(t, stormAnswers(t))
	n := s.join(hubtest.SQLite(t), 0)
	s.writer(n)
	s.writer(n)
	s.blow()
}

// What two nodes say of one edition is the same to the byte, also when the clock of one is slow.
func TestTwoNodesInAStormSayTheSameOfOneEdition(t *testing.T) {
	s := newStorm(t, stormAnswers(t))
	database := storetest.PostgreSQL(t)
	s.join(database, 0)
	s.join(database, 300*time.Millisecond)
	s.follow()
	for _, n := range s.nodes {
		s.writer(n)
	}
	s.blow()
}
