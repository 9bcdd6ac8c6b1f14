package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

// recording is a recording as its episode's page shows it.
type recording struct {
	Title, URL, Host, Poster, Length string
	// Frame is the address of the provider's player, File that of a file that the browser plays itself; a script loads either after a
	// click. Both may be empty: then the link leads to the provider.
	Frame, File, FileKind string
	Tracks                []listLink
	Chapters              []moment
	Passages              []passage
	Search, Transcript    string
	// Trouble says that its address is broken.
	Trouble                 string
	HasTranscript, IsSearch bool
}

type moment struct{ Anchor, URL, Clock, Title, Seconds string }

type passage struct {
	moment
	Voice, Speaker, Text string
}

// recordings are the recordings of an episode's page, with their transcripts: those parts of it that hold the words of a search.
func (p pages) recordings(shown *page, e *edition.Episode, search string) {
	anchors := map[string]bool{}
	at := func(r edition.Recording, second int32, title string) moment {
		m := moment{URL: content.At(r.PlayURL(), second), Clock: clock(second), Title: title, Seconds: strconv.Itoa(int(second))}
		if id := "t=" + m.Seconds; !anchors[id] {
			anchors[id], m.Anchor = true, id
		}
		return m
	}
	for _, r := range e.Recordings() {
		address := r.PlayURL()
		rec := recording{Title: r.Title(), URL: address, Host: hostOf(address), Poster: feed.PosterPath(e), Search: search, Transcript: r.TranscriptURL()}
		if h := r.Health(); h != nil && h.State == content.LinkBroken {
			rec.Trouble = fmt.Sprintf(p.t("The recording is gone from %s since %s."), hostOf(r.URL), p.words.Date(content.PartialDate(h.Since.Format(time.DateOnly))))
			if address != "" {
				rec.Trouble += " " + p.t("Another copy is shown.")
			}
		}
		for _, i := range e.Images() {
			if src := i.Src(); src != "" {
				rec.Poster = strings.TrimPrefix(src, p.Site)
				break
			}
		}
		if r.Seconds > 0 {
			rec.Length = clock(r.Seconds)
		}
		if kind := feed.Playable(address); kind != "" {
			rec.File, rec.FileKind = address, strings.SplitN(kind, "/", 2)[0]
		} else if address == r.URL {
			rec.Frame = feed.Player(r.Recording)
		}
		if u, err := url.Parse(rec.Frame + rec.File); err == nil && u.Host != "" {
			shown.origins = append(shown.origins, u.Scheme+"://"+u.Host)
		}
		for _, t := range r.Tracks() {
			rec.Tracks = append(rec.Tracks, listLink{URL: t.URL, Title: strings.TrimSuffix(p.t(noun(t.TrackKind))+" · "+t.Language, " · ")})
		}
		var words *string
		if search != "" {
			words, rec.IsSearch = &search, true
		}
		parts, err := r.Passages(words)
		if err != nil {
			shown.Problem = err.Error()
		}
		rec.HasTranscript = r.Recording.Transcript() != ""
		for _, part := range parts {
			said := passage{moment: at(r, part.Seconds(), ""), Voice: part.Voice, Text: part.Text}
			if s := part.Speaker(); s != nil {
				said.Speaker = s.URL()
			}
			rec.Passages = append(rec.Passages, said)
		}
		for _, c := range r.Chapters() {
			rec.Chapters = append(rec.Chapters, at(r, c.Seconds, c.Title))
		}
		shown.Recordings = append(shown.Recordings, rec)
	}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

// transcript serves the transcript of a recording as a file, for players.
func (s *Server) transcript(w http.ResponseWriter, r *http.Request) {
	name, isFile := strings.CutSuffix(r.PathValue("file"), ".vtt")
	id, number, _ := strings.Cut(name, "-")
	view := edition.From(r.Context())
	e, ok := view.Entry(content.ID(id)).(*edition.Episode)
	text := ""
	if n, err := strconv.Atoi(number); ok && isFile && err == nil {
		for _, rec := range e.Recordings() {
			if rec.TranscriptURL() == s.Site+edition.TranscriptPath(e.ID(), n) {
				text = rec.Transcript()
			}
		}
	}
	if text == "" {
		writeText(w, http.StatusNotFound, "There is no such transcript.\n")
		return
	}
	h := w.Header()
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	keep(r)
	h.Set("Content-Type", "text/vtt; charset=utf-8")
	_, _ = w.Write([]byte(text)) // a client that has gone needs no answer
}
