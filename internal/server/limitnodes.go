package server

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// CheckOperation refuses an operation that may answer with too many nodes; nil means that it may run. It reads the
// definitions that validation leaves in op and in fragments, those of its document, and the variables of the request,
// coerced or not.
//
// A node is one value of the answer: a field counts one and what is selected in it, a list does so for each item. A
// list has as many items as its argument first or last says, else as its argument ids has, else as the schema's default
// of first or last says, else ten. A field that returns a type named ...Connection has these arguments for the lists
// edges and nodes in it, and what stands beside them counts once. In introspection a list counts as one item, since the
// size of the schema is no client's choice.
//
// An integer argument first or last, wherever it is given, must be from 0 to Page, and only one of them may be given:
// otherwise the error has the code BAD_USER_INPUT. Null counts as absent, so resolvers must read it as their default.
// Nothing is looked for within input objects.
func (l Limits) CheckOperation(
	op *ast.OperationDefinition, fragments ast.FragmentDefinitionList, variables map[string]any,
) *gqlerror.Error {
	w := l.walk(op, fragments, variables)
	n := w.selectionSet(op.SelectionSet).sum()
	return cmp.Or(w.refusal, tooMany(n, l.Nodes, "nodes that the operation may answer with"))
}

// areSizesGiven tells whether variables say what CheckOperation counts: it says the same of all others.
func (l Limits) areSizesGiven(op *ast.OperationDefinition, fragments ast.FragmentDefinitionList) bool {
	w := l.walk(op, fragments, nil)
	w.selectionSet(op.SelectionSet)
	return w.isGiven
}

func (l Limits) walk(op *ast.OperationDefinition, fragments ast.FragmentDefinitionList, variables map[string]any) nodeWalk {
	return nodeWalk{
		op:        op,
		largest:   l.Page,
		variables: variables,
		fragments: byName(fragments),
		counts:    map[*ast.FragmentDefinition]nodes{nil: {}}, // what nothing defines costs nothing
	}
}

// nodes is what a selection set answers with.
type nodes struct {
	once    int64
	perItem int64 // of the page around it; zero but in a connection
}

func (n nodes) plus(m nodes) nodes {
	return nodes{once: add(n.once, m.once), perItem: add(n.perItem, m.perItem)}
}

func (n nodes) sum() int64 { return add(n.once, n.perItem) }

// nodeWalk counts; it visits every selection that an operation reaches once.
type nodeWalk struct {
	op        *ast.OperationDefinition
	largest   int // page
	variables map[string]any
	fragments map[string]*ast.FragmentDefinition
	counts    map[*ast.FragmentDefinition]nodes
	refusal   *gqlerror.Error // the first
	isGiven   bool            // a variable stands for what is counted
}

func (w *nodeWalk) selectionSet(set ast.SelectionSet) nodes {
	var sum nodes
	for _, selection := range set {
		switch selection := selection.(type) {
		case *ast.Field:
			sum = sum.plus(w.field(selection))
		case *ast.InlineFragment:
			sum = sum.plus(w.selectionSet(selection.SelectionSet))
		case *ast.FragmentSpread:
			sum = sum.plus(w.fragment(w.fragments[selection.Name]))
		}
	}
	return sum
}

func (w *nodeWalk) fragment(fragment *ast.FragmentDefinition) nodes {
	n, isKnown := w.counts[fragment]
	if !isKnown {
		w.counts[fragment] = nodes{once: ceiling} // what a fragment that spreads itself would cost
		n = w.selectionSet(fragment.SelectionSet)
		w.counts[fragment] = n
	}
	return n
}

func (w *nodeWalk) field(f *ast.Field) nodes {
	below := w.selectionSet(f.SelectionSet)
	one := add(1, below.sum())
	if f.Definition == nil || f.ObjectDefinition == nil || strings.HasPrefix(f.ObjectDefinition.Name, "__") {
		return nodes{once: one}
	}
	size, returned := w.size(f), f.Definition.Type
	switch {
	case isConnection(returned.NamedType):
		return nodes{once: add(1, add(below.once, times(size, below.perItem)))}
	case isConnection(f.ObjectDefinition.Name) && (f.Name == "edges" || f.Name == "nodes"):
		return nodes{perItem: one}
	case returned.Elem == nil:
		size = max(size, 1) // an object is there, whatever its argument first says about what is in it
	case returned.Elem.Elem != nil:
		one = times(unsized, one) // a list of lists
	}
	return nodes{once: times(size, one)}
}

// size is how many items the answer to a field has: 1 for what is no list.
func (w *nodeWalk) size(f *ast.Field) int64 {
	first, hasFirst := w.page(f, "first")
	last, hasLast := w.page(f, "last")
	switch {
	case hasFirst && hasLast:
		w.refusal = cmp.Or(w.refusal, refuse(codeBadInput, f.Position,
			"field %s: first and last are both given, give one of them", f.Name))
		return unsized
	case hasFirst:
		return first
	case hasLast:
		return last
	case f.Definition.Type.Elem == nil && !isConnection(f.Definition.Type.NamedType):
		return 1
	}
	args := f.Definition.Arguments
	if ids := args.ForName("ids"); ids != nil && ids.Type.Elem != nil {
		if given := reflect.ValueOf(w.given(f, "ids")); given.Kind() == reflect.Slice {
			return clamp(int64(given.Len()))
		} else if given.IsValid() {
			return 1 // a value stands for a list of itself
		}
	}
	for _, name := range []string{"first", "last"} {
		if def := args.ForName(name); def != nil && def.DefaultValue != nil {
			if n, err := whole(def.DefaultValue.Raw); err == nil {
				return clamp(n)
			}
		}
	}
	return unsized
}

// page is the size that a client gave in an argument: false when it is absent, null, or no integer by the schema.
func (w *nodeWalk) page(f *ast.Field, name string) (int64, bool) {
	def, given := f.Definition.Arguments.ForName(name), w.given(f, name)
	if def == nil || def.Type.NamedType != "Int" || given == nil {
		return 0, false
	}
	n, err := whole(given)
	if err != nil || n < 0 || n > int64(w.largest) {
		w.refusal = cmp.Or(w.refusal, refuse(codeBadInput, f.Position,
			"field %s: %s is %s, allowed is 0 to %d", f.Name, name, excerpt(fmt.Sprint(given)), w.largest))
	}
	return clamp(n), true
}

// given is what a client gave for an argument: the text of a literal, the children of a list, whatever a variable
// holds. It is nil for null, for no argument and for a variable without a value. It does not ask
// Value.VariableDefinition: in a fragment that several operations spread, that is the variable of any of them.
func (w *nodeWalk) given(f *ast.Field, name string) any {
	arg := f.Arguments.ForName(name)
	if arg == nil {
		return nil
	}
	value := arg.Value
	if value.Kind == ast.Variable {
		w.isGiven = true
		if v, isSet := w.variables[value.Raw]; isSet {
			return v
		}
		def := w.op.VariableDefinitions.ForName(value.Raw)
		if def == nil || def.DefaultValue == nil {
			return nil
		}
		value = def.DefaultValue
	}
	switch value.Kind {
	case ast.NullValue:
		return nil
	case ast.ListValue:
		return value.Children
	default:
		return value.Raw
	}
}

// whole reads an integer in any form that literals and decoded JSON have.
func whole(value any) (int64, error) {
	return strconv.ParseInt(fmt.Sprint(value), 10, 64)
}

func isConnection(typeName string) bool { return strings.HasSuffix(typeName, "Connection") }
