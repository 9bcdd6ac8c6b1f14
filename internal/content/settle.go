package content

import (
	"reflect"
	"runtime"
	"time"
)

// Settled is an entry on the ground that is equal to one, or that one where it lies there, or cannot: then it stays where it is. What
// of it lies on the ground already, the two share. It is nil for nil.
func Settled(e Entry) Entry {
	if e == nil {
		return nil
	}
	v := reflect.ValueOf(e)
	if isOnGround(v.UnsafePointer()) {
		return e
	}
	settled := onGroundLike(v.Elem())
	if !toGround(settled) {
		Hold(e.Common()) // its base is where an entry begins
		return e
	}
	runtime.KeepAlive(e)
	return settled.Addr().Interface().(Entry)
}

// onGroundLike is a copy of a value on the ground. What it points at has not moved yet.
func onGroundLike(v reflect.Value) reflect.Value {
	c := reflect.NewAt(v.Type(), onGround(v.Type().Size())).Elem()
	c.Set(v)
	return c
}

// toGround moves what a value points at to the ground; false where it cannot.
func toGround(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		v.SetString(TextForGood(v.String()))
	case reflect.Pointer:
		if v.IsNil() || isOnGround(v.UnsafePointer()) {
			return true
		}
		v.Set(onGroundLike(v.Elem()).Addr())
		return toGround(v.Elem())
	case reflect.Slice:
		if v.Len() == 0 || isOnGround(v.UnsafePointer()) {
			return true
		}
		items := reflect.SliceAt(v.Type().Elem(), onGround(uintptr(v.Len())*v.Type().Elem().Size()), v.Len()) //nolint:gosec // it is positive
		reflect.Copy(items, v)
		v.Set(items)
		for i := range v.Len() {
			if !toGround(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		switch value := v.Addr().Interface().(type) {
		case *time.Time:
			return value.Location() == time.UTC // a zone would be a value of its own
		case *Text:
			value.source = TextForGood(value.source)
			return true
		}
		for i := range v.NumField() {
			if !toGround(v.Field(i)) {
				return false
			}
		}
	}
	return true
}
