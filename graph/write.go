package graph

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
)

type mutationResolver struct{ Resolver }

// Mutation implements gen.ResolverRoot.
func (r Resolver) Mutation() gen.MutationResolver { return mutationResolver{r} }

// outcome is what the payload of any write is made of.
type outcome struct {
	view    *edition.View
	ids     []content.ID
	errors  []gen.UserError
	effects *gen.Effects
	edition string
	batch   *content.ID
}

// place turns the path of a desk's mistake into one below the mutation's arguments.
type place func(path []string) []string

// save hands a write to the desk and makes its outcome. The entries that it is about are those of its results, unless about
// names others.
func (r Resolver) save(ctx context.Context, w desk.Write, o *gen.WriteOptions, at place, about ...content.ID) (*outcome, error) {
	option(&w, o)
	w.Asked = asked(ctx)
	receipt, err := r.Desk.Save(ctx, auth.From(ctx), w)
	return r.outcome(ctx, receipt, err, at, about)
}

// option adds what goes with every write.
func option(w *desk.Write, o *gen.WriteOptions) {
	if o != nil {
		w.Key, w.DryRun, w.Reason = deref(o.IdempotencyKey), o.DryRun, deref(o.Reason)
	}
}

// asked is the current mutation as its client wrote it, whatever it comes to.
func asked(ctx context.Context) string {
	field := graphql.GetFieldContext(ctx).Field
	arguments := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	delete(arguments, "options")
	text, _ := json.Marshal(arguments) // what cannot be written down is known by its changes
	if len(text) == 0 {
		return ""
	}
	return field.Name + string(text)
}

func (r Resolver) outcome(ctx context.Context, receipt desk.Receipt, err error, at place, about []content.ID) (*outcome, error) {
	out := &outcome{errors: []gen.UserError{}, ids: about}
	view := receipt.Seen
	if err != nil {
		view = r.Desk.Pin().Preview()
		mistakes, err := userErrors(err)
		if err != nil {
			return nil, err
		}
		out.view = edition.From(ctx).Moved(view)
		for _, m := range mistakes {
			out.errors = append(out.errors, out.userError(m, at))
		}
		out.effects, out.edition = out.told(desk.Effects{}), view.Tag()
		return out, nil
	}
	out.view = edition.From(ctx).Moved(view)
	for _, result := range receipt.Results {
		if !slices.Contains(out.ids, result.ID) {
			out.ids = append(out.ids, result.ID)
		}
	}
	if len(out.ids) == 0 {
		out.ids = receipt.Touched
	}
	out.effects, out.edition = out.told(receipt.Effects), view.Tag()
	if receipt.Batch == "" {
		out.edition = r.Desk.Pin().Preview().Tag() // what was only tried is in no edition
		return out, nil
	}
	batch := content.ID(receipt.Batch)
	out.batch = &batch
	return out, nil
}

// userErrors tells mistakes of a write from what stops any write: that is an error of the request.
func userErrors(err error) (content.Errors, error) {
	var mistakes content.Errors
	if !errors.As(err, &mistakes) {
		return nil, err
	}
	for _, m := range mistakes {
		switch m.Code {
		case content.CodeForbidden, content.CodeUnauthenticated, content.CodeBusy, content.CodeUnavailable, content.CodeUncertain:
			return nil, m
		}
	}
	return mistakes, nil
}

func (o *outcome) userError(m *content.Error, at place) gen.UserError {
	path := at(m.Path)
	if path == nil {
		path = []string{}
	}
	m.Message = sentence(path, m.Message)
	switch m.Code {
	case content.CodeConflict:
		e := gen.ConflictError{Code: m.Code, Message: m.Message, Path: path}
		if c := m.Clash; c != nil {
			e.BaseValue, e.CurrentValue, e.YourValue = word(c.Base), word(c.Theirs), word(c.Mine)
			e.Revision, e.ChangedBy, e.ChangedAt = &c.Revision, &c.By, &c.At
		}
		return e
	case content.CodeReferenced:
		return gen.StillReferencedError{Code: m.Code, Message: m.Message, Path: path, Referrers: o.entries(m.Entries, mostTold)}
	case content.CodeDependency:
		return gen.DependencyError{Code: m.Code, Message: m.Message, Path: path, Drafts: o.entries(m.Entries, mostTold)}
	}
	return gen.FieldError{Code: m.Code, Message: m.Message, Path: path}
}

// sentence puts the name of the field in front of what is wrong with it.
func sentence(path []string, message string) string {
	if len(path) > 1 && (path[0] == "input" || path[0] == "patch") {
		path = path[1:]
	}
	name := strings.Join(path, ".")
	switch first, _, _ := strings.Cut(message, " "); {
	case name == "":
		return message
	case first == "is" || first == "holds":
		return name + " " + message
	}
	return name + ": " + message
}

