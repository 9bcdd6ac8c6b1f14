package content

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
)

func TestWhatEncodeWritesNeedsNoLibrary(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		for name, e := range map[string]Entry{"full": full(t, kind), "empty": New(kind)} {
			if read := New(kind); !new(Decoder).isOurs(read, encoded(t, e)) || !reflect.DeepEqual(read, e) {
				t.Errorf("%s: read as %s", name, encoded(t, read))
			}
		}
	})
}

// What is cut or has a wrong character either goes to the library or is read as the library reads it.
func TestDecoderReadsAsTheLibrary(t *testing.T) {
	wrong := []string{"", "\x01", " ", "\"", "\\", ",", "[", "]", "{", "}", "0", "-", "é", "\xff", "null"}
	eachKind(t, func(t *testing.T, kind Kind) {
		body := encoded(t, full(t, kind))
		for i, c := range wrong {
			for at := i; at < len(body); at += len(wrong) {
				readsAlike(t, kind, body[:at]+c+body[at+1:])
			}
		}
		for at := 0; at < len(body); at += len(wrong) {
			readsAlike(t, kind, body[:at])
		}
	})
	for _, title := range []string{
		`a\"b\\c\/d\b\f\n\r\t`, `\\`, `\\\"`, `\"`, `\u00e9`, `\ud83d\ude00`, `\ud83d`, `\x`, `\`, "é\u2028", "",
	} {
		readsAlike(t, KindTopic, `{"name":"`+title+`","definition":"`+title+`"}`)
	}
	for _, when := range []string{`"date":"2026"`, `"date":"2026","timeZone":"UTC"`, `"timeZone":"UTC"`, `"endDate":"","endTime":"1"`, `"endTime":""`, `"endTime":"1","date":"2026"`, ""} {
		readsAlike(t, KindEpisode, `{"when":{`+when+`}}`)
	}
	for _, number := range []string{"0", "7", "-1", "-0", "01", "1.0", "1e2", "2147483647", "2147483648", "1.", "", `"1"`} {
		readsAlike(t, KindEpisode, `{"number":`+number+`}`)
		readsAlike(t, KindCaseStudy, `{"outcomes":[{"label":"","value":`+number+`}]}`)
	}
	for _, instant := range []string{
		"2026-01-01T00:00:00Z", "2026-01-01T0:00:00Z", "2026-01-01T00:00:00,5Z", "2026-01-01T24:00:00Z", "2026-01-01T02:00:00.5+02:00", "2026-01-01", "", "2026-01-01T00:00:00z",
	} {
		readsAlike(t, KindEpisode, `{"recordings":[{"publishedAt":"`+instant+`"}]}`)
	}
}

func TestBodiesReadInARowKeepTheirStrings(t *testing.T) {
	for name, d := range map[string]*Decoder{"alone": {}, "with others": {Words: new(Words)}} {
		var read, want []Entry
		for range 50 {
			for _, kind := range Kinds() {
				e, err := d.Decode(kind, Shape, encoded(t, full(t, kind)))
				if err != nil {
					t.Fatal(err)
				}
				read, want = append(read, e), append(want, full(t, kind))
			}
		}
		if !reflect.DeepEqual(read, want) {
			t.Errorf("%s: a later body changed what was read before", name)
		}
	}
}

func TestAListThatGrowsLeavesItsNeighbourAlone(t *testing.T) {
	d := Decoder{Words: new(Words)}
	var read []*Episode
	for range 2 {
		e, err := d.Decode(KindEpisode, Shape, encoded(t, full(t, KindEpisode)))
		if err != nil {
			t.Fatal(err)
		}
		read = append(read, e.(*Episode))
	}
	_ = append(read[0].Appearances, Appearance{Part: &Part{}, Billing: &Billing{CreditedName: "one more"}})
	_ = append(read[0].Topics, "to_one_more")
	if !reflect.DeepEqual(read[1], full(t, KindEpisode)) {
		t.Error("what was appended to one list stands in the next")
	}
}

// What a hub says of many appearances is held once; what may be edited is held once for each.
func TestPartsAreSharedWhereNobodyEditsThem(t *testing.T) {
	e := full(t, KindEpisode).(*Episode)
	e.Appearances = append(e.Appearances, e.Appearances[0])
	e.Appearances[2].Speaker = e.Appearances[1].Speaker
	body, words := encoded(t, e), new(Words)
	var all []Appearance
	for _, d := range []*Decoder{{Words: words}, {Words: words}} {
		read, err := d.Decode(KindEpisode, Shape, body)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(read, e) {
			t.Fatalf("read as %s", encoded(t, read))
		}
		all = append(all, read.(*Episode).Appearances...)
	}
	for _, i := range []int{2, 3, 5} {
		if a := all[i]; a.Part != all[0].Part || a.Billing != all[0].Billing || a.Aside != all[0].Aside {
			t.Errorf("appearance %d has parts of its own", i)
		}
	}
	if all[4].Part != all[1].Part || all[4].Billing == all[0].Billing {
		t.Error("what is different is shared, or what is alike is not")
	}
	own := append(copyOf(t, e).Appearances, copyOf(t, e).Appearances...)
	for i := range own {
		for _, a := range slices.Concat(own[:i], all, e.Appearances) {
			if a.Part == own[i].Part || a.Billing == own[i].Billing || a.Aside == own[i].Aside {
				t.Errorf("appearance %d of a copy shares its parts", i)
			}
		}
	}
}

// So it is with places, hours and lists of ids.
func TestPlacesAndListsAreSharedWhereNobodyEditsThem(t *testing.T) {
	e, words := full(t, KindEpisode), new(Words)
	var all []*Episode
	for range 2 {
		read, err := (&Decoder{Words: words}).Decode(KindEpisode, Shape, encoded(t, e))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, read.(*Episode), copyOf(t, read).(*Episode))
	}
	if first, again := all[0], all[2]; first.Location != again.Location || first.When.Clock != again.When.Clock || &first.Topics[0] != &again.Topics[0] {
		t.Error("what is alike is not shared")
	}
	for _, own := range []*Episode{all[1], all[3]} {
		if own.Location == all[0].Location || own.When.Clock == all[0].When.Clock || &own.Topics[0] == &all[0].Topics[0] {
			t.Error("a copy shares what may be edited")
		}
	}
}

func TestPositionsAreSharedWhereNobodyEditsThem(t *testing.T) {
	e, words := full(t, KindSpeaker), new(Words)
	var all []*Position
	for range 2 {
		read, err := (&Decoder{Words: words}).Decode(KindSpeaker, Shape, encoded(t, e))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, read.(*Speaker).Affiliations[0].Position, copyOf(t, read).(*Speaker).Affiliations[0].Position)
	}
	if all[0] != all[2] || all[1] == all[0] || all[3] == all[0] {
		t.Error("what is alike is not shared, or a copy shares it")
	}
}

func TestAppearancesInAnyFormHaveTheirParts(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                                     `{"speaker":"","role":"","creditedName":""}`,
		`null`:                                   `{"speaker":"","role":"","creditedName":""}`,
		`{"speaker":"a"}`:                        `{"speaker":"a","role":"","creditedName":""}`,
		`{"speaker":"a","role":"HOST"}`:          `{"speaker":"a","role":"HOST","creditedName":""}`,
		`{"speaker":"a","creditedName":"A"}`:     `{"speaker":"a","role":"","creditedName":"A"}`,
		`{"creditedTitle":"Dean","speaker":"a"}`: `{"speaker":"a","role":"","creditedName":"","creditedTitle":"Dean"}`,
		"{ \"note\": \"n\",\n\"role\": \"HOST\", \"printed\": 2 }": `{"speaker":"","role":"HOST","creditedName":"","printed":2,"note":"n"}`,
		`{"role":"\u0048OST","creditedName":"A","sources":[]}`:     `{"speaker":"","role":"HOST","creditedName":"A"}`,
	} {
		for _, d := range []*Decoder{{}, {Words: new(Words)}, {Words: &Words{AreForGood: true}}} {
			e, err := d.Decode(KindEpisode, Shape, `{"appearances":[`+body+`]}`)
			if err != nil {
				t.Fatal(err)
			}
			a := e.(*Episode).Appearances[0]
			if a.Part == nil || a.Billing == nil {
				t.Errorf("%s: a part is nil", body)
			}
			if got, err := json.Marshal(a); err != nil || string(got) != want {
				t.Errorf("%s: read as %s, want %s, %v", body, got, want, err)
			}
		}
	}
}

func TestARegistrationInAnyFormHasTerms(t *testing.T) {
	for body, want := range map[string]string{
		`{}`:                                   `{"url":"","seats":""}`,
		`{"url":"a"}`:                          `{"url":"a","seats":""}`,
		`{"free":true,"url":"a"}`:              `{"url":"a","seats":"","free":true}`,
		`{"url":"a","seats":"FULL"}`:           `{"url":"a","seats":"FULL"}`,
		"{\"url\":\"a\",\n\"seats\":\"FULL\"}": `{"url":"a","seats":"FULL"}`,
	} {
		for _, d := range []*Decoder{{}, {Words: new(Words)}} {
			e, err := d.Decode(KindEpisode, Shape, `{"registration":`+body+`}`)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := json.Marshal(e.(*Episode).Registration); err != nil || string(got) != want {
				t.Errorf("%s: read as %s, want %s, %v", body, got, want, err)
			}
		}
	}
}

// readsAlike compares with the library, where the form of a body is ours: read alone, and with words, first and again.
func readsAlike(t testing.TB, kind Kind, body string) {
	t.Helper()
	words := new(Words)
	for _, d := range []*Decoder{{}, {Words: words}, {Words: words}} {
		ours, theirs := New(kind), New(kind)
		if !d.isOurs(ours, body) {
			continue
		}
		if err := json.Unmarshal([]byte(body), theirs); err != nil || !reflect.DeepEqual(ours, theirs) {
			t.Fatalf("%s: read as %s, by the library as %s, %v", strings.ToValidUTF8(body, "?"), encoded(t, ours), encoded(t, theirs), err)
		}
	}
}
