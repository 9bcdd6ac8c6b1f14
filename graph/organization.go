package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

func (queryResolver) Organization(ctx context.Context, id *content.ID, slug *string) (*edition.Organization, error) {
	return named[*edition.Organization](ctx, content.KindOrganization, id, slug)
}

func (queryResolver) Organizations(ctx context.Context, filter *edition.OrganizationFilter, orderBy *edition.OrganizationOrder, first *int32, after *string, last *int32, before *string) (*edition.OrganizationConnection, error) {
	return edition.From(ctx).Organizations(filter, orderBy, page(first, after, last, before))
}

type organizationResolver struct {
	historyOf[*edition.Organization]
}

// Organization implements gen.ResolverRoot.
func (r Resolver) Organization() gen.OrganizationResolver {
	return organizationResolver{historyOf[*edition.Organization]{r}}
}

func (organizationResolver) Speakers(_ context.Context, obj *edition.Organization, first *int32, after *string, last *int32, before *string) (*edition.SpeakerConnection, error) {
	return obj.Speakers(page(first, after, last, before))
}

func (r organizationResolver) Network(ctx context.Context, obj *edition.Organization, steps int32, filter *network.Filter) (*network.Answer, error) {
	return r.around(ctx, obj.ID(), network.Organizations, steps, filter)
}

func (organizationResolver) Episodes(_ context.Context, obj *edition.Organization, filter *content.EpisodeFilter, orderBy *content.EpisodeOrder, first *int32, after *string, last *int32, before *string) (*edition.EpisodeConnection, error) {
	return obj.Episodes(filter, orderBy, page(first, after, last, before))
}

func (organizationResolver) CaseStudies(_ context.Context, obj *edition.Organization, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return obj.CaseStudies(page(first, after, last, before))
}

func (organizationResolver) Resources(_ context.Context, obj *edition.Organization, first *int32, after *string, last *int32, before *string) (*edition.ResourceConnection, error) {
	return obj.Resources(page(first, after, last, before))
}

func organizationPayload(o *outcome, err error) (*gen.OrganizationPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.OrganizationPayload{Organization: shown[*edition.Organization](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateOrganization(ctx context.Context, input content.Organization, options *gen.WriteOptions) (*gen.OrganizationPayload, error) {
	return organizationPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateOrganization(ctx context.Context, id content.ID, expectedRevision int32, patch content.Organization, options *gen.WriteOptions) (*gen.OrganizationPayload, error) {
	return organizationPayload(m.update(ctx, id, expectedRevision, &patch, options))
}