func word(v []byte) *string {
	if v == nil {
		return nil
	}
	s := string(v)
	return &s
}

// The most entries and links that an answer tells of each sort.
const (
	mostTold  = 100
	mostLinks = 1000
)

// told turns effects into what the schema shows.
func (o *outcome) told(e desk.Effects) *gen.Effects {
	told := &gen.Effects{
		Listings: []*edition.Listing{}, Feeds: atMost(e.Feeds, mostLinks), Redirects: []*gen.Redirect{},
		EdgesAdded: links(e.EdgesAdded), EdgesRemoved: links(e.EdgesRemoved),
		Published: o.entries(e.Published, mostLinks), AlsoPublished: o.entries(e.AlsoPublished, mostLinks),
		Dependants: o.entries(e.Dependants, mostTold), DependantCount: int32(len(e.Dependants)),
	}
	for _, id := range e.Listings {
		if l, ok := o.view.Entry(id).(*edition.Listing); ok {
			told.Listings = append(told.Listings, l)
		}
	}
	for _, r := range e.Redirects {
		told.Redirects = append(told.Redirects, &gen.Redirect{Kind: r.Kind, From: r.From, To: r.To})
	}
	return told
}

func links(edges []desk.Edge) []*gen.EntryLink {
	told := []*gen.EntryLink{}
	for _, e := range atMost(edges, mostLinks) {
		told = append(told, &gen.EntryLink{Source: e.From, Field: e.Field, Target: e.To})
	}
	return told
}

func atMost[T any](all []T, most int) []T {
	if all == nil {
		return []T{}
	}
	return all[:min(len(all), most)]
}

// entries are the entries of ids as editors see them, without those that are gone.
func (o *outcome) entries(ids []content.ID, most int) []edition.Entry {
	found := []edition.Entry{}
	for _, id := range ids {
		if e := o.view.Entry(id); e != nil && len(found) < most {
			found = append(found, e)
		}
	}
	return found
}

// shown is the one entry that a write was about; nil when there are errors.
func shown[T edition.Entry](o *outcome) T {
	var none T
	if len(o.errors) > 0 || len(o.ids) == 0 {
		return none
	}
	e, _ := o.view.Entry(o.ids[0]).(T)
	return e
}

func entriesPayload(o *outcome, err error) (*gen.EntriesPayload, error) {
	if err != nil {
		return nil, err
	}
	p := &gen.EntriesPayload{Entries: []edition.Entry{}, Errors: o.errors, Effects: o.effects, Edition: o.edition, Batch: o.batch}
	if len(o.errors) == 0 {
		p.Entries = o.entries(o.ids, mostLinks)
	}
	return p, nil
}

// create makes an entry.
func (r Resolver) create(ctx context.Context, entry content.Entry, o *gen.WriteOptions) (*outcome, error) {
	r.bill(entry)
	return r.save(ctx, desk.Write{Action: "create", Puts: []desk.Put{{Entry: entry}}}, o, below("input"))
}

// update changes the fields of an entry that the argument patch names.
func (r Resolver) update(ctx context.Context, id content.ID, expected int32, patch content.Entry, o *gen.WriteOptions) (*outcome, error) {
	put, err := r.patched(ctx, id, expected, patch, given(ctx, "patch"))
	if err != nil {
		return nil, err
	}
	return r.save(ctx, desk.Write{Action: "update", Puts: []desk.Put{put}}, o, below("patch"))
}

// patched is the put that an update of some fields comes to. What is wrong with its revision is left for the desk to tell.
func (r Resolver) patched(ctx context.Context, id content.ID, expected int32, patch content.Entry, fields []string) (desk.Put, error) {
	put := desk.Put{ID: id, Expected: expected, Entry: patch, Whole: fields}
	if id.Kind() != patch.Kind() || expected < 1 {
		put.Expected = max(expected, 1)
		return put, nil
	}
	base, ok, err := r.Desk.Revision(ctx, id, expected)
	if err != nil || !ok {
		return put, unreadable(err)
	}
	own, err := content.Clone(base)
	if err != nil {
		return put, err
	}
	content.Patch(own, patch, fields)
	if common := own.Common(); !slices.Contains(fields, "slug") && common.Slug == content.Slugify(base.Label()) {
		common.Slug = "" // nobody chose it, so it may follow the label
	}
	r.bill(own)
	put.Entry = own
	return put, nil
}

