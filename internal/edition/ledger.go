package edition

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strconv"
	"time"

	"bettertogether/internal/content"
)

// Ledger keeps what the rows of the store say of each entry. It has one owner, who applies rows and makes editions of it;
// it is not safe for concurrent use.
type Ledger struct {
	roll        *Roll
	incarnation string
	version     int64
	// publicVersion is the last version that changed anything public, begun the begin of the last publication in force, of those
	// that wait for their moment by this node's clock as well. Together they say what is public: what one node has of it and
	// another has not is newer in one of the two. latest is when it became so.
	publicVersion int64
	begun         time.Time
	latest        time.Time
	at            time.Time
	records       pages[record]
	spare         []record
	// isForGood says that the records lie where what stays lies, and that the first edition is to lie there as well.
	isForGood bool
	// last is the number that was given last.
	last int32
	// over are the records that a fork has in the place of those it was made of, or beside them; nil in a ledger that is no fork.
	over        map[int32]*record
	size        int // how many records there are
	identifiers table[uint64]
	// merges are those in force, by the number of the absorbed.
	merges map[int32]merging
	// upcoming are the publications that have not begun; passed is the instant up to which Due was asked.
	upcoming []scheduled
	passed   time.Time
	// findings are the newest by their addresses. The map is replaced, never changed: editions hold it.
	findings map[string]*content.Finding
}

// seed is that of all hashes here: none leaves the process.
var seed = maphash.MakeSeed()

// identifierOf is a hash of a kind and an identifier. Whether the entry found by it has the identifier is asked of the entry.
func identifierOf(kind content.Kind, id content.Identifier) uint64 {
	type named struct {
		kind content.Kind
		id   content.Identifier
	}
	return maphash.Comparable(seed, named{kind, id})
}

// NewLedger returns a ledger without entries.
func NewLedger() *Ledger {
	return &Ledger{roll: newRoll(), records: pagesOf[record](nil)}
}

// record is what is known of an entry.
func (l *Ledger) record(num int32) *record {
	if r, ok := l.over[num]; ok {
		return r
	}
	return l.records.at(num)
}

func (l *Ledger) put(num int32, r *record) {
	if l.over != nil {
		l.over[num] = r
	} else {
		l.records = l.records.grow(int(num) + 1)
		l.records.set(num, r)
	}
	l.size = max(l.size, int(num)+1)
}

// Fork returns a ledger that takes rows in without touching l, to see what would come of them. It knows no identifiers, and is of
// use until l takes rows in.
func (l *Ledger) Fork() *Ledger {
	f := *l
	if f.over = maps.Clone(l.over); f.over == nil {
		f.over = map[int32]*record{}
	}
	f.roll, f.spare, f.isForGood = l.roll.fork(), nil, false
	f.identifiers, f.merges, f.upcoming = table[uint64]{}, maps.Clone(l.merges), slices.Clone(l.upcoming)
	return &f
}

// Join makes what a fork took in l's own, with the editions that were made of the fork: all is then as if l had taken the rows in
// and made them. The fork is one of l, which has taken nothing in since, and is of no use any more; its editions have no readers yet.
func (l *Ledger) Join(f *Ledger, made ...*Edition) {
	nums := slices.Sorted(maps.Keys(f.over))
	for _, num := range nums {
		if int(num) < l.records.len() {
			l.disown(l.records.at(num))
		}
		l.put(num, f.over[num])
	}
	for _, num := range nums {
		l.own(l.records.at(num))
	}
	l.roll.join(f.roll)
	for _, e := range made {
		if e.roll == f.roll {
			e.roll = l.roll
		}
	}
	l.incarnation, l.version, l.at = f.incarnation, f.version, f.at
	l.publicVersion, l.begun, l.latest = f.publicVersion, f.begun, f.latest
	l.merges, l.upcoming, l.passed, l.findings = f.merges, f.upcoming, f.passed, f.findings
}

// Version is the last content version that was applied.
func (l *Ledger) Version() int64 { return l.version }

