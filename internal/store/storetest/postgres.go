// Package storetest lends tests a real PostgreSQL: a private server that is
// started from the installed programs, listens on a Unix socket alone, and
// goes away with the test process however that ends.
//
//   - postgres.go: PostgreSQL gives a test an empty database on the one server
//     its process shares; Run is what TestMain calls.
//   - server.go: a server's life, and PrivateServer for tests of outages.
//   - process_unix.go, process_other.go: whom the server runs as.
//
// Tests of store, desk and whatever else opens a store call it. The program
// never imports it, and it knows nothing of our tables.
package storetest

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// places are the folders that packages install PostgreSQL's programs in,
// searched after PATH.
var places = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
}

// shared is the server of this test process. It is the one variable here that
// changes: a process has no other place that all its tests reach.
var shared struct {
	sync.Mutex
	server *server
	err    error // why it did not start; asked once, told to every test
}

// PostgreSQL returns the URL of a new, empty database, which is dropped when
// the test ends. Its encoding is UTF8, its collation C.
//
// The first call in a process starts the server, which takes a second or two;
// later calls cost tens of milliseconds. The server takes 100 connections and
// does not sync to disk: a test of durability wants Server.
//
// Where PostgreSQL is not installed the test is skipped, or fails if the
// environment has HUB_TEST_POSTGRES=require.
func PostgreSQL(t testing.TB) string {
	t.Helper()
	s, err := sharedServer(installed(t))
	if err != nil {
		t.Fatal(err)
	}
	name, err := s.createDatabase()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.dropDatabase(name); err != nil {
			t.Error(err)
		}
	})
	return s.dsn(name)
}

// Run runs the tests of a package, then stops the shared server and removes
// its files, and returns the exit code:
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Run(m)) }
//
// Without it the server still goes, but a moment after the process.
func Run(m *testing.M) int {
	defer func() {
		shared.Lock()
		defer shared.Unlock()
		if shared.server != nil {
			shared.server.discard()
		}
	}()
	return m.Run()
}

func sharedServer(bin string) (*server, error) {
	shared.Lock()
	defer shared.Unlock()
	if shared.server == nil && shared.err == nil {
		shared.server, shared.err = newServer(bin, "fsync=off", "full_page_writes=off")
	}
	return shared.server, shared.err
}

// installed returns the folder of PostgreSQL's programs, or ends the test.
func installed(t testing.TB) string {
	t.Helper()
	bin, ok := findPrograms(append(filepath.SplitList(os.Getenv("PATH")), usualFolders()...))
	if !ok {
		endWithoutPostgreSQL(t)
	}
	return bin
}

func endWithoutPostgreSQL(t testing.TB) {
	t.Helper()
	why := "PostgreSQL is not installed: no folder of PATH or " + strings.Join(places, ", ") + " has initdb and postgres"
	if os.Getenv("HUB_TEST_POSTGRES") == "require" {
		t.Fatal(why + ", and HUB_TEST_POSTGRES is require")
	}
	t.Skip(why)
}

// usualFolders returns the places that exist, the newest version first in each.
func usualFolders() []string {
	var folders []string
	for _, place := range places {
		found, _ := filepath.Glob(place) // only a malformed pattern is an error
		slices.SortStableFunc(found, newestFirst)
		folders = append(folders, found...)
	}
	return folders
}

// findPrograms returns the first folder that has both initdb and postgres.
// Relative ones do not count: the server is started in a folder of its own.
func findPrograms(folders []string) (bin string, ok bool) {
	for _, folder := range folders {
		if filepath.IsAbs(folder) && isProgram(folder, "initdb") && isProgram(folder, "postgres") {
			return folder, true
		}
	}
	return "", false
}

func isProgram(folder, name string) bool {
	_, err := exec.LookPath(filepath.Join(folder, name))
	return err == nil
}

var versionPattern = regexp.MustCompile(`\d+(\.\d+)?`)

// newestFirst orders folders such as /usr/lib/postgresql/9.6/bin by the
// version they name, as a number: 15 comes before 9.6, no version comes last.
func newestFirst(a, b string) int {
	version := func(folder string) float64 {
		v, _ := strconv.ParseFloat(versionPattern.FindString(folder), 64) // no version reads as 0
		return v
	}
	switch va, vb := version(a), version(b); {
	case va > vb:
		return -1
	case va < vb:
		return 1
	default:
		return 0
	}
}
