package exchange

import (
	"fmt"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// entry adds the rows of one entry.
func (t *tables) entry(e edition.Entry) error {
	switch e := e.(type) {
	case *edition.Series:
		t.series(e)
	case *edition.Episode:
		t.episode(e)
	case *edition.Speaker:
		t.speaker(e)
	case *edition.Organization:
		t.organization(e)
	case *edition.CaseStudy:
		t.caseStudy(e)
	case *edition.Resource:
		t.resource(e)
	case *edition.Topic:
		t.topic(e)
	case *edition.Toolkit:
		t.toolkit(e)
	case *edition.Listing:
		return t.listing(e)
	}
	return nil
}

// among adds a row for each entry of a list, numbered from 1; an entry that stands there twice has its first place.
func among[T edition.Entry](t *tables, name string, owner content.ID, list []T) {
	for i, e := range list {
		t.once(name, owner, e.ID(), i+1)
	}
}

func (t *tables) aliases(name string, owner content.ID, aliases []content.Alias) {
	for i, a := range aliases {
		t.add(name, owner, i+1, a.Value, a.Language)
	}
}

// idOf is an entry's id; nil for none.
func idOf[T interface {
	comparable
	edition.Entry
}](e T) any {
	var none T
	if e == none {
		return nil
	}
	return e.ID()
}

func address(p *edition.Image) (url, alt any) {
	if p == nil {
		return nil, nil
	}
	return p.URL(), p.Alt
}

func (t *tables) topic(e *edition.Topic) {
	t.add("topic", shared(e, e.Name, e.Scheme, e.Topic.Definition.Plain())...)
	for _, b := range e.Broader() {
		t.once("topic_broader", e.ID(), b.ID())
	}
	t.aliases("topic_alias", e.ID(), e.Aliases)
}

func (t *tables) organization(e *edition.Organization) {
	logo, alt := address(e.Logo())
	t.add("organization", shared(
		e, e.Name, e.Acronym, e.OrganizationKind, e.KindAsPrinted(), e.Sector(), e.Organization.Summary.Plain(), e.City, e.Region, e.Country, e.Website,
		logo, alt, idOf(e.Parent()), e.Established, e.Status(), e.NetworkMember,
	)...)
	t.aliases("organization_alias", e.ID(), e.Aliases())
	for _, o := range e.Successors() {
		t.once("organization_successor", e.ID(), o.ID())
	}
	for _, o := range e.Related() {
		t.once("organization_related", e.ID(), o.ID())
	}
}

func (t *tables) speaker(e *edition.Speaker) {
	photo, alt := address(e.Photo())
	t.add("speaker", shared(e, e.Name, e.SortName(), e.Pronouns(), e.Speaker.Bio.Plain(), photo, alt)...)
	t.aliases("speaker_alias", e.ID(), e.Aliases())
	for i, l := range e.WebLinks() {
		t.add("speaker_link", e.ID(), i+1, l.Label, l.URL)
	}
	affiliations, _ := e.Affiliations(nil) // without a date nothing can be wrong
	for i, a := range affiliations {
		t.add("affiliation", e.ID(), i+1, a.Organization().ID(), a.Title(), a.From(), a.To(), a.Primary())
	}
}

func (t *tables) resource(e *edition.Resource) {
	t.add("resource", shared(
		e, e.Title, e.ResourceKind(), e.KindAsPrinted(), e.Resource.Summary.Plain(), e.Href, e.MediaType(), e.Language(), e.License(), e.PublishedOn,
	)...)
	among(t, "resource_author", e.ID(), e.Authors())
	among(t, "resource_publisher", e.ID(), e.Publishers())
	among(t, "resource_topic", e.ID(), e.Topics())
}

func (t *tables) series(e *edition.Series) {
	t.add("series", shared(
		e, e.Title, e.Tagline, e.Series.Summary.Plain(), e.SeriesKind, e.Language, e.FeedGUID, e.StartDate, e.EndDate, e.Frequency,
		e.ExternalURL,
	)...)
	among(t, "series_organizer", e.ID(), e.Organizers())
	for i, c := range e.Credits() {
		t.add("series_credit", e.ID(), i+1, c.Speaker().ID(), c.Role, c.RoleAsPrinted, c.CreditedTitle)
		for _, o := range c.CreditedOrganizations() {
			t.once("series_credit_organization", e.ID(), i+1, o.ID())
		}
	}
}

func (t *tables) episode(e *edition.Episode) {
	var at content.Location
	if e.Location != nil {
		at = *e.Location
	}
	var sign content.OwnRegistration
	if e.Registration != nil {
		sign = e.Registration.Own()
	}
	t.add("episode", shared(
		e, idOf(e.Series()), e.Number, e.Season(), e.Title, e.Subtitle(), e.Episode.Summary.Plain(), e.Language(), e.Format(), e.Phase(),
		e.Status(), e.Date(), e.EndDate(), e.TimeZone(), e.StartsAt(), e.EndsAt(), e.EndsAtIsEstimated(),
		some(e.Seconds), at.Venue, at.Room, at.City, at.Region, at.Country, e.TookPlace(), e.AttendanceMode(),
		sign.URL, sign.Provider, sign.OpensAt, sign.ClosesAt,
		sign.Seats, sign.Free, e.StreamURL(), e.ExternalURL,
	)...)
	among(t, "episode_topic", e.ID(), e.Topics())
	among(t, "episode_host", e.ID(), e.Hosts())
	among(t, "episode_resource", e.ID(), e.Resources())
	for i, p := range e.Images() {
		t.add("episode_image", e.ID(), i+1, p.URL(), p.Alt)
	}
	for _, a := range e.Appearances(nil) {
		t.add("appearance", e.ID(), a.Position(), a.Speaker().ID(), a.Role, a.RoleAsPrinted, a.CreditedName, a.CreditedTitle)
		for _, o := range a.CreditedOrganizations() {
			t.once("appearance_organization", e.ID(), a.Position(), o.ID())
		}
	}
	for i, r := range e.Recordings() {
		t.add(
			"recording", e.ID(), i+1, r.RecordingKind(), r.URL, r.Title(), r.Provider(), r.EmbedURL, some(r.Seconds), r.PublishedAt, r.Recording.Transcript(),
			r.FallbackURL(),
		)
		for j, track := range r.Tracks() {
			t.add("text_track", e.ID(), i+1, j+1, track.TrackKind, track.Language, track.URL, track.MediaType, track.Reviewed)
		}
		for j, c := range r.Chapters() {
			t.add("chapter", e.ID(), i+1, j+1, c.Seconds, c.Title)
		}
	}
}

func (t *tables) caseStudy(e *edition.CaseStudy) {
	t.add("case_study", shared(
		e, e.Title, e.CaseStudy.Summary.Plain(), e.CaseStudy.Body.Plain(), e.City, e.Status, e.StartedOn, e.EndedOn,
	)...)
	for i, p := range e.Partners() {
		t.add(
			"case_study_partner", e.ID(), i+1, p.Organization().ID(), p.Role, p.RoleAsPrinted, p.Partner.Contribution.Plain(), p.From, p.To,
		)
	}
	for i, topic := range e.Strategies() {
		t.once("case_study_topic", e.ID(), topic.ID(), "strategy", i+1)
	}
	for i, topic := range e.Populations() {
		t.once("case_study_topic", e.ID(), topic.ID(), "population", i+1)
	}
	for _, r := range e.Regions {
		t.once("case_study_region", e.ID(), r)
	}
	among(t, "case_study_episode", e.ID(), e.Episodes())
	among(t, "case_study_resource", e.ID(), e.Resources())
	for i, o := range e.Outcomes() {
		t.add("outcome", e.ID(), i+1, o.Measure, o.Label, o.Value, o.ValueText, o.Unit, o.Baseline, o.Population, o.AsOf)
		for j, ev := range o.Evidence() {
			t.add("outcome_evidence", e.ID(), i+1, j+1, ev.Level, ev.URL, ev.Title, idOf(ev.Episode()), ev.Seconds)
		}
	}
	for i, ev := range e.Evidence() {
		t.add("evidence", e.ID(), i+1, ev.Level, ev.URL, ev.Title, idOf(ev.Episode()), ev.Seconds)
	}
	for i, p := range e.Credentials() {
		t.add("credential", e.ID(), i+1, p.Name, idOf(p.Provider()), p.Type, p.Weeks, p.CIP, p.CTID)
		for _, soc := range p.SOC {
			t.once("credential_occupation", e.ID(), i+1, soc)
		}
	}
	for i, p := range e.Contributions() {
		t.add("contributor", e.ID(), i+1, p.Speaker().ID(), p.CreditedTitle)
		for _, o := range p.CreditedOrganizations() {
			t.once("contributor_organization", e.ID(), i+1, o.ID())
		}
	}
}

func (t *tables) toolkit(e *edition.Toolkit) {
	t.add("toolkit", shared(e, e.Title, e.Toolkit.Summary.Plain())...)
	for i, item := range e.Items() {
		t.add("toolkit_item", e.ID(), i+1, item.Entry().ID(), item.ToolkitItem.Annotation.Plain())
	}
}

func (t *tables) listing(e *edition.Listing) error {
	t.add("listing", shared(e, e.Title, idOf(e.Owner()), e.Order, e.Limit, e.Theme, e.Locale)...)
	among(t, "listing_pinned", e.ID(), e.Pinned())
	shown, err := e.Episodes()
	if err != nil {
		return fmt.Errorf("list the episodes of %s: %w", e.ID(), err)
	}
	among(t, "listing_episode", e.ID(), shown)
	return nil
}
