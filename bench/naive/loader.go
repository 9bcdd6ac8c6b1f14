package naive

import (
	"context"
	"time"

	"github.com/graph-gophers/dataloader/v7"

	"bettertogether/bench/naive/row"
)

// wait is how long a loader gathers keys: as long as in the documentation of gqlgen.
const wait = time.Millisecond

// some are the first so many of an owner.
type some struct {
	of    string
	first int
}

// loaders are those of one request.
type loaders struct {
	speaker       *dataloader.Loader[string, *row.Speaker]
	organization  *dataloader.Loader[string, *row.Organization]
	appearances   *dataloader.Loader[string, []*row.Appearance]
	organizations *dataloader.Loader[string, []*row.Organization]
	resources     *dataloader.Loader[string, []*row.Resource]
	partners      *dataloader.Loader[string, []*row.Partner]
	caseStudies   *dataloader.Loader[some, []*row.CaseStudy]
	episodes      *dataloader.Loader[some, []*row.Episode]
}

type loadersKey struct{}

func withLoaders(ctx context.Context, q *Queries) context.Context {
	return context.WithValue(ctx, loadersKey{}, &loaders{
		speaker:       one(q.speakers, func(s *row.Speaker) string { return s.ID }),
		organization:  one(q.organizations, func(o *row.Organization) string { return o.ID }),
		appearances:   many(q.appearances, func(a *row.Appearance) string { return a.Of }),
		organizations: many(q.organizationsOf, func(o *row.Organization) string { return o.Of }),
		resources:     many(q.resourcesOf, func(r *row.Resource) string { return r.Of }),
		partners:      many(q.partnersOf, func(p *row.Partner) string { return p.Of }),
		caseStudies:   first(q.caseStudiesOf, func(c *row.CaseStudy) string { return c.Of }),
		episodes:      first(q.episodesOf, func(e *row.Episode) string { return e.Of }),
	})
}

func loadersOf(ctx context.Context) *loaders { return ctx.Value(loadersKey{}).(*loaders) }

// one loads the row of each key; nil where there is none.
func one[V any](read func(context.Context, []string) ([]*V, error), key func(*V) string) *dataloader.Loader[string, *V] {
	return dataloader.NewBatchedLoader(func(ctx context.Context, keys []string) []*dataloader.Result[*V] {
		rows, err := read(ctx, keys)
		found := make(map[string]*V, len(rows))
		for _, r := range rows {
			found[key(r)] = r
		}
		results := make([]*dataloader.Result[*V], len(keys))
		for i, k := range keys {
			results[i] = &dataloader.Result[*V]{Data: found[k], Error: err}
		}
		return results
	}, dataloader.WithWait[string, *V](wait), dataloader.WithInputCapacity[string, *V](100))
}

// many loads the rows of each owner.
func many[V any](read func(context.Context, []string) ([]*V, error), owner func(*V) string) *dataloader.Loader[string, []*V] {
	return dataloader.NewBatchedLoader(func(ctx context.Context, keys []string) []*dataloader.Result[[]*V] {
		rows, err := read(ctx, keys)
		found := make(map[string][]*V, len(keys))
		for _, r := range rows {
			found[owner(r)] = append(found[owner(r)], r)
		}
		results := make([]*dataloader.Result[[]*V], len(keys))
		for i, k := range keys {
			results[i] = &dataloader.Result[[]*V]{Data: found[k], Error: err}
		}
		return results
	}, dataloader.WithWait[string, []*V](wait), dataloader.WithInputCapacity[string, []*V](100))
}

// first loads the first rows of each owner. Those of one request mostly ask for the same number, so it is one statement.
func first[V any](read func(context.Context, []string, int) ([]*V, error), owner func(*V) string) *dataloader.Loader[some, []*V] {
	return dataloader.NewBatchedLoader(func(ctx context.Context, keys []some) []*dataloader.Result[[]*V] {
		numbers := map[int][]string{}
		for _, k := range keys {
			numbers[k.first] = append(numbers[k.first], k.of)
		}
		found, failed := make(map[some][]*V, len(keys)), map[int]error{}
		for n, owners := range numbers {
			rows, err := read(ctx, owners, n)
			failed[n] = err
			for _, r := range rows {
				k := some{owner(r), n}
				found[k] = append(found[k], r)
			}
		}
		results := make([]*dataloader.Result[[]*V], len(keys))
		for i, k := range keys {
			results[i] = &dataloader.Result[[]*V]{Data: found[k], Error: failed[k.first]}
		}
		return results
	}, dataloader.WithWait[some, []*V](wait), dataloader.WithInputCapacity[some, []*V](100))
}
