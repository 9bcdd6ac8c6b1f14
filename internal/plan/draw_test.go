package plan_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"bettertogether/graph"
	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// drawer draws operations of the public schema: what a role guards, introspection and other editions are left out.
type drawer struct {
	schema *ast.Schema
	ids    []string
	slugs  map[content.Kind][]string
	words  []string
}

func newDrawer(v *edition.View) *drawer {
	d := &drawer{schema: graph.New(graph.Resolver{}).Schema(), slugs: map[content.Kind][]string{}}
	v.Each(func(e edition.Entry) {
		d.ids = append(d.ids, string(e.ID()))
		d.slugs[e.Kind()] = append(d.slugs[e.Kind()], e.Common().Slug)
		if fields := strings.Fields(e.Label()); len(d.words) < 200 {
			d.words = append(d.words, fields[len(fields)-1])
		}
	})
	return d
}

// drawing is one operation while it is drawn.
type drawing struct {
	*drawer
	*rand.Rand
	variables map[string]any
	declared  []string
	fragments []string
	fields    int
	aliases   int
}

// mostFields is about how many fields an operation has.
const mostFields = 60

func (d *drawer) operation(r *rand.Rand) (string, map[string]any) {
	o := &drawing{drawer: d, Rand: r, variables: map[string]any{}}
	set := o.set(d.schema.Query, 0)
	text := "query"
	if len(o.declared) > 0 {
		text += " (" + strings.Join(o.declared, ", ") + ")"
	}
	// As a client sends them: numbers are numbers of JSON.
	raw, err := json.Marshal(o.variables)
	if err != nil {
		panic(err)
	}
	variables := map[string]any{}
	in := json.NewDecoder(strings.NewReader(string(raw)))
	in.UseNumber()
	if err := in.Decode(&variables); err != nil {
		panic(err)
	}
	return text + " " + set + "\n" + strings.Join(o.fragments, "\n"), variables
}

func (o *drawing) chance(percent int) bool { return o.IntN(100) < percent }

func pick[T any](o *drawing, from []T) T { return from[o.IntN(len(from))] }

