package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"bettertogether/graph/scalar"
	"bettertogether/internal/auth"
)

// The limits of a request that brings a file.
const (
	mostUpload = 9 << 20
	mostMap    = 4 << 10
	// uploadTimeout is how long a file may take to come: at a slow line longer than any other request.
	uploadTimeout = 60 * time.Second
)

const typeMultipart = "multipart/form-data"

// preflight are the headers one of which a request with a file must have. No form of a foreign page can set any of them without
// the browser asking first.
func preflight() []string {
	return []string{"GraphQL-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name"}
}

// isMultipart tells a request that brings a file, by its Content-Type.
func isMultipart(h http.Header) bool {
	kind := h.Get("Content-Type")
	if kind == typeJSON {
		return false
	}
	media, _, _ := mime.ParseMediaType(kind) // what is no type is refused as one later
	return media == typeMultipart
}

// form reads a request with one file by the GraphQL multipart request specification: the parts operations, map and the file, in
// this order. It returns the operations, and put, which puts the file into the variables once these are read.
func form(w http.ResponseWriter, r *http.Request) (operations []byte, put func(variables map[string]any) *refusal, no *refusal) {
	bad := func(format string, args ...any) *refusal {
		return &refusal{http.StatusBadRequest, "BAD_REQUEST", fmt.Sprintf(format, args...)}
	}
	if !auth.From(r.Context()).Role.May(auth.Contributor) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="hub"`)
		return nil, nil, &refusal{http.StatusUnauthorized, "UNAUTHENTICATED", "a file may come with a token only"}
	}
	asked := false
	for _, name := range preflight() {
		asked = asked || strings.TrimSpace(r.Header.Get(name)) != ""
	}
	if !asked {
		return nil, nil, bad("a request with a file needs one of the headers %s, not empty, so that no foreign page can send it", strings.Join(preflight(), ", "))
	}
	if h := r.Header.Get("Content-Encoding"); h != "" && !strings.EqualFold(h, "identity") {
		return nil, nil, &refusal{http.StatusUnsupportedMediaType, "UNSUPPORTED_MEDIA_TYPE", "a Content-Encoding is not allowed"}
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(uploadTimeout)) // where there is no connection there are no deadlines
	_ = control.SetWriteDeadline(time.Now().Add(uploadTimeout + writeTimeout))
	r.Body = http.MaxBytesReader(w, r.Body, mostUpload)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, nil, bad("the body is no %s", typeMultipart)
	}
	operations, no = part(parts, "operations", mostBody)
	if no != nil {
		return nil, nil, no
	}
	places, no := part(parts, "map", mostMap)
	if no != nil {
		return nil, nil, no
	}
	var files map[string][]string
	if json.Unmarshal(places, &files) != nil || len(files) != 1 {
		return nil, nil, bad(`the map must name one file and its place, such as {"0": ["variables.file"]}`)
	}
	var name, place string
	for n, all := range files {
		if len(all) != 1 {
			return nil, nil, bad("the map must give a file one place, not %d", len(all))
		}
		name, place = n, all[0]
	}
	if name == "operations" || name == "map" {
		return nil, nil, bad("the file must not be called %s", name)
	}
	file, no := part(parts, name, mostUpload)
	if no != nil {
		return nil, nil, no
	}
	if _, err := parts.NextPart(); !errors.Is(err, io.EOF) {
		return nil, nil, unread(err, bad("behind the file there must be nothing; one file is allowed"))
	}
	return operations, func(variables map[string]any) *refusal {
		if !putFile(variables, strings.Split(place, "."), scalar.Upload{Reader: bytes.NewReader(file)}) {
			return bad("the map leads to %q; it must lead to a variable that is null in operations, such as variables.file", shorten(place))
		}
		return nil
	}, nil
}

// part reads the next part of a form, which must have a name.
func part(parts *multipart.Reader, name string, most int64) ([]byte, *refusal) {
	missing := &refusal{http.StatusBadRequest, "BAD_REQUEST", fmt.Sprintf("the part %q is missing; operations, map and the file must come in this order", shorten(name))}
	p, err := parts.NextRawPart()
	if err != nil {
		return nil, unread(err, missing)
	}
	if p.FormName() != name {
		return nil, missing
	}
	body, err := io.ReadAll(io.LimitReader(p, most+1))
	switch {
	case err != nil:
		return nil, unread(err, &refusal{http.StatusBadRequest, "BAD_REQUEST", "the body could not be read"})
	case int64(len(body)) > most:
		return nil, &refusal{http.StatusRequestEntityTooLarge, "TOO_LARGE", fmt.Sprintf("the part %q is larger than %d bytes", shorten(name), most)}
	case most < mostUpload && !utf8.Valid(body):
		return nil, &refusal{http.StatusBadRequest, "BAD_REQUEST", fmt.Sprintf("the part %q is not UTF-8", name)}
	}
	return body, nil
}

// unread says that a body was too large, where that is why it could not be read.
func unread(err error, otherwise *refusal) *refusal {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &refusal{http.StatusRequestEntityTooLarge, "TOO_LARGE", fmt.Sprintf("the body is larger than %d bytes", tooLarge.Limit)}
	}
	return otherwise
}

// putFile puts a file in the place of a null below the variables.
func putFile(variables map[string]any, place []string, file scalar.Upload) bool {
	if len(place) < 2 || place[0] != "variables" {
		return false
	}
	last := len(place) - 1
	for _, name := range place[1:last] {
		below, ok := variables[name].(map[string]any)
		if !ok {
			return false
		}
		variables = below
	}
	if was, ok := variables[place[last]]; !ok || was != nil {
		return false
	}
	variables[place[last]] = file
	return true
}
