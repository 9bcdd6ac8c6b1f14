package storetest

import (
	"bufio"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMain(m *testing.M) { os.Exit(Run(m)) }

func TestDatabasesAreFreshAndApart(t *testing.T) {
	first := open(t, PostgreSQL(t))
	second := open(t, PostgreSQL(t))
	mustExec(t, first, "create table note (text text)")
	mustExec(t, second, "create table note (text text)")
	mustExec(t, first, "insert into note values ('Grüße')")

	if n := ask(t, first, "select count(*) from note"); n != "1" {
		t.Errorf("rows in the first database: %s, want 1", n)
	}
	if n := ask(t, second, "select count(*) from note"); n != "0" {
		t.Errorf("rows in the second database: %s, want 0", n)
	}
}

func TestDatabaseIsUTF8AndSortsByBytes(t *testing.T) {
	db := open(t, PostgreSQL(t))
	for _, c := range []struct{ query, want string }{
		{"show server_encoding", "UTF8"},
		{"show max_connections", "100"},
		{"select case when 'Z' < 'a' then 'bytes' else 'words' end", "bytes"},
	} {
		if got := ask(t, db, c.query); got != c.want {
			t.Errorf("%s: got %s, want %s", c.query, got, c.want)
		}
	}
}

func TestDatabaseGoesWithItsTest(t *testing.T) {
	var dsn string
	t.Run("borrower", func(t *testing.T) {
		dsn = PostgreSQL(t)
		open(t, dsn)
	})
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); err == nil {
		t.Errorf("%s still answers after its test", dsn)
	}
}

func TestTestsShareOneServerAtOnce(t *testing.T) {
	for range 8 {
		t.Run("borrower", func(t *testing.T) {
			t.Parallel()
			db := open(t, PostgreSQL(t))
			mustExec(t, db, "create table note (text text)")
		})
	}
}

func TestCommittedRowSurvivesRestart(t *testing.T) {
	for _, mode := range []string{"fast", "immediate"} {
		t.Run(mode, func(t *testing.T) {
			server := Server(t)
			db := open(t, server.DSN())
			if got := ask(t, db, "show fsync"); got != "on" {
				t.Errorf("fsync is %s, want on", got)
			}
			mustExec(t, db, "create table note (text text)")
			mustExec(t, db, "insert into note values ('kept')")

			server.Restart(mode)

			again := open(t, server.DSN())
			if n := ask(t, again, "select count(*) from note"); n != "1" {
				t.Errorf("rows after the restart: %s, want 1", n)
			}
		})
	}
}

