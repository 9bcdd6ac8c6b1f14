package scalar

import (
	"fmt"
	"strings"
	"testing"
)

// TestEveryByteIsQuotedWhereverItStands holds texts of all lengths around those of a word and two, with each byte at each place.
func TestEveryByteIsQuotedWhereverItStands(t *testing.T) {
	escapes := map[byte]string{'\t': `\t`, '\n': `\n`, '\r': `\r`, '"': `\"`, '\\': `\\`}
	for c := range byte(' ') {
		if escapes[c] == "" {
			escapes[c] = fmt.Sprintf(`\u%04x`, c)
		}
	}
	for length := range 26 {
		for at := range length {
			text := []byte(strings.Repeat("é~ !", 10)[:length])
			for c := range 256 {
				text[at] = byte(c)
				is := string(text[at : at+1])
				if escaped, ok := escapes[byte(c)]; ok {
					is = escaped
				}
				want := `before"` + string(text[:at]) + is + string(text[at+1:]) + `"`
				if got := AppendQuoted([]byte("before"), string(text)); string(got) != want {
					t.Fatalf("%q is written %s, not %s", text, got, want)
				}
			}
		}
	}
}
