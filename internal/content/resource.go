package content

// ResourceKind says what a resource is.
type ResourceKind string

// The kinds of resources.
const (
	ResourceReport     ResourceKind = "REPORT"
	ResourceArticle    ResourceKind = "ARTICLE"
	ResourceBrief      ResourceKind = "BRIEF"
	ResourceToolkit    ResourceKind = "TOOLKIT"
	ResourceFramework  ResourceKind = "FRAMEWORK"
	ResourceBook       ResourceKind = "BOOK"
	ResourceCase       ResourceKind = "CASE_STUDIES"
	ResourceTranscript ResourceKind = "TRANSCRIPT"
	ResourceSlides     ResourceKind = "SLIDES"
	ResourceRecording  ResourceKind = "RECORDING"
	ResourceDataset    ResourceKind = "DATASET"
	ResourceLink       ResourceKind = "LINK"
	ResourceOther      ResourceKind = "OTHER"
)

func resourceKinds() []ResourceKind {
	return []ResourceKind{
		ResourceReport, ResourceArticle, ResourceBrief, ResourceToolkit, ResourceFramework, ResourceBook, ResourceCase,
		ResourceTranscript, ResourceSlides, ResourceRecording, ResourceDataset, ResourceLink, ResourceOther,
	}
}

// Resource is something to read or use: schema.org LearningResource.
type Resource struct {
	Base
	Title   string `json:"title"`
	Summary Text   `json:"summary,omitzero"`
	Href    string `json:"href"`
	*ResourceManner
	Authors     []ID        `json:"authors,omitempty"`
	Publishers  []ID        `json:"publishers,omitempty"`
	PublishedOn PartialDate `json:"publishedOn,omitzero"`
	Topics      []ID        `json:"topics,omitempty"`
	// Printed is the place in its list that a source gives; 0 where it gives none.
	Printed int32 `json:"printed,omitzero"`
}

// ResourceManner is what many resources say alike.
type ResourceManner struct {
	ResourceKind  ResourceKind `json:"kind,omitzero"`
	KindAsPrinted string       `json:"kindAsPrinted,omitzero"`
	MediaType     string       `json:"mediaType,omitzero"`
	Language      string       `json:"language,omitzero"`
	License       string       `json:"license,omitzero"`
}

// ResourceKind says what the resource is.
func (r *Resource) ResourceKind() ResourceKind { return orNone(r.ResourceManner).ResourceKind }

// KindAsPrinted is the source's own word for the kind.
func (r *Resource) KindAsPrinted() string { return orNone(r.ResourceManner).KindAsPrinted }

// MediaType is that of what stands at Href (RFC 6838); empty is unknown.
func (r *Resource) MediaType() string { return orNone(r.ResourceManner).MediaType }

// Language is the one that it is written in, as a BCP 47 tag.
func (r *Resource) Language() string { return orNone(r.ResourceManner).Language }

// License is that under which it may be used.
func (r *Resource) License() string { return orNone(r.ResourceManner).License }

// OwnManner is the manner of a resource that is the caller's own, to be changed.
func (r *Resource) OwnManner() *ResourceManner { return ownOf(&r.ResourceManner) }

// Kind implements Entry.
func (*Resource) Kind() Kind { return KindResource }

// Label implements Entry.
func (r *Resource) Label() string { return r.Title }

// Links implements Entry.
func (r *Resource) Links(yield func(Link)) {
	links(yield, "authors", r.Authors)
	links(yield, "publishers", r.Publishers)
	links(yield, "topics", r.Topics)
}

// Texts implements Entry.
func (r *Resource) Texts(yield func(Weight, string)) {
	text(yield, WeightName, r.Title)
	text(yield, WeightSummary, r.Summary.bare())
}

// Public implements Entry.
func (r *Resource) Public() Entry {
	if !r.hasNotes() {
		return r
	}
	shown := *r
	shown.hideNotes()
	return &shown
}

func (r *Resource) validate(v *validator) {
	v.required("title", r.Title)
	enum(v, "kind", r.ResourceKind(), resourceKinds())
	v.required("href", r.Href)
	v.url("href", r.Href)
	v.language("language", r.Language())
	v.refs("authors", r.Authors, KindSpeaker)
	v.refs("publishers", r.Publishers, KindOrganization)
	v.date("publishedOn", r.PublishedOn)
	v.refs("topics", r.Topics, KindTopic)
}
