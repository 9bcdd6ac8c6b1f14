package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"bettertogether/internal/auth"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// read takes a request from the address or the body, and says what is wrong with its form.
func read(w http.ResponseWriter, r *http.Request) (req *request, no *refusal) {
	req = &request{}
	var put func(variables map[string]any) *refusal
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if len(r.URL.RawQuery) > mostBody {
			return nil, &refusal{http.StatusRequestURITooLong, "TOO_LARGE", fmt.Sprintf("the address is longer than %d bytes", mostBody)}
		}
		values, err := url.ParseQuery(r.URL.RawQuery)
		if err != nil {
			return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", "the address is not percent-encoded"}
		}
		for _, name := range requestParts {
			switch {
			case len(values[name]) > 1:
				return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", name + " stands in the address twice"}
			case !utf8.ValidString(values.Get(name)):
				return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", name + " is not UTF-8"}
			}
		}
		for name, into := range map[string]**string{"query": &req.Query, "documentId": &req.DocumentID, "operationName": &req.OperationName} {
			if values.Has(name) {
				value := values.Get(name)
				*into = &value
			}
		}
		for _, part := range []string{"variables", "extensions"} {
			if v := values.Get(part); v != "" && !json.Valid([]byte(v)) {
				return nil, noObject(part)
			}
		}
		req.Variables, req.Extensions = json.RawMessage(values.Get("variables")), json.RawMessage(values.Get("extensions"))
		if deref(req.OperationName) == "" {
			req.OperationName = nil
		}
	case http.MethodPost:
		var raw []byte
		if isMultipart(r.Header) {
			raw, put, no = form(w, r)
		} else {
			raw, no = body(w, r)
		}
		if no != nil {
			return nil, no
		}
		if no = req.parse(raw); no != nil {
			return nil, no
		}
	default:
		return nil, &refusal{http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "GET, HEAD and POST are allowed"}
	}
	if req.variables, no = readObject("variables", req.Variables); no != nil {
		return nil, no
	}
	if req.extensions, no = readObject("extensions", req.Extensions); no != nil {
		return nil, no
	}
	if put != nil {
		if no = put(req.variables); no != nil {
			return nil, no
		}
	}
	return req, nil
}

// readObject reads a part of a request that is an object, in valid JSON; nil for none, and for null.
func readObject(part string, raw json.RawMessage) (map[string]any, *refusal) {
	if len(raw) == 0 {
		return nil, nil
	}
	switch v := readJSON(raw).(type) {
	case map[string]any:
		return v, nil
	case nil:
		return nil, nil
	}
	return nil, noObject(part)
}

func noObject(part string) *refusal {
	return &refusal{http.StatusBadRequest, "BAD_REQUEST", part + " must be a JSON object"}
}

// body reads the body of a request in JSON.
func body(w http.ResponseWriter, r *http.Request) ([]byte, *refusal) {
	if no := checkContentType(r.Header); no != nil {
		return nil, no
	}
	if a := askedOf(r.Context()); a != nil && a.body != nil {
		if !utf8.Valid(a.body) {
			return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", "the body is not UTF-8"}
		}
		return a.body, nil
	}
	most := int64(mostBody)
	if auth.From(r.Context()).Role.May(auth.Contributor) {
		most = mostWritten
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, &refusal{http.StatusRequestEntityTooLarge, "TOO_LARGE", fmt.Sprintf("the body is larger than %d bytes", most)}
	case err != nil:
		return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", "the body could not be read"}
	case !utf8.Valid(raw):
		return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", "the body is not UTF-8"}
	}
	return raw, nil
}

func checkContentType(h http.Header) *refusal {
	if kind := h["Content-Type"]; len(kind) == 1 && kind[0] == typeJSON && h["Content-Encoding"] == nil {
		return nil
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	switch {
	case err != nil || media != typeJSON:
		return &refusal{http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "the Content-Type must be " + typeJSON}
	case params["charset"] != "" && !strings.EqualFold(params["charset"], "utf-8"):
		return &refusal{http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "the charset must be utf-8"}
	case slices.ContainsFunc(h.Values("Content-Encoding"), func(e string) bool { return e != "" && !strings.EqualFold(e, "identity") }):
		return &refusal{http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "a Content-Encoding is not allowed"}
	}
	return nil
}

func isObject(raw []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(raw, " \t\r\n"), []byte("{")) &&
		jsontext.Value(raw).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) // as encoding/json, in a third of its time
}

// mostAlias is how many letters an alias may have. A list repeats it with every item, so 50 KB of it made 128 MB of answer.
const mostAlias = 100

