package edition_test

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// golden are counts that an independent script made of the same file.
type golden struct {
	Speakers     int `json:"speakers"`
	Episodes     int `json:"episodes"`
	Appearances  int `json:"appearances"`
	SpeakerLinks int `json:"speaker_links"`
	Roles        map[string]int
	PerYear      map[string]int `json:"episodes_per_year"`
	PerTopic     [][2]any       `json:"episodes_per_topic"`
	PerOrg       [][2]any       `json:"episodes_per_organization"`
	Most         [][2]any       `json:"most_episodes"`
	MostLinked   [][2]any       `json:"most_linked_speakers"`
	NoSpeaker    int            `json:"episodes_without_speaker"`
}

func TestCountsEqualThoseOfAnIndependentScript(t *testing.T) {
	raw, err := os.ReadFile("testdata/golden-domain.json")
	if err != nil {
		t.Fatal(err)
	}
	var want golden
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	v := d.Pin()
	got := golden{Roles: map[string]int{}, PerYear: map[string]int{}}
	links := map[[2]content.ID]bool{}
	topics, organizations, most, linked := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	v.Each(func(e edition.Entry) {
		switch e := e.(type) {
		case *edition.Speaker:
			got.Speakers++
			page, err := e.Episodes(nil, nil, edition.PageArgs{})
			if err != nil {
				t.Fatal(err)
			}
			most[key(e)] = int(page.TotalCount())
			hundred := int32(100)
			co, err := e.CoSpeakers(&hundred)
			if err != nil {
				t.Fatal(err)
			}
			linked[key(e)] = len(co)
			for _, c := range co {
				pair := []content.ID{e.ID(), c.Speaker.ID()}
				slices.Sort(pair)
				links[[2]content.ID{pair[0], pair[1]}] = true
			}
		case *edition.Organization:
			// The script counts credited organizations only; Organization.episodes has those that it hosts too.
			credited := map[content.ID]bool{}
			hundred := int32(100)
			page, err := e.Episodes(nil, nil, edition.PageArgs{First: &hundred})
			if err != nil {
				t.Fatal(err)
			}
			for _, episode := range page.Nodes() {
				for _, a := range episode.Appearances(nil) {
					for _, o := range a.CreditedOrganizations() {
						if o.ID() == e.ID() {
							credited[episode.ID()] = true
						}
					}
				}
			}
			organizations[key(e)] = len(credited)
		case *edition.Topic:
			page, err := e.Episodes(nil, nil, edition.PageArgs{})
			if err != nil {
				t.Fatal(err)
			}
			topics[key(e)] = int(page.TotalCount())
		case *edition.Episode:
			got.Episodes++
			if len(e.Appearances(nil)) == 0 {
				got.NoSpeaker++
			}
			year := "none"
			if y := e.Date().Year(); y > 0 {
				year = strconv.Itoa(y)
			}
			got.PerYear[year]++
			for _, a := range e.Appearances(nil) {
				got.Appearances++
				got.Roles[a.RoleAsPrinted]++
			}
		}
	})
	got.SpeakerLinks = len(links)
	for _, n := range [][3]any{
		{"speakers", got.Speakers, want.Speakers},
		{"episodes", got.Episodes, want.Episodes},
		{"appearances", got.Appearances, want.Appearances},
		{"speaker links", got.SpeakerLinks, want.SpeakerLinks},
		{"episodes without speaker", got.NoSpeaker, want.NoSpeaker},
	} {
		if n[1] != n[2] {
			t.Errorf("%v: %v, want %v", n[0], n[1], n[2])
		}
	}
	same(t, "roles", got.Roles, want.Roles)
	same(t, "episodes per year", got.PerYear, want.PerYear)
	sameTop(t, "episodes per topic", topics, want.PerTopic)
	sameTop(t, "episodes per organization", organizations, want.PerOrg)
	sameTop(t, "most episodes", most, want.Most)
	sameTop(t, "most linked speakers", linked, want.MostLinked)
	if n := v.Count(content.KindOrganization); n != 162 {
		t.Errorf("%d organizations, want 162", n)
	}
	if n := v.Count(content.KindCaseStudy); n != 18 {
		t.Errorf("%d case studies, want 18", n)
	}
}

func key(e edition.Entry) string {
	for _, id := range e.Common().Identifiers() {
		if id.Scheme == content.SchemeExternal {
			return id.Value
		}
	}
	return e.Label()
}

func same(t *testing.T, what string, got, want map[string]int) {
	t.Helper()
	for k, n := range want {
		if got[k] != n {
			t.Errorf("%s: %s is %d, want %d", what, k, got[k], n)
		}
	}
}

// sameTop compares a ranking: each that is named has the count, and nobody else has more than the last of them.
func sameTop(t *testing.T, what string, got map[string]int, want [][2]any) {
	t.Helper()
	least := 1 << 30
	for _, w := range want {
		name, n := w[0].(string), int(w[1].(float64))
		least = min(least, n)
		if got[name] != n {
			t.Errorf("%s: %s is %d, want %d", what, name, got[name], n)
		}
		delete(got, name)
	}
	type rest struct {
		name string
		n    int
	}
	var over []rest
	for name, n := range got {
		if n > least {
			over = append(over, rest{name, n})
		}
	}
	slices.SortFunc(over, func(a, b rest) int { return cmp.Compare(a.name, b.name) })
	if len(over) > 0 {
		t.Errorf("%s: %v have more than the last that was named, %d", what, over, least)
	}
}
