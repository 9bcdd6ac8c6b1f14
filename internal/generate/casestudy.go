package generate

import "bettertogether/internal/content"

func (m *maker) caseStudy(int) content.Entry {
	c := &content.CaseStudy{
		Title: m.title(), Summary: m.prose(0, 200), Body: m.prose(0, 400), Status: content.PartnershipActive,
		Strategies: m.some(content.KindTopic, m.topics, m.between(1, 3)), Regions: []string{pick(m, regions)}, City: m.place(),
		StartedOn: m.past(), Resources: m.some(content.KindResource, m.resources, m.IntN(3)),
	}
	roles := []content.PartnerRole{content.PartnerLead, content.PartnerEducation, content.PartnerEmployer, content.PartnerFunder, content.PartnerCommunity}
	for i, id := range m.some(content.KindOrganization, m.organizations, m.between(3, 6)) {
		c.Partners = append(c.Partners, content.Partner{Organization: id, Role: roles[min(i, len(roles)-1)], Contribution: m.prose(0, 200)})
	}
	for range m.between(2, 4) {
		value := float64(m.between(5, 5_000))
		c.Outcomes = append(c.Outcomes, content.Outcome{
			Measure: pick(m, measures), Label: m.sentence(), Value: &value, AsOf: m.past(),
			Evidence: []content.Evidence{{Level: content.EvidenceReported, URL: m.address("evidence")}},
		})
	}
	for range m.between(1, 3) {
		n := m.draw(m.speakers)
		p := m.people[n]
		c.Contributors = append(c.Contributors, content.Contributor{
			Speaker: ID(content.KindSpeaker, n), CreditedTitle: p.title,
			CreditedOrganizations: []content.ID{ID(content.KindOrganization, int(p.employer))},
		})
	}
	if m.chance(40) {
		c.Credentials = []content.CredentialProgram{{Name: pick(m, adjectives) + " Certificate", Provider: c.Partners[0].Organization, Type: "certificate"}}
	}
	for range m.between(1, 2) {
		id := ID(content.KindEpisode, m.IntN(m.size.Episodes))
		if len(c.Episodes) == 0 || c.Episodes[0] != id {
			c.Episodes = append(c.Episodes, id)
		}
	}
	c.Evidence = []content.Evidence{{Level: content.EvidenceClaimed, Episode: c.Episodes[0]}}
	return c
}
