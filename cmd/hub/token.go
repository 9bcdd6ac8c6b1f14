package main

import (
	"context"
	"fmt"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/desk"
	"bettertogether/internal/store"
)

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Create a token and print it, alone, on standard output. It is not shown again."`
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
	secret, err := desk.CreateToken(ctx, db, c.Name, role, c.Expires)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, secret)
	return err
}
