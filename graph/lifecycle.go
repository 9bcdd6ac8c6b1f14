package graph

import (
	"context"
	"strconv"
	"strings"
	"time"

	"bettertogether/graph/gen"
	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
)

func (m mutationResolver) Publish(ctx context.Context, entries []*gen.EntryRevisionInput, at *time.Time, withDependencies, allowDrafts bool, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("entries", len(entries)); err != nil {
		return nil, err
	}
	w := desk.Write{Action: "publish", Dependencies: desk.RefuseDrafts}
	switch {
	case withDependencies:
		w.Dependencies = desk.PublishDrafts
	case allowDrafts:
		w.Dependencies = desk.HideDrafts
	}
	var ids []content.ID
	for i, e := range entries {
		if e.Revision < 1 {
			wrong := content.Errorf(content.CodeInvalid, "", "%d is no revision; 1 or more is allowed", e.Revision)
			wrong.Path = []string{"publish", strconv.Itoa(i), "revision"}
			return entriesPayload(m.outcome(ctx, desk.Receipt{}, content.Errors{wrong}, among("entries", ""), nil))
		}
		ids = append(ids, e.ID)
		w.Publish = append(w.Publish, desk.Publish{ID: e.ID, Revision: e.Revision, From: deref(at)})
	}
	return entriesPayload(m.save(ctx, w, options, moment(among("entries", "")), ids...))
}

func (m mutationResolver) Unpublish(ctx context.Context, ids []content.ID, at *time.Time, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("ids", len(ids)); err != nil {
		return nil, err
	}
	w := desk.Write{Action: "unpublish"}
	for _, id := range ids {
		w.Publish = append(w.Publish, desk.Publish{ID: id, From: deref(at)})
	}
	return entriesPayload(m.save(ctx, w, options, moment(among("ids", "")), ids...))
}

// moment places a mistake about when: the argument at is one for all entries.
func moment(rest place) place {
	return func(path []string) []string {
		if len(path) == 3 && path[2] == "at" {
			return []string{"at"}
		}
		return rest(path)
	}
}

func (m mutationResolver) CancelSchedule(ctx context.Context, ids []content.ID, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("ids", len(ids)); err != nil {
		return nil, err
	}
	w := desk.Write{Action: "cancelSchedule"}
	public := m.Desk.Pin()
	for _, id := range ids {
		revision := int32(0)
		if e := public.Entry(id); e != nil && e.ID() == id {
			revision = e.Revision()
		}
		w.Publish = append(w.Publish, desk.Publish{ID: id, Revision: revision})
	}
	return entriesPayload(m.save(ctx, w, options, among("ids", ""), ids...))
}

func (m mutationResolver) Trash(ctx context.Context, ids []content.ID, evenIfReferenced bool, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("ids", len(ids)); err != nil {
		return nil, err
	}
	w := desk.Write{Action: "trash", Trash: ids, TrashReferenced: evenIfReferenced}
	return entriesPayload(m.save(ctx, w, options, among("ids", ""), ids...))
}

func (m mutationResolver) Restore(ctx context.Context, ids []content.ID, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	if err := few("ids", len(ids)); err != nil {
		return nil, err
	}
	return entriesPayload(m.save(ctx, desk.Write{Action: "restore", Restore: ids}, options, among("ids", ""), ids...))
}

func (m mutationResolver) Revert(ctx context.Context, id content.ID, toRevision, expectedRevision int32, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	old, ok, err := m.Desk.Revision(ctx, id, toRevision)
	switch {
	case err != nil:
		return nil, unreadable(err)
	case !ok:
		wrong := content.Errorf(content.CodeNotFound, "toRevision", "%s has no revision %d", content.Quote(string(id)), toRevision)
		return entriesPayload(m.outcome(ctx, desk.Receipt{}, content.Errors{wrong}, asIs, nil))
	}
	w := desk.Write{Action: "revert", Puts: []desk.Put{{ID: id, Expected: expectedRevision, Entry: old, Exact: true}}}
	return entriesPayload(m.save(ctx, w, options, below("toRevision"), id))
}

func (m mutationResolver) Undo(ctx context.Context, batch content.ID, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	var w desk.Write
	option(&w, options)
	receipt, err := m.Desk.Undo(ctx, auth.From(ctx), string(batch), w)
	return entriesPayload(m.outcome(ctx, receipt, err, asIs, nil))
}

// merge lets one entry stand for another.
func (m mutationResolver) merge(ctx context.Context, w desk.Merge, options *gen.WriteOptions) (*outcome, error) {
	at := func(path []string) []string {
		if len(path) > 2 && path[2] == "fields" {
			return append([]string{"choices"}, path[3:]...)
		}
		return path[min(2, len(path)):]
	}
	return m.save(ctx, desk.Write{Action: "merge", Merge: []desk.Merge{w}}, options, at, w.Survivor)
}

// fields turns the enum of a noun's fields into names as content spells them.
func fields[F ~string](choices []F) []string {
	var names []string
	for _, c := range choices {
		first := true
		var name strings.Builder
		for part := range strings.SplitSeq(strings.ToLower(string(c)), "_") {
			if !first {
				part = strings.ToUpper(part[:1]) + part[1:]
			}
			first = false
			name.WriteString(part)
		}
		names = append(names, name.String())
	}
	return names
}

func (m mutationResolver) MergeSpeakers(ctx context.Context, survivor, absorbed content.ID, choices []gen.SpeakerField, options *gen.WriteOptions) (*gen.SpeakerPayload, error) {
	return speakerPayload(m.merge(ctx, desk.Merge{Survivor: survivor, Absorbed: absorbed, Fields: fields(choices)}, options))
}

func (m mutationResolver) MergeOrganizations(ctx context.Context, survivor, absorbed content.ID, choices []gen.OrganizationField, options *gen.WriteOptions) (*gen.OrganizationPayload, error) {
	return organizationPayload(m.merge(ctx, desk.Merge{Survivor: survivor, Absorbed: absorbed, Fields: fields(choices)}, options))
}

func (m mutationResolver) MergeTopics(ctx context.Context, survivor, absorbed content.ID, choices []gen.TopicField, options *gen.WriteOptions) (*gen.TopicPayload, error) {
	return topicPayload(m.merge(ctx, desk.Merge{Survivor: survivor, Absorbed: absorbed, Fields: fields(choices)}, options))
}

func (m mutationResolver) UndoMerge(ctx context.Context, id content.ID, options *gen.WriteOptions) (*gen.EntriesPayload, error) {
	at := func(path []string) []string { return []string{"id"} }
	return entriesPayload(m.save(ctx, desk.Write{Action: "undoMerge", Part: []content.ID{id}}, options, at, id))
}
