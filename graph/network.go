package graph

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/network"
)

// groupsOf says which fields of a network are computed together.
var groupsOf = map[string]network.Group{
	"betweenness": network.GroupCentrality, "closeness": network.GroupCentrality, "sources": network.GroupCentrality, "errorBound": network.GroupCentrality,
	"weightedBetweenness": network.GroupWeighted, "pageRank": network.GroupRank,
	"constraint": network.GroupEgo, "effectiveSize": network.GroupEgo, "clustering": network.GroupEgo,
	"cutsOff": network.GroupShape, "component": network.GroupShape, "bridge": network.GroupShape,
	"community": network.GroupCommunities, "communities": network.GroupCommunities, "modularity": network.GroupCommunities,
}

// ordersOf says what an order of nodes needs.
var ordersOf = map[string]network.Group{
	"BETWEENNESS": network.GroupCentrality, "CLOSENESS": network.GroupCentrality, "WEIGHTED_BETWEENNESS": network.GroupWeighted, "PAGE_RANK": network.GroupRank,
	"CONSTRAINT": network.GroupEgo, "EFFECTIVE_SIZE": network.GroupEgo, "CUTS_OFF": network.GroupShape,
}

// needed finds the groups that the fields under the one being resolved ask for, each once; the quick ones first.
func needed(ctx context.Context) []network.Group {
	op := graphql.GetOperationContext(ctx)
	wanted := map[network.Group]bool{}
	seen := map[*ast.FragmentDefinition]bool{}
	var walk func(set ast.SelectionSet)
	walk = func(set ast.SelectionSet) {
		for _, s := range set {
			switch s := s.(type) {
			case *ast.Field:
				if g, ok := groupsOf[s.Name]; ok {
					wanted[g] = true
				}
				if order := s.Arguments.ForName("orderBy"); order != nil {
					if value, err := order.Value.Value(op.Variables); err == nil {
						if g, ok := ordersOf[fmt.Sprint(value)]; ok {
							wanted[g] = true
						}
					}
				}
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				if !seen[s.Definition] {
					seen[s.Definition] = true
					walk(s.Definition.SelectionSet)
				}
			}
		}
	}
	walk(graphql.GetFieldContext(ctx).Field.Selections)
	var all []network.Group
	for _, g := range []network.Group{network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality, network.GroupWeighted} {
		if wanted[g] {
			all = append(all, g)
		}
	}
	return all
}

// answer makes the network of the pinned edition with what the operation asks of it.
func (r Resolver) answer(ctx context.Context, f *network.Filter, more ...network.Group) (*network.Answer, error) {
	var filter network.Filter
	if f != nil {
		filter = *f
	}
	return r.answerAt(ctx, edition.From(ctx), filter, append(more, needed(ctx)...)...)
}

func (r Resolver) answerAt(ctx context.Context, v *edition.View, f network.Filter, groups ...network.Group) (*network.Answer, error) {
	a, err := r.Office.NewAnswer(ctx, v, f, groups...)
	if err != nil {
		return nil, err
	}
	if !a.State.Ready {
		edition.From(ctx).Pass() // the next one of the same content says more
	}
	return a, nil
}

func (q queryResolver) Network(ctx context.Context, filter *network.Filter) (*network.Answer, error) {
	return q.answer(ctx, filter)
}

func (q queryResolver) NetworkSnapshot(ctx context.Context, code string) (*network.Answer, error) {
	a, err := q.Remake(ctx, code, needed(ctx)...)
	if a == nil || err != nil {
		return nil, err
	}
	return a, nil
}

// Remake makes the network of a snapshot again; nil for a code that is none.
func (r Resolver) Remake(ctx context.Context, code string, groups ...network.Group) (*network.Answer, error) {
	var s network.Snapshot
	if ok, err := r.Desk.Unseal(ctx, snapshotPurpose, code, &s); err != nil || !ok {
		return nil, unreadable(err)
	}
	v := edition.From(ctx).Public()
	if s.Version != v.Version() || !s.Time().Equal(v.Since()) {
		then, err := r.Desk.AsOf(ctx, s.Time())
		if err != nil {
			return nil, unreadable(err)
		}
		v = v.Moved(then)
	}
	a, err := r.answerAt(ctx, v, s.Filter, groups...)
	if err != nil {
		return nil, err
	}
	a.Claimed, a.Code = s.Digest, code
	return a, nil
}

const snapshotPurpose = "network snapshot"

