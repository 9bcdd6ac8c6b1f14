package network

import (
	"math"
	"slices"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Mode says what the nodes of a network are.
type Mode string

// The modes.
const (
	// Speakers joins people who appeared in the same episode.
	Speakers Mode = "SPEAKER"
	// Organizations joins organizations that people stood for in the same episode, or that are partners in a case study.
	Organizations Mode = "ORGANIZATION"
	// Bipartite joins people with the organizations that they stood for, in episodes and case studies.
	Bipartite Mode = "BIPARTITE"
)

// Weighting says how strong shared gatherings make an edge.
type Weighting string

// The weightings.
const (
	// Count makes each shared gathering one.
	Count Weighting = "COUNT"
	// Newman shares each gathering out (Newman 2001): among n nodes it adds 1/(n-1) to the edge of every pair, so that it adds 1 to
	// the strength of each of them. In a bipartite network it shares a person's 1 out among the organizations.
	Newman Weighting = "NEWMAN"
	// Recency halves a gathering's one for every HalfLife that it is older than the day of At. One without a date is taken to be ten
	// half-lives old.
	Recency Weighting = "RECENCY"
)

// HalfLife is the half-life of Recency, in days: three years.
const HalfLife = 1096

// undatedAge is how old a gathering without a date is taken to be, in half-lives.
const undatedAge = 10

// Affiliation says for whom people stand.
type Affiliation string

// The affiliations.
const (
	// AtEvent are those whom people were credited with then.
	AtEvent Affiliation = "AT_EVENT"
	// Current are those where people are on the day of At.
	Current Affiliation = "CURRENT"
)

// Filter says which network is asked for. Its zero is that of all speakers by Count.
type Filter struct {
	Mode        Mode                     `json:"mode,omitempty"`
	Weighting   Weighting                `json:"weighting,omitempty"`
	Affiliation Affiliation              `json:"affiliation,omitempty"`
	From        content.PartialDate      `json:"from,omitempty"`
	To          content.PartialDate      `json:"to,omitempty"`
	Series      []content.ID             `json:"series,omitempty"`
	Topics      []content.ID             `json:"topics,omitempty"`
	Regions     []string                 `json:"regions,omitempty"`
	Roles       []content.AppearanceRole `json:"roles,omitempty"`
	// MinWeight leaves weaker edges out.
	MinWeight float64 `json:"minWeight,omitempty"`
	// Around keeps only what is at most Steps edges from one of these entries; without any it keeps all.
	Around []content.ID `json:"around,omitempty"`
	Steps  int32        `json:"steps,omitempty"`
}

// mostSteps is how far around an entry an ego network may reach.
const mostSteps = 4

// normalize returns the filter in its one form, with what was left open filled in; entries by their ids, so that a slug that moves
// on means the same entry.
func (f Filter) normalize(v *edition.View) (Filter, error) {
	wrong := func(field, format string, args ...any) (Filter, error) {
		return f, content.Errorf(content.CodeInvalid, "filter."+field, format, args...)
	}
	if f.Mode == "" {
		f.Mode = Speakers
	}
	if f.Weighting == "" {
		f.Weighting = Count
	}
	if f.Affiliation == "" || f.Mode == Speakers {
		f.Affiliation = AtEvent
	}
	switch {
	case f.Mode != Speakers && f.Mode != Organizations && f.Mode != Bipartite:
		return wrong("mode", "%s is no mode; SPEAKER, ORGANIZATION and BIPARTITE are allowed", content.Quote(string(f.Mode)))
	case f.Weighting != Count && f.Weighting != Newman && f.Weighting != Recency:
		return wrong("weighting", "%s is no weighting; COUNT, NEWMAN and RECENCY are allowed", content.Quote(string(f.Weighting)))
	case f.Affiliation != AtEvent && f.Affiliation != Current:
		return wrong("affiliation", "%s is no affiliation; AT_EVENT and CURRENT are allowed", content.Quote(string(f.Affiliation)))
	case math.IsNaN(f.MinWeight) || f.MinWeight < 0 || math.IsInf(f.MinWeight, 0):
		return wrong("minWeight", "%g is not from 0 up", f.MinWeight)
	case f.Steps < 0 || f.Steps > mostSteps:
		return wrong("steps", "%d is not from 1 to %d", f.Steps, mostSteps)
	case len(f.Around) > 100:
		return wrong("around", "%d entries are more than 100", len(f.Around))
	}
	if len(f.Around) > 0 && f.Steps == 0 {
		f.Steps = 1
	} else if len(f.Around) == 0 {
		f.Steps = 0
	}
	f.Series, f.Topics = entries(v, f.Series, content.KindSeries), entries(v, f.Topics, content.KindTopic)
	f.Around = entries(v, f.Around, content.KindSpeaker, content.KindOrganization)
	for _, id := range f.Around {
		if v.Entry(id) == nil {
			return wrong("around", "%s is no public speaker or organization", content.Quote(string(id)))
		}
	}
	f.Regions, f.Roles = sorted(f.Regions), sorted(f.Roles)
	return f, nil
}

// gatherings says which episodes count.
func (f Filter) gatherings() edition.GatheringFilter {
	return edition.GatheringFilter{
		Series: f.Series, Topics: f.Topics, Regions: f.Regions, From: f.From, To: f.To, Roles: f.Roles, Current: f.Affiliation == Current,
	}
}

// entries turns names of entries into ids, sorted, each once. What fits no public entry stays as it is, and fits nothing.
func entries(v *edition.View, names []content.ID, kinds ...content.Kind) []content.ID {
	var found []content.ID
	for _, name := range names {
		for _, kind := range kinds {
			if num, ok := v.NumberOf(kind, string(name)); ok {
				name = v.ByNumber(num).ID()
				break
			}
		}
		found = append(found, name)
	}
	return sorted(found)
}

func sorted[T ~string](all []T) []T {
	all = slices.Clone(all)
	slices.Sort(all)
	return slices.Compact(all)
}
