package scalar

import (
	"io"

	"github.com/99designs/gqlgen/graphql"

	"bettertogether/internal/content"
)

// Upload is a file that came with a request. The server puts it into the variables; no JSON can.
type Upload struct{ io.Reader }

// MarshalUpload writes nothing: a file is never answered.
func MarshalUpload(Upload) graphql.Marshaler { return graphql.Null }

// UnmarshalUpload takes what the server has put there.
func UnmarshalUpload(v any) (Upload, error) {
	file, ok := v.(Upload)
	if !ok || file.Reader == nil {
		return Upload{}, content.Errorf(content.CodeInvalid, "file", "must come as a file, by a GraphQL multipart request (multipart/form-data with operations, map and the file)")
	}
	return file, nil
}
