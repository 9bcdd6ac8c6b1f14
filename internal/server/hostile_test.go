package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/auth"
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
		"unknown fragments":            {"{" + numbered(300, "...F%d") + "}", invalid, []string{`"F0"`}},
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
		"a mutation that is none":      {"mutation { purge }", invalid, []string{"purge", "Mutation"}},
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
		"half a persisted query":    {`{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"` + strings.Repeat("0", 63) + `"}}}`, 400, []string{"extensions.persistedQuery must be"}},
		"another version of one":    {`{"extensions":{"persistedQuery":{"version":2,"sha256Hash":"` + strings.Repeat("0", 64) + `"}}}`, 400, []string{"extensions.persistedQuery must be"}},
		"documentId: number":        {`{"documentId":7}`, 400, []string{"documentId must be a string", "number"}},
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

func TestRequestByAnotherWayIsRefused(t *testing.T) {
	h := startHub(t, nil)
	const query = "/graphql?query=%7Bhub%7Bversion%7D%7D"
	body := `{"query":"{ hub { version } }"}`
	padded := func(size int) string { return body[:1] + strings.Repeat(" ", size-len(body)) + body[1:] }
	for name, test := range map[string]struct {
		method, path, body string
		headers            []string
		status             int
		words              string
	}{
		"PUT":                          {"PUT", "/graphql", body, []string{isJSON}, 405, "GET, HEAD and POST"},
		"DELETE":                       {"DELETE", query, "", nil, 405, "GET, HEAD and POST"},
		"PATCH":                        {"PATCH", "/graphql", body, []string{isJSON}, 405, "GET, HEAD and POST"},
		"TRACE":                        {"TRACE", query, "", nil, 405, "GET, HEAD and POST"},
		"OPTIONS that is no preflight": {"OPTIONS", query, "", nil, 405, "GET, HEAD and POST"},
		"a method of no name":          {"BREW", query, "", nil, 405, "GET, HEAD and POST"},
		"no Content-Type":              {"POST", "/graphql", body, nil, 415, typeJSON},
		"text":                         {"POST", "/graphql", body, []string{"Content-Type: text/plain"}, 415, typeJSON},
		"a form":                       {"POST", "/graphql", "query=%7Bhub%7Bversion%7D%7D", []string{"Content-Type: application/x-www-form-urlencoded"}, 415, typeJSON},
		"an upload":                    {"POST", "/graphql", "--x--", []string{"Content-Type: multipart/form-data; boundary=x"}, 401, "token"},
		"a bare query":                 {"POST", "/graphql", "{ hub { version } }", []string{"Content-Type: application/graphql"}, 415, typeJSON},
		"JSON and more":                {"POST", "/graphql", body, []string{"Content-Type: application/json, text/html"}, 415, typeJSON},
		"JSON in UTF-16":               {"POST", "/graphql", body, []string{"Content-Type: application/json; charset=utf-16"}, 415, "utf-8"},
		"JSON in Latin-1":              {"POST", "/graphql", body, []string{"Content-Type: application/json; charset=ISO-8859-1"}, 415, "utf-8"},
		"a Content-Type of 20 KB":      {"POST", "/graphql", body, []string{"Content-Type: " + strings.Repeat("a", 20_000)}, 415, typeJSON},
		"a query by POST's address":    {"POST", query, "", []string{isJSON}, 400, "one JSON object"},
		"gzip":                         {"POST", "/graphql", body, []string{isJSON, "Content-Encoding: gzip"}, 415, "Content-Encoding"},
		"several encodings":            {"POST", "/graphql", body, []string{isJSON, "Content-Encoding: identity, br"}, 415, "Content-Encoding"},
		"a second encoding":            {"POST", "/graphql", body, []string{isJSON, "Content-Encoding: identity", "Content-Encoding: gzip"}, 415, "Content-Encoding"},
		"no encoding":                  {"POST", "/graphql", body, []string{isJSON, "Content-Encoding: identity"}, 200, ""},
		"a largest body":               {"POST", "/graphql", padded(64 << 10), []string{isJSON}, 200, ""},
		"a body of a byte more":        {"POST", "/graphql", padded(64<<10 + 1), []string{isJSON}, 413, "65536"},
		"a body of 10 MB":              {"POST", "/graphql", padded(10 << 20), []string{isJSON}, 413, "65536"},
		"10 MB that is no JSON":        {"POST", "/graphql", strings.Repeat("\x00", 10<<20), []string{isJSON}, 413, "65536"},
		"a page wanted":                {"GET", query, "", []string{"Accept: text/html"}, 406, typeGraphQL},
		"a picture wanted":             {"POST", "/graphql", body, []string{isJSON, "Accept: image/*;q=0.9, application/xml"}, 406, typeGraphQL},
		"nothing wanted":               {"GET", query, "", []string{"Accept: */*;q=0"}, 406, typeGraphQL},
		"nonsense wanted":              {"GET", query, "", []string{"Accept: ;;;,,q=1"}, 406, typeGraphQL},
		"a q that is no number":        {"GET", query, "", []string{"Accept: application/json;q=NaN"}, 406, typeGraphQL},
		"a second Accept":              {"GET", query, "", []string{"Accept: text/html", "Accept: application/json"}, 200, ""},
		"no query":                     {"GET", "/graphql", "", nil, 400, "query is required"},
		"an empty query":               {"GET", "/graphql?query=", "", nil, 400, "query is required"},
		"a query in a body":            {"GET", "/graphql", body, []string{isJSON}, 400, "query is required"},
		"a query twice":                {"GET", query + "&query=%7B__typename%7D", "", nil, 400, "query stands in the address twice"},
		"variables twice":              {"GET", query + "&variables=%7B%7D&variables=%7B%7D", "", nil, 400, "variables stands in the address twice"},
		"broken percents":              {"GET", query + "&variables=%zz", "", nil, 400, "percent-encoded"},
		"a semicolon":                  {"GET", query + ";variables=%7B%7D", "", nil, 400, "percent-encoded"},
		"broken UTF-8":                 {"GET", "/graphql?query=%7Bhub%7Bversion%7D%7D%23%FF", "", nil, 400, "query is not UTF-8"},
		"broken UTF-8 in variables":    {"GET", query + "&variables=%7B%22a%22%3A%22%C3%28%22%7D", "", nil, 400, "variables is not UTF-8"},
		"broken UTF-8 as operation":    {"GET", query + "&operationName=%FF", "", nil, 400, "operationName is not UTF-8"},
		"NUL":                          {"GET", query + "%00", "", nil, 400, "NUL"},
		"NUL in a value":               {"GET", "/graphql?query=query(%24s%3AString!)%7Bsearch(query%3A%24s)%7BtotalCount%7D%7D&variables=%7B%22s%22%3A%22%5Cu0000%22%7D", "", nil, 200, ""},
		"a bare NUL in a value":        {"GET", query + "&variables=%7B%22s%22%3A%22%00%22%7D", "", nil, 400, "variables must be a JSON object"},
		"variables of no JSON":         {"GET", query + "&variables=x", "", nil, 400, "variables must be a JSON object"},
		"variables and more":           {"GET", query + "&variables=%7B%7D%7D", "", nil, 400, "variables must be a JSON object"},
		"a list of variables":          {"GET", query + "&variables=%5B%5D", "", nil, 400, "variables must be a JSON object"},
		"extensions of no JSON":        {"GET", query + "&extensions=%5B", "", nil, 400, "extensions must be a JSON object"},
		"nulls":                        {"GET", query + "&variables=null&extensions=null&operationName=", "", nil, 200, ""},
		"other parameters":             {"GET", query + "&a=b&a=c&%00=%FF", "", nil, 200, ""},
		"a mutation by GET":            {"GET", "/graphql?query=mutation%7Bundo(batch:%22a%22)%7Bedition%7D%7D", "", nil, 405, "mutation"},
		"a subscription by GET":        {"GET", "/graphql?query=subscription%7Bhub%7Bversion%7D%7D", "", nil, 400, "subscription"},
		"a socket":                     {"GET", query, "", []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13"}, 200, ""},
		"events":                       {"GET", query, "", []string{"Accept: text/event-stream"}, 406, typeGraphQL},
		"parts":                        {"POST", "/graphql", body, []string{isJSON, "Accept: multipart/mixed; deferSpec=20220824"}, 406, typeGraphQL},
		"another host":                 {"GET", query, "", []string{"X-Forwarded-Host: evil.example", "Forwarded: host=evil.example", "X-HTTP-Method-Override: DELETE"}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			headers := test.headers
			if !strings.Contains(strings.Join(headers, "\n"), "Accept: ") {
				headers = append(headers, wantsGraphQL)
			}
			a := h.send(t, test.method, test.path, strings.NewReader(test.body), headers...)
			wantDecent(t, a)
			if a.status != test.status || !strings.Contains(a.message(), test.words) || (a.status == 200) != (len(a.Errors) == 0) {
				t.Errorf("got %d %.300s, want %d %s", a.status, a.body, test.status, test.words)
			}
			if a.status == http.StatusMethodNotAllowed && a.header.Get("Allow") == "" {
				t.Error("no Allow")
			}
		})
	}
}

