package desk

import (
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/media"
	"bettertogether/internal/store"
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

// forgetPictures takes what is known of a person's photos out of the database, of all revisions, and names the files that nobody
// else shows any more, for the caller to remove when it is done.
func (d *Desk) forgetPictures(ctx context.Context, tx *store.Tx, person content.Revision) ([]string, error) {
	all, err := tx.Written(ctx, []store.Span{{ID: person.ID, First: 1, Last: person.Number}})
	if err != nil {
		return nil, err
	}
	names, seen := map[string]bool{}, map[string]bool{}
	for _, rev := range all {
		content.Images(rev.Entry, func(_ string, i *content.Image) {
			if own, ok := strings.CutPrefix(i.URL, content.PicturePrefix); ok {
				names[own] = true
			} else {
				seen[i.URL] = true
			}
		})
	}
	for url := range seen {
		isHeld, err := tx.HeldElsewhere(ctx, person.ID, url)
		if err != nil {
			return nil, err
		}
		if isHeld {
			continue
		}
		copies, err := tx.PicturesOf(ctx, url)
		if err != nil {
			return nil, err
		}
		for _, name := range copies {
			names[name] = true
		}
		if err := tx.Unfind(ctx, url); err != nil {
			return nil, err
		}
	}
	var files []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		isHeld, err := tx.HeldElsewhere(ctx, person.ID, content.PicturePrefix+name)
		if err != nil {
			return nil, err
		}
		isCopy, err := tx.IsCopy(ctx, name)
		if err != nil {
			return nil, err
		}
		if !isHeld && !isCopy {
			files = append(files, name)
		}
	}
	return files, nil
}
