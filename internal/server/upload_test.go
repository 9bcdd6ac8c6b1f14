package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"

	"bettertogether/internal/auth"
	"bettertogether/internal/media"
)

// attachment is a file in the place of a variable.
type attachment []byte

// portrait is a picture of one colour.
func portrait(t testing.TB, w, h int, shade uint8) attachment {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = shade
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	m.SetRGBA(1, 1, color.RGBA{R: 9, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// filePart is one part of a form.
type filePart struct{ name, body string }

// formOf is a request by the multipart specification, in any order and number.
func formOf(t testing.TB, parts ...filePart) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q; filename="x.svg"`, p.name)}}
		if p.name == "operations" || p.name == "map" {
			h = textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name=%q`, p.name)}}
		}
		out, err := w.CreatePart(h)
		if err == nil {
			_, err = out.Write([]byte(p.body))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), "Content-Type: " + w.FormDataContentType()
}

// attach asks with a file, as a careful client does.
func (h *hub) attach(t *testing.T, query string, variables map[string]any, headers ...string) answer {
	t.Helper()
	given, place, file := map[string]any{}, "", attachment(nil)
	for name, value := range variables {
		if a, ok := value.(attachment); ok {
			place, file, value = "variables."+name, a, nil
		}
		given[name] = value
	}
	operations, err := json.Marshal(map[string]any{"query": query, "variables": given})
	if err != nil {
		t.Fatal(err)
	}
	body, contentType := formOf(t, filePart{"operations", string(operations)}, filePart{"map", fmt.Sprintf(`{"0": [%q]}`, place)}, filePart{"0", string(file)})
	return h.send(t, http.MethodPost, "/graphql", bytes.NewReader(body), append([]string{contentType, wantsGraphQL, "GraphQL-Preflight: 1"}, headers...)...)
}

const uploadQuery = `mutation ($file: Upload!, $dry: Boolean! = false) { uploadImage(file: $file, options: {dryRun: $dry}) {
	image { url width height mediaType bytes } errors { code message path } } }`

func TestUploadedPictureIsServedAndShown(t *testing.T) {
	h := startHub(t, nil)
	contributor, editor := h.as(t, auth.Contributor), h.as(t, auth.Editor)
	tried := contributor.write(t, uploadQuery, vars{"file": portrait(t, 1700, 850, 40), "dry": true})
	address := text(t, tried, "uploadImage.image.url")
	path := strings.TrimPrefix(address, "https://hub.example")
	if a := h.send(t, "GET", path, nil); a.status != http.StatusNotFound {
		t.Errorf("%d after a dry run", a.status)
	}
	const named = `mutation ($url: URL!) { createSpeaker(input: {name: "Maria Lind", photo: {url: $url}}) { speaker { id } errors { code path } } }`
	if codes := contributor.refused(t, named, vars{"url": address}); !slices.Equal(codes, []string{"NOT_FOUND"}) {
		t.Errorf("a picture that was only tried: %v", codes)
	}
	for range 2 {
		if again := text(t, contributor.write(t, uploadQuery, vars{"file": portrait(t, 1700, 850, 40)}), "uploadImage.image.url"); again != address {
			t.Errorf("%s, and %s", address, again)
		}
	}
	for _, method := range []string{"GET", "HEAD"} {
		a := h.send(t, method, path, nil, "Origin: https://partner.example")
		if a.status != 200 || a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("Access-Control-Allow-Origin") != "*" ||
			a.header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || (len(a.body) == 0) != (method == "HEAD") {
			t.Errorf("%s: %d %v", method, a.status, a.header)
		}
		if b := h.send(t, method, path, nil, "If-None-Match: "+a.header.Get("ETag")); b.status != http.StatusNotModified {
			t.Errorf("%d", b.status)
		}
	}
	// By its address or by its path it is the same, and without a description it stays a draft.
	for _, url := range []string{address, path} {
		id := text(t, contributor.write(t, named, vars{"url": url}), "createSpeaker.speaker.id")
		publish := editor.ask(t, `mutation ($id: ID!) { publish(entries: [{id: $id, revision: 1}]) { errors { code path message } } }`, vars{"id": id})
		if !bytes.Contains(publish.body, []byte(`"code":"REQUIRED","path":["entries","0","photo","alt"]`)) {
			t.Errorf("%s", publish.body)
		}
		editor.write(t, `mutation ($id: ID!, $url: URL!) { updateSpeaker(id: $id, expectedRevision: 1, patch: {photo: {url: $url, alt: "Portrait of Maria Lind"}}) { errors { code } } }`, vars{"id": id, "url": url})
		editor.write(t, `mutation ($id: ID!) { publish(entries: [{id: $id, revision: 2}]) { errors { code } } }`, vars{"id": id})
		a := h.ask(t, `query ($id: ID!) { speaker(id: $id) { photo { url src width height alt } } }`, vars{"id": id})
		if want := fmt.Sprintf(`{"data":{"speaker":{"photo":{"url":%q,"src":%q,"width":1600,"height":800,"alt":"Portrait of Maria Lind"}}}}`, address, address); string(a.body) != want {
			t.Errorf("%s, want %s", a.body, want)
		}
		if a := h.ask(t, `query ($id: ID!) { speaker(id: $id) { history { nodes { id } } } }`, vars{"id": id}, "Authorization: Bearer "+editor.token); a.status != 200 {
			t.Errorf("%s", a.body)
		}
	}
	for _, url := range []string{"/media/x.jpg", "/media/" + strings.Repeat("0", 64) + ".svg", "/etc/passwd", "//evil.example/a.png", "data:image/png;base64,AA"} {
		if codes := contributor.refused(t, named, vars{"url": url}); !slices.Equal(codes, []string{"INVALID"}) {
			t.Errorf("%s: %v", url, codes)
		}
	}
}