// endless is a body that never ends, and counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(b []byte) (int, error) {
	e.read += len(b)
	return len(b), nil
}

func TestBodyIsNotReadBeyondItsLimit(t *testing.T) {
	h := startHub(t, nil)
	body := &endless{}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/graphql", body)
	r.Header.Set("Content-Type", typeJSON)
	h.ServeHTTP(w, r)
	if w.Code != http.StatusRequestEntityTooLarge || body.read > 128<<10 {
		t.Errorf("%d after %d bytes", w.Code, body.read)
	}
	wantRefused(t, h.send(t, http.MethodPost, "/graphql", io.LimitReader(&endless{}, 1<<40), isJSON), http.StatusRequestEntityTooLarge, "TOO_LARGE")
}

func TestHeaderOf40KBIsRefused(t *testing.T) {
	h := startHub(t, nil)
	for _, header := range []string{"Authorization: Bearer ", "Accept: ", "If-None-Match: ", "X-Whatever: "} {
		a := h.send(t, http.MethodGet, "/graphql?query=%7B__typename%7D", nil, header+strings.Repeat("a", 40<<10))
		if a.status != http.StatusRequestHeaderFieldsTooLarge || len(a.body) > 1<<10 {
			t.Errorf("%s %d %.300s", header, a.status, a.body)
		}
	}
	a := h.send(t, http.MethodGet, address("{ hub { version } } # "+strings.Repeat("a", 40<<10)), nil)
	if a.status != http.StatusRequestHeaderFieldsTooLarge || len(a.body) > 1<<10 {
		t.Errorf("%d %.300s", a.status, a.body)
	}
}

