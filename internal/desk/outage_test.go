package desk_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// refusal is the code with which a write is refused.
func refusal(t *testing.T, err error) content.ErrorCode {
	t.Helper()
	var mistakes content.Errors
	if !errors.As(err, &mistakes) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return mistakes[0].Code
}

func TestReadsGoOnWithoutTheDatabaseAndWritesResumeByThemselves(t *testing.T) {
	server := storetest.Server(t)
	d := hubtest.Open(t, server.DSN(), nil)
	ctx, cancel := context.WithCancel(context.Background())
	var following sync.WaitGroup
	following.Go(func() { d.Follow(ctx) })
	defer following.Wait()
	defer cancel()
	id := hubtest.Publish(t, d, topic("Before"))[0]
	server.Stop()
	if e := d.Pin().Entry(id); e == nil || e.Label() != "Before" {
		t.Errorf("without the database %v is read", e)
	}
	if err := d.Ready(t.Context()); err == nil {
		t.Error("a hub without its database says that it is ready")
	}
	_, err := d.Save(t.Context(), hubtest.Admin(), desk.Write{Puts: []desk.Put{{Entry: topic("During"), Publish: true}}})
	if code := refusal(t, err); code != content.CodeUnavailable {
		t.Errorf("the write is refused with %s", code)
	}
	server.Start()
	hubtest.Publish(t, d, topic("After"))
	if n := d.Pin().Count(content.KindTopic); n != 2 {
		t.Errorf("%d topics, want 2", n)
	}
	other := hubtest.Open(t, server.DSN(), nil)
	hubtest.Publish(t, other, topic("From another node"))
	wait, done := context.WithTimeout(t.Context(), 20*time.Second)
	defer done()
	d.Await(wait, other.Pin().Tag())
	if n := d.Pin().Count(content.KindTopic); n != 3 {
		t.Errorf("%d topics, want 3", n)
	}
}

func TestARestartUnderLoadLosesNoAcknowledgedWrite(t *testing.T) {
	server := storetest.Server(t)
	d := hubtest.Open(t, server.DSN(), nil)
	var (
		mu           sync.Mutex
		acknowledged = map[string]bool{}
		uncertain    = map[string]bool{}
		wait         sync.WaitGroup
		heard        = make(chan struct{}, 1)
	)
	ctx, cancel := context.WithCancel(context.Background())
	for writer := range 3 {
		wait.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name := fmt.Sprintf("Writer %d number %d", writer, n)
				_, err := d.Save(context.Background(), hubtest.Admin(), desk.Write{Puts: []desk.Put{{Entry: topic(name), Publish: true}}})
				mu.Lock()
				switch {
				case err == nil:
					acknowledged[name] = true
					select {
					case heard <- struct{}{}:
					default:
					}
				case refusal(t, err) == content.CodeUncertain:
					uncertain[name] = true
				case refusal(t, err) == content.CodeUnavailable, refusal(t, err) == content.CodeBusy:
				default:
					t.Errorf("%s: %v", name, err)
				}
				mu.Unlock()
			}
		})
	}
	for range 8 {
		<-heard // under load
		server.Restart("immediate")
		began := time.Now()
		for len(heard) > 0 {
			<-heard
		}
		select {
		case <-heard:
			t.Logf("first write %s after the restart", time.Since(began).Round(time.Millisecond))
		case <-time.After(20 * time.Second):
			t.Fatal("no write came through after the restart")
		}
	}
	cancel()
	wait.Wait()
	fresh := hubtest.Open(t, server.DSN(), nil)
	if err := d.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, hub := range []*desk.Desk{fresh, d} {
		for name := range acknowledged {
			if hub.Pin().BySlug(content.KindTopic, content.Slugify(name)) == nil {
				t.Errorf("%s was acknowledged and is gone", name)
			}
		}
	}
	extra := fresh.Pin().Count(content.KindTopic) - len(acknowledged)
	if extra < 0 || extra > len(uncertain) {
		t.Errorf("%d entries more than were acknowledged, %d answers were lost", extra, len(uncertain))
	}
	t.Logf("%d acknowledged, %d answers lost, %d of those stored", len(acknowledged), len(uncertain), extra)
}
