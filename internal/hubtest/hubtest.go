// Package hubtest opens hubs for tests: on a database of their own, on either engine, with the demo's facts if wanted. Only
// tests import it.
package hubtest

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/media"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// Admin may do everything.
func Admin() auth.Viewer { return auth.Viewer{Name: "test", Role: auth.Admin} }

// Clock is a clock that a test sets.
type Clock struct{ At time.Time }

// Now tells the time that was set.
func (c *Clock) Now() time.Time { return c.At }

// SQLite names a database file that does not exist yet.
func SQLite(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "hub.db")
}

// Engines runs a test on each engine with an empty database.
func Engines(t *testing.T, test func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.PostgreSQL(t)) })
}

// Open opens a hub on a database. A nil clock is the real one.
func Open(t testing.TB, database string, clock *Clock) *desk.Desk {
	t.Helper()
	s, err := store.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	pictures, err := media.Open(filepath.Join(t.TempDir(), "media"))
	if err != nil {
		t.Fatal(err)
	}
	o := desk.Options{Site: "https://hub.example", Media: pictures}
	if clock != nil {
		o.Clock = clock.Now
	}
	d, err := desk.Open(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Facts names the demo's file of facts.
func Facts() string {
	_, here, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(here), "../../cmd/hub/demo/domain.ndjson")
}

// Import imports a file and wants every line of it taken.
func Import(t testing.TB, d *desk.Desk, file string) exchange.Report {
	t.Helper()
	in, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	report, err := exchange.ImportNDJSON(context.Background(), d, in, exchange.Options{Viewer: Admin(), Name: filepath.Base(file)})
	if err != nil {
		t.Fatalf("import %s: %v, bad lines %v", file, err, report.Bad)
	}
	return report
}

// Save saves and wants no mistakes.
func Save(t testing.TB, d *desk.Desk, w desk.Write) desk.Receipt {
	t.Helper()
	r, err := d.Save(context.Background(), Admin(), w)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Publish saves entries as new ones and publishes them, and returns their ids.
func Publish(t testing.TB, d *desk.Desk, entries ...content.Entry) []content.ID {
	t.Helper()
	w := desk.Write{Action: "test"}
	for _, e := range entries {
		w.Puts = append(w.Puts, desk.Put{Entry: e, Publish: true})
	}
	var ids []content.ID
	for _, r := range Save(t, d, w).Results {
		ids = append(ids, r.ID)
	}
	return ids
}
