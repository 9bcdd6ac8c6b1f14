package feed

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "SUMMARY:short", strings.Repeat("x", 75), strings.Repeat("x", 76), strings.Repeat("é", 100), strings.Repeat("😀", 60), "a" + strings.Repeat("語", 90), "\xff\xfe" + strings.Repeat("\x80", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "\r\n") {
			t.Skip("a content line has no line break; escaped takes them away")
		}
		var b bytes.Buffer
		fold(&b, s)
		out := b.String()
		if !strings.HasSuffix(out, "\r\n") {
			t.Fatal("the line has no end")
		}
		lines := strings.Split(strings.TrimSuffix(out, "\r\n"), "\r\n")
		for i, line := range lines {
			if len(line) > mostOctets {
				t.Errorf("%d octets", len(line))
			}
			if i > 0 && !strings.HasPrefix(line, " ") {
				t.Errorf("line %d does not go on", i)
			}
			if utf8.ValidString(s) && !utf8.ValidString(line) {
				t.Errorf("a character is broken: %q", line)
			}
		}
		if got := strings.ReplaceAll(strings.TrimSuffix(out, "\r\n"), "\r\n ", ""); got != s {
			t.Errorf("unfolded %q, was %q", got, s)
		}
	})
}

func FuzzEscaped(f *testing.F) {
	f.Add("a;b,c\\n\nd\r\ne")
	f.Fuzz(func(t *testing.T, s string) {
		out := escaped(s)
		if strings.ContainsAny(out, "\r\n") {
			t.Errorf("%q breaks a line", out)
		}
		back := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(out)
		if want := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s); back != want {
			t.Errorf("%q comes back as %q", want, back)
		}
	})
}

func TestLinesAreOneLineAndReadAsTheyAre(t *testing.T) {
	for in, want := range map[string]string{
		"plain text":                        "plain text",
		" two  spaces ":                     "two spaces",
		"a\nb\r\nc\td":                      "a b c d",
		"invoice \u202Efdp.exe":             "invoice fdp.exe",
		"\u2066isolated\u2069 \u200Fmark":   "isolated mark",
		"nul\x00 esc\x1b[31m del\x7f":       "nul esc[31m del",
		"line\u2028separator":               "line separator",
		"bad \xff byte":                     "bad \uFFFD byte",
		"\uFEFFmark, non\uFFFEcharacter":    "mark, noncharacter",
		"كلية المجتمع":                      "كلية المجتمع",
		"Zoë’s 👩‍🏫 “class”":                 "Zoë’s 👩‍🏫 “class”",
		"BEGIN:VEVENT\r\nSUMMARY:injection": "BEGIN:VEVENT SUMMARY:injection",
	} {
		if got := line(in); got != want {
			t.Errorf("line(%q) is %q, want %q", in, got, want)
		}
	}
}
