package content

// PartnerRole says what an organization does in a partnership.
type PartnerRole string

// The roles of partners.
const (
	PartnerLead         PartnerRole = "LEAD"
	PartnerEducation    PartnerRole = "EDUCATION_PROVIDER"
	PartnerEmployer     PartnerRole = "EMPLOYER"
	PartnerFunder       PartnerRole = "FUNDER"
	PartnerGovernment   PartnerRole = "GOVERNMENT"
	PartnerServices     PartnerRole = "SOCIAL_SERVICES"
	PartnerIntermediary PartnerRole = "INTERMEDIARY"
	PartnerCommunity    PartnerRole = "COMMUNITY"
	PartnerLabor        PartnerRole = "LABOR"
	PartnerResearch     PartnerRole = "RESEARCH"
	PartnerMember       PartnerRole = "MEMBER"
	PartnerOther        PartnerRole = "OTHER"
)

func partnerRoles() []PartnerRole {
	return []PartnerRole{
		PartnerLead, PartnerEducation, PartnerEmployer, PartnerFunder, PartnerGovernment, PartnerServices,
		PartnerIntermediary, PartnerCommunity, PartnerLabor, PartnerResearch, PartnerMember, PartnerOther,
	}
}

// PartnershipStatus says whether a partnership goes on.
type PartnershipStatus string

// The states of partnerships.
const (
	PartnershipPlanned   PartnershipStatus = "PLANNED"
	PartnershipActive    PartnershipStatus = "ACTIVE"
	PartnershipCompleted PartnershipStatus = "COMPLETED"
	PartnershipUnknown   PartnershipStatus = "UNKNOWN"
)

func partnershipStatuses() []PartnershipStatus {
	return []PartnershipStatus{PartnershipPlanned, PartnershipActive, PartnershipCompleted, PartnershipUnknown}
}

// Partner is one organization's part in a partnership.
type Partner struct {
	Organization  ID          `json:"organization"`
	Role          PartnerRole `json:"role"`
	RoleAsPrinted string      `json:"roleAsPrinted,omitzero"`
	Contribution  Text        `json:"contribution,omitzero"`
	From          PartialDate `json:"from,omitzero"`
	To            PartialDate `json:"to,omitzero"`
}

// Outcome is one result of a partnership, as its source tells it.
type Outcome struct {
	// Measure is what is counted, in a word or two that several case studies share: "programs launched".
	Measure string `json:"measure,omitzero"`
	Label   string `json:"label"`
	// Value is the number; nil when the source gives none, then ValueText has what it says.
	Value      *float64    `json:"value,omitzero"`
	ValueText  string      `json:"valueText,omitzero"`
	Unit       string      `json:"unit,omitzero"`
	Baseline   *float64    `json:"baseline,omitzero"`
	Population string      `json:"population,omitzero"`
	AsOf       PartialDate `json:"asOf,omitzero"`
	Evidence   []Evidence  `json:"evidence,omitempty"`
}

// CredentialProgram is a programme of study that a partnership made.
type CredentialProgram struct {
	Name     string   `json:"name"`
	Provider ID       `json:"provider,omitzero"`
	Type     string   `json:"kind,omitzero"`
	Weeks    *int32   `json:"weeks,omitzero"`
	CIP      string   `json:"cip,omitzero"`
	SOC      []string `json:"soc,omitempty"`
	CTID     string   `json:"ctid,omitzero"`
}

// EvidenceLevel says how firmly something is known.
type EvidenceLevel string

// The levels of evidence, from the firmest.
const (
	EvidenceEvaluated EvidenceLevel = "EVALUATED"
	EvidenceReported  EvidenceLevel = "REPORTED"
	EvidenceClaimed   EvidenceLevel = "CLAIMED"
)

func evidenceLevels() []EvidenceLevel {
	return []EvidenceLevel{EvidenceEvaluated, EvidenceReported, EvidenceClaimed}
}

// Evidence is a source link, or a moment in an episode's recording.
type Evidence struct {
	Level EvidenceLevel `json:"level"`
	URL   string        `json:"url,omitzero"`
	Title string        `json:"title,omitzero"`
	// Episode and Seconds name a moment in its first recording.
	Episode ID     `json:"episode,omitzero"`
	Seconds *int32 `json:"seconds,omitzero"`
}

// Contributor is a person behind a case study, with the position held then.
type Contributor struct {
	Speaker               ID     `json:"speaker"`
	CreditedTitle         string `json:"creditedTitle,omitzero"`
	CreditedOrganizations []ID   `json:"creditedOrganizations,omitempty"`
}

