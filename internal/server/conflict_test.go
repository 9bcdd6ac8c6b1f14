package server

import (
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/hubtest"
)

// The edits of the table below. All begin at revision 1 of an episode that Ana and Ben speak in.
const (
	setTitle        = `updateEpisode(id: $e, expectedRevision: 1, patch: {title: "%"})`
	setSubtitle     = `updateEpisode(id: $e, expectedRevision: 1, patch: {subtitle: "%"})`
	setBill         = `updateEpisode(id: $e, expectedRevision: 1, patch: {appearances: [%]})`
	setTopics       = `updateEpisode(id: $e, expectedRevision: 1, patch: {topics: [%]})`
	setWhen         = `updateEpisode(id: $e, expectedRevision: 1, patch: {when: {date: "2026-03-01", startTime: "%", timeZone: "UTC"}})`
	setRegistration = `updateEpisode(id: $e, expectedRevision: 1, patch: {registration: {url: "https://a.example", %}})`
	clearSummary    = `updateEpisode(id: $e, expectedRevision: 1, patch: {summary: null})`
	setSummary      = `updateEpisode(id: $e, expectedRevision: 1, patch: {summary: "%"})`
	setNothing      = `updateEpisode(id: $e, expectedRevision: 1, patch: {})`
	setMany         = `updateMany(entries: [{id: $e, revision: 1}], patch: {episode: {subtitle: "%"}})`
	addCy           = `addAppearance(episode: $e, expectedRevision: 1, appearance: {speaker: $c, role: %})`
	billAna         = `updateAppearance(episode: $e, expectedRevision: 1, id: $atAna, appearance: {speaker: $a, role: SPEAKER, creditedName: "%"})`
	billBen         = `updateAppearance(episode: $e, expectedRevision: 1, id: $atBen, appearance: {speaker: $b, role: SPEAKER, creditedName: "%"})`
	moveAna         = `moveAppearance(episode: $e, expectedRevision: 1, id: $atAna, position: 2)`
	moveBen         = `moveAppearance(episode: $e, expectedRevision: 1, id: $atBen, position: 1)`
	removeAna       = `removeAppearance(episode: $e, expectedRevision: 1, id: $atAna)`
	removeBen       = `removeAppearance(episode: $e, expectedRevision: 1, id: $atBen)`
	backToFirst     = `revert(id: $e, toRevision: 1, expectedRevision: 1)`
	onlyAna         = `{speaker: $a, creditedName: "Ana"}`
	nobody          = ""
)

// filledIn puts a value in the place of an edit's sign.
func filledIn(edit, value string) string { return strings.Replace(edit, "%", value, 1) }

