package server

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse compares what is read of a body with what encoding/json reads of it.
func FuzzParse(f *testing.F) {
	for _, body := range []string{
		`{}`, ` { } `, `{"query":"{ hub { version } }"}`, `{"query" : "a\nb\"}{" , "variables" : {"a":[1,{"b":"]}"}]} , "x":[[],{}]}`,
		`{"\u0071uery":"q"}`, `{"QUERY":null,"operationName":"\ud800","documentId":""}`, `{"query":1}`, `{"query":"a","query":"b"}`,
		`{"":0,"query":[true]}`, `{"extensions":-1e9,"variables":"x","exten\u017fions":1}`, "\t{\r\n\"query\"\n:\t\"\\\\\"}\n",
		`{"a":01}`, `{"a":1,}`, `{} {}`, `{"a":1e}`, `{"a":"\u12"}`, "{\"a\":\"\xff\"}", "{\"a\":\"\x01\"}", "{\v}", "{\"a\":1}\x00", strings.Repeat(`{"a":`, 10_001) + "1" + strings.Repeat("}", 10_001),
	} {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body string) {
		is := isObject([]byte(body))
		if want := strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") && json.Valid([]byte(body)); is != want {
			t.Errorf("%q is an object: %t, by encoding/json %t", body, is, want)
		}
		if !utf8.ValidString(body) || !is {
			return
		}
		var got request
		no := got.parse([]byte(body))
		if no != nil && strings.Contains(no.message, "twice") {
			return // encoding/json takes the last
		}
		var want struct {
			Query, DocumentID, OperationName *string
			Variables, Extensions            json.RawMessage
		}
		if err := json.Unmarshal([]byte(body), &want); (err != nil) != (no != nil) {
			t.Fatalf("%q is refused with %v, by encoding/json with %v", body, no, err)
		} else if err != nil {
			return
		}
		if !reflect.DeepEqual(got.Query, want.Query) || !reflect.DeepEqual(got.DocumentID, want.DocumentID) || !reflect.DeepEqual(got.OperationName, want.OperationName) ||
			string(got.Variables) != string(want.Variables) || string(got.Extensions) != string(want.Extensions) {
			t.Errorf("%q is read as %+v, by encoding/json as %+v", body, got, want)
		}
	})
}

// FuzzReadJSON compares what is read of JSON with what encoding/json reads of it.
func FuzzReadJSON(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, ` { } `, "[\t]\n", `null`, `true`, `[false,true,null]`, `-1.5e+9`, `""`, `"\ud800\u0000\"\\\/"`, `{"a":"b","a":{"c":[1 , 2,[]]} , "":{} }`,
		`{"\u0061\"":[{"b":"]}"},"\\"]}`, `[[],[[]],{"é":"日本"}]`, `{"a":1,"b":tru}`, `[1,]`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || !json.Valid([]byte(text)) {
			return
		}
		in := json.NewDecoder(strings.NewReader(text))
		in.UseNumber()
		var want any
		if err := in.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := readJSON([]byte(text)); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is read as %#v, by encoding/json as %#v", text, got, want)
		}
	})
}
