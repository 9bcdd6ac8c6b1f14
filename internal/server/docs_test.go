package server

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"bettertogether/graph"
	"bettertogether/internal/auth"
)

// example is a block of docs/mutations.md with what its comments say.
type example struct {
	query string
	// variables are the JSON block behind it; nil without one.
	variables map[string]any
	// role is whose token asks.
	role auth.Role
	// gives is the one code of its errors; empty when there are none.
	gives string
	// binds names values of the answer by their paths.
	binds map[string]string
}

var (
	blocks  = regexp.MustCompile("(?ms)^```(graphql|json)\n(.*?)^```$")
	comment = regexp.MustCompile(`(?m)^# (.+)$`)
)

// examples reads the blocks of a document.
func examples(t *testing.T, document string) []example {
	t.Helper()
	var all []example
	for _, block := range blocks.FindAllStringSubmatch(document, -1) {
		if block[1] == "json" {
			last := &all[len(all)-1]
			if err := json.Unmarshal([]byte(block[2]), &last.variables); err != nil || last.query == "" {
				t.Fatalf("%v in %s", err, block[2])
			}
			continue
		}
		e := example{query: block[2], role: auth.Admin, binds: map[string]string{}}
		for _, line := range comment.FindAllStringSubmatch(e.query, -1) {
			words := strings.Fields(line[1])
			switch {
			case len(words) == 3 && words[1] == "=":
				e.binds[words[0]] = words[2]
			case len(words) == 2 && words[0] == "gives":
				e.gives = words[1]
			case line[1] == "as anonymous":
				e.role = auth.Anonymous
			case line[1] == "as contributor":
				e.role = auth.Contributor
			default:
				t.Fatalf("nobody knows what %q means", line[1])
			}
		}
		all = append(all, e)
	}
	return all
}

// given are the variables that an example declares, from its own JSON or from what earlier ones bound.
func (e example) given(t *testing.T, bound map[string]any) vars {
	t.Helper()
	doc, err := parser.ParseQuery(&ast.Source{Input: e.query})
	if err != nil {
		t.Fatalf("%v in\n%s", err, e.query)
	}
	given := vars{}
	for _, v := range doc.Operations[0].VariableDefinitions {
		value, ok := e.variables[v.Variable]
		if !ok {
			value, ok = bound[v.Variable]
		}
		if !ok {
			t.Fatalf("nothing bound $%s for\n%s", v.Variable, e.query)
		}
		given[v.Variable] = filled(value, bound)
	}
	return given
}

// filled puts bound values in the place of texts such as "$series".
func filled(value any, bound map[string]any) any {
	switch v := value.(type) {
	case string:
		if name, ok := strings.CutPrefix(v, "$"); ok {
			return bound[name]
		}
		if strings.HasPrefix(v, "@") { // as curl names a file
			return bound["@"]
		}
	case []any:
		for i := range v {
			v[i] = filled(v[i], bound)
		}
	case map[string]any:
		for name := range v {
			v[name] = filled(v[name], bound)
		}
	}
	return value
}

func TestEveryExampleOfTheLinksPageIsAnswered(t *testing.T) {
	raw, err := os.ReadFile("../../docs/links.md")
	if err != nil {
		t.Fatal(err)
	}
	editor := openHub(t, nil).as(t, auth.Editor)
	all := examples(t, string(raw))
	for _, e := range all {
		editor.data(t, e.query, nil)
	}
	if len(all) < 2 {
		t.Errorf("%d examples", len(all))
	}
}

func TestEveryExampleOfTheMutationsPageDoesWhatThePageSays(t *testing.T) {
	raw, err := os.ReadFile("../../docs/mutations.md")
	if err != nil {
		t.Fatal(err)
	}
	h := openHub(t, nil)
	who := map[auth.Role]writer{}
	for _, role := range []auth.Role{auth.Anonymous, auth.Contributor, auth.Admin} {
		who[role] = h.as(t, role)
	}
	bound := map[string]any{"@": portrait(t, 400, 500, 90)}
	called := map[string]bool{}
	provoked := map[string]bool{}
	for _, e := range examples(t, string(raw)) {
		variables := e.given(t, bound)
		a := who[e.role].ask(t, e.query, variables)
		var want []string
		if e.gives != "" {
			want = []string{e.gives}
		}
		codes := mistakesOf(t, a)
		if !slices.Equal(codes, want) {
			t.Fatalf("gives %v, not %v:\n%s%.2000s", codes, want, e.query, a.body)
		}
		for name, path := range e.binds {
			value := at(object(t, a.Data), path)
			if value == nil {
				t.Fatalf("nothing is at %s:\n%s%.2000s", path, e.query, a.body)
			}
			bound[name] = value
		}
		provoked[e.gives] = true
		doc, _ := parser.ParseQuery(&ast.Source{Input: e.query}) // given has parsed it before
		for _, s := range doc.Operations[0].SelectionSet {
			called[s.(*ast.Field).Name] = true
		}
	}
	schema := graph.New(graph.Resolver{}).Schema()
	for _, f := range schema.Mutation.Fields {
		if !called[f.Name] {
			t.Errorf("no example calls %s", f.Name)
		}
	}
	for _, query := range []string{"changes", "duplicates", "tokens", "history", "absorbed"} {
		if !strings.Contains(string(raw), query+"(") && !strings.Contains(string(raw), query+" {") {
			t.Errorf("no example asks %s", query)
		}
	}
	for _, c := range schema.Types["ErrorCode"].EnumValues {
		if !provoked[c.Name] || !strings.Contains(string(raw), "`"+c.Name+"`") {
			t.Errorf("no example provokes %s", c.Name)
		}
	}
	for _, c := range []string{"UNAUTHENTICATED", "FORBIDDEN", "BUSY", "UNAVAILABLE", "UNCERTAIN"} {
		if !strings.Contains(string(raw), "`"+c+"`: ") {
			t.Errorf("nothing is said of %s", c)
		}
	}
}
