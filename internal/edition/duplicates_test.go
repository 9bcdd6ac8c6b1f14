package edition_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

func TestACrowdOfNamesakesStaysAFewPairsEach(t *testing.T) {
	m := gather(t)
	org := m.organization("Somewhere College")
	const each = 3000
	for i := range each {
		m.put(fmt.Sprint("various", i), &content.Speaker{Name: "Various speakers"})
		m.put(fmt.Sprint("smith", i), &content.Speaker{Name: "John Smith", Affiliations: []content.Affiliation{{Organization: org}}})
		m.put(fmt.Sprint("initial", i), &content.Speaker{Name: fmt.Sprintf("J%c. Smith", 'a'+rune(i%26))})
	}
	page, err := m.view(edition.Preview).Duplicates(content.KindSpeaker, 0.01, edition.PageArgs{})
	if err != nil {
		t.Fatal(err)
	}
	if page.TotalCount < each || page.TotalCount > 100*each {
		t.Errorf("%d pairs", page.TotalCount)
	}
	for _, d := range page.Nodes() {
		if d.First.Label() == "Various speakers" {
			t.Fatal("various speakers are proposed as one person")
		}
	}
}

func TestAnEmptyNameResemblesNobody(t *testing.T) {
	m := gather(t)
	m.put("1", &content.Speaker{Name: "TBA"})
	m.put("2", &content.Speaker{Name: "Marcia Ballinger"})
	v := m.view(edition.Preview)
	for _, name := range []string{"", " ", "TBA", "Various Speakers", "—", "()", "Dr."} {
		if found := v.Resembling(content.KindSpeaker, name, edition.Known{}); len(found) > 0 {
			t.Errorf("%q: %v", name, found)
		}
	}
}

func TestDuplicatesRefusesWhatItCannotDo(t *testing.T) {
	v := gather(t).view(edition.Preview)
	for _, c := range []struct {
		kind  content.Kind
		least float64
		args  edition.PageArgs
		want  string
	}{
		{content.KindEpisode, 0.5, edition.PageArgs{}, "speaker, organization, topic"},
		{"", 0.5, edition.PageArgs{}, "speaker, organization, topic"},
		{content.KindSpeaker, 1.01, edition.PageArgs{}, "from 0 to 1"},
		{content.KindSpeaker, -0.1, edition.PageArgs{}, "from 0 to 1"},
		{content.KindSpeaker, math.NaN(), edition.PageArgs{}, "from 0 to 1"},
		{content.KindSpeaker, 0.5, edition.PageArgs{First: ptr(int32(101))}, "from 0 to 100"},
		{content.KindSpeaker, 0.5, edition.PageArgs{After: ptr("nonsense")}, "no cursor"},
	} {
		_, err := v.Duplicates(c.kind, c.least, c.args)
		var told *content.Error
		if !errors.As(err, &told) || !strings.Contains(told.Message, c.want) {
			t.Errorf("%s, %v: %v, want %q", c.kind, c.least, err, c.want)
		}
	}
	if found := v.Resembling(content.KindSeries, "Anything", edition.Known{}); found != nil {
		t.Errorf("series: %v", found)
	}
}

