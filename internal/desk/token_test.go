package desk_test

import (
	"sync"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

func TestTwoAtOnceWithOneKeyGetOneToken(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		var (
			wait    sync.WaitGroup
			mu      sync.Mutex
			ids     = map[string]bool{}
			secrets int
		)
		for range 8 {
			wait.Go(func() {
				made, secret, err := d.CreateToken(t.Context(), hubtest.Admin(), desk.NewToken{Name: "x", Role: auth.Editor, Life: time.Hour}, desk.Write{Key: "k"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if ids[made.ID] = true; secret != "" {
					secrets++
				}
			})
		}
		wait.Wait()
		if len(ids) != 1 || secrets != 1 {
			t.Errorf("%d tokens, %d secrets told", len(ids), secrets)
		}
	})
}
