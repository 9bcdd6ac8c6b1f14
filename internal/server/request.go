package server

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

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
