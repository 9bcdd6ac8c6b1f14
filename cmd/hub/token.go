package main

import (
	"context"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/store"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Create a token and print it, alone, on standard output. It is not shown again."`
	List   tokenListCmd   `cmd:"" help:"List all tokens."`
	Revoke tokenRevokeCmd `cmd:"" help:"End a token at once."`
}

type tokenCreateCmd struct {
	settings
	Role    string        `required:"" help:"contributor (drafts), editor (publishes) or admin (tokens, merges)."`
	Name    string        `default:"token" help:"Whose token it is, for the log."`
	Expires time.Duration `default:"2160h" help:"How long it is valid."`
}

// Run creates a token.
func (c *tokenCreateCmd) Run(ctx context.Context, s streams) error {
	role, err := auth.ParseRole(c.Role)
	if err != nil {
		return fmt.Errorf("role: %w", err)
	}
	if c.Expires <= 0 {
		return fmt.Errorf("expires: %s is not a time to come; a length such as 2160h is allowed", c.Expires)
	}
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	_, secret, err := desk.CreateToken(ctx, db, desk.NewToken{Name: c.Name, CreatedBy: "command line", Role: role, Life: c.Expires})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, secret)
	return err
}

type tokenListCmd struct{ settings }

// Run lists all tokens, never their secrets.
func (c *tokenListCmd) Run(ctx context.Context, s streams) error {
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	all, err := db.Tokens(ctx)
	if err != nil {
		return err
	}
	out := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(out, "ID\tNAME\tROLE\tCREATED\tEXPIRES\tLAST USED\tREVOKED")
	for _, t := range all {
		_, _ = fmt.Fprintf(out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Name, t.Role, day(t.CreatedAt), day(t.ExpiresAt), day(t.LastUsedAt), day(t.RevokedAt))
	}
	return out.Flush()
}

func day(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateTime)
}

type tokenRevokeCmd struct {
	settings
	ID string `arg:"" help:"The token's id, as hub token list shows it."`
}

// Run ends a token at once, also for a running hub.
func (c *tokenRevokeCmd) Run(ctx context.Context, s streams) error {
	db, err := store.Open(ctx, c.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, found, err := db.Token(ctx, c.ID); err != nil || !found {
		return errors.Join(err, fmt.Errorf("%q is no token; hub token list shows them", c.ID))
	}
	if err := db.RevokeToken(ctx, c.ID, time.Now()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, "revoked")
	return err
}
