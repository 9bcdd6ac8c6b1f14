package feed

import (
	"fmt"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// clauses are the parts of a sentence about a filter; %s is what stands in them.
type clauses struct {
	episodes, or, unknown, about, in, with, study, toolkit, formats, phases, regions, since, until, between, spoken, search string
	// recording and captions are for what is false and what is true.
	recording, captions [2]string
	orders              map[content.EpisodeOrder]string
	formatNames         map[content.EpisodeFormat]string
	phaseNames          map[content.EpisodePhase]string
	languages           map[string]string
}

// Sentence says in English or Spanish which episodes a list shows and in what order: "Episodes about Apprenticeship, with
// Lorain County Community College, since 2021, newest first". Entries are called by name; what the view does not show has none.
func Sentence(l *edition.EpisodeList, language string) string {
	w := InterfaceWords(language)
	s := &sentence{Words: w, view: l.View(), subject: w.clauses.episodes}
	s.of(l.Of)
	if listing, ok := l.Of.(*edition.Listing); ok {
		s.filter(listing.Filter)
	}
	s.filter(l.Refined.Filter)
	first := s.subject
	if len(s.parts) > 0 {
		first += " " + s.parts[0]
		s.parts = s.parts[1:]
	}
	return strings.Join(append(append([]string{first}, s.parts...), w.clauses.orders[l.Order]), ", ")
}

type sentence struct {
	*Words
	view    *edition.View
	subject string
	parts   []string
}

func (s *sentence) add(clause string, words ...any) {
	s.parts = append(s.parts, fmt.Sprintf(clause, words...))
}

func (s *sentence) of(e edition.Entry) {
	c := &s.clauses
	clause := ""
	switch e.(type) {
	case *edition.Series:
		clause = c.in
	case *edition.Speaker, *edition.Organization:
		clause = c.with
	case *edition.Topic:
		clause = c.about
	case *edition.CaseStudy:
		clause = c.study
	case *edition.Toolkit:
		clause = c.toolkit
	default:
		return
	}
	s.add(clause, line(e.Label()))
}

func (s *sentence) filter(f content.EpisodeFilter) {
	c := &s.clauses
	if names := s.either(named(f.Formats, func(f content.EpisodeFormat) string { return c.formatNames[f] })); names != "" {
		if s.subject == c.episodes {
			s.subject = strings.ToUpper(names[:1]) + names[1:]
		} else {
			s.add(c.formats, names)
		}
	}
	s.entries(c.about, content.KindTopic, f.Topics)
	s.entries(c.in, content.KindSeries, f.Series)
	s.entries(c.with, content.KindSpeaker, f.Speakers)
	s.entries(c.with, content.KindOrganization, f.Organizations)
	if names := s.either(named(f.Regions, line)); names != "" {
		s.add(c.regions, names)
	}
	switch {
	case f.From != "" && f.To != "":
		s.add(c.between, s.Date(f.From), s.Date(f.To))
	case f.From != "":
		s.add(c.since, s.Date(f.From))
	case f.To != "":
		s.add(c.until, s.Date(f.To))
	}
	if f.Language != "" {
		name, known := c.languages[f.Language]
		if !known {
			name = line(f.Language)
		}
		s.add(c.spoken, name)
	}
	if names := s.either(named(f.Phases, func(p content.EpisodePhase) string { return c.phaseNames[p] })); names != "" {
		s.add(c.phases, names)
	}
	s.claim(c.recording, f.HasRecording)
	s.claim(c.captions, f.HasCaptions)
	if f.Search != "" {
		s.add(c.search, line(f.Search))
	}
}

// entries says by name which entries a filter names.
func (s *sentence) entries(clause string, kind content.Kind, ids []content.ID) {
	if len(ids) == 0 {
		return
	}
	var names []string
	for _, id := range ids {
		if e := s.view.BySlug(kind, string(id)); e != nil {
			names = append(names, line(e.Label()))
		}
	}
	if len(names) == 0 {
		names = []string{s.clauses.unknown}
	}
	s.add(clause, s.either(names))
}

func (s *sentence) claim(words [2]string, claim *bool) {
	switch {
	case claim == nil:
	case *claim:
		s.parts = append(s.parts, words[1])
	default:
		s.parts = append(s.parts, words[0])
	}
}

// named are the names of what has one.
func named[T any](all []T, name func(T) string) []string {
	names := make([]string, 0, len(all))
	for _, one := range all {
		if n := name(one); n != "" {
			names = append(names, n)
		}
	}
	return names
}
