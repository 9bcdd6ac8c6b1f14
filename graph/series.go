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

type seriesResolver struct{ historyOf[*edition.Series] }

// Series implements gen.ResolverRoot.
func (r Resolver) Series() gen.SeriesResolver { return seriesResolver{historyOf[*edition.Series]{r}} }

func (seriesResolver) Episodes(_ context.Context, obj *edition.Series, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}

func seriesPayload(o *outcome, err error) (*gen.SeriesPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.SeriesPayload{Series: shown[*edition.Series](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateSeries(ctx context.Context, input content.Series, options *gen.WriteOptions) (*gen.SeriesPayload, error) {
	return seriesPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateSeries(ctx context.Context, id content.ID, expectedRevision int32, patch content.Series, options *gen.WriteOptions) (*gen.SeriesPayload, error) {
	return seriesPayload(m.update(ctx, id, expectedRevision, &patch, options))
}
