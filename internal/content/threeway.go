package content

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Patch copies the named fields of one entry, as JSON spells them, onto another of the same kind, which must be the caller's
// own. A name that the kind does not have is passed over.
func Patch(onto, from Entry, fields []string) {
	complete(reflect.ValueOf(onto).Elem())
	eachField(reflect.ValueOf(onto).Elem(), func(name string, v reflect.Value) {
		if slices.Contains(fields, name) {
			v.Set(fieldNamed(reflect.ValueOf(from).Elem(), name))
		}
	})
}

// FieldNames are the fields of a kind as JSON spells them, in the order of its struct.
func FieldNames(kind Kind) []string {
	var names []string
	eachField(reflect.ValueOf(New(kind)).Elem(), func(name string, _ reflect.Value) { names = append(names, name) })
	return names
}

// complete gives a struct the parts that it does not have.
func complete(v reflect.Value) {
	for i := range v.NumField() {
		part := v.Field(i)
		if !v.Type().Field(i).Anonymous {
			continue
		}
		if part.Kind() == reflect.Pointer {
			if part.IsNil() {
				part.Set(reflect.New(part.Type().Elem()))
			}
			part = part.Elem()
		}
		complete(part)
	}
}

func eachField(v reflect.Value, visit func(name string, v reflect.Value)) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Anonymous {
			part := reflect.Indirect(v.Field(i))
			if !part.IsValid() { // nobody can set what is not there
				part = reflect.Zero(field.Type.Elem())
			}
			eachField(part, visit)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		visit(name, v.Field(i))
	}
}

func fieldNamed(v reflect.Value, wanted string) (found reflect.Value) {
	eachField(v, func(name string, v reflect.Value) {
		if name == wanted {
			found = v
		}
	})
	return found
}

// FieldChange is a field that differs between two revisions. The values are JSON; empty is none.
type FieldChange struct {
	Field, Before, After string
}

// Changes are the fields in which an entry differs from what it was, in the order of its struct; before may be nil.
func Changes(before, after Entry) ([]FieldChange, error) {
	var sides [2]map[string]jsontext.Value
	for i, e := range []Entry{before, after} {
		if e == nil {
			continue
		}
		body, err := Encode(e)
		if err != nil {
			return nil, err
		}
		if err := json.Unmarshal(body, &sides[i]); err != nil {
			return nil, fmt.Errorf("compare: %w", err)
		}
	}
	var changes []FieldChange
	for _, name := range FieldNames(after.Kind()) {
		if b, a := sides[0][name], sides[1][name]; !bytes.Equal(b, a) {
			changes = append(changes, FieldChange{name, string(b), string(a)})
		}
	}
	return changes, nil
}

// Conflict is what two editors changed in different ways since the same revision: a field, or an item of a list. The values
// are JSON; null is none.
type Conflict struct {
	// Path is the field, and behind it an item's key.
	Path               []string
	Base, Theirs, Mine jsontext.Value
}

// Threeway is an edit that began at a revision which is no longer the newest.
type Threeway struct {
	Base, Theirs, Mine Entry
	// Whole are lists that are meant as they stand: any other change to one of them is a conflict.
	Whole []string
}

// Merge brings what changed from Base to Mine onto Theirs. The units are the fields, and in a list its items; the same change
// twice is none. Where both changed a unit in different ways, Theirs stays and the conflict is told.
func (w Threeway) Merge() (Entry, []Conflict, error) {
	var sides [3]map[string]jsontext.Value
	for i, e := range []Entry{w.Base, w.Theirs, w.Mine} {
		body, err := Encode(e)
		if err != nil {
			return nil, nil, err
		}
		if err := json.Unmarshal(body, &sides[i]); err != nil {
			return nil, nil, fmt.Errorf("merge: %w", err)
		}
	}
	base, theirs, mine := sides[0], sides[1], sides[2]
	var conflicts []Conflict
	for _, name := range FieldNames(w.Mine.Kind()) {
		b, t, m := base[name], theirs[name], mine[name]
		merged, isSettled := settle(b, t, m)
		if !isSettled {
			keys, isList := itemKeys[name]
			if !isList || slices.Contains(w.Whole, name) {
				conflicts = append(conflicts, Conflict{[]string{name}, b, t, m})
				continue // as theirs has it
			}
			l := listMerge{name: name, keys: keys}
			var err error
			if merged, err = l.merge(b, t, m); err != nil {
				return nil, nil, err
			}
			conflicts = append(conflicts, l.conflicts...)
		}
		if theirs[name] = merged; merged == nil {
			delete(theirs, name)
		}
	}
	body, err := json.Marshal(theirs)
	if err != nil {
		return nil, nil, fmt.Errorf("merge: %w", err)
	}
	merged, err := Decode(w.Mine.Kind(), Shape, body)
	return merged, conflicts, err
}

// settle decides what needs no list to be looked into: nobody, or only one side, changed it, or both in the same way.
func settle(base, theirs, mine jsontext.Value) (jsontext.Value, bool) {
	switch {
	case bytes.Equal(mine, base), bytes.Equal(mine, theirs):
		return theirs, true
	case bytes.Equal(theirs, base):
		return mine, true
	}
	return nil, false
}

