//go:build !unix

package storetest

import (
	"errors"
	"syscall"
)

// account is the user that a server runs as. Here none is ever made.
type account struct{ uid, gid int }

func serverAccount() (*account, error) {
	return nil, errors.New("tests start PostgreSQL on Unix only")
}

func inGroup(int, *account) *syscall.SysProcAttr { return nil }
