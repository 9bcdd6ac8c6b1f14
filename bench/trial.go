package main

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"bettertogether/bench/load"
	"bettertogether/bench/proc"
	"bettertogether/bench/serve"
	"bettertogether/bench/stat"
)

// question is one way to ask, and who is asked so.
type question struct {
	name  string
	about string
	// bare is the question of the bare handler that its speed is compared with.
	bare     string
	takes    func(c *contender) bool
	arrivals bool // requests come at the chosen rate, whether they are answered or not
	burst    bool
	prepare  func(f *field, c *contender) (load.Ask, error)
}

// The names of questions that something else asks for by name.
const (
	nameLatest = "latest"
	nameGET    = "latest GET"
	nameGzip   = "latest gzip"
	name304    = "latest 304"
	nameNew    = "latest new"
	namePart   = "partners"
)

func anybody(*contender) bool        { return true }
func notBare(c *contender) bool      { return c.name != nameBare }
func notSmall(c *contender) bool     { return c.name != nameHubS }
func hubOrBare(c *contender) bool    { return c.isHub && notSmall(c) || c.name == nameBare }
func graphQL(c *contender) bool      { return c.isGraphQL }
func ofTheSize(c *contender) bool    { return notBare(c) && notSmall(c) }
func withPartners(c *contender) bool { return notSmall(c) }
func withEnoughOf(c *contender) bool { return ofTheSize(c) && len(c.cursors) > 0 }
func (c *contender) path(of string) string {
	if c.name == nameBare {
		return pathGraphQL + of
	}
	return pathGraphQL
}

// questions are all, in the order of the report.
var questions = []question{
	{
		name: nameLatest, bare: nameLatest, takes: anybody, about: "the latest 20 episodes, the same POST again and again",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.repeated(c, c.path(""), body(c.documents.latest, "Latest", nil))
		},
	},
	{
		name: nameGET, bare: nameGET, takes: anybody, about: "the same by GET",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.repeated(c, latestByGET(c.documents.latest), nil)
		},
	},
	{
		name: nameGzip, bare: nameGzip, takes: hubOrBare, about: "the same POST, compressed",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.repeated(c, c.path("/gzip"), body(c.documents.latest, "Latest", nil), "Accept-Encoding: gzip")
		},
	},
	{
		name: name304, bare: name304, takes: hubOrBare, about: "GET with If-None-Match, answered by 304",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			path := latestByGET(c.documents.latest)
			r, err := c.data(f.ctx, path, nil)
			ask := f.ask(c)
			ask.Status = http.StatusNotModified
			ask.Next = same(get(path, "If-None-Match: "+r.header.Get("ETag")))
			return ask, err
		},
	},
	{
		name: nameNew, bare: nameLatest, takes: withEnoughOfAny, about: "20 episodes behind a cursor, another page each time, with an id that no request had before",
		prepare: func(f *field, c *contender) (load.Ask, error) { return f.newAnswers(c), nil },
	},
	{
		name: "latest unseen", bare: nameLatest, takes: graphQL, about: "the latest 20 episodes under another alias each time, so that each document is new",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			before, behind := c.documents.unseen()
			return f.changed(c, body(before+mark+behind, "Latest", nil), nil), nil
		},
	},
	{
		name: "page 1", bare: nameLatest, takes: withEnoughOf, about: "the first page, with an id that no request had before",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.changed(c, body(c.documents.page, "Page", map[string]any{"visitor": visitor + mark}), nil), nil
		},
	},
	{
		name: "far page", bare: nameLatest, takes: withEnoughOf, about: "page 500, or the last one when there are fewer, by its cursor, with such an id",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			far := c.cursors[min(farPage-2, len(c.cursors)-1)]
			return f.changed(c, body(c.documents.page, "Page", map[string]any{"after": far, "visitor": visitor + mark}), nil), nil
		},
	},
	{
		name: namePart, bare: namePart, takes: withPartners, about: "an organization, its case studies, their partners, their episodes and speakers; the same POST again and again",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.repeated(c, c.path("/partners"), body(c.documents.partners, "Partners", map[string]any{"organization": c.organizations[0]}))
		},
	},
	{
		name: "partners new", bare: namePart, takes: ofTheSize, about: "the same of another organization each time, with an id that no request had before",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			variables := map[string]any{"organization": word, "visitor": visitor + mark}
			return f.changed(c, body(c.documents.partnersOf, "PartnersOf", variables), c.organizations), nil
		},
	},
	{
		name: "steady", takes: withEnoughOf, arrivals: true, about: "as \"latest new\", at a fixed rate",
		prepare: func(f *field, c *contender) (load.Ask, error) { return f.newAnswers(c), nil },
	},
	{
		name: "bursts", takes: withEnoughOf, arrivals: true, burst: true, about: "the same, in bursts",
		prepare: func(f *field, c *contender) (load.Ask, error) { return f.newAnswers(c), nil },
	},
	{
		name: "bursts kept", takes: notSmall, arrivals: true, burst: true, about: "\"latest\" in such bursts: the same POST again and again",
		prepare: func(f *field, c *contender) (load.Ask, error) {
			return f.repeated(c, c.path(""), body(c.documents.latest, "Latest", nil))
		},
	},
}