// set draws a selection on a type.
func (o *drawing) set(of *ast.Definition, depth int) string {
	var parts []string
	want := 1 + o.IntN(5)
	if depth == 0 {
		want = 1 + o.IntN(3)
	}
	public := o.public(of, depth)
	for range want {
		switch {
		case o.chance(8) && depth > 0 || len(public) == 0:
			parts = append(parts, o.alias()+"__typename"+o.directives())
		case o.chance(12) && depth > 0:
			parts = append(parts, o.fragment(of, depth))
		default:
			parts = append(parts, o.field(pick(o, public), depth))
		}
	}
	if of.IsAbstractType() { // something of what is really there
		for range 1 + o.IntN(2) {
			parts = append(parts, o.fragment(of, depth))
		}
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// public are the fields that anybody may ask for; near the end only those without fields of their own.
func (o *drawing) public(of *ast.Definition, depth int) []*ast.FieldDefinition {
	var all, leaves []*ast.FieldDefinition
	for _, f := range of.Fields {
		if f.Directives.ForName("role") != nil || strings.HasPrefix(f.Name, "__") {
			continue
		}
		all = append(all, f)
		if o.schema.Types[f.Type.Name()].IsLeafType() {
			leaves = append(leaves, f)
		}
	}
	if (depth > 6 || o.fields > mostFields) && len(leaves) > 0 {
		return leaves
	}
	return all
}

func (o *drawing) fragment(of *ast.Definition, depth int) string {
	on := of
	if possible := o.schema.GetPossibleTypes(of); of.IsAbstractType() && o.chance(85) {
		on = pick(o, possible)
	} else if interfaces := of.Interfaces; len(interfaces) > 0 && o.chance(50) {
		on = o.schema.Types[pick(o, interfaces)]
	}
	set := o.set(on, depth+1)
	if o.chance(40) {
		name := fmt.Sprint("F", len(o.fragments))
		o.fragments = append(o.fragments, "fragment "+name+" on "+on.Name+" "+set)
		return "..." + name + o.directives()
	}
	condition := " on " + on.Name
	if on == of && o.chance(50) {
		condition = ""
	}
	return "..." + condition + o.directives() + " " + set
}

func (o *drawing) field(f *ast.FieldDefinition, depth int) string {
	o.fields++
	text := f.Name
	alias := ""
	if len(f.Arguments) > 0 || o.chance(20) {
		alias = o.alias()
	}
	var args []string
	for _, a := range f.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil || o.chance(o.interest(f, a)) {
			args = append(args, a.Name+": "+o.argument(f, a))
		}
	}
	if len(args) > 0 {
		text += "(" + strings.Join(args, ", ") + ")"
	}
	text = alias + text + o.directives()
	if of := o.schema.Types[f.Type.Name()]; !of.IsLeafType() {
		text += " " + o.set(of, depth+1)
	}
	return text
}

// interest is how often an argument is given that need not be.
func (o *drawing) interest(f *ast.FieldDefinition, a *ast.ArgumentDefinition) int {
	switch a.Name {
	case "slug":
		if f.Arguments.ForName("id") != nil {
			return 90
		}
	case "id":
		return 5
	case "first":
		return 60
	case "last", "before", "after":
		return 4
	}
	return 20
}

func (o *drawing) alias() string {
	o.aliases++
	return fmt.Sprint("a", o.aliases, ": ")
}

func (o *drawing) directives() string {
	if !o.chance(10) {
		return ""
	}
	name, value := pick(o, []string{"skip", "include"}), fmt.Sprint(o.chance(50))
	if o.chance(60) {
		value = o.variable("Boolean!", o.chance(60))
	}
	return " @" + name + "(if: " + value + ")"
}

func (o *drawing) variable(kind string, value any) string {
	name := fmt.Sprint("v", len(o.declared))
	o.declared = append(o.declared, "$"+name+": "+kind)
	o.variables[name] = value
	return "$" + name
}

func (o *drawing) argument(f *ast.FieldDefinition, a *ast.ArgumentDefinition) string {
	value := o.value(a.Type, a.Name, f, 0)
	if o.chance(40) {
		return o.variable(a.Type.String(), value)
	}
	return o.literal(a.Type, value)
}

// value draws a value in the form of JSON.
func (o *drawing) value(t *ast.Type, name string, f *ast.FieldDefinition, depth int) any {
	if !t.NonNull && o.chance(4) {
		return nil
	}
	if t.Elem != nil {
		list := []any{}
		for range o.IntN(3) {
			list = append(list, o.value(t.Elem, name, f, depth))
		}
		return list
	}
	of := o.schema.Types[t.NamedType]
	switch of.Kind {
	case ast.Enum:
		return pick(o, of.EnumValues).Name
	case ast.InputObject:
		object := map[string]any{}
		for _, field := range of.Fields {
			if field.Type.NonNull && field.DefaultValue == nil || depth < 2 && o.chance(25) {
				object[field.Name] = o.value(field.Type, field.Name, f, depth+1)
			}
		}
		return object
	}
	switch t.NamedType {
	case "Int":
		if o.chance(3) {
			return -1
		}
		return o.IntN(6)
	case "Float":
		return float64(o.IntN(100)) / 8
	case "Boolean":
		return o.chance(50)
	case "ID":
		if o.chance(50) && name != "id" {
			return pick(o, o.slugs[content.ID(pick(o, o.ids)).Kind()])
		}
		return pick(o, o.ids)
	case "DateTime":
		return fmt.Sprintf("20%d-05-01T12:00:00Z", 10+o.IntN(18))
	case "PartialDate":
		return pick(o, []string{"2021", "2022-03", "2023-11-05", "nonsense"})
	case "RegionCode":
		return pick(o, []string{"US", "US-CA", "US-NY", "US-TX"})
	case "Locale":
		return pick(o, []string{"en", "es"})
	}
	if name == "slug" {
		if kind := content.Kind(strings.ToLower(f.Type.Name())); len(o.slugs[kind]) > 0 && o.chance(90) {
			return pick(o, o.slugs[kind])
		}
		if f.Type.Name() == "CaseStudy" && o.chance(90) {
			return pick(o, o.slugs[content.KindCaseStudy])
		}
	}
	return pick(o, o.words)
}

// literal spells a value in GraphQL.
func (o *drawing) literal(t *ast.Type, value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case []any:
		var parts []string
		for _, one := range v {
			parts = append(parts, o.literal(t.Elem, one))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		var parts []string
		of := o.schema.Types[t.NamedType]
		for _, field := range of.Fields {
			if one, ok := v[field.Name]; ok {
				parts = append(parts, field.Name+": "+o.literal(field.Type, one))
			}
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case string:
		if o.schema.Types[t.NamedType].Kind == ast.Enum {
			return v
		}
		text, _ := json.Marshal(v)
		return string(text)
	}
	return fmt.Sprint(value)
}
