package server

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph"
)

// quoted is a text as a JSON or GraphQL string.
func quoted(text string) string {
	raw, _ := json.Marshal(text) // strings encode
	return string(raw)
}

// doubled is a chain of fragments of the hub's own types, each of which spreads the next one twice: 2.7 KB that mean 2^45
// selections.
func doubled() string {
	var b strings.Builder
	b.WriteString("{ hub { ...F0 } } ")
	for i := range 45 {
		fmt.Fprintf(&b, "fragment F%d on Hub { ...F%d ... { ...F%d } } ", i, i+1, i+1)
	}
	b.WriteString("fragment F45 on Hub { version }")
	return b.String()
}

func TestBombIsRefused(t *testing.T) {
	h := startHub(t, nil)
	const (
		complexity = codeTooComplex
		invalid    = "GRAPHQL_VALIDATION_FAILED"
		syntax     = "GRAPHQL_PARSE_FAILED"
		page       = "episodes(first: 100) { nodes { "
	)
	for name, test := range map[string]struct {
		query string
		code  string
		words []string
	}{
		"20,000 typenames":              {"{" + strings.Repeat("__typename ", 20_000) + "}", "TOO_LARGE", []string{"65536"}},
		"5,000 typenames":               {"{" + strings.Repeat("__typename ", 5_000) + "}", complexity, []string{"tokens", "2000"}},
		"one list field 3,000 times":    {"{ episodes { nodes {" + strings.Repeat("topics ", 3_000) + "} } }", complexity, []string{"tokens"}},
		"one list field 400 times":      {"{ episodes { nodes {" + strings.Repeat("notes { text } ", 400) + "} } }", complexity, []string{"notes", "100"}},
		"500 conflicting aliases":       {"{ episodes { nodes {" + strings.Repeat("a: id a: title ", 250) + "} } }", complexity, []string{"aliases", "30"}},
		"70,000 unknown directives":     {"{ hub " + strings.Repeat("@x ", 70_000) + "{ version } }", "TOO_LARGE", nil},
		"20,000 unknown directives":     {"{ hub " + strings.Repeat("@x ", 20_000) + "{ version } }", complexity, []string{"tokens"}},
		"900 unknown directives":        {"{ hub " + strings.Repeat("@x ", 900) + "{ version } }", complexity, []string{"directives", "50"}},
		"a relation followed 12 times":  {"{ episodes { nodes " + nested("{ related ", "{ id }", "}", 12) + "} }", complexity, []string{"levels", "12"}},
		"100 x 100 nested 3 times":      {"{" + page + "related(first: 100) { related(first: 100) { id } } } } }", complexity, []string{"nodes", "60000"}},
		"a page by a variable":          {"query ($n: Int = 100) { episodes(first: $n) { nodes { related(first: $n) { related(first: $n) { id } } } } }", complexity, []string{"nodes"}},
		"a doubling document of 2.7 KB": {doubled(), complexity, []string{"selections", "1000000000 or more"}},
		"a doubling document with lists": {
			"{ episodes { nodes { ...F0 } } } " + strings.Join([]string{
				"fragment F0 on Episode { related(first: 64) { ...F1 } }", "fragment F1 on Episode { related(first: 64) { ...F2 } }",
				"fragment F2 on Episode { related(first: 64) { id } }",
			}, " "), complexity, []string{"nodes"},
		},
		"3,003 selections":             {"{ ...F ...F ...F } fragment F on Query {" + numbered(1_000, "f%d") + "}", complexity, []string{"selections", "3000"}},
		"31 aliases":                   {"{" + numbered(31, "a%d: hub { version }") + "}", complexity, []string{"aliases", "31", "30"}},
		"2,000 aliases":                {"{" + numbered(2_000, "a%d: hub { version }") + "}", complexity, []string{"tokens"}},
		"60,000 open braces":           {strings.Repeat("{", 60_000), syntax, nil},
		"5,000 selection sets":         {nested("{ a ", "", "}", 5_000), syntax, []string{"nesting"}},
		"30,000 lists":                 {"{ nodes(ids: " + nested("[", "", "]", 30_000) + ") { id } }", syntax, nil},
		"10,000 objects":               {"{ episodes(filter: " + nested("{a:", "1", "}", 10_000) + ") { totalCount } }", complexity, []string{"tokens"}},
		"a variable of 20,000 lists":   {"query ($v: " + nested("[", "Int", "]", 20_000) + ") { hub { version } }", syntax, nil},
		"20,000 comments":              {"{ hub { version } }" + strings.Repeat("#\n", 20_000), complexity, []string{"tokens"}},
		"a fragment in itself":         {"{ hub { ...F } } fragment F on Hub { ...F }", invalid, []string{`"F"`}},
		"two fragments in each other":  {"{ hub { ...F } } fragment F on Hub { ...G } fragment G on Hub { ...F }", invalid, []string{"spreads itself"}},
		"unused fragments":             {"{ hub { version } }" + numbered(300, "fragment F%d on Hub {version}"), complexity, nil},
		"unknown names":                {"{" + numbered(900, "f%d") + "}", invalid, []string{`"f0"`}},
		"unknown fragments":            {"{" + numbered(900, "...F%d") + "}", invalid, []string{`"F0"`}},
		"unknown types":                {"{" + numbered(250, "... on T%d { a }") + "}", complexity, []string{`"a"`}},
		"unknown variables":            {"{ hub { version @skip(if: $a) " + strings.Repeat("@include(if: $b) ", 40) + "} }", invalid, nil},
		"300 variables":                {"query (" + numbered(300, "$v%d: Int") + ") { hub { version } }", invalid, []string{"$v0"}},
		"an operation twice":           {strings.Repeat("query Q { hub { version } } ", 200), invalid, []string{`"Q"`}},
		"a page of more than a page":   {"{ episodes(first: 101) { nodes { id } } }", codeBadInput, []string{"episodes", "first", "101", "0 to 100"}},
		"a page of less than nothing":  {"{ episodes(last: -1) { nodes { id } } }", codeBadInput, []string{"last", "-1", "0 to 100"}},
		"a page from both ends":        {"{ episodes(first: 1, last: 1) { nodes { id } } }", codeBadInput, []string{"first", "last"}},
		"a page beyond 64 bits":        {"{ episodes(first: 99999999999999999999999) { nodes { id } } }", invalid, []string{"Int", "999"}},
		"a nested page of less":        {"{ episodes { nodes { related(first: -5) { id } } } }", codeBadInput, []string{"related", "-5"}},
		"defer":                        {"{ hub { ... @defer { version } } }", invalid, []string{"@defer"}},
		"stream":                       {"{ episodes { nodes @stream(initialCount: 1) { id } } }", invalid, []string{"@stream"}},
		"a mutation":                   {"mutation { purge }", invalid, []string{"mutation"}},
		"a subscription":               {"subscription { episodes { totalCount } }", invalid, []string{"subscription"}},
		"a definition of a type":       {"type Query { a: Int }", syntax, []string{"type"}},
		"a name of 50,000 letters":     {"{" + strings.Repeat("n", 50_000) + "}", invalid, []string{"nnn"}},
		"an alias of 50,000 letters":   {"{" + page + strings.Repeat("n", 50_000) + ": id } } }", complexity, []string{"alias", "100"}},
		"an alias of 101 letters":      {"{ ...F } fragment F on Query { ... { hub { " + strings.Repeat("n", 101) + ": version } } }", complexity, []string{"alias", "101", "100"}},
		"an operation of 50,000":       {"query " + strings.Repeat("n", 50_000) + "{ hub { nothing } }", invalid, []string{"nothing"}},
		"a variable of 50,000 letters": {"{ episodes(first: $" + strings.Repeat("n", 50_000) + ") { totalCount } }", invalid, nil},
		"a directive of 50,000":        {"{ hub @" + strings.Repeat("n", 50_000) + " { version } }", invalid, nil},
		"an enum value of 50,000":      {"{ episodes(orderBy: " + strings.Repeat("N", 50_000) + ") { totalCount } }", invalid, nil},
		"introspection that grows": {
			"{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }", invalid, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			status := http.StatusBadRequest
			if test.code == "TOO_LARGE" {
				status = http.StatusRequestEntityTooLarge
			}
			wantRefused(t, h.ask(t, test.query, nil), status, test.code, test.words...)
			// A client that takes only application/json learns the same behind a 200, if it was a request of GraphQL at all.
			if status == http.StatusBadRequest {
				status = http.StatusOK
			}
			wantRefused(t, h.send(t, http.MethodPost, "/graphql", strings.NewReader(`{"query":`+quoted(test.query)+"}"), isJSON), status, test.code)
			if len(test.query) < 8_000 {
				wantRefused(t, h.get(t, test.query, wantsGraphQL), http.StatusBadRequest, test.code, test.words...)
			}
		})
	}
}

