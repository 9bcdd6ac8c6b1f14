package content_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
)

func TestCuesAreReadAsWebVTTHasThem(t *testing.T) {
	got, err := content.Cues("\ufeffWEBVTT - a title\r\nLanguage: en\r\n\r\nNOTE\r\nonly written here\r\n\r\nSTYLE\r\n::cue { color: red }\r\n\r\n" +
		"intro\r\n00:01.000 --> 00:04.250 align:start position:10%\r\n<v.loud Ana  Ruiz>Good <i>morning</i>, &amp; welcome.</v>\r\nTo <00:03.000>all.\r\n\r\n" +
		"01:00:05.000 --> 100:00:06.000\n<v Ana Ruiz>Now Bo.</v> <v Bo &amp; Co>Thanks!\n\n00:00\n")
	if err != nil {
		t.Fatal(err)
	}
	want := []content.Cue{
		{time.Second, 4250 * time.Millisecond, "Ana Ruiz", "Good morning, & welcome."},
		{time.Second, 4250 * time.Millisecond, "", "To all."},
		{time.Hour + 5*time.Second, 100*time.Hour + 6*time.Second, "Ana Ruiz", "Now Bo."},
		{time.Hour + 5*time.Second, 100*time.Hour + 6*time.Second, "Bo & Co", "Thanks!"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func TestWhatIsNoWebVTTIsToldWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"":          "line 1",
		"WEBVTTX\n": "line 1",
		"1\n00:00:01,000 --> 00:00:02,000\nSubRip":                           "line 1",
		"WEBVTT\n\n00:01.000 --> 00:01.000\nx":                               "line 3: \"00:01.000 --> 00:01.000\" ends before it begins",
		"WEBVTT\n\nid\n00:61.000 --> 02:00.000\nx":                           "line 4: \"00:61.000\" is no time",
		"WEBVTT\n\n00:00:01,000 --> 00:00:02,000\nx":                         "is no time",
		"WEBVTT\n\n00:09.000 --> 00:10.000\na\n\n00:05.000 --> 00:06.000\nb": "line 6",
	} {
		if _, err := content.Cues(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v, want %q", text, err, want)
		}
	}
}

func TestPassagesJoinWhatOneVoiceSays(t *testing.T) {
	cue := func(second int, voice, text string) content.Cue {
		at := time.Duration(second) * time.Second
		return content.Cue{Start: at, End: at + 5*time.Second, Voice: voice, Text: text}
	}
	got := content.Passages([]content.Cue{cue(0, "Ana", "One"), cue(5, "", "two."), cue(10, "Bo", "Three."), cue(40, "Bo", "Four."), cue(45, "Bo", "Five")})
	var texts []string
	for _, p := range got {
		texts = append(texts, p.Voice+": "+p.Text)
	}
	if want := []string{"Ana: One two.", "Bo: Three. Four.", "Bo: Five"}; !slices.Equal(texts, want) {
		t.Errorf("got %q, want %q", texts, want)
	}
}

func FuzzCues(f *testing.F) {
	f.Add("WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ana>Hello</v>")
	f.Fuzz(func(t *testing.T, text string) {
		cues, err := content.Cues(text)
		if err != nil && cues != nil {
			t.Error("an error came with cues")
		}
		for i, c := range cues {
			if c.End <= c.Start || c.Text == "" || strings.ContainsAny(c.Text+c.Voice, "\n\r") || i > 0 && c.Start < cues[i-1].Start {
				t.Errorf("%q gives %+v", text, c)
			}
		}
		content.Passages(cues)
	})
}