// Incarnation names the database's life; it changes when the hub was restored or somebody was purged.
func (l *Ledger) Incarnation() string { return l.incarnation }

// At is the instant of the last version.
func (l *Ledger) At() time.Time { return l.at }

// visible is the last version that an edition of the mode shows anything of.
func (l *Ledger) visible(mode Mode) int64 {
	if mode == Preview {
		return l.version
	}
	return l.publicVersion
}

// stamp names the content for an edition's tag.
func (l *Ledger) stamp(mode Mode) string {
	begun := int64(0)
	if !l.begun.IsZero() {
		begun = l.begun.UnixMicro()
	}
	return fmt.Sprintf("%s.%s%d.%s", l.incarnation, map[Mode]string{Preview: "p"}[mode], l.visible(mode), strconv.FormatInt(begun, 36))
}

// Changes say which entries differ from the edition before, by number, and whether the public can see any of it.
type Changes struct {
	Entries  []int32
	IsPublic bool
}

// Apply takes rows in at an instant. Rows at or before the ledger's version are passed over.
func (l *Ledger) Apply(rows content.Rows, now time.Time) Changes {
	var c Changes
	isFirst := l.version == 0
	if isFirst && l.over == nil {
		l.prepare(len(rows.Revisions))
	}
	fresh := map[int32]*record{}
	edit := func(id content.ID) *record {
		num := l.number(id)
		if isFirst { // no edition holds it yet
			return l.record(num)
		}
		r := fresh[num]
		if r == nil {
			r = l.record(num).edit()
			fresh[num] = r
		}
		return r
	}
	since := l.version
	for _, rev := range rows.Revisions {
		r := edit(rev.ID)
		known := revision{rev.Entry, rev.At.UnixMicro(), rev.Version, rev.Number}
		if rev.Number > r.number {
			if r.entry() != nil {
				r.keepShown(r.draft())
			}
			l.adopt(r, known)
		} else if rev.Number < r.number {
			r.keepShown(known)
		}
	}
	for _, s := range rows.Slugs {
		r := edit(s.ID)
		slug := r.slug(s.Slug)
		r.claim(slug)
		l.roll.claim(s.Kind, slug, r.num)
	}
	for _, p := range rows.Publications {
		if p.Version <= since {
			continue
		}
		r := edit(p.ID)
		known := publication{r.slug(p.Slug), p.From.UnixMicro(), p.Version, p.Revision, p.From.After(p.At)}
		r.publish(known)
		if !known.isSchedule {
			l.publicVersion, c.IsPublic = max(l.publicVersion, p.Version), true
		}
	}
	for _, t := range rows.Trashings {
		if t.Version <= since {
			continue
		}
		r := edit(t.ID)
		r.trashed = t.Trashed
		if r.published() != 0 && r.published() < t.Version {
			l.publicVersion, c.IsPublic = max(l.publicVersion, t.Version), true
			l.changed(t.At)
		}
	}
	for _, m := range rows.Mergings {
		if m.Version <= since {
			continue
		}
		r := edit(m.Absorbed)
		if m.Survivor != "" {
			edit(m.Survivor)
		}
		l.merge(m)
		if l.concernsPublic(r.num, m.Version, fresh) {
			l.publicVersion, c.IsPublic = max(l.publicVersion, m.Version), true
			l.changed(m.At)
		}
	}
	c.IsPublic = l.find(rows, since) || c.IsPublic
	for num, r := range fresh {
		l.put(num, r)
		c.Entries = append(c.Entries, num)
	}
	if isFirst {
		for num := range int32(l.size) {
			c.Entries = append(c.Entries, num)
		}
	}
	slices.Sort(c.Entries)
	for _, num := range c.Entries {
		l.record(num).keep()
	}
	if l.isForGood = isFirst && rows.AreForGood; l.isForGood {
		l.settle()
	}
	l.incarnation, l.version = rows.Incarnation, max(l.version, rows.Version)
	if rows.At.After(l.at) {
		l.at = rows.At
	}
	c.IsPublic = l.schedule(c.Entries, since, now) || c.IsPublic
	l.roll.settle()
	return c
}

