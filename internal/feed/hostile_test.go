package feed_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/hubtest"
)

// The texts that somebody stores to see what happens.
const (
	hostileName = "</script><!--<script>alert(1)</script> \u202Efdp.exe\u2066 \"quoted' &amp; END:VEVENT;,\\n \u2028 <svg onload=alert(2)>"
	hostileText = "# Head\n\n<script>alert(1)</script> <img src=x onerror=alert(2)> <svg/onload=alert(3)> [click](javascript:alert(4)) " +
		"[data](data:text/html,<script>alert(5)</script>) <iframe src=//evil></iframe> \u202Eturned\u202C ]]> &#8238;x &lt;script&gt;"
)

func hostileEntries() []content.Entry {
	long := strings.Repeat("Ĳ☃ word ", 1_250) // over 10,000 characters
	topic := &content.Topic{Base: content.Base{Slug: "hostile"}, Name: hostileName, Scheme: content.TopicSubject, Definition: content.Markdown(hostileText)}
	org := &content.Organization{Base: content.Base{Slug: "hostile"}, Name: hostileName, OrganizationKind: content.OrgOther, Summary: content.Markdown(hostileText)}
	speaker := &content.Speaker{Base: content.Base{Slug: "hostile"}, Name: hostileName, Bio: content.Markdown(hostileText)}
	series := &content.Series{Base: content.Base{Slug: "hostile"}, Title: hostileName, SeriesKind: content.SeriesPodcast, Summary: content.Markdown(hostileText), Organizers: []content.ID{id(content.KindOrganization, "hostile")}}
	study := &content.CaseStudy{Base: content.Base{Slug: "hostile"}, Title: hostileName, Summary: content.Markdown(hostileText), Status: content.PartnershipActive}
	entries := []content.Entry{topic, org, speaker, series, study}
	for slug, title := range map[string]string{
		"one": hostileName, "formula": "=HYPERLINK(\"http://evil.example\";\"x\")", "plus": "+1", "long": strings.Repeat("é", 1_000),
		"rtl": "كلية المجتمع: التعليم معًا", "ampersand": "A && B <b>bold</b>", "bracket": "1 < 2 > 0",
	} {
		entries = append(entries, &content.Episode{
			Base: content.Base{Slug: slug}, Title: title, EpisodeRare: &content.EpisodeRare{Subtitle: title, Images: []content.Image{{URL: "https://cdn.example.org/a.svg", Alt: hostileName}}}, Series: id(content.KindSeries, "hostile"), Summary: content.Markdown(hostileText + "\n\n" + long),
			EpisodeManner: &content.EpisodeManner{Format: content.FormatMeeting, Status: content.StatusScheduled}, When: content.When{Date: "2026-04-01", StartTime: "10:00", TimeZone: "America/New_York"}.Kept(),
			Location: &content.Location{Venue: hostileName, City: hostileName}, Topics: []content.ID{id(content.KindTopic, "hostile")},
			Appearances: []content.Appearance{{
				Speaker: id(content.KindSpeaker, "hostile"),
				Part:    &content.Part{Role: content.RoleOther},
				Billing: &content.Billing{CreditedName: hostileName, CreditedTitle: hostileName, Credited: &content.Credited{CreditedOrganizations: []content.ID{id(content.KindOrganization, "hostile")}}},
			}},
			Recordings: []content.Recording{{
				RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingAudio}, URL: "https://cdn.example.org/a.mp3?x='&y=1;,",
				Along: &content.Along{
					Title:    hostileName,
					Tracks:   []content.TextTrack{{TrackKind: content.TrackTranscript, URL: "https://cdn.example.org/a.vtt", MediaType: `text/vtt" onload="x`}},
					Chapters: []content.Chapter{{Seconds: 1, Title: hostileName}},
				},
			}},
		})
	}
	return entries
}

var turning = regexp.MustCompile("[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\u2028\u2029]")

