package server

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"
)

// documents are those that a request may name instead of sending their text.
type documents struct {
	// trusted are those of the manifest: by the id that it gives them, and by the hash of their text.
	trusted map[string]string
	// isClosed refuses all others.
	isClosed bool
	// sent are those that clients have sent with their hash: automatic persisted queries.
	sent *lru.LRU[string]
}

const (
	// mostSent is how many documents are remembered that clients have sent, longestSent how long each may be.
	mostSent    = 1000
	longestSent = 16 << 10
	// hashed begins the id of a document that is the hash of its text.
	hashed = "sha256:"
)

func newDocuments(manifest map[string]string, isClosed bool) *documents {
	d := &documents{trusted: map[string]string{}, isClosed: isClosed, sent: lru.New[string](mostSent)}
	for id, text := range manifest {
		d.trusted[id], d.trusted[hashOfText(text)] = text, text
	}
	return d
}

func hashOfText(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// find returns the text of a document by its id.
func (d *documents) find(ctx context.Context, id string) (string, bool) {
	id, isHash := strings.CutPrefix(id, hashed)
	if text, ok := d.trusted[id]; ok {
		return text, true
	}
	if isHash && !d.isClosed {
		return d.sent.Get(ctx, id)
	}
	return "", false
}

// resolve puts the text of the document into a request that names one, and says what is wrong with the name. learn is the hash under
// which to remember the document, once it has turned out to be valid.
func (d *documents) resolve(ctx context.Context, q *request) (learn string, no *refusal) {
	refuse := func(code, form string, args ...any) (string, *refusal) {
		return "", &refusal{http.StatusBadRequest, code, fmt.Sprintf(form, args...)}
	}
	if id := deref(q.DocumentID); id != "" {
		text, ok := d.find(ctx, id)
		switch {
		case !ok:
			allowed := "one of its manifest is allowed"
			if !d.isClosed {
				allowed += ", and " + hashed + " with the hash of one that a client has sent as a persisted query"
			}
			return refuse("PERSISTED_DOCUMENT_NOT_FOUND", "documentId: %q is no document that this hub knows; %s", excerpt(id), allowed)
		case deref(q.Query) != "" && *q.Query != text:
			return refuse("BAD_REQUEST", "query and documentId are two documents; send one of them")
		}
		q.Query = &text
		return "", nil
	}
	if q.extensions["persistedQuery"] != nil {
		given, _ := q.extensions["persistedQuery"].(map[string]any)
		hash, _ := given["sha256Hash"].(string)
		switch {
		case fmt.Sprint(given["version"]) != "1" || len(hash) != 2*sha256.Size:
			return refuse("BAD_REQUEST", "extensions.persistedQuery must be {version: 1, sha256Hash: the hash of the query, 64 digits of 0-9a-f}")
		case deref(q.Query) == "":
			text, ok := d.find(ctx, hashed+hash)
			if !ok {
				// The words and the status that clients look for.
				return "", &refusal{http.StatusOK, "PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"}
			}
			q.Query = &text
		case hashOfText(*q.Query) != hash:
			return refuse("BAD_REQUEST", "extensions.persistedQuery.sha256Hash is not the hash of the query")
		case len(*q.Query) <= longestSent:
			learn = hash
		}
	}
	switch {
	case deref(q.Query) == "":
		return refuse("BAD_REQUEST", "query is required, or documentId")
	case strings.ContainsRune(*q.Query, 0):
		return refuse("BAD_REQUEST", "query holds a NUL, which is no text")
	case d.isClosed && d.trusted[hashOfText(*q.Query)] == "":
		return refuse("PERSISTED_DOCUMENT_REQUIRED", "this hub answers the documents of its manifest alone; name one by documentId")
	}
	return learn, nil
}

// ReadDocuments reads a manifest of trusted documents by their ids: an object of ids and texts, as Relay's compiler and GraphQL Code
// Generator write it, or the manifest of Apollo's generate-persisted-query-manifest.
func ReadDocuments(in io.Reader) (map[string]string, error) {
	raw, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	var apollo struct {
		Format     string
		Version    int
		Operations []struct{ ID, Body string }
	}
	found := map[string]string{}
	if json.Unmarshal(raw, &apollo) == nil && apollo.Format != "" {
		if apollo.Format != "apollo-persisted-query-manifest" || apollo.Version != 1 {
			return nil, fmt.Errorf("format %q of version %d is not known; apollo-persisted-query-manifest of version 1 is", apollo.Format, apollo.Version)
		}
		for i, o := range apollo.Operations {
			if o.ID == "" || found[o.ID] != "" && found[o.ID] != o.Body {
				return nil, fmt.Errorf("operations[%d]: id %q is empty or another one's", i, o.ID)
			}
			found[o.ID] = o.Body
		}
	} else if err := json.Unmarshal(raw, &found); err != nil {
		return nil, fmt.Errorf("it is neither an object of ids and documents nor Apollo's manifest: %w", err)
	}
	if len(found) == 0 {
		return nil, errors.New("it has no documents")
	}
	return found, nil
}

// CheckDocuments says what is wrong with the documents of a manifest: each must be one that this hub can execute.
func CheckDocuments(schema *ast.Schema, manifest map[string]string) error {
	var wrong []error
	limits := DefaultLimits()
	for id, text := range manifest {
		err := limits.CheckDocument(text)
		if err == nil {
			var errs gqlerror.List
			doc, parsed := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, limits.Tokens)
			if parsed != nil {
				errs = gqlerror.List{gqlerror.WrapIfUnwrapped(parsed)}
			} else {
				errs = validator.ValidateWithRules(schema, doc, nil)
			}
			if len(errs) > 0 {
				err = errs[0]
			}
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("document %q: %s", id, err.Message))
		}
	}
	slices.SortFunc(wrong, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(wrong...)
}
