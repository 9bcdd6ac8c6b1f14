package edition

import (
	"slices"
	"time"

	"bettertogether/internal/content"
)

// show makes the node of a record: what the edition shows of it, or an empty one that only holds backlinks.
func (e *Edition) show(n *node, l *Ledger, r *record, now time.Time) {
	*n = node{num: r.num, rank: r.rank, record: r, isTrashed: r.trashed, when: undated}
	as := apart{at: r.at, revision: r.number}
	if !e.preview {
		p, rev, _ := r.publicAt(now)
		as.at, as.revision = p.from, rev.number
	}
	entry, former := e.shown(r, now)
	n.hold(entry)
	as.former = former
	n.show(as)
	if e.resolve(l, n, now); n.entry() == nil {
		return
	}
	n.name = sortable(n.entry().Label())
	switch entry := n.entry().(type) {
	case *content.Episode:
		n.isTimed = slices.ContainsFunc(entry.Recordings, func(r content.Recording) bool { return r.Transcript() != "" && !r.PublishedAt.IsZero() })
		times, _ := entry.When.Times(l.roll.zones) // a stored entry is valid
		n.keep(times)
		switch {
		case !times.Start.IsZero():
			n.when = times.Start.UnixMicro()
		case entry.When.Date != "":
			n.when = entry.When.Date.First().UnixMicro()
		}
	case *content.Speaker:
		if name := entry.IndexName(); name != entry.Name {
			folded := folded(name)
			n.name = &folded
		}
	case *content.Series:
		if entry.Rank != nil {
			n.when = int64(*entry.Rank)
		}
	case *content.CaseStudy:
		n.when = dateKey(entry.StartedOn)
	case *content.Resource:
		n.when = dateKey(entry.PublishedOn)
	}
}

// shown is the entry of a record as the edition shows it by itself, without merges, and the slugs that lead to it beside its
// own; nil when it shows none.
func (e *Edition) shown(r *record, now time.Time) (entry content.Entry, former []string) {
	whole := r.entry()
	if e.preview {
		if whole == nil {
			return nil, nil
		}
		entry, former = whole, r.slugs()
	} else {
		_, rev, ok := r.publicAt(now)
		if !ok || r.trashed {
			return nil, nil
		}
		whole, entry = rev.entry, rev.entry.Public()
		for _, old := range r.public() {
			if old.revision > 0 && old.from <= now.UnixMicro() && old.slug != entry.Common().Slug && !slices.Contains(former, old.slug) {
				former = append(former, old.slug)
			}
		}
	}
	former = without(former, entry.Common().Slug)
	for _, alias := range aliases(whole) {
		if alias.Visibility == content.VisibilityRedirect {
			former = append(former, content.Slugify(alias.Value))
		}
	}
	return entry, former
}

// number is an episode's number inside its series; what has none comes before.
func (n *node) number() int32 {
	if e, ok := n.entry().(*content.Episode); ok && e.Number != nil {
		return *e.Number
	}
	return -1
}

func dateKey(d content.PartialDate) int64 {
	if d == "" {
		return undated
	}
	return d.First().UnixMicro()
}

func aliases(e content.Entry) []content.Alias {
	switch entry := e.(type) {
	case *content.Speaker:
		return entry.Aliases()
	case *content.Organization:
		return entry.Aliases()
	case *content.Topic:
		return entry.Aliases
	}
	return nil
}

func without(all []string, one string) []string {
	if len(all) == 1 && all[0] == one {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return s == one })
}
