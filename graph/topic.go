package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Topic(ctx context.Context, id *content.ID, slug *string) (*edition.Topic, error) {
	return named[*edition.Topic](ctx, content.KindTopic, id, slug)
}

func (queryResolver) Topics(ctx context.Context, filter *edition.TopicFilter, first *int32, after *string, last *int32, before *string) (*edition.TopicConnection, error) {
	return edition.From(ctx).Topics(filter, page(first, after, last, before))
}

type topicResolver struct{ Resolver }

// Topic implements gen.ResolverRoot.
func (r Resolver) Topic() gen.TopicResolver { return topicResolver{r} }

func (topicResolver) Episodes(_ context.Context, obj *edition.Topic, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}

func (topicResolver) CaseStudies(_ context.Context, obj *edition.Topic, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return obj.CaseStudies(page(first, after, last, before))
}

func (topicResolver) Resources(_ context.Context, obj *edition.Topic, first *int32, after *string, last *int32, before *string) (*edition.ResourceConnection, error) {
	return obj.Resources(page(first, after, last, before))
}