func TestUploadIsRefusedWithAReason(t *testing.T) {
	h := startHub(t, nil)
	bearer := "Authorization: Bearer " + h.token(t, auth.Contributor, 1<<40)
	operations := func(variables string) string {
		return `{"query": "mutation ($file: Upload!) { uploadImage(file: $file) { image { url } errors { code } } }", "variables": ` + variables + `}`
	}
	file := filePart{"0", string(portrait(t, 20, 20, 7))}
	ops, places := filePart{"operations", operations(`{"file": null}`)}, filePart{"map", `{"0": ["variables.file"]}`}
	good := []filePart{ops, places, file}
	const asked = "GraphQL-Preflight: 1"
	for name, c := range map[string]struct {
		headers []string
		parts   []filePart
		status  int
		code    string
		says    string
	}{
		"all is well":           {[]string{bearer, asked}, good, 200, "", ""},
		"another header":        {[]string{bearer, "Apollo-Require-Preflight: true"}, good, 200, "", ""},
		"a third header":        {[]string{bearer, "X-Apollo-Operation-Name: Up"}, good, 200, "", ""},
		"a nested place":        {[]string{bearer, asked}, []filePart{{"operations", strings.Replace(operations(`{"o": {"file": null}}`), "$file: Upload!", "$o: WriteOptions", 1)}, {"map", `{"0": ["variables.o.file"]}`}, file}, 400, "GRAPHQL_VALIDATION_FAILED", ""},
		"nobody":                {[]string{asked}, good, 401, "UNAUTHENTICATED", "token"},
		"a foreign form":        {[]string{bearer}, good, 400, "BAD_REQUEST", "GraphQL-Preflight"},
		"an empty header":       {[]string{bearer, "GraphQL-Preflight: "}, good, 400, "BAD_REQUEST", "GraphQL-Preflight"},
		"no parts":              {[]string{bearer, asked}, nil, 400, "BAD_REQUEST", "operations"},
		"no map":                {[]string{bearer, asked}, []filePart{ops, file}, 400, "BAD_REQUEST", "map"},
		"the map first":         {[]string{bearer, asked}, []filePart{places, ops, file}, 400, "BAD_REQUEST", "this order"},
		"no file":               {[]string{bearer, asked}, []filePart{ops, places}, 400, "BAD_REQUEST", "missing"},
		"another file":          {[]string{bearer, asked}, []filePart{ops, places, {"1", "x"}}, 400, "BAD_REQUEST", "missing"},
		"two files":             {[]string{bearer, asked}, append(slices.Clip(good), filePart{"1", "x"}), 400, "BAD_REQUEST", "one file"},
		"two files in the map":  {[]string{bearer, asked}, []filePart{ops, {"map", `{"0": ["variables.file"], "1": ["variables.file"]}`}, file}, 400, "BAD_REQUEST", "one file"},
		"two places":            {[]string{bearer, asked}, []filePart{ops, {"map", `{"0": ["variables.file", "variables.b"]}`}, file}, 400, "BAD_REQUEST", "one place"},
		"a map of nothing":      {[]string{bearer, asked}, []filePart{ops, {"map", `{}`}, file}, 400, "BAD_REQUEST", "map"},
		"a map of no JSON":      {[]string{bearer, asked}, []filePart{ops, {"map", `[`}, file}, 400, "BAD_REQUEST", "map"},
		"a place that is not":   {[]string{bearer, asked}, []filePart{ops, {"map", `{"0": ["variables.other"]}`}, file}, 400, "BAD_REQUEST", "variables.other"},
		"a place outside":       {[]string{bearer, asked}, []filePart{ops, {"map", `{"0": ["query"]}`}, file}, 400, "BAD_REQUEST", "query"},
		"a place that is taken": {[]string{bearer, asked}, []filePart{{"operations", operations(`{"file": "x"}`)}, places, file}, 400, "BAD_REQUEST", "null"},
		"many operations":       {[]string{bearer, asked}, []filePart{{"operations", "[" + ops.body + "]"}, {"map", `{"0": ["0.variables.file"]}`}, file}, 400, "BAD_REQUEST", "one JSON object"},
		"a file called map":     {[]string{bearer, asked}, []filePart{ops, {"map", `{"map": ["variables.file"]}`}, file}, 400, "BAD_REQUEST", "called map"},
		"long operations":       {[]string{bearer, asked}, []filePart{{"operations", ops.body + strings.Repeat(" ", mostBody)}, places, file}, 413, "TOO_LARGE", "operations"},
		"a body too large":      {[]string{bearer, asked}, []filePart{ops, places, {"0", strings.Repeat("x", mostUpload)}}, 413, "TOO_LARGE", fmt.Sprint(mostUpload)},
		"packed":                {[]string{bearer, asked, "Content-Encoding: gzip"}, good, 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Encoding"},
	} {
		body, contentType := formOf(t, c.parts...)
		a := h.send(t, http.MethodPost, "/graphql", bytes.NewReader(body), append([]string{contentType, wantsGraphQL}, c.headers...)...)
		if a.status != c.status || c.code != "" && a.code() != c.code || !strings.Contains(a.message(), c.says) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
		if a.header.Get("Cache-Control") != "private, no-store" && a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: may be stored", name)
		}
	}
	contributor := writer{h, strings.TrimPrefix(bearer, "Authorization: Bearer ")}
	for name, c := range map[string]struct {
		file any
		code string
	}{
		"no picture":         {attachment("<svg/>"), "INVALID"},
		"a picture too long": {append(portrait(t, 20, 20, 7), make(attachment, media.MostBytes)...), "TOO_LONG"},
		"a text":             {"x", "BAD_USER_INPUT"},
	} {
		if codes := contributor.refused(t, uploadQuery, vars{"file": c.file}); !slices.Equal(codes, []string{c.code}) {
			t.Errorf("%s: %v", name, codes)
		}
	}
	// A token of a lesser role there is none; a query may not bring a file where no variable wants one.
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 16, 16)), nil); err != nil {
		t.Fatal(err)
	}
	contributor.write(t, uploadQuery, vars{"file": attachment(photo.Bytes())})
}
