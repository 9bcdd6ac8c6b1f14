package content

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

// filler fills every field of a noun with a value that no other field has and that the rules allow, by reflection, so that
// a new field is tested from its first day. It stops at what it does not know: teach it then.
type filler struct {
	t     testing.TB
	count int
}

// full returns an entry of the kind with every field filled; lists have two items.
func full(t testing.TB, kind Kind) Entry {
	t.Helper()
	e := New(kind)
	f := &filler{t: t}
	f.fill(reflect.ValueOf(e).Elem(), "")
	return e
}

func (f *filler) fill(v reflect.Value, path string) {
	f.count++
	switch value := v.Addr().Interface().(type) {
	case *Text:
		*value = Markdown("Text of *" + path + "*.")
		return
	case *time.Time:
		*value = time.Date(2026, 1, 1, 0, f.count, 0, 0, time.UTC)
		return
	case *Identifier:
		*value = Identifier{SchemeExternal, "key of " + path, "source of " + path}
		return
	case *ID:
		*value = ImportedID(kindNamed(f.t, path), "fill", path)
		return
	}
	if allowed, ok := allowedValues(f.t)[v.Type()]; ok {
		v.Set(allowed.Index(index(path) % allowed.Len()))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32:
		v.SetInt(int64(1 + f.count%99))
		if path == "limit" {
			v.SetInt(100)
		}
	case reflect.Float64:
		v.SetFloat(float64(f.count) + 0.25)
	case reflect.String:
		v.SetString(sentence(path))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range 2 {
			f.fill(v.Index(i), path+"."+strconv.Itoa(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f.fill(v.Field(i), below(f.t, path, v.Type().Field(i)))
		}
	default:
		f.t.Fatalf("%s: the filler knows no %s; walk in normal.go may not either", path, v.Type())
	}
}

// below is the path of a field. Every field is exported and has a name in JSON, or it would be lost or never be checked.
func below(t testing.TB, path string, field reflect.StructField) string {
	t.Helper()
	if field.Anonymous {
		return path
	}
	name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if !field.IsExported() || name == "" || name == "-" {
		t.Fatalf("%s: the field %s has no name in JSON", path, field.Name)
	}
	return strings.TrimPrefix(path+"."+name, ".")
}

// lastName is the last part of a path that is no position.
func lastName(path string) string {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		if _, err := strconv.Atoi(parts[i]); err != nil {
			return parts[i]
		}
	}
	return ""
}

// index is the last position in a path, 0 if it has none.
func index(path string) int {
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		if n, err := strconv.Atoi(parts[i]); err == nil {
			return n
		}
	}
	return 0
}

func kindNamed(t testing.TB, path string) Kind {
	t.Helper()
	kinds := map[string]Kind{
		"series": KindSeries, "episode": KindEpisode, "episodes": KindEpisode, "pinned": KindEpisode, "entry": KindEpisode,
		"speaker": KindSpeaker, "speakers": KindSpeaker, "authors": KindSpeaker,
		"topics": KindTopic, "strategies": KindTopic, "populations": KindTopic, "broader": KindTopic,
		"resources": KindResource, "organization": KindOrganization, "organizations": KindOrganization,
		"organizers": KindOrganization, "creditedOrganizations": KindOrganization, "publishers": KindOrganization,
		"hosts": KindOrganization, "parent": KindOrganization, "successors": KindOrganization, "related": KindOrganization,
		"provider": KindOrganization, "owner": KindOrganization,
	}
	kind, ok := kinds[lastName(path)]
	if !ok {
		t.Fatalf("%s: the filler does not know what it points at", path)
	}
	return kind
}

// sentence is a text that the rules of its field allow. Dates that end something are later than those that begin it.
func sentence(path string) string {
	i := index(path)
	values := map[string]string{
		"slug": "a-slug-" + strconv.Itoa(i), "language": "es-MX", "locale": "en", "region": "US-OH", "regions": "US-O" + string(rune('H'+i)),
		"country": "US", "feedGuid": "917393e3-1b1e-5cef-ace4-edaa54e1f810", "ctid": "ce-917393e3-1b1e-4cef-ace4-edaa54e1f810",
		"startTime": "13:00", "endTime": "14:30:30", "timeZone": "America/New_York", "allowedOrigins": "https://" + strconv.Itoa(i) + ".example.edu",
		"transcript": "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana Ruiz>Good morning.", "date": "2026-03-05", "endDate": "2026-03-06", "startDate": "2020-02", "from": "2020", "to": "2021-06", "startedOn": "2019-09",
		"endedOn": "2022", "publishedOn": "2021-01-26", "established": "1963", "asOf": "2021-12",
	}
	name := lastName(path)
	switch {
	case values[name] != "":
		return values[name]
	case name == "url" || name == "href" || name == "website" || strings.HasSuffix(name, "Url"):
		return "https://example.org/" + path + "?a=1&b=2#c"
	default:
		return "Words of " + path
	}
}

// allowedValues are the values of every type that has a list of them, asked of the rules themselves.
func allowedValues(t testing.TB) map[reflect.Type]reflect.Value {
	t.Helper()
	all := map[reflect.Type]reflect.Value{}
	for _, list := range []any{
		episodeFormats(), eventStatuses(), attendanceModes(), seatStates(), appearanceRoles(), recordingKinds(), trackKinds(),
		partnerRoles(), partnershipStatuses(), evidenceLevels(), episodeOrders(), listingThemes(), organizationKinds(),
		organizationStatuses(), resourceKinds(), seriesKinds(), topicSchemes(), episodePhases(),
		[]NoteKind{NoteInferred, NoteIssue, NoteImported, NoteEditor},
		[]Visibility{VisibilityPublic, VisibilityRedirect, VisibilityMatch},
	} {
		v := reflect.ValueOf(list)
		all[v.Type().Elem()] = v
	}
	return all
}

// eachKind runs a test for each noun.
func eachKind(t *testing.T, test func(t *testing.T, kind Kind)) {
	for _, kind := range Kinds() {
		t.Run(string(kind), func(t *testing.T) { test(t, kind) })
	}
}

// leaves calls visit for every value below a struct that is no struct, pointer or list, and for Texts and instants. It is
// the tests' own walk, so that a hole in the walk of normal.go shows.
func leaves(t testing.TB, v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	t.Helper()
	switch v.Addr().Interface().(type) {
	case *Text, *time.Time:
		visit(path, v)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			leaves(t, v.Elem(), path, visit)
		}
	case reflect.Slice:
		for i := range v.Len() {
			leaves(t, v.Index(i), fmt.Sprint(path, ".", i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			leaves(t, v.Field(i), below(t, path, v.Type().Field(i)), visit)
		}
	default:
		visit(path, v)
	}
}

// entryLeaves is leaves of an entry.
func entryLeaves(t testing.TB, e Entry, visit func(path string, v reflect.Value)) {
	t.Helper()
	leaves(t, reflect.ValueOf(e).Elem(), "", visit)
}

// encoded is an entry's body.
func encoded(t testing.TB, e Entry) string {
	t.Helper()
	body, err := Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// copyOf is a deep copy.
func copyOf[E Entry](t testing.TB, e E) E {
	t.Helper()
	c, err := Clone(e)
	if err != nil {
		t.Fatal(err)
	}
	return c.(E)
}
