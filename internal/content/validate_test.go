package content

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// told is what errors say to a program: path and code.
func told(wrong Errors) []string {
	var all []string
	for _, e := range wrong {
		all = append(all, strings.Join(e.Path, ".")+" "+string(e.Code))
	}
	return all
}

func TestAllThatIsWrongIsToldAtOnceWithItsPath(t *testing.T) {
	speaker, topic := ImportedID(KindSpeaker, "", "1"), ImportedID(KindTopic, "", "1")
	below := int32(-1)
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		entry Entry
		want  string
	}{
		{&Series{Credits: []Credit{{Role: "KING"}, {Speaker: topic, CreditedOrganizations: []ID{speaker}, Sources: []Source{{}}}}, FeedGUID: "X", Organizers: []ID{""}, StartDate: "2021", EndDate: "2020", ExternalURL: "x", Language: "xx-"}, `
			slug INVALID, title REQUIRED, kind INVALID, organizers.0 REQUIRED, language INVALID, feedGuid INVALID, endDate INVALID, externalUrl INVALID,
			credits.0.speaker REQUIRED, credits.0.role INVALID,
			credits.1.speaker INVALID, credits.1.role INVALID, credits.1.creditedOrganizations.0 INVALID, credits.1.sources.0.title REQUIRED`},
		{&Episode{
			Base:   Base{Slug: "A b", Sources: []Source{{URL: "x"}}, Margin: &Margin{Identifiers: []Identifier{{}}, Notes: []Note{{}}}},
			Series: topic, Number: &below, EpisodeRare: &EpisodeRare{Season: &below, StreamURL: "javascript:alert(1)", Images: []Image{{}, {URL: "x"}}}, EpisodeManner: &EpisodeManner{Language: "english", Format: "FILM", Status: "SOON", AttendanceMode: "MAYBE"},
			When: When{Date: "2021-13", EndDate: "x", StartTime: "1", EndTime: "2", TimeZone: "EST"}.Kept(), Seconds: -1,
			Location:     &Location{Region: "Ohio", Country: "usa"},
			Registration: &Registration{Terms: &Terms{OpensAt: utc(starts), ClosesAt: utc(starts)}},
			ExternalURL:  "ftp://x",
			Appearances:  []Appearance{{Part: &Part{}, Billing: &Billing{}}, {Speaker: topic, Part: &Part{Role: RoleHost}, Billing: &Billing{CreditedName: "a"}}, {Speaker: topic, Part: &Part{Role: RoleHost}, Billing: &Billing{CreditedName: "b", Credited: &Credited{CreditedOrganizations: []ID{topic}}}, Aside: &Aside{Sources: []Source{{}}}}},
			Recordings: []Recording{{
				RecordingManner: &RecordingManner{RecordingKind: "FILM"}, EmbedURL: "x", Seconds: -1,
				Along: &Along{FallbackURL: "x", Tracks: []TextTrack{{Language: "?"}}, Chapters: []Chapter{{Seconds: 5}, {Seconds: 5, Title: "a"}, {Seconds: -1, Title: "b"}}},
			}},
			Resources: []ID{topic}, Topics: []ID{topic, topic}, Hosts: []ID{"x", "x"},
		}, `
			slug INVALID, identifiers.0 INVALID, sources.0.url INVALID, notes.0.kind INVALID, title REQUIRED, series INVALID, number INVALID, season INVALID,
			language INVALID, format INVALID, status INVALID, attendanceMode INVALID,
			when.date INVALID, when.endDate INVALID, when.timeZone INVALID, when.startTime INVALID, when.endTime INVALID,
			seconds INVALID, location.region INVALID, location.country INVALID,
			registration.url REQUIRED, registration.seats INVALID, registration.closesAt INVALID,
			streamUrl INVALID, externalUrl INVALID, images.0.url REQUIRED, images.1.url INVALID,
			appearances.0.speaker REQUIRED, appearances.0.creditedName REQUIRED, appearances.0.role INVALID, appearances.1.speaker INVALID, appearances.2.speaker INVALID,
			appearances.2.creditedOrganizations.0 INVALID, appearances.2.sources.0.title REQUIRED, appearances.2.speaker DUPLICATE,
			recordings.0.kind INVALID, recordings.0.url REQUIRED, recordings.0.embedUrl INVALID, recordings.0.fallbackUrl INVALID, recordings.0.seconds INVALID,
			recordings.0.tracks.0.kind INVALID, recordings.0.tracks.0.url REQUIRED, recordings.0.tracks.0.language INVALID,
			recordings.0.chapters.0.title REQUIRED, recordings.0.chapters.1.seconds INVALID, recordings.0.chapters.2.seconds INVALID, recordings.0.chapters.2.seconds INVALID,
			resources.0 INVALID, topics.1 DUPLICATE, hosts.0 INVALID, hosts.1 INVALID, hosts.1 DUPLICATE`},
		{&Speaker{
			SpeakerRare:  &SpeakerRare{Photo: &Image{}, Aliases: []Alias{{Language: "?", Visibility: "SECRET"}}, WebLinks: []WebLink{{}, {URL: "data:text/html,x"}}},
			Affiliations: []Affiliation{{Position: &Position{From: "2021-02-30"}}, {Organization: speaker, Position: &Position{From: "2021", To: "2020-12"}}},
		}, `
			slug INVALID, name REQUIRED, photo.url REQUIRED, aliases.0.value REQUIRED, aliases.0.language INVALID, aliases.0.visibility INVALID,
			links.0.url REQUIRED, links.1.url INVALID,
			affiliations.0.organization REQUIRED, affiliations.0.from INVALID, affiliations.1.organization INVALID, affiliations.1.to INVALID`},
		{&Organization{Region: "us-oh", Country: "UK", Website: "//x", Logo: &Image{URL: "x"}, OrganizationRare: &OrganizationRare{Aliases: []Alias{{}}, Parent: topic, Successors: []ID{topic}, Related: []ID{""}, Status: "GONE"}, Established: "long ago"}, `
			slug INVALID, name REQUIRED, kind INVALID, region INVALID, country INVALID, website INVALID, logo.url INVALID, aliases.0.value REQUIRED, aliases.0.visibility INVALID,
			parent INVALID, successors.0 INVALID, related.0 REQUIRED, established INVALID, status INVALID`},
		{&CaseStudy{
			StartedOn: "2021-05", EndedOn: "2021-04", Partners: []Partner{{From: "x"}, {Organization: topic, Role: PartnerLead, From: "2022", To: "2021"}},
			Strategies: []ID{speaker}, Populations: []ID{speaker}, Regions: []string{"", "Ohio"},
			Outcomes:    []Outcome{{Value: &nan, Baseline: &inf, AsOf: "x", Evidence: []Evidence{{Level: EvidenceClaimed}, {Episode: topic, Seconds: &below}}}},
			Credentials: []CredentialProgram{{Provider: topic, Weeks: new(int32), CTID: "x"}}, Evidence: []Evidence{{URL: "x"}},
			Contributors: []Contributor{{}, {Speaker: topic, CreditedOrganizations: []ID{topic}}}, Episodes: []ID{topic}, Resources: []ID{topic},
		}, `
			slug INVALID, title REQUIRED, status INVALID, endedOn INVALID, partners.0.organization REQUIRED, partners.0.role INVALID, partners.0.from INVALID,
			partners.1.organization INVALID, partners.1.to INVALID, strategies.0 INVALID, populations.0 INVALID, regions.0 REQUIRED, regions.1 INVALID,
			outcomes.0.label REQUIRED, outcomes.0.asOf INVALID, outcomes.0.value INVALID, outcomes.0.baseline INVALID,
			outcomes.0.evidence.0.url REQUIRED, outcomes.0.evidence.1.level INVALID, outcomes.0.evidence.1.episode INVALID, outcomes.0.evidence.1.seconds INVALID,
			credentials.0.name REQUIRED, credentials.0.provider INVALID, credentials.0.weeks INVALID, credentials.0.ctid INVALID,
			evidence.0.level INVALID, evidence.0.url INVALID,
			contributors.0.speaker REQUIRED, contributors.1.speaker INVALID, contributors.1.creditedOrganizations.0 INVALID, episodes.0 INVALID, resources.0 INVALID`},
		{&Resource{ResourceManner: &ResourceManner{Language: "?"}, Authors: []ID{topic}, Publishers: []ID{topic}, PublishedOn: "x", Topics: []ID{speaker}}, `
			slug INVALID, title REQUIRED, kind INVALID, href REQUIRED, language INVALID, authors.0 INVALID, publishers.0 INVALID, publishedOn INVALID, topics.0 INVALID`},
		{&Topic{Broader: []ID{speaker, topic, topic}, Aliases: []Alias{{Value: "a"}}}, `
			slug INVALID, name REQUIRED, scheme INVALID, broader.0 INVALID, broader.2 DUPLICATE, aliases.0.visibility INVALID`},
		{&Toolkit{Items: []ToolkitItem{{}, {}, {Entry: topic}, {Entry: "x"}, {Entry: topic}}}, `
			slug INVALID, title REQUIRED, items.0.entry REQUIRED, items.1.entry REQUIRED, items.3.entry INVALID, items.4.entry DUPLICATE`},
		{&Listing{
			Owner: topic, Filter: EpisodeFilter{
				Phases: []EpisodePhase{PhaseLive, "X"}, Formats: []EpisodeFormat{"X"}, Series: []ID{topic}, Topics: []ID{speaker}, Organizations: []ID{topic}, Speakers: []ID{topic},
				Regions: []string{"X", ""}, From: "2021-06", To: "2021-05", Language: "?",
			}, Pinned: []ID{topic}, Limit: 101, Locale: "?", AllowedOrigins: []string{"https://example.edu", ""},
		}, `
			slug INVALID, title REQUIRED, owner INVALID, filter.phases.1 INVALID, filter.formats.0 INVALID, filter.series.0 INVALID, filter.topics.0 INVALID,
			filter.organizations.0 INVALID, filter.speakers.0 INVALID, filter.regions.0 INVALID, filter.regions.1 REQUIRED, filter.to INVALID, filter.language INVALID,
			order INVALID, pinned.0 INVALID, limit INVALID, theme INVALID, locale INVALID, allowedOrigins.1 INVALID`},
	} {
		t.Run(string(c.entry.Kind()), func(t *testing.T) {
			wrong := Validate(c.entry, new(Zones))
			want := strings.Split(strings.Join(strings.Fields(c.want), " "), ", ")
			if got := told(wrong); !slices.Equal(got, want) {
				t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), strings.Join(want, ", "))
			}
			for _, e := range wrong {
				if e.Message == "" || strings.Contains(e.Message, "%!") || !utf8.ValidString(e.Message) {
					t.Errorf("%v: the message is %q", e.Path, e.Message)
				}
			}
		})
	}
}

