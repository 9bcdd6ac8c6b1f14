// Package auth holds who may do what: roles, the viewer of a request, and the secrets of tokens. It keeps nothing: the store
// has the tokens' hashes, the server asks for them.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// Role says what a viewer may do. Each role may do all that the one before it may.
type Role string

// The roles.
const (
	// Anonymous reads what is public.
	Anonymous Role = ""
	// Contributor reads previews and writes drafts.
	Contributor Role = "CONTRIBUTOR"
	// Editor publishes.
	Editor Role = "EDITOR"
	// Admin manages tokens, merges and purges.
	Admin Role = "ADMIN"
)

// ParseRole reads a role in any case.
func ParseRole(s string) (Role, error) {
	switch r := Role(strings.ToUpper(s)); r {
	case Contributor, Editor, Admin:
		return r, nil
	}
	return Anonymous, fmt.Errorf("%q is no role; contributor, editor and admin are allowed", s)
}

// May tells whether the role may do what needs another.
func (r Role) May(needs Role) bool { return r.rank() >= needs.rank() }

func (r Role) rank() int {
	switch r {
	case Contributor:
		return 1
	case Editor:
		return 2
	case Admin:
		return 3
	}
	return 0
}

// Viewer is who asks.
type Viewer struct {
	// Name is the token's name; empty for the anonymous.
	Name string
	Role Role
	// ExpiresAt is when the token ends; zero for the anonymous.
	ExpiresAt time.Time
}

// Permission is something that a viewer may do.
type Permission string

// Can lists what the viewer may do.
func (v Viewer) Can() []Permission {
	all := []Permission{"READ_PUBLIC"}
	if v.Role.May(Contributor) {
		all = append(all, "READ_PREVIEW", "WRITE_DRAFTS")
	}
	if v.Role.May(Editor) {
		all = append(all, "PUBLISH")
	}
	if v.Role.May(Admin) {
		all = append(all, "ADMINISTER")
	}
	return all
}

type viewerKey struct{}

// With returns a context that carries a viewer.
func With(ctx context.Context, v Viewer) context.Context {
	return context.WithValue(ctx, viewerKey{}, v)
}

// From returns the viewer of a context, the anonymous one if it carries none.
func From(ctx context.Context) Viewer {
	v, _ := ctx.Value(viewerKey{}).(Viewer)
	return v
}

// prefix makes tokens easy to find where they do not belong.
const prefix = "bth_"

// NewSecret makes a token: 32 random bytes in hexadecimal behind "bth_".
func NewSecret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails: see crypto/rand
	return prefix + hex.EncodeToString(raw[:])
}

// Hash is what is stored of a secret. A secret has 256 random bits, so a plain hash keeps it.
func Hash(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
