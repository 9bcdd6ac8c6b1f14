package exchange

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"bettertogether/internal/content"
)

// fields are a record's values. Reading a field marks it as used; what nobody used becomes an editor's note, so that nothing
// of a file is dropped. The first wrong value is kept as the record's problem.
type fields struct {
	values  map[string]any
	used    map[string]bool
	problem string
}

func (f *fields) wrong(format string, args ...any) {
	if f.problem == "" {
		f.problem = fmt.Sprintf(format, args...)
	}
}

// text reads a string; null and missing are "".
func (f *fields) text(name string) string {
	f.used[name] = true
	switch v := f.values[name].(type) {
	case nil:
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	default:
		f.wrong("%s must be a string", name)
	}
	return ""
}

// required reads a string that must be there.
func (f *fields) required(name string) string {
	s := f.text(name)
	if s == "" {
		f.wrong("%s is required", name)
	}
	return s
}

// number reads a whole number; nil when it is null or missing.
func (f *fields) number(name string) *int32 {
	f.used[name] = true
	switch v := f.values[name].(type) {
	case nil:
		return nil
	case json.Number:
		if n, err := v.Float64(); err == nil && n == math.Trunc(n) && math.Abs(n) < math.MaxInt32 {
			whole := int32(n)
			return &whole
		}
	}
	f.wrong("%s: %s is no whole number", name, content.Quote(fmt.Sprint(f.values[name])))
	return nil
}

// list reads a list of strings.
func (f *fields) list(name string) []string {
	f.used[name] = true
	all, ok := f.values[name].([]any)
	if !ok && f.values[name] != nil {
		f.wrong("%s must be a list", name)
	}
	var found []string
	for _, v := range all {
		s, ok := v.(string)
		if !ok {
			f.wrong("%s must be a list of strings", name)
		} else if s = strings.TrimSpace(s); s != "" {
			found = append(found, s)
		}
	}
	return found
}

// objects reads a list of objects.
func (f *fields) objects(name string) []*fields {
	f.used[name] = true
	all, ok := f.values[name].([]any)
	if !ok && f.values[name] != nil {
		f.wrong("%s must be a list", name)
	}
	var found []*fields
	for _, v := range all {
		o, ok := v.(map[string]any)
		if !ok {
			f.wrong("%s must be a list of objects", name)
			continue
		}
		found = append(found, &fields{values: o, used: map[string]bool{}})
	}
	return found
}

// date reads a partial date.
func (f *fields) date(name string) content.PartialDate {
	s := f.text(name)
	if s == "" {
		return ""
	}
	d, err := content.ParsePartialDate(s)
	if err != nil {
		f.wrong("%s: %v", name, err)
	}
	return d
}

// code reads one of the hub's own words, such as "SUBJECT"; what is none stays for a note.
func code[T ~string](f *fields, name string, is func(T) bool) T {
	word := T(f.text(name))
	if word != "" && !is(word) {
		f.used[name] = false
		return ""
	}
	return word
}

// flag reads what is true or false; false is also missing.
func (f *fields) flag(name string) bool {
	claim, ok := f.values[name].(bool)
	if ok {
		f.used[name] = true
	}
	return claim
}

// instant reads an instant; zero is missing.
func (f *fields) instant(name string) time.Time {
	s := f.text(name)
	if s == "" {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		f.wrong("%s: %s is no instant, such as 2026-03-01T12:00:00Z", name, content.Quote(s))
	}
	return at.UTC()
}

// decimal reads a number; nil when it is null or missing.
func (f *fields) decimal(name string) *float64 {
	f.used[name] = true
	switch v := f.values[name].(type) {
	case nil:
		return nil
	case json.Number:
		if n, err := v.Float64(); err == nil {
			return &n
		}
	}
	f.wrong("%s must be a number", name)
	return nil
}

// markdown reads a text into another, which stays as it is without one.
func (f *fields) markdown(name string, into *content.Text) {
	if s := f.text(name); s != "" {
		*into = content.Markdown(s)
	}
}

// printed reads a word of a source, from which the hub's follows. A word that is one of the hub's own, such as "PANELIST", was not printed;
// what was may stand beside it, under the name with _as_printed.
func printed[T ~string](f *fields, name string, is func(T) bool) (word, asPrinted string) {
	word, asPrinted = f.text(name), f.text(name+"_as_printed")
	if asPrinted == "" && !is(T(word)) {
		asPrinted = word
	}
	return word, asPrinted
}

// address reads the web address of a record. One without a scheme gets https; what is no address at all stays for a note.
func (f *fields) address() string { return f.addressIn("url") }

func (f *fields) addressIn(name string) string {
	s := strings.ReplaceAll(f.text(name), `\`, "%5C")
	switch {
	case s == "" || content.IsWebAddress(s):
		return s
	case !strings.Contains(s, "://") && content.IsWebAddress("https://"+s):
		return "https://" + s
	}
	f.used[name] = false
	return ""
}

// adopt takes the problem of a part.
func (f *fields) adopt(name string, part *fields) {
	if part.problem != "" {
		f.wrong("%s: %s", name, part.problem)
	}
}

// rest are the values that nobody used, as "name: value", sorted by name.
func (f *fields) rest() []string {
	var all []string
	for name, v := range f.values {
		if f.used[name] || v == nil || v == "" {
			continue
		}
		if list, ok := v.([]any); ok && len(list) == 0 {
			continue
		}
		raw, err := json.Marshal(v)
		if s, ok := v.(string); ok && err == nil {
			raw = []byte(s)
		}
		all = append(all, name+": "+string(raw))
	}
	slices.Sort(all)
	return all
}

// textOf is a value as text without marking it as read; "" for what is none.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case json.Number:
		return v.String()
	}
	return ""
}
