package graph

import (
	"context"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func (queryResolver) CaseStudy(ctx context.Context, id *content.ID, slug *string) (*edition.CaseStudy, error) {
	return named[*edition.CaseStudy](ctx, content.KindCaseStudy, id, slug)
}

func (queryResolver) CaseStudies(ctx context.Context, filter *edition.CaseStudyFilter, orderBy *edition.CaseStudyOrder, first *int32, after *string, last *int32, before *string) (*edition.CaseStudyConnection, error) {
	return edition.From(ctx).CaseStudies(filter, orderBy, page(first, after, last, before))
}

func caseStudyPayload(o *outcome, err error) (*gen.CaseStudyPayload, error) {
	if err != nil {
		return nil, err
	}
	return &gen.CaseStudyPayload{CaseStudy: shown[*edition.CaseStudy](o), Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}, nil
}

func (m mutationResolver) CreateCaseStudy(ctx context.Context, input content.CaseStudy, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	return caseStudyPayload(m.create(ctx, &input, options))
}

func (m mutationResolver) UpdateCaseStudy(ctx context.Context, id content.ID, expectedRevision int32, patch content.CaseStudy, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	return caseStudyPayload(m.update(ctx, id, expectedRevision, &patch, options))
}

// CaseStudy implements gen.ResolverRoot.
func (r Resolver) CaseStudy() gen.CaseStudyResolver { return historyOf[*edition.CaseStudy]{r} }
