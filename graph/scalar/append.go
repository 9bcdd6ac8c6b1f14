package scalar

import (
	"encoding/binary"
	"io"
	"strings"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/internal/content"
)

// marshaler gives gqlgen what an append function writes.
func marshaler[T any](appendTo func([]byte, T) []byte, v T) graphql.Marshaler {
	written := appendTo(nil, v)
	if string(written) == "null" {
		return graphql.Null
	}
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = w.Write(written) // a buffer
	})
}

// AppendString appends a text in JSON, or null for an empty one.
func AppendString[T ~string](b []byte, s T) []byte {
	if s == "" {
		return append(b, "null"...)
	}
	return AppendQuoted(b, string(s))
}

// AppendQuoted appends a text in JSON.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	if isPlain(s) {
		b = append(b, s...)
	} else {
		b = appendEscaped(b, s)
	}
	return append(b, '"')
}

// isPlain tells whether all bytes of a text stand for themselves in JSON. It looks at eight at a time: hardly any text has others.
func isPlain(s string) bool {
	if len(s) < 8 {
		for i := range len(s) {
			if c := s[i]; c < ' ' || c == '"' || c == '\\' {
				return false
			}
		}
		return true
	}
	b := []byte(s) // no copy, since nobody writes to it
	found := escaped(binary.LittleEndian.Uint64(b[len(b)-8:]))
	for ; len(b) > 8; b = b[8:] {
		found |= escaped(binary.LittleEndian.Uint64(b))
	}
	return found&highs == 0
}

const (
	ones  = 0x0101010101010101
	highs = ones << 7
)

// escaped has among its highs that of a byte of w that needs an escape, and none if there is no such byte: a difference borrows from
// the next byte only behind one. With its second bit turned, a quote comes right behind the control characters, and no other byte does.
func escaped(w uint64) uint64 {
	return (((w ^ ones*2) - ones*(' '+1)) | ((w ^ ones*'\\') - ones)) &^ w
}

// appendEscaped appends what stands between the quotes.
func appendEscaped(b []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\t':
			b = append(b, `\t`...)
		case '\n':
			b = append(b, `\n`...)
		case '\r':
			b = append(b, `\r`...)
		default:
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	return append(b, s[from:]...)
}

// AppendID appends an id.
func AppendID(b []byte, id content.ID) []byte { return AppendString(b, id) }

// AppendDateTime appends a moment in UTC, to the microsecond where it has any; the zero moment is null.
func AppendDateTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	b = append(b, '"')
	b = t.UTC().AppendFormat(b, time.RFC3339Nano)
	return append(b, '"')
}

// AppendPartialDate appends a partial date.
func AppendPartialDate(b []byte, d content.PartialDate) []byte { return AppendString(b, d) }

// AppendTimeZone appends a zone's name.
func AppendTimeZone(b []byte, s string) []byte { return AppendString(b, s) }

// AppendDuration appends an ISO 8601 duration.
func AppendDuration(b []byte, s string) []byte { return AppendString(b, s) }

// AppendSeconds appends seconds as an ISO 8601 duration; none are null.
func AppendSeconds(b []byte, seconds int32) []byte {
	return AppendString(b, content.FormatDuration(seconds))
}

// AppendURL appends an address.
func AppendURL(b []byte, s string) []byte { return AppendString(b, s) }

// AppendLocale appends a language tag.
func AppendLocale(b []byte, s string) []byte { return AppendString(b, s) }

// AppendMarkdown appends a text.
func AppendMarkdown(b []byte, s string) []byte { return AppendString(b, s) }

// AppendText appends a text as it was written.
func AppendText(b []byte, t content.Text) []byte { return AppendString(b, t.Markdown()) }

// AppendRegionCode appends a region.
func AppendRegionCode(b []byte, s string) []byte { return AppendString(b, s) }

// AppendEntryKind appends a kind as the schema's enum names it.
func AppendEntryKind(b []byte, k content.Kind) []byte {
	return AppendQuoted(b, strings.ToUpper(string(k)))
}
