package guard

import (
	"bytes"
	"context"
	"errors"
	"net/http"

	"bettertogether/internal/content"
)

// picture fetches a picture and keeps a copy.
func (g *Guard) picture(ctx context.Context, address string) look {
	a, err := g.client.ask(ctx, http.MethodGet, address, http.Header{"Accept": {"image/webp, image/png, image/jpeg, image/gif"}}, mostPicture)
	l := judged(a, err)
	if l.Outcome != content.LookReached {
		return l
	}
	if err != nil {
		l.Outcome, l.Detail = content.LookFailed, "its server hangs up"
		return l
	}
	kept, err := g.desk.Media().Add(ctx, bytes.NewReader(a.body))
	var mistakes content.Errors
	switch {
	case err == nil:
		l.Picture, l.Width, l.Height = kept.Name(), kept.Width, kept.Height
	case errors.As(err, &mistakes):
		l.Outcome, l.Detail = content.LookUnclear, mistakes[0].Message
	default:
		g.log.Error("a copy of a picture was not kept", "error", err)
		l.Outcome, l.Detail = content.LookUnclear, "the hub could not keep its copy"
	}
	return l
}
