package exchange_test

import (
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
)

func TestByWhatAnEntryIsKnown(t *testing.T) {
	d := open(t)
	college := hubtest.Publish(t, d, &content.Organization{
		Name: "Lorain County Community College", Acronym: "LCCC", OrganizationKind: content.OrgCommunityCollege, Website: "https://www.lorainccc.edu/",
		Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeIPEDS, Value: "203748"}}}},
	})[0]
	people := hubtest.Publish(
		t, d,
		&content.Speaker{Name: "Zoë Müller", SpeakerRare: &content.SpeakerRare{WebLinks: []content.WebLink{{URL: "https://twitter.com/zoe"}}}},
		&content.Speaker{Name: "Ann Lee", Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeORCID, Value: "0000-0002-1825-0097"}}}}},
		&content.Speaker{Name: "Bo Ek"}, &content.Speaker{Name: "Cy Dee"}, &content.Speaker{Name: "Cy Dee"},
		&content.Speaker{Name: "Marcia Ball", Affiliations: []content.Affiliation{{Organization: college}}, SpeakerRare: &content.SpeakerRare{Aliases: []content.Alias{{Value: "Marcia Ballinger", Visibility: content.VisibilityMatch}}}},
		&content.Speaker{Name: "Tara Lindahl", SpeakerRare: &content.SpeakerRare{WebLinks: []content.WebLink{{URL: "https://tara.example"}}}},
	)
	for _, c := range []struct {
		row, label string
		want       exchange.Outcome
		id         content.ID
		by         string
	}{
		{`ZOE MULLER,@Zoe,,`, "ZOE MULLER", exchange.Updated, people[0], "name and link"},
		{`Dr. Ann Lee,,0000-0002-1825-0097,`, "Dr. Ann Lee", exchange.Updated, people[1], "ORCID 0000-0002-1825-0097"},
		{`Anne,,https://orcid.org/0000-0002-1825-0097,`, "Anne", exchange.Updated, people[1], "ORCID 0000-0002-1825-0097"},
		{`Bo Ek,@bo,,`, "Bo Ek", exchange.Proposed, "", ""},
		{`Cy Dee,,,`, "Cy Dee", exchange.Proposed, "", ""},
		{`Marcia Ballinger,,,203748`, "Marcia Ballinger", exchange.Updated, people[5], "name and organization"},
		{`"Tara Lindahl, PsyD",tara.example,,`, "Tara Lindahl, PsyD", exchange.Updated, people[6], "name and link"},
		{`Nobody Yet,,,`, "Nobody Yet", exchange.Created, "", ""},
		{`Nobody Yet and Somebody Else,,,`, "Nobody Yet and Somebody Else", exchange.Proposed, "", ""},
		{`"Yet, Nobody",,,`, "Yet, Nobody", exchange.Proposed, "", ""},
	} {
		// The college has been decided on, so that a speaker's may support a name.
		bring(t, d, "key,name,unitid\nl,LCCC,203748\n", exchange.Options{Kind: content.KindOrganization, Source: "sheet"})
		report := bring(t, d, "name,twitter,orcid,institution\n"+strings.ReplaceAll(c.row, "203748", "LCCC")+"\n", exchange.Options{
			Kind: content.KindSpeaker, Source: "sheet", Decisions: map[string]string{"organization:lccc": string(college)}, DryRun: true,
		})
		r := rowOf(t, report, c.label)
		if r.Outcome != c.want || r.MatchedBy != c.by || c.id != "" && r.Entry != c.id || (c.want == exchange.Proposed) != (len(r.Reasons) > 0 && r.Entry == "") {
			t.Errorf("%s: %+v", c.row, r)
		}
	}
}

