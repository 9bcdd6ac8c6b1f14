package content

// OrganizationKind says what an organization is.
type OrganizationKind string

// The kinds of organizations.
const (
	OrgCommunityCollege OrganizationKind = "COMMUNITY_COLLEGE"
	OrgUniversity       OrganizationKind = "UNIVERSITY"
	OrgCollegeSystem    OrganizationKind = "COLLEGE_SYSTEM"
	OrgSchoolDistrict   OrganizationKind = "SCHOOL_DISTRICT"
	OrgHighSchool       OrganizationKind = "HIGH_SCHOOL"
	OrgTraining         OrganizationKind = "TRAINING_PROVIDER"
	OrgEmployer         OrganizationKind = "EMPLOYER"
	OrgIndustry         OrganizationKind = "INDUSTRY_ASSOCIATION"
	OrgAssociation      OrganizationKind = "ASSOCIATION"
	OrgWorkforceBoard   OrganizationKind = "WORKFORCE_BOARD"
	OrgStateAgency      OrganizationKind = "STATE_AGENCY"
	OrgLocalAgency      OrganizationKind = "LOCAL_AGENCY"
	OrgFederalAgency    OrganizationKind = "FEDERAL_AGENCY"
	OrgNonprofit        OrganizationKind = "NONPROFIT"
	OrgIntermediary     OrganizationKind = "INTERMEDIARY"
	OrgFoundation       OrganizationKind = "FOUNDATION"
	OrgCommunityBased   OrganizationKind = "COMMUNITY_BASED"
	OrgLaborUnion       OrganizationKind = "LABOR_UNION"
	OrgResearch         OrganizationKind = "RESEARCH"
	OrgNetwork          OrganizationKind = "NETWORK"
	OrgMedia            OrganizationKind = "MEDIA"
	OrgOther            OrganizationKind = "OTHER"
)

func organizationKinds() []OrganizationKind {
	return []OrganizationKind{
		OrgCommunityCollege, OrgUniversity, OrgCollegeSystem, OrgSchoolDistrict, OrgHighSchool, OrgTraining, OrgEmployer,
		OrgIndustry, OrgAssociation, OrgWorkforceBoard, OrgStateAgency, OrgLocalAgency, OrgFederalAgency, OrgNonprofit,
		OrgIntermediary, OrgFoundation, OrgCommunityBased, OrgLaborUnion, OrgResearch, OrgNetwork, OrgMedia, OrgOther,
	}
}

// OrganizationStatus says whether an organization still exists; empty is unknown.
type OrganizationStatus string

// The states of organizations.
const (
	OrgActive    OrganizationStatus = "ACTIVE"
	OrgInactive  OrganizationStatus = "INACTIVE"
	OrgWithdrawn OrganizationStatus = "WITHDRAWN"
)

func organizationStatuses() []OrganizationStatus {
	return []OrganizationStatus{OrgActive, OrgInactive, OrgWithdrawn}
}

// Organization is a college, an employer, an agency, a foundation: whoever hosts, is credited or is a partner.
type Organization struct {
	Base
	Name             string           `json:"name"`
	Acronym          string           `json:"acronym,omitzero"`
	OrganizationKind OrganizationKind `json:"kind"`
	Summary          Text             `json:"summary,omitzero"`
	City             string           `json:"city,omitzero"`
	Region           string           `json:"region,omitzero"`
	Country          string           `json:"country,omitzero"`
	Website          string           `json:"website,omitzero"`
	Logo             *Image           `json:"logo,omitzero"`
	Established      PartialDate      `json:"established,omitzero"`
	NetworkMember    bool             `json:"networkMember,omitzero"`
	*OrganizationRare
}

// OrganizationRare is what is known of few organizations.
type OrganizationRare struct {
	// KindAsPrinted is the source's own word for the kind.
	KindAsPrinted string             `json:"kindAsPrinted,omitzero"`
	Sector        string             `json:"sector,omitzero"`
	Aliases       []Alias            `json:"aliases,omitempty"`
	Parent        ID                 `json:"parent,omitzero"`
	Successors    []ID               `json:"successors,omitempty"`
	Related       []ID               `json:"related,omitempty"`
	Status        OrganizationStatus `json:"status,omitzero"`
}

// KindAsPrinted is the source's own word for the kind.
func (o *Organization) KindAsPrinted() string { return orNone(o.OrganizationRare).KindAsPrinted }

// Sector is the part of the economy that it belongs to.
func (o *Organization) Sector() string { return orNone(o.OrganizationRare).Sector }

// Aliases are other names.
func (o *Organization) Aliases() []Alias { return orNone(o.OrganizationRare).Aliases }

// Parent is the organization that it is a part of; empty without one.
func (o *Organization) Parent() ID { return orNone(o.OrganizationRare).Parent }

// Successors are those that came out of it.
func (o *Organization) Successors() []ID { return orNone(o.OrganizationRare).Successors }

// Related are those that have to do with it in another way.
func (o *Organization) Related() []ID { return orNone(o.OrganizationRare).Related }

// Status says whether it still exists; empty is unknown.
func (o *Organization) Status() OrganizationStatus { return orNone(o.OrganizationRare).Status }

// OwnRare is what is known of few organizations, of one that is the caller's own, to be changed.
func (o *Organization) OwnRare() *OrganizationRare { return ownOf(&o.OrganizationRare) }

// Kind implements Entry.
func (*Organization) Kind() Kind { return KindOrganization }

// Label implements Entry.
func (o *Organization) Label() string { return o.Name }

// Links implements Entry.
func (o *Organization) Links(yield func(Link)) {
	if rare := o.OrganizationRare; rare != nil {
		link(yield, "parent", 0, &rare.Parent)
		links(yield, "successors", rare.Successors)
		links(yield, "related", rare.Related)
	}
}

// Texts implements Entry.
func (o *Organization) Texts(yield func(Weight, string)) {
	text(yield, WeightName, o.Name)
	text(yield, WeightName, o.Acronym)
	for _, a := range publicAliases(o.Aliases()) {
		text(yield, WeightAlias, a.Value)
	}
	text(yield, WeightSummary, o.Summary.bare())
}

// Public implements Entry.
func (o *Organization) Public() Entry {
	aliases := publicAliases(o.Aliases())
	if !o.hasNotes() && len(aliases) == len(o.Aliases()) {
		return o
	}
	shown := *o
	shown.hideNotes()
	if len(aliases) < len(o.Aliases()) {
		shown.OwnRare().Aliases = aliases
	}
	return &shown
}

func (o *Organization) validate(v *validator) {
	v.required("name", o.Name)
	enum(v, "kind", o.OrganizationKind, organizationKinds())
	v.region("region", o.Region)
	v.country("country", o.Country)
	v.url("website", o.Website)
	if o.Logo != nil {
		v.in("logo").image(*o.Logo)
	}
	v.aliases(o.Aliases())
	v.ref("parent", o.Parent(), KindOrganization)
	v.refs("successors", o.Successors(), KindOrganization)
	v.refs("related", o.Related(), KindOrganization)
	v.date("established", o.Established)
	if o.Status() != "" {
		enum(v, "status", o.Status(), organizationStatuses())
	}
}
