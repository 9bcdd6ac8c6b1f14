package content

import (
	"reflect"
	"testing"
	"time"
	"unsafe"
)

// What lies on the ground points at nothing that the collector could free.
func TestWhatIsReadForGoodStandsOnItsOwn(t *testing.T) {
	words := &Words{AreForGood: true}
	decoders := []*Decoder{{Words: words}, {Words: words}}
	for round := range 50 { // the first ones share no lists
		eachKind(t, func(t *testing.T, kind Kind) {
			want := full(t, kind)
			e, err := decoders[round%len(decoders)].Decode(kind, Shape, encoded(t, want))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(e, want) {
				t.Errorf("read as %s", encoded(t, e))
			}
			standsOnGround(t, string(kind), reflect.ValueOf(e))
		})
	}
	// A zone would be a value of its own: the library reads such an instant, into memory of its own.
	e, err := decoders[0].Decode(KindEpisode, Shape, `{"recordings":[{"kind":"VIDEO","url":"","publishedAt":"2026-01-01T02:00:00.5+02:00"}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if isOnGround(reflect.ValueOf(e).UnsafePointer()) {
		t.Error("an instant with a zone lies on the ground, its zone does not")
	}
}

func TestWhatIsHeldIsWhatItWas(t *testing.T) {
	for rank, kind := range Kinds() {
		e := full(t, kind)
		if held := HeldAs(e).Entry(uint8(rank)); held != e {
			t.Errorf("a %s is held as a %s", kind, held.Kind())
		}
	}
	if HeldAs(nil).Entry(1) != nil {
		t.Error("nothing is held as something")
	}
}

func standsOnGround(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	var at unsafe.Pointer
	switch v.Kind() {
	case reflect.String:
		if v.Len() > 0 {
			at = unsafe.Pointer(unsafe.StringData(v.String()))
		}
	case reflect.Slice:
		at = v.UnsafePointer()
		for i := range v.Len() {
			standsOnGround(t, path+"[]", v.Index(i))
		}
	case reflect.Pointer:
		at = v.UnsafePointer()
		if !v.IsNil() {
			standsOnGround(t, path, v.Elem())
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			if zone := v.FieldByName("loc"); !zone.IsNil() {
				t.Errorf("%s has a zone", path)
			}
			return
		}
		for i := range v.NumField() {
			standsOnGround(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Bool, reflect.Int32, reflect.Float64:
	default:
		t.Errorf("%s is a %s: does it point anywhere?", path, v.Kind())
	}
	if at != nil && !isOnGround(at) {
		t.Errorf("%s points elsewhere", path)
	}
}
