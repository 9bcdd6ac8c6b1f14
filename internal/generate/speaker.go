package generate

import (
	"strings"

	"bettertogether/internal/content"
)

// person is what appearances need to know of a speaker: how the person is billed, and the number of the employer.
type person struct {
	name, title string
	employer    int32
}

func (m *maker) speaker(n int) content.Entry {
	p := person{pick(m, givenNames), pick(m, jobTitles), int32(m.draw(m.organizations))}
	if m.chance(40) {
		p.name += " " + string(rune('A'+m.IntN(26))) + "."
	}
	p.name += " " + pick(m, familyNames)
	if m.chance(12) {
		p.name += "-" + pick(m, familyNames)
	}
	m.people = append(m.people, p)
	s := &content.Speaker{Name: p.name}
	if m.chance(15) {
		s.Bio = m.prose(0, 200)
	}
	if m.chance(10) {
		s.OwnRare().Photo = &content.Image{URL: m.address("images") + ".jpg", Alt: "Portrait of " + p.name}
	}
	if m.chance(8) {
		s.OwnRare().WebLinks = []content.WebLink{{Label: "LinkedIn", URL: m.address("profiles")}}
	}
	if m.chance(10) {
		s.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeORCID, Value: orcid(n)}}
	}
	if m.chance(8) {
		visible := []content.Visibility{content.VisibilityPublic, content.VisibilityRedirect, content.VisibilityMatch}
		first, last, _ := strings.Cut(p.name, " ")
		s.OwnRare().Aliases = []content.Alias{{Value: first[:1] + ". " + last, Visibility: pick(m, visible)}}
	}
	s.Affiliations = []content.Affiliation{{
		Organization: ID(content.KindOrganization, int(p.employer)), Position: &content.Position{Title: p.title, Primary: true},
	}}
	if m.chance(20) {
		from := m.between(2000, 2015)
		s.Affiliations = append(s.Affiliations, content.Affiliation{
			Organization: ID(content.KindOrganization, m.draw(m.organizations)),
			Position:     &content.Position{Title: pick(m, jobTitles), From: year(from), To: year(from + m.between(0, 8))},
		})
	}
	return s
}
