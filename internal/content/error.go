package content

import (
	"fmt"
	"strings"
	"time"
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
	// CodeConflict: somebody else changed the same thing meanwhile.
	CodeConflict ErrorCode = "CONFLICT"
	// CodeReferenced: other entries point at it.
	CodeReferenced ErrorCode = "STILL_REFERENCED"
	// CodeDependency: it points at entries that are not public.
	CodeDependency ErrorCode = "DEPENDENCY"
	// CodeKeyReused: the idempotency key was used for another write.
	CodeKeyReused ErrorCode = "IDEMPOTENCY_KEY_REUSED"
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
	// Clash has both sides of a CONFLICT.
	Clash *Clash
	// Entries are those that stand in the way of a write: who points at an entry, or the drafts that it points at.
	Entries []ID
}

// Clash is a conflict with who wrote the other side.
type Clash struct {
	Conflict
	// Revision is the one that brought the other value; By and At are its author and instant.
	Revision int32
	By       string
	At       time.Time
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
func Quote(s string) string { return fmt.Sprintf("%q", Shorten(s)) }

// Shorten cuts a text to what a message can hold.
func Shorten(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
