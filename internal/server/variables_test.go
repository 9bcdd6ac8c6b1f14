package server

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"bettertogether/internal/hubtest"
)

// TestVariablesAreCoercedAsGqlparserDoes holds every type of a variable against every kind of value.
func TestVariablesAreCoercedAsGqlparserDoes(t *testing.T) {
	schema := limitsSchema(t)
	for _, name := range []string{"ID", "String", "Boolean", "Int", "Float", "[ID!]", "[Int]"} {
		for _, form := range []string{"%s", "%s!", "%s = null"} {
			doc, err := parser.ParseQuery(&ast.Source{Input: "query ($v: " + fmt.Sprintf(form, name) + ") { __typename }"})
			if err != nil {
				t.Fatal(err)
			}
			op := doc.Operations[0]
			op.VariableDefinitions[0].Definition = schema.Types[op.VariableDefinitions[0].Type.Name()]
			for _, text := range []string{
				`{}`, `{"v":null}`, `{"v":"x"}`, `{"v":""}`, `{"v":true}`, `{"v":7}`, `{"v":-7}`, `{"v":7.0}`, `{"v":1e2}`, `{"v":99999999999}`,
				`{"v":99999999999999999999}`, `{"v":["x"]}`, `{"v":[1,null]}`, `{"v":{}}`, `{"w":"x"}`, `{"v":"x","w":1}`,
			} {
				given := func() map[string]any { return readJSON([]byte(text)).(map[string]any) }
				want, wantErr := validator.VariableValues(schema, op, given())
				got, err := coerced(schema, op, given())
				if fmt.Sprint(err) != fmt.Sprint(wantErr) || err == nil && !reflect.DeepEqual(got, want) {
					t.Errorf("%s of a variable "+form+" is %#v, %v; gqlparser says %#v, %v", text, name, got, err, want, wantErr)
				}
			}
		}
	}
}

// TestKnownOperationIsBoundedByItsVariables asks for little, and then with the same operation for more than may be.
func TestKnownOperationIsBoundedByItsVariables(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), nil)
	hubtest.Import(t, d, hubtest.Facts())
	s := New(Config{Desk: d, Site: "https://hub.example", Build: "test", Log: slog.New(slog.NewJSONHandler(io.Discard, nil))})
	ask := func(variables string) string {
		body := `{"query":"query ($n: Int, $id: ID) { ...F topic(id: $id) { label } } fragment F on Query { episodes(first: $n) { nodes { appearances { speaker { episodes(first: $n) { totalCount nodes { title } } } } } } }","variables":` + variables + `}`
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", typeJSON)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Body.String()
	}
	for _, id := range []string{"a", "b", "c"} {
		if got := ask(`{"n":1,"id":"` + id + `"}`); !strings.Contains(got, `"totalCount"`) || strings.Contains(got, "errors") {
			t.Fatal(got)
		}
	}
	if got := ask(`{"n":100,"id":"d"}`); !strings.Contains(got, "nodes that the operation may answer with") {
		t.Error(got)
	}
}
