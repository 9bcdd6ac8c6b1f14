package exchange_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bettertogether/internal/content"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
)

// fuzzImport wants of any input that it is imported or refused with a reason, and that a preview changes nothing.
func fuzzImport(f *testing.F, format exchange.Format, kinds []content.Kind, seeds ...string) {
	for _, pattern := range seeds {
		files, err := filepath.Glob(filepath.Join("testdata/imports", pattern))
		if err != nil || len(files) == 0 {
			f.Fatal(pattern, err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(raw[:min(len(raw), 3000)]))
		}
	}
	d := open(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range kinds {
			before := d.Version()
			report, err := exchange.Import(context.Background(), d, strings.NewReader(text), exchange.Options{
				Format: format, Kind: kind, TimeZone: "America/New_York", SkipBad: true, DryRun: true, Viewer: hubtest.Admin(),
			})
			var wrong content.Errors
			if err != nil && !errors.As(err, &wrong) && !errors.Is(err, exchange.ErrBadLines) {
				t.Errorf("%v, %+v", err, report)
			}
			if d.Version() != before {
				t.Error("a preview changed something")
			}
			for _, r := range report.Rows {
				if (r.Outcome == exchange.Rejected || r.Outcome == exchange.Proposed) && len(r.Reasons) == 0 {
					t.Errorf("no reason: %+v", r)
				}
			}
		}
	})
}

func FuzzImportSheet(f *testing.F) {
	f.Add("title,date,start,speakers,hosts\nA,2024-03-10,02:30,\"B, C; D and E\",F\n")
	fuzzImport(f, exchange.FormatCSV, []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindEpisode}, "*.csv")
}

func FuzzImportAnything(f *testing.F) {
	f.Add(calendar("UID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Vienna:20240320T190000\nRRULE:FREQ=WEEKLY;COUNT=3;BYSETPOS=-1\nEXDATE:20240321\nRDATE:20240322/PT1H"))
	fuzzImport(f, exchange.FormatAuto, []content.Kind{content.KindSpeaker}, "*.json", "ics/*.ics")
}