func TestAuthorizationThatIsNoTokenIsRefused(t *testing.T) {
	h := startHub(t, nil)
	good := h.token(t, auth.Contributor, time.Hour)
	for name, header := range map[string]string{
		"a scheme alone": "Bearer", "another scheme": "Basic YWRtaW46YWRtaW4=", "a word": "x", "an unknown token": "Bearer bth_" + strings.Repeat("0", 64),
		"a statement": "Bearer ' or 1=1 --", "20 KB": "Bearer " + strings.Repeat("a", 20<<10), "bytes": "Bearer \x80\xff", "commas": "Bearer a, Bearer b",
		"the hash of a token": "Bearer " + auth.Hash(good), "half a token": "Bearer " + good[:40], "a token and more": "Bearer " + good + "0",
		"a token in capitals": "Bearer " + strings.ToUpper(good), "a token without its scheme": good, "a token that has ended": "Bearer " + h.token(t, auth.Admin, -time.Second),
	} {
		t.Run(name, func(t *testing.T) {
			for _, a := range []answer{
				h.ask(t, "{ hub { version } }", nil, "Authorization: "+header, "Origin: https://partner.example"),
				h.get(t, "{ hub { version } }", "Authorization: "+header, "If-None-Match: *"),
			} {
				wantRefused(t, a, http.StatusUnauthorized, "UNAUTHENTICATED", "the token is not valid")
				if a.header.Get("WWW-Authenticate") != `Bearer realm="hub"` || a.header.Get("Access-Control-Allow-Origin") != "*" {
					t.Errorf("%v", a.header)
				}
			}
		})
	}
	if strings.Contains(h.log.take(), good) {
		t.Error("the log has a token")
	}
}

