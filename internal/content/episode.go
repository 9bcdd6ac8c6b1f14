package content

import (
	"slices"
	"time"
)

// EpisodeFormat says how an episode reaches people.
type EpisodeFormat string

// The formats: the first three happen live, the last two are released.
const (
	FormatWebinar EpisodeFormat = "WEBINAR"
	FormatMeeting EpisodeFormat = "MEETING"
	FormatSession EpisodeFormat = "CONFERENCE_SESSION"
	FormatAudio   EpisodeFormat = "AUDIO"
	FormatVideo   EpisodeFormat = "VIDEO"
)

// IsReleased tells the formats that are published at a moment from those that happen live.
func (f EpisodeFormat) IsReleased() bool { return f == FormatAudio || f == FormatVideo }

func episodeFormats() []EpisodeFormat {
	return []EpisodeFormat{FormatWebinar, FormatMeeting, FormatSession, FormatAudio, FormatVideo}
}

// EventStatus is what the organizer declared (schema.org eventStatus).
type EventStatus string

// The declared states.
const (
	StatusScheduled   EventStatus = "SCHEDULED"
	StatusPostponed   EventStatus = "POSTPONED"
	StatusRescheduled EventStatus = "RESCHEDULED"
	StatusCancelled   EventStatus = "CANCELLED"
)

func eventStatuses() []EventStatus {
	return []EventStatus{StatusScheduled, StatusPostponed, StatusRescheduled, StatusCancelled}
}

// AttendanceMode says where people take part (schema.org eventAttendanceMode); empty is unknown.
type AttendanceMode string

// The modes of attendance.
const (
	AttendOnline  AttendanceMode = "ONLINE"
	AttendOffline AttendanceMode = "OFFLINE"
	AttendMixed   AttendanceMode = "MIXED"
)

func attendanceModes() []AttendanceMode {
	return []AttendanceMode{AttendOnline, AttendOffline, AttendMixed}
}

// Seats says whether there is room left.
type Seats string

// The states of seats.
const (
	SeatsAvailable Seats = "AVAILABLE"
	SeatsLimited   Seats = "LIMITED"
	SeatsFull      Seats = "FULL"
	SeatsWaitlist  Seats = "WAITLIST"
	SeatsUnknown   Seats = "UNKNOWN"
)

func seatStates() []Seats {
	return []Seats{SeatsAvailable, SeatsLimited, SeatsFull, SeatsWaitlist, SeatsUnknown}
}

// Location is a place; every field may be empty.
type Location struct {
	Venue   string `json:"venue,omitzero"`
	Room    string `json:"room,omitzero"`
	City    string `json:"city,omitzero"`
	Region  string `json:"region,omitzero"`
	Country string `json:"country,omitzero"`
}

// RecordingKind says what one gets to see or hear.
type RecordingKind string

// The kinds of recordings.
const (
	RecordingVideo RecordingKind = "VIDEO"
	RecordingAudio RecordingKind = "AUDIO"
)

func recordingKinds() []RecordingKind { return []RecordingKind{RecordingVideo, RecordingAudio} }

// Recording is something to watch or hear afterwards: schema.org VideoObject or AudioObject.
type Recording struct {
	*RecordingManner
	URL      string `json:"url"`
	EmbedURL string `json:"embedUrl,omitzero"`
	// Seconds is the length; 0 is unknown.
	Seconds     int32     `json:"seconds,omitzero"`
	PublishedAt time.Time `json:"publishedAt,omitzero"`
	*Along
}

// RecordingManner is what many recordings say alike.
type RecordingManner struct {
	RecordingKind RecordingKind `json:"kind,omitzero"`
	Provider      string        `json:"provider,omitzero"`
}

// TrackKind says what a text track is for (HTML track kinds).
type TrackKind string

// The kinds of text tracks.
const (
	TrackCaptions     TrackKind = "CAPTIONS"
	TrackSubtitles    TrackKind = "SUBTITLES"
	TrackDescriptions TrackKind = "DESCRIPTIONS"
	TrackTranscript   TrackKind = "TRANSCRIPT"
)

func trackKinds() []TrackKind {
	return []TrackKind{TrackCaptions, TrackSubtitles, TrackDescriptions, TrackTranscript}
}

// TextTrack is text that goes with a recording.
type TextTrack struct {
	TrackKind TrackKind `json:"kind"`
	Language  string    `json:"language,omitzero"`
	URL       string    `json:"url"`
	MediaType string    `json:"mediaType,omitzero"`
	// Reviewed says that a person has read it; a machine's captions are not reviewed.
	Reviewed bool `json:"reviewed,omitzero"`
}