// farPage is the page by cursor that is compared with the first.
const farPage = 500

func withEnoughOfAny(c *contender) bool { return notBare(c) && len(c.cursors) > 0 }

// newAnswers asks for a page that nobody has asked for before.
func (f *field) newAnswers(c *contender) load.Ask {
	variables := map[string]any{"after": word, "visitor": visitor + mark}
	return f.changed(c, body(c.documents.page, "Page", variables), c.cursors)
}

// ask is what all questions have in common.
func (f *field) ask(c *contender) load.Ask {
	return load.Ask{Address: c.address, Connections: f.connections, Status: http.StatusOK}
}

// repeated asks the same again and again. The answer has as many bytes as the first one has.
func (f *field) repeated(c *contender, path string, body []byte, headers ...string) (load.Ask, error) {
	r, err := c.data(f.ctx, path, body, headers...)
	if err != nil {
		return load.Ask{}, err
	}
	plain, err := r.plain()
	if err != nil {
		return load.Ask{}, err
	}
	if bytes.Contains(plain, []byte(never)) {
		return load.Ask{}, fmt.Errorf("ask %s: %.300s", c.name, plain)
	}
	ask := f.ask(c)
	ask.Length = len(r.body)
	ask.Next = same(get(path, headers...))
	if body != nil {
		ask.Next = same(post(path, body, headers...))
	}
	return ask, nil
}

// changed asks otherwise each time.
func (f *field) changed(c *contender, body []byte, words []string) load.Ask {
	ask := f.ask(c)
	ask.Least, ask.Never = leastAnswer, []byte(never)
	ask.Next = changing(pathGraphQL, body, words, func() uint64 { f.number++; return f.number })
	return ask
}

const (
	// never is what no right answer holds.
	never = `"errors":`
	// leastAnswer is how many bytes each answer to a question that changes has at least.
	leastAnswer = 4 << 10
)

// measurement is what one contender did with one question in one round. Times are in milliseconds; what is not known is null.
type measurement struct {
	Round     int     `json:"round"`
	Question  string  `json:"question"`
	Contender string  `json:"contender"`
	Answers   int     `json:"answers"`
	PerSecond float64 `json:"perSecond"`
	P50       float64 `json:"p50"`
	P99       float64 `json:"p99"`
	// CPU is that of the server for an answer, PostgresCPU that of PostgreSQL, ClientCPU that of the benchmark itself.
	CPU         float64  `json:"cpu"`
	PostgresCPU *float64 `json:"postgresCPU,omitempty"`
	// Missing is how many answers to requests at a fixed rate had not come after the grace; each counts as slow as that.
	Missing     int      `json:"missing,omitempty"`
	ClientCPU   float64  `json:"clientCPU"`
	Allocations *float64 `json:"allocations,omitempty"`
	Allocated   *float64 `json:"allocatedBytes,omitempty"`
	Resident    int64    `json:"residentBytes"`
	Postgres    *int64   `json:"postgresBytes,omitempty"`
}

const (
	// arrivalConnections is how many requests at a fixed rate may wait for an answer.
	arrivalConnections = 100
	// grace is how long is waited for the last of their answers.
	grace = 10 * time.Second
)

// tries is how often a question is asked again when an answer is not right: the hub's ETag, for one, changes when time does.
const tries = 3

// measure asks a contender, which must be running.
func (f *field) measure(q *question, c *contender) (measurement, error) {
	var err error
	for range tries {
		var m measurement
		if m, err = f.measureOnce(q, c); err == nil {
			return m, nil
		}
		if f.ctx.Err() != nil {
			return m, f.ctx.Err()
		}
		f.say("%s, %s: %v; once more", c.name, q.name, err)
	}
	return measurement{}, fmt.Errorf("%s, %s: %w", c.name, q.name, err)
}

