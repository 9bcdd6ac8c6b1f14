package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"bettertogether/internal/content"
	"bettertogether/internal/edition"
)

// node is a thing of schema.org with its members in the order in which they were set.
type node struct{ members []member }

// member is a name and a string, a number, a thing or a list of strings or things.
type member struct {
	name  string
	value any
}

// a is a thing of a type.
func a(kind string) *node { return &node{[]member{{"@type", kind}}} }

// set sets a member unless its value is empty.
func (n *node) set(name string, value any) {
	switch v := value.(type) {
	case string:
		if v == "" {
			return
		}
	case []string:
		if len(v) == 0 {
			return
		}
	case []*node:
		if len(v) == 0 {
			return
		}
	case *node:
		if v == nil {
			return
		}
	}
	for i := range n.members {
		if n.members[i].name == name {
			n.members[i].value = value
			return
		}
	}
	n.members = append(n.members, member{name, value})
}

// isBare tells a thing of which nothing is known but its type.
func (n *node) isBare() bool { return len(n.members) == 1 }

func (n *node) append(b []byte) []byte {
	b = append(b, '{')
	for i, m := range n.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, m.name), ':')
		b = appendValue(b, m.value)
	}
	return append(b, '}')
}

func appendValue(b []byte, value any) []byte {
	switch v := value.(type) {
	case string:
		return appendString(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case *node:
		return v.append(b)
	case []string:
		return appendList(b, v, appendString)
	case []*node:
		return appendList(b, v, func(b []byte, n *node) []byte { return n.append(b) })
	default:
		panic(fmt.Sprintf("a member is a %T", value)) // a mistake of ours
	}
}

func appendList[T any](b []byte, all []T, one func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, v := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, v)
	}
	return append(b, ']')
}

// appendString writes a string as encoding/json does for a script element.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(s) // a string can always be written
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

// JSONLD writes the list as a schema.org ItemList of its episodes (JSON-LD 1.1), safe inside of a script element.
func JSONLD(w io.Writer, l *edition.EpisodeList) error {
	n := a("ItemList")
	n.set("@id", Address(l, Page))
	n.set("name", title(l))
	n.set("description", about(l))
	n.set("url", Address(l, Page))
	switch l.Order {
	case content.EpisodesEarliest, content.EpisodesByTitle:
		n.set("itemListOrder", schemaOrg+"ItemListOrderAscending")
	default:
		n.set("itemListOrder", schemaOrg+"ItemListOrderDescending")
	}
	items := make([]*node, len(l.Episodes))
	for i, e := range l.Episodes {
		items[i] = a("ListItem")
		items[i].set("position", i+1)
		items[i].set("url", e.URL())
		items[i].set("item", eventNode(e))
	}
	n.set("numberOfItems", len(items))
	n.set("itemListElement", items)
	return sendNode(w, l.View(), n)
}

// EntryJSONLD writes a single entry for its page: a series as EventSeries, an episode as EducationEvent, a speaker as Person, an
// organization as Organization, a case study as Article, a topic as DefinedTerm, a resource as CreativeWork, a toolkit and a
// listing as a plain CollectionPage. It is safe inside of a script element.
func EntryJSONLD(w io.Writer, v *edition.View, e edition.Entry) error {
	return sendNode(w, v, entryNode(e))
}

func entryNode(e edition.Entry) *node {
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
		n.set("dateModified", e.UpdatedAt().UTC().Format(time.RFC3339))
		return n
	}
}

func sendNode(w io.Writer, v *edition.View, n *node) error {
	n.members = append([]member{{"@context", "https://schema.org"}}, n.members...)
	return send(w, v, bytes.NewBuffer(append(n.append(nil), '\n')))
}

// thing is an entry as what other things name: its id, type, name and page.
func thing(kind string, e edition.Entry) *node {
	url := e.URL()
	return &node{[]member{{"@id", url}, {"@type", kind}, {"name", line(e.Label())}, {"url", url}}}
}

func things[T edition.Entry](kind string, all []T) []*node {
	found := make([]*node, len(all))
	for i, e := range all {
		found[i] = thing(kind, e)
	}
	return found
}

func term(t *edition.Topic) *node { return thing("DefinedTerm", t) }

func terms(all []*edition.Topic) []*node { return things("DefinedTerm", all) }

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
func postal(city, region, country string) *node {
	n := a("PostalAddress")
	n.set("addressLocality", line(city))
	n.set("addressRegion", region)
	n.set("addressCountry", country)
	if n.isBare() {
		return nil
	}
	return n
}
