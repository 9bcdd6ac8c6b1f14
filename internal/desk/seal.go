package desk

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"bettertogether/internal/auth"
)

// Seal writes a value as text that goes into an address and comes back: only this hub, on any node, makes one that Unseal takes, and one for another
// purpose is none.
func (d *Desk) Seal(ctx context.Context, purpose string, value any) (string, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("seal a %s: %w", purpose, err)
	}
	sum, err := d.sign(ctx, purpose, body)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(sum), nil
}

// Unseal reads such a text into a value; false when it is none.
func (d *Desk) Unseal(ctx context.Context, purpose, text string, value any) (bool, error) {
	head, tail, _ := strings.Cut(text, ".")
	body, _ := base64.RawURLEncoding.DecodeString(head) // what is not whole does not fit its signature
	given, _ := base64.RawURLEncoding.DecodeString(tail)
	sum, err := d.sign(ctx, purpose, body)
	if err != nil || !hmac.Equal(sum, given) {
		return false, err
	}
	if err := json.Unmarshal(body, value); err != nil {
		return false, fmt.Errorf("unseal a %s: %w", purpose, err)
	}
	return true, nil
}

// sign signs with the secret of a purpose, which the database keeps for all nodes. It is read once, so that signatures are made and
// checked while the database is away.
func (d *Desk) sign(ctx context.Context, purpose string, body []byte) ([]byte, error) {
	secret, known := d.secrets.Load(purpose)
	if !known {
		ask, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		kept, err := d.store.Secret(ask, purpose, auth.NewSecret())
		if err != nil {
			return nil, err
		}
		secret = kept
		d.secrets.Store(purpose, kept)
	}
	mac := hmac.New(sha256.New, []byte(secret.(string)))
	mac.Write(body)
	return mac.Sum(nil), nil
}
