package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Answered is what a write with a key was answered.
type Answered struct {
	// Hash tells whether another write with the same key is the same.
	Hash    string
	Receipt []byte
}

// Answered finds the answer to an earlier write of an actor with a key.
func (t *Tx) Answered(ctx context.Context, actor, key string) (Answered, bool, error) {
	var a Answered
	err := t.tx.QueryRowxContext(ctx, t.bind(`
		select hash, receipt
		from idempotency
		where actor = ? and idempotency_key = ?`), actor, key).Scan(&a.Hash, &a.Receipt)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return a, false, nil
	case err != nil:
		return a, false, fmt.Errorf("find an answer: %w", err)
	}
	return a, true, nil
}

// Answer remembers what a write with a key is answered. It stands or falls with the write itself.
func (t *Tx) Answer(ctx context.Context, actor, key string, a Answered, change Change) error {
	return t.exec(ctx, `
		insert into idempotency (actor, idempotency_key, hash, receipt, version, at)
		values (?, ?, ?, ?, ?, ?)`, actor, key, a.Hash, string(a.Receipt), change.Batch.Version, micros(change.Batch.At))
}