// Chapter is a named moment in a recording.
type Chapter struct {
	// Seconds counts from the recording's start.
	Seconds int32  `json:"seconds"`
	Title   string `json:"title"`
}

// Episode is one event or release: schema.org EducationEvent, and the recordings made of it. It is one entry before and
// after it takes place.
type Episode struct {
	Base
	Series ID     `json:"series,omitzero"`
	Number *int32 `json:"number,omitzero"`
	Title  string `json:"title"`
	*EpisodeRare
	Summary Text `json:"summary,omitzero"`
	*EpisodeManner
	When         EpisodeWhen   `json:"when,omitzero"`
	Seconds      int32         `json:"seconds,omitzero"`
	Location     *Location     `json:"location,omitzero"`
	Registration *Registration `json:"registration,omitzero"`
	ExternalURL  string        `json:"externalUrl,omitzero"`
	Appearances  []Appearance  `json:"appearances,omitempty"`
	Recordings   []Recording   `json:"recordings,omitempty"`
	Resources    []ID          `json:"resources,omitempty"`
	Topics       []ID          `json:"topics,omitempty"`
	Hosts        []ID          `json:"hosts,omitempty"`
}

// EpisodeManner is what many episodes say alike.
type EpisodeManner struct {
	Language  string        `json:"language,omitzero"`
	Format    EpisodeFormat `json:"format,omitzero"`
	Status    EventStatus   `json:"status,omitzero"`
	TookPlace bool          `json:"tookPlace,omitzero"`
	// NoRecording declares that there is none and will be none.
	NoRecording    bool           `json:"noRecording,omitzero"`
	AttendanceMode AttendanceMode `json:"attendanceMode,omitzero"`
}

// EpisodeRare is what few episodes have.
type EpisodeRare struct {
	Season   *int32 `json:"season,omitzero"`
	Subtitle string `json:"subtitle,omitzero"`
	// StreamURL is where everybody may watch live.
	StreamURL string  `json:"streamUrl,omitzero"`
	Images    []Image `json:"images,omitempty"`
}

// Language is the one that is spoken, as a BCP 47 tag.
func (e *Episode) Language() string { return orNone(e.EpisodeManner).Language }

// Format says how the episode reaches people.
func (e *Episode) Format() EpisodeFormat { return orNone(e.EpisodeManner).Format }

// Status is what the organizer declared.
func (e *Episode) Status() EventStatus { return orNone(e.EpisodeManner).Status }

// TookPlace says that it has taken place, whatever is known of its date.
func (e *Episode) TookPlace() bool { return orNone(e.EpisodeManner).TookPlace }

// NoRecording declares that there is none and will be none.
func (e *Episode) NoRecording() bool { return orNone(e.EpisodeManner).NoRecording }

// AttendanceMode says where people take part; empty is unknown.
func (e *Episode) AttendanceMode() AttendanceMode { return orNone(e.EpisodeManner).AttendanceMode }

// OwnManner is the manner of an episode that is the caller's own, to be changed.
func (e *Episode) OwnManner() *EpisodeManner { return ownOf(&e.EpisodeManner) }

// Season is the season of its series; nil without one.
func (e *Episode) Season() *int32 { return orNone(e.EpisodeRare).Season }

// Subtitle stands below the title.
func (e *Episode) Subtitle() string { return orNone(e.EpisodeRare).Subtitle }

// StreamURL is where everybody may watch live.
func (e *Episode) StreamURL() string { return orNone(e.EpisodeRare).StreamURL }

// Images are its pictures.
func (e *Episode) Images() []Image { return orNone(e.EpisodeRare).Images }

// OwnRare is what few episodes have, of one that is the caller's own, to be changed.
func (e *Episode) OwnRare() *EpisodeRare { return ownOf(&e.EpisodeRare) }

// Kind implements Entry.
func (*Episode) Kind() Kind { return KindEpisode }

// Label implements Entry.
func (e *Episode) Label() string { return e.Title }

// Links implements Entry.
func (e *Episode) Links(yield func(Link)) {
	link(yield, "series", 0, &e.Series)
	for i := range e.Appearances {
		a := &e.Appearances[i]
		link(yield, "appearances", i, &a.Speaker)
		for j := range a.CreditedOrganizations() {
			link(yield, "creditedOrganizations", i, &a.CreditedOrganizations()[j])
		}
	}
	links(yield, "resources", e.Resources)
	links(yield, "topics", e.Topics)
	links(yield, "hosts", e.Hosts)
}

