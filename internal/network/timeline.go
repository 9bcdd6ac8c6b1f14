package network

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Step is how long a step of a timeline is.
type Step string

// The steps.
const (
	Year    Step = "YEAR"
	Quarter Step = "QUARTER"
)

// of is the step in which a date lies; empty when the date is not as exact.
func (s Step) of(d content.PartialDate) string {
	switch text := string(d); {
	case len(text) < 4, s == Quarter && len(text) < 7:
		return ""
	case s == Quarter:
		month, _ := strconv.Atoi(text[5:7]) // a stored date is valid
		return text[:4] + "-Q" + strconv.Itoa((month+2)/3)
	default:
		return text[:4]
	}
}

// Period is what a step of time added to a network.
type Period struct {
	Period                                       string
	Gatherings, Nodes, NewNodes, Edges, NewEdges int32
}

// Timeline tells what each step added, in order.
func (a *Answer) Timeline(by Step) []*Period {
	steps := map[string][]int32{}
	for i := range a.Gatherings {
		if step := by.of(a.Gatherings[i].First); step != "" {
			steps[step] = append(steps[step], int32(i))
		}
	}
	in := make([]string, len(a.Gatherings))
	for step, all := range steps {
		for _, i := range all {
			in[i] = step
		}
	}
	counts := map[string]*Period{}
	for step, all := range steps {
		counts[step] = &Period{Period: step, Gatherings: int32(len(all))}
	}
	// seen counts something once for each of its steps, and as new in the first.
	seen := func(gatherings []int32, add func(p *Period, isNew bool)) {
		var all []string
		for _, i := range gatherings {
			if in[i] != "" {
				all = append(all, in[i])
			}
		}
		slices.Sort(all)
		for n, step := range slices.Compact(all) {
			add(counts[step], n == 0)
		}
	}
	for i := range a.nodes {
		seen(a.Part(int32(i)), func(p *Period, isNew bool) {
			if p.Nodes++; isNew {
				p.NewNodes++
			}
		})
	}
	for i := range a.Graph.Edges() {
		seen(a.Proof(int32(i)), func(p *Period, isNew bool) {
			if p.Edges++; isNew {
				p.NewEdges++
			}
		})
	}
	found := []*Period{}
	for _, step := range slices.Sorted(maps.Keys(counts)) {
		found = append(found, counts[step])
	}
	return found
}

// Representation counts who is heard.
type Representation struct {
	appearances []appearance
	people      int32
}

// appearance is a person in an episode, with what sources say.
type appearance struct {
	date   content.PartialDate
	values map[Dimension][]string
}

// Dimension is what appearances are counted by.
type Dimension string

// The dimensions.
const (
	ByKind     Dimension = "ORGANIZATION_KIND"
	BySector   Dimension = "SECTOR"
	ByRegion   Dimension = "REGION"
	ByRole     Dimension = "ROLE"
	ByNewcomer Dimension = "NEWCOMER"
)

// unknown stands where no source says.
const unknown = "UNKNOWN"

// Represent counts the appearances that pass a filter.
func Represent(ctx context.Context, v *edition.View, f Filter) (*Representation, error) {
	v = v.Lasting()
	f.Mode = Organizations // so that people stand for somebody
	f, err := f.normalize(v)
	if err != nil {
		return nil, err
	}
	counts := f.gatherings()
	gatherings, err := v.Gatherings(counts)
	if err != nil {
		return nil, err
	}
	r := &Representation{}
	people := map[int32]bool{}
	debuts := map[int32]content.PartialDate{}
	for i := range gatherings {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		g := &gatherings[i]
		for _, s := range g.Standings {
			people[s.Speaker] = true
			debut, known := debuts[s.Speaker]
			if !known {
				debut = v.Debut(s.Speaker)
				debuts[s.Speaker] = debut
			}
			one := appearance{date: g.First, values: map[Dimension][]string{ByRole: v.RolesIn(counts, g.Number, s.Speaker), ByNewcomer: {"RETURNING"}}}
			switch g.First {
			case "":
				one.values[ByNewcomer] = nil
			case debut:
				one.values[ByNewcomer] = []string{"NEW"}
			}
			for _, num := range s.Organizations {
				o := v.ByNumber(num).(*edition.Organization)
				one.values[ByKind] = append(one.values[ByKind], string(o.OrganizationKind))
				one.values[BySector] = append(one.values[BySector], o.Sector())
				one.values[ByRegion] = append(one.values[ByRegion], o.Region)
			}
			r.appearances = append(r.appearances, one)
		}
	}
	r.people = int32(len(people))
	return r, nil
}

// Appearances is how many there are.
func (r *Representation) Appearances() int32 { return int32(len(r.appearances)) }

// Speakers is how many people they are of.
func (r *Representation) Speakers() int32 { return r.people }

// Share is how often a value occurs.
type Share struct {
	Value string
	Count int32
	Share float64
}

// By counts appearances by a dimension.
func (r *Representation) By(d Dimension) []*Share { return shares(r.appearances, d) }

func shares(all []appearance, d Dimension) []*Share {
	counts := map[string]int32{}
	for _, one := range all {
		values := slices.DeleteFunc(slices.Clone(one.values[d]), func(s string) bool { return s == "" })
		if len(values) == 0 {
			values = []string{unknown}
		}
		slices.Sort(values)
		for _, value := range slices.Compact(values) {
			counts[value]++
		}
	}
	found := []*Share{}
	for value, count := range counts {
		found = append(found, &Share{value, count, float64(count) / float64(len(all))})
	}
	slices.SortFunc(found, func(x, y *Share) int { return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Value, y.Value)) })
	return found
}

// RepresentationPeriod is a step of time with its shares.
type RepresentationPeriod struct {
	Period      string
	Appearances int32
	Shares      []*Share
}

// OverTime counts by steps of time, in order.
func (r *Representation) OverTime(d Dimension, by Step) []*RepresentationPeriod {
	steps := map[string][]appearance{}
	for _, one := range r.appearances {
		if step := by.of(one.date); step != "" {
			steps[step] = append(steps[step], one)
		}
	}
	found := []*RepresentationPeriod{}
	for _, step := range slices.Sorted(maps.Keys(steps)) {
		found = append(found, &RepresentationPeriod{step, int32(len(steps[step])), shares(steps[step], d)})
	}
	return found
}