// A body is checked before anything in it is believed.
func TestRequestOfAnotherFormIsRefused(t *testing.T) {
	h := startHub(t, nil)
	const bad = "BAD_REQUEST"
	object := []string{"one JSON object"}
	for name, test := range map[string]struct {
		body   string
		status int
		words  []string
	}{
		"nothing":                   {"", 400, object},
		"blanks":                    {" \n ", 400, object},
		"no JSON":                   {"query { hub { version } }", 400, object},
		"half an object":            {`{"query":"{ hub { version } }"`, 400, object},
		"an object and more":        {`{"query":"{ hub { version } }"}{}`, 400, object},
		"null":                      {"null", 400, object},
		"a string":                  {`"{ hub { version } }"`, 400, object},
		"a number":                  {"1e400", 400, object},
		"a list":                    {"[]", 400, object},
		"a batch":                   {`[{"query":"{ hub { version } }"}]`, 400, object},
		"a batch of a hundred":      {"[" + strings.Repeat(`{"query":"{ hub { version } }"},`, 100) + "null]", 400, object},
		"60,000 open lists":         {strings.Repeat("[", 60_000), 400, object},
		"9,000 objects":             {`{"query":"{ hub { version } }","variables":` + nested(`{"a":`, "1", "}", 9_000) + "}", 200, nil},
		"30,000 lists as variables": {`{"query":"{ hub { version } }","variables":` + nested("[", "", "]", 30_000) + "}", 400, object},
		"an empty object":           {"{}", 400, []string{"query is required"}},
		"no query":                  {`{"variables":{}}`, 400, []string{"query is required"}},
		"a persisted query":         {`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`, 400, []string{"query is required"}},
		"query: null":               {`{"query":null}`, 400, []string{"query is required"}},
		"query: empty":              {`{"query":""}`, 400, []string{"query is required"}},
		"query: number":             {`{"query":1e400}`, 400, []string{"query must be a string", "number"}},
		"query: list":               {`{"query":["{ hub { version } }"]}`, 400, []string{"query must be a string", "array"}},
		"query: object":             {`{"query":{"kind":"Document"}}`, 400, []string{"query must be a string", "object"}},
		"query: true":               {`{"query":true}`, 400, []string{"query must be a string", "bool"}},
		"operationName: number":     {`{"query":"{ hub { version } }","operationName":1}`, 400, []string{"operationName must be a string"}},
		"operationName: list":       {`{"query":"{ hub { version } }","operationName":[]}`, 400, []string{"operationName must be a string"}},
		"operationName: unknown":    {`{"query":"query Q { hub { version } }","operationName":"R"}`, 400, []string{"operation R"}},
		"operationName: long":       {`{"query":"query Q { hub { version } }","operationName":"` + strings.Repeat("n", 60_000) + `"}`, 400, []string{"nnn"}},
		"operationName: needed":     {`{"query":"query Q { hub { version } } query R { hub { version } }"}`, 400, []string{"operation"}},
		"operationName: null":       {`{"query":"query Q { hub { version } }","operationName":null}`, 200, nil},
		"variables: string":         {`{"query":"{ hub { version } }","variables":"{}"}`, 400, []string{"variables must be a JSON object"}},
		"variables: list":           {`{"query":"{ hub { version } }","variables":[]}`, 400, []string{"variables must be a JSON object"}},
		"variables: number":         {`{"query":"{ hub { version } }","variables":0}`, 400, []string{"variables must be a JSON object"}},
		"variables: null":           {`{"query":"{ hub { version } }","variables":null}`, 200, nil},
		"variables: unknown":        {`{"query":"{ hub { version } }","variables":{"a":1e400,"":[],"\u0000":null}}`, 200, nil},
		"extensions: string":        {`{"query":"{ hub { version } }","extensions":"x"}`, 400, []string{"extensions must be a JSON object"}},
		"extensions: list":          {`{"query":"{ hub { version } }","extensions":[{}]}`, 400, []string{"extensions must be a JSON object"}},
		"extensions: null":          {`{"query":"{ hub { version } }","extensions":null}`, 200, nil},
		"extensions: unknown":       {`{"query":"{ hub { version } }","extensions":{"a":{"b":[1e400]}}}`, 200, nil},
		"another key":               {`{"query":"{ hub { version } }","id":5,"__proto__":{}}`, 200, nil},
		"a key in capitals":         {`{"QUERY":"{ hub { version } }"}`, 200, nil},
		"a key in two cases":        {`{"query":"{ nothing }","Query":"{ hub { version } }"}`, 400, []string{"query", "twice"}},
		"a key in another alphabet": {`{"extensions":{},"exten\u017fions":{},"query":"{ hub { version } }"}`, 400, []string{"extensions", "twice"}},
		"a key twice":               {`{"query":"{ nothing }","query":"{ hub { version } }"}`, 400, []string{"query", "twice"}},
		"variables twice":           {`{"query":"{ hub { version } }","variables":[],"variables":{}}`, 400, []string{"variables", "twice"}},
		"a byte order mark":         {"\ufeff" + `{"query":"{ hub { version } }"}`, 400, object},
		"UTF-16":                    {"\xff\xfe{\x00}\x00", 400, []string{"UTF-8"}},
		"broken UTF-8 in the query": {"{\"query\":\"{ episode(slug: \\\"\xff\\\") { id } }\"}", 400, []string{"UTF-8"}},
		"broken UTF-8 in a value":   {"{\"query\":\"query ($s: String) { episode(slug: $s) { id } }\",\"variables\":{\"s\":\"\xc3\x28\"}}", 400, []string{"UTF-8"}},
		"an overlong slash":         {"{\"query\":\"{ hub { version } } # \xc0\xaf\"}", 400, []string{"UTF-8"}},
		"a surrogate in UTF-8":      {"{\"query\":\"{ hub { version } } # \xed\xa0\x80\"}", 400, []string{"UTF-8"}},
		"a lone surrogate":          {`{"query":"{ hub { version } } # \ud800"}`, 200, nil},
		"a lone surrogate as value": {`{"query":"query ($s: String!) { search(query: $s) { totalCount } }","variables":{"s":"\udfff\ud800"}}`, 200, nil},
		"NUL in the query":          {`{"query":"{ hub { version } }\u0000"}`, 400, []string{"query"}},
		"NUL as a byte":             {"{\"query\":\"{ hub { version } }\x00\"}", 400, object},
		"NUL as a value":            {`{"query":"query ($s: String!) { search(query: $s) { totalCount } }","variables":{"s":"a\u0000b"}}`, 200, nil},
		"a form":                    {"query=%7Bhub%7Bversion%7D%7D", 400, object},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.post(t, test.body)
			if test.status == http.StatusOK {
				if wantDecent(t, a); len(a.Errors) > 0 {
					t.Errorf("refused: %s", a.body)
				}
				return
			}
			code := bad
			if strings.HasPrefix(name, "operationName: ") && !strings.Contains(a.message(), "string") {
				code = "GRAPHQL_VALIDATION_FAILED"
			}
			wantRefused(t, a, test.status, code, test.words...)
		})
	}
}

