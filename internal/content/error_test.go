package content

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestErrorLeadsToTheValueAndSaysWhy(t *testing.T) {
	err := Errorf(CodeInvalid, "appearances.2.role", "%s is no role", Quote("KING"))
	if got := err.Error(); got != `appearances.2.role: "KING" is no role` {
		t.Error(got)
	}
	if len(err.Path) != 3 || err.Path[1] != "2" {
		t.Errorf("path %q", err.Path)
	}
	whole := Errorf(CodeBusy, "", "the hub is busy")
	if whole.Path != nil || whole.Error() != "the hub is busy" {
		t.Errorf("%q at %q", whole.Error(), whole.Path)
	}
	if got := (Errors{err, whole}).Error(); got != err.Error()+"\n"+whole.Error() {
		t.Error(got)
	}
	var found *Error
	if !errors.As(error(err), &found) || found.Code != CodeInvalid {
		t.Error("the error cannot be asked for its code")
	}
}

func TestQuoteIsShortAndSafeToPrint(t *testing.T) {
	for given, want := range map[string]string{
		"":                       `""`,
		"a \"b\"":                `"a \"b\""`,
		"a\nb\x00\u202e":         `"a\nb\x00\u202e"`,
		"\xff":                   `"\xff"`,
		strings.Repeat("é", 80):  `"` + strings.Repeat("é", 80) + `"`,
		strings.Repeat("é", 81):  `"` + strings.Repeat("é", 80) + `…"`,
		strings.Repeat("a", 1e6): `"` + strings.Repeat("a", 80) + `…"`,
	} {
		if got := Quote(given); got != want || !utf8.ValidString(got) {
			t.Errorf("%.20q: %s, want %s", given, got, want)
		}
	}
}
