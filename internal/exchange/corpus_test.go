package exchange_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/desk"
	"bettertogether/internal/edition"
	"bettertogether/internal/exchange"
	"bettertogether/internal/hubtest"
)

func corpusOf(t testing.TB, v *edition.View) string {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.Corpus(&b, v); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// carried are the lines of a corpus without what does not come along: the line meta, where the hub shows entries, and ids.
func carried(t testing.TB, corpus string) []string {
	t.Helper()
	var lines []string
	for line := range strings.Lines(corpus) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err, line)
		}
		if record["type"] == "meta" {
			continue
		}
		delete(record, "id")
		delete(record, "page")
		raw, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(raw))
	}
	return lines
}

// copyOf imports a corpus into an empty hub, and says what it writes then.
func copyOf(t testing.TB, corpus string) (*desk.Desk, string) {
	t.Helper()
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)})
	report, err := exchange.ImportNDJSON(context.Background(), d, strings.NewReader(corpus), exchange.Options{Viewer: hubtest.Admin()})
	if err != nil || len(report.Placeholders) > 0 {
		t.Fatal(err, report.Bad, report.Placeholders)
	}
	return d, corpusOf(t, d.Pin())
}

func TestTheCorpusOfTheFactsComesBackAsItWas(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	hubtest.Import(t, d, hubtest.Facts())
	corpus := corpusOf(t, d.Pin())
	copied, again := copyOf(t, corpus)
	if got, want := carried(t, again), carried(t, corpus); !slices.Equal(got, want) {
		t.Error(difference(strings.Join(got, "\n"), strings.Join(want, "\n")))
	}
	copied.Pin().Preview().Each(func(e edition.Entry) {
		if notes := e.Common().Notes(); len(notes) > 0 {
			t.Errorf("%s has notes, so the import did not understand all: %v", e.ID(), notes)
		}
	})
	// What files brought has the same ids in every hub.
	copied.Pin().Each(func(e edition.Entry) {
		if d.Pin().Entry(e.ID()) == nil {
			t.Errorf("%s %s has another id in the first hub", e.ID(), e.Label())
		}
	})
}

func TestTheCorpusOfHandMadeEntriesComesBackAsItWas(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	hubtest.Import(t, d, hubtest.Facts())
	rich(t, d)
	everything(t, d)
	corpus := corpusOf(t, d.Pin())
	copied, again := copyOf(t, corpus)
	if got, want := carried(t, again), carried(t, corpus); !slices.Equal(got, want) {
		t.Error(difference(strings.Join(got, "\n"), strings.Join(want, "\n")))
	}
	copied.Pin().Preview().Each(func(e edition.Entry) {
		if notes := e.Common().Notes(); len(notes) > 0 {
			t.Errorf("%s has notes, so the import did not understand all: %v", e.ID(), notes)
		}
	})
	// Its own corpus changes nothing in a hub.
	for _, own := range []struct {
		d      *desk.Desk
		corpus string
	}{{d, corpus}, {copied, again}} {
		report, err := exchange.ImportNDJSON(context.Background(), own.d, strings.NewReader(own.corpus), exchange.Options{Viewer: hubtest.Admin()})
		if err != nil || report.Created != 0 || report.Updated != 0 {
			t.Errorf("its own corpus creates %d and changes %d: %v %v", report.Created, report.Updated, err, report.Bad)
		}
	}
}

