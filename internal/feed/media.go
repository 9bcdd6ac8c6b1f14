package feed

import (
	"net/url"
	"path"
	"regexp"
	"strings"

	"bettertogether/internal/content"
)

// mediaTypes are the endings of files that a player plays, and those of texts that go with them (RFC 6838 registry).
var mediaTypes = map[string]string{
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".oga": "audio/ogg", ".ogg": "audio/ogg", ".opus": "audio/ogg",
	".wav": "audio/wav", ".flac": "audio/flac", ".weba": "audio/webm",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".ogv": "video/ogg",
	".vtt": "text/vtt", ".srt": "application/x-subrip", ".html": "text/html", ".htm": "text/html", ".txt": "text/plain", ".json": "application/json",
}

func mediaType(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return mediaTypes[strings.ToLower(path.Ext(u.Path))]
}

// Playable is the media type of an address that is a file of sound or moving pictures; empty for the page of a player.
func Playable(address string) string {
	if web(address) == "" {
		return ""
	}
	if t := mediaType(address); strings.HasPrefix(t, "audio/") || strings.HasPrefix(t, "video/") {
		return t
	}
	return ""
}

// Player is the address of a recording's player for a frame: the one that the entry names, or that of YouTube (without cookies) and
// Vimeo by the address of the page; empty where there is none. It is https, as pages may frame nothing else.
func Player(r *content.Recording) string {
	if strings.HasPrefix(r.EmbedURL, "https://") {
		return r.EmbedURL
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	switch strings.TrimPrefix(strings.TrimPrefix(u.Hostname(), "www."), "m.") {
	case "youtube.com":
		first = u.Query().Get("v")
	case "youtu.be":
	case "vimeo.com":
		if videoID.MatchString(first) && strings.Trim(first, "0123456789") == "" {
			return "https://player.vimeo.com/video/" + first + "?dnt=1"
		}
		return ""
	default:
		return ""
	}
	if !videoID.MatchString(first) {
		return ""
	}
	return "https://www.youtube-nocookie.com/embed/" + first
}

var videoID = regexp.MustCompile(`^[A-Za-z0-9_-]{5,20}$`)

// transcriptType is the media type of a text track as its entry says it, else by its address; empty is unknown.
func transcriptType(t content.TextTrack) string {
	if said, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(t.MediaType)), ";"); said != "" && !strings.ContainsAny(said, "\"<>\r\n ") {
		return said
	}
	if known := mediaType(t.URL); !strings.HasPrefix(known, "audio/") && !strings.HasPrefix(known, "video/") {
		return known
	}
	return ""
}
