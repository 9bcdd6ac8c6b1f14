package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jmoiron/sqlx"
)

// Token is a token as it is stored: never the secret itself. Times that are zero have not come.
type Token struct {
	ID, Name, Role, Hash, CreatedBy             string
	CreatedAt, ExpiresAt, RevokedAt, LastUsedAt time.Time
}

// CreateToken stores a token.
func (s *Store) CreateToken(ctx context.Context, t Token) error {
	_, err := s.write.ExecContext(ctx, s.write.Rebind(`
		insert into token (id, name, role, hash, created_by, created_at, expires_at)
		values (?, ?, ?, ?, ?, ?, ?)`), t.ID, t.Name, t.Role, t.Hash, t.CreatedBy, micros(t.CreatedAt), micros(t.ExpiresAt))
	if err != nil {
		return fmt.Errorf("create token: %w", err)
	}
	return nil
}

// FindToken returns the token of a hash that is valid at an instant; false when there is none.
func (s *Store) FindToken(ctx context.Context, hash string, now time.Time) (Token, bool, error) {
	found, err := s.tokens(ctx, `hash = ? and revoked_at is null and expires_at > ?`, hash, micros(now))
	if err != nil || len(found) == 0 {
		return Token{}, false, err
	}
	return found[0], true, nil
}

// Token returns a token by its id; false when there is none.
func (s *Store) Token(ctx context.Context, id string) (Token, bool, error) {
	found, err := s.tokens(ctx, `id = ?`, id)
	if err != nil || len(found) == 0 {
		return Token{}, false, err
	}
	return found[0], true, nil
}

// Tokens lists all tokens, the newest first.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) { return s.tokens(ctx, `1 = 1`) }

func (s *Store) tokens(ctx context.Context, where string, args ...any) ([]Token, error) {
	var all []Token
	rows, err := s.read.QueryxContext(ctx, s.read.Rebind(`
		select id, name, role, hash, created_by, created_at, expires_at, coalesce(revoked_at, 0), coalesce(last_used_at, 0)
		from token
		where `+where+`
		order by created_at desc, id desc`), args...)
	if err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		t, err := scanToken(rows)
		if err != nil {
			return nil, fmt.Errorf("read tokens: %w", err)
		}
		all = append(all, t)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read tokens: %w", err)
	}
	return all, nil
}

func scanToken(rows *sqlx.Rows) (Token, error) {
	var t Token
	var created, expires, revoked, used int64
	err := rows.Scan(&t.ID, &t.Name, &t.Role, &t.Hash, &t.CreatedBy, &created, &expires, &revoked, &used)
	t.CreatedAt, t.ExpiresAt = fromMicros(created), fromMicros(expires)
	if revoked > 0 {
		t.RevokedAt = fromMicros(revoked)
	}
	if used > 0 {
		t.LastUsedAt = fromMicros(used)
	}
	return t, err
}

// RevokeToken ends a token; one that is revoked already stays as it is.
func (s *Store) RevokeToken(ctx context.Context, id string, now time.Time) error {
	_, err := s.write.ExecContext(ctx, s.write.Rebind(`update token set revoked_at = ? where id = ? and revoked_at is null`), micros(now), id)
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// UseToken notes that a token was used.
func (s *Store) UseToken(ctx context.Context, id string, now time.Time) error {
	_, err := s.write.ExecContext(ctx, s.write.Rebind(`update token set last_used_at = ? where id = ?`), micros(now), id)
	if err != nil {
		return fmt.Errorf("note the use of a token: %w", err)
	}
	return nil
}
