package edition

import (
	"context"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"bettertogether/internal/content"
)

// View is an edition pinned at an instant: one operation reads one View, so all that it answers fits together.
type View struct {
	Moment
	work  *work
	arena *arena
	// broken is isBroken of this very view, if it was made once for all.
	broken func(url string) bool
}

// work is what one operation has done so far: what it has searched, and how much text it has read.
type work struct {
	mu       sync.Mutex
	searched map[search]numbers
	texts    atomic.Int64
	most     int64
	passing  atomic.Bool
}

type search struct {
	edition *Edition
	text    string
}

// Limit bounds how many bytes of text the view hands out; behind that texts are empty, and IsOverdrawn says so.
func (v *View) Limit(bytes int64) { v.work.most = bytes }

// IsOverdrawn tells whether more text was asked for than the limit allows.
func (v *View) IsOverdrawn() bool { return v.work.most > 0 && v.work.texts.Load() > v.work.most }

// Restart forgets what the operation has read so far, for one that begins again.
func (v *View) Restart() { v.work.texts.Store(0) }

// Handed is how many bytes of text the view has handed out.
func (v *View) Handed() int64 { return v.work.texts.Load() }

// Hand counts text that an answer has from another one.
func (v *View) Hand(bytes int64) { v.work.texts.Add(bytes) }

// text hands a text out.
func (v *View) text(s string) string {
	if v.work.texts.Add(int64(len(s))); v.IsOverdrawn() {
		return ""
	}
	return s
}

// NewView pins the public edition at an instant, beside the preview of the same content.
func NewView(public, preview *Edition, now, due time.Time, site string) *View {
	m := NewMoment(public, preview, now, due, site)
	return m.View()
}

// Preview is the same moment as editors see it. Who may see it is for the caller to ask.
func (v *View) Preview() *View { return v.of(v.editors) }

// Public is the same moment as the public sees it.
func (v *View) Public() *View { return v.of(v.public) }

// Moved is another moment's view for the same operation: what it reads counts together.
func (v *View) Moved(then *View) *View {
	c := *then
	c.work, c.arena = v.work, v.arena
	return &c
}

func (v *View) of(e *Edition) *View {
	c := *v
	c.Edition, c.broken = e, nil
	return &c
}

type viewKey struct{}

// With returns a context that carries a view.
func With(ctx context.Context, v *View) context.Context { return context.WithValue(ctx, viewKey{}, v) }

// From returns the view that the context carries. A caller without one is a mistake of ours, and panics.
func From(ctx context.Context) *View { return ctx.Value(viewKey{}).(*View) }

// Incarnation names the life of the database that the edition was made from.
func (e *Edition) Incarnation() string {
	incarnation, _, _ := strings.Cut(e.stamp, ".")
	return incarnation
}

// Roll is what numbers entries here: a number means the same entry in all editions of one roll.
func (e *Edition) Roll() *Roll { return e.roll }

// Version is the last content version that is visible here.
func (e *Edition) Version() int64 { return e.version }

// Warm builds the search index, which otherwise the first search does.
func (e *Edition) Warm() { e.index.base() }

// Count is how many entries of a kind the edition lists.
func (e *Edition) Count(kind content.Kind) int { return len(e.orders[defaultOrder(kind)]) }

// Size is how many entries the edition lists.
func (e *Edition) Size() int {
	size := 0
	for _, kind := range kinds {
		size += e.Count(kind)
	}
	return size
}

// lookup finds an entry of a kind by its id, its slug, or a slug that it had; nil when this edition shows none.
func (v *View) lookup(kind content.Kind, key string) *node {
	if id := content.ID(key); id.Kind() == kind {
		return v.entryNode(id)
	}
	var former *node
	for _, num := range v.roll.bySlug(kind, key) {
		n := v.standing(num)
		if n == nil || n.entry() == nil {
			continue
		}
		if n.entry().Common().Slug == key {
			return n
		}
		if former == nil && slices.Contains(n.former(), key) {
			former = n
		}
	}
	return former
}

// Entry returns the entry of an id as its own type (*Episode, *Speaker …), or nil.
func (v *View) Entry(id content.ID) Entry {
	if n := v.entryNode(id); n != nil {
		return v.wrap(n)
	}
	return nil
}

// entryNode returns the node that answers for an id, also one in the trash; nil when the edition shows none.
func (e *Edition) entryNode(id content.ID) *node {
	if num, ok := e.roll.num(id); ok {
		if n := e.standing(num); n != nil && n.entry() != nil {
			return n
		}
	}
	return nil
}

