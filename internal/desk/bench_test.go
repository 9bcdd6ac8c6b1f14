package desk_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// Size L takes minutes to make and 2 GiB to hold, so it is left out unless the environment has HUB_BENCH_L=1.

// BenchmarkOpen measures from a closed database to a hub that answers. live-MiB is what the open hub holds after a garbage
// collection.
func BenchmarkOpen(b *testing.B) {
	onEngines(b, func(b *testing.B, database string) {
		before := liveBytes()
		s, d := benchOpen(b, database)
		live := liveBytes() - before
		runtime.KeepAlive(d)
		benchClose(b, s)
		b.ReportAllocs()
		for b.Loop() {
			s, _ := benchOpen(b, database)
			b.StopTimer()
			benchClose(b, s)
			b.StartTimer()
		}
		b.ReportMetric(float64(live)/(1<<20), "live-MiB")
	})
}

// BenchmarkOpenParts measures the same apart: a bare scan of the rows, decoding them on one core, both together as the store
// does it, what the ledger makes of them, the editions, and the search index.
func BenchmarkOpenParts(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		b.Run("sqlite-"+size.Name, func(b *testing.B) {
			database := hubtest.Generated(b, size)
			ctx, now := b.Context(), benchClock()()
			b.Run("scan", func(b *testing.B) {
				db, err := sql.Open("sqlite", "file:"+database)
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				for b.Loop() {
					benchScan(b, db)
				}
			})
			s, err := store.Open(ctx, database)
			if err != nil {
				b.Fatal(err)
			}
			defer benchClose(b, s)
			rows, err := s.Load(ctx, 0, now, nil)
			if err != nil {
				b.Fatal(err)
			}
			b.Run("decode", func(b *testing.B) {
				var bodies []string
				total := 0
				for _, r := range rows.Revisions {
					body, err := content.Encode(r.Entry)
					if err != nil {
						b.Fatal(err)
					}
					bodies = append(bodies, string(body))
					total += len(body)
				}
				b.ReportAllocs()
				b.SetBytes(int64(total))
				for b.Loop() {
					d := content.Decoder{Words: new(content.Words)} // as the store does
					for i, body := range bodies {
						if _, err := d.Decode(rows.Revisions[i].ID.Kind(), content.Shape, body); err != nil {
							b.Fatal(err)
						}
					}
				}
			})
			b.Run("load", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := s.Load(ctx, 0, now, nil); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("apply", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					edition.NewLedger().Apply(rows, now)
				}
			})
			ledger := edition.NewLedger()
			ledger.Apply(rows, now)
			for name, mode := range map[string]edition.Mode{"public": edition.Public, "preview": edition.Preview} {
				b.Run(name, func(b *testing.B) {
					b.ReportAllocs()
					for b.Loop() {
						edition.Build(ledger, mode, now)
					}
				})
			}
			b.Run("index", func(b *testing.B) {
				b.ReportAllocs()
				before := liveBytes()
				var e *edition.Edition
				for b.Loop() {
					b.StopTimer()
					e = edition.Build(ledger, edition.Public, now)
					before = liveBytes()
					b.StartTimer()
					e.Warm()
				}
				b.ReportMetric(float64(liveBytes()-before)/(1<<20), "live-MiB")
				runtime.KeepAlive(e)
			})
		})
	}
}

// BenchmarkSwap measures what a write of one field costs beside the database: the ledger takes the rows in, and both
// editions move on. Nothing is stored.
func BenchmarkSwap(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
			s, err := store.Open(b.Context(), hubtest.Generated(b, size))
			if err != nil {
				b.Fatal(err)
			}
			defer benchClose(b, s)
			clock := benchClock()
			rows, err := s.Load(b.Context(), 0, clock(), nil)
			if err != nil {
				b.Fatal(err)
			}
			ledger := edition.NewLedger()
			ledger.Apply(rows, clock())
			rows = content.Rows{Incarnation: rows.Incarnation, Version: rows.Version, At: rows.At}
			public, preview := edition.Build(ledger, edition.Public, clock()), edition.Build(ledger, edition.Preview, clock())
			runtime.GC()
			var apply, toPublic, toPreview time.Duration
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				b.StopTimer()
				before, entry := benchEdit(b, ledger, size, i)
				i++
				rows.Version, rows.At = rows.Version+1, rows.At.Add(time.Microsecond)
				rows.Revisions = []content.Revision{{
					ID: before.ID, Number: before.Number + 1, Version: rows.Version, At: rows.At, Entry: entry,
				}}
				rows.Publications = []content.Publication{{
					ID: before.ID, Revision: before.Number + 1, Slug: entry.Common().Slug, From: rows.At, At: rows.At, Version: rows.Version,
				}}
				now := clock()
				b.StartTimer()
				began := time.Now()
				changed := ledger.Apply(rows, now).Entries
				applied := time.Now()
				public = public.Next(ledger, changed, now)
				published := time.Now()
				preview = preview.Next(ledger, changed, now)
				apply += applied.Sub(began)
				toPublic += published.Sub(applied)
				toPreview += time.Since(published)
			}
			for unit, spent := range map[string]time.Duration{"apply-ns/op": apply, "public-ns/op": toPublic, "preview-ns/op": toPreview} {
				b.ReportMetric(float64(spent)/float64(b.N), unit)
			}
		})
	}
}

// BenchmarkSave measures a write of one field as a whole, published at once: from the call to the answer, with the commit and
// the swap in it.
func BenchmarkSave(b *testing.B) { benchSave(b, "publish") }

