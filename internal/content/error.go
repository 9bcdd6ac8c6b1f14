package content

import (
	"fmt"
	"strings"
)

// ErrorCode says what kind of mistake an Error tells.
type ErrorCode string

// The codes of errors for people.
const (
	CodeRequired  ErrorCode = "REQUIRED"
	CodeInvalid   ErrorCode = "INVALID"
	CodeTooLong   ErrorCode = "TOO_LONG"
	CodeDuplicate ErrorCode = "DUPLICATE"
	CodeTaken     ErrorCode = "TAKEN"
	CodeNotFound  ErrorCode = "NOT_FOUND"
	CodeConflict  ErrorCode = "CONFLICT"
	CodeForbidden ErrorCode = "FORBIDDEN"
	// CodeUnauthenticated: the caller has shown no valid token.
	CodeUnauthenticated ErrorCode = "UNAUTHENTICATED"
	CodeBusy            ErrorCode = "BUSY"
	// CodeUnavailable: the database cannot be written to now; nothing was stored.
	CodeUnavailable ErrorCode = "UNAVAILABLE"
	// CodeUncertain: the change may be stored or not; the message has the key with which to repeat it.
	CodeUncertain ErrorCode = "UNCERTAIN"
)

// Error is a mistake told to a person: a whole sentence that names the field, what was given and what is allowed. Path
// leads to the value, as in the input: ["appearances", "2", "role"].
type Error struct {
	Code    ErrorCode
	Path    []string
	Message string
}

// Errorf builds an Error; the path is dotted.
func Errorf(code ErrorCode, path, format string, args ...any) *Error {
	e := &Error{Code: code, Message: fmt.Sprintf(format, args...)}
	if path != "" {
		e.Path = strings.Split(path, ".")
	}
	return e
}

// Error implements error.
func (e *Error) Error() string {
	if len(e.Path) == 0 {
		return e.Message
	}
	return strings.Join(e.Path, ".") + ": " + e.Message
}

// Errors are all mistakes of one write.
type Errors []*Error

// Error implements error.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Quote shortens a given value for a message.
func Quote(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", s)
}
