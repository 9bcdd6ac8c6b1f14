package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// stormQuestion is something that readers ask.
type stormQuestion struct {
	name, path, body, accept string
	// about is the slug of the entry whose page it is; empty is none.
	about string
	// isWhole says that the answer names all episodes. tellsSchedule says that it names when a publication begins, of which no
	// tag knows.
	isWhole, tellsSchedule bool
}

// stormFields is what readers want to know of all episodes.
const stormFields = `{ hub { edition version } episodes(first: 50) { totalCount nodes { slug title phase phaseChangesAt publishedAt updatedAt } } speakers(first: 50) { nodes { name appearances { episode { title } } } } }`

// stormQuestions are asked again and again.
func stormQuestions() []*stormQuestion {
	all := []*stormQuestion{
		{name: "GET", path: address(stormFields), isWhole: true},
		{name: "GET, new type", path: address(stormFields), accept: typeGraphQL, isWhole: true},
		{name: "POST", path: "/graphql", body: `{"query":` + strconv.Quote(stormFields) + `}`, isWhole: true},
		{name: "by phase", path: address(`{ episodes(first: 50, filter: {phases: [LIVE, ON_DEMAND]}) { nodes { title phase } } }`)},
		{name: ".json", path: "/lists/all.json?limit=50", isWhole: true, tellsSchedule: true},
		{name: ".html", path: "/lists/all.html?limit=50", isWhole: true, tellsSchedule: true},
		{name: ".csv", path: "/lists/all.csv?limit=50", isWhole: true},
		{name: ".ics", path: "/lists/all.ics?limit=50"},
		{name: ".jsonfeed", path: "/lists/all.jsonfeed?limit=50", isWhole: true},
		{name: "home", path: "/"},
		{name: "sitemap", path: "/sitemap.xml"},
	}
	for _, slug := range []string{"a0", "a1", "b2", "b3", "as0", "bs1"} {
		all = append(all, &stormQuestion{name: "page " + slug, path: "/episodes/storm-" + slug, about: "storm-" + slug})
	}
	return append(all,
		&stormQuestion{name: "page of Ben", path: "/speakers/ben-a", about: "ben-a"},
		&stormQuestion{name: "page of Ana in Spanish", path: "/es/speakers/ana-b", about: "ana-b"},
		&stormQuestion{name: "list of an episode's speaker", path: "/speakers/ana-a.json?limit=50", tellsSchedule: true})
}

// stormReader is a client with one connection to each node.
type stormReader struct {
	*storm
	client    *http.Client
	rng       *rand.Rand
	questions []*stormQuestion
	number    uint64
	asked     int
	// seen is the newest edition that the client knows.
	seen   string
	seenAt named
	unpack *zstd.Decoder
}

