package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestImportPreviewsAndSettlesASheet(t *testing.T) {
	dir := t.TempDir()
	database, sheet := filepath.Join(dir, "hub.db"), filepath.Join(dir, "people.csv")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(sheet, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) (out, errOut string) {
		t.Helper()
		out, errOut, err := hub(t, append([]string{"import", "--database", database, sheet, "--kind", "speaker", "--map", "Who=name,Twitter=links"}, args...)...)
		if err != nil {
			t.Fatal(err, errOut)
		}
		return out, errOut
	}
	write("Who,Twitter,Shoe\nAnn Lee,@ann,5\nBo Ek,,6\n")
	out, errOut := run("--dry-run")
	for _, want := range []string{`line 2: CREATED speaker "Ann Lee"`, `line 3: CREATED speaker "Bo Ek"`, "2 entries would be created"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in %s", want, out)
		}
	}
	if !strings.Contains(errOut, "left out: Shoe") {
		t.Error(errOut)
	}
	if out, _ := run(); !strings.Contains(out, "2 entries created") {
		t.Error(out)
	}
	write("Who,Twitter,Shoe\nAnn Lee,@lee,5\n")
	out, errOut = run()
	decision := regexp.MustCompile(`--decide '(speaker:ann lee; twitter.com/lee=sp_\w+)'`).FindStringSubmatch(errOut)
	if !strings.Contains(out, "1 proposed") || decision == nil {
		t.Fatal(out, errOut)
	}
	if out, _ := run("--decide", decision[1]); !strings.Contains(out, "0 entries created, 1 updated") {
		t.Error(out)
	}
}

func TestImportTellsWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "events.ics")
	if err := os.WriteFile(file, []byte("BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART:20240501T190000\nEND:VEVENT\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"import", "--database", filepath.Join(dir, "hub.db"), file}
	if _, errOut, err := hub(t, args...); err == nil || !strings.Contains(errOut, "timeZone") {
		t.Error(errOut, err)
	}
	if out, _, err := hub(t, append(args, "--time-zone", "America/New_York")...); err != nil || !strings.Contains(out, "1 entries created") {
		t.Error(out, err)
	}
}
