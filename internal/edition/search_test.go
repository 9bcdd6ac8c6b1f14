package edition_test

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/hubtest"
)

// The file was written before the index: what a person would want first.
func TestSearchFindsFirstWhatPeopleWant(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	file, err := os.Open("testdata/search.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	queries := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		queries++
		columns := strings.Split(line, "\t")
		query, kinds, keys := columns[0], strings.Split(columns[1], "|"), strings.Split(columns[2], "|")
		five := int32(5)
		found, err := d.Pin().Search(query, nil, edition.PageArgs{First: &five})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, hit := range found.Edges {
			got = append(got, describe(hit.Node()))
		}
		if kinds[0] == "NONE" {
			if len(got) > 0 {
				t.Errorf("%q: found %v, want nothing", query, got)
			}
			continue
		}
		var want []string
		for i := range kinds {
			want = append(want, kinds[i]+" "+keys[i])
		}
		if len(got) == 0 || !slices.Contains(want, got[0]) {
			t.Errorf("%q: first of %q, want %q", query, got, want)
		}
	}
	if queries != 60 {
		t.Errorf("%d queries, want 60", queries)
	}
}

func describe(n edition.Linkable) string {
	e := n.(edition.Entry)
	for _, id := range e.Common().Identifiers() {
		if id.Scheme == content.SchemeExternal {
			return string(e.Kind()) + " " + id.Value
		}
	}
	return e.Label()
}