// BySlug returns the entry of a kind by id, slug or former slug, or nil.
func (v *View) BySlug(kind content.Kind, key string) Entry {
	if n := v.lookup(kind, key); n != nil {
		return v.wrap(n)
	}
	return nil
}

// Each visits every listed entry, kind by kind in the kind's default order.
func (v *View) Each(visit func(Entry)) {
	for _, kind := range content.Kinds() {
		for _, num := range v.orders[defaultOrder(kind)] {
			visit(v.wrap(v.nodes.at(num)))
		}
	}
}

// Stored is an entry as a revision has it, without merges; false for one that is not at hand.
func (e *Edition) Stored(id content.ID, number int32) (content.Entry, bool) {
	n := e.slot(id)
	if n == nil || n.record == nil {
		return nil, false
	}
	rev, ok := n.record.revision(number)
	return rev.entry, ok
}

// Newest is the number of an entry's newest revision, 0 for an id that the hub does not have.
func (e *Edition) Newest(id content.ID) int32 {
	if n := e.slot(id); n != nil && n.record != nil {
		return n.record.number
	}
	return 0
}

// Slugs are all slugs that an entry has or had.
func (e *Edition) Slugs(id content.ID) []string {
	if n := e.slot(id); n != nil && n.record != nil {
		return slices.Clone(n.record.slugs())
	}
	return nil
}

