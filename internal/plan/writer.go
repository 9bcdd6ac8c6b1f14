package plan

import (
	"context"
	"math"
	"strconv"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/graph/scalar"
	"bettertogether/internal/edition"
)

// writer writes one answer. When it has failed, what it wrote is of no use.
type writer struct {
	ctx       context.Context
	view      *edition.View
	buf       []byte
	failed    bool
	resolvers *resolvers
	args      []any
	// season is nil where nobody else may have what is written; taken and written count pieces.
	pieces         *pieces
	season         *season
	taken, written int64
}

// Write implements io.Writer for scalars that know how to write themselves.
func (w *writer) Write(b []byte) (int, error) {
	w.buf = append(w.buf, b...)
	return len(b), nil
}

func (w *writer) raw(b []byte) { w.buf = append(w.buf, b...) }
func (w *writer) begin()       { w.buf = append(w.buf, '[') }
func (w *writer) end()         { w.buf = append(w.buf, ']') }
func (w *writer) quote()       { w.buf = append(w.buf, '"') }
func (w *writer) null()        { w.buf = append(w.buf, "null"...) }

// close ends an object; the key of its first field has begun it, if it has one.
func (w *writer) close(s *set) {
	if len(s.fields) == 0 {
		w.buf = append(w.buf, '{')
	}
	w.buf = append(w.buf, '}')
}

// next comes before an element of a list.
func (w *writer) next(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
}

// word writes a value of an enum.
func (w *writer) word(s string) { w.buf = scalar.AppendQuoted(w.buf, s) }

// required fails when null was written where it may not stand: of all values, only it ends so.
func (w *writer) required() {
	if w.buf[len(w.buf)-1] == 'l' {
		w.failed = true
	}
}

// arguments are those of a field, and what stands behind them.
func (w *writer) arguments(f *field) []any { return w.args[f.slot:] }

// at is the context in which gqlgen would resolve a field.
func (w *writer) at(f *field) context.Context {
	return graphql.WithFieldContext(w.ctx, &graphql.FieldContext{Object: f.object, Field: f.collected, IsMethod: true, IsResolver: true})
}

func appendBoolean(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

func appendInt32(b []byte, v int32) []byte { return strconv.AppendInt(b, int64(v), 10) }

// appendFloatContext appends a number as gqlgen does, and null for one that JSON does not have, which gqlgen refuses.
func appendFloatContext(b []byte, v float64) []byte {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return append(b, "null"...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}
