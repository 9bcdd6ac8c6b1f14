package content

import (
	"slices"
	"strings"
	"testing"
)

// rule is a form that texts follow, with what follows it and what does not.
type rule struct {
	is           func(string) bool
	right, wrong []string
}

func (r rule) check(t *testing.T) {
	t.Helper()
	for _, s := range r.right {
		if !r.is(s) {
			t.Errorf("%q was refused", s)
		}
	}
	for _, s := range r.wrong {
		if r.is(s) {
			t.Errorf("%.200q was taken", s)
		}
	}
}

func TestSlugIsLettersDigitsAndSingleHyphens(t *testing.T) {
	rule{
		isSlug,
		[]string{"a", "1", "a-b", "2026-webinar-3", strings.Repeat("a", 100)},
		[]string{
			"", "-", "a-", "-a", "a--b", "A", "a b", "a_b", "é", "a/b", "a.b", "..", "a\n", "a%20b", "ａ", "ep_01jz4qk8e3m5n7p9r1s3t5v7wx", strings.Repeat("a", 101),
		},
	}.check(t)
}

func TestWebAddressIsWhatALinkMayOpen(t *testing.T) {
	rule{
		IsWebAddress,
		[]string{
			"http://example.org", "https://example.org/", "https://example.org/a?b=c&d[]=e#f", "https://example.org:8443/a", "https://127.0.0.1/", "https://[::1]:80/a",
			"https://münchen.de/straße?ä=ö", "https://xn--mnchen-3ya.de", "https://例え.jp/パス", "https://example.org?a", "https://example.org#a", "https://example.org/@someone",
			"https://example.org/a@b", "https://example.org/it's", "https://example.org/100%", "https://example.org/%zz", "https://example.org//a", "https://example.org/" + strings.Repeat("a", 1980),
			"https://EXAMPLE.org", "https://example.org/?u=https://user:pass@host",
		},
		[]string{
			"", "example.org", "//example.org", "/a", "#a", "http:", "http://", "https:///a", "http:/example.org", "https://?a", "https://#a", "http://:80", "https://:80/a",
			"javascript:alert(1)", "JavaScript:alert(1)", "java\nscript:alert(1)", "javascript://example.org/%0aalert(1)", "vbscript:x", "data:text/html,<script>", "ftp://example.org", "file:///etc/passwd",
			"mailto:a@example.org", "blob:https://example.org/a", "view-source:https://example.org", "HTTP://example.org", " https://example.org", "https://example.org ", "xhttps://example.org",
			"https://user@example.org", "https://user:pass@example.org", "https://:pass@example.org/", "https://example.org@evil.example", `https://example.org\@evil.example`, `https://example.org/\evil`, `https:\\example.org`,
			"https://exa mple.org", "https://example.org/a b", "https://example.org/\ta", "https://example.org/\na", "https://example.org/\r\nSet-Cookie: a", "https://example.org/\x00", "https://example.org/\v", "https://example.org/\x7f",
			"https://example.org/\u0085", "https://example.org/\u00a0", "https://example.org/\u2028", "https://exa\u2003mple.org", "https://example.org\u3000",
			`https://example.org/"onload="alert(1)`, "https://example.org/<script>", "https://example.org/`", `https://exam"ple.org`, "https://<b>", "https://[::1", "https://%zz/", "https://exam%ple.org", "https://example.org:port/", "https://[evil]/",
			"https://example.org/" + strings.Repeat("a", 1981),
		},
	}.check(t)
}

func TestOriginIsSchemeAndHostAlone(t *testing.T) {
	rule{
		func(s string) bool {
			l := &Listing{Base: Base{Slug: "a"}, Title: "a", Order: EpisodesLatest, Limit: 1, Theme: ThemeAuto, AllowedOrigins: []string{s}}
			return Validate(l, new(Zones)) == nil
		},
		[]string{"https://example.edu", "http://localhost:8080", "https://a.b-c.example.edu:443", "https://xn--mnchen-3ya.de", "http://127.0.0.1"},
		[]string{
			"", "*", "null", "'self'", "example.edu", "//example.edu", "https://", "https://example.edu/", "https://example.edu/a", "https://example.edu?", "https://example.edu#", "https://user@example.edu",
			"ftp://example.edu", "javascript:x", "HTTPS://example.edu", "https://Example.edu", "https://münchen.de", "https://example.edu:", "https://example.edu:port", "https://example.edu:123456", "https://.edu", "https://a..edu", "https://*",
			// In a header each of these would be a directive, another policy or a header of its own.
			"https://example.edu;sandbox", "https://example.edu, https://b.edu", "https://example.edu,default-src", "https://example.edu https://b.edu", "https://example.edu\r\nX: y", "https://example.edu\n", "https://'none'",
		},
	}.check(t)
}

