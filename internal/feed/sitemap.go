package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// mostAddresses is how many addresses a sitemap may have (sitemaps.org, protocol 0.9).
const mostAddresses = 50_000

// addressSize is about what an address takes up in bytes.
const addressSize = 160

const sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"

// Sitemaps is how many parts the sitemap of a view has; 0 when it is one document.
func Sitemaps(v *edition.View) int { return parts(v, mostAddresses) }

// Sitemap writes the addresses of all entries of a view with when each became as it is. Part 0 is /sitemap.xml: the sitemap
// itself, or above 50,000 addresses the index of its parts /sitemaps/1.xml and so on. A part that there is not is an error.
func Sitemap(w io.Writer, v *edition.View, part int) error { return sitemap(w, v, part, mostAddresses) }

// entries counts the addresses: of all entries, and the start page.
func entries(v *edition.View) int {
	n := 1
	for _, kind := range content.Kinds() {
		n += v.Count(kind)
	}
	return n
}

func parts(v *edition.View, most int) int {
	n := entries(v)
	if n <= most {
		return 0
	}
	return (n + most - 1) / most
}

func sitemap(w io.Writer, v *edition.View, part, most int) error {
	all := parts(v, most)
	switch {
	case part == 0 && all > 0:
		return sitemapIndex(w, v, all)
	case part < 0 || part > all:
		return fmt.Errorf("sitemap: there is no part %d; 0 to %d are", part, all)
	}
	var b bytes.Buffer
	b.Grow(min(entries(v), most) * addressSize)
	b.WriteString(xml.Header + `<urlset xmlns="` + sitemapSpace + `">` + "\n")
	first, n := max(part-1, 0)*most, 0
	isIn := func() bool { n++; return n > first && n <= first+most }
	if isIn() {
		location(&b, "url", v.Site+"/")
	}
	v.Each(func(e edition.Entry) {
		if isIn() {
			location(&b, "url", e.URL(), e.UpdatedAt())
		}
	})
	b.WriteString("</urlset>\n")
	return send(w, v, &b)
}

func sitemapIndex(w io.Writer, v *edition.View, parts int) error {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<sitemapindex xmlns="` + sitemapSpace + `">` + "\n")
	for n := range parts {
		location(&b, "sitemap", v.Site+"/sitemaps/"+strconv.Itoa(n+1)+".xml")
	}
	b.WriteString("</sitemapindex>\n")
	return send(w, v, &b)
}

// location writes one address, by hand: there are tens of thousands of them.
func location(b *bytes.Buffer, element, address string, modified ...time.Time) {
	b.WriteString(" <")
	b.WriteString(element)
	b.WriteString("><loc>")
	if strings.ContainsAny(address, "&<>\"'") {
		_ = xml.EscapeText(b, []byte(address)) // writing to a buffer cannot fail
	} else {
		b.WriteString(address)
	}
	b.WriteString("</loc>")
	for _, at := range modified {
		b.WriteString("<lastmod>")
		b.Write(at.UTC().Truncate(time.Second).AppendFormat(b.AvailableBuffer(), time.RFC3339))
		b.WriteString("</lastmod>")
	}
	b.WriteString("</")
	b.WriteString(element)
	b.WriteString(">\n")
}