// An empty entry breaks no rule that its required fields do not.
func TestOptionalFieldsAreOptional(t *testing.T) {
	for _, e := range []Entry{
		&Series{Base: Base{Slug: "a"}, Title: "a", SeriesKind: SeriesPodcast},
		&Episode{Base: Base{Slug: "a"}, Title: "a", EpisodeManner: &EpisodeManner{Format: FormatAudio, Status: StatusScheduled}},
		&Episode{Base: Base{Slug: "a"}, Title: "a", EpisodeManner: &EpisodeManner{Format: FormatAudio, Status: StatusScheduled}, Location: &Location{}},
		&Speaker{Base: Base{Slug: "a"}, Name: "a"},
		&Organization{Base: Base{Slug: "a"}, Name: "a", OrganizationKind: OrgOther},
		&CaseStudy{Base: Base{Slug: "a"}, Title: "a", Status: PartnershipUnknown},
		&Resource{Base: Base{Slug: "a"}, Title: "a", ResourceManner: &ResourceManner{ResourceKind: ResourceLink}, Href: "https://example.org"},
		&Topic{Base: Base{Slug: "a"}, Name: "a", Scheme: TopicSubject},
		&Toolkit{Base: Base{Slug: "a"}, Title: "a"},
		&Listing{Base: Base{Slug: "a"}, Title: "a", Order: EpisodesLatest, Limit: 1, Theme: ThemeAuto},
	} {
		if wrong := Validate(e, new(Zones)); wrong != nil {
			t.Errorf("%s: %v", e.Kind(), wrong)
		}
	}
}