func TestAProposedRowMakesNothingUntilItIsDecided(t *testing.T) {
	d := open(t)
	bo := hubtest.Publish(t, d, &content.Speaker{Name: "Bo Ek", SpeakerRare: &content.SpeakerRare{Pronouns: "he/him"}})[0]
	o := exchange.Options{Kind: content.KindEpisode}
	const sheet = "title,date,speakers\nFirst steps,2024-05-01,Bo Ek; Ann Lee\n"
	report := bring(t, d, sheet, o)
	row := rowOf(t, report, "Bo Ek")
	if row.Outcome != exchange.Proposed || len(row.Candidates) != 1 || row.Candidates[0].ID != bo || report.Proposed != 1 {
		t.Fatalf("%+v", row)
	}
	episode := rowOf(t, report, "First steps")
	on := func() string {
		var all []string
		for _, a := range entryOf[*edition.Episode](t, d, episode.Entry).Appearances(nil) {
			all = append(all, string(a.Speaker().ID()))
		}
		return strings.Join(all, " ")
	}
	ann := string(rowOf(t, report, "Ann Lee").Entry)
	if on() != ann || len(episode.Reasons) != 1 || !strings.Contains(episode.Reasons[0], "bo ek") {
		t.Errorf("%s, %v", on(), episode.Reasons)
	}
	o.Decisions = map[string]string{row.Key: string(bo)}
	if r := rowOf(t, bring(t, d, sheet, o), "Bo Ek"); r.Entry != bo || r.MatchedBy != "decision" {
		t.Errorf("%+v", r)
	}
	if on() != string(bo)+" "+ann {
		t.Errorf("%s", on())
	}
	// What was decided once is not asked again.
	o.Decisions = nil
	if again := bring(t, d, sheet, o); again.Proposed+again.Created+again.Updated != 0 {
		t.Errorf("%s", outcomes(again))
	}
	other := hubtest.Publish(t, d, &content.Speaker{Name: "Cy Dee"})[0]
	o.Kind, o.Decisions = content.KindSpeaker, map[string]string{"speaker:cy dee": "new"}
	if r := rowOf(t, bring(t, d, "name\nCy Dee\n", o), "Cy Dee"); r.Outcome != exchange.Created || r.Entry == other {
		t.Errorf("%+v", r)
	}
}

func TestIdentifiersThatDisagreeAreProposed(t *testing.T) {
	d := open(t)
	hubtest.Publish(
		t, d,
		&content.Organization{Name: "A", OrganizationKind: content.OrgOther, Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeIPEDS, Value: "203748"}}}}},
		&content.Organization{Name: "B", OrganizationKind: content.OrgOther, Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeROR, Value: "042nb2s44"}}}}},
	)
	r := rowOf(t, bring(t, d, "name,unitid,ror\nC,203748,https://ror.org/042nb2s44\n", exchange.Options{Kind: content.KindOrganization}), "C")
	if r.Outcome != exchange.Proposed || len(r.Candidates) != 2 {
		t.Errorf("%+v", r)
	}
}

func TestAnEpisodeThatMovedIsProposed(t *testing.T) {
	d := open(t)
	o := exchange.Options{Kind: content.KindEpisode}
	bring(t, d, "title,date\nOffice hours,2024-05-01\nOffice hours,2024-06-01\nOnce,2024-05-01\n", o)
	report := bring(t, d, "title,date\nOffice hours,2024-05-01\nOffice hours,2024-06-01\nOffice hours,2024-07-01\nOnce,2024-05-02\n", o)
	if got := outcomes(report); got != "Office hours UNCHANGED, Office hours UNCHANGED, Office hours CREATED, Once PROPOSED" {
		t.Error(got)
	}
}

func TestASourceDoesNotOverwriteWhatAnotherBrought(t *testing.T) {
	d := open(t)
	bring(t, d, `{"type":"organization","key":"l","name":"Lorain","kind":"community_college","ipeds_unitid":"203748","city":"Elyria"}`, exchange.Options{Source: "first"})
	report := bring(t, d, "name,unitid,city,state\nLORAIN CC,203748,ELYRIA,OH\n", exchange.Options{Kind: content.KindOrganization, Source: "second"})
	r := report.Rows[0]
	o := entryOf[*edition.Organization](t, d, r.Entry)
	if o.Name != "Lorain" || o.City != "Elyria" || o.Region != "US-OH" || o.OrganizationKind != content.OrgCommunityCollege {
		t.Errorf("%+v", o.Organization)
	}
	if len(r.Kept) < 2 {
		t.Errorf("kept %+v", r.Kept)
	}
}