// seat is a field of the schema with arguments, and a query around it that reaches it.
type seat struct {
	field  *ast.FieldDefinition
	around string
}

// seats finds the fields with arguments of the root and of every kind of entry.
func seats(schema *ast.Schema) []seat {
	var all []seat
	take := func(def *ast.Definition, around string) {
		for _, f := range def.Fields {
			if len(f.Arguments) > 0 && !strings.HasPrefix(f.Name, "__") {
				all = append(all, seat{f, around})
			}
		}
	}
	take(schema.Query, "%s")
	for _, f := range schema.Query.Fields {
		kind, isList := strings.CutSuffix(f.Type.Name(), "Connection")
		if def := schema.Types[kind]; isList && def != nil {
			take(def, f.Name+"(first: 1) { nodes { %s } }")
		}
	}
	return all
}

// call is a query that gives one argument a variable, and those that must be given something harmless.
func (s seat) call(schema *ast.Schema, arg *ast.ArgumentDefinition) string {
	given := []string{arg.Name + ": $v"}
	for _, a := range s.field.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil && a != arg {
			given = append(given, a.Name+`: "college"`)
		}
	}
	body := s.field.Name + "(" + strings.Join(given, " ") + ")"
	if !schema.Types[s.field.Type.Name()].IsLeafType() {
		body += " { __typename }"
	}
	return "query ($v: " + s.variable(arg) + ") { " + fmt.Sprintf(s.around, body) + " }"
}

