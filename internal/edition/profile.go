package edition

import (
	"net/url"
	"slices"
	"strings"

	"bettertogether/internal/content"
)

// profile is what is known of one entry, in the form in which entries are compared.
type profile struct {
	n *node
	// at is the place among the profiles.
	at    int32
	names []variant
	// identifiers are the entry's own and those that its links lead to; sites are its addresses without scheme.
	identifiers []content.Identifier
	sites       []string
	text        string
	pronouns    string
	country     string
	region      string
	// place is the city in words: "saint paul".
	city, place string
	scheme      content.TopicScheme
	// The rest is by number, sorted: whom a person stands for, with whom and in what a person or an organization is met.
	organizations, people, series, topics []int32
	credits                               []credit
	// related are entries to which the content says the relation.
	related []int32
}

// variant is one name of an entry.
type variant struct {
	printed string
	origin  origin
	person  person
	title   title
}

// origin says where a name stands.
type origin int

const (
	ofName origin = iota
	ofAcronym
	ofAlias
	ofCredit
)

// credit is how a person is billed in an episode.
type credit struct {
	episode       int32
	name          string
	organizations []content.ID
}

// profileOf gathers what a view knows of a listed speaker, organization or topic.
func (v *View) profileOf(n *node) *profile {
	p := &profile{n: n}
	var aliases []content.Alias
	p.identifiers = slices.Clone(n.entry().Common().Identifiers())
	switch e := n.entry().(type) {
	case *content.Speaker:
		p.name(e.Name, ofName)
		aliases, p.text, p.pronouns = e.Aliases(), e.Bio.Markdown(), fold(e.Pronouns())
		for _, l := range e.WebLinks() {
			p.site(l.URL)
		}
		v.readSpeaker(p, e)
	case *content.Organization:
		p.name(e.Name, ofName)
		if e.Acronym != "" {
			p.name(e.Acronym, ofAcronym)
		}
		aliases, p.text = e.Aliases(), e.Summary.Markdown()
		p.city, p.region, p.country = e.City, e.Region, e.Country
		p.site(e.Website)
		v.readOrganization(p, e)
	case *content.Topic:
		p.name(e.Name, ofName)
		aliases, p.text, p.scheme = e.Aliases, e.Definition.Markdown(), e.Scheme
		p.related = append(v.listed(e.Broader), n.back(content.KindTopic, "broader")...)
	}
	for _, a := range aliases {
		p.name(a.Value, ofAlias)
	}
	p.finish()
	return p
}

func (p *profile) finish() {
	if p.city != "" {
		p.place = strings.Join(parseTitle(p.city).words, " ")
	}
	if p.country == "" {
		p.country, _, _ = strings.Cut(p.region, "-")
	}
	for _, list := range []*[]int32{&p.organizations, &p.people, &p.series, &p.topics, &p.related} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// name takes a name in, unless it says no more than those before.
func (p *profile) name(printed string, from origin) {
	n := variant{printed: printed, origin: from}
	switch p.kind() {
	case content.KindSpeaker:
		n.person = parsePerson(printed)
	case content.KindTopic:
		n.title = parseTopic(printed)
	default:
		n.title = parseTitle(printed)
	}
	for _, other := range p.names {
		if n.person.line != "" && other.person.line == n.person.line || n.title.key != "" && other.title.key == n.title.key {
			return
		}
	}
	if n.person.line != "" || n.title.key != "" {
		p.names = append(p.names, n)
	}
}

func (p *profile) kind() content.Kind { return p.n.kind() }

// mostCredits is how many episodes of a person are read; who is in more is known well enough by these.
const mostCredits = 200

func (v *View) readSpeaker(p *profile, s *content.Speaker) {
	for _, a := range s.Affiliations {
		p.organizations = append(p.organizations, v.listed([]content.ID{a.Organization})...)
	}
	episodes := p.n.back(content.KindEpisode, "appearances")
	for _, num := range episodes[:min(mostCredits, len(episodes))] {
		e := episodeOf(v.nodes.at(num))
		for _, a := range e.Appearances {
			if a.Speaker == p.n.id() {
				p.credits = append(p.credits, credit{num, a.CreditedName, a.CreditedOrganizations()})
				p.organizations = append(p.organizations, v.listed(a.CreditedOrganizations())...)
				if a.CreditedName != s.Name {
					p.name(a.CreditedName, ofCredit)
				}
			} else if other := v.find(a.Speaker); other != nil {
				p.people = append(p.people, other.num)
			}
		}
		if n := v.find(e.Series); n != nil {
			p.series = append(p.series, n.num)
		}
		p.topics = append(p.topics, v.listed(e.Topics)...)
	}
	for _, num := range p.n.back(content.KindSeries, "credits") {
		p.series = append(p.series, num)
		for _, c := range v.nodes.at(num).entry().(*content.Series).Credits {
			if c.Speaker == p.n.id() {
				p.organizations = append(p.organizations, v.listed(c.CreditedOrganizations)...)
			}
		}
	}
	for _, num := range p.n.back(content.KindCaseStudy, "contributors") {
		for _, c := range v.nodes.at(num).entry().(*content.CaseStudy).Contributors {
			if c.Speaker == p.n.id() {
				p.organizations = append(p.organizations, v.listed(c.CreditedOrganizations)...)
			}
		}
	}
}

func (v *View) readOrganization(p *profile, o *content.Organization) {
	p.related = append(p.related, v.listed([]content.ID{o.Parent()})...)
	p.related = append(p.related, v.listed(o.Successors())...)
	p.related = append(p.related, v.listed(o.Related())...)
	for _, field := range []string{"parent", "successors", "related"} {
		p.related = append(p.related, p.n.back(content.KindOrganization, field)...)
	}
	p.people = append(p.people, p.n.back(content.KindSpeaker, "affiliations")...)
	episodes := p.n.back(content.KindEpisode, "creditedOrganizations")
	for _, num := range episodes[:min(mostCredits, len(episodes))] {
		for _, a := range episodeOf(v.nodes.at(num)).Appearances {
			if slices.Contains(a.CreditedOrganizations(), p.n.id()) {
				p.people = append(p.people, v.listed([]content.ID{a.Speaker})...)
			}
		}
	}
}

// site takes an address in, and the identifier that it leads to.
func (p *profile) site(address string) {
	u, err := url.Parse(address)
	if address == "" || err != nil || u.Host == "" {
		return
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	path := strings.ToLower(strings.Trim(u.Path, "/"))
	last := u.Path[strings.LastIndexByte(strings.TrimRight(u.Path, "/"), '/')+1:]
	switch last = strings.TrimRight(last, "/"); {
	case host == "orcid.org":
		p.identifiers = append(p.identifiers, content.Identifier{Scheme: content.SchemeORCID, Value: last})
	case host == "ror.org":
		p.identifiers = append(p.identifiers, content.Identifier{Scheme: content.SchemeROR, Value: last})
	case host == "wikidata.org":
		p.identifiers = append(p.identifiers, content.Identifier{Scheme: content.SchemeWikidata, Value: last})
	default:
		p.sites = append(p.sites, strings.TrimRight(host+"/"+path, "/"))
	}
}