// Referrers are the listed entries that point at an id, sorted.
func (e *Edition) Referrers(id content.ID) []content.ID {
	var found []content.ID
	n := e.slot(id)
	if n == nil {
		return nil
	}
	for back := range n.backlinks {
		for _, num := range back.from {
			found = append(found, e.nodes.at(num).id())
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// Content is the entry as it is stored, as far as this edition shows it. It must not be changed; edit a content.Clone.
func (h handle) Content() content.Entry { return h.n.entry() }

// Entry is any entry as a view shows it.
type Entry interface {
	Linkable
	Common() *content.Base
	Content() content.Entry
	Revision() int32
	State() PublicationState
	PublishedAt() *time.Time
	UpdatedAt() time.Time
	Kind() content.Kind
	ReferencedBy(first *int32, after *string, last *int32, before *string) (*ReferenceConnection, error)
	IsEntry()
}

// Node is anything with an id of its own.
type Node interface {
	ID() content.ID
	IsNode()
}

// Linkable is anything that can stand in a list, a toolkit or a search hit.
type Linkable interface {
	Node
	URL() string
	Label() string
	IsLinkable()
}

// handle is the part that every entry of a view shares.
type handle struct {
	n *node
	v *View
}

// IsNode marks the interface of GraphQL.
func (handle) IsNode() {}

// IsEntry marks the interface of GraphQL.
func (handle) IsEntry() {}

// IsLinkable marks the interface of GraphQL.
func (handle) IsLinkable() {}

// ID names the entry for ever.
func (h handle) ID() content.ID { return h.n.id() }

// NumberIn is the entry's number on the roll, or -1 where it is not this very view that shows it.
func (h handle) NumberIn(v *View) int32 {
	if h.v != v {
		return -1
	}
	return h.n.num
}

// Revision is the number of the revision that is shown.
func (h handle) Revision() int32 { return h.n.revision() }

// Sequence grows with every publication of the entry, as a calendar's SEQUENCE must: the content version that brought what is
// shown.
func (h handle) Sequence() int64 {
	p, _, ok := h.n.record.publicAt(h.v.Now)
	if !ok {
		return 0
	}
	return p.version
}

// UpdatedAt is when what is shown became so.
func (h handle) UpdatedAt() time.Time { return moment(h.n.at()) }

// Site is the hub's public address without a slash at its end.
func (h handle) Site() string { return h.v.Site }

// URL is the entry's page.
func (h handle) URL() string {
	return string(h.AppendURL(make([]byte, 0, 128)))
}

// AppendURL appends URL, which needs no escapes in JSON.
func (h handle) AppendURL(b []byte) []byte {
	b = append(b, h.v.Site...)
	b = append(b, '/')
	b = append(b, Path(h.n.kind())...)
	b = append(b, '/')
	return append(b, h.n.entry().Common().Slug...)
}

// Path is the first part of the addresses of a kind.
func Path(k content.Kind) string {
	switch k {
	case content.KindSeries:
		return "series"
	case content.KindCaseStudy:
		return "case-studies"
	case content.KindListing:
		return "lists"
	default:
		return string(k) + "s"
	}
}

// PublishedAt is when the entry first became public; nil when it never was.
func (h handle) PublishedAt() *time.Time {
	for _, p := range h.n.record.public() {
		if p.revision > 0 && p.from <= h.v.Now.UnixMicro() {
			return instant(moment(p.from))
		}
	}
	return nil
}

// PublicationState says how an entry stands with the public.
type PublicationState string

// The states of publication.
const (
	StateDraft       PublicationState = "DRAFT"
	StateScheduled   PublicationState = "SCHEDULED"
	StatePublished   PublicationState = "PUBLISHED"
	StateUnpublished PublicationState = "UNPUBLISHED"
	StateTrashed     PublicationState = "TRASHED"
)

// State says how the entry stands with the public at the view's instant.
func (h handle) State() PublicationState {
	r := h.n.record
	if r.trashed {
		return StateTrashed
	}
	if _, _, ok := r.publicAt(h.v.Now); ok {
		return StatePublished
	}
	state := StateDraft
	for _, p := range r.public() {
		switch {
		case p.revision > 0 && p.from > h.v.Now.UnixMicro():
			return StateScheduled
		case p.revision > 0:
			state = StateUnpublished
		}
	}
	return state
}

// ReferencedBy lists who points at the entry.
func (h handle) ReferencedBy(first *int32, after *string, last *int32, before *string) (*ReferenceConnection, error) {
	return h.v.references(h.n, PageArgs{First: first, After: after, Last: last, Before: before})
}

// wrap gives a node its own type.
func (v *View) wrap(n *node) Entry {
	h := handle{n, v}
	switch e := n.entry().(type) {
	case *content.Series:
		return put(v, Series{e, h})
	case *content.Episode:
		return put(v, Episode{Episode: e, handle: h})
	case *content.Speaker:
		return put(v, Speaker{e, h})
	case *content.Organization:
		return put(v, Organization{e, h})
	case *content.CaseStudy:
		return put(v, CaseStudy{e, h})
	case *content.Resource:
		return put(v, Resource{e, h})
	case *content.Topic:
		return put(v, Topic{e, h})
	case *content.Toolkit:
		return put(v, Toolkit{e, h})
	case *content.Listing:
		return put(v, Listing{e, h})
	}
	return nil
}

// as returns the listed entry of an id as a T, or T's zero.
func as[T Entry](v *View, id content.ID) T {
	if n := v.find(id); n != nil {
		return v.wrap(n).(T)
	}
	var none T
	return none
}

// all returns the listed entries of ids as Ts, in order, without those that the edition does not show.
func all[T Entry](v *View, ids []content.ID) []T {
	found := some[T](v, len(ids))[:0]
	for _, id := range ids {
		if n := v.find(id); n != nil {
			found = append(found, v.wrap(n).(T))
		}
	}
	return found
}

// allLed returns the listed entries to which links lead as Ts, as all does.
func allLed[T Entry](v *View, ends []int32) []T {
	found := some[T](v, len(ends))[:0]
	for _, end := range ends {
		if n := v.follow(end); n != nil {
			found = append(found, v.wrap(n).(T))
		}
	}
	return found
}

// entries returns the entries of numbers as Ts.
func entries[T Entry](v *View, nums []int32) []T {
	found := some[T](v, len(nums))
	for i, num := range nums {
		found[i] = v.wrap(v.nodes.at(num)).(T)
	}
	return found
}

// resolve turns ids or slugs of a kind into numbers, each once; what the edition does not show is left out.
func (v *View) resolve(kind content.Kind, keys []content.ID) []int32 {
	var nums []int32
	for _, key := range keys {
		if n := v.lookup(kind, string(key)); n.isListed() && !slices.Contains(nums, n.num) {
			nums = append(nums, n.num)
		}
	}
	return nums
}

// narrower returns topics with everything below them.
func (v *View) narrower(topics []int32) []int32 {
	for i := 0; i < len(topics); i++ {
		for _, num := range v.nodes.at(topics[i]).back(content.KindTopic, "broader") {
			if !slices.Contains(topics, num) {
				topics = append(topics, num)
			}
		}
	}
	return topics
}

// regionMatch tells whether a region is one of those asked for; a country asked for takes its regions in.
func regionMatch(asked []string, region, country string) bool {
	return slices.ContainsFunc(asked, func(a string) bool {
		return a == region && region != "" || !strings.Contains(a, "-") && (a == country || strings.HasPrefix(region, a+"-"))
	})
}

// Pass says that the operation's answer is not the last word on its edition: something is still being computed.
func (v *View) Pass() { v.work.passing.Store(true) }

// IsPassing tells whether Pass was said.
func (v *View) IsPassing() bool { return v.work.passing.Load() }
