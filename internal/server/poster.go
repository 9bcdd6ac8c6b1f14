package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

// poster serves the picture of an episode's card, which we draw ourselves.
func (s *Server) poster(w http.ResponseWriter, r *http.Request) {
	id, isPicture := strings.CutSuffix(r.PathValue("file"), ".png")
	e, ok := s.Desk.Pin().Entry(content.ID(id)).(*edition.Episode)
	if !ok || !isPicture {
		writeText(w, http.StatusNotFound, "There is no such picture.\n")
		return
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{s.Build, e.Title, string(e.Episode.Series)}, "\x00")))
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:9]) + `"`
	h := w.Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	if isKnown(w, r, etag, "public, max-age=3600, stale-while-revalidate=86400") {
		return
	}
	var picture bytes.Buffer
	if err := feed.Poster(&picture, e); err != nil {
		s.Log.Error("a poster was not drawn", "id", id, "error", err)
		writeText(w, http.StatusInternalServerError, "It is our fault, and noted.\n")
		return
	}
	h.Set("Content-Type", "image/png")
	_, _ = picture.WriteTo(w) // a client that has gone needs no answer
}
