package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

// lists serves lists of episodes: saved ones, that of all episodes and those of entries, each in every format by the ending of
// its address.
type lists struct {
	*Server
	page *template.Template
}

// writers make the documents of the formats that a list has beside its pages.
var writers = map[feed.Format]func(io.Writer, *edition.EpisodeList) error{
	feed.Calendar: feed.ICS, feed.News: feed.RSS, feed.Items: feed.JSONFeed, feed.Program: feed.JSON, feed.Linked: feed.JSONLD, feed.Table: feed.CSV,
}

// all is the name of the list of all episodes.
const all = "all"

// of serves the lists of one kind: of a listing, also without an ending, and of an entry, whose address without an ending is its
// page.
func (s lists) of(kind content.Kind, page http.Handler) http.Handler {
	document := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ending, _ := strings.Cut(r.PathValue("slug"), ".")
		s.serve(w, r, listAsked{kind, name, feed.Format(ending)})
	})
	list := s.kept(keeping{control: keepEverywhere, surrogate: "lists"}, document, document)
	// The page and the list for programs say when to ask again.
	moving := s.kept(keeping{control: keepEverywhere, surrogate: "lists", tellsSchedule: true}, document, document)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, ending, hasEnding := strings.Cut(r.PathValue("slug"), ".")
		_, isDocument := writers[feed.Format(ending)]
		switch {
		case kind != content.KindListing && !hasEnding:
			page.ServeHTTP(w, r)
		case isDocument && feed.Format(ending) != feed.Program:
			list.ServeHTTP(w, r)
		default:
			moving.ServeHTTP(w, r)
		}
	})
}

// listAsked is a list in a format.
type listAsked struct {
	kind   content.Kind
	slug   string
	format feed.Format
}

func (s lists) serve(w http.ResponseWriter, r *http.Request, a listAsked) {
	view := edition.From(r.Context())
	_, isDocument := writers[a.format]
	if !isDocument && a.format != feed.Page && a.format != feed.Embed {
		s.refuse(w, a, http.StatusNotFound, fmt.Sprintf("There is no format %q; .html, .json, .ics, .rss, .jsonfeed, .jsonld and .csv are there.", a.format))
		return
	}
	var of edition.Entry
	if a.kind != content.KindListing || a.slug != all {
		if of = view.BySlug(a.kind, a.slug); of == nil {
			s.refuse(w, a, http.StatusNotFound, "There is no list at this address; it may have been taken down, or the address is misspelt. All episodes are at "+s.Site+"/lists/all")
			return
		}
		if of.Common().Slug != a.slug {
			address := of.URL()
			if a.format != feed.Page {
				address += "." + string(a.format)
			}
			if r.URL.RawQuery != "" {
				address += "?" + r.URL.RawQuery
			}
			http.Redirect(w, r, address, http.StatusMovedPermanently)
			return
		}
	}
	refined, err := refinement(r.URL.Query())
	var list *edition.EpisodeList
	if err == nil {
		list, err = view.EpisodeList(of, refined)
	}
	var wrong *content.Error
	if errors.As(err, &wrong) {
		s.refuse(w, a, http.StatusBadRequest, strings.TrimPrefix(wrong.Error(), "filter."))
		return
	}
	if asked := r.URL.Query().Get("lang"); asked != "" && list != nil {
		list.Language = feed.InterfaceWords(asked).Language
	}
	var document bytes.Buffer
	if err == nil {
		if isDocument {
			err = writers[a.format](&document, list)
		} else {
			err = s.write(&document, list, a.format)
		}
	}
	if err != nil {
		s.Log.Error("a list was not made", "path", r.URL.Path, "error", err)
		http.Error(w, "The list cannot be shown; it is our fault, and noted.", http.StatusInternalServerError)
		return
	}
	s.head(w, list, a)
	keep(r)
	_, _ = document.WriteTo(w) // a client that has gone needs no answer
}

// head says what the document is.
func (s lists) head(w http.ResponseWriter, l *edition.EpisodeList, a listAsked) {
	h := w.Header()
	h.Set("Content-Type", a.format.MediaType())
	h.Set("Surrogate-Key", "lists list-"+strings.ReplaceAll(edition.Path(a.kind), "/", "-")+"-"+a.slug)
	if a.format == feed.Table {
		h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", a.slug+".csv"))
	}
	if a.format == feed.Page || a.format == feed.Embed {
		h.Set("Content-Security-Policy", s.policy(l, a.format))
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
	}
}