func TestLanguageIsATagOfBCP47(t *testing.T) {
	rule{
		IsLanguage,
		[]string{"en", "es-MX", "zh-Hant-TW", "es-419", "eng", "EN", "sgn-US", "i-klingon", "x-private", "de-CH-1996"},
		[]string{"", " ", "e", "english", "en_US", "en-", "-en", "en--US", "en-US-x", "zz", "und", "root", "en US", "en\x00", "日本語", "en;q=0.5", "*"},
	}.check(t)
	for given, want := range map[string]string{"en": "en", "eng": "en", "EN-us": "en-US", "iw": "he", "english": "english", "": ""} {
		if got := CanonicalLanguage(given); got != want {
			t.Errorf("%q: %q, want %q", given, got, want)
		}
	}
}

func TestRegionHasTheFormOfISO31662(t *testing.T) {
	rule{
		IsRegion,
		[]string{"US-OH", "DE-BE", "FR-75", "GB-ENG", "AT-9"},
		[]string{"", "US", "US-", "us-oh", "US-oh", "USA-OH", "US-OHIO", "US_OH", "U-OH", "US-OH ", "US-OH\n", "ÜS-OH", "Ohio"},
	}.check(t)
}

func TestCountryIsACodeThatISO31661Assigns(t *testing.T) {
	codes := strings.Fields(countries)
	if len(codes) != 249 || !slices.IsSorted(codes) || len(slices.Compact(slices.Clone(codes))) != 249 {
		t.Errorf("%d codes; ISO 3166-1 has 249", len(codes))
	}
	rule{
		IsCountry,
		[]string{"US", "DE", "MX", "GB", "AD", "ZW", "PR", "TW", "SS", "CW"},
		[]string{"", " ", "  ", "us", "USA", "U", "840", "UK", "EU", "SU", "AN", "ZZ", "XX", "US ", "S U", " U", "US CA", "U\x00", "ÜS"},
	}.check(t)
}

func TestEndIsNotBeforeTheBeginning(t *testing.T) {
	for _, c := range []struct {
		from, to PartialDate
		right    bool
	}{
		{"", "", true},
		{"2021", "", true},
		{"", "2021", true},
		{"2021", "2021", true},
		{"2021", "2022", true},
		{"2021", "2020", false},
		// As far as both are known the end may still be later.
		{"2021-05", "2021", true},
		{"2021-05-03", "2021", true},
		{"2021-05-03", "2021-05", true},
		{"2021", "2021-03", true},
		{"2021", "2021-03-01", true},
		{"2021-05", "2021-05-01", true},
		{"2021-05", "2021-04-30", false},
		{"2021-05-03", "2021-04", false},
		{"2021-05-03", "2021-05-02", false},
		{"2021-05-03", "2021-05-03", true},
		{"2021", "2020-12-31", false},
	} {
		r := &Speaker{Base: Base{Slug: "a"}, Name: "a", Affiliations: []Affiliation{{Organization: ImportedID(KindOrganization, "", ""), Position: &Position{From: c.from, To: c.to}}}}
		wrong := Validate(r, new(Zones))
		if (wrong == nil) != c.right {
			t.Errorf("from %q to %q: %v", c.from, c.to, wrong)
		}
		if !c.right && !slices.Equal(told(wrong), []string{"affiliations.0.to INVALID"}) {
			t.Errorf("from %q to %q: %v", c.from, c.to, told(wrong))
		}
	}
}

