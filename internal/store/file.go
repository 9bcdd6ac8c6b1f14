package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// NewFile makes a file as a whole or not at all. The function writes it under a temporary name in the same folder; then it is
// brought to the disk and gets its name. Nobody but the owner may read it. A file of that name that exists is never touched.
func NewFile(name string, write func(temporary string) error) error {
	exists := fmt.Errorf("%s exists already; choose another name, since nothing is overwritten", name)
	switch _, err := os.Lstat(name); {
	case err == nil:
		return exists
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	folder := filepath.Dir(name)
	file, err := os.CreateTemp(folder, ".hub-*.part") // only its owner may read it
	if err != nil {
		return err
	}
	temporary := file.Name()
	defer func() {
		for _, end := range []string{"", "-wal", "-shm", "-journal"} {
			_ = os.Remove(temporary + end) // most are not there
		}
	}()
	if err := errors.Join(file.Close(), write(temporary), syncFile(temporary)); err != nil {
		return err
	}
	// A link, unlike a rename, never replaces a file that somebody made meanwhile. Not every file system has links.
	switch err := os.Link(temporary, name); {
	case errors.Is(err, fs.ErrExist):
		return exists
	case err != nil:
		if err := os.Rename(temporary, name); err != nil {
			return err
		}
	}
	_ = syncFile(folder) // not every system can
	return nil
}

// syncFile brings a file or a folder to the disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// IsAddress tells an address of PostgreSQL from the name of a file.
func IsAddress(database string) bool {
	return strings.HasPrefix(database, "postgres://") || strings.HasPrefix(database, "postgresql://") || strings.Contains(database, "host=")
}

// MustExist says in an error that there is no database file of a name. To open one would make it.
func MustExist(database string) error {
	if IsAddress(database) {
		return nil
	}
	if _, err := os.Stat(database); err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	return nil
}
