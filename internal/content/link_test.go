package content

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestVerdictsOnLinks(t *testing.T) {
	const (
		hour = time.Hour
		day  = 24 * time.Hour
	)
	type step struct {
		after   time.Duration
		outcome LookOutcome
		want    LinkState
	}
	for name, steps := range map[string][]step{
		"well":                          {{0, LookReached, LinkOK}, {7 * day, LookReached, LinkOK}},
		"gone twice":                    {{0, LookReached, LinkOK}, {day, LookGone, LinkUnsure}, {hour, LookGone, LinkBroken}, {day, LookGone, LinkBroken}},
		"gone twice at once":            {{0, LookGone, LinkUnsure}, {59 * time.Minute, LookGone, LinkUnsure}, {time.Minute, LookGone, LinkBroken}},
		"back again":                    {{0, LookGone, LinkUnsure}, {hour, LookGone, LinkBroken}, {day, LookReached, LinkOK}, {day, LookGone, LinkUnsure}},
		"failed on three days":          {{0, LookReached, LinkOK}, {day, LookFailed, LinkUnsure}, {day, LookFailed, LinkUnsure}, {day, LookFailed, LinkBroken}},
		"failed often on one day":       {{0, LookFailed, LinkUnsure}, {hour, LookFailed, LinkUnsure}, {hour, LookFailed, LinkUnsure}, {hour, LookFailed, LinkUnsure}, {hour, LookFailed, LinkUnsure}},
		"days a little too short":       {{0, LookFailed, LinkUnsure}, {23 * hour, LookFailed, LinkUnsure}, {23 * hour, LookFailed, LinkUnsure}, {23 * hour, LookFailed, LinkUnsure}, {hour, LookFailed, LinkBroken}},
		"well in between":               {{0, LookFailed, LinkUnsure}, {day, LookFailed, LinkUnsure}, {day, LookReached, LinkOK}, {day, LookFailed, LinkUnsure}, {day, LookFailed, LinkUnsure}},
		"unclear is never broken":       {{0, LookUnclear, LinkUnsure}, {day, LookUnclear, LinkUnsure}, {day, LookUnclear, LinkUnsure}, {day, LookUnclear, LinkUnsure}, {day, LookUnclear, LinkUnsure}},
		"unclear leaves well":           {{0, LookReached, LinkOK}, {7 * day, LookUnclear, LinkOK}},
		"unclear leaves broken":         {{0, LookGone, LinkUnsure}, {day, LookGone, LinkBroken}, {day, LookUnclear, LinkBroken}},
		"unclear leaves counts":         {{0, LookGone, LinkUnsure}, {day, LookUnclear, LinkUnsure}, {day, LookGone, LinkBroken}},
		"unclear becomes well":          {{0, LookUnclear, LinkUnsure}, {day, LookReached, LinkOK}},
		"a failure, then gone":          {{0, LookFailed, LinkUnsure}, {day, LookGone, LinkUnsure}, {hour, LookGone, LinkBroken}},
		"gone among failures on 3 days": {{0, LookFailed, LinkUnsure}, {day, LookGone, LinkUnsure}, {day, LookFailed, LinkBroken}},
	} {
		var f Finding
		at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		for i, s := range steps {
			at = at.Add(s.after)
			before := f
			f = f.After(Look{URL: "https://a.example/", At: at, Outcome: s.outcome})
			if f.State != s.want {
				t.Errorf("%s: after look %d %s, want %s", name, i+1, f.State, s.want)
			}
			if f.At != at || (f.State != before.State) != (f.Since == at) {
				t.Errorf("%s: look %d at %s, %s since %s", name, i+1, f.At, f.State, f.Since)
			}
			if f.State == LinkOK && (f.Failures != 0 || f.Gone != 0 || !f.FirstFailed.IsZero()) {
				t.Errorf("%s: well, but %+v", name, f)
			}
		}
	}
}

func TestNothingIsBrokenWithinAnHour(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		var f Finding
		begin := time.Unix(1e9, 0)
		for at := begin; at.Sub(begin) < time.Hour; at = at.Add(time.Duration(rng.IntN(600)) * time.Second) {
			f = f.After(Look{URL: "https://a.example/", At: at, Outcome: LookOutcome(rng.IntN(4))})
			if f.State == LinkBroken {
				t.Fatalf("%+v", f)
			}
		}
	}
}

func TestWhatIsKnownOutlivesALookThatTellsNothing(t *testing.T) {
	at := time.Unix(1e9, 0)
	f := Finding{}.After(Look{URL: "https://a.example/", At: at, Outcome: LookReached, Title: "A talk", Picture: "a.jpg", Width: 3, Height: 4})
	for _, outcome := range []LookOutcome{LookReached, LookFailed, LookGone, LookUnclear} {
		next := f.After(Look{URL: f.URL, At: at.Add(time.Hour), Outcome: outcome})
		if next.Title != "A talk" || next.Picture != "a.jpg" || next.Width != 3 || next.Height != 4 {
			t.Errorf("%d: %+v", outcome, next)
		}
		if next.Differs(f) != (outcome == LookFailed || outcome == LookGone) {
			t.Errorf("%d differs: %t", outcome, next.Differs(f))
		}
	}
}

