package content

import (
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// sharedOf reads a struct that others embed as a pointer: a part, whose members stand among theirs. Where none does, it is nil.
//
// Decoders that share words make one of all parts that are written alike: who reads a hub reads each of them once, and steps over it
// when it comes again. A Decoder without Words gives each entry its own.
func sharedOf(t reflect.Type) reader {
	members, names := membersOf(t, nil), namesOf(t)
	seeds := newSeeds() // of its own: parts of two types never have the same mark
	return func(d *Decoder, v reflect.Value) bool {
		raw, ok := d.passed(names)
		if raw == "" {
			return ok
		}
		return d.share(v, markWith(seeds, raw), func() (reflect.Value, bool) { return d.part(t, members, raw) })
	}
}

// orNone is what a part says, and nothing where there is none.
func orNone[T any](part *T) (said T) {
	if part != nil {
		said = *part
	}
	return said
}

// ownOf gives who holds a part one that nobody else has, equal to it, to be changed.
func ownOf[T any](held **T) *T {
	part := orNone(*held)
	*held = &part
	return &part
}

// sharedPointerTo reads a struct behind a pointer as sharedOf does: one that many entries write alike.
func sharedPointerTo(t reflect.Type) reader {
	read, seeds := readerOf(t), newSeeds()
	return func(d *Decoder, v reflect.Value) bool {
		from := d.rest
		if !d.pass() {
			return false
		}
		rest := d.rest
		defer func() { d.rest = rest }()
		raw := from[:len(from)-len(rest)]
		return d.share(v, markWith(seeds, raw), func() (reflect.Value, bool) {
			one := d.room(t).one()
			d.rest = raw
			return one, read(d, one.Elem()) && d.rest == ""
		})
	}
}

// share makes a pointer one of all that have a mark, if the Decoder has Words.
func (d *Decoder) share(v reflect.Value, m mark, read func() (reflect.Value, bool)) bool {
	if d.Words == nil {
		one, ok := read()
		v.Set(one)
		return ok
	}
	one, ok := shared(&d.Words.parts[d.depth], m, func() (any, bool) {
		d.depth++
		defer func() { d.depth-- }()
		one, ok := read()
		return one.Interface(), ok
	})
	if ok {
		v.Set(reflect.ValueOf(one))
	}
	return ok
}

// part reads a part from its members.
func (d *Decoder) part(t reflect.Type, members []member, raw string) (reflect.Value, bool) {
	rest, part := d.rest, d.room(t).one()
	d.rest = raw
	ok := d.fields(part.Elem(), members) && d.rest == ""
	d.rest = rest
	return part, ok
}

// passed steps over members that stand one behind the other, and returns them as they are written, with the commas between them.
func (d *Decoder) passed(names []string) (raw string, ok bool) {
	from := d.rest
	for _, name := range names {
		if !d.take(name) {
			continue
		}
		if !d.pass() {
			return "", false
		}
		raw = from[:len(from)-len(d.rest)]
		if !d.take(",") {
			break
		}
	}
	d.rest = from[len(raw):]
	return raw, true
}

// pass steps over what may be a value. Whether it is one shows when it is read.
func (d *Decoder) pass() bool {
	for depth := 0; d.rest != ""; {
		switch c := d.rest[0]; {
		case c == '"':
			if _, ok := d.quoted(); !ok || depth == 0 {
				return ok
			}
			continue
		case c == '[' || c == '{':
			depth++
		case depth == 0 && (c == ',' || c == '}'): // behind a number
			return true
		case c == ']' || c == '}':
			depth--
			if depth == 0 {
				d.rest = d.rest[1:]
				return true
			}
		}
		d.rest = d.rest[1:]
	}
	return false
}

// isAlwaysWritten tells whether Encode leaves no part of a type out.
func isAlwaysWritten(t reflect.Type) bool {
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return !strings.Contains(f.Tag.Get("json"), ",omit")
	})
}

// isWhole tells whether a struct has all parts that are always written.
func isWhole(v reflect.Value, members []member) bool {
	for i := range members {
		if m := &members[i]; m.isNeverNil && v.FieldByIndex(m.index).IsNil() {
			return false
		}
	}
	return true
}

// shelf has some of the values that decoders share, each at the place that its mark says or at one behind it. A large hub has half a
// million: a map would look at several places of memory for each.
type shelf[T any] struct {
	mu     sync.Mutex
	places []shelved[T]
	taken  int
}

// mark is a hash of a value as it is written, wide enough that no two have the same, nor any none.
type mark [2]uint64

func markWith(seeds [2]maphash.Seed, raw string) mark {
	return mark{maphash.String(seeds[0], raw), maphash.String(seeds[1], raw)}
}

// shelved is a value with its mark, which is zero in a place that is free.
type shelved[T any] struct {
	mark mark
	one  T
}

// shared returns the value with a mark. Who asks first reads it, while the others wait; none holds another one of its shelves.
func shared[T any](shelves *[64]shelf[T], m mark, read func() (T, bool)) (T, bool) {
	s := &shelves[m[1]%uint64(len(shelves))]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.grow()
	place := s.place(m)
	if place.mark == m {
		return place.one, true
	}
	one, ok := read()
	if ok {
		*place = shelved[T]{m, one}
		s.taken++
	}
	return one, ok
}

// place is where the value with a mark stands or belongs.
func (s *shelf[T]) place(m mark) *shelved[T] {
	for i := m[0]; ; i++ {
		if place := &s.places[i%uint64(len(s.places))]; place.mark == (mark{}) || place.mark == m {
			return place
		}
	}
}

// grow keeps a third of the places free.
func (s *shelf[T]) grow() {
	if 3*s.taken < 2*len(s.places) {
		return
	}
	before := s.places
	s.places = make([]shelved[T], max(16, 2*len(before)))
	for _, one := range before {
		if one.mark != (mark{}) {
			*s.place(one.mark) = one
		}
	}
}
