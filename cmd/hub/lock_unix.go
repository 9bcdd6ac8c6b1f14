//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lockFile keeps a second server off a SQLite file, until the lock is closed or the process ends, however it does. Servers
// would not harm the file, but each would miss for a second what the other writes, and clients would see the content go back.
// Commands take no lock. The lock is on a companion, FILE.lock, since locks on the file itself are SQLite's; the companion
// stays, for removing it would let two servers each lock a file of that name.
func lockFile(database string) (io.Closer, error) {
	file, err := realPath(database)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", database, err)
	}
	lock, err := os.OpenFile(file+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", database, err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(io.LimitReader(lock, 20)) // empty while the other one starts
		by := "another process"
		if pid := strings.TrimSpace(string(holder)); pid != "" {
			by = "process " + pid
		}
		return nil, errors.Join(fmt.Errorf("%s is already served by %s; stop that one first, or use PostgreSQL for several nodes", file, by), lock.Close())
	}
	if err == nil {
		err = lock.Truncate(0)
	}
	if err == nil {
		_, err = fmt.Fprintln(lock, os.Getpid())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", database, err), lock.Close())
	}
	return lock, nil
}

// realPath is the one name of a file that may not exist yet, whichever links lead to it.
func realPath(name string) (string, error) {
	name, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	file, err := filepath.EvalSymlinks(name)
	if errors.Is(err, os.ErrNotExist) {
		folder, err := filepath.EvalSymlinks(filepath.Dir(name))
		return filepath.Join(folder, filepath.Base(name)), err
	}
	return file, err
}
