// Package plan answers queries without gqlgen's execution: an operation is compiled once into what it writes, and then written
// straight from the pinned edition into one buffer, byte for byte as gqlgen would. What it does not cover, and any answer that
// would have an error, is gqlgen's: so there is one place where errors come from.
//
// graph puts it before the generated schema. tables.go is generated from the schema and its bindings.
package plan

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/99designs/gqlgen/graphql"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph/gen"
	"bettertogether/graph/scalar"
	"bettertogether/internal/edition"
)

const (
	// remembered is how many operations are kept compiled.
	remembered = 500
	// room is how much larger than the largest so far an answer may be without moving.
	room = 1 << 10
	// variants is how many of one operation are kept: its @skip and @include can have so many outcomes.
	variants = 16
)

// Schema executes operations by plan where it can, and by the generated schema otherwise.
type Schema struct {
	graphql.ExecutableSchema
	generated graphql.ExecutableSchema
	resolvers resolvers
	known     *lru.Cache[*ast.OperationDefinition, *known]
	pieces    *pieces
	count     func(Way)
}

// Way is how an operation was executed.
type Way string

// The ways of an operation.
const (
	// Planned was written by a plan that was known.
	Planned Way = "planned"
	// Compiled was written by a plan that had to be made.
	Compiled Way = "compiled"
	// Generated was executed by gqlgen, since plans do not cover it.
	Generated Way = "generated"
	// Repeated was executed by gqlgen after its plan had met an error.
	Repeated Way = "repeated"
)

// Ways are all of them.
func Ways() []Way { return []Way{Planned, Compiled, Generated, Repeated} }

// New puts plans for a schema, which gen.NewExecutableSchema has made of the resolvers, before what executes the rest. Each executed
// operation is counted.
func New(schema, rest graphql.ExecutableSchema, root gen.ResolverRoot, count func(Way)) *Schema {
	operations, err := lru.New[*ast.OperationDefinition, *known](remembered)
	if err != nil {
		panic(err) // only a size below one is an error
	}
	return &Schema{
		ExecutableSchema: rest, generated: schema, resolvers: resolversOf(root), known: operations, pieces: newPieces(), count: count,
	}
}

// known is an operation with its plans.
type known struct {
	// conditions are the variables on which @skip and @include hang.
	conditions []string
	mu         sync.Mutex
	plans      map[string]*plan
}

// plan is a compiled operation.
type plan struct {
	root *set
	// constant are the arguments of fields, each field's from its slot on; variables are those that hang on variables.
	constant  []any
	variables []variable
	// size is how large the largest answer was.
	size atomic.Int64
}

// Exec implements graphql.ExecutableSchema.
func (s *Schema) Exec(ctx context.Context) graphql.ResponseHandler {
	p, way := s.plan(ctx)
	if p == nil {
		s.count(Generated)
		return s.ExecutableSchema.Exec(ctx)
	}
	var rest graphql.ResponseHandler
	isDone := false
	return func(ctx context.Context) *graphql.Response {
		if isDone {
			return nil
		}
		if rest == nil {
			if data, ok := s.write(ctx, p); ok {
				isDone = true
				s.count(way)
				return &graphql.Response{Data: data}
			}
			s.count(Repeated)
			edition.From(ctx).Restart()
			rest = s.ExecutableSchema.Exec(ctx)
		}
		return rest(ctx)
	}
}

// Answer answers the operation of a context by a plan, without an executor; false when plans do not cover it, or its answer would
// have an error.
func (s *Schema) Answer(ctx context.Context) (data []byte, ok bool) {
	p, way := s.plan(ctx)
	if p == nil {
		return nil, false
	}
	if data, ok = s.write(ctx, p); ok {
		s.count(way)
	}
	return data, ok
}

