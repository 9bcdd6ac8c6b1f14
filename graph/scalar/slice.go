package scalar

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalSlice writes the elements of a list one after the other. It does what gqlgen's MarshalSliceConcurrently does, panics
// and all, without a goroutine for each element; the command graph/codegen puts it in that one's place.
func MarshalSlice(ctx context.Context, length int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) graphql.Array {
	all := make(graphql.Array, length)
	for i := range all {
		all[i] = marshalOne(graphql.WithFieldContext(ctx, &graphql.FieldContext{Index: &i}), i, marshalElement)
	}
	return all
}

func marshalOne(ctx context.Context, i int, marshalElement func(ctx context.Context, i int) graphql.Marshaler) (m graphql.Marshaler) {
	defer func() {
		if cause := recover(); cause != nil {
			graphql.AddError(ctx, graphql.Recover(ctx, cause))
			m = graphql.Null
		}
	}()
	return marshalElement(ctx, i)
}
