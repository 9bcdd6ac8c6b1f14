package edition

import "bettertogether/internal/content"

// Image is a picture of an entry as a view shows it.
type Image struct {
	*content.Image
	v *View
}

// URL is the absolute address that the entry names, of the hub or elsewhere. A page shows Src.
func (i Image) URL() string {
	if content.IsPicturePath(i.Image.URL) {
		return i.v.Site + i.Image.URL
	}
	return i.Image.URL
}

// Src is the absolute address of the hub's own copy, which pages and documents show; empty while there is none.
func (i Image) Src() string {
	if content.IsPicturePath(i.Image.URL) {
		return i.v.Site + i.Image.URL
	}
	if f := i.v.findings[i.Image.URL]; f != nil && f.Picture != "" {
		return i.v.Site + content.PicturePrefix + f.Picture
	}
	return ""
}

// size is that of the hub's own copy.
func (i Image) size() (width, height int32) {
	if f := i.v.findings[i.Image.URL]; f != nil {
		return f.Width, f.Height
	}
	return i.Image.Width, i.Image.Height
}

// Width is that of the hub's own copy, in pixels; nil while there is none.
func (i Image) Width() *int32 {
	width, _ := i.size()
	return positive(width)
}

// Height is that of the hub's own copy, in pixels; nil while there is none.
func (i Image) Height() *int32 {
	_, height := i.size()
	return positive(height)
}

func positive(n int32) *int32 {
	if n <= 0 {
		return nil
	}
	return &n
}

func (v *View) image(i *content.Image) *Image {
	if i == nil {
		return nil
	}
	return &Image{i, v}
}

// Images are the pictures of the episode, in the editors' order.
func (e *Episode) Images() []Image {
	shown := make([]Image, len(e.Episode.Images()))
	for i := range e.Episode.Images() {
		shown[i] = Image{&e.Episode.Images()[i], e.v}
	}
	return shown
}

// Photo is the person's picture; nil when there is none.
func (s *Speaker) Photo() *Image { return s.v.image(s.Speaker.Photo()) }

// Logo is the organization's; nil when there is none.
func (o *Organization) Logo() *Image { return o.v.image(o.Organization.Logo) }
