package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"bettertogether/graph"
)

// byHash is a request by GET in the form of an automatic persisted query.
func byHash(hash, query string) string {
	q := url.Values{"extensions": {fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, hash)}}
	if query != "" {
		q.Set("query", query)
	}
	return "/graphql?" + q.Encode()
}

func TestAPersistedQueryIsAnsweredByItsHashOnceItWasSent(t *testing.T) {
	h := openHub(t, nil)
	query := "query Version { hub { version } }"
	hash := hashOfText(query)
	unknown := h.send(t, http.MethodGet, byHash(hash, ""), nil)
	if unknown.status != http.StatusOK || unknown.code() != "PERSISTED_QUERY_NOT_FOUND" || !strings.Contains(string(unknown.body), `"PersistedQueryNotFound"`) ||
		unknown.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v %s", unknown.status, unknown.header, unknown.body)
	}
	want := h.get(t, "{ hub { version } }")
	sent := h.send(t, http.MethodGet, byHash(hash, query), nil)
	known := h.send(t, http.MethodGet, byHash(hash, ""), nil)
	if known.status != http.StatusOK || string(known.body) != string(sent.body) || !strings.Contains(string(known.body), strings.TrimPrefix(string(want.Data), "{")) {
		t.Errorf("%d %s, want %s", known.status, known.body, sent.body)
	}
	if keep := known.header.Get("Cache-Control"); !strings.Contains(keep, "s-maxage=") || known.header.Get("ETag") == "" {
		t.Errorf("no shared cache may keep it: %v", known.header)
	}
	byPost := h.send(t, http.MethodPost, "/graphql", strings.NewReader(`{"documentId":"sha256:`+hash+`"}`), isJSON)
	if string(byPost.body) != string(known.body) {
		t.Errorf("by documentId: %s", byPost.body)
	}
	if other := h.send(t, http.MethodGet, byHash(hashOfText("{ x }"), query), nil); other.code() != "BAD_REQUEST" {
		t.Errorf("a wrong hash: %s", other.body)
	}
	for _, bad := range []string{"{ nothing }", "{ episodes(first: 20) {", "{" + strings.Repeat(" hub { version }", 3000) + "}", "{ hub { version } } " + strings.Repeat("#", longestSent)} {
		h.send(t, http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, bad, hashOfText(bad))), isJSON)
		if a := h.send(t, http.MethodGet, byHash(hashOfText(bad), ""), nil); a.code() != "PERSISTED_QUERY_NOT_FOUND" {
			t.Errorf("%.40s is remembered: %.200s", bad, a.body)
		}
	}
	mutation := `mutation { publish(entries: []) { errors { message } } }`
	h.send(t, http.MethodPost, "/graphql", strings.NewReader(fmt.Sprintf(`{"query":%q,"extensions":{"persistedQuery":{"version":1,"sha256Hash":%q}}}`, mutation, hashOfText(mutation))), isJSON)
	if a := h.send(t, http.MethodGet, byHash(hashOfText(mutation), ""), nil); a.status == http.StatusOK && a.code() != "PERSISTED_QUERY_NOT_FOUND" {
		t.Errorf("a mutation by GET: %d %s", a.status, a.body)
	}
}

func TestTrustedDocumentsAreAnsweredAndNoOthersIfSo(t *testing.T) {
	const version, titles = "query V { hub { version } }", "query T { episodes(first: 1) { nodes { title } } }"
	for name, manifest := range map[string]string{
		"Relay":  fmt.Sprintf(`{"a1b2": %q, "c3": %q}`, version, titles),
		"Apollo": fmt.Sprintf(`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a1b2","name":"V","type":"query","body":%q},{"id":"c3","name":"T","type":"query","body":%q}]}`, version, titles),
	} {
		t.Run(name, func(t *testing.T) {
			found, err := ReadDocuments(strings.NewReader(manifest))
			if err == nil {
				err = CheckDocuments(graph.New(graph.Resolver{}).Schema(), found)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, isClosed := range []bool{false, true} {
				h := openHub(t, nil)
				c := h.Config
				c.Documents, c.OnlyDocuments = found, isClosed
				h.Server = New(c)
				refused := "PERSISTED_DOCUMENT_REQUIRED"
				if !isClosed {
					refused = ""
				}
				for _, test := range []struct{ address, code string }{
					{"/graphql?documentId=a1b2", ""},
					{"/graphql?documentId=sha256:" + hashOfText(version), ""},
					{byHash(hashOfText(titles), ""), ""},
					{address(titles), ""},
					{"/graphql?documentId=a1b2&query=" + url.QueryEscape(version), ""},
					{"/graphql?documentId=a1b2&query=" + url.QueryEscape(titles), "BAD_REQUEST"},
					{"/graphql?documentId=none", "PERSISTED_DOCUMENT_NOT_FOUND"},
					{"/graphql?documentId=a1b2&documentId=c3", "BAD_REQUEST"},
					{address("{ hub { version } }"), refused},
					{byHash(hashOfText("{ hub { version } }"), "{ hub { version } }"), refused},
				} {
					a := h.send(t, http.MethodGet, test.address, nil)
					if a.code() != test.code || test.code == "" && !json.Valid(a.body) {
						t.Errorf("closed %t, %s: %d %.200s", isClosed, test.address, a.status, a.body)
					}
				}
			}
		})
	}
}

func TestAManifestThatIsNoneIsRefused(t *testing.T) {
	for manifest, says := range map[string]string{
		"":                               "neither",
		"[]":                             "neither",
		"{}":                             "no documents",
		`{"a": 1}`:                       "neither",
		`{"format":"other","version":1}`: `format "other"`,
		`{"a": "{ nothing }"}`:           `document "a": Cannot query field "nothing"`,
		`{"a": "{ hub {"}`:               `document "a": Expected`,
		`{"b": "` + strings.Repeat(" x", 5000) + `"}`:                                                            `document "b"`,
		`{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"body":"{ hub { version } }"}]}`: `operations[0]: id ""`,
	} {
		found, err := ReadDocuments(strings.NewReader(manifest))
		if err == nil {
			err = CheckDocuments(graph.New(graph.Resolver{}).Schema(), found)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.60s: %v, want %s", manifest, err, says)
		}
	}
}
