// Package content holds the nouns of the hub: series, episodes, speakers, organizations, case studies, resources,
// topics, toolkits and listings, as plain structs with their rules. An entry is saved as a whole, so a struct is at once
// the row's body, the node of an edition and the object that GraphQL shows.
//
// Everything above calls it; it never reads a database, a clock or the network, and imports nothing of ours.
package content

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Kind names one of the nine nouns, as the database and imports spell it.
type Kind string

// The nine kinds of entries.
const (
	KindSeries       Kind = "series"
	KindEpisode      Kind = "episode"
	KindSpeaker      Kind = "speaker"
	KindOrganization Kind = "organization"
	KindCaseStudy    Kind = "case_study"
	KindResource     Kind = "resource"
	KindTopic        Kind = "topic"
	KindToolkit      Kind = "toolkit"
	KindListing      Kind = "listing"
)

// noun ties a kind to the prefix of its ids and to its empty struct.
type noun struct {
	kind   Kind
	prefix string
	empty  func() Entry
}

var nouns = []noun{
	{KindSeries, "se", func() Entry { return new(Series) }},
	{KindEpisode, "ep", func() Entry { return new(Episode) }},
	{KindSpeaker, "sp", func() Entry { return new(Speaker) }},
	{KindOrganization, "or", func() Entry { return new(Organization) }},
	{KindCaseStudy, "cs", func() Entry { return new(CaseStudy) }},
	{KindResource, "re", func() Entry { return new(Resource) }},
	{KindTopic, "to", func() Entry { return new(Topic) }},
	{KindToolkit, "tk", func() Entry { return new(Toolkit) }},
	{KindListing, "li", func() Entry { return new(Listing) }},
}

// Kinds lists the nine kinds in the order of the contract.
func Kinds() []Kind {
	kinds := make([]Kind, 0, 9)
	for _, n := range nouns {
		kinds = append(kinds, n.kind)
	}
	return kinds
}

// New returns an empty entry of the kind, or nil when there is no such kind.
func New(kind Kind) Entry {
	for _, n := range nouns {
		if n.kind == kind {
			return n.empty()
		}
	}
	return nil
}

// Entry is what an editor can touch: one of the nine structs, behind a pointer. An entry that was handed to the store or
// to an edition is never changed again; edit a Clone.
type Entry interface {
	Kind() Kind
	// Common returns the fields that every noun has.
	Common() *Base
	// Label is the name or title that a list shows.
	Label() string
	// Links calls yield for every edge to another entry, in stored order.
	Links(yield func(Link))
	// Texts calls yield for every public text that search reads.
	Texts(yield func(weight Weight, text string))
	// Public returns the entry as the public may see it: itself when nothing is for editors only, else a copy without that.
	Public() Entry
	validate(v *validator)
}

// Base holds the fields that every noun has.
type Base struct {
	// Slug is the entry's name in addresses, unique in its kind: lower-case letters, digits and single hyphens.
	Slug    string   `json:"slug,omitzero"`
	Sources []Source `json:"sources,omitempty"`
	*Margin
}

// Margin is what stands beside the content of an entry. It is nil where that is nothing, as with most.
type Margin struct {
	Identifiers []Identifier `json:"identifiers,omitempty"`
	// Notes are for editors only; the public edition has none.
	Notes []Note `json:"notes,omitempty"`
}

// Identifiers name the entry in registers of others.
func (b *Base) Identifiers() []Identifier { return orNone(b.Margin).Identifiers }

// Notes are for editors only; the public edition has none.
func (b *Base) Notes() []Note { return orNone(b.Margin).Notes }

// OwnMargin is the margin of an entry that is the caller's own, to be changed.
func (b *Base) OwnMargin() *Margin { return ownOf(&b.Margin) }

// hideNotes leaves nothing in the margin that is for editors only.
func (b *Base) hideNotes() {
	if shown := (Margin{Identifiers: b.Identifiers()}); len(shown.Identifiers) > 0 {
		b.Margin = &shown
		return
	}
	b.Margin = nil
}

// Common implements Entry.
func (b *Base) Common() *Base { return b }

// Link is one edge from an entry to another.
type Link struct {
	Field    string
	Position int
	To       ID
	// at is where the entry holds it.
	at *ID
}

// Relink puts what to says in the place of each link's end. The entry must be the caller's own: a Clone.
func Relink(e Entry, to func(Link) ID) {
	e.Links(func(l Link) { *l.at = to(l) })
}

// Weight says how much a text counts in search.
type Weight uint8

// The weights of texts, from body text to a name.
const (
	WeightBody    Weight = 1
	WeightCredit  Weight = 2
	WeightSummary Weight = 3
	WeightAlias   Weight = 8
	WeightName    Weight = 10
)

// Source says where a fact was read.
type Source struct {
	URL   string `json:"url,omitzero"`
	Title string `json:"title,omitzero"`
}

// NoteKind says what an editor's note is about.
type NoteKind string

// The kinds of notes.
const (
	NoteInferred NoteKind = "INFERRED"
	NoteIssue    NoteKind = "ISSUE"
	NoteImported NoteKind = "IMPORTED"
	NoteEditor   NoteKind = "EDITOR"
)

// Note is a remark for editors: what was inferred, what is wrong in the source, what an import could not place.
type Note struct {
	Kind NoteKind `json:"kind"`
	Text string   `json:"text"`
}

// Shape numbers the form of the bodies that Encode writes. Decode reads every shape up to it.
const Shape = 1

// Encode writes an entry's body. Equal entries give equal bytes.
func Encode(e Entry) ([]byte, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", e.Kind(), err)
	}
	return body, nil
}

// SaysAllOf tells whether an entry says all that a body of this Shape says, which may have its members in another order, but no blanks
// between them.
func SaysAllOf(e Entry, body string) bool {
	again, err := Encode(e)
	if err != nil || len(again) != len(body) {
		return false
	}
	said, says := jsontext.Value(body), jsontext.Value(again)
	return string(again) == body || said.Canonicalize() == nil && says.Canonicalize() == nil && bytes.Equal(said, says)
}

// Decode reads a body of the given kind and schema number.
func Decode(kind Kind, schema int, body []byte) (Entry, error) {
	return new(Decoder).Decode(kind, schema, string(body))
}

// Clone returns a deep copy that may be edited.
func Clone(e Entry) (Entry, error) {
	body, err := Encode(e)
	if err != nil {
		return nil, err
	}
	return Decode(e.Kind(), Shape, body)
}

// hasNotes tells whether a base has anything for editors only.
func (b *Base) hasNotes() bool { return len(b.Notes()) > 0 }

// link yields one edge unless it is empty.
func link(yield func(Link), field string, position int, at *ID) {
	if *at != "" {
		yield(Link{field, position, *at, at})
	}
}

// links yields a list of edges.
func links(yield func(Link), field string, all []ID) {
	for i := range all {
		link(yield, field, i, &all[i])
	}
}

// text yields a text unless it is empty.
func text(yield func(Weight, string), weight Weight, s string) {
	if strings.TrimSpace(s) != "" {
		yield(weight, s)
	}
}
