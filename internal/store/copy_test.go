package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Run(m)) }

func open(t testing.TB, database string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func raw(t testing.TB, database string) *sql.DB {
	t.Helper()
	engine := "sqlite"
	if strings.HasPrefix(database, "postgres") {
		engine = "postgres"
	}
	db, err := sql.Open(engine, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// everything reads every row of every table but the migrator's, as text.
func everything(t testing.TB, database string) string {
	t.Helper()
	db := raw(t, database)
	list := `select name from sqlite_master where type = 'table'`
	if strings.HasPrefix(database, "postgres") {
		list = `select table_name from information_schema.tables where table_schema = current_schema()`
	}
	var lines []string
	for _, row := range query(t, db, list) {
		table := row[0].(string)
		if table == "migration" {
			continue
		}
		for _, row := range query(t, db, `select * from `+table) {
			line := table
			for _, v := range row {
				switch v {
				case true:
					v = 1
				case false:
					v = 0
				}
				line += fmt.Sprint("\t", v)
			}
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func query(t testing.TB, db *sql.DB, text string) [][]any {
	t.Helper()
	found, err := db.QueryContext(context.Background(), text)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]any
	for found.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, v := range row {
			if text, ok := v.([]byte); ok { // PostgreSQL's names
				row[i] = string(text)
			}
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}

// full fills a database with facts, and a row in every table.
func full(t testing.TB, database string) {
	t.Helper()
	d := hubtest.Open(t, database, nil)
	hubtest.Import(t, d, hubtest.Facts())
	ids := hubtest.Publish(t, d, &content.Topic{Name: "A", Scheme: content.TopicSubject}, &content.Topic{Name: "B", Scheme: content.TopicSubject})
	hubtest.Save(t, d, desk.Write{Action: "test", Publish: []desk.Publish{{ID: ids[0]}}, Trash: ids[1:]})
	if _, _, err := desk.CreateToken(context.Background(), open(t, database), desk.NewToken{Name: "token", Role: auth.Admin, Life: desk.TokenLife}); err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	broken := content.Finding{
		URL: "https://a.example/ü", At: now, Since: now, State: content.LinkBroken, Status: 404, Title: "Ü", Detail: "gone", Picture: strings.Repeat("a", 64) + ".png",
		Width: 3, Height: 4, Gone: 2, GoneAt: now, Failures: 2, FailedAt: now, FirstFailed: now.Add(-time.Hour),
	}
	if _, err := d.Record(context.Background(), []content.Finding{broken, {URL: "https://a.example/b", At: now, Since: now, State: content.LinkOK}}); err != nil {
		t.Fatal(err)
	}
	if mine, err := d.Lease(context.Background(), "test", "somebody", time.Hour); err != nil || !mine {
		t.Fatal(err)
	}
	_, err := raw(t, database).ExecContext(context.Background(), `
		insert into merge (absorbed, version, survivor) values ('`+string(ids[0])+`', 2, '`+string(ids[1])+`'), ('`+string(ids[0])+`', 3, null);
		insert into idempotency (actor, idempotency_key, hash, receipt, version, at) values ('a', 'k', 'h', '{"a":"ü"}', 2, 77);
		update version set clock_mark = 12345`)
	if err != nil {
		t.Fatal(err)
	}
}

// withoutIncarnation leaves out what a restore changes.
func withoutIncarnation(t testing.TB, database, all string) string {
	t.Helper()
	_, incarnation, err := open(t, database).Version(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(all, incarnation, "INCARNATION")
}

func TestABackupRestoredOnEitherEngineHasEveryRowOfEveryTable(t *testing.T) {
	hubtest.Engines(t, func(t *testing.T, database string) {
		full(t, database)
		want := everything(t, database)
		for _, table := range []string{"merge", "trash", "token", "idempotency", "edge", "identifier", "finding", "checked", "lease"} {
			if !strings.Contains(want, "\n"+table+"\t") {
				t.Errorf("the test's hub has no row in %s", table)
			}
		}
		file := filepath.Join(t.TempDir(), "backup.db")
		copied, err := open(t, database).Backup(context.Background(), file)
		if err != nil {
			t.Fatal(err)
		}
		if copied.Version != 4 || copied.Rows != strings.Count(want, "\n") { // all but the row of the version
			t.Errorf("%+v, want %d rows", copied, strings.Count(want, "\n"))
		}
		if got := everything(t, file); got != want {
			t.Error("the backup has other rows")
		}
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
		bytes, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		hubtest.Engines(t, func(t *testing.T, target string) {
			if _, err := open(t, target).Restore(context.Background(), file); err != nil {
				t.Fatal(err)
			}
			got := everything(t, target)
			if withoutIncarnation(t, target, got) != withoutIncarnation(t, database, want) {
				t.Error("the restored database has other rows")
			}
			if got == want {
				t.Error("the restored database has the incarnation of the first")
			}
			// Restoring is for empty databases.
			if _, err := open(t, target).Restore(context.Background(), file); err == nil || everything(t, target) != got {
				t.Errorf("a second restore: %v", err)
			}
		})
		after, err := os.ReadFile(file)
		if err != nil || string(after) != string(bytes) {
			t.Errorf("restoring changed the backup: %v", err)
		}
		left, err := os.ReadDir(filepath.Dir(file))
		if err != nil || len(left) != 1 {
			t.Errorf("beside the backup there are %v, %v", left, err)
		}
	})
}

func TestABackupNeverOverwritesAndLeavesNothingWhenItFails(t *testing.T) {
	s, folder := open(t, hubtest.SQLite(t)), t.TempDir()
	file := filepath.Join(folder, "backup.db")
	if err := os.WriteFile(file, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Backup(context.Background(), file); err == nil {
		t.Error("a file that exists was taken")
	}
	if kept, err := os.ReadFile(file); err != nil || string(kept) != "precious" {
		t.Errorf("%q %v", kept, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Backup(ctx, filepath.Join(folder, "other.db")); err == nil {
		t.Error("an interrupted backup succeeded")
	}
	if _, err := s.Backup(context.Background(), filepath.Join(folder, "none", "other.db")); err == nil {
		t.Error("a folder that is not there was written to")
	}
	left, err := os.ReadDir(folder)
	if err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

func TestRestoreRefusesWhatIsNoSoundBackup(t *testing.T) {
	database := hubtest.SQLite(t)
	full(t, database)
	folder := t.TempDir()
	good := filepath.Join(folder, "good.db")
	if _, err := open(t, database).Backup(context.Background(), good); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	stranger := filepath.Join(folder, "stranger.db")
	if _, err := raw(t, stranger).ExecContext(context.Background(), `create table a (b text)`); err != nil {
		t.Fatal(err)
	}
	scratched := slices.Clone(whole)
	for i := len(scratched) / 2; i < len(scratched)/2+9000; i++ {
		scratched[i] ^= 0x55
	}
	for name, body := range map[string][]byte{
		"empty.db": nil, "text.db": []byte(strings.Repeat("no database at all\n", 100)), "scratched.db": scratched,
		"cut.db": whole[:len(whole)/2/4096*4096],
	} {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	target := open(t, hubtest.SQLite(t))
	for _, name := range []string{"none.db", "empty.db", "text.db", "stranger.db", "scratched.db", "cut.db"} {
		if _, err := target.Restore(context.Background(), filepath.Join(folder, name)); err == nil {
			t.Errorf("%s was restored", name)
		}
	}
	if _, err := target.Restore(context.Background(), good); err != nil {
		t.Errorf("after all that: %v", err)
	}
}

func TestRestoreRefusesADatabaseThatHoldsATokenOnly(t *testing.T) {
	s := open(t, hubtest.SQLite(t))
	file := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(context.Background(), file); err != nil {
		t.Fatal(err)
	}
	if _, _, err := desk.CreateToken(context.Background(), s, desk.NewToken{Name: "token", Role: auth.Admin, Life: desk.TokenLife}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Restore(context.Background(), file); err == nil {
		t.Error("a token was in the way, and nobody minded")
	}
}

func TestADatabaseThatDoesNotExistIsNotMade(t *testing.T) {
	name := hubtest.SQLite(t)
	if err := store.MustExist(name); err == nil {
		t.Error("it is said to exist")
	}
	if _, err := os.Stat(name); err == nil {
		t.Error("it was made")
	}
}
