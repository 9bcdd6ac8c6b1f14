package content

import (
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
	"weak"
)

// safe is all that public HTML may consist of: text without a bare "<", and these tags in this form.
var safe = regexp.MustCompile(`^(?:[^<>]|</?(?:p|em|strong|code|pre|blockquote|ul|ol|li|h[2-6]|table|thead|tbody|tr|th|td)>|<(?:br|hr)>|</a>|` +
	`<a href="(?:https?://[^"<>/@][^"<>/@]*(?:[/?#][^"<>]*)?|mailto:[^"<>]*)" rel="nofollow noreferrer">)*$`)

// scheme finds every target of a link.
var scheme = regexp.MustCompile(`href="([a-z]*):`)

func checkHTML(t *testing.T, source, html string) {
	t.Helper()
	// Regular expressions match invalid UTF-8 as U+FFFD, which is no sign of HTML.
	if !safe.MatchString(html) {
		t.Errorf("%q gives unsafe %q", source, html)
	}
	if strings.Contains(strings.ToLower(html), "<script") {
		t.Errorf("%q gives a script: %q", source, html)
	}
	for _, found := range scheme.FindAllStringSubmatch(html, -1) {
		if found[1] != "http" && found[1] != "https" && found[1] != "mailto" {
			t.Errorf("%q gives a link to %s: %q", source, found[1], html)
		}
	}
}

