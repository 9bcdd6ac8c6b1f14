package exchange

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// mostHead is how much of a file IsNDJSON looks at.
const mostHead = 64 << 10

// recordLine is how a file of records begins: an object in one line, with a type.
var recordLine = regexp.MustCompile(`^[^\n]*"type"\s*:\s*"`)

// IsNDJSON tells from a file's beginning whether it holds records in the neutral format, one a line. It takes nothing from
// the reader, which should hold 64 KiB.
func IsNDJSON(in *bufio.Reader) bool {
	head, _ := in.Peek(mostHead) // a shorter file is as good
	return detect(head) == FormatNDJSON
}

// detect tells a file's format by how it begins.
func detect(raw []byte) Format {
	head := bytes.TrimSpace(bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf")))
	switch {
	case len(head) > 6 && strings.EqualFold(string(head[:6]), "BEGIN:"):
		return FormatICal
	case len(head) == 0 || head[0] != '{' && head[0] != '[':
		return FormatCSV
	}
	if recordLine.Match(head[:min(len(head), mostHead)]) {
		return FormatNDJSON
	}
	var whole struct {
		Events json.RawMessage `json:"events"`
		Name   json.RawMessage `json:"name"`
		Start  json.RawMessage `json:"start"`
	}
	if head[0] == '{' && json.Unmarshal(head, &whole) == nil && (whole.Events != nil || whole.Start != nil && whole.Name != nil) {
		return FormatEventbrite
	}
	return FormatSessionize
}

// unescaped decodes JSON. A payload that was pasted into source code has its backslashes doubled: then they are halved, and
// told.
func unescaped(raw []byte, into any) (note string, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	err = json.Unmarshal(raw, into)
	if err == nil {
		return "", nil
	}
	if halved := bytes.ReplaceAll(raw, []byte(`\\`), []byte(`\`)); len(halved) < len(raw) && json.Unmarshal(halved, into) == nil {
		return "the file's backslashes are doubled, as in source code; they were read as single ones", nil
	}
	before := raw
	switch e := err.(type) { //nolint:errorlint // json returns these as they are
	case *json.SyntaxError:
		before = raw[:min(int(e.Offset), len(raw))]
	case *json.UnmarshalTypeError:
		before = raw[:min(int(e.Offset), len(raw))]
	}
	return "", fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
}

// located is an element of a JSON array with the line at which it begins.
type located struct {
	line int
	raw  json.RawMessage
}

// elements are the elements of the array under a name of the outermost object, or of the outermost array for "". Lines count
// in the text as it is.
func elements(raw []byte, name string) []located {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	in := json.NewDecoder(bytes.NewReader(raw))
	if name != "" {
		if !enter(in, name) {
			return nil
		}
	}
	if t, err := in.Token(); err != nil || t != json.Delim('[') {
		return nil
	}
	var all []located
	line, counted := 1, 0
	for in.More() {
		var l located
		if in.Decode(&l.raw) != nil {
			return all
		}
		begin := int(in.InputOffset()) - len(l.raw)
		line += bytes.Count(raw[counted:begin], []byte("\n"))
		l.line, counted = line, begin
		all = append(all, l)
	}
	return all
}

// enter reads an object up to the value of a member.
func enter(in *json.Decoder, name string) bool {
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return false
	}
	for in.More() {
		t, err := in.Token()
		if err != nil {
			return false
		}
		if t == name {
			return true
		}
		var skipped json.RawMessage
		if in.Decode(&skipped) != nil {
			return false
		}
	}
	return false
}
