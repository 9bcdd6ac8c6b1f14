package content

import "strconv"

// EpisodeFilter says which episodes a list shows. Every field that is given must hold; inside a list one match is enough.
// Entries are named by id or slug. The zero filter takes every episode.
type EpisodeFilter struct {
	Phases []EpisodePhase `json:"phases,omitempty"`
	Series []ID           `json:"series,omitempty"`
	// Topics take their narrower topics in.
	Topics []ID `json:"topics,omitempty"`
	// Organizations are hosts, credited organizations and partners of linked case studies.
	Organizations []ID `json:"organizations,omitempty"`
	Speakers      []ID `json:"speakers,omitempty"`
	// Regions are ISO 3166-2 codes of the location, or of a host.
	Regions []string        `json:"regions,omitempty"`
	Formats []EpisodeFormat `json:"formats,omitempty"`
	// From and To bound the date, both inclusive; an episode without a date is outside of every bound.
	From         PartialDate `json:"from,omitzero"`
	To           PartialDate `json:"to,omitzero"`
	Language     string      `json:"language,omitzero"`
	HasRecording *bool       `json:"hasRecording,omitzero"`
	HasCaptions  *bool       `json:"hasCaptions,omitzero"`
	Search       string      `json:"search,omitzero"`
}

// EpisodeOrder is an order of episodes; ties are broken by id.
type EpisodeOrder string

// The orders of episodes. Undated ones come last in either direction of time.
const (
	EpisodesLatest   EpisodeOrder = "DATE_DESC"
	EpisodesEarliest EpisodeOrder = "DATE_ASC"
	EpisodesByTitle  EpisodeOrder = "TITLE_ASC"
	EpisodesUpdated  EpisodeOrder = "UPDATED_DESC"
)

func episodeOrders() []EpisodeOrder {
	return []EpisodeOrder{EpisodesLatest, EpisodesEarliest, EpisodesByTitle, EpisodesUpdated}
}

// ListingTheme says which colours an embedded list has.
type ListingTheme string

// The themes of listings.
const (
	ThemeAuto  ListingTheme = "AUTO"
	ThemeLight ListingTheme = "LIGHT"
	ThemeDark  ListingTheme = "DARK"
)

func listingThemes() []ListingTheme { return []ListingTheme{ThemeAuto, ThemeLight, ThemeDark} }

// Listing is one saved filter, and with it one address in every format.
type Listing struct {
	Base
	Title  string        `json:"title"`
	Owner  ID            `json:"owner,omitzero"`
	Filter EpisodeFilter `json:"filter,omitzero"`
	Order  EpisodeOrder  `json:"order"`
	// Pinned episodes come first, in this order, whether the filter takes them or not.
	Pinned []ID `json:"pinned,omitempty"`
	// Limit is the most episodes shown, 1 to 100.
	Limit  int32        `json:"limit"`
	Theme  ListingTheme `json:"theme"`
	Locale string       `json:"locale,omitzero"`
	// AllowedOrigins may frame the list ("https://example.edu"); empty allows all. It drives frame-ancestors, nothing else.
	AllowedOrigins []string `json:"allowedOrigins,omitempty"`
}

// Kind implements Entry.
func (*Listing) Kind() Kind { return KindListing }

// Label implements Entry.
func (l *Listing) Label() string { return l.Title }

// Links implements Entry.
func (l *Listing) Links(yield func(Link)) {
	link(yield, "owner", 0, &l.Owner)
	links(yield, "filter.series", l.Filter.Series)
	links(yield, "filter.topics", l.Filter.Topics)
	links(yield, "filter.organizations", l.Filter.Organizations)
	links(yield, "filter.speakers", l.Filter.Speakers)
	links(yield, "pinned", l.Pinned)
}

// Texts implements Entry.
func (l *Listing) Texts(yield func(Weight, string)) { text(yield, WeightName, l.Title) }

// Public implements Entry.
func (l *Listing) Public() Entry {
	if !l.hasNotes() {
		return l
	}
	shown := *l
	shown.hideNotes()
	return &shown
}

func (l *Listing) validate(v *validator) {
	v.required("title", l.Title)
	v.ref("owner", l.Owner, KindOrganization)
	f := v.in("filter")
	for i, p := range l.Filter.Phases {
		enum(f, "phases."+strconv.Itoa(i), p, episodePhases())
	}
	for i, p := range l.Filter.Formats {
		enum(f, "formats."+strconv.Itoa(i), p, episodeFormats())
	}
	f.refs("series", l.Filter.Series, KindSeries)
	f.refs("topics", l.Filter.Topics, KindTopic)
	f.refs("organizations", l.Filter.Organizations, KindOrganization)
	f.refs("speakers", l.Filter.Speakers, KindSpeaker)
	for i, r := range l.Filter.Regions {
		f.at("regions", i).required("", r)
		f.at("regions", i).region("", r)
	}
	f.span("from", l.Filter.From, "to", l.Filter.To)
	f.language("language", l.Filter.Language)
	enum(v, "order", l.Order, episodeOrders())
	v.refs("pinned", l.Pinned, KindEpisode)
	if l.Limit < 1 || l.Limit > 100 {
		v.wrong(CodeInvalid, "limit", "%d is not from 1 to 100", l.Limit)
	}
	enum(v, "theme", l.Theme, listingThemes())
	v.language("locale", l.Locale)
	for i, o := range l.AllowedOrigins {
		// It goes into a header: any other sign, such as ";", would begin a directive of its own.
		if !formOrigin.MatchString(o) {
			v.at("allowedOrigins", i).wrong(CodeInvalid, "", "%s is no origin; allowed is a scheme and a host in lower-case ASCII such as https://example.edu", Quote(o))
		}
	}
}

// CheckFilter says what is wrong with the words of a filter that came in an address; nil is nothing. Whether the entries that it
// names are there is for the edition to say.
func CheckFilter(f EpisodeFilter) error {
	v := &validator{found: new(Errors), zones: new(Zones)}
	for i, p := range f.Phases {
		enum(v, "phases."+strconv.Itoa(i), p, episodePhases())
	}
	for i, p := range f.Formats {
		enum(v, "formats."+strconv.Itoa(i), p, episodeFormats())
	}
	if len(*v.found) > 0 {
		return (*v.found)[0]
	}
	return nil
}
