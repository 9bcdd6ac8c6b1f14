package graph

import (
	"context"
	"time"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/store"
)

// asIs places mistakes whose paths are the arguments' already.
func asIs(path []string) []string { return path }

// mistaken turns a mistake of a write that has no effects into user errors.
func (r Resolver) mistaken(ctx context.Context, err error) ([]gen.UserError, error) {
	if err == nil {
		return []gen.UserError{}, nil
	}
	out, err := r.outcome(ctx, desk.Receipt{}, err, asIs, nil)
	if err != nil {
		return nil, err
	}
	return out.errors, nil
}

func (m mutationResolver) PurgeSpeaker(ctx context.Context, id content.ID, options *gen.WriteOptions) (*gen.PurgePayload, error) {
	var w desk.Write
	option(&w, options)
	done, err := m.Desk.Purge(ctx, auth.From(ctx), id, w)
	p := &gen.PurgePayload{
		Touched: []*gen.PurgedEntry{}, Slugs: atMost(done.Slugs, mostLinks), Forgotten: int32(done.Answers + done.Imports), Snapshots: int32(done.Pins),
		Mentions: []*gen.Mention{}, Reasons: []content.ID{}, Edition: done.Edition,
	}
	if err != nil {
		p.Edition = m.Desk.Pin().Preview().Tag()
	}
	if p.Errors, err = m.mistaken(ctx, err); err != nil || len(p.Errors) > 0 {
		return p, err
	}
	view := edition.From(ctx).Moved(m.Desk.Pin().Preview())
	for _, t := range done.Touched {
		p.Touched = append(p.Touched, &gen.PurgedEntry{EntryID: t.ID, Entry: view.Entry(t.ID), Fields: atMost(t.Fields, mostLinks), Revisions: t.Revisions})
	}
	for _, t := range atMost(done.Mentions, mostTold) {
		p.Mentions = append(p.Mentions, &gen.Mention{EntryID: t.ID, Entry: view.Entry(t.ID), Fields: t.Fields})
	}
	for _, b := range atMost(done.Reasons, mostTold) {
		p.Reasons = append(p.Reasons, content.ID(b))
	}
	return p, nil
}

func (m mutationResolver) PreviewLink(ctx context.Context, id content.ID, revision *int32, at *time.Time, expiresIn string) (*gen.PreviewLinkPayload, error) {
	newest := m.Desk.Pin().Preview().Newest(id)
	l := desk.PreviewLink{ID: id, Revision: deref(revision)}
	now := time.Now()
	var errs content.Errors
	life, err := content.ParseDuration(expiresIn)
	expires := now.Add(time.Duration(life) * time.Second)
	switch {
	case newest == 0:
		errs = append(errs, content.Errorf(content.CodeNotFound, "id", "%s is no entry of this hub", content.Quote(string(id))))
	case revision != nil && (*revision < 1 || *revision > newest):
		errs = append(errs, content.Errorf(content.CodeNotFound, "revision", "%d is no revision of this entry; 1 to %d are allowed", *revision, newest))
	}
	switch {
	case err != nil:
		errs = append(errs, content.Errorf(content.CodeInvalid, "expiresIn", "%v", err))
	case life == 0 || expires.Sub(now) > desk.MostPreview:
		errs = append(errs, content.Errorf(content.CodeInvalid, "expiresIn", "%s is not allowed; more than nothing and at most P90D is", expiresIn))
	}
	if at != nil {
		l.At = at.Unix()
	} else if l.Revision == 0 {
		l.Revision = newest
	}
	p := &gen.PreviewLinkPayload{Errors: []gen.UserError{}}
	if errs != nil {
		p.Errors, err = m.mistaken(ctx, errs)
		return p, err
	}
	l.Expires = expires.Unix()
	link, err := m.Desk.NewPreviewLink(ctx, l)
	if err != nil {
		return nil, unreadable(err)
	}
	link = edition.From(ctx).Site + "/preview/" + link
	p.URL, p.ExpiresAt = &link, &expires
	return p, nil
}

func (m mutationResolver) CreateToken(ctx context.Context, name string, role auth.Role, expiresIn string, options *gen.WriteOptions) (*gen.TokenPayload, error) {
	var w desk.Write
	option(&w, options)
	life, err := content.ParseDuration(expiresIn)
	var made store.Token
	secret := ""
	if err != nil {
		err = content.Errors{content.Errorf(content.CodeInvalid, "expiresIn", "%v", err)}
	} else {
		made, secret, err = m.Desk.CreateToken(ctx, auth.From(ctx), desk.NewToken{Name: name, Role: role, Life: time.Duration(life) * time.Second}, w)
	}
	p := &gen.TokenPayload{}
	if p.Errors, err = m.mistaken(ctx, err); err != nil || len(p.Errors) > 0 {
		return p, err
	}
	p.Token, p.Secret = &made, &secret
	return p, nil
}

func (m mutationResolver) RevokeToken(ctx context.Context, id content.ID, options *gen.WriteOptions) (*gen.TokenPayload, error) {
	var w desk.Write
	option(&w, options)
	ended, found, err := m.Desk.RevokeToken(ctx, auth.From(ctx), string(id), w)
	if err == nil && !found {
		err = content.Errors{content.Errorf(content.CodeNotFound, "id", "%s is no token", content.Quote(string(id)))}
	}
	p := &gen.TokenPayload{}
	if p.Errors, err = m.mistaken(ctx, err); err != nil || len(p.Errors) > 0 {
		return p, err
	}
	p.Token = &ended
	return p, nil
}

func (q queryResolver) Tokens(ctx context.Context) ([]*store.Token, error) {
	all, err := q.Desk.Tokens(ctx)
	if err != nil {
		return nil, unreadable(err)
	}
	found := make([]*store.Token, len(all))
	for i := range all {
		found[i] = &all[i]
	}
	return found, nil
}

type tokenResolver struct{ Resolver }

// Token implements gen.ResolverRoot.
func (r Resolver) Token() gen.TokenResolver { return tokenResolver{r} }

func (tokenResolver) ID(_ context.Context, t *store.Token) (content.ID, error) {
	return content.ID(t.ID), nil
}

func (tokenResolver) Role(_ context.Context, t *store.Token) (auth.Role, error) {
	return auth.Role(t.Role), nil
}

func (queryResolver) Duplicates(ctx context.Context, kind content.Kind, minScore float64, first int32) ([]*edition.DuplicatePair, error) {
	pairs, err := edition.From(ctx).Preview().Duplicates(kind, minScore, edition.PageArgs{First: &first})
	if err != nil {
		return nil, err
	}
	found := []*edition.DuplicatePair{}
	for _, p := range pairs.Nodes() {
		found = append(found, &p)
	}
	return found, nil
}

type reasonResolver struct{ Resolver }

// DuplicateReason implements gen.ResolverRoot.
func (r Resolver) DuplicateReason() gen.DuplicateReasonResolver { return reasonResolver{r} }

func (reasonResolver) Code(_ context.Context, obj *edition.DuplicateReason) (string, error) {
	return string(obj.Code), nil
}
