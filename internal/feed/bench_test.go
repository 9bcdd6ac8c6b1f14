package feed_test

import (
	"io"
	"testing"
	"time"

	"bettertogether/internal/edition"
	"bettertogether/internal/feed"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
)

// BenchmarkDocuments writes lists of a hundred episodes, the most that there are, and the sitemap.
func BenchmarkDocuments(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		d := hubtest.Open(b, hubtest.Generated(b, size), &hubtest.Clock{At: generate.Now().Add(24 * time.Hour)})
		if n := len(list(b, d.Pin(), "", edition.Refinement{Limit: 100}).Episodes); n != min(100, size.Episodes) {
			b.Fatalf("a list of %d episodes", n)
		}
		for f, writer := range writers() {
			b.Run(size.Name+"/"+string(f), func(b *testing.B) {
				for b.Loop() {
					if err := writer(io.Discard, list(b, d.Pin(), "", edition.Refinement{Limit: 100})); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(size.Name+"/snippets", func(b *testing.B) {
			for b.Loop() {
				feed.SnippetsOf(list(b, d.Pin(), "", edition.Refinement{Limit: 100}))
			}
		})
		b.Run(size.Name+"/sitemap", func(b *testing.B) {
			for b.Loop() {
				if err := feed.Sitemap(io.Discard, d.Pin(), 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