func TestStoppedServerRefusesUntilStarted(t *testing.T) {
	server := Server(t)
	server.Stop()
	db, err := sql.Open("postgres", server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Ping(); err == nil {
		t.Error("the stopped server takes a connection")
	}
	server.Start()
	if err := db.Ping(); err != nil {
		t.Errorf("the started server: %v", err)
	}
}

// TestKilledProcessLeavesNothingBehind runs this test again in a process of its
// own, which starts both kinds of server and is killed without a warning.
func TestKilledProcessLeavesNothingBehind(t *testing.T) {
	const child = "STORETEST_CHILD"
	if os.Getenv(child) != "" {
		fmt.Println("SERVER", PostgreSQL(t))
		fmt.Println("SERVER", Server(t).DSN())
		_, _ = io.Copy(io.Discard, os.Stdin) // wait to be killed
		return
	}
	installed(t)
	process := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	process.Env = append(os.Environ(), child+"=1")
	stdin, err := process.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	connections := map[string]*sql.Conn{} // by the server's folder
	lines := bufio.NewScanner(out)
	for len(connections) < 2 && lines.Scan() {
		if dsn, ok := strings.CutPrefix(lines.Text(), "SERVER "); ok {
			u, err := url.Parse(dsn)
			if err != nil {
				t.Fatal(err)
			}
			conn, err := open(t, dsn).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			connections[u.Query().Get("host")] = conn
		}
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = process.Wait() // says that it was killed
	if len(connections) != 2 {
		t.Fatalf("servers of the child: %d, want 2", len(connections))
	}
	for folder, conn := range connections {
		eventually(t, "the server in "+folder+" is gone", func() bool {
			return conn.PingContext(t.Context()) != nil
		})
		eventually(t, folder+" is gone", func() bool {
			_, err := os.Stat(folder)
			return errors.Is(err, fs.ErrNotExist)
		})
	}
}

func TestNewestVersionComesFirst(t *testing.T) {
	folders := []string{
		"/opt/homebrew/opt/postgresql/bin",
		"/usr/lib/postgresql/9.6/bin",
		"/usr/lib/postgresql/15/bin",
		"/opt/homebrew/opt/postgresql@16/bin",
		"/usr/pgsql-17/bin",
		"/usr/lib/postgresql/9.5/bin",
	}
	want := []string{folders[4], folders[3], folders[2], folders[1], folders[5], folders[0]}
	slices.SortStableFunc(folders, newestFirst)
	if !slices.Equal(folders, want) {
		t.Errorf("got %q, want %q", folders, want)
	}
}

func TestOnlyAFolderWithBothProgramsCounts(t *testing.T) {
	client, other, whole := t.TempDir(), t.TempDir(), t.TempDir()
	for file, mode := range map[string]fs.FileMode{
		filepath.Join(client, "initdb"):  0o755,
		filepath.Join(other, "initdb"):   0o755,
		filepath.Join(other, "postgres"): 0o644, // not executable
		filepath.Join(whole, "initdb"):   0o755,
		filepath.Join(whole, "postgres"): 0o755,
	} {
		if err := os.WriteFile(file, []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		folders []string
		want    string
	}{
		{"the first whole one", []string{"", ".", client, other, whole, t.TempDir()}, whole},
		{"none", []string{client, other}, ""},
	} {
		if got, ok := findPrograms(c.folders); got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %t, want %q", c.name, got, ok, c.want)
		}
	}
}

func TestAbsentPostgreSQLSkipsUnlessRequired(t *testing.T) {
	for _, c := range []struct{ setting, want string }{{"", "skipped"}, {"require", "failed"}} {
		t.Setenv("HUB_TEST_POSTGRES", c.setting)
		var tb verdict
		endWithoutPostgreSQL(&tb)
		if tb.word != c.want || !strings.HasPrefix(tb.why, "PostgreSQL is not installed: ") {
			t.Errorf("HUB_TEST_POSTGRES=%q: %s with %q, want %s", c.setting, tb.word, tb.why, c.want)
		}
	}
}

// verdict keeps the first verdict on a test where a real one would end it.
type verdict struct {
	testing.TB
	word, why string
}

func (v *verdict) Helper()          {}
func (v *verdict) Skip(why ...any)  { v.say("skipped", why) }
func (v *verdict) Fatal(why ...any) { v.say("failed", why) }

func (v *verdict) say(word string, why []any) {
	if v.word == "" {
		v.word, v.why = word, fmt.Sprint(why...)
	}
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Ping(); err != nil {
		t.Fatal(err)
	}
	return db
}

func mustExec(t *testing.T, db *sql.DB, statement string) {
	t.Helper()
	if _, err := db.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// ask returns the one value that a query answers with, as text.
func ask(t *testing.T, db *sql.DB, query string) string {
	t.Helper()
	var answer string
	if err := db.QueryRow(query).Scan(&answer); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return answer
}

// eventually fails the test if the claim is still false after 20 seconds.
func eventually(t *testing.T, claim string, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	retry := time.NewTicker(50 * time.Millisecond)
	defer retry.Stop()
	for !holds() {
		select {
		case <-retry.C:
		case <-deadline:
			t.Fatal("not true in time: " + claim)
		}
	}
}