func TestTwoEditorsOfOneRevisionThroughGraphQL(t *testing.T) {
	h, d := node(t, hubtest.SQLite(t), nil)
	theirs, mine := h.as(t, auth.Contributor), h.as(t, auth.Contributor)
	people := hubtest.Publish(t, d, &content.Speaker{Name: "Ana"}, &content.Speaker{Name: "Ben"}, &content.Speaker{Name: "Cy"}, &content.Topic{Name: "Topic", Scheme: content.TopicSubject})
	for name, test := range map[string]struct {
		theirs, mine string
		// code is what mine is refused with; path is where.
		code, path string
		// then is the title, subtitle, summary, time, seats and bill in the end.
		then string
	}{
		"disjoint fields":                      {filledIn(setTitle, "T"), filledIn(setSubtitle, "S"), "", "", "T|S|Sum|10:00|UNKNOWN|Ana Ben"},
		"the same field":                       {filledIn(setTitle, "T"), filledIn(setTitle, "M"), "CONFLICT", "patch.title", "T||Sum|10:00|UNKNOWN|Ana Ben"},
		"the same field, the same value":       {filledIn(setTitle, "T"), filledIn(setTitle, "T"), "", "", "T||Sum|10:00|UNKNOWN|Ana Ben"},
		"the same value beside an edit":        {filledIn(setTitle, "T"), `updateEpisode(id: $e, expectedRevision: 1, patch: {title: "T", subtitle: "S"})`, "", "", "T|S|Sum|10:00|UNKNOWN|Ana Ben"},
		"a whole list and another":             {filledIn(setBill, onlyAna), filledIn(setBill, `{speaker: $b, creditedName: "Ben"}`), "CONFLICT", "patch.appearances", "E||Sum|10:00|UNKNOWN|Ana"},
		"a whole list and the same":            {filledIn(setBill, onlyAna), filledIn(setBill, onlyAna), "", "", "E||Sum|10:00|UNKNOWN|Ana"},
		"a whole list of topics and another":   {filledIn(setTopics, "$t"), filledIn(setTopics, nobody), "", "", "E||Sum|10:00|UNKNOWN|Ana Ben"},
		"a whole list and a verb":              {filledIn(setBill, onlyAna), filledIn(addCy, "HOST"), "", "", "E||Sum|10:00|UNKNOWN|Ana Cy"},
		"a whole list and a verb on what left": {filledIn(setBill, onlyAna), filledIn(billBen, "Benjamin"), "CONFLICT", "appearance", "E||Sum|10:00|UNKNOWN|Ana"},
		"a verb and a whole list":              {filledIn(addCy, "HOST"), filledIn(setBill, onlyAna), "CONFLICT", "patch.appearances", "E||Sum|10:00|UNKNOWN|Ana Ben Cy"},
		"verbs on different items":             {filledIn(billAna, "Anna"), filledIn(billBen, "Benjamin"), "", "", "E||Sum|10:00|UNKNOWN|Anna Benjamin"},
		"verbs on the same item":               {filledIn(billAna, "Anna"), filledIn(billAna, "A."), "CONFLICT", "appearance", "E||Sum|10:00|UNKNOWN|Anna Ben"},
		"the same verb on the same item":       {filledIn(billAna, "Anna"), filledIn(billAna, "Anna"), "", "", "E||Sum|10:00|UNKNOWN|Anna Ben"},
		"adding different items":               {filledIn(addCy, "HOST"), filledIn(addCy, "GUEST"), "", "", "E||Sum|10:00|UNKNOWN|Ana Ben Cy Cy"},
		"adding the same item":                 {filledIn(addCy, "HOST"), filledIn(addCy, "HOST"), "", "", "E||Sum|10:00|UNKNOWN|Ana Ben Cy"},
		"removing the same item":               {removeAna, removeAna, "", "", "E||Sum|10:00|UNKNOWN|Ben"},
		"removing different items":             {removeAna, removeBen, "", "", "E||Sum|10:00|UNKNOWN|"},
		"removing what others changed":         {filledIn(billAna, "Anna"), removeAna, "CONFLICT", "appearance", "E||Sum|10:00|UNKNOWN|Anna Ben"},
		"changing what others removed":         {removeAna, filledIn(billAna, "Anna"), "CONFLICT", "appearance", "E||Sum|10:00|UNKNOWN|Ben"},
		"moving and changing":                  {moveAna, filledIn(billAna, "Anna"), "", "", "E||Sum|10:00|UNKNOWN|Ben Anna"},
		"moving alike":                         {moveAna, moveBen, "", "", "E||Sum|10:00|UNKNOWN|Ben Ana"},
		"moving and adding":                    {moveAna, filledIn(addCy, "HOST"), "", "", "E||Sum|10:00|UNKNOWN|Ben Cy Ana"},
		"when it happens, twice":               {filledIn(setWhen, "11:00"), filledIn(setWhen, "12:00"), "CONFLICT", "patch.when", "E||Sum|11:00|UNKNOWN|Ana Ben"},
		"when it happens and the title":        {filledIn(setWhen, "11:00"), filledIn(setTitle, "M"), "", "", "M||Sum|11:00|UNKNOWN|Ana Ben"},
		"another part of when":                 {filledIn(setWhen, "11:00"), `updateEpisode(id: $e, expectedRevision: 1, patch: {when: {date: "2026-03-02", startTime: "10:00", timeZone: "UTC"}})`, "CONFLICT", "patch.when", "E||Sum|11:00|UNKNOWN|Ana Ben"},
		"registration, twice":                  {filledIn(setRegistration, "seats: FULL"), filledIn(setRegistration, "seats: AVAILABLE"), "CONFLICT", "patch.registration", "E||Sum|10:00|FULL|Ana Ben"},
		"another part of registration":         {filledIn(setRegistration, "seats: FULL"), filledIn(setRegistration, "free: true"), "CONFLICT", "patch.registration", "E||Sum|10:00|FULL|Ana Ben"},
		"registration and when":                {filledIn(setRegistration, "seats: FULL"), filledIn(setWhen, "11:00"), "", "", "E||Sum|11:00|FULL|Ana Ben"},
		"null beside another field":            {filledIn(setTitle, "T"), clearSummary, "", "", "T|||10:00|UNKNOWN|Ana Ben"},
		"null and a value":                     {filledIn(setSummary, "New"), clearSummary, "CONFLICT", "patch.summary", "E||New|10:00|UNKNOWN|Ana Ben"},
		"a value and null":                     {clearSummary, filledIn(setSummary, "New"), "CONFLICT", "patch.summary", "E|||10:00|UNKNOWN|Ana Ben"},
		"null and null":                        {clearSummary, clearSummary, "", "", "E|||10:00|UNKNOWN|Ana Ben"},
		"nothing at all":                       {filledIn(setTitle, "T"), setNothing, "", "", "T||Sum|10:00|UNKNOWN|Ana Ben"},
		"many and another field":               {filledIn(setTitle, "T"), filledIn(setMany, "S"), "", "", "T|S|Sum|10:00|UNKNOWN|Ana Ben"},
		"many and the same field":              {filledIn(setSubtitle, "T"), filledIn(setMany, "S"), "CONFLICT", "patch.subtitle", "E|T|Sum|10:00|UNKNOWN|Ana Ben"},
		"many twice":                           {filledIn(setMany, "S"), filledIn(setMany, "S"), "", "", "E|S|Sum|10:00|UNKNOWN|Ana Ben"},
		"an old revision again":                {filledIn(setTitle, "T"), backToFirst, "CONFLICT", "expectedRevision", "T||Sum|10:00|UNKNOWN|Ana Ben"},
		"right alone, wrong together": {
			`updateEpisode(id: $e, expectedRevision: 1, patch: {when: null})`, filledIn(setWhen, "12:00"), "CONFLICT", "patch.when", "E||Sum||UNKNOWN|Ana Ben",
		},
	} {
		t.Run(name, func(t *testing.T) {
			id := put(t, d, &content.Episode{
				Title: "E", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Summary: content.Markdown("Sum"),
				When:         content.When{Date: "2026-03-01", StartTime: "10:00", TimeZone: "UTC"}.Kept(),
				Registration: &content.Registration{URL: "https://a.example", Terms: &content.Terms{Seats: content.SeatsUnknown}},
				Appearances: []content.Appearance{
					{Speaker: people[0], Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ana"}}, {Speaker: people[1], Part: &content.Part{Role: content.RoleSpeaker}, Billing: &content.Billing{CreditedName: "Ben"}},
				},
			})
			all := vars{
				"e": id, "a": people[0], "b": people[1], "c": people[2], "t": people[3],
				"atAna": string(id) + ":" + string(people[0]) + ":SPEAKER", "atBen": string(id) + ":" + string(people[1]) + ":SPEAKER",
			}
			theirs.write(t, mutation(test.theirs, "errors { code }"), all)
			before := h.Desk.Version()
			got := mine.data(t, mutation(test.mine, "errors { code message path ... on ConflictError { baseValue currentValue yourValue revision changedBy changedAt } }"), all)
			codes := mistakes(got)
			switch {
			case test.code == "" && len(codes) > 0, test.code != "" && !slices.Equal(codes, []string{test.code}):
				t.Errorf("%v, want %q", got, test.code)
			case test.code != "" && joined(at(got, "w.errors.0.path")) != test.path:
				t.Errorf("path %v, want %s", at(got, "w.errors.0.path"), test.path)
			case test.code != "" && h.Desk.Version() != before:
				t.Error("a refused write moved the version")
			case test.code == "CONFLICT" && strings.Contains(test.path, "."):
				if at(got, "w.errors.0.changedBy") != "test" || at(got, "w.errors.0.revision") != 2.0 || at(got, "w.errors.0.baseValue") == at(got, "w.errors.0.currentValue") {
					t.Errorf("told %v", got)
				}
			}
			e := mine.data(t, `query ($id: ID!) @edition(preview: true) { episode(id: $id) { title subtitle summary
				when { startTime } registration { seats } appearances { creditedName } } }`, vars{"id": id})
			if then := told(e); then != test.then {
				t.Errorf("in the end %s, want %s", then, test.then)
			}
		})
	}
}

// mutation wraps an edit, and declares those of the variables that it has.
func mutation(edit, asked string) string {
	declared := ""
	for _, name := range []string{"e", "a", "b", "c", "t", "atAna", "atBen"} {
		if strings.Contains(edit+" ", "$"+name+",") || strings.Contains(edit, "$"+name+"}") || strings.Contains(edit, "$"+name+")") || strings.Contains(edit, "$"+name+"]") {
			declared += " $" + name + ": ID!"
		}
	}
	return "mutation (" + declared + ") { w: " + edit + " { " + asked + " } }"
}

// joined writes a path with dots.
func joined(path any) string {
	all, _ := path.([]any)
	var words []string
	for _, p := range all {
		words = append(words, p.(string))
	}
	return strings.Join(words, ".")
}

// told writes an episode on one line.
func told(e map[string]any) string {
	word := func(path string) string { s, _ := at(e, "episode."+path).(string); return s }
	var bill []string
	all, _ := at(e, "episode.appearances").([]any)
	for _, a := range all {
		bill = append(bill, a.(map[string]any)["creditedName"].(string))
	}
	return strings.Join([]string{
		word("title"), word("subtitle"), word("summary"), word("when.startTime"), word("registration.seats"), strings.Join(bill, " "),
	}, "|")
}
