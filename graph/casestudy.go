package graph

import (
	"context"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) CaseStudy(ctx context.Context, id *content.ID, slug *string) (*edition.CaseStudy, error) {
	return named[*edition.CaseStudy](ctx, content.KindCaseStudy, id, slug)
}

func (queryResolver) CaseStudies(ctx context.Context, filter *edition.CaseStudyFilter, orderBy *edition.CaseStudyOrder, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return edition.From(ctx).CaseStudies(filter, orderBy, page(first, after, last, before))
}
