package server

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"bettertogether/internal/content"
)

// oracle knows what every edition of a storm says, from its writes alone: it asks neither an edition nor a cache.
type oracle struct {
	mu    sync.Mutex
	lives []string
	rows  []stormRow
	zones content.Zones
}

// stormRow is what one version did to an entry.
type stormRow struct {
	version int64
	slug    string
	from    time.Time
	// shown is what the public sees from then on; nil takes the entry down.
	shown      content.Entry
	isSchedule bool
	// merging is what became of the merge of a speaker: 1 begins, -1 ends it, 0 is a publication.
	merging int
	// until is the number of the life of the database in which the entry is forgotten; 0 is never.
	until int
}

// add notes rows of one write.
func (o *oracle) add(rows ...stormRow) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.rows = append(o.rows, rows...)
}

// forget notes that an entry was purged, which began the newest life.
func (o *oracle) forget(slug, tag string) {
	life, _, _ := strings.Cut(tag, ".")
	number := o.life(life)
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.rows {
		if o.rows[i].slug == slug {
			o.rows[i].until = number
		}
	}
}

// life is the number of an incarnation, in the order in which they were met.
func (o *oracle) life(incarnation string) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	at := slices.Index(o.lives, incarnation)
	if at < 0 {
		at = len(o.lives)
		o.lives = append(o.lives, incarnation)
	}
	return at
}

// named is what a tag says.
type named struct {
	life    int
	version int64
	latest  int64
	passed  int
}

func (o *oracle) read(tag string) (named, error) {
	parts := strings.Split(tag, ".")
	if len(parts) != 4 {
		return named{}, fmt.Errorf("%q is no tag", tag)
	}
	version, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return named{}, fmt.Errorf("%q is no public tag", tag)
	}
	latest, err := strconv.ParseInt(parts[2], 36, 64)
	if err != nil {
		return named{}, fmt.Errorf("%q is no tag", tag)
	}
	passed, err := strconv.Atoi(parts[3])
	if err != nil {
		return named{}, fmt.Errorf("%q is no tag", tag)
	}
	return named{o.life(parts[0]), version, latest, passed}, nil
}

// compare orders what one node says one after the other.
func (a named) compare(b named) int {
	return slices.Compare([]int64{int64(a.life), a.version, a.latest, int64(a.passed)}, []int64{int64(b.life), b.version, b.latest, int64(b.passed)})
}

// stormState is what a tag stands for.
type stormState struct {
	// at is the instant since which it holds, next the one at which it ends if nobody writes; zero is never.
	at, next time.Time
	shown    map[string]content.Entry
	// since is when each entry became public first.
	since  map[string]time.Time
	merged map[string]bool
}

// state works out what a tag stands for. All writes up to it must have been noted.
func (o *oracle) state(tag string) (*stormState, error) {
	n, err := o.read(tag)
	if err != nil {
		return nil, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	slices.SortStableFunc(o.rows, func(a, b stormRow) int { return int(a.version - b.version) })
	s := &stormState{at: time.UnixMicro(n.latest).UTC(), shown: map[string]content.Entry{}, since: map[string]time.Time{}, merged: map[string]bool{}}
	inForce := map[string][]stormRow{}
	isWrite := false
	for _, r := range o.rows {
		isWrite = isWrite || r.version == n.version
		switch {
		case r.until > 0 && n.life >= r.until, r.version > n.version:
		case r.merging != 0:
			s.merged[r.slug] = r.merging > 0
		case r.from.UnixMicro() <= n.latest:
			before := slices.DeleteFunc(inForce[r.slug], func(b stormRow) bool { return !b.from.Before(r.from) })
			inForce[r.slug] = append(before, r)
		}
	}
	var boundaries []int64
	for slug, rows := range inForce {
		for _, r := range slices.Backward(rows) {
			if r.shown != nil {
				s.since[slug] = r.from
			}
		}
		shown := rows[len(rows)-1].shown
		if shown == nil {
			continue
		}
		s.shown[slug] = shown
		if e, ok := shown.(*content.Episode); ok {
			for _, at := range e.Boundaries(o.times(e)) {
				boundaries = append(boundaries, at.UnixMicro())
			}
		}
	}
	slices.Sort(boundaries)
	begun, _ := slices.BinarySearch(boundaries, n.latest+1)
	switch {
	case !isWrite && n.life == 0:
		return nil, fmt.Errorf("version %d changed nothing public", n.version)
	case n.passed < begun || n.passed > len(boundaries):
		return nil, fmt.Errorf("%d of %d boundaries have passed, %d had when its content began", n.passed, len(boundaries), begun)
	case n.passed > begun:
		s.at = time.UnixMicro(boundaries[n.passed-1]).UTC()
	}
	if n.passed < len(boundaries) {
		s.next = time.UnixMicro(boundaries[n.passed]).UTC()
	}
	return s, nil
}

func (o *oracle) times(e *content.Episode) content.Times {
	t, err := e.When.Times(&o.zones)
	if err != nil {
		panic(err) // the storm's episodes are in UTC
	}
	return t
}

// phase is that of an episode in a state.
func (o *oracle) phase(s *stormState, e *content.Episode) content.EpisodePhase {
	return e.At(o.times(e), s.at, content.Page{}).Phase
}