func TestPairsArePagedBothWaysAndACursorHoldsWhenItsPairGoes(t *testing.T) {
	m := gather(t)
	for i, family := range strings.Fields("Abernathy Brockhurst Castlemaine Drummondville Eisenhower Featherstone Grimshaw") {
		m.put(fmt.Sprint(i, "a"), &content.Speaker{Name: "Robert " + family})
		m.put(fmt.Sprint(i, "b"), &content.Speaker{Name: []string{"Robert ", "Bob "}[i%2] + family})
	}
	v := m.view(edition.Preview)
	all := everyPair(t, v, content.KindSpeaker, 0.4)
	if len(all) != 7 || !slices.IsSortedFunc(all, func(a, b edition.DuplicatePair) int { return int(100*b.Score) - int(100*a.Score) }) {
		t.Fatalf("%d pairs: %v", len(all), all)
	}
	var backwards []content.ID
	for cursor := (*string)(nil); ; {
		page, err := v.Duplicates(content.KindSpeaker, 0.4, edition.PageArgs{Last: ptr(int32(2)), Before: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range slices.Backward(page.Edges) {
			backwards = append(backwards, e.Node.First.ID())
		}
		if cursor = page.PageInfo.StartCursor; !page.PageInfo.HasPreviousPage {
			break
		}
	}
	slices.Reverse(backwards)
	for i, d := range all {
		if backwards[i] != d.First.ID() {
			t.Fatalf("backwards %v", backwards)
		}
	}
	page, err := v.Duplicates(content.KindSpeaker, 0.4, edition.PageArgs{First: ptr(int32(3))})
	if err != nil {
		t.Fatal(err)
	}
	end := page.PageInfo.EndCursor
	if _, err := v.Duplicates(content.KindTopic, 0.4, edition.PageArgs{After: end}); err == nil {
		t.Error("a cursor of speakers pages topics")
	}
	m.entries[all[2].Second.ID()].(*content.Speaker).Name = "Somebody Else"
	m.entries[all[2].First.ID()].(*content.Speaker).Name = "Quite Another"
	next, err := m.view(edition.Preview).Duplicates(content.KindSpeaker, 0.4, edition.PageArgs{First: ptr(int32(1)), After: end})
	if err != nil {
		t.Fatal(err)
	}
	if got := next.Nodes()[0].First.ID(); got != all[3].First.ID() {
		t.Errorf("behind the pair that went comes %s, want %s", got, all[3].First.ID())
	}
}

func TestHiddenAliasesMatchInThePreviewOnly(t *testing.T) {
	m := gather(t)
	m.put("1", &content.Speaker{Name: "Katherine Boswell", SpeakerRare: &content.SpeakerRare{Aliases: []content.Alias{{Value: "Kathy Stringfellow", Visibility: content.VisibilityMatch}}}})
	m.put("2", &content.Speaker{Name: "Kathy Stringfellow"})
	for mode, want := range map[edition.Mode]int{edition.Preview: 1, edition.Public: 0} {
		if all := everyPair(t, m.view(mode), content.KindSpeaker, 0.1); len(all) != want {
			t.Errorf("mode %d: %v", mode, all)
		}
	}
}

func TestTheReasonsAddUpToTheScore(t *testing.T) {
	pairs := readLabelled(t)
	m := gather(t)
	for _, p := range pairs {
		m.take(p, p.A, "a")
		m.take(p, p.B, "b")
	}
	v := m.view(edition.Preview)
	for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindTopic} {
		for _, d := range everyPair(t, v, kind, 0) {
			sum := 0.0
			for _, r := range d.Reasons {
				sum += r.Weight
				if r.Code == "" || !strings.HasSuffix(r.Message, ".") || r.Message[0] >= 'a' && r.Message[0] <= 'z' {
					t.Errorf("%s and %s: %+v is no sentence", d.First.Label(), d.Second.Label(), r)
				}
			}
			if want := 1 / (1 + math.Exp(-sum)); math.Abs(want-d.Score) > 0.0051 {
				t.Errorf("%s and %s: %.3f, but the reasons make %.3f", d.First.Label(), d.Second.Label(), d.Score, want)
			}
		}
	}
}

func TestWhatANameMayMean(t *testing.T) {
	m := gather(t)
	lccc := m.put("lccc", &content.Organization{Name: "Lorain County Community College", Acronym: "LCCC", Region: "US-OH", OrganizationKind: content.OrgCommunityCollege})
	m.put("lccc-pa", &content.Organization{Name: "Luzerne County Community College", Acronym: "LCCC", Region: "US-PA", OrganizationKind: content.OrgCommunityCollege})
	m.put("mb", &content.Speaker{Name: "Marcia Ballinger", Affiliations: []content.Affiliation{{Organization: lccc}}})
	m.put("mh", &content.Speaker{Name: "Mark Ballinger"})
	m.put("or", &content.Speaker{Name: "Ada Quist", Base: content.Base{Margin: &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeORCID, Value: "0000-0002-1825-0097"}}}}})
	m.put("apprentice", &content.Topic{Name: "Apprenticeships", Scheme: content.TopicStrategy})
	v := m.view(edition.Preview)
	for _, c := range []struct {
		kind        content.Kind
		name        string
		known       edition.Known
		want        string
		least, most float64
	}{
		{content.KindSpeaker, "Dr. Marcia J. Ballinger", edition.Known{}, "Marcia Ballinger", 0.5, 0.8},
		{content.KindSpeaker, "Ballinger, Marcia", edition.Known{Organizations: []content.ID{lccc}}, "Marcia Ballinger", 0.85, 1},
		{content.KindSpeaker, "Mk. Ballinger", edition.Known{}, "", 0, 0},
		{content.KindSpeaker, "Nobody Known", edition.Known{Identifiers: []content.Identifier{{Scheme: content.SchemeORCID, Value: "0000-0002-1825-0097"}}}, "Ada Quist", 0.9, 1},
		{content.KindOrganization, "LCCC", edition.Known{Region: "US-PA"}, "Luzerne County Community College", 0.5, 0.9},
		{content.KindOrganization, "Lorain Cty Community College", edition.Known{}, "", 0, 0},
		{content.KindOrganization, "Lorian County CC", edition.Known{Region: "US-OH"}, "Lorain County Community College", 0.1, 0.9},
		{content.KindTopic, "apprenticeship", edition.Known{}, "Apprenticeships", 0.5, 0.9},
	} {
		found := v.Resembling(c.kind, c.name, c.known)
		if c.want == "" {
			if len(found) > 0 {
				t.Errorf("%s: %v", c.name, found)
			}
			continue
		}
		if len(found) == 0 || found[0].Entry.Label() != c.want || found[0].Score < c.least || found[0].Score > c.most {
			t.Errorf("%s: %v, want %s with %.2f to %.2f", c.name, found, c.want, c.least, c.most)
		}
	}
}
