package server

import (
	"bytes"
	"encoding/json"
	"strings"
)

// jsonReader reads JSON that is known to be valid, and UTF-8, into what encoding/json makes of it for whoever asks for no type and
// for numbers as they are written. It takes fewer allocations: a request's variables are mostly one short text.
type jsonReader struct {
	raw []byte
	at  int
}

// readJSON reads a value with nothing but white space around it.
func readJSON(raw []byte) any {
	r := jsonReader{raw: raw}
	return r.value()
}

func (r *jsonReader) value() any {
	r.at = afterSpace(r.raw, r.at)
	switch c := r.raw[r.at]; c {
	case '{':
		return r.object()
	case '[':
		return r.array()
	case '"':
		return r.text()
	case 't', 'n':
		r.at += len("true") // as long as null
		if c == 'n' {
			return nil
		}
		return true
	case 'f':
		r.at += len("false")
		return false
	}
	from := r.at
	for r.at < len(r.raw) && strings.IndexByte(" \t\r\n,]}", r.raw[r.at]) < 0 {
		r.at++
	}
	return json.Number(r.raw[from:r.at])
}

func (r *jsonReader) object() map[string]any {
	all := map[string]any{}
	for r.next('}') {
		name := r.text()
		r.at = afterSpace(r.raw, r.at) + len(":")
		all[name] = r.value()
	}
	return all
}

func (r *jsonReader) array() []any {
	all := []any{}
	for r.next(']') {
		all = append(all, r.value())
	}
	return all
}

// next goes to the next member of an object, or to the next element of an array; false, and behind it, at its end. It stands at what
// opens it, or behind the one before.
func (r *jsonReader) next(end byte) bool {
	r.at = afterSpace(r.raw, r.at)
	if r.raw[r.at] != end { // what opens it, or a comma
		r.at = afterSpace(r.raw, r.at+1)
	}
	if r.raw[r.at] != end {
		return true
	}
	r.at++
	return false
}

// text reads a string; most have no escapes, and are what they look like.
func (r *jsonReader) text() (s string) {
	from := r.at
	for r.at++; r.raw[r.at] != '"'; r.at++ {
		if r.raw[r.at] == '\\' {
			r.at++
		}
	}
	r.at++
	if inside := r.raw[from+1 : r.at-1]; bytes.IndexByte(inside, '\\') < 0 {
		return string(inside)
	}
	_ = json.Unmarshal(r.raw[from:r.at], &s) // it is a string
	return s
}