// plan finds or makes the plan of the operation; nil when plans do not cover it.
func (s *Schema) plan(ctx context.Context) (*plan, Way) {
	op := graphql.GetOperationContext(ctx)
	if op.Operation.Operation != ast.Query || len(op.Operation.Directives) > 0 {
		return nil, Generated
	}
	k, ok := s.known.Get(op.Operation)
	if !ok {
		k = &known{conditions: conditions(op.Operation.SelectionSet), plans: map[string]*plan{}}
		s.known.Add(op.Operation, k)
	}
	key := ""
	for _, name := range k.conditions {
		if op.Variables[name] == true {
			key += name + ","
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	p, ok := k.plans[key]
	if ok {
		return p, Planned
	}
	c := compiler{ctx: ctx, op: op, schema: s.generated, plan: &plan{}}
	p = c.plan
	if p.root = c.set("Query", op.Operation.SelectionSet); c.isBeyond {
		p = nil
	} else {
		s.pieces.shapeLists(p.root)
	}
	if len(k.plans) < variants {
		k.plans[key] = p
	}
	return p, Compiled
}

// conditions finds the variables on which @skip and @include hang, sorted.
func conditions(selections ast.SelectionSet) []string {
	var names []string
	spread := map[*ast.FragmentDefinition]bool{}
	var walk func(ast.SelectionSet)
	note := func(directives ast.DirectiveList) {
		for _, d := range directives {
			if arg := d.Arguments.ForName("if"); arg != nil && arg.Value.Kind == ast.Variable {
				names = append(names, arg.Value.Raw)
			}
		}
	}
	walk = func(selections ast.SelectionSet) {
		for _, selection := range selections {
			switch s := selection.(type) {
			case *ast.Field:
				note(s.Directives)
				walk(s.SelectionSet)
			case *ast.InlineFragment:
				note(s.Directives)
				walk(s.SelectionSet)
			case *ast.FragmentSpread:
				note(s.Directives)
				if !spread[s.Definition] {
					spread[s.Definition] = true
					walk(s.Definition.SelectionSet)
				}
			}
		}
	}
	walk(selections)
	slices.Sort(names)
	return slices.Compact(names)
}

// object is what is known of a type: the names by which fragments mean it, and its fields.
type object struct {
	implements []string
	fields     map[string]entry
}

// entry is what is known of a field: the number by which its object's function knows it, the types that its value can have, in
// the order of that function, and its arguments.
type entry struct {
	id   int
	of   []string
	args []argument
}

// argument is an argument of a field, and what a resolver takes for none.
type argument struct {
	name string
	none any
}

// set are the selected fields of an object, in order.
type set struct {
	fields []field
	object string
	// hangs says that a variable is an argument somewhere in it.
	hangs bool
	// shape is what pieces know it by, 0 for what is none.
	shape uint32
}

// field is one selected field.
type field struct {
	// key is what stands before the value, with the comma or the brace before it.
	key []byte
	id  int
	// of are the selections of the value, by its type.
	of []*set
	// slot is where the arguments begin.
	slot      int
	object    string
	collected graphql.CollectedField
}

// compiler makes one plan.
type compiler struct {
	ctx    context.Context
	op     *graphql.OperationContext
	schema graphql.ExecutableSchema
	plan   *plan
	// isBeyond says that the operation has what plans do not cover.
	isBeyond bool
}

// set compiles a selection on an object. It is gqlgen that merges fields, follows fragments and asks @skip and @include.
func (c *compiler) set(name string, selections ast.SelectionSet) *set {
	of := objects[name]
	collected := graphql.CollectFields(c.op, selections, of.implements)
	s := &set{fields: make([]field, 0, len(collected)), object: name}
	before := len(c.plan.variables)
	defer func() { s.hangs = len(c.plan.variables) > before }()
	for i, one := range collected {
		if slices.ContainsFunc(collected[:i], func(other graphql.CollectedField) bool { return other.Alias == one.Alias }) {
			// The same field by two interfaces that know nothing of each other: gqlgen resolves both and writes the first.
			c.isBeyond = c.isBeyond || len(one.Selections) > 0
			continue
		}
		s.fields = append(s.fields, field{})
		f := &s.fields[len(s.fields)-1]
		if i == 0 {
			f.key = append(f.key, '{')
		} else {
			f.key = append(f.key, ',')
		}
		f.key = append(scalar.AppendQuoted(f.key, one.Alias), ':')
		if one.Name == "__typename" {
			f.key = scalar.AppendQuoted(f.key, name)
			continue
		}
		known, ok := of.fields[one.Name]
		if !ok {
			c.isBeyond = true
			return s
		}
		f.id, f.object, f.collected = known.id, name, one
		if len(known.args) > 0 {
			c.arguments(f, known.args)
		}
		for _, concrete := range known.of {
			f.of = append(f.of, c.set(concrete, one.Selections))
		}
		if c.isBeyond {
			return s
		}
	}
	return s
}

// arguments gives a field's arguments a slot, and reads once and for all those that hang on no variable.
func (c *compiler) arguments(f *field, args []argument) {
	f.slot = len(c.plan.constant)
	for i, arg := range args {
		c.plan.constant = append(c.plan.constant, arg.none)
		given, def := f.collected.Arguments.ForName(arg.name), f.collected.Definition.Arguments.ForName(arg.name)
		if given == nil && def.DefaultValue == nil {
			continue
		}
		v := variable{at: f.slot + i, given: given, def: def, read: gen.Argument(c.schema, f.object+"."+f.collected.Name+"."+arg.name)}
		if given != nil && hasVariable(given.Value) {
			c.plan.variables = append(c.plan.variables, v)
			continue
		}
		value, err := v.value(c.ctx, c.op.Variables)
		if err != nil { // each execution finds the mistake anew, and leaves it to gqlgen
			c.plan.variables = append(c.plan.variables, v)
			continue
		}
		c.plan.constant[v.at] = value
	}
}

func hasVariable(v *ast.Value) bool {
	return v.Kind == ast.Variable || slices.ContainsFunc(v.Children, func(c *ast.ChildValue) bool { return hasVariable(c.Value) })
}

// variable is an argument of a field that is read for each execution.
type variable struct {
	at    int
	given *ast.Argument
	def   *ast.ArgumentDefinition
	read  gen.ReadArgument
}

// value is the argument's value for the values of an operation's variables.
func (v variable) value(ctx context.Context, variables map[string]any) (any, error) {
	if v.given != nil {
		if v.given.Value.Kind != ast.Variable {
			raw, err := v.given.Value.Value(variables)
			if err != nil {
				return nil, err
			}
			return v.read(ctx, raw)
		}
		if raw, isSet := variables[v.given.Value.Raw]; isSet {
			return v.read(ctx, raw)
		}
	}
	if v.def.DefaultValue == nil {
		return v.read(ctx, nil)
	}
	raw, err := v.def.DefaultValue.Value(variables)
	if err != nil {
		return nil, err
	}
	return v.read(ctx, raw)
}

// arguments are those of an execution.
func (p *plan) arguments(ctx context.Context, variables map[string]any) ([]any, error) {
	if len(p.variables) == 0 {
		return p.constant, nil
	}
	all := slices.Clone(p.constant)
	for _, v := range p.variables {
		value, err := v.value(ctx, variables)
		if err != nil {
			return nil, err
		}
		all[v.at] = value
	}
	return all, nil
}

// Before and After are what an answer has around its data.
const (
	Before = `{"data":`
	After  = `}`
)

// Sheet is what an answer is written on, where a context has one: Blank gives what to write on, with room for about so many bytes,
// and Lay is told of the whole answer, with what stands around its data. A context has one only for an answer that everybody gets who
// asks under the same tag, so that others may have pieces of it.
type Sheet interface {
	Blank(size int) []byte
	Lay(answer []byte)
}

// SheetKey is where a context has its Sheet.
type SheetKey struct{}

// write writes the answer; false when it would have an error.
func (s *Schema) write(ctx context.Context, p *plan) (data []byte, ok bool) {
	args, err := p.arguments(ctx, graphql.GetOperationContext(ctx).Variables)
	if err != nil {
		return nil, false
	}
	view := edition.From(ctx).Alone()
	defer view.Done()
	w := &writer{ctx: edition.With(ctx, view), view: view, resolvers: &s.resolvers, args: args}
	defer func() {
		if recover() != nil { // gqlgen's execution panics again, and tells
			data, ok = nil, false
		}
	}()
	sheet, hasSheet := ctx.Value(SheetKey{}).(Sheet)
	if size := int(p.size.Load()) + room; hasSheet {
		w.buf = sheet.Blank(size)
		w.pieces, w.season = s.pieces, s.pieces.now(seasonOf(view), view.Size)
	} else {
		w.buf = make([]byte, 0, size)
	}
	w.buf = append(w.buf, Before...)
	w.writeQuery(p.root)
	w.buf = append(w.buf, After...)
	if size := int64(len(w.buf)); size > p.size.Load() {
		p.size.Store(size)
	}
	if w.failed || ctx.Err() != nil {
		return nil, false
	}
	if hasSheet {
		sheet.Lay(w.buf)
		s.pieces.count(w)
	}
	return w.buf[len(Before) : len(w.buf)-len(After)], true
}
