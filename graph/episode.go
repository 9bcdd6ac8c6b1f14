package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) Episode(ctx context.Context, id *content.ID, slug *string) (*edition.Episode, error) {
	return named[*edition.Episode](ctx, content.KindEpisode, id, slug)
}

func (queryResolver) Episodes(ctx context.Context, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return edition.From(ctx).Episodes(filter, orderBy, page(first, after, last, before))
}

func episodePayload(o *outcome, err error) (*gen.EpisodePayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.EpisodePayload{Episode: shown[*edition.Episode](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateEpisode(ctx context.Context, input content.Episode, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	return episodePayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateEpisode(ctx context.Context, id content.ID, expectedRevision int32, patch content.Episode, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	return episodePayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// Episode implements gen.ResolverRoot.
func (r Resolver) Episode() gen.EpisodeResolver { return historyOf[*edition.Episode]{r} }

// EpisodeInput implements gen.ResolverRoot.
func (Resolver) EpisodeInput() gen.EpisodeInputResolver { return written{} }

// EpisodePatch implements gen.ResolverRoot.
func (Resolver) EpisodePatch() gen.EpisodePatchResolver { return written{} }

// written puts what an editor gives on an entry that is being written, where the entry keeps it in another form.
type written struct{}

// When implements gen.EpisodeInputResolver and gen.EpisodePatchResolver.
func (written) When(_ context.Context, e *content.Episode, given *content.When) error {
	if given != nil {
		e.When = given.Kept()
	}
	return nil
}

// Appearances implements gen.EpisodeInputResolver and gen.EpisodePatchResolver.
func (written) Appearances(_ context.Context, e *content.Episode, given []*content.OwnAppearance) error {
	e.Appearances = make([]content.Appearance, len(given))
	for i, a := range given {
		e.Appearances[i] = a.Appearance()
	}
	return nil
}

// Registration implements gen.EpisodeInputResolver and gen.EpisodePatchResolver.
func (written) Registration(_ context.Context, e *content.Episode, given *content.OwnRegistration) error {
	if given != nil {
		e.Registration = given.Registration()
	}
	return nil
}

// Recordings implements gen.EpisodeInputResolver and gen.EpisodePatchResolver.
func (written) Recordings(_ context.Context, e *content.Episode, given []*content.OwnRecording) error {
	e.Recordings = make([]content.Recording, len(given))
	for i, r := range given {
		e.Recordings[i] = r.Recording()
	}
	return nil
}
