package server

import (
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
)

// coerced are a request's variables as resolvers take them, by gqlparser's rules. It may change those that were given.
func coerced(schema *ast.Schema, op *ast.OperationDefinition, given map[string]any) (map[string]any, error) {
	if coercePlain(op, given) {
		return given, nil
	}
	return validator.VariableValues(schema, op, given)
}

// coercePlain coerces variables in place where it is plain what comes out; false when it is for gqlparser to say: most operations have
// one or two, each is given, and is what its type asks for.
func coercePlain(op *ast.OperationDefinition, given map[string]any) bool {
	if len(given) != len(op.VariableDefinitions) {
		return false
	}
	for _, v := range op.VariableDefinitions {
		isPlain := false
		switch value := given[v.Variable].(type) {
		case string:
			isPlain = v.Type.NamedType == "ID" || v.Type.NamedType == "String"
		case bool:
			isPlain = v.Type.NamedType == "Boolean"
		case json.Number:
			n, err := value.Int64()
			if isPlain = v.Type.NamedType == "Int" && err == nil; isPlain {
				given[v.Variable] = n
			}
		}
		if !isPlain {
			return false
		}
	}
	return true
}