func (q queryResolver) IntroductionPaths(ctx context.Context, from, to content.ID, k int32, avoid []content.ID, filter *network.Filter) (*network.Introductions, error) {
	f := network.Filter{}
	if filter != nil {
		f = *filter
	}
	if f.Weighting == "" {
		f.Weighting = network.Recency
	}
	a, err := q.answer(ctx, &f)
	if err != nil {
		return nil, err
	}
	return a.Introduce(ctx, from, to, k, avoid)
}

func (q queryResolver) Bridges(ctx context.Context, filter *network.Filter, first int32) ([]*network.Gap, error) {
	a, err := q.answer(ctx, filter, network.GroupCommunities)
	if err != nil {
		return nil, err
	}
	return a.Gaps(first)
}

func (queryResolver) Representation(ctx context.Context, filter *network.Filter) (*network.Representation, error) {
	var f network.Filter
	if filter != nil {
		f = *filter
	}
	return network.Represent(ctx, edition.From(ctx), f)
}

func (q queryResolver) NetworkTimeline(ctx context.Context, by network.Step, filter *network.Filter) ([]*network.Period, error) {
	a, err := q.answer(ctx, filter)
	if err != nil {
		return nil, err
	}
	return a.Timeline(by), nil
}

// around is the network around an entry.
func (r Resolver) around(ctx context.Context, id content.ID, mode network.Mode, steps int32, filter *network.Filter) (*network.Answer, error) {
	f := network.Filter{Mode: mode}
	if filter != nil {
		f = *filter
		if f.Mode == network.Speakers {
			f.Mode = mode
		}
	}
	if steps < 1 {
		return nil, content.Errorf(content.CodeInvalid, "steps", "%d is not from 1 to 4", steps)
	}
	f.Around, f.Steps = []content.ID{id}, steps
	return r.answer(ctx, &f)
}

type networkResolver struct{ Resolver }

// Network implements gen.ResolverRoot.
func (r Resolver) Network() gen.NetworkResolver { return networkResolver{r} }

func (networkResolver) Status(_ context.Context, a *network.Answer) (gen.NetworkStatus, error) {
	if a.State.Ready {
		return gen.NetworkStatusReady, nil
	}
	return gen.NetworkStatusComputing, nil
}

func (networkResolver) Progress(_ context.Context, a *network.Answer) (float64, error) {
	return a.State.Progress, nil
}

func (networkResolver) Nodes(_ context.Context, a *network.Answer, orderBy network.NodeOrder, first *int32, after *string, last *int32, before *string) (*network.NodeConnection, error) {
	return a.Nodes(orderBy, page(first, after, last, before))
}

func (networkResolver) Edges(_ context.Context, a *network.Answer, orderBy network.LinkOrder, first *int32, after *string, last *int32, before *string) (*network.LinkConnection, error) {
	return a.Edges(orderBy, page(first, after, last, before))
}

// mostMatched is up to how many nodes duplicates among them are looked for.
const mostMatched = 20_000

func (networkResolver) Duplicates(_ context.Context, a *network.Answer) ([]*edition.DuplicatePair, error) {
	if a.Graph.Len() > mostMatched {
		return nil, nil
	}
	found := []*edition.DuplicatePair{}
	for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization} {
		pairs, err := a.Doubtful(kind, 20-len(found))
		if err != nil {
			return nil, err
		}
		found = append(found, pairs...)
	}
	return found, nil
}

func (r networkResolver) Snapshot(ctx context.Context, a *network.Answer) (*gen.NetworkSnapshot, error) {
	return r.Resolver.Snapshot(ctx, a)
}

func (r networkResolver) Downloads(ctx context.Context, a *network.Answer) (*gen.NetworkDownloads, error) {
	s, err := r.Resolver.Snapshot(ctx, a)
	if err != nil {
		return nil, err
	}
	at := s.Permalink
	return &gen.NetworkDownloads{Gexf: at + ".gexf", Graphml: at + ".graphml", JSON: at + ".json", NodesCSV: at + ".nodes.csv", EdgesCSV: at + ".edges.csv", Zip: at + ".zip"}, nil
}