// variable is the type of a variable that may stand in an argument, nullable where it can be.
func (s seat) variable(arg *ast.ArgumentDefinition) string {
	if arg.Type.NonNull && arg.DefaultValue == nil {
		return arg.Type.String()
	}
	return strings.TrimSuffix(arg.Type.String(), "!")
}

// places wraps a value for every place within an input type: the argument itself, and each field of an object, at any depth.
func places(schema *ast.Schema, typ *ast.Type, visit func(wrap func(any) any)) {
	self := func(v any) any { return v }
	visit(self)
	if typ.Elem != nil {
		places(schema, typ.Elem, func(wrap func(any) any) { visit(func(v any) any { return []any{wrap(v)} }) })
		return
	}
	for _, f := range schema.Types[typ.NamedType].Fields {
		places(schema, f.Type, func(wrap func(any) any) { visit(func(v any) any { return map[string]any{f.Name: wrap(v)} }) })
	}
}

// literal writes a JSON value as GraphQL does.
func literal(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var b strings.Builder
		for name, value := range v {
			b.WriteString(name + ": " + literal(value) + " ")
		}
		return "{" + b.String() + "}"
	case []any:
		var b strings.Builder
		for _, value := range v {
			b.WriteString(literal(value) + " ")
		}
		return "[" + b.String() + "]"
	case string:
		return quoted(v)
	case nil:
		return "null"
	}
	return fmt.Sprint(v)
}

