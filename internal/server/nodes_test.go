package server_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// seen asks with the edition that a client has seen elsewhere, and returns the answer and the edition that gave it.
func seen(t testing.TB, h http.Handler, query, edition string) (answer, tag string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+query+`"}`))
	r.Header.Set("Content-Type", "application/json")
	if edition != "" {
		r.Header.Set("Hub-Edition", edition)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Body.String(), w.Header().Get("Hub-Edition")
}

func TestAClientNeverSeesAnOlderEditionAfterANewerOneOnAnotherNode(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		nodes := []*desk.Desk{hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)}
		follow(t, nodes...)
		id := hubtest.Publish(t, nodes[0], &content.Topic{Name: "Version 1", Scheme: content.TopicSubject})[0]
		handlers := []http.Handler{serve(nodes[0]), serve(nodes[1])}
		const query = "{ topics { nodes { name revision } } }"
		for n := int32(1); n < 30; n++ {
			writer, reader := nodes[n%2], handlers[(n+1)%2]
			if err := writer.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			hubtest.Save(t, writer, desk.Write{Action: "test", Puts: []desk.Put{{
				ID: id, Expected: n, Publish: true, Entry: &content.Topic{Name: fmt.Sprint("Version ", n+1), Scheme: content.TopicSubject},
			}}})
			want, tag := seen(t, handlers[n%2], query, "")
			got, of := seen(t, reader, query, tag)
			if got != want || of != tag {
				t.Fatalf("the writer answers %s by %s, the other node %s by %s", want, tag, got, of)
			}
		}
	})
}

// follow keeps desks up with each other until the test ends.
func follow(t testing.TB, desks ...*desk.Desk) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wait sync.WaitGroup
	for _, d := range desks {
		wait.Go(func() { d.Follow(ctx) })
	}
	t.Cleanup(func() {
		cancel()
		wait.Wait()
	})
}

func TestATagThatNobodyGaveCostsNoMoreThanASecond(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	follow(t, d)
	h := serve(d)
	_, tag := seen(t, h, "{ hub { version } }", "")
	incarnation, _, _ := strings.Cut(tag, ".")
	for _, made := range []string{"", "nonsense", "other.99.0.0", tag, incarnation + ".x.0", incarnation + ".-1.0", incarnation + "." + strings.Repeat("9", 400)} {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		d.Await(ctx, made)
		if ctx.Err() != nil {
			t.Errorf("%.60q was waited for", made)
		}
		cancel()
	}
	answer, _ := seen(t, h, "{ hub { version } }", incarnation+".99.0.0")
	if !strings.Contains(answer, `"version":0`) {
		t.Error(answer)
	}
}

func TestTwoNodesUnderAStormAnswerTheSameTagWithTheSameBytes(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		nodes := []*desk.Desk{hubtest.Open(t, database, nil), hubtest.Open(t, database, nil)}
		follow(t, nodes...)
		var mu sync.Mutex
		answers := map[string]string{}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var writers, readers sync.WaitGroup
		for i, d := range nodes {
			writers.Go(func() {
				for n := range 40 {
					_, err := d.Save(ctx, hubtest.Admin(), desk.Write{Action: "test", Puts: []desk.Put{{
						Publish: true, Entry: &content.Topic{Name: fmt.Sprintf("Topic %d of %d", n, i), Scheme: content.TopicSubject},
					}}})
					if err != nil {
						t.Error(err)
						return
					}
				}
			})
			readers.Go(func() {
				h, last := serve(d), ""
				for ctx.Err() == nil {
					answer, tag := seen(t, h, "{ topics(first: 100) { totalCount nodes { name } } }", "")
					mu.Lock()
					if before, known := answers[tag]; known && before != answer {
						t.Errorf("%s: two answers", tag)
					}
					answers[tag] = answer
					mu.Unlock()
					if older(tag, last) {
						t.Errorf("%s came after %s", tag, last)
					}
					last = tag
				}
			})
		}
		writers.Wait()
		cancel()
		readers.Wait()
		for _, d := range nodes {
			if err := d.CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		first, _ := seen(t, serve(nodes[0]), "{ topics(first: 100) { totalCount nodes { name } } hub { edition } }", "")
		second, _ := seen(t, serve(nodes[1]), "{ topics(first: 100) { totalCount nodes { name } } hub { edition } }", "")
		if first != second || !bytes.Contains([]byte(first), []byte(`"totalCount":80`)) {
			t.Errorf("%.200s\n%.200s", first, second)
		}
	})
}

// older compares the versions of two tags.
func older(tag, last string) bool {
	var a, b int64
	_, _ = fmt.Sscanf(strings.SplitN(tag+".0", ".", 3)[1], "%d", &a)  // what is no number counts as 0
	_, _ = fmt.Sscanf(strings.SplitN(last+".0", ".", 3)[1], "%d", &b) // likewise
	return a < b
}
