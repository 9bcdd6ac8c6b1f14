package feed

import (
	"io"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// The members of JSON for programs. A member that is not known is left out; lists are always there.
type (
	jsonList struct {
		Title       string        `json:"title"`
		URL         string        `json:"url"`
		Description string        `json:"description"`
		Language    string        `json:"language"`
		UpdatedAt   *time.Time    `json:"updatedAt"`
		ChangesAt   *time.Time    `json:"changesAt"`
		Total       int           `json:"total"`
		Filter      jsonFilter    `json:"filter"`
		Episodes    []jsonEpisode `json:"episodes"`
	}
	jsonFilter struct {
		Sentence string          `json:"sentence"`
		Of       *jsonEntry      `json:"of,omitempty"`
		Saved    *jsonConditions `json:"saved,omitempty"`
		Refined  *jsonConditions `json:"refined,omitempty"`
		Order    string          `json:"order"`
		Limit    int32           `json:"limit"`
	}
	jsonConditions struct {
		Phases        []content.EpisodePhase  `json:"phases,omitempty"`
		Series        []jsonEntry             `json:"series,omitempty"`
		Topics        []jsonEntry             `json:"topics,omitempty"`
		Organizations []jsonEntry             `json:"organizations,omitempty"`
		Speakers      []jsonEntry             `json:"speakers,omitempty"`
		Regions       []string                `json:"regions,omitempty"`
		Formats       []content.EpisodeFormat `json:"formats,omitempty"`
		From          content.PartialDate     `json:"from,omitempty"`
		To            content.PartialDate     `json:"to,omitempty"`
		Language      string                  `json:"language,omitempty"`
		HasRecording  *bool                   `json:"hasRecording,omitempty"`
		HasCaptions   *bool                   `json:"hasCaptions,omitempty"`
		Search        string                  `json:"search,omitempty"`
	}
	jsonEntry struct {
		ID   content.ID   `json:"id"`
		Kind content.Kind `json:"kind"`
		Name string       `json:"name"`
		URL  string       `json:"url"`
	}
	jsonEpisode struct {
		ID                content.ID             `json:"id"`
		URL               string                 `json:"url"`
		Title             string                 `json:"title"`
		Subtitle          string                 `json:"subtitle,omitempty"`
		SummaryHTML       string                 `json:"summaryHtml,omitempty"`
		SummaryText       string                 `json:"summaryText,omitempty"`
		StartsAt          *time.Time             `json:"startsAt,omitempty"`
		EndsAt            *time.Time             `json:"endsAt,omitempty"`
		EndsAtIsEstimated bool                   `json:"endsAtIsEstimated"`
		Date              content.PartialDate    `json:"date,omitempty"`
		EndDate           content.PartialDate    `json:"endDate,omitempty"`
		TimeZone          string                 `json:"timeZone,omitempty"`
		When              string                 `json:"when,omitempty"`
		Phase             content.EpisodePhase   `json:"phase"`
		PhaseLabel        string                 `json:"phaseLabel"`
		PhaseChangesAt    *time.Time             `json:"phaseChangesAt"`
		Action            jsonAction             `json:"action"`
		Format            content.EpisodeFormat  `json:"format"`
		Language          string                 `json:"language,omitempty"`
		AttendanceMode    content.AttendanceMode `json:"attendanceMode,omitempty"`
		Place             string                 `json:"place,omitempty"`
		Season            *int32                 `json:"season,omitempty"`
		Number            *int32                 `json:"number,omitempty"`
		DurationSeconds   int32                  `json:"durationSeconds,omitempty"`
		ExternalURL       string                 `json:"externalUrl,omitempty"`
		StreamURL         string                 `json:"streamUrl,omitempty"`
		Registration      *jsonRegistration      `json:"registration,omitempty"`
		Series            *jsonEntry             `json:"series,omitempty"`
		Speakers          []jsonSpeaker          `json:"speakers"`
		Organizations     []jsonEntry            `json:"organizations"`
		Topics            []jsonEntry            `json:"topics"`
		Poster            string                 `json:"poster"`
		Images            []jsonImage            `json:"images"`
		Recordings        []jsonRecording        `json:"recordings"`
		UpdatedAt         time.Time              `json:"updatedAt"`
	}
	jsonAction struct {
		Kind  content.ActionKind `json:"kind"`
		Label string             `json:"label"`
		URL   string             `json:"url,omitempty"`
	}
	jsonRegistration struct {
		URL      string        `json:"url"`
		Seats    content.Seats `json:"seats"`
		Free     *bool         `json:"free,omitempty"`
		OpensAt  time.Time     `json:"opensAt,omitzero"`
		ClosesAt time.Time     `json:"closesAt,omitzero"`
	}
	jsonSpeaker struct {
		ID            content.ID             `json:"id"`
		Name          string                 `json:"name"`
		URL           string                 `json:"url"`
		Role          content.AppearanceRole `json:"role"`
		Title         string                 `json:"title,omitempty"`
		Organizations []jsonEntry            `json:"organizations"`
	}
	jsonImage struct {
		URL string `json:"url"`
		Alt string `json:"alt"`
	}
	jsonRecording struct {
		Kind            content.RecordingKind `json:"kind"`
		URL             string                `json:"url"`
		MediaType       string                `json:"mediaType,omitempty"`
		Title           string                `json:"title,omitempty"`
		EmbedURL        string                `json:"embedUrl,omitempty"`
		DurationSeconds int32                 `json:"durationSeconds,omitempty"`
	}
)

// JSON writes the list for programs (RFC 8259), with all that lists and cards show, also what time decides and the labels in the
// list's language. Instants are RFC 3339 in UTC; when is a sentence in the episode's own zone. changesAt and phaseChangesAt are
// when to ask again; null is never.
func JSON(w io.Writer, l *edition.EpisodeList) error {
	words := wordsOf(l)
	doc := jsonList{
		Title: title(l), URL: Address(l, Page), Description: about(l), Language: language(l), ChangesAt: l.ChangesAt(), Total: l.Total(),
		Filter: filterOf(l), Episodes: []jsonEpisode{},
	}
	if at := l.UpdatedAt(); !at.IsZero() {
		doc.UpdatedAt = &at
	}
	for _, e := range l.Episodes {
		doc.Episodes = append(doc.Episodes, jsonOf(e, words))
	}
	return sendJSON(w, l.View(), doc)
}

func jsonOf(e *edition.Episode, w *Words) jsonEpisode {
	action := e.PrimaryAction()
	j := jsonEpisode{
		ID: e.ID(), URL: e.URL(), Title: line(e.Title), Subtitle: line(e.Subtitle()), SummaryHTML: summaryHTML(e), SummaryText: summary(e),
		StartsAt: e.StartsAt(), EndsAt: e.EndsAt(), EndsAtIsEstimated: e.EndsAtIsEstimated(), Date: e.Date(), EndDate: e.EndDate(),
		TimeZone: e.TimeZone(), When: w.When(e), Phase: e.Phase(), PhaseLabel: w.Phase(e.Phase()), PhaseChangesAt: e.PhaseChangesAt(),
		Action: jsonAction{action.Kind, line(w.Action(e)), web(action.URL)}, Format: e.Format(), Language: languageOf(e),
		AttendanceMode: e.Episode.AttendanceMode(), Place: place(e, w), Season: e.Season(), Number: e.Number, DurationSeconds: length(e),
		ExternalURL: web(e.ExternalURL), StreamURL: web(e.StreamURL()), UpdatedAt: e.UpdatedAt().UTC(),
		Speakers: []jsonSpeaker{}, Organizations: entriesOf(e.Organizations()), Topics: entriesOf(e.Topics()),
		Poster: e.Site() + PosterPath(e), Images: []jsonImage{}, Recordings: []jsonRecording{},
	}
	if s, ok := seriesOf(e); ok {
		j.Series = entryOf(s)
	}
	if r := e.Registration; r != nil && web(r.URL) != "" {
		j.Registration = &jsonRegistration{r.URL, r.Seats(), r.Free(), r.OpensAt(), r.ClosesAt()}
	}
	for _, a := range e.Appearances(nil) {
		s := a.Speaker()
		j.Speakers = append(j.Speakers, jsonSpeaker{s.ID(), line(a.CreditedName), s.URL(), a.Role, line(a.CreditedTitle), entriesOf(a.CreditedOrganizations())})
	}
	for _, i := range e.Images() {
		if src := i.Src(); src != "" {
			j.Images = append(j.Images, jsonImage{src, line(i.Alt)})
		}
	}
	for _, r := range e.Recordings() {
		if web(r.URL) != "" {
			j.Recordings = append(j.Recordings, jsonRecording{r.RecordingKind(), r.URL, Playable(r.URL), line(r.Title()), web(r.EmbedURL), r.Seconds})
		}
	}
	return j
}

func filterOf(l *edition.EpisodeList) jsonFilter {
	f := jsonFilter{Sentence: Sentence(l, l.Language), Order: string(l.Order), Limit: l.Limit, Refined: conditions(l.View(), l.Refined.Filter)}
	if l.Of != nil {
		f.Of = entryOf(l.Of)
	}
	if listing, ok := l.Of.(*edition.Listing); ok {
		f.Saved = conditions(l.View(), listing.Filter)
	}
	return f
}

// conditions are a filter with the entries that it names as the view shows them; nil when there are none. What the view does not
// show is left out: an id alone would tell that there is a draft.
func conditions(v *edition.View, f content.EpisodeFilter) *jsonConditions {
	if takesAll(f) {
		return nil
	}
	find := func(kind content.Kind, ids []content.ID) []jsonEntry {
		var found []jsonEntry
		for _, id := range ids {
			if e := v.BySlug(kind, string(id)); e != nil {
				found = append(found, *entryOf(e))
			}
		}
		return found
	}
	return &jsonConditions{
		Phases: f.Phases, Series: find(content.KindSeries, f.Series), Topics: find(content.KindTopic, f.Topics),
		Organizations: find(content.KindOrganization, f.Organizations), Speakers: find(content.KindSpeaker, f.Speakers),
		Regions: f.Regions, Formats: f.Formats, From: f.From, To: f.To, Language: f.Language,
		HasRecording: f.HasRecording, HasCaptions: f.HasCaptions, Search: line(f.Search),
	}
}

func entryOf(e edition.Entry) *jsonEntry {
	return &jsonEntry{e.ID(), e.Kind(), line(e.Label()), e.URL()}
}

func entriesOf[T edition.Entry](all []T) []jsonEntry {
	found := make([]jsonEntry, len(all))
	for i, e := range all {
		found[i] = *entryOf(e)
	}
	return found
}