func TestNoArgumentFallsOverAValue(t *testing.T) {
	h := openHub(t, nil)
	schema := graph.New().Schema()
	values := []any{
		nil, true, -1, 1.5, json.Number("1e400"), json.Number(strings.Repeat("9", 5_000)), "", strings.Repeat("x", 5_000),
		"\u202e\x00%s%n' OR 1=1 --(a+)+$", []any{nil, []any{}}, map[string]any{"a": 1},
	}
	seen := map[string]bool{}
	for _, s := range seats(schema) {
		for _, arg := range s.field.Arguments {
			places(schema, arg.Type, func(wrap func(any) any) {
				place := s.field.Name + "." + arg.Name
				if within := schema.Types[arg.Type.Name()]; within.Kind == ast.InputObject {
					place = within.Name // filters stand in many lists
				}
				if place = fmt.Sprint(place, wrap("here")); seen[place] {
					return
				}
				seen[place] = true
				for _, v := range values {
					query, variable := s.call(schema, arg), wrap(v)
					a := h.ask(t, query, map[string]any{"v": variable})
					wantDecent(t, a)
					written := strings.NewReplacer("($v: "+s.variable(arg)+")", "", "$v", literal(variable)).Replace(query)
					wantDecent(t, h.ask(t, written, nil))
					if t.Failed() {
						t.Fatalf("%s, or %.500s", query, written)
					}
				}
			})
		}
	}
	if len(seen) < 50 {
		t.Errorf("only %d places were found", len(seen))
	}
}

