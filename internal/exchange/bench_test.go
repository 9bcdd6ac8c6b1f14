package exchange_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store/storetest"
)

// many is how many entries the benchmarks import.
const many = 20_000

func manyRecords() string {
	var b strings.Builder
	for i := range many / 2 {
		fmt.Fprintf(&b, `{"type":"speaker","key":"s%d","name":"Speaker %d","aka":["S. %d"],"sources":["https://example.org/%d"]}`+"\n", i, i, i, i)
		fmt.Fprintf(&b, `{"type":"episode","key":"e%d","title":"Episode %d","abstract":"What it is about, in a sentence.","date":"2024-05-01","start_local":"19:00","time_zone":"America/New_York"}`+"\n", i, i)
		fmt.Fprintf(&b, `{"type":"appearance","episode":"e%d","speaker":"s%d","role":"guest","title_at_time":"Dean"}`+"\n", i, i)
	}
	return b.String()
}

func manyRows() string {
	var b strings.Builder
	b.WriteString("name,twitter,bio,organization,job title\n")
	for i := range many {
		fmt.Fprintf(&b, "Speaker %d,@speaker%d,\"What there is to say, in a sentence.\",Organization %d,Dean\n", i, i, i%200)
	}
	return b.String()
}

// BenchmarkImport imports 20,000 entries into an empty hub, and the same file again.
func BenchmarkImport(b *testing.B) {
	for _, c := range []struct {
		name, text string
		o          exchange.Options
	}{
		{"ndjson", manyRecords(), exchange.Options{Viewer: hubtest.Admin()}},
		{"csv", manyRows(), exchange.Options{Kind: content.KindSpeaker, Viewer: hubtest.Admin()}},
	} {
		for _, engine := range []string{"sqlite", "postgres"} {
			b.Run(c.name+"/"+engine, func(b *testing.B) {
				var first, again float64
				for b.Loop() {
					b.StopTimer()
					database := hubtest.SQLite(b)
					if engine == "postgres" {
						database = storetest.PostgreSQL(b)
					}
					d := hubtest.Open(b, database, nil)
					b.StartTimer()
					for _, spent := range []*float64{&first, &again} {
						before := b.Elapsed()
						if _, err := exchange.Import(context.Background(), d, strings.NewReader(c.text), c.o); err != nil {
							b.Fatal(err)
						}
						*spent += (b.Elapsed() - before).Seconds()
					}
				}
				b.ReportMetric(first/float64(b.N), "s/first")
				b.ReportMetric(again/float64(b.N), "s/again")
			})
		}
	}
}

// BenchmarkCorpus writes everything public, as records and as sheets.
func BenchmarkCorpus(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		v := hubtest.Open(b, hubtest.Generated(b, size), &hubtest.Clock{At: generate.Now().Add(24 * time.Hour)}).Pin()
		for name, write := range map[string]func(io.Writer, *edition.View) error{"records": exchange.Corpus, "sheets": exchange.CorpusSheets} {
			b.Run(size.Name+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := write(io.Discard, v); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
