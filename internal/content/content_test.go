package content

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

var update = flag.Bool("update", false, "write testdata that is not there yet; what is there is never written again")

func TestEveryFieldOfEveryNounMayBeFilledAndIsValid(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		if e.Kind() != kind {
			t.Errorf("New(%s) makes a %s", kind, e.Kind())
		}
		entryLeaves(t, e, func(path string, v reflect.Value) {
			if v.IsZero() {
				t.Errorf("%s is not filled", path)
			}
		})
		if wrong := Validate(e, new(Zones)); wrong != nil {
			t.Error(wrong)
		}
	})
}

func TestKindsAreTheNineOfTheContractInItsOrder(t *testing.T) {
	want := "[series episode speaker organization case_study resource topic toolkit listing]"
	if got := fmt.Sprint(Kinds()); got != want {
		t.Errorf("Kinds() = %s, want %s", got, want)
	}
	for _, none := range []Kind{"", "Episode", "casestudy", "user"} {
		if New(none) != nil {
			t.Errorf("New(%q) makes something", none)
		}
	}
}

func TestDecodeReturnsWhatEncodeWrote(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		body := encoded(t, e)
		back, err := Decode(kind, Shape, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(back, e) {
			t.Errorf("decoded:\n%s\nwant:\n%s", encoded(t, back), body)
		}
		if again := encoded(t, back); again != body {
			t.Errorf("encoded again:\n%s\nwant:\n%s", again, body)
		}
	})
}

func TestEqualEntriesGiveEqualBytes(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		one, two := full(t, kind), full(t, kind)
		// A text that somebody has read is still the same text.
		entryLeaves(t, two, func(_ string, v reflect.Value) {
			if text, ok := v.Interface().(Text); ok {
				_ = text.HTML()
			}
		})
		// An empty list is no list.
		empty, none := New(kind), New(kind)
		empty.Common().Sources, empty.Common().OwnMargin().Identifiers = []Source{}, []Identifier{}
		if a, b := encoded(t, one), encoded(t, two); a != b {
			t.Errorf("%s\n%s", a, b)
		}
		if a, b := encoded(t, empty), encoded(t, none); a != b {
			t.Errorf("%s\n%s", a, b)
		}
	})
}

func TestOneChangedFieldChangesTheBytes(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		before := encoded(t, full(t, kind))
		var paths []string
		entryLeaves(t, full(t, kind), func(path string, _ reflect.Value) { paths = append(paths, path) })
		for _, changed := range paths {
			e := full(t, kind)
			entryLeaves(t, e, func(path string, v reflect.Value) {
				if path == changed {
					v.SetZero()
				}
			})
			if encoded(t, e) == before {
				t.Errorf("%s is not in the body", changed)
			}
		}
	})
}

func TestEncodeRefusesWhatIsNotUTF8(t *testing.T) {
	for name, e := range map[string]Entry{
		"string": &Topic{Name: "a\xff"},
		"text":   &Topic{Definition: Markdown("a\xff")},
	} {
		if body, err := Encode(e); err == nil {
			t.Errorf("%s: encoded as %q", name, body)
		}
	}
}

func TestDecodeRefusesWhatItCannotKnow(t *testing.T) {
	for _, c := range []struct {
		name, body string
		kind       Kind
		schema     int
	}{
		{"a newer schema", `{}`, KindTopic, Shape + 1},
		{"schema 0", `{}`, KindTopic, 0},
		{"a negative schema", `{}`, KindTopic, -1},
		{"no kind", `{}`, "", Shape},
		{"an unknown kind", `{}`, "user", Shape},
		{"no JSON", `name`, KindTopic, Shape},
		{"an empty body", ``, KindTopic, Shape},
		{"half a body", `{"name":"a"`, KindTopic, Shape},
		{"a list", `[]`, KindTopic, Shape},
		{"two bodies", `{}{}`, KindTopic, Shape},
		{"a name twice", `{"name":"a","name":"b"}`, KindTopic, Shape},
		{"a wrong type", `{"name":1}`, KindTopic, Shape},
		{"invalid UTF-8", "{\"name\":\"\xff\"}", KindTopic, Shape},
	} {
		if e, err := Decode(c.kind, c.schema, []byte(c.body)); err == nil || e != nil {
			t.Errorf("%s: %v, %v", c.name, e, err)
		}
	}
}

