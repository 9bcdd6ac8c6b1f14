package edition

import (
	"cmp"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// CaseStudy is a case study as a view shows it.
type CaseStudy struct {
	*content.CaseStudy
	handle
}

// Summary is the summary in a format.
func (c *CaseStudy) Summary(format content.TextFormat) string {
	return c.v.text(c.CaseStudy.Summary.In(format))
}

// Body is the whole story in a format.
func (c *CaseStudy) Body(format content.TextFormat) string {
	return c.v.text(c.CaseStudy.Body.In(format))
}

// The ends of a case study begin with its partners; the last are episodes and resources.

// Partners are the organizations of the partnership and what each does.
func (c *CaseStudy) Partners() []Partner {
	shown := make([]Partner, 0, len(c.CaseStudy.Partners))
	ends := c.n.ends.All()
	for i := range c.CaseStudy.Partners {
		p := &c.CaseStudy.Partners[i]
		if n := c.v.follow(ends[i]); n != nil {
			shown = append(shown, Partner{p, c, n})
		}
	}
	return shown
}

// Strategies are what the partnership does.
func (c *CaseStudy) Strategies() []*Topic { return all[*Topic](c.v, c.CaseStudy.Strategies) }

// Populations are whom it serves.
func (c *CaseStudy) Populations() []*Topic { return all[*Topic](c.v, c.CaseStudy.Populations) }

// Outcomes are its results.
func (c *CaseStudy) Outcomes() []Outcome {
	found := make([]Outcome, len(c.CaseStudy.Outcomes))
	for i := range found {
		found[i] = Outcome{&c.CaseStudy.Outcomes[i], c.v}
	}
	return found
}

// Credentials are the programmes that it made.
func (c *CaseStudy) Credentials() []CredentialProgram {
	found := make([]CredentialProgram, len(c.CaseStudy.Credentials))
	for i := range found {
		found[i] = CredentialProgram{&c.CaseStudy.Credentials[i], c.v}
	}
	return found
}

// Evidence is what the case study as a whole rests on.
func (c *CaseStudy) Evidence() []Evidence { return evidence(c.v, c.CaseStudy.Evidence) }

// Contributors are the people behind it.
func (c *CaseStudy) Contributors() []*Speaker {
	var ids []content.ID
	for _, p := range c.CaseStudy.Contributors {
		ids = append(ids, p.Speaker)
	}
	return all[*Speaker](c.v, distinct(ids))
}

// Contributions are the people behind it with the positions they held then.
func (c *CaseStudy) Contributions() []Contribution {
	shown := make([]Contribution, 0, len(c.CaseStudy.Contributors))
	for i := range c.CaseStudy.Contributors {
		p := &c.CaseStudy.Contributors[i]
		if n := c.v.find(p.Speaker); n != nil {
			shown = append(shown, Contribution{p, c, n})
		}
	}
	return shown
}

// Episodes are the episodes that tell of it.
func (c *CaseStudy) Episodes() []*Episode {
	return allLed[*Episode](c.v, c.n.lastEnds(len(c.CaseStudy.Episodes), len(c.CaseStudy.Resources)))
}

// Resources are what goes with it.
func (c *CaseStudy) Resources() []*Resource {
	return allLed[*Resource](c.v, c.n.lastEnds(len(c.CaseStudy.Resources), 0))
}

// Partner is an organization's part in a case study.
type Partner struct {
	*content.Partner
	study        *CaseStudy
	organization *node
}

// Organization is who takes part.
func (p Partner) Organization() *Organization { return p.study.v.wrap(p.organization).(*Organization) }

// Contribution is what the partner gives, in a format.
func (p Partner) Contribution(format content.TextFormat) string {
	return p.study.v.text(p.Partner.Contribution.In(format))
}

// Contribution is a person's part in a case study.
type Contribution struct {
	*content.Contributor
	study   *CaseStudy
	speaker *node
}

// Speaker is the person.
func (c Contribution) Speaker() *Speaker { return c.study.v.wrap(c.speaker).(*Speaker) }

// CreditedOrganizations are whom the person stood for then.
func (c Contribution) CreditedOrganizations() []*Organization {
	return all[*Organization](c.study.v, c.Contributor.CreditedOrganizations)
}

// Outcome is a result of a partnership.
type Outcome struct {
	*content.Outcome
	v *View
}

// Evidence is what the outcome rests on.
func (o Outcome) Evidence() []Evidence { return evidence(o.v, o.Outcome.Evidence) }

// CredentialProgram is a programme of study.
type CredentialProgram struct {
	*content.CredentialProgram
	v *View
}

// Provider is who teaches it.
func (p CredentialProgram) Provider() *Organization {
	return as[*Organization](p.v, p.CredentialProgram.Provider)
}

// Evidence is a source link, or a moment in a recording.
type Evidence struct {
	*content.Evidence
	v *View
}

// Episode is where the moment is.
func (e Evidence) Episode() *Episode { return as[*Episode](e.v, e.Evidence.Episode) }

func evidence(v *View, stored []content.Evidence) []Evidence {
	found := make([]Evidence, len(stored))
	for i := range found {
		found[i] = Evidence{&stored[i], v}
	}
	return found
}

// CaseStudyEdge is a case study in a list.
type CaseStudyEdge struct {
	Cursor string
	Node   *CaseStudy
}

// CaseStudyConnection is a page of case studies.
type CaseStudyConnection struct{ *page }

// Edges are the case studies with their cursors.
func (c CaseStudyConnection) Edges() []CaseStudyEdge {
	edges := make([]CaseStudyEdge, len(c.nodes))
	for i, n := range c.nodes {
		edges[i] = CaseStudyEdge{c.order.cursor(n), c.v.wrap(n).(*CaseStudy)}
	}
	return edges
}

// Nodes are the case studies.
func (c CaseStudyConnection) Nodes() []*CaseStudy { return wrapAll[*CaseStudy](c.page) }

// CaseStudyFilter says which case studies a list shows. "A community college with employers launched at least 20 programs" is
// partners: [{kind: COMMUNITY_COLLEGE}], topics: ["employer-engagement"], outcome: {measure: "programs launched", min: 20}.
type CaseStudyFilter struct {
	// Partners must each be met by a partner of the case study, each by another one.
	Partners []PartnerFilter
	Outcome  *OutcomeFilter
	Regions  []string
	// Topics are strategies or populations; they take their narrower topics in.
	Topics []content.ID
	// From and To bound the time of the partnership, both inclusive; one without a start is outside of every bound.
	From   content.PartialDate
	To     content.PartialDate
	Search string
}

// PartnerFilter is met by a partner of the kind, in the role, or the very organization.
type PartnerFilter struct {
	Organization *content.ID
	Kind         *content.OrganizationKind
	Role         *content.PartnerRole
}

// OutcomeFilter is met by an outcome whose label, measure or unit holds all words of Measure and whose value is within Min
// and Max, both inclusive.
type OutcomeFilter struct {
	Measure *string
	Min     *float64
	Max     *float64
}

// CaseStudyOrder is an order of case studies.
type CaseStudyOrder string

// CaseStudies lists case studies.
func (v *View) CaseStudies(filter *CaseStudyFilter, o *CaseStudyOrder, args PageArgs) (*CaseStudyConnection, error) {
	return v.whole(findOrder(content.KindCaseStudy, deref(o))).caseStudies(filter, args)
}

// caseStudiesAmong lists the case studies that are in any of some lists, each in the default order.
func (v *View) caseStudiesAmong(args PageArgs, lists ...[]int32) (*CaseStudyConnection, error) {
	return v.among(orders[defaultOrder(content.KindCaseStudy)], lists...).caseStudies(nil, args)
}

func studyOf(n *node) *content.CaseStudy { return n.entry().(*content.CaseStudy) }

func (l list) caseStudies(filter *CaseStudyFilter, args PageArgs) (*CaseStudyConnection, error) {
	v := l.v
	l.facet = (*View).caseStudyFacets
	if f := filter; f != nil {
		if err := checkLists(map[string]int{"partners": len(f.Partners), "regions": len(f.Regions), "topics": len(f.Topics)}); err != nil {
			return nil, err
		}
		if err := cmp.Or(checkSpan("filter", f.From, f.To), checkPlaces(f.Regions)); err != nil {
			return nil, err
		}
		if len(f.Topics) > 0 {
			l.narrowBack(v.narrower(v.resolve(content.KindTopic, f.Topics)), "strategies", "populations")
		}
		if len(f.Partners) > 0 {
			l.require(func(n *node) bool { return v.partnersMeet(f.Partners, studyOf(n).Partners) })
		}
		if f.Outcome != nil {
			l.require(func(n *node) bool { return slices.ContainsFunc(studyOf(n).Outcomes, f.Outcome.isMet) })
		}
		if len(f.Regions) > 0 {
			l.require(func(n *node) bool {
				return slices.ContainsFunc(studyOf(n).Regions, func(r string) bool { return regionMatch(f.Regions, r, "") })
			})
		}
		if f.From != "" || f.To != "" {
			l.require(func(n *node) bool { return within(studyOf(n).StartedOn, lastDay(studyOf(n)), f.From, f.To) })
		}
		if err := l.searchFor(f.Search); err != nil {
			return nil, err
		}
	}
	p, err := l.open(args)
	if err != nil {
		return nil, err
	}
	return &CaseStudyConnection{p}, nil
}

// partnersMeet tells whether each filter can have a partner of its own: a matching of filters to partners, found by
// augmenting paths, since the first fit may take the partner that another filter needs.
func (v *View) partnersMeet(filters []PartnerFilter, partners []content.Partner) bool {
	taken := make([]int, len(partners))
	var assign func(f int, tried []bool) bool
	assign = func(f int, tried []bool) bool {
		for i, p := range partners {
			if tried[i] || !v.partnerMeets(filters[f], p) {
				continue
			}
			tried[i] = true
			if taken[i] == 0 || assign(taken[i]-1, tried) {
				taken[i] = f + 1
				return true
			}
		}
		return false
	}
	for f := range filters {
		if !assign(f, make([]bool, len(partners))) {
			return false
		}
	}
	return true
}

func (v *View) partnerMeets(f PartnerFilter, p content.Partner) bool {
	n := v.find(p.Organization)
	if n == nil || f.Role != nil && p.Role != *f.Role {
		return false
	}
	if f.Kind != nil && n.entry().(*content.Organization).OrganizationKind != *f.Kind {
		return false
	}
	return f.Organization == nil || v.lookup(content.KindOrganization, string(*f.Organization)) == n
}

func (f *OutcomeFilter) isMet(o content.Outcome) bool {
	if f.Measure != nil {
		have := map[string]bool{}
		eachWord(strings.Join([]string{o.Measure, o.Label, o.Unit}, " "), func(w string) { have[w] = true })
		all := true
		words(*f.Measure, func(w string) { all = all && have[w] })
		if !all {
			return false
		}
	}
	if f.Min == nil && f.Max == nil {
		return true
	}
	return o.Value != nil && (f.Min == nil || *o.Value >= *f.Min) && (f.Max == nil || *o.Value <= *f.Max)
}

// lastDay is how far a partnership reaches: its end, no end for one that goes on, else its start.
func lastDay(c *content.CaseStudy) content.PartialDate {
	switch {
	case c.EndedOn != "":
		return c.EndedOn
	case c.Status == content.PartnershipActive:
		return "9999"
	}
	return c.StartedOn
}

func (v *View) caseStudyFacets(n *node, count func(field, value string)) {
	c := studyOf(n)
	count("status", string(c.Status))
	for _, r := range c.Regions {
		count("regions", r)
	}
	for _, p := range c.Partners {
		if o := v.find(p.Organization); o != nil {
			count("partnerKinds", string(o.entry().(*content.Organization).OrganizationKind))
			count("partnerRoles", string(p.Role))
		}
	}
	for _, id := range slices.Concat(c.Strategies, c.Populations) {
		if v.find(id) != nil {
			count("topics", string(id))
		}
	}
}
