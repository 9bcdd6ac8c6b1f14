package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/hubtest"
)

// TestASeaOfIslandsIsAnswered has 2,000 people each alone in an episode, a collective name in 335, a name that is only a symbol, and people in no
// episode at all: everybody is an isolate but for one pair.
func TestASeaOfIslandsIsAnswered(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	w := desk.Write{Action: "test"}
	add := func(kind content.Kind, key string, e content.Entry) content.ID {
		id := content.ImportedID(kind, "test", key)
		w.Puts = append(w.Puts, desk.Put{ID: id, Entry: e, Publish: true})
		return id
	}
	talk := func(title string, people ...content.ID) {
		e := &content.Episode{Title: title, EpisodeManner: &content.EpisodeManner{Format: content.FormatVideo, Status: content.StatusScheduled}}
		for _, p := range people {
			e.Appearances = append(e.Appearances, content.Appearance{Speaker: p, Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "As printed"}})
		}
		add(content.KindEpisode, title, e)
	}
	for i := range 2000 {
		talk(fmt.Sprint("Alone ", i), add(content.KindSpeaker, fmt.Sprint(i), &content.Speaker{Name: fmt.Sprint("Speaker ", i), Base: content.Base{Slug: fmt.Sprint("speaker-", i)}}))
	}
	various := add(content.KindSpeaker, "various", &content.Speaker{Name: "Various speakers", Base: content.Base{Slug: "various"}})
	for i := range 335 {
		talk(fmt.Sprint("Together ", i), various)
	}
	star := add(content.KindSpeaker, "star", &content.Speaker{Name: "★", Base: content.Base{Slug: "star"}})
	talk("A symbol and the first", star, content.ImportedID(content.KindSpeaker, "test", "0"))
	add(content.KindSpeaker, "silent", &content.Speaker{Name: "Silent", Base: content.Base{Slug: "silent"}})
	hubtest.Save(t, d, w)
	h := serve(d)
	for _, q := range []struct {
		query string
		holds []string
	}{
		{"{ network { ...Whole } }" + wholeNetwork, []string{
			`"nodes":2002,"edges":1,"episodes":2336,"caseStudies":0,"undated":2336,"isolates":2000,"components":2001,"largestComponent":2`, `"modularity":0,`,
		}},
		{"{ network(filter: {weighting: RECENCY}) { ...Whole } }" + wholeNetwork, []string{`"edges":1,`, `"weight":0.0009765625`, `"modularity":0,`}},
		{"{ network(filter: {mode: ORGANIZATION}) { ...Whole } }" + wholeNetwork, []string{`"nodes":0,"edges":0`, `"density":null,"meanDegree":null`, `"largestComponent":0`}},
		{"{ network(filter: {mode: BIPARTITE, weighting: NEWMAN}) { ...Whole } }" + wholeNetwork, []string{`"nodes":0,"edges":0`}},
		{`{ network { node(id: "various") { label count degree betweenness closeness constraint effectiveSize clustering community cutsOff reasons { measure reason } explain } } }`, []string{
			`"count":335,"degree":0,"betweenness":0,"closeness":0,"constraint":null,"effectiveSize":null,"clustering":null,"community":null,"cutsOff":0`,
			"Various speakers is in 335 episodes, and shares none with anybody else here.",
		}},
		{`{ network { node(id: "star") { label explain } none: node(id: "silent") { label } } }`, []string{"★ is in 1 episode, and shares some with 1 other.", `"none":null`}},
		{`{ introductionPaths(from: "star", to: "various", filter: {weighting: COUNT}) { paths { sentence } apart { from { size } to { size members { label } } nearest { from { label } } } } }`, []string{
			`"paths":[],"apart":{"from":{"size":2},"to":{"size":1,"members":[{"label":"Various speakers"}]},"nearest":[]}`,
		}},
		{`{ introductionPaths(from: "silent", to: "various") { paths { sentence } apart { from { size } to { size } } } }`, []string{`"apart":{"from":null,"to":{"size":1}}`}},
		{`{ introductionPaths(from: "star", to: "speaker-0", filter: {weighting: COUNT}) { paths { strength sentence } } }`, []string{"★ was together with Speaker 0 in “A symbol and the first”."}},
		{`{ speaker(slug: "various") { network(steps: 4) { summary { nodes edges episodes density modularity } nodes { nodes { label pageRank } } } } }`, []string{
			`"nodes":1,"edges":0,"episodes":335,"density":null,"modularity":null`, `"pageRank":`,
		}},
		{`{ bridges { first { label } } networkTimeline { period } representation { appearances speakers by(dimension: NEWCOMER) { value share } overTime(dimension: ROLE) { period } } }`, []string{
			`"bridges":[],"networkTimeline":[]`, `"appearances":2337,"speakers":2002,"by":[{"value":"UNKNOWN","share":1}],"overTime":[]`,
		}},
	} {
		began := time.Now()
		got := answered(t, h, q.query)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s for %.80s", took, q.query)
		}
		for _, want := range q.holds {
			if !strings.Contains(got, want) {
				t.Errorf("%.120s: no %s in %.1500s", q.query, want, got)
			}
		}
	}
}
