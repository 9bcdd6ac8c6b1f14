package content

import "strings"

// Speaker is a person who appears in episodes or stands behind case studies.
type Speaker struct {
	Base
	Name string `json:"name"`
	Bio  Text   `json:"bio,omitzero"`
	*SpeakerRare
	Affiliations []Affiliation `json:"affiliations,omitempty"`
}

// SpeakerRare is what is known of few speakers.
type SpeakerRare struct {
	// SortName is the name as an index has it: "Ballinger, Marcia". Empty means that it follows from Name.
	SortName string    `json:"sortName,omitzero"`
	Pronouns string    `json:"pronouns,omitzero"`
	Photo    *Image    `json:"photo,omitzero"`
	Aliases  []Alias   `json:"aliases,omitempty"`
	WebLinks []WebLink `json:"links,omitempty"`
}

// WebLink is a labelled address elsewhere.
type WebLink struct {
	Label string `json:"label,omitzero"`
	URL   string `json:"url"`
}

// SortName is the name as an index has it: "Ballinger, Marcia". Empty means that it follows from Name.
func (s *Speaker) SortName() string { return orNone(s.SpeakerRare).SortName }

// Pronouns are those that the speaker goes by.
func (s *Speaker) Pronouns() string { return orNone(s.SpeakerRare).Pronouns }

// Photo is a picture of the speaker; nil without one.
func (s *Speaker) Photo() *Image { return orNone(s.SpeakerRare).Photo }

// Aliases are other names.
func (s *Speaker) Aliases() []Alias { return orNone(s.SpeakerRare).Aliases }

// WebLinks lead to pages about the speaker elsewhere.
func (s *Speaker) WebLinks() []WebLink { return orNone(s.SpeakerRare).WebLinks }

// OwnRare is what is known of few speakers, of one that is the caller's own, to be changed.
func (s *Speaker) OwnRare() *SpeakerRare { return ownOf(&s.SpeakerRare) }

// Kind implements Entry.
func (*Speaker) Kind() Kind { return KindSpeaker }

// Label implements Entry.
func (s *Speaker) Label() string { return s.Name }

// IndexName is the name as an index has it: SortName, or the last word of Name first. Suffixes such as "Jr." stay behind.
func (s *Speaker) IndexName() string {
	if s.SortName() != "" {
		return s.SortName()
	}
	words := strings.Fields(s.Name)
	last := len(words) - 1
	for last > 0 {
		switch strings.ToLower(withoutStops.Replace(words[last])) {
		case "jr", "sr", "ii", "iii", "iv", "phd", "edd", "md":
			last--
			continue
		}
		break
	}
	if last < 1 {
		return s.Name
	}
	index := strings.TrimSuffix(words[last], ",") + ", " + strings.Join(words[:last], " ")
	if last < len(words)-1 {
		index += ", " + strings.Join(words[last+1:], " ")
	}
	return index
}

var withoutStops = strings.NewReplacer(".", "", ",", "")

// Links implements Entry.
func (s *Speaker) Links(yield func(Link)) {
	for i := range s.Affiliations {
		a := &s.Affiliations[i]
		link(yield, "affiliations", i, &a.Organization)
	}
}

// Texts implements Entry.
func (s *Speaker) Texts(yield func(Weight, string)) {
	text(yield, WeightName, s.Name)
	for _, a := range publicAliases(s.Aliases()) {
		text(yield, WeightAlias, a.Value)
	}
	text(yield, WeightSummary, s.Bio.bare())
}

// Public implements Entry.
func (s *Speaker) Public() Entry {
	aliases := publicAliases(s.Aliases())
	if !s.hasNotes() && len(aliases) == len(s.Aliases()) {
		return s
	}
	shown := *s
	shown.hideNotes()
	if len(aliases) < len(s.Aliases()) {
		shown.OwnRare().Aliases = aliases
	}
	return &shown
}

func (s *Speaker) validate(v *validator) {
	v.required("name", s.Name)
	if s.Photo() != nil {
		v.in("photo").image(*s.Photo())
	}
	v.aliases(s.Aliases())
	for i, l := range s.WebLinks() {
		v.at("links", i).required("url", l.URL)
		v.at("links", i).url("url", l.URL)
	}
	for i, a := range s.Affiliations {
		in := v.at("affiliations", i)
		in.required("organization", string(a.Organization))
		in.ref("organization", a.Organization, KindOrganization)
		in.span("from", a.From(), "to", a.To())
	}
}
