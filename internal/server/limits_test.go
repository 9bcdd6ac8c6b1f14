package server

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

func limitsFile(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/limits/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func limitsSchema(t testing.TB) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: limitsFile(t, "schema.graphqls")})
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// valid returns the document as validation leaves it.
func valid(t testing.TB, schema *ast.Schema, query string) *ast.QueryDocument {
	t.Helper()
	doc, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
	if len(errs) > 0 {
		t.Fatalf("%.200s: %v", query, errs)
	}
	return doc
}

// numbered joins format for 0 to n-1.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+" ", i)
	}
	return b.String()
}

func nested(open, inner, end string, n int) string {
	return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
}

// doubling is a chain of fragments, each of which spreads the next one in left and in right.
func doubling(levels int, left, right string) string {
	var b strings.Builder
	b.WriteString("{ person { ...F0 } } ")
	for i := range levels {
		fmt.Fprintf(&b, "fragment F%d on Person { %s { ...F%d } %s { ...F%d } } ", i, left, i+1, right, i+1)
	}
	fmt.Fprintf(&b, "fragment F%d on Person { id }", levels)
	return b.String()
}

// limitsRow is a line of a table: what is wanted of a query with variables.
type limitsRow struct {
	want, query string
	variables   map[string]any
}

func limitsTable(t testing.TB, name string) []limitsRow {
	t.Helper()
	var rows []limitsRow
	for line := range strings.Lines(limitsFile(t, name)) {
		cells := strings.SplitN(strings.TrimSpace(line), "|", 3)
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := limitsRow{want: strings.TrimSpace(cells[0]), query: strings.TrimSpace(cells[2])}
		if variables := strings.TrimSpace(cells[1]); variables != "" {
			decoder := json.NewDecoder(strings.NewReader(variables))
			decoder.UseNumber()
			if err := decoder.Decode(&row.variables); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// wantRefusal checks code and the beginning of the message; no code means that nothing may be refused.
func wantRefusal(t testing.TB, err *gqlerror.Error, code, message string) {
	t.Helper()
	switch {
	case code == "" && err != nil:
		t.Fatalf("refused: %s", err.Message)
	case code == "":
	case err == nil:
		t.Fatalf("not refused, want %s %q", code, message)
	case err.Extensions["code"] != code || !strings.HasPrefix(err.Message, message):
		t.Fatalf("got %v %q, want %s %q", err.Extensions["code"], err.Message, code, message)
	}
}

func TestDocumentIsAllowedAtALimitAndRefusedOverIt(t *testing.T) {
	const (
		tokens     = "tokens in the document: more than 2000, at most 2000 are allowed"
		depth      = "levels of fields in the document: 13, at most 12 are allowed"
		aliases    = "aliases in the document: 31, at most 30 are allowed"
		directives = "uses of directives in the document: 51, at most 50 are allowed"
		mutations  = "fields at the root of a mutation: 11, at most 10 are allowed"
		selections = "selections in the document, counted through its fragments: 3001, at most 3000 are allowed"
		repeats    = `selections of "b" at one place: 101, at most 100 are allowed`
	)
	for name, test := range map[string]struct {
		message string
		limit   int
		query   func(n int) string
	}{
		"tokens":             {tokens, 2000, func(n int) string { return "{" + numbered(n-2, "f%d") + "}" }},
		"tokens of comments": {tokens, 2000, func(n int) string { return "{ a }" + strings.Repeat("#\n", n-3) }},
		"depth":              {depth, 12, func(n int) string { return nested("{ a ", "", "}", n) }},
		"depth through fragments": {depth, 12, func(n int) string {
			return "{ a { ... { ...F } } } fragment F on A " + nested("{ a ", "", "}", n-1)
		}},
		"depth where nothing leads": {depth, 12, func(n int) string { return "{ a } fragment F on A " + nested("{ a ", "", "}", n) }},
		"depth of introspection": {depth, 12, func(n int) string {
			return "{ __schema { types {" + nested("ofType {", nested("fields {", " name ", "}", n-3), "}", 20) + "} description } }"
		}},
		"depth of an ofType of ours": {depth, 12, func(n int) string { return nested("{ ofType ", "", "}", n) }},
		"aliases": {aliases, 30, func(n int) string {
			return "{ a ...F ...F } fragment F on A { ... {" + numbered(n, "a%d: a") + "} }"
		}},
		"directives": {directives, 50, func(n int) string {
			return "query ($v: A @d) @d { a @d ...F @d ...F ... @d { a } } fragment F($v: A @d) on A @d { a " +
				strings.Repeat("@d ", n-7) + "}"
		}},
		"root mutations": {mutations, 10, func(n int) string {
			return "query A {" + numbered(20, "a%d") + "} mutation B { a { x y } ... { b } ...F } fragment F on A {" + numbered(n-2, "a%d") + "}"
		}},
		"selections": {selections, 3000, func(n int) string {
			return "{ ...F ...F ...F " + numbered(n-3000, "g%d") + "} fragment F on A {" + numbered(999, "f%d") + "}"
		}},
		"repeats": {repeats, 100, func(n int) string {
			return "{ a { b } ...F } fragment F on A { a: c { " + strings.Repeat("b ", n-3) + "} ... { a { b: c ...G } } } fragment G on A { a }"
		}},
		"repeats where nothing leads": {repeats, 100, func(n int) string { return "{ a } fragment F on A { " + strings.Repeat("b ", n) + "}" }},
		"repeats in inline fragments": {repeats, 100, func(n int) string {
			return "{ ... { ... { " + strings.Repeat("b ", 33) + "} } " + strings.Repeat("b ", n-99) + " c }"
		}},
	} {
		t.Run(name, func(t *testing.T) {
			wantRefusal(t, DefaultLimits().CheckDocument(test.query(test.limit)), "", "")
			wantRefusal(t, DefaultLimits().CheckDocument(test.query(test.limit+1)), codeTooComplex, test.message)
		})
	}
}

func TestNoLimitCanBeSwitchedOff(t *testing.T) {
	wantRefusal(t, Limits{}.CheckDocument("{ a }"), codeTooComplex, "tokens in the document: more than 0")
	none := Limits{Tokens: 10, Depth: -1, Repeats: -1, Selections: 10}
	wantRefusal(t, none.CheckDocument("{ a }"), codeTooComplex, "levels of fields in the document: 1, at most -1")
	none.Depth = 10
	wantRefusal(t, none.CheckDocument("{ a }"), codeTooComplex, `selections of "a" at one place: 1, at most -1`)

	m := math.MaxInt
	huge := Limits{m, m, m, m, m, m, m, m, m}
	wantRefusal(t, huge.CheckDocument(doubling(100, "friend", "friends")), codeTooComplex,
		"selections in the document, counted through its fragments: 1000000000 or more")
	for _, query := range []string{
		"query ($n: Int) { people(first: $n) { nodes { id } } }",
		"query ($n: Int) { tables(first: $n) { friends(first: $n) { id } } }",
	} {
		doc := valid(t, limitsSchema(t), query)
		err := huge.CheckOperation(doc.Operations[0], nil, map[string]any{"n": math.MaxInt64})
		wantRefusal(t, err, codeTooComplex, "nodes that the operation may answer with: 1000000000 or more")
	}
	doc, _ := parser.ParseQuery(&ast.Source{Input: "{ ...A } fragment A on Query { person { ...A } }"}) // validation refuses it
	wantRefusal(t, huge.CheckOperation(doc.Operations[0], doc.Fragments, nil), codeTooComplex, "nodes")
}

func TestHostileDocumentIsRefused(t *testing.T) {
	const (
		tokens  = "tokens in the document"
		nesting = "exceeded maximum nesting depth"
		invalid = "GRAPHQL_VALIDATION_FAILED"
		syntax  = "GRAPHQL_PARSE_FAILED"
	)
	for name, test := range map[string]struct{ code, message, query string }{
		"20,000 typenames":             {codeTooComplex, tokens, "{" + strings.Repeat("__typename ", 20_000) + "}"},
		"one list field 3,000 times":   {codeTooComplex, tokens, "{ person {" + strings.Repeat("tags ", 3_000) + "} }"},
		"one list field 1,900 times":   {codeTooComplex, `selections of "tags"`, "{ person {" + strings.Repeat("tags ", 1_900) + "} }"},
		"500 conflicting aliases":      {codeTooComplex, tokens, "{" + strings.Repeat("a: person { id } ", 500) + "}"},
		"400 conflicting aliases":      {codeTooComplex, "aliases", "{ person {" + strings.Repeat("a: id a: name ", 200) + "} }"},
		"70,000 unknown directives":    {codeTooComplex, tokens, "{ person " + strings.Repeat("@x ", 70_000) + "{ id } }"},
		"900 unknown directives":       {codeTooComplex, "uses of directives", "{ person " + strings.Repeat("@x ", 900) + "{ id } }"},
		"a relation followed 12 times": {codeTooComplex, "levels of fields", nested("{ friend ", "{ id }", "}", 12)},
		"40 fragments of 40 equal fields": {
			codeTooComplex, `selections of "person" at one place: 1600`,
			"{" + numbered(40, "...F%d") + "}" + numbered(40, "fragment F%d on Query {"+strings.Repeat("person ", 40)+"}"),
		},
		"600 inline fragments":        {codeTooComplex, `selections of "a" at one place: 601`, nested("{ ...", "{ a }", "}", 600)},
		"doubling fragments":          {codeTooComplex, "levels of fields in the document: 47", doubling(45, "friend", "friends")},
		"doubling without a level":    {codeTooComplex, "selections", doubling(45, "...", "...")},
		"a fragment in itself":        {invalid, `fragment "A" spreads itself`, "{ ...A } fragment A on Q { a { b { ...A } } }"},
		"a cycle of three":            {invalid, `fragment "A"`, "{ ...A } fragment A on Q { ...B } fragment B on Q { ...C } fragment C on Q { ...A }"},
		"a cycle where nothing leads": {invalid, `fragment "A"`, "{ id } fragment A on Q { ... { ...A ...A } }"},
		"a first of two names":        {codeTooComplex, "selections", "{ ...F ...F ...F } fragment F on Q {" + numbered(999, "f%d") + "} fragment F on Q { a }"},
		"a cycle of a second name":    {invalid, `fragment "B"`, "{ ...A } fragment A on Q { a } fragment A on Q { ...B } fragment B on Q { ...B }"},
		"defer":                       {invalid, "@defer is not supported", "{ ... @defer(if: false) { id } }"},
		"stream":                      {invalid, "@stream is not supported", "{ nodes @stream { id } }"},
		"100,000 lists":               {syntax, nesting, "{ sum(of: " + nested("[", "", "]", 100_000) + ") }"},
		"100,000 open lists":          {syntax, nesting, "{ sum(of: " + strings.Repeat("[", 100_000)},
		"100,000 list types":          {syntax, nesting, "query ($v: " + nested("[", "Int", "]", 100_000) + ") { a }"},
		"100,000 selection sets":      {syntax, nesting, nested("{a", "", "}", 100_000)},
		"100,000 open braces":         {syntax, "Expected Name, found {", strings.Repeat("{", 100_000)},
		"100,000 objects":             {codeTooComplex, tokens, "{ sum(with: " + nested("{with:", "{}", "}", 100_000) + ") }"},
	} {
		t.Run(name, func(t *testing.T) {
			wantRefusal(t, DefaultLimits().CheckDocument(test.query), test.code, test.message)
		})
	}
}

func TestHonestDocumentPasses(t *testing.T) {
	for name, query := range map[string]string{
		"nothing":                       "",
		"a fragment that nobody knows":  "{ ...Unknown }",
		"a fragment spread at two ends": "{ a { ...F } b { ...F } } fragment F on A { id }",
		"a huge string":                 `{ person(name: "` + strings.Repeat("ä", 1<<20) + `") { id } }`,
		"a huge block string":           `{ person(name: """` + strings.Repeat("line\n", 1<<18) + `""") { id } }`,
		"unicode":                       "\uFEFF{ person(name: \"東京 🚀 \\u{1F600}\") { id } # ünï\n}",
		"60 inline fragments":           nested("{ ...", "{ ...F ...F }", "}", 60) + "fragment F on A { a }",
	} {
		t.Run(name, func(t *testing.T) { wantRefusal(t, DefaultLimits().CheckDocument(query), "", "") })
	}
}

func TestIntrospectionPasses(t *testing.T) {
	schema := limitsSchema(t)
	for name, query := range map[string]string{
		"gqlgen":     introspection.NewQuery(introspection.QueryOptions{OneOf: true}),
		"graphql-js": limitsFile(t, "introspection.graphql"),
	} {
		t.Run(name, func(t *testing.T) {
			wantRefusal(t, DefaultLimits().CheckDocument(query), "", "")
			doc := valid(t, schema, query)
			wantRefusal(t, DefaultLimits().CheckOperation(doc.Operations[0], doc.Fragments, nil), "", "")
		})
	}
	// Asks for what no schema of gqlparser knows yet, so it ends in validation.
	wantRefusal(t, DefaultLimits().CheckDocument(limitsFile(t, "introspection-experimental.graphql")), "", "")
}

// CheckOperation leaves the size of a schema alone because of this rule.
func TestValidationRefusesIntrospectionThatMultiplies(t *testing.T) {
	query := "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }"
	wantRefusal(t, DefaultLimits().CheckDocument(query), "", "")
	_, errs := gqlparser.LoadQueryWithRules(limitsSchema(t), query, rules.NewDefaultRules())
	if len(errs) != 1 || errs[0].Rule != rules.MaxIntrospectionDepth.Name {
		t.Fatalf("got %v", errs)
	}
}

func TestSyntaxErrorIsTheParsersButRepeatsLittle(t *testing.T) {
	for _, query := range []string{
		"{", "}", "{ a(", "{ a(b: $) }", "query Q", "{ a\n  b: }", "\x00", "{ 'a' }", "{ a(b: 01) }", `{ a(b: "\q") }`, "é",
		`{ a(b: "\u{110000}") }`, `{ a(b: "` + strings.Repeat("x", 1000),
	} {
		_, want := parser.ParseQuery(&ast.Source{Input: query})
		got := DefaultLimits().CheckDocument(query)
		if got == nil || got.Extensions["code"] != "GRAPHQL_PARSE_FAILED" || got.Error() != want.Error() || len(got.Locations) != 1 {
			t.Errorf("%.20q: got %v, want %v", query, got, want)
		}
	}
	for _, query := range []string{
		strings.Repeat("secret", 5_000), strings.Repeat("é", 5_000), `"` + strings.Repeat("ü", 5_000) + `"`,
		"{ a } " + strings.Repeat("\"\xff", 300) + `"`, `fragment A "` + strings.Repeat("漢", 5_000) + `"`,
		`{ a(b: "\u` + strings.Repeat("\xff", 100),
	} {
		got := DefaultLimits().CheckDocument(query)
		if got == nil || utf8.RuneCountInString(got.Message) > echo+1 || !utf8.ValidString(got.Message) {
			t.Errorf("%.20q: got %v", query, got)
		}
	}
	long := strings.Repeat("n", 5_000)
	for _, query := range []string{
		"{ ..." + long + " } fragment " + long + " on A { ..." + long + " }",
		"{" + strings.Repeat(long+" ", 101) + "}",
	} {
		got := DefaultLimits().CheckDocument(query)
		if got == nil || strings.Contains(got.Message, long[:echo+1]) || !strings.Contains(got.Message, long[:echo]) {
			t.Errorf("%.20q: got %v", query, got)
		}
	}
}

func TestRefusalPointsAtItsCause(t *testing.T) {
	doc := valid(t, limitsSchema(t), "{\n  people(first: 101) { totalCount }\n}")
	for _, err := range []*gqlerror.Error{
		DefaultLimits().CheckDocument("{\n  ... @defer { a } }"),
		DefaultLimits().CheckDocument("{ a } fragment F on A {\n  ...F }"),
		DefaultLimits().CheckOperation(doc.Operations[0], nil, nil),
	} {
		if len(err.Locations) != 1 || err.Locations[0].Line != 2 || err.Locations[0].Column < 3 {
			t.Errorf("%s: %v", err.Message, err.Locations)
		}
	}
}

func TestEachRefusalIsItsOwn(t *testing.T) {
	first := DefaultLimits().CheckDocument("{ a @defer }")
	first.Message, first.Extensions["code"] = "changed", "CHANGED"
	wantRefusal(t, DefaultLimits().CheckDocument("{ a @defer }"), "GRAPHQL_VALIDATION_FAILED", "@defer")
}

func TestNodesAreCounted(t *testing.T) {
	schema := limitsSchema(t)
	for _, row := range limitsTable(t, "nodes.txt") {
		want, err := strconv.Atoi(row.want)
		if err != nil {
			t.Fatal(err)
		}
		doc := valid(t, schema, row.query)
		op := doc.Operations[0]
		coerced, err := validator.VariableValues(schema, op, row.variables)
		if err != nil {
			t.Fatalf("%s: %v", row.query, err)
		}
		for _, variables := range []map[string]any{row.variables, coerced} {
			limits := DefaultLimits()
			limits.Nodes = want
			wantRefusal(t, limits.CheckOperation(op, doc.Fragments, variables), "", "")
			limits.Nodes--
			wantRefusal(t, limits.CheckOperation(op, doc.Fragments, variables), codeTooComplex,
				fmt.Sprintf("nodes that the operation may answer with: %d, at most %d are allowed", want, limits.Nodes))
		}
	}
}

func TestHostileOperationIsRefused(t *testing.T) {
	const people, billion = "people(first: 100) { nodes {", "1000000000 or more"
	for name, test := range map[string]struct{ counted, query string }{
		"100 x 100 x 100":            {"2020201", "{" + people + strings.Repeat(" followers(first: 100) { nodes {", 2) + " id" + strings.Repeat("}", 7)},
		"64 to the 11, that is 2^66": {billion, "{ person {" + nested("friends(first: 64) {", "id", "}", 11) + "} }"},
		"lists of lists of lists":    {"211111", "{ person {" + nested("friends {", "id", "}", 5) + "} }"},
		"doubling fragments":         {billion, doubling(100, "friend", "friends")},
		"an item for each id":        {"60002", "{ nodes(ids: [" + strings.Repeat(`"a" `, 30_001) + "]) { id } }"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := valid(t, limitsSchema(t), test.query)
			wantRefusal(t, DefaultLimits().CheckOperation(doc.Operations[0], doc.Fragments, nil), codeTooComplex,
				"nodes that the operation may answer with: "+test.counted)
		})
	}
}

func TestPageIsRefusedOutOfRange(t *testing.T) {
	schema := limitsSchema(t)
	for _, row := range limitsTable(t, "pages.txt") {
		code := codeBadInput
		if row.want == "" {
			code = ""
		}
		doc := valid(t, schema, row.query)
		wantRefusal(t, DefaultLimits().CheckOperation(doc.Operations[0], doc.Fragments, row.variables), code, row.want)
	}
	// What validation would never let through is no way around the limit.
	doc := valid(t, schema, "query ($n: Int) { people(first: $n) { totalCount } }")
	wantRefusal(t, DefaultLimits().CheckOperation(doc.Operations[0], nil, map[string]any{"n": 100.0}), "", "")
	for _, odd := range []any{true, []any{1}, map[string]any{}, math.NaN(), 1e300, 1.5, 101.0, int32(101), "ten", "\xff", strings.Repeat("9", 5_000)} {
		err := DefaultLimits().CheckOperation(doc.Operations[0], nil, map[string]any{"n": odd})
		wantRefusal(t, err, codeBadInput, "field people: first is ")
		if len(err.Message) > 200 || !utf8.ValidString(err.Message) {
			t.Errorf("%q", err.Message)
		}
	}
}

func TestDocumentIsCheckedByManyAtOnce(t *testing.T) {
	doc := valid(t, limitsSchema(t), "query ($n: Int) { people(first: $n) { ...F } } fragment F on PersonConnection { nodes { id } }")
	var requests sync.WaitGroup
	for n := range 8 {
		requests.Go(func() {
			limits := DefaultLimits()
			limits.Nodes = 1 + 2*n
			if err := limits.CheckOperation(doc.Operations[0], doc.Fragments, map[string]any{"n": n}); err != nil {
				t.Errorf("%d: %v", n, err)
			}
		})
	}
	requests.Wait()
}

// values counts what CheckOperation counts, from the top down and without a memo: parents is how many objects the set
// answers for, page how many items they have if they are connections.
func values(w *nodeWalk, set ast.SelectionSet, parents, page float64) float64 {
	var sum float64
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.InlineFragment:
			sum += values(w, selection.SelectionSet, parents, page)
		case *ast.FragmentSpread:
			sum += values(w, selection.Definition.SelectionSet, parents, page)
		case *ast.Field:
			items, next := parents, 0.0
			size := float64(w.size(selection))
			switch owner, returned := selection.ObjectDefinition.Name, selection.Definition.Type; {
			case strings.HasPrefix(owner, "__"):
			case strings.HasSuffix(returned.NamedType, "Connection"):
				next = size
			case owner == "PersonConnection" && returned.Elem != nil && selection.Name != "facets":
				items *= page
			case returned.Elem == nil:
				items *= max(size, 1)
			case returned.Elem.Elem != nil:
				items *= 10 * size
			default:
				items *= size
			}
			sum += items + values(w, selection.SelectionSet, items, next)
		}
	}
	return sum
}

