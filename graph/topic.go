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

type topicResolver struct{ historyOf[*edition.Topic] }

// Topic implements gen.ResolverRoot.
func (r Resolver) Topic() gen.TopicResolver { return topicResolver{historyOf[*edition.Topic]{r}} }

func (topicResolver) Episodes(_ context.Context, obj *edition.Topic, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}

func (topicResolver) CaseStudies(_ context.Context, obj *edition.Topic, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return obj.CaseStudies(page(first, after, last, before))
}

func (topicResolver) Resources(_ context.Context, obj *edition.Topic, first *int32, after *string, last *int32, before *string) (*edition.ResourceConnection, error) {
	return obj.Resources(page(first, after, last, before))
}

func topicPayload(o *outcome, err error) (*gen.TopicPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.TopicPayload{Topic: shown[*edition.Topic](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateTopic(ctx context.Context, input content.Topic, options *gen.WriteOptions) (*gen.TopicPayload, error) {
	return topicPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateTopic(ctx context.Context, id content.ID, expectedRevision int32, patch content.Topic, options *gen.WriteOptions) (*gen.TopicPayload, error) {
	return topicPayload(m.update(ctx, id, expectedRevision, &patch, options))
}
