package hubtest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/generate"
	"bettertogether/internal/store"
	"bettertogether/migrations"
)

// Size is a size of generated content with its name.
type Size struct {
	Name string
	generate.Size
}

// Sizes are the sizes of benchmarks; L takes minutes to make, so it is left out unless the environment has HUB_BENCH_L=1.
func Sizes() []Size {
	all := []Size{{"S", generate.S()}, {"M", generate.M()}}
	if os.Getenv("HUB_BENCH_L") == "1" {
		all = append(all, Size{"L", generate.L()})
	}
	return all
}

// Generated names an SQLite file with the published content of a size, which nobody may write to. All benchmarks use the same
// file: it is made once and stays in the machine's folder for temporary files, under a name that changes with the content and
// the schema.
func Generated(b testing.TB, size Size) string {
	b.Helper()
	sum := sha256.New()
	steps, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		b.Fatal(err)
	}
	for _, step := range steps {
		text, err := migrations.Files.ReadFile(step)
		if err != nil {
			b.Fatal(err)
		}
		sum.Write(text)
	}
	// What changes the large sizes changes the smallest one too.
	for id, entry := range generate.Content(generate.S()) {
		body, err := content.Encode(entry)
		if err != nil {
			b.Fatal(err)
		}
		sum.Write([]byte(id))
		sum.Write(body)
	}
	fmt.Fprintf(sum, "%+v", size.Size)
	file := filepath.Join(os.TempDir(), "hub-bench-"+size.Name+"-"+hex.EncodeToString(sum.Sum(nil)[:6])+".db")
	if _, err := os.Stat(file); err == nil {
		return file
	}
	making := filepath.Join(b.TempDir(), "hub.db")
	Fill(b, making, size)
	in, err := os.ReadFile(making)
	if err == nil {
		err = os.WriteFile(file+".new", in, 0o600)
	}
	if err == nil {
		err = os.Rename(file+".new", file)
	}
	if err != nil {
		b.Fatal(err)
	}
	return file
}

// Fill saves and publishes the content of a size, some 10,000 entries at a time.
func Fill(b testing.TB, database string, size Size) {
	b.Helper()
	s, err := store.Open(b.Context(), database)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	began := time.Now()
	clock := func() time.Time { return generate.Now().Add(time.Since(began)) }
	d, err := desk.Open(b.Context(), s, desk.Options{Clock: clock})
	if err != nil {
		b.Fatal(err)
	}
	w := desk.Write{Action: "import"}
	save := func() {
		if _, err := d.Save(b.Context(), Admin(), w); err != nil {
			b.Fatal(err)
		}
		w.Puts = nil
	}
	for id, entry := range generate.Content(size.Size) {
		if w.Puts = append(w.Puts, desk.Put{ID: id, Entry: entry, Publish: true}); len(w.Puts) == 10_000 {
			save()
		}
	}
	save()
}
