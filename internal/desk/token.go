package desk

import (
	"context"
	"strings"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// TokenLife is how long a token is valid unless something else is asked for.
const TokenLife = 90 * 24 * time.Hour

// CreateToken makes a token in a database, which may serve a running hub, and returns its secret, which nobody will see again.
func CreateToken(ctx context.Context, s *store.Store, name string, role auth.Role, life time.Duration) (string, error) {
	secret, now := auth.NewSecret(), time.Now()
	err := s.CreateToken(ctx, store.Token{
		ID: content.NewKey(now), Name: name, Role: string(role), Hash: auth.Hash(secret),
		CreatedBy: "command line", CreatedAt: now, ExpiresAt: now.Add(life),
	})
	return secret, err
}

// Viewer says whose token an Authorization header carries; the anonymous one when it carries no valid token.
func (d *Desk) Viewer(ctx context.Context, header string) (auth.Viewer, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return auth.Viewer{}, nil
	}
	t, ok, err := d.store.FindToken(ctx, auth.Hash(strings.TrimSpace(secret)), d.clock())
	if err != nil || !ok {
		return auth.Viewer{}, err
	}
	return auth.Viewer{Name: t.Name, Role: auth.Role(t.Role), ExpiresAt: t.ExpiresAt}, nil
}