// Texts implements Entry.
func (e *Episode) Texts(yield func(Weight, string)) {
	text(yield, WeightName, e.Title)
	text(yield, WeightSummary, e.Subtitle())
	text(yield, WeightSummary, e.Summary.bare())
	for _, a := range e.Appearances {
		text(yield, WeightCredit, a.CreditedName)
	}
	for _, r := range e.Recordings {
		if r.Transcript() == "" {
			continue
		}
		cues, _ := Cues(r.Transcript()) // one from before transcripts were checked is not searched
		for _, c := range cues {
			text(yield, WeightBody, c.Text)
		}
	}
}

// Public implements Entry.
func (e *Episode) Public() Entry {
	isNoted := slices.ContainsFunc(e.Appearances, func(a Appearance) bool { return a.Note() != "" })
	if !isNoted && !e.hasNotes() {
		return e
	}
	shown := *e
	if shown.hideNotes(); !isNoted {
		return &shown
	}
	shown.Appearances = append([]Appearance(nil), e.Appearances...)
	for i := range shown.Appearances {
		shown.Appearances[i].hideNote()
	}
	return &shown
}

func (e *Episode) validate(v *validator) {
	v.required("title", e.Title)
	v.ref("series", e.Series, KindSeries)
	v.atLeast("number", e.Number, 0)
	v.atLeast("season", e.Season(), 0)
	v.language("language", e.Language())
	enum(v, "format", e.Format(), episodeFormats())
	enum(v, "status", e.Status(), eventStatuses())
	if e.AttendanceMode() != "" {
		enum(v, "attendanceMode", e.AttendanceMode(), attendanceModes())
	}
	v.in("when").when(e.When.When())
	v.seconds("seconds", e.Seconds)
	if e.Location != nil {
		v.region("location.region", e.Location.Region)
		v.country("location.country", e.Location.Country)
	}
	if r := e.Registration; r != nil {
		in := v.in("registration")
		in.required("url", r.URL)
		in.url("url", r.URL)
		enum(in, "seats", r.Seats(), seatStates())
		if opens, closes := r.OpensAt(), r.ClosesAt(); !opens.IsZero() && !closes.IsZero() && !opens.Before(closes) {
			in.wrong(CodeInvalid, "closesAt", "%s is not after opensAt, %s", stamp(closes), stamp(opens))
		}
	}
	v.url("streamUrl", e.StreamURL())
	v.url("externalUrl", e.ExternalURL)
	for i, p := range e.Images() {
		v.at("images", i).image(p)
	}
	type billing struct {
		speaker ID
		role    AppearanceRole
		printed string
	}
	seen := map[billing]int{}
	for i, a := range e.Appearances {
		in := v.at("appearances", i)
		in.required("speaker", string(a.Speaker))
		in.ref("speaker", a.Speaker, KindSpeaker)
		in.required("creditedName", a.CreditedName)
		enum(in, "role", a.Role, appearanceRoles())
		in.refs("creditedOrganizations", a.CreditedOrganizations(), KindOrganization)
		in.sources(a.Sources())
		b := billing{a.Speaker, a.Role, a.RoleAsPrinted}
		if first, twice := seen[b]; twice {
			in.wrong(CodeDuplicate, "speaker", "%s appears as %s at position %d already; a speaker has a role once", Quote(string(a.Speaker)), Quote(string(a.Role)), first)
		}
		seen[b] = i
	}
	for i, r := range e.Recordings {
		r.validate(v.at("recordings", i))
	}
	v.refs("resources", e.Resources, KindResource)
	v.refs("topics", e.Topics, KindTopic)
	v.refs("hosts", e.Hosts, KindOrganization)
}

func (r Recording) validate(in *validator) {
	enum(in, "kind", r.RecordingKind(), recordingKinds())
	in.required("url", r.URL)
	in.url("url", r.URL)
	in.url("embedUrl", r.EmbedURL)
	in.url("fallbackUrl", r.FallbackURL())
	in.seconds("seconds", r.Seconds)
	if r.Transcript() != "" {
		if _, err := Cues(r.Transcript()); err != nil {
			in.wrong(CodeInvalid, "transcript", "%s", err)
		}
	}
	for i, t := range r.Tracks() {
		track := in.at("tracks", i)
		enum(track, "kind", t.TrackKind, trackKinds())
		track.required("url", t.URL)
		track.url("url", t.URL)
		track.language("language", t.Language)
	}
	for i, c := range r.Chapters() {
		chapter := in.at("chapters", i)
		chapter.required("title", c.Title)
		chapter.seconds("seconds", c.Seconds)
		if i > 0 && r.Chapters()[i-1].Seconds >= c.Seconds {
			chapter.wrong(CodeInvalid, "seconds", "%d is not after the chapter before, %d", c.Seconds, r.Chapters()[i-1].Seconds)
		}
	}
}
