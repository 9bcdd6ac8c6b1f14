package graph

import (
	"context"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) LinkReport(ctx context.Context, states []content.LinkState, first *int32, after *string, last *int32, before *string) (*edition.LinkReportConnection, error) {
	return edition.From(ctx).Preview().LinkReport(states, page(first, after, last, before))
}