// everything publishes an entry of each kind with all that the public may see, and beside it what it may not.
func everything(t testing.TB, d *desk.Desk) {
	t.Helper()
	org := &content.Organization{
		Base: content.Base{
			Margin:  &content.Margin{Identifiers: []content.Identifier{{Scheme: content.SchemeWikidata, Value: "Q42"}, {Scheme: content.SchemeROR, Value: "05dxps055"}}, Notes: []content.Note{{Kind: content.NoteEditor, Text: "SECRET"}}},
			Sources: []content.Source{{URL: "https://example.org/a", Title: "A"}, {Title: "a book"}},
		},
		Name: "Hand made", OrganizationKind: content.OrgEmployer, OrganizationRare: &content.OrganizationRare{
			KindAsPrinted: "a college, they say", Status: content.OrgActive,
			Aliases: []content.Alias{{Value: "Alias", Language: "es", Kinds: []string{"acronym"}, Visibility: content.VisibilityPublic}, {Value: "SECRET", Visibility: content.VisibilityRedirect}},
		}, Logo: &content.Image{URL: "https://example.org/l.png", Alt: "Logo"},
		NetworkMember: true, Country: "US", Region: "US-OH", Established: "1999",
	}
	topic := &content.Topic{Name: "Hand", Scheme: content.TopicPopulation, Definition: content.Markdown("A *definition*.")}
	speaker := &content.Speaker{Name: "Person", SpeakerRare: &content.SpeakerRare{SortName: "Person, A.", Pronouns: "they", Photo: &content.Image{URL: "https://example.org/p.png", Alt: "Photo"}}, Bio: content.Markdown("Bio")}
	ids := hubtest.Publish(t, d, org, topic, speaker)
	orgID, topicID, speakerID := ids[0], ids[1], ids[2]
	draft := hubtest.Save(t, d, desk.Write{Action: "test", Puts: []desk.Put{{Entry: &content.Organization{Name: "SECRET draft", OrganizationKind: content.OrgOther}}}}).Results[0].ID
	ids = hubtest.Publish(
		t, d,
		&content.Speaker{Name: "Another", Affiliations: []content.Affiliation{
			{Organization: orgID, Position: &content.Position{Title: "Dean", From: "2019", To: "2020", Primary: true}}, {Organization: orgID, Position: &content.Position{Title: "Dean", From: "2022"}}, {Organization: draft, Position: &content.Position{Title: "SECRET"}},
		}},
		&content.Series{
			Title: "Series", Tagline: "Tag", Summary: content.Markdown("S"), SeriesKind: content.SeriesConference, FeedGUID: "917393e3-1b1e-5cef-ace4-edaa54e1f810", Rank: new(int32(2)),
			Credits: []content.Credit{
				{Speaker: speakerID, Role: content.RoleProducer, CreditedTitle: "T", CreditedOrganizations: []content.ID{orgID}, Sources: []content.Source{{URL: "https://example.org/c"}}},
				{Speaker: speakerID, Role: content.RoleHost, RoleAsPrinted: "Your host"},
			},
		},
		&content.Resource{
			Title: "Resource", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceRecording, MediaType: "text/html", License: "CC-BY-4.0", Language: "es"}, Href: "https://example.org/r", Summary: content.Markdown("R"),
			Authors: []content.ID{speakerID}, Publishers: []content.ID{orgID}, Topics: []content.ID{topicID}, PublishedOn: "2020-02", Printed: 3,
		},
		&content.Resource{Title: "Second", ResourceManner: &content.ResourceManner{ResourceKind: content.ResourceReport, KindAsPrinted: "study"}, Href: "https://example.org/2"},
	)
	another, series, first, second := ids[0], ids[1], ids[2], ids[3]
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	episode := &content.Episode{
		Series: series, Title: "Episode", EpisodeRare: &content.EpisodeRare{
			Subtitle: "Sub", Season: new(int32(0)), StreamURL: "https://example.org/s",
			Images: []content.Image{{URL: "https://example.org/z.png", Alt: "Z"}, {URL: "https://example.org/a.png", Alt: "A"}},
		}, EpisodeManner: &content.EpisodeManner{Language: "en", Format: content.FormatWebinar, AttendanceMode: content.AttendMixed, Status: content.StatusRescheduled, TookPlace: true, NoRecording: true},
		When: content.When{Date: "2026-02-03", EndDate: "2026-02-04", StartTime: "10:00", EndTime: "11:30:30", TimeZone: "America/New_York", TimeZoneAsPrinted: "ET"}.Kept(), Seconds: 77,
		Location: &content.Location{Venue: "V", Room: "R", City: "C", Region: "US-NY", Country: "US"}, Number: new(int32(3)),
		Registration: &content.Registration{URL: "https://example.org/reg", Terms: &content.Terms{Provider: "P", OpensAt: at, ClosesAt: at.Add(time.Hour), Seats: content.SeatsFull, Free: new(false)}},
		ExternalURL:  "https://example.org/e", Summary: content.Markdown("E"), Resources: []content.ID{second, first}, Hosts: []content.ID{orgID, draft},
		Topics: []content.ID{topicID},
		Appearances: []content.Appearance{
			{Speaker: another, Part: &content.Part{Role: content.RoleKeynote}, Billing: &content.Billing{CreditedName: "A.", CreditedTitle: "Dean", Credited: &content.Credited{CreditedOrganizations: []content.ID{orgID}}}, Aside: &content.Aside{Sources: []content.Source{{Title: "program"}}, Note: "SECRET"}},
			{Speaker: another, Part: &content.Part{Role: content.RoleGuest}, Billing: &content.Billing{CreditedName: "A."}},
			{Speaker: speakerID, Part: &content.Part{Role: content.RoleGuest, RoleAsPrinted: "Facilitator"}, Billing: &content.Billing{CreditedName: "P."}},
			{Speaker: speakerID, Part: &content.Part{Role: content.RoleModerator, RoleAsPrinted: "Chair"}, Billing: &content.Billing{CreditedName: "P."}},
		},
		Recordings: []content.Recording{
			{
				RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingAudio, Provider: "p"}, URL: "https://example.org/b.ogg", EmbedURL: "https://example.org/embed", Seconds: 9,
				PublishedAt: at, Along: &content.Along{
					Title: "B", FallbackURL: "https://example.org/f", Transcript: "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n", Chapters: []content.Chapter{{Seconds: 0, Title: "Start"}, {Seconds: 5, Title: "End"}},
					Tracks: []content.TextTrack{{TrackKind: content.TrackCaptions, Language: "en", URL: "https://example.org/c.vtt", MediaType: "text/vtt", Reviewed: true}},
				},
			},
			{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/a.mp3"},
			{RecordingManner: &content.RecordingManner{RecordingKind: content.RecordingVideo}, URL: "https://example.org/later.mp4", Along: &content.Along{Title: "SECRET until then"}, PublishedAt: time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)},
		},
	}
	episodeID := hubtest.Publish(t, d, episode)[0]
	study := &content.CaseStudy{
		Title: "Study", Summary: content.Markdown("S"), Body: content.Markdown("B\n\nC"), Status: content.PartnershipPlanned, StartedOn: "2020-05", EndedOn: "2021", City: "City", Regions: []string{"US-OH", "US-TX"},
		Partners: []content.Partner{
			{Organization: orgID, Role: content.PartnerEducation, Contribution: content.Markdown("Rooms"), From: "2020", To: "2021"},
			{Organization: orgID, Role: content.PartnerLabor, RoleAsPrinted: "sponsor"},
			{Organization: draft, Role: content.PartnerFunder},
		},
		Strategies: []content.ID{topicID}, Populations: []content.ID{topicID},
		Outcomes:     []content.Outcome{{Measure: "m", Label: "L", Value: new(1.25), ValueText: "about one", Unit: "u", Baseline: new(float64(0)), Population: "p", AsOf: "2021", Evidence: []content.Evidence{{Level: content.EvidenceEvaluated, Episode: episodeID, Seconds: new(int32(4))}}}},
		Credentials:  []content.CredentialProgram{{Name: "Cred", Provider: orgID, Type: "certificate", Weeks: new(int32(6)), CIP: "11.0101", SOC: []string{"15-1252"}}},
		Evidence:     []content.Evidence{{Level: content.EvidenceReported, URL: "https://example.org/ev", Title: "Ev"}},
		Contributors: []content.Contributor{{Speaker: speakerID, CreditedTitle: "T", CreditedOrganizations: []content.ID{orgID}}}, Episodes: []content.ID{episodeID}, Resources: []content.ID{first},
	}
	studyID := hubtest.Publish(t, d, study)[0]
	hubtest.Publish(t, d, &content.Toolkit{Title: "Kit", Summary: content.Markdown("K"), Items: []content.ToolkitItem{
		{Entry: studyID, Annotation: content.Markdown("Why")}, {Entry: episodeID}, {Entry: draft}, {Entry: first},
	}})
}

