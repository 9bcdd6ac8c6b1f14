package exchange

import (
	"regexp"
	"strings"

	htmltomarkdown "github.com/JohannesKaufmann/html-to-markdown/v2"
)

// joinLink finds the addresses by which one enters a meeting. Who has one is in, so the hub never shows any.
// Mail programs wrap them into addresses of their own, where a slash is written %2F.
var joinLink = regexp.MustCompile(strings.ReplaceAll(`(?i)[^\s<>"'()\[\]]*(?:`+
	`zoom(?:gov)?\.(?:us|com(?:\.cn)?)/(?:j|my|w|s|wc|meeting/tracking)/|`+
	`teams\.(?:microsoft|live)\.(?:com|us)/(?:l/meetup-join|meet)/|`+
	`meet\.google\.com/[a-z]|tel\.meet/|`+
	`webex\.com/(?:\S*(?:meet|join|j\.php|launch))|`+
	`(?:gotomeeting|gotomeet)\.(?:com|me)/|global\.gotomeeting\.com/|meet\.goto\.com/|`+
	`bluejeans\.com/\d|whereby\.com/\S|meet\.jit\.si/\S|chime\.aws/\d|ringcentral\.com/(?:join|j)/|`+
	`meet\.lync\.com/|join\.skype\.com/`+
	`)\S*`, "/", "(?:/|%2f)"))

// joinLine tells the lines that stand around a join link: numbers to dial, and secrets.
var joinLine = regexp.MustCompile(`(?i)meeting id|webinar id|passcode|password|\bpin\b|one[- ]tap|dial[- ]?in|dial by your location|find your local number|phone conference|join (?:zoom|microsoft|teams|webex|by phone|on your|via (?:zoom|teams|phone)|from (?:a )?(?:pc|computer|phone))|tel:\+?\d|^[^\w]*\+?\d[\d ()-]{8,}[,#]`)

var meetingID = regexp.MustCompile(`(?i)(?:meeting|webinar|conference) id\s*:?\s*\d`)

// hasJoin says whether a text holds a way into a meeting. Most have no slash and no number, which is cheap to see.
func hasJoin(s string) bool {
	return strings.Contains(s, "/") && joinLink.MatchString(s) || strings.ContainsAny(s, "0123456789") && meetingID.MatchString(s)
}

const joinRemark = "holds the way into a meeting, which is not imported: "

// withoutJoinLinks takes the ways into meetings out of everything that a record says.
func (r *record) withoutJoinLinks() {
	for name, v := range r.values {
		switch v := v.(type) {
		case string:
			r.values[name] = r.withoutJoin(name, v)
		case []any:
			kept := v[:0]
			for _, item := range v {
				if s, ok := item.(string); ok && joinLink.MatchString(s) {
					r.say(joinRemark + name)
					continue
				}
				if o, ok := item.(map[string]any); ok && joinLink.MatchString(textOf(o["url"])) {
					r.say(joinRemark + name)
					continue
				}
				kept = append(kept, item)
			}
			r.values[name] = kept
		}
	}
}

// withoutJoin cleans one text: a line with a join link goes, and so do those about dialling in.
func (r *record) withoutJoin(name, s string) string {
	if !hasJoin(s) {
		return s
	}
	r.say(joinRemark + name)
	if name == "venue" || name == "room" || name == "city" {
		if textOf(r.values["format"]) == "" {
			r.values["format"] = "online"
		}
		return ""
	}
	if !strings.Contains(strings.TrimSpace(s), "\n") && !strings.Contains(strings.TrimSpace(s), " ") {
		return ""
	}
	var kept []string
	for _, line := range strings.Split(s, "\n") {
		switch {
		case joinLine.MatchString(line):
		case joinLink.MatchString(line):
			if rest := strings.Trim(joinLink.ReplaceAllString(line, ""), " \t:-–<>()[]"); len(strings.Fields(rest)) > 3 {
				kept = append(kept, joinLink.ReplaceAllString(line, "…"))
			}
		default:
			kept = append(kept, line)
		}
	}
	return strings.TrimSpace(strings.Join(kept, "\n"))
}

// say adds a remark once.
func (r *record) say(remark string) {
	for _, old := range r.remarks {
		if old == remark {
			return
		}
	}
	r.remarks = append(r.remarks, remark)
}

var htmlTag = regexp.MustCompile(`(?i)</?(p|br|a|b|i|u|ul|ol|li|div|span|strong|em|h[1-6]|table|html|body|font)(\s[^<>]*)?/?>`)

// markdownOf turns HTML into Markdown; a text without tags stays as it is.
func markdownOf(s string) string {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	if !htmlTag.MatchString(s) {
		return s
	}
	text, err := htmltomarkdown.ConvertString(s)
	if err != nil {
		return strings.TrimSpace(htmlTag.ReplaceAllString(s, " "))
	}
	return strings.TrimSpace(text)
}

// networkLink makes an address of a handle in a network that a label names; what is an address already stays one. "" for
// a handle whose network nobody knows.
func networkLink(label, handle string) string {
	handle = strings.TrimSpace(handle)
	if strings.Contains(handle, "/") || strings.Contains(handle, ".") && !strings.HasPrefix(handle, "@") {
		if !strings.Contains(handle, "://") {
			return "https://" + handle
		}
		return handle
	}
	handle = strings.TrimPrefix(handle, "@")
	if handle == "" || strings.ContainsAny(handle, " \t@") {
		return ""
	}
	switch fold(label) {
	case "twitter", "x", "x twitter", "twitter handle", "twitterhandle":
		return "https://twitter.com/" + handle
	case "github":
		return "https://github.com/" + handle
	case "linkedin":
		return "https://www.linkedin.com/in/" + handle
	case "bluesky":
		return "https://bsky.app/profile/" + handle
	}
	return ""
}
