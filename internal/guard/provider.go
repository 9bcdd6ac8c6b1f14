package guard

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"bettertogether/internal/content"
)

// provider is a host of recordings that tells by oEmbed (oembed.com) whether one is there. Its pages do not: they answer 200 for a
// video that is gone.
type provider struct {
	// endpoint is the address that is asked.
	endpoint string
	// video is the address by which the provider knows what another address shows; empty when that is no video.
	video func(u *url.URL) string
}

func providers() []provider {
	return []provider{
		{"https://www.youtube.com/oembed", youTube},
		{"https://vimeo.com/api/oembed.json", vimeo},
	}
}

// provider finds whose recording an address shows; nil for any other address.
func (g *Guard) provider(address string) (*provider, string) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, ""
	}
	for i := range g.providers {
		if video := g.providers[i].video(u); video != "" {
			return &g.providers[i], video
		}
	}
	return nil, ""
}

var (
	youTubeID = regexp.MustCompile(`^[A-Za-z0-9_-]{11}$`)
	vimeoID   = regexp.MustCompile(`^[0-9]{1,12}$`)
	vimeoHash = regexp.MustCompile(`^[0-9a-f]{1,20}$`)
)

// youTube knows watch?v=ID, embed/ID, live/ID, shorts/ID, v/ID and youtu.be/ID.
func youTube(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	first, rest, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	id := ""
	switch host {
	case "youtu.be":
		id = first
	case "youtube.com", "m.youtube.com", "music.youtube.com", "youtube-nocookie.com":
		switch first {
		case "watch":
			id = u.Query().Get("v")
		case "embed", "live", "shorts", "v":
			id, _, _ = strings.Cut(rest, "/")
		}
	}
	if !youTubeID.MatchString(id) {
		return ""
	}
	return "https://www.youtube.com/watch?v=" + id
}

// vimeo knows vimeo.com/ID, vimeo.com/ID/HASH of unlisted ones and player.vimeo.com/video/ID?h=HASH.
func vimeo(u *url.URL) string {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	hash := u.Query().Get("h")
	switch strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") {
	case "player.vimeo.com":
		if parts[0] != "video" || len(parts) < 2 {
			return ""
		}
		parts = parts[1:]
	case "vimeo.com":
	default:
		return ""
	}
	if !vimeoID.MatchString(parts[0]) {
		return ""
	}
	if len(parts) > 1 {
		hash = parts[1]
	}
	if vimeoHash.MatchString(hash) {
		return "https://vimeo.com/" + parts[0] + "/" + hash
	}
	return "https://vimeo.com/" + parts[0]
}

// recording asks a provider. That it knows nothing, or may tell nobody, means that the recording is gone or private.
func (g *Guard) recording(ctx context.Context, p provider, video string) look {
	a, err := g.client.ask(ctx, http.MethodGet, p.endpoint+"?format=json&url="+url.QueryEscape(video), nil, mostPage)
	l := judged(a, err)
	switch a.status {
	case http.StatusNotFound, http.StatusUnauthorized, http.StatusForbidden:
		l.Outcome, l.Detail = content.LookGone, "its provider says that it is gone or private: "+named(a.status)
	case http.StatusOK:
		var said struct {
			Title string `json:"title"`
		}
		if json.Unmarshal(a.body, &said) != nil {
			l.Outcome, l.Detail = content.LookUnclear, "its provider does not answer in JSON"
		}
		l.Title = line(said.Title)
	}
	return l
}

// line makes one short line of a text that somebody else wrote.
func line(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r <= ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 }), " ")
	if r := []rune(s); len(r) > 300 {
		return string(r[:299]) + "…"
	}
	return s
}
