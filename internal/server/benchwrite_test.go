package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bettertogether/internal/auth"
	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/generate"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/server"
	"bettertogether/internal/store"
	"bettertogether/internal/store/storetest"
)

// BenchmarkUpdate measures an update of one field through GraphQL, with the token's check, the commit and the swap in it; a
// draft, as updates are. BenchmarkSaveDraft of the desk is the same without GraphQL.
func BenchmarkUpdate(b *testing.B) { benchUpdate(b, "false") }

// BenchmarkUpdateDryRun measures the same without the commit: what a form costs that shows who will be affected.
func BenchmarkUpdateDryRun(b *testing.B) { benchUpdate(b, "true") }

func benchUpdate(b *testing.B, dryRun string) {
	query := `mutation ($id: ID!, $revision: Int!, $title: String!) {
		updateEpisode(id: $id, expectedRevision: $revision, patch: {title: $title}, options: {dryRun: ` + dryRun + `}) {
			episode { id revision title } errors { code message path } effects { dependantCount feeds listings { id } } batch
		}
	}`
	for _, engine := range []string{"sqlite", "postgres"} {
		for _, size := range hubtest.Sizes() {
			b.Run(engine+"-"+size.Name, func(b *testing.B) {
				d, secret := benchWritable(b, engine, size)
				h := server.New(server.Config{Desk: d, Site: "https://hub.example", Build: "bench", Log: slog.New(slog.DiscardHandler)})
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					b.StopTimer()
					id := generate.ID(content.KindEpisode, i*7919%size.Episodes)
					i++
					body, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{
						"id": id, "revision": d.Pin().Preview().Newest(id), "title": fmt.Sprint("Edition ", i),
					}})
					if err != nil {
						b.Fatal(err)
					}
					r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
					r.Header.Set("Content-Type", "application/json")
					r.Header.Set("Authorization", "Bearer "+secret)
					w := httptest.NewRecorder()
					b.StartTimer()
					h.ServeHTTP(w, r)
					if !bytes.Contains(w.Body.Bytes(), []byte(`"errors":[]`)) {
						b.Fatalf("%d %.500s", w.Code, w.Body)
					}
				}
			})
		}
	}
}

// benchWritable opens a hub with content of a size that the benchmark may write to, and makes a token for it.
func benchWritable(b *testing.B, engine string, size hubtest.Size) (*desk.Desk, string) {
	b.Helper()
	database := filepath.Join(b.TempDir(), "hub.db")
	if engine == "postgres" {
		database = storetest.PostgreSQL(b)
		hubtest.Fill(b, database, size)
	} else {
		in, err := os.ReadFile(hubtest.Generated(b, size))
		if err == nil {
			err = os.WriteFile(database, in, 0o600)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	s, err := store.Open(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	began := time.Now()
	d, err := desk.Open(b.Context(), s, desk.Options{
		Clock: func() time.Time { return generate.Now().Add(24*time.Hour + time.Since(began)) }, Site: "https://hub.example",
	})
	if err != nil {
		b.Fatal(err)
	}
	_, secret, err := d.CreateToken(b.Context(), hubtest.Admin(), desk.NewToken{Name: "bench", Role: auth.Admin, Life: time.Hour}, desk.Write{})
	if err != nil {
		b.Fatal(err)
	}
	return d, secret
}