func TestWhenIsToldByTheFieldThatIsWrong(t *testing.T) {
	const zone = "America/New_York"
	for _, c := range []struct {
		when When
		want string
	}{
		{When{}, ""},
		{When{TimeZone: zone}, ""},
		{When{StartTime: "13:00", EndTime: "14:00"}, ""},
		{When{Date: "2026-03-05", StartTime: "13:00", EndTime: "14:00", TimeZone: zone}, ""},
		{When{Date: "2026-03-05", StartTime: "13:00", EndTime: "14:00"}, ""},
		{When{Date: "2026", TimeZoneAsPrinted: "p.m. ET"}, ""},
		{When{Date: "2026-03-05", StartTime: "23:00", EndDate: "2026-03-06", EndTime: "01:00", TimeZone: zone}, ""},
		{When{Date: "2026-03-05", StartTime: "23:00", EndDate: "2026-03-06", EndTime: "01:00"}, ""},
		{When{Date: "2026-03-05", EndDate: "2026-03-05"}, ""},
		{When{Date: "2026-03-05", EndDate: "2026-03"}, ""},
		{When{Date: "2026-03-05", EndDate: "2026-03-04"}, "endDate"},
		{When{EndDate: "2026-03-04"}, "endDate"},
		{When{Date: "2026-03-05", StartTime: "23:00", EndTime: "01:00", TimeZone: zone}, "endTime"},
		{When{Date: "2026-03-05", StartTime: "13:00", EndTime: "13:00", TimeZone: zone}, "endTime"},
		{When{Date: "2026-03-05", StartTime: "13:00", EndTime: "13:00"}, "endTime"},
		{When{Date: "2026-03-05", StartTime: "13:00", EndDate: "2026-03-05", EndTime: "12:59:59"}, "endTime"},
		{When{StartTime: "13:00", EndTime: "12:00"}, "endTime"},
		{When{Date: "2026-03-05", EndTime: "13:00", TimeZone: zone}, "endTime"},
		{When{Date: "2026-03-05", StartTime: "1pm"}, "startTime"},
		{When{Date: "2026-03-05", StartTime: "24:00"}, "startTime"},
		{When{Date: "2021-03-14", StartTime: "02:30", TimeZone: zone}, "startTime"},
		{When{Date: "2021-03-14", StartTime: "01:30", EndTime: "02:30", TimeZone: zone}, "endTime"},
		{When{Date: "2021-03-14", StartTime: "02:30"}, ""}, // nobody knows which clocks
		{When{Date: "2021-11-07", StartTime: "01:45", EndTime: "01:15", TimeZone: zone}, "endTime"},
		{When{Date: "2011-12-30", StartTime: "12:00", TimeZone: "Pacific/Apia"}, "startTime"},
		{When{Date: "2026-02-29"}, "date"},
		{When{TimeZone: "EST"}, "timeZone"},
		{When{Date: "2026-03-05", StartTime: "13:00", TimeZone: "../../etc/passwd"}, "timeZone"},
	} {
		e := &Episode{Base: Base{Slug: "a"}, Title: "a", EpisodeManner: &EpisodeManner{Format: FormatWebinar, Status: StatusScheduled}, When: c.when.Kept()}
		var want []string
		if c.want != "" {
			want = []string{"when." + c.want + " INVALID"}
		}
		if wrong := Validate(e, new(Zones)); !slices.Equal(told(wrong), want) {
			t.Errorf("%+v: %v, want %v", c.when, wrong, want)
		}
	}
}

func TestReferencesStandOnceAndAreOfTheirKind(t *testing.T) {
	one, two := ImportedID(KindTopic, "", "1"), ImportedID(KindTopic, "", "2")
	for _, c := range []struct {
		ids  []ID
		want []string
	}{
		{nil, nil},
		{[]ID{one, two}, nil},
		{[]ID{one, two, one, one}, []string{"topics.2 DUPLICATE", "topics.3 DUPLICATE"}},
		{[]ID{"", ""}, []string{"topics.0 REQUIRED", "topics.1 REQUIRED"}},
		{[]ID{"topic", ImportedID(KindSpeaker, "", "1")}, []string{"topics.0 INVALID", "topics.1 INVALID"}},
	} {
		r := &Resource{Base: Base{Slug: "a"}, Title: "a", ResourceManner: &ResourceManner{ResourceKind: ResourceLink}, Href: "https://example.org", Topics: c.ids}
		if got := told(Validate(r, new(Zones))); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.ids, got, c.want)
		}
	}
}

func TestSpeakerHasARoleOnceAndMayHaveTwo(t *testing.T) {
	who := ImportedID(KindSpeaker, "", "1")
	e := &Episode{Base: Base{Slug: "a"}, Title: "a", EpisodeManner: &EpisodeManner{Format: FormatWebinar, Status: StatusScheduled}, Appearances: []Appearance{
		{Speaker: who, Part: &Part{Role: RoleHost}, Billing: &Billing{CreditedName: "A"}},
		{Speaker: who, Part: &Part{Role: RoleModerator}, Billing: &Billing{CreditedName: "A"}},
		{Speaker: who, Part: &Part{Role: RoleOther, RoleAsPrinted: "timekeeper"}, Billing: &Billing{CreditedName: "A"}},
		{Speaker: who, Part: &Part{Role: RoleOther, RoleAsPrinted: "chair"}, Billing: &Billing{CreditedName: "A"}},
		{Speaker: who, Part: &Part{Role: RoleHost}, Billing: &Billing{CreditedName: "A."}},
	}}
	if got, want := told(Validate(e, new(Zones))), []string{"appearances.4.speaker DUPLICATE"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestKindsAreAskedByTheirNames(t *testing.T) {
	for name, right := range map[string]bool{
		"organization": IsOrganizationKind(OrgEmployer), "role": IsAppearanceRole(RoleAuthor),
		"series": IsSeriesKind(SeriesPodcast), "resource": IsResourceKind(ResourceBook),
		"no organization": !IsOrganizationKind("employer"), "no role": !IsAppearanceRole(""),
		"no series": !IsSeriesKind("X"), "no resource": !IsResourceKind("X"),
	} {
		if !right {
			t.Error(name)
		}
	}
}
