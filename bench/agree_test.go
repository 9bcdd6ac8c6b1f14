package main

import (
	"strings"
	"testing"
)

func TestAnswersAgreeWhateverTheirNesting(t *testing.T) {
	hub := `{"data":{"episodes":{"nodes":[{"id":"a","title":"A","speakers":[{"name":"X"},{"name":"Y"}],"date":null}]}}}`
	for answer, want := range map[string]string{
		`{"data":{"allEpisodes":{"nodes":[{"id":"a","title":"A","s":{"nodes":[{"x":{"name":"X"}},{"x":{"name":"Y"}}]},"date":null}]}}}`: "",
		`{"data":{"episodes":{"nodes":[{"id":"a","title":"A","speakers":[{"name":"Y"},{"name":"X"}],"date":null}]}}}`:                   "scalar 3",
		`{"data":{"episodes":{"nodes":[{"id":"a","title":"A","speakers":[{"name":"X"}],"date":null}]}}}`:                                "scalar 4",
		`{"data":{"episodes":{"nodes":[{"id":"a","title":"A","speakers":[{"name":"X"},{"name":"Y"}],"date":"2026"}]}}}`:                 "scalar 5",
		`{"data":{"episodes":{"nodes":[{"id":"a","title":"A","speakers":[{"name":"X"},{"name":"Y"}],"date":null}]}},"errors":[]}`:       "errors",
		`{"data":{"episodes":`: "read an answer",
	} {
		err := agree([]byte(answer), []byte(hub))
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", answer, err, want)
		}
	}
}

func TestEmptyAnswersDoNotAgree(t *testing.T) {
	if err := agree([]byte(`{"data":{"organization":null}}`), []byte(`{"data":{"organization":null}}`)); err == nil {
		t.Error("two answers without anything in them agree")
	}
}
