package generate

import (
	"fmt"
	"strings"

	"bettertogether/internal/content"
)

// organization is what people and episodes need to know of one.
type organization struct {
	name, region, city string
}

// forms gives each of organizationForms its kind.
func forms() []content.OrganizationKind {
	return []content.OrganizationKind{
		content.OrgCommunityCollege, content.OrgUniversity, content.OrgCommunityCollege, content.OrgSchoolDistrict,
		content.OrgWorkforceBoard, content.OrgFoundation, content.OrgAssociation, content.OrgEmployer, content.OrgIndustry,
		content.OrgStateAgency, content.OrgTraining, content.OrgCommunityBased, content.OrgLaborUnion, content.OrgNetwork,
		content.OrgEmployer, content.OrgMedia, content.OrgUniversity, content.OrgIntermediary, content.OrgResearch,
		content.OrgHighSchool,
	}
}

func (m *maker) organization(n int) content.Entry {
	form := m.IntN(len(organizationForms))
	city := m.place()
	o := &content.Organization{
		Name: strings.Replace(organizationForms[form], "%", city, 1), OrganizationKind: forms()[form],
		City: city, Region: pick(m, regions), Country: "US", NetworkMember: m.chance(40),
	}
	o.Acronym = acronym(o.Name)
	if m.chance(70) {
		o.Website = "https://www." + strings.ToLower(city) + ".example.org/"
	}
	if m.chance(50) {
		o.Summary = m.prose(150, 400)
	}
	if m.chance(30) {
		o.Logo = &content.Image{URL: m.address("images") + ".png", Alt: "The logo of " + o.Name}
	}
	switch o.OrganizationKind {
	case content.OrgCommunityCollege, content.OrgUniversity:
		o.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeIPEDS, Value: fmt.Sprint(100_000 + n)}, wikidata(n)}
	case content.OrgSchoolDistrict:
		o.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeNCES, Value: fmt.Sprint(1_000_000 + n)}}
	}
	if m.chance(15) {
		visible := []content.Visibility{content.VisibilityPublic, content.VisibilityPublic, content.VisibilityRedirect, content.VisibilityMatch}
		o.OwnRare().Aliases = []content.Alias{{Value: city + " " + o.Acronym, Visibility: pick(m, visible), Kinds: []string{"former name"}}}
	}
	if n > 10 && m.chance(10) {
		o.OwnRare().Parent = ID(content.KindOrganization, m.IntN(min(n, 200)))
	}
	if m.chance(40) {
		o.Established = content.PartialDate(fmt.Sprint(m.between(1890, 2015)))
	}
	m.orgs = append(m.orgs, organization{o.Name, o.Region, o.City})
	return o
}

// acronym is the capitals of a name.
func acronym(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r
		}
		return -1
	}, name)
}