// adopt makes a revision the newest of its entry.
func (l *Ledger) adopt(r *record, rev revision) {
	l.disown(r)
	for _, alias := range aliases(rev.entry) {
		if alias.Visibility == content.VisibilityRedirect {
			l.roll.claim(r.id().Kind(), content.Slugify(alias.Value), r.num)
		}
	}
	r.setDraft(rev)
	l.own(r)
}

// own notes whose the identifiers of a newest revision are.
func (l *Ledger) own(r *record) {
	if r.entry() == nil {
		return
	}
	for _, id := range r.entry().Common().Identifiers() {
		l.identifiers.put(identifierOf(r.id().Kind(), id), r.num)
	}
}

// disown forgets it, but for those that another entry has taken over.
func (l *Ledger) disown(r *record) {
	if r.entry() == nil {
		return
	}
	for _, id := range r.entry().Common().Identifiers() {
		key := identifierOf(r.id().Kind(), id)
		if owner, ok := l.identifiers.get(key); ok && owner == r.num {
			l.identifiers.drop(key)
		}
	}
}

// prepare makes room for the first rows.
func (l *Ledger) prepare(entries int) {
	l.spare = make([]record, entries)
	const formerly = 16 // of so many entries one has had another slug
	l.roll.nums = newTable[uint64](entries)
	l.roll.slugs = newTable[uint32](entries + entries/formerly)
}

// newRecord takes a record of those that were made together, as long as there are any.
func (l *Ledger) newRecord() *record {
	if len(l.spare) == 0 {
		return new(record)
	}
	r := &l.spare[0]
	l.spare = l.spare[1:]
	return r
}

// number gives an id its number, a new one if it is new. The rows of a start mostly come in one order of entries: then the
// number is likely to be that after the last one.
func (l *Ledger) number(id content.ID) int32 {
	if l.last++; int(l.last) < l.records.len() && l.records.at(l.last).id() == id {
		return l.last
	}
	hash := idOf(id)
	if num, ok := l.roll.numOf(hash); ok {
		if l.record(num).id() != id {
			panic("edition: two ids have one hash: " + string(id)) // at 10^6 ids once in 10^7 starts, and the next one has another seed
		}
		l.last = num
		return num
	}
	num := int32(l.size)
	r := l.newRecord()
	r.num, r.called, r.rank = num, content.HoldID(id), rankOf(id.Kind())
	l.put(num, r)
	l.roll.mu.Lock()
	l.roll.nums.put(hash, num)
	l.roll.mu.Unlock()
	l.last = num
	return num
}

// schedule brings the list of coming publications up to date for the changed entries, in the order of numbers. What begins later by this node's clock
// waits, also what another node with a faster clock published at once. It tells whether a schedule has come due meanwhile: one that
// was known, or one that became known too late, after the version since.
func (l *Ledger) schedule(changed []int32, since int64, now time.Time) (due bool) {
	l.upcoming = slices.DeleteFunc(l.upcoming, func(p scheduled) bool {
		_, again := slices.BinarySearch(changed, p.num)
		return again
	})
	for _, num := range changed {
		for _, p := range l.record(num).public() {
			if p.from > now.UnixMicro() {
				l.upcoming = append(l.upcoming, scheduled{num, p.from, p.version})
				continue
			}
			due = due || p.isSchedule && (p.version > since || moment(p.from).After(l.passed))
			l.begins(p.from, p.version)
		}
	}
	slices.SortFunc(l.upcoming, func(a, b scheduled) int { return cmp.Compare(a.from, b.from) })
	return due
}

// begins notes that a publication of a version is in force since an instant.
func (l *Ledger) begins(from, version int64) {
	l.publicVersion = max(l.publicVersion, version)
	if at := moment(from); at.After(l.begun) {
		l.begun = at
	}
	l.changed(moment(from))
}

