package content

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Decoder reads bodies one after the other. Ids and enum words that several of them hold become one string. The zero Decoder is
// ready; it is not safe for concurrent use.
//
// A start reads the body of every entry. What Encode writes is therefore read straight into the structs: compact JSON with
// the members in the order of the fields. A body of another form goes to the library, which also says what is wrong with one;
// what is read here, it reads alike.
type Decoder struct {
	// Words are those that several decoders have met. A Decoder that has some is for many bodies: it also looks whether a text
	// is one that it has read shortly before.
	Words *Words

	// foreign has the kinds whose last body had another form than ours: the next one is likely to have it too, and what is read in
	// vain is not given back.
	foreign map[Kind]bool

	rest string
	// depth is how many parts hold what is being read.
	depth int
	texts texts
	words map[string]string
	near  []met
	asked int
	named []ID
	rooms map[reflect.Type]*room
}

// Decode reads a body of the given kind and schema number.
func (d *Decoder) Decode(kind Kind, schema int, body string) (Entry, error) {
	t, ok := structs[kind]
	if !ok {
		return nil, fmt.Errorf("decode: %q is no kind of entry", kind)
	}
	if schema < 1 || schema > Shape {
		return nil, fmt.Errorf("decode %s: this program reads the schemas 1 to %d, not %d", kind, Shape, schema)
	}
	if !d.foreign[kind] {
		if e := d.room(t).one().Interface().(Entry); d.isOurs(e, body) {
			return e, nil
		}
	}
	e := New(kind)
	if err := json.Unmarshal([]byte(body), e); err != nil {
		return nil, fmt.Errorf("decode %s: %w", kind, err)
	}
	if episode, ok := e.(*Episode); ok {
		episode.Registration.complete()
		for i := range episode.Appearances {
			episode.Appearances[i].complete()
		}
	}
	if d.Words == nil {
		return e, nil
	}
	// For as long as an edition holds it, it is to lie and to share as what is written today does.
	ours, err := Encode(e)
	if err != nil {
		return nil, err
	}
	if d.foreign == nil {
		d.foreign = map[Kind]bool{}
	}
	d.foreign[kind] = string(ours) != body
	if again := d.room(t).one().Interface().(Entry); d.isOurs(again, string(ours)) {
		return again, nil
	}
	return e, nil
}

// isOurs reads a body into an empty entry, if it has the form that Encode gives it.
func (d *Decoder) isOurs(e Entry, body string) bool {
	d.rest, d.texts.areForGood = body, d.isForGood()
	return isClean(body) && readers[e.Kind()](d, reflect.ValueOf(e).Elem()) && d.rest == ""
}

// isClean tells whether a body is UTF-8 without control characters.
func isClean(body string) bool {
	const ones = 0x0101010101010101
	var high uint64
	rest := body
	for ; len(rest) >= 8; rest = rest[8:] {
		w := uint64(rest[0]) | uint64(rest[1])<<8 | uint64(rest[2])<<16 | uint64(rest[3])<<24 |
			uint64(rest[4])<<32 | uint64(rest[5])<<40 | uint64(rest[6])<<48 | uint64(rest[7])<<56
		if (w-' '*ones)&^w&(0x80*ones) != 0 { // a byte below a blank
			return false
		}
		high |= w
	}
	for i := range len(rest) {
		if rest[i] < ' ' {
			return false
		}
		high |= uint64(rest[i])
	}
	return high&(0x80*ones) == 0 || utf8.ValidString(body)
}

// reader reads a value; false where its form is not ours.
type reader func(d *Decoder, v reflect.Value) bool

var structs = func() map[Kind]reflect.Type {
	all := map[Kind]reflect.Type{}
	for _, n := range nouns {
		all[n.kind] = reflect.TypeOf(n.empty()).Elem()
	}
	return all
}()

var readers = func() map[Kind]reader {
	all := map[Kind]reader{}
	for kind, t := range structs {
		all[kind] = readerOf(t)
	}
	return all
}()

