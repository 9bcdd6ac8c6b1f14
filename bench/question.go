package main

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// documents are the GraphQL documents of the questions, in the words of one schema. What they select has the same response names
// in the same order in each.
type documents struct {
	// latest asks for the latest 20 episodes with who spoke, who stands behind them and what goes with them.
	latest string
	// page asks for the 20 episodes behind a cursor, and for a visitor: a speaker whom nobody knows, whose id no request has had
	// before. So no answer can have been kept, in a hub of any size.
	page string
	// partners walks from an organization through its case studies to the partners, their episodes and who spoke there.
	partners string
	// partnersOf is the same with a visitor.
	partnersOf string
}

// The selections of the hub's schema, which the contenders written by hand have too.
const (
	episodeFields = `nodes { id title date appearances { role creditedName speaker { id name } } organizations { id name } resources { id title href } }`
	partnerFields = `id name caseStudies(first: 3) { nodes { id title partners { role organization { id name episodes(first: 3) { nodes { id title date ` +
		`appearances { role speaker { id name } } } } } } } }`
)

var hubDocuments = documents{
	latest:     `query Latest { episodes(first: 20) { ` + episodeFields + ` } }`,
	page:       `query Page($after: String, $visitor: ID!) { episodes(first: 20, after: $after) { ` + episodeFields + ` } visitor: speaker(id: $visitor) { name } }`,
	partners:   `query Partners($organization: ID!) { organization(id: $organization) { ` + partnerFields + ` } }`,
	partnersOf: `query PartnersOf($organization: ID!, $visitor: ID!) { organization(id: $organization) { ` + partnerFields + ` } visitor: speaker(id: $visitor) { name } }`,
}

// unseen is latest under an alias that no request has had before, so that no document can have been kept. The alias has a
// fixed number of digits.
func (d documents) unseen() (before, behind string) {
	at := strings.Index(d.latest, "{") + 2
	name, rest, _ := strings.Cut(d.latest[at:], "(")
	if key, field, isAliased := strings.Cut(name, ":"); isAliased {
		name = strings.TrimSpace(field)
		_ = key
	}
	return d.latest[:at] + "x", ": " + name + "(" + rest
}

// digits is how long the number in an alias and in the id of a visitor is.
const digits = 12

func appendNumber(buf []byte, n uint64) []byte {
	text := strconv.FormatUint(n, 10)
	for range digits - len(text) {
		buf = append(buf, '0')
	}
	return append(buf, text...)
}

// visitor is an id that no speaker has: those of generated and of imported speakers begin with zeros.
const visitor = "sp_zzzzzzzzzzzzzz"

// body is the body of a POST.
func body(document, operation string, variables map[string]any) []byte {
	asked := map[string]any{"query": document, "operationName": operation}
	if variables != nil {
		asked["variables"] = variables
	}
	raw, err := json.Marshal(asked)
	if err != nil {
		panic(err) // texts and numbers always encode
	}
	return raw
}

// post makes the bytes of a POST.
func post(path string, body []byte, headers ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: %d\r\n", path, len(body))
	for _, h := range headers {
		b.WriteString(h + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(body)
	return []byte(b.String())
}

// latestByGET is the path that asks the document latest of some schema.
func latestByGET(document string) string {
	return pathGraphQL + "?" + url.Values{"query": {document}, "operationName": {"Latest"}}.Encode()
}

// get makes the bytes of a GET.
func get(path string, headers ...string) []byte {
	text := "GET " + path + " HTTP/1.1\r\nHost: bench.example\r\nAccept: application/json\r\n"
	for _, h := range headers {
		text += h + "\r\n"
	}
	return []byte(text + "\r\n")
}

// same asks the same again and again.
func same(request []byte) func([]byte) []byte {
	return func(buf []byte) []byte { return append(buf, request...) }
}

// mark stands in a body for what changes from request to request.
const mark = "MARK0MARK"

// changing asks with a number that no request has had before in place of the mark, and with the next of the words in place of
// WORD. The number has its digits, but the words may be of any length.
func changing(path string, body []byte, words []string, next func() uint64) func([]byte) []byte {
	head := fmt.Sprintf("POST %s HTTP/1.1\r\nHost: bench.example\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: ", path)
	before, behind, _ := strings.Cut(string(body), mark)
	length := len(before) + digits + len(behind)
	wordBefore, wordBehind, hasWord := strings.Cut(before, word)
	if !hasWord {
		return func(buf []byte) []byte {
			buf = append(buf, head...)
			buf = strconv.AppendInt(buf, int64(length), 10)
			buf = append(append(buf, "\r\n\r\n"...), before...)
			return append(appendNumber(buf, next()), behind...)
		}
	}
	return func(buf []byte) []byte {
		n := next()
		w := words[n%uint64(len(words))]
		buf = append(buf, head...)
		buf = strconv.AppendInt(buf, int64(length-len(word)+len(w)), 10)
		buf = append(append(buf, "\r\n\r\n"...), wordBefore...)
		buf = append(append(buf, w...), wordBehind...)
		return append(appendNumber(buf, n), behind...)
	}
}

// word stands in a body for a cursor or the id of an organization.
const word = "WORD0WORD"