// itemKeys says by which members an item of a list is known; none: the item is its own key.
var itemKeys = map[string][]string{
	"identifiers": {"scheme", "source", "value"}, "sources": {"url", "title"}, "notes": {"kind", "text"},
	"appearances": {"speaker", "role", "roleAsPrinted"}, "credits": {"speaker", "role", "roleAsPrinted"}, "contributors": {"speaker"},
	"recordings": {"url"}, "images": {"url"}, "links": {"url"}, "aliases": {"value", "language"},
	"affiliations": {"organization", "title"}, "partners": {"organization", "role"}, "items": {"entry"},
	"outcomes": {"measure", "label"}, "credentials": {"name"}, "evidence": {"url", "episode", "seconds"},
	"resources": nil, "topics": nil, "hosts": nil, "organizers": nil, "successors": nil, "related": nil, "authors": nil,
	"publishers": nil, "broader": nil, "strategies": nil, "populations": nil, "regions": nil, "episodes": nil, "pinned": nil,
	"allowedOrigins": nil,
}

// listMerge merges one list item by item.
type listMerge struct {
	name      string
	keys      []string
	conflicts []Conflict
}

// items are the items of one side by key, in order.
type items struct {
	order []string
	by    map[string]jsontext.Value
}

func (l *listMerge) merge(base, theirs, mine jsontext.Value) (jsontext.Value, error) {
	var sides [3]items
	for i, raw := range []jsontext.Value{base, theirs, mine} {
		var err error
		if sides[i], err = l.read(raw); err != nil {
			return nil, err
		}
	}
	b, t, m := sides[0], sides[1], sides[2]
	merged, seen := map[string]jsontext.Value{}, map[string]bool{}
	for _, key := range slices.Concat(t.order, m.order, b.order) {
		if seen[key] {
			continue
		}
		seen[key] = true
		item, isSettled := settle(b.by[key], t.by[key], m.by[key])
		if !isSettled {
			l.conflicts = append(l.conflicts, Conflict{[]string{l.name, key}, b.by[key], t.by[key], m.by[key]})
			item = t.by[key]
		}
		if item != nil {
			merged[key] = item
		}
	}
	if len(merged) == 0 {
		return nil, nil
	}
	order, ok := mergeOrder(b.order, t.order, m.order)
	if !ok {
		l.conflicts = []Conflict{{[]string{l.name}, base, theirs, mine}}
		return theirs, nil
	}
	var all []jsontext.Value
	for _, key := range order {
		if item := merged[key]; item != nil {
			all = append(all, item)
		}
	}
	out, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("merge %s: %w", l.name, err)
	}
	return out, nil
}

// read splits a list. A key that comes again counts on.
func (l *listMerge) read(raw jsontext.Value) (items, error) {
	side := items{by: map[string]jsontext.Value{}}
	if raw == nil {
		return side, nil
	}
	var all []jsontext.Value
	if err := json.Unmarshal(raw, &all); err != nil {
		return side, fmt.Errorf("merge %s: %w", l.name, err)
	}
	for _, item := range all {
		key := ""
		if l.keys == nil {
			if err := json.Unmarshal(item, &key); err != nil {
				return side, fmt.Errorf("merge %s: %w", l.name, err)
			}
		} else {
			var members map[string]any
			if err := json.Unmarshal(item, &members); err != nil {
				return side, fmt.Errorf("merge %s: %w", l.name, err)
			}
			var parts []string
			for _, k := range l.keys {
				if v, ok := members[k]; ok {
					parts = append(parts, fmt.Sprint(v))
				}
			}
			key = strings.Join(parts, " ")
		}
		for n, plain := 2, key; side.by[key] != nil; n++ {
			key = fmt.Sprint(plain, " (", n, ")")
		}
		side.order = append(side.order, key)
		side.by[key] = item
	}
	return side, nil
}

// mergeOrder puts the keys of both sides into one order: that of the side that moved items, the other's new ones behind their
// neighbours. False when both moved items, and not alike.
func mergeOrder(base, theirs, mine []string) ([]string, bool) {
	common := func(order []string) []string {
		return slices.DeleteFunc(slices.Clone(order), func(key string) bool {
			return !slices.Contains(base, key) || !slices.Contains(theirs, key) || !slices.Contains(mine, key)
		})
	}
	was, is, wanted := common(base), common(theirs), common(mine)
	lead, other := theirs, mine
	if !slices.Equal(wanted, was) {
		if !slices.Equal(is, was) && !slices.Equal(is, wanted) {
			return nil, false
		}
		lead, other = mine, theirs
	}
	order := slices.Clone(lead)
	for i, key := range other {
		if slices.Contains(order, key) {
			continue
		}
		at := 0
		if i > 0 {
			at = slices.Index(order, other[i-1]) + 1
		}
		order = slices.Insert(order, at, key)
	}
	return order, true
}
