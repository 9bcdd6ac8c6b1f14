package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Series(ctx context.Context, id *content.ID, slug *string) (*edition.Series, error) {
	return named[*edition.Series](ctx, content.KindSeries, id, slug)
}

func (queryResolver) SeriesList(ctx context.Context, filter *edition.SeriesFilter, orderBy *edition.SeriesOrder, first *int32, after *string, last *int32, before *string) (*edition.SeriesConnection, error) {
	return edition.From(ctx).SeriesList(filter, orderBy, page(first, after, last, before))
}

type seriesResolver struct{ Resolver }

// Series implements gen.ResolverRoot.
func (r Resolver) Series() gen.SeriesResolver { return seriesResolver{r} }

func (seriesResolver) Episodes(_ context.Context, obj *edition.Series, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}