// checkDocument refuses what validation lets through and the executor must not meet: introspection where it is closed, aliases
// that are too long, and numbers that no machine holds, over which gqlparser panics where an argument's type is a scalar of
// ours.
func (g *graphQL) checkDocument(doc *ast.QueryDocument) *gqlerror.Error {
	var sets []ast.SelectionSet
	for _, op := range doc.Operations {
		sets = append(sets, op.SelectionSet)
	}
	for _, f := range doc.Fragments {
		sets = append(sets, f.SelectionSet)
	}
	for ; len(sets) > 0; sets = sets[1:] {
		for _, selection := range sets[0] {
			switch s := selection.(type) {
			case *ast.Field:
				if !g.Introspection && (s.Name == "__schema" || s.Name == "__type") {
					return refuse(errcode.ValidationFailed, s.Position, "field %s: introspection is not allowed here", s.Name)
				}
				if len(s.Alias) > mostAlias {
					return refuse(codeTooComplex, s.Position, "alias %q has %d letters, at most %d are allowed", excerpt(s.Alias), len(s.Alias), mostAlias)
				}
				for _, arg := range s.Arguments {
					if err := checkNumbers("field "+s.Name+": "+arg.Name, arg.Value); err != nil {
						return err
					}
				}
				sets = append(sets, s.SelectionSet)
			case *ast.InlineFragment:
				sets = append(sets, s.SelectionSet)
			}
		}
	}
	return nil
}

// checkNumbers refuses a literal with a number that is no int64 and no float64.
func checkNumbers(where string, v *ast.Value) *gqlerror.Error {
	if v.Kind == ast.IntValue || v.Kind == ast.FloatValue {
		if _, err := v.Value(nil); err != nil {
			return refuse(codeBadInput, v.Position, "%s is %s, numbers of 64 bits are allowed", where, excerpt(v.Raw))
		}
	}
	for _, c := range v.Children {
		if err := checkNumbers(where, c.Value); err != nil {
			return err
		}
	}
	return nil
}

// parse reads a request in JSON.
func (q *request) parse(raw []byte) (no *refusal) {
	if !isObject(raw) {
		return &refusal{http.StatusBadRequest, "BAD_REQUEST", "the body must be one JSON object"}
	}
	var seen [len(requestParts)]bool
	for at := firstMember(raw); at < len(raw); {
		var key, value []byte
		if key, value, at = member(raw, at); bytes.IndexByte(key, '\\') >= 0 {
			var plain string
			_ = json.Unmarshal(key, &plain) // it is a string
			key = strconv.AppendQuote(nil, plain)
		}
		part := slices.IndexFunc(requestParts[:], func(name string) bool { return strings.EqualFold(string(key[1:len(key)-1]), name) })
		if part < 0 {
			continue
		}
		if seen[part] {
			return &refusal{http.StatusBadRequest, "BAD_REQUEST", requestParts[part] + " stands in the body twice"}
		}
		seen[part] = true
		var err error
		switch requestParts[part] {
		case "query":
			err = readString(value, &q.Query)
		case "documentId":
			err = readString(value, &q.DocumentID)
		case "operationName":
			err = readString(value, &q.OperationName)
		case "variables":
			q.Variables = value
		case "extensions":
			q.Extensions = value
		}
		if err != nil {
			is := err.Error()
			var kind *json.UnmarshalTypeError
			if errors.As(err, &kind) {
				is = kind.Value
			}
			return &refusal{http.StatusBadRequest, "BAD_REQUEST", requestParts[part] + " must be a string, not " + is}
		}
	}
	return nil
}

// readString reads a string, or null, of JSON; most have no escapes, and are what they look like.
func readString(value []byte, into **string) error {
	if value[0] == '"' && bytes.IndexByte(value, '\\') < 0 {
		plain := string(value[1 : len(value)-1])
		*into = &plain
		return nil
	}
	return json.Unmarshal(value, into)
}

// requestParts are the members of a request that count.
var requestParts = [...]string{"query", "documentId", "operationName", "variables", "extensions"}

// firstMember is where the first member of a JSON object begins, which is known to be one; its length for none.
func firstMember(object []byte) int {
	at := afterSpace(object, afterSpace(object, 0)+1)
	if object[at] == '}' {
		return len(object)
	}
	return at
}

// member reads the member of a JSON object that begins at a place, and where the next one begins; its length for none.
func member(object []byte, at int) (key, value []byte, next int) {
	end := at + valueEnd(object[at:])
	key = object[at:end]
	at = afterSpace(object, afterSpace(object, end)+1)
	end = at + valueEnd(object[at:])
	value = object[at:end]
	if at = afterSpace(object, end); object[at] == ',' {
		return key, value, afterSpace(object, at+1)
	}
	return key, value, len(object)
}

// afterSpace is the first place at or after one that holds no white space.
func afterSpace(b []byte, at int) int {
	for b[at] == ' ' || b[at] == '\t' || b[at] == '\r' || b[at] == '\n' {
		at++
	}
	return at
}

// valueEnd is where the value ends with which JSON begins.
func valueEnd(b []byte) int {
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			for i++; b[i] != '"'; i++ {
				if b[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
			continue
		case ' ', '\t', '\r', '\n':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(b)
}
