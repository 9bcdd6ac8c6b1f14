package server

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheSiteSaysEverythingInSpanish looks for every text of the site in the templates, the sources and the enumerations of the schema.
func TestTheSiteSaysEverythingInSpanish(t *testing.T) {
	said := map[string]bool{}
	sources, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	inTemplate, inSource := regexp.MustCompile(`[{(]t "([^"]+)"`), regexp.MustCompile(`(?:[pe]\.t\(|one\("\w+", |\[2\]string\{"[^"]*", )"([^"]+)"`)
	inSentences := regexp.MustCompile(`(?:say\(|plural\([^"]+, |[ (]t\(|things :?= )"([^"]+)"`)
	for _, file := range append(sources, "site.html", "network.html", "../network/describe.go", "../network/introduce.go") {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		pattern := inSource
		switch {
		case strings.HasSuffix(file, ".html"):
			pattern = inTemplate
		case strings.HasPrefix(file, ".."):
			pattern = inSentences
		}
		for _, found := range pattern.FindAllStringSubmatch(string(text), -1) {
			said[found[1]] = true
		}
	}
	if len(said) < 80 {
		t.Fatalf("only %d texts were found", len(said))
	}
	schema, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	for _, enum := range []string{"OrganizationKind", "PartnerRole", "PartnershipStatus", "ResourceKind", "EvidenceLevel", "TrackKind", "AppearanceRole", "TopicScheme"} {
		_, rest, _ := strings.Cut(string(schema), "\nenum "+enum+" {")
		body, _, _ := strings.Cut(rest, "\n}")
		words := regexp.MustCompile(`(?m)^  ([A-Z_]+)$`).FindAllStringSubmatch(body, -1)
		if len(words) == 0 {
			t.Errorf("the schema has no enum %s", enum)
		}
		for _, word := range words {
			said[noun(word[1])] = true
		}
	}
	for text := range said {
		if inSpanish[text] == "" {
			t.Errorf("%q is not said in Spanish", text)
		}
	}
}
