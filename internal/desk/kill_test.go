package desk_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// childVariable names the database on which this test program, started by itself, writes until it is killed.
const childVariable = "HUB_TEST_WRITE_TO"

func TestMain(m *testing.M) {
	if database := os.Getenv(childVariable); database != "" {
		writeForEver(database)
	}
	os.Exit(storetest.Run(m))
}

// writeForEver saves pairs of topics, each pair one write, and says after the acknowledgement which it was.
func writeForEver(database string) {
	ctx := context.Background()
	s, err := store.Open(ctx, database)
	if err != nil {
		panic(err)
	}
	d, err := desk.Open(ctx, s, desk.Options{})
	if err != nil {
		panic(err)
	}
	for n := 0; ; n++ {
		w := desk.Write{Action: "test"}
		for _, half := range []string{"left", "right"} {
			e := topic(fmt.Sprintf("%d number %d %s", os.Getpid(), n, half))
			w.Puts = append(w.Puts, desk.Put{Entry: e, Publish: true})
		}
		if _, err := d.Save(ctx, hubtest.Admin(), w); err != nil {
			panic(err)
		}
		fmt.Printf("%d number %d\n", os.Getpid(), n)
	}
}

func TestKilledUnderLoadLosesNoAcknowledgedWriteAndKeepsNoHalf(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 5
	}
	hubtest.Engines(t, func(t *testing.T, database string) {
		rng := rand.New(rand.NewPCG(9, 9))
		var acknowledged []string
		for range rounds {
			c := exec.CommandContext(t.Context(), os.Args[0])
			c.Env = append(os.Environ(), childVariable+"="+database)
			out, err := c.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := c.Start(); err != nil {
				t.Fatal(err)
			}
			kill := time.AfterFunc(time.Duration(20+rng.IntN(120))*time.Millisecond, func() { _ = c.Process.Kill() })
			for lines := bufio.NewScanner(out); lines.Scan(); {
				acknowledged = append(acknowledged, lines.Text())
			}
			_ = c.Wait() // it was killed
			kill.Stop()
		}
		began := time.Now()
		d := hubtest.Open(t, database, nil)
		t.Logf("%d writes were acknowledged in %d rounds; the last start took %s", len(acknowledged), rounds, time.Since(began).Round(time.Millisecond))
		halves := map[string]int{}
		d.Pin().Each(func(e edition.Entry) {
			name, _ := strings.CutSuffix(e.Label(), " left")
			name, _ = strings.CutSuffix(name, " right")
			halves[name]++
		})
		for _, name := range acknowledged {
			if halves[name] != 2 {
				t.Errorf("%s was acknowledged and has %d of 2 parts", name, halves[name])
			}
		}
		for name, n := range halves {
			if n != 2 {
				t.Errorf("%s is stored by %d of 2 parts", name, n)
			}
		}
		if len(acknowledged) == 0 || d.Pin().Count(content.KindTopic) < 2*len(acknowledged) {
			t.Errorf("%d acknowledged, %d topics", len(acknowledged), d.Pin().Count(content.KindTopic))
		}
	})
}
