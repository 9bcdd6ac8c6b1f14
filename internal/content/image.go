package content

import (
	"fmt"
	"regexp"
	"strings"
)

// Image is a picture of an entry. Alt tells what is on it to who does not see it.
type Image struct {
	// URL is an address elsewhere, or the path of a picture that the hub holds itself; see PicturePrefix.
	URL string `json:"url"`
	Alt string `json:"alt,omitzero"`
	// Key is the image's natural key in the file that brought it.
	Key string `json:"key,omitzero"`
	// Width and Height are the pixels of a picture that the hub holds itself; 0 for any other.
	Width  int32 `json:"width,omitzero"`
	Height int32 `json:"height,omitzero"`
}

// PicturePrefix is how the path of a picture begins that the hub holds itself. Behind it stand the SHA-256 of the file in
// lower-case hex and its ending, .jpg or .png. Entries keep the path alone, so that they may move to another hub.
const PicturePrefix = "/media/"

var formPicture = regexp.MustCompile(`^/media/[0-9a-f]{64}\.(jpg|png)$`)

// IsPicturePath tells the path of a picture that the hub holds itself.
func IsPicturePath(s string) bool { return formPicture.MatchString(s) }

// Images visits the pictures of an entry with their dotted paths as in JSON: "images.0", "photo", "logo".
func Images(e Entry, visit func(path string, i *Image)) {
	switch e := e.(type) {
	case *Episode:
		for i := range e.Images() {
			visit(fmt.Sprint("images.", i), &e.Images()[i])
		}
	case *Speaker:
		if e.Photo() != nil {
			visit("photo", e.Photo())
		}
	case *Organization:
		if e.Logo != nil {
			visit("logo", e.Logo)
		}
	}
}

// CheckImages says which pictures of an entry nobody has described, as every public one must be. Nil means that nothing is wrong.
func CheckImages(e Entry) Errors {
	var found Errors
	Images(e, func(path string, i *Image) {
		if strings.TrimSpace(i.Alt) == "" {
			found = append(found, Errorf(CodeRequired, path+".alt", "is required to publish: say what is on the picture, for who does not see it"))
		}
	})
	return found
}

func (v *validator) image(i Image) {
	v.required("url", i.URL)
	if strings.HasPrefix(i.URL, "/") {
		if !IsPicturePath(i.URL) {
			v.wrong(CodeInvalid, "url", "%s is no picture of this hub; %s, 64 hex digits and .jpg or .png are allowed, or an absolute http or https address", Quote(i.URL), PicturePrefix)
		}
		return
	}
	v.url("url", i.URL)
}
