package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/feed"
)

// heard is what a question was told of a tag.
type heard struct {
	question, tag string
	status        int
	body          []byte
	// lengths are those of the bodies, by encoding.
	lengths  map[string]int
	about    string
	isWhole  bool
	isDraft  bool
	titles   map[string]string
	phases   map[string]content.EpisodePhase
	since    map[string]time.Time
	edition  string
	speakers []string
}

var (
	stormTitle = regexp.MustCompile(`Storm ([a-z]+[0-9]) count ([0-9]+)`)
	stormPhase = regexp.MustCompile(`(?s)Storm ([a-z]+[0-9]) count [0-9]+</(?:a|bdi|h1|span)>.*?<span class="phase">([^<]*)</span>`)
)

// hear takes from an answer what the oracle knows better.
func (t *heard) hear(a *stormAnswer, body []byte) error {
	t.isDraft = bytes.Contains(body, []byte("DRAFT"))
	t.titles, t.phases, t.since = map[string]string{}, map[string]content.EpisodePhase{}, map[string]time.Time{}
	for _, m := range stormTitle.FindAllSubmatch(body, -1) {
		slug, title := "storm-"+string(m[1]), string(m[0])
		if before, twice := t.titles[slug]; twice && before != title {
			return fmt.Errorf("%q beside %q", title, before)
		}
		t.titles[slug] = title
	}
	type node struct {
		Title       string
		Phase       content.EpisodePhase
		PublishedAt time.Time
	}
	hear := func(nodes []node) {
		for _, n := range nodes {
			if m := stormTitle.FindStringSubmatch(n.Title); m != nil {
				t.phases["storm-"+m[1]] = n.Phase
				if !n.PublishedAt.IsZero() {
					t.since["storm-"+m[1]] = n.PublishedAt
				}
			}
		}
	}
	switch {
	case t.status != http.StatusOK:
	case strings.HasPrefix(a.path, "/graphql"):
		var said struct {
			Data struct {
				Hub      struct{ Edition string }
				Episodes struct{ Nodes []node }
				Speakers struct{ Nodes []struct{ Name string } }
			}
			Errors []any
		}
		if err := json.Unmarshal(body, &said); err != nil || len(said.Errors) > 0 {
			return fmt.Errorf("no answer: %w", err)
		}
		hear(said.Data.Episodes.Nodes)
		t.edition = said.Data.Hub.Edition
		for _, s := range said.Data.Speakers.Nodes {
			t.speakers = append(t.speakers, s.Name)
		}
		for _, n := range said.Data.Episodes.Nodes {
			if t.isWhole && n.PublishedAt.IsZero() {
				return fmt.Errorf("%q was never published", n.Title)
			}
		}
	case strings.Contains(a.path, ".json?"):
		var said struct{ Episodes []node }
		if err := json.Unmarshal(body, &said); err != nil {
			return err
		}
		hear(said.Episodes)
	case strings.Contains(a.path, ".html?"):
		labels := map[string]content.EpisodePhase{}
		for _, p := range []content.EpisodePhase{content.PhaseAnnounced, content.PhaseRegistrationOpen, content.PhaseRegistrationClosed, content.PhaseStartingSoon, content.PhaseLive, content.PhaseRecordingPending, content.PhaseOnDemand, content.PhaseEnded} {
			labels[feed.InterfaceWords("en").Phase(p)] = p
		}
		for _, m := range stormPhase.FindAllSubmatch(body, -1) {
			t.phases["storm-"+string(m[1])] = labels[string(m[2])]
		}
		if len(t.phases) == 0 {
			return fmt.Errorf("no phases")
		}
	}
	return nil
}

// wrong lists what the oracle says against it.
func (t *heard) wrong(o *oracle, s *stormState) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if t.isDraft {
		say("a draft")
	}
	if t.edition != "" && t.edition != t.tag {
		say("the body says %s", t.edition)
	}
	status := http.StatusOK
	if t.about != "" && s.shown[t.about] == nil {
		status = http.StatusNotFound
		if _, was := s.since[t.about]; was {
			status = http.StatusGone
		}
	}
	if s.merged[t.about] {
		status = http.StatusMovedPermanently
	}
	if t.status != status {
		say("status %d, want %d", t.status, status)
	}
	for slug, title := range t.titles {
		if e := s.shown[slug]; e == nil || e.Label() != title {
			want := "nothing"
			if e != nil {
				want = e.Label()
			}
			say("%q, want %q", title, want)
		}
	}
	for slug, phase := range t.phases {
		if e, ok := s.shown[slug].(*content.Episode); ok && o.phase(s, e) != phase {
			say("%s is %s since %s, want %s", slug, phase, s.at, o.phase(s, e))
		}
	}
	for slug, at := range t.since {
		if !at.Equal(s.since[slug]) {
			say("%s is public since %s, want %s", slug, at, s.since[slug])
		}
	}
	var speakers []string
	for slug, e := range s.shown {
		switch e := e.(type) {
		case *content.Episode:
			if t.isWhole && t.titles[slug] == "" {
				say("%s is not there", slug)
			}
		case *content.Speaker:
			if !s.merged[slug] {
				speakers = append(speakers, e.Name)
			}
		}
	}
	if t.speakers != nil {
		slices.Sort(speakers)
		slices.Sort(t.speakers)
		if !slices.Equal(speakers, t.speakers) {
			say("the speakers are %s, want %s", t.speakers, speakers)
		}
	}
	return all
}
