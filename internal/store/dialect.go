package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"
	_ "github.com/lib/pq" // PostgreSQL
	_ "modernc.org/sqlite"
)

// dialect is what the engines do not share.
type dialect struct {
	name string
	// forUpdate locks the selected row; SQLite locks when a transaction begins.
	forUpdate string
	// migrationLock keeps other starts out while the schema changes.
	migrationLock string
	// snapshot is the isolation in which a transaction sees one moment.
	snapshot sql.IsolationLevel
	// parameters is how many a statement may have.
	parameters int
}

func (s *Store) openSQLite(ctx context.Context, file string) error {
	if strings.ContainsAny(file, "?#") {
		return fmt.Errorf("%q: a file name without ? and # is allowed", file)
	}
	s.dialect = dialect{name: "sqlite", parameters: 30_000}
	const options = "?_busy_timeout=5000&_foreign_keys=on&_journal_mode=wal&_synchronous=full&_dqs=0&_pragma=temp_store(memory)"
	path := "file:" + (&url.URL{Path: file}).EscapedPath() + options
	var err error
	// The writer comes first: it makes the file and switches it to a write-ahead log, which does not wait for the busy
	// timeout when several processes do so at once.
	s.write, err = sqlx.Open("sqlite", path+"&_txlock=immediate")
	if err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	for try := 0; ; try++ {
		if err = s.write.PingContext(ctx); err == nil {
			break
		}
		if try == 50 {
			return fmt.Errorf("%s: %w", file, err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	if s.read, err = sqlx.Open("sqlite", path+"&_query_only=1"); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(8)
	return nil
}

func (s *Store) openPostgreSQL(ctx context.Context, address string) error {
	s.dialect = dialect{
		name: "postgres", forUpdate: " for update", migrationLock: "select pg_advisory_xact_lock(7237238)",
		snapshot: sql.LevelRepeatableRead, parameters: 60_000,
	}
	db, err := sqlx.Open("postgres", address)
	if err != nil {
		return fmt.Errorf("the address is not understood") // the driver's words may hold the password
	}
	db.SetMaxOpenConns(16)
	// Connections that broke without being noticed do not stay.
	db.SetConnMaxLifetime(5 * time.Minute)
	db.SetConnMaxIdleTime(time.Minute)
	s.write, s.read = db, db
	return db.PingContext(ctx)
}
