package content

// Affiliation is a position somebody holds or held (schema.org OrganizationRole). Many people have positions that are alike but for where:
// the entries of an edition share equal ones, and who changes one changes an OwnAffiliation.
type Affiliation struct {
	Organization ID `json:"organization"`
	*Position
}

// Position is what somebody is somewhere. It is nil where nothing is known of it.
type Position struct {
	Title   string      `json:"title,omitzero"`
	From    PartialDate `json:"from,omitzero"`
	To      PartialDate `json:"to,omitzero"`
	Primary bool        `json:"primary,omitzero"`
}

// Title is what the position is called.
func (a *Affiliation) Title() string { return orNone(a.Position).Title }

// From is when it began, as far as that is known.
func (a *Affiliation) From() PartialDate { return orNone(a.Position).From }

// To is when it ended; empty where it goes on, or nobody knows.
func (a *Affiliation) To() PartialDate { return orNone(a.Position).To }

// Primary says that it is the person's main position.
func (a *Affiliation) Primary() bool { return orNone(a.Position).Primary }

// OwnAffiliation is an affiliation that is being written, field by field: it shares nothing.
type OwnAffiliation struct {
	Organization ID
	Position
}

// Affiliation is what an entry holds of it.
func (a OwnAffiliation) Affiliation() Affiliation {
	if a.Position == (Position{}) {
		return Affiliation{a.Organization, nil}
	}
	return Affiliation{a.Organization, &a.Position}
}
