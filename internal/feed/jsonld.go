package feed

import (
	"io"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// node is a thing of schema.org. Members are written by name, so equal things give equal bytes.
type node map[string]any

// set adds a member unless its value is empty.
func (n node) set(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []node:
		if len(v) == 0 {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case node:
		if v == nil {
			return
		}
	}
	n[name] = value
}

// JSONLD writes the list as a schema.org ItemList of its episodes (JSON-LD 1.1), safe inside of a script element.
func JSONLD(w io.Writer, l *edition.EpisodeList) error {
	items := make([]node, len(l.Episodes))
	for i, e := range l.Episodes {
		items[i] = node{"@type": "ListItem", "position": i + 1, "url": e.URL(), "item": eventNode(e)}
	}
	n := node{"@id": Address(l, Page), "@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
	n.set("name", title(l))
	n.set("description", about(l))
	n.set("url", Address(l, Page))
	switch l.Order {
	case content.EpisodesEarliest, content.EpisodesByTitle:
		n["itemListOrder"] = "https://schema.org/ItemListOrderAscending"
	default:
		n["itemListOrder"] = "https://schema.org/ItemListOrderDescending"
	}
	return sendNode(w, l.View(), n)
}

// EntryJSONLD writes a single entry for its page: a series as EventSeries, an episode as EducationEvent, a speaker as Person, an
// organization as Organization, a case study as Article, a topic as DefinedTerm, a resource as CreativeWork, a toolkit and a
// listing as a plain CollectionPage. It is safe inside of a script element.
func EntryJSONLD(w io.Writer, v *edition.View, e edition.Entry) error {
	return sendNode(w, v, entryNode(e))
}

func entryNode(e edition.Entry) node {
	switch e := e.(type) {
	case *edition.Series:
		return seriesNode(e)
	case *edition.Episode:
		return eventNode(e)
	case *edition.Speaker:
		return speakerNode(e)
	case *edition.Organization:
		return organizationNode(e)
	case *edition.CaseStudy:
		return studyNode(e)
	case *edition.Topic:
		n := term(e)
		n.set("description", prose(e.Definition(content.FormatText)))
		return n
	case *edition.Resource:
		return resourceNode(e)
	default:
		n := thing("CollectionPage", e)
		n["dateModified"] = e.UpdatedAt().UTC().Format(time.RFC3339)
		return n
	}
}

func sendNode(w io.Writer, v *edition.View, n node) error {
	n["@context"] = "https://schema.org"
	return sendJSON(w, v, n)
}

// thing is an entry as what other things name: its id, type, name and page.
func thing(kind string, e edition.Entry) node {
	return node{"@id": e.URL(), "@type": kind, "name": line(e.Label()), "url": e.URL()}
}

func things[T edition.Entry](kind string, all []T) []node {
	found := make([]node, len(all))
	for i, e := range all {
		found[i] = thing(kind, e)
	}
	return found
}

func term(t *edition.Topic) node { return thing("DefinedTerm", t) }

func terms(all []*edition.Topic) []node { return things("DefinedTerm", all) }

// sameAs are the addresses of an entry in the registers that have one for each identifier.
func sameAs(identifiers []content.Identifier) []string {
	var found []string
	for _, id := range identifiers {
		switch id.Scheme {
		case content.SchemeROR:
			found = append(found, "https://ror.org/"+id.Value)
		case content.SchemeORCID:
			found = append(found, "https://orcid.org/"+id.Value)
		case content.SchemeWikidata:
			found = append(found, "https://www.wikidata.org/entity/"+id.Value)
		case content.SchemeOpenAlex:
			found = append(found, "https://openalex.org/"+id.Value)
		case content.SchemeIPEDS:
			found = append(found, "https://nces.ed.gov/collegenavigator/?id="+id.Value)
		case content.SchemeCTID:
			found = append(found, "https://credentialengineregistry.org/resources/"+id.Value)
		}
	}
	return found
}

// postal is a place's address.
func postal(city, region, country string) node {
	n := node{"@type": "PostalAddress"}
	n.set("addressLocality", line(city))
	n.set("addressRegion", region)
	n.set("addressCountry", country)
	if len(n) == 1 {
		return nil
	}
	return n
}