func readerOf(t reflect.Type) reader {
	switch t {
	case reflect.TypeFor[Text]():
		return readText
	case reflect.TypeFor[time.Time]():
		return readInstant
	case reflect.TypeFor[string]():
		return readString
	case reflect.TypeFor[[]ID]():
		return readIDs
	}
	switch t.Kind() {
	case reflect.String:
		return readWord
	case reflect.Bool:
		return readBool
	case reflect.Int32:
		return readInt
	case reflect.Float64:
		return readFloat
	case reflect.Pointer:
		if t.Elem() == reflect.TypeFor[Location]() {
			return sharedPointerTo(t.Elem())
		}
		read := readerOf(t.Elem())
		return func(d *Decoder, v reflect.Value) bool {
			v.Set(d.room(t.Elem()).one())
			return read(d, v.Elem())
		}
	case reflect.Slice:
		read := readerOf(t.Elem())
		return func(d *Decoder, v reflect.Value) bool { return d.list(v, read) }
	case reflect.Struct:
		members := membersOf(t, nil)
		return func(d *Decoder, v reflect.Value) bool { return d.members(v, members) && isWhole(v, members) }
	default:
		panic("content: bodies hold no " + t.String())
	}
}

// member is a field with its name as a body has it: quoted, with the colon. A part has no name: its members stand among the others.
type member struct {
	name  string
	index []int
	read  reader
	// isNeverNil says that it is a part that no body of ours leaves out.
	isNeverNil bool
}

// namesOf are the names of a part's members, as a body has them.
func namesOf(t reflect.Type) []string {
	var all []string
	for i := range t.NumField() {
		if t.Field(i).Anonymous { // a part in a part
			all = append(all, namesOf(t.Field(i).Type.Elem())...)
			continue
		}
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		all = append(all, `"`+name+`":`)
	}
	return all
}

func membersOf(t reflect.Type, index []int) []member {
	var all []member
	for i := range t.NumField() {
		field := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		switch name, _, _ := strings.Cut(field.Tag.Get("json"), ","); {
		case field.Anonymous && field.Type.Kind() == reflect.Pointer:
			all = append(all, member{"", at, sharedOf(field.Type.Elem()), isAlwaysWritten(field.Type.Elem())})
		case field.Anonymous:
			all = append(all, membersOf(field.Type, at)...)
		default:
			all = append(all, member{`"` + name + `":`, at, readerOf(field.Type), false})
		}
	}
	return all
}

// take steps over a mark if it comes next.
func (d *Decoder) take(mark string) bool {
	if !strings.HasPrefix(d.rest, mark) {
		return false
	}
	d.rest = d.rest[len(mark):]
	return true
}

// members reads an object.
func (d *Decoder) members(v reflect.Value, members []member) bool {
	return d.take("{}") || d.take("{") && d.fields(v, members) && d.take("}")
}

// fields reads members with the commas between them. They come in the order of the fields, so none comes twice.
func (d *Decoder) fields(v reflect.Value, members []member) bool {
	for i := range members {
		m := &members[i]
		if !d.take(m.name) {
			continue
		}
		left := len(d.rest)
		if !m.read(d, v.FieldByIndex(m.index)) {
			return false
		}
		if len(d.rest) < left && !d.take(",") { // nothing is read where a part is nil
			return true
		}
	}
	return false
}

// list reads an array that is not empty. No type of ours holds itself, so one list of a type is read at a time.
func (d *Decoder) list(v reflect.Value, read reader) bool {
	room := d.room(v.Type().Elem())
	items := room.items
	n := 0
	for mark := "["; d.take(mark); mark = "," {
		if n == items.Len() {
			items.Grow(1)
			items.SetLen(items.Cap())
		}
		item := items.Index(n)
		item.SetZero()
		if !read(d, item) {
			return false
		}
		n++
	}
	if n == 0 || !d.take("]") {
		return false
	}
	from := room.take(n)
	v.Set(room.all.Slice3(from, from+n, from+n))
	reflect.Copy(v, items)
	return true
}

