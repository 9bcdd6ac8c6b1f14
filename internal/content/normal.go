package content

import (
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gosimple/slug"
	"golang.org/x/text/unicode/norm"
)

// The most that a line, a Text and a transcript may hold, in bytes, and a list, in items. The time to render a hostile Text
// grows with the square of its length; at this one it stays below a second.
const (
	mostLine       = 2_000
	mostText       = 32_000
	mostTranscript = 1_600_000
	mostList       = 2_000
)

// Normalize brings every text of an entry into Unicode's NFC without white space around it, lines ended by "\n", every
// instant to UTC and microseconds, as the clock of editions counts them, and gives an entry without a slug one made of its
// label. It changes the entry in place. Identifiers stay byte for byte: they are somebody else's.
func Normalize(e Entry) {
	walk(reflect.ValueOf(e).Elem(), "", func(path string, v reflect.Value) {
		switch value := v.Addr().Interface().(type) {
		case *Text:
			*value = Markdown(normal(value.source))
		case *time.Time:
			// An offset can lead out of the years that JSON can write.
			if utc := value.UTC().Truncate(time.Microsecond); utc.Year() >= 0 && utc.Year() <= 9999 {
				*value = utc
			}
		default:
			if v.Kind() == reflect.String && !strings.HasPrefix(path, "identifiers.") {
				v.SetString(normal(v.String()))
			}
		}
	})
	if base := e.Common(); base.Slug == "" {
		base.Slug = Slugify(e.Label())
	}
}

func normal(s string) string {
	if isPlainASCII(s) {
		return strings.TrimSpace(s)
	}
	return norm.NFC.String(strings.TrimSpace(lineEnds.Replace(s)))
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] == '\r' {
			return false
		}
	}
	return true
}

// Slugify makes a slug of any label: "São Paulo & Friends" gives "sao-paulo-and-friends". A label without any letter or
// digit that can be written in ASCII gives "entry".
func Slugify(label string) string {
	s := label
	if isPlainASCII(label) {
		s = strings.ToLower(asciiWords.Replace(label))
	} else {
		s = slug.MakeLang(label, "en")
	}
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) }), "-")
	for len(s) > 80 {
		cut := strings.LastIndexByte(s[:81], '-')
		if cut < 1 {
			cut = 80
		}
		s = s[:cut]
	}
	if s == "" {
		return "entry"
	}
	return s
}

// asciiWords does to plain text what the library does to any, at a small part of its cost: most labels are plain.
var asciiWords = strings.NewReplacer("&", "and", "@", "at", "'", "", `"`, "")

// texts checks every string of an entry for what no text may hold, and every list for its length.
func (v *validator) texts(e Entry) {
	walk(reflect.ValueOf(e).Elem(), "", func(path string, value reflect.Value) {
		if value.Kind() == reflect.Slice {
			if value.Len() > mostList {
				v.wrong(CodeTooLong, path, "%d items are more than %d", value.Len(), mostList)
			}
			return
		}
		t, isText := value.Addr().Interface().(*Text)
		s, most := "", mostLine
		switch {
		case value.Kind() == reflect.Struct && !isText: // an instant
			return
		case isText:
			s, most = t.source, mostText
		case strings.HasSuffix(path, ".transcript"):
			s, most = value.String(), mostTranscript
		default:
			s = value.String()
		}
		prose := most > mostLine
		switch {
		case !utf8.ValidString(s):
			v.wrong(CodeInvalid, path, "is not UTF-8")
		case len(s) > most:
			v.wrong(CodeTooLong, path, "%d bytes are more than %d", len(s), most)
		default:
			for _, r := range s {
				if unicode.IsControl(r) && !(prose && (r == '\n' || r == '\t')) {
					v.wrong(CodeInvalid, path, "the control character U+%04X is not allowed", r)
					break
				}
			}
		}
	})
}

// walk visits every string, Text, instant and list below a struct with its dotted path as in JSON.
func walk(v reflect.Value, path string, visit func(path string, v reflect.Value)) {
	switch v.Kind() {
	case reflect.String:
		visit(path, v)
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), path, visit)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return
		}
		visit(path, v)
		for i := range v.Len() {
			walk(v.Index(i), path+"."+strconv.Itoa(i), visit)
		}
	case reflect.Struct:
		switch v.Addr().Interface().(type) {
		case *Text, *time.Time:
			visit(path, v)
			return
		}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch name, _, _ := strings.Cut(field.Tag.Get("json"), ","); {
			case field.Anonymous:
				walk(v.Field(i), path, visit)
			case name != "":
				walk(v.Field(i), strings.TrimPrefix(path+"."+name, "."), visit)
			}
		}
	}
}
