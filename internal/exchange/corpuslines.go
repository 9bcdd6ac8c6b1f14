package exchange

import (
	"fmt"
	"slices"
	"strings"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// records are the lines of an entry.
func (c *corpus) records(e edition.Entry) []any {
	switch e := e.(type) {
	case *edition.Topic:
		return []any{topicLine{
			lineHead: c.begin(e), Label: e.Name, Scheme: e.Scheme, Definition: e.Topic.Definition.Markdown(), Aliases: aliasLines(e.Aliases),
			Broader: keysOf(c, e.Broader()), lineEnd: endOf(e),
		}}
	case *edition.Organization:
		return c.organization(e)
	case *edition.Speaker:
		return []any{c.speaker(e)}
	case *edition.Series:
		return c.series(e)
	case *edition.Resource:
		return []any{c.resource(e)}
	case *edition.Episode:
		return c.episode(e)
	case *edition.CaseStudy:
		return []any{c.caseStudy(e)}
	case *edition.Toolkit:
		t := toolkitLine{lineHead: c.begin(e), Title: e.Title, Summary: e.Toolkit.Summary.Markdown(), lineEnd: endOf(e)}
		for _, item := range e.Items() {
			if of, ok := item.Entry().(edition.Entry); ok && of.Kind() != content.KindListing {
				t.Items = append(t.Items, itemLine{of.Kind(), c.key(of), item.ToolkitItem.Annotation.Markdown()})
			}
		}
		return []any{t}
	}
	return nil
}

func (c *corpus) begin(e edition.Entry) lineHead {
	return lineHead{string(e.Kind()), c.key(e), string(e.ID()), e.URL()}
}

func endOf(e edition.Entry) lineEnd {
	var end lineEnd
	for scheme, field := range map[content.IdentifierScheme]*string{
		content.SchemeIPEDS: &end.IPEDS, content.SchemeNCES: &end.NCES, content.SchemeROR: &end.ROR, content.SchemeEIN: &end.EIN, content.SchemeCTID: &end.CTID,
		content.SchemeWikidata: &end.Wikidata, content.SchemeORCID: &end.ORCID, content.SchemeOpenAlex: &end.OpenAlex,
	} {
		for _, id := range e.Common().Identifiers() {
			if id.Scheme == scheme && *field == "" {
				*field = id.Value
			}
		}
	}
	end.Sources = sourcesOf(e.Common().Sources)
	return end
}

func sourcesOf(all []content.Source) []any {
	var lines []any
	inFull := slices.ContainsFunc(all, func(s content.Source) bool { return s.URL != "" && s.Title != "" })
	for _, s := range all {
		switch {
		case inFull:
			lines = append(lines, s)
		case s.URL != "":
			lines = append(lines, s.URL)
		default:
			lines = append(lines, s.Title)
		}
	}
	return lines
}

func aliasLines(all []content.Alias) []lineAlias {
	var lines []lineAlias
	for _, a := range all {
		lines = append(lines, lineAlias{a.Value, a.Language, a.Kinds})
	}
	return lines
}

func imageOf(p *content.Image) content.Image {
	if p == nil {
		return content.Image{}
	}
	return *p
}

func (c *corpus) organization(e *edition.Organization) []any {
	kind, printed := wordOf(e.OrganizationKind, e.KindAsPrinted(), content.IsOrganizationKind, func(word string) content.OrganizationKind {
		return organizationKind(word, e.Sector())
	})
	logo := imageOf(e.Organization.Logo)
	lines := []any{organizationLine{
		lineHead: c.begin(e), Name: e.Name, ShortName: e.Acronym, Kind: kind, KindAsPrinted: printed, Sector: e.Sector(), Aliases: aliasLines(e.Aliases()),
		Parent: keyOrNone(c, e.Parent()), City: e.City, Region: e.Region, Country: e.Country, URL: e.Website, Logo: logo.URL, LogoAlt: logo.Alt,
		Summary: e.Organization.Summary.Markdown(), Status: e.Organization.Status(), Established: e.Established, NetworkMember: e.NetworkMember, lineEnd: endOf(e),
	}}
	for _, o := range keysOf(c, e.Successors()) {
		lines = append(lines, relationLine{"organization_relation", c.key(e), "successor", o})
	}
	for _, o := range keysOf(c, e.Related()) {
		lines = append(lines, relationLine{"organization_relation", c.key(e), "related", o})
	}
	return lines
}

func (c *corpus) speaker(e *edition.Speaker) speakerLine {
	photo := imageOf(e.Speaker.Photo())
	s := speakerLine{
		lineHead: c.begin(e), Name: e.Name, SortName: e.Speaker.SortName(), Aliases: aliasLines(e.Aliases()), Pronouns: e.Pronouns(), Bio: e.Speaker.Bio.Markdown(),
		Photo: photo.URL, PhotoAlt: photo.Alt, Links: e.WebLinks(), lineEnd: endOf(e),
	}
	affiliations, _ := e.Affiliations(nil) // without a date nothing can be wrong
	for _, a := range affiliations {
		s.Affiliations = append(s.Affiliations, affiliationLine{c.key(a.Organization()), a.Title(), a.From(), a.To(), a.Primary()})
	}
	return s
}

// bill is one line of a bill.
func (c *corpus) bill(speaker *edition.Speaker, role content.AppearanceRole, printed string, organizations []*edition.Organization) billLine {
	word, beside := wordOf(role, printed, content.IsAppearanceRole, appearanceRole)
	return billLine{Speaker: c.key(speaker), Role: word, RoleAsPrinted: beside, OtherOrganizations: keysOf(c, organizations)}
}

func (c *corpus) series(e *edition.Series) []any {
	lines := []any{seriesLine{
		lineHead: c.begin(e), Title: e.Title, Tagline: e.Tagline, Summary: e.Series.Summary.Markdown(), Kind: strings.ToLower(string(e.SeriesKind)),
		Organizations: keysOf(c, e.Organizers()), Start: e.StartDate, End: e.EndDate, Frequency: e.Frequency, Language: e.Language, URL: e.ExternalURL,
		FeedGUID: e.FeedGUID, Rank: e.Rank, lineEnd: endOf(e),
	}}
	var credits []creditLine
	for _, credit := range e.Credits() {
		b := c.bill(credit.Speaker(), credit.Role, credit.RoleAsPrinted, credit.CreditedOrganizations())
		b.TitleAtTime, b.Sources = credit.CreditedTitle, sourcesOf(credit.Sources)
		credits = append(credits, creditLine{"credit", c.key(e), b})
	}
	// The hub orders imported credits by role and id, so their order is not carried.
	slices.SortStableFunc(credits, func(a, b creditLine) int { return strings.Compare(a.Role+" "+a.Speaker, b.Role+" "+b.Speaker) })
	for _, credit := range credits {
		lines = append(lines, credit)
	}
	return lines
}

func (c *corpus) resource(e *edition.Resource) resourceLine {
	kind, printed := wordOf(e.ResourceKind(), e.KindAsPrinted(), content.IsResourceKind, resourceKind)
	return resourceLine{
		lineHead: c.begin(e), Kind: kind, KindAsPrinted: printed, URL: e.Href, Title: e.Title, Summary: e.Resource.Summary.Markdown(), MediaType: e.MediaType(),
		Authors: keysOf(c, e.Authors()), Organizations: keysOf(c, e.Publishers()), Topics: keysOf(c, e.Topics()), Date: e.PublishedOn, Language: e.Language(),
		License: e.License(), Position: e.Printed, lineEnd: endOf(e),
	}
}

func (c *corpus) episode(e *edition.Episode) []any {
	format, mode := formatOf(e)
	status, tookPlace := statusOf(e)
	l := episodeLine{
		lineHead: c.begin(e), Series: keyOrNone(c, e.Series()), Number: e.Number, Season: e.Season(), Title: e.Title, Subtitle: e.Subtitle(),
		Date: e.When.Date, DateEnd: e.When.EndDate(), StartLocal: e.When.StartTime(), EndLocal: e.When.EndTime(), TimeZone: e.When.TimeZone(),
		TimeZoneAsPrinted: e.When.TimeZoneAsPrinted(), Duration: e.Seconds, Format: format, AttendanceMode: mode, Language: e.Language(), Status: status,
		TookPlace: tookPlace, NoRecording: e.NoRecording(), Abstract: e.Episode.Summary.Markdown(), Topics: keysOf(c, e.Topics()),
		Organizations: keysOf(c, e.Hosts()), Resources: keysOf(c, e.Resources()), URL: e.ExternalURL, StreamURL: e.StreamURL(), lineEnd: endOf(e),
	}
	if at := e.Location; at != nil {
		l.Venue, l.Room, l.City, l.Region, l.Country = at.Venue, at.Room, at.City, at.Region, at.Country
	}
	if r := e.Registration; r != nil {
		l.RegistrationURL, l.RegistrationProvider, l.RegistrationOpensAt, l.RegistrationClosesAt = r.URL, r.Provider(), r.OpensAt(), r.ClosesAt()
		l.RegistrationSeats, l.IsFree = r.Seats(), r.Free()
	}
	lines := []any{l}
	for _, a := range e.Appearances(nil) {
		b := c.bill(a.Speaker(), a.Role, a.RoleAsPrinted, a.CreditedOrganizations())
		b.NameAsPrinted, b.TitleAtTime, b.Sources = a.CreditedName, a.CreditedTitle, sourcesOf(a.Sources())
		lines = append(lines, appearanceLine{"appearance", c.key(e), int32(len(lines)), b})
	}
	recordings := e.Recordings()
	keys := keysIn(recordings, func(r edition.Recording) string { return r.Key() })
	for i, r := range recordings {
		m := mediaLine{
			Type: "resource", Kind: "recording", Key: keys[i], Episode: c.key(e), URL: r.URL, Title: r.Title(), RecordingKind: r.RecordingKind(), Media: r.Provider(),
			EmbedURL: r.EmbedURL, FallbackURL: r.FallbackURL(), Duration: r.Seconds, PublishedAt: r.PublishedAt, Chapters: r.Chapters(), Transcript: r.Recording.Transcript(),
		}
		for _, t := range r.Tracks() {
			m.Tracks = append(m.Tracks, trackLine{t.TrackKind, t.Language, t.URL, t.MediaType, t.Reviewed})
		}
		lines = append(lines, m)
	}
	keys = keysIn(e.Episode.Images(), func(p content.Image) string { return p.Key })
	for i, p := range e.Episode.Images() {
		lines = append(lines, mediaLine{Type: "resource", Kind: "thumbnail", Key: keys[i], Episode: c.key(e), URL: p.URL, Title: p.Alt})
	}
	return lines
}

// keysIn are the keys of a list's items: their own if they say the order too, else their places.
func keysIn[T any](all []T, own func(T) string) []string {
	keys, isOrdered := make([]string, len(all)), true
	for i, one := range all {
		keys[i] = own(one)
		isOrdered = isOrdered && keys[i] != "" && (i == 0 || keys[i-1] < keys[i])
	}
	if !isOrdered {
		for i := range keys {
			keys[i] = fmt.Sprintf("%04d", i+1)
		}
	}
	return keys
}

func (c *corpus) caseStudy(e *edition.CaseStudy) caseStudyLine {
	l := caseStudyLine{
		lineHead: c.begin(e), Title: e.Title, Abstract: e.CaseStudy.Summary.Markdown(), Body: e.CaseStudy.Body.Markdown(), Status: e.Status,
		StartedOn: e.StartedOn, EndedOn: e.EndedOn, City: e.City, Regions: e.Regions, Evidence: c.evidence(e.Evidence()), Episodes: keysOf(c, e.Episodes()),
		Resources: keysOf(c, e.Resources()), Topics: keysOf(c, e.Strategies()), Populations: keysOf(c, e.Populations()), lineEnd: endOf(e),
	}
	for _, p := range e.Partners() {
		role, printed := wordOf(p.Role, p.RoleAsPrinted, content.IsPartnerRole, partnerRole)
		l.Partners = append(l.Partners, partnerLine{c.key(p.Organization()), role, printed, p.Partner.Contribution.Markdown(), p.From, p.To})
	}
	for _, o := range e.Outcomes() {
		l.Metrics = append(l.Metrics, metricLine{o.Measure, o.Label, o.Value, o.ValueText, o.Unit, o.Baseline, o.Population, o.AsOf, c.evidence(o.Evidence())})
	}
	for _, p := range e.Credentials() {
		l.Credentials = append(l.Credentials, credentialLine{p.Name, keyOrNone(c, p.Provider()), p.Type, p.Weeks, p.CIP, p.SOC, p.CTID})
	}
	for _, p := range e.Contributions() {
		l.People = append(l.People, personLine{c.key(p.Speaker()), p.CreditedTitle, keysOf(c, p.CreditedOrganizations())})
	}
	return l
}

func (c *corpus) evidence(all []edition.Evidence) []evidenceLine {
	var lines []evidenceLine
	for _, e := range all {
		if episode := keyOrNone(c, e.Episode()); episode != "" || e.URL != "" { // else it rests on what is not public
			lines = append(lines, evidenceLine{e.Level, e.URL, e.Title, episode, e.Seconds})
		}
	}
	return lines
}