func TestCursorThatDoesNotFitIsRefused(t *testing.T) {
	h := openHub(t, nil)
	cursor := func(query string) string {
		t.Helper()
		var found map[string]any
		if err := json.Unmarshal(h.ask(t, query, nil).Data, &found); err != nil {
			t.Fatal(err)
		}
		for {
			for _, v := range found {
				switch v := v.(type) {
				case string:
					return v
				case map[string]any:
					found = v
				case []any:
					found = v[0].(map[string]any)
				}
			}
		}
	}
	good := cursor("{ episodes(first: 1) { edges { cursor } } }")
	craft := func(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }
	const here = "{ episodes(first: 2, after: %s) { totalCount } }"
	const unknown, foreign = "is no cursor of this hub", "another list"
	for name, test := range map[string]struct{ query, cursor, words string }{
		"empty":                   {here, "", unknown},
		"a word":                  {here, "next", unknown},
		"half of one":             {here, good[:len(good)/2], unknown},
		"one with more":           {here, good + "AAAA", unknown},
		"one twice":               {here, good + good, unknown},
		"one with padding":        {here, good + "=", unknown},
		"a line end in it":        {here, good[:8] + "\n" + good[8:], unknown},
		"a NUL":                   {here, "\x00", unknown},
		"60,000 letters":          {here, strings.Repeat("A", 60_000), unknown},
		"no JSON":                 {here, craft("episode.DATE_DESC"), unknown},
		"null":                    {here, craft("null"), unknown},
		"nothing in it":           {here, craft("{}"), unknown},
		"9,000 lists in it":       {here, craft(nested("[", "", "]", 9_000)), unknown},
		"another id in it":        {here, craft(`{"o":"episode.DATE_DESC","i":"../../etc/passwd"}`), unknown},
		"a number beyond":         {here, craft(`{"o":"episode.DATE_DESC","w":1e400,"i":"ep_0000000000jx2w9m4e7yq1zv5k"}`), unknown},
		"other spelling":          {here, craft(`{"i":"ep_0000000000jx2w9m4e7yq1zv5k","o":"episode.DATE_DESC"}`), unknown},
		"of another order":        {"{ episodes(orderBy: TITLE_ASC, after: %s) { totalCount } }", good, foreign},
		"of another kind":         {"{ speakers(before: %s) { totalCount } }", good, foreign},
		"of a list in a search":   {`{ search(query: "college", after: %s) { totalCount } }`, good, foreign},
		"of another search":       {`{ search(query: "college", after: %s) { totalCount } }`, cursor(`{ search(query: "partner") { edges { cursor } } }`), foreign},
		"of a search in a list":   {here, cursor(`{ search(query: "college") { edges { cursor } } }`), foreign},
		"of references":           {here, cursor("{ topics(first: 1) { nodes { referencedBy { edges { cursor } } } } }"), foreign},
		"of a list in references": {"{ topics(first: 1) { nodes { referencedBy(after: %s) { totalCount } } } }", good, foreign},
		"half in references":      {"{ topics(first: 1) { nodes { referencedBy(after: %s) { totalCount } } } }", good[:20], unknown},
		"of no order":             {here, craft(`{"o":"` + strings.Repeat("x", 5_000) + `","i":"ep_0000000000jx2w9m4e7yq1zv5k"}`), foreign},
	} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, h.ask(t, fmt.Sprintf(test.query, quoted(test.cursor)), nil), http.StatusOK, codeBadInput, test.words)
		})
	}
	t.Run("a bit turned", func(t *testing.T) {
		for i := range good {
			for bit := range 7 {
				turned := []byte(good)
				turned[i] ^= 1 << bit
				a := h.ask(t, "query ($c: String) { episodes(first: 2, after: $c) { nodes { id } } }", map[string]any{"c": string(turned)})
				if wantDecent(t, a); len(a.Errors) > 0 && a.code() != codeBadInput {
					t.Errorf("%q: %s", turned, a.body)
				}
			}
		}
	})
	t.Run("numbers at their ends", func(t *testing.T) {
		for _, n := range []string{"9223372036854775807", "-9223372036854775808", "1"} {
			for _, in := range []string{"EpisodeOrder:DATE_DESC", "EpisodeOrder:DATE_ASC", "EpisodeOrder:UPDATED_DESC", "EpisodeOrder:TITLE_ASC"} {
				_, order, _ := strings.Cut(in, ":")
				c := craft(`{"o":"episode.` + order + `","s":"\u0000","w":` + n + `,"a":` + n + `,"n":1,"i":"ep_zzzzzzzzzzzzzzzzzzzzzzzzzz"}`)
				wantDecent(t, h.ask(t, "{ episodes(orderBy: "+order+", after: "+quoted(c)+") { nodes { id } } }", nil))
			}
		}
	})
}