// policy lets a page run its own small script and style and nothing else; an embedded list may stand in the frames of those whom
// its listing allows.
func (s lists) policy(l *edition.EpisodeList, format feed.Format) string {
	frames := "'none'"
	if format == feed.Embed {
		frames = "*"
		if listing, ok := l.Of.(*edition.Listing); ok && len(listing.AllowedOrigins) > 0 {
			frames = "'self' " + strings.Join(listing.AllowedOrigins, " ")
		}
	}
	return "default-src 'none'; style-src '" + hashOf(listStyle) + "'; script-src '" + hashOf(listScript) + "'; base-uri 'none'; form-action 'none'; frame-ancestors " + frames
}

func hashOf(source string) string {
	sum := sha256.Sum256([]byte(source))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

// isKnown says what names an answer and how long it may be kept, and answers 304 to who has it already.
func isKnown(w http.ResponseWriter, r *http.Request, etag, keep string) bool {
	w.Header().Set("ETag", etag)
	w.Header().Set("Cache-Control", keep)
	if !matches(r.Header.Values("If-None-Match"), etag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// refuse answers in the form that the client reads: programs get JSON, people a sentence.
func (s lists) refuse(w http.ResponseWriter, a listAsked, status int, message string) {
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=30")
	switch a.format {
	case feed.Program, feed.Items, feed.Linked:
		h.Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"error":%s}`, jsonString(message))
	case feed.Page, feed.Embed:
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src '"+hashOf(listStyle)+"'; frame-ancestors *")
		w.WriteHeader(status)
		_ = s.page.ExecuteTemplate(w, "refusal", map[string]any{"Style": template.CSS(listStyle), "Message": message, "All": s.Site + "/lists/all"}) //nolint:gosec // ours
	default:
		writeText(w, status, message+"\n")
	}
}

// refinement reads the conditions that an address adds to a list. What it does not know is somebody else's, and passed over.
func refinement(q url.Values) (edition.Refinement, error) {
	var r edition.Refinement
	f := &r.Filter
	f.Phases, f.Formats = words[content.EpisodePhase](q["phases"]), words[content.EpisodeFormat](q["formats"])
	f.Series, f.Topics = words[content.ID](q["series"]), words[content.ID](q["topics"])
	f.Organizations, f.Speakers, f.Regions = words[content.ID](q["organizations"]), words[content.ID](q["speakers"]), words[string](q["regions"])
	f.From, f.To, f.Language, f.Search = content.PartialDate(q.Get("from")), content.PartialDate(q.Get("to")), q.Get("language"), q.Get("search")
	r.Order = content.EpisodeOrder(q.Get("order"))
	for name, into := range map[string]**bool{"hasRecording": &f.HasRecording, "hasCaptions": &f.HasCaptions} {
		if given := q.Get(name); given != "" {
			claim, err := strconv.ParseBool(given)
			if err != nil {
				return r, content.Errorf(content.CodeInvalid, name, "%s is not true or false", content.Quote(given))
			}
			*into = &claim
		}
	}
	if given := q.Get("limit"); given != "" {
		n, err := strconv.ParseInt(given, 10, 32)
		if err != nil || n < 1 || n > edition.MostPerPage {
			return r, content.Errorf(content.CodeInvalid, "limit", "%s is not from 1 to %d", content.Quote(given), edition.MostPerPage)
		}
		r.Limit = int32(n)
	}
	return r, content.CheckFilter(*f)
}

// words reads a parameter that may come several times, or with commas.
func words[T ~string](values []string) []T {
	var found []T
	for _, v := range values {
		for word := range strings.SplitSeq(v, ",") {
			if word = strings.TrimSpace(word); word != "" && !slices.Contains(found, T(word)) {
				found = append(found, T(word))
			}
		}
	}
	return found
}

// follow sends the reader of a list on to what an episode's one right button does now. The address is of this host, so that a
// sandbox that lets nobody leave for another lets it pass.
func (s lists) follow(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	e, ok := s.Desk.Pin().Entry(content.ID(r.PathValue("id"))).(*edition.Episode)
	if !ok {
		http.Error(w, "There is no such episode.", http.StatusNotFound)
		return
	}
	address := e.PrimaryAction().URL
	if address == "" {
		address = e.URL()
	}
	http.Redirect(w, r, address, http.StatusFound)
}