func TestCloneSharesNothing(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		before := encoded(t, e)
		entryLeaves(t, copyOf(t, e), func(_ string, v reflect.Value) { v.SetZero() })
		if encoded(t, e) != before {
			t.Error("an edit of the copy changed the entry")
		}
	})
}

// Bodies of past shapes are written once, by the program of their time, and then only read.
func TestBodiesOfEveryShapeLoadForEver(t *testing.T) {
	for shape := 1; shape <= Shape; shape++ {
		for _, kind := range Kinds() {
			name := filepath.Join("testdata", "shape-"+strconv.Itoa(shape), string(kind)+".json")
			body, err := os.ReadFile(name)
			if os.IsNotExist(err) && *update && shape == Shape {
				write(t, name, full(t, kind))
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			e, err := Decode(kind, shape, body)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			var links, texts int
			e.Links(func(Link) { links++ })
			e.Texts(func(Weight, string) { texts++ })
			if e.Label() == "" || e.Common().Slug == "" || links == 0 || texts == 0 {
				t.Errorf("%s: label %q, slug %q, %d links, %d texts", name, e.Label(), e.Common().Slug, links, texts)
			}
			if wrong := Validate(e, new(Zones)); wrong != nil {
				t.Errorf("%s could be saved once and cannot any more: %v", name, wrong)
			}
			if shape == Shape {
				// The order of members is not part of a shape.
				was, is := jsontext.Value(body), jsontext.Value(encoded(t, e))
				if err := errors.Join(was.Canonicalize(), is.Canonicalize()); err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(was, is) {
					t.Errorf("%s loses something: raise Shape and upgrade old bodies in Decode\n got %s\nwant %s", name, is, was)
				}
			}
		}
	}
}

func write(t *testing.T, name string, e Entry) {
	body := jsontext.Value(encoded(t, e))
	if err := body.Indent(); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, append(body, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// hide makes everything that is for editors only a canary, and tells how many there are. What counts is the name: Note or
// Notes, and the words of a note; and the visibility of an alias.
func hide(t *testing.T, e Entry, canary string) int {
	t.Helper()
	hidden := 0
	set := func(s *string) { *s, hidden = canary, hidden+1 }
	entryLeaves(t, e, func(path string, v reflect.Value) {
		if text, ok := v.Addr().Interface().(*string); ok && (lastName(path) == "note" || strings.HasPrefix(path, "notes.")) {
			set(text)
		}
	})
	for _, name := range []string{"Aliases"} {
		if f := reflect.ValueOf(e).Elem().FieldByName(name); f.IsValid() {
			all := f.Interface().([]Alias)
			for i := range all {
				if all[i].Visibility != VisibilityPublic {
					set(&all[i].Value)
					all[i].Language, all[i].Kinds = canary, []string{canary}
				}
			}
		}
	}
	return hidden
}

func TestPublicHidesWhatIsForEditorsOnlyAndNothingElse(t *testing.T) {
	const canary = "CANARY"
	least := map[Kind]int{KindEpisode: 4, KindSpeaker: 3, KindOrganization: 3, KindTopic: 3}
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		if n := hide(t, e, canary); n < max(2, least[kind]) {
			t.Fatalf("only %d fields are for editors only", n)
		}
		before := encoded(t, e)
		shown := e.Public()
		if body := encoded(t, shown); strings.Contains(body, canary) || strings.Contains(body, `"notes"`) {
			t.Errorf("the public sees %s", body)
		}
		shown.Texts(func(_ Weight, text string) {
			if strings.Contains(text, canary) {
				t.Errorf("search finds %q", text)
			}
		})
		e.Texts(func(_ Weight, text string) {
			if strings.Contains(text, canary) {
				t.Errorf("search in the preview finds %q", text)
			}
		})
		if encoded(t, e) != before {
			t.Error("Public changed the entry")
		}
		if again := shown.Public(); again != shown {
			t.Error("Public of what is public is a copy")
		}
		// Whatever is not for editors only is still there.
		there := map[string]bool{}
		entryLeaves(t, shown, func(path string, v reflect.Value) { there[path] = !v.IsZero() })
		entryLeaves(t, e, func(path string, _ reflect.Value) {
			editorsOnly := strings.HasPrefix(path, "notes.") || lastName(path) == "note" || strings.HasPrefix(path, "aliases.1.")
			if there[path] == editorsOnly {
				t.Errorf("%s: in public %t", path, there[path])
			}
		})
	})
}

func TestPublicHidesOneThingAlone(t *testing.T) {
	note := []Note{{NoteEditor, "CANARY"}}
	hidden := []Alias{{Value: "a", Visibility: VisibilityPublic}, {Value: "CANARY", Visibility: VisibilityRedirect}, {Value: "b", Visibility: VisibilityPublic}}
	for name, e := range map[string]Entry{
		"note of an appearance": &Episode{Appearances: []Appearance{{Part: &Part{}, Billing: &Billing{CreditedName: "a"}}, {Part: &Part{}, Billing: &Billing{CreditedName: "b"}, Aside: &Aside{Note: "CANARY"}}}},
		"note of an episode":    &Episode{Base: Base{Margin: &Margin{Notes: note}}},
		"alias of a speaker":    &Speaker{SpeakerRare: &SpeakerRare{Aliases: hidden}},
		"alias of a topic":      &Topic{Aliases: hidden},
		"alias of an organization": &Organization{
			OrganizationRare: &OrganizationRare{Aliases: []Alias{{Value: "CANARY", Visibility: VisibilityMatch}}},
		},
		"alias of unknown visibility": &Speaker{SpeakerRare: &SpeakerRare{Aliases: []Alias{{Value: "CANARY"}}}},
		"note of a speaker":           &Speaker{Base: Base{Margin: &Margin{Notes: note}}, SpeakerRare: &SpeakerRare{Aliases: hidden[:1]}},
	} {
		if body := encoded(t, e.Public()); strings.Contains(body, "CANARY") {
			t.Errorf("%s: the public sees %s", name, body)
		}
	}
	if got := encoded(t, (&Speaker{SpeakerRare: &SpeakerRare{Aliases: hidden}}).Public()); !strings.Contains(got, `"a"`) || !strings.Contains(got, `"b"`) {
		t.Errorf("public aliases are gone: %s", got)
	}
}

func TestPublicLeavesWhatManyShareAsItIs(t *testing.T) {
	aside := Aside{Printed: 2, Note: "CANARY"}
	part, billing := &Part{Role: RoleHost}, &Billing{CreditedName: "A"}
	e := &Episode{Appearances: []Appearance{{"a", part, billing, &aside}, {"b", part, billing, &Aside{Note: "CANARY"}}, {"c", part, billing, nil}}}
	shown := e.Public().(*Episode).Appearances
	if shown[0].Printed() != 2 || shown[0].Note() != "" || shown[1].Aside != nil || shown[2].Aside != nil {
		t.Errorf("the public sees %s", encoded(t, e.Public()))
	}
	if shown[0].Part != part || shown[1].Billing != billing {
		t.Error("what is public is copied")
	}
	if aside.Note == "" || e.Appearances[1].Note() == "" {
		t.Error("the editors' note is gone")
	}
}

func TestPublicIsTheEntryItselfWhenNothingIsHidden(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind).Public()
		if e.Public() != e {
			t.Error("a copy was made for nothing")
		}
		if empty := New(kind); empty.Public() != empty {
			t.Error("a copy was made of an empty entry")
		}
	})
}