// quoted steps over a string and returns what stands between the quotes, as it stands.
func (d *Decoder) quoted() (raw string, ok bool) {
	if !d.take(`"`) {
		return "", false
	}
	for end := 0; ; end++ {
		at := strings.IndexByte(d.rest[end:], '"')
		if at < 0 {
			return "", false
		}
		end += at
		raw = d.rest[:end]
		if slashes := len(raw) - len(strings.TrimRight(raw, `\`)); slashes%2 == 0 {
			d.rest = d.rest[end+1:]
			return raw, true
		}
	}
}

// read reads a string. It is a copy: a part would hold the whole body.
func (d *Decoder) read() (string, bool) {
	raw, ok := d.quoted()
	at := strings.IndexByte(raw, '\\')
	if !ok || raw == "" {
		return "", ok
	}
	var seen *met
	var hash uint64
	if at < 0 && len(raw) <= shortText && d.Words != nil {
		hash = hashOf(raw)
		if seen = d.lately(hash); seen.is(raw, hash) {
			return seen.text, true
		}
	}
	b := d.texts.room(len(raw))
	for at >= 0 {
		escape := strings.IndexByte(`"\/bfnrt`, raw[at+1]) // quoted leaves no single backslash at the end
		if escape < 0 {
			return "", false
		}
		b = append(append(b, raw[:at]...), "\"\\/\b\f\n\r\t"[escape])
		raw = raw[at+2:]
		at = strings.IndexByte(raw, '\\')
	}
	text := d.texts.made(append(b, raw...))
	if seen != nil {
		seen.make(text, hash)
	}
	return text, true
}

func readString(d *Decoder, v reflect.Value) bool {
	s, ok := d.read()
	v.SetString(s)
	return ok
}

func readText(d *Decoder, v reflect.Value) bool {
	s, ok := d.read()
	*v.Addr().Interface().(*Text) = Markdown(s)
	return ok
}

func readWord(d *Decoder, v reflect.Value) bool {
	word, ok := d.word()
	v.SetString(word)
	return ok
}

// word reads an id or a word of an enum.
func (d *Decoder) word() (string, bool) {
	raw, ok := d.quoted()
	if !ok || strings.IndexByte(raw, '\\') >= 0 {
		return "", false
	}
	return d.Word(raw), true
}

// readIDs reads a list that is not empty. Many entries name the same topics, hosts or organizations, and nobody changes what
// was read for an edition: so decoders with the same Words make one of equal lists.
func readIDs(d *Decoder, v reflect.Value) bool {
	list := v.Addr().Interface().(*[]ID)
	if d.Words == nil {
		return d.ids(list)
	}
	from := d.rest
	if !d.pass() {
		return false
	}
	rest := d.rest
	raw := from[:len(from)-len(rest)]
	one, ok := shared(&d.Words.lists, markWith(seeds, raw), func() (one []ID, ok bool) {
		d.rest = raw
		return one, d.ids(&one) && d.rest == ""
	})
	*list, d.rest = one, rest
	return ok
}

// ids reads a list that is not empty.
func (d *Decoder) ids(list *[]ID) bool {
	d.named = d.named[:0]
	for mark := "["; d.take(mark); mark = "," {
		id, ok := d.word()
		if !ok {
			return false
		}
		d.named = append(d.named, ID(id))
	}
	if len(d.named) == 0 || !d.take("]") {
		return false
	}
	*list = d.own(d.named)
	return true
}

func readInstant(d *Decoder, v reflect.Value) bool {
	raw, ok := d.quoted()
	t := v.Addr().Interface().(*time.Time)
	return ok && strings.HasSuffix(raw, "Z") && t.UnmarshalText([]byte(raw)) == nil && t.Format(time.RFC3339Nano) == raw
}

func readBool(d *Decoder, v reflect.Value) bool {
	v.SetBool(d.take("true"))
	return v.Bool() || d.take("false")
}

// number steps over what may be a number.
func (d *Decoder) number() string {
	end := 0
	for end < len(d.rest) && strings.IndexByte(",]}", d.rest[end]) < 0 {
		end++
	}
	number := d.rest[:end]
	d.rest = d.rest[end:]
	return number
}

func readInt(d *Decoder, v reflect.Value) bool {
	number := d.number()
	n, err := strconv.ParseInt(number, 10, 32)
	v.SetInt(n)
	return err == nil && (number == "0" || '1' <= number[0] && number[0] <= '9')
}

func readFloat(d *Decoder, v reflect.Value) bool {
	number := d.number()
	n, err := strconv.ParseFloat(number, 64)
	v.SetFloat(n)
	return err == nil && jsontext.Value(number).IsValid()
}
