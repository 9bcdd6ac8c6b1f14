package server

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// wire stands between a hub and its PostgreSQL and writes down every statement.
type wire struct {
	mu         sync.Mutex
	statements []string
}

// tap returns an address of the database through the wire.
func (w *wire) tap(t *testing.T, database string) string {
	t.Helper()
	address, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	query := address.Query()
	behind := filepath.Join(query.Get("host"), ".s.PGSQL."+query.Get("port"))
	dir, err := os.MkdirTemp("", "tap") // t.TempDir would be too long for a socket
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("unix", filepath.Join(dir, ".s.PGSQL.5432"))
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		running.Wait()
		_ = os.RemoveAll(dir)
	})
	running.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("unix", behind)
			if err != nil {
				t.Error(err)
				_ = client.Close()
				return
			}
			running.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
			running.Go(func() { w.forward(client, server); _ = server.Close() })
		}
	})
	query.Set("host", dir)
	query.Set("port", "5432")
	address.RawQuery = query.Encode()
	return address.String()
}

// forward passes a client's messages on, as PostgreSQL's protocol frames them: the first has no type, each other one has.
func (w *wire) forward(from io.Reader, to io.Writer) {
	head := make([]byte, 4)
	for {
		if _, err := io.ReadFull(from, head[len(head)-4:]); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(head[len(head)-4:])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		if len(head) == 5 {
			w.note(head[0], body)
		}
		if _, err := to.Write(slices.Concat(head, body)); err != nil {
			return
		}
		head = make([]byte, 5)
		if _, err := io.ReadFull(from, head[:1]); err != nil {
			return
		}
	}
}

// note writes down a simple query, or one that is prepared first.
func (w *wire) note(kind byte, body []byte) {
	parts := strings.Split(string(body), "\x00")
	w.mu.Lock()
	defer w.mu.Unlock()
	switch kind {
	case 'Q':
		w.statements = append(w.statements, parts[0])
	case 'P':
		w.statements = append(w.statements, parts[1])
	}
}

// take returns what was asked of tables since the last time, without what every request asks: whose its token is.
func (w *wire) take() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []string
	for _, s := range w.statements {
		if words := strings.Fields(s); len(words) > 0 && slices.Contains([]string{"select", "insert", "update", "delete"}, strings.ToLower(words[0])) && !strings.Contains(s, "token") {
			found = append(found, s)
		}
	}
	w.statements = nil
	return found
}

func TestHistoriesAndTheLogTakeThreeStatementsHoweverMuchIsAsked(t *testing.T) {
	w := &wire{}
	database := w.tap(t, storetest.PostgreSQL(t))
	h, d := node(t, database, nil)
	ana := put(t, d, &content.Speaker{Name: "Ana"})
	save := desk.Write{Action: "test"}
	for n := range 20 {
		save.Puts = append(save.Puts, desk.Put{Publish: true, Entry: &content.Episode{
			Title: fmt.Sprint("Episode ", n), EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled},
			Appearances: []content.Appearance{{Speaker: ana, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana"}}},
		}})
	}
	ids := hubtest.Save(t, d, save).Touched
	for n := range 3 {
		save.Puts = nil
		for i, id := range ids {
			save.Puts = append(save.Puts, desk.Put{ID: id, Expected: int32(n + 1), Entry: &content.Episode{
				Title: fmt.Sprint("Episode ", i, " again ", n), EpisodeManner: &content.EpisodeManner{Format: content.FormatAudio, Status: content.StatusScheduled},
				Appearances: []content.Appearance{{Speaker: ana, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana"}}},
			}})
		}
		hubtest.Save(t, d, save)
	}
	contributor := h.as(t, auth.Contributor)
	contributor.data(t, "{ viewer { role } }", nil)
	for query, most := range map[string]int{
		`{ episodes(first: 20) { totalCount nodes { title appearances { speaker { name } } } } }`: 0,
		`query @edition(preview: true) { episodes(first: 20) { nodes {
			title history(first: 3) { totalCount nodes { number actor changes { field before after } } }
			appearances { speaker { name history { nodes { number batch } } } } } } }`: 1,
		`{ changes(first: 100) { totalCount nodes { id action entries { entryId kind revision entry { id slug } } } } }`:                                   3,
		`query @edition(preview: true) { changes(first: 20) { totalCount nodes { id entries { entry { id history(first: 2) { nodes { number } } } } } } }`: 4, // the log's three, and histories
	} {
		w.take()
		contributor.data(t, query, nil)
		if asked := w.take(); len(asked) > most || most > 0 && len(asked) == 0 {
			t.Errorf("%d statements for %s:\n%s", len(asked), query, strings.Join(asked, "\n"))
		}
	}
}
