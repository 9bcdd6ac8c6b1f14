package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/lib/pq"
)

// patience is how long anything a server does may take before it counts as
// hung. A busy machine may need many seconds for what takes one alone.
const patience = 2 * time.Minute

// PrivateServer is a PostgreSQL server that one test has for itself, to stop
// and to crash. Unlike the shared one it syncs to disk. Its methods end the
// test on an error, so they belong on the test's own goroutine.
type PrivateServer struct {
	t      testing.TB
	server *server
}

// Server starts a server of the test's own, which goes when the test ends.
// It skips or fails as PostgreSQL does.
func Server(t testing.TB) *PrivateServer {
	t.Helper()
	s, err := newServer(installed(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.discard)
	return &PrivateServer{t: t, server: s}
}

// DSN returns the URL of the server's one database. It is empty at first, and
// the URL stays the same over stops and starts.
func (p *PrivateServer) DSN() string { return p.server.dsn(maintenance) }

// Stop shuts the server down in PostgreSQL's fast mode: open connections are
// cut, open transactions rolled back, everything is written to disk.
func (p *PrivateServer) Stop() {
	p.t.Helper()
	p.must(p.server.stop(syscall.SIGINT))
}

// Start starts the stopped server again and returns when it takes connections.
func (p *PrivateServer) Start() {
	p.t.Helper()
	p.must(p.server.start())
}

// Restart stops and starts the server. Mode is "fast", as in Stop, or
// "immediate": no checkpoint, so that the start recovers from the log, as after
// a crash of PostgreSQL.
func (p *PrivateServer) Restart(mode string) {
	p.t.Helper()
	signals := map[string]syscall.Signal{"fast": syscall.SIGINT, "immediate": syscall.SIGQUIT}
	signal, ok := signals[mode]
	if !ok {
		p.t.Fatalf("restart: mode %q is neither fast nor immediate", mode)
	}
	p.must(p.server.stop(signal))
	p.must(p.server.start())
}

func (p *PrivateServer) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

// maintenance is the database that every PostgreSQL server is born with.
const maintenance = "postgres"

// everyServer has the settings of every server: no port on the network, and
// shared memory in the server's folder, so that it goes with that.
var everyServer = []string{"listen_addresses=", "max_connections=100", "dynamic_shared_memory_type=mmap"}

// server is a PostgreSQL server and the folder it lives in.
type server struct {
	bin      string // folder of the programs
	dir      string // data, log and socket; removed with the server
	settings []string
	account  *account // whom it runs as; nil: whoever we are

	watchdog  *exec.Cmd
	leash     io.Closer // the watchdog acts when this closes, or we die
	postgres  *exec.Cmd // nil while stopped
	exited    chan struct{}
	databases atomic.Int64
}

// watch is the watchdog's whole program: it makes the data folder $1/data with
// the initdb of $2, says so, and waits for the end of its standard input, a pipe
// that only the test process holds open. So it acts when that process lets go or
// dies, even by kill -9. Its process group has the server and nothing else in
// it, and SIGQUIT makes the server drop everything and leave. The server may
// still write a file while the folder is being removed, so rm gets more tries.
// SIGPIPE comes if nobody is left to be told; initdb itself runs to its end, as
// it leaves shared memory behind if it is killed.
const watch = `umask 077
"$2"/initdb --pgdata="$1"/data --username=postgres --auth=trust \
	--encoding=UTF8 --locale=C --no-sync >"$1"/log 2>&1
made=$?
trap '' PIPE QUIT
[ $made = 0 ] && echo initialized
exec >/dev/null
read -r _
kill -QUIT 0
tries=0
until rm -rf "$1" || [ $tries -ge 100 ]; do
	tries=$((tries + 1))
	sleep 0.1
done`

// newServer makes a new, empty server and starts it. Settings are in the form
// name=value.
func newServer(bin string, settings ...string) (*server, error) {
	who, err := serverAccount()
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	dir, err := serverFolder(who)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	s := &server{bin: bin, dir: dir, settings: settings, account: who}
	if err := s.initialize(); err != nil {
		return nil, fmt.Errorf("initialize PostgreSQL: %w", err)
	}
	if err := s.start(); err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// serverFolder makes the account's own folder for a server. The path of the
// socket in it may have 103 bytes on some systems, and every folder above must
// be open to the account; the usual temporary folder may fail in either.
func serverFolder(who *account) (string, error) {
	parent := os.TempDir()
	if who != nil || len(parent) > 60 {
		parent = "/tmp"
	}
	dir, err := os.MkdirTemp(parent, "hub-postgres-")
	if err != nil || who == nil {
		return dir, err
	}
	if err := os.Chown(dir, who.uid, who.gid); err != nil {
		return "", errors.Join(err, os.Remove(dir))
	}
	return dir, nil
}

// initialize starts the watchdog and returns when it has made the data folder.
// After an error nothing is left.
func (s *server) initialize() error {
	watchdog := exec.Command("sh", "-c", watch, "watchdog", s.dir, s.bin)
	watchdog.Dir = "/"
	watchdog.Env = environment()
	watchdog.SysProcAttr = inGroup(0, s.account)
	leash, err := watchdog.StdinPipe()
	if err != nil {
		return errors.Join(err, os.Remove(s.dir))
	}
	answers, err := watchdog.StdoutPipe()
	if err != nil {
		return errors.Join(err, os.Remove(s.dir))
	}
	if err := watchdog.Start(); err != nil {
		return errors.Join(err, os.Remove(s.dir))
	}
	s.watchdog, s.leash = watchdog, leash
	answer, err := io.ReadAll(answers)
	if err == nil && string(answer) != "initialized\n" {
		err = errors.New(s.logText())
	}
	if err != nil {
		s.discard()
	}
	return err
}

// start returns when the server takes connections.
func (s *server) start() error {
	if s.postgres != nil {
		return errors.New("start PostgreSQL: it is running")
	}
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer log.Close()
	args := []string{"-D", filepath.Join(s.dir, "data"), "-k", s.dir, "-p", "5432"}
	for _, setting := range slices.Concat(everyServer, s.settings) {
		args = append(args, "-c", setting)
	}
	postgres := exec.Command(filepath.Join(s.bin, "postgres"), args...)
	postgres.Dir = s.dir // ours may be closed to the account
	postgres.Env = environment()
	postgres.SysProcAttr = inGroup(s.watchdog.Process.Pid, s.account)
	postgres.Stdout, postgres.Stderr = log, log
	if err := postgres.Start(); err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = postgres.Wait() // the log says why, and whoever waits asks it
	}()
	s.postgres, s.exited = postgres, exited
	return s.awaitReady()
}

func (s *server) awaitReady() error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	for {
		err := s.exec(ctx, "select 1")
		if err == nil {
			return nil
		}
		select {
		case <-retry.C:
		case <-s.exited:
			s.postgres = nil
			return fmt.Errorf("start PostgreSQL: it ended at once\n%s", s.logText())
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL: no connection in %v: %w\n%s", patience, err, s.logText())
		}
	}
}