func TestLinksYieldEveryIDOfEveryNoun(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		want := map[ID]string{}
		entryLeaves(t, e, func(path string, v reflect.Value) {
			if id, ok := v.Interface().(ID); ok {
				if other, twice := want[id]; twice {
					t.Fatalf("%s and %s have one id", path, other)
				}
				want[id] = path
			}
		})
		if len(want) == 0 {
			t.Fatal("no id found")
		}
		seen := map[Link]bool{}
		e.Links(func(l Link) {
			if seen[l] {
				t.Errorf("%v comes twice", l)
			}
			seen[l] = true
			path, known := want[l.To]
			if !known {
				t.Errorf("%v leads to an id that the entry does not have", l)
			}
			if l.Field == "" || l.Position != firstIndex(path) {
				t.Errorf("%v is not the edge at %s", l, path)
			}
			delete(want, l.To)
		})
		for _, path := range want {
			t.Errorf("%s is no link", path)
		}
	})
}

// firstIndex is the first position in a path, by which an edge stands.
func firstIndex(path string) int {
	for part := range strings.SplitSeq(path, ".") {
		if n, err := strconv.Atoi(part); err == nil {
			return n
		}
	}
	return 0
}

// The names are stored with edges and asked for by referencedBy: a changed one is lost in every hub.
func TestFieldsOfLinksKeepTheirNames(t *testing.T) {
	want := map[Kind]string{
		KindSeries:       "credits creditedOrganizations organizers",
		KindEpisode:      "appearances creditedOrganizations hosts resources series topics",
		KindSpeaker:      "affiliations",
		KindOrganization: "parent related successors",
		KindCaseStudy:    "contributors credentials creditedOrganizations episodes evidence outcomeEvidence partners populations resources strategies",
		KindResource:     "authors publishers topics",
		KindTopic:        "broader",
		KindToolkit:      "items",
		KindListing:      "filter.organizations filter.series filter.speakers filter.topics owner pinned",
	}
	eachKind(t, func(t *testing.T, kind Kind) {
		var got []string
		full(t, kind).Links(func(l Link) { got = append(got, l.Field) })
		slices.Sort(got)
		fields := strings.Fields(want[kind])
		slices.Sort(fields)
		if got = slices.Compact(got); !slices.Equal(got, fields) {
			t.Errorf("got %v, want %v", got, fields)
		}
	})
}