func TestPreviewNeedsAToken(t *testing.T) {
	h := startHub(t, nil)
	for name, query := range map[string]string{
		"said":       "query @edition(preview: true) { episodes { totalCount } }",
		"a variable": "query ($p: Boolean! = true) @edition(preview: $p) { episodes { totalCount } }",
		"named":      "query A @edition(preview: true) { ...F } fragment F on Query { hub { edition } }",
	} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, h.ask(t, query, nil), http.StatusOK, "UNAUTHENTICATED", "CONTRIBUTOR")
			a := h.get(t, query)
			wantRefused(t, a, http.StatusOK, "UNAUTHENTICATED", "CONTRIBUTOR")
			if string(a.Data) != "null" && len(a.Data) > 0 {
				t.Errorf("data: %s", a.Data)
			}
			a = h.get(t, query, "Authorization: bearer "+h.token(t, auth.Contributor, time.Hour))
			if wantDecent(t, a); len(a.Errors) > 0 {
				t.Errorf("%s", a.body)
			}
		})
	}
	for name, query := range map[string]string{
		"public":            "query @edition(preview: false) { episodes { totalCount } }",
		"public by default": "query @edition { episodes { totalCount } }",
	} {
		t.Run(name, func(t *testing.T) {
			if a := h.get(t, query); len(a.Errors) > 0 {
				t.Errorf("%s", a.body)
			}
		})
	}
	for name, query := range map[string]string{
		"null":        "query @edition(preview: null) { hub { version } }",
		"a word":      `query @edition(preview: "true") { hub { version } }`,
		"twice":       "query @edition @edition(preview: true) { hub { version } }",
		"on a field":  "{ hub @edition(preview: true) { version } }",
		"on a spread": "{ ...F @edition(preview: true) } fragment F on Query { hub { version } }",
	} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, h.ask(t, query, nil), http.StatusBadRequest, "GRAPHQL_VALIDATION_FAILED")
		})
	}
}

func TestManyErrorsMakeASmallAnswer(t *testing.T) {
	h := openHub(t, nil)
	for name, query := range map[string]string{
		"each item of a list": `{ episodes(first: 100) { nodes { topics { referencedBy(after: "x") { totalCount } } } } }`,
		"each item, nullable": "{ " + numbered(30, "a%d: episode { id }") + "}",
		"long names":          `{ episodes(first: 100) { nodes { ` + strings.Repeat("n", 100) + `: topics { ` + strings.Repeat("m", 100) + `: referencedBy(after: "` + strings.Repeat("x", 500) + `") { totalCount } } } } }`,
	} {
		t.Run(name, func(t *testing.T) {
			wantRefused(t, h.ask(t, query, nil), http.StatusOK, codeBadInput)
		})
	}
}

func TestSchemaIsReadOnlyWhereAllowed(t *testing.T) {
	h := openHub(t, nil)
	open, closed := h.Config, h.Config
	closed.Introspection = false
	for name, query := range map[string]string{
		"schema":     "{ __schema { types { name } } }",
		"type":       `{ __type(name: "Episode") { fields { name } } }`,
		"alias":      "{ a: __schema { queryType { name } } }",
		"fragment":   "{ ... { ...F } } fragment F on Query { __schema { description } }",
		"graphql-js": limitsFile(t, "introspection.graphql"),
	} {
		t.Run(name, func(t *testing.T) {
			h.Server = New(open)
			if a := h.ask(t, query, nil); len(a.Errors) > 0 || len(a.Data) < 30 {
				t.Errorf("open: %.300s", a.body)
			}
			h.Server = New(closed)
			wantRefused(t, h.ask(t, query, nil), http.StatusBadRequest, "GRAPHQL_VALIDATION_FAILED", "introspection is not allowed")
		})
	}
	if a := h.ask(t, "{ __typename hub { __typename } }", nil); len(a.Errors) > 0 {
		t.Errorf("%s", a.body)
	}
}