// changed notes that something public is so since an instant.
func (l *Ledger) changed(at time.Time) {
	if at.After(l.latest) {
		l.latest = at
	}
}

// Since is when what the public sees last changed by a publication, the trash or a merge; zero when nothing is public.
func (l *Ledger) Since() time.Time { return l.latest }

// Begun is when anything last changed for anybody, by a write or by a schedule.
func (l *Ledger) Begun() time.Time {
	if l.at.After(l.latest) {
		return l.at
	}
	return l.latest
}

// NextDue is the instant at which the next scheduled publication begins; zero when there is none.
func (l *Ledger) NextDue() time.Time {
	if len(l.upcoming) == 0 {
		return time.Time{}
	}
	return moment(l.upcoming[0].from)
}

// Due takes the scheduled publications that have begun by now and adds their entries to changes.
func (l *Ledger) Due(c Changes, now time.Time) Changes {
	if now.After(l.passed) {
		l.passed = now
	}
	for len(l.upcoming) > 0 && l.upcoming[0].from <= now.UnixMicro() {
		c.Entries, c.IsPublic = append(c.Entries, l.upcoming[0].num), true
		l.begins(l.upcoming[0].from, l.upcoming[0].version)
		l.upcoming = l.upcoming[1:]
	}
	slices.Sort(c.Entries)
	c.Entries = slices.Compact(c.Entries)
	return c
}

// Moved are the numbers of the entries that an edition must show anew for one entry at another instant.
func (l *Ledger) Moved(id content.ID) []int32 {
	if num, ok := l.roll.num(id); ok {
		return []int32{num}
	}
	return nil
}

// Draft returns the newest revision of an entry, and false for an id that the hub does not know.
func (l *Ledger) Draft(id content.ID) (content.Revision, bool) {
	num, ok := l.roll.num(id)
	if !ok || l.record(num).entry() == nil {
		return content.Revision{}, false
	}
	return l.record(num).whole(l.record(num).draft()), true
}

// PublicAt returns the revision that is public at an instant; false when none is.
func (l *Ledger) PublicAt(id content.ID, now time.Time) (content.Revision, bool) {
	num, ok := l.roll.num(id)
	if !ok {
		return content.Revision{}, false
	}
	_, rev, ok := l.record(num).publicAt(now)
	return l.record(num).whole(rev), ok
}

// IsScheduled tells whether a publication of an entry begins after an instant.
func (l *Ledger) IsScheduled(id content.ID, now time.Time) bool {
	num, ok := l.roll.num(id)
	if !ok {
		return false
	}
	all := l.record(num).public()
	return len(all) > 0 && all[len(all)-1].from > now.UnixMicro()
}

// WasPublished tells whether an entry was ever published, or is to be.
func (l *Ledger) WasPublished(id content.ID) bool {
	num, ok := l.roll.num(id)
	return ok && l.record(num).published() > 0
}

// IsTrashed tells whether an entry is in the trash.
func (l *Ledger) IsTrashed(id content.ID) bool {
	num, ok := l.roll.num(id)
	return ok && l.record(num).trashed
}

// ByIdentifier returns the entry of a kind whose newest revision carries an identifier.
func (l *Ledger) ByIdentifier(kind content.Kind, id content.Identifier) (content.ID, bool) {
	owner, ok := l.identifiers.get(identifierOf(kind, id))
	if !ok || !slices.Contains(l.record(owner).entry().Common().Identifiers(), id) {
		return "", false
	}
	return l.record(owner).id(), true
}

// SlugOwner returns the entry that owns a slug of a kind, now or formerly.
func (l *Ledger) SlugOwner(kind content.Kind, slug string) (content.ID, bool) {
	for _, num := range l.roll.bySlug(kind, slug) {
		if r := l.record(num); slices.Contains(r.slugs(), slug) {
			return r.id(), true
		}
	}
	return "", false
}
