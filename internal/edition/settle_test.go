package edition

import (
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"bettertogether/internal/content"
)

// What a start makes stays as it is, whatever is collected: what is freed is overwritten here.
func TestWhatAStartMakesStays(t *testing.T) {
	const child = "HUB_TEST_OVERWRITES_WHAT_IS_FREED"
	if os.Getenv(child) == "" {
		c := exec.Command(os.Args[0], "-test.run=^TestWhatAStartMakesStays$")
		c.Env = append(os.Environ(), child+"=1", "GODEBUG=clobberfree=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	for seed := range uint64(4) {
		h := newHistory(seed)
		plain, settled := NewLedger(), NewLedger()
		var all []content.Rows
		for range 200 {
			rows := h.step(plain)
			all = append(all, rows)
			plain.Due(plain.Apply(rows, h.now), h.now)
		}
		public, preview := BuildBoth(plain, h.now)
		settled.Due(settled.Apply(forGood(t, together(all)), h.now), h.now)
		collect()
		gotPublic, gotPreview := BuildBoth(settled, h.now)
		if !gotPreview.isForGood {
			t.Fatal("the first edition of what stays does not stay")
		}
		for step := range 60 {
			if step%20 == 0 {
				collect()
				same(t, "public", dump(gotPublic, h.now), dump(public, h.now))
				same(t, "preview", dump(gotPreview, h.now), dump(preview, h.now))
			}
			rows := h.step(plain)
			public, preview = NextBoth(plain, public, preview, plain.Due(plain.Apply(rows, h.now), h.now), h.now)
			gotPublic, gotPreview = NextBoth(settled, gotPublic, gotPreview, settled.Due(settled.Apply(rows, h.now), h.now), h.now)
		}
	}
}

// What is listed together is numbered in a row.
func TestEpisodesAreNumberedAsTheyAreListed(t *testing.T) {
	h := newHistory(7)
	plain, settled := NewLedger(), NewLedger()
	var all []content.Rows
	for range 300 {
		rows := h.step(plain)
		all = append(all, rows)
		plain.Apply(rows, h.now)
	}
	settled.Apply(forGood(t, together(all)), h.now)
	_, preview := BuildBoth(settled, h.now)
	list, steps := preview.orders[defaultOrder(content.KindEpisode)], int32(0)
	for i, num := range list[1:] {
		steps += max(num-list[i], list[i]-num)
	}
	if many := int32(len(list)); many < 10 || steps > 3*many { // at random it would be the square of many, by three
		t.Errorf("from one of %d listed episodes to the next numbers go %d: %v", many, steps, list)
	}
}

func same(t *testing.T, name, got, want string) {
	t.Helper()
	if got != want {
		t.Fatalf("%s:\n%s", name, firstDifference(got, want))
	}
}

// forGood reads the bodies of rows as a start does, but some as a body of another form is read.
func forGood(t *testing.T, rows content.Rows) content.Rows {
	t.Helper()
	d := content.Decoder{Words: &content.Words{AreForGood: true}}
	rows.AreForGood = true
	for i := range rows.Revisions {
		rev := &rows.Revisions[i]
		body, err := content.Encode(rev.Entry)
		if err != nil {
			t.Fatal(err)
		}
		if i%5 == 0 {
			body = append([]byte(" "), body...)
		}
		if rev.Entry, err = d.Decode(rev.ID.Kind(), content.Shape, string(body)); err != nil {
			t.Fatal(err)
		}
	}
	return rows
}

// collect frees what can be, and writes over it.
func collect() {
	var waste [][]byte
	for range 4 {
		for range 1000 {
			waste = append(waste, make([]byte, 64+len(waste)))
		}
		waste = nil
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}
