package desk

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/store"
)

// TokenLife is how long a token is valid unless something else is asked for.
const TokenLife = 90 * 24 * time.Hour

// MostTokenLife is the longest that a token may be valid.
const MostTokenLife = 10 * 365 * 24 * time.Hour

// CreateToken makes a token in a database, which may serve a running hub, and returns its secret, which nobody will see again.
func CreateToken(ctx context.Context, s *store.Store, t NewToken) (store.Token, string, error) {
	if err := t.check(); err != nil {
		return store.Token{}, "", err
	}
	secret, now := auth.NewSecret(), time.Now()
	made := store.Token{
		ID: content.NewKey(now), Name: t.Name, Role: string(t.Role), Hash: auth.Hash(secret),
		CreatedBy: t.CreatedBy, CreatedAt: now, ExpiresAt: now.Add(t.Life),
	}
	return made, secret, s.CreateToken(ctx, made)
}

// NewToken is what a token is made of.
type NewToken struct {
	Name, CreatedBy string
	Role            auth.Role
	Life            time.Duration
}

func (t NewToken) check() error {
	var errs content.Errors
	if name := strings.TrimSpace(t.Name); name == "" || len(t.Name) > 200 || strings.ContainsFunc(t.Name, unicode.IsControl) {
		errs = append(errs, content.Errorf(content.CodeInvalid, "name", "%s is no name; 1 to 200 bytes without line breaks are allowed", content.Quote(t.Name)))
	}
	if t.Life <= 0 || t.Life > MostTokenLife {
		errs = append(errs, content.Errorf(content.CodeInvalid, "expiresIn", "%s is not allowed; more than nothing and at most 10 years are", t.Life))
	}
	if errs != nil {
		return errs
	}
	return nil
}

// CreateToken makes a token for a running hub.
func (d *Desk) CreateToken(ctx context.Context, viewer auth.Viewer, t NewToken, w Write) (store.Token, string, error) {
	if err := must(viewer, auth.Admin); err != nil {
		return store.Token{}, "", err
	}
	if err := t.check(); err != nil {
		return store.Token{}, "", err
	}
	if w.DryRun {
		return store.Token{ID: content.NewKey(d.clock()), Name: t.Name, Role: string(t.Role), CreatedBy: viewer.Name, CreatedAt: d.clock(), ExpiresAt: d.clock().Add(t.Life)}, "", nil
	}
	if w.Key != "" {
		// The same write with the same key makes one token. Its secret was told once; nobody has it any more.
		before, found, err := d.store.Token(ctx, keyed(viewer.Name, w.Key))
		if err != nil {
			return store.Token{}, "", d.failed(err, w)
		}
		if found {
			if before.Name != t.Name || before.Role != string(t.Role) || before.ExpiresAt.Sub(before.CreatedAt) != t.Life {
				return store.Token{}, "", content.Errors{content.Errorf(content.CodeKeyReused, "idempotencyKey", "%s was used for another token; a new one wants a new key", content.Quote(w.Key))}
			}
			return before, "", nil
		}
	}
	secret, now := auth.NewSecret(), d.clock().UTC().Truncate(time.Microsecond)
	made := store.Token{
		ID: content.NewKey(now), Name: t.Name, Role: string(t.Role), Hash: auth.Hash(secret),
		CreatedBy: viewer.Name, CreatedAt: now, ExpiresAt: now.Add(t.Life),
	}
	if w.Key != "" {
		made.ID = keyed(viewer.Name, w.Key)
	}
	if err := d.store.CreateToken(ctx, made); err != nil {
		if _, found, _ := d.store.Token(ctx, made.ID); found { // somebody was faster with the same key
			return d.CreateToken(ctx, viewer, t, w)
		}
		return store.Token{}, "", d.failed(err, w)
	}
	return made, secret, nil
}

// keyed is the id of a token that was made with an idempotency key.
func keyed(actor, key string) string { return auth.Hash(actor + "\x00" + key)[:26] }

// Tokens lists all tokens, the newest first.
func (d *Desk) Tokens(ctx context.Context) ([]store.Token, error) { return d.store.Tokens(ctx) }

// RevokeToken ends a token at once, on every node; false when there is none.
func (d *Desk) RevokeToken(ctx context.Context, viewer auth.Viewer, id string, w Write) (store.Token, bool, error) {
	if err := must(viewer, auth.Admin); err != nil {
		return store.Token{}, false, err
	}
	if !w.DryRun {
		if err := d.store.RevokeToken(ctx, id, d.clock()); err != nil {
			return store.Token{}, false, d.failed(err, w)
		}
	}
	t, found, err := d.store.Token(ctx, id)
	if err != nil {
		return t, false, d.failed(err, w)
	}
	return t, found, nil
}

// Viewer says whose token an Authorization header carries; the anonymous one when it carries no valid token.
func (d *Desk) Viewer(ctx context.Context, header string) (auth.Viewer, error) {
	scheme, secret, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || secret == "" {
		return auth.Viewer{}, nil
	}
	now := d.clock()
	t, ok, err := d.store.FindToken(ctx, auth.Hash(strings.TrimSpace(secret)), now)
	if err != nil || !ok {
		return auth.Viewer{}, err
	}
	if now.Sub(t.LastUsedAt) > useNoted {
		d.note(t.ID, now)
	}
	return auth.Viewer{Name: t.Name, Role: auth.Role(t.Role), ExpiresAt: t.ExpiresAt}, nil
}

// useNoted is how exactly it is known when a token was last used: a note of every use would be a write of every read.
const useNoted = 10 * time.Minute

// note writes down that a token was used, without letting the request wait; at most one note is on its way.
func (d *Desk) note(token string, now time.Time) {
	if !d.noting.CompareAndSwap(false, true) {
		return
	}
	go func() {
		defer d.noting.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.store.UseToken(ctx, token, now); err != nil {
			slog.Debug("the use of a token was not noted", "error", err)
		}
	}()
}
