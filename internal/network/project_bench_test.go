package network_test

import (
	"testing"
	"time"

	"bettertogether/internal/desk"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/network"
	"bettertogether/internal/store"
)

// BenchmarkProjection measures from an edition to a network, without measures, and then its digest. Size L is left out unless the environment has
// HUB_BENCH_L=1.
func BenchmarkProjection(b *testing.B) {
	for _, size := range hubtest.Sizes() {
		b.Run(size.Name, func(b *testing.B) {
			s, err := store.Open(b.Context(), hubtest.Generated(b, size))
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			d, err := desk.Open(b.Context(), s, desk.Options{Clock: func() time.Time { return generate.Now().Add(24 * time.Hour) }, Site: "https://hub.example"})
			if err != nil {
				b.Fatal(err)
			}
			v := d.Pin()
			for _, f := range []network.Filter{{}, {Mode: network.Organizations}, {Mode: network.Bipartite, Weighting: network.Recency}} {
				b.Run(string(f.Mode), func(b *testing.B) {
					b.ReportAllocs()
					var edges, nodes int
					for b.Loop() {
						n, err := network.Make(b.Context(), v, f)
						if err != nil {
							b.Fatal(err)
						}
						edges, nodes = len(n.Graph.Edges()), n.Graph.Len()
					}
					b.ReportMetric(float64(edges), "edges")
					b.ReportMetric(float64(nodes), "nodes")
				})
			}
			b.Run("digest", func(b *testing.B) {
				for b.Loop() {
					b.StopTimer()
					n, err := network.Make(b.Context(), v, network.Filter{})
					if err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					n.Digest(v)
				}
			})
		})
	}
}
