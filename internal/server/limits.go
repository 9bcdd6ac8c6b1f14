package server

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql/errcode"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

const (
	codeTooComplex = "QUERY_TOO_COMPLEX"
	codeBadInput   = "BAD_USER_INPUT"

	// ceiling is where every count stops: the product of two counts fits an int64, so none ever wraps.
	ceiling = 1_000_000_000
	// unsized is how many items a list is taken to have when neither the operation nor the schema says.
	unsized = 10
	// echo is how many characters of a client's text a message repeats. The parser's longest own sentence is shorter.
	echo = 100
)

// Limits bounds what one GraphQL document may cost before anything is paid for it: CheckDocument before validation,
// which is itself quadratic, CheckOperation before execution. Both visit each selection of the text once, and no more
// than Selections of them where fragments must be expanded; neither changes the document.
//
// A limit of zero allows none of what it counts. No value switches a limit off: counts stop at a billion, and a count
// that high is refused whatever the limit says. What @skip leaves out counts like the rest.
type Limits struct {
	Tokens        int // lexical tokens, comments among them
	Depth         int // fields inside one another; fragments add no level, nor does ofType within introspection
	Aliases       int // fields under another name, counted once in the text
	Directives    int // uses of directives anywhere in the document, counted once in the text
	RootMutations int // fields at the root of one mutation, counted through fragments
	Selections    int // fields, spreads and inline fragments of all operations, counted through fragments
	Repeats       int // selections of one response name at one place: validation compares every two of them
	Page          int // the largest first or last; the smallest is 0
	Nodes         int // values that an answer may hold, see CheckOperation
}

// DefaultLimits returns limits that honest clients stay below, GraphiQL with its introspection among them.
func DefaultLimits() Limits {
	return Limits{
		Tokens:        2_000,
		Depth:         12,
		Aliases:       30,
		Directives:    50,
		RootMutations: 10,
		Selections:    3_000,
		Repeats:       100,
		Page:          100,
		Nodes:         60_000,
	}
}

// CheckDocument refuses a document that costs too much to validate; nil means that it may go on. It needs no schema: a
// spread of a fragment that nothing defines is one selection, and validation tells about it. Fragments that spread
// themselves are refused, and so are @defer and @stream, which reach a transport that cannot send an answer in pieces.
//
// The error's extensions.code is GRAPHQL_PARSE_FAILED with the message and location of the parser, or
// GRAPHQL_VALIDATION_FAILED for cycles, @defer and @stream, or QUERY_TOO_COMPLEX for all that is over a limit.
func (l Limits) CheckDocument(query string) *gqlerror.Error {
	doc, err := l.parse(query)
	if err != nil {
		return err
	}

	w := documentWalk{fragments: byName(doc.Fragments), shapes: map[*ast.FragmentDefinition]*shape{}}
	var total shape
	var mutations int64
	var roots []ast.SelectionSet
	for _, op := range doc.Operations {
		w.countDirectives(op.Directives)
		w.countVariables(op.VariableDefinitions)
		s := w.selectionSet(op.SelectionSet)
		total = total.plus(s)
		if op.Operation == ast.Mutation {
			mutations = max(mutations, s.fields)
		}
		roots = append(roots, op.SelectionSet)
	}
	for _, fragment := range doc.Fragments {
		// Validation also walks what no operation spreads, so it costs the same.
		if w.shapes[fragment] == nil {
			total = total.plus(w.fragment(fragment, fragment.Position))
			roots = append(roots, fragment.SelectionSet)
		}
	}

	if err := cmp.Or(
		w.refusal,
		tooMany(w.directives, l.Directives, "uses of directives in the document"),
		tooMany(w.aliases, l.Aliases, "aliases in the document"),
		tooMany(total.depth, l.Depth, "levels of fields in the document"),
		tooMany(total.selections, l.Selections, "selections in the document, counted through its fragments"),
		tooMany(mutations, l.RootMutations, "fields at the root of a mutation"),
	); err != nil {
		return err
	}
	for _, root := range roots {
		if err := w.repeats(l.Repeats, place{set: root}); err != nil {
			return err
		}
	}
	return nil
}

// parse returns the document, or the parser's error with a code and without more than echo characters of the query.
func (l Limits) parse(query string) (*ast.QueryDocument, *gqlerror.Error) {
	tokens := l.Tokens
	if tokens <= 0 {
		tokens = -1 // none; the parser takes 0 for no limit
	}
	doc, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: query}, tokens)
	if err == nil {
		return doc, nil
	}
	syntax := gqlerror.WrapIfUnwrapped(err)
	if len(syntax.Locations) == 0 { // only the token limit has no place
		return nil, refuse(codeTooComplex, nil, "tokens in the document: more than %d, at most %[1]d are allowed", l.Tokens)
	}
	syntax.Message = excerpt(syntax.Message)
	errcode.Set(syntax, errcode.ParseFailed)
	return nil, syntax
}

// shape is what a selection set has, counted through fragments.
type shape struct {
	selections int64
	fields     int64 // at its top
	depth      int64
	metaDepth  int64 // its depth within __schema or __type, where ofType adds no level: it only unwraps a type
}

func (s shape) plus(t shape) shape {
	return shape{
		selections: add(s.selections, t.selections),
		fields:     add(s.fields, t.fields),
		depth:      max(s.depth, t.depth),
		metaDepth:  max(s.metaDepth, t.metaDepth),
	}
}

// documentWalk counts; it visits every selection of a document once.
type documentWalk struct {
	fragments  map[string]*ast.FragmentDefinition
	shapes     map[*ast.FragmentDefinition]*shape // nil while the fragment is being walked
	aliases    int64
	directives int64
	refusal    *gqlerror.Error // the first, whatever the counts
}

