package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestChangingRequestsAreWholeAndNeverTheSame(t *testing.T) {
	n := uint64(0)
	next := func() uint64 { n++; return n }
	variables := map[string]any{"after": word, "visitor": visitor + mark}
	ask := changing("/graphql", body("query Page", "Page", variables), []string{"short", "a longer one", ""}, next)
	seen := map[string]bool{}
	for range 7 {
		raw := ask(nil)
		r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
		if err != nil {
			t.Fatal(err)
		}
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasSuffix(raw, sent) || !bytes.HasSuffix(sent, []byte(`"}}`)) || bytes.Contains(sent, []byte("0")) && strings.Contains(string(sent), mark) {
			t.Errorf("%s", raw)
		}
		if seen[string(sent)] {
			t.Errorf("%s was asked twice", sent)
		}
		seen[string(sent)] = true
	}
}

func TestUnseenDocumentsDifferByTheirAliasOnly(t *testing.T) {
	for _, d := range []documents{hubDocuments, postgraphileDocuments} {
		before, behind := d.unseen()
		whole := before + "000000000001" + behind
		if !strings.Contains(whole, "{ x000000000001: ") || strings.Count(whole, "{") != strings.Count(d.latest, "{") {
			t.Errorf("%s", whole)
		}
	}
}
