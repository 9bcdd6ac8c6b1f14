package content

// SeriesKind says what a series is made of.
type SeriesKind string

// The kinds of series.
const (
	SeriesWebinar    SeriesKind = "WEBINAR"
	SeriesPodcast    SeriesKind = "PODCAST"
	SeriesConference SeriesKind = "CONFERENCE"
	SeriesEvents     SeriesKind = "EVENT_SERIES"
	SeriesWorkshop   SeriesKind = "WORKSHOP"
)

func seriesKinds() []SeriesKind {
	return []SeriesKind{SeriesWebinar, SeriesPodcast, SeriesConference, SeriesEvents, SeriesWorkshop}
}

// Series is a run of episodes under one name: schema.org EventSeries, the channel of an RSS feed.
type Series struct {
	Base
	Title      string     `json:"title"`
	Tagline    string     `json:"tagline,omitzero"`
	Summary    Text       `json:"summary,omitzero"`
	SeriesKind SeriesKind `json:"kind"`
	Organizers []ID       `json:"organizers,omitempty"`
	Language   string     `json:"language,omitzero"`
	// FeedGUID names the series' feed for ever (podcast:guid, a UUIDv5); once given it does not change.
	FeedGUID  string      `json:"feedGuid,omitzero"`
	StartDate PartialDate `json:"startDate,omitzero"`
	EndDate   PartialDate `json:"endDate,omitzero"`
	// Frequency is how often episodes come, in words: "every other Monday".
	Frequency   string `json:"frequency,omitzero"`
	ExternalURL string `json:"externalUrl,omitzero"`
	// Rank puts series in front, lowest first; a series without one comes after those that have it, by title.
	Rank    *int32   `json:"rank,omitzero"`
	Credits []Credit `json:"credits,omitempty"`
}

// Credit says who makes a series, as billed.
type Credit struct {
	Speaker               ID             `json:"speaker"`
	Role                  AppearanceRole `json:"role"`
	RoleAsPrinted         string         `json:"roleAsPrinted,omitzero"`
	CreditedTitle         string         `json:"creditedTitle,omitzero"`
	CreditedOrganizations []ID           `json:"creditedOrganizations,omitempty"`
	Sources               []Source       `json:"sources,omitempty"`
}

// Kind implements Entry.
func (*Series) Kind() Kind { return KindSeries }

// Label implements Entry.
func (s *Series) Label() string { return s.Title }

// Links implements Entry.
func (s *Series) Links(yield func(Link)) {
	links(yield, "organizers", s.Organizers)
	for i := range s.Credits {
		c := &s.Credits[i]
		link(yield, "credits", i, &c.Speaker)
		for j := range c.CreditedOrganizations {
			link(yield, "creditedOrganizations", i, &c.CreditedOrganizations[j])
		}
	}
}

// Texts implements Entry.
func (s *Series) Texts(yield func(Weight, string)) {
	text(yield, WeightName, s.Title)
	text(yield, WeightSummary, s.Tagline)
	text(yield, WeightSummary, s.Summary.bare())
}

// Public implements Entry.
func (s *Series) Public() Entry {
	if !s.hasNotes() {
		return s
	}
	shown := *s
	shown.hideNotes()
	return &shown
}

func (s *Series) validate(v *validator) {
	v.required("title", s.Title)
	enum(v, "kind", s.SeriesKind, seriesKinds())
	v.refs("organizers", s.Organizers, KindOrganization)
	v.language("language", s.Language)
	v.uuid("feedGuid", s.FeedGUID)
	v.span("startDate", s.StartDate, "endDate", s.EndDate)
	v.url("externalUrl", s.ExternalURL)
	for i, c := range s.Credits {
		in := v.at("credits", i)
		in.required("speaker", string(c.Speaker))
		in.ref("speaker", c.Speaker, KindSpeaker)
		enum(in, "role", c.Role, appearanceRoles())
		in.refs("creditedOrganizations", c.CreditedOrganizations, KindOrganization)
		in.sources(c.Sources)
	}
}
