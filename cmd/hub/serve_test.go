package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bettertogether/internal/hubtest"
)

func TestSecondServerOnOneFileIsRefused(t *testing.T) {
	database := hubtest.SQLite(t)
	first, err := serveHub(t, "--database", database)
	if err != nil {
		t.Fatal(err)
	}
	alias := filepath.Join(t.TempDir(), "alias.db")
	if err := os.Symlink(database, alias); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{database, alias} {
		_, err = serveHub(t, "--database", name)
		want := fmt.Sprintf("%s is already served by process %d;", database, first.command.Process.Pid)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Count(strings.TrimSpace(err.Error()), "\n") > 0 {
			t.Errorf("the second server ended with %v, want %q", err, want)
		}
	}
	if out, errOut, err := hub(t, "token", "create", "--role", "admin", "--name", "beside", "--database", database); err != nil {
		t.Errorf("a command beside the server: %s %s %v", out, errOut, err)
	}
	if first.counts(t).Data.Hub.Version != 0 {
		t.Error("the first server does not answer as before")
	}
	// However the first one ends, another may follow.
	if err := first.command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := <-first.ended; err == nil {
		t.Error("a killed server ended as if it had been told to")
	}
	for range 2 {
		next, err := serveHub(t, "--database", database)
		if err != nil {
			t.Fatal(err)
		}
		if err := next.stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestMetricsAreServedWhereTheyAreAskedFor(t *testing.T) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	_, err = serveHub(t, "--database", hubtest.SQLite(t), "--metrics-addr", address)
	if err == nil || !strings.Contains(err.Error(), "listen for metrics") {
		t.Errorf("a server whose address for metrics is taken ended with %v", err)
	}
	_ = free.Close() // for the next server
	if _, err := serveHub(t, "--database", hubtest.SQLite(t), "--metrics-addr", address); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK || !strings.Contains(string(text), "\nhub_content_version 0\n") {
		t.Errorf("%s %v %.300s", answer.Status, err, text)
	}
}
