package content

import (
	"reflect"
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
		if name == "with others" && d.lists == nil {
			t.Errorf("%d bodies were too few to share lists", len(read))
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

// readsAlike compares with the library, where the form of a body is ours.
func readsAlike(t testing.TB, kind Kind, body string) {
	t.Helper()
	ours, theirs := New(kind), New(kind)
	if !new(Decoder).isOurs(ours, body) {
		return
	}
	if err := json.Unmarshal([]byte(body), theirs); err != nil || !reflect.DeepEqual(ours, theirs) {
		t.Fatalf("%s: read as %s, by the library as %s, %v", strings.ToValidUTF8(body, "?"), encoded(t, ours), encoded(t, theirs), err)
	}
}
