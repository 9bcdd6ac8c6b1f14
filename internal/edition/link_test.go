package edition

import (
	"reflect"
	"testing"

	"bettertogether/internal/content"
)

// A link by a field that has no number would stop the hub.
func TestEveryLinkOfAnEntryHasAWay(t *testing.T) {
	if len(ways) > 64 {
		t.Errorf("%d ways are no set in a word", len(ways))
	}
	met := map[way]bool{}
	for _, kind := range kinds {
		e := content.New(kind)
		fill(reflect.ValueOf(e).Elem())
		e.Links(func(l content.Link) {
			if _, ok := wayOf(kind, l.Field); !ok {
				t.Errorf("%s points by %s, which has no way", kind, l.Field)
			}
			met[way{kind, l.Field}] = true
		})
	}
	for _, w := range ways {
		if !met[w] {
			t.Errorf("no %s points by %s", w.kind, w.field)
		}
	}
}

// fill gives every id of a struct a value, and every list an item.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("x")
	}
}