// unreadable is what a client may know when the database does not answer.
func unreadable(err error) error {
	var told *content.Error
	if err == nil || errors.As(err, &told) {
		return err
	}
	return content.Errorf(content.CodeUnavailable, "", "the database does not answer at the moment; try again later")
}

// given are the fields that an argument of the current field names, as content spells them.
func given(ctx context.Context, argument ...string) []string {
	var value any = graphql.GetFieldContext(ctx).Field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
	for _, name := range argument {
		of, _ := value.(map[string]any)
		value = of[name]
	}
	var fields []string
	named, _ := value.(map[string]any)
	for name := range named {
		if name == "duration" {
			name = "seconds"
		}
		fields = append(fields, name)
	}
	slices.Sort(fields)
	return fields
}

// bill gives appearances without a printed name the name that the speaker has now.
func (r Resolver) bill(e content.Entry) {
	episode, ok := e.(*content.Episode)
	if !ok {
		return
	}
	for i := range episode.Appearances {
		if a := &episode.Appearances[i]; a.CreditedName == "" {
			if s, ok := r.Desk.Pin().Preview().Entry(a.Speaker).(*edition.Speaker); ok {
				a.CreditedName = s.Name
			}
		}
	}
}

// below places mistakes of a single put: what is said of the entry stands below an argument, the rest is one.
func below(argument string) place {
	return func(path []string) []string {
		if len(path) < 2 || path[0] != "puts" {
			return path
		}
		switch rest := path[2:]; {
		case len(rest) > 0 && (rest[0] == "id" || rest[0] == "expectedRevision"):
			return rest
		case len(rest) > 0 && rest[0] == "entry":
			return append([]string{argument}, rest[1:]...)
		default:
			return append([]string{argument}, rest...)
		}
	}
}

// among places mistakes of several entries that an argument lists: the n-th put is the n-th of them.
func among(argument, patch string) place {
	return func(path []string) []string {
		if len(path) < 2 {
			return path
		}
		if _, err := strconv.Atoi(path[1]); err != nil {
			return append([]string{argument}, path[1:]...)
		}
		at := append([]string{argument}, path[1])
		switch rest := path[2:]; {
		case len(rest) == 0:
			return at
		case rest[0] == "id" && argument == "ids":
			return at
		case rest[0] == "expectedRevision":
			return append(at, "revision")
		case rest[0] == "id" || rest[0] == "revision" || patch == "":
			return append(at, rest...)
		default:
			return append([]string{patch}, rest...)
		}
	}
}

// mostEntries is how many entries one mutation may name.
const mostEntries = 1000

func few(argument string, n int) error {
	if n > mostEntries {
		return content.Errorf(content.CodeInvalid, argument, "%d entries are more than %d", n, mostEntries)
	}
	if n == 0 {
		return content.Errorf(content.CodeInvalid, argument, "names no entry; 1 to %d are allowed", mostEntries)
	}
	return nil
}

// one picks what a patch of any kind holds; exactly one kind is allowed.
func one(p gen.EntryPatch) (string, content.Entry, error) {
	var kinds []string
	var entry content.Entry
	add := func(name string, isGiven bool, e content.Entry) {
		if isGiven {
			kinds, entry = append(kinds, name), e
		}
	}
	add("series", p.Series != nil, p.Series)
	add("episode", p.Episode != nil, p.Episode)
	add("speaker", p.Speaker != nil, p.Speaker)
	add("organization", p.Organization != nil, p.Organization)
	add("caseStudy", p.CaseStudy != nil, p.CaseStudy)
	add("resource", p.Resource != nil, p.Resource)
	add("topic", p.Topic != nil, p.Topic)
	add("toolkit", p.Toolkit != nil, p.Toolkit)
	add("listing", p.Listing != nil, p.Listing)
	if len(kinds) != 1 {
		return "", nil, content.Errorf(content.CodeInvalid, "patch", "holds %d kinds; exactly one is allowed", len(kinds))
	}
	return kinds[0], entry, nil
}

func (m mutationResolver) UpdateMany(ctx context.Context, entries []*gen.EntryRevisionInput, patch gen.EntryPatch, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("entries", len(entries)); err != nil {
		return nil, err
	}
	kind, entry, err := one(patch)
	if err != nil {
		return nil, err
	}
	fields := given(ctx, "patch", kind)
	w := desk.Write{Action: "update"}
	for _, e := range entries {
		put, err := m.patched(ctx, e.ID, e.Revision, entry, fields)
		if err != nil {
			return nil, err
		}
		w.Puts = append(w.Puts, put)
	}
	return entriesPayload(m.save(ctx, w, options, among("entries", "patch")))
}
