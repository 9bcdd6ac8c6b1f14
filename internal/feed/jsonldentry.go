package feed

import (
	"slices"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// seriesNode is a series as a schema.org EventSeries.
func seriesNode(s *edition.Series) *node {
	n := thing("EventSeries", s)
	n.set("identifier", string(s.ID()))
	n.set("alternateName", line(s.Tagline))
	n.set("description", prose(s.Summary(content.FormatText)))
	n.set("inLanguage", s.Language)
	n.set("startDate", string(s.StartDate))
	n.set("endDate", string(s.EndDate))
	n.set("organizer", things("Organization", s.Organizers()))
	n.set("sameAs", addresses(s.ExternalURL))
	var makers []*node
	for _, c := range s.Credits() {
		makers = append(makers, thing("Person", c.Speaker()))
	}
	n.set("performer", makers)
	return n
}

// speakerNode is a speaker as a schema.org Person.
func speakerNode(s *edition.Speaker) *node {
	n := thing("Person", s)
	n.set("identifier", string(s.ID()))
	n.set("description", prose(s.Bio(content.FormatText)))
	n.set("alternateName", aliases(s.Aliases()))
	if photo := s.Photo(); photo != nil {
		n.set("image", photo.Src())
	}
	links := make([]string, 0, len(s.WebLinks()))
	for _, l := range s.WebLinks() {
		links = append(links, l.URL)
	}
	n.set("sameAs", append(sameAs(s.Identifiers()), addresses(links...)...))
	held, _ := s.Affiliations(nil) // without a date there is nothing wrong with it
	var at []*node
	for _, a := range held {
		if a.To() == "" {
			at = append(at, thing("Organization", a.Organization()))
			if a.Primary() {
				n.set("jobTitle", line(a.Title()))
			}
		}
	}
	n.set("affiliation", at)
	return n
}

// organizationNode is an organization as a schema.org Organization.
func organizationNode(o *edition.Organization) *node {
	n := thing("Organization", o)
	n.set("identifier", string(o.ID()))
	n.set("description", prose(o.Summary(content.FormatText)))
	names := aliases(o.Aliases())
	if short := line(o.Acronym); short != "" && !slices.Contains(names, short) {
		names = append([]string{short}, names...)
	}
	n.set("alternateName", names)
	n.set("address", postal(o.City, o.Region, o.Country))
	n.set("foundingDate", string(o.Established))
	n.set("sameAs", append(sameAs(o.Identifiers()), addresses(o.Website)...))
	if logo := o.Logo(); logo != nil {
		n.set("logo", logo.Src())
	}
	if p := o.Parent(); p != nil {
		n.set("parentOrganization", thing("Organization", p))
	}
	for _, id := range o.Identifiers() {
		if id.Scheme == content.SchemeEIN {
			n.set("taxID", id.Value)
		}
	}
	return n
}

// studyNode is a case study as a schema.org Article.
func studyNode(c *edition.CaseStudy) *node {
	n := thing("Article", c)
	n.set("identifier", string(c.ID()))
	n.set("headline", line(c.Title))
	n.set("description", prose(c.Summary(content.FormatText)))
	n.set("author", things("Person", c.Contributors()))
	n.set("about", append(terms(c.Strategies()), terms(c.Populations())...))
	var partners []*node
	for _, p := range c.Partners() {
		partners = append(partners, thing("Organization", p.Organization()))
	}
	n.set("mentions", partners)
	var cited []string
	for _, e := range c.Evidence() {
		cited = append(cited, e.URL)
	}
	n.set("citation", addresses(cited...))
	published(n, c)
	return n
}

// resourceNode is a resource as a schema.org CreativeWork.
func resourceNode(r *edition.Resource) *node {
	n := thing("CreativeWork", r)
	n.set("identifier", string(r.ID()))
	n.set("description", prose(r.Summary(content.FormatText)))
	n.set("author", things("Person", r.Authors()))
	n.set("publisher", things("Organization", r.Publishers()))
	n.set("about", terms(r.Topics()))
	n.set("datePublished", string(r.PublishedOn))
	n.set("inLanguage", r.Language())
	return n
}

func published(n *node, e edition.Entry) {
	if at := e.PublishedAt(); at != nil {
		n.set("datePublished", at.UTC().Format(time.RFC3339))
	}
	n.set("dateModified", e.UpdatedAt().UTC().Format(time.RFC3339))
}

// aliases are the other names that everybody may see.
func aliases(all []content.Alias) []string {
	var names []string
	for _, a := range all {
		if a.Visibility == content.VisibilityPublic {
			names = append(names, line(a.Value))
		}
	}
	return names
}

// addresses keeps what a link may open.
func addresses(all ...string) []string {
	var kept []string
	for _, a := range all {
		if web(a) != "" {
			kept = append(kept, a)
		}
	}
	return kept
}
