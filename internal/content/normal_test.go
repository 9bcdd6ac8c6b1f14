package content

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode"
)

func TestNormalizeReachesEveryTextOfEveryNoun(t *testing.T) {
	const given, want = " \t\u00a0e\u0301 one\r\ntwo\rthree\u2003\r\n", "\u00e9 one\ntwo\nthree"
	eachKind(t, func(t *testing.T, kind Kind) {
		e := full(t, kind)
		entryLeaves(t, e, func(_ string, v reflect.Value) {
			if text, ok := v.Addr().Interface().(*Text); ok {
				*text = Markdown(given)
			} else if v.Kind() == reflect.String {
				v.SetString(given)
			}
		})
		Normalize(e)
		texts := 0
		entryLeaves(t, e, func(path string, v reflect.Value) {
			got := ""
			if text, ok := v.Interface().(Text); ok {
				got = text.Markdown()
			} else if v.Kind() == reflect.String {
				got = v.String()
			} else {
				return
			}
			texts++
			switch {
			case strings.HasPrefix(path, "identifiers."):
				if got != given {
					t.Errorf("%s is somebody else's and became %q", path, got)
				}
			case got != want:
				t.Errorf("%s is %q", path, got)
			}
		})
		if texts < 10 {
			t.Errorf("only %d texts", texts)
		}
	})
}

func TestNormalizeBringsInstantsToUTCAndMicroseconds(t *testing.T) {
	east := time.FixedZone("east", 5*3600)
	e := &Episode{
		Registration: &Registration{Terms: &Terms{OpensAt: time.Date(2026, 3, 5, 1, 2, 3, 4567, east)}},
		Recordings:   []Recording{{PublishedAt: time.Date(2026, 3, 5, 1, 2, 3, 999_999_999, east)}, {}},
	}
	Normalize(e)
	if got := encoded(t, e); !strings.Contains(got, `"opensAt":"2026-03-04T20:02:03.000004Z"`) || !strings.Contains(got, `"publishedAt":"2026-03-04T20:02:03.999999Z"`) {
		t.Error(got)
	}
	if !e.Recordings[1].PublishedAt.IsZero() || !e.Registration.ClosesAt().IsZero() {
		t.Error("an instant came out of nothing")
	}
}

func TestNormalizeTwiceIsNormalizeOnce(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{" ", "\t", "\r", "\n", "\r\n", "\u00a0", "\u2003", "\u0085", "\ufeff", "e\u0301", "\u0301", "a", "ﬁ", "\u1100\u1161", "\u037e", "\u212a", "\u2000", "\x00", "🎓", "A\u030a", "\u0345\u0313", "<", "*"}
	for range 5000 {
		var s strings.Builder
		for range r.IntN(12) {
			s.WriteString(pieces[r.IntN(len(pieces))])
		}
		once := normal(s.String())
		if twice := normal(once); twice != once {
			t.Fatalf("%q gives %q, then %q", s.String(), once, twice)
		}
		if strings.ContainsRune(once, '\r') || once != strings.TrimSpace(once) {
			t.Fatalf("%q gives %q", s.String(), once)
		}
	}
}

func TestNormalizeMakesASlugOnlyWhereThereIsNone(t *testing.T) {
	made, given, empty := &Topic{Name: " Dual  Enrollment "}, &Topic{Name: "a", Base: Base{Slug: " chosen "}}, &Topic{}
	for _, e := range []Entry{made, given, empty} {
		Normalize(e)
	}
	if made.Slug != "dual-enrollment" || given.Slug != "chosen" || empty.Slug != "entry" {
		t.Errorf("%q %q %q", made.Slug, given.Slug, empty.Slug)
	}
}

func TestSlugifyMakesAReadableSlugOfAnyLabel(t *testing.T) {
	for label, want := range map[string]string{
		"São Paulo & Friends":                   "sao-paulo-and-friends",
		"Educación técnica: ¿qué sigue, niños?": "educacion-tecnica-que-sigue-ninos",
		"Übergänge für Größe – Straße":          "ubergange-fur-grosse-strasse",
		"社区学院":                                  "she-qu-xue-yuan",
		"كلية المجتمع":                          "kly-lmjtm",
		"Москва":                                "moskva",
		"🎓🎉":                                    "entry",
		"🎓 Class of 2026 🎉":                     "class-of-2026",
		"":                                      "entry",
		"---":                                   "entry",
		"__init__.py":                           "init-py",
		"a_b":                                   "a-b",
		"  A   B  ":                             "a-b",
		"C++ / C#":                              "c-c",
		"Don’t stop":                            "dont-stop",
		"\x00\xff":                              "entry",
		"ALL CAPS":                              "all-caps",
		"../../etc/passwd":                      "etc-passwd",
		"<script>alert(1)</script>":             "script-alert-1-script",
		strings.Repeat("ab", 60):                strings.Repeat("ab", 40),
		strings.Repeat("word ", 40):             strings.TrimSuffix(strings.Repeat("word-", 16), "-"),
		"a" + strings.Repeat(" "+"bcdefghij", 7) + " exactly-at-the-edge": "a" + strings.Repeat("-bcdefghij", 7) + "-exactly",
	} {
		if got := Slugify(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}

func checkSlug(t *testing.T, label string) {
	t.Helper()
	s := Slugify(label)
	if !isSlug(s) || len(s) > 80 {
		t.Fatalf("%q gives %q, which is no slug", label, s)
	}
	if again := Slugify(s); again != s {
		t.Fatalf("%q gives %q, and that %q", label, s, again)
	}
}

func TestSlugifyAlwaysMakesASlug(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	scripts := []*unicode.RangeTable{unicode.Latin, unicode.Han, unicode.Arabic, unicode.Cyrillic, unicode.Greek, unicode.Hangul, unicode.Hebrew, unicode.Thai, unicode.P, unicode.S, unicode.Z, unicode.N, unicode.M, unicode.Cc}
	for range 3000 {
		var s strings.Builder
		for range r.IntN(60) {
			table := scripts[r.IntN(len(scripts))]
			if len(table.R16) == 0 {
				continue
			}
			span := table.R16[r.IntN(len(table.R16))]
			s.WriteRune(rune(span.Lo) + rune(r.IntN(int(span.Hi-span.Lo)+1)))
		}
		checkSlug(t, s.String())
	}
}

func FuzzSlugify(f *testing.F) {
	for _, s := range []string{"São Paulo & Friends", "社区学院", "🎓", "", "a_b", "--", "\xff", strings.Repeat("long ", 50), "İ", "ß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, label string) { checkSlug(t, label) })
}