// spoiled finds what is wrong with an entry after every text of it was replaced, and lists the texts by path.
func spoiled(t *testing.T, kind Kind, with func(path string) string) (found map[string]ErrorCode, texts []string) {
	t.Helper()
	e := full(t, kind)
	entryLeaves(t, e, func(path string, v reflect.Value) {
		if text, ok := v.Addr().Interface().(*Text); ok {
			*text = Markdown(with(path))
		} else if v.Kind() == reflect.String {
			v.SetString(with(path))
		} else {
			return
		}
		texts = append(texts, path)
	})
	v := &validator{found: new(Errors), zones: new(Zones)}
	v.texts(e)
	found = map[string]ErrorCode{}
	for _, e := range *v.found {
		found[strings.Join(e.Path, ".")] = e.Code
	}
	return found, texts
}

// isProse tells the texts that may be long and have lines.
func isProse(path string) bool {
	return lastName(path) == "transcript" || slices.Contains([]string{"summary", "body", "bio", "definition", "annotation", "contribution"}, lastName(path))
}

func TestNoTextOfAnyNounHoldsWhatNoneMay(t *testing.T) {
	for name, c := range map[string]struct {
		text        string
		line, prose ErrorCode
	}{
		"NUL":           {"a\x00b", CodeInvalid, CodeInvalid},
		"escape":        {"a\x1b[31m", CodeInvalid, CodeInvalid},
		"delete":        {"a\x7f", CodeInvalid, CodeInvalid},
		"C1":            {"a\u0085b", CodeInvalid, CodeInvalid},
		"vertical tab":  {"a\vb", CodeInvalid, CodeInvalid},
		"CR":            {"a\rb", CodeInvalid, CodeInvalid},
		"line":          {"a\nb", CodeInvalid, ""},
		"tab":           {"a\tb", CodeInvalid, ""},
		"invalid UTF-8": {"a\xffb", CodeInvalid, CodeInvalid},
		"half a rune":   {"a\xe2\x82", CodeInvalid, CodeInvalid},
		"longest line":  {strings.Repeat("a", 2000), "", ""},
		"too long":      {strings.Repeat("a", 2001), CodeTooLong, ""},
		"too long é":    {strings.Repeat("é", 1001), CodeTooLong, ""},
		"fine":          {"“çà” 🎓 社区学院", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			eachKind(t, func(t *testing.T, kind Kind) {
				found, texts := spoiled(t, kind, func(string) string { return c.text })
				for _, path := range texts {
					want := c.line
					if isProse(path) {
						want = c.prose
					}
					if found[path] != want {
						t.Errorf("%s: %q, want %q", path, found[path], want)
					}
					delete(found, path)
				}
				for path := range found {
					t.Errorf("%s is no path of a text", path)
				}
			})
		})
	}
}

