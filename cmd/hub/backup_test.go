package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// otherEngine is an empty database of the engine that a database is not of.
func otherEngine(t testing.TB, database string) string {
	t.Helper()
	if strings.HasPrefix(database, "postgres") {
		return hubtest.SQLite(t)
	}
	return storetest.PostgreSQL(t)
}

func TestABackupUnderLoadHasAllThatWasAcknowledgedBeforeAndIsSound(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		d := hubtest.Open(t, database, nil)
		var (
			acknowledged []content.ID
			wait         sync.WaitGroup
		)
		saved, stop := make(chan content.ID, 1_000_000), make(chan struct{})
		wait.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				receipt, err := d.Save(context.Background(), hubtest.Admin(), desk.Write{Action: "test", Puts: []desk.Put{
					{Entry: &content.Topic{Name: fmt.Sprint("Topic ", n), Scheme: content.TopicSubject}, Publish: true},
				}})
				if err != nil {
					t.Error(err)
					close(saved)
					return
				}
				saved <- receipt.Results[0].ID
			}
		})
		ended := sync.OnceFunc(func() { close(stop); wait.Wait() })
		defer ended() // before the database is closed, also when something is wrong
		folder := t.TempDir()
		for round := range 3 {
			for range max(20, len(saved)) {
				acknowledged = append(acknowledged, <-saved)
			}
			file := filepath.Join(folder, fmt.Sprint(round, ".db"))
			if out, errOut, err := hub(t, "backup", file, "--database", database); err != nil {
				t.Fatal(out, errOut, err)
			}
			target := otherEngine(t, database)
			if out, errOut, err := hub(t, "restore", file, "--database", target); err != nil {
				t.Fatal(out, errOut, err)
			}
			if out, errOut, err := hub(t, "verify", "--database", target); err != nil || !strings.HasSuffix(out, "nothing is wrong\n") {
				t.Fatal(out, errOut, err)
			}
			view := hubtest.Open(t, target, nil).Pin()
			for _, id := range acknowledged {
				if view.Entry(id) == nil {
					t.Errorf("%s was acknowledged before the backup began, but is not in it", id)
				}
			}
		}
		ended()
		if out, errOut, err := hub(t, "verify", "--database", database); err != nil {
			t.Error(out, errOut, err)
		}
	})
}

func TestAServerOnAnEmptyDatabaseSeesWhatIsRestoredOrImportedIntoIt(t *testing.T) {
	source := hubtest.SQLite(t)
	if out, errOut, err := hub(t, "import", "--database", source, hubtest.Facts()); err != nil {
		t.Fatal(out, errOut, err)
	}
	folder := t.TempDir()
	backup, export := filepath.Join(folder, "backup.db"), filepath.Join(folder, "export.ndjson.gz")
	for _, command := range [][]string{{"backup", backup}, {"export", export}} {
		if out, errOut, err := hub(t, append(command, "--database", source)...); err != nil {
			t.Fatal(out, errOut, err)
		}
	}
	hubtest.Engines(t, func(t *testing.T, database string) {
		for _, command := range [][]string{{"restore", backup}, {"import", export}} {
			if command[0] == "import" {
				database = otherEngine(t, database)
			}
			s, err := serveHub(t, "--database", database)
			if err != nil {
				t.Fatal(err)
			}
			if n := s.counts(t).Data.Episodes.TotalCount; n != 0 {
				t.Fatalf("an empty hub has %d episodes", n)
			}
			if out, errOut, err := hub(t, append(command, "--database", database)...); err != nil {
				t.Fatal(out, errOut, err)
			}
			deadline := time.Now().Add(10 * time.Second)
			for s.counts(t).Data.Episodes.TotalCount != 110 {
				if time.Now().After(deadline) {
					t.Fatalf("the server never saw what %s brought", command[0])
				}
			}
			if err := s.stop(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestVerifyEndsWithAnErrorWhenSomethingIsWrong(t *testing.T) {
	database := hubtest.SQLite(t)
	if out, errOut, err := hub(t, "import", "--database", database, hubtest.Facts()); err != nil {
		t.Fatal(out, errOut, err)
	}
	out, errOut, err := hub(t, "verify", "--database", database)
	if err != nil || strings.Count(out, "\n") != 1 || !strings.HasPrefix(out, "version 1 (") {
		t.Errorf("%q %q %v", out, errOut, err)
	}
	s, err := store.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Locked(context.Background(), func(tx *store.Tx) error { return tx.Reincarnate(context.Background(), 3) })
	if err != nil {
		t.Fatal(err)
	}
	out, errOut, err = hub(t, "verify", "--database", database)
	if err == nil || out != "versions 2 to 3 are missing\n" || !strings.Contains(errOut, "1 thing is wrong") {
		t.Errorf("%q %q %v", out, errOut, err)
	}
}

func TestReadingCommandsDoNotMakeADatabase(t *testing.T) {
	folder := t.TempDir()
	for _, command := range [][]string{
		{"backup", filepath.Join(folder, "backup.db")}, {"export", "-"}, {"export", "--tables", filepath.Join(folder, "tables.db")}, {"verify"},
	} {
		if out, _, err := hub(t, append(command, "--database", filepath.Join(folder, "mistyped.db"))...); err == nil || out != "" {
			t.Errorf("%s of a database that does not exist: %q", command[0], out)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestExportRefusesWhatDoesNotGoTogether(t *testing.T) {
	database := hubtest.SQLite(t)
	if out, errOut, err := hub(t, "import", "--database", database, hubtest.Facts()); err != nil {
		t.Fatal(out, errOut, err)
	}
	file, tables := filepath.Join(t.TempDir(), "export.ndjson"), filepath.Join(t.TempDir(), "tables.db")
	for _, flags := range [][]string{{}, {file, "--tables", tables}, {"--history", "--tables", tables}} {
		if _, _, err := hub(t, append(append([]string{"export"}, flags...), "--database", database)...); err == nil {
			t.Errorf("export %v was done", flags)
		}
	}
	if out, errOut, err := hub(t, "export", "--tables", tables, "--database", database, "--public-url", "https://hub.example/"); err != nil {
		t.Fatal(out, errOut, err)
	}
	raw, err := os.ReadFile(tables)
	if err != nil || !strings.Contains(string(raw), "https://hub.example/speakers/") {
		t.Errorf("the tables have no addresses: %v", err)
	}
	if _, _, err := hub(t, "export", "--tables", tables, "--database", database); err == nil {
		t.Error("tables were overwritten")
	}
	if _, _, err := hub(t, "export", file, "--database", database); err != nil {
		t.Error(err)
	}
	empty := hubtest.SQLite(t)
	for _, flag := range []string{"--draft", "--skip-bad"} {
		if _, errOut, err := hub(t, "import", file, flag, "--database", empty); err == nil || !strings.Contains(errOut, flag) {
			t.Errorf("%s: %q %v", flag, errOut, err)
		}
	}
	if out, _, err := hub(t, "import", file, "--dry-run", "--database", empty); err != nil || !strings.Contains(out, "would be imported") {
		t.Errorf("%q %v", out, err)
	}
	if out, errOut, err := hub(t, "import", file, "--database", empty); err != nil {
		t.Error(out, errOut, err)
	}
}
