package feed_test

import (
	"bytes"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
)

func TestDocumentsAreAsTheyWereRead(t *testing.T) {
	v := small(t)
	for name, of := range map[string]content.ID{
		"all": "", "podcast": id(content.KindSeries, "podcast"), "listing": id(content.KindListing, "aprendizaje"),
	} {
		l := list(t, v, of, edition.Refinement{})
		for format := range writers() {
			got := write(t, format, l)
			if strings.HasPrefix(string(format), "json") {
				got = indented(t, got)
			}
			golden(t, name+"."+string(format), got)
		}
	}
}

func TestSingleEntriesAsLinkedData(t *testing.T) {
	v := small(t)
	for _, of := range []content.ID{
		id(content.KindSeries, "podcast"), id(content.KindEpisode, "past"), id(content.KindSpeaker, "ballinger"),
		id(content.KindOrganization, "lccc"), id(content.KindCaseStudy, "techcred"), id(content.KindTopic, "apprenticeship"),
		id(content.KindListing, "aprendizaje"),
	} {
		var b bytes.Buffer
		if err := feed.EntryJSONLD(&b, v, v.Entry(of)); err != nil {
			t.Fatal(err)
		}
		golden(t, "entry-"+string(of.Kind())+".jsonld", indented(t, b.String()))
	}
}

func TestSitemapOEmbedAndSnippets(t *testing.T) {
	v := small(t)
	var b bytes.Buffer
	if err := feed.Sitemap(&b, v, 0); err != nil {
		t.Fatal(err)
	}
	golden(t, "sitemap.xml", b.String())
	l := list(t, v, id(content.KindListing, "aprendizaje"), edition.Refinement{})
	b.Reset()
	if err := feed.OEmbed(&b, l, feed.Box{MaxWidth: 500}); err != nil {
		t.Fatal(err)
	}
	golden(t, "oembed.json", indented(t, b.String()))
	b.Reset()
	if err := feed.OEmbedLink(&b, v, v.Entry(id(content.KindEpisode, "upcoming"))); err != nil {
		t.Fatal(err)
	}
	golden(t, "oembed-link.json", indented(t, b.String()))
	s := feed.SnippetsOf(l)
	golden(t, "snippets.html", s.Link+"\n"+s.Frame+"\n"+s.Element+"\n")
}
