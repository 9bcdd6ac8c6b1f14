package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"bettertogether/internal/content"
)

// Check is what a reading of all rows found.
type Check struct {
	Version     int64
	Incarnation string
	// Counts are the rows of each table.
	Counts map[string]int
	// Wrong has one sentence for each thing that is wrong, in the order of the tables.
	Wrong []string
	// IsReadable says that every body could be decoded.
	IsReadable bool
}

// StartAction is the action of the batch with version 0: a hub that was filled without its history has one. Up to its instant
// versions and numbers of revisions may be missing.
const StartAction = "start"

// Verify reads all of the history and says what is wrong with it: with the numbers, with the bodies, and with what is derived
// of the newest bodies. It holds keys and the newest bodies in memory.
func (n *Snapshot) Verify(ctx context.Context) (Check, error) {
	v := &verifier{
		Check:   Check{Counts: map[string]int{}, IsReadable: true},
		batches: map[int64]int64{}, batchIDs: map[string]int64{}, kinds: map[content.ID]content.Kind{}, slugs: map[slugName]content.ID{},
		revisions: map[revisionName]revisionFacts{}, newest: map[content.ID]int64{}, entrySlugs: map[slugName][]content.ID{},
		edges: map[edgeRow]bool{}, identifiers: map[identifierName]content.ID{}, bodies: map[content.ID]content.Entry{},
	}
	tables := map[string]Table{}
	for _, t := range append(History(), others()...) {
		tables[t.Name] = t
	}
	if err := n.tx.QueryRowxContext(ctx, `select counter, incarnation from version`).Scan(&v.Version, &v.Incarnation); err != nil {
		return v.Check, fmt.Errorf("read the version: %w", err)
	}
	err := n.tx.QueryRowxContext(ctx, n.tx.Rebind(`
		select coalesce(max(at), 0)
		from batch
		where version = 0 and action = ?`), StartAction).Scan(&v.start)
	if err != nil {
		return v.Check, fmt.Errorf("read the start: %w", err)
	}
	for _, step := range []struct {
		table string
		take  func(row []any)
		after func()
	}{
		{"batch", v.batch, v.lastBatch},
		{"entry", v.entry, nil},
		{"slug", v.slug, nil},
		{"revision", v.revision, v.lastRevisions},
		{"publication", v.publication, nil},
		{"trash", v.trash, nil},
		{"merge", v.merge, nil},
		{"finding", v.finding, nil},
		{"edge", v.edge, v.lastEdges},
		{"identifier", v.identifier, v.lastIdentifiers},
	} {
		err := n.rows(ctx, tables[step.table], step.table, nil, func(row []any) error {
			v.Counts[step.table]++
			step.take(row)
			return nil
		})
		if err != nil {
			return v.Check, err
		}
		if step.after != nil {
			step.after()
		}
	}
	return v.Check, nil
}

type (
	slugName struct {
		kind content.Kind
		slug string
	}
	revisionName struct {
		entry  content.ID
		number int64
	}
	revisionFacts struct {
		version int64
		slug    string
	}
	edgeRow struct {
		source   content.ID
		field    string
		position int64
		target   content.ID
	}
	identifierName struct {
		kind content.Kind
		content.Identifier
	}
)

// verifier remembers the keys of the tables that it has read.
type verifier struct {
	Check
	zones content.Zones
	// start is the instant up to which a hub without history has gaps; 0 in a whole one.
	start       int64
	lastVersion int64
	lastAt      int64
	// batches are the instants of versions, newest the last revision of each entry, entrySlugs who uses a slug now.
	batches    map[int64]int64
	batchIDs   map[string]int64
	kinds      map[content.ID]content.Kind
	slugs      map[slugName]content.ID
	revisions  map[revisionName]revisionFacts
	newest     map[content.ID]int64
	entrySlugs map[slugName][]content.ID
	// edges and identifiers are those of the newest bodies; what the tables have is taken out.
	edges       map[edgeRow]bool
	identifiers map[identifierName]content.ID
	// bodies are the newest so far.
	bodies map[content.ID]content.Entry
}

func (v *verifier) wrong(format string, args ...any) {
	v.Wrong = append(v.Wrong, fmt.Sprintf(format, args...))
}

func instantText(us int64) string { return fromMicros(us).Format(time.RFC3339Nano) }

