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
	members := membersOf(t, nil)
	seeds := newSeeds() // of its own: parts of two types never have the same mark
	return func(d *Decoder, v reflect.Value) bool {
		raw, ok := d.passed(members)
		if raw == "" {
			return ok
		}
		read := func() (reflect.Value, bool) { return d.part(t, members, raw) }
		if d.Words == nil {
			part, ok := read()
			v.Set(part)
			return ok
		}
		part, ok := d.Words.part(partMark{maphash.String(seeds[0], raw), maphash.String(seeds[1], raw)}, read)
		if ok {
			v.Set(part)
		}
		return ok
	}
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
func (d *Decoder) passed(members []member) (raw string, ok bool) {
	from := d.rest
	for i := range members {
		if !d.take(members[i].name) {
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

// parts are some of those that decoders share, each at the place that its mark says or at one behind it. A large hub has half a
// million: a map would look at several places of memory for each.
type parts struct {
	mu     sync.Mutex
	places []sharedPart
	taken  int
}

// partMark is a hash of a part as it is written, wide enough that no two have the same.
type partMark [2]uint64

// sharedPart is a pointer to a part with its mark; nil in a place that is free.
type sharedPart struct {
	mark partMark
	one  any
}

// part returns the part with a mark. Who asks first reads it, while the others wait; no part holds another one.
func (w *Words) part(m partMark, read func() (reflect.Value, bool)) (reflect.Value, bool) {
	p := &w.parts[m[1]%uint64(len(w.parts))]
	p.mu.Lock()
	defer p.mu.Unlock()
	p.grow()
	place := p.place(m)
	if place.one != nil {
		return reflect.ValueOf(place.one), true
	}
	part, ok := read()
	if ok {
		*place = sharedPart{m, part.Interface()}
		p.taken++
	}
	return part, ok
}

// place is where the part with a mark stands or belongs.
func (p *parts) place(m partMark) *sharedPart {
	for i := m[0]; ; i++ {
		if place := &p.places[i%uint64(len(p.places))]; place.one == nil || place.mark == m {
			return place
		}
	}
}

// grow keeps a third of the places free.
func (p *parts) grow() {
	if 3*p.taken < 2*len(p.places) {
		return
	}
	before := p.places
	p.places = make([]sharedPart, max(16, 2*len(before)))
	for _, part := range before {
		if part.one != nil {
			*p.place(part.mark) = part
		}
	}
}
