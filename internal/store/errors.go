package store

import (
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"syscall"

	"github.com/lib/pq"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrUncertain says that the answer to a commit was lost: the change may be stored or not.
var ErrUncertain = errors.New("the answer to the commit was lost")

// IsUnavailable tells whether an error is the database's state and not a mistake: it cannot be reached, is stopping, has no
// room left. The same may succeed later. Codes of drivers are asked here and nowhere else.
func IsUnavailable(err error) bool {
	var (
		server *pq.Error
		file   *sqlite.Error
		dial   net.Error
	)
	switch {
	case errors.As(err, &server):
		switch server.Code.Class() {
		case "08", "53", "57", "58": // connection, resources, operator, system
			return true
		}
		return server.Code == "25006" || server.Code == "40001" || server.Code == "40P01" // read only, serialization, deadlock
	case errors.As(err, &file):
		switch file.Code() & 0xff {
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN:
			return true
		}
		return false
	case errors.As(err, &dial), errors.Is(err, driver.ErrBadConn), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, net.ErrClosed), errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
		return true
	}
	return false
}

// committed wraps a commit's error: one that the server itself gave says that nothing was stored; any other leaves it open.
func committed(err error) error {
	var (
		server *pq.Error
		file   *sqlite.Error
	)
	if errors.As(err, &server) || errors.As(err, &file) {
		return err
	}
	return errors.Join(ErrUncertain, err)
}
