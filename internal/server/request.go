package server

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// mostAlias is how many letters an alias may have. A list repeats it with every item, so 50 KB of it made 128 MB of answer.
const mostAlias = 100

// checkAliases refuses a document with an alias that is too long.
func checkAliases(doc *ast.QueryDocument) *gqlerror.Error {
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
				if len(s.Alias) > mostAlias {
					return refuse(codeTooComplex, s.Position, "alias %q has %d letters, at most %d are allowed", excerpt(s.Alias), len(s.Alias), mostAlias)
				}
				sets = append(sets, s.SelectionSet)
			case *ast.InlineFragment:
				sets = append(sets, s.SelectionSet)
			}
		}
	}
	return nil
}

// repeated names a part of a request that a JSON object has twice: of two readers, each could take another.
func repeated(object []byte) string {
	seen := map[string]bool{}
	in := json.NewDecoder(bytes.NewReader(object))
	_, _ = in.Token() // the brace; the object is known to be JSON
	for in.More() {
		key, _ := in.Token()
		var value json.RawMessage
		_ = in.Decode(&value)
		for _, name := range []string{"query", "operationName", "variables", "extensions"} {
			if given, _ := key.(string); strings.EqualFold(given, name) {
				if seen[name] {
					return name
				}
				seen[name] = true
			}
		}
	}
	return ""
}
