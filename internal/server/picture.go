package server

import "net/http"

// picture serves a picture that the hub keeps.
func (s *Server) picture(w http.ResponseWriter, r *http.Request) {
	if !s.Desk.Media().Serve(w, r, r.PathValue("file")) {
		writeText(w, http.StatusNotFound, "There is no such picture.\n")
	}
}
