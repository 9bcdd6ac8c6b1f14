package content

import (
	"reflect"
	"slices"
	"strings"
)

// Forget takes every item that names an entry out of another, which must be the caller's own: appearances, credits,
// contributors, authors, items of toolkits. It tells from which fields. What a listing filters by stays: without it the list
// would show more.
func Forget(e Entry, id ID) []string {
	var fields []string
	eachField(reflect.ValueOf(e).Elem(), func(name string, list reflect.Value) {
		if list.Kind() != reflect.Slice {
			return
		}
		n := 0
		for i := range list.Len() {
			if !names(list.Index(i), id) {
				list.Index(n).Set(list.Index(i))
				n++
			}
		}
		if n < list.Len() {
			fields = append(fields, name)
			if list.SetLen(n); n == 0 {
				list.SetZero()
			}
		}
	})
	return fields
}

// names tells whether an item is an id, or holds it in a field of its own.
func names(item reflect.Value, id ID) bool {
	if found, ok := item.Interface().(ID); ok {
		return found == id
	}
	if item.Kind() != reflect.Struct {
		return false
	}
	for i := range item.NumField() {
		if found, ok := item.Field(i).Interface().(ID); ok && found == id {
			return true
		}
	}
	return false
}

// Mentions are the fields of an entry whose texts hold one of the words, whatever their case.
func Mentions(e Entry, words []string) []string {
	var fields []string
	walk(reflect.ValueOf(e).Elem(), "", func(path string, v reflect.Value) {
		text := ""
		if t, ok := v.Addr().Interface().(*Text); ok {
			text = t.source
		} else if v.Kind() == reflect.String {
			text = v.String()
		}
		text = strings.ToLower(text)
		if slices.ContainsFunc(words, func(w string) bool { return w != "" && strings.Contains(text, strings.ToLower(w)) }) {
			fields = append(fields, path)
		}
	})
	return fields
}
