package content

// TopicScheme says what a topic is about (a SKOS concept scheme).
type TopicScheme string

// The schemes of topics.
const (
	TopicSubject    TopicScheme = "SUBJECT"
	TopicStrategy   TopicScheme = "STRATEGY"
	TopicAudience   TopicScheme = "AUDIENCE"
	TopicPopulation TopicScheme = "POPULATION"
	TopicIndustry   TopicScheme = "INDUSTRY"
)

func topicSchemes() []TopicScheme {
	return []TopicScheme{TopicSubject, TopicStrategy, TopicAudience, TopicPopulation, TopicIndustry}
}

// Topic is a SKOS concept. A filter by a topic takes its narrower ones in.
type Topic struct {
	Base
	Name       string      `json:"name"`
	Scheme     TopicScheme `json:"scheme"`
	Definition Text        `json:"definition,omitzero"`
	Broader    []ID        `json:"broader,omitempty"`
	Aliases    []Alias     `json:"aliases,omitempty"`
}

// Kind implements Entry.
func (*Topic) Kind() Kind { return KindTopic }

// Label implements Entry.
func (t *Topic) Label() string { return t.Name }

// Links implements Entry.
func (t *Topic) Links(yield func(Link)) { links(yield, "broader", t.Broader) }

// Texts implements Entry.
func (t *Topic) Texts(yield func(Weight, string)) {
	text(yield, WeightName, t.Name)
	for _, a := range publicAliases(t.Aliases) {
		text(yield, WeightAlias, a.Value)
	}
	text(yield, WeightSummary, t.Definition.bare())
}

// Public implements Entry.
func (t *Topic) Public() Entry {
	aliases := publicAliases(t.Aliases)
	if !t.hasNotes() && len(aliases) == len(t.Aliases) {
		return t
	}
	shown := *t
	shown.hideNotes()
	shown.Aliases = aliases
	return &shown
}

func (t *Topic) validate(v *validator) {
	v.required("name", t.Name)
	enum(v, "scheme", t.Scheme, topicSchemes())
	v.refs("broader", t.Broader, KindTopic)
	v.aliases(t.Aliases)
}
