package edition_test

import (
	"os"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
)

// generated is a view of generated content; large has the speakers and organizations of the largest size and a tenth of its
// episodes.
func generated(b *testing.B, name string) *edition.View {
	sizes := map[string]generate.Size{"S": generate.S(), "M": generate.M(), "L": generate.L()}
	size := sizes[name]
	if name == "L" {
		size.Episodes, size.CaseStudies, size.Resources = size.Episodes/10, size.CaseStudies/10, size.Resources/10
	}
	m := gather(b)
	for id, e := range generate.Content(size) {
		m.entries[id] = e
		m.order = append(m.order, id)
	}
	return m.view(edition.Preview)
}

// BenchmarkDuplicates shows that the time grows about linearly; L takes half a minute to make and is left out unless the
// environment has HUB_BENCH_L=1.
func BenchmarkDuplicates(b *testing.B) {
	for _, name := range []string{"S", "M", "L"} {
		if name == "L" && os.Getenv("HUB_BENCH_L") != "1" {
			continue
		}
		v := generated(b, name)
		for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization} {
			b.Run(name+"/"+string(kind), func(b *testing.B) {
				for b.Loop() {
					page, err := v.Duplicates(kind, edition.LikelyDuplicate, edition.PageArgs{})
					if err != nil {
						b.Fatal(err)
					}
					b.ReportMetric(float64(v.Count(kind)), "entries")
					b.ReportMetric(float64(page.TotalCount), "pairs")
				}
			})
		}
	}
}

func BenchmarkResembling(b *testing.B) {
	r, err := generated(b, "M").Resembler(content.KindSpeaker)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		r.Resembling("Dr. Marcia J. Ballinger", edition.Known{})
	}
}