func TestEmptyEntriesHaveNoLinksAndNoTexts(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		New(kind).Links(func(l Link) { t.Errorf("link %v", l) })
		New(kind).Texts(func(_ Weight, text string) { t.Errorf("text %q", text) })
		if label := New(kind).Label(); label != "" {
			t.Errorf("label %q", label)
		}
	})
}

func TestSearchReadsTheLabelFirstAndHeaviest(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		first := true
		e.Texts(func(weight Weight, text string) {
			if first && (weight != WeightName || text != e.Label()) {
				t.Errorf("the first text is %q, weight %d", text, weight)
			}
			if strings.TrimSpace(text) == "" {
				t.Error("an empty text")
			}
			first = false
		})
	})
}

func FuzzDecode(f *testing.F) {
	for i, kind := range Kinds() {
		f.Add(uint8(i), []byte(encoded(f, full(f, kind))))
	}
	f.Add(uint8(1), []byte(`{"recordings":[{"publishedAt":"9999-12-31T23:59:59-01:00"}],"when":{"date":"x","startTime":"1"}}`))
	f.Add(uint8(0), []byte(`null`))
	zones := new(Zones)
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		kind := Kinds()[int(n)%9]
		readsAlike(t, kind, string(body))
		e, err := Decode(kind, Shape, body)
		if err != nil {
			return
		}
		once := encoded(t, e)
		if twice := encoded(t, copyOf(t, e)); twice != once {
			t.Errorf("a round trip made %s of %s", twice, once)
		}
		before := encoded(t, e.Public())
		if after := encoded(t, e.Public().Public()); after != before {
			t.Errorf("Public twice gives %s, once %s", after, before)
		}
		if encoded(t, e) != once {
			t.Error("Public changed the entry")
		}
		e.Links(func(Link) {})
		e.Texts(func(Weight, string) {})
		_ = Validate(e, zones)
		Normalize(e)
		normal := encoded(t, e)
		if Normalize(e); encoded(t, e) != normal {
			t.Errorf("normalized twice %s, once %s", encoded(t, e), normal)
		}
		for _, wrong := range Validate(e, zones) {
			if wrong.Code == "" || wrong.Message == "" {
				t.Errorf("an error that says nothing: %+v", wrong)
			}
		}
		if episode, ok := e.(*Episode); ok {
			times, err := episode.When.Times(zones)
			if err == nil {
				_ = episode.At(times, times.Over, Page{})
			}
		}
	})
}
