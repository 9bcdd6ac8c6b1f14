package generate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"bettertogether/internal/content"
)

// maker makes one entry after the other out of one stream of chance.
type maker struct {
	*rand.Rand
	size Size
	// taken are the slugs of the kind that is being made.
	taken map[string]bool
	// How often other entries point at which topic, organization and so on.
	topics, organizations, speakers, resources, series popularity
	// What later entries need of earlier ones, by number.
	orgs    []organization
	people  []person
	formats []content.EpisodeFormat
	// numbers count the episodes of each series; appeared counts appearances, bill is how many the next episodes have.
	numbers  []int32
	appeared int
	bill     []int
}

func newMaker(size Size) *maker {
	return &maker{
		size: size, Rand: rand.New(rand.NewPCG(20_210_126, 1)),
		topics:        newPopularity(len(topics()), 2),
		organizations: newPopularity(size.Organizations, 3),
		speakers:      newPopularity(size.Speakers, 10+size.Speakers/2_000),
		resources:     newPopularity(size.Resources, 20),
		series:        newPopularity(size.Series, 2),
		numbers:       make([]int32, size.Series),
	}
}

// popularity draws the numbers of entries by Zipf's law: the k-th as often as 1/(k+flatness). It counts in whole numbers, so
// that it draws the same on every machine. It holds the sums of the weights.
type popularity []uint64

func newPopularity(count, flatness int) popularity {
	p := make(popularity, count)
	sum := uint64(0)
	for k := range p {
		sum += 1 << 32 / uint64(k+flatness)
		p[k] = sum
	}
	return p
}

// draw picks a number by its popularity.
func (m *maker) draw(p popularity) int {
	at, _ := slices.BinarySearch(p, m.Uint64N(p[len(p)-1])+1)
	return at
}

// finish gives an entry what every noun has.
func (m *maker) finish(n int, e content.Entry) {
	base := e.Common()
	wanted := content.Slugify(e.Label())
	base.Slug = wanted
	for i := 2; m.taken[base.Slug]; i++ {
		base.Slug = fmt.Sprintf("%s-%d", wanted, i)
	}
	m.taken[base.Slug] = true
	if m.chance(30) {
		base.OwnMargin().Identifiers = append(base.Identifiers(), content.Identifier{
			Scheme: content.SchemeExternal, Value: fmt.Sprintf("%s/%06d", e.Kind(), n), Source: Source,
		})
	}
	if m.chance(70) {
		base.Sources = m.sources("page")
	}
	if m.chance(5) {
		kinds := []content.NoteKind{content.NoteInferred, content.NoteIssue, content.NoteImported, content.NoteEditor}
		base.OwnMargin().Notes = []content.Note{{Kind: pick(m, kinds), Text: m.sentence()}}
	}
}

// chance comes true so many times of a hundred.
func (m *maker) chance(percent int) bool { return m.IntN(100) < percent }

// between is a number from least to most, both inclusive.
func (m *maker) between(least, most int) int { return least + m.IntN(most-least+1) }

func pick[T any](m *maker, all []T) T { return all[m.IntN(len(all))] }

// some picks up to count different entries of a kind by their popularity.
func (m *maker) some(kind content.Kind, p popularity, count int) []content.ID {
	var ids []content.ID
	seen := map[int]bool{}
	for range count {
		n := m.draw(p)
		if !seen[n] {
			seen[n] = true
			ids = append(ids, ID(kind, n))
		}
	}
	return ids
}

// address is a made-up address below a part of a site.
func (m *maker) address(part string) string {
	return "https://" + part + ".example.org/" + part + "/" + m.key(11)
}

// key is so many letters and digits, as video sites use them.
func (m *maker) key(length int) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	raw := make([]byte, length)
	for i := range raw {
		raw[i] = alphabet[m.IntN(len(alphabet))]
	}
	return string(raw)
}

func (m *maker) sources(part string) []content.Source {
	return []content.Source{{URL: m.address(part), Title: m.title()}}
}

// past is a partial date of the last 15 years.
func (m *maker) past() content.PartialDate {
	return m.partial(Now().AddDate(0, 0, -m.between(1, span)))
}

// partial writes a day, for one in ten as a month or a year only.
func (m *maker) partial(day time.Time) content.PartialDate {
	layout := "2006-01-02"
	switch m.IntN(100) {
	case 0, 1, 2:
		layout = "2006"
	case 3, 4, 5, 6, 7, 8, 9:
		layout = "2006-01"
	}
	return content.PartialDate(day.Format(layout))
}

// span is how many days the content reaches back: 15 years.
const span = 5_478

// orcid writes the n-th ORCID iD with its check digit (ISO 7064 MOD 11-2).
func orcid(n int) string {
	digits := fmt.Sprintf("%015d", 150_000_000_000+n)
	total := 0
	for _, d := range digits {
		total = (total + int(d-'0')) * 2
	}
	digits += string("0123456789X"[(12-total%11)%11])
	return digits[:4] + "-" + digits[4:8] + "-" + digits[8:12] + "-" + digits[12:]
}

func wikidata(n int) content.Identifier {
	return content.Identifier{Scheme: content.SchemeWikidata, Value: "Q" + strconv.Itoa(70_000_000+n)}
}
