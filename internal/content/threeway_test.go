package content

import (
	"reflect"
	"strings"
	"testing"
)

func threewayEpisode(edit func(*Episode)) *Episode {
	e := &Episode{
		Title: "Base", EpisodeManner: &EpisodeManner{Format: FormatWebinar, Status: StatusScheduled},
		Appearances: []Appearance{{Speaker: "sp_a", Part: &Part{Role: RoleSpeaker}, Billing: &Billing{CreditedName: "A"}}, {Speaker: "sp_b", Part: &Part{Role: RoleSpeaker}, Billing: &Billing{CreditedName: "B"}}},
		Topics:      []ID{"to_a", "to_b", "to_c"},
	}
	if edit != nil {
		edit(e)
	}
	return e
}

func body(t *testing.T, e Entry) string {
	t.Helper()
	b, err := Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestEditsOfDifferentThingsBothSurvive merges two editors' changes to one base.
func TestEditsOfDifferentThingsBothSurvive(t *testing.T) {
	billing := func(name string) Appearance {
		return Appearance{Speaker: ID("sp_" + name), Part: &Part{Role: RoleSpeaker}, Billing: &Billing{CreditedName: strings.ToUpper(name)}}
	}
	for name, c := range map[string]struct {
		theirs, mine func(*Episode)
		whole        []string
		// want is what the merged episode must show; empty means the conflict at path.
		want, conflict string
	}{
		"two fields": {
			theirs: func(e *Episode) { e.Title = "Theirs" }, mine: func(e *Episode) { e.OwnRare().Subtitle = "Mine" },
			want: "Theirs|Mine|A,B|a,b,c",
		},
		"the same value twice": {
			theirs: func(e *Episode) { e.Title = "Both" }, mine: func(e *Episode) { e.Title = "Both" }, want: "Both||A,B|a,b,c",
		},
		"one field twice": {
			theirs: func(e *Episode) { e.Title = "Theirs" }, mine: func(e *Episode) { e.Title = "Mine" }, conflict: "title",
		},
		"when is one unit": {
			theirs: func(e *Episode) { e.When.Date = "2026-01-01" }, mine: func(e *Episode) { e.When = When{Date: e.When.Date, TimeZone: "UTC"}.Kept() }, conflict: "when",
		},
		"both add": {
			theirs: func(e *Episode) { e.Appearances = append(e.Appearances, billing("t")) },
			mine:   func(e *Episode) { e.Appearances = append([]Appearance{billing("m")}, e.Appearances...) },
			want:   "Base||M,A,B,T|a,b,c",
		},
		"one adds, one removes": {
			theirs: func(e *Episode) { e.Appearances = e.Appearances[1:] },
			mine:   func(e *Episode) { e.Appearances = append(e.Appearances, billing("m")) },
			want:   "Base||B,M|a,b,c",
		},
		"one moves, one adds": {
			theirs: func(e *Episode) { e.Topics = []ID{"to_c", "to_a", "to_b"} },
			mine:   func(e *Episode) { e.Topics = append(e.Topics, "to_d") },
			want:   "Base||A,B|c,d,a,b",
		},
		"both move": {
			theirs:   func(e *Episode) { e.Topics = []ID{"to_c", "to_a", "to_b"} },
			mine:     func(e *Episode) { e.Topics = []ID{"to_b", "to_a", "to_c"} },
			conflict: "topics",
		},
		"one changes an item, one another": {
			theirs: func(e *Episode) { e.Appearances[0].CreditedTitle = "Dean" },
			mine:   func(e *Episode) { e.Appearances[1].CreditedName = "Bea" },
			want:   "Base||A,Bea|a,b,c",
		},
		"both change an item": {
			theirs:   func(e *Episode) { e.Appearances[0].CreditedName = "T" },
			mine:     func(e *Episode) { e.Appearances[0].CreditedName = "M" },
			conflict: "appearances.sp_a SPEAKER",
		},
		"one removes what the other changes": {
			theirs:   func(e *Episode) { e.Appearances = e.Appearances[1:] },
			mine:     func(e *Episode) { e.Appearances[0].CreditedName = "M" },
			conflict: "appearances.sp_a SPEAKER",
		},
		"a whole list does not merge": {
			theirs:   func(e *Episode) { e.Topics = append(e.Topics, "to_t") },
			mine:     func(e *Episode) { e.Topics = []ID{"to_a"} },
			whole:    []string{"topics"},
			conflict: "topics",
		},
		"all gone": {
			theirs: func(e *Episode) { e.Topics = nil }, mine: func(e *Episode) { e.Topics, e.Title = nil, "Mine" }, want: "Mine||A,B|",
		},
	} {
		t.Run(name, func(t *testing.T) {
			merged, conflicts, err := Threeway{threewayEpisode(nil), threewayEpisode(c.theirs), threewayEpisode(c.mine), c.whole}.Merge()
			if err != nil {
				t.Fatal(err)
			}
			if c.conflict != "" {
				if len(conflicts) != 1 || strings.Join(conflicts[0].Path, ".") != c.conflict {
					t.Fatalf("conflicts %v, want one at %s", conflicts, c.conflict)
				}
				if got, want := body(t, merged), body(t, threewayEpisode(c.theirs)); got != want {
					t.Errorf("in conflict theirs must stay: got %s, want %s", got, want)
				}
				return
			}
			if len(conflicts) > 0 {
				t.Fatalf("conflicts %v", conflicts)
			}
			e := merged.(*Episode)
			var names, topics []string
			for _, a := range e.Appearances {
				names = append(names, a.CreditedName)
			}
			for _, id := range e.Topics {
				topics = append(topics, strings.TrimPrefix(string(id), "to_"))
			}
			got := strings.Join([]string{e.Title, e.Subtitle(), strings.Join(names, ","), strings.Join(topics, ",")}, "|")
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestEveryListHasItemKeys keeps the table of item keys and the nouns together.
func TestEveryListHasItemKeys(t *testing.T) {
	lists := map[string]bool{}
	for _, kind := range Kinds() {
		eachField(reflect.ValueOf(New(kind)).Elem(), func(name string, v reflect.Value) {
			if v.Kind() == reflect.Slice {
				lists[name] = true
				if _, ok := itemKeys[name]; !ok {
					t.Errorf("%s.%s has no item keys", kind, name)
				}
			}
		})
	}
	for name := range itemKeys {
		if !lists[name] {
			t.Errorf("no kind has a list %s", name)
		}
	}
}
