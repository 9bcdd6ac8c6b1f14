// Package generate makes content of any size for tests and benchmarks: all of it made up, with the lengths, the links and
// the uneven popularity of real content of the field. The same size gives the same bytes on every machine.
//
//   - generate.go: the sizes, and Content, which makes one entry after the other.
//   - maker.go: chance, and what later entries need to know of earlier ones.
//   - words.go, prose.go: the words of the field, and titles, names and texts made of them.
//   - one file for each noun.
//
// Tests and benchmarks of the rooms above content call it. The program never imports it, and it opens no database: who
// wants one saves what Content yields.
package generate

import (
	"iter"
	"strconv"
	"time"

	"bettertogether/internal/content"
)

// Source is whose keys the ids and the EXTERNAL identifiers of made-up entries use.
const Source = "generate"

// Size says how many entries of each kind there are. Each needs at least one of every other kind that it points at; an
// episode has AppearancesPerEpisode appearances on average. The topics are the same in every size.
type Size struct {
	Series, Episodes, Speakers, Organizations, CaseStudies, Resources, Toolkits, Listings int
}

// AppearancesPerEpisode is the mean; single episodes have one to ten.
const AppearancesPerEpisode = 4

// The bodies weigh about what those of the demo's facts weigh, kind by kind, with the appearances that a size has.

// S is the size of a hub in its first year: 60 episodes.
func S() Size {
	return Size{
		Series: 4, Episodes: 60, Speakers: 120, Organizations: 60, CaseStudies: 12, Resources: 24, Toolkits: 2, Listings: 4,
	}
}

// M is the size of a large network: 5,000 episodes with 20,000 appearances.
func M() Size {
	return Size{
		Series: 80, Episodes: 5_000, Speakers: 8_000, Organizations: 1_500, CaseStudies: 500, Resources: 1_500, Toolkits: 20,
		Listings: 60,
	}
}

// L is a size that no single network has: 200,000 episodes with 800,000 appearances.
func L() Size {
	return Size{
		Series: 2_000, Episodes: 200_000, Speakers: 150_000, Organizations: 30_000, CaseStudies: 10_000, Resources: 60_000,
		Toolkits: 200, Listings: 1_000,
	}
}

// Now is the instant around which the content lies: its episodes take place in the 15 years before and, one in fifty, in the
// four months after.
func Now() time.Time { return time.Date(2026, 9, 15, 16, 0, 0, 0, time.UTC) }

// ID is the id of the n-th entry of a kind, counted from 0.
func ID(kind content.Kind, n int) content.ID {
	return content.ImportedID(kind, Source, strconv.Itoa(n))
}

// Content yields all entries of a size with their ids. Entries point only at entries that came before, so they may be saved
// in this order, any number at a time. Each is normalized and valid, and its slug and identifiers are its own.
func Content(size Size) iter.Seq2[content.ID, content.Entry] {
	return func(yield func(content.ID, content.Entry) bool) {
		m := newMaker(size)
		for _, noun := range []struct {
			kind  content.Kind
			count int
			make  func(n int) content.Entry
		}{
			{content.KindTopic, len(topics()), m.topic},
			{content.KindOrganization, size.Organizations, m.organization},
			{content.KindSpeaker, size.Speakers, m.speaker},
			{content.KindResource, size.Resources, m.resource},
			{content.KindSeries, size.Series, m.serial},
			{content.KindEpisode, size.Episodes, m.episode},
			{content.KindCaseStudy, size.CaseStudies, m.caseStudy},
			{content.KindToolkit, size.Toolkits, m.toolkit},
			{content.KindListing, size.Listings, m.listing},
		} {
			m.taken = map[string]bool{}
			for n := range noun.count {
				entry := noun.make(n)
				m.finish(n, entry)
				if !yield(ID(noun.kind, n), entry) {
					return
				}
			}
		}
	}
}
