package content

import (
	"cmp"
	"fmt"
	"html"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Cue is a passage of a transcript: what one voice says between two moments of a recording (W3C WebVTT). A WebVTT cue in which
// several voices speak is several of ours.
type Cue struct {
	Start, End time.Duration
	// Voice is the name that the passage carries; empty where it carries none.
	Voice string
	// Text is plain, on one line.
	Text string
}

// Cues reads WebVTT text. The error says which line is wrong, and why.
func Cues(vtt string) ([]Cue, error) {
	vtt = strings.TrimPrefix(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(vtt), "\ufeff")
	head, _, _ := strings.Cut(vtt, "\n")
	if signature, rest := head[:min(len(head), len("WEBVTT"))], head[min(len(head), len("WEBVTT")):]; signature != "WEBVTT" || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return nil, fmt.Errorf("line 1: %s is no WebVTT, whose first line begins with WEBVTT", Quote(head))
	}
	var cues []Cue
	for number, block := range vttBlocks(vtt) {
		timing := slices.IndexFunc(block[:min(2, len(block))], func(line string) bool { return strings.Contains(line, "-->") })
		if timing < 0 {
			continue // a note, a style, a region, or a cue that no player shows
		}
		start, end, err := vttTimes(block[timing])
		if err == nil && len(cues) > 0 && start < cues[len(cues)-1].Start {
			err = fmt.Errorf("%s begins before the cue above it", Quote(block[timing]))
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number+timing, err)
		}
		for voice, text := range vttVoices(strings.Join(block[timing+1:], " ")) {
			cues = append(cues, Cue{start, end, voice, text})
		}
	}
	return cues, nil
}

// vttBlocks yields what stands between empty lines behind the header, with the number of its first line.
func vttBlocks(vtt string) iter.Seq2[int, []string] {
	return func(yield func(int, []string) bool) {
		var block []string
		number, isHead := 0, true
		for line := range strings.SplitSeq(vtt+"\n\n", "\n") {
			if number++; line != "" {
				block = append(block, line)
				continue
			}
			if len(block) > 0 && !isHead && !yield(number-len(block), block) {
				return
			}
			isHead = isHead && len(block) == 0
			block = nil
		}
	}
}

// vttTimes reads "00:01.000 --> 00:04.000" with or without hours; the settings behind it say where a player puts the text.
func vttTimes(line string) (start, end time.Duration, err error) {
	from, rest, _ := strings.Cut(line, "-->")
	to, _, _ := strings.Cut(strings.TrimLeft(rest, " \t"), " ")
	to, _, _ = strings.Cut(to, "\t")
	if start, err = vttTime(strings.Trim(from, " \t")); err == nil {
		end, err = vttTime(to)
	}
	if err == nil && end <= start {
		err = fmt.Errorf("%s ends before it begins", Quote(line))
	}
	return start, end, err
}

func vttTime(s string) (time.Duration, error) {
	wrong := func() (time.Duration, error) {
		return 0, fmt.Errorf("%s is no time; 00:01.000 or 01:00:01.000 is allowed", Quote(s))
	}
	clock, fraction, hasFraction := strings.Cut(s, ".")
	parts := strings.Split(clock, ":")
	if !hasFraction || len(fraction) != 3 || len(parts) < 2 || len(parts) > 3 {
		return wrong()
	}
	var total time.Duration
	for i, part := range slices.Concat(parts, []string{fraction}) {
		n, err := strconv.ParseUint(part, 10, 16)
		isHours := len(parts) == 3 && i == 0
		if err != nil || len(part) < 2 || i < len(parts) && !isHours && (n > 59 || len(part) != 2) {
			return wrong()
		}
		if i < len(parts) {
			total = total*60 + time.Duration(n)*time.Second
		} else {
			total += time.Duration(n) * time.Millisecond
		}
	}
	return total, nil
}

// vttVoices yields what each voice says in a cue, without its marks.
func vttVoices(payload string) iter.Seq2[string, string] {
	return func(yield func(voice, text string) bool) {
		var voice string
		var said strings.Builder
		end := func() bool {
			text := strings.Join(strings.Fields(html.UnescapeString(said.String())), " ")
			said.Reset()
			return text == "" || yield(voice, text)
		}
		for payload != "" {
			before, rest, found := strings.Cut(payload, "<")
			said.WriteString(before)
			if !found {
				break
			}
			mark, after, closed := strings.Cut(rest, ">")
			if payload = after; !closed {
				payload = ""
			}
			name, annotation, _ := strings.Cut(mark, " ")
			name, _, _ = strings.Cut(name, ".")
			if name == "v" || name == "/v" {
				if !end() {
					return
				}
				voice = strings.Join(strings.Fields(html.UnescapeString(annotation)), " ")
			}
		}
		end()
	}
}

// Passages joins cues that follow each other in one voice, so that they can be read: a passage ends where another voice begins,
// or with the first sentence that ends after half a minute.
func Passages(cues []Cue) []Cue {
	const long = 30 * time.Second
	var passages []Cue
	for _, c := range cues {
		if n := len(passages); n > 0 {
			last := &passages[n-1]
			isOver := last.End-last.Start >= long && strings.ContainsAny(last.Text[len(last.Text)-1:], ".?!") || last.End-last.Start >= 2*long
			if cmp.Or(c.Voice, last.Voice) == last.Voice && !isOver {
				last.Text, last.End = last.Text+" "+c.Text, max(last.End, c.End)
				continue
			}
			c.Voice = cmp.Or(c.Voice, last.Voice)
		}
		passages = append(passages, c)
	}
	return passages
}

// At is the address of a recording at a second, as its provider has it: YouTube and Vimeo by their own, others as a media fragment
// (W3C Media Fragments), which browsers know for files.
func At(address string, second int32) string {
	u, err := url.Parse(address)
	if err != nil || second <= 0 {
		return address
	}
	switch host := strings.TrimPrefix(u.Hostname(), "www."); host {
	case "youtube.com", "m.youtube.com", "youtu.be":
		q := u.Query()
		q.Set("t", strconv.Itoa(int(second))+"s")
		u.RawQuery = q.Encode()
	case "vimeo.com", "player.vimeo.com":
		u.Fragment = "t=" + strconv.Itoa(int(second)) + "s"
	default:
		u.Fragment = "t=" + strconv.Itoa(int(second))
	}
	return u.String()
}
