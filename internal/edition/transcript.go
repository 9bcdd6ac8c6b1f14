package edition

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"bettertogether/internal/content"
)

// Passage is a part of a transcript that can be read by itself; see content.Passages.
type Passage struct {
	content.Cue
	recording Recording
	speaker   *node
}

// Passages are the transcript in parts, in the order of time: all of it, or those that hold every word of a text as a search
// reads it. There are none without a transcript that is WebVTT.
func (r Recording) Passages(search *string) ([]Passage, error) {
	q := parseQuery(deref(search))
	if err := checkQuery("search", q.folded); err != nil {
		return nil, err
	}
	found := make([]Passage, 0)
	voices := map[string]*node{}
	for _, c := range r.cues() {
		if len(q.words) > 0 && !q.isMet(c.Text) {
			continue
		}
		who, known := voices[c.Voice]
		if !known {
			who = r.episode.voice(c.Voice)
			voices[c.Voice] = who
		}
		c.Text = r.v.text(c.Text)
		found = append(found, Passage{c, r, who})
	}
	return found, nil
}

func (r Recording) cues() []content.Cue {
	if r.Recording.Transcript() == "" {
		return nil
	}
	cues, err := content.Cues(r.Recording.Transcript())
	if err != nil {
		return nil // from before transcripts were checked
	}
	return content.Passages(cues)
}

// isMet tells whether a text holds every word of the query.
func (q query) isMet(text string) bool {
	met := make([]bool, len(q.words))
	words(text, func(w string) {
		for i, asked := range q.words {
			met[i] = met[i] || likeness(asked, w, i == len(q.words)-1) > 0
		}
	})
	return !slices.Contains(met, false)
}

// voice recognises who speaks: the one person on the bill who is credited so, is called so, or was; nil where nobody or more than
// one is.
func (e *Episode) voice(name string) *node {
	if name == "" {
		return nil
	}
	name = fold(name)
	var found *node
	for _, a := range e.Appearances(nil) {
		s := a.speaker.entry().(*content.Speaker)
		isSo := fold(a.CreditedName) == name || fold(s.Name) == name ||
			slices.ContainsFunc(s.Aliases(), func(alias content.Alias) bool {
				return alias.Visibility == content.VisibilityPublic && fold(alias.Value) == name
			})
		if isSo && found != nil && found != a.speaker {
			return nil
		}
		if isSo {
			found = a.speaker
		}
	}
	return found
}

// isUnheard tells whether an episode meets a query by the transcript of a recording alone that is not out yet.
func (v *View) isUnheard(q query, n *node) bool {
	isEmbargoed := func(r content.Recording) bool { return r.Transcript() != "" && r.PublishedAt.After(v.Now) }
	if !n.isTimed || v.preview {
		return false
	}
	e := episodeOf(n)
	if !slices.ContainsFunc(e.Recordings, isEmbargoed) {
		return false
	}
	shown := *e
	shown.Recordings = slices.DeleteFunc(slices.Clone(e.Recordings), isEmbargoed)
	var texts []string
	shown.Texts(func(_ content.Weight, text string) { texts = append(texts, text) })
	return !q.isMet(strings.Join(texts, " "))
}

// Seconds is where the passage begins, from the recording's start.
func (p Passage) Seconds() int32 { return int32(p.Start.Seconds()) }

// EndSeconds is where it ends.
func (p Passage) EndSeconds() int32 { return int32(p.End.Seconds()) }

// Speaker is who speaks, where the voice is that of somebody on the bill; nil otherwise.
func (p Passage) Speaker() *Speaker {
	if p.speaker == nil {
		return nil
	}
	return p.recording.v.wrap(p.speaker).(*Speaker)
}

// URL is the recording at the second at which the passage begins.
func (p Passage) URL() string {
	return content.At(cmp.Or(p.recording.PlayURL(), p.recording.URL), p.Seconds())
}

// Moment is the first passage of the entry's transcripts that holds all words of the search; nil where the words are met without one.
func (s SearchHit) Moment() *Passage {
	e, ok := s.v.wrap(s.h.n).(*Episode)
	if !ok || s.q.isMet(strings.Join([]string{e.Title, e.Subtitle(), e.Episode.Summary.Plain()}, " ")) {
		return nil
	}
	for _, r := range e.Recordings() {
		if found, err := r.Passages(&s.q.folded); err == nil && len(found) > 0 {
			return &found[0]
		}
	}
	return nil
}

// TranscriptPath is where the hub serves the transcript of an episode's n-th recording as a file, counted from 1.
func TranscriptPath(episode content.ID, n int) string {
	return "/transcripts/" + string(episode) + "-" + strconv.Itoa(n) + ".vtt"
}

// TranscriptURL is the address of the transcript's file; empty without a transcript.
func (r Recording) TranscriptURL() string {
	if r.Recording.Transcript() == "" {
		return ""
	}
	for i := range r.episode.Episode.Recordings {
		if &r.episode.Episode.Recordings[i] == r.Recording {
			return r.v.Site + TranscriptPath(r.episode.n.id(), i+1)
		}
	}
	return ""
}