func (v *verifier) batch(row []any) {
	version, id, at := row[0].(int64), row[1].(string), row[5].(int64)
	v.batches[version] = at
	if version == 0 && row[3] == StartAction {
		return
	}
	if version < 1 {
		v.wrong("version %d: versions begin with 1", version)
	}
	if other, twice := v.batchIDs[id]; twice {
		v.wrong("version %d has the batch id %s of version %d", version, id, other)
	}
	v.batchIDs[id] = version
	if at > v.start {
		v.missing(v.lastVersion+1, version)
	}
	if v.lastAt >= at && v.lastVersion > 0 {
		v.wrong("version %d was written at %s, which is not after version %d, written at %s", version, instantText(at), v.lastVersion, instantText(v.lastAt))
	}
	v.lastVersion, v.lastAt = version, at
}

// missing tells a gap in the versions.
func (v *verifier) missing(from, to int64) {
	switch {
	case to-from == 1:
		v.wrong("version %d is missing", from)
	case to-from > 1:
		v.wrong("versions %d to %d are missing", from, to-1)
	}
}

func (v *verifier) lastBatch() {
	if v.lastVersion > v.Version {
		v.wrong("the counter is %d, but there are versions up to %d", v.Version, v.lastVersion)
	} else {
		v.missing(v.lastVersion+1, v.Version+1)
	}
}

// knows tells whether a row's version and entry exist.
func (v *verifier) knows(what string, id content.ID, version int64) bool {
	if _, ok := v.batches[version]; !ok || version < 1 {
		v.wrong("%s: its version %d is missing", what, version)
		return false
	}
	if _, ok := v.kinds[id]; !ok {
		v.wrong("%s: the entry %s is missing", what, id)
		return false
	}
	return true
}

func (v *verifier) entry(row []any) {
	id, kind := content.ID(row[0].(string)), content.Kind(row[1].(string))
	v.kinds[id] = kind
	if id.Kind() == "" || id.Kind() != kind {
		v.wrong("entry %s: its id is none of the kind %s", id, kind)
	}
}

func (v *verifier) slug(row []any) {
	name, id := slugName{content.Kind(row[0].(string)), row[1].(string)}, content.ID(row[2].(string))
	v.slugs[name] = id
	what := fmt.Sprintf("the slug %s of the kind %s", name.slug, name.kind)
	if v.knows(what, id, row[3].(int64)) && v.kinds[id] != name.kind {
		v.wrong("%s belongs to %s, which is of the kind %s", what, id, v.kinds[id])
	}
}

// revision takes the revisions by version, and so those of one entry by number.
func (v *verifier) revision(row []any) {
	id, number, version := content.ID(row[0].(string)), row[1].(int64), row[2].(int64)
	what := fmt.Sprintf("%s revision %d", id, number)
	isKnown := v.knows(what, id, version)
	if before := v.newest[id]; number != before+1 {
		switch {
		case number <= before:
			v.wrong("%s: it has a newer version than revision %d", what, before)
		case v.batches[version] > v.start && number == before+2:
			v.wrong("%s: revision %d is missing before it", what, number-1)
		case v.batches[version] > v.start:
			v.wrong("%s: revisions %d to %d are missing before it", what, before+1, number-1)
		}
	}
	v.newest[id] = max(v.newest[id], number)
	facts := revisionFacts{version: version}
	if isKnown {
		facts.slug = v.body(what, id, row)
	}
	v.revisions[revisionName{id, number}] = facts
}

// body checks a body and remembers it if it is the newest; it returns the slug.
func (v *verifier) body(what string, id content.ID, row []any) string {
	shape, body := row[3].(int64), row[4].(string)
	entry, err := content.Decode(v.kinds[id], int(shape), []byte(body))
	if err != nil {
		v.IsReadable = false
		v.wrong("%s: %v", what, err)
		return ""
	}
	if shape == content.Shape && !content.SaysAllOf(entry, body) {
		v.wrong("%s: its body is not as this program writes it", what)
	}
	for _, e := range content.Validate(entry, &v.zones) {
		v.wrong("%s: %v", what, e)
	}
	slug := entry.Common().Slug
	switch owner, taken := v.slugs[slugName{v.kinds[id], slug}]; {
	case !taken:
		v.wrong("%s: its slug %s belongs to nobody", what, slug)
	case owner != id:
		v.wrong("%s: its slug %s belongs to %s", what, slug, owner)
	}
	if row[1] == v.newest[id] {
		v.bodies[id] = entry
	}
	return slug
}

