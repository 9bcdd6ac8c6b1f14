package exchange

import (
	"os"
	"path/filepath"
	"testing"

	"bettertogether/internal/content"
)

// seed gives a fuzz test the samples of a pattern.
func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob(filepath.Join("testdata/imports", pattern))
	if err != nil || len(files) == 0 {
		f.Fatal(pattern, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw[:min(len(raw), 1500)])
	}
}

// FuzzReadCSV wants a reader that never panics and gives every record a key or a problem.
func FuzzReadCSV(f *testing.F) {
	seed(f, "*.csv")
	f.Add([]byte("title,date,start,end,speakers,hosts,number\nA,2024-03-10,02:30,7 pm,\"B, C; D and E\",F,#1\n"))
	f.Add([]byte("name;orcid;links;organization\n\"A\";0000;@x;B\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		for _, kind := range []content.Kind{content.KindSpeaker, content.KindOrganization, content.KindEpisode} {
			p, _ := readCSV(raw, Options{Kind: kind, TimeZone: "America/New_York"})
			for i := range p.records {
				p.records[i].withoutJoinLinks()
			}
		}
	})
}

// FuzzReadICal wants the same of calendars, and that no rule runs for ever.
func FuzzReadICal(f *testing.F) {
	seed(f, "ics/*.ics")
	f.Add([]byte("BEGIN:VEVENT\nUID:1\nSUMMARY:A\nDTSTART;TZID=Europe/Vienna:20240320T190000\nRRULE:FREQ=MONTHLY;COUNT=3;BYSETPOS=-1;BYDAY=2MO,FR\nEXDATE:20240321\nRDATE:20240322/PT1H\nEND:VEVENT"))
	f.Add([]byte("BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20240327T180000Z\nSUMMARY:B\nDTSTART:20240320\nDURATION:P1W\nDESCRIPTION:<p>x\nEND:VEVENT"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, _ := readICal(raw, Options{TimeZone: "America/New_York"})
		for i := range p.records {
			p.records[i].withoutJoinLinks()
		}
	})
}
