package generate

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"bettertogether/internal/content"
)

// medium is what a test can afford of M: all proportions, a tenth of the entries.
func medium() Size {
	return Size{
		Series: 8, Episodes: 500, Speakers: 800, Organizations: 150, CaseStudies: 50, Resources: 1_000, Toolkits: 2, Listings: 6,
	}
}

func TestEveryEntryIsNormalizedAndValid(t *testing.T) {
	var zones content.Zones
	for _, size := range []Size{S(), medium()} {
		for id, entry := range Content(size) {
			before := encode(t, entry)
			content.Normalize(entry)
			if after := encode(t, entry); !bytes.Equal(before, after) {
				t.Errorf("%s changes when it is normalized:\n%s\n%s", id, before, after)
			}
			if errs := content.Validate(entry, &zones); errs != nil {
				t.Errorf("%s %q: %v", id, entry.Label(), errs)
			}
		}
	}
}

func TestSlugsAndIdentifiersHaveOneOwner(t *testing.T) {
	owners := map[string]content.ID{}
	claim := func(id content.ID, name string) {
		if owner, taken := owners[name]; taken {
			t.Errorf("%s belongs to %s and to %s", name, owner, id)
		}
		owners[name] = id
	}
	for id, entry := range Content(medium()) {
		claim(id, string(id))
		claim(id, string(id.Kind())+" "+entry.Common().Slug)
		for _, i := range entry.Common().Identifiers() {
			claim(id, string(id.Kind())+" "+string(i.Scheme)+" "+i.Value)
		}
	}
}

func TestLinksLeadToWhatCameBefore(t *testing.T) {
	met := map[content.ID]bool{}
	for id, entry := range Content(medium()) {
		entry.Links(func(l content.Link) {
			if !met[l.To] {
				t.Errorf("%s points by %s at %s, which did not come before", id, l.Field, l.To)
			}
		})
		met[id] = true
	}
}

func TestSameSizeGivesTheSameBytes(t *testing.T) {
	if first, second := digest(t, S()), digest(t, S()); first != second {
		t.Errorf("two runs differ: %s and %s", first, second)
	}
	// The bytes may change with the generator, never with the machine.
	const want = "0206de2cf4d92f73"
	if got := digest(t, S()); got != want {
		t.Errorf("the content of size S has the digest %s, want %s", got, want)
	}
}

func TestSizesAreAsPromised(t *testing.T) {
	for _, size := range []Size{S(), medium()} {
		counts := map[content.Kind]int{}
		appearances, undated, coming, recorded := 0, 0, 0, 0
		billed, about := map[content.ID]int{}, map[content.ID]int{}
		for _, entry := range Content(size) {
			counts[entry.Kind()]++
			e, ok := entry.(*content.Episode)
			if !ok {
				continue
			}
			appearances += len(e.Appearances)
			for _, a := range e.Appearances {
				billed[a.Speaker]++
			}
			for _, id := range e.Topics {
				about[id]++
			}
			if !e.When.Date.IsDay() {
				undated++
			}
			if e.When.Date.First().After(Now()) {
				coming++
			}
			if len(e.Recordings) > 0 {
				recorded++
			}
			if n := len(e.Title); n < 40 || n > 80 {
				t.Errorf("the title %q has %d characters", e.Title, n)
			}
			if n := len(e.Summary.Markdown()); n > 400 {
				t.Errorf("the summary %q has %d characters", e.Summary.Markdown(), n)
			}
			if age := Now().Sub(e.When.Date.First()); age > 17*365*24*time.Hour || age < -125*24*time.Hour {
				t.Errorf("%s is not of the time around %s", e.When.Date, Now())
			}
		}
		if counts[content.KindEpisode] != size.Episodes || counts[content.KindSpeaker] != size.Speakers || counts[content.KindTopic] < 50 {
			t.Errorf("%+v gives %v", size, counts)
		}
		if appearances != AppearancesPerEpisode*size.Episodes {
			t.Errorf("%d appearances in %d episodes", appearances, size.Episodes)
		}
		if len(billed) < size.Speakers*95/100 {
			t.Errorf("only %d of %d speakers appear", len(billed), size.Speakers)
		}
		if size == S() {
			continue // too few for shares
		}
		for name, share := range map[string][3]int{
			"partial dates": {undated, 6, 14}, "episodes to come": {coming, 1, 4}, "episodes with recordings": {recorded, 55, 65},
			"the most frequent topic": {most(about), 15, 60}, "the most frequent speaker": {most(billed), 2, 25},
		} {
			if percent := share[0] * 100 / size.Episodes; percent < share[1] || percent > share[2] {
				t.Errorf("%s: %d %% of the episodes, want %d to %d", name, percent, share[1], share[2])
			}
		}
	}
}

func most(counts map[content.ID]int) int {
	best := 0
	for _, n := range counts {
		best = max(best, n)
	}
	return best
}

func digest(t *testing.T, size Size) string {
	t.Helper()
	sum := sha256.New()
	for id, entry := range Content(size) {
		sum.Write([]byte(id))
		sum.Write(encode(t, entry))
	}
	return hex.EncodeToString(sum.Sum(nil)[:8])
}

func encode(t *testing.T, e content.Entry) []byte {
	t.Helper()
	body, err := content.Encode(e)
	if err != nil {
		t.Fatal(err)
	}
	return body
}