// lastRevisions draws from the newest bodies what edges, identifiers and slugs must be.
func (v *verifier) lastRevisions() {
	for _, id := range slices.Sorted(maps.Keys(v.kinds)) {
		entry := v.bodies[id]
		if entry == nil {
			if v.newest[id] == 0 {
				v.wrong("entry %s has no revision", id)
			}
			continue
		}
		name := slugName{v.kinds[id], entry.Common().Slug}
		v.entrySlugs[name] = append(v.entrySlugs[name], id)
		if all := v.entrySlugs[name]; len(all) > 1 {
			v.wrong("entries %s and %s both have the slug %s", all[0], id, name.slug)
		}
		entry.Links(func(l content.Link) {
			v.edges[edgeRow{id, l.Field, int64(l.Position), l.To}] = true
			switch kind, ok := v.kinds[l.To]; {
			case !ok:
				v.wrong("%s revision %d: %s.%d leads to %s, which is no entry", id, v.newest[id], l.Field, l.Position, l.To)
			case kind != l.To.Kind():
				v.wrong("%s revision %d: %s.%d leads to %s, which is of the kind %s", id, v.newest[id], l.Field, l.Position, l.To, kind)
			}
		})
		for _, i := range entry.Common().Identifiers() {
			key := identifierName{v.kinds[id], i}
			if other, twice := v.identifiers[key]; twice {
				v.wrong("entries %s and %s both have the identifier %s %s", other, id, i.Scheme, i.Value)
				continue
			}
			v.identifiers[key] = id
		}
	}
	v.bodies = nil
}

func (v *verifier) publication(row []any) {
	id, version := content.ID(row[0].(string)), row[1].(int64)
	what := fmt.Sprintf("the publication of %s at version %d", id, version)
	if !v.knows(what, id, version) || row[3] == nil {
		return
	}
	number, slug := row[3].(int64), row[4].(string)
	facts, ok := v.revisions[revisionName{id, number}]
	switch {
	case !ok:
		v.wrong("%s names revision %d, which is missing", what, number)
	case facts.version > version:
		v.wrong("%s names revision %d, which came later, at version %d", what, number, facts.version)
	case facts.slug != slug:
		v.wrong("%s has the slug %s, but revision %d has %s", what, slug, number, facts.slug)
	}
}

func (v *verifier) trash(row []any) {
	id, version := content.ID(row[0].(string)), row[1].(int64)
	v.knows(fmt.Sprintf("the trash of %s at version %d", id, version), id, version)
}

func (v *verifier) merge(row []any) {
	id, version := content.ID(row[0].(string)), row[1].(int64)
	what := fmt.Sprintf("the merge of %s at version %d", id, version)
	if !v.knows(what, id, version) || row[2] == nil {
		return
	}
	survivor := content.ID(row[2].(string))
	if v.knows(what, survivor, version) && v.kinds[survivor] != v.kinds[id] {
		v.wrong("%s: %s is of another kind", what, survivor)
	}
}

func (v *verifier) finding(row []any) {
	url, version, state := row[0].(string), row[1].(int64), content.LinkState(row[3].(string))
	what := fmt.Sprintf("the finding of %s at version %d", content.Quote(url), version)
	if _, ok := v.batches[version]; !ok || version < 1 {
		v.wrong("%s: its version is missing", what)
	}
	if !slices.Contains(content.LinkStates(), state) {
		v.wrong("%s: %s is no state", what, content.Quote(string(state)))
	}
	if picture := row[10].(string); picture != "" && !content.IsPicturePath(content.PicturePrefix+picture) {
		v.wrong("%s: %s is no picture", what, content.Quote(picture))
	}
}

func (v *verifier) edge(row []any) {
	e := edgeRow{content.ID(row[0].(string)), row[1].(string), row[2].(int64), content.ID(row[3].(string))}
	if !v.edges[e] {
		v.wrong("the edge %s %s.%d to %s is not in the newest body", e.source, e.field, e.position, e.target)
	}
	delete(v.edges, e)
}

func (v *verifier) lastEdges() {
	var left []string
	for e := range v.edges {
		left = append(left, fmt.Sprintf("the edge %s %s.%d to %s of the newest body is missing", e.source, e.field, e.position, e.target))
	}
	slices.Sort(left)
	v.Wrong = append(v.Wrong, left...)
}

func (v *verifier) identifier(row []any) {
	i := content.Identifier{Scheme: content.IdentifierScheme(row[1].(string)), Source: row[2].(string), Value: row[3].(string)}
	key, id := identifierName{content.Kind(row[0].(string)), i}, content.ID(row[4].(string))
	if v.identifiers[key] != id {
		v.wrong("the identifier %s %s of %s is not in the newest body", i.Scheme, i.Value, id)
		return
	}
	delete(v.identifiers, key)
}

func (v *verifier) lastIdentifiers() {
	var left []string
	for key, id := range v.identifiers {
		left = append(left, fmt.Sprintf("the identifier %s %s of the newest body of %s is missing", key.Scheme, key.Value, id))
	}
	slices.Sort(left)
	v.Wrong = append(v.Wrong, left...)
}
