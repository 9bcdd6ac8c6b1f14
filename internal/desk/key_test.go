package desk_test

import (
	"reflect"
	"testing"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

func TestTheSameKeyIsAnsweredAsBeforeAndWritesOnce(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		w := desk.Write{Action: "test", Key: "k1", Puts: []desk.Put{{Entry: topic("One"), Publish: true}}}
		first := hubtest.Save(t, d, w)
		version := d.Version()
		// Again, after other writes, on another node, after a restart.
		hubtest.Publish(t, d, topic("Two"))
		for _, hub := range []*desk.Desk{d, hubtest.Open(t, database, nil)} {
			again := hubtest.Save(t, hub, w)
			again.Seen, first.Seen = nil, nil
			if !reflect.DeepEqual(again, first) {
				t.Errorf("answered %+v, before %+v", again, first)
			}
		}
		if n := hubtest.Open(t, database, nil).Pin().Count(content.KindTopic); n != 2 || d.Version() != version+1 {
			t.Errorf("%d topics, version %d after %d", n, d.Version(), version)
		}
		other := w
		other.Puts = []desk.Put{{Entry: topic("Other"), Publish: true}}
		want(t, mistakes(t, d, hubtest.Admin(), other), "idempotencyKey IDEMPOTENCY_KEY_REUSED")
		want(t, mistakes(t, d, hubtest.Admin(), desk.Write{Key: "k1", Puts: []desk.Put{{}}}), "idempotencyKey IDEMPOTENCY_KEY_REUSED")
		want(t, mistakes(t, d, hubtest.Admin(), desk.Write{Key: "k0", Puts: []desk.Put{{}}}), "puts.0.entry REQUIRED")
		// Another actor's key is another key, and a dry run or a refused write uses none up.
		if _, err := d.Save(t.Context(), auth.Viewer{Name: "other", Role: auth.Admin}, other); err != nil {
			t.Error(err)
		}
		dry := desk.Write{Action: "test", Key: "k2", DryRun: true, Puts: []desk.Put{{Entry: topic("Three")}}}
		hubtest.Save(t, d, dry)
		dry.DryRun = false
		if r := hubtest.Save(t, d, dry); r.Results[0].Outcome != desk.Created {
			t.Errorf("after a dry run: %+v", r)
		}
	})
}
