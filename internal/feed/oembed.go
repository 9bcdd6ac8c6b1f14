package feed

import (
	"errors"
	"html"
	"io"
	"strconv"

	"bettertogether/internal/edition"
)

// Box is the room that an oEmbed consumer has, in pixels; 0 is as much as wanted.
type Box struct{ MaxWidth, MaxHeight int }

// The size of an embedded list in pixels: as wanted, and the least in which it can be read.
const (
	frameWidth, frameHeight         = 640, 480
	leastFrameWidth, leastFrameHigh = 240, 160
)

// errNegative says that a box is no room.
var errNegative = errors.New("maxwidth and maxheight are pixels, 1 or more")

type oEmbed struct {
	Type         string `json:"type"`
	Version      string `json:"version"`
	Title        string `json:"title"`
	AuthorName   string `json:"author_name,omitempty"`
	AuthorURL    string `json:"author_url,omitempty"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	CacheAge     int    `json:"cache_age"`
	HTML         string `json:"html,omitempty"`
	Width        int    `json:"width,omitempty"`
	Height       int    `json:"height,omitempty"`
}

// OEmbed writes the list as oEmbed 1.0: a rich frame that fits into the box, or a link where the box is too small to read in.
func OEmbed(w io.Writer, l *edition.EpisodeList, box Box) error {
	o := oEmbedOf(l.View())
	o.Title = title(l)
	if listing, ok := l.Of.(*edition.Listing); ok {
		if owner := listing.Owner(); owner != nil {
			o.AuthorName, o.AuthorURL = line(owner.Name), owner.URL()
		}
	}
	if box.MaxWidth < 0 || box.MaxHeight < 0 {
		return errNegative
	}
	width, height := fit(frameWidth, box.MaxWidth), fit(frameHeight, box.MaxHeight)
	if width >= leastFrameWidth && height >= leastFrameHigh {
		o.Type, o.Width, o.Height = "rich", width, height
		o.HTML = frame(l, width, height)
	}
	return sendJSON(w, l.View(), o)
}

// OEmbedLink writes an entry without a list of its own as oEmbed 1.0 of the type link.
func OEmbedLink(w io.Writer, v *edition.View, e edition.Entry) error {
	o := oEmbedOf(v)
	o.Title = line(e.Label())
	if episode, ok := e.(*edition.Episode); ok {
		if s, ok := seriesOf(episode); ok {
			o.AuthorName, o.AuthorURL = line(s.Title), s.URL()
		}
	}
	return sendJSON(w, v, o)
}

func oEmbedOf(v *edition.View) oEmbed {
	return oEmbed{Type: "link", Version: "1.0", ProviderName: "Better Together Hub", ProviderURL: v.Site + "/", CacheAge: 3600}
}

func fit(wanted, most int) int {
	if most > 0 && most < wanted {
		return most
	}
	return wanted
}

// frame is an iframe of the list. It has no style of its own: sanitisers take that away.
func frame(l *edition.EpisodeList, width, height int) string {
	return `<iframe src="` + html.EscapeString(Address(l, Embed)) + `" title="` + html.EscapeString(title(l)) + `" width="` + strconv.Itoa(width) +
		`" height="` + strconv.Itoa(height) + `" loading="lazy" referrerpolicy="strict-origin-when-cross-origin"></iframe>`
}
