// Package naive is a contender: the GraphQL server that one writes from the documentation of gqlgen, with sqlx and dataloaders
// over the tables that `hub export --tables` writes, in PostgreSQL or in a SQLite file.
//
//   - schema.graphqls, gqlgen.yml: the schema; gen is generated from it by `go tool gqlgen generate`.
//   - row: what the resolvers pass on.
//   - naive.go: the server; resolver.go: the resolvers; loader.go: the loaders; query.go: the SQL.
//
// It has what its documentation advises: one statement for each level of the answer, prepared once; loaders for each request;
// a cache of parsed documents.
package naive

import (
	"net/http"

	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/99designs/gqlgen/graphql/handler/lru"
	"github.com/99designs/gqlgen/graphql/handler/transport"
	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/bench/naive/gen"
)

// New makes the handler of /graphql.
func New(q *Queries) http.Handler {
	h := handler.New(gen.NewExecutableSchema(gen.Config{Resolvers: &resolver{q}}))
	h.AddTransport(transport.Options{})
	h.AddTransport(transport.GET{})
	h.AddTransport(transport.POST{})
	h.SetQueryCache(lru.New[*ast.QueryDocument](1000))
	h.Use(extension.Introspection{})
	h.Use(extension.AutomaticPersistedQuery{Cache: lru.New[string](100)})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.ServeHTTP(w, r.WithContext(withLoaders(r.Context(), q)))
	})
}