func TestLinksAreDueApart(t *testing.T) {
	if !(Finding{URL: "https://a.example/"}).DueAt().IsZero() {
		t.Error("what was never seen is not due")
	}
	at := time.Unix(1e9, 0)
	const day = 24 * time.Hour
	pauses := map[time.Duration]bool{}
	for i := range 200 {
		f := Finding{URL: fmt.Sprint("https://a.example/", i), At: at, State: LinkOK}
		pause := f.DueAt().Sub(at)
		if pauses[pause] = true; pause < 7*day || pause > 8*day {
			t.Errorf("well, after %s", pause)
		}
		if f.Failures = 1; f.DueAt().Sub(at) < day || f.DueAt().Sub(at) > 27*time.Hour {
			t.Errorf("failed, after %s", f.DueAt().Sub(at))
		}
	}
	if len(pauses) < 190 {
		t.Errorf("%d pauses of 200 links", len(pauses))
	}
}

func TestAddressesOfAnEntry(t *testing.T) {
	own := "/media/" + strings.Repeat("a", 64) + ".png"
	var got []string
	note := func(field, url string, use AddressUse) { got = append(got, fmt.Sprint(field, " ", url, " ", use)) }
	Addresses(&Episode{
		Recordings:  []Recording{{URL: "https://a.example/1", EmbedURL: "https://a.example/2"}, {URL: "https://a.example/3", Along: &Along{FallbackURL: "https://a.example/4"}}},
		EpisodeRare: &EpisodeRare{Images: []Image{{URL: own}, {URL: "https://a.example/5"}}}, ExternalURL: "https://a.example/no",
	}, note)
	Addresses(&Speaker{SpeakerRare: &SpeakerRare{Photo: &Image{URL: "https://a.example/6"}}}, note)
	Addresses(&Speaker{}, note)
	Addresses(&Organization{Logo: &Image{URL: own}, Website: "https://a.example/no"}, note)
	Addresses(&Resource{Href: "https://a.example/7"}, note)
	want := []string{
		"recordings.0.url https://a.example/1 1", "recordings.0.embedUrl https://a.example/2 1", "recordings.1.url https://a.example/3 1",
		"recordings.1.fallbackUrl https://a.example/4 1", "images.1.url https://a.example/5 2", "photo.url https://a.example/6 2", "href https://a.example/7 0",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q", got)
	}
}

func TestButtonLeadsToWhatWorks(t *testing.T) {
	out := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	e := &Episode{EpisodeManner: &EpisodeManner{Format: FormatVideo, TookPlace: true}, Recordings: []Recording{
		{RecordingManner: &RecordingManner{RecordingKind: RecordingVideo}, URL: "https://a.example/1", Along: &Along{FallbackURL: "https://a.example/1b"}},
		{RecordingManner: &RecordingManner{RecordingKind: RecordingAudio}, URL: "https://a.example/2"},
		{RecordingManner: &RecordingManner{RecordingKind: RecordingVideo}, URL: "https://a.example/3", PublishedAt: out.Add(time.Hour)},
	}}
	for broken, want := range map[string]string{
		"":                      "WATCH_RECORDING https://a.example/1",
		"https://a.example/2":   "WATCH_RECORDING https://a.example/1",
		"1 ":                    "WATCH_RECORDING https://a.example/1b",
		"1 1b ":                 "WATCH_RECORDING https://a.example/2",
		"1 1b 2 ":               "READ_RESOURCES https://hub.example/e#resources",
		"1 1b 2 no resources ":  "NONE ",
		"1 1b 2 an hour later ": "WATCH_RECORDING https://a.example/3",
	} {
		page := Page{URL: "https://hub.example/e", HasResources: !strings.Contains(broken, "no"), IsBroken: func(url string) bool {
			return strings.Contains(" "+broken, " "+strings.TrimPrefix(url, "https://a.example/")+" ")
		}}
		now := out
		if strings.Contains(broken, "later") {
			now = now.Add(time.Hour)
		}
		m := e.At(Times{}, now, page)
		if got := string(m.Action.Kind) + " " + m.Action.URL; got != want || m.Phase != PhaseOnDemand || m.Action.Label == "" {
			t.Errorf("broken %q: %s %q in %s", broken, got, m.Action.Label, m.Phase)
		}
		if strings.HasPrefix(broken, "1 1b 2 ") && !strings.Contains(broken, "later") && !m.ChangesAt.Equal(out.Add(time.Hour)) {
			t.Errorf("broken %q: changes at %s", broken, m.ChangesAt)
		}
	}
}