func TestTheCorpusHoldsNothingThatIsNotPublic(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	hubtest.Import(t, d, hubtest.Facts())
	rich(t, d)
	everything(t, d)
	corpus := corpusOf(t, d.Pin().Preview()) // whatever view came
	sheets := unzip(t, d.Pin().Preview())
	for name, text := range sheets {
		if strings.Contains(text, "SECRET") {
			t.Errorf("%s has a secret", name)
		}
	}
	if strings.Contains(corpus, "SECRET") {
		t.Error("the corpus has a secret")
	}
	if corpus != corpusOf(t, d.Pin()) {
		t.Error("the preview writes another corpus")
	}
	d.Pin().Preview().Each(func(e edition.Entry) {
		if d.Pin().Entry(e.ID()) == nil && strings.Contains(corpus+strings.Join(slices.Collect(maps.Values(sheets)), ""), string(e.ID())) {
			t.Errorf("the draft %s is named", e.ID())
		}
	})
}

func TestTheFirstLineOfTheCorpusHasTheDigestOfTheRest(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	hubtest.Import(t, d, hubtest.Facts())
	rich(t, d)
	v := d.Pin()
	corpus := corpusOf(t, v)
	first, rest, _ := strings.Cut(corpus, "\n")
	var meta struct {
		Type, Digest, Licence, Tag string
		Version                    int64
		At                         time.Time
		Records                    int
	}
	if err := json.Unmarshal([]byte(first), &meta); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(rest))
	if meta.Type != "meta" || meta.Digest != hex.EncodeToString(sum[:]) || meta.Records != strings.Count(rest, "\n") || meta.Version != v.Version() || meta.Tag != v.Tag() ||
		!meta.At.Equal(v.Since()) || meta.Licence != "see each record's sources" {
		t.Errorf("%s", first)
	}
}