func TestValueOfNoMeaningIsToldOrFindsNothing(t *testing.T) {
	h := openHub(t, nil)
	many := func(n int, value string) string { return "[" + strings.Repeat(quoted(value)+" ", n) + "]" }
	const speaker, absent = "sp_0000000000jx2w9m4e7yq1zv5k", "ep_00000000000000000000000000"
	for name, test := range map[string]struct {
		query string
		// want is the data, or the beginning of the first error's message.
		want string
	}{
		"an empty id":                 {`{ node(id: "") { id } }`, `{"node":null}`},
		"a number as id":              {`{ node(id: 5) { id } }`, `{"node":null}`},
		"an id of nothing":            {`{ node(id: "` + absent + `") { id } }`, `{"node":null}`},
		"an id of nobody":             {`{ node(id: "xx_00000000000000000000000000") { id } }`, `{"node":null}`},
		"a slug as id":                {`{ node(id: "aacc") { id } }`, `{"node":null}`},
		"a path as id":                {`{ node(id: "../../../etc/passwd") { id } }`, `{"node":null}`},
		"an id with NUL":              {`{ node(id: "ep_0000000000000000000000000\u0000") { id } }`, `{"node":null}`},
		"an id of 60,000":             {`{ node(id: "ep_` + strings.Repeat("0", 60_000) + `") { id } }`, `{"node":null}`},
		"an id of another kind":       {`{ episode(id: "` + speaker + `") { id } }`, `{"episode":null}`},
		"an id as slug":               {`{ episode(slug: "` + absent + `") { id } }`, `{"episode":null}`},
		"an empty slug":               {`{ episode(slug: "") { id } }`, `{"episode":null}`},
		"a slug in capitals and dots": {`{ episode(slug: "..%2F..%2FETC") { id } }`, `{"episode":null}`},
		"neither id nor slug":         {`{ episode { id } }`, "give id or slug, exactly one"},
		"both id and slug":            {`{ episode(id: "` + absent + `", slug: "a") { id } }`, "give id or slug, exactly one"},
		"null as id and slug":         {`{ episode(id: null, slug: null) { id } }`, "give id or slug, exactly one"},
		"no ids":                      {`{ nodes(ids: []) { id } }`, `{"nodes":[]}`},
		"one id, not in a list":       {`{ nodes(ids: "") { id } }`, `{"nodes":[null]}`},
		"an id twice":                 {`{ nodes(ids: ["x" "x"]) { id } }`, `{"nodes":[null,null]}`},
		"101 ids":                     {"{ nodes(ids: " + many(101, "x") + ") { id } }", "ids: 101 ids are more than 100"},
		"1,000 ids":                   {"{ nodes(ids: " + many(1_000, "x") + ") { id } }", "ids: 1000 ids are more than 100"},
		"1,500 topics":                {"{ episodes(filter: {topics: " + many(1_500, "partnerships") + "}, first: 0) { nodes { id } } }", `{"episodes":{"nodes":[]}}`},
		"1,500 regions":               {"{ episodes(filter: {regions: " + many(1_500, "CA-ON") + "}) { totalCount } }", `{"episodes":{"totalCount":0}}`},
		"topics of other kinds":       {`{ episodes(filter: {topics: ["` + speaker + `" "` + absent + `" "" "\u0000"]}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"an empty filter":             {`{ episodes(filter: {}, first: 0) { nodes { id } } }`, `{"episodes":{"nodes":[]}}`},
		"no month":                    {`{ episodes(filter: {from: "2021-13"}) { totalCount } }`, `"2021-13" is no PartialDate; a year ("2021"), a month ("2021-01") or a day`},
		"no day":                      {`{ episodes(filter: {from: "2021-02-29"}) { totalCount } }`, `"2021-02-29" is no PartialDate`},
		"no date at all":              {`{ episodes(filter: {to: "9999-99-99"}) { totalCount } }`, `"9999-99-99" is no PartialDate`},
		"a date and time":             {`{ episodes(filter: {to: "2021-01-01T00:00:00Z"}) { totalCount } }`, `"2021-01-01T00:00:00Z" is no PartialDate`},
		"a date in other digits":      {`{ episodes(filter: {to: "２０２１"}) { totalCount } }`, `"２０２１" is no PartialDate`},
		"a year before Christ":        {`{ episodes(filter: {to: "-500"}) { totalCount } }`, `"-500" is no PartialDate`},
		"a year of five digits":       {`{ episodes(filter: {to: "12021"}) { totalCount } }`, `"12021" is no PartialDate`},
		"a date of 60,000":            {`{ episodes(filter: {to: "` + strings.Repeat("2", 60_000) + `"}) { totalCount } }`, `"2222`},
		"the last day there is":       {`{ episodes(filter: {from: "9999-12-31"}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"from after to":               {`{ episodes(filter: {from: "2022", to: "2021-12-31"}) { totalCount } }`, "filter.to: 2021-12-31 is before from, 2022"},
		"from after to, studies":      {`{ caseStudies(filter: {from: "2022", to: "2021"}) { totalCount } }`, "filter.to: 2021 is before from, 2022"},
		"from after to, resources":    {`{ resources(filter: {from: "2022", to: "2021"}) { totalCount } }`, "filter.to: 2021 is before from, 2022"},
		"a number as a date":          {`{ speakers(first: 1) { nodes { affiliations(at: 1e400) { role } } } }`, "field affiliations: at is 1e400, numbers of 64 bits are allowed"},
		"a number as a default":       {`query ($d: PartialDate = 99999999999999999999) { speakers(first: 1) { nodes { affiliations(at: $d) { role } } } }`, "99999999999999999999 is no number of 64 bits"},
		"no language":                 {`{ episodes(filter: {language: "english please"}) { totalCount } }`, `"english please" is no Locale; a BCP 47 tag such as "en"`},
		"an empty language":           {`{ episodes(filter: {language: ""}) { totalCount } }`, `"" is no Locale`},
		"a language nobody speaks":    {`{ episodes(filter: {language: "tlh"}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"no region":                   {`{ episodes(filter: {regions: ["Ohio"]}) { totalCount } }`, `"Ohio" is no RegionCode; an ISO 3166-2 code such as "US-OH"`},
		"a region in small letters":   {`{ episodes(filter: {regions: ["us-oh"]}) { totalCount } }`, `"us-oh" is no RegionCode`},
		"an unknown value of an enum": {`{ episodes(filter: {phases: [NAPPING]}) { totalCount } }`, `Value "NAPPING" does not exist in "EpisodePhase!" enum.`},
		"an enum as a string":         {`{ episodes(filter: {phases: ["LIVE"]}) { totalCount } }`, `Enum "EpisodePhase!" cannot represent non-enum value: "LIVE".`},
		"an unknown field":            {`{ episodes { nodes { password } } }`, `Cannot query field "password" on type "Episode".`},
		"an unknown argument":         {`{ episodes(where: 1) { totalCount } }`, `Unknown argument "where" on field "Query.episodes".`},
		"an unknown filter":           {`{ episodes(filter: {password: "a"}) { totalCount } }`, `Field "password" is not defined by type "EpisodeFilter".`},
		"no selection":                {`{ episodes }`, `Field "episodes" of type "EpisodeConnection!" must have a selection of subfields.`},
		"a selection in a text":       {`{ hub { version { a } } }`, `Field "version" must not have a selection`},
		"an outcome from nowhere":     {`{ caseStudies(filter: {outcome: {min: 5, max: 1}}) { totalCount } }`, `{"caseStudies":{"totalCount":0}}`},
		"a search of nothing":         {`{ search(query: "") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search of signs":           {`{ search(query: "()[]{}*+?.,\\^$|#-\"'~&!:;<>/%_@` + "`" + `") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search for NUL":            {`{ search(query: "\u0000") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search by a pattern":       {`{ search(query: "(x+x+)+y(a|a)*zzqq") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search by a statement":     {`{ search(query: "zzqq' union select hash from token; drop table entry --") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search as FTS has it":      {`{ search(query: "zzqq NEAR/5 * NOT -rural C++") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search of joiners":         {`{ search(query: "` + strings.Repeat("\u200d\u0301\u202e", 60) + `") { totalCount } }`, `{"search":{"totalCount":0}}`},
		"a search of 201":             {`{ search(query: "` + strings.Repeat("é", 201) + `") { totalCount } }`, "query: 201 characters are more than 200"},
		"a search of 60,000":          {`{ search(query: "` + strings.Repeat("a ", 30_000) + `") { totalCount } }`, "query: 60000 characters are more than 200"},
		"a filter of 60,000":          {`{ episodes(filter: {search: "` + strings.Repeat("zz ", 20_000) + `"}) { totalCount } }`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.ask(t, test.query, nil)
			wantDecent(t, a)
			if got := string(a.Data); got != test.want && !strings.HasPrefix(a.message(), test.want) {
				t.Errorf("got %.300s, want %s", a.body, test.want)
			}
		})
	}
}