// Snapshot names an answer, so that it can be cited and made again.
func (r Resolver) Snapshot(ctx context.Context, a *network.Answer) (*gen.NetworkSnapshot, error) {
	s := a.Snapshot(a.View)
	code := a.Code
	if code == "" {
		var err error
		if code, err = r.Desk.Seal(ctx, snapshotPurpose, s); err != nil {
			return nil, unreadable(err)
		}
	}
	filter, err := json.Marshal(s.Filter)
	if err != nil {
		return nil, fmt.Errorf("write a filter: %w", err)
	}
	at := s.Time()
	shown := &gen.NetworkSnapshot{
		AsOf: at, Version: int32(s.Version), Digest: s.Digest, Engine: s.Engine, Parameters: string(filter), Code: code,
		Permalink: a.View.Site + "/network/" + url.PathEscape(code),
	}
	shown.Citation = fmt.Sprintf("Better Together Hub, network of %s (%d nodes, %d edges) as of %s, content version %d, SHA-256 %s. %s",
		map[network.Mode]string{network.Speakers: "speakers", network.Organizations: "organizations", network.Bipartite: "speakers and organizations"}[s.Filter.Mode],
		a.Graph.Len(), len(a.Graph.Edges()), at.Format("2 January 2006, 15:04:05 MST"), s.Version, s.Digest[:16], shown.Permalink)
	if a.Claimed != "" {
		same := a.Claimed == s.Digest
		shown.Reproduced = &same
	}
	return shown, nil
}

type introductionPathsResolver struct{ Resolver }

// IntroductionPaths implements gen.ResolverRoot.
func (r Resolver) IntroductionPaths() gen.IntroductionPathsResolver {
	return introductionPathsResolver{r}
}

func (r introductionPathsResolver) Snapshot(ctx context.Context, i *network.Introductions) (*gen.NetworkSnapshot, error) {
	return r.Resolver.Snapshot(ctx, i.Answer())
}

type networkSnapshotResolver struct{ Resolver }

// NetworkSnapshot implements gen.ResolverRoot.
func (r Resolver) NetworkSnapshot() gen.NetworkSnapshotResolver { return networkSnapshotResolver{r} }

func (r networkSnapshotResolver) Pinned(ctx context.Context, s *gen.NetworkSnapshot) (bool, error) {
	edition.From(ctx).Pass() // a pin changes no edition
	_, _, pinned, err := r.Desk.Pinned(ctx, s.Code)
	return pinned, unreadable(err)
}

func (r networkSnapshotResolver) Redacted(ctx context.Context, s *gen.NetworkSnapshot) (bool, error) {
	edition.From(ctx).Pass()
	_, redacted, _, err := r.Desk.Pinned(ctx, s.Code)
	return redacted, unreadable(err)
}

func (m mutationResolver) PinSnapshot(ctx context.Context, code string) (*gen.PinSnapshotPayload, error) {
	a, err := m.Remake(ctx, code, network.GroupShape, network.GroupRank, network.GroupEgo, network.GroupCommunities, network.GroupCentrality)
	var wrong *content.Error
	switch {
	case errors.As(err, &wrong):
	case err != nil:
		return nil, err
	case a == nil:
		wrong = content.Errorf(content.CodeNotFound, "code", "%s is no code of this hub; take it from NetworkSnapshot.code", content.Quote(code))
	case !a.State.Ready:
		wrong = content.Errorf(content.CodeBusy, "code", "the measures are still being computed; try again in a moment")
	case a.Claimed != a.Digest(a.View):
		wrong = content.Errorf(content.CodeConflict, "code", "the network does not come out the same any more, so that there is nothing to keep")
	}
	if wrong == nil {
		document, err := m.Document(ctx, a)
		if err != nil {
			return nil, err
		}
		if err := m.Desk.KeepPin(ctx, code, a.At, document); !errors.As(err, &wrong) && err != nil {
			return nil, unreadable(err)
		}
	}
	if wrong != nil {
		errs, err := m.mistaken(ctx, wrong)
		return &gen.PinSnapshotPayload{Errors: errs}, err
	}
	s, err := m.Snapshot(ctx, a)
	return &gen.PinSnapshotPayload{Snapshot: s, Errors: []gen.UserError{}}, err
}

type representationResolver struct{ Resolver }

// Representation implements gen.ResolverRoot.
func (r Resolver) Representation() gen.RepresentationResolver { return representationResolver{r} }

func (representationResolver) By(_ context.Context, r *network.Representation, d network.Dimension) ([]*network.Share, error) {
	return r.By(d), nil
}

func (representationResolver) OverTime(_ context.Context, r *network.Representation, d network.Dimension, by network.Step) ([]*network.RepresentationPeriod, error) {
	return r.OverTime(d, by), nil
}
