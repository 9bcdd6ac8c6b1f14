package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// What was read before is taken again, but not where the row says something else by now.
func TestWhatWasReadBeforeTakesMemoryOnce(t *testing.T) {
	type key struct {
		id     content.ID
		number int32
	}
	hubtest.Engines(t, func(t *testing.T, database string) {
		full(t, database)
		s := open(t, database)
		read := func(known store.Known) map[key]content.Entry {
			t.Helper()
			rows, err := s.Load(context.Background(), 0, time.Now(), known)
			if err != nil {
				t.Fatal(err)
			}
			all := map[key]content.Entry{}
			for _, rev := range rows.Revisions {
				all[key{rev.ID, rev.Number}] = rev.Entry
			}
			return all
		}
		before := read(nil)
		var changed key
		for changed = range before {
			if changed.id.Kind() == content.KindTopic {
				break
			}
		}
		if _, err := raw(t, database).ExecContext(context.Background(), `
			update revision set body = '{"slug":"a","name":"Purged","scheme":"SUBJECT"}' where entry = '`+string(changed.id)+`'`); err != nil {
			t.Fatal(err)
		}
		after := read(func(id content.ID, number int32) content.Entry {
			if number == 1 && id.Kind() == content.KindSeries {
				return nil // nobody has read it
			}
			return before[key{id, number}]
		})
		for k, e := range after {
			isSame := reflect.ValueOf(e).Pointer() == reflect.ValueOf(before[k]).Pointer()
			switch {
			case k == changed:
				if isSame || e.Label() != "Purged" {
					t.Errorf("the row of %s was rewritten, but it is still %q", k.id, e.Label())
				}
			case isSame == (k.number == 1 && k.id.Kind() == content.KindSeries):
				t.Errorf("%s, revision %d: taken again is %v", k.id, k.number, isSame)
			case !reflect.DeepEqual(e, before[k]):
				t.Errorf("%s is another one", k.id)
			}
		}
		if len(after) < 10 || len(after) != len(before) {
			t.Errorf("%d revisions, and %d before", len(after), len(before))
		}
	})
}
