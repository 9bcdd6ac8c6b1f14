package server_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

func TestThePastAnswersAsItDidThen(t *testing.T) {
	const query = `query Q %s { hub { version edition nextChangeAt }
		episodes(first: 50) { totalCount nodes { id slug title phase revision updatedAt publishedAt topics { name } } }
		topics(first: 50) { nodes { slug name episodes { totalCount } } } search(query: "version") { totalCount } }`
	hubtest.Engines(t, func(t *testing.T, database string) {
		clock := &hubtest.Clock{At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
		d := hubtest.Open(t, database, clock)
		s, err := store.Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		_, token, err := desk.CreateToken(t.Context(), s, desk.NewToken{Name: "analyst", Role: auth.Contributor, Life: 80000 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		h := serve(d)
		rng := rand.New(rand.NewPCG(8, 8))
		ids := hubtest.Publish(
			t, d, &content.Topic{Name: "Topic", Scheme: content.TopicSubject},
			&content.Episode{Title: "Version 1", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, When: content.When{Date: "2026-03-03", StartTime: "10:00", TimeZone: "UTC"}.Kept()},
		)
		then := map[time.Time][2]string{}
		look := func() {
			then[clock.At] = [2]string{
				string(ask(t, h, fmt.Sprintf(query, ""), "")), string(ask(t, h, fmt.Sprintf(query, "@edition(preview: true)"), token)),
			}
		}
		look()
		for n := int32(1); n < 25; n++ {
			clock.At = clock.At.Add(time.Duration(1+rng.IntN(300)) * time.Minute)
			w := desk.Write{Action: "test"}
			switch rng.IntN(4) {
			case 0:
				e := d.Pin().Preview().Entry(ids[1])
				c, err := content.Clone(e.Content())
				if err != nil {
					t.Fatal(err)
				}
				c.(*content.Episode).Title, c.Common().Slug = fmt.Sprint("Version ", n+1), fmt.Sprint("version-", n+1)
				c.(*content.Episode).Topics = ids[:rng.IntN(2)]
				w.Puts = []desk.Put{{ID: ids[1], Expected: e.Revision(), Entry: c, Publish: rng.IntN(2) == 0}}
			case 1:
				w.Publish = []desk.Publish{{ID: ids[1], Revision: rng.Int32N(1 + d.Pin().Preview().Entry(ids[1]).Revision()), From: clock.At.Add(time.Duration(rng.IntN(600)) * time.Minute)}}
			case 2:
				w.Trash, w.TrashReferenced = ids[:1], true
			case 3:
				w.Restore = ids[:1]
			}
			hubtest.Save(t, d, w)
			clock.At = clock.At.Add(time.Microsecond) // what was written at this instant is seen behind it
			look()
			clock.At = clock.At.Add(time.Duration(rng.IntN(200)) * time.Minute)
			look()
		}
		for _, hub := range []*desk.Desk{d, hubtest.Open(t, database, clock)} {
			h := serve(hub)
			for at, was := range then {
				stamp := at.Format(time.RFC3339Nano)
				for i, directive := range []string{"@edition(asOf: %q)", "@edition(preview: true, asOf: %q)"} {
					got := string(ask(t, h, fmt.Sprintf(query, fmt.Sprintf(directive, stamp)), token))
					if got != was[i] {
						t.Fatalf("%s:\ngot %s\nwas %s", stamp, got, was[i])
					}
				}
			}
		}
		future := string(ask(t, h, fmt.Sprintf(query, fmt.Sprintf("@edition(asOf: %q)", clock.At.Add(time.Second).Format(time.RFC3339))), token))
		if !strings.Contains(future, "is in the future") {
			t.Error(future)
		}
		if nobody := string(ask(t, h, fmt.Sprintf(query, `@edition(asOf: "2026-03-01T13:00:00Z")`), "")); !strings.Contains(nobody, "UNAUTHENTICATED") {
			t.Error(nobody)
		}
	})
}
