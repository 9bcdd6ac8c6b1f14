package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"time"

	"bettertogether/internal/edition"
)

// mostAddresses is how many addresses a sitemap may have (sitemaps.org, protocol 0.9).
const mostAddresses = 50_000

type urlset struct {
	XMLName xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []siteAddress `xml:"url"`
}

type sitemapIndex struct {
	XMLName  xml.Name      `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Sitemaps []siteAddress `xml:"sitemap"`
}

type siteAddress struct {
	Loc     string `xml:"loc"`
	LastMod string `xml:"lastmod,omitempty"`
}

// Sitemaps is how many parts the sitemap of a view has; 0 when it is one document.
func Sitemaps(v *edition.View) int { return parts(v, mostAddresses) }

// Sitemap writes the addresses of all entries of a view with when each became as it is. Part 0 is /sitemap.xml: the sitemap
// itself, or above 50,000 addresses the index of its parts /sitemap-1.xml and so on. A part that there is not is an error.
func Sitemap(w io.Writer, v *edition.View, part int) error { return sitemap(w, v, part, mostAddresses) }

func parts(v *edition.View, most int) int {
	n := 1 // the start page
	v.Each(func(edition.Entry) { n++ })
	if n <= most {
		return 0
	}
	return (n + most - 1) / most
}

func sitemap(w io.Writer, v *edition.View, part, most int) error {
	all := parts(v, most)
	if part < 0 || part > all {
		return fmt.Errorf("sitemap: there is no part %d; 0 to %d are", part, all)
	}
	if part == 0 && all > 0 {
		index := sitemapIndex{}
		for n := range all {
			index.Sitemaps = append(index.Sitemaps, siteAddress{Loc: v.Site + "/sitemap-" + strconv.Itoa(n+1) + ".xml"})
		}
		return sendXML(w, v, index)
	}
	first := max(part-1, 0) * most
	set := urlset{}
	n := 0
	take := func(a func() siteAddress) {
		if n >= first && n < first+most {
			set.URLs = append(set.URLs, a())
		}
		n++
	}
	take(func() siteAddress { return siteAddress{Loc: v.Site + "/"} })
	v.Each(func(e edition.Entry) {
		take(func() siteAddress {
			return siteAddress{Loc: e.URL(), LastMod: e.UpdatedAt().UTC().Truncate(time.Second).Format(time.RFC3339)}
		})
	})
	return sendXML(w, v, set)
}

// sendXML writes a document of XML 1.0.
func sendXML(w io.Writer, v *edition.View, document any) error {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	out := xml.NewEncoder(&b)
	out.Indent("", " ")
	if err := out.Encode(document); err != nil {
		return fmt.Errorf("encode %T: %w", document, err)
	}
	b.WriteByte('\n')
	return send(w, v, &b)
}
