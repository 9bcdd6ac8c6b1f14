package content

// AppearanceRole says what somebody did in an episode or a series.
type AppearanceRole string

// The roles.
const (
	RoleSpeaker     AppearanceRole = "SPEAKER"
	RoleHost        AppearanceRole = "HOST"
	RoleCoHost      AppearanceRole = "CO_HOST"
	RoleModerator   AppearanceRole = "MODERATOR"
	RolePresenter   AppearanceRole = "PRESENTER"
	RolePanelist    AppearanceRole = "PANELIST"
	RoleKeynote     AppearanceRole = "KEYNOTE"
	RoleInterviewer AppearanceRole = "INTERVIEWER"
	RoleGuest       AppearanceRole = "GUEST"
	RoleRespondent  AppearanceRole = "RESPONDENT"
	RoleCommentator AppearanceRole = "COMMENTATOR"
	RoleInterpreter AppearanceRole = "INTERPRETER"
	RoleProducer    AppearanceRole = "PRODUCER"
	RoleAuthor      AppearanceRole = "AUTHOR"
	RoleOther       AppearanceRole = "OTHER"
)

func appearanceRoles() []AppearanceRole {
	return []AppearanceRole{
		RoleSpeaker, RoleHost, RoleCoHost, RoleModerator, RolePresenter, RolePanelist, RoleKeynote, RoleInterviewer,
		RoleGuest, RoleRespondent, RoleCommentator, RoleInterpreter, RoleProducer, RoleAuthor, RoleOther,
	}
}

// Appearance is the graph's edge: who spoke, as billed on the day. A later job never rewrites it.
//
// A hub has millions of them, and most say of role and bill what others say. So the entries of an edition share equal parts: who
// changes one changes their own, that of a Clone or of an OwnAppearance. Part and Billing are never nil in an entry.
type Appearance struct {
	Speaker ID `json:"speaker"`
	*Part
	*Billing
	*Aside
}

// Part is what somebody did in an episode.
type Part struct {
	Role          AppearanceRole `json:"role"`
	RoleAsPrinted string         `json:"roleAsPrinted,omitzero"`
}

// Billing is how an episode announced somebody.
type Billing struct {
	CreditedName  string `json:"creditedName"`
	CreditedTitle string `json:"creditedTitle,omitzero"`
	*Credited
}

// Credited are the organizations that were announced with somebody. It is nil where none was.
type Credited struct {
	CreditedOrganizations []ID `json:"creditedOrganizations,omitempty"`
}

// Aside is what is known of an appearance beside the bill. It is nil where that is nothing.
type Aside struct {
	Sources []Source `json:"sources,omitempty"`
	// Printed is the place on the bill that a source gives; 0 where it gives none.
	Printed int32 `json:"printed,omitzero"`
	// Note is for editors only.
	Note string `json:"note,omitzero"`
}

// Sources are where it was read.
func (a *Appearance) Sources() []Source { return orNone(a.Aside).Sources }

// Printed is the place on the bill that a source gives; 0 where it gives none.
func (a *Appearance) Printed() int32 { return orNone(a.Aside).Printed }

// CreditedOrganizations are those that were announced with somebody.
func (a *Appearance) CreditedOrganizations() []ID {
	return orNone(orNone(a.Billing).Credited).CreditedOrganizations
}

// Note is for editors only.
func (a *Appearance) Note() string { return orNone(a.Aside).Note }

// hideNote gives an appearance an Aside of its own without the note.
func (a *Appearance) hideNote() {
	if a.Note() != "" {
		shown := *a.Aside
		shown.Note = ""
		a.Aside = shown.orNil()
	}
}

// orNil is an Aside as appearances hold it.
func (s Aside) orNil() *Aside {
	if len(s.Sources) == 0 && s.Printed == 0 && s.Note == "" {
		return nil
	}
	return &s
}

// OwnAppearance is an appearance that is being written, field by field: it shares nothing.
type OwnAppearance struct {
	Speaker ID
	Part
	CreditedName  string
	CreditedTitle string
	Credited
	Aside
}

// Appearance is what an entry holds of it.
func (a OwnAppearance) Appearance() Appearance {
	billing := Billing{CreditedName: a.CreditedName, CreditedTitle: a.CreditedTitle}
	if len(a.CreditedOrganizations) > 0 {
		billing.Credited = &a.Credited
	}
	return Appearance{a.Speaker, &a.Part, &billing, a.Aside.orNil()}
}

// complete gives an appearance of a body in any form the parts of which it names no member.
func (a *Appearance) complete() {
	if a.Part == nil {
		a.Part = new(Part)
	}
	if a.Billing == nil {
		a.Billing = new(Billing)
	}
}
