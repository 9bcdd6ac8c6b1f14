package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"bettertogether/graph"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
)

var update = flag.Bool("update", false, "rewrite the answers in docs/recipes.md")

const recipesPage = "../../docs/recipes.md"

// recipesAt is the moment at which the answers of docs/recipes.md are given.
var recipesAt = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// recipe is a section of the page: a question, its query, the answer, and what the text says of it.
var recipe = regexp.MustCompile("(?ms)^## ([^\n]+)\n(.*?)^```graphql\n(.*?)^```\n+^```json\n(.*?)^```\n(.*?)(?:^## |\\z)")

// recipes reads the page, section by section.
func recipes(t *testing.T) (page string, all [][]string) {
	t.Helper()
	raw, err := os.ReadFile(recipesPage)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range regexp.MustCompile(`(?m)^## `).Split(string(raw), -1)[1:] {
		if found := recipe.FindStringSubmatch("## " + section); found != nil {
			all = append(all, found)
		}
	}
	return string(raw), all
}

// recipesHub has the demo's facts, imported a minute before the moment of the page.
func recipesHub(t *testing.T) *hub {
	t.Helper()
	clock := &hubtest.Clock{At: recipesAt.Add(-time.Minute)}
	h, d := node(t, hubtest.SQLite(t), clock)
	hubtest.Import(t, d, hubtest.Facts())
	clock.At = recipesAt
	return h
}

func TestEveryRecipeGivesTheAnswerOnItsPage(t *testing.T) {
	page, all := recipes(t)
	if len(all) < 10 {
		t.Fatalf("%d recipes", len(all))
	}
	h := recipesHub(t)
	for _, r := range all {
		a := h.ask(t, r[3], nil)
		if len(a.Errors) > 0 {
			t.Fatalf("%s: %.2000s", r[1], a.body)
		}
		got := laidOut(t, a.Data)
		if *update {
			page = strings.Replace(page, r[3]+"```\n\n```json\n"+r[4], r[3]+"```\n\n```json\n"+got, 1)
		} else if got != r[4] {
			t.Errorf("%s: the answer is\n%s", r[1], got)
		}
		for _, wrong := range unfounded(r[5], got) {
			t.Errorf("%s: no %s in the answer", r[1], wrong)
		}
	}
	if *update {
		if err := os.WriteFile(recipesPage, []byte(page), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestTheNetworksPageNamesEverythingAndItsExamplesRun holds docs/network.md to the schema and to the code.
func TestTheNetworksPageNamesEverythingAndItsExamplesRun(t *testing.T) {
	raw, err := os.ReadFile("../../docs/network.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	h := recipesHub(t)
	for _, block := range blocks.FindAllStringSubmatch(page, -1) {
		if a := h.ask(t, block[2], nil); len(a.Errors) > 0 {
			t.Errorf("%s%.2000s", block[2], a.body)
		}
	}
	schema := graph.New(graph.Resolver{}).Schema()
	var names []string
	for _, of := range []string{"NetworkSummary", "NetworkSnapshot", "NetworkFilter", "NetworkNode", "NetworkEdge"} {
		for _, f := range schema.Types[of].Fields {
			names = append(names, f.Name)
		}
	}
	for _, of := range []string{"NetworkMode", "NetworkWeighting", "NetworkAffiliation", "NetworkStatus"} {
		for _, v := range schema.Types[of].EnumValues {
			names = append(names, v.Name)
		}
	}
	for _, name := range names {
		switch name {
		case "speaker", "organization", "label", "source", "target", "pinned":
			continue // they are no matter of numbers
		}
		if !strings.Contains(page, "`"+name+"`") && !strings.Contains(page, "`"+name+"(") {
			t.Errorf("nothing is said of %s", name)
		}
	}
	for _, fact := range []string{fmt.Sprintf("every 1,%03d days", network.HalfLife-1000), "`" + network.Engine + "`", "waits three seconds"} {
		if !strings.Contains(page, fact) {
			t.Errorf("%q is not said", fact)
		}
	}
	if network.Patience != 3*time.Second {
		t.Errorf("the page says three seconds, the patience is %s", network.Patience)
	}
}

var (
	saidNumber   = regexp.MustCompile(`\d[\d,]*(\.\d+)?( %)?`)
	answerNumber = regexp.MustCompile(`-?\d+(\.\d+)?(e[-+]?\d+)?`)
	inCode       = regexp.MustCompile("`[^`]*`")
)

// unfounded are the numbers in a text that no number of an answer rounds to; those in code are left out.
func unfounded(text, answer string) []string {
	var known []float64
	for _, n := range answerNumber.FindAllString(answer, -1) {
		x, _ := strconv.ParseFloat(n, 64) // it looks like one
		known = append(known, x)
	}
	var wrong []string
	for _, n := range saidNumber.FindAllString(inCode.ReplaceAllString(text, ""), -1) {
		digits, isShare := strings.CutSuffix(n, " %")
		digits = strings.TrimRight(digits, ",")
		x, err := strconv.ParseFloat(strings.ReplaceAll(digits, ",", ""), 64)
		_, decimals, _ := strings.Cut(digits, ".")
		half := 0.5 * math.Pow(10, -float64(len(decimals)))
		isKnown := false
		for _, k := range known {
			if isShare {
				k *= 100
			}
			isKnown = isKnown || math.Abs(math.Abs(k)-x) <= half+1e-9
		}
		if err != nil || !isKnown {
			wrong = append(wrong, n)
		}
	}
	return wrong
}

// laidOut writes JSON for people: what fits on a line stands on one.
func laidOut(t *testing.T, raw []byte) string {
	t.Helper()
	var all strings.Builder
	if err := layOut(&all, raw, ""); err != nil {
		t.Fatal(err)
	}
	return all.String() + "\n"
}

func layOut(to *strings.Builder, raw []byte, indent string) error {
	const width = 120
	var line bytes.Buffer
	if err := json.Compact(&line, raw); err != nil {
		return err
	}
	text := spaced(line.String())
	if len(text)+len(indent) <= width || !strings.ContainsAny(text[:1], "{[") {
		to.WriteString(text)
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	open, err := d.Token()
	if err != nil {
		return err
	}
	fmt.Fprint(to, open)
	for between := "\n"; d.More(); between = ",\n" {
		to.WriteString(between + indent + "  ")
		if open == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			fmt.Fprintf(to, "%q: ", name)
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		if err := layOut(to, value, indent+"  "); err != nil {
			return err
		}
	}
	closing, err := d.Token()
	if err != nil {
		return err
	}
	fmt.Fprint(to, "\n"+indent, closing)
	_, err = d.Token()
	if !errors.Is(err, io.EOF) {
		return fmt.Errorf("more behind %s: %w", text, err)
	}
	return nil
}

// spaced puts a space behind each colon and comma outside of texts.
func spaced(compact string) string {
	var all strings.Builder
	inText := false
	for i := range len(compact) {
		c := compact[i]
		if c == '"' && (i == 0 || compact[i-1] != '\\') {
			inText = !inText
		}
		all.WriteByte(c)
		if !inText && (c == ':' || c == ',') {
			all.WriteByte(' ')
		}
	}
	return all.String()
}
