package content

import (
	"fmt"
	"reflect"
	"slices"
)

// Resolve returns an entry with survivors in the place of the entries that they absorbed, and items that become the same by
// that folded into the first of them. An entry that points at nothing absorbed is returned as it is.
func Resolve(e Entry, survivor func(ID) ID) (Entry, error) {
	found := false
	e.Links(func(l Link) { found = found || survivor(l.To) != l.To })
	if !found {
		return e, nil
	}
	resolved, err := Clone(e)
	if err != nil {
		return nil, fmt.Errorf("resolve: %w", err)
	}
	f := fold{}
	Relink(resolved, func(l Link) ID {
		to := survivor(l.To)
		if to != l.To {
			f[place{l.Field, l.Position}] = true
		}
		return to
	})
	f.lists(reflect.ValueOf(resolved).Elem())
	return resolved, nil
}

type place struct {
	field    string
	position int
}

// fold has the items whose link was resolved.
type fold map[place]bool

// lists folds every list of a struct.
func (f fold) lists(v reflect.Value) {
	eachField(v, func(name string, v reflect.Value) {
		switch ids, isIDs := v.Interface().([]ID); {
		case !v.CanSet(): // of a part that is not there
		case isIDs:
			v.Set(reflect.ValueOf(distinct(ids)))
		case name == "filter":
			f.lists(v)
		case v.Kind() == reflect.Slice && slices.ContainsFunc(itemKeys[name], func(k string) bool { return k == "speaker" || k == "organization" || k == "entry" }):
			f.items(name, v)
		}
	})
}

// items folds the items of a list that have the same key, where a link of either was resolved.
func (f fold) items(name string, list reflect.Value) {
	type kept struct{ from, to int }
	first := map[string]kept{}
	n := 0
	for i := range list.Len() {
		item := list.Index(i)
		if orgs := fieldNamed(item, "creditedOrganizations"); orgs.IsValid() && orgs.CanSet() {
			orgs.Set(reflect.ValueOf(distinct(orgs.Interface().([]ID))))
		}
		key := ""
		for _, k := range itemKeys[name] {
			key += fmt.Sprint(fieldNamed(item, k), "\x00")
		}
		if before, doubled := first[key]; doubled && (f[place{name, i}] || f[place{name, before.from}]) {
			join(list.Index(before.to), item)
			continue
		}
		first[key] = kept{i, n}
		list.Index(n).Set(item)
		n++
	}
	list.SetLen(n)
}

// join adds the lists of one item to those of another.
func join(onto, item reflect.Value) {
	for i := range onto.NumField() {
		switch more := item.Field(i).Interface().(type) {
		case []ID:
			onto.Field(i).Set(reflect.ValueOf(distinct(slices.Concat(onto.Field(i).Interface().([]ID), more))))
		case []Source:
			onto.Field(i).Set(reflect.ValueOf(distinct(slices.Concat(onto.Field(i).Interface().([]Source), more))))
		default:
			if !item.Type().Field(i).Anonymous {
				continue
			}
			for _, part := range []reflect.Value{onto.Field(i), item.Field(i)} {
				if part.IsNil() {
					part.Set(reflect.New(part.Type().Elem()))
				}
			}
			join(onto.Field(i).Elem(), item.Field(i).Elem())
		}
	}
}

// distinct drops repetitions, keeping the first of each.
func distinct[T comparable](all []T) []T {
	seen := make(map[T]bool, len(all))
	return slices.DeleteFunc(slices.Clone(all), func(v T) bool {
		again := seen[v]
		seen[v] = true
		return again
	})
}
