package exchange

import (
	"time"

	"bettertogether/internal/content"
)

// The records of the neutral format as Corpus writes them. Their fields are those of docs/import.md.
type (
	// lineHead is how a record of an entry begins, and lineEnd how it ends.
	lineHead struct {
		Type string `json:"type"`
		Key  string `json:"key"`
		ID   string `json:"id"`
		Page string `json:"page,omitempty"`
	}
	lineEnd struct {
		IPEDS    string `json:"ipeds_unitid,omitempty"`
		NCES     string `json:"nces_leaid,omitempty"`
		ROR      string `json:"ror,omitempty"`
		EIN      string `json:"ein,omitempty"`
		CTID     string `json:"ctid,omitempty"`
		Wikidata string `json:"wikidata,omitempty"`
		ORCID    string `json:"orcid,omitempty"`
		OpenAlex string `json:"openalex,omitempty"`
		// Sources are addresses and titles, or content.Source where one has both.
		Sources []any `json:"sources,omitempty"`
	}
	lineAlias struct {
		Value string   `json:"value"`
		Lang  string   `json:"lang,omitempty"`
		Kinds []string `json:"kinds,omitempty"`
	}
	topicLine struct {
		lineHead
		Label      string              `json:"label"`
		Scheme     content.TopicScheme `json:"scheme"`
		Definition string              `json:"definition,omitempty"`
		Aliases    []lineAlias         `json:"aliases,omitempty"`
		Broader    []string            `json:"broader,omitempty"`
		lineEnd
	}
	organizationLine struct {
		lineHead
		Name          string                     `json:"name"`
		ShortName     string                     `json:"short_name,omitempty"`
		Kind          string                     `json:"kind"`
		KindAsPrinted string                     `json:"kind_as_printed,omitempty"`
		Sector        string                     `json:"sector,omitempty"`
		Aliases       []lineAlias                `json:"aliases,omitempty"`
		Parent        string                     `json:"parent,omitempty"`
		City          string                     `json:"city,omitempty"`
		Region        string                     `json:"region,omitempty"`
		Country       string                     `json:"country,omitempty"`
		URL           string                     `json:"url,omitempty"`
		Logo          string                     `json:"logo,omitempty"`
		LogoAlt       string                     `json:"logo_alt,omitempty"`
		Summary       string                     `json:"summary,omitempty"`
		Status        content.OrganizationStatus `json:"status,omitempty"`
		Established   content.PartialDate        `json:"established,omitempty"`
		NetworkMember bool                       `json:"network_member,omitzero"`
		lineEnd
	}
	relationLine struct {
		Type     string `json:"type"`
		Source   string `json:"source_org"`
		Relation string `json:"relation"`
		Target   string `json:"target"`
	}
	speakerLine struct {
		lineHead
		Name         string            `json:"name"`
		SortName     string            `json:"sort_name,omitempty"`
		Aliases      []lineAlias       `json:"aliases,omitempty"`
		Pronouns     string            `json:"pronouns,omitempty"`
		Bio          string            `json:"bio,omitempty"`
		Photo        string            `json:"photo,omitempty"`
		PhotoAlt     string            `json:"photo_alt,omitempty"`
		Links        []content.WebLink `json:"links,omitempty"`
		Affiliations []affiliationLine `json:"affiliations,omitempty"`
		lineEnd
	}
	affiliationLine struct {
		Organization string              `json:"organization"`
		Title        string              `json:"title,omitempty"`
		From         content.PartialDate `json:"from,omitempty"`
		To           content.PartialDate `json:"to,omitempty"`
		Primary      bool                `json:"primary,omitzero"`
	}
	seriesLine struct {
		lineHead
		Title         string              `json:"title"`
		Tagline       string              `json:"tagline,omitempty"`
		Summary       string              `json:"summary,omitempty"`
		Kind          string              `json:"kind"`
		Organizations []string            `json:"organizations,omitempty"`
		Start         content.PartialDate `json:"start,omitempty"`
		End           content.PartialDate `json:"end,omitempty"`
		Frequency     string              `json:"frequency,omitempty"`
		Language      string              `json:"language,omitempty"`
		URL           string              `json:"url,omitempty"`
		FeedGUID      string              `json:"feed_guid,omitempty"`
		Rank          *int32              `json:"rank,omitzero"`
		lineEnd
	}
	creditLine struct {
		Type   string `json:"type"`
		Series string `json:"series"`
		billLine
	}
	appearanceLine struct {
		Type     string `json:"type"`
		Episode  string `json:"episode"`
		Position int32  `json:"position"`
		billLine
	}
	billLine struct {
		Speaker            string   `json:"speaker"`
		Role               string   `json:"role"`
		RoleAsPrinted      string   `json:"role_as_printed,omitempty"`
		NameAsPrinted      string   `json:"name_as_printed,omitempty"`
		TitleAtTime        string   `json:"title_at_time,omitempty"`
		OtherOrganizations []string `json:"other_organizations,omitempty"`
		Sources            []any    `json:"sources,omitempty"`
	}
	resourceLine struct {
		lineHead
		Kind          string              `json:"kind"`
		KindAsPrinted string              `json:"kind_as_printed,omitempty"`
		URL           string              `json:"url"`
		Title         string              `json:"title"`
		Summary       string              `json:"summary,omitempty"`
		MediaType     string              `json:"media_type,omitempty"`
		Authors       []string            `json:"authors,omitempty"`
		Organizations []string            `json:"organizations,omitempty"`
		Topics        []string            `json:"topics,omitempty"`
		Date          content.PartialDate `json:"date,omitempty"`
		Language      string              `json:"language,omitempty"`
		License       string              `json:"license,omitempty"`
		Position      int32               `json:"position,omitzero"`
		lineEnd
	}
	episodeLine struct {
		lineHead
		Series               string              `json:"series,omitempty"`
		Number               *int32              `json:"number,omitzero"`
		Season               *int32              `json:"season,omitzero"`
		Title                string              `json:"title"`
		Subtitle             string              `json:"subtitle,omitempty"`
		Date                 content.PartialDate `json:"date,omitempty"`
		DateEnd              content.PartialDate `json:"date_end,omitempty"`
		StartLocal           string              `json:"start_local,omitempty"`
		EndLocal             string              `json:"end_local,omitempty"`
		TimeZone             string              `json:"time_zone,omitempty"`
		TimeZoneAsPrinted    string              `json:"time_zone_as_printed,omitempty"`
		Duration             int32               `json:"duration_s,omitzero"`
		Format               string              `json:"format"`
		AttendanceMode       string              `json:"attendance_mode,omitempty"`
		Venue                string              `json:"venue,omitempty"`
		Room                 string              `json:"room,omitempty"`
		City                 string              `json:"city,omitempty"`
		Region               string              `json:"region,omitempty"`
		Country              string              `json:"country,omitempty"`
		Language             string              `json:"language,omitempty"`
		Status               string              `json:"status,omitempty"`
		TookPlace            bool                `json:"took_place,omitzero"`
		NoRecording          bool                `json:"no_recording,omitzero"`
		Abstract             string              `json:"abstract,omitempty"`
		Topics               []string            `json:"topics,omitempty"`
		Organizations        []string            `json:"organizations,omitempty"`
		Resources            []string            `json:"resources,omitempty"`
		URL                  string              `json:"url,omitempty"`
		RegistrationURL      string              `json:"registration_url,omitempty"`
		RegistrationProvider string              `json:"registration_provider,omitempty"`
		RegistrationOpensAt  time.Time           `json:"registration_opens_at,omitzero"`
		RegistrationClosesAt time.Time           `json:"registration_closes_at,omitzero"`
		RegistrationSeats    content.Seats       `json:"registration_seats,omitempty"`
		IsFree               *bool               `json:"is_free,omitzero"`
		StreamURL            string              `json:"stream_url,omitempty"`
		lineEnd
	}
	mediaLine struct {
		Type          string                `json:"type"`
		Kind          string                `json:"kind"`
		Key           string                `json:"key"`
		Episode       string                `json:"episode"`
		URL           string                `json:"url"`
		Title         string                `json:"title,omitempty"`
		RecordingKind content.RecordingKind `json:"recording_kind,omitempty"`
		Media         string                `json:"media,omitempty"`
		EmbedURL      string                `json:"embed_url,omitempty"`
		FallbackURL   string                `json:"fallback_url,omitempty"`
		Duration      int32                 `json:"duration_s,omitzero"`
		PublishedAt   time.Time             `json:"published_at,omitzero"`
		Tracks        []trackLine           `json:"tracks,omitempty"`
		Chapters      []content.Chapter     `json:"chapters,omitempty"`
		Transcript    string                `json:"transcript,omitempty"`
	}
	trackLine struct {
		Kind      content.TrackKind `json:"kind"`
		Language  string            `json:"language,omitempty"`
		URL       string            `json:"url"`
		MediaType string            `json:"media_type,omitempty"`
		Reviewed  bool              `json:"reviewed,omitzero"`
	}
	caseStudyLine struct {
		lineHead
		Title       string                    `json:"title"`
		Abstract    string                    `json:"abstract,omitempty"`
		Body        string                    `json:"body,omitempty"`
		Status      content.PartnershipStatus `json:"status"`
		StartedOn   content.PartialDate       `json:"started_on,omitempty"`
		EndedOn     content.PartialDate       `json:"ended_on,omitempty"`
		City        string                    `json:"city,omitempty"`
		Regions     []string                  `json:"regions,omitempty"`
		Partners    []partnerLine             `json:"partners,omitempty"`
		Metrics     []metricLine              `json:"metrics,omitempty"`
		Credentials []credentialLine          `json:"credentials,omitempty"`
		Evidence    []evidenceLine            `json:"evidence,omitempty"`
		People      []personLine              `json:"people,omitempty"`
		Episodes    []string                  `json:"episodes,omitempty"`
		Resources   []string                  `json:"resources,omitempty"`
		Topics      []string                  `json:"topics,omitempty"`
		Populations []string                  `json:"populations,omitempty"`
		lineEnd
	}
	partnerLine struct {
		Organization  string              `json:"organization"`
		Role          string              `json:"role"`
		RoleAsPrinted string              `json:"role_as_printed,omitempty"`
		Contribution  string              `json:"contribution,omitempty"`
		From          content.PartialDate `json:"from,omitempty"`
		To            content.PartialDate `json:"to,omitempty"`
	}
	metricLine struct {
		Measure    string              `json:"measure,omitempty"`
		Label      string              `json:"label"`
		Value      *float64            `json:"value,omitzero"`
		ValueText  string              `json:"value_text,omitempty"`
		Unit       string              `json:"unit,omitempty"`
		Baseline   *float64            `json:"baseline,omitzero"`
		Population string              `json:"population,omitempty"`
		AsOf       content.PartialDate `json:"as_of,omitempty"`
		Evidence   []evidenceLine      `json:"evidence,omitempty"`
	}
	credentialLine struct {
		Name     string   `json:"name"`
		Provider string   `json:"provider,omitempty"`
		Kind     string   `json:"kind,omitempty"`
		Weeks    *int32   `json:"weeks,omitzero"`
		CIP      string   `json:"cip,omitempty"`
		SOC      []string `json:"soc,omitempty"`
		CTID     string   `json:"ctid,omitempty"`
	}
	evidenceLine struct {
		Level   content.EvidenceLevel `json:"level"`
		URL     string                `json:"url,omitempty"`
		Title   string                `json:"title,omitempty"`
		Episode string                `json:"episode,omitempty"`
		Seconds *int32                `json:"seconds,omitzero"`
	}
	personLine struct {
		Speaker            string   `json:"speaker"`
		TitleAtTime        string   `json:"title_at_time,omitempty"`
		OtherOrganizations []string `json:"other_organizations,omitempty"`
	}
	toolkitLine struct {
		lineHead
		Title   string     `json:"title"`
		Summary string     `json:"summary,omitempty"`
		Items   []itemLine `json:"items,omitempty"`
		lineEnd
	}
	itemLine struct {
		Kind       content.Kind `json:"kind"`
		Key        string       `json:"key"`
		Annotation string       `json:"annotation,omitempty"`
	}
)