func newStormReader(s *storm, number uint64) *stormReader {
	r := &stormReader{
		storm: s, rng: rand.New(rand.NewPCG(2, number)), questions: stormQuestions(), number: number,
		client: &http.Client{
			Transport:     &http.Transport{DisableCompression: true, MaxConnsPerHost: 1},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	var err error
	if r.unpack, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1)); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// read asks until the storm is over.
func (r *stormReader) read(ctx context.Context) {
	defer r.client.CloseIdleConnections()
	defer r.unpack.Close()
	for ctx.Err() == nil {
		n := r.answers.Add(1)
		if n > r.most {
			r.answers.Add(-1)
			return
		}
		if n%stormWrites == 0 {
			select {
			case r.turns <- struct{}{}:
			default: // the writers are busy
			}
		}
		q := r.questions[min(r.rng.IntN(len(r.questions)), r.rng.IntN(len(r.questions)))]
		switch {
		case n/20%3 == 0: // for a while all ask the same
			q = r.questions[n/20%int64(len(r.questions))]
		case r.rng.IntN(8) == 0:
			q = r.fresh()
		}
		if !r.ask(ctx, r.nodes[r.rng.IntN(len(r.nodes))], q) {
			return
		}
	}
}

// fresh is a question that nobody has asked before.
func (r *stormReader) fresh() *stormQuestion {
	r.asked++
	name := fmt.Sprintf("q%d_%d", r.number, r.asked)
	document := "query " + name + " " + stormFields
	if r.asked%2 == 0 {
		return &stormQuestion{name: name, path: "/graphql", body: `{"query":` + strconv.Quote(document) + `}`, isWhole: true}
	}
	return &stormQuestion{name: name, path: address(document), isWhole: true}
}

// known are the tags that the client sends along, right ones and others.
func (r *stormReader) known(q *stormQuestion, now string) (sent []string) {
	if q.body != "" || r.rng.IntN(3) == 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if etag := r.etags[q.name]; etag != "" {
		sent = append(sent, etag)
	}
	switch other := r.questions[r.rng.IntN(len(r.questions))]; {
	case r.rng.IntN(4) == 0 && r.names[q.name] != "": // one that it never got, and that may be right
		sent = append(sent, `W/"`+now+"-"+r.names[q.name]+`"`)
	case r.names[other.name] != "" && r.names[other.name] != r.names[q.name]: // that of another question
		sent = append(sent, `"`+now+"-"+r.names[other.name]+`"`)
	}
	return sent
}

// ask asks one question of one node, and checks the answer as far as it can be checked at once.
func (r *stormReader) ask(ctx context.Context, n *stormNode, q *stormQuestion) bool {
	before := n.desk.Pin()
	method, body := http.MethodGet, io.Reader(nil)
	if q.body != "" {
		method, body = http.MethodPost, strings.NewReader(q.body)
	} else if r.rng.IntN(12) == 0 {
		method = http.MethodHead
	}
	request, err := http.NewRequestWithContext(ctx, method, n.url+q.path, body)
	if err != nil {
		r.fail("%v", err)
		return false
	}
	if q.body != "" {
		request.Header.Set("Content-Type", typeJSON)
	}
	if q.accept != "" {
		request.Header.Set("Accept", q.accept)
	}
	encoding := []string{"", "gzip", "zstd", "gzip, deflate, br, zstd", "zstd;q=0, gzip"}[r.rng.IntN(5)]
	if encoding != "" {
		request.Header.Set("Accept-Encoding", encoding)
	}
	sent := r.known(q, before.Tag())
	if len(sent) > 0 {
		request.Header.Set("If-None-Match", strings.Join(sent, ", "))
	}
	if r.seen != "" {
		request.Header.Set(seenHeader, r.seen)
	}
	began := time.Now()
	response, err := r.client.Do(request)
	if err != nil {
		if ctx.Err() == nil {
			r.fail("%s: %v", q.name, err)
		}
		return false
	}
	raw, err := io.ReadAll(response.Body)
	response.Body.Close()
	if err != nil {
		r.fail("%s: %v", q.name, err)
		return false
	}
	after := n.desk.Pin()
	a := &stormAnswer{stormQuestion: q, method: method, sent: sent, response: response, header: response.Header, raw: raw, tag: response.Header.Get(seenHeader), took: time.Since(began)}
	at, err := r.oracle.read(a.tag)
	if err != nil {
		r.fail("%s: %d %v: %v", q.name, response.StatusCode, response.Header, err)
		return false
	}
	first, _ := r.oracle.read(before.Tag())
	last, _ := r.oracle.read(after.Tag())
	if at.compare(first) < 0 || at.compare(last) > 0 {
		r.fail("%s says %s, which was not between %s and %s", q.name, a.tag, before.Tag(), after.Tag())
	}
	r.remember(at, a)
	// Where nothing changed meanwhile, the answer must not be kept beyond what changes next.
	if next := before.NextChangeAt(); next != nil && before.Tag() == after.Tag() && after.NextChangeAt() != nil && next.Equal(*after.NextChangeAt()) {
		if left := next.Sub(before.Now); a.age() > left {
			r.fail("%s may be kept for %s, %s before something changes: %v", q.name, a.age(), left, a.header)
		}
	}
	r.check(a)
	return true
}

// remember holds on to the newest edition that the client has seen, and wants no older one behind it.
func (r *stormReader) remember(at named, a *stormAnswer) {
	is, was := named{life: at.life, version: at.version}, named{life: r.seenAt.life, version: r.seenAt.version}
	if len(r.nodes) == 1 {
		is, was = at, r.seenAt
	}
	switch {
	case r.seen == "" || is.compare(was) >= 0:
		r.seen, r.seenAt = a.tag, at
	case at.life < r.seenAt.life && len(r.nodes) > 1: // a node that has not heard of the purge yet; no tag of the new life tells it
		r.mu.Lock()
		r.reborn++
		r.mu.Unlock()
	case a.took >= patience && len(r.nodes) > 1:
		r.mu.Lock()
		r.impatient++
		r.mu.Unlock()
	default:
		r.fail("%s says %s to who has seen %s, after %s", a.name, a.tag, r.seen, a.took)
	}
}

// stormAnswer is what came back.
type stormAnswer struct {
	*stormQuestion
	method   string
	sent     []string
	response *http.Response
	header   http.Header
	raw      []byte
	tag      string
	took     time.Duration
}

var stormAge = regexp.MustCompile(`(?:s-maxage|^public, max-age)=(\d+), must-revalidate`)

// age is for how long an answer may be kept without another look.
func (a *stormAnswer) age() time.Duration {
	found := stormAge.FindStringSubmatch(a.header.Get("Cache-Control"))
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return time.Duration(n) * time.Second
}

// check compares an answer with what the same question was told of the same tag before.
func (r *stormReader) check(a *stormAnswer) {
	etag := a.header.Get("ETag")
	tag, name := "", ""
	if etag != "" {
		whole := strings.Trim(strings.TrimPrefix(etag, "W/"), `"`)
		tag, name, _ = strings.Cut(whole, "-")
	}
	status := a.response.StatusCode
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case etag != "" && tag != a.tag:
		r.failed("%s names %s, and %s", a.name, etag, a.tag)
		return
	case (status == http.StatusOK || status == http.StatusNotModified) != (etag != ""):
		r.failed("%s: %d has the tag %q: %.300s", a.name, status, etag, a.raw)
		return
	case etag != "" && !a.tellsSchedule && r.names[a.name] != "" && r.names[a.name] != name:
		r.failed("%s is named %s, and %s", a.name, name, r.names[a.name])
		return
	case etag != "" && (a.header.Get("Vary") == "" || a.header.Get("Cache-Control") == ""):
		r.failed("%s: %d %v", a.name, status, a.header)
		return
	}
	if status == http.StatusNotModified {
		r.storm.known++
		if !slices.ContainsFunc(a.sent, func(one string) bool { return strings.TrimPrefix(one, "W/") == strings.TrimPrefix(etag, "W/") }) || len(a.raw) > 0 {
			r.failed("%s: 304 for %s, which is none of %s", a.name, etag, a.sent)
		}
		return
	}
	if etag != "" {
		r.names[a.name], r.etags[a.name] = name, etag
	}
	body, encoding, err := r.decoded(a)
	if err != nil {
		r.failed("%s: %v %v", a.name, err, a.header)
		return
	}
	key := a.key(name)
	t := r.told[key]
	length, _ := strconv.Atoi(a.header.Get("Content-Length"))
	if a.method == http.MethodHead {
		r.empty++
		if before, known := 0, false; t != nil {
			if before, known = t.lengths[encoding]; len(a.raw) > 0 || known && before != length || t.status != status {
				r.failed("%s: HEAD says %d and %d bytes, GET %d and %d", a.name, status, length, t.status, before)
			}
		}
		return
	}
	if status != http.StatusOK {
		r.refused++
	}
	if t == nil {
		t = &heard{question: a.name, tag: a.tag, status: status, body: body, lengths: map[string]int{}, about: a.about, isWhole: a.isWhole}
		if err := t.hear(a, body); err != nil {
			r.failed("%s: %v in %.300s", a.name, err, body)
		}
		r.told[key] = t
	}
	if !bytes.Equal(t.body, body) || t.status != status {
		r.failed("%s: two answers of %s\n%s\n%s", a.name, a.tag, t.body, body)
	}
	if before, known := t.lengths[encoding]; known && before != length || length != len(a.raw) {
		r.failed("%s: %d bytes, before %d", a.name, length, before)
	}
	t.lengths[encoding] = length
}

// key tells apart what may have different answers; name is that of the answer's own tag.
func (a *stormAnswer) key(name string) string {
	if a.tellsSchedule {
		return a.name + " " + a.tag + " " + name
	}
	return a.name + " " + a.tag
}

// decoded is a body as it was before it was encoded.
func (r *stormReader) decoded(a *stormAnswer) (body []byte, encoding string, err error) {
	switch encoding = a.header.Get("Content-Encoding"); {
	case encoding == "" || len(a.raw) == 0:
		return a.raw, encoding, nil
	case encoding == "zstd":
		body, err = r.unpack.DecodeAll(a.raw, nil)
		return body, encoding, err
	}
	in, err := gzip.NewReader(bytes.NewReader(a.raw))
	if err != nil {
		return nil, encoding, err
	}
	body, err = io.ReadAll(in)
	return body, encoding, err
}