func TestHostileTextsDoNoHarmAnywhere(t *testing.T) {
	v := hub(t, &hubtest.Clock{At: now()}, hostileEntries()...).Pin()
	l := list(t, v, id(content.KindSeries, "hostile"), edition.Refinement{})
	for f := range writers() {
		got := write(t, f, l)
		harmless(t, string(f), got)
		told := readers()[f](t, got)
		if len(told) != 7 {
			t.Errorf("%s tells %d episodes, want 7", f, len(told))
		}
		if !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), "كلية المجتمع: التعليم معًا") || !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), strings.Repeat("é", 1_000)) {
			t.Errorf("%s does not have a title as it is", f)
		}
		if text := strings.Repeat("Ĳ☃ word ", 1_249); f != feed.Linked && !strings.Contains(strings.ReplaceAll(got, "\r\n ", ""), text) {
			t.Errorf("%s cuts a text off", f)
		}
	}
	rows := readCSV(t, write(t, feed.Table, l))
	for _, row := range rows {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
				t.Errorf("a spreadsheet runs %q", cell[:min(40, len(cell))])
			}
		}
	}
	for _, e := range hostileEntries() {
		var b bytes.Buffer
		if err := feed.EntryJSONLD(&b, v, v.Entry(id(e.Kind(), e.Common().Slug))); err != nil {
			t.Fatal(err)
		}
		harmless(t, "jsonld of "+string(e.Kind()), b.String())
	}
	var b bytes.Buffer
	if err := feed.OEmbed(&b, l, feed.Box{}); err != nil {
		t.Fatal(err)
	}
	harmless(t, "oembed", b.String())
}

// harmless refuses what runs or turns. What is JSON must also fit into a script element.
func harmless(t *testing.T, name, got string) {
	t.Helper()
	if !utf8.ValidString(got) {
		t.Errorf("%s is no UTF-8", name)
	}
	if found := turning.FindString(got); found != "" {
		t.Errorf("%s has %+q", name, found)
	}
	if regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]`).MatchString(got) {
		t.Errorf("%s has a control character", name)
	}
	lower := strings.ToLower(got)
	for _, bad := range []string{"javascript:", "data:text", "onerror", `onload="x`} {
		if strings.Contains(lower, bad) {
			t.Errorf("%s has %s", name, bad)
		}
	}
	if strings.HasPrefix(name, "json") || name == "oembed" {
		if strings.ContainsAny(got, "<>") {
			t.Errorf("%s has a bracket as it is, which may end a script element", name)
		}
	}
}

func TestSnippetsSurviveASanitiser(t *testing.T) {
	for name, v := range map[string]*edition.View{"small": small(t), "hostile": hub(t, &hubtest.Clock{At: now()}, hostileEntries()...).Pin()} {
		l := list(t, v, "", edition.Refinement{Filter: content.EpisodeFilter{Search: ""}})
		s := feed.SnippetsOf(l)
		for which, snippet := range map[string]string{"link": s.Link, "frame": s.Frame, "element": s.Element} {
			if strings.ContainsAny(snippet, "\r\n") {
				t.Errorf("%s %s: an editor makes paragraphs of its line breaks", name, which)
			}
			// What WordPress leaves of the HTML of an author who may not write unfiltered HTML: prose, lists and links.
			left := bluemonday.UGCPolicy().Sanitize(snippet)
			if !strings.Contains(left, `<a href="https://hub.example/lists/all"`) {
				t.Errorf("%s %s: no link is left: %s", name, which, left)
			}
			harmless(t, "snippet", snippet)
			if strings.Contains(strings.ToLower(snippet), "<svg") || strings.Count(strings.ToLower(snippet), "<script") > 1 {
				t.Errorf("%s %s: somebody's markup runs", name, which)
			}
		}
		left := bluemonday.UGCPolicy().Sanitize(s.Element)
		for _, e := range l.Episodes {
			if !strings.Contains(left, `<a href="`+e.URL()+`"`) {
				t.Errorf("%s: %s is not in the fallback", name, e.URL())
			}
			for _, w := range []string{string(e.Phase()), feed.InterfaceWords("en").Phase(e.Phase()) + "<", e.PrimaryAction().Label + "<"} {
				if strings.Contains(s.Element, w) {
					t.Errorf("%s: the fallback says %q, which time makes wrong", name, w)
				}
			}
		}
		if !strings.Contains(left, "As of March 10, 2026.") {
			t.Errorf("%s: the fallback is not dated", name)
		}
	}
}