// TestOneTagGivesOneCorpus looks at the same tag at different times.
func TestOneTagGivesOneCorpus(t *testing.T) {
	clock := &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}
	d := hubtest.Open(t, hubtest.SQLite(t), clock)
	everything(t, d)
	clock.At = clock.At.Add(time.Minute)
	before := d.Pin()
	clock.At = clock.At.Add(time.Hour)
	after := d.Pin()
	if before.Tag() != after.Tag() {
		t.Fatal("the tag changed")
	}
	if corpusOf(t, before) != corpusOf(t, after) {
		t.Error("the corpus changed")
	}
	var a, b bytes.Buffer
	if err := errors.Join(exchange.CorpusSheets(&a, before), exchange.CorpusSheets(&b, after)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the sheets changed", err)
	}
}

func unzip(t testing.TB, v *edition.View) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := exchange.CorpusSheets(&b, v); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range z.File {
		if !f.Modified.Equal(v.Public().Since().Truncate(time.Second)) {
			t.Errorf("%s is of %s", f.Name, f.Modified)
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func TestTheSheetsHoldTheRelationsAndADictionary(t *testing.T) {
	d := hubtest.Open(t, hubtest.SQLite(t), &hubtest.Clock{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)})
	hubtest.Publish(t, d, &content.Speaker{Name: "=1+1", Bio: content.Markdown("two\n\nlines; \"quoted\", and commas")})
	everything(t, d)
	v := d.Pin()
	relations, err := exchange.Relations(v)
	if err != nil {
		t.Fatal(err)
	}
	files := unzip(t, v)
	for _, r := range relations {
		rows, err := csv.NewReader(strings.NewReader(files[r.Name+".csv"])).ReadAll()
		if err != nil || len(rows) != len(r.Rows)+1 {
			t.Errorf("%s: %d rows of %d: %v", r.Name, len(rows)-1, len(r.Rows), err)
		}
		if !strings.Contains(files["README.txt"], "\n"+r.Name+".csv: ") {
			t.Errorf("the dictionary does not have %s", r.Name)
		}
		for _, c := range r.Columns {
			if !strings.Contains(files["README.txt"], " "+c.Name+" ") {
				t.Errorf("the dictionary does not have %s.%s", r.Name, c.Name)
			}
		}
	}
	if len(files) != len(relations)+2 {
		t.Errorf("%d files", len(files))
	}
	if !strings.Contains(files["speaker.csv"], "'=1+1") || strings.Contains(files["speaker.csv"], ",=1+1") {
		t.Error("a spreadsheet runs a name")
	}
	digest := exchange.Digest(relations)
	if !strings.Contains(files["README.txt"], digest) || !strings.Contains(files["meta.json"], digest) {
		t.Error("the digest is not that of the relations")
	}
}