func (f *field) measureOnce(q *question, c *contender) (measurement, error) {
	m := measurement{Question: q.name, Contender: c.name}
	ask, err := q.prepare(f, c)
	if err != nil {
		return m, err
	}
	if err := warm(ask, f.warmup); err != nil {
		return m, err
	}
	// Counting allocates itself: what lies between two counts in a row does not count.
	idle, err := f.used(c)
	if err != nil {
		return m, err
	}
	before, err := f.used(c)
	if err != nil {
		return m, err
	}
	var r load.Result
	if q.arrivals {
		a := load.Arrivals{PerSecond: f.rate}
		if q.burst {
			a.Burst = f.burst
		}
		ask.Connections = arrivalConnections
		r, err = load.Open(ask, a, f.duration, grace)
	} else {
		r, err = load.Closed(ask, f.duration)
	}
	if err != nil {
		return m, err
	}
	after, err := f.used(c)
	if err != nil {
		return m, err
	}
	if err := r.Err(); err != nil {
		return m, err
	}
	if len(r.Samples) == 0 {
		return m, fmt.Errorf("no answer came in %v", f.duration)
	}
	n := float64(len(r.Samples))
	m.Answers, m.PerSecond = len(r.Samples), r.PerSecond()
	if q.arrivals {
		m.PerSecond = n / f.duration.Seconds()
		m.Missing = r.Unsent + r.Unanswered
		for range m.Missing {
			r.Samples = append(r.Samples, load.Sample{Took: grace})
		}
	}
	m.P50, m.P99 = quantiles(r.Samples)
	m.CPU = milliseconds(after.cpu-before.cpu) / n
	m.ClientCPU = milliseconds(after.client-before.client) / n
	if c.usesPostgres {
		pg := milliseconds(after.postgres-before.postgres) / n
		m.PostgresCPU = &pg
		share, err := proc.FamilyShare(f.postgres.pid)
		if err != nil {
			return m, err
		}
		m.Postgres = &share
	}
	if before.counted && !q.arrivals {
		per := func(of func(serve.Allocations) uint64) *float64 {
			counting := float64(of(before.allocated) - of(idle.allocated))
			each := max(0, (float64(of(after.allocated)-of(before.allocated))-counting)/n)
			return &each
		}
		m.Allocations = per(func(a serve.Allocations) uint64 { return a.Objects })
		m.Allocated = per(func(a serve.Allocations) uint64 { return a.Bytes })
	}
	m.Resident, err = proc.Resident(c.pid())
	return m, err
}

// warm asks without measuring.
func warm(ask load.Ask, duration time.Duration) error {
	r, err := load.Closed(ask, duration)
	if err != nil {
		return err
	}
	return r.Err()
}

// used is what a contender has used since it began.
type used struct {
	cpu, postgres, client time.Duration
	allocated             serve.Allocations
	counted               bool
}

func (f *field) used(c *contender) (used, error) {
	var u used
	var err error
	if u.allocated, u.counted, err = c.allocations(f.ctx); err != nil {
		return u, err
	}
	if u.cpu, err = proc.CPU(c.pid()); err != nil {
		return u, err
	}
	if c.usesPostgres {
		if u.postgres, err = proc.FamilyCPU(f.postgres.pid); err != nil {
			return u, err
		}
	}
	var own syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &own); err != nil {
		return u, fmt.Errorf("read own CPU time: %w", err)
	}
	u.client = time.Duration(own.Utime.Nano() + own.Stime.Nano())
	return u, nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func quantiles(samples []load.Sample) (p50, p99 float64) {
	took := make([]time.Duration, len(samples))
	for i, s := range samples {
		took[i] = s.Took
	}
	return milliseconds(stat.Quantile(took, 0.5)), milliseconds(stat.Quantile(took, 0.99))
}

// chosen are the questions that one wants.
func (f *field) chosen() []*question {
	var found []*question
	for i := range questions {
		if len(f.cases) == 0 || slices.ContainsFunc(f.cases, questions[i].isMeant) {
			found = append(found, &questions[i])
		}
	}
	return found
}

// isMeant tells whether a word is the question's name, or a star stands behind its begin.
func (q *question) isMeant(word string) bool {
	begin, isBegin := strings.CutSuffix(word, "*")
	return q.name == word || isBegin && strings.HasPrefix(q.name, begin)
}

// farAbout says which page the far page is.
func farAbout(c *contender) string { return "page " + strconv.Itoa(min(farPage, len(c.cursors)+1)) }
