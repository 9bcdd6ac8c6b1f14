package naive

import (
	"context"

	"bettertogether/bench/naive/gen"
	"bettertogether/bench/naive/row"
)

type resolver struct{ *Queries }

func (r *resolver) Query() gen.QueryResolver               { return queryResolver{r.Queries} }
func (r *resolver) Episode() gen.EpisodeResolver           { return episodeResolver{} }
func (r *resolver) Appearance() gen.AppearanceResolver     { return appearanceResolver{} }
func (r *resolver) Organization() gen.OrganizationResolver { return organizationResolver{} }
func (r *resolver) CaseStudy() gen.CaseStudyResolver       { return caseStudyResolver{} }
func (r *resolver) Partner() gen.PartnerResolver           { return partnerResolver{} }

type queryResolver struct{ *Queries }

// Episodes implements gen.QueryResolver. A cursor is the place of an episode in the order.
func (r queryResolver) Episodes(ctx context.Context, first int, after *string) (*row.EpisodeConnection, error) {
	nodes, err := r.latest(ctx, first, after)
	return &row.EpisodeConnection{Nodes: nodes}, err
}

// Organization implements gen.QueryResolver.
func (queryResolver) Organization(ctx context.Context, id string) (*row.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, id)()
}

// Speaker implements gen.QueryResolver.
func (queryResolver) Speaker(ctx context.Context, id string) (*row.Speaker, error) {
	return loadersOf(ctx).speaker.Load(ctx, id)()
}

type episodeResolver struct{}

// Appearances implements gen.EpisodeResolver.
func (episodeResolver) Appearances(ctx context.Context, e *row.Episode) ([]*row.Appearance, error) {
	return loadersOf(ctx).appearances.Load(ctx, e.ID)()
}

// Organizations implements gen.EpisodeResolver.
func (episodeResolver) Organizations(ctx context.Context, e *row.Episode) ([]*row.Organization, error) {
	return loadersOf(ctx).organizations.Load(ctx, e.ID)()
}

// Resources implements gen.EpisodeResolver.
func (episodeResolver) Resources(ctx context.Context, e *row.Episode) ([]*row.Resource, error) {
	return loadersOf(ctx).resources.Load(ctx, e.ID)()
}

type appearanceResolver struct{}

// Speaker implements gen.AppearanceResolver.
func (appearanceResolver) Speaker(ctx context.Context, a *row.Appearance) (*row.Speaker, error) {
	return loadersOf(ctx).speaker.Load(ctx, a.SpeakerID)()
}

type organizationResolver struct{}

// CaseStudies implements gen.OrganizationResolver.
func (organizationResolver) CaseStudies(ctx context.Context, o *row.Organization, first int) (*row.CaseStudyConnection, error) {
	nodes, err := loadersOf(ctx).caseStudies.Load(ctx, some{o.ID, first})()
	return &row.CaseStudyConnection{Nodes: nodes}, err
}

// Episodes implements gen.OrganizationResolver.
func (organizationResolver) Episodes(ctx context.Context, o *row.Organization, first int) (*row.EpisodeConnection, error) {
	nodes, err := loadersOf(ctx).episodes.Load(ctx, some{o.ID, first})()
	return &row.EpisodeConnection{Nodes: nodes}, err
}

type caseStudyResolver struct{}

// Partners implements gen.CaseStudyResolver.
func (caseStudyResolver) Partners(ctx context.Context, c *row.CaseStudy) ([]*row.Partner, error) {
	return loadersOf(ctx).partners.Load(ctx, c.ID)()
}

type partnerResolver struct{}

// Organization implements gen.PartnerResolver.
func (partnerResolver) Organization(ctx context.Context, p *row.Partner) (*row.Organization, error) {
	return loadersOf(ctx).organization.Load(ctx, p.OrganizationID)()
}