func (w *documentWalk) selectionSet(set ast.SelectionSet) shape {
	var sum shape
	for _, selection := range set {
		var s shape
		switch selection := selection.(type) {
		case *ast.Field:
			s = w.field(selection)
		case *ast.InlineFragment:
			w.countDirectives(selection.Directives)
			s = w.selectionSet(selection.SelectionSet)
		case *ast.FragmentSpread:
			w.countDirectives(selection.Directives)
			if fragment := w.fragments[selection.Name]; fragment != nil {
				s = w.fragment(fragment, selection.Position)
			}
		}
		s.selections = add(s.selections, 1)
		sum = sum.plus(s)
	}
	return sum
}

// field counts all but the selection that the field is itself.
func (w *documentWalk) field(f *ast.Field) shape {
	w.countDirectives(f.Directives)
	if f.Alias != f.Name {
		w.aliases++
	}
	s := w.selectionSet(f.SelectionSet)
	s.fields = 1
	s.depth = add(s.depth, 1)
	if f.Name != "ofType" {
		s.metaDepth = add(s.metaDepth, 1)
	}
	if f.Name == "__schema" || f.Name == "__type" {
		s.depth = s.metaDepth
	}
	return s
}

// fragment counts a fragment when it is first met, at a place.
func (w *documentWalk) fragment(fragment *ast.FragmentDefinition, at *ast.Position) shape {
	if s, isKnown := w.shapes[fragment]; s != nil {
		return *s
	} else if isKnown {
		w.refusal = cmp.Or(w.refusal, refuse(errcode.ValidationFailed, at,
			"fragment %q spreads itself, directly or through others", excerpt(fragment.Name)))
		return shape{}
	}
	w.shapes[fragment] = nil
	w.countDirectives(fragment.Directives)
	w.countVariables(fragment.VariableDefinition)
	s := w.selectionSet(fragment.SelectionSet)
	w.shapes[fragment] = &s
	return s
}

func (w *documentWalk) countVariables(variables ast.VariableDefinitionList) {
	for _, variable := range variables {
		w.countDirectives(variable.Directives)
	}
}

func (w *documentWalk) countDirectives(directives ast.DirectiveList) {
	w.directives = add(w.directives, int64(len(directives)))
	for _, d := range directives {
		if d.Name == "defer" || d.Name == "stream" {
			w.refusal = cmp.Or(w.refusal, refuse(errcode.ValidationFailed, d.Position,
				"@%s is not supported, an answer comes in one piece: ask without it", d.Name))
		}
	}
}

// place is a selection set and how many inline fragments stand around it in the text.
type place struct {
	set    ast.SelectionSet
	inline int
}

// repeats refuses a response name that is selected too often in sets that answer together. Within inline fragments a
// selection counts once more for each, as validation compares it anew in each. Fragments are expanded: the document
// must have few selections and no cycles.
func (w *documentWalk) repeats(limit int, places ...place) *gqlerror.Error {
	counts, below := map[string]int{}, map[string][]place{}
	var collect func(ast.SelectionSet, int)
	collect = func(set ast.SelectionSet, inline int) {
		for _, selection := range set {
			switch selection := selection.(type) {
			case *ast.Field:
				counts[selection.Alias] += 1 + inline
				below[selection.Alias] = append(below[selection.Alias], place{selection.SelectionSet, inline})
			case *ast.InlineFragment:
				collect(selection.SelectionSet, inline+1)
			case *ast.FragmentSpread:
				if fragment := w.fragments[selection.Name]; fragment != nil {
					collect(fragment.SelectionSet, 0)
				}
			}
		}
	}
	for _, p := range places {
		collect(p.set, p.inline)
	}
	for _, name := range slices.Sorted(maps.Keys(below)) {
		if counts[name] > limit {
			return refuse(codeTooComplex, nil, "selections of %q at one place: %d, at most %d are allowed",
				excerpt(name), counts[name], limit)
		}
		if err := w.repeats(limit, below[name]...); err != nil {
			return err
		}
	}
	return nil
}

// byName returns the first fragment of each name, as validation does.
func byName(fragments ast.FragmentDefinitionList) map[string]*ast.FragmentDefinition {
	named := make(map[string]*ast.FragmentDefinition, len(fragments))
	for _, fragment := range fragments {
		if named[fragment.Name] == nil {
			named[fragment.Name] = fragment
		}
	}
	return named
}

// clamp makes a count of any number; add and times want counts and return one.
func clamp(n int64) int64    { return min(max(n, 0), ceiling) }
func add(a, b int64) int64   { return min(a+b, ceiling) }
func times(a, b int64) int64 { return min(a*b, ceiling) }

// tooMany is nil for a count within its limit.
func tooMany(count int64, limit int, what string) *gqlerror.Error {
	switch {
	case count >= ceiling:
		return refuse(codeTooComplex, nil, "%s: %d or more, at most %d are allowed", what, count, limit)
	case count > int64(limit):
		return refuse(codeTooComplex, nil, "%s: %d, at most %d are allowed", what, count, limit)
	}
	return nil
}

// refuse builds an error; at may be nil.
func refuse(code string, at *ast.Position, format string, args ...any) *gqlerror.Error {
	err := gqlerror.Errorf(format, args...)
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	errcode.Set(err, code)
	return err
}

// excerpt is the beginning of a client's text, valid UTF-8 and at most echo characters long.
func excerpt(text string) string {
	cut := fmt.Sprintf("%.*s", echo, text)
	if len(cut) < len(text) {
		cut += "…"
	}
	return strings.ToValidUTF8(cut, "\uFFFD")
}