func TestHTMLHoldsProseListsTablesAndLinks(t *testing.T) {
	for source, want := range map[string]string{
		"":                              "",
		"a *b* **c** `d`":               "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>",
		"a\n\nb":                        "<p>a</p>\n<p>b</p>",
		"a  \nb":                        "<p>a<br>\nb</p>",
		"## a\n### b":                   "<h2>a</h2>\n<h3>b</h3>",
		"- a\n- b":                      "<ul>\n<li>a</li>\n<li>b</li>\n</ul>",
		"1. a\n2. b":                    "<ol>\n<li>a</li>\n<li>b</li>\n</ol>",
		"> a":                           "<blockquote>\n<p>a</p>\n</blockquote>",
		"a\n\n---\n\nb":                 "<p>a</p>\n<hr>\n<p>b</p>",
		"```html\n<b>\n```":             "<pre><code>&lt;b&gt;\n</code></pre>",
		"|a|b|\n|-|:-:|\n|1|2|":         "<table>\n<thead>\n<tr>\n<th>a</th>\n<th>b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td>2</td>\n</tr>\n</tbody>\n</table>",
		"[a](https://example.org/?b&c)": `<p><a href="https://example.org/?b&amp;c" rel="nofollow noreferrer">a</a></p>`,
		"https://example.org/a.":        `<p><a href="https://example.org/a" rel="nofollow noreferrer">https://example.org/a</a>.</p>`,
		"see www.example.org":           `<p>see <a href="http://www.example.org" rel="nofollow noreferrer">www.example.org</a></p>`,
		"a@example.org":                 `<p><a href="mailto:a@example.org" rel="nofollow noreferrer">a@example.org</a></p>`,
		"a < b & c":                     "<p>a &lt; b &amp; c</p>",
		"1 *2* <3":                      "<p>1 <em>2</em> &lt;3</p>",
		"é “ü” 🎓 社区":                    "<p>é “ü” 🎓 社区</p>",
	} {
		got := Markdown(source).HTML()
		checkHTML(t, source, got)
		if got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

// hostile are texts that have opened a door somewhere.
var hostile = []string{
	"<script>alert(1)</script>", "<SCRIPT SRC=//evil.example></SCRIPT>", "a <script>alert(1)</script> b", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script\n>alert(1)</script\n>", "<script/x>alert(1)//",
	"<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)//", "a <img src=\"x\" onerror=\"alert(1)\"> b", "![a](https://evil.example/a.png)", `![a](x "onerror=alert(1)")`, `![a"onerror="alert(1)](x)`, "![a](javascript:alert(1))",
	"<svg onload=alert(1)>", "<svg><script>alert(1)</script></svg>", "<svg/onload=alert(1)>", "<math><mi xlink:href=javascript:alert(1)>a", "<iframe src=javascript:alert(1)></iframe>", "<object data=a><embed src=a>", "<base href=//evil.example>",
	"<style>*{background:url(//evil.example)}</style>", "<p style=\"background:url(javascript:alert(1))\" onclick=alert(1)>a</p>", "<link rel=stylesheet href=//evil.example>", "<meta http-equiv=refresh content=0;url=//evil.example>",
	"<form action=//evil.example><input autofocus onfocus=alert(1)>", "<details open ontoggle=alert(1)>", "<body onload=alert(1)>", "<a href=javascript:alert(1)>a</a>", "<a href=https://example.org onclick=alert(1)>a</a>",
	"[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a]( javascript:alert(1))", "[a](\tjavascript:alert(1))", "[a](<javascript:alert(1)>)", "[a](<java\tscript:alert(1)>)", "[a](java&#09;script:alert(1))", "[a](java&Tab;script:alert(1))",
	"[a](java&NewLine;script:alert(1))", "[a](&#106;avascript:alert(1))", "[a](&#x6A;avascript:alert(1))", "[a](&#0000106avascript:alert(1))", "[a](javascript&colon;alert(1))", "[a](javascript&#58;alert(1))", "[a](%6Aavascript:alert(1))",
	"[a](\x01javascript:alert(1))", "[a](\u00a0javascript:alert(1))", "[a](javascript\\:alert(1))", "[a](j\\avascript:alert(1))", "[a](javascript://example.org/%0aalert(1))", "[a](vbscript:x)", "[a](data:text/html,<script>alert(1)</script>)",
	"[a](data:text/html;base64,PHNjcmlwdD4=)", "[a](DATA:image/svg+xml,<svg onload=alert(1)>)", "[a](file:///etc/passwd)", "[a](ftp://example.org)", "[a](blob:x)", "[a](//evil.example)", "[a](/admin?delete=1)", "[a](#x)", "[a](?a)", "[a](x)", "[a](https:example.org)", "[a](https:///a)", "[a](https:/a)", "[a](https://example.org@evil.example)", "[a](https://:b@evil.example)", "https://example.org@evil.example",
	"<javascript:alert(1)>", "<JAVASCRIPT:alert(1)>", "<data:text/html,a>", "[a]: javascript:alert(1)\n\n[a]", "[a]: <javascript:alert(1)> \"t\"\n\n[a][a]", "[a][b]\n\n[b]: data:text/html,a",
	`[a](https://example.org "b\"onmouseover=alert(1) c=\"")`, `[a](https://example.org/"onmouseover="alert(1))`, `[a](https://example.org/'onmouseover='alert(1))`, `[a](https://example.org/<script>)`, "[a](https://example.org/`b`)", `https://example.org/"onmouseover="alert(1)`,
	`[<img src=x onerror=alert(1)>](https://example.org)`, "[a](mailto:a@example.org?subject=<script>)", "[a](MAILTO:a@example.org)", "[a](tel:1)",
	"<!-- <script>alert(1)</script> -->", "<!--><script>alert(1)</script>-->", "a <!-- b --> c", "<![CDATA[<script>alert(1)</script>]]>", "<?php echo 1 ?>", "<!DOCTYPE a>", "<!-- --!> <script>alert(1)</script>",
	"`<script>alert(1)</script>`", "```\n<script>alert(1)</script>\n```", "```\"onload=alert(1)\na\n```", "    <script>alert(1)</script>", "> <script>alert(1)</script>", "- <script>alert(1)</script>", "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|", "# <script>alert(1)</script>",
	"&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;", "\\<script>alert(1)\\</script>", "<\x00script>alert(1)</script>", "<scr\x00ipt>", "\xff<script>\xff", "<script", "<a href=\"", "\"><script>alert(1)</script>", "'\"><img src=x onerror=alert(1)>",
	"<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<textarea></textarea><script>alert(1)</script>", "<title><script>alert(1)</script></title>", "<xmp><script>alert(1)</script></xmp>", "<template><script>alert(1)</script></template>",
	"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">", "<p\u2028onclick=alert(1)>a", "＜script＞alert(1)＜/script＞", "<ſcript>alert(1)</ſcript>",
}

func TestHostileTextStaysHarmless(t *testing.T) {
	for _, source := range hostile {
		for _, around := range []string{"%", "a % b", "**%**", "- %\n- %", "[x%x](https://example.org)", "> %\n>\n> %", "| % |\n|---|\n| % |", "%\n\n%", "<div>\n\n%\n\n</div>"} {
			whole := strings.ReplaceAll(around, "%", source)
			checkHTML(t, whole, Markdown(whole).HTML())
		}
		for _, gone := range []string{"<img", "<svg", "<iframe", "<style", "onerror=\"", " onclick", "<!--", "href=\"javascript", "href=\"data"} {
			if html := Markdown(source).HTML(); strings.Contains(strings.ToLower(html), gone) {
				t.Errorf("%q keeps %s: %q", source, gone, html)
			}
		}
	}
}

func TestEveryLinkIsMarkedAsTheAuthors(t *testing.T) {
	html := Markdown("[a](https://a.example) https://b.example <https://c.example> d@example.org [e][f]\n\n[f]: http://f.example").HTML()
	if links, marked := strings.Count(html, "<a "), strings.Count(html, `rel="nofollow noreferrer"`); links != 5 || marked != 5 {
		t.Errorf("%d links, %d marked: %s", links, marked, html)
	}
}

func TestPlainHasNoMarkupAndNoEntities(t *testing.T) {
	for source, want := range map[string]string{
		"":                                  "",
		"a *b* **c** `d`":                   "a b c d",
		"a\n\nb\n\n\n\nc":                   "a\nb\nc",
		"a  \nb":                            "a\nb",
		"## a\n\nb":                         "a\nb",
		"# a\n\nb":                          "a\nb",
		"- a\n- b\n\n1. c":                  "a\nb\nc",
		"> a\n>\n> b":                       "a\nb",
		"|a|b|\n|-|-|\n|1|2|":               "a\nb\n1\n2",
		"[a](https://example.org) b":        "a b",
		"<https://example.org>":             "https://example.org",
		"Q&A: 1 < 2 > 0, \"x\" & 'y'":       "Q&A: 1 < 2 > 0, \"x\" & 'y'",
		"&copy; &amp; &lt;b&gt; &#8212;":    "© & <b> —",
		"a <b>c</b> d":                      "a c d",
		"a <!-- c --> d":                    "a  d",
		"`<b>`":                             "<b>",
		"```\n<p>a</p>\n```":                "<p>a</p>",
		"![a](https://example.org/a.png) b": "b",
		"é 🎓":                               "é 🎓",
	} {
		if got := Markdown(source).Plain(); got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func TestTextIsGivenInThreeFormats(t *testing.T) {
	text := Markdown("*a*")
	for format, want := range map[TextFormat]string{FormatMarkdown: "*a*", FormatHTML: "<p><em>a</em></p>", FormatText: "a", "": "*a*"} {
		if got := text.In(format); got != want {
			t.Errorf("%s: %q, want %q", format, got, want)
		}
	}
	var none Text
	for _, format := range []TextFormat{FormatMarkdown, FormatHTML, FormatText} {
		if got := none.In(format); got != "" {
			t.Errorf("no text in %s: %q", format, got)
		}
	}
	if Markdown("") != none {
		t.Error("the empty text is not the zero Text")
	}
}

func TestTextRendersOnceHoweverManyReadItAtOnce(t *testing.T) {
	text := Markdown(strings.Repeat("a *b* & [c](https://example.org)\n\n", 50))
	var mu sync.Mutex
	html, plain := map[*byte]bool{}, map[*byte]bool{}
	var all sync.WaitGroup
	for range 16 {
		shared := text // a copy, as an edition hands it on
		all.Go(func() {
			for range 20 {
				h, p := shared.HTML(), shared.Plain()
				mu.Lock()
				html[unsafe.StringData(h)], plain[unsafe.StringData(p)] = true, true
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if len(html) != 1 || len(plain) != 1 {
		t.Errorf("rendered %d and %d times", len(html), len(plain))
	}
}

// A text lies among those of other entries: what is rendered of one does not hold the others.
func TestARenderedTextDoesNotHoldThoseBesideIt(t *testing.T) {
	rendered := func() weak.Pointer[byte] {
		e, err := new(Decoder).Decode(KindTopic, Shape, `{"definition":"a text that was rendered and went"}`)
		if err != nil {
			t.Fatal(err)
		}
		text := e.(*Topic).Definition
		if text.HTML() == "" {
			t.Error("nothing was rendered")
		}
		return weak.Make(unsafe.StringData(text.Markdown()))
	}
	beside := rendered()
	runtime.GC()
	if beside.Value() != nil {
		t.Error("the memory in which it lay is still held")
	}
}

func TestSearchReadsWordsNotMarkup(t *testing.T) {
	for source, want := range map[string]string{
		"":                                    "",
		"plain words":                         "plain words",
		"a [b](https://example.org/secret) c": "a [b]  c",
		"a <b>c</b> d":                        "a  c  d",
		"a <https://example.org/secret> b":    "a   b",
		"a <!-- secret --> b":                 "a   b",
		"5 < 6 and 7 > 6":                     "5 < 6 and 7 > 6",
		"(in brackets)":                       "(in brackets)",
	} {
		if got := Markdown(source).bare(); got != want {
			t.Errorf("%q: %q, want %q", source, got, want)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, source := range hostile {
		f.Add(source)
	}
	f.Add("|a|b|\n|-|:-:|\n|1|2|\n\n1. a\n   - b\n\n> c\n\n## d\n\n```\ne\n```\n\n[f]: https://example.org\n[f]")
	f.Fuzz(func(t *testing.T, source string) {
		if len(source) > 4000 {
			return // some Markdown takes time that grows with its square
		}
		text := Markdown(source)
		checkHTML(t, source, text.HTML())
		_ = text.bare()
		if strings.Contains(text.Plain(), "\n\n") || strings.TrimSpace(text.Plain()) != text.Plain() {
			t.Errorf("%q: plain text with blank lines: %q", source, text.Plain())
		}
	})
}
