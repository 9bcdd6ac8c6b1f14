package graph

import (
	"context"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Episode(ctx context.Context, id *content.ID, slug *string) (*edition.Episode, error) {
	return named[*edition.Episode](ctx, content.KindEpisode, id, slug)
}

func (queryResolver) Episodes(ctx context.Context, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return edition.From(ctx).Episodes(filter, orderBy, page(first, after, last, before))
}
