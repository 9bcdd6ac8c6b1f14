package edition_test

import (
	"slices"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// Two people of one name are a doubt; each piece of evidence moves the score its way, and the strong ones settle it.
func TestEvidenceMovesTheScoreItsWay(t *testing.T) {
	for _, c := range []struct {
		code        edition.ReasonCode
		least, most float64
		add         func(m *made, ids []content.ID, a, b *content.Speaker)
	}{
		{edition.ReasonSameName, 0.45, 0.65, func(*made, []content.ID, *content.Speaker, *content.Speaker) {}},
		{edition.ReasonSharedOrganization, 0.8, 1, func(m *made, _ []content.ID, a, b *content.Speaker) {
			a.Affiliations = []content.Affiliation{{Organization: m.organization("Harper College")}}
			b.Affiliations = a.Affiliations
		}},
		{edition.ReasonOtherOrganization, 0.2, 0.45, func(m *made, _ []content.ID, a, b *content.Speaker) {
			a.Affiliations = []content.Affiliation{{Organization: m.organization("Harper College")}}
			b.Affiliations = []content.Affiliation{{Organization: m.organization("Urban Institute")}}
		}},
		{edition.ReasonCloseOrganization, 0.6, 0.8, func(m *made, _ []content.ID, a, b *content.Speaker) {
			above := m.organization("Jobs for the Future")
			below := m.put("labs", &content.Organization{Name: "JFFLabs", OrganizationKind: content.OrgOther, OrganizationRare: &content.OrganizationRare{Parent: above}})
			a.Affiliations = []content.Affiliation{{Organization: above}}
			b.Affiliations = []content.Affiliation{{Organization: below}}
		}},
		{edition.ReasonOtherIdentifier, 0, 0.05, func(_ *made, _ []content.ID, a, b *content.Speaker) {
			a.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeORCID, Value: "0000-0002-1825-0097"}}
			b.OwnRare().WebLinks = []content.WebLink{{URL: "https://orcid.org/0000-0001-5109-3700"}}
		}},
		{edition.ReasonSameIdentifier, 0.95, 1, func(_ *made, _ []content.ID, a, b *content.Speaker) {
			a.OwnMargin().Identifiers = []content.Identifier{{Scheme: content.SchemeWikidata, Value: "Q16930"}}
			b.OwnRare().WebLinks = []content.WebLink{{URL: "https://www.wikidata.org/wiki/Q16930"}}
		}},
		{edition.ReasonSharedWebsite, 0.9, 1, func(_ *made, _ []content.ID, a, b *content.Speaker) {
			a.OwnRare().WebLinks = []content.WebLink{{URL: "https://www.linkedin.com/in/harwood/"}}
			b.OwnRare().WebLinks = []content.WebLink{{URL: "http://linkedin.com/in/Harwood"}}
		}},
		{edition.ReasonOtherWebsite, 0.1, 0.4, func(_ *made, _ []content.ID, a, b *content.Speaker) {
			a.OwnRare().WebLinks = []content.WebLink{{URL: "https://www.linkedin.com/in/harwood"}}
			b.OwnRare().WebLinks = []content.WebLink{{URL: "https://www.linkedin.com/in/harwood-2"}}
		}},
		{edition.ReasonOtherPronouns, 0, 0.2, func(_ *made, _ []content.ID, a, b *content.Speaker) {
			a.OwnRare().Pronouns, b.OwnRare().Pronouns = "he/him", "She/her"
		}},
		{edition.ReasonTogether, 0, 0.1, func(m *made, ids []content.ID, _, _ *content.Speaker) {
			m.put("e", &content.Episode{Title: "A panel", Appearances: []content.Appearance{
				{Speaker: ids[0], Part: &content.Part{}, Billing: &content.Billing{CreditedName: "Quentin Harwood, Ford"}}, {Speaker: ids[1], Part: &content.Part{}, Billing: &content.Billing{CreditedName: "Quentin Harwood, GM"}},
			}})
		}},
		{edition.ReasonCreditedTwice, 0.6, 0.8, func(m *made, ids []content.ID, _, _ *content.Speaker) {
			m.put("e", &content.Episode{Title: "A panel", Appearances: []content.Appearance{
				{Speaker: ids[0], Part: &content.Part{}, Billing: &content.Billing{CreditedName: "Quentin Harwood"}}, {Speaker: ids[1], Part: &content.Part{Role: content.RoleHost}, Billing: &content.Billing{CreditedName: "Quentin Harwood"}},
			}})
		}},
		{edition.ReasonSharedPeople, 0.65, 0.85, func(m *made, ids []content.ID, _, _ *content.Speaker) {
			host := m.speaker("Salvatrice Cummo")
			for i, id := range ids {
				m.put(string(rune('e'+i)), &content.Episode{Title: "Talk", Appearances: []content.Appearance{
					{Speaker: id, Part: &content.Part{}, Billing: &content.Billing{CreditedName: "Quentin Harwood"}}, {Speaker: host, Part: &content.Part{}, Billing: &content.Billing{CreditedName: "Salvatrice Cummo"}},
				}})
			}
		}},
	} {
		m := gather(t)
		a, b := &content.Speaker{Name: "Quentin Harwood"}, &content.Speaker{Name: "Quentin Harwood"}
		c.add(m, []content.ID{m.put("1", a), m.put("2", b)}, a, b)
		all := everyPair(t, m.view(edition.Preview), content.KindSpeaker, 0)
		if len(all) == 0 {
			if c.least > 0 {
				t.Errorf("%s: no pair", c.code)
			}
			continue
		}
		told := slices.ContainsFunc(all[0].Reasons, func(r edition.DuplicateReason) bool { return r.Code == c.code })
		if !told || all[0].Score < c.least || all[0].Score > c.most {
			t.Errorf("%s: %.2f with %v, want %.2f to %.2f", c.code, all[0].Score, all[0].Reasons, c.least, c.most)
		}
	}
}

// What somebody has entered as two is not proposed as one.
func TestParentsSuccessorsAndPlacesTellOrganizationsApart(t *testing.T) {
	m := gather(t)
	old := m.put("old", &content.Organization{Name: "Corinthian Institute", OrganizationKind: content.OrgOther})
	m.put("new", &content.Organization{Name: "Corinthian Institute", OrganizationKind: content.OrgOther, OrganizationRare: &content.OrganizationRare{Related: []content.ID{old}}})
	for i, region := range []string{"US-OH", "US-PA", "CA-ON"} {
		m.put(string(rune('a'+i)), &content.Organization{Name: "Lakeland College", OrganizationKind: content.OrgUniversity, Region: region})
	}
	if likely := everyPair(t, m.view(edition.Preview), content.KindOrganization, 0.1); len(likely) > 0 {
		t.Errorf("%v", likely)
	}
	m.put("d", &content.Organization{Name: "Lakeland Coll.", OrganizationKind: content.OrgUniversity, Region: "US-OH"})
	likely := everyPair(t, m.view(edition.Preview), content.KindOrganization, 0.1)
	if len(likely) != 1 || likely[0].Score < edition.LikelyDuplicate {
		t.Errorf("%v", likely)
	}
}
