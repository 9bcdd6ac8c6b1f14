package graph

import (
	"context"
	"slices"
	"strings"

	"bettertogether/graph/gen"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

// items changes one list of an entry by small steps. What others do to the rest of the list merges.
type items[E content.Entry] struct {
	Resolver
	id       content.ID
	expected int32
	argument string
	options  *gen.WriteOptions
}

// save edits a copy of the expected revision and writes it. edit says what is wrong, if something is.
func (it items[E]) save(ctx context.Context, action string, edit func(E) *content.Error) (*outcome, error) {
	var none E
	put := desk.Put{ID: it.id, Expected: max(it.expected, 1), Entry: content.New(none.Kind())}
	var wrong *content.Error
	if it.id.Kind() == none.Kind() && it.expected > 0 {
		base, ok, err := it.Desk.Revision(ctx, it.id, it.expected)
		if err != nil {
			return nil, unreadable(err)
		}
		if ok {
			own, err := content.Clone(base)
			if err != nil {
				return nil, err
			}
			wrong = edit(own.(E))
			it.bill(own)
			put.Entry = own
		}
	}
	if wrong != nil {
		return it.outcome(ctx, desk.Receipt{}, content.Errors{wrong}, asIs, nil)
	}
	return it.Resolver.save(ctx, desk.Write{Action: action, Puts: []desk.Put{put}}, it.options, it.place)
}

// place drops the name of the list from a path: the argument is one item of it.
func (it items[E]) place(path []string) []string {
	path = below(it.argument)(path)
	if len(path) > 0 && path[0] == "id" {
		return []string{map[string]string{"appearance": "episode", "partner": "caseStudy"}[it.argument]}
	}
	if len(path) > 1 && path[0] == it.argument && path[1] == it.argument+"s" {
		return append([]string{it.argument}, path[min(3, len(path)):]...)
	}
	return path
}

// insert puts an item at a place in a list, from 1; nil, or a place behind the end, is the end.
func insert[T any](list []T, item T, position *int32) ([]T, *content.Error) {
	at := len(list)
	if position != nil {
		if *position < 1 {
			return nil, content.Errorf(content.CodeInvalid, "position", "%d is no place in the list; 1 or more is allowed", *position)
		}
		at = min(at, int(*position)-1)
	}
	return slices.Insert(list, at, item), nil
}

// move takes the item at an index to another place.
func move[T any](list []T, from int, position int32) ([]T, *content.Error) {
	item := list[from]
	return insert(slices.Delete(list, from, from+1), item, &position)
}

// appearance finds an appearance by its id in a stored bill.
func (it items[E]) appearance(e *content.Episode, id content.ID) (int, *content.Error) {
	parts := strings.Split(string(id), ":")
	if len(parts) >= 3 && parts[0] == string(it.id) {
		view := it.Desk.Pin().Preview()
		again := 0
		for i, a := range e.Appearances {
			speaker := a.Speaker
			if s := view.Entry(speaker); s != nil {
				speaker = s.ID() // whoever stands for a merged one
			}
			if (string(speaker) != parts[1] && string(a.Speaker) != parts[1]) || string(a.Role) != parts[2] {
				continue
			}
			if again++; again == ordinal(parts) {
				return i, nil
			}
		}
	}
	return 0, content.Errorf(content.CodeNotFound, "id", "%s is no appearance in this revision", content.Quote(string(id)))
}

// ordinal is which of several appearances in one role an id means, from 1.
func ordinal(parts []string) int {
	if len(parts) < 4 {
		return 1
	}
	n := 0
	for _, r := range parts[3] {
		if r < '0' || r > '9' || n > 10000 {
			return 0
		}
		n = n*10 + int(r-'0')
	}
	return n
}

// partner finds a partner by organization and role.
func (it items[E]) partner(c *content.CaseStudy, organization content.ID, role content.PartnerRole) (int, *content.Error) {
	view := it.Desk.Pin().Preview()
	for i, p := range c.Partners {
		at := p.Organization
		if o := view.Entry(at); o != nil {
			at = o.ID()
		}
		if (at == organization || p.Organization == organization) && p.Role == role {
			return i, nil
		}
	}
	return 0, content.Errorf(content.CodeNotFound, "organization", "%s is no partner with the role %s in this revision", content.Quote(string(organization)), role)
}

func (m mutationResolver) bills(episode content.ID, expected int32, o *gen.WriteOptions) items[*content.Episode] {
	return items[*content.Episode]{m.Resolver, episode, expected, "appearance", o}
}

func (m mutationResolver) AddAppearance(ctx context.Context, episode content.ID, expectedRevision int32, appearance content.OwnAppearance, position *int32, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	it := m.bills(episode, expectedRevision, options)
	return episodePayload(it.save(ctx, "addAppearance", func(e *content.Episode) (wrong *content.Error) {
		e.Appearances, wrong = insert(e.Appearances, appearance.Appearance(), position)
		return wrong
	}))
}

func (m mutationResolver) UpdateAppearance(ctx context.Context, episode content.ID, expectedRevision int32, id content.ID, appearance content.OwnAppearance, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	it := m.bills(episode, expectedRevision, options)
	return episodePayload(it.save(ctx, "updateAppearance", func(e *content.Episode) *content.Error {
		i, wrong := it.appearance(e, id)
		if wrong == nil {
			e.Appearances[i] = appearance.Appearance()
		}
		return wrong
	}))
}

func (m mutationResolver) MoveAppearance(ctx context.Context, episode content.ID, expectedRevision int32, id content.ID, position int32, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	it := m.bills(episode, expectedRevision, options)
	return episodePayload(it.save(ctx, "moveAppearance", func(e *content.Episode) *content.Error {
		i, wrong := it.appearance(e, id)
		if wrong == nil {
			e.Appearances, wrong = move(e.Appearances, i, position)
		}
		return wrong
	}))
}

func (m mutationResolver) RemoveAppearance(ctx context.Context, episode content.ID, expectedRevision int32, id content.ID, options *gen.WriteOptions) (*gen.EpisodePayload, error) {
	it := m.bills(episode, expectedRevision, options)
	return episodePayload(it.save(ctx, "removeAppearance", func(e *content.Episode) *content.Error {
		i, wrong := it.appearance(e, id)
		if wrong == nil {
			e.Appearances = slices.Delete(e.Appearances, i, i+1)
		}
		return wrong
	}))
}

func (m mutationResolver) partners(caseStudy content.ID, expected int32, o *gen.WriteOptions) items[*content.CaseStudy] {
	return items[*content.CaseStudy]{m.Resolver, caseStudy, expected, "partner", o}
}

func (m mutationResolver) AddPartner(ctx context.Context, caseStudy content.ID, expectedRevision int32, partner content.Partner, position *int32, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	it := m.partners(caseStudy, expectedRevision, options)
	return caseStudyPayload(it.save(ctx, "addPartner", func(c *content.CaseStudy) (wrong *content.Error) {
		if _, missing := it.partner(c, partner.Organization, partner.Role); missing == nil {
			return content.Errorf(content.CodeDuplicate, "partner.organization", "%s is a partner with the role %s already", partner.Organization, partner.Role)
		}
		c.Partners, wrong = insert(c.Partners, partner, position)
		return wrong
	}))
}

func (m mutationResolver) UpdatePartner(ctx context.Context, caseStudy content.ID, expectedRevision int32, organization content.ID, role content.PartnerRole, partner content.Partner, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	it := m.partners(caseStudy, expectedRevision, options)
	return caseStudyPayload(it.save(ctx, "updatePartner", func(c *content.CaseStudy) *content.Error {
		i, wrong := it.partner(c, organization, role)
		if wrong == nil {
			c.Partners[i] = partner
		}
		return wrong
	}))
}

func (m mutationResolver) MovePartner(ctx context.Context, caseStudy content.ID, expectedRevision int32, organization content.ID, role content.PartnerRole, position int32, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	it := m.partners(caseStudy, expectedRevision, options)
	return caseStudyPayload(it.save(ctx, "movePartner", func(c *content.CaseStudy) *content.Error {
		i, wrong := it.partner(c, organization, role)
		if wrong == nil {
			c.Partners, wrong = move(c.Partners, i, position)
		}
		return wrong
	}))
}

func (m mutationResolver) RemovePartner(ctx context.Context, caseStudy content.ID, expectedRevision int32, organization content.ID, role content.PartnerRole, options *gen.WriteOptions) (*gen.CaseStudyPayload, error) {
	it := m.partners(caseStudy, expectedRevision, options)
	return caseStudyPayload(it.save(ctx, "removePartner", func(c *content.CaseStudy) *content.Error {
		i, wrong := it.partner(c, organization, role)
		if wrong == nil {
			c.Partners = slices.Delete(c.Partners, i, i+1)
		}
		return wrong
	}))
}