// stop sends the signal and returns when the server is gone. A stopped server
// may be stopped again.
func (s *server) stop(signal os.Signal) error {
	if s.postgres == nil {
		return nil
	}
	if err := s.postgres.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case <-s.exited:
		s.postgres = nil
		return nil
	case <-timeout.C:
		return fmt.Errorf("stop PostgreSQL: it still runs %v after %v\n%s", patience, signal, s.logText())
	}
}

// discard ends the server, removes its folder and returns when both are gone.
// It lets go of the leash and has the watchdog do it, so that every test shows
// what happens after a crash. Whatever fails here fails the next test too.
func (s *server) discard() {
	_ = s.leash.Close()
	_ = s.watchdog.Wait()
	_ = s.stop(syscall.SIGQUIT) // it has that already: this waits
}

func (s *server) createDatabase() (string, error) {
	name := "test_" + strconv.FormatInt(s.databases.Add(1), 10)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	// template0 takes no connections, so nobody can be in the way of the copy.
	if err := s.exec(ctx, "create database "+pq.QuoteIdentifier(name)+" template template0"); err != nil {
		return "", fmt.Errorf("create database %s: %w", name, err)
	}
	return name, nil
}

func (s *server) dropDatabase(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.exec(ctx, "drop database "+pq.QuoteIdentifier(name)+" with (force)"); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// exec runs one statement on a connection of its own.
func (s *server) exec(ctx context.Context, statement string) error {
	db, err := sql.Open("postgres", s.dsn(maintenance))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// dsn names everything, or lib/pq asks the PG* variables of the environment.
func (s *server) dsn(database string) string {
	query := url.Values{"host": {s.dir}, "port": {"5432"}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(maintenance), Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// environment is what the server sees of ours: no PG* variable, no locale.
func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
}

func (s *server) log() string { return filepath.Join(s.dir, "log") }

// logText is for error messages: an unreadable log says so in its place.
func (s *server) logText() string {
	text, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(text)
}
