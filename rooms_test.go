package bettertogether

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// rooms says who may import whom of ours. A new package first gets its line here.
var rooms = map[string][]string{
	"migrations":               {},
	"web":                      {},
	"internal/content":         {},
	"internal/cache":           {},
	"internal/edition":         {"internal/content"},
	"internal/auth":            {"internal/content"},
	"internal/network":         {"internal/content", "internal/edition"},
	"internal/store":           {"internal/content", "migrations"},
	"internal/media":           {"internal/content"},
	"internal/desk":            {"internal/content", "internal/edition", "internal/store", "internal/auth", "internal/media"},
	"internal/guard":           {"internal/content", "internal/edition", "internal/store", "internal/desk", "internal/media"},
	"internal/feed":            {"internal/content", "internal/edition", "internal/network"},
	"internal/exchange":        {"internal/content", "internal/edition", "internal/store", "internal/desk", "internal/auth"},
	"graph/scalar":             {"internal/content"},
	"graph/codegen":            {"internal/content"},
	"graph/gen":                {"graph/scalar", "internal/content", "internal/edition", "internal/network", "internal/store", "internal/desk", "internal/auth"},
	"internal/plan":            {"graph/gen", "graph/scalar", "internal/content", "internal/edition", "internal/network", "internal/store", "internal/desk", "internal/auth"},
	"graph":                    {"graph/gen", "internal/plan", "graph/scalar", "internal/content", "internal/edition", "internal/network", "internal/store", "internal/exchange", "internal/desk", "internal/auth", "internal/media"},
	"internal/server":          {"graph", "internal/cache", "internal/plan", "graph/gen", "graph/scalar", "internal/content", "internal/edition", "internal/network", "internal/feed", "internal/auth", "internal/store", "internal/desk", "internal/exchange", "internal/media", "web"},
	"cmd/hub":                  {"*"},
	"internal/store/storetest": {},
	"internal/generate":        {"internal/content"},
	"internal/hubtest":         {"*"},
}

func TestRoomsImportOnlyWhatTheyMay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		words := strings.Fields(line)
		room := strings.TrimPrefix(words[0], "bettertogether/")
		if room == "bettertogether" {
			continue
		}
		may, known := rooms[room]
		if !known {
			t.Errorf("%s has no line in rooms_test.go", room)
		}
		for _, imported := range words[1:] {
			other, ours := strings.CutPrefix(imported, "bettertogether/")
			if !ours || slices.Contains(may, "*") {
				continue
			}
			if !slices.Contains(may, other) {
				t.Errorf("%s imports %s, which it may not", room, other)
			}
			if other == "internal/hubtest" || other == "internal/generate" || other == "internal/store/storetest" {
				t.Errorf("%s imports %s, which is for tests", room, other)
			}
		}
	}
}
