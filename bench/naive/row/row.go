// Package row has the rows that the contender naive reads, as sqlx scans them and as gqlgen answers them.
package row

// Episode is a row of episode.
type Episode struct {
	ID    string
	Title string
	Date  *string
	// Of is whose list the episode was read for; empty for none.
	Of string
}

// Appearance is a row of appearance.
type Appearance struct {
	Of           string
	Role         string
	CreditedName string `db:"credited_name"`
	SpeakerID    string `db:"speaker"`
}

// Speaker is a row of speaker.
type Speaker struct {
	ID   string
	Name string
}

// Organization is a row of organization.
type Organization struct {
	ID   string
	Name string
	Of   string
}

// Resource is a row of resource.
type Resource struct {
	ID    string
	Title string
	Href  string
	Of    string
}

// CaseStudy is a row of case_study.
type CaseStudy struct {
	ID    string
	Title string
	Of    string
}

// Partner is a row of case_study_partner.
type Partner struct {
	Of             string
	Role           string
	OrganizationID string `db:"organization"`
}

// EpisodeConnection is a page of episodes.
type EpisodeConnection struct{ Nodes []*Episode }

// CaseStudyConnection is a page of case studies.
type CaseStudyConnection struct{ Nodes []*CaseStudy }