func FuzzCheckDocument(f *testing.F) {
	schema := limitsSchema(f)
	for _, name := range []string{"nodes.txt", "pages.txt"} {
		for _, row := range limitsTable(f, name) {
			f.Add(row.query)
		}
	}
	f.Add(introspection.Query)
	f.Add("{ ...A ...B } fragment A on Query { ...B } fragment B on Query { person { ...A } }")
	f.Add("mutation { a: rename @defer } query ($v: [[Int]] = [{a: \"\\u{1F600}\"}] @d) { \"\"\"b\"\"\" }")
	f.Fuzz(func(t *testing.T, query string) {
		limits := DefaultLimits()
		start := time.Now()
		refusal := limits.CheckDocument(query)
		// A document within the limits takes milliseconds, one that is not walked in linear time takes years.
		if spent := time.Since(start); spent > 2*time.Second+time.Duration(len(query))*time.Microsecond {
			t.Fatalf("%d bytes took %v", len(query), spent)
		}
		doc, err := parser.ParseQuery(&ast.Source{Input: query})
		if refusal != nil {
			if refusal.Extensions["code"] == nil || !utf8.ValidString(refusal.Message) || len(refusal.Message) > 600 {
				t.Fatalf("%v %q", refusal.Extensions, refusal.Message)
			}
			return
		} else if err != nil {
			t.Fatalf("not refused: %v", err)
		}
		if errs := validator.ValidateWithRules(schema, doc, rules.NewDefaultRules()); len(errs) > 0 {
			return
		}
		for _, op := range doc.Operations {
			w := nodeWalk{op: op, largest: limits.Page}
			count := values(&w, op.SelectionSet, 1, 0)
			limits.Nodes = int(min(count, ceiling-1))
			if err := limits.CheckOperation(op, doc.Fragments, nil); (err != nil) != (w.refusal != nil || count >= ceiling) {
				t.Fatalf("counted %v, refused %v", count, err)
			}
			if limits.Nodes--; limits.CheckOperation(op, doc.Fragments, nil) == nil {
				t.Fatalf("counted %v, not refused at %d", count, limits.Nodes)
			}
		}
	})
}

func BenchmarkDoublingFragments(b *testing.B) {
	query := doubling(45, "...", "...")
	b.SetBytes(int64(len(query)))
	for b.Loop() {
		if DefaultLimits().CheckDocument(query) == nil {
			b.Fatal("not refused")
		}
	}
}

func BenchmarkDoublingOperation(b *testing.B) {
	doc := valid(b, limitsSchema(b), doubling(100, "friend", "friends"))
	for b.Loop() {
		if DefaultLimits().CheckOperation(doc.Operations[0], doc.Fragments, nil) == nil {
			b.Fatal("not refused")
		}
	}
}