// BenchmarkSaveTogether measures what eight writers who publish one field at a time, each as soon as its last write was
// answered, get done together: ns/op is the time between two answers, p50-ms and p99-ms what a writer waits for one.
func BenchmarkSaveTogether(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		b.Run("sqlite-"+size.Name, func(b *testing.B) {
			_, d := benchOpen(b, benchCopy(b, "sqlite", size))
			var next, failed atomic.Int64
			var mu sync.Mutex
			var waited []time.Duration
			runtime.GC()
			b.ResetTimer()
			var writers sync.WaitGroup
			for range 8 {
				writers.Go(func() {
					for i := int(next.Add(1)); i <= b.N; i = int(next.Add(1)) {
						before, entry := benchEdit(b, d.Pin().Preview(), size, i)
						put := desk.Put{ID: before.ID, Expected: before.Number, Entry: entry, Publish: true}
						began := time.Now()
						if _, err := d.Save(b.Context(), benchViewer(), desk.Write{Action: "publish", Puts: []desk.Put{put}}); err != nil {
							failed.Add(1)
						}
						mu.Lock()
						waited = append(waited, time.Since(began))
						mu.Unlock()
					}
				})
			}
			writers.Wait()
			b.StopTimer()
			if n := failed.Load(); n > 0 {
				b.Errorf("%d of %d writes failed", n, b.N)
			}
			slices.Sort(waited)
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
			b.ReportMetric(float64(waited[len(waited)/2].Microseconds())/1e3, "p50-ms")
			b.ReportMetric(float64(waited[len(waited)*99/100].Microseconds())/1e3, "p99-ms")
		})
	}
}

// BenchmarkSaveDraft measures the same without publication.
func BenchmarkSaveDraft(b *testing.B) { benchSave(b, "draft") }

func benchSave(b *testing.B, action string) {
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, size := range hubtest.Sizes() {
			b.Run(engine+"-"+size.Name, func(b *testing.B) {
				_, d := benchOpen(b, benchCopy(b, engine, size))
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					b.StopTimer()
					before, entry := benchEdit(b, d.Pin().Preview(), size, i)
					i++
					put := desk.Put{ID: before.ID, Expected: before.Number, Entry: entry, Publish: action == "publish"}
					b.StartTimer()
					_, err := d.Save(b.Context(), benchViewer(), desk.Write{Action: action, Puts: []desk.Put{put}})
					if err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// benchEdit returns the i-th of the episodes to edit, as it is and with another title.
func benchEdit(b *testing.B, from any, size hubtest.Size, i int) (content.Revision, content.Entry) {
	id := generate.ID(content.KindEpisode, i*7919%size.Episodes)
	var before content.Revision
	switch from := from.(type) {
	case *edition.Ledger:
		before, _ = from.Draft(id)
	case *edition.View:
		e := from.Entry(id)
		before = content.Revision{ID: id, Number: e.Revision(), Entry: e.Content()}
	}
	entry, err := content.Clone(before.Entry)
	if err != nil {
		b.Fatal(err)
	}
	e := entry.(*content.Episode)
	e.Title = fmt.Sprintf("Edition %d of what was %.40s", i, e.Title)
	return before, entry
}

// onEngines runs a benchmark on a database of each size on each engine. It must not write.
func onEngines(b *testing.B, run func(b *testing.B, database string)) {
	for _, size := range hubtest.Sizes() {
		b.Run("sqlite-"+size.Name, func(b *testing.B) { run(b, hubtest.Generated(b, size)) })
	}
	for _, size := range hubtest.Sizes() {
		b.Run("postgres-"+size.Name, func(b *testing.B) { run(b, benchCopy(b, "postgres", size)) })
	}
}

// benchCopy is a database with the content of a size that the benchmark may write to.
func benchCopy(b *testing.B, engine string, size hubtest.Size) string {
	b.Helper()
	if engine == "postgres" {
		database := storetest.PostgreSQL(b)
		hubtest.Fill(b, database, size)
		return database
	}
	file := filepath.Join(b.TempDir(), "hub.db")
	benchCopyFile(b, hubtest.Generated(b, size), file)
	return file
}

// benchCopyFile copies a file onto the disk: a checkpoint of what only lies in the system's memory would wait for all of it.
func benchCopyFile(b *testing.B, from, to string) {
	b.Helper()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		b.Fatal(err)
	}
	_, err = io.Copy(out, in)
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		b.Fatal(err)
	}
}

// benchClock goes on from a moment after all content was saved.
func benchClock() func() time.Time {
	began := time.Now()
	return func() time.Time { return generate.Now().Add(24*time.Hour + time.Since(began)) }
}

func benchViewer() auth.Viewer { return auth.Viewer{Name: "bench", Role: auth.Admin} }

// benchOpen opens a hub; its store is closed with the benchmark, if not before.
func benchOpen(b *testing.B, database string) (*store.Store, *desk.Desk) {
	b.Helper()
	s, err := store.Open(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() }) // closing twice is allowed
	d, err := desk.Open(context.WithoutCancel(b.Context()), s, desk.Options{Clock: benchClock(), Site: "https://hub.example"})
	if err != nil {
		b.Fatal(err)
	}
	return s, d
}

func benchClose(b *testing.B, s *store.Store) {
	b.Helper()
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

// benchScan reads all bodies and does nothing with them. It is the one place outside of store that speaks SQL: it measures
// what the engine takes without anything of ours.
func benchScan(b *testing.B, db *sql.DB) {
	b.Helper()
	found, err := db.QueryContext(b.Context(), `select entry, number, version, shape, body from revision`)
	if err != nil {
		b.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var (
			id                     string
			number, version, shape int64
			body                   []byte
		)
		if err := found.Scan(&id, &number, &version, &shape, &body); err != nil {
			b.Fatal(err)
		}
	}
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
}

// liveBytes is what the heap holds after a garbage collection.
func liveBytes() int64 {
	runtime.GC()
	runtime.GC() // what finalizers and pools had kept goes with the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
