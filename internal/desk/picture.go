package desk

import (
	"context"
	"io"
	"strings"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/media"
)

// Media holds the hub's own pictures; nil where there are none.
func (d *Desk) Media() *media.Folder { return d.media }

// AddPicture takes an upload in. Nothing shows the picture before an entry names its path. The same picture twice is one, so a
// repetition needs no key. Mistakes are content.Errors.
func (d *Desk) AddPicture(ctx context.Context, viewer auth.Viewer, in io.Reader, w Write) (media.Picture, error) {
	if err := must(viewer, auth.Contributor); err != nil {
		return media.Picture{}, err
	}
	if d.media == nil {
		return media.Picture{}, content.Errors{content.Errorf(content.CodeUnavailable, "file", "this hub keeps no pictures")}
	}
	if w.DryRun {
		return d.media.Try(ctx, in)
	}
	return d.media.Add(ctx, in)
}

// pictures brings an entry's images into the form that is stored: a picture of the hub's own by its path and with its size, any
// other by its address. One that the hub does not hold is a mistake, unless the entry showed it before.
func (p *plan) pictures(path string, entry, before content.Entry) {
	shown := map[string]content.Image{}
	if before != nil {
		content.Images(before, func(_ string, i *content.Image) { shown[i.URL] = *i })
	}
	content.Images(entry, func(at string, i *content.Image) {
		i.Width, i.Height = 0, 0
		if own, ok := strings.CutPrefix(i.URL, p.d.site); ok && p.d.site != "" && content.IsPicturePath(own) {
			i.URL = own
		}
		if !content.IsPicturePath(i.URL) {
			return
		}
		name := strings.TrimPrefix(i.URL, content.PicturePrefix)
		old, isKept := shown[i.URL]
		switch held, ok := p.d.media.Find(name); {
		case ok:
			i.Width, i.Height = held.Width, held.Height
		case isKept:
			i.Width, i.Height = old.Width, old.Height
		default:
			p.wrong(content.CodeNotFound, path+"."+at+".url", "%s is no picture that this hub holds; upload it first", content.Quote(i.URL))
		}
	})
}
