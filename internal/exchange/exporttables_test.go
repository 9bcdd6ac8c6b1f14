package exchange_test

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
	"bettertogether/internal/store"
)

// raw opens a database without any of our code.
func raw(t testing.TB, database string) *sql.DB {
	t.Helper()
	engine := "sqlite"
	if strings.HasPrefix(database, "postgres") {
		engine = "postgres"
	}
	db, err := sql.Open(engine, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// stored reads a relation's rows back as any reader would, sorted by their key.
func stored(t testing.TB, db *sql.DB, r store.Relation) store.Relation {
	t.Helper()
	var names []string
	for _, c := range r.Columns {
		names = append(names, c.Name)
	}
	found, err := db.QueryContext(context.Background(), "select "+strings.Join(names, ", ")+" from "+r.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	r.Rows = nil
	for found.Next() {
		row, into := make([]any, len(names)), make([]any, len(names))
		for i := range row {
			into[i] = &row[i]
		}
		if err := found.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, c := range r.Columns {
			// SQLite has no type of its own for what is true or false, nor for instants.
			if n, ok := row[i].(int64); ok && c.Type == store.Flag {
				row[i] = n == 1
			}
		}
		r.Rows = append(r.Rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	r.Sort()
	return r
}

// rich publishes entries that fill what the facts leave empty.
func rich(t testing.TB, d *desk.Desk) {
	t.Helper()
	of := func(kind content.Kind) content.ID { return content.ImportedID(kind, "test", "rich") }
	topic, speaker, organization, episode, study := of(content.KindTopic), of(content.KindSpeaker), of(content.KindOrganization), of(content.KindEpisode), of(content.KindCaseStudy)
	moment := content.Evidence{Level: content.EvidenceReported, Episode: episode, Seconds: new(int32(90))}
	alias := []content.Alias{{Value: "alias", Language: "en", Visibility: content.VisibilityPublic}, {Value: "SECRET", Visibility: content.VisibilityMatch}}
	second := content.ImportedID(content.KindOrganization, "test", "second")
	w := desk.Write{Action: "test"}
	add := func(id content.ID, e content.Entry) {
		w.Puts = append(w.Puts, desk.Put{ID: id, Entry: e, Publish: true})
	}
	add(topic, &content.Topic{Name: "Rich", Scheme: content.TopicSubject, Aliases: alias, Broader: []content.ID{content.ImportedID(content.KindTopic, "ndjson", "partnerships")}})
	add(second, &content.Organization{Name: "Second", OrganizationKind: content.OrgOther})
	add(organization, &content.Organization{Name: "Rich", OrganizationKind: content.OrgOther, OrganizationRare: &content.OrganizationRare{Aliases: alias, Successors: []content.ID{second}, Related: []content.ID{second}, Parent: second}})
	add(speaker, &content.Speaker{
		Name: "Rich", SpeakerRare: &content.SpeakerRare{Aliases: alias, WebLinks: []content.WebLink{{URL: "https://example.org"}}},
		Affiliations: []content.Affiliation{{Organization: organization, Position: &content.Position{Title: "Dean", Primary: true, From: "2020"}}},
	})
	add(of(content.KindResource), &content.Resource{
		Title: "Rich", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceLink}, Href: "https://example.org", Authors: []content.ID{speaker}, Publishers: []content.ID{organization},
		Topics: []content.ID{topic},
	})
	add(of(content.KindSeries), &content.Series{
		Title: "Rich", SeriesKind: content.SeriesWebinar, Organizers: []content.ID{organization},
		Credits: []content.Credit{{Speaker: speaker, Role: content.RoleHost, CreditedOrganizations: []content.ID{organization}}},
	})
	add(episode, &content.Episode{
		Title: "Rich", EpisodeManner: &content.EpisodeManner{Format: content.FormatWebinar, Status: content.StatusScheduled}, Topics: []content.ID{topic}, Hosts: []content.ID{organization},
		Resources: []content.ID{of(content.KindResource)}, EpisodeRare: &content.EpisodeRare{Images: []content.Image{{URL: "https://example.org/i.png", Alt: "A table"}}},
		When:         content.When{Date: "2026-03-01", StartTime: "14:00", TimeZone: "America/New_York"}.Kept(),
		Registration: &content.Registration{URL: "https://example.org", Terms: &content.Terms{Seats: content.SeatsFull, ClosesAt: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Free: new(true)}},
		Appearances:  []content.Appearance{{Speaker: speaker, Part: &content.Part{Role: content.RoleGuest}, Billing: &content.Billing{CreditedName: "Rich", Credited: &content.Credited{CreditedOrganizations: []content.ID{organization}}}}},
		Recordings: []content.Recording{{
			RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/v",
			Along: &content.Along{
				Tracks:   []content.TextTrack{{TrackKind: content.TrackCaptions, URL: "https://example.org/c", Reviewed: true}},
				Chapters: []content.Chapter{{Seconds: 5, Title: "Begin"}},
			},
		}},
	})
	add(study, &content.CaseStudy{
		Title: "Rich", Status: content.PartnershipActive, Partners: []content.Partner{{Organization: organization, Role: content.PartnerLead}},
		Strategies: []content.ID{topic}, Populations: []content.ID{topic}, Regions: []string{"US-OH"}, Episodes: []content.ID{episode}, Resources: []content.ID{of(content.KindResource)},
		Outcomes: []content.Outcome{{Label: "programs", Value: new(20.5), Evidence: []content.Evidence{moment}}}, Evidence: []content.Evidence{moment},
		Credentials:  []content.CredentialProgram{{Name: "Rich", Provider: organization, SOC: []string{"11-1011"}}},
		Contributors: []content.Contributor{{Speaker: speaker, CreditedOrganizations: []content.ID{organization}}},
	})
	add(of(content.KindToolkit), &content.Toolkit{Title: "Rich", Items: []content.ToolkitItem{{Entry: study}}})
	add(of(content.KindListing), &content.Listing{
		Title: "Rich", Owner: organization, Order: content.EpisodesLatest, Limit: 5, Theme: content.ThemeAuto, Pinned: []content.ID{episode},
		Filter: content.EpisodeFilter{Topics: []content.ID{topic}},
	})
	hubtest.Save(t, d, w)
}

func TestTablesHoldThePublicEditionAndHaveOneDigestOnEitherEngine(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	hubtest.Import(t, d, hubtest.Facts())
	clock.At = clock.At.Add(time.Hour)
	rich(t, d)
	view := d.Pin()
	relations, err := exchange.Relations(view)
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]int{}
	for _, r := range relations {
		rows[r.Name] = len(r.Rows)
	}
	for _, kind := range content.Kinds() {
		if rows[string(kind)] != view.Count(kind) {
			t.Errorf("%s has %d rows, the edition %d", kind, rows[string(kind)], view.Count(kind))
		}
	}
	for name, n := range rows {
		if n == 0 {
			t.Errorf("%s has no rows", name)
		}
	}
	var digests []string
	hubtest.Engines(t, func(t *testing.T, target string) {
		report, err := exchange.ExportTables(context.Background(), view, target)
		if err != nil {
			t.Fatal(err)
		}
		db := raw(t, target)
		var read []store.Relation
		for _, r := range relations {
			read = append(read, stored(t, db, r))
		}
		if got := exchange.Digest(read); got != report.Digest {
			for i := range read {
				if one := exchange.Digest(read[i : i+1]); one != exchange.Digest(relations[i:i+1]) {
					t.Errorf("%s came back otherwise: %v, want %v", read[i].Name, read[i].Rows[:1], relations[i].Rows[:1])
				}
			}
		}
		var version int64
		var tag, digest string
		if err := db.QueryRowContext(context.Background(), `select version, tag, digest from export`).Scan(&version, &tag, &digest); err != nil {
			t.Fatal(err)
		}
		if version != view.Version() || tag != view.Tag() || digest != report.Digest {
			t.Errorf("export says %d %s %s", version, tag, digest)
		}
		digests = append(digests, report.Digest)
		// The keys hold: a row that leads nowhere is refused.
		if _, err := db.ExecContext(context.Background(), `insert into episode_topic (episode, topic) values ('a', 'b')`); err == nil && strings.HasPrefix(target, "postgres") {
			t.Error("an episode_topic without its episode was taken")
		}
		if _, err := exchange.ExportTables(context.Background(), view, target); err == nil {
			t.Error("a target that has tables was written to")
		}
	})
	if len(digests) == 2 && digests[0] != digests[1] {
		t.Errorf("digests %v", digests)
	}
}

func TestNothingHiddenReachesTables(t *testing.T) {
	for seed := range uint64(3) {
		h := newHistory(t, hubtest.SQLite(t), seed)
		for range 120 {
			h.step(t)
		}
		target := hubtest.SQLite(t)
		// Whatever view it gets, it writes the public one.
		if _, err := exchange.ExportTables(context.Background(), h.desk.Pin().Preview(), target); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(target)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(file), "SECRET") {
			t.Errorf("seed %d: something secret is in the tables", seed)
		}
		shown := 0
		for _, id := range h.ids {
			isPublic := h.desk.Pin().Entry(id) != nil
			if isPublic {
				shown++
			}
			if !isPublic && strings.Contains(string(file), string(id)) {
				t.Errorf("seed %d: %s is hidden, but in the tables", seed, id)
			}
		}
		if shown == 0 || shown == len(h.ids) {
			t.Errorf("seed %d: %d of %d entries are public; the test wants some", seed, shown, len(h.ids))
		}
		var broken int
		if err := raw(t, target).QueryRowContext(context.Background(), `select count(*) from pragma_foreign_key_check`).Scan(&broken); err != nil || broken > 0 {
			t.Errorf("seed %d: %d rows lead nowhere, %v", seed, broken, err)
		}
	}
}

func TestEveryRelationStandsBehindThoseThatItPointsAt(t *testing.T) {
	relations, err := exchange.Relations(open(t).Pin())
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]int{}
	for _, r := range relations {
		keys[r.Name] = r.Key
		if n, ok := keys[r.Within]; r.Within != "" && (!ok || n > r.Key) {
			t.Errorf("%s is within %s, whose key is not the begin of its own", r.Name, r.Within)
		}
		for _, c := range r.Columns {
			if n := keys[c.To]; c.To != "" && n != 1 {
				t.Errorf("%s.%s points at %s", r.Name, c.Name, c.To)
			}
		}
	}
}
