package proc

import (
	"os"
	"testing"
	"time"
)

func TestStatOfAProgramWithAnyName(t *testing.T) {
	raw := []byte("42 (a) b (c)) S 7 42 42 0 -1 4194304 100 0 0 0 150 50 20 10 20 0 3 0 1 2 3\n")
	got, err := parseStat(raw)
	if err != nil {
		t.Fatal(err)
	}
	if want := (stat{parent: 7, cpu: 2300 * time.Millisecond}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestStatThatIsCutIsAnError(t *testing.T) {
	if _, err := parseStat([]byte("42 (hub) S 7 42")); err == nil {
		t.Error("a cut line was taken")
	}
}

func TestOwnProcessHasMemory(t *testing.T) {
	pid := os.Getpid()
	if n, err := Resident(pid); err != nil || n < 1<<20 {
		t.Errorf("%d bytes resident, %v", n, err)
	}
	if n, err := FamilyShare(pid); err != nil || n < 1<<20 {
		t.Errorf("%d bytes of share, %v", n, err)
	}
	family, err := Family(os.Getppid())
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, one := range family {
		found = found || one == pid
	}
	if !found {
		t.Errorf("%d is not among the children of its parent: %v", pid, family)
	}
}
