package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

func (queryResolver) Speaker(ctx context.Context, id *content.ID, slug *string) (*edition.Speaker, error) {
	return named[*edition.Speaker](ctx, content.KindSpeaker, id, slug)
}

func (queryResolver) Speakers(ctx context.Context, filter *edition.SpeakerFilter, orderBy *edition.SpeakerOrder, first *int32, after *string, last *int32, before *string) (*edition.SpeakerConnection, error) {
	return edition.From(ctx).Speakers(filter, orderBy, page(first, after, last, before))
}

type speakerResolver struct{ historyOf[*edition.Speaker] }

// Speaker implements gen.ResolverRoot.
func (r Resolver) Speaker() gen.SpeakerResolver {
	return speakerResolver{historyOf[*edition.Speaker]{r}}
}

func (speakerResolver) Episodes(_ context.Context, obj *edition.Speaker, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}

func (r speakerResolver) Network(ctx context.Context, obj *edition.Speaker, steps int32, filter *network.Filter) (*network.Answer, error) {
	return r.around(ctx, obj.ID(), network.Speakers, steps, filter)
}

func (speakerResolver) CaseStudies(_ context.Context, obj *edition.Speaker, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return obj.CaseStudies(page(first, after, last, before))
}

func speakerPayload(o *outcome, err error) (*gen.SpeakerPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.SpeakerPayload{Speaker: shown[*edition.Speaker](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateSpeaker(ctx context.Context, input content.Speaker, options *gen.WriteOptions) (*gen.SpeakerPayload, error) {
	return speakerPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateSpeaker(ctx context.Context, id content.ID, expectedRevision int32, patch content.Speaker, options *gen.WriteOptions) (*gen.SpeakerPayload, error) {
	return speakerPayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// SpeakerInput implements gen.ResolverRoot.
func (Resolver) SpeakerInput() gen.SpeakerInputResolver { return written{} }

// SpeakerPatch implements gen.ResolverRoot.
func (Resolver) SpeakerPatch() gen.SpeakerPatchResolver { return written{} }

// Affiliations implements gen.SpeakerInputResolver and gen.SpeakerPatchResolver.
func (written) Affiliations(_ context.Context, s *content.Speaker, given []*content.OwnAffiliation) error {
	s.Affiliations = make([]content.Affiliation, len(given))
	for i, a := range given {
		s.Affiliations[i] = a.Affiliation()
	}
	return nil
}