func TestProseHasAnEndToo(t *testing.T) {
	for most, path := range map[int]string{mostText: "summary", mostTranscript: "recordings.0.transcript"} {
		for _, n := range []int{most, most + 1} {
			found, _ := spoiled(t, KindEpisode, func(p string) string {
				if p == path {
					return strings.Repeat("a", n)
				}
				return "a"
			})
			if (found[path] == CodeTooLong) != (n > most) || len(found) > 1 {
				t.Errorf("%d bytes in %s: %v", n, path, found)
			}
		}
	}
}

func TestListsHaveAnEnd(t *testing.T) {
	eachKind(t, func(t *testing.T, kind Kind) {
		var lists []string
		var visit func(v reflect.Value, path string, long string)
		visit = func(v reflect.Value, path, long string) {
			switch v.Kind() {
			case reflect.Pointer:
				visit(v.Elem(), path, long)
			case reflect.Slice:
				if long == "" {
					lists = append(lists, path)
				}
				if path == long {
					v.Set(reflect.MakeSlice(v.Type(), mostList+1, mostList+1))
					return
				}
				for i := range v.Len() {
					visit(v.Index(i), fmt.Sprint(path, ".", i), long)
				}
			case reflect.Struct:
				switch v.Addr().Interface().(type) {
				case *Text, interface{ IsZero() bool }:
					return
				}
				for i := range v.NumField() {
					visit(v.Field(i), below(t, path, v.Type().Field(i)), long)
				}
			}
		}
		visit(reflect.ValueOf(full(t, kind)).Elem(), "", "")
		for _, long := range lists {
			e := full(t, kind)
			visit(reflect.ValueOf(e).Elem(), "", long)
			if episode, ok := e.(*Episode); ok {
				for i := range episode.Appearances {
					episode.Appearances[i].complete()
				}
			}
			if got := told(Validate(e, new(Zones))); !slices.Contains(got, long+" TOO_LONG") {
				t.Errorf("%s may be endless: %.200v", long, got)
			}
		}
		if len(lists) < 3 {
			t.Errorf("only the lists %v", lists)
		}
	})
}