// CaseStudy is a partnership told with evidence: a hyperedge between organizations.
type CaseStudy struct {
	Base
	Title        string              `json:"title"`
	Summary      Text                `json:"summary,omitzero"`
	Body         Text                `json:"body,omitzero"`
	Partners     []Partner           `json:"partners,omitempty"`
	Strategies   []ID                `json:"strategies,omitempty"`
	Populations  []ID                `json:"populations,omitempty"`
	Regions      []string            `json:"regions,omitempty"`
	City         string              `json:"city,omitzero"`
	Outcomes     []Outcome           `json:"outcomes,omitempty"`
	Credentials  []CredentialProgram `json:"credentials,omitempty"`
	Status       PartnershipStatus   `json:"status"`
	StartedOn    PartialDate         `json:"startedOn,omitzero"`
	EndedOn      PartialDate         `json:"endedOn,omitzero"`
	Evidence     []Evidence          `json:"evidence,omitempty"`
	Contributors []Contributor       `json:"contributors,omitempty"`
	Episodes     []ID                `json:"episodes,omitempty"`
	Resources    []ID                `json:"resources,omitempty"`
}

// Kind implements Entry.
func (*CaseStudy) Kind() Kind { return KindCaseStudy }

// Label implements Entry.
func (c *CaseStudy) Label() string { return c.Title }

// Links implements Entry.
func (c *CaseStudy) Links(yield func(Link)) {
	for i := range c.Partners {
		p := &c.Partners[i]
		link(yield, "partners", i, &p.Organization)
	}
	links(yield, "strategies", c.Strategies)
	links(yield, "populations", c.Populations)
	for i := range c.Outcomes {
		o := &c.Outcomes[i]
		for j := range o.Evidence {
			ev := &o.Evidence[j]
			link(yield, "outcomeEvidence", i, &ev.Episode)
		}
	}
	for i := range c.Credentials {
		p := &c.Credentials[i]
		link(yield, "credentials", i, &p.Provider)
	}
	for i := range c.Evidence {
		ev := &c.Evidence[i]
		link(yield, "evidence", i, &ev.Episode)
	}
	for i := range c.Contributors {
		p := &c.Contributors[i]
		link(yield, "contributors", i, &p.Speaker)
		for j := range p.CreditedOrganizations {
			link(yield, "creditedOrganizations", i, &p.CreditedOrganizations[j])
		}
	}
	links(yield, "episodes", c.Episodes)
	links(yield, "resources", c.Resources)
}

// Texts implements Entry.
func (c *CaseStudy) Texts(yield func(Weight, string)) {
	text(yield, WeightName, c.Title)
	text(yield, WeightSummary, c.Summary.bare())
	text(yield, WeightBody, c.Body.bare())
	for _, o := range c.Outcomes {
		text(yield, WeightBody, o.Label)
	}
}

// Public implements Entry.
func (c *CaseStudy) Public() Entry {
	if !c.hasNotes() {
		return c
	}
	shown := *c
	shown.hideNotes()
	return &shown
}

func (c *CaseStudy) validate(v *validator) {
	v.required("title", c.Title)
	enum(v, "status", c.Status, partnershipStatuses())
	v.span("startedOn", c.StartedOn, "endedOn", c.EndedOn)
	for i, p := range c.Partners {
		in := v.at("partners", i)
		in.required("organization", string(p.Organization))
		in.ref("organization", p.Organization, KindOrganization)
		enum(in, "role", p.Role, partnerRoles())
		in.span("from", p.From, "to", p.To)
	}
	v.refs("strategies", c.Strategies, KindTopic)
	v.refs("populations", c.Populations, KindTopic)
	for i, r := range c.Regions {
		v.at("regions", i).required("", r)
		v.at("regions", i).region("", r)
	}
	for i, o := range c.Outcomes {
		in := v.at("outcomes", i)
		in.required("label", o.Label)
		in.date("asOf", o.AsOf)
		in.number("value", o.Value)
		in.number("baseline", o.Baseline)
		in.evidence(o.Evidence)
	}
	for i, p := range c.Credentials {
		in := v.at("credentials", i)
		in.required("name", p.Name)
		in.ref("provider", p.Provider, KindOrganization)
		in.atLeast("weeks", p.Weeks, 1)
		if p.CTID != "" {
			if err := (Identifier{Scheme: SchemeCTID, Value: p.CTID}).check(); err != nil {
				in.wrong(CodeInvalid, "ctid", "%v", err)
			}
		}
	}
	v.evidence(c.Evidence)
	for i, p := range c.Contributors {
		in := v.at("contributors", i)
		in.required("speaker", string(p.Speaker))
		in.ref("speaker", p.Speaker, KindSpeaker)
		in.refs("creditedOrganizations", p.CreditedOrganizations, KindOrganization)
	}
	v.refs("episodes", c.Episodes, KindEpisode)
	v.refs("resources", c.Resources, KindResource)
}
