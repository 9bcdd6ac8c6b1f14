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
	schema := graph.New(graph.Resolver{}).Schema()
	values := []any{
		nil, true, -1, 1.5, json.Number("1e400"), json.Number(strings.Repeat("9", 5_000)), "", strings.Repeat("x", 5_000),
		"\u202e\x00%s%n' OR 1=1 --(a+)+$",
		[]any{nil, []any{}},
		map[string]any{"a": 1},
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
		"one part":                {here, craft("episode.DATE_DESC"), unknown},
		"nothing in it":           {here, craft("\x00\x00\x00\x00\x00"), unknown},
		"9,000 parts in it":       {here, craft(strings.Repeat("\x00", 9_000)), unknown},
		"another id in it":        {here, craft("0\x000\x000\x00episode.DATE_DESC\x00\x00../../etc/passwd"), unknown},
		"a number beyond":         {here, craft("99999999999999999\x000\x000\x00episode.DATE_DESC\x00\x00ep_0000000000jx2w9m4e7yq1zv5k"), unknown},
		"a position beyond":       {here, craft("0\x000\x0099999999\x00episode.DATE_DESC\x00\x00ep_0000000000jx2w9m4e7yq1zv5k"), unknown},
		"no number":               {here, craft("x y\x000\x000\x00episode.DATE_DESC\x00\x00ep_0000000000jx2w9m4e7yq1zv5k"), unknown},
		"other spelling":          {here, craft("00\x000\x000\x00episode.DATE_DESC\x00\x00ep_0000000000jx2w9m4e7yq1zv5k"), unknown},
		"of another order":        {"{ episodes(orderBy: TITLE_ASC, after: %s) { totalCount } }", good, foreign},
		"of another kind":         {"{ speakers(before: %s) { totalCount } }", good, foreign},
		"of a list in a search":   {`{ search(query: "college", after: %s) { totalCount } }`, good, foreign},
		"of another search":       {`{ search(query: "college", after: %s) { totalCount } }`, cursor(`{ search(query: "partner") { edges { cursor } } }`), foreign},
		"of a search in a list":   {here, cursor(`{ search(query: "college") { edges { cursor } } }`), foreign},
		"of references":           {here, cursor("{ topics(first: 1) { nodes { referencedBy { edges { cursor } } } } }"), foreign},
		"of a list in references": {"{ topics(first: 1) { nodes { referencedBy(after: %s) { totalCount } } } }", good, foreign},
		"half in references":      {"{ topics(first: 1) { nodes { referencedBy(after: %s) { totalCount } } } }", good[:20], unknown},
		"of no order":             {here, craft("0\x000\x000\x00" + strings.Repeat("x", 5_000) + "\x00\x00ep_0000000000jx2w9m4e7yq1zv5k"), foreign},
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
		"100 topics":                  {"{ episodes(filter: {topics: " + many(100, "partnerships") + "}, first: 0) { nodes { id } } }", `{"episodes":{"nodes":[]}}`},
		"100 regions":                 {"{ episodes(filter: {regions: " + many(100, "CA-ON") + "}) { totalCount } }", `{"episodes":{"totalCount":0}}`},
		"topics of other kinds":       {`{ episodes(filter: {topics: ["` + speaker + `" "` + absent + `" "" "\u0000"]}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"an empty filter":             {`{ episodes(filter: {}, first: 0) { nodes { id } } }`, `{"episodes":{"nodes":[]}}`},
		"no month":                    {`{ episodes(filter: {from: "2021-13"}) { totalCount } }`, `"2021-13" is no date; a year (2021), a month (2021-01) or a day`},
		"no day":                      {`{ episodes(filter: {from: "2021-02-29"}) { totalCount } }`, `"2021-02-29" is no date`},
		"no date at all":              {`{ episodes(filter: {to: "9999-99-99"}) { totalCount } }`, `"9999-99-99" is no date`},
		"a date and time":             {`{ episodes(filter: {to: "2021-01-01T00:00:00Z"}) { totalCount } }`, `"2021-01-01T00:00:00Z" is no date`},
		"a date in other digits":      {`{ episodes(filter: {to: "２０２１"}) { totalCount } }`, `"２０２１" is no date`},
		"a year before Christ":        {`{ episodes(filter: {to: "-500"}) { totalCount } }`, `"-500" is no date`},
		"a year of five digits":       {`{ episodes(filter: {to: "12021"}) { totalCount } }`, `"12021" is no date`},
		"a date of 60,000":            {`{ episodes(filter: {to: "` + strings.Repeat("2", 60_000) + `"}) { totalCount } }`, `"2222`},
		"the last day there is":       {`{ episodes(filter: {from: "9999-12-31"}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"from after to":               {`{ episodes(filter: {from: "2022", to: "2021-12-31"}) { totalCount } }`, "filter.to: 2021-12-31 is before from, 2022"},
		"from after to, studies":      {`{ caseStudies(filter: {from: "2022", to: "2021"}) { totalCount } }`, "filter.to: 2021 is before from, 2022"},
		"from after to, resources":    {`{ resources(filter: {from: "2022", to: "2021"}) { totalCount } }`, "filter.to: 2021 is before from, 2022"},
		"a number as a date":          {`{ speakers(first: 1) { nodes { affiliations(at: 1e400) { title } } } }`, "field affiliations: at is 1e400, numbers of 64 bits are allowed"},
		"a number as a default":       {`query ($d: PartialDate = 99999999999999999999) { speakers(first: 1) { nodes { affiliations(at: $d) { title } } } }`, "99999999999999999999 is no number of 64 bits"},
		"no language":                 {`{ episodes(filter: {language: "english please"}) { totalCount } }`, `"english please" is no BCP 47 language; tags such as en`},
		"an empty language":           {`{ episodes(filter: {language: ""}) { totalCount } }`, `{"episodes":{"totalCount":110}}`},
		"a language nobody speaks":    {`{ episodes(filter: {language: "tlh"}) { totalCount } }`, `{"episodes":{"totalCount":0}}`},
		"no region":                   {`{ episodes(filter: {regions: ["Ohio"]}) { totalCount } }`, `"Ohio" is no region; an ISO 3166-2 code such as US-OH`},
		"a region in small letters":   {`{ episodes(filter: {regions: ["us-oh"]}) { totalCount } }`, `"us-oh" is no region`},
		"an unknown value of an enum": {`{ episodes(filter: {phases: [NAPPING]}) { totalCount } }`, `Value "NAPPING" does not exist in "EpisodePhase!" enum.`},
		"an enum as a string":         {`{ episodes(filter: {phases: ["LIVE"]}) { totalCount } }`, `Enum "EpisodePhase!" cannot represent non-enum value: "LIVE".`},
		"an unknown field":            {`{ episodes { nodes { password } } }`, `Cannot query field "password" on type "Episode".`},
		"a field misspelt":            {`{ episods { totalCount } }`, `Cannot query field "episods" on type "Query".`},
		"an unknown argument":         {`{ episodes(where: 1) { totalCount } }`, `Unknown argument "where" on field "Query.episodes".`},
		"an unknown filter":           {`{ episodes(filter: {password: "a"}) { totalCount } }`, `Field "password" is not defined by type "EpisodeFilter".`},
		"no selection":                {`{ episodes }`, `Field "episodes" of type "EpisodeConnection!" must have a selection of subfields.`},
		"a selection in a text":       {`{ hub { version { __typename } } }`, `Field "version" must not have a selection`},
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
	} {
		t.Run(name, func(t *testing.T) {
			a := h.ask(t, test.query, nil)
			wantDecent(t, a)
			if name == "a field misspelt" && a.message() != test.want {
				t.Errorf("guesses: %s", a.message())
			}
			if got := string(a.Data); got != test.want && !strings.Contains(a.message(), test.want) {
				t.Errorf("got %.300s, want %s", a.body, test.want)
			}
		})
	}
}

func TestNullInAFilterIsAbsent(t *testing.T) {
	h, schema, asked := openHub(t, nil), graph.New(graph.Resolver{}).Schema(), 0
	for _, s := range seats(schema) {
		filter := s.field.Arguments.ForName("filter")
		if filter == nil || s.field.Directives.ForName("role") != nil || s.field.Arguments.ForName("from") != nil {
			continue
		}
		query := s.call(schema, filter)
		if schema.Types[s.field.Type.Name()].Fields.ForName("totalCount") != nil {
			query = strings.Replace(query, "__typename", "totalCount", 1)
		}
		all := h.ask(t, query, map[string]any{"v": map[string]any{}})
		for _, f := range schema.Types[filter.Type.Name()].Fields {
			a := h.ask(t, query, map[string]any{"v": map[string]any{f.Name: nil}})
			if asked++; len(a.Errors) > 0 || string(a.Data) != string(all.Data) {
				t.Errorf("%s.%s: %.300s", filter.Type, f.Name, a.body)
			}
		}
	}
	if asked < 40 {
		t.Errorf("only %d fields were found", asked)
	}
}

func TestSearchInAFilterHasAnEnd(t *testing.T) {
	h := openHub(t, nil)
	for _, list := range []string{"seriesList", "episodes", "speakers", "organizations", "caseStudies", "resources", "topics", "toolkits", "listings"} {
		ask := func(text string) answer {
			return h.ask(t, "{ "+list+"(filter: {search: "+quoted(text)+"}) { totalCount } }", nil)
		}
		if a := ask(strings.Repeat("é", 200)); len(a.Errors) > 0 {
			t.Errorf("%s: %s", list, a.body)
		}
		wantRefused(t, ask(strings.Repeat("é", 201)), http.StatusOK, codeBadInput, "search", "201", "200")
	}
}
